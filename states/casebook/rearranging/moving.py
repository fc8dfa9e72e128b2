"""Reports in their right case: moved to another one, or split off into a case of their own (W-47).

What a report says leaves the case that it does not belong to: it is sealed anew under the other case's key,
and what stays behind is that it was there, when, and where it went. Both ledgers say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from states.access import Act, Actor, permit
from states.casebook.alarms import calling
from states.casebook.book import Casebook
from states.casebook.intake import tips
from states.casebook.intake.reports import lock_counter, open_case, record
from states.casebook.levels import initial_receipt
from states.casebook.page import Page
from states.casebook.persons import subjects
from states.casebook.persons.joining import suggest
from states.casebook.persons.two_cases import finish, id_of, two_pages
from states.casebook.rearranging.taking_along import take_along
from states.casebook.standing.carrying import carry_conflicts
from states.contents.inquiry import RemarkContent, reason
from states.contents.kept import REPORTS
from states.contents.reports import ReportContent
from states.errors import BadInput, Refused
from states.standing_level import GRAVE
from states.tables import Remark, Report
from states.vocabulary.cases import ReportStanding
from states.vocabulary.effects import Clock
from states.vocabulary.spelling import words


@dataclass(frozen=True, slots=True)
class Moved:
    """Where reports are now.

    Args:
        number: the case that they are in.
        report_ids: their ids there, in the order in which they came in.
        left: how many reports still stand in the case that they came from.
        candidates: numbers of cases that may be about the same person as the one they are in now.
    """

    number: str
    report_ids: tuple[str, ...]
    left: int
    candidates: tuple[str, ...]


def move_report(book: Casebook, number: str, report_id: str, *, to: str, by: Actor, because: str) -> Moved:
    """Move a report to the case that it belongs to; a verbal report and its follow-up go together.

    Args:
        book: the casebook.
        number: the case that it is in.
        report_id: the report.
        to: number of the other case.
        by: who moves it; they have to be on both cases.
        because: why.

    Raises:
        BadInput: no reason is given, or both are one case.
        Refused: the report does not stand in that case any more.
        UnknownRecord: there is no such case or report.
        NotPermitted: they may not write in one of the two.
    """
    why = reason(because, "moving a report")
    with book.store.write() as connection:
        source, target = two_pages(book, connection, number, to, by)
        rows = _with_follow_ups(source, [_standing(source, report_id)])
        moved = carry(source, target, rows, why)
        finish(source, target)
        return moved


def split(book: Casebook, number: str, report_ids: Sequence[str], *, by: Actor, because: str) -> Moved:
    """Open a case of their own for reports that are about somebody else.

    Args:
        book: the casebook.
        number: the case that they are in.
        report_ids: the reports; at least one other has to be left.
        by: who splits it.
        because: why.

    Raises:
        BadInput: no reason or no report is given.
        Refused: a report does not stand there any more, or none would be left.
    """
    why = reason(because, "splitting a case")
    if not report_ids:
        raise BadInput("Name at least one report that is about somebody else. Nothing was written.")
    with book.store.write() as connection:
        source, year = page_and_counter(book, connection, number, by)
        rows = _with_follow_ups(source, [_standing(source, each) for each in dict.fromkeys(report_ids)])
        if len(rows) == len(source.reports()):
            raise Refused(
                f"Every report of {number} would go, and nothing be left. Nothing was written: if the person "
                "is somebody else, correct who the case is about."
            )
        target = open_case(book, connection, content_of(source, rows[0]), by, year)
        # Whoever worked on the report goes on with it; the chair assigns anew when somebody else should.
        target.case.lead, target.case.members = source.case.lead, list(source.case.members)
        target.case.offices = list(source.case.offices)
        moved = carry(source, target, rows, why, joined=False)
        finish(source, target)
        return moved


def page_and_counter(book: Casebook, connection: Connection, number: str, by: Actor) -> tuple[Page, int]:
    """Open a case for writing where another one is going to be opened; returns the year of the counter, too.

    Raises:
        UnknownRecord: there is no such case.
        NotPermitted: they may not write in it.
    """
    book.lock_team(connection)
    year = lock_counter(connection, book.clock())
    page = book.turn_to(connection, id_of(connection, number, by), by)
    permit(by, Act.RECORD, page.case)
    return page, year


def _standing(page: Page, report_id: str) -> Report:
    row = page.row(Report, report_id)
    if row.standing != ReportStanding.STANDS:
        message = (
            f"That report of {page.case.number} is marked {words(row.standing)} and does not count there."
        )
        raise Refused(f"{message} Nothing was written.")
    return row


def _with_follow_ups(page: Page, rows: Sequence[Report]) -> list[Report]:
    """Reports in the order in which they came, each with the one that it follows up or is followed up by."""
    wanted = {row.id for row in rows}
    pairs = {row.id: row.follow_up for row in page.reports() if row.follow_up}
    wanted |= {pairs[each] for each in wanted if each in pairs}
    wanted |= {verbal for verbal, written in pairs.items() if written in wanted}
    return [row for row in page.reports() if row.id in wanted]


def content_of(page: Page, row: Report) -> ReportContent:
    """What a report says."""
    return page.open(REPORTS, row)


def carry(
    source: Page, target: Page, rows: Sequence[Report], why: RemarkContent, *, joined: bool = True
) -> Moved:
    """Carry reports from one open page to another; the caller finishes both.

    Args:
        source: the case that they are in.
        target: the case that they go to.
        rows: their rows, oldest first.
        why: the reason, kept on both.
        joined: whether the other case was there before.
    """
    ids: dict[str, str] = {}
    for row in rows:
        content = content_of(source, row)
        content = content.model_copy(update={"follows_up": ids.get(content.follows_up, "")})
        known, there = calling.told_of(source, row.id), joined or bool(ids)
        ids[row.id] = _enter(target, source.case.number, row, content, why, joined=there, known=known)
        take_along(source, target, row.id, ids[row.id])
        tips.move(source, target, row.id, ids[row.id])
        _leave(source, row, target.case.number, ids[row.id], why)
    for page in (source, target):
        _reckon_anew(page)
    subjects.follow(source)
    candidates = suggest(target)
    left = len(source.reports())
    source.log("reports_moved_away", reports=list(ids), to=target.case.number, left=left)
    carry_conflicts(source, target, whole=not left)
    return Moved(target.case.number, tuple(ids.values()), left, candidates)


def _enter(
    page: Page,
    source: str,
    was: Report,
    content: ReportContent,
    why: RemarkContent,
    *,
    joined: bool,
    known: Sequence[str],
) -> str:
    row = Report(
        case_id=page.case.id,
        at=was.at,
        by=was.by,
        channel=was.channel,
        received_at=was.received_at,
        imminent=was.imminent,
        private=was.private,
        begun=was.begun,
        follow_up=was.follow_up if was.follow_up == "waived" else None,
        came_from=source,
    )
    page.add(row, content)
    page.add(Remark(case_id=page.case.id, at=page.now, by=page.by.id, about=row.id), why)
    subjects.follow(page)
    doubtful = subjects.names_somebody_else(page, row.id)
    record(page, row, content, joined=joined, doubtful=doubtful, known=known, came_from=source)
    if row.follow_up is not None:
        page.stop(Clock.VERBAL_FOLLOW_UP, about=row.id)
    return row.id


def _leave(page: Page, row: Report, to: str, now: str, why: RemarkContent) -> None:
    emptied = page.seal("reports", row.id, {})
    page.set(Report, row.id, standing=ReportStanding.MOVED, moved_to=to, moved_as=now, content=emptied)
    page.add(Remark(case_id=page.case.id, at=page.now, by=page.by.id, about=row.id), why)
    let_go(page, row.id)
    page.stop(Clock.REPRISAL, about=row.id)


def let_go(page: Page, report_id: str) -> None:
    """Stop the clocks that only a report that counts keeps running."""
    clocks = (Clock.VERBAL_FOLLOW_UP, Clock.REOPENING, Clock.REPORTER_ANSWER)
    page.stop(*clocks, Clock.REPRISAL_CHECK, about=report_id)


def _reckon_anew(page: Page) -> None:
    """Reckon the clocks that run from the initial report anew, as it may be another one now (W-31).

    An emergency meeting runs from when the danger was learned of (W-30), and a clock of screening that waits
    for a second member's agreement from the screening: neither moves.
    """
    if not page.reports():
        return
    level = page.case.current_level
    running = Clock.SCREENING if level is None else Clock.FIRST_MEETING
    if page.running(running) is None or level in GRAVE:
        return
    page.stop(running)
    page.start(running, since=initial_receipt(page))
