"""Every message that the team sends: its link opens what it speaks of, or the sign-in that leads there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from notifications.messages.registry import MESSAGES
from states.access import SYSTEM
from states.casebook.alarms import calling
from states.casebook.closing import endings
from states.casebook.disclosing import releases
from states.casebook.disclosing.notices import Draft
from states.casebook.disclosing.releases import Standing
from states.casebook.effects import links
from states.casebook.figures import counting, reporting
from states.casebook.record.returned import Returned
from states.casebook.referrals.sending import NextLink
from states.casebook.rounds import results
from states.casebook.rounds.results import Invited
from states.casebook.team import members
from states.contents.leaving import ReleaseContent
from states.contents.payloads import AccountChanged, News
from states.contents.team import MemberContent, SemesterReportContent
from states.tables import Referral, table_of
from states.vocabulary.danger import Behaviour
from states.vocabulary.effects import Clock, DeadlineStage, EffectKind
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind, ReferralKind, ReleaseStatus
from states.vocabulary.people import AccountChange, Role
from states.vocabulary.plans import MeetingKind, PlanKind
from states.vocabulary.sources import LegalBasis
from tasks.drafts.composing import Writer
from tests.cases.referring import referred, send
from tests.console.web.conftest import Served
from tests.console.web.links.conftest import desk_of
from tests.console.web.links.sent import alarmed, conveyed, handed_over
from tests.states.courses.taking_up import take_up
from tests.states.looking import everything, rows

#: what pages behind secrets say at first, by the message that leads there
SAYS = {
    "alert": "EMERGENCY",
    "police_notice": "A threat or act of violence was reported",
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
    yield from drafting.news(News(trigger="screened"))
    yield from drafting.news(News(trigger="glass_justified", only=("nurse",)))
    yield from drafting.action(action["id"], "nurse", soon, PlanKind.THREAT_MANAGEMENT)
    yield from drafting.turn(action["id"], "nurse", soon)
    (referral,) = walk.records(number, "referrals")
    (row,) = rows(served.book, Referral, table_of(Referral).c.id == referral["id"])
    yield from drafting.withheld(row, ())
    for clock, about in ((Clock.PLAN_ACTION, action["id"]), (Clock.ASSESSMENT, "")):
        yield from drafting.reminder(clock, DeadlineStage.REMINDED, "nurse", soon, now=now, about=about)
    yield from drafting.reminder(Clock.ASSESSMENT, DeadlineStage.ESCALATED, "", now, now=soon)
    yield from drafting.meeting(meeting, MeetingKind.REVIEW, soon)
    yield from drafting.debrief(meeting, soon)
    yield from drafting.reassessment("an-entry", soon, PlanKind.THREAT_MANAGEMENT)
    address = "invented-nurse-address@wnmu.example"
    yield drafting.cancellation(
        Invited(meeting, "meeting_invitation", MeetingKind.REVIEW, soon, "nurse", address, 1)
    )
    yield from drafting.stuck(EffectKind.REMIND, 3)
    yield from drafting.not_delivered(Returned("team_notice", "dean", now, alarm=False))
    yield from drafting.unanswered("silver_city", 2)
    link = send(walk, number, referral["id"]).link
    yield from drafting.office_link(NextLink(referral["id"], "student_affairs", soon, link))


def told_of_a_return(served: Served) -> Iterator[tuple[str, Draft]]:
    """What the owner of a check-in is told: the number of the case, and each message."""
    walk = served.walk
    number, soon = walk.reintegrating(), served.book.clock() + timedelta(days=1)
    drafting = writer_of(served, number, EffectKind.SCHEDULE_CHECKINS)
    check_in = walk.records(number, "check_ins")[0]["id"]
    address = "invented-nurse-address@wnmu.example"
    told = [
        *drafting.check_in(check_in, "nurse", soon, 1, 2),
        *drafting.reminder(Clock.CHECK_IN, DeadlineStage.REMINDED, "nurse", soon, now=soon, about=check_in),
        drafting.cancellation(Invited(check_in, "checkin_invitation", None, soon, "nurse", address, 1)),
    ]
    yield from ((number, draft) for draft in told)


def told_of_a_text(served: Served) -> Iterator[Draft]:
    """What an office is told of a text that waits for its word, and whoever drafted it of what came of it."""
    walk, book = served.walk, served.book
    number = walk.in_inquiry()
    content = ReleaseContent(
        to=RecipientKind.COURT,
        recipient="invented-court",
        basis=LegalBasis.COURT_ORDER,
        purpose=Purpose.EXPORT,
        what=(Disclosed.CASE_STATUS,),
        asked_by="invented-clerk",
        because="invented-because",
        text="invented-sentence",
    )
    release = releases.draft(book, number, content, by=walk.officer)
    drafting, now = writer_of(served, number, EffectKind.ASK_CLEARANCE), book.clock()
    for status in (ReleaseStatus.DRAFTED, ReleaseStatus.AGREED):
        offices = (book.pack.chair_office,) if status is ReleaseStatus.DRAFTED else ()
        yield from drafting.clearing(
            Standing(release, status, RecipientKind.COURT, now, offices, drafted_by="officer")
        )


def reported_on(served: Served) -> SemesterReportContent:
    """A report as it would be sent, without a text."""
    book = served.book
    period = reporting.listed(book, by=SYSTEM)[0].period
    figures = counting.for_report(book, period, by=SYSTEM)
    return SemesterReportContent(figures={chart: tuple(map(str, cells)) for chart, cells in figures.items()})


def told_of_the_team(served: Served, drafting: Writer) -> Iterator[Draft]:
    """What is told of no case."""
    now = served.book.clock()
    yield from drafting.together("nurse", (), ())
    yield from drafting.account(AccountChanged(member="nurse", happened=AccountChange.SET_UP, at=now))
    yield from drafting.roster_gaps([(now, now + timedelta(hours=1))])
    yield from drafting.template_broken("reminder")
    yield from drafting.ledger_broken("invented")
    yield from drafting.anchor("an-anchor")
    yield from drafting.semester("Fall 2025", reported_on(served), "an-anchor")
    yield from drafting.annual_review(now, None)


def told_outside(served: Served) -> Iterator[tuple[str, str]]:
    """By message, the links that whoever has no account is sent, in a message of their own."""
    for message in ("alert_police", "alert_brief", "not_taken_over"):
        yield message, alarmed(served)[1]
    yield "police_notice", threatened(served)
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
    # Whoever is told so has number and secret already.
    yield "reporter_question", "/report/return"


def threatened(served: Served) -> str:
    """The link in what University Police are told of a threat that is no emergency."""
    number = served.walk.reported(behaviours=(Behaviour.THREATENING,))
    threat = calling.threat(served.book, take_up(served.book, number, EffectKind.TELL_POLICE))
    assert threat is not None
    return f"/police/told/{threat.secret}"


def writer_of(served: Served, number: str, kind: EffectKind) -> Writer:
    """Somebody who drafts what an effect of a case tells."""
    work = take_up(served.book, number, kind)
    desk = desk_of(served)
    return Writer(desk.book.pack, desk.settings, results.brief(served.book, work))


@dataclass(frozen=True, slots=True)
class Landing:
    """Where one message leads one recipient.

    Args:
        message: its name.
        recipient: a member's id, an office's code, or a word for whoever has a link.
        link: the path.
        number: of the case that a member reads there; empty: it names none.
        entry: whether a calendar entry comes with it.
    """

    message: str
    recipient: str
    link: str
    number: str = ""
    entry: bool = False

    @property
    def is_by_link(self) -> bool:
        """Whether it opens for whoever holds it, and no account does."""
        return re.search(r"[0-9a-f]{64}", self.link) is not None

    @property
    def is_open(self) -> bool:
        """Whether nobody signs in there: the page asks for a code, or for number and secret of a receipt."""
        return self.is_by_link or self.link.startswith("/report/")


#: messages that lead to the first page of whoever is signed in, and why there is no page of their own
FIRST_PAGE = {
    "gathered_news": "many matters at once, each of which is there",
    "ledger_anchor": "a line to keep, which stands in the message itself",
}

#: pages that show each member what is theirs to see, or that are the whole team's
OF_MANY = ("/", "/account", "/alarms", "/reviews", "/stays", "/report/return", "/admin/messages/reminder")

#: those in whose browsers links are opened: on the case, in offices, or running the software
THEIRS = ("chair", "officer", "nurse", "dean", "operator")


@pytest.fixture(scope="module")
def landings(served: Served) -> list[Landing]:
    """Where every message of the team leads, by recipient."""
    chair, book = served.walk.chair, served.book
    operator = MemberContent(name="invented-operator-name", address="operator@wnmu.example")
    members.enrol(book, "operator", operator, by=chair, roles=[Role.OPERATOR])
    wrong = MemberContent(name="invented-wrong-name", address="wrong@wnmu.example")
    members.enrol(book, "wrong", wrong, by=chair, offices=["risk_management"], roles=[Role.MEMBER])
    number = served.walk.monitored(referrals=(ReferralKind.CONDUCT,))
    of_case = writer_of(served, number, EffectKind.ASSIGN_ACTIONS)
    brief = replace(of_case._brief, number="")  # noqa: SLF001
    of_team = Writer(book.pack, desk_of(served).settings, brief)
    drafts = [(number, each) for each in told_of_a_case(served, of_case, number)]
    drafts += [*told_of_a_return(served), *(("", each) for each in told_of_a_text(served))]
    drafts += [("", each) for each in told_of_the_team(served, of_team)]
    found = [
        Landing(
            draft.template,
            draft.recipient,
            draft.context["link"].removeprefix(served.url),
            of,
            entry=bool(draft.invite),
        )
        for of, draft in drafts
    ]
    return [*found, *(Landing(message, "by link", link) for message, link in told_outside(served))]


def test_no_message_is_forgotten(landings: list[Landing]) -> None:
    """Each that the team sends is tried here; a code names where all links begin, and opens nothing."""
    assert {each.message for each in landings} == set(MESSAGES) - {"link_code"}
    elsewhere = {each.message for each in landings if each.link != "/"}
    assert {each.message for each in landings} - elsewhere == set(FIRST_PAGE)


def test_calendar_entries_come_to_those_alone_who_sign_in(served: Served, landings: list[Landing]) -> None:
    """They are in English, as members read it: nobody outside, who may read Spanish alone, is sent one."""
    dated, team = {each for each in landings if each.entry}, members.names(served.book, by=served.walk.chair)
    assert {each.message for each in dated} == {
        *("meeting_invitation", "meeting_cancelled", "debrief_invitation", "reassessment_invitation"),
        *("checkin_invitation", "entry_cancelled", "action_assigned"),
    }
    assert {each.recipient for each in dated} <= set(team)
    assert not any(MESSAGES[each.message].in_both for each in dated)


@pytest.mark.clause("W-13", "W-22", "W-27", "W-28")
def test_each_link_opens_what_its_message_speaks_of_to_its_recipient(
    served: Served, landings: list[Landing]
) -> None:
    """A member is signed in first, and led there; who has no account is asked for a code before content."""
    stranger = served.stranger()
    team = {member: served.browser(member) for member in THEIRS}
    for each in landings:
        shown = stranger.get(each.link)
        if each.is_open:
            says = next(said for begins, said in SAYS.items() if each.message.startswith(begins))
            assert (shown.status_code, says in shown.text) == (200, True), each
            assert "invented" not in shown.text, each
            continue
        to = "" if each.link == "/" else f"?to={quote(each.link)}"
        assert (shown.status_code, shown.headers["location"]) == (303, f"/sign-in{to}"), each
        if each.recipient in team:
            mine = team[each.recipient].get(each.link)
            assert (mine.status_code, each.number in mine.text or each.link in OF_MANY) == (200, True), each


@pytest.mark.clause("W-39")
def test_no_link_opens_for_somebody_whom_it_is_not_for(served: Served, landings: list[Landing]) -> None:
    """A member who is on none of the cases finds nothing; a secret that is another by one letter is none."""
    wrong, stranger = served.browser("wrong"), served.stranger()
    for each in landings:
        if each.is_by_link:
            last = "1" if each.link.endswith("0") else "0"
            tried = stranger.get(each.link[:-1] + last)
            assert tried.status_code == 404, each
        elif each.link not in OF_MANY:
            assert wrong.get(each.link).status_code == 404, each


@pytest.mark.clause("W-13", "W-39")
def test_whatever_follows_links_and_presses_buttons_changes_nothing(
    served: Served, landings: list[Landing]
) -> None:
    """A mail scanner looks, and sends forms that say nothing, with no session: nothing at all is written."""
    before, scanner = everything(served.book), served.stranger()
    says_nothing = dict.fromkeys(("who", "code", "number", "text", "note", "done", "comes", "do"), "")
    for each in landings:
        pressed = ("", "/code", "/open", "/letter", "/paper") if each.is_by_link else ("",)
        for way in ("GET", "HEAD", "OPTIONS", "POST"):
            for button in pressed:
                data = {**says_nothing, "answer": "accepted"} if way == "POST" else None
                shown = scanner.request(way, each.link + button, data=data)
                assert "invented" not in shown.text, (each, way, button)
    assert everything(served.book) == before


@pytest.mark.clause("W-39")
def test_after_its_time_no_link_opens_anything(served: Served, landings: list[Landing]) -> None:
    """Two months later each is answered as one that never was; a member's leads as long as they are there."""
    later = served.watch.now + links.LINK_LIFE
    served.watch.now, before = later, served.watch.now
    try:
        stranger = served.stranger()
        dead = stranger.get(f"/m/{'0' * 64}").text
        for each in filter(lambda one: one.is_by_link, landings):
            shown = stranger.get(each.link)
            assert (shown.status_code, shown.text == dead) == (404, True), each
    finally:
        served.watch.now = before
