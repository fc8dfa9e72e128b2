"""What tests of the console work with: an invented team, served over real HTTP, and who signs in."""

import html
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser

from console.http.connections import SERVER
from console.http.rates import Rates
from console.shown.work.kinds import Matters
from console.web.app import application
from states.casebook import Casebook
from states.settings import Settings
from states.vault import make_key_file
from tasks.desk import Desk
from tasks.doors.registry import Doors
from tasks.sources.registry import Sources
from tests.cases.signing_in import Login, account
from tests.cases.walking import Walk
from tests.servers.chromium import chromium
from tests.servers.serving import TRUST, serving
from tests.states.conftest import Watch
from tests.waiting import PATIENCE

#: asks for pages, as a browser does
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@dataclass(slots=True)
class Served:
    """A console that is served, and the casebook behind it.

    Args:
        url: where it is served.
        app: the application.
        walk: an invented team, and the way of its cases.
        watch: what the casebook's clock shows.
    """

    url: str
    app: FastAPI
    walk: Walk
    watch: Watch
    clients: list[httpx.Client] = field(default_factory=list)
    logins: dict[str, Login] = field(default_factory=dict)

    @property
    def book(self) -> Casebook:
        """The casebook."""
        return self.walk.book

    def login(self, member: str) -> Login:
        """A member's account, made when they have none yet."""
        if member not in self.logins:
            self.logins[member] = account(self.book, member, by=self.walk.chair)
        # Of each half minute one code, which works once.
        self.watch.forward(seconds=30)
        return self.logins[member]

    def stranger(self) -> httpx.Client:
        """A browser in which nobody is signed in."""
        client = httpx.Client(base_url=self.url, headers=BROWSER, timeout=PATIENCE, verify=TRUST)
        self.clients.append(client)
        return client

    def browser(self, member: str) -> httpx.Client:
        """A browser in which somebody is signed in."""
        client = self.stranger()
        client.cookies.set("tat", self.login(member).sign_in(self.book), domain="127.0.0.1")
        return client

    def work(self, member: str, about: Matters) -> str:
        """What My work shows somebody of one kind, page after page.

        Other tests give them work, too, and of all kinds together no more than the most urgent are looked at.
        """
        browser, shown, following = self.browser(member), "", f"/?{urlencode({'kind': about})}"
        while following:
            page = browser.get(following).text
            found = re.search(r'href="([^"]+)" rel="next"', page)
            shown, following = shown + page, html.unescape(found[1]) if found else ""
        return shown


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Served]:
    """A console that all tests of the folder share, in any order; each makes the cases that it needs."""
    with console(tmp_path_factory.mktemp("console"), migrated) as made:
        yield made


@contextmanager
def console(home: Path, migrated: Path) -> Iterator[Served]:
    """A console of its own, in a folder, with a casebook that nothing is in yet."""
    settings = Settings(home=home)
    make_key_file(settings.key_file)
    shutil.copyfile(migrated, home / "casebook.db")
    book = Casebook.open(settings)
    book.clock = watch = Watch()
    app = application(Desk(settings, book, Sources(), Doors()))
    with serving(app, **SERVER) as url:
        settings.base_url = url
        made = Served(url, app, Walk(book), watch)
        yield made
        for client in made.clients:
            client.close()
    book.close()


@pytest.fixture
def at_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """However slowly a test asks, it asks at once: the rates go by the number in this list, in seconds."""
    now = [0.0]
    monkeypatch.setattr(served.app.state, "rates", Rates(lambda: now[0]), raising=False)
    return now


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one file, each of which opens pages of its own.

    Not for longer: its driver keeps a loop running, beside which no asynchronous test runs.
    """
    with chromium() as running:
        yield running
