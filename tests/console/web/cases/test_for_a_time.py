"""On pages: somebody is brought onto a case for a time; a case is opened in an emergency, and reviewed."""

from datetime import timedelta
from http import HTTPStatus as S

import httpx
import pytest

from console.shown.work.kinds import Matters
from states.casebook.inquiry import triage
from states.casebook.standing.decisions import decide
from states.casebook.team import guests, members
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from tests.console.web.cases.test_steps import hidden
from tests.console.web.conftest import Served

WHY = "Invented emergency."


def expert(served: Served, member: str) -> None:
    """Enrol an expert from outside."""
    content = MemberContent(name=f"invented-{member}-name", address=f"{member}@elsewhere.example")
    members.enrol(served.book, member, content, by=served.walk.chair, roles=[Role.EXPERT])


def apart(served: Served) -> str:
    """A case that the officer leads, and the dean is not on."""
    number = served.walk.reported()
    triage.assign(served.book, number, by=served.walk.chair, lead="officer", offices=["university_police"])
    return number


def take(browser: httpx.Client, number: str, step: str, **said: str) -> httpx.Response:
    """Take a step on its page."""
    address = f"/cases/{number}/steps/{step}"
    return browser.post(address, data={**hidden(browser.get(address).text), **said, "go": "do"})


@pytest.mark.clause("W-50")
def test_the_chair_brings_an_expert_in_says_another_end_and_ends_it(served: Served) -> None:
    """Each on a page of its own; who is on the case, and until when, stands on it for everybody there."""
    number, chair = apart(served), served.browser("chair")
    expert(served, "expert-pages")
    asked = chair.get(f"/cases/{number}/steps/invite").text
    assert 'value="expert-pages"' in asked
    assert 'value="dean"' in asked
    assert 'value="officer"' not in asked, "whoever is on it is not brought onto it"
    said = {"member": "expert-pages", "until": "tomorrow 5 pm", "reason": "Invented reason."}
    lacking = take(chair, number, "invite", **(said | {"until": ""}))
    assert (lacking.status_code, "Invented reason." in lacking.text) == (S.UNPROCESSABLE_ENTITY, True)
    assert take(chair, number, "invite", **said).status_code == S.SEE_OTHER
    for page in (f"/cases/{number}", f"/cases/{number}/people"):
        assert "invented-expert-pages-name" in chair.get(page).text, page
    theirs = served.browser("expert-pages")
    assert number in theirs.get("/cases").text
    assert "You see this case until" in theirs.get(f"/cases/{number}").text
    assert take(chair, number, "guest_until", member="expert-pages", until="tomorrow 6 pm").is_redirect
    assert take(chair, number, "end_guest", member="expert-pages").is_redirect
    assert number not in theirs.get("/cases").text
    assert theirs.get(f"/cases/{number}").status_code == S.NOT_FOUND
    (line,) = guests.listed(served.book, number, by=served.walk.chair)
    assert line.is_over


@pytest.mark.clause("W-39")
def test_a_member_opens_a_case_in_an_emergency_and_the_chair_reviews_it(served: Served) -> None:
    """The page says what follows; whoever opened it writes nothing; the review waits in My work."""
    number, dean = apart(served), served.browser("dean")
    assert "/break-glass" in dean.get("/cases").text
    asked = dean.get(f"/break-glass?number={number}")
    assert (asked.status_code, f'value="{number}"' in asked.text) == (S.OK, True)
    lacking = dean.post("/break-glass", data={"number": number, "reason": " "})
    assert (lacking.status_code, "needs a reason" in lacking.text) == (S.UNPROCESSABLE_ENTITY, True)
    opened = dean.post("/break-glass", data={"number": f" {number} ", "reason": WHY})
    assert opened.headers["location"] == f"/cases/{number}"
    shown = dean.get(f"/cases/{number}")
    assert (shown.status_code, "because you opened it in an emergency" in shown.text) == (S.OK, True)
    assert "steps/note" not in shown.text
    chair = served.browser("chair")
    work = served.work("chair", Matters.APPROVAL)
    assert f"/cases/{number}/steps/review_glass" in work
    page = chair.get(f"/cases/{number}/steps/review_glass").text
    assert WHY in page
    served.watch.forward(hours=1)
    (stay,) = guests.listed(served.book, number, by=served.walk.chair)
    said = {"about": stay.stay_id, "justified": "no", "reason": "Invented finding."}
    done = take(served.browser("chair"), number, "review_glass", **said)
    assert done.status_code == S.SEE_OTHER
    assert served.browser("dean").get(f"/cases/{number}").status_code == S.NOT_FOUND
    mine = served.browser("dean").get("/stays").text
    assert (number in mine, "not justified" in mine, "Invented finding." in mine) == (True, True, False)
    assert "not justified" in served.browser("chair").get(f"/cases/{number}/people").text


@pytest.mark.clause("W-39")
def test_one_page_has_who_was_let_to_which_case_and_who_was_refused(served: Served) -> None:
    """For chair, custodian and auditor: the review is a link away, and nothing of a case stands there."""
    number, other = apart(served), apart(served)
    until = served.watch() + timedelta(days=2)
    expert(served, "expert-listed")
    guests.invite(served.book, other, "expert-listed", by=served.walk.chair, until=until, because=WHY)
    short = number.removeprefix("TAT-").lower()
    assert served.browser("nurse").post("/break-glass", data={"number": short, "reason": WHY}).is_redirect
    refused = served.browser("dean").post("/break-glass", data={"number": "1999-1", "reason": WHY})
    assert refused.status_code == S.NOT_FOUND
    auditor = MemberContent(name="invented-auditor-name", address="auditor@wnmu.example")
    members.enrol(served.book, "auditor-stays", auditor, by=served.walk.chair, roles=[Role.AUDITOR])
    for who in ("chair", "auditor-stays"):
        shown = served.browser(who).get("/stays").text
        for said in (number, other, "invented-nurse-name", "invented-expert-listed-name", "TAT-1999-0001"):
            assert said in shown, (who, said)
        assert WHY not in shown
        assert (f"/cases/{number}/steps/review_glass" in shown) == (who == "chair"), who
    waiting = served.browser("chair").get("/stays?show=to_review").text
    assert (number in waiting, other in waiting) == (True, False)
    assert "Nobody is like that" in served.browser("chair").get("/stays?who=custodian").text
    assert "opened no case in an emergency" in served.browser("officer").get("/stays").text
    assert 'href="/stays"' in served.browser("auditor-stays").get("/audit").text


def test_opening_a_case_in_an_emergency_asks_for_the_code_again(served: Served) -> None:
    """On the page, and in the form, where what was typed is kept."""
    number, dean = apart(served), served.browser("dean")
    served.watch.forward(minutes=10)
    asked = dean.get("/break-glass", params={"number": number})
    assert asked.headers["location"].startswith("/account/code?to=/break-glass")
    sent = dean.post("/break-glass", data={"number": number, "reason": WHY})
    assert (sent.status_code, WHY in sent.text) == (S.FORBIDDEN, True)
    assert guests.listed(served.book, number, by=served.walk.chair) == []


@pytest.mark.clause("W-39")
def test_what_one_is_kept_out_of_is_broken_open_like_what_is_not_there(served: Served) -> None:
    """The same answer, to the letter, for a number that nobody gave, on each page that takes one."""
    number, dean = apart(served), served.browser("dean")
    decide(served.book, number, "dean", by=served.walk.chair, keep_out=True, because="Invented reason.")
    nobody = "TAT-1999-0001"
    sent = [dean.post("/break-glass", data={"number": each, "reason": WHY}) for each in (number, nobody)]
    assert [each.status_code for each in sent] == [S.NOT_FOUND, S.NOT_FOUND]
    assert sent[0].text == sent[1].text
    for page in ("/break-glass?number={}", "/cases/{}", "/cases/{}/people", "/cases/{}/steps/review_glass"):
        one, other = (dean.get(page.format(each)) for each in (number, nobody))
        assert one.status_code == other.status_code, page
        assert one.text.replace(number, "") == other.text.replace(nobody, ""), page


def test_who_breaks_no_glass_finds_no_page_for_it(served: Served) -> None:
    """It is for members and for those who screen."""
    expert(served, "expert-breaks-nothing")
    browser = served.browser("expert-breaks-nothing")
    assert browser.get("/break-glass").status_code == S.NOT_FOUND
    assert browser.post("/break-glass", data={"number": "x", "reason": "x"}).status_code == S.NOT_FOUND
    assert "/break-glass" not in browser.get("/cases").text


def test_whoever_is_on_the_case_opens_it_as_it_is(served: Served) -> None:
    """Nothing is written, and the page says so."""
    number = apart(served)
    said = served.browser("officer").post("/break-glass", data={"number": number, "reason": WHY})
    assert (said.status_code, "as it is" in said.text) == (S.UNPROCESSABLE_ENTITY, True)
