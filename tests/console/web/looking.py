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
    assert unusable(page) == [], page.url


def unusable(page: Page) -> list[str]:
    """What is wider than the screen of a page that is there by now, and what not everybody can use."""
    screen = page.viewport_size
    assert screen is not None
    width = page.evaluate("document.documentElement.scrollWidth")
    wider = [f"it is {width} px wide"] if width > screen["width"] else []
    wider += [f"{label} is wider than the screen" for label in page.evaluate(WIDER_TABLES)]
    found = Axe().run(page, options=ASKED)
    return [*wider, *([found.generate_report()] if found.violations_count else [])]
