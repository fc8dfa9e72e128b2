"""What stands outside the database and vouches for it: the mark of this machine, and anchors that are told.

The database alone cannot show that it is an older copy of itself. The mark in the data folder shows it on
this machine, by itself; lines that an auditor keeps show it anywhere, also to those who trust nobody here.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from states.access import SYSTEM, Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.effects.owing import owe_without_case
from states.casebook.record import integrity, verification
from states.contents.payloads import MAIL_ANCHOR, STAMP_ANCHOR, AnchorDue
from states.errors import BadInput, LedgerBroken, UnknownRecord
from states.ledger import anchors, chain, checkpoints, mark, stamps, verifying
from states.ledger.anchors import Anchor, Compared, Finding
from states.settings import Settings
from states.tables import Effect, TeamEvent, table_of
from states.vocabulary.effects import EffectKind

_log = logging.getLogger(__name__)

_EFFECTS = table_of(Effect)
_TEAM_EVENTS = table_of(TeamEvent)

#: what is on record of every older copy that somebody put in place and said so
COPIES = ("backup_restored", "older_copy_accepted")


@dataclass(frozen=True, slots=True)
class Sealed:
    """What became of a checkpoint.

    Args:
        grown: how many chains grew since the one before.
        broken: why none was signed, or which newer one is missing; empty: all is well.
    """

    grown: int
    broken: str


@dataclass(frozen=True, slots=True)
class Checked:
    """An anchor that was held against a casebook.

    Args:
        compared: what stands under its number.
        broken: what is broken in the ledger itself; empty: it holds.
        keys: the fingerprints of the keys that signed since the anchor, in their order.
        since: how many checkpoints came after it.
        copies: older copies that were put in place by somebody who said so: what, and when.
    """

    compared: Compared
    broken: str
    keys: tuple[str, ...]
    since: int
    copies: tuple[tuple[str, datetime], ...]

    @property
    def holds(self) -> bool:
        """Whether everything up to the anchor's time is as it was then."""
        return self.compared.finding is Finding.HOLDS and not self.broken


def seal(book: Casebook, settings: Settings, *, by: Actor) -> Sealed:
    """Write a checkpoint, and the mark of it; what is broken is told to the chair and operators, once.

    Nothing is refused because of it: a database that is older than the mark is signed on, and the mark stays.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.
        settings: say where the mark lies.
    """
    permit(by, Act.OPERATE)
    file = settings.mark_file
    with book.store.read() as connection:
        broken = mark.missing(connection, file)
        first = anchors.newest(connection) is None
    grown = 0
    try:
        grown = integrity.checkpoint(book, anyway=first, by=by)
    except LedgerBroken as error:
        broken = broken or str(error)
    if broken:
        verification.tell_once(book, broken, by=SYSTEM)
    else:
        _put_mark(book, file)
    return Sealed(grown, broken)


def _put_mark(book: Casebook, file: Path) -> None:
    with book.store.read() as connection:
        newest = anchors.newest(connection)
    if newest is not None:
        write_mark(file, newest)


def accept_copy(book: Casebook, settings: Settings, *, by: Actor) -> Anchor:
    """Put on record that somebody put an older copy in place; from now on, the mark is this casebook's.

    Args:
        book: the casebook.
        settings: say where the mark lies.
        by: who did, or answers for it.

    Returns:
        The newest checkpoint, which the mark names now.

    Raises:
        NotPermitted: this person may not.
        UnknownRecord: this machine has seen no newer checkpoint.
        LedgerBroken: the last checkpoint is not one that was signed here: a copy of that is not accepted.
    """
    permit(by, Act.OPERATE)
    file = settings.mark_file
    with book.store.write() as connection:
        book.lock_team(connection)
        if not mark.missing(connection, file):
            message = "The case database holds every checkpoint that this machine has seen. Nothing was done."
            raise UnknownRecord(message)
        now = book.clock()
        told = told_of_mark(file)
        chain.append_of_team(connection, at=now, actor=by, what="older_copy_accepted", **told)
        checkpoints.checkpoint(connection, now, book.vault)
        newest = anchors.newest(connection)
    assert newest is not None  # noqa: S101 - it was just written
    write_mark(file, newest, anew_at=now)
    return newest


def owe(book: Casebook, settings: Settings, *, by: Actor) -> Anchor:
    """Write a checkpoint, and owe its anchor to those who keep it: by mail, and stamped where that is set up.

    Args:
        book: the casebook.
        settings: say where the mark lies, and whether an authority stamps.
        by: who asks for it.

    Raises:
        NotPermitted: this person may not.
        LedgerBroken: the last checkpoint is not one that was signed here; no anchor is told of that.
    """
    permit(by, Act.OPERATE)
    sealed = seal(book, settings, by=by)
    with book.store.write() as connection:
        book.lock_team(connection)
        checkpoints.checkpoint(connection, book.clock(), book.vault, anyway=True)
        newest = anchors.newest(connection)
        assert newest is not None  # noqa: S101 - it was just written
        told = AnchorDue(anchor=newest.line)
        owe_without_case(book, connection, MAIL_ANCHOR, f"anchor:{newest.hash}", told)
        if settings.timestamp_url:
            owe_without_case(book, connection, STAMP_ANCHOR, f"stamp:{newest.hash}", told)
    if not sealed.broken:
        write_mark(settings.mark_file, newest)
    return newest


def owe_due(book: Casebook, settings: Settings, *, by: Actor) -> Anchor | None:
    """Owe an anchor when the last one is as old as the pack says; None when it is not.

    Raises:
        LedgerBroken: the last checkpoint is not one that was signed here.
    """
    permit(by, Act.RUN)
    with book.store.read() as connection:
        told = select(func.max(_EFFECTS.c.created_at)).where(_EFFECTS.c.kind == EffectKind.MAIL_ANCHOR)
        last = connection.scalar(told)
    # By the day, as the hour wanders. One from the future was told by a clock that was wrong.
    if last is not None and 0 <= (book.clock().date() - last.date()).days < book.pack.anchors.every_days:
        return None
    return owe(book, settings, by=SYSTEM)


def line_to_print(book: Casebook, settings: Settings, *, by: Actor) -> str:
    """The newest anchor, for a report that is kept."""
    permit(by, Act.OPERATE)
    seal(book, settings, by=by)
    with book.store.read() as connection:
        newest = anchors.newest(connection)
    return newest.line if newest is not None else "none, as the record does not verify"


def keep_stamp(book: Casebook, anchor: Anchor, at: datetime, response: bytes, *, by: Actor) -> None:
    """Keep an authority's stamp of an anchor, which was checked."""
    permit(by, Act.RUN)
    with book.store.write() as connection:
        book.lock_team(connection)
        stamps.keep(connection, anchor.number, at, response, now=book.clock())


def told_of_mark(file: Path) -> dict[str, object]:
    """What an event tells of the mark that is given up: the newest checkpoint that this machine has seen."""
    try:
        seen = mark.seen(file)
    except (BadInput, OSError):
        return {"seen": "unreadable"}
    return {} if seen is None else {"seen": seen.number, "hash": seen.hash}


def write_mark(file: Path, newest: Anchor, *, anew_at: datetime | None = None) -> None:
    """Let the mark name a checkpoint.

    Args:
        file: where the mark lies.
        newest: the checkpoint.
        anew_at: when it was agreed that the one from before counts no more, which is kept beside it; None: it
            counts.
    """
    try:
        if anew_at is not None:
            mark.set_aside(file, anew_at)
        mark.put(file, newest)
    except OSError as error:
        # It only lags; what it is there for can wait until there is room.
        _log.warning("%s could not be written (%s); it is, with the next one.", file.name, error.strerror)


def check(connection: Connection, anchor: Anchor) -> Checked:
    """Hold an anchor against a casebook, without the master key: walk the whole ledger, then compare.

    Args:
        connection: an open connection.
        anchor: a line that was kept elsewhere.
    """
    broken = ""
    try:
        verifying.verify(connection)
    except LedgerBroken as error:
        broken = str(error)
    copies = select(_TEAM_EVENTS.c.what, _TEAM_EVENTS.c.at).where(_TEAM_EVENTS.c.what.in_(COPIES))
    rows = connection.execute(copies.order_by(_TEAM_EVENTS.c.seq)).all()
    since, keys = anchors.signed_since(connection, anchor)
    told = tuple((str(row.what), row.at) for row in rows)
    return Checked(anchors.compare(connection, anchor), broken, keys, since, told)
