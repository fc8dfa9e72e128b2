"""The audit of readings: who read in which cases on which day, and what is odd about it (P-08).

Codes, numbers and times alone: whoever audits sees that somebody read, and nothing of what. What came in and
is of no case yet is read, too: that stands in the team's own chain, and is told by kind and number.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from heapq import merge
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, Table, null, select, text

from states.access import MAY, Act, Actor, is_there, permit
from states.casebook.book import CASES, Casebook
from states.casebook.reading.came_in import CameIn, Thing, things
from states.tables import Conflict, Event, Member, TeamEvent, table_of
from states.vocabulary.people import ConflictRole, ConflictStatus, GuestWay

_EVENTS, _CONFLICTS, _MEMBERS = table_of(Event), table_of(Conflict), table_of(Member)
_TEAM_EVENTS = table_of(TeamEvent)

#: that something was read, in the words of the index of those events
_IS_READ = text("events.what = 'read'")

#: cases that somebody opens within an hour, from which on it is odd; what a search shows is counted apart
MANY, MANY_FOUND, AT_ONCE = 10, 50, timedelta(hours=1)

#: readings that are fetched at once
TOGETHER = 2_000


class OddReading(StrEnum):
    """What somebody should look into about one person's readings of a day."""

    MANY_CASES = "many_cases_at_once"
    OWN_CASE = "own_case"
    RECUSED = "recused"
    AFTER_LEAVING = "after_leaving"
    #: of a case that they were not on, and opened in an emergency
    BREAK_GLASS = "break_glass"


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """What one person read on one day, without a word of it.

    Args:
        day: the day, by the clock of the institution's first site.
        who: the person's id.
        readings: how many times they read.
        numbers: the cases that they opened, by number.
        found: how many cases a search showed them.
        came_in: how many things that came in, and were of no case, they read, by what those are.
        through: the ways that they came in by, as the ledger has it; before it did: none.
        last: when they last did.
        odd: what somebody should look into.
    """

    day: date
    who: str
    readings: int
    numbers: tuple[str, ...]
    found: int
    came_in: dict[str, int]
    through: tuple[str, ...]
    last: datetime
    odd: tuple[OddReading, ...]


class _Known(NamedTuple):
    """What is known of everybody: who is kept out of which case, and when whose membership ended."""

    kept_out: Mapping[tuple[str, str], OddReading]
    ended: Mapping[str, datetime]


def readings(
    book: Casebook,
    *,
    by: Actor,
    since: datetime,
    who: str = "",
    odd_only: bool = False,
    until: date | None = None,
    enough: int | None = None,
) -> list[ReadingLine]:
    """List who read in which cases, by day and person, newest day first, each with what is odd about it.

    What came in and was read before it was of any case is counted beside them.

    Args:
        book: the casebook.
        by: who looks; what was read in cases that they are kept out of is not there for them, and what came
            in and has become part of such a case is not either.
        since: leave out what was read before.
        who: only this person's.
        odd_only: leave out what nobody need look into.
        until: leave out later days; None: leave out nothing.
        enough: with this many lines no earlier day is looked at; a day is listed whole. None: all are.

    Raises:
        NotPermitted: they neither audit, keep the records nor chair.
    """
    permit(by, Act.AUDIT_READINGS)
    of_cases = (
        select(_EVENTS.c.at, _EVENTS.c.actor, _EVENTS.c.case_id, _EVENTS.c.data, CASES.c.number)
        .join(CASES, CASES.c.id == _EVENTS.c.case_id)
        .where(_IS_READ, is_there(by, _EVENTS.c.case_id))
    )
    of_team = select(
        _TEAM_EVENTS.c.at, _TEAM_EVENTS.c.actor, null().label("case_id"), _TEAM_EVENTS.c.data
    ).where(_TEAM_EVENTS.c.what == "read")
    zone = ZoneInfo(book.pack.home.timezone)
    before = None if until is None else datetime.combine(until + timedelta(days=1), time(0), zone)
    asked = [
        _newest_first(query, table, since, before, who)
        for query, table in ((of_cases, _EVENTS), (of_team, _TEAM_EVENTS))
    ]
    shown: list[ReadingLine] = []
    with book.store.read() as connection:
        known = _Known(_kept_out(connection, by), _ended(connection))
        both = merge(*map(connection.execute, asked), key=attrgetter("at"), reverse=True)
        for day, rows in groupby(both, lambda row: row.at.astimezone(zone).date()):
            every = list(rows)
            there = things(connection, {each for row in every for each in _came_in(row)}, by=by)
            read: dict[str, list[Any]] = defaultdict(list)
            for row in every:
                if row.case_id is not None or not there.keys().isdisjoint(_came_in(row)):
                    read[row.actor].append(row)
            lines = (_line(day, actor, theirs, there, known) for actor, theirs in read.items())
            shown += sorted(
                (line for line in lines if line.odd or not odd_only), key=attrgetter("last"), reverse=True
            )
            if enough is not None and len(shown) >= enough:
                break
    return shown


def _newest_first(
    query: Select[Any], events: Table, since: datetime, before: datetime | None, who: str
) -> Select[Any]:
    """The readings of one kind of chain in the order of time, narrowed to a span and a person."""
    # A page needs a few days of years: the rest is neither fetched nor held.
    query = query.order_by(events.c.at.desc()).execution_options(yield_per=TOGETHER)
    query = query.where(events.c.at >= since)
    if who:
        query = query.where(events.c.actor == who)
    return query if before is None else query.where(events.c.at < before)


def _came_in(row: Any) -> Collection[str]:
    """Ids of what came in and was read, where that is what was read."""
    return row.data.get("rows", ()) if row.case_id is None else ()


def _kept_out(connection: Connection, by: Actor) -> Mapping[tuple[str, str], OddReading]:
    """Who is kept out of which case, and whether it is their own, as far as whoever looks may know why."""
    knows = not by.roles.isdisjoint(MAY[Act.KNOW_CONFLICTS])
    standing = select(_CONFLICTS.c.member, _CONFLICTS.c.case_id, _CONFLICTS.c.role)
    found: dict[tuple[str, str], OddReading] = {}
    for row in connection.execute(standing.where(_CONFLICTS.c.status != ConflictStatus.LIFTED)):
        own = knows and row.role != ConflictRole.DECLARED
        found[row.member, row.case_id] = OddReading.OWN_CASE if own else OddReading.RECUSED
    return found


def _ended(connection: Connection) -> Mapping[str, datetime]:
    """When each membership ended that has an end."""
    ends = select(_MEMBERS.c.id, _MEMBERS.c.ends_at).where(_MEMBERS.c.ends_at.is_not(None))
    return {row.id: row.ends_at for row in connection.execute(ends)}


def _line(
    day: date,
    who: str,
    rows: Sequence[Any],
    there: Mapping[str, Thing],
    known: _Known,
) -> ReadingLine:
    of_cases = [row for row in rows if row.case_id is not None]
    searched = [row for row in of_cases if row.data.get("of") == "search"]
    opened = [row for row in of_cases if row.data.get("of") != "search"]
    came_in = [there[each] for each in {each for row in rows for each in _came_in(row)} & there.keys()]
    cases = {row.case_id for row in of_cases} | {thing.case_id for thing in came_in if thing.case_id}
    odd = {known.kept_out[who, case_id] for case_id in cases if (who, case_id) in known.kept_out}
    if _at_once(opened) >= MANY or _at_once(searched) >= MANY_FOUND:
        odd.add(OddReading.MANY_CASES)
    if any(row.data.get("through") == GuestWay.BREAK_GLASS for row in of_cases):
        odd.add(OddReading.BREAK_GLASS)
    if who in known.ended and rows[0].at >= known.ended[who]:
        odd.add(OddReading.AFTER_LEAVING)
    counts = Counter(thing.kind for thing in came_in)
    return ReadingLine(
        day=day,
        who=who,
        readings=len(rows),
        numbers=tuple(sorted({row.number for row in opened})),
        found=len({row.case_id for row in searched}),
        came_in={kind.value: counts[kind] for kind in CameIn if counts[kind]},
        through=tuple(sorted({" ".join(_through(row.data)) for row in rows} - {""})),
        last=rows[0].at,
        odd=tuple(one for one in OddReading if one in odd),
    )


def _through(data: Mapping[str, Any]) -> list[str]:
    return [str(data[key]) for key in ("via", "os_account", "program") if data.get(key)]


def _at_once(rows: Sequence[Any]) -> int:
    """In how many cases at most somebody read within an hour.

    Args:
        rows: their readings, the newest first.
    """
    most, oldest, within = 0, 0, Counter[str]()
    for newest in rows:
        while oldest < len(rows) and newest.at - rows[oldest].at <= AT_ONCE:
            within[rows[oldest].case_id] += 1
            oldest += 1
        most = max(most, len(within))
        within[newest.case_id] -= 1
        if not within[newest.case_id]:
            del within[newest.case_id]
    return most
