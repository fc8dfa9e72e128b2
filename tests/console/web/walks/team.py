"""A reporter on a phone and a team of four at its pages, and the world that answers what their case owes."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

from playwright.sync_api import Browser, expect

from console.invented import sources
from flows.catalog import CATALOG
from flows.performing import perform
from states.access import SYSTEM
from states.casebook.effects import listing
from states.vocabulary.effects import EffectKind, EffectStatus
from tasks.desk import Desk
from tasks.doors.registry import Doors
from tasks.sources.registry import load_sources
from tests.cases.walking import TEAM
from tests.console.web.cases.test_in_a_browser import DESK, HAND, at
from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.console.web.walks.hand import Counted, Hand
from tests.servers.chromium import opened

#: who has the console in their hand
ON_A_PHONE = ("nurse", "dean")


@dataclass(slots=True)
class World:
    """What happens by itself: registrar, personnel and police records answer, messages go out.

    Args:
        desk: where what is owed is done, with the demo's sources plugged in.
    """

    desk: Desk

    @classmethod
    def around(cls, served: Served) -> "World":
        """The world around a served console."""
        settings = served.app.state.desk.settings
        if not settings.sources_file.exists():
            sources.write(settings)
        return cls(Desk(settings, served.book, load_sources(settings.sources_file), Doors()))

    def turns(self, number: str) -> None:
        """Do what a case owes by now, as its flows do it, until it owes nothing more by now."""
        while self._owed(number):
            # Beside the browser's driver, whose loop runs in this thread.
            with ThreadPoolExecutor(1) as aside:
                aside.submit(asyncio.run, self._do(number)).result()

    def _owed(self, number: str) -> list[listing.EffectLine]:
        owed = listing.effects(self.desk.book, by=SYSTEM, number=number, status=EffectStatus.PENDING)
        return [line for line in owed if line.due_at <= self.desk.book.clock()]

    async def _do(self, number: str) -> None:
        for line in self._owed(number):
            await perform(self.desk, line.effect_id, CATALOG[EffectKind(line.kind)].does, run="a-walk")


@dataclass(slots=True)
class Team:
    """The four, on a case; who chairs in it, and who does the daily work of it.

    Args:
        browser: the browser.
        served: the console.
        world: what happens by itself.
        hands: each of the four at their page.
        counted: what they did in all.
        looked: pages that were looked at before.
        pictures: where a picture of each step goes; None: nowhere.
        number: the case that they work on; empty: nobody has reported yet.
        person: whom reports are about, as the fields of the public form call it.
        chairs: who chairs in it.
        hand: what people use their pages with.
        here: who takes part.
    """

    browser: Browser
    served: Served
    world: World
    hands: dict[str, Hand]
    counted: Counted
    looked: set[str]
    pictures: Path | None
    number: str = ""
    person: dict[str, str] = field(default_factory=dict)
    chairs: str = "chair"
    hand: type[Hand] = Hand
    here: list[str] = field(default_factory=lambda: [member for member, _, _ in TEAM])

    @property
    def chair(self) -> Hand:
        """Whoever chairs in the case."""
        return self.hands[self.chairs]

    @property
    def officer(self) -> Hand:
        """Who screens, and writes what the team comes to."""
        return self.hands["officer"]

    @property
    def nurse(self) -> Hand:
        """Who carries the plan out."""
        return self.hands["nurse"]

    def later(self, when: datetime) -> None:
        """Let it be later; whoever was signed in until then signs in anew."""
        self.served.watch.now = max(when, self.served.watch.now)
        for member, hand in self.hands.items():
            secret = self.served.login(member).sign_in(self.served.book)
            hand.page.context.add_cookies([{"name": "tat", "value": secret, "url": self.served.url}])

    def page_of_case(self, hand: Hand) -> None:
        """Come to the case's page."""
        hand.open(f"/cases/{self.number}")

    def step(self, hand: Hand, step: str, by: str = "") -> None:
        """Come to a step's page, and see that it can be used."""
        hand.turn_to(self.number, step, by=by)

    def report(self, **said: str) -> str:
        """Report on the public form, on a phone, as somebody whom nobody knows; gives the case's number."""
        known = {line.number for line in self.served.walk.cases()}
        places = count(1)
        with opened(self.browser, HAND[0], HAND[1]) as page:

            def seen(step: str) -> None:
                if step not in self.looked:
                    self.looked.add(step)
                    looked_at(page)
                if self.pictures is not None:
                    self.pictures.mkdir(parents=True, exist_ok=True)
                    name = f"00-{len(known)}-{next(places)}-reporter-{step}.png"
                    page.screenshot(path=self.pictures / name, full_page=True)

            # What reporters press is not counted among what the team does.
            hand = self.hand("", page, Counted(), self.served.url, self.looked)
            page.goto(f"{self.served.url}/report")
            seen("start")
            hand.press(page.get_by_label("Silver City"))
            hand.press(page.get_by_label("No, or I do not know"))
            hand.go(page.get_by_role("button", name="Go on", exact=True))
            hand.type(behavior_of_concern="Invented shouting in an invented class, twice.")
            _save(hand, "who", seen)
            hand.type(**said)
            hand.press(page.locator('[name="affiliations"][value="student"]'))
            _save(hand, "you", seen)
            _save(hand, "send", seen)
            hand.go(page.get_by_role("button", name="Send the report"))
            expect(page).to_have_url(re.compile("/report/receipt"))
            seen("receipt")
        (new,) = {line.number for line in self.served.walk.cases()} - known or {self.number}
        self.number = new
        return new


def _save(hand: Hand, then: str, seen: Callable[[str], None]) -> None:
    page = hand.page
    hand.go(page.get_by_role("button", name="Save and go on"))
    expect(page).to_have_url(re.compile(f"/report/{then}"))
    seen(then)


@contextmanager
def gathered(
    browser: Browser,
    served: Served,
    world: World,
    looked: set[str],
    pictures: Path | None = None,
    *,
    hand: type[Hand] = Hand,
) -> Iterator[Team]:
    """The four at their pages, two at a desk and two with a phone, each signed in.

    Args:
        browser: the browser.
        served: the console.
        world: what happens by itself.
        looked: pages that were looked at before.
        pictures: where a picture of each step goes; None: nowhere.
        hand: what they use their pages with.
    """
    counted, places = Counted(), count(1)
    with ExitStack() as pages:
        hands = {}
        for member, _, _ in TEAM:
            screen = HAND if member in ON_A_PHONE else DESK
            page = pages.enter_context(at(browser, served, member, screen, stream_ends=True))
            hands[member] = hand(member, page, counted, served.url, looked, pictures, places)
        yield Team(browser, served, world, hands, counted, looked, pictures, hand=hand)
