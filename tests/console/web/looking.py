"""Looking at a page as somebody does who cannot see it well, or holds it in a hand."""

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

#: what WCAG 2.2 asks for at the levels A and AA, as axe-core calls it; of what it finds, what is wrong
ASKED = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}

#: gives the columns of tables that are read only by whoever moves them sideways
WIDER_TABLES = """() => [...document.querySelectorAll('.wide:has(> table)')]
    .filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.getAttribute('aria-label'))"""


def looked_at(page: Page) -> None:
    """See that a page that is there by now fits the screen, tables too, and that everybody can use it."""
    screen = page.viewport_size
    assert screen is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"], page.url
    assert page.evaluate(WIDER_TABLES) == [], page.url
    found = Axe().run(page, options=ASKED)
    assert found.violations_count == 0, found.generate_report()
