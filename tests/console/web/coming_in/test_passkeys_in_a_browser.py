"""Passkeys in a real browser, which makes and shows them as a phone does that knows its owner."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.servers.chromium import leads_on, opened


@pytest.fixture
def at(served: Served) -> Iterator[str]:
    """Where the console is, by a name: passkeys are for names."""
    settings = served.app.state.desk.settings
    before, settings.base_url = settings.base_url, served.url.replace("127.0.0.1", "localhost")
    yield settings.base_url
    settings.base_url = before


def with_authenticator(page: Page, *, knows_its_owner: bool = True) -> None:
    """Give a page's browser a phone that makes passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": knows_its_owner,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_signs_in_shows_again_and_is_removed(
    browser: Browser, served: Served, at: str
) -> None:
    """With no password and no code; each page looked at; nothing that the page's policy refuses."""
    refused = list[str]()
    with opened(browser, 390, 844, dark=True) as page:
        page.on("console", lambda message: refused.append(message.text))
        page.goto(f"{at}/sign-in")
        with_authenticator(page)
        looked_at(page)
        secret = served.login("officer").sign_in(served.book)
        page.context.add_cookies([{"name": "tat", "value": secret, "url": at}])
        page.goto(f"{at}/account")
        page.get_by_label("What do you call it?").fill("My invented phone")
        leads_on(page, page.get_by_role("button", name="Add a passkey"))
        expect(page.get_by_text("My invented phone", exact=True)).to_be_visible()
        looked_at(page)
        leads_on(page, page.get_by_role("button", name="Sign out"))
        expect(page).to_have_url(f"{at}/sign-in")
        page.goto(f"{at}/cases?state=closed")
        leads_on(page, page.get_by_role("button", name="Use a passkey"))
        expect(page).to_have_url(f"{at}/cases?state=closed")
        expect(page.locator("header")).to_contain_text("invented-officer-name")
        served.watch.forward(minutes=10)
        page.goto(f"{at}/account")
        leads_on(page, page.get_by_role("button", name="Remove it"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Show that it is you")
        looked_at(page)
        leads_on(page, page.get_by_role("button", name="Use a passkey"))
        expect(page).to_have_url(f"{at}/account")
        expect(page.get_by_text("My invented phone", exact=True)).to_have_count(0)
        leads_on(page, page.get_by_role("button", name="Sign out"))
        expect(page).to_have_url(f"{at}/sign-in")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_text("That passkey did not fit")).to_be_visible()
    assert [said for said in refused if "404" not in said and "status of 4" not in said] == []


def test_a_phone_that_does_not_know_its_owner_makes_none(browser: Browser, served: Served, at: str) -> None:
    """It says so, and the code is as good as before."""
    with opened(browser, 1280) as page:
        secret = served.login("dean").sign_in(served.book)
        page.context.add_cookies([{"name": "tat", "value": secret, "url": at}])
        page.goto(f"{at}/account")
        with_authenticator(page, knows_its_owner=False)
        page.get_by_label("What do you call it?").fill("A stolen phone")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_text("No passkey was made")).to_be_visible()
        looked_at(page)
