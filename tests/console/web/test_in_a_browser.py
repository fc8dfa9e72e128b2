"""The console in a real browser, as people have it on a desk and in a hand, whatever they can see or hold."""

import re

import pytest
from playwright.sync_api import Browser, expect

from states.casebook.accounts import making
from states.vocabulary.cases import Level
from tests.cases.signing_in import PASSWORD, Login
from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.servers.chromium import leads_on, opened

#: width, height, whether the paper is dark
DESK, HAND = (1280, 900, False), (390, 844, True)


@pytest.mark.parametrize("screen", [DESK, HAND], ids=["desk", "hand"])
def test_somebody_signs_in_and_reads_a_case(
    browser: Browser, served: Served, screen: tuple[int, int, bool]
) -> None:
    """By keyboard all the way: password, code, my work, the case; each page looked at on the way."""
    width, height, dark = screen
    login, number = served.login("officer"), served.walk.assessed(Level.SEVERE)
    served.watch.forward(seconds=30)
    refused = list[str]()
    with opened(browser, width, height, dark=dark) as page:
        page.on("console", lambda message: refused.append(message.text))
        page.goto(f"{served.url}/cases/{number}")
        looked_at(page)
        page.get_by_label("Your mail address").focus()
        page.keyboard.type("invented-officer-address@wnmu.example")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/sign-in/code"))
        looked_at(page)
        page.keyboard.type(login.code(served.book.clock()))
        page.keyboard.press("Enter")
        page.wait_for_url(f"{served.url}/cases/{number}")
        expect(page.get_by_role("heading", level=1)).to_have_text(number)
        expect(page.locator("[aria-current=step]")).to_have_text(re.compile("^Assessed"))
        looked_at(page)
        for name in ("My work", "Cases", "My account"):
            leads_on(page, page.get_by_role("link", name=name, exact=True))
            expect(page.get_by_role("heading", level=1)).to_have_text(name)
            looked_at(page)
        leads_on(page, page.get_by_role("button", name="Sign out"))
        expect(page).to_have_url(f"{served.url}/sign-in")
    # The policy of what a page may do would say so; no page has an icon.
    assert [said for said in refused if "404" not in said] == []


def test_an_account_is_set_up_by_whoever_is_new(browser: Browser, served: Served) -> None:
    """The page with the key can be used by everybody, and so can the one with the recovery codes."""
    link = making.link(served.book, "nurse", by=served.walk.chair)
    with opened(browser, 390, 844) as page:
        page.goto(f"{served.url}/account/set-up/{link}")
        looked_at(page)
        served.logins.pop("nurse", None)
        phone = Login("nurse", page.locator(".key-text").inner_text().replace(" ", ""), [])
        page.get_by_label("The six digits").fill(phone.code(served.book.clock()))
        page.get_by_label("Password").fill(PASSWORD)
        leads_on(page, page.get_by_role("button", name="Set up my account"))
        expect(page.locator(".codes li")).to_have_count(10)
        looked_at(page)
