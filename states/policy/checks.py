"""What can be wrong with a policy pack, each as a dotted key and the end of a sentence."""

from collections import Counter
from collections.abc import Collection, Iterator
from enum import StrEnum
from itertools import pairwise, product

from states.policy.entries import ClockTerms, DisclosureRule, LevelClock
from states.policy.instruments import instrument_problems
from states.policy.misreading import Problem, meant
from states.policy.pack import Pack
from states.policy.team_checks import (
    call_chains,
    offices,
    other_ways,
    outside,
    sites,
    team,
    told_of_semesters,
    units,
)
from states.policy.terms import on_day
from states.process import TRANSITIONS
from states.vocabulary.cases import Level
from states.vocabulary.danger import Condition
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind, ReferralKind
from states.vocabulary.people import Affiliation
from states.vocabulary.sources import LegalBasis, SourceKind

#: clocks that have no length, and what says when they are due
NO_LENGTH = {
    Clock.REASSESSMENT: "each level's reassess_days says",
    Clock.SEMESTER_MEETING: "each semester's last day says",
    Clock.SEMESTER_REPORT: "each semester's last day says",
    Clock.ANNUAL_REVIEW: "annual_review says",
    Clock.TRAINING: "each kind of training says",
    Clock.AGREEMENT: "each agreement says",
    Clock.SHIFT_OFFER: "each shift says",
}


#: clocks whose length may depend on the level, and whether they run at None, too: an open case is never
#: without a clock, and no first meeting is called about what poses no risk
BY_LEVEL = {
    Clock.FIRST_MEETING: False,
    Clock.NEXT_MEETING: True,
    Clock.ASSESSMENT: True,
    Clock.SOURCE_ANSWER: True,
}


#: a clock, and the one that it has to end before
RECORDS_FIRST = (Clock.SOURCE_ANSWER, Clock.ASSESSMENT)


def problems(pack: Pack) -> Iterator[Problem]:
    """Everything that is wrong with a pack whose entries are well-formed."""
    yield from _incomplete(pack)
    yield from _levels(pack)
    yield from _clocks(pack)
    yield from sites(pack)
    yield from call_chains(pack)
    yield from offices(pack)
    yield from other_ways(pack)
    yield from team(pack)
    yield from _routes(pack)
    yield from _news(pack)
    yield from units(pack)
    yield from told_of_semesters(pack)
    yield from outside(pack)
    yield from _disclosures(pack)
    yield from _kinds_of_source(pack)
    yield from _semesters(pack)
    yield from instrument_problems(pack.instruments)


def _incomplete(pack: Pack) -> Iterator[Problem]:
    tables: tuple[tuple[str, type[StrEnum], Collection[str]], ...] = (
        ("levels", Level, pack.levels),
        ("conditions", Condition, pack.conditions),
        ("clocks", Clock, pack.clocks),
        ("effects", EffectKind, pack.effects),
        ("affiliations", Affiliation, pack.affiliations),
        ("handover", Affiliation, pack.handover),
    )
    for name, words, table in tables:
        lacking = [word for word in words if word not in table]
        if lacking:
            others = f", as are {', '.join(lacking[1:])}" if lacking[1:] else ""
            yield (
                f"{name}.{lacking[0]}",
                f"it is missing{others}. Add a table for each, as the shipped pack `wnmu` has it.",
            )
    for name, entries in (("sites", pack.sites), ("semesters", pack.semesters)):
        if not entries:
            yield name, "it is empty: a pack has at least one. Add it."


def _levels(pack: Pack) -> Iterator[Problem]:
    for level, entry in pack.levels.items():
        for name, value in (
            ("plan", entry.plan),
            ("reassess_days", entry.reassess_days),
            ("meeting", entry.meeting),
        ):
            if value is None and level is not Level.NONE:
                yield f"levels.{level}.{name}", "it is missing: every level but None has one. Add it."
            if value is not None and level is Level.NONE:
                yield f"levels.{level}.{name}", "No Identified Risk asks for none. Remove it."
    ids = [(level, c.id) for level, entry in pack.levels.items() for c in entry.criteria]
    uses = Counter(criterion for _, criterion in ids)
    for level, criterion in ids:
        if uses[criterion] > 1:
            yield (
                f"levels.{level}.criteria",
                f"the id {criterion} is given twice in the pack. Give each criterion its own.",
            )


def _clocks(pack: Pack) -> Iterator[Problem]:
    for clock, entry in pack.clocks.items():
        bare = not isinstance(entry, ClockTerms | LevelClock)
        if bare and clock not in NO_LENGTH:
            yield f"clocks.{clock}.duration", "it is missing. Add it, or a table per_level."
        if not bare and clock in NO_LENGTH:
            yield f"clocks.{clock}", f"{NO_LENGTH[clock]} when it is due: it has reminders only. Correct it."
        if isinstance(entry, LevelClock):
            yield from _per_level(clock, entry)
    yield from _records_before_assessments(pack)
    reminders = pack.reminders(Clock.REASSESSMENT)
    for level, told in pack.levels.items():
        if reminders and told.reassess_days and reminders.remind_before.delta.days >= told.reassess_days:
            key = f"levels.{level}.reassess_days"
            yield key, "it must be longer than clocks.reassessment.remind_before. Correct it."


def _records_before_assessments(pack: Pack) -> Iterator[Problem]:
    if not all(isinstance(pack.clocks[each], ClockTerms | LevelClock) for each in RECORDS_FIRST):
        return
    for level in Level:
        answer, assessment = (pack.reminders(each, level) for each in RECORDS_FIRST)
        if not isinstance(answer, ClockTerms) or not isinstance(assessment, ClockTerms):
            continue
        if answer.duration.nominal >= assessment.duration.nominal:
            ends = assessment.duration
            sentence = (
                f"at {level} it must be shorter than the assessment's ({ends}), which needs the records."
            )
            yield f"clocks.{Clock.SOURCE_ANSWER}", f"{sentence} Give it a table per_level."


def _per_level(clock: Clock, entry: LevelClock) -> Iterator[Problem]:
    # Other clocks may start before anybody has given a level.
    if clock not in BY_LEVEL:
        only = ", ".join(BY_LEVEL)
        yield f"clocks.{clock}.per_level", f"only {only} depend on the level. Give a duration."
        return
    which = "every level" if BY_LEVEL[clock] else "every level but None"
    for level in Level:
        if (level in entry.per_level) != (BY_LEVEL[clock] or level is not Level.NONE):
            yield f"clocks.{clock}.per_level.{level}", f"{which} has a table here. Correct it."


def _routes(pack: Pack) -> Iterator[Problem]:
    seen: set[tuple[ReferralKind, Affiliation]] = set()
    for number, route in enumerate(pack.routes, 1):
        for affiliation in route.affiliations:
            if (route.kind, affiliation) in seen:
                yield (
                    f"routes.{number}.affiliations",
                    f"{route.kind} for {affiliation} has two routes. Remove one.",
                )
            seen.add((route.kind, affiliation))
    routed = [kind for kind in ReferralKind if kind is not ReferralKind.PROTECTIVE_ORDER]
    for kind, affiliation in product(routed, Affiliation):
        if (kind, affiliation) not in seen:
            yield "routes", f"no route says where {kind} for {affiliation} goes. Add one."


#: what the team is told besides the triggers of the process table
ALSO_TOLD = (
    *("report", "report_on_closed_case", "screened_lower", "protective_order"),
    *("conflict", "conflict_held", "taken_over", "unit_wanted", "alarm_taken_over"),
    *("reporter_answered", "reporter_treated_badly", "invited", "put_on", "stay_over"),
    *("glass_broken", "glass_justified", "glass_not_justified"),
)


#: what is told at once, whatever else the team gathers, and to whom
AT_ONCE = {
    "glass_broken": "whoever chairs",
    "glass_justified": "whoever opened the case",
    "glass_not_justified": "whoever opened the case",
}


def _news(pack: Pack) -> Iterator[Problem]:
    for trigger, who in AT_ONCE.items():
        if trigger not in pack.news.at_once:
            yield "news.at_once", f"{trigger} has to be in it: {who} is told at once. Add it."
    told = [*(row.trigger for row in TRANSITIONS), *ALSO_TOLD]
    for number, about in enumerate(pack.news.at_once, 1):
        if about not in told:
            yield f"news.at_once.{number}", f"nothing of that name is told{meant(about, told)}. Correct it."


#: what the process cannot do without: who is told what, for which purpose, and on which basis
ALWAYS = (
    (RecipientKind.TEAM, Disclosed.CASE_STATUS, Purpose.NOTICE, LegalBasis.SCHOOL_OFFICIAL),
    (RecipientKind.OFFICE, Disclosed.CASE_STATUS, Purpose.NOTICE, LegalBasis.SCHOOL_OFFICIAL),
    (RecipientKind.OFFICE, Disclosed.STATISTICS, Purpose.NOTICE, LegalBasis.NO_RECORD),
    (RecipientKind.POLICE, Disclosed.CASE_STATUS, Purpose.EMERGENCY, LegalBasis.NO_RECORD),
    (RecipientKind.POLICE, Disclosed.EMERGENCY_FACTS, Purpose.EMERGENCY, LegalBasis.NO_RECORD),
    (RecipientKind.POLICE, Disclosed.EMERGENCY_FACTS, Purpose.NOTICE, LegalBasis.NO_RECORD),
    (RecipientKind.TEAM, Disclosed.EMERGENCY_FACTS, Purpose.EMERGENCY, LegalBasis.SCHOOL_OFFICIAL),
    (RecipientKind.POLICE, Disclosed.CASE_STATUS, Purpose.NOTICE, LegalBasis.NO_RECORD),
    (RecipientKind.POLICE, Disclosed.PROTECTIVE_ORDER, Purpose.NOTICE, LegalBasis.NO_RECORD),
    (RecipientKind.REPORTER, Disclosed.DISPOSITION, Purpose.NOTICE, LegalBasis.NO_RECORD),
)


def _disclosures(pack: Pack) -> Iterator[Problem]:
    for needed in ALWAYS:
        if not any(_allows(rule, *needed) for rule in pack.disclosures):
            to, what, purpose, basis = needed
            problem = f"no rule lets {what} go to {to} for {purpose} on the basis {basis}. Add one."
            yield "disclosures", problem


def _allows(
    rule: DisclosureRule, to: RecipientKind, what: Disclosed, purpose: Purpose, basis: LegalBasis
) -> bool:
    named = to in rule.to and what in rule.what and purpose in rule.purposes and basis in rule.bases
    free = rule.only_through is None and rule.agreed_by is None
    return named and free and basis not in rule.needs_determination


def _kinds_of_source(pack: Pack) -> Iterator[Problem]:
    asked = {entry.kind for entry in pack.sources}
    for name in pack.source_kinds:
        if name in tuple(SourceKind):
            yield f"source_kinds.{name}", "that kind is built in. Give yours another name."
        elif name not in asked:
            yield f"source_kinds.{name}", "nobody asks it: no entry of sources is of that kind. Add one."
    known = [*SourceKind, *pack.source_kinds]
    for number, entry in enumerate(pack.sources, 1):
        if entry.kind not in known:
            sentence = f"source_kinds declares no such kind, and it is not built in{meant(entry.kind, known)}"
            yield f"sources.{number}.kind", f"{sentence}. Correct or declare it."
        elif not pack.may_be_asked(entry.kind, entry.basis):
            yield (
                f"sources.{number}.basis",
                f"source_kinds.{entry.kind}.bases lacks it. Correct one of the two.",
            )


def _semesters(pack: Pack) -> Iterator[Problem]:
    for number, (earlier, later) in enumerate(pairwise(pack.semesters), 2):
        if on_day(later.start, 2001) <= on_day(earlier.end, 2001):
            yield (
                f"semesters.{number}.start",
                f"it lies before the end of {earlier.name}. List them in the year's order, without overlap.",
            )
