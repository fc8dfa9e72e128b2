"""The demo's door: one click makes one any of the invented people, and nobody else."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from console.demo import door
from console.demo.run import run, stay_apart
from console.http.connections import SERVER
from console.invented import team
from console.web.app import application
from states.casebook import Casebook
from states.errors import BadInput
from states.settings import Settings
from states.vault import make_key_file
from tasks.desk import Desk
from tasks.sources.registry import Sources
from tests.servers.chromium import chromium, leads_on, opened
from tests.servers.serving import serving
from tests.waiting import PATIENCE


@pytest.fixture
def desk(tmp_path: Path, migrated: Path) -> Iterator[Desk]:
    """The demo's team, without its cases."""
    settings = Settings(home=tmp_path / "home")
    make_key_file(settings.key_file)
    shutil.copyfile(migrated, settings.home / "casebook.db")
    book = Casebook.open(settings)
    yield Desk(settings, book, Sources())
    book.close()


def test_whoever_clicks_on_somebody_is_signed_in_as_them(desk: Desk) -> None:
    """In the console, by a session as any other; each of the people, and again as somebody else."""
    people = team.enrol(desk.book, team.of_the_demo())
    accounts = door.Accounts(desk.book, people["m-chair"])
    with serving(application(desk), **SERVER) as url:
        desk.settings.base_url = url
        with (
            door.opened(door.application(accounts, url)) as address,
            httpx.Client(timeout=PATIENCE) as browser,
        ):
            for member, name, *_ in team.MEMBERS:
                browser.post(f"{address}/{member}")
                assert name in browser.get(f"{url}/account", headers={"Accept": "text/html"}).text
            assert browser.post(f"{address}/nobody").status_code == 404
            elsewhere = {"Sec-Fetch-Site": "cross-site"}
            assert browser.post(f"{address}/m-chair", headers=elsewhere).status_code == 404


def test_one_click_leads_into_the_console(desk: Desk) -> None:
    """In a real browser, which keeps to what each page says that it may do; then again as somebody else."""
    people = team.enrol(desk.book, team.of_the_demo())
    accounts = door.Accounts(desk.book, people["m-chair"])
    with serving(application(desk), **SERVER) as url:
        desk.settings.base_url = url
        inside = door.opened(door.application(accounts, url))
        with inside as address, chromium() as browser, opened(browser, 1280) as page:
            for name in ("Dana Demo", "Olly Operator"):
                page.goto(address)
                expect(page.locator("main")).to_contain_text("invented")
                leads_on(page, page.get_by_role("button", name=name))
                expect(page).to_have_url(f"{url}/")
                expect(page.locator("header")).to_contain_text(name)


def test_the_demo_works_with_no_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither with the database, keys and mail of its environment, nor in a folder that holds anything."""
    # Those that the tests themselves were given are there again afterwards.
    given = [name for name in os.environ if name.upper().startswith("TAT_")]
    for name in ("TAT_DATABASE_URL", "tat_master_key", "TAT_SMTP_URL", *given):
        monkeypatch.setenv(name, "an installation's")
    (tmp_path / "master.key").touch()
    with pytest.raises(BadInput):
        run(once=True, home=tmp_path)
    stay_apart(tmp_path / "new")
    assert [name for name in os.environ if name.upper().startswith("TAT_")] == []
