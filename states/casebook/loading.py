"""Loads what guards look at: the sections of a case file, without their sealed contents."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, cast, literal, null, select, union_all
from sqlalchemy import Row as SqlRow
from sqlmodel import SQLModel

from states.casefile import CaseFile, Row, Section
from states.policy.pack import Pack
from states.store.batch import Statement
from states.tables import (
    Alarm,
    Assessment,
    Case,
    CheckIn,
    Concurrence,
    Confirmation,
    Disposition,
    Meeting,
    Plan,
    PlanAction,
    ReintegrationPlan,
    Report,
    Screening,
    SourceQuery,
    Target,
    table_of,
)
from states.vocabulary.cases import ReportStanding

#: the table of each section
MODELS: dict[Section, type[SQLModel]] = {
    Section.SCREENINGS: Screening,
    Section.CONCURRENCES: Concurrence,
    Section.CONFIRMATIONS: Confirmation,
    Section.REPORTS: Report,
    Section.QUERIES: SourceQuery,
    Section.ASSESSMENTS: Assessment,
    Section.PLANS: Plan,
    Section.ACTIONS: PlanAction,
    Section.REINTEGRATION: ReintegrationPlan,
    Section.CHECK_INS: CheckIn,
    Section.DISPOSITIONS: Disposition,
    Section.ALARMS: Alarm,
    Section.MEETINGS: Meeting,
    Section.TARGETS: Target,
}


@cache
def _loading(models: tuple[tuple[str, type[SQLModel]], ...], *, sealed: bool) -> Statement:
    """One statement for all: each row says what it is, and has the columns of every kind."""
    tables = {label: table_of(model) for label, model in models}
    # Records are ordered by the event that wrote them, also where no kind asked for has that column.
    columns = {"seq": table_of(Report).c.seq}
    columns |= {column.name: column for table in tables.values() for column in table.c}
    if not sealed:
        columns.pop("content", None)
    parts = [
        select(
            literal(label).label("section"),
            *(table.c.get(name, cast(null(), column.type).label(name)) for name, column in columns.items()),
        ).where(
            table.c.case_id == bindparam("case"),
            # A report that was moved or taken back holds nothing up, and says nothing.
            *([table.c.standing == ReportStanding.STANDS] if table is table_of(Report) else []),
        )
        for label, table in tables.items()
    ]
    return Statement(union_all(*parts).order_by("seq", "at", "id"))


def together(
    connection: Connection, case_id: str, models: Mapping[str, type[SQLModel]], *, sealed: bool
) -> dict[str, list[SqlRow[Any]]]:
    """A case's records of several kinds, oldest first, in one statement; of reports those that stand.

    Args:
        connection: an open transaction.
        case_id: the case.
        models: the kinds, by what they are called in the answer.
        sealed: whether their sealed contents are wanted, too.
    """
    rows: dict[str, list[SqlRow[Any]]] = {label: [] for label in models}
    if rows:
        for row in _loading(tuple(sorted(models.items())), sealed=sealed).rows(connection, {"case": case_id}):
            rows[row.section].append(row)
    return rows


def load(
    connection: Connection,
    case: Case,
    pack: Pack,
    sections: Collection[Section],
    given: Mapping[str, str] | None = None,
    *,
    now: datetime,
) -> CaseFile:
    """Load a case file with the sections asked for."""
    models = {section.value: MODELS[section] for section in sections}
    rows = together(connection, case.id, models, sealed=False)
    loaded: dict[Section, Sequence[Row]] = {Section(label): records for label, records in rows.items()}
    return CaseFile(case, pack, loaded, now, given or {})
