"""Who may be in danger, and what was done for them; and entries that were corrected."""

from datetime import datetime

from sqlmodel import Field

from states.tables.cases import CaseRow
from states.tables.columns import codes, moment, sealed


class Target(CaseRow, table=True):
    """Somebody who may be in danger: a target, a victim, or staff who are affected (W-53)."""

    __tablename__ = "targets"
    role: str
    #: the member who follows up with them
    owner: str
    #: when the follow-up with them came to its end, or was waived; None: it goes on
    settled_at: datetime | None = moment(nullable=True)
    waived: bool = False
    content: bytes = sealed()


class TargetStep(CaseRow, table=True):
    """One thing that was done for somebody in danger, or how a follow-up with them went (W-53)."""

    __tablename__ = "target_steps"
    target_id: str = Field(foreign_key="targets.id", index=True)
    kind: str
    content: bytes = sealed()


class Correction(CaseRow, table=True):
    """An entry that was corrected: why, and its former wording."""

    __tablename__ = "corrections"
    #: the table and the id of the entry
    table: str
    about: str = Field(index=True)
    #: names of the fields that were corrected
    fields: list[str] = codes()
    content: bytes = sealed()
