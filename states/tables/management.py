"""Case management: records asked for, assessments, plans, meetings, referrals, notices and the end."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from states.tables.cases import CaseRow
from states.tables.columns import codes, codes_by_id, moment, new_id, of_case, sealed


class SourceQuery(CaseRow, table=True):
    """One question to one data source, and its answer; what the audit of queries reads (P-03)."""

    __tablename__ = "source_queries"
    __table_args__ = (Index("ix_source_queries_at", "at", "id"),)
    kind: str = Field(index=True)
    source: str = ""
    basis: str
    #: whether the case was open, and the person who had it asked was on it, when it was put
    case_open: bool = True
    on_case: bool = True
    #: whether it goes before others
    urgent: bool = False
    status: str
    code: str = ""
    ticket: str = Field(default="", index=True)
    #: when it left for the source, first of all
    asked_at: datetime | None = moment(nullable=True)
    #: when a pending one is asked about again, and how often it was
    poll_at: datetime | None = moment(index=True, nullable=True)
    polls: int = 0
    #: until when the source lets its answer be kept
    retain_until: datetime | None = moment(index=True, nullable=True)
    answered_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class Assessment(CaseRow, table=True):
    """The team's classification of the behavior (W-05, W-19)."""

    __tablename__ = "assessments"
    level: str
    #: the level in force before
    previous: str | None = None
    criteria: list[str] = codes()
    conditions: list[str] = codes()
    #: whether the writer chaired the team then, or stood in for the chair
    chair: bool = False
    #: who is said to have taken part, by member id, each with the offices they spoke for; and those offices
    participants: dict[str, list[str]] = codes_by_id()
    offices: list[str] = codes()
    #: whether the person poses a threat of violence, and a risk of significant disruption (W-26); None: filed
    #: before both were asked
    sees_violence: bool | None = None
    sees_disruption: bool | None = None
    content: bytes = sealed()


class Rating(CaseRow, table=True):
    """What one member thinks before they know what the others do (W-05, W-19)."""

    __tablename__ = "ratings"
    content: bytes = sealed()


class Plan(CaseRow, table=True):
    """A Threat Management Plan or an Active Monitoring Plan (W-07 to W-10)."""

    __tablename__ = "plans"
    kind: str
    covers: list[str] = codes()
    #: those in danger whom it is for, by reference (W-10, W-53)
    targets: list[str] = codes()
    approved_by: str | None = None
    approved_at: datetime | None = moment(nullable=True)
    #: when it was put into action; a draft that another one took the place of never is
    in_force_since: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class PlanAction(CaseRow, table=True):
    """One action: of a plan, or agreed on at a meeting, whatever plan there is or comes (U-04)."""

    __tablename__ = "plan_actions"
    #: the plan that it is of; None: the team agreed on it at a meeting
    plan_id: str | None = Field(default=None, foreign_key="plans.id", index=True)
    #: the meeting that agreed on it, of this case or of one that goes on here; None: it is of a plan
    meeting_id: str | None = Field(default=None, foreign_key="meetings.id", index=True)
    owner: str | None = None
    due_at: datetime | None = moment(nullable=True)
    #: whether it must be complete before reintegration (W-45)
    initial: bool = True
    done_at: datetime | None = moment(nullable=True)
    #: the action of a plan that was put into force later which goes on from it, as that plan's event tells
    continued_by: str | None = None
    content: bytes = sealed()


class Meeting(SQLModel, table=True):
    """A meeting called, due, held (W-30 to W-33, U-04, U-05); without a case: the semester's."""

    __tablename__ = "meetings"
    __table_args__ = (
        Index(
            "ix_meetings_called",
            "scheduled_at",
            sqlite_where=text("held_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=text("held_at IS NULL AND cancelled_at IS NULL"),
        ),
    )
    id: str = Field(default_factory=new_id, primary_key=True)
    case_id: str | None = of_case(nullable=True)
    at: datetime = moment()
    by: str
    kind: str
    due_at: datetime = moment()
    scheduled_at: datetime = moment()
    held_at: datetime | None = moment(nullable=True)
    #: when it was called off, because another took its place or the case was closed
    cancelled_at: datetime | None = moment(nullable=True)
    #: number of the ledger event that put its minutes on record; 0: none did
    held_seq: int = 0
    #: ids of the members who were there, and the offices they spoke for
    present: list[str] = codes()
    offices: list[str] = codes()
    quorate: bool = False
    #: how often it was moved or called off: what calendars tell a newer invitation by (RFC 5546, 2.1.4)
    sequence: int = 0
    content: bytes = sealed()


class Referral(CaseRow, table=True):
    """A recommendation to an office outside the team (W-22 to W-25)."""

    __tablename__ = "referrals"
    kind: str
    plan_id: str | None = Field(default=None, foreign_key="plans.id")
    office: str
    handbook: str = ""
    convey_to: str = ""
    status: str
    #: name of the way out that took it, and what the office knows it by (its blind index)
    way: str = ""
    ticket: str = Field(default="", index=True)
    #: why it has not left, was declined at once, or could not be asked about, from a closed list
    code: str = ""
    #: what came of it, from a closed list; of counseling, attendance alone
    outcome: str = ""
    sent_at: datetime | None = moment(nullable=True)
    acknowledged_at: datetime | None = moment(nullable=True)
    decided_at: datetime | None = moment(nullable=True)
    #: when an office that does not call back is asked again
    poll_at: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)
    #: when the vice president of the person's unit was sent it (W-22)
    conveyed_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class Notice(SQLModel, table=True):
    """A message to one recipient: prepared with its Message-ID first, sent after."""

    __tablename__ = "notices"
    id: str = Field(default_factory=new_id, primary_key=True)
    case_id: str | None = of_case(nullable=True)
    effect_id: str = Field(index=True)
    template: str
    #: a member's id or an office's code
    recipient: str
    message_id: str = Field(unique=True)
    status: str
    at: datetime = moment()
    sent_at: datetime | None = moment(nullable=True, index=True)
    content: bytes = sealed()


class Disposition(CaseRow, table=True):
    """How the matter ended (W-26, W-27)."""

    __tablename__ = "dispositions"
    tell_reporter: bool = True
    #: whether the person poses a threat of violence, or a risk of significant disruption; empty: not said
    threat: str = ""
    disruption: str = ""
    #: offices at which somebody is named who follows up, or whether a reason says why nobody does
    followed_up_at: list[str] = codes()
    without_follow_up: bool = False
    content: bytes = sealed()


class HandOver(CaseRow, table=True):
    """Follow-up that passes to one named person when the case is closed, and whether they took it (W-28)."""

    __tablename__ = "hand_overs"
    disposition_id: str = Field(foreign_key="dispositions.id", index=True)
    #: code of the office that the person is at
    office: str
    confirmed_at: datetime | None = moment(nullable=True)
    #: a member's id, or ``office:`` and its code when the link was answered
    confirmed_by: str = ""
    content: bytes = sealed()


class Call(CaseRow, table=True):
    """A reporter whom no message reaches: what somebody tells them by phone, and what came of it (W-27)."""

    __tablename__ = "calls"
    __table_args__ = (Index("ix_calls_outcome", "outcome", "at", "id"),)
    #: the report that its reporter is called about
    about: str
    #: from a closed list; empty: nobody has called yet
    outcome: str = ""
    called_at: datetime | None = moment(nullable=True)
    called_by: str = ""
    content: bytes = sealed()


class ErasurePermit(CaseRow, table=True):
    """The chair's leave to erase a case before its time; sealed under the team's key, to outlast it."""

    __tablename__ = "erasure_permits"
    content: bytes = sealed()


class ReintegrationPlan(CaseRow, table=True):
    """Conditions under which the person comes back (W-45)."""

    __tablename__ = "reintegration_plans"
    content: bytes = sealed()


class CheckIn(CaseRow, table=True):
    """One agreed check-in during reintegration."""

    __tablename__ = "check_ins"
    plan_id: str = Field(foreign_key="reintegration_plans.id", index=True)
    owner: str
    due_at: datetime = moment()
    done_at: datetime | None = moment(nullable=True)
    waived: bool = False
    content: bytes = sealed()
