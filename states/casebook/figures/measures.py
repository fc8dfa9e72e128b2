"""What each chart counts, as SQL: one row for each thing counted, with its time and its category.

Whatever happens in a period is counted in it by what was known when it ended, so that a period that is over
stays as it is, but for corrections.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, case, func, literal, select

from states.casebook.book import CASES
from states.casebook.figures.people import person, same_person
from states.figures.periods import Period
from states.tables import Alarm, Assessment, Deadline, Meeting, Referral, Report, Screening, table_of
from states.vocabulary.cases import Level, ReportChannel, ReportStanding
from states.vocabulary.danger import AlarmCause
from states.vocabulary.figures import Chart, Kept, Lapse, Told
from states.vocabulary.leaving import ReferralStatus

_REPORTS, _ALARMS, _CLOCKS = table_of(Report), table_of(Alarm), table_of(Deadline)
_SCREENINGS, _ASSESSMENTS, _MEETINGS = table_of(Screening), table_of(Assessment), table_of(Meeting)
_REFERRALS = table_of(Referral)

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

#: seconds of a day
_DAY = 86_400

#: the ends of the lapses, in seconds; what is longer is the last
_LAPSES = ((Lapse.A_DAY, 1), (Lapse.THREE_DAYS, 3), (Lapse.A_WEEK, 7), (Lapse.THIRTY_DAYS, 30))

#: a chart's rows: ``case_id``, ``at`` and ``category``
Rows = Select[Any]


def rows(connection: Connection, chart: Chart, periods: Sequence[Period]) -> Rows:
    """What a chart counts.

    Args:
        connection: whose database it is for.
        chart: which.
        periods: those that are counted.
    """
    return _ROWS[chart](connection, periods)


def _counted(case_id: ColumnElement[str], at: ColumnElement[Any], category: ColumnElement[str]) -> Rows:
    return select(case_id.label("case_id"), at.label("at"), category.label("category"))


def _standing(reports: FromClause) -> ColumnElement[bool]:
    return reports.c.standing == ReportStanding.STANDS


def _channels(connection: Connection, periods: Sequence[Period]) -> Rows:
    del connection, periods
    return _counted(_REPORTS.c.case_id, _REPORTS.c.received_at, _REPORTS.c.channel).where(_standing(_REPORTS))


def _repeats(connection: Connection, periods: Sequence[Period]) -> Rows:
    del connection, periods
    same = same_person()
    of_person = (
        select(_REPORTS.c.id, _REPORTS.c.case_id, _REPORTS.c.received_at, person(same).label("person"))
        .join(CASES, CASES.c.id == _REPORTS.c.case_id)
        .outerjoin(same, same.c.case_id == CASES.c.id)
        .where(_standing(_REPORTS))
    )
    numbered = func.row_number().over(
        partition_by=of_person.selected_columns.person,
        order_by=(of_person.selected_columns.received_at, of_person.selected_columns.id),
    )
    told = of_person.add_columns(numbered.label("number")).subquery()
    category = case((told.c.number == 1, literal(Told.FIRST)), else_=literal(Told.AGAIN))
    return _counted(told.c.case_id, told.c.received_at, category)


def _levels(connection: Connection, periods: Sequence[Period]) -> Rows:
    """The cases that began, by the level that stood when the period ended."""
    del connection
    until = case(
        *(
            (and_(CASES.c.opened_at >= each.begins, CASES.c.opened_at < each.ends), each.ends)
            for each in periods
        )
    )

    def last(table: FromClause) -> ColumnElement[str]:
        before = select(table.c.level).where(table.c.case_id == CASES.c.id, table.c.at < until)
        return before.order_by(table.c.seq.desc()).limit(1).correlate(CASES).scalar_subquery()

    level = func.coalesce(last(_ASSESSMENTS), last(_SCREENINGS), literal(UNSCREENED))
    return _counted(CASES.c.id, CASES.c.opened_at, level).where(CASES.c.merged_into == "")


def _alarms(connection: Connection, periods: Sequence[Period]) -> Rows:
    del connection, periods
    return _counted(_ALARMS.c.case_id, _ALARMS.c.at, _ALARMS.c.cause)


def _clocks(connection: Connection, periods: Sequence[Period]) -> Rows:
    del connection, periods
    in_time = and_(_CLOCKS.c.satisfied_at.is_not(None), _CLOCKS.c.satisfied_at <= _CLOCKS.c.due_at)
    category = case((in_time, literal(Kept.IN_TIME)), else_=literal(Kept.LATE))
    return _counted(_CLOCKS.c.case_id, _CLOCKS.c.due_at, category).where(_CLOCKS.c.case_id.is_not(None))


def _referrals(connection: Connection, periods: Sequence[Period]) -> Rows:
    del connection, periods
    ended = func.coalesce(_REFERRALS.c.closed_at, _REFERRALS.c.decided_at)
    return _counted(_REFERRALS.c.case_id, ended, _REFERRALS.c.status).where(_REFERRALS.c.status.in_(_ENDS))


def _lapse(
    connection: Connection, since: ColumnElement[Any], until: ColumnElement[Any]
) -> ColumnElement[str]:
    """How long it was between two moments, in words."""
    if connection.dialect.name == "sqlite":
        seconds: ColumnElement[Any] = func.round((func.julianday(until) - func.julianday(since)) * _DAY)
    else:
        seconds = func.extract("epoch", until - since)
    bands = ((seconds <= days * _DAY, literal(lapse)) for lapse, days in _LAPSES)
    return case(*bands, else_=literal(Lapse.LONGER))


def _until_first(
    table: FromClause, at: str, *where: ColumnElement[bool]
) -> Callable[[Connection, Sequence[Period]], Rows]:
    """How long it took from the opening of a case to the first record of a kind."""

    def made(connection: Connection, periods: Sequence[Period]) -> Rows:
        del periods
        moment = func.min(table.c[at], type_=table.c[at].type).label("first")
        first = select(table.c.case_id, moment).where(
            *where, table.c[at].is_not(None), table.c.case_id.is_not(None)
        )
        of_case = first.group_by(table.c.case_id).subquery()
        joined = CASES.join(of_case, of_case.c.case_id == CASES.c.id)
        lapse = _lapse(connection, CASES.c.opened_at, of_case.c.first)
        return _counted(CASES.c.id, of_case.c.first, lapse).select_from(joined)

    return made


def _to_close(connection: Connection, periods: Sequence[Period]) -> Rows:
    del periods
    lapse = _lapse(connection, CASES.c.opened_at, CASES.c.closed_at)
    closed = _counted(CASES.c.id, CASES.c.closed_at, lapse)
    return closed.where(CASES.c.closed_at.is_not(None), CASES.c.merged_into == "")


_ROWS: Mapping[Chart, Callable[[Connection, Sequence[Period]], Rows]] = {
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
