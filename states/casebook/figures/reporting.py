"""The report on a period: written in versions, approved by a second person, and then sent (W-34, M-05)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from states import deadlines
from states.access import SYSTEM, Act, Actor, hidden, permit
from states.casebook.book import Casebook
from states.casebook.effects.owing import owe_without_case
from states.casebook.figures import counting
from states.casebook.team_rows import add_row
from states.contents.kept import SEMESTER_REPORTS
from states.contents.payloads import SEMESTER_REPORT, TeamClockDue
from states.contents.team import ReportTexts, SemesterReportContent
from states.errors import Refused, UnknownRecord
from states.figures.periods import Period
from states.figures.suppression import Cell
from states.ledger import chain, coverage
from states.tables import Deadline, SemesterReport, table_of
from states.vault import TEAM_SCOPE, DataKey
from states.vocabulary.effects import Clock
from states.vocabulary.figures import Chart, Unshown

_REPORTS = table_of(SemesterReport)
_DEADLINES = table_of(Deadline)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A period that is over, and how far its report has come.

    Args:
        period: the period.
        version: how often its report was written; 0: not yet.
        by: who wrote it last.
        approved_by: who approved it; empty: nobody yet.
        approved_at: when.
    """

    period: Period
    version: int = 0
    by: str = ""
    approved_by: str = ""
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A report, as it stands.

    Args:
        line: how far it has come.
        report_id: the newest version; empty: nobody has written any.
        texts: what the team says.
        figures: of each chart its cells for everybody, the total last.
        earlier: who wrote the earlier versions, and when, newest first.
    """

    line: ReportLine
    report_id: str
    texts: ReportTexts = field(repr=False)
    figures: Mapping[Chart, list[Cell]]
    earlier: list[tuple[str, datetime]]


def listed(book: Casebook, *, by: Actor) -> list[ReportLine]:
    """The periods that are over, newest first, and how far their reports have come.

    Raises:
        NotPermitted: their role shows no reports.
    """
    permit(by, Act.SEE_REPORTS)
    with book.store.read() as connection:
        every = counting.over(connection, book.pack, book.clock())
        newest = {row.about: row for row in connection.execute(select(_REPORTS).order_by(_REPORTS.c.version))}
    return [_line(each, newest.get(each.name)) for each in reversed(every)]


def report(book: Casebook, about: str, *, by: Actor) -> Written:
    """The report on a period, with its figures: of the cases that one sees, or as they were sent.

    Args:
        book: the casebook.
        about: the period's name, as in ``Spring 2026``.
        by: who looks.

    Raises:
        NotPermitted: their role shows no reports.
        UnknownRecord: no such period is over.
    """
    permit(by, Act.SEE_REPORTS)
    with book.store.read() as connection:
        period = _period(connection, book, about)
        versions = _versions(connection, about)
        said = SemesterReportContent()
        if versions:
            said = SEMESTER_REPORTS.open(book.key(connection, TEAM_SCOPE), versions[0])
        # Whoever is kept out of a case counts without it; not whose office was sent the figures with it,
        # as the difference would tell them that there is one.
        sent_to_them = not by.offices.isdisjoint(book.pack.told_of_semesters)
        theirs = sent_to_them or not connection.scalar(select(hidden(by).exists()))
    if said.figures and theirs:
        figures = {chart: [_cell(each) for each in cells] for chart, cells in said.figures.items()}
    else:
        figures = counting.for_report(book, period, by=by)
    return Written(
        _line(period, versions[0] if versions else None),
        versions[0].id if versions else "",
        ReportTexts(beside=said.beside, recommendations=said.recommendations),
        figures,
        [(row.by, row.at) for row in versions[1:]],
    )


def write(book: Casebook, about: str, texts: ReportTexts, *, by: Actor, seen: str = "") -> str:
    """Write a new version of a period's report; the earlier ones stay. Returns its id.

    Args:
        book: the casebook.
        about: the period's name.
        texts: what the team says beside the figures, and what it recommends.
        by: who writes.
        seen: the version that they had before them; empty: none.

    Raises:
        NotPermitted: they may not.
        Refused: it is approved, or somebody else wrote it anew meanwhile.
        UnknownRecord: no such period is over.
    """
    permit(by, Act.RUN_TEAM)
    now = book.clock()
    with book.store.write() as connection:
        key = book.lock_team(connection)
        period, versions = _period(connection, book, about), _versions(connection, about)
        newest = versions[0] if versions else None
        if newest is not None and newest.approved_by:
            raise Refused("This report is approved, and on its way. Nothing was written.")
        if (newest.id if newest else "") != seen:
            raise Refused(
                "Somebody else wrote this report anew since you opened it. Nothing was written: keep your "
                "texts, open the report again, and put in what is missing."
            )
        row = SemesterReport(
            at=now,
            by=by.id,
            about=about,
            begins_at=period.begins,
            ends_at=period.ends,
            version=len(versions) + 1,
        )
        said = SemesterReportContent(beside=texts.beside, recommendations=texts.recommendations)
        told = add_row(connection, row, key, said)
        chain.append_of_team(
            connection, told, at=now, actor=by, what="semester_report_written", report=row.id
        )
    return row.id


def approve(book: Casebook, about: str, *, by: Actor, seen: str) -> None:
    """Approve a report, as somebody else wrote it: it goes to the president and all vice presidents.

    Args:
        book: the casebook.
        about: the period's name.
        by: who approves.
        seen: the version that they read.

    Raises:
        NotPermitted: they may not.
        Refused: they wrote it themselves, it was written anew meanwhile, or it is approved already.
        UnknownRecord: there is no such report.
    """
    permit(by, Act.SEE_REPORTS)
    now = book.clock()
    with book.store.read() as connection:
        period = _period(connection, book, about)
    figures = counting.for_report(book, period, by=SYSTEM)
    with book.store.write() as connection:
        key, versions = book.lock_team(connection), _versions(connection, about)
        if not versions:
            raise UnknownRecord("Nobody has written this report yet: `tat reports write`. Nothing was sent.")
        row = versions[0]
        if row.approved_by:
            raise Refused("This report is approved already. Nothing was sent again.")
        if row.id != seen:
            raise Refused("This report was written anew since you read it. Nothing was sent: read it again.")
        if row.by == by.id:
            raise Refused(
                "You wrote this version yourself; somebody else approves it. Nothing was sent: ask a "
                "second member."
            )
        cells = {
            chart: tuple(str(each) if isinstance(each, Unshown) else each for each in every)
            for chart, every in figures.items()
        }
        said = SEMESTER_REPORTS.open(key, row).model_copy(update={"figures": cells})
        sealed = SEMESTER_REPORTS.seal(key, row.id, said)
        changed = {"approved_by": by.id, "approved_at": now}
        connection.execute(update(_REPORTS).where(_REPORTS.c.id == row.id).values(content=sealed, **changed))
        told = coverage.sealed("semester_reports", row.id, sealed)
        told |= coverage.of("semester_reports").changed(row.id, changed)
        told |= deadlines.satisfy_of_team(connection, Clock.SEMESTER_REPORT, now=now, about=about)
        chain.append_of_team(
            connection, told, at=now, actor=by, what="semester_report_approved", report=row.id
        )
        clock = (_DEADLINES.c.clock == Clock.SEMESTER_REPORT) & (_DEADLINES.c.about == about)
        due = connection.scalar(
            select(func.max(_DEADLINES.c.id)).where(_DEADLINES.c.case_id.is_(None), clock)
        )
        payload = TeamClockDue(deadline=due or "", about=about)
        owe_without_case(book, connection, SEMESTER_REPORT, f"semester_report:{row.id}", payload)


def sent(book: Casebook, about: str, *, by: Actor) -> SemesterReportContent:
    """What is sent of a period: its texts, and the figures as they were approved.

    Args:
        book: the casebook.
        about: the period's name.
        by: who asks: the software itself.

    Raises:
        UnknownRecord: nothing was approved.
    """
    permit(by, Act.RUN)
    with book.store.read() as connection:
        row = connection.execute(
            select(_REPORTS).where(_REPORTS.c.about == about, _REPORTS.c.approved_by != "")
        ).first()
        if row is None:
            raise UnknownRecord("Nobody has approved this report. Nothing was sent.")
        return SEMESTER_REPORTS.open(book.key(connection, TEAM_SCOPE), row)


def approved(connection: Connection, key: DataKey) -> dict[str, Written]:
    """Every report that was approved, by the name of its period, as it was sent.

    Args:
        connection: an open transaction.
        key: the team's.
    """
    found = {}
    for row in connection.execute(select(_REPORTS).where(_REPORTS.c.approved_by != "")):
        said = SEMESTER_REPORTS.open(key, row)
        line = _line(Period(row.about, row.begins_at, row.ends_at), row)
        figures = {chart: [_cell(each) for each in cells] for chart, cells in said.figures.items()}
        texts = ReportTexts(beside=said.beside, recommendations=said.recommendations)
        found[row.about] = Written(line, row.id, texts, figures, [])
    return found


def _period(connection: Connection, book: Casebook, about: str) -> Period:
    every = counting.over(connection, book.pack, book.clock())
    found = next((each for each in every if each.name == about), None)
    if found is None:
        raise UnknownRecord("No period of that name is over: `tat reports list` shows which are.")
    return found


def _versions(connection: Connection, about: str) -> list[Any]:
    newest = select(_REPORTS).where(_REPORTS.c.about == about).order_by(_REPORTS.c.version.desc())
    return [*connection.execute(newest)]


def _line(period: Period, row: Any | None) -> ReportLine:
    if row is None:
        return ReportLine(period)
    return ReportLine(period, row.version, row.by, row.approved_by, row.approved_at)


def _cell(kept: int | str) -> Cell:
    return kept if isinstance(kept, int) else Unshown(kept)
