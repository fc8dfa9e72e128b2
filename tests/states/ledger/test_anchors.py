"""A line kept elsewhere tells what became of the casebook; and a machine notices an older copy by itself."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from states.access import SYSTEM, Actor
from states.casebook import Casebook
from states.casebook.effects import listing
from states.casebook.reading import timeline
from states.casebook.record import anchoring, integrity, verification
from states.errors import BadInput, LedgerBroken, NotPermitted, UnknownRecord
from states.ledger import anchors, mark, signing
from states.ledger.anchors import Anchor, Finding
from states.settings import Settings
from states.tables import Event, table_of
from states.vault import make_key_file
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.states.ledger.forging import Attacker
from tests.states.looking import case

EVENTS = table_of(Event)

SAMPLE = Anchor("0123456789abcdef", 412, datetime(2026, 3, 3, 21, tzinfo=UTC), "ab" * 32, "cd" * 16)


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    """An installation with its data folder."""
    settings = Settings(home=tmp_path)
    make_key_file(settings.key_file)
    shutil.copyfile(migrated, tmp_path / "casebook.db")
    return settings


@pytest.fixture
def own(settings: Settings) -> Iterator[Casebook]:
    """Its casebook."""
    book = Casebook.open(settings)
    yield book
    book.close()


def newest(book: Casebook) -> Anchor:
    """The anchor of the newest checkpoint."""
    with book.store.read() as connection:
        found = anchors.newest(connection)
    assert found is not None
    return found


def found(book: Casebook, anchor: Anchor) -> anchoring.Checked:
    """What an auditor finds, who has the line and the database."""
    with book.store.read() as connection:
        return anchoring.check(connection, anchor)


def swapped(book: Casebook, settings: Settings, copy: Path) -> Casebook:
    """Put a copy of the file in the place of the database; opens it."""
    book.store.close()
    file = settings.home / "casebook.db"
    for log in ("-wal", "-shm"):
        file.with_name(f"{file.name}{log}").unlink(missing_ok=True)
    shutil.copyfile(copy, file)
    return Casebook.open(settings)


def copied(book: Casebook, settings: Settings, to: Path) -> Path:
    """Copy the database's file while nothing is written."""
    book.store.forget()
    return Path(shutil.copyfile(settings.home / "casebook.db", to))


@pytest.mark.parametrize(
    "text",
    [
        SAMPLE.line,
        SAMPLE.line.upper().replace("TATFLOW-ANCHOR", "tatflow-anchor"),
        f"> Please keep this:\n>   {SAMPLE.line.replace(' ', chr(10) + '> ')}\n> Thank you.",
        f"<code>{SAMPLE.line[:70]}=\r\n{SAMPLE.line[70:]}</code>",
        f"{SAMPLE.line}\r\n{SAMPLE.line}",
    ],
)
def test_a_line_is_read_however_letters_broke_it(text: str) -> None:
    """Quoted, wrapped, in capitals, among other words: it is the same anchor."""
    assert set(anchors.read(text)) == {SAMPLE}


@pytest.mark.parametrize("at", range(17, len(SAMPLE.line), 5))
def test_a_mistyped_line_accuses_nobody(at: int) -> None:
    """Whichever character is wrong, the line is refused: it is not taken for a rewritten history."""
    wrong = SAMPLE.line[:at] + ("0" if SAMPLE.line[at] != "0" else "1") + SAMPLE.line[at + 1 :]
    with pytest.raises(BadInput, match="Nothing was compared"):
        anchors.read(wrong)


def test_an_anchor_tells_what_became_of_the_casebook(
    own: Casebook, settings: Settings, tmp_path: Path
) -> None:
    """As it was; gone, as the file is older; another in its place, as that older file was worked with."""
    walk = Walk(own)
    walk.reported()
    anchoring.seal(own, settings, by=SYSTEM)
    early, copy = newest(own), copied(own, settings, tmp_path / "copy.db")
    walk.reported()
    anchoring.seal(own, settings, by=SYSTEM)
    late = newest(own)
    for anchor, since in ((early, 1), (late, 0)):
        checked = found(own, anchor)
        assert (checked.holds, checked.since, checked.broken) == (True, since, "")
    older = swapped(own, settings, copy)
    assert found(older, early).holds
    assert found(older, late).compared.finding is Finding.MISSING
    Walk(older).reported()
    integrity.checkpoint(older, by=SYSTEM)
    checked = found(older, late)
    assert (checked.compared.finding, checked.holds) == (Finding.DIFFERENT, False)
    older.close()


def test_whoever_has_the_master_key_rewrites_nothing_past_an_anchor(
    own: Casebook, settings: Settings
) -> None:
    """Everything written and signed anew with the true key verifies here; the line from before tells."""
    number = Walk(own).in_inquiry()
    integrity.checkpoint(own, by=SYSTEM)
    kept = newest(own)
    with own.store.write() as connection:
        attacker = Attacker(connection)
        attacker.rewrite(case(own, number).id)
        attacker.reckon(lambda own_hash: signing.sign(own.vault, own_hash))
    assert verification.verify(own, settings, by=SYSTEM).checkpoints == 1
    checked = found(own, kept)
    assert (checked.compared.finding, checked.broken, checked.holds) == (Finding.DIFFERENT, "", False)


def test_an_anchor_does_not_hold_in_a_ledger_that_is_broken(own: Casebook, settings: Settings) -> None:
    """The checkpoint is there, what it covers is not as it was: nothing is called good."""
    Walk(own).reported()
    anchoring.seal(own, settings, by=SYSTEM)
    kept = newest(own)
    with own.store.write() as connection:
        connection.execute(update(EVENTS).values(actor="nobody"))
    checked = found(own, kept)
    assert checked.compared.finding is Finding.HOLDS
    assert not checked.holds
    assert "event 1" in checked.broken


def test_an_older_copy_is_noticed_told_once_and_stops_nothing(
    own: Casebook, settings: Settings, tmp_path: Path
) -> None:
    """The mark in the data folder stays until somebody answers for it; reports and alarms go on meanwhile."""
    walk = Walk(own)
    walk.reported()
    assert anchoring.seal(own, settings, by=SYSTEM).broken == ""
    copy = copied(own, settings, tmp_path / "copy.db")
    walk.reported()
    anchoring.seal(own, settings, by=SYSTEM)
    seen = newest(own)
    book = swapped(own, settings, copy)
    walk = Walk(book)
    for _ in range(2):
        sealed = anchoring.seal(book, settings, by=SYSTEM)
        assert f"does not hold {seen.said}" in sealed.broken
        number = walk.reported()
        walk.act(number, "raise_alarm", {"reason": "invented"})
    assert mark.seen(settings.mark_file) == seen
    assert sealed.grown > 0
    told = [line for line in listing.effects(book, by=SYSTEM) if line.kind == EffectKind.REMIND]
    assert len([line for line in told if line.case_number == "team"]) == 1
    with pytest.raises(LedgerBroken, match=r"an older copy was put in its place.*accept-copy"):
        verification.verify(book, settings, by=SYSTEM)
    integrity.verify(book, by=SYSTEM)
    with pytest.raises(NotPermitted):
        anchoring.accept_copy(book, settings, by=Actor("nurse", frozenset({Role.MEMBER})))
    accepted = anchoring.accept_copy(book, settings, by=walk.chair)
    assert mark.seen(settings.mark_file) == accepted == newest(book)
    (aside,) = settings.home.glob("ledger.mark.until-*")
    assert aside.read_text().strip() == seen.line
    verification.verify(book, settings, by=SYSTEM)
    assert anchoring.seal(book, settings, by=SYSTEM).broken == ""
    with pytest.raises(UnknownRecord):
        anchoring.accept_copy(book, settings, by=walk.chair)
    happened = [event.what for event in timeline.events_of_team(book, by=walk.chair)]
    assert happened.count("older_copy_accepted") == happened.count("ledger_found_broken") - 1 == 1
    assert found(book, seen).copies[0][0] == "older_copy_accepted"
    book.close()


def test_a_mark_that_lags_says_nothing(own: Casebook, settings: Settings, tmp_path: Path) -> None:
    """Another machine writes checkpoints, too: this one's mark is of an earlier one, which is as it was."""
    anchoring.seal(own, settings, by=SYSTEM)
    other = settings.model_copy(update={"home": tmp_path / "other", "database_url": settings.casebook_url})
    other.home.mkdir()
    for _ in range(2):
        Walk(own).reported()
        assert anchoring.seal(own, other, by=SYSTEM).broken == ""
    before = mark.seen(settings.mark_file)
    assert before is not None
    assert (before.number, newest(own).number) == (1, 3)
    assert anchoring.seal(own, settings, by=SYSTEM).broken == ""
    settings.mark_file.write_text("something else")
    assert "cannot be read" in anchoring.seal(own, settings, by=SYSTEM).broken
