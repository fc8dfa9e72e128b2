"""A case at a glance: where it stands and for how long, what comes next, who is in it, which clocks run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.shown.case import in_danger
from console.shown.case.asked import for_a_time
from console.shown.case.danger import Ringing, Standing, is_judged, ringing, standing
from console.shown.case.opened import Opened
from console.shown.case.told import Line, lines
from console.shown.parts import Pairs, Withheld, pairs
from notifications.messages.wording import in_words
from states.access import Actor
from states.casebook.reading.timeline import Happening
from states.casebook.rounds.sweeping import DeadlineLine
from states.errors import Missing
from states.machine import Available
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import Clock
from states.vocabulary.people import LinkStatus

#: the shape that stands before each level's word
SHAPES: Mapping[Level, str] = {
    Level.EXTREME: "\N{BLACK HEXAGON}",
    Level.SEVERE: "\N{BLACK UP-POINTING TRIANGLE}",
    Level.ELEVATED: "\N{BLACK DIAMOND}",
    Level.MODERATE: "\N{CIRCLE WITH LEFT HALF BLACK}",
    Level.MILD: "\N{WHITE CIRCLE}",
    Level.NONE: "\N{EN DASH}",
}

#: how many of the newest events a glance shows
NEWEST = 8


@dataclass(frozen=True, slots=True)
class Stop:
    """One state on the rail.

    Args:
        state: its name.
        standing: ``here``, ``been`` or ``ahead``.
    """

    state: CaseState
    standing: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step that the process knows from here.

    Args:
        trigger: what it is called.
        says: what it does.
        target: the state that it leads to.
        urged: why it presses; empty: it does not.
        missing: what stands in the way; none: it may be done.
        doubts: what does not stand in the way, and whoever takes it is to know.
    """

    trigger: str
    says: str
    target: CaseState
    urged: str
    missing: tuple[Missing, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """One clock that runs, in a line."""

    what: str
    due_at: datetime
    overdue: bool
    whose: str
    clause: str


@dataclass(frozen=True, slots=True)
class Glance:
    """A case at a glance.

    Args:
        alarms: the alarms that nobody has taken over.
        danger: what stays on the head once somebody took an alarm over; None: nothing does.
        first: what presses before any step of the process; empty: the steps say.
        to_confirm: whether a report names somebody in danger whom the team has not put on record.
    """

    number: str
    alarms: tuple[Ringing, ...]
    danger: Standing | None
    first: str
    level: str
    shape: str
    is_provisional: bool
    sites: tuple[str, ...]
    rail: tuple[Stop, ...]
    here_for: timedelta
    steps: tuple[Step, ...]
    people: Pairs
    to_confirm: bool
    clocks: tuple[Running, ...]
    happened: tuple[Line, ...]


def glance(opened: Opened, happened: Sequence[Happening], *, by: Actor, now: datetime) -> Glance:
    """A case at a glance.

    Args:
        opened: the case as it was opened.
        happened: its events, oldest first.
        by: who looks.
        now: what time it is.
    """
    case = opened.dossier["case"]
    level = case["level"] or case["provisional_level"]
    return Glance(
        number=case["number"],
        alarms=ringing(opened),
        danger=standing(opened),
        first=_first(opened),
        level=level or "no level yet",
        shape=SHAPES[Level(level)] if level else "",
        is_provisional=bool(level) and not case["level"],
        sites=tuple(site.name for site in opened.pack.at((case["site"], *case["further_sites"]))),
        rail=_rail(CaseState(case["state"]), happened),
        here_for=now - case["entered_at"],
        steps=_steps(opened.possible),
        people=_people(opened, by),
        to_confirm=bool(in_danger.to_confirm(opened)),
        clocks=tuple(
            Running(
                named(opened, one), one.due_at, one.overdue, opened.who(one.owner) or "the lead", one.clause
            )
            for one in opened.clocks
        ),
        happened=tuple(lines(opened, happened)[:NEWEST]),
    )


def without_reasons(missing: Sequence[Missing]) -> tuple[Missing, ...]:
    """What stands in the way besides a reason, for which the step's own page asks."""
    return tuple(one for one in missing if not one.given)


def lead_of(lead: str | None, state: str) -> str:
    """Who leads a case, as people read it."""
    return lead or ("nobody" if state == CaseState.CLOSED else "nobody yet")


def called(clock: str) -> str:
    """What a clock is called, as a heading."""
    said = str(in_words(Clock(clock)))
    return said[:1].upper() + said[1:]


def named(opened: Opened, clock: DeadlineLine) -> str:
    """What a clock is called, and which of several: what is to be done, which office, who it is about."""
    heading, about = called(clock.clock), about_of(opened, clock)
    return f"{heading}: {about}" if about else heading


def about_of(opened: Opened, clock: DeadlineLine) -> str:
    """What the record says that a clock is about; empty: it is about the case."""
    for table in ("plan_actions", "check_ins"):
        for row in opened.of(table, id=clock.about):
            return str(row["content"].get("what") or "")
    for table in ("referrals", "hand_overs"):
        for row in opened.of(table, id=clock.about):
            return opened.whom(row["office"])
    return next((str(row["content"].get("name") or "") for row in opened.of("targets", id=clock.about)), "")


def _first(opened: Opened) -> str:
    """What presses more than any step: an alarm that nobody took over, a danger that nobody has screened."""
    alarms = [row for row in opened.of("alarms") if row["followed_by"] is None]
    if not alarms or opened.dossier["case"]["state"] == CaseState.CLOSED:
        return ""
    if alarms[-1]["taken_over_at"] is None:
        return "Nobody has taken over the alarm: phone, then enter who took over."
    if not is_judged(opened, alarms[-1]):
        return "A danger was reported, and nobody has screened it since: say how grave it is."
    return ""


def _rail(here: CaseState, happened: Iterable[Happening]) -> tuple[Stop, ...]:
    """The seven states in their order; a case that was dismissed never was in most of them."""
    been = {CaseState.REPORTED, *(each.data["state"] for each in happened if each.data.get("state"))}
    return tuple(
        Stop(state, "here" if state is here else "been" if state in been else "ahead") for state in CaseState
    )


def _steps(possible: Iterable[Available]) -> tuple[Step, ...]:
    """What presses first, then what may be done, then what is least far away."""
    steps = [
        Step(
            each.row.trigger,
            each.row.says,
            each.target,
            each.urged,
            without_reasons(each.missing),
            each.doubts,
        )
        for each in possible
        if not each.row.comes_with
    ]
    return tuple(sorted(steps, key=lambda step: (not step.urged, len(step.missing))))


def _people(opened: Opened, by: Actor) -> Pairs:
    case, (*_, subject) = opened.dossier["case"], opened.of("subjects")
    said = subject["content"]
    titles = [opened.pack.affiliations[code].title for code in said["affiliations"]]
    lead = opened.who(case["lead"])
    on_case, aside = _on_case(opened)
    return pairs(
        (
            ("About", f"{said['name'] or 'somebody whose name is not known'}, {', '.join(titles)}"),
            ("Goes on in", opened.to_case(case["merged_into"])),
            ("Same person", _near(opened, "case_links", status=LinkStatus.CONFIRMED)),
            ("Related", _near(opened, "case_relations", ended_at=None)),
            ("Told by", reporters(opened)),
            ("In danger", in_danger.names(opened)),
            (
                "Lead",
                f"{lead} (you)" if case["lead"] == by.id else lead_of(lead, case["state"]),
            ),
            ("On the case", ", ".join(sorted(on_case))),
            ("Steps outside", ", ".join(sorted(aside))),
            ("For a time", ", ".join(for_a_time.now_on(opened))),
            ("Offices", ", ".join(opened.pack.office(code).name for code in case["offices"])),
        )
    )


def _on_case(opened: Opened) -> tuple[set[str], set[str]]:
    """Who is on the case, and who of them steps outside, as they are kept out of it (W-39)."""
    case = opened.dossier["case"]
    on_it = {member for member in (case["lead"], *case["members"]) if member}
    aside = on_it.intersection(case["kept_out"])
    return {opened.who(one) for one in on_it - aside}, {opened.who(one) for one in aside}


def _near(opened: Opened, table_name: str, **match: object) -> list[object]:
    """Other cases that this one is linked with, or related to: the sheet of people says how."""
    numbers = dict.fromkeys(row["other_number"] for row in opened.of(table_name, **match))
    return [opened.to_case(number) for number in numbers]


def reporters(opened: Opened) -> list[object]:
    """Who told, or that somebody may not be named here, and who can tell (W-40)."""
    told: list[object] = []
    for report in opened.of("reports"):
        if report["moved_to"]:
            continue
        if "reporter" in report["withheld"]:
            told_by = report["withheld"]["reporter"]
            named: object = Withheld(f"withheld, as they asked for privacy: {told_by} can tell")
        else:
            named = _reporter(report["content"]["reporter"])
        if named not in told:
            told.append(named)
    return told


def _reporter(said: Mapping[str, str]) -> str:
    """Who reported, as far as they said: whoever gave no name may have left a way to reach them."""
    if said["name"]:
        return said["name"]
    left = [way for field, way in (("phone", "a phone"), ("email", "a mail address")) if said.get(field)]
    return "somebody who gave no name" + (f", but {' and '.join(left)}" if left else "")
