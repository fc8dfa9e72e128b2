"""Where messages land in a real browser, in a hand at three in the morning, and on a desk."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from states.casebook.alarms import answers
from states.casebook.plan import meetings
from states.vocabulary.plans import MeetingKind
from tests.console.web.conftest import Served
from tests.console.web.links.conftest import WATCH_DESK, code_in
from tests.console.web.links.sent import alarmed, conveyed
from tests.console.web.looking import looked_at
from tests.servers.chromium import leads_on, opened

#: width, height, whether the paper is dark
DESK, HAND = (1280, 900, False), (360, 740, True)


@pytest.fixture(params=[DESK, HAND], ids=["desk", "hand"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on each kind of screen."""
    width, height, dark = request.param
    with opened(browser, width, height, dark=dark) as page:
        yield page


@pytest.mark.clause("W-13", "U-15")
def test_police_take_an_alarm_over_from_the_message_s_link(page: Page, served: Served) -> None:
    """A name, one button, done: the agency stands there, a call is one touch, and a code opens more."""
    number, link = alarmed(served)
    page.goto(f"{served.url}{link}")
    expect(page.get_by_role("heading", level=1)).to_have_text("EMERGENCY: Deming")
    expect(page.get_by_label("Agency")).to_have_value("WNMU University Police")
    call = page.get_by_role("link", name=f"Call {served.book.pack.duty_line} now")
    expect(call).to_have_attribute("href", f"tel:{served.book.pack.duty_line.replace('-', '')}")
    looked_at(page)
    page.get_by_label("Who you are").fill("invented-officer")
    leads_on(page, page.get_by_role("button", name="I have taken over"))
    expect(page.locator("main")).to_contain_text("it is on record that you have taken over")
    looked_at(page)
    (shown,) = answers.show(served.book, number, by=served.walk.chair)
    assert shown.alarm.taken_over_at is not None, "the alert's clock stands"
    leads_on(page, page.get_by_role("link", name="more, after a code sent to your agency's number"))
    page.get_by_label("The number of the case").fill(number)
    leads_on(page, page.get_by_role("button", name="Send me a code"))
    expect(page.get_by_text("The code is on its way")).to_be_visible()
    looked_at(page)
    page.get_by_label("The code").fill(code_in(served, WATCH_DESK))
    leads_on(page, page.get_by_role("button", name="Show it"))
    expect(page.get_by_text("An invented threat by Sam Sample.")).to_be_visible()
    looked_at(page)
    page.goto(f"{served.url}/m/{'0' * 64}")
    looked_at(page)


def test_a_vice_president_types_number_and_code_and_reads(page: Page, served: Served) -> None:
    """Each page on the way is one thing, and everybody can use it."""
    number, link = conveyed(served)
    page.goto(f"{served.url}{link}")
    looked_at(page)
    page.get_by_label("The number of the case").fill(number)
    leads_on(page, page.get_by_role("button", name="Send me a code"))
    looked_at(page)
    page.get_by_label("The code").fill("1")
    leads_on(page, page.get_by_role("button", name="Show it"))
    looked_at(page)
    page.get_by_label("The code").fill(code_in(served))
    leads_on(page, page.get_by_role("button", name="Show it"))
    expect(page).to_have_url(f"{served.url}{link}")
    expect(page.locator("main")).to_contain_text("invented-recommendation")
    looked_at(page)


def test_members_land_on_a_meeting_an_action_and_the_alarms(page: Page, served: Served) -> None:
    """Each is looked at; whoever is invited presses one of two buttons."""
    walk, book = served.walk, served.book
    alarmed(served)
    number, soon = walk.monitored(), book.clock() + timedelta(days=1)
    meeting = meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=soon)
    action = next(a["id"] for a in walk.records(number, "plan_actions") if a["owner"] == "nurse")
    secret = served.login("nurse").sign_in(book)
    page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
    for path in (f"/meetings/{meeting}", f"/actions/{action}", "/alarms", "/alarms/raise"):
        page.goto(f"{served.url}{path}")
        looked_at(page)
    page.goto(f"{served.url}/meetings/{meeting}")
    leads_on(page, page.get_by_role("button", name="I come"))
    expect(page.locator("main")).to_contain_text("You said that you come")
