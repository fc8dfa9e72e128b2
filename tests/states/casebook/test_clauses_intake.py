"""The clauses on taking reports: from anyone, about anyone, made however, and brought together."""

from typing import Any

import pytest

from states.access import REPORTER, SYSTEM, Actor
from states.casebook.inquiry import correcting, triage
from states.casebook.intake import reports
from states.casebook.persons import joining
from states.casebook.reading import overview
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.reports import ReportContent, SubjectContent
from states.contents.team import MemberContent
from states.errors import TransitionRefused
from states.vocabulary.cases import CaseState, Level, ReportChannel
from states.vocabulary.danger import Behaviour, ThreatMeans, ThreatTiming
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.people import Affiliation, Role
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import case, owed, running


def report(walk: Walk, *, by: Actor = REPORTER, **given: Any) -> reports.Receipt:
    """Take a report about somebody in Silver City."""
    fields = {"behaviour_of_concern": "Shouted.", "subject": {"site": "silver_city"}}
    return reports.report(walk.book, ReportContent.read(fields | given), by=by)


def kept(walk: Walk, number: str) -> dict[str, Any]:
    """The content of a case's first report."""
    content: dict[str, Any] = walk.records(number, "reports")[0]["content"]
    return content


def known(walk: Walk, number: str) -> dict[str, Any]:
    """Put a campus identifier on a case's record; gives a subject by which a report finds it."""
    subject = {"site": "silver_city", "identifiers": {"campus_id": "900000001"}}
    correcting.correct_subject(walk.book, number, SubjectContent.read(subject), by=walk.chair)
    return subject


@pytest.mark.clause("W-01")
@pytest.mark.parametrize("affiliation", Affiliation)
def test_whoever_the_person_is_a_report_opens_a_case(walk: Walk, affiliation: Affiliation) -> None:
    """Student, faculty, staff, visitor or unknown: each is covered."""
    number = walk.reported(affiliation=affiliation)
    assert case(walk.book, number).affiliations == [affiliation]


@pytest.mark.clause("W-01")
def test_a_person_may_be_several_things_and_off_campus(walk: Walk) -> None:
    """What is known later goes on record beside what was known before."""
    number = walk.reported(site="gallup")
    subject = SubjectContent(site="gallup", affiliations=(Affiliation.STUDENT, Affiliation.STAFF))
    correcting.correct_subject(walk.book, number, subject, by=walk.officer)
    assert case(walk.book, number).affiliations == [Affiliation.STUDENT, Affiliation.STAFF]
    assert len(walk.records(number, "subjects")) == 2


@pytest.mark.clause("W-02")
def test_the_team_has_offices_designees_and_a_chair(walk: Walk) -> None:
    """An office's designee speaks for it, and the chair is one of them."""
    by_id = {actor.id: actor for actor, _ in members.members(walk.book, by=SYSTEM)}
    assert by_id["chair"].roles == {Role.CHAIR, Role.MEMBER}
    assert by_id["officer"].offices == {"university_police"}
    content = MemberContent(name="Dee Signee", address="designee@wnmu.example")
    members.enrol(walk.book, "designee", content, by=walk.chair, offices=["university_police"])
    assert members.actor(walk.book, "designee").offices == {"university_police"}


@pytest.mark.clause("W-02")
def test_a_member_is_brought_onto_one_case(walk: Walk) -> None:
    """By name, for that case alone."""
    number, other = walk.reported(), walk.reported()
    for one, brought_in in ((number, ["nurse"]), (other, [])):
        triage.assign(
            walk.book, one, by=walk.chair, lead="chair", offices=["student_affairs"], members=brought_in
        )
    nurse = members.actor(walk.book, "nurse")
    assert [line.number for line in overview.cases(walk.book, by=nurse)] == [number]


@pytest.mark.clause("W-15")
def test_student_affairs_passes_a_report_on_to_the_offices_concerned(walk: Walk) -> None:
    """Whoever speaks for an office that it names has the report from then on; nobody else has."""
    assert "student_affairs" in walk.chair.offices
    number = walk.reported()
    offices = ["student_affairs", "health_services"]
    triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=offices)
    has = {
        member: number
        in [line.number for line in overview.cases(walk.book, by=members.actor(walk.book, member))]
        for member in ("nurse", "dean")
    }
    assert has == {"nurse": True, "dean": False}


@pytest.mark.clause("W-03")
@pytest.mark.parametrize("means", ThreatMeans)
def test_a_threat_is_taken_however_it_was_made(walk: Walk, means: ThreatMeans) -> None:
    """In person, through another, in writing, by phone, by mail, electronically."""
    assert kept(walk, report(walk, means=[means]).number)["means"] == [means]


@pytest.mark.clause("W-03")
@pytest.mark.parametrize("timing", ThreatTiming)
@pytest.mark.parametrize("implied", [True, False])
def test_a_threat_may_be_stated_or_implied_for_now_later_or_in_case(
    walk: Walk, timing: ThreatTiming, *, implied: bool
) -> None:
    """Present, future and conditional threats are told apart."""
    content = kept(walk, report(walk, timing=[timing], implied=implied).number)
    assert (content["timing"], content["implied"]) == ([timing], implied)


@pytest.mark.clause("W-04", "A-04")
@pytest.mark.parametrize("behaviour", Behaviour)
def test_a_report_names_the_behaviours(walk: Walk, behaviour: Behaviour) -> None:
    """Threats stated, joked or implied, violence, stalking; bullying, self-harm and the other concerns."""
    assert kept(walk, report(walk, behaviours=[behaviour]).number)["behaviours"] == [behaviour]


@pytest.mark.clause("W-12")
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("channel", [ReportChannel.WRITTEN, ReportChannel.VERBAL])
def test_anybody_may_report_by_word_or_in_writing(walk: Walk, role: Role, channel: ReportChannel) -> None:
    """Team members too; what is reported is a case at once, and the team is told."""
    receipt = report(walk, by=Actor("somebody", frozenset({role})), channel=channel)
    assert case(walk.book, receipt.number).state == CaseState.REPORTED
    assert owed(walk.book, receipt.number) == [EffectKind.NOTIFY_TEAM]


@pytest.mark.clause("W-12")
def test_a_verbal_report_is_followed_up_in_writing(walk: Walk) -> None:
    """A clock runs until the written report is there; it finds its case even when it names nobody."""
    verbal = report(walk, channel=ReportChannel.VERBAL)
    assert Clock.VERBAL_FOLLOW_UP in running(walk.book, verbal.number)
    written = report(walk, follows_up=verbal.report_id)
    assert (written.number, written.joined) == (verbal.number, True)
    assert Clock.VERBAL_FOLLOW_UP not in running(walk.book, verbal.number)
    assert walk.records(verbal.number, "reports")[0]["follow_up"] == written.report_id


@pytest.mark.clause("W-12")
def test_a_verbal_report_without_its_follow_up_holds_the_assessment_up(walk: Walk) -> None:
    """Until it is written or waived with a reason, and also after a reopening."""
    number = walk.closed()
    receipt = report(walk, channel=ReportChannel.VERBAL, subject=known(walk, number))
    assert receipt.number == number
    walk.act(number, "reopen")
    with pytest.raises(TransitionRefused, match="1 verbal report"):
        walk.act(number, "assess")
    reports.waive_follow_up(walk.book, number, receipt.report_id, by=walk.officer, because="Wants no paper.")
    with pytest.raises(TransitionRefused) as refusal:
        walk.act(number, "assess")
    assert "verbal" not in str(refusal.value)


@pytest.mark.clause("W-13")
@pytest.mark.parametrize("stage", ["monitored", "closed"])
def test_an_imminent_danger_alerts_the_police_about_a_known_person_too(walk: Walk, stage: str) -> None:
    """Also when the case is closed."""
    number = getattr(walk, stage)()
    report(walk, imminent=True, subject=known(walk, number))
    assert EffectKind.ALERT_POLICE in owed(walk.book, number)


@pytest.mark.clause("W-13")
def test_an_imminent_danger_alerts_the_police_with_the_report(walk: Walk) -> None:
    """Whoever reports it, nobody has to decide anything first."""
    number = report(walk, imminent=True).number
    assert EffectKind.ALERT_POLICE in owed(walk.book, number)
    assert Clock.ALARM_REVIEW in running(walk.book, number)
    assert len(walk.records(number, "alarms")) == 1


@pytest.mark.clause("W-47")
def test_reports_about_one_campus_identifier_come_together(walk: Walk) -> None:
    """Whatever unit they come from, under whatever name."""
    subject = {"site": "silver_city", "identifiers": {"campus_id": "900 000 001"}}
    first = report(walk, subject=subject | {"name": "Sam Sample"})
    second = report(walk, subject=subject | {"name": "S. Sample", "site": "deming"})
    assert (second.number, second.joined) == (first.number, True)
    assert walk.events(first.number) == ["reported", "receive_report"]


@pytest.mark.clause("W-47")
def test_a_name_and_site_only_suggest_that_two_reports_belong_together(walk: Walk) -> None:
    """A person says whether they do."""
    subject = {"site": "silver_city", "name": "Sam Sample"}
    first = report(walk, subject=subject)
    second = report(walk, subject=subject | {"name": "  sam   SAMPLE "})
    assert (second.joined, second.candidates) == (False, (first.number,))
    joining.confirm_link(walk.book, second.number, first.number, by=walk.chair, same_person=True)
    (link,) = walk.records(second.number, "case_links")
    assert link["status"] == "confirmed"


@pytest.mark.clause("W-47")
def test_a_new_report_on_a_case_under_monitoring_asks_for_a_reassessment_now(
    walk: Walk, watch: Watch
) -> None:
    """What is new is looked at at once, not at the next turn."""
    number = walk.monitored()
    watch.forward(days=1)
    report(walk, subject=known(walk, number))
    (line,) = [
        one
        for one in sweeping.running(walk.book, by=SYSTEM, number=number)
        if one.clock == Clock.REASSESSMENT
    ]
    assert line.due_at == watch.now


@pytest.mark.clause("W-47")
def test_a_report_about_a_closed_case_asks_whether_to_reopen_it(walk: Walk) -> None:
    """A clock runs until the team reopens it, or screens the report as None."""
    number = walk.closed()
    subject = known(walk, number)
    report(walk, subject=subject)
    assert Clock.REOPENING in running(walk.book, number)
    triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="An old matter.")
    assert Clock.REOPENING not in running(walk.book, number)
    report(walk, subject=subject)
    possible = [one.row.trigger for one in acting.can(walk.book, number, by=walk.chair) if one.possible]
    assert "reopen" in possible
    walk.act(number, "reopen")
    assert case(walk.book, number).state == CaseState.INQUIRY
    assert Clock.REOPENING not in running(walk.book, number)
