"""The registers that keep the whole going: ledger, outbox, deadlines, log book, team and reviews."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from states.tables.columns import codes, moment, new_id, of_case, sealed


class Event(SQLModel, table=True):
    """One link of a case's ledger chain."""

    __tablename__ = "events"
    __table_args__ = (
        # Whoever audits looks across cases at who read what, newest first.
        Index(
            "ix_events_read", "at", sqlite_where=text("what = 'read'"), postgresql_where=text("what = 'read'")
        ),
    )
    case_id: str = Field(foreign_key="cases.id", primary_key=True)
    seq: int = Field(primary_key=True)
    #: the case's version after it
    version: int
    at: datetime = moment()
    actor: str
    what: str
    #: codes only, never content
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    #: digests of the rows and contents written with this event, by place (:mod:`states.ledger.coverage`)
    digests: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    hash: str


class TeamEvent(SQLModel, table=True):
    """One link of the team's own ledger chain: what concerns no single case."""

    __tablename__ = "team_events"
    seq: int = Field(primary_key=True)
    at: datetime = moment()
    actor: str
    what: str
    #: codes and ids only, never content
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    #: digests of the rows and contents written with this event, by place
    digests: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    hash: str
    #: whether a checkpoint vouches for it
    sealed: bool = False


class Checkpoint(SQLModel, table=True):
    """Chain heads at one moment, chained themselves: a removed case shows."""

    __tablename__ = "checkpoints"
    seq: int = Field(primary_key=True)
    at: datetime = moment()
    #: [case id or "team", seq, hash] of every chain that grew since the checkpoint before
    heads: list[list[Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    hash: str
    #: the public key that it is signed with, in hexadecimal; empty only in those from before any was signed
    key: str = ""
    #: the public key that those after it are signed with, when another takes over
    successor: str = ""
    #: the signature of the hash, in hexadecimal
    signature: str = ""


class TimeStamp(SQLModel, table=True):
    """A stranger's word that a checkpoint's hash was there at a time: a response of RFC 3161."""

    __tablename__ = "time_stamps"
    checkpoint: int = Field(foreign_key="checkpoints.seq", primary_key=True)
    #: the time that it says
    at: datetime = moment()
    response: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


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
        # Lists begin with what was owed last, of all or of what is not done.
        Index("ix_effects_created", "created_at", "id"),
        Index(
            "ix_effects_open_created",
            "created_at",
            "id",
            sqlite_where=text("status <> 'done'"),
            postgresql_where=text("status <> 'done'"),
        ),
        # The alarm lane looks five times a second, whatever else is owed.
        Index("ix_effects_kind", "kind", "status"),
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
    #: the alarm lane that holds the claim, by its own name
    claimed_by: str | None = None
    #: why the last attempt failed, from a closed list
    code: str = ""
    done_at: datetime | None = moment(nullable=True)
    dedupe: str
    payload: bytes = sealed()


class Deadline(SQLModel, table=True):
    """A clock that runs: what, for which case and record, until when, by which clause."""

    __tablename__ = "deadlines"
    __table_args__ = (
        Index(
            "ix_deadlines_next",
            "next_at",
            sqlite_where=text("satisfied_at IS NULL"),
            postgresql_where=text("satisfied_at IS NULL"),
        ),
        Index(
            "ix_deadlines_due",
            "due_at",
            "id",
            sqlite_where=text("satisfied_at IS NULL"),
            postgresql_where=text("satisfied_at IS NULL"),
        ),
        # Whose work is whose: by its owner, and what the chair was told of because it is late.
        Index(
            "ix_deadlines_owner",
            "owner",
            sqlite_where=text("satisfied_at IS NULL AND owner <> ''"),
            postgresql_where=text("satisfied_at IS NULL AND owner <> ''"),
        ),
        Index(
            "ix_deadlines_late",
            "stage",
            sqlite_where=text("satisfied_at IS NULL AND stage IN ('escalated', 'stuck')"),
            postgresql_where=text("satisfied_at IS NULL AND stage IN ('escalated', 'stuck')"),
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
    __table_args__ = (
        Index("ix_log_entries_imported", "imported_at", "line"),
        Index("ix_log_entries_verdict", "verdict", "imported_at", "line"),
    )
    id: str = Field(default_factory=new_id, primary_key=True)
    #: blind index of the row's text and of how often it had come before
    fingerprint: str = Field(unique=True)
    imported_at: datetime = moment()
    line: int
    verdict: str
    rule: str = ""
    occurred_from: datetime | None = moment(nullable=True)
    occurred_to: datetime | None = moment(nullable=True)
    precision: str = ""
    #: blind index of the number that its department gave it; empty: it has none; None: an earlier release
    #: took it in
    incident: str | None = Field(default=None, index=True)
    #: which of the versions of its incident this is, from 1
    version: int = 1
    #: whether there is a newer version of it
    replaced: bool = False
    #: with which import it came; None: at a door, or an earlier release took it in
    import_id: str | None = Field(default=None, index=True)
    #: whether that import was taken back, and the row with it; or somebody set it aside
    withdrawn: bool = False
    case_id: str | None = of_case(nullable=True)
    content: bytes = sealed()


class Member(SQLModel, table=True):
    """A member of the team, a designee or an operator (W-02)."""

    __tablename__ = "members"
    id: str = Field(primary_key=True)
    offices: list[str] = codes()
    roles: list[str] = codes()
    active: bool = True
    #: when a membership ends or ended, and who takes over what is still open; none: no end is known
    ends_at: datetime | None = moment(nullable=True)
    hand_over_to: str | None = None
    content: bytes = sealed()


class MemberMark(SQLModel, table=True):
    """What a member would be known by in a report, as a blind index: an identifier, a mailbox, a name."""

    __tablename__ = "member_marks"
    id: str = Field(default_factory=new_id, primary_key=True)
    member: str = Field(foreign_key="members.id", index=True)
    kind: str
    blind: str = Field(index=True)


class OneTimeLink(SQLModel, table=True):
    """A link that works once: whoever holds it may tell one thing of one record."""

    __tablename__ = "one_time_links"
    id: str = Field(default_factory=new_id, primary_key=True)
    case_id: str = of_case()
    #: the record it is about, and what it lets its holder do
    about: str = Field(index=True)
    purpose: str
    #: blind index of the secret in the link
    token: str = Field(unique=True)
    made_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)


class Trial(SQLModel, table=True):
    """A question that was put to a source on no case, while it was being set up (P-03)."""

    __tablename__ = "trials"
    id: str = Field(default_factory=new_id, primary_key=True)
    at: datetime = moment(index=True)
    by: str
    source: str
    kind: str
    basis: str
    status: str
    code: str = ""


class Circuit(SQLModel, table=True):
    """How a far side has been answering; open means that it is not called for a while."""

    __tablename__ = "circuits"
    name: str = Field(primary_key=True)
    failures: int = 0
    code: str = ""
    opened_at: datetime | None = moment(nullable=True)
    retry_at: datetime | None = moment(nullable=True)
    changed_at: datetime = moment()


class SeenNonce(SQLModel, table=True):
    """The nonce of a signed message that was taken in: the message again is a replay (RFC 9421, 7.2.2)."""

    __tablename__ = "seen_nonces"
    nonce: str = Field(primary_key=True)
    expires_at: datetime = moment(index=True)


class Review(SQLModel, table=True):
    """One entry of the plan's record of reviews and revisions (W-46)."""

    __tablename__ = "reviews"
    id: str = Field(default_factory=new_id, primary_key=True)
    at: datetime = moment()
    by: str
    #: who approved it, of an entry made before that was sealed with the rest; none once it is
    approved_by: str | None = None
    effective_at: datetime = moment()
    content: bytes = sealed()


class SemesterReport(SQLModel, table=True):
    """One version of what the team reports on a period; the newest counts, an approved one is sent (W-34)."""

    __tablename__ = "semester_reports"
    id: str = Field(default_factory=new_id, primary_key=True)
    #: when it was written, and by whom
    at: datetime = moment()
    by: str
    #: the period, as in ``Spring 2026``, and its days as they are reported on
    about: str = Field(index=True)
    begins_at: datetime = moment()
    ends_at: datetime = moment()
    #: which version it is, from 1
    version: int = 1
    #: who approved it, and when; nobody: it is not sent
    approved_by: str = ""
    approved_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()
