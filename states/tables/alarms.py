"""What becomes of an alarm: the calls that go out, who answered, and who is on call."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from states.tables.cases import CaseRow
from states.tables.columns import moment, new_id, sealed


class AlarmCall(CaseRow, table=True):
    """One call of an alarm's chain: whom, through what, when; what answered it is an :class:`AlarmAnswer`."""

    __tablename__ = "alarm_calls"
    alarm_id: str = Field(foreign_key="alarms.id", index=True)
    #: how often the chain has begun, and which of its steps this is; both from 1
    round: int
    step: int
    call: str
    #: the site whose police are called; of any other call, where the danger is
    site: str
    via: str
    status: str
    due_at: datetime = moment()
    sent_at: datetime | None = moment(nullable=True)


class AlarmAnswer(CaseRow, table=True):
    """What somebody answered to an alarm; the first word that they took over ends its calls."""

    __tablename__ = "alarm_answers"
    alarm_id: str = Field(foreign_key="alarms.id", index=True)
    #: the call that they answer, and the recipient that it went to; empty: the team's own entry
    call_id: str = ""
    recipient: str = ""
    way: str
    #: whether it says that they took over; else it is kept, and the calls go on
    took_over: bool = True
    content: bytes = sealed()


class DutyShift(SQLModel, table=True):
    """From when until when a member is on call (U-12)."""

    __tablename__ = "duty_shifts"
    id: str = Field(default_factory=new_id, primary_key=True)
    member_id: str = Field(foreign_key="members.id", index=True)
    #: id of the member to whom whoever has it would hand it over; empty: nobody
    offered_to: str = ""
    starts_at: datetime = moment()
    ends_at: datetime = moment(index=True)
    at: datetime = moment()
    by: str


class TimeOff(SQLModel, table=True):
    """From when until when a member is off: they are on no call then (U-12)."""

    __tablename__ = "times_off"
    id: str = Field(default_factory=new_id, primary_key=True)
    member: str = Field(foreign_key="members.id", index=True)
    starts_at: datetime = moment()
    ends_at: datetime = moment(index=True)
    #: when it was struck, as they are there after all
    struck_at: datetime | None = moment(nullable=True)
    at: datetime = moment()
    by: str
