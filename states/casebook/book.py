"""The open casebook: database, vault and policy together."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from datetime import UTC, datetime
from typing import Self

from sqlalchemy import ColumnElement, Connection, bindparam, select
from sqlalchemy.exc import DBAPIError

from states.access import NO_SUCH_CASE, SYSTEM, Act, Actor, is_kept_out, knows_of, permit
from states.casebook import keys
from states.casebook.page import Page
from states.casebook.unwritten import Reading, Unwritten
from states.errors import CaseChanged, CaseErased, NoSuchCase, NotReady, UnknownRecord, VaultLocked
from states.files.places import Place, place_of
from states.policy.pack import Pack
from states.policy.reading import load_pack
from states.settings import Settings
from states.store import schema
from states.store.batch import Statement
from states.store.engine import Patience, Store, insert_missing
from states.store.hindrances import cannot_write, unusable
from states.tables import Case, WrappedKey, loaded, stored, table_of
from states.vault import TEAM_SCOPE, DataKey, Vault

_log = logging.getLogger(__name__)


CASES = table_of(Case)
_KEYS = table_of(WrappedKey)


def _turning(which: ColumnElement[bool]) -> Statement:
    return Statement(
        select(CASES, _KEYS.c.wrapped)
        .join(_KEYS, _KEYS.c.scope == CASES.c.id)
        .where(which)
        # Not the lock that foreign keys wait for: the sweep owes reminders while people write.
        .with_for_update(of=CASES, key_share=True)
    )


_TURNING_BY_NUMBER = _turning(CASES.c.number == bindparam("case"))
_TURNING_BY_ID = _turning(CASES.c.id == bindparam("case"))

#: what is done first in a transaction that writes
First = Callable[[Connection], None]

#: how far ahead of this machine's clock a given time may lie
SKEW_SECONDS = 300


def utc_now() -> datetime:
    """The time of day, in UTC."""
    return datetime.now(UTC)


class Casebook:
    """The open casebook: database, vault and policy together.

    Args:
        store: the case database.
        vault: the open vault.
        pack: the policy in force.
        clock: gives the time; a simulation passes its own.
        unwritten: keeps the readings that cannot be put on record; None: nothing does.
        place: where large files lie; None: none are taken.
    """

    def __init__(
        self,
        store: Store,
        vault: Vault,
        pack: Pack,
        clock: Callable[[], datetime] = utc_now,
        unwritten: Unwritten | None = None,
        *,
        place: Place | None = None,
    ) -> None:
        self.store = store
        self.vault = vault
        self.pack = pack
        self.clock = clock
        self.unwritten = unwritten
        self._seen: int | None = None
        self._seen_of = ""
        self._first: First | None = None
        self._place = place
        #: ids of the cases that it opens to write, in order, where somebody asks for them
        self.opened: list[str] | None = None

    @classmethod
    def open(cls, settings: Settings, *, hurried: bool = False, patience: Patience | None = None) -> Self:
        """Open the casebook that the settings name.

        Args:
            settings: the installation's settings.
            hurried: whether whoever writes with it goes before others; see
                :class:`~states.store.engine.Store`.
            patience: how whoever writes with it waits for others; None: 30 seconds, without a word.

        Raises:
            NotReady: there is no casebook, or its schema is not the one that this program works with.
            DatabaseAway: its database cannot be reached or used.
            VaultLocked: there is no master key, or it is not the one that the casebook was made with.
            BadPolicy: the policy pack is wrong.
        """
        pack = load_pack(settings.pack_in_force)
        keys.require_casebook(settings)
        with ExitStack() as stack:
            store = Store(settings.casebook_url, hurried=hurried, patience=patience)
            stack.callback(store.close)
            with unusable(settings.casebook_url), store.read() as connection:
                schema.require(connection)
                vault = keys.unlock(connection, settings)
            stack.pop_all()
            unwritten = Unwritten(settings.home)
            return cls(store, vault, pack, unwritten=unwritten, place=place_of(settings))

    @property
    def place(self) -> Place:
        """Where large files lie.

        Raises:
            NotReady: this casebook was opened without them.
        """
        if self._place is None:
            raise NotReady("This casebook was opened without its files. Nothing was kept or shown.")
        return self._place

    @place.setter
    def place(self, place: Place) -> None:
        self._place = place

    def close(self) -> None:
        """Give the database's connections back."""
        self.store.close()

    def at(self, now: datetime) -> Self:
        """The same casebook with its clock stopped at ``now`` (aware)."""
        stopped = copy(self)
        stopped.clock = lambda: now
        return stopped

    def as_seen(self, version: int | None, first: First | None = None, *, of: str = "") -> Self:
        """The same casebook, for one act of somebody who saw a case at that version: it may have changed.

        Args:
            version: the version that they saw; None: whatever happened since, they get through.
            first: done first in the transaction that writes, as to take in what makes a form the only one.
            of: the number of that case, for an act that may write to others, too; empty: to that one alone.
        """
        seen = copy(self)
        seen._seen, seen._first, seen._seen_of = version, first, of  # noqa: SLF001 - of its own kind
        return seen

    def begin(self, connection: Connection) -> None:
        """Do what is to be done first in the transaction that writes, once."""
        first, self._first = self._first, None
        if first is not None:
            first(connection)

    @contextmanager
    def page(
        self,
        number: str,
        by: Actor,
        act: Act | None,
        *,
        expected: int | None = None,
    ) -> Iterator[Page]:
        """Open a case for writing: one transaction, in which all is written or nothing.

        Args:
            number: the case's number.
            by: who writes.
            act: what they do, as :mod:`states.access` permits it; None when the process table says who may.
            expected: the version the person saw; None when they saw none.

        A case is read even while the disk is full or read-only; that it was is put on record later.

        Raises:
            UnknownRecord: there is no such case, or none that they may know of.
            CaseErased: the case's key is destroyed.
            NotPermitted: they may not.
            CaseChanged: somebody else acted since version ``expected``.
        """
        expected = self._version_seen(number, act) if expected is None else expected
        begun = shown = False
        try:
            with self.store.write() as connection:
                page = self._turn(connection, _TURNING_BY_NUMBER, number, by, hidden=True)
                if act is not None:
                    permit(by, act, page.case)
                if act is not Act.READ:
                    self.begin(connection)
                if expected is not None and expected != page.case.version:
                    raise CaseChanged(number, page.changes_since(expected))
                begun = True
                yield page
                shown = True
                page.finish()
        except DBAPIError as error:
            if act is not Act.READ or begun != shown or not cannot_write(error):
                raise
            # In an emergency people must be able to read, also while no room is left to write it down.
            if not shown:
                with self.store.read() as connection:
                    page = self._turn(connection, _TURNING_BY_NUMBER, number, by, hidden=True)
                    permit(by, act, page.case)
                    self._keep_reading(page)
                    yield page
                    connection.rollback()
            else:
                self._keep_reading(page)
        else:
            if act is Act.READ:
                self.put_readings_on_record()

    def _version_seen(self, number: str, act: Act | None) -> int | None:
        """The version of a case that whoever acts saw, as far as it matters to this act."""
        matters = self._seen_of == number if self._seen_of else act is not Act.READ
        return self._seen if matters else None

    def _keep_reading(self, page: Page) -> None:
        kept = self.unwritten is not None and self.unwritten.keep(
            page.key, page.case.id, by=page.by.id, at=self.clock()
        )
        then = "it is put on record later" if kept else "it is not on record"
        _log.warning("%s reads %s while nothing can be written: %s.", page.by.id, page.case.number, then)

    def put_readings_on_record(self) -> int:
        """Put on record who read which case while that could not be written; returns how many it were.

        Killed in the middle, it does so again: one that is on record twice has the same ``reading``.
        """
        if self.unwritten is None:
            return 0
        try:
            with self.unwritten.taken() as readings:
                for reading in readings:
                    self._put_on_record(reading)
                return len(readings)
        except (DBAPIError, OSError) as error:
            _log.warning(
                "What was read while nothing could be written waits still (%s).", type(error).__name__
            )
            return 0

    def _put_on_record(self, reading: Reading) -> None:
        with self.store.write() as connection:
            try:
                page = self.turn_to(connection, reading.case_id, SYSTEM)
                told = reading.opened(page.key)
            except (UnknownRecord, CaseErased):
                # There is no chain any more that it could stand in.
                return
            except VaultLocked:
                _log.warning("A reading that waited to be put on record was changed, and is forgotten.")
                return
            page.by = Actor(told["by"], frozenset())
            page.log("read", while_nothing_could_be_written=told["at"], reading=reading.id)
            page.finish()

    def turn_to(self, connection: Connection, case_id: str | None, by: Actor) -> Page:
        """Lock a case's row and open its key, in a transaction already open; then ``finish`` the page.

        Args:
            connection: the open transaction.
            case_id: the case's id.
            by: who writes.
        """
        page = self._turn(connection, _TURNING_BY_ID, case_id, by, hidden=False)
        if self._seen_of == page.case.number and self._seen not in (None, page.case.version):
            raise CaseChanged(page.case.number, page.changes_since(self._seen or 0))
        return page

    def _turn(
        self,
        connection: Connection,
        turning: Statement,
        case: str | None,
        by: Actor,
        *,
        hidden: bool,
    ) -> Page:
        found = turning.rows(connection, {"case": case})
        # Whoever is kept out may still report on it, and so comes by another way than its number.
        if not found or (hidden and is_kept_out(by, found[0])):
            raise NoSuchCase(NO_SUCH_CASE)
        (row,) = found
        # A server that let us wait for the erasure gives the case as it is now, but the key as it was before.
        if row.wrapped is None or row.erased_at is not None:
            if hidden and not knows_of(by, stored(Case, row)):
                raise NoSuchCase(NO_SUCH_CASE)
            message = (
                f"{row.number} was erased: its content can no longer be read or added to. Its ledger remains."
            )
            raise CaseErased(message)
        fields = row._asdict()
        wrapped = fields.pop("wrapped")
        self.note(row.id)
        return Page(
            connection,
            loaded(Case, fields),
            key=self.vault.unwrap(row.id, wrapped),
            by=by,
            # No clock that was set back refuses anything: the ledger's numbers say what came after what.
            now=max(self.clock(), row.changed_at),
            pack=self.pack,
            vault=self.vault,
        )

    def note(self, case_id: str) -> None:
        """Note that a case was opened to write, where somebody asks for it."""
        if self.opened is not None:
            self.opened.append(case_id)

    def key(self, connection: Connection, scope: str) -> DataKey:
        """The data key of a scope, made when there is none yet.

        Raises:
            CaseErased: it was destroyed.
            VaultLocked: the master key is not the one this casebook was made with.
        """
        mine = select(_KEYS.c.wrapped).where(_KEYS.c.scope == scope)
        row = connection.execute(mine).first()
        if row is None:
            # Nothing may be sealed under a master key that does not fit; the team's key tells.
            if scope != TEAM_SCOPE:
                self.key(connection, TEAM_SCOPE)
            wrapped = self.vault.new_key(scope)
            insert_missing(connection, _KEYS, {"scope": scope, "wrapped": wrapped, "made_at": self.clock()})
            row = connection.execute(mine).one()
        if row.wrapped is None:
            raise CaseErased("This case was erased: its content can no longer be read.")
        return self.vault.unwrap(scope, row.wrapped)

    def lock_team(self, connection: Connection) -> DataKey:
        """The team's data key, locked until the transaction ends: one at a time owes what the team owes."""
        key = self.key(connection, TEAM_SCOPE)
        connection.execute(select(_KEYS.c.scope).where(_KEYS.c.scope == TEAM_SCOPE).with_for_update())
        return key
