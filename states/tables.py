"""The rows of the case database.

Columns in the clear are codes, times and opaque ids: what guards, clocks and lists need. Everything a person wrote,
or that tells who someone is, lies sealed in ``content`` (see :mod:`states.vault`; its shape is in
:mod:`states.records`). Only :mod:`states.casebook` writes these tables.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, Column, DateTime, Dialect, Index, LargeBinary, MetaData, UniqueConstraint, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


def new_id() -> str:
    """An opaque id: 32 hexadecimal digits that tell nothing."""
    return uuid4().hex


class Utc(TypeDecorator[datetime]):
    """A moment in UTC, aware on the way in and on the way out, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; SQLite keeps it without the offset."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware moment in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment(*, index: bool = False, nullable: bool = False) -> Any:
    """A column that holds a moment in UTC."""
    if nullable:
        return Field(default=None, sa_type=Utc, nullable=True, index=index)  # type: ignore[call-overload]
    return Field(sa_type=Utc, index=index)  # type: ignore[call-overload]


def codes() -> Any:
    """A column that holds a list of codes."""
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))


def sealed() -> Any:
    """A column that holds sealed content."""
    return Field(default=b"", sa_column=Column(LargeBinary, nullable=False))


def of_case(*, nullable: bool = False) -> Any:
    """A column that names the case a row belongs to."""
    if nullable:
        return Field(default=None, foreign_key="cases.id", index=True, nullable=True)
    return Field(foreign_key="cases.id", index=True)


class Case(SQLModel, table=True):
    """One case: where it stands, and the head of its ledger chain."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "ix_cases_unsealed",
            "id",
            sqlite_where=text("seq <> sealed_seq"),
            postgresql_where=text("seq <> sealed_seq"),
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    number: str = Field(unique=True)
    state: str = Field(index=True)
    #: the classification in force; None until the first assessment
    level: str | None = None
    #: the assessment that put that level in force
    assessment_id: str | None = None
    #: the level a screening gave, before any assessment
    provisional_level: str | None = None
    site: str
    affiliations: list[str] = codes()
    lead: str | None = None
    offices: list[str] = codes()
    #: members brought onto this case by name (W-02, W-50)
    members: list[str] = codes()
    #: goes up with every change; what two people acting at once are told apart by
    version: int = 0
    #: number and hash of the newest ledger event
    seq: int = 0
    head: str = ""
    #: ledger events up to this one are covered by a checkpoint
    sealed_seq: int = 0
    opened_at: datetime = moment()
    #: ledger event with which the present course began: the opening, or the last reopening
    began_seq: int = 1
    #: ledger event with which the present state was entered, and when
    entered_seq: int = 1
    entered_at: datetime = moment()
    changed_at: datetime = moment()
    closed_at: datetime | None = moment(nullable=True)
    erased_at: datetime | None = moment(nullable=True)


class WrappedKey(SQLModel, table=True):
    """A scope's data key, wrapped by the master key; none once it is destroyed."""

    __tablename__ = "wrapped_keys"
    scope: str = Field(primary_key=True)
    wrapped: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    made_at: datetime = moment()
    destroyed_at: datetime | None = moment(nullable=True)


class Counter(SQLModel, table=True):
    """The next case number of a year."""

    __tablename__ = "counters"
    year: int = Field(primary_key=True)
    next: int


class BlindIndex(SQLModel, table=True):
    """What a case's subject can be found by, as blind indexes."""

    __tablename__ = "blind_indexes"
    id: str = Field(default_factory=new_id, primary_key=True)
    case_id: str = of_case()
    kind: str
    blind: str = Field(index=True)


class CaseRow(SQLModel):
    """What every record of a case has."""

    id: str = Field(default_factory=new_id, primary_key=True)
    case_id: str = of_case()
    #: number of the ledger event that recorded it: the order in which records came
    seq: int = 0
    #: when it was recorded, and by whom (a member's id)
    at: datetime = moment()
    by: str


class Subject(CaseRow, table=True):
    """The person a case is about."""

    __tablename__ = "subjects"
    content: bytes = sealed()


class Report(CaseRow, table=True):
    """One report of concern."""

    __tablename__ = "reports"
    channel: str
    received_at: datetime = moment()
    imminent: bool = False
    #: whether the reporter asked for privacy (W-40)
    private: bool = False
    #: the written report that follows up this verbal one, or that the follow-up was waived (W-12)
    follows_up: str | None = None
    follow_up: str | None = None
    content: bytes = sealed()


class Screening(CaseRow, table=True):
    """A provisional level, with a rationale."""

    __tablename__ = "screenings"
    level: str
    content: bytes = sealed()


class Concurrence(CaseRow, table=True):
    """A second member's agreement with one record."""

    __tablename__ = "concurrences"
    #: the screening or assessment agreed with
    about: str
    content: bytes = sealed()


class Remark(CaseRow, table=True):
    """A reason that somebody gave: for a trigger, a waiver, an alarm."""

    __tablename__ = "remarks"
    #: the trigger or the record it is about
    about: str
    content: bytes = sealed()


class Note(CaseRow, table=True):
    """An interview, an inquiry or an observation (U-01, W-18, W-36)."""

    __tablename__ = "notes"
    kind: str
    content: bytes = sealed()


class SourceQuery(CaseRow, table=True):
    """One question to one data source, and its answer."""

    __tablename__ = "source_queries"
    kind: str = Field(index=True)
    source: str = ""
    basis: str
    status: str
    code: str = ""
    ticket: str = ""
    answered_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class Assessment(CaseRow, table=True):
    """The team's classification of the behaviour (W-05, W-19)."""

    __tablename__ = "assessments"
    level: str
    #: the level in force before
    previous: str | None = None
    criteria: list[str] = codes()
    conditions: list[str] = codes()
    offices: list[str] = codes()
    content: bytes = sealed()


class Plan(CaseRow, table=True):
    """A Threat Management Plan or an Active Monitoring Plan (W-07 to W-10)."""

    __tablename__ = "plans"
    kind: str
    covers: list[str] = codes()
    approved_by: str | None = None
    approved_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class PlanAction(CaseRow, table=True):
    """One action of a plan."""

    __tablename__ = "plan_actions"
    plan_id: str = Field(foreign_key="plans.id", index=True)
    owner: str | None = None
    due_at: datetime | None = moment(nullable=True)
    #: whether it must be complete before reintegration (W-45)
    initial: bool = True
    done_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class Meeting(SQLModel, table=True):
    """A meeting called, due, held (W-30 to W-33, U-04, U-05); without a case: the semester's."""

    __tablename__ = "meetings"
    id: str = Field(default_factory=new_id, primary_key=True)
    case_id: str | None = of_case(nullable=True)
    at: datetime = moment()
    by: str
    kind: str
    due_at: datetime = moment()
    scheduled_at: datetime = moment()
    held_at: datetime | None = moment(nullable=True)
    offices: list[str] = codes()
    quorate: bool = False
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
    sent_at: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)
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
    sent_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class Disclosure(CaseRow, table=True):
    """What left the team: to whom, for what, on which basis (34 CFR 99.32)."""

    __tablename__ = "disclosures"
    recipient: str
    purpose: str
    basis: str
    what: str


class Disposition(CaseRow, table=True):
    """How the matter ended (W-26, W-27)."""

    __tablename__ = "dispositions"
    tell_reporter: bool = True
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


class ProtectiveOrder(CaseRow, table=True):
    """A protective order on file (W-42)."""

    __tablename__ = "protective_orders"
    valid_until: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class Alarm(CaseRow, table=True):
    """An alarm raised on a case; its review falls due afterwards."""

    __tablename__ = "alarms"
    police_alerted_at: datetime | None = moment(nullable=True)
    reviewed_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class CaseLink(CaseRow, table=True):
    """Two cases that may concern one person (W-47)."""

    __tablename__ = "case_links"
    other_id: str = Field(foreign_key="cases.id", index=True)
    status: str


class Member(SQLModel, table=True):
    """A member of the team, a designee or an operator (W-02)."""

    __tablename__ = "members"
    id: str = Field(primary_key=True)
    offices: list[str] = codes()
    roles: list[str] = codes()
    active: bool = True
    content: bytes = sealed()


class Review(SQLModel, table=True):
    """One entry of the plan's record of reviews and revisions (W-46)."""

    __tablename__ = "reviews"
    id: str = Field(default_factory=new_id, primary_key=True)
    at: datetime = moment()
    by: str
    approved_by: str
    effective_at: datetime = moment()
    content: bytes = sealed()


class Event(SQLModel, table=True):
    """One link of a case's ledger chain."""

    __tablename__ = "events"
    case_id: str = Field(foreign_key="cases.id", primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime = moment()
    actor: str
    what: str
    #: codes only, never content
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    #: digests of the contents written with this event, by "table/id"
    digests: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    hash: str


class Checkpoint(SQLModel, table=True):
    """Chain heads at one moment, chained themselves: a removed case shows."""

    __tablename__ = "checkpoints"
    seq: int = Field(primary_key=True)
    at: datetime = moment()
    #: [case id, seq, hash] of every chain that grew since the checkpoint before
    heads: list[list[Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    hash: str


class Effect(SQLModel, table=True):
    """Something a case owes the world: an outbox row."""

    __tablename__ = "effects"
    __table_args__ = (
        UniqueConstraint("dedupe"),
        Index(
            "ix_effects_open",
            "due_at",
            sqlite_where=text("status <> 'done'"),
            postgresql_where=text("status <> 'done'"),
        ),
    )
    id: str = Field(default_factory=new_id, primary_key=True)
    case_id: str | None = of_case(nullable=True)
    kind: str
    status: str
    urgent: bool = False
    attempt: int = 0
    created_at: datetime = moment()
    due_at: datetime = moment()
    lease: str | None = Field(default=None, index=True)
    lease_until: datetime | None = moment(nullable=True)
    flow_run_id: str | None = None
    #: why the last attempt failed, from a closed list
    code: str = ""
    done_at: datetime | None = moment(nullable=True)
    dedupe: str
    payload: bytes = sealed()


class Deadline(SQLModel, table=True):
    """A clock that runs: what, for which case and record, until when, by which clause."""

    __tablename__ = "deadlines"
    __table_args__ = (
        UniqueConstraint("case_id", "clock", "about", "set_at"),
        Index(
            "ix_deadlines_next",
            "next_at",
            sqlite_where=text("satisfied_at IS NULL"),
            postgresql_where=text("satisfied_at IS NULL"),
        ),
    )
    id: str = Field(default_factory=new_id, primary_key=True)
    case_id: str | None = of_case(nullable=True)
    clock: str
    #: the record the clock is about, or empty
    about: str = ""
    #: the member it is first of all for, or empty: the lead, else the chair
    owner: str = ""
    set_at: datetime = moment()
    due_at: datetime = moment()
    clause: str
    stage: str
    #: when the chair is told, and when it counts as stuck
    escalate_at: datetime = moment()
    stuck_at: datetime = moment()
    #: when the sweep looks at it next
    next_at: datetime | None = moment(nullable=True)
    satisfied_at: datetime | None = moment(nullable=True)


class LogEntry(SQLModel, table=True):
    """One row of an imported police log, word for word, and what became of it."""

    __tablename__ = "log_entries"
    id: str = Field(default_factory=new_id, primary_key=True)
    #: blind index of the row's text and of its how-manieth occurrence
    fingerprint: str = Field(unique=True)
    imported_at: datetime = moment()
    line: int
    verdict: str = Field(index=True)
    rule: str = ""
    occurred_from: datetime | None = moment(nullable=True)
    occurred_to: datetime | None = moment(nullable=True)
    precision: str = ""
    case_id: str | None = of_case(nullable=True)
    content: bytes = sealed()
