"""Corrections of the team's own: reviews, agreements, minutes of the semester; what stood there stays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, select, true, update
from sqlmodel import SQLModel

from states import deadlines
from states.access import Act, Actor, permit
from states.calendar.moments import Here
from states.casebook.book import Casebook
from states.casebook.standing.stand_ins import is_quorum
from states.casebook.team import reviews, semester
from states.casebook.team.upkeep import agreements
from states.casebook.team.upkeep.clocks import keep_clocks
from states.contents.content import Content
from states.contents.inquiry import reason
from states.contents.kept import AGREEMENTS, MEETINGS, REVIEWS, Kept
from states.contents.plans import TeamMinutesContent
from states.contents.team import AgreementEntry, ReviewEntry, TeamCorrection
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.ledger import chain, coverage
from states.tables import Agreement, Deadline, Meeting, Review, table_of
from states.vault import DataKey
from states.vocabulary.effects import Clock
from states.vocabulary.people import Role

_MEETINGS, _DEADLINES = table_of(Meeting), table_of(Deadline)

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Correcting:
    """A correction of a record of the team's while it is made.

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        key: the team's data key.
        row: the record, as it was.
        before: its fields, as they were.
        after: its fields, as they are right.
    """

    book: Casebook
    connection: Connection
    key: DataKey
    row: Any
    before: Said
    after: Said


#: sets right what hangs on a record; the columns to be set, and what the ledger tells of other rows
_Follow = Callable[[_Correcting], tuple[dict[str, object], dict[str, str]]]


def _nothing(_made: _Correcting) -> tuple[dict[str, object], dict[str, str]]:
    return {}, {}


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """A kind of record of the team's that may be corrected.

    Args:
        model: its rows.
        kept: what is sealed in them.
        content: what its fields are read by.
        fields: those that may be given.
        columns: those of them that lie in a column and not in the content.
        hangs_on: sets right what hangs on it.
        there: which of its rows are the team's, and on record.
    """

    model: type[SQLModel]
    kept: Kept[Any]
    content: type[Content]
    fields: tuple[str, ...]
    columns: tuple[str, ...] = ()
    hangs_on: _Follow = _nothing
    there: ColumnElement[bool] = field(default_factory=true)


def _review(made: _Correcting) -> tuple[dict[str, object], dict[str, str]]:
    approver = made.after["approved_by"]
    if bool(approver) != bool(made.before["approved_by"]):
        raise Refused(
            "Who approved it is put on record with the approval (`tat team approve-review`), and stays "
            "there. Nothing was written."
        )
    if approver and made.after["sections_revised"] != made.before["sections_revised"]:
        raise Refused(
            "Whoever approved this review approved these words: enter another one, which is approved in its "
            "turn. Nothing was written."
        )
    if approver:
        reviews.by_somebody_else(made.connection, made.key, approver, made.row.by)
    return {}, {}


def _agreement(made: _Correcting) -> tuple[dict[str, object], dict[str, str]]:
    """Check what rests on an agreement, and its days, as they are checked when it is entered."""
    right = AgreementEntry.model_validate(made.after)
    agreements.fits(
        made.book,
        right.kinds,
        signed_at=right.signed_at,
        ends_at=right.ends_at,
        reviewed_at=right.reviewed_at,
    )
    return {"kinds": sorted(set(right.kinds))}, {}


def _minutes(made: _Correcting) -> tuple[dict[str, object], dict[str, str]]:
    """Set right the offices, the quorum, and the semester's clock, which stops with a quorum alone."""
    row, connection = made.row, made.connection
    if made.after["present"] == made.before["present"]:
        return {}, {}
    offices = sorted(semester.offices_of(connection, made.after["present"]))
    quorate = is_quorum(made.book.pack, offices)
    told: dict[str, str] = {}
    if quorate and not row.quorate:
        told = deadlines.satisfy_of_team(connection, Clock.SEMESTER_MEETING, now=made.book.clock())
    if row.quorate and not quorate:
        told = _meet_again(made.book, connection, row)
    return {"offices": offices, "quorate": quorate}, told


def _meet_again(book: Casebook, connection: Connection, row: Any) -> dict[str, str]:
    """Start the clock again that a meeting stopped, as it did not count after all."""
    later = select(_MEETINGS.c.id).where(
        _MEETINGS.c.case_id.is_(None), _MEETINGS.c.held_at > row.held_at, _MEETINGS.c.quorate
    )
    stopped = select(_DEADLINES).where(
        _DEADLINES.c.case_id.is_(None),
        _DEADLINES.c.clock == Clock.SEMESTER_MEETING,
        _DEADLINES.c.satisfied_at == row.held_at,
    )
    entry = book.pack.reminders(Clock.SEMESTER_MEETING)
    if entry is None or connection.scalar(later.limit(1)) is not None:
        return {}
    told: dict[str, str] = {}
    for clock in connection.execute(stopped).all():
        again = deadlines.start(
            connection,
            case_id=None,
            clock=Clock.SEMESTER_MEETING,
            about=clock.about,
            owner="",
            now=book.clock(),
            due_at=clock.due_at,
            entry=entry,
        )
        told |= coverage.of("deadlines").added(again)
    return told


#: what of an agreement lies in columns: what rests on it, and its days
AGREED = ("kinds", "signed_at", "ends_at", "reviewed_at")

#: every kind of record of the team's that may be corrected
TEAM_ENTRIES: tuple[TeamEntry, ...] = (
    TeamEntry(
        Review,
        REVIEWS,
        ReviewEntry,
        ("sections_revised", "approved_by", "effective_at"),
        ("effective_at",),
        _review,
    ),
    TeamEntry(
        Agreement,
        AGREEMENTS,
        AgreementEntry,
        ("partner", "purpose", *AGREED),
        AGREED,
        _agreement,
    ),
    TeamEntry(
        Meeting,
        MEETINGS,
        TeamMinutesContent,
        ("present", "minutes", "suggestions"),
        (),
        _minutes,
        _MEETINGS.c.case_id.is_(None) & _MEETINGS.c.held_at.is_not(None),
    ),
)


def put_right(book: Casebook, record_id: str, given: Said, *, by: Actor, because: str) -> str:
    """Correct fields of a record of the team's; its former wording stays in it. Returns its whole id.

    Args:
        book: the casebook.
        record_id: the review, the agreement or the meeting; as many of its first letters as tell it from
            others.
        given: the fields to correct, with what is right.
        by: who corrects: whoever entered it, or the chair.
        because: why; kept, sealed.

    Raises:
        BadInput: it does not fit, corrects nothing, or no reason is given.
        NotPermitted: they neither entered it nor chair the team.
        Refused: it is not corrected but told anew; says how.
        UnknownRecord: there is no such record.
    """
    permit(by, Act.RUN_TEAM)
    why = reason(because, "a correction").text
    now = book.clock()
    with book.store.write() as connection:
        key = book.lock_team(connection)
        entry, row = _found(connection, record_id)
        if by.id != row.by and Role.CHAIR not in by.roles:
            raise NotPermitted(
                f"This is {row.by}'s: they or the chair correct it. Nothing was written: ask one of them."
            )
        said = entry.kept.open(key, row).model_dump(mode="json")
        before = _on_record(entry, row, said)
        if not given or not set(given) <= set(entry.fields):
            raise BadInput(
                f"A correction of this takes one or more of these fields: {', '.join(entry.fields)}. "
                "Nothing was written."
            )
        read = entry.content.read({**before, **given}, Here(ZoneInfo(book.pack.home.timezone), now))
        after = {name: read.model_dump(mode="json")[name] for name in entry.fields}
        was = entry.content.model_validate(before)
        # The same moment, typed by another clock, is the same.
        fields = sorted(name for name in given if getattr(read, name) != getattr(was, name))
        if not fields:
            raise BadInput("This is on record just so already. Nothing was written.")
        columns, told = entry.hangs_on(_Correcting(book, connection, key, row, before, after))
        made = _corrected(now, by, why, {name: before[name] for name in fields})
        columns = {name: getattr(read, name) for name in fields if name in entry.columns} | columns
        inside = {name: value for name, value in after.items() if name not in entry.columns}
        whole = {**said, **inside, "corrections": [*said["corrections"], made]}
        table = table_of(entry.model)
        sealed = entry.kept.seal(key, row.id, entry.kept.content.model_validate(whole))
        connection.execute(update(table).where(table.c.id == row.id).values(content=sealed, **columns))
        told |= keep_clocks(book, connection, now)
        told |= coverage.sealed(table.name, row.id, sealed) | coverage.of(table.name).changed(row.id, columns)
        what = {"what": "corrected", "record": row.id, "table": table.name, "fields": fields}
        chain.append_of_team(connection, told, at=now, actor=by, **what)
    return str(row.id)


def _on_record(entry: TeamEntry, row: Any, said: Said) -> dict[str, Any]:
    """The fields of a record as they stand, whether in its content or in a column."""
    inside = {name: said[name] for name in entry.fields if name not in entry.columns}
    held = {name: getattr(row, name) for name in entry.columns}
    return inside | {name: at.isoformat() if isinstance(at, datetime) else at for name, at in held.items()}


def _corrected(now: datetime, by: Actor, why: str, former: dict[str, Any]) -> dict[str, Any]:
    return TeamCorrection(at=now, by=by.id, reason=why, former=former).model_dump(mode="json")


def _found(connection: Connection, record_id: str) -> tuple[TeamEntry, Any]:
    found = [
        (entry, row)
        for entry in TEAM_ENTRIES
        for row in connection.execute(
            select(table_of(entry.model))
            .where(table_of(entry.model).c.id.startswith(record_id, autoescape=True), entry.there)
            .limit(2)
        )
    ]
    if not record_id or len(found) != 1:
        raise UnknownRecord(
            "The team has no such record that could be corrected, or more than one begins like this. Nothing "
            "was written: `tat team reviews` and `tat team agreements` show the ids."
        )
    return found[0]
