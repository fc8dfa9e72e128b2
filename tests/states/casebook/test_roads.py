"""Domestic violence has its roads, and the ability to carry a threat out is on record (W-54, W-56)."""

import pytest

from states.access import REPORTER
from states.casebook.inquiry import assessing, triage
from states.casebook.intake import reports
from states.casebook.lookups import questions
from states.casebook.reading import timeline
from states.contents.content import Person
from states.contents.inquiry import AssessmentContent
from states.contents.reports import ReportContent, SubjectContent
from states.errors import BadInput
from states.vocabulary.cases import Level, ReportChannel
from states.vocabulary.danger import Ability, Behaviour
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.sources import SourceKind
from tests.cases.walking import Walk
from tests.states.courses.taking_up import take_up


def told(walk: Walk, taken_by: str, *endangered: Affiliation) -> list[str]:
    """The offices that are told of a report of domestic violence."""
    number = walk.reported(
        behaviours=(Behaviour.DOMESTIC_VIOLENCE,), taken_by=taken_by, endangered=endangered
    )
    happened = timeline.timeline(walk.book, number, by=walk.chair)
    (event,) = [each for each in happened if each.what == "told_by_its_road"]
    return list(event.data["offices"])


@pytest.mark.clause("W-54")
def test_an_employees_report_comes_by_supervisor_administrator_or_university_police(walk: Walk) -> None:
    """University Police hear of each; one that came elsewhere is told to those who take such reports."""
    for office in ("supervisor", "human_resources", "university_police"):
        assert told(walk, office, Affiliation.STAFF) == ["university_police"]
    elsewhere = told(walk, "health_services", Affiliation.FACULTY)
    assert {"supervisor", "human_resources", "university_police"} <= set(elsewhere)
    assert "student_affairs" not in elsewhere


@pytest.mark.clause("W-54")
def test_a_students_report_comes_by_student_affairs(walk: Walk) -> None:
    """Whoever took it."""
    for office in ("student_affairs", "academic_affairs"):
        assert told(walk, office, Affiliation.STUDENT) == ["student_affairs", "university_police"]


@pytest.mark.clause("W-54")
def test_of_whom_nobody_knows_what_they_are_every_road_is_told(walk: Walk) -> None:
    """A report is never held up for it; and a report of something else takes no road."""
    assert {"student_affairs", "supervisor", "university_police"} <= set(told(walk, ""))
    assert "told_by_its_road" not in walk.events(walk.reported(behaviours=(Behaviour.STALKING,)))


def test_an_office_that_there_is_not_took_no_report(walk: Walk) -> None:
    """The refusal lists those that there are."""
    with pytest.raises(BadInput, match="student_affairs"):
        walk.reported(behaviours=(Behaviour.DOMESTIC_VIOLENCE,), taken_by="nowhere")
    assert walk.cases() == []


@pytest.mark.clause("W-56")
@pytest.mark.parametrize("ability", Ability)
def test_a_threat_counts_whether_or_not_the_person_can_carry_it_out(walk: Walk, ability: Ability) -> None:
    """What is known of it is on the report and in the assessment, and moves no level."""
    number = walk.in_inquiry(behaviours=(Behaviour.THREATENING,), ability=ability)
    (report,) = walk.records(number, "reports")
    assert report["content"]["ability"] == ability
    content = AssessmentContent(
        level=Level.MODERATE,
        criteria=(walk.book.pack.levels[Level.MODERATE].criteria[0].id,),
        ability=ability,
        factors=(),
        rationale="invented",
        threat_of_violence=True,
        significant_disruption=False,
        participants=("chair", "officer", "nurse"),
    )
    assessing.file_assessment(walk.book, number, content, by=walk.officer)
    (assessment,) = walk.records(number, "assessments")
    assert (assessment["level"], assessment["content"]["ability"]) == ("Moderate", ability)


@pytest.mark.clause("W-16")
def test_the_forms_plate_and_employee_number_are_asked_of_sources_that_need_them(walk: Walk) -> None:
    """They are identifiers of the person, and no free text."""
    subject = SubjectContent(
        name="Uma Example",
        identifiers={IdentifierKind.LICENSE_PLATE: "ABC-123", IdentifierKind.EMPLOYEE_ID: "E-9"},
        affiliations=(Affiliation.STAFF,),
        site="silver_city",
    )
    content = ReportContent(
        behaviour_of_concern="invented",
        subject=subject,
        reporter=Person(name="Rae Example", phone="555-0100"),
        channel=ReportChannel.FORM,
    )
    number = reports.report(walk.book, content, by=REPORTER).number
    triage.screen(walk.book, number, by=walk.officer, level=Level.MODERATE, because="x")
    triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=["student_affairs"])
    walk.act(number, "open_inquiry")
    work = take_up(walk.book, number, EffectKind.COLLECT_RECORDS)
    asked = {question.kind: dict(question.identifiers) for question in questions.questions(walk.book, work)}
    past = asked[SourceKind.PAST_CONTACTS]
    assert (past[IdentifierKind.LICENSE_PLATE], past[IdentifierKind.EMPLOYEE_ID]) == ("ABC-123", "E-9")
    assert asked[SourceKind.HUMAN_RESOURCES][IdentifierKind.EMPLOYEE_ID] == "E-9"
