"""Verifying the record: every night and by hand, and what became of it last, for operators to read."""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from states.access import SYSTEM, Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.effects.owing import owe_without_case
from states.contents.payloads import REMIND, RecordBroken
from states.errors import LedgerBroken
from states.ledger import chain, mark, stamps, verifying
from states.ledger.verifying import Progress, Verified, unseen
from states.settings import Settings
from states.store.hindrances import cannot_write
from states.tables import Effect, TeamEvent, table_of

_log = logging.getLogger(__name__)

_EFFECTS = table_of(Effect)
_TEAM_EVENTS = table_of(TeamEvent)

HELD = "ledger_verified"
BROKE = "ledger_found_broken"


@dataclass(frozen=True, slots=True)
class Verification:
    """How a verification of the whole record ended.

    Args:
        at: when.
        holds: whether nothing was changed, cut or removed outside tatflow.
        said: where it broke first, with a case number and a table; empty: it holds.
    """

    at: datetime
    holds: bool
    said: str


def verify(book: Casebook, settings: Settings, *, progress: Progress = unseen, by: Actor) -> Verified:
    """Verify the whole record, and put on the team's chain how that ended.

    A record that is broken is told to the chair and the operators, once for each place.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.
        settings: say where this machine keeps the newest checkpoint that it has seen.
        progress: is told how far it is, now and then.

    Raises:
        LedgerBroken: names the first place at which something was changed, cut or removed.
    """
    permit(by, Act.OPERATE)
    with book.store.read() as connection:
        ended = _ended(book, connection, settings, progress)
    try:
        _note(book, ended)
    except DBAPIError as error:
        # Whether the record holds is to be known also while the disk is full.
        if not cannot_write(error):
            raise
        _log.warning("How the verification ended could not be written down.")
    if isinstance(ended, LedgerBroken):
        raise ended
    return ended


def _ended(
    book: Casebook, connection: Connection, settings: Settings, progress: Progress
) -> Verified | LedgerBroken:
    try:
        walked = verifying.verify(connection, book.vault, now=book.clock(), progress=progress)
        roots = stamps.trusted(settings.timestamp_roots) if settings.timestamp_roots else None
        stamps.verify(connection, roots)
    except LedgerBroken as broken:
        return broken
    older = mark.missing(connection, settings.mark_file)
    return LedgerBroken(older) if older else walked


def tell_once(book: Casebook, broken: str, *, by: Actor) -> None:
    """Put on record that the ledger was found broken, and tell chair and operators, if they do not know yet.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.
        broken: what was found, in a sentence that stays the same for as long as it is found.
    """
    permit(by, Act.RUN)
    with book.store.write() as connection:
        book.lock_team(connection)
        if _tell(book, connection, broken):
            now = book.clock()
            chain.append_of_team(connection, at=now, actor=SYSTEM.id, what=BROKE, said=broken)


def _note(book: Casebook, ended: Verified | LedgerBroken) -> None:
    what, told = (BROKE, {"said": str(ended)}) if isinstance(ended, LedgerBroken) else (HELD, asdict(ended))
    with book.store.write() as connection:
        book.lock_team(connection)
        chain.append_of_team(connection, at=book.clock(), actor=SYSTEM.id, what=what, **told)
        if isinstance(ended, LedgerBroken):
            _tell(book, connection, str(ended))


def _tell(book: Casebook, connection: Connection, broken: str) -> bool:
    whole = connection.scalar(select(func.max(_TEAM_EVENTS.c.seq)).where(_TEAM_EVENTS.c.what == HELD))
    # One that was mended and breaks again is told of again.
    dedupe = f"broken:{chain.sha(f'{whole or 0}:{broken}')}"
    if connection.scalar(select(_EFFECTS.c.id).where(_EFFECTS.c.dedupe == dedupe)) is not None:
        return False
    owe_without_case(book, connection, REMIND, dedupe, RecordBroken(broken=broken))
    return True


def last(connection: Connection) -> Verification | None:
    """How the last verification ended; None: there was none."""
    newest = select(_TEAM_EVENTS).where(_TEAM_EVENTS.c.what.in_((HELD, BROKE)))
    row = connection.execute(newest.order_by(_TEAM_EVENTS.c.seq.desc()).limit(1)).first()
    if row is None:
        return None
    return Verification(row.at, row.what == HELD, str(row.data.get("said", "")))
