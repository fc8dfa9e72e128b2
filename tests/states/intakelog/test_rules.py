"""The policy pack's rules say which rows of a log are reports of concern."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from states.intakelog.headings import Column
from states.intakelog.opening import open_log
from states.intakelog.rows import LogRow, NoRow, Unreadable
from states.policy.intake_rules import Intake, Rule, classify
from states.vocabulary.people import Verdict

OTHERS = Path(__file__).parent / "logs"

CONCERN, NOT_OF_CONCERN, NEEDS_A_PERSON = Verdict.CONCERN, Verdict.NOT_OF_CONCERN, Verdict.NEEDS_A_PERSON


def row(incident: str, comments: str = "", disposition: str = "Closed") -> LogRow:
    """Make an invented row."""
    says = {Column.NATURE: incident, Column.NARRATIVE: comments, Column.DISPOSITION: disposition}
    return LogRow(2, 2, 0, {}, "", says)


def rule(name: str, verdict: Verdict, **looks_for: Any) -> Rule:
    """Make an invented rule."""
    return Rule(id=name, verdict=verdict, clause="W-04", why="An invented reason.", **looks_for)


RULES = (
    rule("filed", NOT_OF_CONCERN, incident=("information",), label=True),
    rule("theft", NOT_OF_CONCERN, incident=("theft*",)),
    rule("void", NOT_OF_CONCERN, incident=("void",)),
    rule("noise", NEEDS_A_PERSON, incident=("disturbance",), unless=(r"\bmusic\b",)),
    rule("threat", CONCERN, comments=(r"\bthreat",)),
    rule("stalking", CONCERN, incident=("*stalking",)),
    rule("arrest", CONCERN, incident=("warrant",), disposition=("^arrest$",)),
)


@pytest.mark.parametrize(
    ("entry", "verdict", "rule_id"),
    [
        (row("Theft"), NOT_OF_CONCERN, "theft"),
        (row("  THEFT from   Person "), NOT_OF_CONCERN, "theft"),
        (row("Theft / Cyberstalking"), CONCERN, "stalking"),
        (row("Theft", "Threatened the clerk"), CONCERN, "threat"),
        (row("Theft/Disturbance"), NEEDS_A_PERSON, "noise"),
        (row("Disturbance / Stalking"), CONCERN, "stalking"),
        (row("Disturbance", "Loud music"), NEEDS_A_PERSON, ""),
        (row("Theft / Juggling"), NEEDS_A_PERSON, ""),
        (row("Information / Theft"), NOT_OF_CONCERN, "theft"),
        (row("Information"), NEEDS_A_PERSON, ""),
        (row(""), NEEDS_A_PERSON, ""),
        (row("Void / Theft"), NOT_OF_CONCERN, "void"),
        (row("Warrant", disposition="Arrest"), CONCERN, "arrest"),
        (row("Warrant", disposition="Open"), NEEDS_A_PERSON, ""),
    ],
)
def test_concern_comes_first_and_what_no_rule_knows_needs_a_person(
    entry: LogRow, verdict: Verdict, rule_id: str
) -> None:
    """One concern is enough, one open part needs a person, and only a covered entry is put aside."""
    found = classify(entry, RULES)
    assert (found.verdict, found.rule_id) == (verdict, rule_id)


def test_the_sentence_names_rules_and_clauses_and_repeats_nothing_of_the_row() -> None:
    """The reason names each rule that spoke with its clause, and quotes nothing from the row."""
    covered = classify(row("Void / Theft", "Jane Invented"), RULES).sentence
    assert "rule void, W-04" in covered
    assert "rule theft, W-04" in covered
    unknown = classify(row("Theft / Jane Invented"), RULES).sentence
    assert unknown == "Needs a person: no rule knows nature 2 of 2."


@pytest.mark.parametrize(
    "looks_for",
    [
        {},
        {"unless": (r"x",)},
        {"comments": (r"x",), "label": True},
        {"comments": ("(",)},
        {"incident": ("Theft",)},
        {"incident": ("theft/fraud",)},
        {"incident": ("theft",), "colour": "red"},
        {"nature": ("thievery",)},
    ],
)
def test_a_rule_that_cannot_be_met_is_refused(looks_for: dict[str, Any]) -> None:
    """A rule that looks for nothing, or for what no row can hold, is refused when the pack is read."""
    with pytest.raises(ValidationError):
        rule("wrong", CONCERN, **looks_for)


def test_two_rules_of_one_name_are_refused() -> None:
    """Two rules with the same name are refused, because a verdict names its rule."""
    with pytest.raises(ValidationError, match="same id: void"):
        Intake(rules=(RULES[2], RULES[2]))


@pytest.mark.clause("W-04")
@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        (row("Stalking", "Reported being stalked by a known individual"), CONCERN),
        (row("Harassment by Electronic Means", "Unwanted texts"), CONCERN),
        (row("Information / Aggravated Battery (Domestic)", "Stabbed in the arm"), CONCERN),
        (row("Battery", "Patient struck a staff member"), CONCERN),
        (row("Weapon Violation", "Arrested for possessing a firearm in a prohibited area"), CONCERN),
        (row("Criminal Damage to Property / Criminal Defacement / Hate Crime", "Graffiti"), CONCERN),
        (row("Robbery", "Victim's ex-boyfriend pushed her and took her purse"), CONCERN),
        (
            row("Information / Robbery", "Unknown suspect took a phone from a victim / CPD case"),
            NOT_OF_CONCERN,
        ),
        (row("Information / Aggravated Battery", "Shot off campus by an unknown person"), NEEDS_A_PERSON),
        (row("Found Property", "Wallet found"), NOT_OF_CONCERN),
        (row("Found Property", "A handgun found in a locker"), NEEDS_A_PERSON),
        (row("Information", "Dispute between two staff members"), NEEDS_A_PERSON),
        (row("Information", "A water pipe burst"), NOT_OF_CONCERN),
        (row("Information", "Information for the police"), NEEDS_A_PERSON),
    ],
)
def test_the_behaviours_the_plan_names_are_reports_of_concern(
    entry: LogRow, verdict: Verdict, wnmu_rules: tuple[Rule, ...]
) -> None:
    """Violence, stalking, hate and weapons are concerns, property is not, and the rest needs a person."""
    assert classify(entry, wnmu_rules).verdict is verdict


@pytest.mark.clause("W-03")
@pytest.mark.parametrize(
    "entry",
    [
        row("Telephone Threat", "Received by staff member"),
        row("Public Peace Violation / Bomb Threat"),
        row("Theft", "The clerk was threatened"),
        row("Information / Suspicious Letter", "Found on a printer"),
        row("Information", "Report of a text threat made by a contract employee"),
        row("Information", "Individual received threats from an acquaintance via social media"),
    ],
)
def test_a_threat_is_a_concern_however_it_was_made(entry: LogRow, wnmu_rules: tuple[Rule, ...]) -> None:
    """A threat in person, by phone, in writing or on line is a report of concern."""
    assert classify(entry, wnmu_rules).verdict is CONCERN


@pytest.mark.clause("A-04")
@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        (row("Mental Health Transport", "Transported for evaluation"), CONCERN),
        (row("Information", "As a result of a well-being check individual was transported to ER"), CONCERN),
        (row("Well-Being Check", "Relative requested well-being check / All was well"), NOT_OF_CONCERN),
        (row("Missing Person", "Reported missing by a family member"), NEEDS_A_PERSON),
        (row("Medical Call", "Sick person transported to ER"), NOT_OF_CONCERN),
    ],
)
def test_a_concern_of_self_harm_is_taken(
    entry: LogRow, verdict: Verdict, wnmu_rules: tuple[Rule, ...]
) -> None:
    """A mental crisis is a report of concern; an illness is not."""
    assert classify(entry, wnmu_rules).verdict is verdict


@pytest.mark.clause("W-42")
@pytest.mark.parametrize(
    "entry",
    [
        row("Violation of Order of Protection"),
        row("Information", "Individual filed a copy of an emergency order of protection"),
        row("Disturbance", "Officers responded to a domestic disturbance / Peace restored"),
    ],
)
def test_protective_orders_and_domestic_trouble_are_concerns(
    entry: LogRow, wnmu_rules: tuple[Rule, ...]
) -> None:
    """Protective orders and domestic violence are reports of concern."""
    assert classify(entry, wnmu_rules).verdict is CONCERN


def test_every_row_of_the_log_has_one_verdict_with_a_reason(
    log_rows: list[LogRow], wnmu_rules: tuple[Rule, ...]
) -> None:
    """Every row is a concern, not of concern by a named rule, or for a person; none of the three is empty."""
    found = [classify(entry, wnmu_rules) for entry in log_rows]
    counts = Counter(one.verdict for one in found)
    assert counts.total() == len(log_rows)
    assert set(counts) == set(Verdict)
    assert all(one.rule_id for one in found if one.verdict is not NEEDS_A_PERSON)
    assert counts[NEEDS_A_PERSON] < len(log_rows) / 8


def test_every_rule_of_the_pack_speaks_in_a_log(log_rows: list[LogRow], wnmu_rules: tuple[Rule, ...]) -> None:
    """No rule is idle: each names a row of the log, or of another department's, but for the filing labels."""
    named = {classify(entry, wnmu_rules).rule_id for entry in log_rows}
    for file in OTHERS.iterdir():
        with file.open("rb") as stream:
            log = open_log(stream)
            rows = [entry for entry in log.entries() if isinstance(entry, LogRow)]
        named |= {classify(entry, wnmu_rules, log.format.separators).rule_id for entry in rows}
    assert {one.id for one in wnmu_rules if not one.label} - named == set()


@pytest.mark.parametrize("name", sorted(file.name for file in OTHERS.iterdir()))
def test_at_most_a_third_of_any_log_is_left_to_a_person(name: str, wnmu_rules: tuple[Rule, ...]) -> None:
    """Rules that ask a person about most of another department's rows put no work aside."""
    with (OTHERS / name).open("rb") as stream:
        log = open_log(stream)
        entries = [entry for entry in log.entries() if not isinstance(entry, NoRow)]
    asked = [
        isinstance(entry, Unreadable)
        or classify(entry, wnmu_rules, log.format.separators).verdict is NEEDS_A_PERSON
        for entry in entries
    ]
    assert entries
    assert sum(asked) * 3 <= len(asked)


@pytest.mark.parametrize(
    ("nature", "verdict"),
    [
        ("Aggravated Harassment", CONCERN),
        ("CRIMINAL THREATS", CONCERN),
        ("Menacing", CONCERN),
        ("Attempt Suicide /Detention", CONCERN),
        ("Welfare Check 5150", CONCERN),
        ("Battery Spouse/Ex-Spouse/Date/Etc", CONCERN),
        ("Kidnapping/Abduction", CONCERN),
        ("Pos Wpn/Etc:cmpus:not Gun", CONCERN),
        ("Violation of Protective Order", CONCERN),
        ("Suspicious circumstance", NEEDS_A_PERSON),
        ("Disturbance", NEEDS_A_PERSON),
        ("Welfare Check", NEEDS_A_PERSON),
        ("Juggling", NEEDS_A_PERSON),
        ("All Other Offenses", NEEDS_A_PERSON),
        ("Disturbance, Noise", NOT_OF_CONCERN),
        ("Medical aid", NOT_OF_CONCERN),
        ("Petty theft", NOT_OF_CONCERN),
        ("Grnd Thft: Prop/from Vehicle+950", NOT_OF_CONCERN),
        ("Traffic collision", NOT_OF_CONCERN),
        ("Alarm", NOT_OF_CONCERN),
        ("Lockout", NOT_OF_CONCERN),
        ("Drug/Narcotic Violations", NOT_OF_CONCERN),
        ("Incomplete/ Accidental Wireless 911", NOT_OF_CONCERN),
    ],
)
def test_the_names_that_other_departments_use_are_known(
    nature: str, verdict: Verdict, wnmu_rules: tuple[Rule, ...]
) -> None:
    """What NIBRS, the Clery Act and dispatchers call a thing is judged as what it is, by its name alone."""
    assert classify(row(nature, disposition=""), wnmu_rules).verdict is verdict


def test_a_log_without_natures_is_judged_by_what_it_tells(wnmu_rules: tuple[Rule, ...]) -> None:
    """Where the nature is missing, or says nothing, the narrative is asked for kinds."""
    told = "An officer investigated theft of a bicycle."
    assert classify(row("", told), wnmu_rules).verdict is NOT_OF_CONCERN
    assert classify(row("UNDEFINED", told), wnmu_rules).verdict is NOT_OF_CONCERN
    assert classify(row("", "Somebody brandished a knife."), wnmu_rules).verdict is CONCERN
    assert classify(row("", "Nobody knows."), wnmu_rules).verdict is NEEDS_A_PERSON


def test_a_void_number_is_nobodys_concern(log_rows: list[LogRow], wnmu_rules: tuple[Rule, ...]) -> None:
    """Every row marked Void, in whatever letters, is put aside by the rule for it."""
    void = [entry for entry in log_rows if entry.said(Column.NATURE).casefold() == "void"]
    assert void
    assert {classify(entry, wnmu_rules).rule_id for entry in void} == {"void"}
