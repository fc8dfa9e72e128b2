"""What keeps the team fit for its work: its members' training."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from states.tables.columns import moment, new_id, sealed


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
