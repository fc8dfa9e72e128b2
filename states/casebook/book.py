"""The open casebook, and the page: one case, locked, inside one transaction."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection, Select, insert, select, update
from sqlmodel import SQLModel

from states import deadlines, ledger
from states.access import Act, Actor, permit
from states.casebook.loading import load
from states.errors import BadInput, CaseChanged, CaseErased, ClockWentBack, UnknownRecord
from states.machine import Decision, decide, needs
from states.policy import Pack, load_pack
from states.reckoning import due
from states.settings import Settings
from states.store import Store
from states.tables import Case, Effect, Event, WrappedKey, new_id
from states.vault import DataKey, Vault, digest, open_vault
from states.vocabulary import Clock, EffectKind, EffectStatus, Level

RowT = TypeVar("RowT", bound=SQLModel)

CASES = Case.__table__  # type: ignore[attr-defined]
_KEYS = WrappedKey.__table__  # type: ignore[attr-defined]
_EVENTS = Event.__table__  # type: ignore[attr-defined]
_EFFECTS = Effect.__table__  # type: ignore[attr-defined]

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
    """

    def __init__(
        self, store: Store, vault: Vault, pack: Pack, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.store = store
        self.vault = vault
        self.pack = pack
        self.clock = clock

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the casebook that the settings name.

        Raises:
            VaultLocked: there is no master key, or it does not fit.
            BadPolicy: the policy pack is wrong.
        """
        return cls(Store(settings.casebook_url), open_vault(settings), load_pack(settings.pack))

    def close(self) -> None:
        """Give the database's connections back."""
        self.store.close()

    def at(self, now: datetime) -> Self:
        """The same casebook with its clock stopped at ``now`` (aware)."""
        stopped = copy(self)
        stopped.clock = lambda: now
        return stopped

    @contextmanager
    def page(
        self, number: str, by: Actor, act: Act | None, *, expected: int | None = None
    ) -> Iterator["Page"]:
        """Open a case for writing: one transaction, in which all is written or nothing.

        Args:
            number: the case's number.
            by: who writes.
            act: what they do, as :mod:`states.access` permits it; None when the process table says who may.
            expected: the version the person saw; None when they saw none.

        Raises:
            UnknownRecord: there is no such case.
            CaseErased: the case's key is destroyed.
            NotPermitted: they may not.
            CaseChanged: somebody else acted since version ``expected``.
            ClockWentBack: the time lies before the case's last event.
        """
        with self.store.write() as connection:
            page = self.turn_to(connection, CASES.c.number == number, by)
            if act is not None:
                permit(by, act, page.case)
            if expected is not None and expected != page.case.version:
                raise CaseChanged(number, page.changes_since(expected))
            yield page
            page.finish()

    def turn_to(self, connection: Connection, which: Any, by: Actor) -> "Page":
        """Lock a case's row and open its key, inside a transaction that is already open; then ``finish`` the page."""
        query: Select[Any] = (
            select(CASES, _KEYS.c.wrapped).join(_KEYS, _KEYS.c.scope == CASES.c.id).where(which)
        )
        row = connection.execute(query.with_for_update(of=CASES)).first()
        if row is None:
            message = (
                "There is no case under that number, and nothing was written. `tat case list` shows yours."
            )
            raise UnknownRecord(message)
        if row.wrapped is None:
            message = (
                f"{row.number} was erased: its content can no longer be read or added to. Its ledger remains."
            )
            raise CaseErased(message)
        fields = {name: value for name, value in row._mapping.items() if name != "wrapped"}  # noqa: SLF001
        return Page(
            self,
            connection,
            Case(**fields),
            self.vault.unwrap(row.id, row.wrapped),
            by,
            self._now(row.changed_at),
        )

    def _now(self, not_before: datetime) -> datetime:
        now = self.clock()
        if now < not_before:
            message = (
                f"The time given ({now:%Y-%m-%d %H:%M} UTC) lies before the case's last event "
                f"({not_before:%Y-%m-%d %H:%M} UTC). Nothing was written: check the clock."
            )
            raise ClockWentBack(message)
        return now

    def key(self, connection: Connection, scope: str) -> DataKey:
        """The data key of a scope, made when there is none yet.

        Raises:
            CaseErased: it was destroyed.
        """
        row = connection.execute(select(_KEYS.c.wrapped).where(_KEYS.c.scope == scope)).first()
        if row is not None:
            if row.wrapped is None:
                raise CaseErased("This case was erased: its content can no longer be read.")
            return self.vault.unwrap(scope, row.wrapped)
        key, fresh = self.vault.new_key(scope)
        connection.execute(insert(_KEYS).values(scope=scope, wrapped=fresh, made_at=self.clock()))
        return key


class Page:
    """One case, locked, inside one transaction: what is written here is committed together, or not at all.

    Args:
        book: the casebook.
        connection: the open transaction.
        case: the case's row; changes to it are written by :meth:`finish`.
        key: the case's data key.
        by: who writes.
        now: what time it is.
    """

    def __init__(
        self, book: Casebook, connection: Connection, case: Case, key: DataKey, by: Actor, now: datetime
    ) -> None:
        self.book = book
        self.connection = connection
        self.case = case
        self.key = key
        self.by = by
        self.now = now
        self._read_seq = case.seq
        self._digests: dict[str, str] = {}
        self._changed = False

    def add(self, row: RowT, content: BaseModel | Mapping[str, Any] | None = None) -> RowT:
        """Write a new record, sealing its content; its digest goes into the next event."""
        table = row.__table__  # type: ignore[attr-defined]
        values = row.model_dump()
        if "seq" in table.c:
            values["seq"] = self.case.seq + 1
        if content is not None:
            values["content"] = self.seal(table.name, values["id"], content)
        self.connection.execute(insert(table), values)
        return row

    def seal(self, table: str, row_id: str, content: BaseModel | Mapping[str, Any]) -> bytes:
        """Seal a content, and remember its digest for the next event."""
        clear = content.model_dump(mode="json") if isinstance(content, BaseModel) else dict(content)
        sealed = self.key.seal(table, row_id, clear)
        self._digests[f"{table}/{row_id}"] = digest(sealed)
        return sealed

    def row(self, model: type[SQLModel], row_id: str) -> Any:
        """One record of this case, by id.

        Raises:
            UnknownRecord: the case has no such record.
        """
        table = model.__table__  # type: ignore[attr-defined]
        found = self.connection.execute(
            select(table).where(table.c.id == row_id, table.c.case_id == self.case.id)
        ).first()
        if found is None:
            message = f"{self.case.number} has no record of that kind under that id; nothing was written."
            raise UnknownRecord(message)
        return found

    def rows(self, model: type[SQLModel], *where: Any) -> list[Any]:
        """This case's records of one kind, oldest first."""
        table = model.__table__  # type: ignore[attr-defined]
        query = select(table).where(table.c.case_id == self.case.id, *where).order_by(table.c.seq, table.c.id)
        return list(self.connection.execute(query))

    def set(self, model: type[SQLModel], row_id: str, **values: object) -> None:
        """Change columns of one of this case's records."""
        table = model.__table__  # type: ignore[attr-defined]
        self.connection.execute(
            update(table).where(table.c.id == row_id, table.c.case_id == self.case.id).values(**values)
        )

    def log(self, what: str, **data: object) -> int:
        """Append an event to the case's ledger chain; returns its number.

        Args:
            what: what happened, past tense, in snake case.
            data: codes and ids, never content.
        """
        event = {
            "case_id": self.case.id,
            "seq": self.case.seq + 1,
            "at": self.now,
            "actor": self.by.id,
            "what": what,
            "data": data,
            "digests": self._digests,
        }
        event["hash"] = ledger.link(self.case.head, event)
        self.connection.execute(insert(_EVENTS), event)
        self.case.seq, self.case.head = self.case.seq + 1, event["hash"]
        self._digests = {}
        if what != "read":
            self._changed = True
        return self.case.seq

    def owe(self, *kinds: EffectKind, **payload: object) -> None:
        """Put effects into the outbox; call before :meth:`log`, whose event then covers their payloads."""
        rows = []
        for kind in kinds:
            effect_id = new_id()
            rows.append(
                {
                    "id": effect_id,
                    "case_id": self.case.id,
                    "kind": kind,
                    "status": EffectStatus.PENDING,
                    "urgent": self.book.pack.effects[kind].urgent,
                    "attempt": 0,
                    "created_at": self.now,
                    "due_at": self.now,
                    "code": "",
                    "dedupe": f"{self.case.id}:{self.case.seq + 1}:{kind}",
                    "payload": self.seal("effects", effect_id, payload),
                }
            )
        if rows:
            self.connection.execute(insert(_EFFECTS), rows)

    def start(
        self,
        clock: Clock,
        *,
        about: str = "",
        owner: str = "",
        since: datetime | None = None,
        due_at: datetime | None = None,
        level: Level | None = None,
    ) -> None:
        """Start a clock of the policy pack; a level that does not know the clock starts none.

        Args:
            clock: which clock.
            about: id of the record it is about.
            owner: id of the member it is for; empty: the case's lead.
            since: from when it is reckoned; None: now.
            due_at: when it is due, where people agreed on a time themselves.
            level: the level whose clock runs; None: the one in force, or the provisional one.
        """
        current = level or self.case.level or self.case.provisional_level
        entry = self.book.pack.clock(clock, None if current is None else Level(current))
        if entry is None:
            return
        if due_at is None:
            due_at = due(since or self.now, entry.duration, self.book.pack.site(self.case.site))
        deadlines.start(
            self.connection,
            case_id=self.case.id,
            clock=clock,
            about=about,
            owner=owner,
            now=self.now,
            due_at=due_at,
            entry=entry,
        )

    def stop(self, *clocks: Clock, about: str | None = None) -> int:
        """Stop clocks; returns how many ran."""
        return deadlines.satisfy(
            self.connection, case_id=self.case.id, clocks=clocks, about=about, now=self.now
        )

    def decide(self, trigger: str, given: Mapping[str, str]) -> Decision:
        """Ask the machine what a trigger does, with everything its guards need.

        Raises:
            TransitionRefused: something blocks the trigger.
        """
        return decide(load(self.connection, self.case, self.book.pack, needs(trigger), given), trigger)

    def changes_since(self, version: int) -> list[str]:
        """What happened since a version, in words."""
        if version > self.case.version:
            message = (
                f"{self.case.number} has no version {version} yet; it is at {self.case.version}. Look again."
            )
            raise BadInput(message)
        count = self.case.version - version
        newest = (
            select(_EVENTS.c.what, _EVENTS.c.actor)
            .where(_EVENTS.c.case_id == self.case.id, _EVENTS.c.what != "read")
            .order_by(_EVENTS.c.seq.desc())
            .limit(count)
        )
        events = list(self.connection.execute(newest))
        return [f"{event.what.replace('_', ' ')} by {event.actor}" for event in reversed(events)]

    def finish(self) -> None:
        """Write the case's row, by compare-and-swap on its newest event.

        Raises:
            CaseChanged: another transaction was faster (only possible where the row could not be locked).
        """
        if self.case.seq == self._read_seq:
            return
        if self._changed:
            self.case.version += 1
        self.case.changed_at = self.now
        values = self.case.model_dump(exclude={"id", "number", "sealed_seq"})
        swapped = self.connection.execute(
            update(CASES).where(CASES.c.id == self.case.id, CASES.c.seq == self._read_seq).values(**values)
        )
        if swapped.rowcount != 1:
            raise CaseChanged(self.case.number, [])
