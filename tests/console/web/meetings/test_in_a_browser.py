"""A meeting over two cases in a real browser, with a recused member in the room."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from states.casebook.landing import sitting
from states.casebook.standing.decisions import decide
from states.vocabulary.plans import MeetingKind
from tests.console.web.cases.test_in_a_browser import DESK, HAND, at
from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.console.web.meetings.test_sitting import ALL, called
from tests.servers.chromium import leads_on
from tests.waiting import until

#: what a chair presses for a whole meeting over two cases: who is there, then three for each case
PRESSES = len(ALL) + 1 + 2 * 2


class Pressing:
    """Counts what somebody presses.

    Args:
        page: where.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def check(self, name: str) -> None:
        """Tick something."""
        self.page.get_by_role("checkbox", name=name).check()
        self.count += 1

    def on(self, pressed: Locator) -> None:
        """Press what leads to another page."""
        leads_on(self.page, pressed)
        self.count += 1
        looked_at(self.page)


@pytest.mark.clause("U-04")
@pytest.mark.clause("W-39")
def test_a_chair_holds_a_meeting_over_two_cases_with_a_recused_member_in_the_room(
    browser: Browser, served: Served
) -> None:
    """Nine presses and two texts; what is typed is saved by itself; a second member reads along in a hand."""
    apart, _ = called(served, kind=MeetingKind.EMERGENCY)
    other, path = called(served)
    decide(served.book, apart, "nurse", by=served.walk.chair, keep_out=True, because="Invented.")
    with at(browser, served, "chair", DESK) as page, at(browser, served, "officer", HAND) as hand:
        page.goto(f"{served.url}/meetings")
        looked_at(page)
        for address in ("/meetings", "/meetings/semester"):
            hand.goto(f"{served.url}{address}")
            looked_at(hand)
        page.goto(f"{served.url}/meetings/semester")
        looked_at(page)
        page.goto(f"{served.url}/meetings/now")
        looked_at(page)
        chair = Pressing(page)
        for member in ALL:
            chair.check(f"invented-{member}-name")
        chair.on(page.get_by_role("button", name="They are here"))
        first = page.locator(".step").filter(has_text=apart)
        expect(first).to_contain_text("invented-nurse-name steps outside first")
        expect(page.locator(".step").filter(has_text=other)).not_to_contain_text("outside")
        for number in (apart, other):
            chair.on(page.get_by_role("link", name=f"Talk about {number}"))
            page.get_by_label("What is said, and what is decided").fill(f"invented-minutes-of-{number}")
            expect(page.locator("#kept")).to_contain_text("Saved, sealed")
            if number == other:
                hand.goto(f"{served.url}{path}")
                expect(hand.get_by_label("What is said")).to_have_value(f"invented-minutes-of-{number}")
                looked_at(hand)
            chair.on(page.get_by_role("button", name="Put the minutes on record"))
            expect(page.get_by_role("status")).to_contain_text("There was a quorum")
            expect(page.get_by_role("link", name=f"Talk about {number}")).to_have_count(0)
        assert chair.count == PRESSES
        hand.goto(f"{served.url}/meetings/now")
        looked_at(hand)
    (row,) = served.walk.records(apart, "meetings")
    assert (row["content"]["outside"], row["quorate"]) == (["nurse"], True)


@pytest.mark.clause("U-04", "W-13")
def test_whoever_raises_an_alarm_while_they_type_loses_no_word_of_the_minutes(
    browser: Browser, served: Served
) -> None:
    """At once after the last letter, before it was saved by itself; the alarm waits for nothing."""
    _, path = called(served)
    meeting = path.rpartition("/")[2]

    def is_kept() -> bool:
        seat = sitting.seat(served.book, meeting, by=served.walk.chair)
        return seat.draft.minutes == "invented-last-word"

    with at(browser, served, "chair", DESK) as page:
        page.goto(f"{served.url}{path}")
        page.get_by_label("What is said, and what is decided").fill("invented-last-word")
        leads_on(page, page.locator("#raise"))
        expect(page.locator("#raise")).to_have_attribute("aria-current", "page")
        until(is_kept, "the minutes to be kept")
