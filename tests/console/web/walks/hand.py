"""Somebody at a page whose presses and typed fields are counted, step by step."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.console.web.looking import looked_at
from tests.servers.chromium import leads_on


@dataclass(slots=True)
class Counted:
    """What people did in all: how often they pressed, how many fields they typed in, and which steps."""

    presses: int = 0
    typed: int = 0
    steps: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Hand:
    """Somebody at a page; every press, choice and typed field of theirs is counted.

    Args:
        who: the member.
        page: their page.
        counted: where it is counted.
        url: where the console is served.
        looked: pages that were looked at before, which are not looked at again.
        pictures: where a picture of each step goes; None: nowhere.
        places: counts the pictures of a walk.
    """

    who: str
    page: Page
    counted: Counted
    url: str
    looked: set[str]
    pictures: Path | None = None
    places: Iterator[int] = field(default_factory=lambda: count(1))

    def open(self, path: str = "/") -> None:
        """Come to a page as by a bookmark or the link in a message, which is a press, too."""
        answer = self.page.goto(f"{self.url}{path}")
        assert answer is not None
        assert answer.ok, path
        self.counted.presses += 1
        self.look(path)

    def press(self, what: Locator) -> None:
        """Press what stays on the page."""
        what.click()
        self.counted.presses += 1

    def go(self, what: Locator) -> None:
        """Press what leads on, to a page that is there."""
        leads_on(self.page, what)
        self.counted.presses += 1
        expect(self.page.locator("main h1")).to_be_visible()

    def choose(self, **given: str) -> None:
        """Choose in a field, by its name, unless it stands there already; several are parted by spaces."""
        for name, values in given.items():
            for value in values.split(" "):
                choice = self.page.locator(f'[name="{name}"][value="{value}"]').first
                expect(choice).to_be_visible()
                if not choice.is_checked():
                    choice.check()
                    self.counted.presses += 1

    def unfold(self, part: str) -> None:
        """Open a part of a form, unless it stands open."""
        folded = self.page.locator("details:not([open]) > summary").get_by_text(part, exact=True)
        if folded.count():
            self.press(folded)

    def type(self, **given: str) -> None:
        """Type into fields, by their names, where a double underscore stands for a dot."""
        for name, text in given.items():
            self.page.locator(f'[name="{name.replace("__", ".")}"]').fill(text)
            self.counted.typed += 1

    def look(self, called: str) -> None:
        """See that a page can be used by everybody, once for each kind of it and size of screen; draw it."""
        screen = self.page.viewport_size
        kind = re.sub(r"TAT-[\d-]+", "", f"{called} {screen['width'] if screen else 0}")
        if kind not in self.looked:
            self.looked.add(kind)
            looked_at(self.page)
        self.draw(called)

    def draw(self, called: str) -> None:
        """Draw the page as it is, where pictures are wanted."""
        if self.pictures is not None:
            name = re.sub(r"\W+", "-", called).strip("-") or "work"
            self.pictures.mkdir(parents=True, exist_ok=True)
            path = self.pictures / f"{next(self.places):02}-{self.who}-{name}.png"
            self.page.screenshot(path=path, full_page=True)

    def turn_to(self, number: str, step: str, *, by: str = "") -> None:
        """Come to a step of a case as people do: by a link where they are, or from the case's page.

        Args:
            number: the case.
            step: the step.
            by: the sheet of the case that the link stands on; empty: on its first page.
        """
        path = f"/cases/{number}/steps/{step}"
        link = self.page.locator(f'a[href="{path}"], a[href^="{path}?"]').first
        if not self.is_at("/") and not self.is_at(f"/cases/{number}"):
            self.go(self.page.locator(f'a[href="/cases/{number}"]').first)
        if by:
            self.go(self.page.locator(f'a[href="/cases/{number}/{by}"]').first)
        # A page that was open since before shows by itself what has become possible.
        expect(link).to_be_attached()
        if not link.is_visible():
            self.press(self.page.locator("details:not([open])", has=link).locator("> summary"))
        self.go(link)
        expect(self.page).to_have_url(re.compile(rf"/steps/{step}(\?|$)"))
        self.look(step)

    def is_at(self, path: str) -> bool:
        """Whether this page is open."""
        return self.page.url.partition("?")[0] == f"{self.url}{path}"

    def take(self, step: str, button: str) -> None:
        """See what follows, where that is shown first, and take the step."""
        follows = self.page.locator("button.main").get_by_text("See what follows", exact=True)
        self.draw(f"{step}-filled")
        if follows.count():
            self.go(follows)
            expect(self.page.get_by_role("heading", name="What follows")).to_be_visible()
            self.look(f"{step}-follows")
        self.go(self.page.get_by_role("button", name=button, exact=True))
        expect(self.page).to_have_url(re.compile(f"done={step}"))
        self.counted.steps.append(step)
        self.draw(f"{step}-done")
