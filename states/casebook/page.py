"""The page: one case, locked, inside one transaction."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update
from sqlmodel import SQLModel

from states import deadlines, outbox
from states.access import Actor, looks_on, viewers
from states.calendar.reckoning import soonest
from states.casebook import coming_and_going
from states.casebook.loading import load
from states.casebook.statements import SWAP, WRITTEN, all_of, inserting, listing, one_of, setting
from states.casefile import Section
from states.contents.kept import ContentT, Kept, Sealed
from states.contents.payloads import CANCEL_MEETINGS, OWING, EntriesOver, Owing, PayloadT
from states.errors import BadInput, CaseChanged, UnknownRecord
from states.guards.guard import CONDITIONS
from states.ledger import chain, coverage
from states.machine import Decision, decide, needs
from states.outbox import Owed
from states.policy.pack import Pack
from states.tables import Case, CaseViewer, Deadline, Event, Report, new_id, stored, table_of
from states.vault import DataKey, Vault, digest
from states.vocabulary.cases import Level, ReportStanding
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.people import GuestWay

RowT = TypeVar("RowT", bound=SQLModel)

#: events that change nothing a person decides on, so that nobody has to look again because of them
QUIET = (
    "read",
    "link_code_made",
    "link_code_spent",
    "link_opened",
    "minutes_noted",
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
    "written_down",
    "rows_told",
)

#: the clocks whose due times stand in people's calendars
IN_CALENDARS = (Clock.REASSESSMENT, Clock.CHECK_IN, Clock.PLAN_ACTION)

#: how many changes somebody who comes second is told
MOST_TOLD = 10
_EVENTS = table_of(Event)
_VIEWERS = table_of(CaseViewer)


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
        self._viewers = viewers(case)
        self._was: Case | None = coming_and_going.as_it_is(case)
        self._told: dict[EffectKind, set[str]] = {}
        self._row_changed = False
        self._digests: dict[str, str] = {}
        self._changed = False
        self._taken_out: list[str] = []
        self._events: list[dict[str, Any]] = []
        self._started: list[tuple[str, str, str]] = []

    def begin(self, key: Mapping[Any, Any]) -> None:
        """Let the first event tell of the case's key, as it was just made; and let nobody see it yet.

        Nobody comes onto a case that is new: whoever is on it hears of the report that opens it.
        """
        self._digests |= coverage.of("wrapped_keys").added(key)
        self._viewers = {}
        self._was = None

    def add(self, row: RowT, content: BaseModel | Mapping[str, Any] | None = None) -> RowT:
        """Write a new record, sealing its content; its digest goes into the next event.

        Args:
            row: the record; its number and its sealed content are set here.
            content: what it says.

        Returns:
            The same record, as it is stored.
        """
        table = table_of(type(row))
        kept: Any = row
        if "seq" in table.c:
            kept.seq = self.case.seq + 1
        if content is not None:
            kept.content = self.seal(table.name, kept.id, content)
        values = {column.name: getattr(row, column.name) for column in table.c}
        covered = coverage.of(table.name)
        shared = table.name in coverage.SHARED
        self._digests |= covered.anew(values) if shared else covered.added(values)
        inserting(type(row)).later(self.connection, values)
        return row

    def seal(self, table: str, row_id: str, content: BaseModel | Mapping[str, Any]) -> bytes:
        """Seal a content, and remember its digest for the next event."""
        clear = content.model_dump(mode="json") if isinstance(content, BaseModel) else dict(content)
        return self.vouch(table, row_id, self.key.seal(table, row_id, clear))

    def vouch(self, table: str, row_id: str, sealed: bytes) -> bytes:
        """Remember the digest of a sealed content for the next event; returns the content."""
        self._digests[f"{table}/{row_id}"] = digest(sealed)
        return sealed

    def row(self, model: type[RowT], row_id: str) -> RowT:
        """One record of this case, by id.

        Raises:
            UnknownRecord: the case has no such record.
        """
        found = one_of(model).rows(self.connection, {"of_row": row_id, "of_case": self.case.id})
        if not found:
            message = f"{self.case.number} has no record of that kind under that id; nothing was written."
            raise UnknownRecord(message)
        return stored(model, found[0])

    def open(self, kind: Kept[ContentT], row: Sealed) -> ContentT:
        """What one of this case's records says, typed.

        Args:
            kind: which content it has, such as :data:`~states.contents.kept.REPORTS`.
            row: the record as it was read.
        """
        return kind.open(self.key, row)

    def rows(self, model: type[RowT], *where: ColumnElement[bool] | bool) -> list[RowT]:
        """This case's records of one kind, oldest first."""
        mine = {"of_case": self.case.id}
        if where:
            # SQLAlchemy remembers statements by their form; ours are made once.
            narrowed = listing(model).where(*cast(tuple[ColumnElement[bool], ...], where))
            found: Iterable[Row[Any]] = self.connection.execute(narrowed, mine)
        else:
            found = all_of(model).rows(self.connection, mine)
        return [stored(model, row) for row in found]

    def reports(self) -> list[Report]:
        """The reports that stand in this case, oldest first (W-47)."""
        return [row for row in self.rows(Report) if row.standing == ReportStanding.STANDS]

    def set(self, model: type[SQLModel], row_id: str, **values: object) -> None:
        """Change columns of one of this case's records; the next event tells of it."""
        self.tell(str(model.__tablename__), row_id, values)
        statement = setting(model, tuple(sorted(values)))
        statement.later(self.connection, {**values, "of_row": row_id, "of_case": self.case.id})

    def tell(self, table: str, row_id: str, values: Mapping[str, Any]) -> None:
        """Let the next event tell that columns of a record have other values, which somebody else writes."""
        self._digests |= coverage.of(table).changed(row_id, values)

    def tell_too(self, told: Mapping[str, str]) -> None:
        """Let the next event tell of rows of nobody's that were written along, as digests by place."""
        self._digests |= told

    def tell_of_index(self, entries: Collection[tuple[str, str, str, str, str]]) -> None:
        """Let the next event tell which blind indexes the case has from now on.

        Under the case's own key, so that nobody tries names at what the ledger keeps once it is erased.

        Args:
            entries: id, role, record, kind and blind index of each.
        """
        told = self.key.vouch(chain.canonical(sorted(entries))) if entries else ""
        self._digests[coverage.index_of(self.case.id)] = told

    def set_shared(self, model: type[SQLModel], row: Mapping[Any, Any], **values: Any) -> None:
        """Change a record that this case shares with another one, whichever of them it is listed under.

        Args:
            model: its kind.
            row: the record as it was read under a lock on either case.
            values: the columns that change.
        """
        table = table_of(model)
        values["revision"] = row["revision"] + 1
        self._digests |= coverage.of(table.name).anew({**row, **values})
        self.connection.execute(update(table).where(table.c.id == row["id"]).values(**values))

    def take_out(self, *entries: str) -> None:
        """Let the next event owe that entries leave people's calendars, in which an invitation put them.

        Args:
            entries: what invitations name, by id: a meeting, an action, a check-in, a reassessment's clock.
        """
        self._taken_out += entries

    def log(self, what: str, **data: object) -> int:
        """Append an event to the case's ledger chain; returns its number.

        Args:
            what: what happened, past tense, in snake case.
            data: codes and ids, never content.
        """
        self._empty_calendars(":entries", self.case.seq + 1)
        self._events.append(
            {
                "case_id": self.case.id,
                "seq": self.case.seq + 1,
                "version": self.case.version + (what not in QUIET),
                "at": self.now,
                "actor": self.by.id,
                "what": what,
                "data": data | self.by.came_by() | self._through(),
                "digests": self._digests,
            }
        )
        self.case.seq += 1
        self._digests = {}
        self._changed = self._changed or what not in QUIET
        return self.case.seq

    def _empty_calendars(self, of: str, event: int) -> None:
        if self._taken_out:
            entries, self._taken_out = self._taken_out, []
            once = f"{self.case.id}:{event}:{CANCEL_MEETINGS.kind}{of}"
            self._put(self._owed(CANCEL_MEETINGS, EntriesOver(meetings=tuple(entries)), once=once))

    def _through(self) -> dict[str, str]:
        """What an event tells of a case that somebody sees only because they broke the glass."""
        return {"through": GuestWay.BREAK_GLASS} if looks_on(self.by, self.case) else {}

    def owe(self, owing: Owing[PayloadT], told: PayloadT, *, of: str = "") -> None:
        """Put an effect into the outbox; call before :meth:`log`, whose event then covers its payload.

        Args:
            owing: which effect.
            told: what whoever does it is told.
            of: id of what it is about, where one event owes several of the kind; else one event owes one.
        """
        self._told.setdefault(owing.kind, set()).update(getattr(told, "only", None) or ())
        self._put(self._owed(owing, told, of=of and f":{of}"))

    def owe_each(self, kinds: Collection[EffectKind], told: Mapping[str, object]) -> None:
        """Put effects into the outbox that one decision owes: each takes what it needs of what is told."""
        self._put(*(self._owed(OWING[kind], OWING[kind].of(told)) for kind in kinds))

    def owe_at(self, due_at: datetime, owing: Owing[PayloadT], told: PayloadT, *, once: str) -> None:
        """Put an effect into the outbox that is due then, once for ``once``; call before :meth:`log`."""
        self._put(self._owed(owing, told, due_at, once=once))

    def _put(self, *owed: Owed) -> None:
        for effect in owed:
            self._digests |= outbox.told(effect, self.now)
        outbox.put(self.connection, owed, now=self.now)

    def _owed(
        self,
        owing: Owing[PayloadT],
        told: PayloadT,
        due_at: datetime | None = None,
        *,
        of: str = "",
        once: str = "",
    ) -> Owed:
        effect_id = new_id()
        return Owed(
            id=effect_id,
            case_id=self.case.id,
            kind=owing.kind,
            urgent=self.pack.effects[owing.kind].urgent,
            dedupe=once or f"{self.case.id}:{self.case.seq + 1}:{owing.kind}{of}",
            payload=owing.seal(self.key, effect_id, told),
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
        current = level or self.case.current_level
        entry = self.pack.clock(clock, None if current is None else Level(current))
        if entry is None:
            return
        if due_at is None:
            due_at = soonest(since or self.now, entry.duration, self.pack.at(self.case.sites))
        row = deadlines.start(
            self.connection,
            case_id=self.case.id,
            clock=clock,
            about=about,
            owner=owner,
            now=self.now,
            due_at=due_at,
            entry=entry,
        )
        self._digests |= coverage.of("deadlines").added(row)
        self._started.append((row["id"], clock, about))

    def stop(self, *clocks: Clock, about: str | None = None) -> None:
        """Stop clocks, whether they run or not; what of theirs stands in calendars ahead leaves them."""
        shown = [clock for clock in clocks if clock in IN_CALENDARS]
        if shown:
            ahead = [row for row in self._clocks(*shown, about=about) if row.due_at > self.now]
            self.take_out(*(row.id if row.clock == Clock.REASSESSMENT else row.about for row in ahead))
        for row_id, clock, of_record in self._started:
            if clock in clocks and about in (None, of_record):
                self.tell("deadlines", row_id, {"satisfied_at": self.now})
        self._digests[deadlines.stopped(clocks, about)] = ""
        deadlines.satisfy(self.connection, case_id=self.case.id, clocks=clocks, about=about, now=self.now)

    def running(self, clock: Clock, *, about: str | None = None) -> datetime | None:
        """When a clock is due (of one record, if ``about`` names it), the soonest; None when none runs."""
        return next((row.due_at for row in self._clocks(clock, about=about)), None)

    def _clocks(self, *clocks: Clock, about: str | None) -> list[Deadline]:
        """The clocks of these kinds that run (of one record, if ``about`` names it), the soonest first."""
        running = deadlines.running(self.connection, self.case.id)
        return [row for row in running if row.clock in clocks and about in (None, row.about)]

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

    def let_see(self) -> None:
        """Write who sees the case as its row stands now; :meth:`finish` does so, too.

        Call it where lists that are read in the same transaction are to go by it already.
        """
        now = viewers(self.case)
        if now == self._viewers:
            return
        self.connection.execute(delete(_VIEWERS).where(_VIEWERS.c.case_id == self.case.id))
        self.connection.execute(
            insert(_VIEWERS),
            [{"case_id": self.case.id, "who": who, "until": until} for who, until in sorted(now.items())],
        )
        self._viewers = now
        self._row_changed = True

    def finish(self) -> None:
        """Write the events, and the case's row by compare-and-swap on its newest event.

        The last event tells of the case's own row, and of whatever was written behind it.

        Raises:
            CaseChanged: another transaction was faster (only possible where the row could not be locked).
        """
        self.let_see()
        if (self._digests or self._row_changed) and not self._events:
            self.log("written_down")
        # What was stopped behind the last event leaves calendars all the same.
        self._empty_calendars(":entries_behind", self.case.seq)
        if self.case.seq == self._read_seq:
            return
        self._owe_who_comes_and_goes()
        case = vars(self.case)
        own = {f"cases/{self.case.id}#": coverage.of("cases").written_once(case)}
        self._events[-1]["digests"] |= self._digests | own
        for event in self._events:
            self.case.head = chain.append(self.connection, self.case.head, event)
        if self._changed:
            self.case.version += 1
        self.case.changed_at = self.now
        values = {name: getattr(self.case, name) for name in WRITTEN}
        if SWAP.count(self.connection, {**values, "case": self.case.id, "read_seq": self._read_seq}) != 1:
            raise CaseChanged(self.case.number, [])

    def _owe_who_comes_and_goes(self) -> None:
        """Owe those who came onto the case, or went off it, what no writer has owed to them alone."""
        if self._was is None:
            return
        owed = coming_and_going.due(self.connection, self.case, self._was, now=self.now, told=self._told)
        # Behind the last event, which covers them.
        event = f"{self.case.id}:{self.case.seq}"
        self._put(
            *(self._owed(owing, payload, once=f"{event}:{owing.kind}:{of}") for owing, payload, of in owed)
        )
