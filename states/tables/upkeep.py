"""What keeps the team fit for its work: training, changes of law and policy, agreements with agencies."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from states.tables.columns import codes, moment, new_id, sealed


class Training(SQLModel, table=True):
    """A training that a member has had, and when it lapses (U-14)."""

    __tablename__ = "trainings"
    id: str = Field(default_factory=new_id, primary_key=True)
    at: datetime = moment()
    by: str
    member: str = Field(foreign_key="members.id", index=True)
    #: code of its kind, in the policy pack
    kind: str
    done_at: datetime = moment()
    #: from when it counts no more; None: it does not lapse
    lapses_at: datetime | None = moment(nullable=True)
    #: when it was taken back, as entered by mistake
    taken_back_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class Change(SQLModel, table=True):
    """A change of law or policy that members confirm they read (U-13, U-16)."""

    __tablename__ = "changes"
    id: str = Field(default_factory=new_id, primary_key=True)
    at: datetime = moment()
    by: str
    #: from when it holds
    holds_at: datetime = moment()
    #: the version of the policy that it is; empty: somebody entered it
    version: str = ""
    #: whether members are asked to confirm it: not the version that was in force at first
    asked: bool = True
    #: when it was taken back, as entered by mistake
    taken_back_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class ChangeReading(SQLModel, table=True):
    """That a member confirmed that they read a change of law or policy."""

    __tablename__ = "change_readings"
    id: str = Field(default_factory=new_id, primary_key=True)
    change_id: str = Field(foreign_key="changes.id", index=True)
    member: str = Field(foreign_key="members.id", index=True)
    at: datetime = moment()


class Agreement(SQLModel, table=True):
    """An agreement with another agency, which its look-ups rest on (P-10)."""

    __tablename__ = "agreements"
    id: str = Field(default_factory=new_id, primary_key=True)
    at: datetime = moment()
    by: str
    #: what the partner is asked about under it: kinds of source
    kinds: list[str] = codes()
    signed_at: datetime = moment()
    #: from when it holds no more; None: it has no end
    ends_at: datetime | None = moment(nullable=True)
    reviewed_at: datetime | None = moment(nullable=True)
    #: when it was ended, before its time or in place of another
    ended_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()
