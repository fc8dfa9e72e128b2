"""Who may raise the alarm, which police hear of it, and when the team meets."""

from datetime import UTC, datetime, timedelta

import pytest

from states.access import REPORTER, Actor
from states.calendar.reckoning import due, soonest
from states.casebook.inquiry import correcting, triage
from states.casebook.intake import reports
from states.casebook.plan import meetings
from states.casebook.rounds import results
from states.casebook.triggers import acting
from states.contents.plans import MinutesContent
from states.contents.reports import ReportContent, SubjectContent
from states.errors import NotPermitted
from states.policy.terms import Duration
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.people import IdentifierKind, Role
from tests.cases import answering
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import close_again, take_up
from tests.states.looking import running

STRANGER = Actor("stranger", frozenset({Role.MEMBER}), frozenset({"human_resources"}))


def _about(site: str, *, imminent: bool = False) -> ReportContent:
    subject = SubjectContent(identifiers={IdentifierKind.CAMPUS_ID: "invented-900"}, site=site)
    return ReportContent(behaviour_of_concern="An invented threat.", subject=subject, imminent=imminent)


@pytest.mark.clause("W-13")
def test_a_member_who_is_not_on_the_case_may_raise_the_alarm(walk: Walk) -> None:
    """Life safety is never blocked by paperwork; what a stranger may do, a member may do on any case."""
    number = walk.in_inquiry()
    triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=["student_affairs"])
    acting.act(walk.book, number, "raise_alarm", by=STRANGER, given={"reason": "Seen with a weapon."})
    assert "raise_alarm" in walk.events(number)
    with pytest.raises(NotPermitted):
        acting.can(walk.book, number, by=STRANGER)


@pytest.mark.clause("W-14")
def test_a_second_report_from_another_campus_alerts_the_police_there(walk: Walk) -> None:
    """The danger is where the report says, wherever the case began."""
    first = reports.report(walk.book, _about("silver_city"), by=REPORTER)
    second = reports.report(walk.book, _about("deming", imminent=True), by=REPORTER)
    assert second.number == first.number
    called = {code for call in answering.calls(walk.book, first.number) for code in answering.codes(call)}
    assert called >= {"police:deming", "police:silver_city"}


@pytest.mark.clause("W-14")
def test_a_corrected_site_is_the_site_whose_police_are_alerted(walk: Walk) -> None:
    """What the team has found out about where somebody is counts from then on."""
    number = walk.reported(site="silver_city")
    correcting.correct_subject(walk.book, number, SubjectContent(site="deming"), by=walk.chair)
    walk.act(number, "raise_alarm", {"reason": "Seen near the learning center."})
    called = {code for call in answering.calls(walk.book, number) for code in answering.codes(call)}
    assert called >= {"police:deming", "police:silver_city"}


@pytest.mark.clause("W-13", "W-14")
def test_the_police_of_every_site_where_the_person_may_be_are_called(walk: Walk) -> None:
    """Of all that the case names, at once and each by a call of its own; the alert names the others, too."""
    subject = {"site": "silver_city", "further_sites": ["deming", "gallup"]}
    given = {"behaviour_of_concern": "x", "imminent": True, "subject": subject}
    number = reports.report(walk.book, ReportContent.read(given), by=REPORTER).number
    calls = answering.calls(walk.book, number)
    assert [answering.codes(call) for call in calls] == [
        ["police:silver_city"],
        ["police:deming"],
        ["police:gallup"],
    ]
    assert {(call.site, call.elsewhere) for call in calls} == {("silver_city", ("deming", "gallup"))}


@pytest.mark.clause("W-14")
def test_a_site_that_becomes_known_while_an_alarm_is_open_has_its_police_called(walk: Walk) -> None:
    """By a report that names it, and by the team's own decision; not again for a site that was called."""
    subject = {"site": "silver_city", "identifiers": {"campus_id": "invented-900"}}
    given = {"behaviour_of_concern": "x", "imminent": True, "subject": subject}
    number = reports.report(walk.book, ReportContent.read(given), by=REPORTER).number
    assert len(answering.calls(walk.book, number)) == 1
    reports.report(walk.book, _about("deming"), by=REPORTER)
    called = [code for call in answering.calls(walk.book, number) for code in answering.codes(call)]
    assert called == ["police:silver_city", "police:deming"]
    for _ in range(2):
        known = SubjectContent.read(subject | {"further_sites": ["deming", "gallup"]})
        correcting.correct_subject(walk.book, number, known, by=walk.chair)
        called = [code for call in answering.calls(walk.book, number) for code in answering.codes(call)]
        assert called in (["police:silver_city", "police:deming", "police:gallup"], [])
    causes = [alarm["cause"] for alarm in walk.records(number, "alarms")]
    assert causes == ["imminent_report", "further_site", "further_site"]


def test_the_site_that_keeps_the_earliest_time_counts_for_what_an_alarm_starts(walk: Walk) -> None:
    """A holiday at the first site puts nothing off that is due at another one before."""
    home = walk.book.pack.site("silver_city")
    abroad = home.model_copy(update={"country": "IN", "subdivision": None})
    thanksgiving_eve, days = datetime(2026, 11, 25, 17, 0, tzinfo=UTC), Duration(business_days=1)
    earlier = due(thanksgiving_eve, days, abroad)
    assert earlier < due(thanksgiving_eve, days, home)
    assert soonest(thanksgiving_eve, days, [home, abroad]) == earlier


@pytest.mark.clause("W-30")
def test_a_new_alarm_calls_a_meeting_that_is_still_ahead(walk: Walk, watch: Watch) -> None:
    """A meeting that nobody wrote minutes of does not stand for one that is needed now."""
    number = walk.reported()
    walk.act(number, "raise_alarm", {"reason": "A weapon."})
    first, _, _ = results.convene(walk.book, take_up(walk.book, number, EffectKind.CONVENE_TEAM))
    watch.forward(days=30)
    walk.act(number, "raise_alarm", {"reason": "A weapon again."})
    second, _, at = results.convene(walk.book, take_up(walk.book, number, EffectKind.CONVENE_TEAM))
    assert second != first
    assert at > watch.now


@pytest.mark.clause("U-06")
def test_a_second_closing_calls_a_debrief_that_is_still_ahead(walk: Walk, watch: Watch) -> None:
    """The debrief of an earlier course that never took place is over."""
    number = walk.closed()
    results.debrief(walk.book, take_up(walk.book, number, EffectKind.CLOSE_OUT))
    watch.forward(days=60)
    walk.act(number, "reopen", {"reason": "New threats."})
    close_again(walk, number)
    _, at = results.debrief(walk.book, take_up(walk.book, number, EffectKind.CLOSE_OUT))
    assert at > watch.now


@pytest.mark.clause("W-31")
def test_a_reopened_case_has_its_first_meeting_on_the_clock(walk: Walk, watch: Watch) -> None:
    """The team meets about a case that comes back as about any other; holding the meeting stops the clock."""
    number = walk.closed()
    watch.forward(days=60)
    triage.screen(walk.book, number, by=walk.officer, level=Level.ELEVATED, because="New threats.")
    walk.act(number, "reopen", {"reason": "New threats."})
    assert Clock.FIRST_MEETING in running(walk.book, number)
    meeting, _, at = results.convene(walk.book, take_up(walk.book, number, EffectKind.CONVENE_TEAM))
    watch.now = at
    minutes = MinutesContent(present=("chair", "officer", "nurse"), minutes="They met.")
    meetings.hold(walk.book, number, meeting, minutes, by=walk.chair)
    assert Clock.FIRST_MEETING not in running(walk.book, number)


@pytest.mark.clause("W-31")
def test_the_first_meeting_is_called_for_no_later_than_its_clock(walk: Walk, watch: Watch) -> None:
    """The plan's 48 hours run from the report, and not from when the inquiry was opened."""
    number = walk.screened(Level.MODERATE)
    received = watch.now
    watch.forward(hours=30)
    walk.act(number, "open_inquiry")
    _, _, at = results.convene(walk.book, take_up(walk.book, number, EffectKind.CONVENE_TEAM))
    assert watch.now < at <= received + timedelta(hours=48)
