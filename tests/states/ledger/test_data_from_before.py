"""An installation with data from the version before opens, shows what it showed, and goes on."""

import json
import lzma
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command

from deployments.supervision import data_folder
from states import copies
from states.access import SYSTEM, Actor
from states.casebook import Casebook
from states.casebook.effects import attempts, listing
from states.casebook.effects.work import LEASE_SECONDS, described, opened
from states.casebook.reading import overview, timeline, whole_case
from states.casebook.record import anchoring, verification
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.contents.payloads import CallDue, MeetingWanted, News
from states.copies.rows import lines, walk
from states.errors import LeaseLost, NotPermitted, UnknownRecord
from states.outbox import RESTORED
from states.settings import Settings
from states.store import schema
from states.store.engine import Store
from states.store.migrating import alembic_config
from states.tables import Case, CaseViewer, WrappedKey, table_of
from states.vocabulary.effects import EffectStatus
from states.vocabulary.people import Role
from tests.cases import answering
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import rows

#: an installation as tatflow left it at this schema; its README says what is in it
SCHEMA = "0017"
BEFORE = Path(__file__).parents[2] / "data" / f"from_{SCHEMA}"
FACTS: dict[str, Any] = json.loads((BEFORE / "facts.json").read_text())
CASES, OWED = FACTS["cases"], FACTS["effects"]
KEY = urlsafe_b64encode(b"invented-test-key-of-schema-0017")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """A data folder with the keys of the installation, and an empty database or none."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    settings = Settings(home=home, database_url="" if database_url.startswith("sqlite") else database_url)
    for file in (settings.key_file, settings.backup_key_file):
        file.write_bytes(KEY)
    return settings


@pytest.fixture
def from_before(settings: Settings, tmp_path: Path) -> Settings:
    """The installation as the version before left it, on either kind of database."""
    settings.mark_file.write_bytes((BEFORE / "ledger.mark").read_bytes())
    file = tmp_path / "old.db" if settings.database_url else settings.home / "casebook.db"
    with closing(sqlite3.connect(file)) as database, lzma.open(BEFORE / "casebook.sql.xz", "rt") as dump:
        database.executescript(dump.read())
    if settings.database_url:
        command.upgrade(alembic_config(settings.database_url), SCHEMA)
        old, new = Store(f"sqlite:///{file}"), Store(settings.database_url)
        with old.read() as given, new.write() as connection:
            walk(lines(given), connection)
        old.close()
        new.close()
    return settings


@pytest.fixture
def watch() -> Watch:
    """Shows the moment at which the version before wrote last."""
    return Watch(datetime.fromisoformat(FACTS["now"]))


@pytest.fixture
def book(from_before: Settings, watch: Watch) -> Iterator[Casebook]:
    """The installation, opened by today's program as `tat up` does."""
    with data_folder.locked(from_before):
        data_folder.check(from_before)
        data_folder.furnish(from_before)
    book = Casebook.open(from_before)
    book.clock = watch
    yield book
    book.close()


def lists(book: Casebook) -> dict[str, list[str] | str]:
    """What `case list` shows each member: numbers, newest change first, or how it is refused."""

    def shown(by: Actor) -> list[str] | str:
        try:
            return [line.number for line in overview.cases(book, by=by)]
        except NotPermitted as refused:
            return type(refused).__name__

    return {member: shown(members.actor(book, member)) for member in FACTS["lists"]}


def then(book: Casebook) -> dict[str, list[str] | str]:
    """What it showed each member then, but for what nobody leads: that is for intake, which nobody was."""
    unled = rows(book, Case, table_of(Case).c.lead.is_(None))
    assert unled
    expected = dict(FACTS["lists"])
    for by in (members.actor(book, member) for member in expected):
        if by.roles == {Role.MEMBER}:
            gone = {case.number for case in unled if by.id not in case.stand_ins}
            expected[by.id] = [number for number in expected[by.id] if number not in gone]
    return expected


def line(book: Casebook, effect: str) -> listing.EffectLine:
    """One effect as operators see it."""
    return next(each for each in listing.effects(book, by=SYSTEM) if each.effect_id == effect)


def erased(book: Casebook) -> set[str | None]:
    """Ids of the cases whose key is destroyed."""
    return {row.scope for row in rows(book, WrappedKey) if row.wrapped is None}


def do(book: Casebook, effect: str) -> int:
    """Take an effect up in a new run, and finish it; returns which attempt it was."""
    work = attempts.begin(book, effect, "a-new-run", by=SYSTEM)
    assert work is not None
    attempts.finish(book, work)
    assert line(book, effect).status == EffectStatus.DONE
    return work.attempt


def test_it_shows_what_it_showed(book: Casebook, from_before: Settings) -> None:
    """The ledger verifies as it did; each member sees the same cases, effects and clocks are as they were."""
    with book.store.read() as connection:
        assert schema.found(connection) == schema.newest() != SCHEMA
    walked = asdict(verification.verify(book, from_before, by=SYSTEM))
    # Who sees a case was no row then.
    walked["rows"] -= len(rows(book, CaseViewer))
    assert walked == FACTS["verified"]
    assert lists(book) == then(book)
    every = overview.cases(book, by=members.actor(book, "operator"))
    assert {each.number: each.state for each in every} == FACTS["states"]
    assert {status: n for status, n in listing.counts(book, by=SYSTEM).items() if n} == FACTS["counts"]
    assert len(sweeping.running(book, by=SYSTEM)) == FACTS["clocks"]
    asked = Walk(book).records(CASES["answered"], "source_queries")
    assert ["invented-fact"] in [
        [fact["value"] for fact in each["content"].get("facts", ())] for each in asked
    ]
    (referral,) = Walk(book).records(CASES["referred"], "referrals")
    assert referral["status"] == "sent"


def test_what_every_effect_is_told_opens_typed(book: Casebook) -> None:
    """Whatever of it nobody asks for any more is passed over."""
    with book.store.read() as connection:
        found = described(connection)
        told = [opened(book, connection, each) for each in found if each.effect.case_id not in erased(book)]
    assert len(told) > len(OWED)
    assert {type(each.payload) for each in told if each is not None} >= {News, MeetingWanted, CallDue}
    assert None not in told


@pytest.mark.parametrize(("about", "member"), [("about_nurse", "nurse"), ("about_chair", "chair")])
def test_who_was_kept_out_still_is(book: Casebook, about: str, member: str) -> None:
    """For them there is no such case, in no list and by no read; for others there is."""
    number, by = CASES[about], members.actor(book, member)
    assert number not in lists(book)[member]
    for read in (whole_case.dossier, timeline.timeline):
        with pytest.raises(UnknownRecord):
            read(book, number, by=by)
    assert listing.effects(book, by=by, number=number) == []
    assert listing.effects(book, by=SYSTEM, number=number)
    whole_case.dossier(book, number, by=members.actor(book, "dean"))


def test_it_goes_on(book: Casebook, from_before: Settings, watch: Watch) -> None:
    """What was under way is done, a clock moves on, a case goes a step further, and the ledger verifies."""
    data_folder.index_anew(from_before)
    assert answering.calls(book, CASES["alarmed"])
    assert line(book, OWED["pending"]).status == EffectStatus.DONE
    with pytest.raises(LeaseLost):
        attempts.begin(book, OWED["claimed"], "a-new-run", by=SYSTEM)
    watch.forward(seconds=LEASE_SECONDS + 1)
    assert attempts.expire(book, by=SYSTEM) == FACTS["counts"]["claimed"]
    assert line(book, OWED["claimed"]).code == "attempt_died"
    assert do(book, OWED["claimed"]) == 2
    attempts.redrive(book, OWED["stuck"], by=members.actor(book, "operator"))
    do(book, OWED["stuck"])

    watch.now = min(each.due_at for each in sweeping.running(book, by=SYSTEM)) + timedelta(minutes=1)
    assert sweeping.sweep(book, by=SYSTEM)["reminded"]

    walk = Walk(book)
    walk.act(CASES["assessed"], "develop_plan")
    assert whole_case.dossier(book, CASES["assessed"], by=walk.chair)["case"]["state"] == "Plan"
    assert walk.reported() not in CASES.values()
    assert anchoring.seal(book, from_before, by=SYSTEM).broken == ""
    walked = verification.verify(book, from_before, by=SYSTEM)
    assert walked.cases == len(CASES) + 1
    assert walked.checkpoints == FACTS["verified"]["checkpoints"] + 1


def test_a_backup_from_before_comes_back(settings: Settings, watch: Watch) -> None:
    """Restored by today's program, on either kind of database: the same lists, and what was owed waits."""
    restored = copies.restore(settings, BEFORE / "casebook.backup", now=watch.now)
    assert restored.backup.revision == SCHEMA
    assert restored.verified.cases == len(CASES)
    book = Casebook.open(settings)
    book.clock = watch
    try:
        assert lists(book) == then(book)
        assert {line(book, OWED[each]).code for each in ("claimed", "pending")} == {RESTORED}
        verification.verify(book, settings, by=SYSTEM)
    finally:
        book.close()
