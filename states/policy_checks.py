"""What can be wrong with a policy pack, each as a dotted key and the end of a sentence."""

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from itertools import pairwise, product
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import holidays
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from states import policy_terms
from states.policy_entries import CLOCK_SHAPES, CallStep, ClockTerms, DisclosureRule, LevelClock, addresses
from states.policy_terms import Strict, on_day
from states.process import TRANSITIONS
from states.vocabulary import (
    Affiliation,
    Called,
    Clock,
    Condition,
    Disclosed,
    EffectKind,
    LegalBasis,
    Level,
    Purpose,
    RecipientKind,
    ReferralKind,
)

if TYPE_CHECKING:
    from states.policy import Pack

#: a dotted key, and what is wrong with it
Problem = tuple[str, str]

#: what the patterns of :mod:`states.policy_terms` ask for, in words
FORMATS = {
    policy_terms.CODE: "a code of small letters, digits and underscores",
    policy_terms.CLAUSE_ID: "the id of a clause, such as W-13",
    policy_terms.ADDRESS: "a mail address or the URL of another channel",
    policy_terms.DOMAIN: "a mail domain, such as example.edu",
    policy_terms.MONTH_DAY: "a day of the year as MM-DD, such as 02-05",
    policy_terms.COUNTRY: "a country's two capital letters, such as US",
    policy_terms.CRITERION_ID: "an id such as mild-1",
}


#: clocks that have no length, and what says when they are due
NO_LENGTH = {
    Clock.REASSESSMENT: "each level's reassess_days says",
    Clock.SEMESTER_MEETING: "each semester's last day says",
    Clock.SEMESTER_REPORT: "each semester's last day says",
    Clock.ANNUAL_REVIEW: "annual_review says",
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


def misread(error: ValidationError) -> Problem:
    """The problem to name first among those that the reading of a pack found."""
    # A mistyped key shows as an unknown one and a missing one: the unknown one is the cause.
    details = sorted(error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden")
    key = [part for part in details[0]["loc"] if part not in (*CLOCK_SHAPES, "[key]")]
    return dotted(key), _sentence(details[0])


def dotted(parts: Iterable[str | int]) -> str:
    """A key as people read it: with dots, list entries counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in parts)


def _sentence(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    given = detail["input"]
    found = "" if isinstance(given, dict | list) else f", and is {given!r}"
    match detail["type"]:
        case "extra_forbidden":
            hint = _meant(str(detail["loc"][-1]), _known_keys())
            return f"there is no such key here{hint}. Correct or remove it."
        case "missing":
            return "it is missing. Add it."
        case "value_error":
            return f"{context['error']}. Correct it."
        case "string_pattern_mismatch" if context["pattern"] in FORMATS:
            return f"it must be {FORMATS[context['pattern']]}{found}. Correct it."
        case "enum" | "literal_error":
            return f"it must be {context['expected']}{found}. Correct it."
        case _:
            return f"{detail['msg'].replace('Input should', 'it should')}{found}. Correct it."


def _meant(key: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _known_keys() -> list[str]:
    models = [Strict]
    for model in models:
        models += model.__subclasses__()
    return sorted({key for model in models for key in model.model_fields})


def problems(pack: "Pack", known_effects: Collection[str] | None) -> Iterator[Problem]:
    """Everything that is wrong with a pack whose entries are well-formed.

    Args:
        pack: the pack.
        known_effects: the kinds of effect that a flow does; None leaves that unchecked.
    """
    yield from _incomplete(pack)
    if known_effects is not None:
        for kind in pack.effects:
            if kind not in known_effects:
                yield f"effects.{kind}", "no flow does this effect. Remove it, or write its flow."
    yield from _levels(pack)
    yield from _clocks(pack)
    yield from _sites(pack)
    yield from _call_chains(pack)
    yield from _offices(pack)
    yield from _team(pack)
    yield from _routes(pack)
    yield from _news(pack)
    yield from _units(pack)
    yield from _outside(pack)
    yield from _disclosures(pack)
    yield from _semesters(pack)


def _incomplete(pack: "Pack") -> Iterator[Problem]:
    tables: tuple[tuple[str, type[StrEnum], Collection[str]], ...] = (
        ("levels", Level, pack.levels),
        ("conditions", Condition, pack.conditions),
        ("clocks", Clock, pack.clocks),
        ("effects", EffectKind, pack.effects),
        ("affiliations", Affiliation, pack.affiliations),
        ("handover", Affiliation, pack.handover),
    )
    for name, words, table in tables:
        for word in words:
            if word not in table:
                yield (
                    f"{name}.{word}",
                    f"it is missing: {name} has a table for each of {', '.join(words)}. Add it.",
                )
    for name, entries in (("sites", pack.sites), ("semesters", pack.semesters)):
        if not entries:
            yield name, "it is empty: a pack has at least one. Add it."


def _levels(pack: "Pack") -> Iterator[Problem]:
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
                f"the id {criterion} is given twice in the pack. Number them anew.",
            )


def _clocks(pack: "Pack") -> Iterator[Problem]:
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
    for level, terms in pack.levels.items():
        if reminders and terms.reassess_days and reminders.remind_before.delta.days >= terms.reassess_days:
            key = f"levels.{level}.reassess_days"
            yield key, "it must be longer than clocks.reassessment.remind_before. Correct it."


def _records_before_assessments(pack: "Pack") -> Iterator[Problem]:
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


def _sites(pack: "Pack") -> Iterator[Problem]:
    for code, site in pack.sites.items():
        try:
            ZoneInfo(site.timezone)
        except (LookupError, ValueError, OSError):
            yield (
                f"sites.{code}.timezone",
                f"there is no time zone {site.timezone!r}. Give one such as America/Denver.",
            )
        try:
            holidays.country_holidays(site.country, subdiv=site.subdivision)
        except NotImplementedError as error:
            yield f"sites.{code}.subdivision", f"there is no such holiday calendar: {error}. Correct it."


def _call_chains(pack: "Pack") -> Iterator[Problem]:
    if not any(site.police.own for site in pack.sites.values()):
        yield "sites", "no site's police are the institution's own, who hear of every alarm. Set own = true."
        return
    for number, chain in enumerate(pack.call_chain, 1):
        for code in chain.sites:
            if code not in pack.sites:
                yield f"call_chain.{number}.sites", f"there is no site {code!r}. Correct it."
    for code in pack.sites:
        fitting = [chain for chain in pack.call_chain if not chain.sites or code in chain.sites]
        if not fitting:
            yield "call_chain", f"no chain says who is called at {code}. Add one."
        elif problem := _chain_problem(pack, code):
            yield f"call_chain.{pack.call_chain.index(pack.chain(code)) + 1}.steps", problem


def _chain_problem(pack: "Pack", site: str) -> str | None:
    """What is wrong with a site's chain: it must go on when mail is dead, and begin with the police."""
    steps = pack.chain(site).steps
    at_once = {step.call for step in steps[: _first_pause(steps)]}
    if Called.UNIVERSITY_POLICE not in at_once:
        return f"at {site} University Police are not called at once (W-13). Put them first."
    if any(not each.police.own for each in pack.sites.values()) and Called.SITE_POLICE not in at_once:
        return (
            f"at {site} site_police are not called at once: they are the police of each site where the "
            "person may be (W-14). Put them first."
        )
    if len({step.via for step in steps}) == 1:
        channel = steps[0].via
        return (
            f"at {site} every call goes by {channel}: when {channel} is dead, nobody hears. Add another way."
        )
    police = {Called.UNIVERSITY_POLICE: pack.sites[pack.own_police], Called.SITE_POLICE: pack.sites[site]}
    for step in steps:
        contact = police.get(step.call)
        if contact is not None and not addresses(contact.police, step.via):
            return f"at {site} it calls {step.call} by {step.via}, and they have no such address. Add one."
    return None


def _first_pause(steps: "tuple[CallStep, ...]") -> int:
    return next((n for n, step in enumerate(steps) if n and step.after), len(steps))


def _offices(pack: "Pack") -> Iterator[Problem]:
    for key, code in _office_references(pack):
        if code not in pack.offices:
            hint = _meant(code, pack.offices)
            yield key, f"there is no office {code!r}{hint}. Correct it, or add [offices.{code}]."


def _office_references(pack: "Pack") -> Iterator[tuple[str, str]]:
    yield "chair.office", pack.chair.office
    yield "chair.deputy", pack.chair.deputy
    yield "custodian.office", pack.custodian.office
    yield "conflict.outside_office", pack.conflict.outside_office
    for number, code in enumerate(pack.quorum.required, 1):
        yield f"quorum.required.{number}", code
    for affiliation, handover in pack.handover.items():
        for number, code in enumerate(handover.offices, 1):
            yield f"handover.{affiliation}.offices.{number}", code
    for number, code in enumerate(pack.emergency.officials, 1):
        yield f"emergency.officials.{number}", code
    for number, rule in enumerate(pack.disclosures, 1):
        if rule.only_through is not None:
            yield f"disclosures.{number}.only_through", rule.only_through
        if rule.agreed_by is not None:
            yield f"disclosures.{number}.agreed_by", rule.agreed_by
    yield from _offices_of_roads(pack)
    for number, route in enumerate(pack.routes, 1):
        yield f"routes.{number}.office", route.office
    for code, unit in pack.units.items():
        yield f"units.{code}.vice_president", unit.vice_president


def _offices_of_roads(pack: "Pack") -> Iterator[tuple[str, str]]:
    for number, road in enumerate(pack.roads, 1):
        for key, codes in (("taken_by", road.taken_by), ("tell", road.tell)):
            for place, code in enumerate(codes, 1):
                yield f"roads.{number}.{key}.{place}", code


def _team(pack: "Pack") -> Iterator[Problem]:
    team = {code for code, office in pack.offices.items() if office.on_team}
    if pack.chair.office not in team:
        yield "chair.office", f"{pack.chair.office} is not on the team. Correct it."
    if pack.chair.deputy not in team:
        yield "chair.deputy", f"{pack.chair.deputy} is not on the team. Correct it."
    if pack.conflict.outside_office in team:
        yield "conflict.outside_office", f"{pack.conflict.outside_office} is on the team. Name one outside."
    if not team.issuperset(pack.quorum.required):
        yield "quorum.required", "it names an office that is not on the team. Correct it."
    if pack.quorum.offices > len(team):
        yield "quorum.offices", f"it asks for more than the {len(team)} offices on the team. Correct it."


def _routes(pack: "Pack") -> Iterator[Problem]:
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
)


def _news(pack: "Pack") -> Iterator[Problem]:
    told = [*(row.trigger for row in TRANSITIONS), *ALSO_TOLD]
    for number, about in enumerate(pack.news.at_once, 1):
        if about not in told:
            yield f"news.at_once.{number}", f"nothing of that name is told{_meant(about, told)}. Correct it."


def _units(pack: "Pack") -> Iterator[Problem]:
    for code, unit in pack.units.items():
        office = pack.office(unit.vice_president)
        if not office.vice_president:
            problem = f"{unit.vice_president} is not a vice president's office. Correct it."
            yield f"units.{code}.vice_president", problem
    # A recommendation is conveyed with its content, and content never leaves the institution's own mail.
    hearing = {unit.vice_president for unit in pack.units.values()} | {pack.conflict.outside_office}
    for code in sorted(hearing):
        if not _own(pack, code):
            problem = "recommendations are conveyed here with their content: it must be in mail.domains."
            yield f"offices.{code}.address", f"{problem} Correct it."


def _outside(pack: "Pack") -> Iterator[Problem]:
    for code, office in pack.offices.items():
        if office.outside and office.on_team:
            yield f"offices.{code}.outside", "an office on the team is none outside. Correct it."
        if "@" in office.address and not office.outside and not _own(pack, code):
            problem = "it is not in mail.domains: say outside = true, or correct the address."
            yield f"offices.{code}.address", problem
    for number, rule in enumerate(pack.disclosures, 1):
        unfit = [f"{basis} for {to}" for to in rule.to for basis in rule.bases if not _fits(basis, to, rule)]
        if unfit:
            problem = f"what permits it does not fit who receives it ({', '.join(unfit)}). Remove it."
            yield f"disclosures.{number}.bases", problem


def _own(pack: "Pack", office: str) -> bool:
    _, at, domain = pack.office(office).address.rpartition("@")
    return bool(at) and domain.lower() in {own.lower() for own in pack.mail.domains}


#: who is a school official of the institution, or works for it (34 CFR 99.31(a)(1))
INSIDE = frozenset(
    {RecipientKind.TEAM, RecipientKind.OFFICE, RecipientKind.RECORD_HOLDER, RecipientKind.COUNSELOR}
)


def _fits(basis: LegalBasis, to: RecipientKind, rule: DisclosureRule) -> bool:
    """Whether a basis can permit anything to such a recipient at all (34 CFR 99.30, 99.31, 99.36)."""
    match basis:
        case LegalBasis.SCHOOL_OFFICIAL | LegalBasis.EMPLOYMENT:
            return to in INSIDE
        case LegalBasis.PARTNER_AGREEMENT:
            return to is RecipientKind.PARTNER
        case LegalBasis.NO_RECORD:
            return not {Disclosed.EDUCATION_RECORD, Disclosed.CASE_FILE}.intersection(rule.what)
        case LegalBasis.CONSENT | LegalBasis.HEALTH_OR_SAFETY | LegalBasis.COURT_ORDER:
            return True


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


def _disclosures(pack: "Pack") -> Iterator[Problem]:
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


def _semesters(pack: "Pack") -> Iterator[Problem]:
    for number, (earlier, later) in enumerate(pairwise(pack.semesters), 2):
        if on_day(later.start, 2001) <= on_day(earlier.end, 2001):
            yield (
                f"semesters.{number}.start",
                f"it lies before the end of {earlier.name}. List them in the year's order, without overlap.",
            )
