"""The roster as a week that people read: who is on call, and where nobody is; the call chain in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from console.shown.alarms import BY, CALLED, EVERYBODY
from states.casebook.alarms.duty import Roster, at, edges_of
from states.policy.pack import Pack
from states.policy.places import CallChain, CallStep
from states.vocabulary.danger import Called

#: how many days a page of the roster has
DAYS = 7


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a day in which the same people are on call.

    Args:
        since: from when, by the clock of the institution.
        until: until when; midnight is that of the next day.
        who: names of those who are on call, and not off.
        off: names of those who have a shift then and are off.
        lacks: whether too few are on call.
    """

    since: datetime
    until: datetime
    who: tuple[str, ...]
    off: tuple[str, ...]
    lacks: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the roster."""

    day: date
    stretches: tuple[Stretch, ...]


def week(roster: Roster, names: Mapping[str, str], first: date, zone: ZoneInfo, now: datetime) -> list[Day]:
    """The days of a week, each in its stretches; what is over is not looked at.

    Args:
        roster: the shifts, and who is off.
        names: names of the members, by id.
        first: the first day.
        zone: the time zone of the institution.
        now: what time it is.
    """
    days = (first + timedelta(days=count) for count in range(DAYS))
    return [Day(day, tuple(_stretches(roster, names, day, zone, now))) for day in days]


def _stretches(
    roster: Roster, names: Mapping[str, str], day: date, zone: ZoneInfo, now: datetime
) -> Iterator[Stretch]:
    begins = datetime.combine(day, time(0), zone)
    ends = datetime.combine(day + timedelta(days=1), time(0), zone)
    since = max(begins, now.astimezone(zone))
    known = edges_of(roster.shifts) | edges_of(roster.off)
    edges = {since, ends} | {edge.astimezone(zone) for edge in known}
    inside = sorted(edge for edge in edges if since <= edge <= ends)
    found = list[Stretch]()
    for start, end in pairwise(inside):
        on, off = at(roster.shifts, start), at(roster.off, start)
        here, away = (tuple(sorted(names.get(each, each) for each in who)) for who in (on - off, on & off))
        lacks = len(on - off) < roster.minimum
        if found and (found[-1].who, found[-1].off, found[-1].lacks) == (here, away, lacks):
            found[-1] = Stretch(found[-1].since, end, here, away, lacks)
        else:
            found.append(Stretch(start, end, here, away, lacks))
    yield from found


@dataclass(frozen=True, slots=True)
class Chain:
    """A call chain as people read it.

    Args:
        where: for which sites it is.
        steps: how long after the alarm, and who is called through what.
        again_after: minutes after the last call when it begins again.
    """

    where: str
    steps: tuple[tuple[str, tuple[str, ...]], ...]
    again_after: int


def chains(pack: Pack) -> list[Chain]:
    """The call chains of a pack, as people read them."""
    return [Chain(_where(one, pack), _steps(one, pack), one.again_after) for one in pack.call_chain]


def _where(of: CallChain, pack: Pack) -> str:
    if of.sites:
        return ", ".join(pack.site(code).name for code in of.sites)
    return "At every site" if len(pack.call_chain) == 1 else "At every other site"


def _steps(of: CallChain, pack: Pack) -> tuple[tuple[str, tuple[str, ...]], ...]:
    rounds, minutes = dict[int, list[str]](), 0
    for step in of.steps:
        minutes += step.after
        rounds.setdefault(minutes, []).append(_called(step, pack))
    return tuple(
        ("at once" if after == 0 else f"after {after} minutes", tuple(whom)) for after, whom in rounds.items()
    )


def _called(step: CallStep, pack: Pack) -> str:
    whom = CALLED.get(step.call, EVERYBODY)
    if step.call is Called.UNIVERSITY_POLICE:
        whom = pack.site(pack.own_police).police.name
    elif step.call is Called.SITE_POLICE:
        whom = "the police of the site"
    return f"{whom} {BY[step.via]}"
