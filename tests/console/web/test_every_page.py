"""Every page of the console is there, fits every screen, and can be used by everybody.

``TAT_TEST_DOSE=full TAT_PICTURES=a-folder`` looks at each page on each screen, and leaves a picture of it in
that folder, with the records of cases as they print; ``-k`` chooses screens, and ``TAT_PAGES`` (a regular
expression) pages.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest
from playwright.sync_api import Browser, Page

from tests.console.web.conftest import Served
from tests.console.web.every_page import Shown, every_page
from tests.console.web.looking import unusable
from tests.doses import dose
from tests.servers.chromium import opened

#: width, height, whether the paper is dark; "twice" is a desk's at 200 %
SCREENS = {
    "hand-dark": (360, 780, True),
    "twice": (640, 900, False),
    "desk": (1280, 900, False),
    "desk-dark": (1280, 900, True),
    "hand": (360, 780, False),
}

#: of so many pages one is looked at on a screen; which it is depends on the screen and the page's name alone
SHARE = dose(8, 1)

#: an id, and a time as machines write it
UNREADABLE = re.compile(r"\b[0-9a-f]{12,}\b|\d{4}-\d\d-\d\d[T ]\d\d:\d\d|[a-z]+_[a-z_]+")

#: gives what is wider than its own place, beside tables
WIDER = """() => [...document.querySelectorAll('.wide:not(:has(> table))')]
    .filter(each => each.scrollWidth > each.clientWidth + 1)
    .map(each => `${each.getAttribute('aria-label') || 'something'} is ${each.scrollWidth} px wide`)"""


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[tuple[Served, list[Shown]]]:
    """A console that no other test uses, and its pages, or those that are chosen."""
    with every_page(tmp_path_factory.mktemp("pages"), migrated) as (served, pages):
        yield served, [each for each in pages if re.search(os.environ.get("TAT_PAGES", ""), each.name)]


def test_every_page_is_there_at_its_own_address(every: tuple[Served, list[Shown]]) -> None:
    """None leads elsewhere, and what is not there says so: what is looked at below is the page itself."""
    served, pages = every
    assert len({each.name for each in pages}) == len(pages)
    everybody = {each.who for each in pages}
    browsers = {who: served.browser(who) if who else served.stranger() for who in everybody}
    answers = {each: browsers[each.who].get(each.path).status_code for each in pages}
    assert {each.name: status for each, status in answers.items() if status != each.status} == {}


@pytest.mark.parametrize("screen", list(SCREENS)[: dose(2, len(SCREENS))])
def test_everybody_can_read_and_use_every_page(
    browser: Browser,
    every: tuple[Served, list[Shown]],
    tmp_path_factory: pytest.TempPathFactory,
    screen: str,
) -> None:
    """By WCAG 2.2 AA as a program tells it; nothing is wider than the screen or reads as machines write."""
    served, pages = every
    chosen = os.environ.get("TAT_PICTURES")
    out = (Path(chosen) if chosen else tmp_path_factory.mktemp("pictures")) / screen
    out.mkdir(parents=True, exist_ok=True)
    width, height, dark = SCREENS[screen]
    looked = [each for each in pages if crc32(f"{screen} {each.name}".encode()) % SHARE == 0]
    found = list[str]()
    for who in sorted({each.who for each in looked}):
        with opened(browser, width, height, dark=dark) as page:
            if who:
                secret = served.login(who).sign_in(served.book)
                page.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
            for each in (one for one in looked if one.who == who):
                answer = page.goto(f"{served.url}{each.path}")
                assert answer is not None
                assert (answer.status, answer.url) == (each.status, f"{served.url}{each.path}"), each.name
                if chosen:
                    page.screenshot(path=out / f"{each.name}.png", full_page=True)
                    if screen == "desk" and each.path.startswith("/cases/TAT") and "/steps/" not in each.path:
                        page.pdf(path=out / f"{each.name}.pdf", format="Letter")
                found += [f"{each.name}: {one}" for one in wrong(page)]
    assert looked
    assert found == [], "\n".join(found)


def wrong(page: Page) -> list[str]:
    """What a program sees to be wrong with a page."""
    unreadable = (
        set(UNREADABLE.findall(page.locator("main").inner_text())) if page.locator("main").count() else ()
    )
    return [*unusable(page), *page.evaluate(WIDER), *(f"reads {one}" for one in sorted(unreadable))]
