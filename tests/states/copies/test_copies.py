"""A backup that was made while people wrote comes back whole, on another kind of database if need be."""

import shutil
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from deployments.supervision import data_folder
from states import copies
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import claiming, listing
from states.casebook.reading import overview, timeline, whole_case
from states.casebook.record import anchoring, integrity, verification
from states.casebook.rounds import letting_go
from states.casebook.team.upkeep import versions
from states.copies.making import check, kept
from states.copies.restoring import LEFT_OUT
from states.errors import BackupUnusable, NotReady, VaultLocked
from states.ledger import anchors
from states.policy.reading import load_pack
from states.settings import Settings
from states.store import schema
from states.tables import Event, table_of
from states.vocabulary.effects import EffectKind, EffectStatus
from tests.cases.walking import Walk
from tests.servers.postgres_server import empty_database


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """An installation that is set up."""
    home = tmp_path / "home"
    url = "" if database_url.startswith("sqlite") else database_url
    settings = Settings(home=home, database_url=url, backup_folder=str(tmp_path / "backups"))
    with data_folder.locked(settings):
        data_folder.furnish(settings)
    (home / "sources.toml").write_text("# invented")
    settings.policy_file.write_bytes(versions.download(load_pack("wnmu")))
    return settings


@pytest.fixture
def book(settings: Settings) -> Iterator[Casebook]:
    """Its casebook."""
    book = Casebook.open(settings)
    yield book
    book.close()


def elsewhere(settings: Settings, folder: Path, url: str = "") -> Settings:
    """A new data folder with SQLite, or an empty database, to which somebody brought both keys."""
    home = folder / "elsewhere"
    home.mkdir()
    for key in (settings.key_file, settings.backup_key_file):
        shutil.copy(key, home)
    return Settings(home=home, database_url=url)


@pytest.fixture(params=["sqlite", "postgres"])
def target_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where a backup is restored into: a file in a new data folder, or an empty database of a server."""
    if request.param == "sqlite":
        yield ""
        return
    with empty_database(request.getfixturevalue("postgres_url")) as url:
        yield url


def test_a_drill(book: Casebook, settings: Settings, tmp_path: Path, target_url: str) -> None:
    """While people write: each case is whole or not in it; what might be sent twice waits for a person."""
    walk = Walk(book)
    number = walk.monitored()
    walk.act(number, "raise_alarm", {"reason": "invented"})
    written: list[str] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            written.append(walk.reported())

    writer = threading.Thread(target=write)
    writer.start()
    made = copies.make(book.store, settings, now=book.clock())
    stop.set()
    writer.join()
    assert b"invented" not in made.file.read_bytes()
    assert (made.file.stat().st_mode & 0o777, made.file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    later = walk.reported()
    target = elsewhere(settings, tmp_path, target_url)
    restored = copies.restore(target, made.file, now=made.made_at + timedelta(hours=5))
    assert (restored.age, restored.files) == (timedelta(hours=5), ("sources.toml", "policy.zip"))
    assert set(restored.alarms.values()) == {number}
    assert restored.held[EffectKind.NOTIFY_TEAM] > 0
    again = Casebook.open(target)
    assert again.pack.file.is_relative_to(target.home)
    try:
        _see(again, walk, book, number, later)
        with pytest.raises(BackupUnusable, match=r"a casebook there already. Nothing was changed"):
            copies.restore(target, made.file, now=book.clock())
    finally:
        again.close()


def _see(again: Casebook, walk: Walk, book: Casebook, number: str, later: str) -> None:
    """What is in the restored casebook: everything up to the moment, and nothing that goes out by itself."""
    integrity.verify(again, by=SYSTEM)
    events = table_of(Event)
    with again.store.read() as restored, book.store.read() as original:
        hashes = set(restored.scalars(select(events.c.hash)))
        assert hashes < set(original.scalars(select(events.c.hash)))
    whole_case.dossier(again, number, by=walk.chair)
    assert later not in {line.number for line in overview.cases(again, by=walk.chair)}
    due = claiming.claim_due(again, limit=1000, kinds=list(EffectKind), by=SYSTEM)
    assert {claim.kind for claim in due} <= {EffectKind.SCHEDULE_REASSESSMENT, EffectKind.SCHEDULE_CHECKINS}
    held = listing.effects(again, by=walk.chair, number=number, status=EffectStatus.STUCK)
    assert letting_go.let_go(again, by=walk.chair, number=number) == len(held) > 0
    assert claiming.claim_due(again, limit=1000, kinds=list(EffectKind), by=SYSTEM)
    next_number = Walk(again).reported()
    assert int(next_number[-4:]) > LEFT_OUT


def test_a_backup_that_was_touched_or_is_anothers_restores_nothing(
    book: Casebook, settings: Settings, tmp_path: Path
) -> None:
    """Changed, cut, without a chunk, under another key, of a newer program: a sentence, and no database."""
    Walk(book).reported()
    made = copies.make(book.store, settings, now=book.clock())
    whole = made.file.read_bytes()
    target = elsewhere(settings, tmp_path)
    bad = tmp_path / "bad.backup"
    for broken in (whole[:-1], whole[:60], whole[:10], b"", whole[:100] + b"x" + whole[101:], whole + b"x"):
        bad.write_bytes(broken)
        with pytest.raises(BackupUnusable, match=r"Nothing was (restored|opened)"):
            copies.restore(target, bad, now=book.clock())
    another = SecretStr(urlsafe_b64encode(bytes(32)).decode())
    with pytest.raises(BackupUnusable, match="does not open"):
        copies.restore(target.model_copy(update={"backup_key": another}), made.file, now=book.clock())
    assert not (target.home / "casebook.db").exists()
    wrong = target.model_copy(update={"master_key": another})
    with pytest.raises(VaultLocked, match="does not fit"):
        copies.restore(wrong, made.file, now=book.clock())
    # Nothing came of it, so that the right key is welcome.
    assert copies.restore(target, made.file, now=book.clock()).verified.cases == 1


def test_a_restored_backup_is_an_older_copy_that_somebody_answers_for(
    book: Casebook, settings: Settings, tmp_path: Path
) -> None:
    """What the machine had seen since is on record and kept beside the new mark; nothing is found broken."""
    walk = Walk(book)
    walk.reported()
    anchoring.seal(book, settings, by=SYSTEM)
    made = copies.make(book.store, settings, now=book.clock())
    walk.reported()
    anchoring.seal(book, settings, by=SYSTEM)
    target = elsewhere(settings, tmp_path)
    lost = shutil.copyfile(settings.mark_file, target.mark_file).read_text()
    restored = copies.restore(target, made.file, now=made.made_at + timedelta(hours=5))
    again = Casebook.open(target)
    assert anchoring.seal(again, target, by=SYSTEM).broken == ""
    assert verification.verify(again, target, by=SYSTEM).events >= restored.verified.events
    (event,) = [e for e in timeline.events_of_team(again, by=walk.chair) if e.what == "backup_restored"]
    (aside,) = target.home.glob("ledger.mark.until-*")
    assert aside.read_text() == lost
    (seen,) = anchors.read(lost)
    assert (event.data["seen"], event.data["hash"]) == (seen.number, seen.hash)
    with again.store.read() as connection:
        checked = anchoring.check(connection, seen)
    assert checked.compared.finding is not anchors.Finding.HOLDS
    assert [what for what, _ in checked.copies] == ["backup_restored"]
    again.close()


def test_backups_are_made_when_due_and_removed_when_old(
    book: Casebook, settings: Settings, tmp_path: Path
) -> None:
    """Once a day, whatever the hour it was missed; the newest three stay however old they are."""
    now = book.clock()
    for days, made in (
        (0, True),
        (0.9, False),
        (1.1, True),
        (40, True),
        (41, True),
        (41.5, False),
        (80, True),
    ):
        at = now + timedelta(days=days)
        assert (copies.make_due(book.store, settings, now=at) is not None) == made, days
    left = [round((at - now) / timedelta(days=1), 1) for at, _ in kept(settings)]
    assert left == [40.0, 41.0, 80.0]
    # A backup of a clock that was ahead puts nothing off, and none are made when nobody wants them.
    assert copies.make_due(book.store, settings, now=now + timedelta(days=2)) is not None
    never = settings.model_copy(update={"backup_hours": 0.0})
    assert copies.make_due(book.store, never, now=now + timedelta(days=900)) is None
    file = tmp_path / "file"
    file.touch()
    nowhere = settings.model_copy(update={"backup_folder": str(file / "backups")})
    with pytest.raises(NotReady, match=r"No backup was made.*older backups are as they were"):
        copies.make(book.store, nowhere, now=now)
    assert check(kept(settings)[0][1], copies.making.backup_key(settings)).revision == schema.newest()
