"""Cases: where each one stands, whom it is about, and what people reported and noted."""

from datetime import date, datetime

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from states.tables.columns import codes, codes_by_id, moment, new_id, of_case, sealed


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
        # Lists begin with the case that changed last, of all or of one state.
        Index("ix_cases_changed", "changed_at", "id"),
        Index("ix_cases_state", "state", "changed_at", "id"),
        # What nobody leads yet is for intake to screen.
        Index(
            "ix_cases_nobodys",
            "state",
            sqlite_where=text("lead IS NULL"),
            postgresql_where=text("lead IS NULL"),
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    number: str = Field(unique=True)
    state: str
    #: the classification in force; None until the first assessment
    level: str | None = None
    #: the assessment that put that level in force
    assessment_id: str | None = None
    #: the level a screening gave, before any assessment
    provisional_level: str | None = None
    #: the site that counts first, and every other one where the person is (W-57)
    site: str
    further_sites: list[str] = codes()
    affiliations: list[str] = codes()
    #: code of the administrative unit that the subject belongs to (W-22); empty: not known yet
    unit: str = ""
    #: since when recommendations wait for the unit to be known
    unit_wanted_at: datetime | None = moment(nullable=True)
    lead: str | None = None
    offices: list[str] = codes()
    #: members brought onto this case by name (W-02, W-50)
    members: list[str] = codes()
    #: members who see and do nothing here; only :mod:`states.casebook.standing.conflicts` writes the three
    kept_out: list[str] = codes()
    #: who is let to the case for a time, by id: by which way, and until when, ISO 8601 in UTC (W-50)
    guests: dict[str, list[str]] = codes_by_id()
    #: who chairs in this case; nobody: the chair of the team
    stand_ins: list[str] = codes()
    #: whether the office outside the team takes part, because too few of the team are left
    outside: bool = False
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
    #: ledger event from which on a level on record counts: the opening, or the last closing other than by a
    #: merge; a lower one than any since needs the team's agreement (:mod:`states.standing_level`)
    levels_since: int = 1
    #: ledger event with which the present state was entered, and when
    entered_seq: int = 1
    entered_at: datetime = moment()
    changed_at: datetime = moment()
    closed_at: datetime | None = moment(nullable=True)
    erased_at: datetime | None = moment(nullable=True)
    #: number of the case of the same person that goes on instead of this one; empty: none does
    merged_into: str = ""
    #: by which rules the people of the case are in the index; 0: by none that hold
    index_version: int = 0
    #: by which rules the ledger tells of the rows of the case; 0: it was begun before any did
    told_by: int = 0

    @property
    def sites(self) -> tuple[str, ...]:
        """Every site that is concerned, the one that counts first at the head."""
        return tuple(dict.fromkeys((self.site, *self.further_sites)))

    @property
    def current_level(self) -> str | None:
        """The level in force; before any assessment, the one that a screening gave."""
        return self.level or self.provisional_level


class CaseViewer(SQLModel, table=True):
    """Who sees a case, or does not, in one word (:func:`states.access.viewers`): what lists go by.

    It follows from the case's row, and is written with it by its page alone.
    """

    __tablename__ = "case_viewers"
    __table_args__ = (Index("ix_case_viewers_who", "who", "case_id", "until"), {"sqlite_with_rowid": False})

    case_id: str = Field(foreign_key="cases.id", primary_key=True)
    who: str = Field(primary_key=True)
    #: when it ends by itself; None: it does not
    until: datetime | None = moment(nullable=True)


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
    """What the people of a case can be found by, as blind indexes."""

    __tablename__ = "blind_indexes"
    __table_args__ = (Index("ix_blind_indexes_shared", "blind", "case_id"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    case_id: str = of_case()
    #: what the person is to the case, and the record that says so
    role: str
    about: str
    kind: str
    blind: str


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
    """Who a case is about, as somebody decided: the newest decision holds, and the earlier ones stay."""

    __tablename__ = "subjects"
    #: the earlier decision that this one goes back to
    restores: str | None = None
    content: bytes = sealed()


class Report(CaseRow, table=True):
    """One report of concern."""

    __tablename__ = "reports"
    channel: str
    received_at: datetime = moment()
    imminent: bool = False
    #: whether whoever reports it has not said all of it yet
    begun: bool = False
    #: whether the reporter asked for privacy (W-40)
    private: bool = False
    #: the written report that follows up this verbal one, or that the follow-up was waived (W-12)
    follow_up: str | None = None
    #: whether it counts here; one that was moved has no content here any more
    standing: str = "stands"
    #: number of the case that it was moved to, or came from; empty: it was not moved
    moved_to: str = ""
    came_from: str = ""
    #: the id that it has where it was moved to
    moved_as: str = ""
    content: bytes = sealed()


class Tip(CaseRow, table=True):
    """A report that came in at a door, by the sender's own id, so that none is taken twice (M-01)."""

    __tablename__ = "tips"
    __table_args__ = (UniqueConstraint("door", "token"),)
    door: str
    #: blind index of the sender's id
    token: str
    report_id: str = Field(foreign_key="reports.id", index=True)
    #: when the sender was told that it was taken up; None: not yet, or the door takes no answer
    answered_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class Conflict(CaseRow, table=True):
    """That a member is, or may be, somebody in a case, and is kept out of it until that is lifted."""

    __tablename__ = "conflicts"
    member: str = Field(index=True)
    role: str
    match: str
    status: str
    #: who decided on it last, and when; nobody yet: it stands as it was found
    decided_by: str | None = None
    decided_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class Stay(CaseRow, table=True):
    """That somebody is let to a case for a time: by the chair (W-50), or by break-glass.

    ``by`` is whoever let them in; of break-glass, they themselves.
    """

    __tablename__ = "stays"
    __table_args__ = (
        Index(
            "ix_stays_open",
            "until",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    member: str = Field(index=True)
    way: str
    until: datetime = moment()
    #: since when it is over, and what was left to do was handed over; None: not yet
    ended_at: datetime | None = moment(nullable=True)
    #: of break-glass: who said afterwards whether it was justified, and what they said; nobody yet
    reviewed_by: str | None = None
    reviewed_at: datetime | None = moment(nullable=True)
    justified: bool | None = None
    content: bytes = sealed()


class CaseRelation(CaseRow, table=True):
    """What two cases of different people have to do with each other: one row for both."""

    __tablename__ = "case_relations"
    other_id: str = Field(foreign_key="cases.id", index=True)
    kind: str
    #: when it was taken back, and by whom
    ended_at: datetime | None = moment(nullable=True)
    ended_by: str = ""
    #: how often it was changed, by either case: which of two chains tells of it last
    revision: int = 0


class CaseLink(CaseRow, table=True):
    """Two cases that may concern one person (W-47): one row for both."""

    __tablename__ = "case_links"
    other_id: str = Field(foreign_key="cases.id", index=True)
    #: both ids, the lower first
    pair: str = Field(unique=True)
    status: str
    #: what speaks for it, in codes, and how much (0 to 100)
    reasons: list[str] = codes()
    score: int = 0
    #: blind indexes that both had when it was last decided: only a new one asks again
    seen: list[str] = codes()
    #: how often it was changed, by either case: which of two chains tells of it last
    revision: int = 0


class Screening(CaseRow, table=True):
    """A provisional level, with a rationale."""

    __tablename__ = "screenings"
    level: str
    #: whether the writer chaired the team then, or stood in for the chair
    chair: bool = False
    content: bytes = sealed()


class Concurrence(CaseRow, table=True):
    """A second member's agreement with one record."""

    __tablename__ = "concurrences"
    #: the screening or assessment agreed with
    about: str
    #: whether this member chaired the team then, or stood in for the chair
    chair: bool = False
    content: bytes = sealed()


class Confirmation(CaseRow, table=True):
    """A participant's word that they took part in an assessment as it was filed (W-19)."""

    __tablename__ = "confirmations"
    #: the assessment
    about: str


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


class ProtectiveOrder(CaseRow, table=True):
    """A protective order on file, and the sites at which it holds (W-42)."""

    __tablename__ = "protective_orders"
    valid_until: datetime | None = moment(nullable=True)
    sites: list[str] = codes()
    #: since when it holds no more
    ended_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()


class Alarm(CaseRow, table=True):
    """An alarm on a case: open until somebody says that they took over; reviewed afterwards."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index("ix_alarms_at", "at", "seq"),
        Index(
            "ix_alarms_open",
            "at",
            "seq",
            sqlite_where=text("taken_over_at IS NULL AND followed_by IS NULL"),
            postgresql_where=text("taken_over_at IS NULL AND followed_by IS NULL"),
        ),
    )
    #: what sounded it
    cause: str
    #: the level that it was sounded at; None: imminent, whatever the level
    level: str | None = None
    #: the campus where the danger is
    site: str
    #: what makes it an emergency, as codes, and the day that the threat is for
    dangers: list[str] = codes()
    threatened_for: date | None = None
    #: the newer alarm on the case that goes on in its place
    followed_by: str | None = None
    #: when somebody said first that they took over
    taken_over_at: datetime | None = moment(nullable=True)
    police_alerted_at: datetime | None = moment(nullable=True)
    reviewed_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()
