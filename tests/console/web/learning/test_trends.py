"""The page of trends: charts with tables and files, the same numbers in each, none about few people."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from states.vocabulary.figures import Chart
from states.vocabulary.people import Affiliation
from tests.console.web.conftest import Served, console
from tests.console.web.looking import looked_at
from tests.servers.chromium import leads_on, opened
from tests.states.figures.test_counting import SUMMER

#: from which width on a page is a desk's, where tables are unfolded; and pixels of letters that one can read
DESK, READABLE = 700, 14

#: gives how large the smallest letters of the pictures are, in pixels of the screen
LETTERS = """() => Math.min(...[...document.querySelectorAll('.chart text')].map(each =>
    parseFloat(getComputedStyle(each).fontSize) * each.ownerSVGElement.getScreenCTM().a))"""

pytestmark = pytest.mark.clause("W-48")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Served]:
    """A console in the summer after a spring with reports at three sites."""
    with console(tmp_path_factory.mktemp("trends"), migrated) as made:
        for site, number in (("silver_city", 9), ("deming", 6), ("gallup", 2)):
            for _ in range(number):
                made.walk.reported(site=site, affiliation=Affiliation.STUDENT)
        made.watch.now = SUMMER
        yield made


def numbers(client: httpx.Client, query: str) -> list[tuple[str, str, str, str]]:
    """The lines of a file."""
    answer = client.get(f"/trends.csv?{query}")
    assert answer.headers["content-type"].startswith("text/csv")
    head, *lines = csv.reader(StringIO(answer.text))
    assert head == ["chart", "row", "category", "number"]
    return [(line[0], line[1], line[2], line[3]) for line in lines]


def test_each_chart_has_a_picture_a_table_and_a_file(served: Served) -> None:
    """Each says what it counts, of whom and when; nothing in a picture is a style or a script."""
    shown = served.browser("chair").get("/trends").text
    for chart in Chart:
        assert f'id="{chart}-title"' in shown
        assert f"/trends.csv?chart={chart}" in shown
    assert shown.count("<svg") == shown.count("</table>") == len(Chart)
    assert "Everybody, " in shown
    assert not re.search(r"style=|<style|<script|onload", shown)


@pytest.mark.clause("U-07")
@pytest.mark.parametrize("query", ["", "of=site:deming", "of=site:gallup", "period=Spring+2026&by=site"])
def test_the_file_has_the_numbers_of_the_page(served: Served, query: str) -> None:
    """All of them, and no other: what the page keeps back the file does, too."""
    client = served.browser("chair")
    page = client.get(f"/trends?{query}").text
    cells = [re.sub("<[^>]*>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", page)]
    assert [cell for cell in cells if re.fullmatch(r"\d+|fewer than 5|kept back", cell)] == [
        number for *_, number in numbers(client, query)
    ]


@pytest.mark.clause("U-07")
def test_a_site_with_few_people_is_not_shown_beside_the_others(served: Served) -> None:
    """Nor is the one that would give it away, on the page, in the file, or by choosing the site alone."""
    client = served.browser("chair")
    lines = numbers(client, "period=Spring+2026&by=site&chart=repeats")
    totals = [number for _, _, name, number in lines if name == "all"]
    assert sorted(totals) == ["17", "9", *["kept back"] * 4]
    for site in ("deming", "gallup"):
        lines = numbers(client, f"of=site:{site}&chart=repeats")
        assert {number for _, row, _, number in lines if row == "Spring 2026"} == {"kept back"}


def test_what_is_asked_for_and_is_nothing_shows_everybody(served: Served) -> None:
    """A site, a period or a chart that there is not leads to no error."""
    client = served.browser("chair")
    assert client.get("/trends?of=site:nowhere&period=Spring+1999&by=x").text.count("<svg") == len(Chart)
    assert numbers(client, "chart=nothing") == numbers(client, "")


@pytest.mark.parametrize("screen", [(1280, False), (360, True)], ids=["desk", "hand"])
def test_everybody_can_use_the_page_of_trends(
    browser: Browser, served: Served, screen: tuple[int, bool]
) -> None:
    """On a desk and in a hand; nothing that the page brings along is refused by its own policy."""
    (width, dark), refused = screen, list[str]()
    secret = served.login("chair").sign_in(served.book)
    with opened(browser, width, 800, dark=dark) as page:
        page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
        page.on("console", lambda message: refused.append(message.text))
        page.goto(f"{served.url}/trends")
        expect(page.get_by_role("img", name="Reports by how they came in")).to_be_visible()
        looked_at(page)
        page.get_by_label("Side by side").select_option("site")
        leads_on(page, page.get_by_role("button", name="Show side by side"))
        cell = page.get_by_role("cell", name="Deming").first
        if width < DESK:
            expect(cell).to_be_hidden()
            page.locator("summary").first.click()
        expect(cell).to_be_visible()
        page.wait_for_function(f"({LETTERS})() >= {READABLE}")
        looked_at(page)
        page.get_by_role("navigation", name="Charts on this page").get_by_role("link").last.click()
        expect(page.locator("section h2").last).to_be_in_viewport()
    assert [said for said in refused if "404" not in said] == []


def test_a_table_is_printed_though_it_is_folded(browser: Browser, served: Served) -> None:
    """On paper nobody unfolds anything; what leads around on a screen stays there."""
    secret = served.login("chair").sign_in(served.book)
    with opened(browser, 360, 800) as page:
        page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
        page.goto(f"{served.url}/trends")
        expect(page.get_by_role("table").first).to_be_hidden()
        page.emulate_media(media="print")
        expect(page.get_by_role("table").first).to_be_visible()
        expect(page.get_by_text("The numbers").first).to_be_hidden()
        expect(page.get_by_role("navigation", name="Charts on this page")).to_be_hidden()
