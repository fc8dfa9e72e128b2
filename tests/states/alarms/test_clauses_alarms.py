"""Alarms: who is called, in which order, who takes over, and that nobody is told the same thing twice."""

from datetime import timedelta

import pytest

from states.access import REPORTER
from states.casebook.alarms import answers, duty
from states.casebook.inquiry import correcting, triage
from states.casebook.intake import begun, reports
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.closing import TakeOverContent
from states.contents.reports import ReportContent, SubjectContent
from states.contents.team import MemberContent
from states.errors import BadInput, Refused, UnknownRecord
from states.policy.places import by_mail
from states.vocabulary.cases import Level
from states.vocabulary.danger import AnswerWay, Behaviour, CallStatus, Danger
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.people import IdentifierKind, Role
from tests.cases import answering
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import case, everything, owed, running, verified

OFFICER = TakeOverContent(who="Invented Officer", agency="University Police")


def imminent(walk: Walk, **given: object) -> str:
    """Report an imminent danger; gives the case's number."""
    subject = given.pop("subject", {"site": "deming", "identifiers": {"campus_id": "invented-1"}})
    content = ReportContent.read(
        {"behaviour_of_concern": "An invented threat.", "imminent": True, "subject": subject, **given}
    )
    return reports.report(walk.book, content, by=REPORTER).number


@pytest.mark.clause("W-13", "W-14")
def test_university_police_and_the_campus_s_own_are_called_at_once(walk: Walk) -> None:
    """Whichever campus it is; nobody has to decide, screen or look anything up first."""
    calls = answering.calls(walk.book, imminent(walk))
    assert [answering.codes(call) for call in calls] == [["police:silver_city"], ["police:deming"]]


@pytest.mark.clause("W-13")
@pytest.mark.parametrize("level", [Level.EXTREME, Level.SEVERE])
def test_a_provisional_level_alone_alerts_the_police(walk: Walk, level: Level) -> None:
    """Extreme and Severe, from the first screening on."""
    number = walk.reported()
    triage.screen(walk.book, number, by=walk.officer, level=level, because="x")
    (call, *_) = answering.calls(walk.book, number)
    assert call.level is level


@pytest.mark.clause("M-04", "U-12", "U-15")
def test_an_alarm_that_nobody_answers_goes_on_to_other_channels_and_persons_and_begins_again(
    walk: Walk, watch: Watch
) -> None:
    """Police and whoever is on call at once, then push, lead, chair and team; then from the start."""
    content = MemberContent(name="x", address="nurse@wnmu.example", text="ntfys://push.example/nurse")
    members.enrol(walk.book, "nurse", content, by=walk.chair, offices=["health_services"])
    duty.put_on_call(
        walk.book,
        "nurse",
        by=walk.chair,
        starts_at=watch.now - timedelta(hours=1),
        ends_at=watch.now + timedelta(hours=8),
    )
    number = imminent(walk)
    reached, mail = [], []
    for _ in range(22):
        for call in answering.calls(walk.book, number):
            reached += answering.codes(call)
            mail += [by_mail(recipient.address) for recipient in call.recipients]
        watch.forward(minutes=1)
    assert reached[:4] == ["police:silver_city", "police:deming", "nurse", "police:silver_city"]
    assert mail[:4] == [True, True, False, False]
    assert "chair" in reached
    (shown,) = answers.show(walk.book, number, by=walk.chair)
    assert {call.round for call in shown.calls} == {1, 2}
    assert EffectKind.REMIND in owed(walk.book, number), "the team and the operators are told"
    assert answering.owed(walk.book, number), "it never ends by itself"


@pytest.mark.clause("U-12")
def test_with_too_few_on_the_roster_the_chair_is_called_in_their_place(walk: Walk, watch: Watch) -> None:
    """A roster that nobody filled in is no reason to call nobody."""
    content = MemberContent(name="x", address="chair@wnmu.example", text="ntfys://push.example/chair")
    members.enrol(
        walk.book,
        "chair",
        content,
        by=walk.chair,
        offices=["student_affairs"],
        roles=(Role.CHAIR, Role.MEMBER),
    )
    number = imminent(walk)
    reached = [code for call in answering.calls(walk.book, number) for code in answering.codes(call)]
    assert "chair" in reached
    gaps = duty.roster(walk.book, by=walk.chair).gaps
    assert gaps[0][0] == watch.now


def secret_of(walk: Walk, number: str) -> str:
    """The secret in the first call that goes out."""
    return answering.calls(walk.book, number)[0].recipients[0].secret


@pytest.mark.clause("W-13", "U-15")
def test_looking_at_the_link_takes_nothing_over_and_saying_so_ends_the_calls(
    walk: Walk, watch: Watch
) -> None:
    """Who and when is on record; pressing twice changes nothing, and another's link still shows it."""
    number = imminent(walk)
    first, second = answering.calls(walk.book, number)
    secret = first.recipients[0].secret
    before = everything(walk.book)
    assert answers.asked(walk.book, secret).alarm.taken_over_at is None
    assert everything(walk.book) == before
    watch.forward(minutes=1)
    answers.by_link(walk.book, secret, OFFICER)
    after = everything(walk.book)
    answers.by_link(walk.book, secret, OFFICER)
    assert everything(walk.book) == after
    assert answers.asked(walk.book, second.recipients[0].secret).alarm.taken_over_at == watch.now
    watch.forward(hours=2)
    assert answering.calls(walk.book, number) == []
    assert answering.owed(walk.book, number) == []
    (shown,) = answers.show(walk.book, number, by=walk.chair)
    assert (shown.answers[0].who, shown.answers[0].way) == ("Invented Officer", AnswerWay.LINK)
    ended = {CallStatus.SENT, CallStatus.NO_ADDRESS, CallStatus.ENDED}
    assert {call.status for call in shown.calls} == {"answered", *ended}
    assert verified(walk.book).cases == 1


@pytest.mark.clause("W-13")
def test_a_link_says_nothing_without_a_name_and_opens_no_other_alert(walk: Walk) -> None:
    """One link, one alert; a button that a machine presses without a name takes nothing over."""
    number = imminent(walk)
    secret = secret_of(walk, number)
    with pytest.raises(BadInput):
        answers.by_link(walk.book, secret, TakeOverContent(who=" "))
    with pytest.raises(UnknownRecord):
        answers.asked(walk.book, "0" * 64)
    walk.act(number, "raise_alarm", {"reason": "Heard again."})
    answers.by_link(walk.book, secret, OFFICER)
    newest, older = answers.show(walk.book, number, by=walk.chair)
    assert (newest.alarm.taken_over_at, older.alarm.taken_over_at is None) == (None, False)


@pytest.mark.clause("U-15")
def test_the_team_enters_who_took_over_by_phone(walk: Walk, watch: Watch) -> None:
    """Also somebody who is not on the case; with nothing open it is refused."""
    number = imminent(walk)
    watch.forward(minutes=3)
    said_at = watch.now - timedelta(minutes=1)
    answers.by_team(walk.book, number, OFFICER, by=walk.officer, at=said_at)
    (line,) = answers.alarms(walk.book, by=walk.officer)
    assert line.taken_over_at == said_at
    assert answers.alarms(walk.book, by=walk.officer, open_only=True) == []
    with pytest.raises(Refused):
        answers.by_team(walk.book, number, OFFICER, by=walk.officer)


@pytest.mark.clause("W-13")
def test_the_same_danger_is_not_alarmed_twice(walk: Walk) -> None:
    """A screening and an assessment that say what the police know join the open alarm."""
    number = imminent(walk)
    triage.screen(walk.book, number, by=walk.officer, level=Level.EXTREME, because="x")
    imminent(walk)
    assert len(walk.records(number, "alarms")) == 1
    assert "alarm_joined" in walk.events(number)


@pytest.mark.clause("W-13")
def test_a_second_alarm_says_what_is_new_and_goes_on_in_place_of_the_first(walk: Walk) -> None:
    """The second says that it is one, and what the first did not say; the first calls nobody any more."""
    number = imminent(walk)
    imminent(walk, dangers=["weapon"], threatened_for="2026-01-08")
    calls = answering.calls(walk.book, number)
    assert [(call.again, call.new) for call in calls] == [(True, (Danger.WEAPON,))] * 2
    assert calls[0].threatened_for is not None
    first, _ = walk.records(number, "alarms")
    assert first["followed_by"]


@pytest.mark.clause("W-13")
def test_whoever_raises_the_alarm_always_gets_through(walk: Walk, watch: Watch) -> None:
    """With nothing new, with an old version on the screen, and with a clock that went back."""
    number = imminent(walk)
    watch.forward(hours=-5)
    acting.act(walk.book, number, "raise_alarm", by=walk.officer, expected=0, given={"reason": "Again."})
    watch.forward(hours=5)
    assert len(walk.records(number, "alarms")) == 2


@pytest.mark.clause("W-13")
def test_a_report_of_imminent_danger_is_never_refused(walk: Walk, watch: Watch) -> None:
    """About a closed case, a report that is none, a time that is ahead, a clock that went back."""
    number = walk.closed()
    subject = {"site": "deming", "identifiers": {"campus_id": "invented-2"}}
    correcting.correct_subject(walk.book, number, SubjectContent.read(subject), by=walk.chair)
    watch.forward(hours=-30)
    content = ReportContent(
        behaviour_of_concern="x",
        subject=SubjectContent(site="deming", identifiers={IdentifierKind.CAMPUS_ID: "invented-2"}),
        imminent=True,
        follows_up="f" * 32,
    )
    ahead = watch.now + timedelta(days=1)
    receipt = reports.report(walk.book, content, by=REPORTER, received_at=ahead)
    assert receipt.number == number
    watch.forward(hours=30)
    assert EffectKind.ALERT_POLICE in owed(walk.book, number)


@pytest.mark.clause("W-51")
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"behaviours": ["threatening"], "channel": "campus_security_authority"}, True),
        ({"behaviours": ["violent"]}, True),
        ({"means": ["writing"], "own_observation": False}, True),
        ({"dangers": ["weapon"]}, True),
        ({"behaviours": ["faculty_misconduct"]}, False),
        ({"behaviours": ["threatening"], "imminent": True}, False),
    ],
)
def test_university_police_are_told_of_any_threat_or_act_of_violence(
    walk: Walk, said: dict[str, object], *, told: bool
) -> None:
    """Known at first hand or by report; one that is imminent is an alarm and needs no second message."""
    content = ReportContent.read({"behaviour_of_concern": "x", "subject": {"site": "deming"}, **said})
    number = reports.report(walk.book, content, by=REPORTER).number
    assert (EffectKind.TELL_POLICE in owed(walk.book, number)) is told


@pytest.mark.clause("W-13")
def test_two_answers_sound_the_alarm_and_the_rest_completes_the_same_report(walk: Walk) -> None:
    """What is told stays when the reporter stops; what is new of the danger is alarmed, the rest is not."""
    started = begun.begin_imminent(walk.book, "deming", by=REPORTER)
    assert [answering.codes(call) for call in answering.calls(walk.book, started.number)] == [
        ["police:silver_city"],
        ["police:deming"],
    ]
    told = {"behaviour_of_concern": begun.NOT_TOLD, "imminent": True, "subject": {"site": "deming"}}
    begun.write_down(
        walk.book, started.report_id, ReportContent.read(told | {"dangers": ["weapon"]}), by=REPORTER
    )
    assert len(walk.records(started.number, "alarms")) == 2
    (row,) = walk.records(started.number, "reports")
    assert (row["begun"], row["content"]["dangers"]) == (True, ["weapon"])
    whole = told | {
        "dangers": ["weapon"],
        "behaviour_of_concern": "He showed a rifle.",
        "behaviours": [Behaviour.THREATENING],
        "subject": {"site": "deming", "name": "Invented Person", "identifiers": {"campus_id": "900 1"}},
    }
    begun.write_down(walk.book, started.report_id, ReportContent.read(whole), by=REPORTER, finished=True)
    assert len(walk.records(started.number, "alarms")) == 2
    (row,) = walk.records(started.number, "reports")
    assert (row["begun"], row["content"]["behaviour_of_concern"]) == (False, "He showed a rifle.")
    assert case(walk.book, started.number).site == "deming"
    with pytest.raises(Refused):
        begun.write_down(walk.book, started.report_id, ReportContent.read(whole), by=REPORTER)
    assert Clock.ALARM_REVIEW in running(walk.book, started.number)


@pytest.mark.clause("U-12")
def test_a_shift_ends_after_it_starts_and_can_be_taken_off(walk: Walk, watch: Watch) -> None:
    """The roster shows from when until when too few are on call."""
    with pytest.raises(BadInput):
        duty.put_on_call(walk.book, "nurse", by=walk.chair, starts_at=watch.now, ends_at=watch.now)
    until = watch.now + timedelta(days=1)
    shift = duty.put_on_call(walk.book, "nurse", by=walk.chair, starts_at=watch.now, ends_at=until)
    roster = duty.roster(walk.book, by=walk.chair)
    assert (roster.shifts[0].shift_id, roster.gaps[0][0]) == (shift, until)
    duty.take_off_call(walk.book, shift, by=walk.chair)
    assert duty.roster(walk.book, by=walk.chair).shifts == []
