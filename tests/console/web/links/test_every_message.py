"""Every message that the team sends: its link opens what it speaks of, or the sign-in that leads there."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

from notifications.messages.registry import MESSAGES
from states.casebook.alarms.calling import Threat
from states.casebook.closing import endings
from states.casebook.disclosing.notices import Draft
from states.casebook.disclosing.releases import Standing
from states.casebook.record.returned import Returned
from states.casebook.referrals.sending import NextLink
from states.casebook.rounds import results
from states.casebook.rounds.results import Invited
from states.casebook.rounds.team_clocks import SemesterCounts
from states.casebook.team import members
from states.contents.payloads import AccountChanged
from states.contents.team import MemberContent
from states.tables import Referral, table_of
from states.vocabulary.danger import Danger
from states.vocabulary.effects import Clock, DeadlineStage, EffectKind
from states.vocabulary.leaving import RecipientKind, ReferralKind, ReleaseStatus
from states.vocabulary.people import AccountChange, Role
from states.vocabulary.plans import MeetingKind, PlanKind
from tasks.drafts.composing import Writer
from tests.cases.referring import referred, send
from tests.console.web.conftest import Served
from tests.console.web.links.conftest import desk_of
from tests.console.web.links.sent import alarmed, conveyed, handed_over
from tests.states.courses.taking_up import take_up
from tests.states.looking import rows

#: what pages behind secrets say at first, by the message that leads there
SAYS = {
    "alert": "EMERGENCY",
    "not_taken_over": "EMERGENCY",
    "conveyance": "A recommendation concerning your unit",
    "disposition_notice": "What came of your report",
    "handover": "Follow-up passes to you",
    "reporter_question": "Come back to your report",
    "referral": "What does your office make of it?",
}


def told_of_a_case(served: Served, drafting: Writer, number: str) -> Iterator[Draft]:
    """What members are told of a case that is monitored."""
    walk, now = served.walk, served.book.clock()
    soon = now + timedelta(days=1)
    action = next(each for each in walk.records(number, "plan_actions") if each["owner"] == "nurse")
    meeting = walk.met(number)
    yield from drafting.news("screened")
    yield from drafting.action(action["id"], "nurse", soon, PlanKind.THREAT_MANAGEMENT)
    (referral,) = walk.records(number, "referrals")
    (row,) = rows(served.book, Referral, table_of(Referral).c.id == referral["id"])
    yield from drafting.withheld(row, ())
    for clock, about in ((Clock.PLAN_ACTION, action["id"]), (Clock.ASSESSMENT, "")):
        yield from drafting.reminder(clock, DeadlineStage.REMINDED, "nurse", soon, now=now, about=about)
    yield from drafting.reminder(Clock.ASSESSMENT, DeadlineStage.ESCALATED, "", now, now=soon)
    yield from drafting.meeting(meeting, MeetingKind.REVIEW, soon)
    yield from drafting.debrief(meeting, soon)
    yield from drafting.reassessment("an-entry", soon, PlanKind.THREAT_MANAGEMENT)
    yield from drafting.check_in("an-entry", "nurse", soon, 1, 2)
    for kind, template in ((MeetingKind.REVIEW, "meeting_invitation"), (None, "checkin_invitation")):
        address = "invented-nurse-address@wnmu.example"
        yield drafting.cancellation(Invited("an-entry", template, kind, soon, "nurse", address, 1))
    yield from drafting.stuck(EffectKind.REMIND, 3)
    yield from drafting.not_delivered(Returned("team_notice", "dean", now, alarm=False))
    yield from drafting.police_notice(Threat("silver_city", (), (Danger.WEAPON,), None))
    yield from drafting.unanswered("silver_city", 2)
    link = send(walk, number, referral["id"]).link
    yield from drafting.office_link(NextLink(referral["id"], "student_affairs", soon, link))


def told_of_the_team(served: Served, drafting: Writer) -> Iterator[Draft]:
    """What is told of no case."""
    now = served.book.clock()
    yield from drafting.together("nurse", (), ())
    yield from drafting.account(AccountChanged(member="nurse", happened=AccountChange.SET_UP, at=now))
    yield from drafting.roster_gaps([(now, now + timedelta(hours=1))])
    yield from drafting.template_broken("reminder")
    yield from drafting.ledger_broken("invented")
    yield from drafting.anchor("an-anchor")
    yield from drafting.semester(SemesterCounts("Spring", 1, 0, 1, 0, {}), "an-anchor")
    yield from drafting.annual_review(now, None)
    standing = Standing(
        "a-text", ReleaseStatus.DRAFTED, RecipientKind.MEDIA, now, ("student_affairs",), "nurse"
    )
    yield from drafting.clearing(standing)


def told_outside(served: Served) -> Iterator[tuple[str, str]]:
    """By message, the links that whoever has no account is sent, in a message of their own."""
    for message in ("alert_police", "alert_brief", "not_taken_over"):
        yield message, alarmed(served)[1]
    yield "conveyance", conveyed(served)[1]
    yield "handover", handed_over(served)[1]
    number = served.walk.closed()
    work = take_up(served.book, number, EffectKind.CLOSE_OUT)
    (reporter,) = endings.reporters_to_tell(served.book, work)
    yield "disposition_notice", f"/reports/told/{reporter.secret}"
    number, referral = referred(served.walk)
    link = f"/referrals/answer/{send(served.walk, number, referral).link}"
    for kind in ReferralKind:
        yield f"referral_{kind}", link
    # The page that it is for is open already; what it names is where all of ours begin.
    yield "link_code", "/"
    # Whoever is told so has number and secret already.
    yield "reporter_question", "/report/return"


def writer_of(served: Served, number: str, kind: EffectKind) -> Writer:
    """Somebody who drafts what an effect of a case tells."""
    work = take_up(served.book, number, kind)
    desk = desk_of(served)
    return Writer(desk.book.pack, desk.settings, results.brief(served.book, work))


def test_every_message_s_link_opens_what_it_speaks_of_or_the_sign_in_that_leads_there(served: Served) -> None:
    """To a member what is theirs, to whoever has no account what they were told of; to others nothing."""
    chair = served.walk.chair
    operator = MemberContent(name="invented-operator-name", address="operator@wnmu.example")
    members.enrol(served.book, "operator", operator, by=chair, roles=[Role.OPERATOR])
    number = served.walk.monitored(referrals=(ReferralKind.CONDUCT,))
    of_case = writer_of(served, number, EffectKind.ASSIGN_ACTIONS)
    of_team = Writer(
        served.book.pack,
        desk_of(served).settings,
        replace(of_case._brief, number=""),  # noqa: SLF001
    )
    drafts = [*told_of_a_case(served, of_case, number), *told_of_the_team(served, of_team)]
    links = [
        (each.template, each.recipient, each.context["link"].removeprefix(served.url)) for each in drafts
    ]
    links += [(message, "", link) for message, link in told_outside(served)]
    assert {message for message, _, _ in links} == set(MESSAGES)
    stranger = served.stranger()
    team = {member: served.browser(member) for member in ("chair", "officer", "nurse", "dean", "operator")}
    for message, recipient, link in links:
        shown = stranger.get(link)
        if re.search(r"[0-9a-f]{64}|^/report/", link):
            says = next(said for begins, said in SAYS.items() if message.startswith(begins))
            assert (shown.status_code, says in shown.text) == (200, True), message
            assert "invented" not in shown.text, message
            continue
        to = "" if link == "/" else f"?to={quote(link)}"
        assert (shown.status_code, shown.headers["location"]) == (303, f"/sign-in{to}"), message
        if recipient in team:
            mine = team[recipient].get(link)
            assert (mine.status_code, number in mine.text or link == "/") == (200, True), (message, recipient)
    # Whom an action or a meeting is not for is told nothing of it.
    for path in ("/actions/none", "/meetings/none"):
        assert team["operator"].get(path).status_code == 404
