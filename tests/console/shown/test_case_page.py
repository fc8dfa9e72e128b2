"""The page of a case shows everything on record: no kind of record, and no field of a report, is left out."""

import re
from datetime import date
from pathlib import Path

from console import shown
from states.access import REPORTER
from states.casebook.intake import reports
from states.casebook.lookups import questions
from states.casebook.lookups.questions import Answer
from states.casebook.reading.whole_case import RECORDS
from states.contents.content import Person
from states.contents.reports import ReportContent, SubjectContent
from states.vocabulary.cases import ReportChannel
from states.vocabulary.danger import Ability, Behaviour, Danger, ThreatMeans, ThreatTiming
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.sources import AnswerStatus
from tests.cases.walking import Walk
from tests.console.conftest import Tat
from tests.states.store.test_outbox import take_up

#: a report in which every field says something that only it says
REPORT = ReportContent(
    behaviour_of_concern="Zqx01 shouted.",
    subject=SubjectContent(
        name="Zqx02 Sample",
        also_known_as=("Zqx03",),
        other_identification="Zqx04",
        identifiers={IdentifierKind.PHONE: "Zqx05"},
        affiliations=(Affiliation.STUDENT,),
        site="silver_city",
    ),
    reporter=Person(name="Zqx06", phone="Zqx07", email="zqx08@example.edu"),
    channel=ReportChannel.FORM,
    occurred_on=date(2026, 2, 3),
    occurred_at="Zqx09",
    behaviours=(Behaviour.USE_OF_OBJECT,),
    means=(ThreatMeans.THROUGH_ANOTHER,),
    timing=(ThreatTiming.CONDITIONAL,),
    implied=True,
    ability=Ability.NO,
    own_observation=False,
    willing_to_talk=False,
    specific_threat_or_event="Zqx10",
    has_other_contact=True,
    other_contact=Person(name="Zqx11"),
    imminent=True,
    dangers=(Danger.EXPLOSIVES,),
    threatened_for=date(2031, 4, 5),
    private=True,
    taken_by="aa_eeo",
    endangered=(Affiliation.RESIDENT_FAMILY,),
    endangered_names=("Zqx12",),
    may_be_mailed=False,
    by_phone=True,
)


def test_every_kind_of_record_has_its_place_on_the_page() -> None:
    """What a case is made of and what its page asks for are one list."""
    parts = Path(shown.__file__).parent.rglob("*.py")
    asked = {name for part in parts for name in re.findall(r'\.of\(\s*"(\w+)"', part.read_text("utf-8"))}
    assert {model.__tablename__ for model in RECORDS} - asked == set()


def test_every_field_of_a_report_is_on_the_page(tat: Tat, walk: Walk) -> None:
    """Whether the reporter is willing to talk, what makes it an emergency, and all that the form asks."""
    number = reports.report(walk.book, REPORT, by=REPORTER).number
    page = " ".join(tat("case", "show", number).stdout.split())
    written = set(re.findall(r"[Zz]qx\d\d", REPORT.model_dump_json()))
    assert {mark for mark in written if mark not in page} == set()
    for said in (
        "IMMINENT",
        "Implied yes",
        "Willing to talk no",
        "Other contact yes: Zqx11",
        "not by the reporter themselves",
        "Privacy asked for",
        "2026-02-03",
        "Threatened for 2031-04-05",
        "Kinds use of object, through another, conditional",
        "What makes it one explosives",
        "Able to carry it out no",
        "In danger resident family",
        "Taken by aa_eeo",
        "Mail wants none of questions",
        "Told by telephone",
    ):
        assert said in page, said
    # What it follows up is the id of a verbal report; a new field has to be given above, and shown.
    assert set(ReportContent.model_fields) - REPORT.model_fields_set == {"follows_up"}


def test_an_answer_without_a_part_says_so_on_the_page_and_among_what_is_missing(tat: Tat, walk: Walk) -> None:
    """Nobody reads the half for the whole, and `tat case can` says what would be needed."""
    number = walk.in_inquiry()
    work = take_up(walk.book, kinds=[EffectKind.COLLECT_RECORDS])
    question = questions.questions(walk.book, work)[0]
    half = Answer(AnswerStatus.FOUND, "any", "without_grades_and_guardians")
    questions.record_answer(walk.book, work, question.id, half)
    page = " ".join(tat("case", "show", number).stdout.split())
    assert "Incomplete without grades and guardians" in page
    assert "(found without grades and guardians)" in " ".join(tat("case", "can", number).stdout.split())
