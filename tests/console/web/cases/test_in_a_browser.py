"""A case in a real browser: two people take it on, and see what the other did as it comes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from states.access import SYSTEM
from states.casebook.alarms import answers
from states.casebook.effects import attempts
from states.contents.closing import TakeOverContent
from states.vocabulary.cases import Level
from tests.cases import answering
from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.servers.chromium import PATIENT, leads_on, opened
from tests.servers.paper import pages_of

#: width, height, whether the paper is dark
DESK, HAND = (1280, 900, False), (360, 740, True)


@contextmanager
def at(
    browser: Browser,
    served: Served,
    member: str,
    screen: tuple[int, int, bool],
    *,
    stream_ends: bool = False,
) -> Iterator[Page]:
    """Somebody's browser, in which they are signed in; what its console says is nothing.

    Args:
        browser: the browser.
        served: the console.
        member: who it is.
        screen: width, height, and whether it is dark.
        stream_ends: whether they lose the case that they look at, or their session ends: the stream of news
            of an open page ends then, and the browser writes the event of that.
    """
    (width, height, dark), said = screen, list[str]()
    ends = {"[object Event]"} if stream_ends else set[str]()
    secret = served.login(member).sign_in(served.book)
    with opened(browser, width, height, dark=dark) as page:
        page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
        page.on("console", lambda message: said.append(message.text))
        yield page
    # The policy of what a page may do would say so; no page has an icon.
    assert [each for each in said if "404" not in each and each not in ends] == []


def go_to(page: Page, role: str, name: str) -> None:
    """Come to something by the tabulator, as whoever has no mouse does, and go where it leads."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            box = wanted.bounding_box()
            assert box
            assert box["height"] >= 44, name
            with page.expect_navigation(timeout=PATIENT):
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard does not come to {name}")


def test_a_case_is_opened_screened_and_moved_to_inquiry_by_two_people(
    browser: Browser, served: Served
) -> None:
    """The officer by keyboard, in a hand; the chair's page shows it by itself; both go on from there."""
    number = served.walk.reported()
    with at(browser, served, "officer", HAND) as officer, at(browser, served, "chair", DESK) as chair:
        chair.goto(f"{served.url}/cases/{number}")
        looked_at(chair)
        officer.goto(f"{served.url}/cases/{number}")
        looked_at(officer)
        go_to(officer, "link", "Screen the report")
        expect(officer).to_have_url(re.compile("/steps/screen"))
        looked_at(officer)
        officer.get_by_label("Moderate").focus()
        officer.keyboard.press("Space")
        officer.get_by_label("Why").focus()
        officer.keyboard.type("Invented.")
        go_to(officer, "button", "See what follows")
        expect(officer.get_by_role("heading", name="What follows")).to_be_visible()
        looked_at(officer)
        go_to(officer, "button", "Screen the report")
        expect(officer).to_have_url(re.compile("done=screen"))
        # Nobody has loaded the chair's page anew.
        expect(chair.locator("#news")).to_contain_text("There are news")
        expect(chair.locator(".case-head .level")).to_contain_text("Moderate")
        looked_at(chair)
        leads_on(chair, chair.locator("#people-assign"))
        chair.get_by_role("radio", name="invented-officer-name").check()
        chair.get_by_label("University Police").check()
        looked_at(chair)
        leads_on(chair, chair.get_by_role("button", name="Assign lead and offices"))
        expect(chair).to_have_url(re.compile("done=assign"))
        expect(officer.locator("#next-open_inquiry")).to_be_visible()
        go_to(officer, "link", "Open an inquiry")
        officer.locator("details").first.click()
        expect(officer.locator("details").first).to_have_attribute("open", "")
        looked_at(officer)
        go_to(officer, "button", "Open an inquiry")
        expect(officer).to_have_url(re.compile("done=open_inquiry"))
        expect(officer.locator("[aria-current=step]")).to_have_text(re.compile("^Inquiry"))
        expect(chair.locator("[aria-current=step]")).to_contain_text("Inquiry")


@pytest.mark.parametrize("screen", [DESK, HAND], ids=["desk", "hand"])
def test_every_sheet_and_form_of_a_case_can_be_used_by_everybody(
    browser: Browser, served: Served, screen: tuple[int, int, bool]
) -> None:
    """Each sheet of a case that has come far, and the forms that ask most."""
    monitored, severe = served.walk.monitored(), served.walk.in_inquiry(Level.SEVERE)
    with at(browser, served, "chair", screen) as page:
        page.goto(f"{served.url}/cases/{monitored}")
        sheets = page.locator(".rooms a").evaluate_all("all => all.map(each => each.href)")
        forms = (
            "record_assessment",
            "end",
            "raise_alarm",
            "waive",
            "convene",
            "screen",
            "draft_plan",
            "in_danger",
        )
        for address in (*sheets[:-1], *(f"{served.url}/cases/{severe}/steps/{each}" for each in forms)):
            page.goto(address)
            expect(page.locator(".record, .narrow form, #live, main > .panel").first).to_be_visible()
            looked_at(page)


@pytest.mark.clause("A-03")
@pytest.mark.parametrize("screen", [DESK, HAND], ids=["desk", "hand"])
def test_the_factors_of_many_assessments_can_be_read_by_everybody(
    browser: Browser, served: Served, screen: tuple[int, int, bool]
) -> None:
    """Their table is no wider than the screen, and the picture is moved sideways in a hand."""
    number = served.walk.assessed()
    for _ in range(4):
        served.watch.forward(days=3)
        served.walk.assess(number, Level.MODERATE)
    with at(browser, served, "chair", screen) as page:
        page.goto(f"{served.url}/cases/{number}/assessments")
        expect(page.locator("svg.course .seen")).to_have_count(5)
        looked_at(page)


@pytest.mark.parametrize("path", ["", "/history", "/people", "/files"])
def test_a_case_is_printed_black_on_white_with_its_number_on_each_page(
    browser: Browser, served: Served, path: str
) -> None:
    """On paper there is nothing to press; each page says which case it is of, and which page it is."""
    number = served.walk.monitored()
    with at(browser, served, "chair", HAND) as page:
        page.goto(f"{served.url}/cases/{number}{path}")
        printed = pages_of(page.pdf(format="A4"))
        page.emulate_media(media="print")
        expect(page.locator("body")).to_have_css("color", "rgb(0, 0, 0)")
        expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    assert path != "/history" or len(printed) > 1
    for place, words in enumerate(printed, 1):
        # The first names it in its heading, too.
        assert len(re.findall(number, words)) > (place == 1), words
        assert f"page{place}of{len(printed)}" in words
        assert "Signout" not in words
        assert "Raisethealarm" not in words


@pytest.mark.clause("W-13", "U-15")
@pytest.mark.parametrize("screen", [DESK, HAND], ids=["desk", "hand"])
def test_whoever_raised_the_alarm_sees_by_itself_who_is_reached_and_who_took_over(
    browser: Browser, served: Served, screen: tuple[int, int, bool]
) -> None:
    """On the page that the button leads to: each call as it goes out or fails, then who has taken over."""
    book, number = served.book, served.walk.screened()
    with at(browser, served, "chair", screen) as page:
        page.goto(f"{served.url}/cases/{number}/history")
        looked_at(page)
        leads_on(page, page.get_by_role("link", name=f"Raise the alarm on {number}", exact=True))
        leads_on(page, page.get_by_role("button", name="Raise the alarm", exact=True))
        called = page.locator("#live .who-was-called")
        expect(called).to_contain_text("Coming: WNMU University Police, by mail")
        looked_at(page)
        # Nobody loads the page anew from here on.
        first = answering.owed(book, number)[0]
        work = attempts.begin(book, first.effect_id, "a-run", by=SYSTEM)
        assert work is not None
        attempts.fail(book, work, "channel_unavailable", permanent=False)
        expect(called).to_contain_text("Not getting through (tried once): phone them")
        served.watch.forward(minutes=1)
        served.login("chair")
        (call, *_) = answering.calls(book, number)
        expect(called).to_contain_text("Sent: ")
        looked_at(page)
        who = TakeOverContent(who="Invented badge 7", agency="Invented agency")
        answers.by_link(book, call.recipients[0].secret, who)
        taken = page.locator("#live .danger-stands")
        expect(taken).to_contain_text("taken over by Invented badge 7, Invented agency, over the link")
        called.locator("summary").click()
        expect(called).to_contain_text("Answered: WNMU University Police")
        looked_at(page)
