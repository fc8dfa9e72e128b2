"""What can be wrong with a policy pack, each as a dotted key and the end of a sentence."""

import difflib
import zoneinfo
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

import holidays
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from states import policy_entries
from states.policy_entries import CLOCK_SHAPES, ClockTerms, LevelClock, Reminders, on_day
from states.vocabulary import Affiliation, Clock, Condition, EffectKind, Level, ReferralKind

if TYPE_CHECKING:
    from states.policy import Pack

#: a dotted key, and what is wrong with it
Problem = tuple[str, str]

FORMATS = {
    r"^[WUMAP]-\d\d$": "the id of a clause, such as W-13",
    r"^\d\d-\d\d$": "a day of the year as MM-DD, such as 02-05",
    r"^[a-z][a-z0-9_]*$": "a code of small letters, digits and underscores",
    r"^[a-z]+-\d+$": "an id such as mild-1",
}


def misread(error: ValidationError, known: Collection[str]) -> Problem:
    """The problem to name first among those that the reading of a pack found.

    Args:
        error: what pydantic found.
        known: all keys that a pack may have, for a hint at the one that was meant.
    """
    # A mistyped key shows as an unknown one and a missing one: the unknown one is the cause.
    details = sorted(error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden")
    first = details[0]
    key = [part for part in first["loc"] if part not in CLOCK_SHAPES and part != "[key]"]
    return dotted(key), _sentence(first, known)


def dotted(parts: Iterable[str | int]) -> str:
    """A key as people read it: with dots, list entries counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in parts) or "(file)"


def _sentence(detail: ErrorDetails, known: Collection[str]) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            return f"there is no such key here{_meant(str(detail['loc'][-1]), known)}. Correct or remove it."
        case "missing":
            return "it is missing. Add it."
        case "value_error":
            return f"{context['error']}. Correct it."
        case "string_pattern_mismatch" if context["pattern"] in FORMATS:
            return f"it must be {FORMATS[context['pattern']]}, and is {detail['input']!r}. Correct it."
        case "enum":
            return f"it must be {context['expected']}, and is {detail['input']!r}. Correct it."
        case _:
            return (
                f"{detail['msg'][0].lower()}{detail['msg'][1:]}, and it is {detail['input']!r}. Correct it."
            )


def _meant(key: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def problems(pack: "Pack", known_effects: Collection[str] | None) -> Iterator[Problem]:
    """Everything that is wrong with a pack whose entries are well-formed."""
    yield from _complete(pack)
    yield from _effects(pack, known_effects)
    yield from _levels(pack)
    yield from _clocks(pack)
    yield from _sites(pack)
    yield from _offices(pack)
    yield from _routes(pack)
    yield from _semesters(pack)


def _complete(pack: "Pack") -> Iterator[Problem]:
    tables: tuple[tuple[str, type[StrEnum], Collection[str]], ...] = (
        ("levels", Level, pack.levels),
        ("conditions", Condition, pack.conditions),
        ("clocks", Clock, pack.clocks),
        ("effects", EffectKind, pack.effects),
        ("handover", Affiliation, pack.handover),
    )
    for name, words, table in tables:
        for word in words:
            if word not in table:
                yield (
                    f"{name}.{word}",
                    f"it is missing: a pack has a table for each of {', '.join(words)}. Add it.",
                )


def _effects(pack: "Pack", known_effects: Collection[str] | None) -> Iterator[Problem]:
    for kind in pack.effects:
        if known_effects is not None and kind not in known_effects:
            yield f"effects.{kind}", "no flow does this effect. Remove it, or write its flow."


def _levels(pack: "Pack") -> Iterator[Problem]:
    seen: set[str] = set()
    for level, entry in pack.levels.items():
        if (entry.plan is None) != (entry.reassess_days is None):
            yield (
                f"levels.{level}.reassess_days",
                "a level that asks for a plan has a reassessment interval, and no other has. Correct one of the two.",
            )
        for number, criterion in enumerate(entry.criteria, 1):
            if criterion.id in seen:
                yield (
                    f"levels.{level}.criteria.{number}.id",
                    f"{criterion.id} is given twice. Number them anew.",
                )
            seen.add(criterion.id)


def _clocks(pack: "Pack") -> Iterator[Problem]:
    for clock, entry in pack.clocks.items():
        bare = not isinstance(entry, ClockTerms | LevelClock)
        if bare != (clock is Clock.REASSESSMENT):
            yield (
                f"clocks.{clock}.duration",
                "it is missing. Add it, or a table per_level."
                if bare
                else "each level's reassess_days says how long this clock runs. Remove it.",
            )
        if isinstance(entry, LevelClock):
            for level, terms in pack.levels.items():
                if (terms.meeting is None) == (clock is Clock.FIRST_MEETING and level in entry.per_level):
                    yield (
                        f"clocks.{clock}.per_level.{level}",
                        "a level with a meeting has its first meeting's clock, and no other has. Correct one of the two.",
                    )


def _sites(pack: "Pack") -> Iterator[Problem]:
    if not pack.sites:
        yield "sites", "a pack has at least one site. Add it."
    for code, site in pack.sites.items():
        if site.timezone not in zoneinfo.available_timezones():
            yield (
                f"sites.{code}.timezone",
                f"there is no time zone {site.timezone!r}. Give one such as America/Denver.",
            )
        parts = holidays.list_supported_countries().get(site.country)
        if parts is None:
            yield (
                f"sites.{code}.country",
                f"there is no holiday calendar of {site.country!r}. Give one such as US.",
            )
        elif site.subdivision is not None and site.subdivision not in parts:
            yield (
                f"sites.{code}.subdivision",
                f"the holiday calendar of {site.country} has no part {site.subdivision!r}. Give one such as {parts[0]}."
                if parts
                else f"the holiday calendar of {site.country} has no parts. Remove it.",
            )


def _offices(pack: "Pack") -> Iterator[Problem]:
    for key, code in _office_references(pack):
        if code not in pack.offices:
            hint = _meant(code, pack.offices)
            yield key, f"there is no office {code!r}{hint}. Correct it, or add [offices.{code}]."
    on_team = sum(office.on_team for office in pack.offices.values())
    if pack.quorum.offices > on_team:
        yield "quorum.offices", f"it asks for more than the {on_team} offices on the team. Correct it."
    for number, code in enumerate(pack.quorum.required, 1):
        if code in pack.offices and not pack.offices[code].on_team:
            yield f"quorum.required.{number}", f"{code} is not on the team. Correct it."


def _office_references(pack: "Pack") -> Iterator[tuple[str, str]]:
    yield "chair.office", pack.chair.office
    yield "custodian.office", pack.custodian.office
    for number, code in enumerate(pack.quorum.required, 1):
        yield f"quorum.required.{number}", code
    for affiliation, handover in pack.handover.items():
        for number, code in enumerate(handover.offices, 1):
            yield f"handover.{affiliation}.offices.{number}", code
    for number, route in enumerate(pack.routes, 1):
        yield f"routes.{number}.office", route.office
        if route.convey_to is not None:
            yield f"routes.{number}.convey_to", route.convey_to


def _routes(pack: "Pack") -> Iterator[Problem]:
    seen: set[tuple[ReferralKind, Affiliation]] = set()
    for number, route in enumerate(pack.routes, 1):
        if route.convey_to in pack.offices and not pack.offices[route.convey_to].vice_president:
            yield (
                f"routes.{number}.convey_to",
                f"{route.convey_to} is not a vice president's office. Correct it.",
            )
        for affiliation in route.affiliations:
            if (route.kind, affiliation) in seen:
                yield (
                    f"routes.{number}.affiliations",
                    f"{route.kind} for {affiliation} is routed twice. Remove one.",
                )
            seen.add((route.kind, affiliation))
    for kind in ReferralKind:
        for affiliation in Affiliation:
            if (kind, affiliation) not in seen:
                yield "routes", f"no route says where {kind} for {affiliation} goes. Add one."


def _semesters(pack: "Pack") -> Iterator[Problem]:
    if not pack.semesters:
        yield "semesters", "a pack has at least one semester. Add it."
    for number, later in enumerate(pack.semesters[1:], 2):
        if on_day(later.start, 2001) <= on_day(pack.semesters[number - 2].end, 2001):
            yield (
                f"semesters.{number}.start",
                "it lies before the end of the semester above. List them in the order of the year, without overlap.",
            )


def known_keys(pack: type[BaseModel]) -> frozenset[str]:
    """Every key that a table of a pack may have."""
    entries = (thing for thing in vars(policy_entries).values() if isinstance(thing, type))
    models = (entry for entry in (*entries, pack) if issubclass(entry, BaseModel))
    return frozenset(name for model in models for name in model.model_fields)
