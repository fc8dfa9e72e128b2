"""A report of imminent danger in two answers: the alarm goes out first, the rest is written down after it.

What whoever reports says next is written down as they say it, so that nothing is lost when they stop: a
report that was begun stays on record as it is. An alarm raised under a number goes out whatever it is.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from states.access import Act, Actor, is_kept_out, knows_of, permit
from states.casebook.alarms import raising
from states.casebook.book import CASES, Casebook
from states.casebook.intake.reports import Receipt, take
from states.casebook.page import Page
from states.casebook.persons import subjects
from states.casebook.persons.joining import suggest
from states.casebook.standing.conflicts import look
from states.casebook.triggers.acting import act
from states.contents.kept import REPORTS
from states.contents.reports import ReportContent, SubjectContent
from states.errors import BadInput, Refused, UnknownRecord
from states.machine import Decision
from states.tables import Case, Report, stored, table_of
from states.vocabulary.cases import CaseState, ReportChannel
from states.vocabulary.danger import AlarmCause, Danger
from states.vocabulary.effects import Clock

_REPORTS = table_of(Report)

#: what stands where nothing has been said of the behavior yet
NOT_TOLD = "Imminent danger was reported; nothing more has been written down yet."

#: how much of what somebody typed as a number is written down
LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class Begun:
    """A report whose alarm is out.

    Args:
        number: its case.
        report_id: the report that goes on.
    """

    number: str
    report_id: str


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm that is out.

    Args:
        sites: codes of the sites whose police are called, the one where the danger is first.
        decision: what it set in motion on the case; None: whoever raised it may not know of such a case.
    """

    sites: tuple[str, ...]
    decision: Decision | None


def begin_imminent(
    book: Casebook,
    site: str,
    *,
    by: Actor,
    dangers: Collection[Danger] = (),
    threatened_for: date | None = None,
) -> Begun:
    """Sound the alarm on two answers: that somebody is in danger, and where (W-13).

    Args:
        book: the casebook.
        site: code of the site where the danger is.
        by: who enters it.
        dangers: what makes it an emergency, as far as it is known already.
        threatened_for: the day that a threat is for.

    Raises:
        BadInput: there is no such site.
    """
    content = two_answers(site, dangers, threatened_for)
    with book.store.write() as connection:
        receipt = take(book, connection, content, by=by, begun=True)
    return Begun(receipt.number, receipt.report_id)


def two_answers(
    site: str, dangers: Collection[Danger] = (), threatened_for: date | None = None
) -> ReportContent:
    """What such a report says before anything more is written down; see :func:`begin_imminent`."""
    return ReportContent(
        behaviour_of_concern=NOT_TOLD,
        subject=SubjectContent(site=site),
        imminent=True,
        dangers=tuple(dangers),
        threatened_for=threatened_for,
    )


def write_down(
    book: Casebook, report_id: str, content: ReportContent, *, by: Actor, finished: bool = False
) -> Receipt:
    """Write down what was said so far of a report that was begun; the last time, it is finished.

    What is new of the danger is alarmed; what was said already is not alarmed twice.

    Args:
        book: the casebook.
        report_id: the report.
        content: all that was said so far.
        by: who enters it; whoever began it.
        finished: whether there is nothing more to come.

    Returns:
        Its case, and the numbers of those that may be about the same person, once it is finished.

    Raises:
        UnknownRecord: there is no such report of theirs.
        Refused: it is finished already.
    """
    with book.store.write() as connection:
        return written_down(book, connection, report_id, content, by=by, finished=finished)


def written_down(
    book: Casebook,
    connection: Connection,
    report_id: str,
    content: ReportContent,
    *,
    by: Actor,
    finished: bool,
) -> Receipt:
    """Write down in a transaction that is already open; see :func:`write_down`."""
    permit(by, Act.REPORT)
    mine = select(_REPORTS.c.case_id).where(_REPORTS.c.id == report_id, _REPORTS.c.by == by.id)
    case_id = connection.scalar(mine.join(CASES, CASES.c.id == _REPORTS.c.case_id))
    if case_id is None:
        raise UnknownRecord("There is no report of yours under that id. Nothing was written.")
    page = book.turn_to(connection, case_id, by)
    row = page.row(Report, report_id)
    if not row.begun:
        raise Refused("That report is finished: report what is new anew. Nothing was written.")
    sealed = page.seal("reports", report_id, content)
    page.set(
        Report,
        report_id,
        channel=content.channel,
        private=content.private,
        begun=not finished,
        content=sealed,
    )
    if not finished:
        # Whoever stops here is found by what they said all the same.
        subjects.follow(page)
    candidates = _about(page, content) if finished else ()
    if finished and content.channel is ReportChannel.VERBAL:
        page.start(Clock.VERBAL_FOLLOW_UP, about=report_id, since=row.received_at)
    page.log("report_written_down", report=report_id, finished=finished)
    raising.say_what_is_new(page, AlarmCause.IMMINENT_REPORT, site=content.subject.site)
    look(page)
    page.finish()
    # Whoever is kept out may go on with their report, and learns nothing of other cases by it.
    shown = () if is_kept_out(by, page.case) else candidates
    return Receipt(page.case.number, report_id, joined=False, candidates=shown, doubtful=False)


def tell(page: Page, report_id: str, text: str) -> None:
    """Write down what was told with an alarm that went out before it, in the report of the alarm.

    Args:
        page: the case.
        report_id: that report, of which nothing more was said yet.
        text: what was told.

    Raises:
        BadInput: it says nothing, or too much at once.
    """
    said = page.open(REPORTS, page.row(Report, report_id))
    content = ReportContent.read(said.model_dump(mode="json") | {"behaviour_of_concern": text})
    page.set(Report, report_id, content=page.seal("reports", report_id, content))
    page.log("report_written_down", report=report_id, finished=True)
    look(page)


def _about(page: Page, content: ReportContent) -> tuple[str, ...]:
    """Put on record whom the report is about, unless the team has gone on with the case meanwhile."""
    if page.case.state == CaseState.REPORTED:
        subjects.decide(page, content.subject, because="Whoever reported the danger has said the rest.")
    subjects.follow(page)
    return suggest(page)


def raise_alarm(
    book: Casebook,
    number: str,
    *,
    by: Actor,
    given: Mapping[str, str] | None = None,
    dangers: Collection[Danger] = (),
    threatened_for: date | None = None,
) -> Raised:
    """Sound the alarm on a case (W-13); where whoever raises it may not know of one, as a report of its own.

    What they typed stands in that report, for the team. Whether there is no such case, it was erased, it is
    not theirs or they are kept out of it, the same is done and the same is answered.

    Args:
        book: the casebook.
        number: the case's number, as they typed it.
        by: who raises it.
        given: why, as ``reason``.
        dangers: what makes it an emergency.
        threatened_for: the day that a threat is for.

    Raises:
        NotPermitted: they may not even report.
    """
    with book.store.read() as connection:
        row = connection.execute(select(CASES).where(CASES.c.number == number)).first()
    if row is not None and row.erased_at is None and knows_of(by, stored(Case, row)):
        done = act(
            book, number, "raise_alarm", by=by, given=given, dangers=dangers, threatened_for=threatened_for
        )
        return Raised(tuple(done.file.case.sites), done)
    site = book.pack.home_site
    typed, why = number[:LONGEST_NUMBER], (given or {}).get("reason", "")
    said = f"An alarm was raised under the number {typed}. {why}".strip()
    content = two_answers(site, dangers, threatened_for)
    # What cannot be written down as it was typed stands in no alarm's way.
    with suppress(BadInput):
        content = ReportContent.read(content.model_dump(mode="json") | {"behaviour_of_concern": said})
    with book.store.write() as connection:
        take(book, connection, content, by=by)
    return Raised((site,), None)
