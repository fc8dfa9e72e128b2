"""Where people land who need not be on a case: check-ins, texts to clear, counts, reviews of the plan."""

import asyncio
import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from http import HTTPStatus as S
from typing import Any

import httpx
import pytest

from flows.effects import yearly
from states.access import SYSTEM
from states.casebook.disclosing import releases
from states.casebook.effects import attempts, listing
from states.casebook.plan import coming_back, doing
from states.casebook.team import members, reviews
from states.contents.leaving import ReleaseContent
from states.contents.plans import CheckInContent, ReintegrationContent
from states.contents.team import MemberContent
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind
from states.vocabulary.figures import Chart
from states.vocabulary.leaving import Disclosed, RecipientKind, ReleaseStatus
from states.vocabulary.people import Role
from states.vocabulary.sources import LegalBasis
from tests.cases.reporting import approved
from tests.console.web.conftest import Served
from tests.console.web.links.conftest import desk_of
from tests.states.looking import verified

SENTENCE = ReleaseContent(
    to=RecipientKind.MEDIA,
    recipient="gazette",
    basis=LegalBasis.NO_RECORD,
    what=(Disclosed.CASE_STATUS,),
    asked_by="invented-journalist",
    because="invented-because",
    text="invented-sentence",
)


def somebody(served: Served, member: str, office: str, role: Role = Role.OFFICIAL) -> httpx.Client:
    """Somebody of an office who is on no case, signed in."""
    content = MemberContent(name=f"invented-{member}-name", address=f"{member}@wnmu.example")
    members.enrol(served.book, member, content, by=served.walk.chair, offices=[office], roles=[role])
    return served.browser(member)


@pytest.mark.clause("W-45", "U-09")
def test_the_owner_of_a_check_in_reads_it_and_says_how_it_went_without_being_on_the_case(
    served: Served,
) -> None:
    """Nobody else finds it; it is not held twice; before the plan began there is none."""
    walk, book = served.walk, served.book
    browser = somebody(served, "holder", "human_resources", Role.MEMBER)
    number = walk.monitored(Level.MILD)
    for action in walk.records(number, "plan_actions"):
        doing.complete_action(book, number, action["id"], by=walk.officer)
    agreed = CheckInContent(owner="holder", due_at=book.clock() + timedelta(days=7), what="invented-check-in")
    content = ReintegrationContent(conditions=("invented-condition",), check_ins=(agreed,))
    coming_back.draft_reintegration(book, number, content, by=walk.officer)
    (row,) = walk.records(number, "check_ins")
    path = f"/check-ins/{row['id']}"
    assert browser.get(path).status_code == S.NOT_FOUND
    walk.act(number, "begin_reintegration")
    assert browser.get(f"/cases/{number}").status_code == S.NOT_FOUND
    shown = browser.get(path).text
    for said in (number, "invented-check-in"):
        assert said in shown
    assert "invented-condition" not in shown
    assert browser.post(path, data={"text": " "}).status_code == S.UNPROCESSABLE_ENTITY
    assert browser.post(path, data={"text": "invented-outcome"}).status_code == S.SEE_OTHER
    assert "It took place: on record" in browser.get(path).text
    again = browser.post(path, data={"text": "invented-twice"})
    assert (again.status_code, "done already" in again.text) == (S.UNPROCESSABLE_ENTITY, True)
    assert "checked_in" in walk.events(number)
    assert [each["content"]["text"] for each in walk.records(number, "remarks")][-1] == "invented-outcome"
    for other in ("dean", "nurse"):
        assert served.browser(other).get(path).status_code == S.NOT_FOUND
    verified(book)


@pytest.mark.clause("W-37", "W-38", "P-05")
def test_a_text_is_cleared_where_its_message_leads_by_those_who_see_nothing_else_of_the_case(
    served: Served,
) -> None:
    """Each office reads the very words and says; the one that may tells it; whoever drafted it follows."""
    walk, book = served.walk, served.book
    press = somebody(served, "press", "public_information")
    staff = somebody(served, "chief-of-staff", "president")
    number = walk.in_inquiry()
    release = releases.draft(book, number, SENTENCE, by=walk.officer)
    path = f"/texts/{release}"
    for browser in (press, staff):
        shown = browser.get(path).text
        assert "invented-sentence" in shown
        assert not any(said in shown for said in (number, "invented-because", "invented-subject-name"))
        assert f'href="{path}"' in browser.get("/").text, "my work leads there"
    assert press.post(path, data={"do": "decline", "note": " "}).status_code == S.UNPROCESSABLE_ENTITY
    assert press.post(path, data={"do": "told"}).status_code == S.UNPROCESSABLE_ENTITY
    assert press.post(path, data={"do": "agree", "note": ""}).status_code == S.SEE_OTHER
    assert "It may be told as it stands" not in press.get(path).text
    assert staff.post(path, data={"do": "agree", "note": "invented-note"}).status_code == S.SEE_OTHER
    assert "I tell it now" not in staff.get(path).text
    assert staff.post(path, data={"do": "told"}).status_code == S.NOT_FOUND
    assert "I tell it now" in press.get(path).text
    assert press.post(path, data={"do": "told"}).status_code == S.SEE_OTHER
    assert "It is on record that it was told" in served.browser("officer").get(path).text
    assert somebody(served, "other", "business_affairs").get(path).status_code == S.NOT_FOUND
    (row,) = walk.records(number, "releases")
    assert row["status"] == ReleaseStatus.TOLD
    verified(book)


@pytest.mark.clause("W-38")
def test_a_text_that_was_declined_says_why_to_whoever_drafted_it(served: Served) -> None:
    """And asks nobody any more."""
    walk, book = served.walk, served.book
    press = somebody(served, "press", "public_information")
    release = releases.draft(book, walk.in_inquiry(), SENTENCE, by=walk.officer)
    path = f"/texts/{release}"
    assert press.post(path, data={"do": "decline", "note": "invented-reason"}).status_code == S.SEE_OTHER
    shown = served.browser("officer").get(path).text
    assert ("A text was declined" in shown, "invented-reason" in shown) == (True, True)
    late = press.post(path, data={"do": "agree"})
    assert (late.status_code, "declined already" in late.text) == (S.UNPROCESSABLE_ENTITY, True)


@pytest.mark.clause("W-34")
def test_vice_presidents_read_the_counts_of_the_semester_as_they_were_sent(served: Served) -> None:
    """With the anchor to keep; who was sent none finds none, and whoever runs the team sees them, too."""
    book, desk = served.book, desk_of(served)
    about = approved(served.walk, book)
    owed = listing.effects(book, by=SYSTEM)
    (effect,) = (each.effect_id for each in owed if each.kind == EffectKind.SEMESTER_REPORT)
    work: Any = attempts.begin(book, effect, "a-run", by=SYSTEM)
    asyncio.run(yearly.semester_report(desk, work))
    sent = [
        message_from_bytes(file.read_bytes(), policy=default) for file in desk.settings.outbox.glob("*.eml")
    ]
    said = {mail["To"]: mail.get_body(("plain",)) for mail in sent}["business.affairs@wnmu.example"]
    assert said is not None
    assert "/semester" in said.get_content()
    vice_president = somebody(served, "vp-business", "business_affairs")
    for browser in (vice_president, served.browser("chair")):
        shown = browser.get("/semester")
        assert (shown.status_code, "Cases opened" in shown.text, "TAT-" in shown.text) == (200, True, False)
        texts = ("invented-report-recommendations", "invented-report-levels", about)
        assert all(text in shown.text for text in texts)
        drawn = re.findall(r'<svg class="chart".*?aria-labelledby="(\S+)', shown.text)
        assert drawn == [f"{about.replace(' ', '-')}-{chart}-title" for chart in Chart]
    assert served.browser("nurse").get("/semester").status_code == S.NOT_FOUND


@pytest.mark.clause("W-46")
def test_a_review_of_the_plan_is_entered_and_approved_where_its_reminder_leads(served: Served) -> None:
    """By whoever runs the team; the others read the record, and cannot add to it."""
    book, chair = served.book, served.browser("chair")
    said = {"sections": "invented-section", "holds": "2026-08-31", "approved": ""}
    for wrong in ({**said, "sections": " "}, {**said, "holds": "soon"}):
        asked = chair.post("/reviews", data=wrong)
        assert (asked.status_code, "Nothing was written" in asked.text) == (S.UNPROCESSABLE_ENTITY, True)
    assert chair.post("/reviews", data=said).status_code == S.SEE_OTHER
    line = reviews.listed(book, by=served.walk.chair)[0]
    path = f"/reviews/{line.review_id}/approval"
    assert "waits for approval" in chair.get("/reviews").text
    assert chair.post(path, data={"approved": " "}).status_code == S.UNPROCESSABLE_ENTITY
    assert chair.post(path, data={"approved": "invented-approver"}).status_code == S.SEE_OTHER
    assert "approved by <bdi>invented-approver</bdi>" in chair.get("/reviews").text
    again = chair.post(path, data={"approved": "invented-other"})
    assert (again.status_code, "invented-other" in again.text) == (S.UNPROCESSABLE_ENTITY, False)
    nurse = served.browser("nurse")
    shown = nurse.get("/reviews").text
    assert ("invented-section" in shown, "Enter a review" in shown) == (True, False)
    assert nurse.post("/reviews", data=said).status_code == S.NOT_FOUND
    verified(book)
