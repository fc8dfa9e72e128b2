"""The page of one case: everything on record that somebody may see, in the order people read it."""

from collections.abc import Callable, Iterator

from rich.console import RenderableType
from rich.rule import Rule
from rich.text import Text

from console.cli import case_findings, case_leaving, case_measures
from console.cli.explainer import explained
from console.cli.opened_case import Opened
from console.cli.screen import cell, facts, table, words
from states.vocabulary import EffectStatus


def page(opened: Opened) -> Iterator[RenderableType]:
    """The page, part by part."""
    yield from _head(opened)
    yield from _stuck(opened)
    for title, section in SECTIONS:
        parts = list(section(opened))
        if parts:
            yield Text()
            yield Rule(title, align="left", style="dim")
            yield from parts


def _head(opened: Opened) -> Iterator[RenderableType]:
    case = opened.dossier["case"]
    level = case["level"] or (
        f"{case['provisional_level']} (provisional)" if case["provisional_level"] else "-"
    )
    yield Text.assemble(
        (case["number"], "bold"), "  ", (case["state"], "bold cyan"), "  ", (level, "bold yellow")
    )
    yield facts(
        (
            ("Sites", [site.name for site in opened.pack.at((case["site"], *case["further_sites"]))]),
            ("Unit", _unit(opened)),
            ("Lead", case["lead"] or "nobody yet"),
            ("Offices", case["offices"]),
            ("Members", case["members"]),
            ("Kept out", case["kept_out"]),
            ("Opened", f"{opened.when(case['opened_at'])} ({opened.zone})"),
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


def _stuck(opened: Opened) -> Iterator[RenderableType]:
    for effect in opened.effects:
        if effect.status == EffectStatus.STUCK:
            said = f" STUCK: {words(effect.kind)} ({words(effect.code)}) after {effect.attempt} attempts. "
            yield Text.assemble((said, "bold white on red"), f" tat effects redrive {effect.effect_id[:8]}")


def _clocks(opened: Opened) -> Iterator[RenderableType]:
    if opened.clocks:
        yield table(
            ("Clock", "#Due", "Stage", "For", "#Clause"),
            (
                (
                    words(clock.clock),
                    cell(opened.when(clock.due_at), "bold red" if clock.overdue else ""),
                    f"{clock.stage}, OVERDUE" if clock.overdue else clock.stage,
                    clock.owner or "the lead",
                    clock.clause,
                )
                for clock in opened.clocks
            ),
        )


def _effects(opened: Opened) -> Iterator[RenderableType]:
    if opened.effects:
        yield table(
            ("#Id", "Effect", "Status", "Attempt", "#Owed", "#Done"),
            (
                (
                    effect.effect_id[:8],
                    words(effect.kind),
                    cell(effect.status, "bold red" if effect.status == EffectStatus.STUCK else ""),
                    effect.attempt,
                    opened.when(effect.created_at),
                    opened.when(effect.done_at),
                )
                for effect in opened.effects
            ),
        )


def _possible(opened: Opened) -> Iterator[RenderableType]:
    yield from explained(opened.possible)


SECTIONS: tuple[tuple[str, Callable[[Opened], Iterator[RenderableType]]], ...] = (
    ("Subject", case_findings.subject),
    ("Reports", case_findings.reports),
    ("Screening", case_findings.screenings),
    ("Alarms", case_findings.alarms),
    ("Inquiry", case_findings.notes),
    ("Who may be in danger", case_findings.targets),
    ("What sources answered", case_findings.sources),
    ("Assessments", case_findings.assessments),
    ("Plans", case_measures.plans),
    ("Meetings", case_measures.meetings),
    ("Referrals", case_measures.referrals),
    ("Disposition", case_measures.dispositions),
    ("What stayed, and what was consented to", case_leaving.stayed),
    ("Reasons given", case_measures.reasons),
    ("Corrections", case_measures.corrections),
    ("Clocks running", _clocks),
    ("What the case owes", _effects),
    ("What may happen next", _possible),
)
