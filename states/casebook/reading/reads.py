"""The audit of readings: who read in which cases on which day, and what is odd about it (P-08).

Codes, numbers and times alone: whoever audits sees that somebody read, and nothing of what.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, text

from states.access import MAY, Act, Actor, is_there, permit
from states.casebook.book import CASES, Casebook
from states.tables import Conflict, Event, Member, table_of
from states.vocabulary.people import ConflictRole, ConflictStatus, GuestWay

_EVENTS, _CONFLICTS, _MEMBERS = table_of(Event), table_of(Conflict), table_of(Member)

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
        through: the ways that they came in by, as the ledger has it; before it did: none.
        last: when they last did.
        odd: what somebody should look into.
    """

    day: date
    who: str
    readings: int
    numbers: tuple[str, ...]
    found: int
    through: tuple[str, ...]
    last: datetime
    odd: tuple[OddReading, ...]


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

    Args:
        book: the casebook.
        by: who looks; what was read in cases that they are kept out of is not there for them.
        since: leave out what was read before.
        who: only this person's.
        odd_only: leave out what nobody need look into.
        until: leave out later days; None: leave out nothing.
        enough: with this many lines no earlier day is looked at; a day is listed whole. None: all are.

    Raises:
        NotPermitted: they neither audit, keep the records nor chair.
    """
    permit(by, Act.AUDIT_READINGS)
    query = (
        select(_EVENTS.c.at, _EVENTS.c.actor, _EVENTS.c.case_id, _EVENTS.c.data, CASES.c.number)
        .join(CASES, CASES.c.id == _EVENTS.c.case_id)
        .where(_IS_READ, _EVENTS.c.at >= since, is_there(by, _EVENTS.c.case_id))
        .order_by(_EVENTS.c.at.desc())
        # A page needs a few days of years: the rest is neither fetched nor held.
        .execution_options(yield_per=TOGETHER)
    )
    if who:
        query = query.where(_EVENTS.c.actor == who)
    zone = ZoneInfo(book.pack.home.timezone)
    if until is not None:
        query = query.where(_EVENTS.c.at < datetime.combine(until + timedelta(days=1), time(0), zone))
    shown: list[ReadingLine] = []
    with book.store.read() as connection:
        kept_out, ended = _kept_out(connection, by), _ended(connection)
        for day, rows in groupby(connection.execute(query), lambda row: row.at.astimezone(zone).date()):
            read: dict[str, list[Any]] = defaultdict(list)
            for row in rows:
                read[row.actor].append(row)
            lines = (_line(day, actor, theirs, kept_out, ended.get(actor)) for actor, theirs in read.items())
            shown += sorted(
                (line for line in lines if line.odd or not odd_only), key=attrgetter("last"), reverse=True
            )
            if enough is not None and len(shown) >= enough:
                break
    return shown


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
    kept_out: Mapping[tuple[str, str], OddReading],
    ended: datetime | None,
) -> ReadingLine:
    searched = [row for row in rows if row.data.get("of") == "search"]
    opened = [row for row in rows if row.data.get("of") != "search"]
    odd = {kept_out[who, row.case_id] for row in rows if (who, row.case_id) in kept_out}
    if _at_once(opened) >= MANY or _at_once(searched) >= MANY_FOUND:
        odd.add(OddReading.MANY_CASES)
    if any(row.data.get("through") == GuestWay.BREAK_GLASS for row in rows):
        odd.add(OddReading.BREAK_GLASS)
    if ended is not None and rows[0].at >= ended:
        odd.add(OddReading.AFTER_LEAVING)
    return ReadingLine(
        day,
        who,
        len(rows),
        tuple(sorted({row.number for row in opened})),
        len({row.case_id for row in searched}),
        tuple(sorted({" ".join(_through(row.data)) for row in rows} - {""})),
        rows[0].at,
        tuple(one for one in OddReading if one in odd),
    )


def _through(data: Mapping[str, Any]) -> list[str]:
    return [str(data[key]) for key in ("via", "os_account", "program") if data.get(key)]


def _at_once(rows: Sequence[Any]) -> int:
    """In how many cases at most somebody read within an hour.

    Args:
        rows: their readings, the newest first.
    """
    most, oldest = 0, 0
    for newest in range(len(rows)):
        while oldest < len(rows) and rows[newest].at - rows[oldest].at <= AT_ONCE:
            oldest += 1
        most = max(most, len({row.case_id for row in rows[newest:oldest]}))
    return most
