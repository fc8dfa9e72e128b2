"""Loads what guards look at: the sections of a case file, without their sealed contents."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from states.batch import Statement, read
from states.casefile import CaseFile, Section
from states.policy import Pack
from states.tables import (
    Alarm,
    Assessment,
    Case,
    CheckIn,
    Concurrence,
    Disposition,
    Plan,
    PlanAction,
    ReintegrationPlan,
    Report,
    Screening,
    SourceQuery,
)

_TABLES: dict[Section, Any] = {
    Section.SCREENINGS: Screening,
    Section.CONCURRENCES: Concurrence,
    Section.REPORTS: Report,
    Section.QUERIES: SourceQuery,
    Section.ASSESSMENTS: Assessment,
    Section.PLANS: Plan,
    Section.ACTIONS: PlanAction,
    Section.REINTEGRATION: ReintegrationPlan,
    Section.CHECK_INS: CheckIn,
    Section.DISPOSITIONS: Disposition,
    Section.ALARMS: Alarm,
}


def _query(section: Section) -> Statement:
    table = _TABLES[section].__table__
    columns = [column for column in table.c if column.name != "content"]
    of_case = table.c.case_id == bindparam("case")
    return Statement(select(*columns).where(of_case).order_by(table.c.seq, table.c.id))


_QUERIES: dict[Section, Statement] = {section: _query(section) for section in Section}


def load(
    connection: Connection,
    case: Case,
    pack: Pack,
    sections: Collection[Section],
    given: Mapping[str, str] | None = None,
) -> CaseFile:
    """Load a case file with the sections asked for."""
    wanted = list(sections)
    rows = read(connection, [(_QUERIES[section], {"case": case.id}) for section in wanted])
    return CaseFile(case, pack, dict(zip(wanted, rows, strict=True)), given or {})
