"""Loads what guards look at: the sections of a case file, without their sealed contents."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from states.casefile import CaseFile, Section
from states.policy import Pack
from states.tables import (
    Alarm,
    Assessment,
    Case,
    CheckIn,
    Concurrence,
    Disposition,
    Meeting,
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
    Section.MEETINGS: Meeting,
}


def _query(section: Section) -> Select[Any]:
    table = _TABLES[section].__table__
    columns = [column for column in table.c if column.name != "content"]
    order = table.c.seq if "seq" in table.c else table.c.at
    return select(*columns).where(table.c.case_id == bindparam("case")).order_by(order, table.c.id)


#: made once: building a statement takes longer than sending it
_QUERIES: dict[Section, Select[Any]] = {section: _query(section) for section in Section}


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
    loaded = {section: connection.execute(_QUERIES[section], {"case": case.id}).all() for section in sections}
    return CaseFile(case, pack, loaded, now, given or {})
