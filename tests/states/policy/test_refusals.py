"""A wrong pack is refused before anything starts, with a sentence that names file and key."""

from pathlib import Path

import pytest

from states.errors import BadPolicy
from states.policy.reading import load_pack

SHIPPED = (Path(__file__).parents[3] / "states" / "policies" / "wnmu" / "pack.toml").read_text(
    encoding="utf-8"
)

#: a kind of source of the institution's own, in front of another table; and an entry that asks it
OWN = """[source_kinds.{}]
title = "door swipes"
held_by = "record_holder"
bases = ["ferpa_school_official"]
clause = "W-17"

[quorum]
"""
SWIPES = """[[sources]]
kind = "door_swipes"
affiliations = ["student"]
basis = "ferpa_school_official"
purpose = "Where the person was"
identifiers = ["email"]
clause = "W-17"

[quorum]"""

#: what the pack says, what a wrong one says instead, the key at fault, and words of the sentence
WRONG = [
    # unknown keys
    ('version = "2013', 'versoin = "2013', "versoin", "did you mean version?"),
    ("[quorum]\n", "[quorum]\nminimum = 3\n", "quorum.minimum", "there is no such key here"),
    ("[quorum]\n", "[quorums]\n", "quorums", "did you mean quorum?"),
    (
        'plan = "threat_management"',
        'plans = "threat_management"',
        "levels.Extreme.plans",
        "did you mean plan?",
    ),
    ("[levels.Mild]", "[levels.Midl]", "levels.Midl", "'Extreme', 'Severe', 'Elevated', 'Moderate', 'Mild'"),
    (
        "duration = { hours = 6 }\nremind_before = { hours = 3 }",
        "duration = { hours = 12 }\nremind_before = { hours = 3 }",
        "clocks.source_answer",
        "at Extreme it must be shorter than the assessment's (12 hours)",
    ),
    ("[clocks.plan]", "[clocks.plans]", "clocks.plans", "'screening'"),
    (
        'title = "Screening of a report"\n',
        'title = "Screening of a report"\nowner = "chair"\n',
        "clocks.screening.owner",
        "no such key",
    ),
    ("own = true", "ours = true", "sites.silver_city.police.ours", "there is no such key here"),
    (', "glass_broken"', "", "news.at_once", "whoever chairs is told at once"),
    (', "glass_not_justified"]', "]", "news.at_once", "whoever opened the case is told at once"),
    (
        "duration = { hours = 2 }",
        "duration = { weeks = 2 }",
        "clocks.screening.duration.weeks",
        "no such key",
    ),
    # missing entries
    ("[levels.Mild]", "[ignored.Mild]", "ignored", "there is no such key here"),
    ("[effects.remind]\n", "[effects.notify]\n", "effects.notify", "'remind'"),
    ('title = "Threat Assessment and Violence Prevention Plan"\n', "", "title", "it is missing"),
    ('name = "Deming"\n', "", "sites.deming.name", "it is missing"),
    ("on_team = true\n", "", "offices.president.on_team", "it is missing"),
    (
        'codes_to = "regents.front.desk@wnmu.example"',
        'codes_to = "Regents@wnmu.example"',
        "offices.regents.codes_to",
        "where the links go, too",
    ),
    (
        'codes_to = "watch.desk@wnmu.example"',
        'codes_to = "university.police@wnmu.example"',
        "sites.silver_city.police.codes_to",
        "where the links go, too",
    ),
    ('name = "Deming"\n', 'name = "Deming"\nlead = "regents"\n', "sites.deming.lead", "not on the team"),
    ('name = "Deming"\n', 'name = "Deming"\nlead = "nobody"\n', "sites.deming.lead", "nobody"),
    ("duration = { hours = 2 }\n", "", "clocks.screening.duration", "it is missing"),
    ('plan = "threat_management"\n', "", "levels.Extreme.plan", "every level but None has one"),
    ('meeting = "emergency"\n', "", "levels.Extreme.meeting", "every level but None has one"),
    # bad intervals
    ("reassess_days = 3\n", "reassess_days = 0\n", "levels.Extreme.reassess_days", "greater than 0"),
    ("reassess_days = 3\n", "reassess_days = -3\n", "levels.Extreme.reassess_days", "greater than 0"),
    ("reassess_days = 3\n", "reassess_days = true\n", "levels.Extreme.reassess_days", "valid integer"),
    ("reassess_days = 3\n", "reassess_days = 3.5\n", "levels.Extreme.reassess_days", "valid integer"),
    ("reassess_days = 3\n", 'reassess_days = "3"\n', "levels.Extreme.reassess_days", "valid integer"),
    ("reassess_days = 3\n", "", "levels.Extreme.reassess_days", "every level but None has one"),
    (
        "reassess_days = 3\n",
        "reassess_days = 1\n",
        "levels.Extreme.reassess_days",
        "longer than clocks.reassess",
    ),
    (
        'title = "No Identified Risk"\n',
        'title = "No Identified Risk"\nreassess_days = 90\n',
        "levels.None.reassess_days",
        "asks for none",
    ),
    (
        "duration = { hours = 2 }",
        "duration = { hours = 0 }",
        "clocks.screening.duration.hours",
        "greater than 0",
    ),
    ("duration = { hours = 2 }", "duration = { hours = 1e9 }", "clocks.screening.duration.hours", "integer"),
    ("duration = { hours = 2 }", "duration = {}", "clocks.screening.duration", "exactly one of"),
    (
        "duration = { hours = 2 }",
        "duration = { hours = 2, days = 1 }",
        "clocks.screening.duration",
        "exactly one",
    ),
    (
        "duration = { hours = 2 }",
        "duration = { minutes = 60 }",
        "clocks.screening",
        "remind_before must be shorter",
    ),
    (
        "stuck_after = { hours = 6 }",
        "stuck_after = { minutes = 60 }",
        "clocks.screening",
        "longer than escalate_after",
    ),
    (
        "stuck_after = { hours = 6 }",
        "stuck_after = { days = 1 }",
        "clocks.screening.stuck_after.days",
        "no such key",
    ),
    ("stuck_after = { hours = 6 }", "stuck_after = {}", "clocks.screening.stuck_after", "exactly one of"),
    (
        'title = "Reassessment"\n',
        'title = "Reassessment"\nduration = { days = 9 }\n',
        "clocks.reassessment",
        "reassess_days says when it is due",
    ),
    (
        "per_level.Mild]",
        "per_level.None]",
        "clocks.first_meeting.per_level.Mild",
        "every level but None has a table",
    ),
    ("attempts = 5\n", "attempts = 0\n", "effects.alert_police.attempts", "greater than 0"),
    ("retry_seconds = [2,", "retry_seconds = [-2,", "effects.alert_police.retry_seconds.1", "greater than 0"),
    ("retry_seconds = [2,", "retry_seconds = [nan,", "effects.alert_police.retry_seconds.1", "finite"),
    (
        "retry_seconds = [2, 5, 10, 20, 30]",
        "retry_seconds = []",
        "effects.alert_police.retry_seconds",
        "at least 1",
    ),
    (
        'title = "The semester\'s meeting"\n',
        'title = "The semester\'s meeting"\nduration = { days = 90 }\n',
        "clocks.semester_meeting",
        "each semester's last day says when it is due",
    ),
    (
        "[clocks.debrief]\n",
        "[clocks.debrief.per_level.Mild]\n",
        "clocks.debrief.clause",
        "it is missing",
    ),
    (
        "[clocks.debrief]\n",
        '[clocks.debrief]\nclause = "U-06"\n[clocks.debrief.per_level.Mild]\n',
        "clocks.debrief.per_level",
        "only first_meeting, next_meeting, assessment, source_answer depend on the level",
    ),
    # citations
    ('clause = "U-12"', 'clause = "U12"', "duty.clause", "the id of a clause, such as W-13"),
    ('clause = "U-12"', 'clause = "X-12"', "duty.clause", "the id of a clause, such as W-13"),
    ('clause = "U-12"\n', "", "duty.clause", "it is missing"),
    ('"mild-2"', '"mild-1"', "levels.Mild.criteria", "mild-1 is given twice"),
    # references
    (
        '[chair]\noffice = "student_affairs"',
        '[chair]\noffice = "student_afairs"',
        "chair.office",
        "student_affairs?",
    ),
    (
        '[chair]\noffice = "student_affairs"',
        '[chair]\noffice = "prosecution"',
        "chair.office",
        "not on the team",
    ),
    (
        '[custodian]\noffice = "student_affairs"',
        '[custodian]\noffice = "archive"',
        "custodian.office",
        "no office",
    ),
    (
        'required = ["student_affairs"]',
        'required = ["dean"]',
        "quorum.required.1",
        "there is no office 'dean'",
    ),
    ('required = ["student_affairs"]', 'required = ["prosecution"]', "quorum.required", "not on the team"),
    ("offices = 3\n", "offices = 12\n", "quorum.offices", "more than the 11 offices on the team"),
    (
        'offices = ["university_police"]',
        'offices = ["police"]',
        "handover.visitor.offices.1",
        "no office 'police'",
    ),
    ('office = "social_services"\n', 'office = "social"\n', "routes.6.office", "there is no office 'social'"),
    (
        'vice_president = "business_affairs"',
        'vice_president = "president"',
        "units.operations.vice_president",
        "not a vice president's",
    ),
    (
        'address = "business.affairs@wnmu.example"',
        'address = "business.affairs@elsewhere.example"',
        "offices.business_affairs.address",
        "recommendations are conveyed here with their content",
    ),
    (
        'address = "president@wnmu.example"',
        'address = "president@elsewhere.example"',
        "offices.president.address",
        "the semester's report is sent here with what the team says",
    ),
    (
        "on_team = false\noutside = true",
        "on_team = false",
        "offices.social_services.address",
        "say outside = true",
    ),
    (
        'bases = ["consent", "ferpa_health_or_safety", "court_order"]',
        'bases = ["ferpa_school_official", "consent", "ferpa_health_or_safety", "court_order"]',
        "disclosures.10.bases",
        "does not fit who receives it (ferpa_school_official for social_services)",
    ),
    (
        'bases = ["court_order", "consent"]',
        'bases = ["court_order", "no_education_record"]',
        "disclosures.12.bases",
        "no_education_record for prosecutor",
    ),
    ('"visitor", "stranger", "unknown"]', '"visitor", "stranger"]', "routes", "conduct for unknown"),
    (
        'affiliations = ["staff"]',
        'affiliations = ["staff", "student"]',
        "routes.3.affiliations",
        "two routes",
    ),
    (
        'affiliations = ["staff"]',
        'affiliations = ["dean"]',
        "routes.3.affiliations.1",
        "'student', 'faculty'",
    ),
    ('ceiling = "Mild"', 'ceiling = "Gentle"', "reintegration.ceiling", "'Extreme', 'Severe'"),
    ('basis = "employment_need_to_know"', 'basis = "curiosity"', "sources.2.basis", "'consent'"),
    ('tell = ["reporter"]', 'tell = ["press"]', "disposition.tell.1", "'reporter'"),
    ('tell = ["reporter"]', 'tell = ["reporter", "case_offices"]', "disposition.tell.2", "'reporter'"),
    # sites
    (
        'timezone = "America/Denver"',
        'timezone = "America/Denvr"',
        "sites.silver_city.timezone",
        "no time zone",
    ),
    ('timezone = "America/Denver"', 'timezone = "../../etc"', "sites.silver_city.timezone", "no time zone"),
    ('timezone = "America/Denver"', 'timezone = "America"', "sites.silver_city.timezone", "no time zone"),
    ('country = "US"', 'country = "ZZ"', "sites.silver_city.subdivision", "no such holiday calendar"),
    ('country = "US"', 'country = "USA"', "sites.silver_city.country", "two capital letters"),
    ('subdivision = "NM"', 'subdivision = "ZZ"', "sites.silver_city.subdivision", "no such holiday calendar"),
    (
        'address = "president@wnmu.example"',
        'address = "president"',
        "offices.president.address",
        "a mail address",
    ),
    ('domains = ["wnmu.example"]', 'domains = ["WNMU"]', "mail.domains.1", "a mail domain"),
    ('domains = ["wnmu.example"]', "domains = []", "mail.domains", "at least 1"),
    ('["From any phone", "911"]', '["911"]', "sites.deming.police.emergency_phones.1", ""),
    # the year
    ('start = "06-01"', 'start = "05-15"', "semesters.2.start", "before the end of Spring"),
    ('start = "06-01"', 'start = "02-30"', "semesters.2.start", "02-30 is not a day"),
    ('start = "06-01"', 'start = "08-05"', "semesters.2", "starts before it ends"),
    ('start = "06-01"', "start = 06-01", "(file)", "not valid TOML"),
    ('start = "06-01"', "start = 2026-06-01", "semesters.2.start", "MM-DD"),
    ('day = "02-05"', 'day = "02-29"', "annual_review.day", "02-29 is not a day"),
    # imported logs
    ('id = "protective-order"', 'id = "threat"', "intake", "two rules have the same id: threat"),
    ('id = "protective-order"', 'id = "Order"', "intake.rules.2.id", "'Order'"),
    (
        'incident = ["*order of protection*"]',
        'comments = ["("]',
        "intake.rules.2.comments.1",
        "regular expression",
    ),
    (
        'incident = ["*order of protection*"]',
        'incidents = ["*"]',
        "intake.rules.2.incidents",
        "did you mean incident?",
    ),
    # the file
    ("[chair]", "[chair", "(file)", "not valid TOML"),
    ("[chair]", "[custodian]", "(file)", "not valid TOML"),
    ('version = "2013-02-05"', f"version = {'[' * 9999}", "(file)", "not valid TOML"),
    ('version = "2013-02-05"', f"version = {'9' * 9999}", "(file)", "not valid TOML"),
    # kinds of source
    (
        'kind = "registrar"',
        'kind = "registar"',
        "sources.1.kind",
        "not built in (did you mean registrar?). Correct",
    ),
    ('kind = "registrar"', 'kind = "The Registrar"', "sources.1.kind", "must be 'registrar'"),
    (
        "[quorum]\n",
        OWN.format("door_swipes"),
        "source_kinds.door_swipes",
        "no entry of sources is of that kind",
    ),
    ("[quorum]\n", OWN.format("registrar"), "source_kinds.registrar", "that kind is built in"),
    ("[quorum]\n", OWN.format('"Door swipes"'), "source_kinds.Door swipes", "a code of small letters"),
    (
        "[quorum]\n",
        OWN.format("door_swipes").replace("[quorum]", SWIPES.replace("ferpa_school_official", "consent")),
        "sources.1.basis",
        "source_kinds.door_swipes.bases lacks it",
    ),
    (
        "[quorum]\n",
        OWN.format("x").replace("record_holder", "us"),
        "source_kinds.x.held_by",
        "'record_holder'",
    ),
]


def refusal(path: Path, text: str) -> BadPolicy:
    """How a pack of this text is refused."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadPolicy) as refused:
        load_pack(str(path))
    return refused.value


@pytest.mark.parametrize(
    ("right", "wrong", "key", "words"), WRONG, ids=[f"{w[2]}-{n}" for n, w in enumerate(WRONG)]
)
def test_a_wrong_entry_is_refused_by_file_and_key(
    tmp_path: Path, right: str, wrong: str, key: str, words: str
) -> None:
    """One wrong entry in a right pack gives a sentence with file, key and what to do."""
    assert right in SHIPPED
    path = tmp_path / "mine.toml"
    error = refusal(path, SHIPPED.replace(right, wrong, 1))
    assert str(error).startswith(f"{path}: {key}")
    assert words in str(error)
    assert str(error).endswith(".")


def whole_table(text: str, header: str) -> str:
    """A table of the pack with its header, up to the next header or the blank line before a comment."""
    start = text.index(f"{header}\n")
    return text[start : text.index("\n\n", start) + 2]


@pytest.mark.parametrize(
    "table",
    [
        "levels.Mild",
        "conditions.distress",
        "clocks.debrief",
        "effects.remind",
        "handover.visitor",
        "quorum",
        "closing",
    ],
)
def test_a_missing_table_is_refused(tmp_path: Path, table: str) -> None:
    """A pack without one of its tables is refused with that table's name."""
    error = refusal(tmp_path / "mine.toml", SHIPPED.replace(whole_table(SHIPPED, f"[{table}]"), ""))
    assert error.key == table
    assert "it is missing" in str(error)


def test_a_pack_from_before_meetings_had_questions_is_told_what_to_add(tmp_path: Path) -> None:
    """The table that lacks is named, and where one stands that can be taken over."""
    before, _, rest = SHIPPED.partition("[discussion.")
    error = refusal(tmp_path / "mine.toml", before + rest[rest.index("\n# ---- ") :])
    assert error.key == "discussion"
    assert "Add it, as the shipped pack `wnmu` has it" in str(error)


def test_a_pack_that_does_not_exist_is_refused_with_those_shipped(tmp_path: Path) -> None:
    """An unknown name, a missing file, and a folder without one are refused with the packs there are."""
    missing, in_folder = str(tmp_path / "none.toml"), str(tmp_path / "pack.toml")
    for given_name, named in (("wnmuu", "wnmuu"), (missing, missing), (str(tmp_path), in_folder)):
        with pytest.raises(BadPolicy, match=r"cannot be read: .*shipped pack \(wnmu\)") as refused:
            load_pack(given_name)
        assert refused.value.file == named


def test_a_pack_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are refused as what they are."""
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe" + SHIPPED.encode())
    with pytest.raises(BadPolicy, match="not valid TOML"):
        load_pack(str(path))
