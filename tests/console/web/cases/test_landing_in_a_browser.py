"""Where a browser stands once a step's button was pressed: at what came of it, not at the top as before."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.web.cases.test_in_a_browser import DESK, HAND, at
from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.servers.chromium import leads_on, opened


def stands_at(page: Page, name: str) -> None:
    """See that something on a page is in sight, and has the focus."""
    expect(page.locator(f"#{name}")).to_be_in_viewport()
    expect(page.locator(f"#{name}")).to_be_focused()


@pytest.mark.parametrize("screen", [DESK, HAND], ids=["desk", "hand"])
def test_what_follows_is_in_sight_and_says_that_nothing_is_done_yet(
    browser: Browser, served: Served, screen: tuple[int, int, bool]
) -> None:
    """Nobody takes a report for screened that is not; once it is, that is in sight, too."""
    number = served.walk.reported()
    with at(browser, served, "officer", screen) as page:
        page.goto(f"{served.url}/cases/{number}/steps/screen")
        page.get_by_label("Moderate").check()
        page.get_by_label("Why").fill("Invented.")
        leads_on(page, page.get_by_role("button", name="See what follows"))
        stands_at(page, "foreseen")
        expect(page.locator(".foreseen")).to_contain_text("Not done yet")
        expect(page.get_by_role("status").first).to_contain_text("then press “Screen the report”")
        looked_at(page)
        page.get_by_role("link", name="what follows", exact=True).click()
        stands_at(page, "foreseen")
        leads_on(page, page.get_by_role("button", name="Screen the report"))
        expect(page).to_have_url(re.compile("done=screen"))
        stands_at(page, "outcome")


def test_the_room_that_somebody_asked_for_is_in_sight(browser: Browser, served: Served) -> None:
    """A plan's next action, far down its page."""
    number = served.walk.assessed()
    with at(browser, served, "officer", DESK) as page:
        page.goto(f"{served.url}/cases/{number}/steps/draft_plan")
        leads_on(page, page.get_by_role("button", name="Room for another action"))
        stands_at(page, "actions-last")


def test_a_refusal_is_in_sight_and_leads_to_what_would_help(browser: Browser, served: Served) -> None:
    """What others did meanwhile, at the button that would have done it."""
    number = served.walk.reported()
    secret = served.login("officer").sign_in(served.book)
    # Not as the others: a browser writes down that a form was refused.
    with opened(browser, 1280) as page:
        page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
        page.goto(f"{served.url}/cases/{number}/steps/screen")
        page.get_by_label("Moderate").check()
        page.get_by_label("Why").fill("Invented.")
        leads_on(page, page.get_by_role("button", name="See what follows"))
        page.get_by_label("Why").fill("   ")
        leads_on(page, page.get_by_role("button", name="Screen the report"))
        stands_at(page, "outcome")
        page.locator("#outcome a").first.click()
        expect(page.get_by_label("Why")).to_be_focused()
