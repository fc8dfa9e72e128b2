"""Administration and its page of how everything is: for whom, in which words, and each test at a button."""

import asyncio
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete, update

from console.web.admin.far_sides import health
from states.access import SYSTEM
from states.casebook.effects import circuits
from states.casebook.reading import audit
from states.casebook.record import verification
from states.copies import make
from states.tables import Circuit, Event, table_of
from states.vocabulary.sources import LegalBasis, SourceKind
from tests.console.web.admin.conftest import read
from tests.console.web.conftest import Served, console
from tests.servers.partner_serving import KEY, Partner, partner_at
from tests.waiting import until

SOURCES = """
[cards]
use = "scripted"
accepts = ["ferpa_school_official"]
[cards.answers.registrar]
answer = "found"
needs = ["campus_id"]
"""


def test_one_page_leads_each_to_what_is_theirs(alone: Served) -> None:
    """The auditor to the audit alone, the operator to no accounts; whoever only works on cases to nothing."""
    led = {
        who: set(re.findall(r'href="([\w/]+)"><strong>', alone.browser(who).get("/admin").text))
        for who in ("chair", "runner", "admin", "auditor")
    }
    assert led["auditor"] == {"/audit", "/admin/queries", "/admin/policy", "/admin/messages", "/team"}
    assert led["admin"] == {"/admin/accounts", "/admin/health", "/admin/policy", "/admin/messages", "/team"}
    assert led["runner"] == {"/admin/health", "/admin/policy", "/admin/messages", "/team", "/runs"}
    assert led["chair"] == led["admin"] | led["auditor"] | {"/disclosures", "/reviews", "/runs"}
    assert alone.browser("officer").get("/admin").status_code == httpx.codes.NOT_FOUND


def test_what_fails_is_said_with_why_and_until_when(alone: Served) -> None:
    """The mail server after its fifth failure: what its code means, and when it is called again."""
    book = alone.book
    for _ in range(circuits.FAILURES):
        circuits.failed(book, "mail server", "login_refused", by=SYSTEM)
    try:
        said = read(alone.browser("runner").get("/admin/health"))
        assert "Needs you" in said
        assert "Its last 5 calls failed (login refused). It does not take our name and password" in said
        assert "It is called again" in said
        assert "1 far side fails" in read(alone.browser("admin").get("/admin"))
    finally:
        with book.store.write() as connection:
            connection.execute(delete(table_of(Circuit)))


@pytest.mark.clause("W-42")
def test_an_operator_learns_no_name_and_nothing_of_a_case(alone: Served) -> None:
    """A case in inquiry, its people and its number stand nowhere on the page; nor for the administrator."""
    number = alone.walk.in_inquiry()
    for who in ("runner", "admin"):
        shown = alone.browser(who).get("/admin/health").text
        assert number not in shown
        assert not re.findall(rf"invented-(?!{who}-name)[\w-]+", shown)


def test_a_source_is_tried_at_a_button_without_a_word_of_anybody(alone: Served) -> None:
    """As `tat sources check` does; a file that is wrong is told by its key, and nobody was asked about."""
    file = alone.app.state.desk.settings.sources_file
    file.write_text(SOURCES)
    browser, before = alone.browser("admin"), audit.queries(alone.book, by=alone.walk.chair)
    try:
        tried = read(browser.post("/admin/health/sources/cards/test"))
        assert "Tried just now: What its table names is there. It was not called" in tried
        assert "Asked about registrar" in tried
        assert browser.post("/admin/health/sources/nobody/test").status_code == httpx.codes.NOT_FOUND
        file.write_text("[cards]\nuse = 3\n")
        assert "sources.toml: cards.use" in read(browser.get("/admin/health"))
    finally:
        file.unlink()
    assert audit.queries(alone.book, by=alone.walk.chair) == before


def test_a_source_says_when_it_was_last_asked_and_why_it_last_failed(alone: Served) -> None:
    """By code and time; which case it was for is told by nothing."""
    file = alone.app.state.desk.settings.sources_file
    file.write_text(SOURCES)
    audit.record_trial(
        alone.book,
        by=alone.walk.chair,
        source="cards",
        kind=SourceKind.REGISTRAR,
        basis=LegalBasis.SCHOOL_OFFICIAL,
        status="unavailable",
        code="rate_limited",
    )
    try:
        said = read(alone.browser("runner").get("/admin/health"))
    finally:
        file.unlink()
    assert re.search(r"cards · ✓ in order .* Last call .* last failure .*: rate limited", said)


def test_doors_and_mail_are_tried_where_they_lie(alone: Served, tmp_path: Path) -> None:
    """A folder that is not there is told; made, it is in order; the outbox can be written."""
    settings, browser = alone.app.state.desk.settings, alone.browser("runner")
    folder = tmp_path / "tips"
    settings.doors_file.write_text(
        f'[mailroom]\nuse = "mail_folder"\nsite = "silver_city"\nfolder = "{folder}"\n'
    )
    try:
        assert "Its folder is not there" in read(browser.post("/admin/health/doors/mailroom/test"))
        folder.mkdir()
        assert "Tried just now: in order" in read(browser.post("/admin/health/doors/mailroom/test"))
    finally:
        settings.doors_file.unlink()
    assert "Tried just now: in order" in read(browser.post("/admin/health/channels/mail/test"))
    assert list(settings.outbox.iterdir()) == []
    assert "Tried just now: in order" in read(browser.post("/admin/health/offices/counselling/test"))


@pytest.mark.clause("P-08")
def test_the_record_is_verified_at_a_button_and_the_end_is_shown(alone: Served) -> None:
    """It holds, and says when; an administrator has no such button."""
    book, browser = alone.book, alone.browser("runner")
    assert browser.post("/admin/health/record/verify").headers["location"] == "/admin/health#record"
    alone.watch.forward(seconds=1)
    until(lambda: "✓ It holds" in read(browser.get("/admin/health")), "the record is not verified")
    with book.store.read() as connection:
        ended = verification.last(connection)
    assert ended is not None
    assert ended.holds
    assert alone.browser("admin").post("/admin/health/record/verify").status_code == httpx.codes.NOT_FOUND


@pytest.mark.clause("P-08")
def test_a_record_that_was_changed_past_us_does_not_hold_and_the_page_says_so(
    tmp_path: Path, migrated: Path
) -> None:
    """Events have another actor: nothing is said to hold any more."""
    with console(tmp_path, migrated) as served:
        served.walk.reported()
        browser = served.browser("chair")
        browser.post("/admin/health/record/verify")
        served.watch.forward(seconds=1)
        until(lambda: "It holds" in read(browser.get("/admin/health")), "the record is not verified")
        with served.book.store.write() as connection:
            event = table_of(Event)
            done = connection.execute(update(event).values(actor="nobody"))
            assert done.rowcount > 0
        browser.post("/admin/health/record/verify")
        served.watch.forward(seconds=1)
        until(lambda: "It does not hold." in read(browser.get("/admin/health")), "it is said to hold")
        assert "It holds" not in read(browser.get("/admin/health"))


def test_the_last_backup_is_told_and_one_that_is_late_needs_somebody(alone: Served) -> None:
    """When it was made, and that it was read back; three days on, it is missed."""
    settings = alone.app.state.desk.settings
    browser = alone.browser("runner")
    assert "No backup was made yet" in read(browser.get("/admin/health"))
    make(alone.book.store, settings, now=alone.book.clock())
    assert "Made and read back whole" in read(browser.get("/admin/health"))
    later = alone.book.at(alone.book.clock() + timedelta(days=3))
    needs = health(replace(alone.app.state.desk, book=later), by=SYSTEM).needs
    assert any("No backup was made in time" in each for each in needs)


async def test_a_partner_is_tried_at_its_button_and_its_answer_is_told_in_words(
    alone: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Called over HTTP, with what to do where it fails: a key it does not know, nobody or others there."""
    file, browser = alone.app.state.desk.settings.sources_file, alone.browser("runner")

    async def pressed(partner: Partner, **changes: object) -> str:
        lines = [f"{name} = {toml(value)}" for name, value in partner.table(**changes).items()]
        file.write_text("\n".join(['[police]\nuse = "partner"', *lines]), encoding="utf-8")
        return read(await asyncio.to_thread(browser.post, "/admin/health/sources/police/test"))

    try:
        async with partner_at(tmp_path, monkeypatch) as partner:
            fine = await pressed(partner)
            assert "A partner, asked about" in fine
            assert "Tried just now: in order" in fine
            unknown = await pressed(partner, key_id="team-of-nobody")
            assert "Tried just now: It could not be tried (unauthorized). The other side does not" in unknown
            nobody = await pressed(partner, url="http://127.0.0.1:9")
            assert "It could not be tried (unreachable). Nobody answers at that address" in nobody
            others = await pressed(partner, url=alone.url)
            assert "It could not be tried (wrong schema)" in others
            await partner.behave("down")
            assert "It could not be tried (server error)" in await pressed(partner)
            monkeypatch.delenv(KEY)
            keyless = await pressed(partner)
            assert f"Provide what is missing: variable {KEY}" in keyless
            assert await partner.queries() == []
    finally:
        file.unlink()


def toml(value: object) -> str:
    """A value as a sources file has it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{name}" = {toml(each)}' for name, each in value.items()) + " }"
    return json.dumps(value)
