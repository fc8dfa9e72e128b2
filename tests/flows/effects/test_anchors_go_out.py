"""Anchors reach those who keep them, by mail and by an authority's stamp, and name nobody."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import listing
from states.casebook.record import anchoring, verification
from states.casebook.rounds import team_clocks
from states.errors import LedgerBroken
from states.ledger import anchors, stamps
from states.tables import Checkpoint, TimeStamp, table_of
from states.vocabulary.effects import EffectKind, EffectStatus
from tasks.desk import Desk
from tasks.far import wire
from tests.cases.reporting import approved
from tests.cases.walking import Walk
from tests.installations.running import Runs
from tests.installations.seating import Seat
from tests.servers.stamping_authority import StampingAuthority

CHECKPOINTS, STAMPS = table_of(Checkpoint), table_of(TimeStamp)

#: who keeps them, as the shipped policy says
KEEPER = "regents@wnmu.example"

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is the authority.")


@pytest.fixture
def at(desk: Desk, seat: Seat) -> Callable[..., Casebook]:
    """Sits down at the desk at another time, or with other settings."""

    def sit(now: datetime, **settings: str) -> Casebook:
        book = desk.book.at(now)
        seat.take(Desk(desk.settings.model_copy(update=settings), book, desk.sources))
        return book

    return sit


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StampingAuthority]:
    """An authority that listens; whoever asks it in vain asks once."""
    monkeypatch.setattr(wire, "TRIES", 1)
    authority = StampingAuthority(tmp_path / "authority")
    with authority.listening():
        yield authority


def verified_by_openssl(folder: Path, line: str, response: bytes, root: Path) -> bool:
    """Whether OpenSSL alone says that a response stamps a line."""
    (folder / "line").write_text(line)
    (folder / "stamp").write_bytes(response)
    command = ["openssl", "ts", "-verify", "-data", "line", "-in", "stamp", "-CAfile", str(root)]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def owed(book: Casebook, kind: EffectKind) -> list[str]:
    """The effects of a kind that are not done."""
    lines = listing.effects(book, by=SYSTEM)
    return [line.effect_id for line in lines if line.kind == kind and line.status != EffectStatus.DONE]


def holds(book: Casebook, text: str) -> bool:
    """Whether a text has one anchor, which holds in the casebook."""
    (anchor,) = anchors.read(text)
    with book.store.read() as connection:
        return anchoring.check(connection, anchor).holds


async def test_an_anchor_is_mailed_as_often_as_the_policy_says(
    walk: Walk, runs: Runs, at: Callable[..., Casebook]
) -> None:
    """Once a week, also when nothing happened, whole, and with no name and no case in it."""
    number = walk.reported()
    start = walk.book.clock()
    for days, count in ((0, 1), (1, 1), (6, 1), (7, 2)):
        book = at(start + timedelta(days=days))
        await runs.flow("anchor-ledger")
        for effect in owed(book, EffectKind.MAIL_ANCHOR):
            assert (await runs.effect(effect)).is_completed()
        mails = [mail for mail in runs.mail() if mail["X-Tatflow-Message"] == "ledger_anchor"]
        assert len(mails) == count, days
    assert owed(book, EffectKind.STAMP_ANCHOR) == []
    for mail in mails:
        assert mail["To"] == KEEPER
        for kind in ("plain", "html"):
            said = mail.get_body((kind,))
            assert said is not None
            text = re.sub("<[^>]*>", "", said.get_content())
            assert holds(book, text)
            assert not re.search(rf"{number}|TAT-\d|{walk.words('subject.name')}|invented", text)


async def test_the_semester_report_has_an_anchor_to_keep(
    walk: Walk, runs: Runs, at: Callable[..., Casebook]
) -> None:
    """Printed with the counts; it holds in the casebook from then."""
    walk.reported()
    team_clocks.set_team_clocks(at(datetime(2027, 2, 1, tzinfo=UTC)), by=SYSTEM)
    book = at(datetime(2027, 5, 17, tzinfo=UTC))
    approved(walk, book)
    await runs.every(EffectKind.SEMESTER_REPORT)
    mails = [mail for mail in runs.mail() if mail["X-Tatflow-Message"] == "semester_report"]
    assert len(mails) == 4
    for mail in mails:
        said = mail.get_body(("plain",))
        assert said is not None
        english, spanish = said.get_content().split("-- Español --")
        assert holds(book, english)
        assert holds(book, spanish)


@needs_openssl
async def test_an_authority_stamps_the_anchor_and_its_stamp_is_verified(
    walk: Walk,
    runs: Runs,
    at: Callable[..., Casebook],
    authority: StampingAuthority,
    tmp_path: Path,
) -> None:
    """Kept, verified with the ledger, and by OpenSSL alone; changed, or removed, it is noticed."""
    walk.reported()
    book = at(walk.book.clock(), timestamp_url=authority.address, timestamp_roots=str(authority.root))
    settings = runs.seat.desk.settings
    anchor = anchoring.owe(book, settings, by=SYSTEM)
    (effect,) = owed(book, EffectKind.STAMP_ANCHOR)
    assert (await runs.effect(effect)).is_completed()
    verification.verify(book, settings, by=SYSTEM)
    with book.store.read() as connection:
        (row,) = connection.execute(STAMPS.select()).all()
    assert row.checkpoint == anchor.number
    assert verified_by_openssl(tmp_path, anchor.line, row.response, authority.root)
    assert not verified_by_openssl(tmp_path, anchor.line[:-1], row.response, authority.root)
    for tampering in (
        STAMPS.update().values(response=row.response[:-1] + bytes([row.response[-1] ^ 1])),
        STAMPS.update().values(at=row.at - timedelta(days=1)),
        STAMPS.delete(),
        CHECKPOINTS.update().values(at=row.at + timedelta(days=1)),
    ):
        with book.store.engine.connect() as connection:
            connection.execute(tampering)
            with pytest.raises(LedgerBroken, match=rf"time stamp of checkpoint {anchor.number}"):
                stamps.verify(connection, stamps.trusted(str(authority.root)))
            connection.rollback()
    # Without anybody to trust, it is still told from the one that was kept.
    with book.store.engine.connect() as connection:
        connection.execute(STAMPS.update().values(response=b"another"))
        with pytest.raises(LedgerBroken, match="was changed or removed"):
            stamps.verify(connection, None)
        connection.rollback()
    verification.verify(book, settings, by=SYSTEM)


@needs_openssl
async def test_an_authority_that_is_down_holds_nothing_up(
    walk: Walk, runs: Runs, at: Callable[..., Casebook], authority: StampingAuthority
) -> None:
    """The mail goes out, the stamp is tried again like every effect, and is there once the authority is."""
    walk.reported()
    book = at(walk.book.clock(), timestamp_url=authority.address, timestamp_roots=str(authority.root))
    authority.mood = "fail"
    anchoring.owe(book, runs.seat.desk.settings, by=SYSTEM)
    (mail,), (stamp,) = owed(book, EffectKind.MAIL_ANCHOR), owed(book, EffectKind.STAMP_ANCHOR)
    assert (await runs.effect(stamp)).is_failed()
    assert (await runs.effect(mail)).is_completed()
    line = runs.line(stamp)
    assert (line.status, line.code) == (EffectStatus.PENDING, "server_error")
    authority.mood = "stamp"
    assert (await runs.effect(stamp)).is_completed()
    verification.verify(book, runs.seat.desk.settings, by=SYSTEM)


@needs_openssl
async def test_a_stamp_that_is_forged_or_of_something_else_is_not_kept(
    walk: Walk,
    runs: Runs,
    at: Callable[..., Casebook],
    authority: StampingAuthority,
    tmp_path: Path,
) -> None:
    """By an authority that nobody trusts, or the answer to another question: refused, and asked for again."""
    walk.reported()
    another = StampingAuthority(tmp_path / "another")
    book = at(walk.book.clock(), timestamp_url=authority.address, timestamp_roots=str(another.root))
    anchoring.owe(book, runs.seat.desk.settings, by=SYSTEM)
    (first,) = owed(book, EffectKind.STAMP_ANCHOR)
    assert (await runs.effect(first)).is_failed()
    book = at(walk.book.clock(), timestamp_roots=str(authority.root), timestamp_url=authority.address)
    authority.mood = "before"
    assert (await runs.effect(first)).is_failed()
    assert runs.line(first).code == "stamp_refused"
    with book.store.read() as connection:
        assert connection.execute(STAMPS.select()).all() == []
