"""Flows that tell people: each tells those whom the plan names, and nobody else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from states.access import SYSTEM
from states.casebook.inquiry import triage
from states.casebook.plan import doing, meetings
from states.casebook.protecting import orders
from states.casebook.record import returned
from states.casebook.record.files import Enclosed
from states.casebook.referrals import answers
from states.casebook.triggers import acting
from states.contents.leaving import OutcomeContent
from states.contents.plans import AgreedContent, MinutesContent, ProtectiveOrderContent
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind, NoticeNews
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from states.vocabulary.people import Affiliation
from states.vocabulary.plans import MeetingKind
from tasks.desk import Desk
from tests.cases import answering
from tests.cases.planning import in_force
from tests.cases.walking import TEAM, Walk
from tests.installations.running import Runs
from tests.states.looking import owed

#: everybody on the invented team
EVERYBODY = {f"invented-{member}-address@wnmu.example" for member, _, _ in TEAM}

#: the police of the main campus
UNIVERSITY_POLICE = "university.police@wnmu.example"


async def alert(walk: Walk, runs: Runs, number: str) -> None:
    """Carry the calls of an alarm that are due at once."""
    for line in answering.owed(walk.book, number):
        if line.due_at <= line.created_at:
            await runs.effect(line.effect_id)


@pytest.mark.clause("W-13")
async def test_an_extreme_case_reaches_the_university_police(walk: Walk, runs: Runs) -> None:
    """Screened Extreme, the police of the main campus are told, and the case knows that they are."""
    number = walk.reported()
    triage.screen(walk.book, number, by=walk.officer, level=Level.EXTREME, because="A plan was found.")
    await alert(walk, runs, number)
    assert runs.told() == {UNIVERSITY_POLICE: ["alert_police"]}
    assert runs.mail()[0]["Importance"] == "high"
    assert walk.records(number, "alarms")[0]["police_alerted_at"] is not None
    assert [d["recipient"] for d in walk.records(number, "disclosures")] == ["police:silver_city"]


@pytest.mark.clause("W-14")
@pytest.mark.parametrize(
    ("site", "address"),
    [
        ("deming", "dispatch@deming-police.example"),
        ("gallup", "dispatch@gallup-police.example"),
        ("lordsburg", "dispatch@lordsburg-police.example"),
        ("t_or_c", "dispatch@torc-police.example"),
    ],
)
async def test_an_alarm_at_another_campus_reaches_the_police_there(
    walk: Walk, runs: Runs, site: str, address: str
) -> None:
    """Local law enforcement is told the same as University Police, who hear of every campus."""
    number = walk.reported(site=site)
    walk.act(number, "raise_alarm")
    await alert(walk, runs, number)
    assert runs.told() == {UNIVERSITY_POLICE: ["alert_police"], address: ["elsewhere"]}
    for mail in runs.mail():
        assert mail["Subject"].startswith(f"EMERGENCY / EMERGENCIA {walk.book.pack.site(site).name}")
        assert "/m/" in mail.as_string().replace("=\n", "")


async def test_the_police_are_told_again_of_a_second_alarm(walk: Walk, runs: Runs) -> None:
    """Each alarm is a message of its own; none is taken for a repetition."""
    number = walk.reported()
    for _ in range(2):
        walk.act(number, "raise_alarm")
        await alert(walk, runs, number)
    assert runs.told() == {UNIVERSITY_POLICE: ["alert_police", "alert_police"]}


@pytest.mark.parametrize(
    ("level", "kind", "within"),
    [
        pytest.param(Level.SEVERE, "emergency", timedelta(hours=2), marks=pytest.mark.clause("W-30")),
        pytest.param(Level.ELEVATED, "initial", timedelta(hours=48), marks=pytest.mark.clause("W-31")),
        pytest.param(Level.MODERATE, "initial", timedelta(hours=48), marks=pytest.mark.clause("W-31")),
        pytest.param(Level.MILD, "initial", timedelta(days=14), marks=pytest.mark.clause("W-32")),
    ],
)
async def test_the_team_is_invited_in_time(
    walk: Walk, runs: Runs, level: Level, kind: str, within: timedelta
) -> None:
    """Everybody on the case gets an invitation to a meeting whose time fits the level."""
    called_at = walk.book.clock()
    number = walk.in_inquiry(level)
    await runs.only(number, EffectKind.CONVENE_TEAM)
    (meeting,) = walk.records(number, "meetings")
    assert meeting["kind"] == kind
    assert called_at < meeting["scheduled_at"] <= walk.book.clock() + within
    assert runs.told() == {address: ["meeting_invitation"] for address in EVERYBODY}
    for mail in runs.mail():
        assert "BEGIN:VCALENDAR" in str(mail)
        text = mail.get_body(("plain",))
        assert text is not None
        # The zone by its name, as people say it, although the invitation has been written down meanwhile.
        assert re.search(r"\d:\d\d [AP]M M[SD]T\b", text.get_content())


async def test_one_urgent_meeting_is_enough(walk: Walk, runs: Runs) -> None:
    """An emergency meeting that is called and not yet held serves a second call, too."""
    number = walk.in_inquiry(Level.SEVERE)
    for effect_id in runs.owed(number, EffectKind.CONVENE_TEAM):
        await runs.effect(effect_id)
    assert len(walk.records(number, "meetings")) == 1


@pytest.mark.clause("U-04")
async def test_a_meeting_that_is_called_off_leaves_every_calendar_it_is_in(walk: Walk, runs: Runs) -> None:
    """Those who were invited get the same entry with a raised sequence, cancelled (RFC 5546)."""
    number = walk.in_inquiry()
    await runs.only(number, EffectKind.CONVENE_TEAM)
    walk.act(number, "raise_alarm", {"reason": "A weapon."})
    await runs.only(number, EffectKind.CONVENE_TEAM)
    await runs.only(number, EffectKind.CANCEL_MEETINGS)
    told = ["meeting_cancelled", "meeting_invitation", "meeting_invitation"]
    assert runs.told() == dict.fromkeys(EVERYBODY, told)
    found: dict[str, list[tuple[Any, ...]]] = {}
    for mail in runs.mail():
        if mail["To"] != min(EVERYBODY):
            continue
        (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        calendar = Calendar.from_ical(part.get_content())
        (event,) = calendar.walk("VEVENT")
        assert part.get_content_charset() == "utf-8"
        assert part["Content-Type"].params["method"] == calendar["METHOD"]
        entry = (str(calendar["METHOD"]), str(event["STATUS"]), event["SEQUENCE"])
        found.setdefault(str(event["UID"]), []).append(entry)
    request, cancel = ("REQUEST", "CONFIRMED", 0), ("CANCEL", "CANCELLED", 1)
    assert sorted(sorted(entries) for entries in found.values()) == [[cancel, request], [request]]


@pytest.mark.clause("W-42")
async def test_the_team_is_told_of_a_protective_order_without_a_name(walk: Walk, runs: Runs) -> None:
    """Whoever is on the case learns that there is one; the police get their copy by a way of its own."""
    number = walk.in_inquiry()
    order = ProtectiveOrderContent(protects="Riley Example", against="Sam Sample")
    orders.file(walk.book, number, order, by=walk.officer)
    await runs.only(number, EffectKind.NOTIFY_TEAM)
    assert runs.told() == {address: ["team_notice"] for address in EVERYBODY}
    assert not any("Riley" in str(mail) or "Sample" in str(mail) for mail in runs.mail())


async def test_owners_learn_of_their_actions(walk: Walk, runs: Runs) -> None:
    """Whoever owns an action of the plan is told by when, and nobody else is (W-07, W-08)."""
    number = walk.monitored()
    await runs.only(number, EffectKind.ASSIGN_ACTIONS)
    assert runs.told() == {
        "invented-officer-address@wnmu.example": ["action_assigned"],
        "invented-nurse-address@wnmu.example": ["action_assigned"],
    }


@pytest.mark.parametrize(
    ("affiliation", "kind", "told"),
    [
        pytest.param(
            Affiliation.STUDENT,
            ReferralKind.CONDUCT,
            {"student.affairs@wnmu.example": ["referral_conduct"]},
            marks=pytest.mark.clause("W-22"),
        ),
        pytest.param(
            Affiliation.FACULTY,
            ReferralKind.CONDUCT,
            {"academic.affairs@wnmu.example": ["referral_conduct"]},
            marks=pytest.mark.clause("W-22"),
        ),
        pytest.param(
            Affiliation.STAFF,
            ReferralKind.CONDUCT,
            {"human.resources@wnmu.example": ["referral_conduct"]},
            marks=pytest.mark.clause("W-22"),
        ),
        pytest.param(
            Affiliation.STUDENT,
            ReferralKind.COUNSELLING,
            {"counseling@wnmu.example": ["referral_counselling"]},
            marks=pytest.mark.clause("W-23"),
        ),
        pytest.param(
            Affiliation.VISITOR,
            ReferralKind.PROSECUTION,
            {UNIVERSITY_POLICE: ["referral_prosecution"]},
            marks=pytest.mark.clause("W-24"),
        ),
        pytest.param(
            Affiliation.STUDENT,
            ReferralKind.OTHER,
            {"student.affairs@wnmu.example": ["referral_other"]},
            marks=[pytest.mark.clause("W-25"), pytest.mark.clause("W-15")],
        ),
    ],
)
async def test_a_referral_goes_to_the_office_that_the_plan_names(
    walk: Walk, runs: Runs, affiliation: Affiliation, kind: ReferralKind, told: dict[str, list[str]]
) -> None:
    """Discipline goes by the handbook that applies, and all else to its office."""
    number = walk.monitored(affiliation=affiliation, referrals=(kind,))
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    assert runs.told() == told
    (referral,) = walk.records(number, "referrals")
    assert referral["status"] == ReferralStatus.SENT


@pytest.mark.clause("W-22")
@pytest.mark.parametrize("kind", [ReferralKind.CONDUCT, ReferralKind.COUNSELLING])
async def test_the_vice_president_of_the_unit_gets_the_recommendation_with_its_content(
    walk: Walk, runs: Runs, kind: ReferralKind
) -> None:
    """Whichever kind it is: a letter with what is recommended and of whom, in the university's own mail."""
    number = walk.monitored(referrals=(kind,), unit="operations")
    await runs.only(number, EffectKind.CONVEY_RECOMMENDATIONS)
    assert runs.told() == {"business.affairs@wnmu.example": ["conveyance"]}
    (mail,) = runs.mail()
    (letter,) = mail.iter_attachments()
    assert letter.get_content_type() == "application/pdf"
    (referral,) = walk.records(number, "referrals")
    assert (referral["convey_to"], referral["conveyed_at"] is None) == ("business_affairs", False)
    (notice,) = walk.records(number, "notices")
    assert (notice["recipient"], notice["message_id"]) == ("business_affairs", mail["Message-ID"])
    came_back = Enclosed("", "message/rfc822", b"It came back.")
    returned.hear(walk.book, [notice["message_id"]], NoticeNews.FAILED, came_back, by=SYSTEM)
    assert EffectKind.REMIND in owed(walk.book, number), "somebody is told that the letter came back"


async def test_a_referral_is_on_record_as_a_disclosure(walk: Walk, runs: Runs, desk: Desk) -> None:
    """What left the team is on record with its basis, and no narrative left."""
    number = walk.monitored()
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    assert [(d["recipient"], d["purpose"]) for d in walk.records(number, "disclosures")] == [
        ("counselling", "referral")
    ]
    assert not any("invented-referral" in str(mail) for mail in runs.mail())
    available = {each.row.trigger for each in acting.can(desk.book, number, by=walk.chair)}
    assert "reassess" in available


async def test_an_office_that_answers_first_still_gets_the_referral(
    walk: Walk, runs: Runs, desk: Desk
) -> None:
    """An answer by phone, before the letter has left, neither stops the letter nor is undone by it."""
    number = walk.monitored()
    (referral,) = walk.records(number, "referrals")
    answers.record_outcome(
        desk.book, number, referral["id"], ReferralStatus.ACKNOWLEDGED, OutcomeContent(), by=walk.chair
    )
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    assert runs.told() == {"counseling@wnmu.example": ["referral_counselling"]}
    (referral,) = walk.records(number, "referrals")
    assert (referral["status"], referral["sent_at"] is None) == (ReferralStatus.ACKNOWLEDGED, False)


@pytest.mark.clause("W-07", "W-08")
async def test_an_owner_learns_that_it_is_their_turn_and_by_when(walk: Walk, runs: Runs) -> None:
    """In a message that leads to the action, and says nothing of what it is."""
    number, ids = in_force(walk, [[], [1]])
    first, mine = ids["invented-1"], ids["invented-2"]
    await runs.only(number, EffectKind.ASSIGN_ACTIONS)
    nurse = "invented-nurse-address@wnmu.example"
    assert runs.told()[nurse] == ["action_assigned"]
    doing.complete_action(walk.book, number, first, by=walk.officer)
    await runs.only(number, EffectKind.ASSIGN_ACTIONS)
    assert runs.told()[nurse] == ["action_assigned", "action_turn"]
    (mail,) = [each for each in runs.mail() if "your turn" in each["Subject"]]
    said = str(mail.get_body(("plain",)))
    assert f"/actions/{mine}" in said
    assert "invented-2" not in said


async def test_owners_learn_of_what_a_meeting_agreed_on(walk: Walk, runs: Runs) -> None:
    """In a message that speaks of the meeting, and of no plan (U-04)."""
    number, soon = walk.in_inquiry(), walk.book.clock() + timedelta(hours=1)
    meeting = meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=soon)
    now = walk.book.clock()
    meetings.move(walk.book, number, meeting, by=walk.chair, at=now, because="Invented.")
    action = AgreedContent(what="Invented.", owner="nurse", due_at=now + timedelta(days=2))
    minutes = MinutesContent(present=("chair", "nurse"), minutes="Invented.", actions=(action,))
    meetings.hold(walk.book, number, meeting, minutes, by=walk.chair)
    await runs.only(number, EffectKind.ASSIGN_ACTIONS)
    assert runs.told() == {"invented-nurse-address@wnmu.example": ["action_assigned"]}
    assert "agreed on an action at a meeting" in str(runs.mail()[0].get_body(("plain",)))
