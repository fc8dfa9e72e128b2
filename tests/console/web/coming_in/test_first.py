"""The first of a team comes in by the link that the server's terminal shows, and needs no shell."""

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from console.http.connections import SERVER
from console.web.app import application
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.accounts import factors, making
from states.casebook.accounts.making import LINK_LIFE
from states.casebook.team import members
from states.contents.team import MemberContent
from states.errors import NotPermitted, UnknownRecord
from states.settings import Settings
from states.vault import make_key_file
from states.vocabulary.people import Role
from tasks.desk import Desk
from tasks.doors.registry import Doors
from tasks.sources.registry import Sources
from tests.cases.signing_in import PASSWORD
from tests.console.web.conftest import BROWSER
from tests.console.web.looking import unusable
from tests.servers.chromium import chromium, opened
from tests.servers.serving import TRUST, serving
from tests.states.conftest import Watch
from tests.waiting import PATIENCE

SAID = {"name": "Invented-Chair-Name", "address": "invented.chair@wnmu.example", "phone": "", "id": "chair-1"}


@pytest.fixture
def book(tmp_path: Path, migrated: Path) -> Iterator[Casebook]:
    """A casebook that nobody is in."""
    settings = Settings(home=tmp_path)
    make_key_file(settings.key_file)
    shutil.copyfile(migrated, tmp_path / "casebook.db")
    book = Casebook.open(settings)
    book.clock = Watch()
    yield book
    book.close()


@pytest.fixture
def asking(book: Casebook, tmp_path: Path) -> Iterator[httpx.Client]:
    """What asks as a browser does, at a console that nobody has an account of."""
    app = application(Desk(Settings(home=tmp_path), book, Sources(), Doors()))
    with (
        serving(app, **SERVER) as url,
        httpx.Client(base_url=url, headers=BROWSER, timeout=PATIENCE, verify=TRUST) as client,
    ):
        yield client


def test_everybody_can_read_and_use_the_first_page(book: Casebook, asking: httpx.Client) -> None:
    """On a phone at night and at a desk, by WCAG 2.2 AA as a program tells it; so with what was refused."""
    where = f"{asking.base_url}/account/first/{making.link_of_first(book)}"
    with chromium() as running:
        for width, dark in ((360, True), (1280, False)):
            with opened(running, width, dark=dark) as page:
                page.goto(where)
                assert unusable(page) == []
                for field, said in SAID.items():
                    page.locator(f"[name={field}]").fill(said)
                page.locator("[name=address]").fill("no mailbox")
                page.get_by_role("button", name="I chair the team").click()
                expect(page.get_by_role("alert")).to_be_visible()
                assert unusable(page) == []


@pytest.mark.clause("W-02")
def test_the_chair_of_an_empty_team_enters_themselves_and_signs_in(
    book: Casebook, asking: httpx.Client
) -> None:
    """From the link at the terminal on, each page leads to the next; then the others are entered."""
    where = f"/account/first/{making.link_of_first(book)}"
    asked = asking.get(where)
    assert (asked.status_code, "Who" in asked.text, where in asked.text) == (200, True, False)
    for wrong in ({"address": "no mailbox"}, {"name": ""}, {"id": "Not an id!"}):
        refused = asking.post(where, data=SAID | wrong)
        assert (refused.status_code, members.members(book, by=SYSTEM)) == (422, []), wrong
        assert "Invented-Chair-Name" in refused.text or "name" in wrong
    led = asking.post(where, data=SAID)
    assert led.status_code == 303
    ((chair, content),) = members.members(book, by=SYSTEM)
    assert (chair.id, chair.roles, chair.offices) == (
        "chair-1",
        frozenset({Role.CHAIR, Role.MEMBER}),
        frozenset({book.pack.chair_office}),
    )
    assert content.address == SAID["address"]
    shown = html.unescape(asking.get(led.headers["location"]).text)
    key = "".join(re.findall(r"key-text\"><code>([^<]+)<", shown)).replace(" ", "")
    code = factors.code_of(key, book.clock())
    done = asking.post(led.headers["location"], data={"password": PASSWORD, "code": code})
    assert (done.status_code, "Your account is set up" in done.text) == (200, True)
    for again in (asking.get(where), asking.post(where, data=SAID | {"id": "other"})):
        assert (again.status_code, "This link does not work" in again.text) == (404, True)
    assert len(members.members(book, by=SYSTEM)) == 1


def test_a_link_of_the_first_works_for_some_days_while_nobody_is_there_and_is_no_others(
    book: Casebook,
) -> None:
    """What is made up, is over, or comes second does not work; nothing is written."""
    link, content = (
        making.link_of_first(book),
        MemberContent(name="invented-name", address="first@wnmu.example"),
    )
    until, _, mark = link.partition("-")
    for made_up in ("", "-", mark, f"{int(until) + 1}-{mark}", f"{until}-{mark[:-1]}", "x-ü"):
        with pytest.raises(UnknownRecord):
            making.enter_first(book, made_up, "chair", content)
    watch = book.clock
    assert isinstance(watch, Watch)
    watch.forward(days=LINK_LIFE.days)
    with pytest.raises(UnknownRecord):
        making.enter_first(book, link, "chair", content)
    assert members.members(book, by=SYSTEM) == []
    link = making.link_of_first(book)
    making.enter_first(book, link, "chair", content)
    with pytest.raises(UnknownRecord):
        making.enter_first(book, link, "second", content)


def test_of_two_who_come_in_first_at_once_one_does(book: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is slower is refused where the team is written, whatever they saw before."""
    link, content = (
        making.link_of_first(book),
        MemberContent(name="invented-name", address="first@wnmu.example"),
    )
    making.enter_first(book, link, "chair", content)
    monkeypatch.setattr(making, "nobody_is_there", lambda _book: True)
    with pytest.raises(NotPermitted):
        making.enter_first(book, link, "second", content)
    assert [one.id for one, _ in members.members(book, by=SYSTEM)] == ["chair"]
