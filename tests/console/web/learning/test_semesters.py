"""The pages of reports on semesters: one writes, another approves, and nothing that was typed is lost."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.console.web.conftest import Served, console
from tests.console.web.looking import looked_at
from tests.servers.chromium import PATIENT, leads_on, opened
from tests.states.figures.test_counting import SUMMER

pytestmark = pytest.mark.clause("W-34", "M-05")

AT = "/reports/Spring-2026"


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Served]:
    """A console of its own in the summer after a spring with six reports."""
    with console(tmp_path_factory.mktemp("semesters"), migrated) as made:
        for _ in range(6):
            made.walk.reported()
        made.watch.now = SUMMER
        yield made


def seen(client: httpx.Client) -> str:
    """The version that a page has in its form."""
    found = re.search(r'name="seen" value="(\w*)"', client.get(AT).text)
    assert found is not None
    return found[1]


def test_one_writes_a_report_and_another_approves_it(served: Served) -> None:
    """Whoever wrote it is refused; the page of the other has a button; after that nothing is changed."""
    chair, officer = served.browser("chair"), served.browser("officer")
    assert "Not written yet" in chair.get("/reports").text
    texts = {"levels": "Few were grave.", "recommendations": "Train more."}
    assert chair.post(AT, data={"seen": seen(chair), **texts}).status_code == 303
    refused = chair.post(f"{AT}/approval", data={"seen": seen(chair)})
    assert (refused.status_code, "somebody else approves it" in refused.text) == (422, True)
    page = officer.get(AT).text
    assert all(text in page for text in (*texts.values(), "Approve, and send it", "Office of the President"))
    assert officer.post(f"{AT}/approval", data={"seen": seen(officer)}).status_code == 303
    for client in (chair, officer):
        page = client.get(AT).text
        assert "Approved by" in page
        assert "<form method" not in page.partition("<main")[2]
    assert "Approved by" in chair.get("/reports").text


def test_what_somebody_typed_is_not_lost_when_another_was_faster(served: Served) -> None:
    """It stands in the form again, beside the reason; the other's text is not written over."""
    chair = served.browser("chair")
    stale = seen(chair)
    assert chair.post(AT, data={"seen": stale, "recommendations": "Theirs."}).status_code == 303
    refused = chair.post(AT, data={"seen": stale, "recommendations": "Mine.", "levels": "<b>Mine</b>"})
    assert refused.status_code == 422
    assert "Mine." in refused.text
    assert "&lt;b&gt;Mine&lt;/b&gt;" in refused.text
    assert "Theirs." in chair.get(AT).text


def test_everybody_can_use_the_page_of_a_report(browser: Browser, served: Served) -> None:
    """By keyboard, in a hand and in the dark: a text is typed and kept."""
    secret = served.login("chair").sign_in(served.book)
    with opened(browser, 360, 740, dark=True) as page:
        page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
        page.goto(f"{served.url}/reports")
        leads_on(page, page.get_by_role("link", name="Spring 2026"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Report for Spring 2026")
        looked_at(page)
        page.get_by_label("Recommendations", exact=True).focus()
        page.keyboard.type("Train more.")
        with page.expect_navigation(timeout=PATIENT):
            page.get_by_role("button", name="Keep as a new version").press("Enter")
        expect(page.get_by_text("Version 1, written by")).to_be_visible()
        expect(page.get_by_label("Recommendations", exact=True)).to_have_value("Train more.")
        looked_at(page)


def test_a_printed_report_has_what_the_team_says_to_its_charts(browser: Browser, served: Served) -> None:
    """Whoever reads it on paper misses none of its words."""
    chair = served.browser("chair")
    said = {"levels": "Few were grave.", "recommendations": "Train more."}
    chair.post(AT, data={"seen": seen(chair), **said})
    secret = served.login("officer").sign_in(served.book)
    with opened(browser, 1280) as page:
        page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
        page.goto(f"{served.url}{AT}")
        page.emulate_media(media="print")
        for text in said.values():
            expect(page.get_by_text(text, exact=True)).to_be_visible()
