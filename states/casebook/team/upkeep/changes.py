"""Changes of law and policy: what changed, and which members confirmed that they read it (U-13, U-16)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from states.access import MAY, SYSTEM, Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.team.upkeep.clocks import keep_clocks, workers
from states.casebook.team_rows import add_row
from states.contents.kept import CHANGES
from states.contents.reports import aware
from states.contents.team import ChangeContent
from states.errors import BadInput, Refused, UnknownRecord
from states.ledger import chain, coverage
from states.tables import Change, ChangeReading, table_of
from states.vault import TEAM_SCOPE

_CHANGES = table_of(Change)
_READINGS = table_of(ChangeReading)

#: what is said of a change that there is not
NO_SUCH_CHANGE = "There is no such change of law or policy. Nothing was written: see `tat team changes`."


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change of law or policy.

    Args:
        change_id: its id.
        at: when the team was told of it.
        by: who entered it.
        holds_at: from when it holds.
        version: the version of the policy that it is; empty: somebody entered it.
        read_at: when whoever looks confirmed that they read it; None: they did not.
        waits: whether it waits for them to.
        read_by: who confirmed it, and when, by id; for whoever runs the team.
        unread_by: ids of those who have not; for whoever runs the team.
        title: what changed, in a line.
        what: what it means for the team.
        source: where it is to be read.
    """

    change_id: str
    at: datetime
    by: str
    holds_at: datetime
    version: str
    read_at: datetime | None
    waits: bool
    read_by: dict[str, datetime]
    unread_by: list[str]
    title: str = field(repr=False)
    what: str = field(repr=False)
    source: str = field(repr=False)


def enter(book: Casebook, content: ChangeContent, *, by: Actor, holds_at: datetime) -> str:
    """Tell the team of a change of law or policy: each confirms that they read it. Returns its id.

    Whoever enters it has read it.

    Args:
        book: the casebook.
        content: what changed, what it means, and where it is to be read.
        by: who enters it.
        holds_at: from when it holds (aware).

    Raises:
        NotPermitted: they do not run the team.
    """
    permit(by, Act.RUN_TEAM)
    now = book.clock()
    row = Change(at=now, by=by.id, holds_at=aware(holds_at, "the day from which it holds"))
    said = ChangeContent(title=content.title, what=content.what, source=content.source)
    with book.store.write() as connection:
        told = add_row(connection, row, book.lock_team(connection), said)
        told |= add_row(connection, ChangeReading(change_id=row.id, member=by.id, at=now))
        told |= keep_clocks(book, connection, now)
        chain.append_of_team(connection, told, at=now, actor=by, what="change_told", change=row.id)
    return row.id


def confirm(book: Casebook, change_id: str, *, by: Actor) -> None:
    """Confirm that one read a change of law or policy; one's reminders of it end.

    Raises:
        Refused: they confirmed it already.
        UnknownRecord: there is no such change.
    """
    permit(by, Act.SEE_TEAM)
    now = book.clock()
    with book.store.write() as connection:
        book.lock_team(connection)
        asked = select(_CHANGES.c.id).where(
            _CHANGES.c.id == change_id, _CHANGES.c.asked, _CHANGES.c.taken_back_at.is_(None)
        )
        if connection.scalar(asked) is None:
            raise UnknownRecord(NO_SUCH_CHANGE)
        mine = (_READINGS.c.change_id == change_id) & (_READINGS.c.member == by.id)
        if connection.scalar(select(_READINGS.c.id).where(mine)) is not None:
            raise Refused("You have confirmed already that you read this. Nothing was written.")
        told = add_row(connection, ChangeReading(change_id=change_id, member=by.id, at=now))
        told |= keep_clocks(book, connection, now)
        chain.append_of_team(connection, told, at=now, actor=by, what="change_read", change=change_id)


def take_back(book: Casebook, change_id: str, *, by: Actor, because: str) -> None:
    """Take back a change that was entered by mistake: nobody is asked to read it any more.

    Args:
        book: the casebook.
        change_id: the change.
        by: who takes it back.
        because: why.

    Raises:
        BadInput: no reason is given.
        UnknownRecord: there is no such change.
    """
    permit(by, Act.RUN_TEAM)
    if not because.strip():
        raise BadInput("Say why it is taken back. Nothing was written.")
    now = book.clock()
    with book.store.write() as connection:
        key = book.lock_team(connection)
        this = select(_CHANGES).where(
            _CHANGES.c.id == change_id, _CHANGES.c.asked, _CHANGES.c.taken_back_at.is_(None)
        )
        row = connection.execute(this).first()
        if row is None:
            raise UnknownRecord(NO_SUCH_CHANGE)
        said = CHANGES.open(key, row).model_copy(update={"taken_back_because": because.strip()})
        sealed = CHANGES.seal(key, row.id, said)
        its = update(_CHANGES).where(_CHANGES.c.id == row.id)
        connection.execute(its.values(taken_back_at=now, content=sealed))
        told = coverage.sealed("changes", row.id, sealed)
        told |= coverage.of("changes").changed(row.id, {"taken_back_at": now})
        told |= keep_clocks(book, connection, now)
        chain.append_of_team(connection, told, at=now, actor=by, what="change_taken_back", change=row.id)


def listed(book: Casebook, *, by: Actor) -> list[ChangeLine]:
    """The changes that the team was told of, newest first; who read each, for whoever runs the team."""
    permit(by, Act.SEE_TEAM)
    runs = not by.roles.isdisjoint(MAY[Act.RUN_TEAM])
    with book.store.read() as connection:
        standing = select(_CHANGES).where(_CHANGES.c.asked, _CHANGES.c.taken_back_at.is_(None))
        rows = connection.execute(standing.order_by(_CHANGES.c.at.desc(), _CHANGES.c.id)).all()
        if not rows:
            return []
        key, there = book.key(connection, TEAM_SCOPE), workers(connection)
        readings: dict[str, dict[str, datetime]] = defaultdict(dict)
        for row in connection.execute(select(_READINGS).order_by(_READINGS.c.at)):
            readings[row.change_id][row.member] = row.at
        return [_line(row, CHANGES.open(key, row), readings[row.id], there, by, runs=runs) for row in rows]


def tell_of_policy(book: Casebook, *, by: Actor) -> None:
    """Tell the team of a version of the policy that takes the place of another one (U-13).

    The first version that is in force is put down, and nobody is asked to confirm it.
    """
    permit(by, Act.RUN)
    pack = book.pack
    known = select(_CHANGES.c.version).where(_CHANGES.c.version != "")
    with book.store.read() as connection:
        if pack.version in set(connection.scalars(known)):
            return
    now = book.clock()
    with book.store.write() as connection:
        key = book.lock_team(connection)
        before = list(connection.scalars(known.order_by(_CHANGES.c.at)))
        if pack.version in before:
            return
        row = Change(at=now, by=SYSTEM.id, holds_at=now, version=pack.version, asked=bool(before))
        earlier = f" in place of version {before[-1]}" if before else ""
        said = ChangeContent(
            title=f"A new version of the policy: {pack.version}",
            what=f"Version {pack.version} of the {pack.title} is in force{earlier}. Read what it says.",
            source="`tat policy show`",
        )
        told = add_row(connection, row, key, said)
        told |= keep_clocks(book, connection, now)
        what = {"what": "policy_in_force", "change": row.id, "policy": pack.digest[:16]}
        chain.append_of_team(connection, told, at=now, actor=SYSTEM.id, **what)


def _line(
    row: Any, said: ChangeContent, read: dict[str, datetime], there: list[str], by: Actor, *, runs: bool
) -> ChangeLine:
    return ChangeLine(
        change_id=row.id,
        at=row.at,
        by=row.by,
        holds_at=row.holds_at,
        version=row.version,
        read_at=read.get(by.id),
        waits=by.id in there and by.id not in read,
        read_by={member: at for member, at in read.items() if runs},
        unread_by=[member for member in there if runs and member not in read],
        title=said.title,
        what=said.what,
        source=said.source,
    )
