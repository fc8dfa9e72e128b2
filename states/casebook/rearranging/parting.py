"""Who is on two cases once their merge was taken back: as at the merge, and whoever came on since (W-39).

Who was on each case stands in the event that tells of the merge, as codes.
"""

from collections.abc import Mapping
from typing import Any, TypedDict

from sqlalchemy import select

from states.casebook.book import CASES
from states.casebook.page import Page
from states.tables import Case, Event, table_of

_EVENTS = table_of(Event)

#: what the events are called that tell of a merge, by the case that ended and the one that goes on
_ENDED, _GOES_ON = ("merge", "merged"), ("merged_here",)


class WasOn(TypedDict):
    """Who was on a case before a merge, as its event tells it: ids of members, codes of offices."""

    was_lead: str | None
    was_offices: list[str]
    was_members: list[str]


def was_on(case: Case) -> WasOn:
    """Who is on a case, as the event of a merge tells it: who was on it before."""
    return {
        "was_lead": case.lead,
        "was_offices": sorted(case.offices),
        "was_members": sorted(case.members),
    }


def part(ended: Page, went_on: Page) -> None:
    """Take off two cases whom a merge brought onto them; the caller writes the events.

    Of one from before who was on it was kept, nothing is known, and nobody is taken off.

    Args:
        ended: the case that was part of the other.
        went_on: the other.
    """
    of_ended = _merge(ended, _ENDED, "into", went_on.case.number)
    of_other = _merge(went_on, _GOES_ON, "other", ended.case.number)
    if of_ended is None or of_other is None:
        return
    still = _of_others(went_on, ended.case.id)
    _narrow(ended, of_ended, of_other.data)
    _narrow(went_on, of_other, of_ended.data, still)


def _narrow(page: Page, merge: Any, given: Mapping[str, Any], still: frozenset[str] = frozenset()) -> None:
    case, own = page.case, merge.data
    new, assigned = _brought_since(page, merge.seq, _on(own, "was_") | _on(given, "was_"))
    gone = _on(given, "was_") - _on(own, "was_") - still - new
    case.offices = [office for office in case.offices if f"office:{office}" not in gone]
    case.members = [member for member in case.members if f"member:{member}" not in gone]
    if own["was_lead"] is None and case.lead == given["was_lead"] and not assigned:
        case.lead = None


def _on(team: Mapping[str, Any], prefix: str = "") -> frozenset[str]:
    """Who is on a case by an event, each as a word of their own."""
    by_name = {*team[f"{prefix}members"], team[f"{prefix}lead"]} - {None}
    offices = team[f"{prefix}offices"]
    return frozenset(f"member:{each}" for each in by_name) | {f"office:{each}" for each in offices}


def _brought_since(page: Page, since: int, on: frozenset[str]) -> tuple[frozenset[str], bool]:
    """Who came onto a case since an event and was not on it; and whether it was assigned since at all."""
    mine = (_EVENTS.c.case_id == page.case.id, _EVENTS.c.seq > since, _EVENTS.c.what == "assigned")
    told = page.connection.scalars(select(_EVENTS.c.data).where(*mine).order_by(_EVENTS.c.seq)).all()
    new = frozenset[str]()
    for data in told:
        now = _on(data)
        new, on = (new | (now - on)) & now, now
    return new, bool(told)


def _merge(page: Page, what: tuple[str, ...], key: str, number: str) -> Any:
    """The newest event of a case that tells of its merge with another one; None: it tells of no team."""
    mine = (_EVENTS.c.case_id == page.case.id, _EVENTS.c.what.in_(what))
    rows = page.connection.execute(select(_EVENTS.c.seq, _EVENTS.c.data).where(*mine)).all()
    found = [row for row in rows if row.data.get(key) == number]
    newest = max(found, key=lambda row: row.seq, default=None)
    return newest if newest is not None and "was_lead" in newest.data else None


def _of_others(page: Page, but_for: str) -> frozenset[str]:
    """Who is on a case by the other merges that stand."""
    merged = (CASES.c.merged_into == page.case.number, CASES.c.id != but_for)
    theirs = select(_EVENTS.c.data).join(CASES, CASES.c.id == _EVENTS.c.case_id)
    told = page.connection.scalars(theirs.where(*merged, _EVENTS.c.what.in_(_ENDED))).all()
    here = [data for data in told if data.get("into") == page.case.number and "was_lead" in data]
    return frozenset(each for data in here for each in _on(data, "was_"))
