"""The page of one case: everything on record that somebody may see, in the order people read it."""

from collections.abc import Callable, Iterator

from console.shown.case import findings, in_danger, leaving, reported
from console.shown.case.beside import ratings
from console.shown.case.glance import about_of, lead_of
from console.shown.case.measures import endings, meetings, plans, referrals
from console.shown.case.opened import Opened
from console.shown.explainer import explained
from console.shown.parts import Part, Rank, Text, Tone, cell, code, pairs, phrase, sentence, table, title
from states.vocabulary.effects import EffectStatus
from states.vocabulary.spelling import words


def page(opened: Opened) -> Iterator[Part]:
    """The page, part by part."""
    yield from _head(opened)
    yield from _stuck(opened)
    for name, section in SECTIONS:
        parts = list(section(opened))
        if parts:
            yield title(name, rank=Rank.SECTION)
            yield from parts


def _head(opened: Opened) -> Iterator[Part]:
    case = opened.dossier["case"]
    level = case["level"] or (
        f"{case['provisional_level']} (provisional)" if case["provisional_level"] else "-"
    )
    yield title(
        Text(case["number"], Tone.STRONG),
        Text(case["state"], Tone.STATE),
        Text(level, Tone.LEVEL),
        rank=Rank.PAGE,
    )
    yield pairs(
        (
            ("Sites", [site.name for site in opened.pack.at((case["site"], *case["further_sites"]))]),
            ("Unit", _unit(opened)),
            ("Lead", lead_of(opened.who(case["lead"]), case["state"])),
            ("Offices", case["offices"]),
            ("Members", [opened.who(each) for each in case["members"]]),
            ("Kept out", [opened.who(each) for each in case["kept_out"]]),
            ("Opened", phrase(opened.when(case["opened_at"]), f" ({opened.zone})")),
            ("Changed", opened.when(case["changed_at"])),
            ("Closed", opened.when(case["closed_at"])),
            ("Version", case["version"]),
        )
    )


def _unit(opened: Opened) -> str:
    case = opened.dossier["case"]
    if case["unit"]:
        known = opened.pack.units.get(case["unit"])
        return known.name if known else case["unit"]
    return (
        "NOT KNOWN, and a recommendation waits for its vice president"
        if case["unit_wanted_at"]
        else "not known yet (`tat case unit`)"
    )


def _stuck(opened: Opened) -> Iterator[Part]:
    for effect in opened.effects:
        if effect.status == EffectStatus.STUCK:
            said = f" STUCK: {words(effect.kind)} ({words(effect.code)}) after {effect.attempt} attempts. "
            yield sentence(Text(said, Tone.STUCK), f" tat effects redrive {effect.effect_id[:8]}")


def _clocks(opened: Opened) -> Iterator[Part]:
    if opened.clocks:
        yield table(
            ("Clock", "#Due", "Stage", "For", "#Clause"),
            (
                (
                    phrase(code(clock.clock), f": {about}" if (about := about_of(opened, clock)) else ""),
                    opened.until(clock.due_at, Tone.LATE if clock.overdue else Tone.PLAIN),
                    f"{clock.stage}, OVERDUE" if clock.overdue else clock.stage,
                    opened.who(clock.owner) or "the lead",
                    clock.clause,
                )
                for clock in opened.clocks
            ),
        )


def _effects(opened: Opened) -> Iterator[Part]:
    if opened.effects:
        yield table(
            ("#Id", "Effect", "Status", "Attempt", "#Owed", "#Done"),
            (
                (
                    effect.effect_id[:8],
                    code(effect.kind),
                    cell(effect.status, Tone.LATE if effect.status == EffectStatus.STUCK else Tone.PLAIN),
                    effect.attempt,
                    opened.when(effect.created_at),
                    opened.when(effect.done_at),
                )
                for effect in opened.effects
            ),
        )


def _possible(opened: Opened) -> Iterator[Part]:
    yield from explained(opened.possible)


SECTIONS: tuple[tuple[str, Callable[[Opened], Iterator[Part]]], ...] = (
    ("Subject", reported.subject),
    ("Conflicts of interest", reported.conflicts),
    ("Reports", reported.reports),
    ("Screening", findings.screenings),
    ("Alarms", reported.alarms),
    ("Inquiry", findings.notes),
    ("Who may be in danger", in_danger.targets),
    ("What sources answered", findings.sources),
    ("Members' own ratings", ratings.ratings),
    ("Assessments", findings.assessments),
    ("Plans", plans.plans),
    ("Meetings", meetings.meetings),
    ("Referrals", referrals.referrals),
    ("Disposition", endings.dispositions),
    ("What left the team", leaving.left),
    ("Messages", leaving.messages),
    ("What stayed, and what was consented to", leaving.stayed),
    ("Reasons given", endings.reasons),
    ("Corrections", endings.corrections),
    ("Clocks running", _clocks),
    ("What the case owes", _effects),
    ("What may happen next", _possible),
)
