"""What people write is read strictly, named by field where it is wrong, and kept to the letter."""

import pytest

from states.access import REPORTER
from states.casebook import Casebook
from states.casebook.intake import reports
from states.casebook.reading import whole_case
from states.casebook.team import members
from states.contents.content import Content
from states.contents.inquiry import AssessmentContent
from states.contents.plans import (
    MinutesContent,
    PlanContent,
    ProtectiveOrderContent,
    ReintegrationContent,
)
from states.contents.reports import ReportContent
from states.errors import BadInput
from tests.states.contents.invented_report import MARK, REPORT, SUBJECT
from tests.states.looking import verified

#: what cannot be a report: what is given, and a word of the answer
UNREADABLE: list[tuple[object, str]] = [
    (None, "the whole"),
    (MARK, "the whole"),
    ([MARK], "the whole"),
    ({}, "behaviour_of_concern"),
    (REPORT | {"behaviour_of_concern": "   "}, "behaviour_of_concern"),
    (REPORT | {"behaviour_of_concern": f"{MARK}\0"}, "NUL"),
    (REPORT | {"behaviour_of_concern": f"{MARK}\ud800"}, "behaviour_of_concern"),
    (REPORT | {"behaviour_of_concern": MARK * 20_000}, "100000"),
    (REPORT | {"subject": SUBJECT | {"name": MARK * 1_000}}, "300"),
    (REPORT | {"subject": SUBJECT | {"name": f"{MARK}\nand more"}}, "one line"),
    (REPORT | {"subject": SUBJECT | {"identifiers": {MARK: "1"}}}, "subject.identifiers"),
    (REPORT | {"subject": SUBJECT | {MARK: "1"}}, "subject has a field"),
    (REPORT | {MARK: "1"}, "the whole has a field"),
    (REPORT | {"channel": MARK}, "channel"),
    (REPORT | {"occurred_on": MARK}, "occurred_on"),
    (REPORT | {"imminent": MARK}, "imminent"),
    (REPORT | {"channel": "form"}, "your name and phone number"),
]


@pytest.mark.parametrize(("given", "word"), UNREADABLE, ids=[word for _, word in UNREADABLE])
def test_what_is_no_report_is_named_by_field_and_not_repeated(given: object, word: str) -> None:
    """The answer names the field and what is wrong with it, never what was given."""
    with pytest.raises(BadInput) as refusal:
        ReportContent.read(given)
    said = str(refusal.value)
    assert word in said
    assert MARK not in said
    assert said.endswith("Nothing was written: correct it and give it again.")


#: text as people write it: emoji, right-to-left (with its mark), combining accents, quotes, placeholders
SCRIPTS = [
    "😀 🏫 👩🏽‍🏫",
    "שלום \u200f(ימין)",
    "نص عربي",
    "e\u0301 = é",
    "line\nline\ttab",
    "' OR 1=1; --",
    "%s {} \\",
]


@pytest.mark.parametrize("text", SCRIPTS)
def test_every_script_comes_back_as_it_was_given(book: Casebook, text: str) -> None:
    """Emoji, right-to-left text and quotes are kept to the letter."""
    chair = members.actor(book, "chair")
    name = text.replace("\n", " ").replace("\t", " ")
    given = {"behaviour_of_concern": text, "subject": SUBJECT | {"name": name}}
    number = reports.report(book, ReportContent.read(given), by=REPORTER).number
    opened = whole_case.dossier(book, number, by=chair)
    assert opened["reports"][0]["content"]["behaviour_of_concern"] == text
    assert opened["subjects"][0]["content"]["name"] == name
    verified(book)


@pytest.mark.parametrize(
    ("content", "given", "word"),
    [
        (
            ProtectiveOrderContent,
            {"protects": "A", "against": "B", "valid_until": "2026-03-01T00:00"},
            "valid_until",
        ),
        (ReintegrationContent, {"conditions": [], "check_ins": []}, "conditions"),
        (MinutesContent, {"present": [], "minutes": "x"}, "present"),
        (AssessmentContent, {"level": "Dire"}, "level"),
        (PlanContent, {"kind": "active_monitoring", "topics": {MARK: "x"}}, "topics"),
    ],
)
def test_other_contents_are_read_as_strictly(content: type[Content], given: object, word: str) -> None:
    """Each kind of record names its own fields."""
    with pytest.raises(BadInput, match=word) as refusal:
        content.read(given)
    assert MARK not in str(refusal.value)
