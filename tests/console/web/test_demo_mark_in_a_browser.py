"""The mark of a demo as it is seen: on each screen, wherever one has scrolled to, and on each sheet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.console.web.conftest import Served, console
from tests.console.web.looking import looked_at
from tests.servers.chromium import opened
from tests.servers.paper import pages_of

#: whether what has the focus is there in the middle of its first line's upper edge, and nothing before it
IN_SIGHT = """() => {
    const one = document.activeElement, [line] = one.getClientRects();
    const there = document.elementFromPoint(line.left + line.width / 2, line.top + 2);
    return one === there || one.contains(there);
}"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Served]:
    """A console whose data folder says that it is a demo's."""
    with console(tmp_path_factory.mktemp("demo"), migrated) as served:
        served.app.state.desk.settings.demo_file.touch()
        yield served


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (360, False), (360, True)])
def test_the_mark_fits_and_stays_in_sight(demo: Served, browser: Browser, *, width: int, dark: bool) -> None:
    """It covers nothing that has the focus, forward and back, and everybody can read it."""
    with opened(browser, width, 600, dark=dark) as page:
        page.goto(f"{demo.url}/report")
        mark = page.locator("aside.demo")
        expect(mark).to_have_text("DEMO: all people and cases are invented.")
        looked_at(page)
        fields = page.locator("main :is(a, button, input:not([tabindex]):not([type=hidden]))").count()
        for key in ("Tab", "Shift+Tab"):
            for _ in range(fields):
                page.keyboard.press(key)
                assert page.evaluate(IN_SIGHT), page.evaluate("document.activeElement.outerHTML")
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        expect(mark).to_be_in_viewport(ratio=1)


def test_each_sheet_that_is_printed_of_a_demo_says_so(demo: Served, browser: Browser) -> None:
    """In its margin, on every one; the first says in words what that means. Of an installation none does."""
    mark = demo.app.state.desk.settings.demo_file
    with opened(browser, 1280) as page:
        page.goto(f"{demo.url}/report/paper")
        sheets = pages_of(page.pdf(prefer_css_page_size=True))
        mark.unlink()
        page.reload()
        plain = pages_of(page.pdf(prefer_css_page_size=True))
        mark.touch()
    assert len(sheets) > 1
    assert ["DEMO" in sheet for sheet in sheets] == [True] * len(sheets)
    assert "DEMO:allpeopleandcasesareinvented." in sheets[0]
    assert ["DEMO" in sheet for sheet in plain] == [False] * len(plain)
