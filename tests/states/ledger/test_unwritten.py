"""Whoever read a case while nothing could be written stands in its ledger once that is possible (P-08)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from states.access import Act
from states.casebook import Casebook
from states.casebook.reading import timeline, whole_case
from states.casebook.unwritten import NAME, ROOM, Unwritten
from tests.cases.walking import Walk

THEN = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def kept(walk: Walk, tmp_path: Path) -> Unwritten:
    """Room for readings, which the casebook knows of."""
    room = Unwritten(tmp_path)
    room.make_room()
    walk.book.unwritten = room
    return room


def keep(book: Casebook, walk: Walk, number: str, by: str = "dean") -> bool:
    """Keep a reading of a case, as while nothing can be written."""
    assert book.unwritten is not None
    with book.page(number, walk.chair, Act.RECORD) as page:
        return book.unwritten.keep(page.key, page.case.id, by=by, at=THEN)


def late(walk: Walk, number: str) -> list[tuple[str, str]]:
    """Who is on record as having read a case late, and when they read it."""
    happened = timeline.timeline(walk.book, number, by=walk.chair)
    return [
        (event.actor, str(event.data["while_nothing_could_be_written"]))
        for event in happened
        if "while_nothing_could_be_written" in event.data
    ]


@pytest.mark.clause("P-08")
def test_a_reading_stands_in_the_ledger_at_the_next_one(walk: Walk, kept: Unwritten) -> None:
    """Under the name of who read, with the time at which they did; once."""
    number = walk.reported()
    assert keep(walk.book, walk, number)
    whole_case.dossier(walk.book, number, by=walk.chair)
    whole_case.dossier(walk.book, number, by=walk.chair)
    assert late(walk, number) == [("dean", THEN.isoformat())]
    with kept.taken() as left:
        assert left == []


def test_it_is_put_on_record_without_a_reader_too(walk: Walk, kept: Unwritten) -> None:
    """The reconciler's round does it; in the file, nobody's name and no case's number is to be read."""
    number = walk.reported()
    assert keep(walk.book, walk, number)
    text = (kept._path).read_bytes()  # noqa: SLF001 - what lies in the folder is the claim
    assert b"dean" not in text
    assert number.encode() not in text
    assert walk.book.put_readings_on_record() == 1
    assert walk.book.put_readings_on_record() == 0
    assert [actor for actor, _ in late(walk, number)] == ["dean"]


def test_a_line_that_was_changed_makes_nobody_a_reader(
    walk: Walk, kept: Unwritten, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody without the case's key says who read it, or moves a reading to another case."""
    number, other = walk.reported(), walk.reported()
    assert keep(walk.book, walk, number)
    with walk.book.page(other, walk.chair, Act.RECORD) as page:
        moved = page.case.id
    file = tmp_path / NAME
    line = json.loads(file.read_bytes().rstrip(b"\0")) | {"case_id": moved}
    file.write_bytes((json.dumps(line).encode() + b"\n").ljust(ROOM, b"\0"))
    walk.book.put_readings_on_record()
    assert late(walk, number) == late(walk, other) == []
    assert "was changed, and is forgotten" in caplog.text
    with kept.taken() as left:
        assert left == []


def test_without_room_none_is_kept_and_that_is_said(walk: Walk, tmp_path: Path) -> None:
    """A folder that has no room for readings, or no more, keeps none; the casebook says so in its log."""
    walk.book.unwritten = Unwritten(tmp_path)
    number = walk.reported()
    assert not keep(walk.book, walk, number)
    walk.book.unwritten.make_room()
    (tmp_path / NAME).write_bytes(b"x" * ROOM)
    assert not keep(walk.book, walk, number)
