"""The team's training: who had which, when it lapses, and who is current (U-14)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update

from states.access import MAY, Act, Actor, permit
from states.calendar.reckoning import due
from states.casebook.book import Casebook
from states.casebook.team.upkeep.clocks import keep_clocks, lacking, newest, workers
from states.casebook.team_rows import add_row
from states.contents.kept import TRAININGS
from states.contents.reports import aware
from states.contents.team import TrainingContent
from states.errors import BadInput, NotPermitted, UnknownRecord
from states.ledger import chain, coverage
from states.policy.pack import listed as codes
from states.policy.terms import Duration
from states.tables import Member, Training, stored, table_of
from states.vault import TEAM_SCOPE, DataKey

_TRAININGS = table_of(Training)
_MEMBERS = table_of(Member)


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """A training that a member has had.

    Args:
        training_id: its id.
        member: whose it is.
        kind: code of its kind.
        done_at: the day on which they had it, as its first moment.
        lapses_at: from when it counts no more; None: it does not lapse.
        counts: whether it is the one that counts of its kind: none was had later.
        by: who entered it.
        where: where they had it.
    """

    training_id: str
    member: str
    kind: str
    done_at: datetime
    lapses_at: datetime | None
    counts: bool
    by: str
    where: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NeverHad:
    """A training that a member never had, and until when they were to have it."""

    member: str
    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """Whose training somebody sees, all that they had, of each the newest first, and what they never had."""

    members: list[str]
    lines: list[TrainingLine]
    never_had: list[NeverHad]


def enter(
    book: Casebook,
    member_id: str,
    content: TrainingContent,
    *,
    by: Actor,
    kind: str,
    done_at: datetime,
    lapses_at: datetime | None = None,
) -> str:
    """Enter that a member had a training; it counts until it lapses, and they are reminded. Returns its id.

    Args:
        book: the casebook.
        member_id: whose it is.
        content: where they had it.
        by: who enters it: the member, or whoever keeps the team's training.
        kind: code of its kind, in the policy pack.
        done_at: when they had it (aware).
        lapses_at: from when it counts no more; None: as the policy pack says of its kind.

    Raises:
        BadInput: there is no such kind, it has not been yet, or it lapsed before it was had.
        NotPermitted: it is another's, and not theirs to keep.
        UnknownRecord: there is no such active member.
    """
    _permit(by, member_id)
    now, pack = book.clock(), book.pack
    if kind not in pack.training:
        known = codes(pack.training) or "none"
        raise BadInput(f"The policy knows no such training: give one of {known}. Nothing was written.")
    if aware(done_at, "the day of the training") > now:
        raise BadInput("A training is entered once it has been had. Nothing was written: check the day.")
    lasts = pack.training[kind].lasts_days
    if lapses_at is None and lasts is not None:
        lapses_at = due(done_at, Duration(days=lasts), pack.home)
    if lapses_at is not None and aware(lapses_at, "the day on which it lapses") <= done_at:
        raise BadInput("It would lapse before it was had. Nothing was written: check the days.")
    row = Training(at=now, by=by.id, member=member_id, kind=kind, done_at=done_at, lapses_at=lapses_at)
    with book.store.write() as connection:
        key = book.lock_team(connection)
        there = select(_MEMBERS.c.id).where(_MEMBERS.c.id == member_id, _MEMBERS.c.active)
        if connection.scalar(there) is None:
            raise UnknownRecord("There is no active member under that id. Nothing was written.")
        told = add_row(connection, row, key, TrainingContent(where=content.where))
        told |= keep_clocks(book, connection, now)
        said = {"training": row.id, "member": member_id, "kind": kind}
        chain.append_of_team(connection, told, at=now, actor=by, what="training_entered", **said)
    return row.id


def take_back(book: Casebook, training_id: str, *, by: Actor, because: str) -> None:
    """Take back what was entered by mistake: it counts no more, and stays on record with the reason.

    Args:
        book: the casebook.
        training_id: the training.
        by: who takes it back: the member, or whoever keeps the team's training.
        because: why.

    Raises:
        BadInput: no reason is given.
        UnknownRecord: there is no such training, or it is none of theirs.
    """
    if not because.strip():
        raise BadInput("Say why it is taken back. Nothing was written.")
    now = book.clock()
    with book.store.write() as connection:
        key = book.lock_team(connection)
        this = select(_TRAININGS).where(_TRAININGS.c.id == training_id, _TRAININGS.c.taken_back_at.is_(None))
        row = connection.execute(this).first()
        if row is None or not _may(by, row.member):
            raise UnknownRecord("There is no such training. Nothing was changed: see `tat team training`.")
        said = TRAININGS.open(key, row).model_copy(update={"taken_back_because": because.strip()})
        sealed = TRAININGS.seal(key, row.id, said)
        its = update(_TRAININGS).where(_TRAININGS.c.id == row.id)
        connection.execute(its.values(taken_back_at=now, content=sealed))
        told = coverage.sealed("trainings", row.id, sealed)
        told |= coverage.of("trainings").changed(row.id, {"taken_back_at": now})
        told |= keep_clocks(book, connection, now)
        chain.append_of_team(
            connection, told, at=now, actor=by, what="training_taken_back", training=row.id, member=row.member
        )


def listed(book: Casebook, *, by: Actor) -> TrainingRecord:
    """Who had which training: of everybody who does the team's work, for whoever keeps it; else one's own."""
    permit(by, Act.SEE_TEAM)
    keeps = not by.roles.isdisjoint(MAY[Act.KEEP_TRAINING])
    with book.store.read() as connection:
        shown = workers(connection) if keeps else [by.id]
        query = select(_TRAININGS).where(_TRAININGS.c.member.in_(shown), _TRAININGS.c.taken_back_at.is_(None))
        found = connection.execute(query.order_by(_TRAININGS.c.done_at.desc(), _TRAININGS.c.at.desc()))
        rows = [stored(Training, row) for row in found]
        never = [
            NeverHad(*whose, at) for whose, at in sorted(lacking(connection).items()) if whose[0] in shown
        ]
        if not rows:
            return TrainingRecord(shown, [], never)
        key, counting = book.key(connection, TEAM_SCOPE), {row.id for row in newest(connection).values()}
        lines = [_line(row, key, counts=row.id in counting) for row in rows]
        return TrainingRecord(shown, lines, never)


def lapsed(book: Casebook, *, by: Actor) -> frozenset[str]:
    """Ids of the members who lack a training, for whoever gives them something to do (U-14).

    It has lapsed, or they never had it and the time is over in which they were to.
    """
    permit(by, Act.SEE_TEAM)
    now = book.clock()
    with book.store.read() as connection:
        there, had, never = set(workers(connection)), newest(connection), lacking(connection)
    ends = never | {whose: row.lapses_at for whose, row in had.items() if row.lapses_at is not None}
    return frozenset(
        member
        for (member, kind), at in ends.items()
        if member in there and kind in book.pack.training and at <= now
    )


def _may(by: Actor, member: str) -> bool:
    return by.id == member or not by.roles.isdisjoint(MAY[Act.KEEP_TRAINING])


def _permit(by: Actor, member: str) -> None:
    permit(by, Act.SEE_TEAM)
    if not _may(by, member):
        raise NotPermitted(
            "Another's training is entered by themselves, the chair, the custodian of records or the "
            "administrator. Nothing was written."
        )


def _line(row: Training, key: DataKey, *, counts: bool) -> TrainingLine:
    return TrainingLine(
        training_id=row.id,
        member=row.member,
        kind=row.kind,
        done_at=row.done_at,
        lapses_at=row.lapses_at,
        counts=counts,
        by=row.by,
        where=TRAININGS.open(key, row).where,
    )
