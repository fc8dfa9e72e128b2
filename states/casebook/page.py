"""The page: one case, locked, inside one transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection, Select, bindparam, insert, select, update
from sqlmodel import SQLModel

from states import deadlines, ledger, outbox
from states.access import Actor
from states.batch import Statement
from states.casebook.loading import load
from states.casefile import Section
from states.errors import BadInput, CaseChanged, UnknownRecord
from states.guards import CONDITIONS
from states.machine import Decision, decide, needs
from states.outbox import Owed
from states.policy import Pack
from states.reckoning import soonest
from states.tables import Case, Deadline, Event, Report, new_id, table_of
from states.vault import DataKey, Vault, digest
from states.vocabulary import Clock, EffectKind, Level, ReportStanding

RowT = TypeVar("RowT", bound=SQLModel)

#: events that change nothing a person decides on, so that nobody has to look again because of them
QUIET = (
    "read",
    "indexed",
    "disclosed",
    "sources_polled",
    "notices_gathered",
    "notices_prepared",
    "notice_sent",
    "notice_maybe_sent",
    "notice_withdrawn",
    "news_told",
    "effect_done",
)

#: the clocks whose due times stand in people's calendars
IN_CALENDARS = (Clock.REASSESSMENT, Clock.CHECK_IN)

#: how many changes somebody who comes second is told
MOST_TOLD = 10

_CASES = table_of(Case)
_EVENTS = table_of(Event)
_DEADLINES = table_of(Deadline)

#: the columns of a case that its page writes
_WRITTEN = sorted(set(Case.model_fields) - {"id", "number", "sealed_seq"})

_SWAP = Statement(
    update(_CASES)
    .where(_CASES.c.id == bindparam("case"), _CASES.c.seq == bindparam("read_seq"))
    .values({name: bindparam(name) for name in _WRITTEN})
)


@cache
def _inserting(model: type[SQLModel]) -> Statement:
    table = table_of(model)
    return Statement(insert(table).values({column.name: bindparam(column.name) for column in table.c}))


@cache
def _setting(model: type[SQLModel], names: tuple[str, ...]) -> Statement:
    table = table_of(model)
    return Statement(
        update(table)
        .where(table.c.id == bindparam("of_row"), table.c.case_id == bindparam("of_case"))
        .values({name: bindparam(name) for name in names})
    )


@cache
def _one(model: type[SQLModel]) -> Statement:
    table = table_of(model)
    of_case = table.c.case_id == bindparam("of_case")
    return Statement(select(table).where(of_case, table.c.id == bindparam("of_row")))


@cache
def _all(model: type[SQLModel]) -> Statement:
    return Statement(_listing(model))


def _listing(model: type[SQLModel]) -> Select[Any]:
    table = table_of(model)
    order = table.c.seq if "seq" in table.c else table.c.at
    return select(table).where(table.c.case_id == bindparam("of_case")).order_by(order, table.c.id)


class Page:
    """One case, locked, inside one transaction: what is written here is committed together, or not at all.

    Args:
        connection: the open transaction.
        case: the case's row; changes to it are written by :meth:`finish`.
        key: the case's data key.
        by: who writes.
        now: what time it is.
        pack: the policy in force.
        vault: what blind indexes are reckoned with.
    """

    def __init__(
        self,
        connection: Connection,
        case: Case,
        *,
        key: DataKey,
        by: Actor,
        now: datetime,
        pack: Pack,
        vault: Vault,
    ) -> None:
        self.connection = connection
        self.case = case
        self.key = key
        self.by = by
        self.now = now
        self.pack = pack
        self.vault = vault
        self._read_seq = case.seq
        self._digests: dict[str, str] = {}
        self._changed = False
        self._taken_out: list[str] = []

    def add(self, row: RowT, content: BaseModel | Mapping[str, Any] | None = None) -> RowT:
        """Write a new record, sealing its content; its digest goes into the next event."""
        table = table_of(type(row))
        values = {column.name: getattr(row, column.name) for column in table.c}
        if "seq" in values:
            values["seq"] = self.case.seq + 1
        if content is not None:
            values["content"] = self.seal(table.name, values["id"], content)
        _inserting(type(row)).later(self.connection, values)
        return row

    def seal(self, table: str, row_id: str, content: BaseModel | Mapping[str, Any]) -> bytes:
        """Seal a content, and remember its digest for the next event."""
        clear = content.model_dump(mode="json") if isinstance(content, BaseModel) else dict(content)
        return self.vouch(table, row_id, self.key.seal(table, row_id, clear))

    def vouch(self, table: str, row_id: str, sealed: bytes) -> bytes:
        """Remember the digest of a sealed content for the next event; returns the content."""
        self._digests[f"{table}/{row_id}"] = digest(sealed)
        return sealed

    def row(self, model: type[SQLModel], row_id: str) -> Any:
        """One record of this case, by id.

        Raises:
            UnknownRecord: the case has no such record.
        """
        found = _one(model).rows(self.connection, {"of_row": row_id, "of_case": self.case.id})
        if not found:
            message = f"{self.case.number} has no record of that kind under that id; nothing was written."
            raise UnknownRecord(message)
        return found[0]

    def rows(self, model: type[SQLModel], *where: Any) -> list[Any]:
        """This case's records of one kind, oldest first."""
        mine = {"of_case": self.case.id}
        if where:
            # SQLAlchemy remembers statements by their form; ours are made once.
            return list(self.connection.execute(_listing(model).where(*where), mine))
        return _all(model).rows(self.connection, mine)

    def reports(self) -> list[Any]:
        """The reports that stand in this case, oldest first (W-47)."""
        return [row for row in self.rows(Report) if row.standing == ReportStanding.STANDS]

    def set(self, model: type[SQLModel], row_id: str, **values: object) -> None:
        """Change columns of one of this case's records."""
        statement = _setting(model, tuple(sorted(values)))
        statement.later(self.connection, {**values, "of_row": row_id, "of_case": self.case.id})

    def take_out(self, *entries: str) -> None:
        """Let the next event owe that entries leave people's calendars, in which an invitation put them.

        Args:
            entries: what the invitations name: a meeting, a check-in, or the clock of a reassessment, by id.
        """
        self._taken_out += entries

    def log(self, what: str, **data: object) -> int:
        """Append an event to the case's ledger chain; returns its number.

        Args:
            what: what happened, past tense, in snake case.
            data: codes and ids, never content.
        """
        if self._taken_out:
            entries, self._taken_out = self._taken_out, []
            payload = {"trigger": what, "meetings": entries}
            owed = self._owed(EffectKind.CANCEL_MEETINGS, payload, of=":entries")
            outbox.put(self.connection, [owed], now=self.now)
        self.case.head = ledger.append(
            self.connection,
            self.case.head,
            {
                "case_id": self.case.id,
                "seq": self.case.seq + 1,
                "version": self.case.version + (what not in QUIET),
                "at": self.now,
                "actor": self.by.id,
                "what": what,
                "data": data,
                "digests": self._digests,
            },
        )
        self.case.seq += 1
        self._digests = {}
        self._changed = self._changed or what not in QUIET
        return self.case.seq

    def owe(self, *kinds: EffectKind, **payload: object) -> None:
        """Put effects into the outbox; call before :meth:`log`, whose event then covers their payloads."""
        outbox.put(self.connection, [self._owed(kind, payload) for kind in kinds], now=self.now)

    def owe_at(self, due_at: datetime, kind: EffectKind, *, once: str = "", **payload: object) -> None:
        """Put an effect into the outbox that is due then, once for ``once``; call before :meth:`log`."""
        outbox.put(self.connection, [self._owed(kind, payload, due_at, once=once)], now=self.now)

    def _owed(
        self,
        kind: EffectKind,
        payload: Mapping[str, object],
        due_at: datetime | None = None,
        *,
        of: str = "",
        once: str = "",
    ) -> Owed:
        effect_id = new_id()
        return Owed(
            id=effect_id,
            case_id=self.case.id,
            kind=kind,
            urgent=self.pack.effects[kind].urgent,
            dedupe=once or f"{self.case.id}:{self.case.seq + 1}:{kind}{of}",
            payload=self.seal("effects", effect_id, payload),
            due_at=due_at,
        )

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
        entry = self.pack.clock(clock, None if current is None else Level(current))
        if entry is None:
            return
        if due_at is None:
            due_at = soonest(since or self.now, entry.duration, self.pack.at(self.case.sites))
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

    def stop(self, *clocks: Clock, about: str | None = None) -> None:
        """Stop clocks, whether they run or not; what of theirs stands in calendars ahead leaves them."""
        shown = [clock for clock in clocks if clock in IN_CALENDARS]
        if shown:
            ahead = select(_DEADLINES.c.id, _DEADLINES.c.clock, _DEADLINES.c.about).where(
                _DEADLINES.c.case_id == self.case.id,
                _DEADLINES.c.clock.in_(shown),
                _DEADLINES.c.satisfied_at.is_(None),
                _DEADLINES.c.due_at > self.now,
            )
            rows = self.connection.execute(ahead).all()
            falling = [row for row in rows if about is None or row.about == about]
            self.take_out(*(row.about if row.clock == Clock.CHECK_IN else row.id for row in falling))
        deadlines.satisfy(self.connection, case_id=self.case.id, clocks=clocks, about=about, now=self.now)

    def running(self, clock: Clock, *, about: str | None = None) -> datetime | None:
        """When a clock is due (of one record, if ``about`` names it), the soonest; None when none runs."""
        query = (
            select(_DEADLINES.c.due_at)
            .where(_DEADLINES.c.case_id == self.case.id, _DEADLINES.c.clock == clock)
            .where(_DEADLINES.c.satisfied_at.is_(None))
            .order_by(_DEADLINES.c.due_at)
        )
        if about is not None:
            query = query.where(_DEADLINES.c.about == about)
        found: datetime | None = self.connection.scalar(query.limit(1))
        return found

    def decide(self, trigger: str, given: Mapping[str, str], *, also: Collection[Section] = ()) -> Decision:
        """Ask the machine what a trigger does, with everything its guards need.

        Args:
            trigger: a trigger of the process table.
            given: what the actor gives along with it.
            also: sections that the decision's file is to have besides.

        Raises:
            TransitionRefused: something blocks the trigger.
        """
        sections = needs(trigger).union(also)
        file = load(self.connection, self.case, self.pack, sections, given, now=self.now)
        return decide(file, trigger)

    def holds(self, condition: str) -> bool:
        """Whether a condition of :mod:`states.guards` holds for the case as it stands on this page."""
        check, sections = CONDITIONS[condition]
        return check(load(self.connection, self.case, self.pack, sections, now=self.now))

    def changes_since(self, version: int) -> list[str]:
        """What happened since a version, in words."""
        if version > self.case.version:
            message = (
                f"{self.case.number} has no version {version} yet; it is at {self.case.version}. Look again."
            )
            raise BadInput(message)
        newest = (
            select(_EVENTS.c.what, _EVENTS.c.actor)
            .where(_EVENTS.c.case_id == self.case.id, _EVENTS.c.what.not_in(QUIET))
            .where(_EVENTS.c.version > version)
            .order_by(_EVENTS.c.seq.desc())
            .limit(MOST_TOLD)
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
        values = {name: getattr(self.case, name) for name in _WRITTEN}
        if _SWAP.count(self.connection, {**values, "case": self.case.id, "read_seq": self._read_seq}) != 1:
            raise CaseChanged(self.case.number, [])
