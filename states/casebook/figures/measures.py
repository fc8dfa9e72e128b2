"""What each chart counts, as SQL: one row for each thing counted, with its time and its category.

Whatever happens in a period is counted in it by what was known when it ended, so that a period that is over
stays as it is, but for corrections.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)

from states.access import Actor, is_there
from states.casebook.book import CASES
from states.casebook.figures.people import same_person
from states.figures.periods import Period
from states.process import ENDED_BY_CLOSING
from states.tables import Alarm, Assessment, Deadline, Event, Meeting, Referral, Report, Screening, table_of
from states.vocabulary.cases import Level, ReportChannel, ReportStanding
from states.vocabulary.danger import AlarmCause
from states.vocabulary.effects import Clock
from states.vocabulary.figures import Chart, Kept, Lapse, Told
from states.vocabulary.leaving import ReferralStatus

_REPORTS, _ALARMS, _CLOCKS = table_of(Report), table_of(Alarm), table_of(Deadline)
_SCREENINGS, _ASSESSMENTS, _MEETINGS = table_of(Screening), table_of(Assessment), table_of(Meeting)
_REFERRALS, _EVENTS = table_of(Referral), table_of(Event)

#: what a case has that nobody has screened
UNSCREENED = "not_screened"

#: how a referral ends
_ENDS = (ReferralStatus.COMPLETED, ReferralStatus.DECLINED, ReferralStatus.EXPIRED)

#: the categories of each chart, in the order in which they are shown
CATEGORIES: Mapping[Chart, Sequence[str]] = {
    Chart.CHANNELS: tuple(ReportChannel),
    Chart.REPEATS: tuple(Told),
    Chart.LEVELS: (*Level, UNSCREENED),
    Chart.ALARMS: tuple(AlarmCause),
    Chart.TO_SCREEN: tuple(Lapse),
    Chart.TO_MEET: tuple(Lapse),
    Chart.TO_ASSESS: tuple(Lapse),
    Chart.TO_CLOSE: tuple(Lapse),
    Chart.CLOCKS: tuple(Kept),
    Chart.REFERRALS: _ENDS,
}

#: the events that close a case
_CLOSINGS = ("close", "dismiss")

#: seconds of a day
_DAY = 86_400

#: the ends of the lapses, in seconds; what is longer is the last
_LAPSES = ((Lapse.A_DAY, 1), (Lapse.THREE_DAYS, 3), (Lapse.A_WEEK, 7), (Lapse.THIRTY_DAYS, 30))

#: the charts that have a case once at most
ONCE = frozenset({Chart.LEVELS, Chart.TO_SCREEN, Chart.TO_MEET, Chart.TO_ASSESS, Chart.TO_CLOSE})

#: a chart's rows: ``case_id``, ``at`` and ``category``
Rows = Select[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """For what figures are counted.

    Args:
        connection: whose database it is.
        periods: those that are counted, oldest first, without a gap between them.
        by: who looks; cases that are not there for them are not counted.
    """

    connection: Connection
    periods: Sequence[Period]
    by: Actor

    def rows(
        self, case_id: ColumnElement[str], at: ColumnElement[datetime], category: ColumnElement[str]
    ) -> Rows:
        """Rows of what happened in these periods."""
        counted = select(case_id.label("case_id"), at.label("at"), category.label("category"))
        return counted.where(at >= self.periods[0].begins, at < self.periods[-1].ends)

    def lapse(self, since: ColumnElement[datetime], until: ColumnElement[datetime]) -> ColumnElement[str]:
        """How long it was between two moments, in words: to the second."""
        if self.connection.dialect.name == "sqlite":
            seconds: ColumnElement[Any] = (func.julianday(until) - func.julianday(since)) * _DAY
        else:
            seconds = func.extract("epoch", until - since)
        bands = ((func.round(seconds) <= days * _DAY, literal(lapse)) for lapse, days in _LAPSES)
        return case(*bands, else_=literal(Lapse.LONGER))


def rows(chart: Chart, asked: Asked) -> Rows:
    """What a chart counts in the periods asked for.

    Args:
        chart: which.
        asked: for what.
    """
    return _ROWS[chart](asked)


def _standing(reports: FromClause) -> ColumnElement[bool]:
    return reports.c.standing == ReportStanding.STANDS


def _before(table: FromClause, other: FromClause, at: str) -> ColumnElement[bool]:
    """That a row of a case is earlier than another one of it."""
    same_time = and_(table.c[at] == other.c[at], table.c.id < other.c.id)
    return and_(table.c.case_id == other.c.case_id, or_(table.c[at] < other.c[at], same_time))


def _channels(asked: Asked) -> Rows:
    return asked.rows(_REPORTS.c.case_id, _REPORTS.c.received_at, _REPORTS.c.channel).where(
        _standing(_REPORTS)
    )


def _repeats(asked: Asked) -> Rows:
    """Reports, whether an earlier one is there: in the case, or in another about the same person."""
    same, other = same_person(), _REPORTS.alias()
    earlier = select(other.c.id).where(_standing(other), _before(other, _REPORTS, "received_at"))
    number = func.row_number().over(
        partition_by=same.c.person, order_by=(_REPORTS.c.received_at, _REPORTS.c.id)
    )
    linked = (
        select(_REPORTS.c.id, number.label("number"))
        .join(same, same.c.case_id == _REPORTS.c.case_id)
        .where(_standing(_REPORTS), is_there(asked.by, _REPORTS.c.case_id))
        .subquery()
    )
    again = case((linked.c.number.is_(None), earlier.correlate(_REPORTS).exists()), else_=linked.c.number > 1)
    category = case((again, literal(Told.AGAIN)), else_=literal(Told.FIRST))
    told = asked.rows(_REPORTS.c.case_id, _REPORTS.c.received_at, category)
    return told.outerjoin(linked, linked.c.id == _REPORTS.c.id).where(_standing(_REPORTS))


def _levels(asked: Asked) -> Rows:
    """The cases that began, by the level that stood when the period ended."""
    until = case(*((CASES.c.opened_at < each.ends, each.ends) for each in asked.periods))

    def last(table: FromClause) -> ColumnElement[str]:
        before = select(table.c.level).where(table.c.case_id == CASES.c.id, table.c.at < until)
        return before.order_by(table.c.seq.desc()).limit(1).correlate(CASES).scalar_subquery()

    level = func.coalesce(last(_ASSESSMENTS), last(_SCREENINGS), literal(UNSCREENED))
    return asked.rows(CASES.c.id, CASES.c.opened_at, level).where(CASES.c.merged_into == "")


def _alarms(asked: Asked) -> Rows:
    return asked.rows(_ALARMS.c.case_id, _ALARMS.c.at, _ALARMS.c.cause)


def _clocks(asked: Asked) -> Rows:
    in_time = and_(_CLOCKS.c.satisfied_at.is_not(None), _CLOCKS.c.satisfied_at <= _CLOCKS.c.due_at)
    category = case((in_time, literal(Kept.IN_TIME)), else_=literal(Kept.LATE))
    # Those of the team are of no case, and are counted for none. Not said here: SQLite took it for a reason
    # to look for them by case, one after the other.
    return asked.rows(_CLOCKS.c.case_id, _CLOCKS.c.due_at, category).where(or_(~in_time, ~_let_go()))


#: the clocks that the end of a case stops, be it to begin anew
_ENDED_BY_CLOSING = (*ENDED_BY_CLOSING, Clock.REPRISAL_CHECK, Clock.REPRISAL)


def _let_go() -> ColumnElement[bool]:
    """That a clock stopped as its case closed, or went on in another: nobody did what it asked for.

    What the screening asks for is done by the dismissal itself.
    """
    closed = or_(
        _EVENTS.c.what.in_(("close", "merge")),
        and_(_EVENTS.c.what == "dismiss", _CLOCKS.c.clock != Clock.SCREENING),
    )
    with_it = select(_EVENTS.c.seq).where(
        _EVENTS.c.case_id == _CLOCKS.c.case_id, _EVENTS.c.at == _CLOCKS.c.satisfied_at, closed
    )
    return and_(_CLOCKS.c.clock.in_(_ENDED_BY_CLOSING), with_it.correlate(_CLOCKS).exists())


def _referrals(asked: Asked) -> Rows:
    ended = func.coalesce(_REFERRALS.c.closed_at, _REFERRALS.c.decided_at)
    return asked.rows(_REFERRALS.c.case_id, ended, _REFERRALS.c.status).where(_REFERRALS.c.status.in_(_ENDS))


def _until_first(table: Table, at: str) -> Callable[[Asked], Rows]:
    """How long it took from the opening of a case to the first record of a kind."""

    def made(asked: Asked) -> Rows:
        other = table.alias()
        earlier = select(other.c.id).where(_before(other, table, at)).correlate(table)
        lapse = asked.lapse(CASES.c.opened_at, table.c[at])
        firsts = asked.rows(table.c.case_id, table.c[at], lapse).join(CASES, CASES.c.id == table.c.case_id)
        return firsts.where(CASES.c.merged_into == "", ~earlier.exists())

    return made


def _to_close(asked: Asked) -> Rows:
    """How long it took until a case was closed first; one that was opened again was closed all the same."""
    closings = select(func.min(_EVENTS.c.at, type_=_EVENTS.c.at.type))
    closings = closings.where(_EVENTS.c.case_id == CASES.c.id, _EVENTS.c.what.in_(_CLOSINGS))
    opened_again = closings.correlate(CASES).scalar_subquery()
    first = case((CASES.c.began_seq > 1, opened_again), else_=CASES.c.closed_at)
    lapse = asked.lapse(CASES.c.opened_at, first)
    return asked.rows(CASES.c.id, first, lapse).where(CASES.c.merged_into == "")


_ROWS: Mapping[Chart, Callable[[Asked], Rows]] = {
    Chart.CHANNELS: _channels,
    Chart.REPEATS: _repeats,
    Chart.LEVELS: _levels,
    Chart.ALARMS: _alarms,
    Chart.TO_SCREEN: _until_first(_SCREENINGS, "at"),
    Chart.TO_MEET: _until_first(_MEETINGS, "held_at"),
    Chart.TO_ASSESS: _until_first(_ASSESSMENTS, "at"),
    Chart.TO_CLOSE: _to_close,
    Chart.CLOCKS: _clocks,
    Chart.REFERRALS: _referrals,
}
