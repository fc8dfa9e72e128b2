"""The pages of what left the team: to whom, under which rule, and what was refused."""

import html
import re
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, expect

from states.access import Actor
from states.casebook.disclosing import disclosures
from states.casebook.reading.reads import readings
from states.errors import Withheld
from states.gate import Outgoing
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.people import Role
from states.vocabulary.sources import LegalBasis
from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.servers.chromium import leads_on, opened

pytestmark = pytest.mark.clause("P-08")

#: something that an office is told
TOLD = Outgoing(
    RecipientKind.OFFICE,
    "student_affairs",
    Purpose.NOTICE,
    LegalBasis.SCHOOL_OFFICIAL,
    frozenset({Disclosed.CASE_STATUS}),
)

#: somebody who speaks to newspapers
PRESS = Actor("press", frozenset({Role.MEMBER, Role.CHAIR}), frozenset({"public_information"}))

#: something that a newspaper asks for, before an office has agreed to it
ASKED = Outgoing(
    RecipientKind.MEDIA,
    "gazette",
    Purpose.NOTICE,
    LegalBasis.NO_RECORD,
    frozenset({Disclosed.CASE_STATUS}),
    "public_information",
)


def left(served: Served) -> str:
    """A case of which an office was told, and a newspaper was not; gives its number."""
    number = served.walk.in_inquiry()
    disclosures.tell(served.book, number, TOLD, by=served.walk.chair, because="invented")
    with pytest.raises(Withheld):
        disclosures.tell(served.book, number, ASKED, by=PRESS, because="invented", asked_by="invented-asker")
    return number


def readings_of(served: Served) -> int:
    """How often the chair read in a case so far, as the audit counts it."""
    since = served.book.clock() - timedelta(days=1)
    lines = readings(served.book, by=served.walk.chair, since=since, who="chair")
    return sum(line.readings for line in lines)


def said(answer: httpx.Response) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])).split())


def test_a_page_says_what_left_a_case_to_whom_and_under_which_rule(served: Served) -> None:
    """An office by its name; what was refused, with why and who asked; and that it was read is on record."""
    number, browser = left(served), served.browser("chair")
    assert f'href="/cases/{number}/disclosures"' in browser.get(f"/cases/{number}").text
    before = readings_of(served)
    shown = said(browser.get(f"/cases/{number}/disclosures"))
    assert "Student Affairs" in shown
    assert "school official" in shown.lower()
    assert re.search(r"rule [A-Z]-\d\d", shown)
    assert "REFUSED: agreement" in shown
    assert "asked by invented-asker" in shown
    assert "_" not in shown
    assert readings_of(served) == before + 1


def test_another_page_says_it_across_the_cases_for_whoever_keeps_the_records(served: Served) -> None:
    """Linked from administration; by kind of recipient; each number leads to its person's, and no name."""
    numbers, browser = {left(served), left(served)}, served.browser("chair")
    assert 'href="/disclosures"' in browser.get("/admin").text
    shown = browser.get("/disclosures")
    for number in numbers:
        assert f'href="/cases/{number}/disclosures"' in shown.text
    assert "Student Affairs" in said(shown)
    assert "invented-" not in said(shown)
    media = re.sub(r"<form.*?</form>", "", browser.get("/disclosures?to=media").text, flags=re.DOTALL)
    assert "gazette" in media.lower()
    assert "Student Affairs" not in media
    assert "Nothing like that left the team" in browser.get("/disclosures?to=tip_line").text
    assert said(browser.get("/disclosures?to=nobody")) == said(browser.get("/disclosures"))


def test_whoever_only_works_on_cases_sees_neither(served: Served) -> None:
    """Nor does the case lead them there."""
    number, browser = left(served), served.browser("officer")
    for path in ("/disclosures", f"/cases/{number}/disclosures"):
        assert browser.get(path).status_code == httpx.codes.NOT_FOUND
    assert f"/cases/{number}/disclosures" not in browser.get(f"/cases/{number}").text


@pytest.mark.parametrize("screen", [(1280, False), (360, True)], ids=["desk", "hand"])
def test_everybody_can_use_both_pages(browser: Browser, served: Served, screen: tuple[int, bool]) -> None:
    """On a desk and in a hand; the second is reached from the first."""
    number, secret = left(served), served.login("chair").sign_in(served.book)
    with opened(browser, screen[0], 800, dark=screen[1]) as page:
        page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
        page.goto(f"{served.url}/disclosures")
        expect(page.get_by_role("heading", name="Disclosures")).to_be_visible()
        looked_at(page)
        leads_on(page, page.get_by_role("link", name=number).first)
        expect(page.get_by_text("asked by invented-asker")).to_be_visible()
        looked_at(page)
