"""The rows of the case database.

Columns in the clear are codes, times and opaque ids: what guards, clocks and lists need. Everything a person
wrote, or that tells who someone is, lies sealed in ``content`` (see :mod:`states.vault`; its shape is in
:mod:`states.records`). Only :mod:`states.casebook` writes these tables.
"""

from states.tables.cases import (
    Alarm,
    BlindIndex,
    Case,
    CaseLink,
    CaseRow,
    Concurrence,
    Counter,
    Note,
    ProtectiveOrder,
    Remark,
    Report,
    Screening,
    Subject,
    WrappedKey,
)
from states.tables.columns import Utc, loaded, new_id, table_of
from states.tables.management import (
    Assessment,
    CheckIn,
    Disclosure,
    Disposition,
    Meeting,
    Notice,
    Plan,
    PlanAction,
    Referral,
    ReintegrationPlan,
    SourceQuery,
)
from states.tables.registers import Checkpoint, Deadline, Effect, Event, LogEntry, Member, Review

__all__ = [
    "Alarm",
    "Assessment",
    "BlindIndex",
    "Case",
    "CaseLink",
    "CaseRow",
    "CheckIn",
    "Checkpoint",
    "Concurrence",
    "Counter",
    "Deadline",
    "Disclosure",
    "Disposition",
    "Effect",
    "Event",
    "LogEntry",
    "Meeting",
    "Member",
    "Note",
    "Notice",
    "Plan",
    "PlanAction",
    "ProtectiveOrder",
    "Referral",
    "ReintegrationPlan",
    "Remark",
    "Report",
    "Review",
    "Screening",
    "SourceQuery",
    "Subject",
    "Utc",
    "WrappedKey",
    "loaded",
    "new_id",
    "table_of",
]
