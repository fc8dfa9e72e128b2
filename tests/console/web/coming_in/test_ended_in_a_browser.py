"""A session that ends while somebody types, in a real browser: no word of theirs is lost."""

import re

from playwright.sync_api import Browser, Page, expect

from states.casebook.accounts import sessions
from tests.cases.signing_in import PASSWORD
from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.console.web.meetings.test_sitting import called
from tests.servers.chromium import leads_on, opened

#: 3,600 signs that somebody typed
LONG = "Invented words, and a new line.\n" * 112 + "And the end."


def signs_in_beside(page: Page, served: Served, member: str) -> Page:
    """Sign in in the tab that a page's link opens, with both steps."""
    login = served.login(member)
    with page.context.expect_page() as opens:
        page.get_by_role("link", name="Sign in in another tab").click()
    other = opens.value
    other.get_by_label("Your mail address").fill(member)
    other.get_by_label("Password").fill(PASSWORD)
    leads_on(other, other.get_by_role("button", name="Go on"))
    other.get_by_label("The six digits").fill(login.code(served.book.clock()))
    leads_on(other, other.get_by_role("button", name="Sign in", exact=True))
    return other


def test_what_was_typed_in_a_step_outlives_the_session(browser: Browser, served: Served) -> None:
    """Whoever signs in in another tab comes to the form's page there, and sends here what they typed."""
    number, secret = served.walk.in_inquiry(), served.login("officer").sign_in(served.book)
    with opened(browser, 1280) as page:
        page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
        page.goto(f"{served.url}/cases/{number}/steps/note")
        page.get_by_role("radio").first.check()
        page.locator("textarea").first.fill(LONG)
        sessions.leave(served.book, secret)
        leads_on(page, page.locator("form button.main"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Your session has ended")
        expect(page.get_by_role("alert")).to_contain_text("Nothing was written")
        expect(page.get_by_label("What you typed")).to_have_value(LONG)
        above = page.get_by_role("alert").bounding_box()
        below = page.get_by_role("link", name="Sign in in another tab").bounding_box()
        assert above
        assert below
        assert above["y"] + above["height"] + 8 <= below["y"], "the way on does not stick to what went wrong"
        looked_at(page)
        # Too soon: it comes back as it is.
        leads_on(page, page.get_by_role("button", name="Send it again"))
        expect(page.get_by_label("What you typed")).to_have_value(LONG)
        other = signs_in_beside(page, served, "officer")
        expect(other).to_have_url(f"{served.url}/cases/{number}/steps/note")
        leads_on(page, page.get_by_role("button", name="Send it again"))
        expect(page).to_have_url(re.compile("done=note"))
    assert served.walk.events(number).count("noted") == 1


def test_minutes_outlive_the_session_and_are_saved_with_the_next_word(
    browser: Browser, served: Served
) -> None:
    """The page says so beside them; no other page comes into them, and nothing is loaded anew."""
    _, path = called(served)
    secret = served.login("chair").sign_in(served.book)
    with opened(browser, 1280) as page:
        page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
        page.goto(f"{served.url}{path}")
        minutes = page.get_by_label("What is said, and what is decided")
        minutes.fill("invented-first")
        expect(page.locator("#kept")).to_contain_text("Saved, sealed")
        sessions.leave(served.book, secret)
        minutes.fill("invented-first-and-second")
        expect(page.locator("#ended")).to_contain_text("Not saved: your session has ended")
        expect(page.get_by_label("Password")).to_have_count(0)
        expect(minutes).to_have_value("invented-first-and-second")
        looked_at(page)
        signs_in_beside(page, served, "chair")
        minutes.press_sequentially("!")
        expect(page.locator("#ended")).to_have_text("")
        expect(page.locator("#kept")).to_contain_text("Saved, sealed")
        page.reload()
        expect(minutes).to_have_value(re.compile("invented-first-and-second"))


def test_a_case_that_is_open_says_when_it_is_kept_up_to_date_no_more(
    browser: Browser, served: Served
) -> None:
    """What it shows stays, and it is said that nothing new comes."""
    number, secret = served.walk.screened(), served.login("officer").sign_in(served.book)
    with opened(browser, 1280) as page:
        page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
        with page.expect_response(re.compile("/events")):
            page.goto(f"{served.url}/cases/{number}")
        sessions.leave(served.book, secret)
        expect(page.locator("#ended")).to_contain_text("what happens from now on does not show here")
        expect(page.locator("#live h1")).to_have_text(number)
        looked_at(page)
