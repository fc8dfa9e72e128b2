"""Loads what guards look at: the sections of a case file, without their sealed contents."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Connection, Table, bindparam, cast, literal, null, select, union_all
from sqlmodel import SQLModel

from states.batch import Statement
from states.casefile import CaseFile, Row, Section
from states.policy import Pack
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
from states.vocabulary import ReportStanding

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


def _that_count(section: Section, table: Table) -> list[ColumnElement[bool]]:
    """A guard sees the reports that stand: one that was moved or taken back holds nothing up."""
    return [table.c.standing == ReportStanding.STANDS] if section is Section.REPORTS else []


@cache
def _loading(sections: frozenset[Section]) -> Statement:
    """One statement for all: each row says which section it is of, and has the columns of every section."""
    tables = {section: table_of(MODELS[section]) for section in sorted(sections)}
    # Records are ordered by the event that wrote them, also where no section asked for has that column.
    columns = {"seq": table_of(Report).c.seq}
    columns |= {column.name: column for table in tables.values() for column in table.c}
    columns.pop("content", None)
    parts = [
        select(
            literal(section.value).label("section"),
            *(table.c.get(name, cast(null(), column.type).label(name)) for name, column in columns.items()),
        ).where(table.c.case_id == bindparam("case"), *_that_count(section, table))
        for section, table in tables.items()
    ]
    return Statement(union_all(*parts).order_by("seq", "at", "id"))


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
    loaded: dict[Section, list[Row]] = {section: [] for section in sections}
    if loaded:
        for row in _loading(frozenset(loaded)).rows(connection, {"case": case.id}):
            loaded[Section(row.section)].append(row)
    return CaseFile(case, pack, loaded, now, given or {})
