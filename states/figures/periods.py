"""The periods that reports count: each day of any year lies in exactly one of them (W-34).

A period ends with a semester's last day, and begins when the one before it ended: what happens between two
semesters is counted with the one that follows. A period that was reported on keeps the days that it had,
whatever the calendar says later; the next one begins where it ended.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from states.calendar.reckoning import semester_ends
from states.policy.pack import Pack

#: years that are looked back
YEARS = 4


@dataclass(frozen=True, slots=True)
class Period:
    """A period: its name, as in ``Spring 2026``, its first moment, and the first one after it, in UTC."""

    name: str
    begins: datetime
    ends: datetime


def periods(now: datetime, pack: Pack, reported: Iterable[Period] = ()) -> list[Period]:
    """The periods of the last years, oldest first, without a gap; the last one runs now.

    Args:
        now: aware.
        pack: whose semesters count, by the clock of the first site.
        reported: those that were reported on, with the days that they had; none overlaps another.
    """
    fixed = list(reported)
    year = now.astimezone(ZoneInfo(pack.home.timezone)).year
    calendar = semester_ends(range(year - YEARS, year + 2), pack, pack.home)
    taken = {each.name for each in fixed}
    # A semester that was reported on has no second end, wherever the calendar puts it now.
    ends = {
        end: name
        for end, name in calendar.items()
        if name not in taken and not any(each.begins < end <= each.ends for each in fixed)
    }
    ends = {each.begins: "" for each in fixed} | ends | {each.ends: each.name for each in fixed}
    found = list[Period]()
    for begins, end in pairwise(sorted(ends)):
        # Days that a changed calendar left between two reports go by the semester that they come before.
        name = ends[end] or f"Before {next(each.name for each in fixed if each.begins == end)}"
        found.append(Period(name, begins, end))
        if begins <= now < end:
            break
    return found


def ended(every: Iterable[Period], now: datetime) -> list[Period]:
    """Those periods of which every day is over."""
    return [each for each in every if each.ends <= now]
