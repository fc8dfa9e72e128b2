"""Looking at a page as somebody does who cannot see it well, or holds it in a hand."""

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

#: what WCAG 2.2 asks for at the levels A and AA, as axe-core calls it
ASKED = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def looked_at(page: Page, width: int) -> None:
    """See that a page is no wider than the screen, and that everybody can use it."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    found = Axe().run(page, options={"runOnly": ASKED})
    assert found.violations_count == 0, found.generate_report()
