"""What the pages of a case show at a look: who has seen it, how long it stands, what sources answered."""

import html
import re
from collections.abc import Mapping
from datetime import timedelta

import httpx
import pytest

from console.shown.case.findings import MARKS
from console.shown.case.glance import SHAPES
from states.casebook.lookups import asking, questions
from states.casebook.plan import meetings
from states.casebook.protecting import targets
from states.casebook.team import guests, members
from states.casebook.team.break_glass import break_glass
from states.contents.classes import CLASSES, FieldClass
from states.contents.plans import TargetContent
from states.contents.team import MemberContent
from states.contents.verbatim import ToldFact
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from states.vocabulary.people import Role
from states.vocabulary.plans import Attendance, MeetingKind
from states.vocabulary.sources import AnswerStatus as S
from states.vocabulary.sources import SourceKind
from tests.cases.referring import told
from tests.console.web.conftest import Served
from tests.states.courses.taking_up import take_up

#: the five kinds of a source's answer: the word that stands for each
FIVE = {
    S.FOUND: "found",
    S.NOT_FOUND: "not found",
    S.PENDING: "pending",
    S.REFUSED: "refused",
    S.UNAVAILABLE: "unavailable",
}

#: what an inquiry about a student asks, and three that are asked on request
ASKED = (
    SourceKind.REGISTRAR,
    SourceKind.PAST_CONTACTS,
    SourceKind.SOCIAL_MEDIA,
    SourceKind.WEAPONS_REGISTRATION,
    SourceKind.PROTECTIVE_ORDERS,
)


def reads(answer: httpx.Response) -> str:
    """What a page says, without its markup."""
    assert answer.status_code == httpx.codes.OK
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def answered(served: Served, number: str, given: Mapping[SourceKind, questions.Answer]) -> None:
    """Let sources answer, as their flow does; those that no inquiry asks are asked first."""
    book, chair = served.book, served.walk.chair
    asked = {row["kind"] for row in served.walk.records(number, "source_queries")}
    for kind in given:
        if kind not in asked:
            asking.request_lookup(book, number, kind, by=chair, because="invented-because")
    work = take_up(book, number, EffectKind.COLLECT_RECORDS)
    for question in questions.questions(book, work):
        if question.kind in given:
            questions.record_answer(book, work, question.id, given[SourceKind(question.kind)])


def test_a_case_says_for_how_long_it_stands_there_and_how_far_its_moments_are(served: Served) -> None:
    """Three days in its state, a reading three hours ago, a meeting in two days; a level is a shape, too."""
    number = served.walk.in_inquiry(Level.SEVERE)
    served.watch.forward(days=3)
    soon = served.book.clock() + timedelta(days=2, minutes=5)
    meetings.schedule(served.book, number, by=served.walk.chair, kind=MeetingKind.REVIEW, at=soon)
    chair = served.browser("chair")
    shown = reads(chair.get(f"/cases/{number}"))
    assert re.search(r"Inquiry for 3 days\b", shown)
    assert f"{number} {SHAPES[Level.SEVERE]} Severe" in shown
    assert "3 days ago" in shown
    assert "in 2 days" in reads(chair.get("/meetings"))
    served.watch.forward(hours=3)
    assert "3 hours ago" in reads(served.browser("chair").get(f"/cases/{number}"))


@pytest.mark.clause("P-08")
def test_the_history_names_who_has_seen_the_case_and_how_often(served: Served) -> None:
    """Whoever opened its pages twice is there with a count; whoever never did is not."""
    number = served.walk.in_inquiry()
    officer = served.browser("officer")
    for _ in range(2):
        officer.get(f"/cases/{number}")
    shown = reads(served.browser("chair").get(f"/cases/{number}/history"))
    seen = shown.split("Who has seen it", 1)[1].split("What the case owes", 1)[0]
    assert "invented-officer-name 2 " in seen
    assert "invented-nurse-name" not in seen


@pytest.mark.clause("U-03")
def test_the_five_kinds_of_a_sources_answer_differ_in_word_and_mark(served: Served) -> None:
    """Side by side on the sheet: none reads as another, or is told by a color alone."""
    number = served.walk.in_inquiry()
    given = {kind: questions.Answer(said, "invented-source") for kind, said in zip(ASKED, FIVE, strict=True)}
    answered(served, number, given)
    shown = reads(served.browser("chair").get(f"/cases/{number}/sources"))
    for status, word in FIVE.items():
        assert f": {word}{MARKS[status]}" in shown, status
    assert len({MARKS[status] for status in FIVE}) == len(FIVE)


@pytest.mark.clause("W-39", "W-50", "U-09")
def test_what_is_withheld_says_so_and_who_can_tell(served: Served) -> None:
    """Police's answer from an expert, counselling from an onlooker, whereabouts from the custodian."""
    book, chair, fact = served.book, served.walk.chair, ToldFact(name="Contact", value="invented-police-word")
    number = served.walk.monitored(referrals=(ReferralKind.COUNSELLING,))
    answer = questions.Answer(S.FOUND, "invented-source", facts=(fact,))
    answered(served, number, {SourceKind.WEAPONS_REGISTRATION: answer})
    (referral,) = served.walk.records(number, "referrals")
    told(served.walk, number, referral["id"], ReferralStatus.COMPLETED, attendance=Attendance.ATTENDED)
    targets.add(book, number, TargetContent(name="invented-target", phone="invented-where"), by=chair)
    for member, role, offices in (
        ("expert-withheld", Role.EXPERT, ()),
        ("onlooker-withheld", Role.MEMBER, ("business_affairs",)),
        ("custodian-withheld", Role.CUSTODIAN, (book.pack.custodian_office,)),
    ):
        content = MemberContent(name=f"invented-{member}-name", address=f"{member}@wnmu.example")
        members.enrol(book, member, content, by=chair, offices=offices, roles=[role])
    guests.invite(
        book, number, "expert-withheld", by=chair, until=book.clock() + timedelta(days=1), because="Invented."
    )
    break_glass(book, number, by=members.actor(book, "onlooker-withheld"), because="Invented emergency.")
    sheets = {"sources": "invented-police-word", "referrals": "attended", "people": "invented-where"}
    kept = {"expert-withheld": "sources", "onlooker-withheld": "referrals", "custodian-withheld": "people"}
    for member, withheld in kept.items():
        browser = served.browser(member)
        for sheet, word in sheets.items():
            shown = reads(browser.get(f"/cases/{number}/{sheet}"))
            assert (word in shown) == (sheet != withheld), (member, sheet)
            assert ("withheld: the chair and the lead can tell" in shown) == (sheet == withheld), (
                member,
                sheet,
            )


@pytest.mark.clause("A-03", "W-39")
def test_the_sheet_of_assessments_has_the_dynamic_factors_over_time_for_whoever_may_see_them(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two assessments, as a picture with its table; of one none; nor where factors are withheld."""
    book, number = served.book, served.walk.assessed()
    at, heading = f"/cases/{number}/assessments", "How the dynamic factors went"
    factor = served.walk.words("factor.dynamic")
    assert heading not in reads(served.browser("officer").get(at))
    served.watch.forward(days=3)
    served.walk.assess(number, Level.MODERATE)
    answer = served.browser("officer").get(at)
    shown = reads(answer)
    assert heading in shown
    assert f"{factor} seen seen" in shown.partition(heading)[2], "the table"
    (picture,) = re.findall(r'<svg class="course".*?</svg>', answer.text, re.DOTALL)
    assert picture.count('class="seen"') == 2
    assert 'aria-label="Of 1 dynamic factor, which were seen in each of 2 assessments."' in picture
    assert "<svg" not in served.browser("officer").get(f"/cases/{number}/plan").text
    content = MemberContent(name="invented-onlooker-name", address="onlooker@wnmu.example")
    members.enrol(
        book, "onlooker", content, by=served.walk.chair, offices=["business_affairs"], roles=[Role.MEMBER]
    )
    onlooker = served.browser("onlooker")
    assert onlooker.get(at).status_code == httpx.codes.NOT_FOUND
    break_glass(book, number, by=members.actor(book, "onlooker"), because="Invented emergency.")
    assert heading in reads(onlooker.get(at))
    monkeypatch.setitem(CLASSES, "assessments", {**CLASSES["assessments"], "factors": FieldClass.COUNSELLING})
    kept = onlooker.get(at)
    assert "Factors withheld: the chair and the lead can tell" in reads(kept)
    assert not any(said in kept.text for said in (heading, '<svg class="course"', factor))
