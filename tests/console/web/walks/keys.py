"""Somebody at a page without a mouse: what they use they come to by keyboard, and see that they are there."""

from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.console.web.walks.hand import Hand
from tests.servers.chromium import leads_on

#: so many times somebody presses Tab on one page, before they give up
MOST = 400

#: whether something has the focus, or stands in the head of a folded part that has it
HERE = """sought => {
    const here = document.activeElement
    return here === sought || (here.tagName === "SUMMARY" && here.contains(sought))
}"""

#: whether another choice of the same question has the focus
NEAR = """sought => {
    const here = document.activeElement
    return here.type === "radio" && sought.type === "radio" && here.name === sought.name
}"""

#: whether one sees what has the focus: it, or the label around it, has an outline or a ring (WCAG 2.2, 2.4.7)
SEEN = """() => {
    const here = document.activeElement
    return [here, here.closest("label")].some(one => {
        if (!one) return false
        const style = getComputedStyle(one)
        return style.outlineStyle !== "none" || style.boxShadow !== "none"
    })
}"""


@dataclass(slots=True)
class Keys(Hand):
    """A hand that has a keyboard and nothing else."""

    def press(self, what: Locator) -> None:
        """Come to it, and use it: a choice with Space or the arrows, all else with Enter."""
        self._come_to(what)
        kind = what.evaluate("one => one.type || one.tagName")
        if kind == "radio":
            self._choose_among(what)
        else:
            self.page.keyboard.press("Space" if kind == "checkbox" else "Enter")
        self.counted.presses += 1

    def go(self, what: Locator) -> None:
        """Come to what leads on, and press Enter."""
        self._come_to(what)
        leads_on(self.page, what, key="Enter")
        self.counted.presses += 1

    def choose(self, **given: str) -> None:
        """Choose in a field, unless it stands there already."""
        for name, values in given.items():
            for value in values.split(" "):
                choice = self.page.locator(f'[name="{name}"][value="{value}"]').first
                if not choice.is_checked():
                    self.press(choice)
                expect(choice).to_be_checked()

    def type(self, **given: str) -> None:
        """Come to each field, and type over what it holds."""
        for name, text in given.items():
            self._come_to(self.page.locator(f'[name="{name.replace("__", ".")}"]'))
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
            self.counted.typed += 1

    def look(self, called: str) -> None:
        """Draw the page, where pictures are wanted; the other walks see whether everybody can use it."""
        self.draw(called)

    def _come_to(self, what: Locator) -> None:
        """Press Tab until it has the focus, and see that one sees it."""
        what.wait_for()
        for _ in range(MOST):
            if what.evaluate(f"one => ({HERE})(one) || ({NEAR})(one)"):
                self.page.wait_for_function(SEEN)
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not come to {what}")

    def _choose_among(self, what: Locator) -> None:
        """Go through the choices of a question with the arrows, of which each chooses."""
        if what.evaluate(HERE):
            self.page.keyboard.press("Space")
        for _ in range(MOST):
            if what.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not come to {what}")
