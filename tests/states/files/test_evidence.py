"""Evidence of a case: sealed where it lies, opened on record, withdrawn, moved, erased, tidied."""

import os
import resource
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.inquiry import assessing, triage
from states.casebook.reading import timeline, whole_case
from states.casebook.rearranging import moving
from states.casebook.record import evidence, tidying
from states.casebook.record.tidying import Checked, Tidied
from states.casebook.team import members
from states.contents.team import MemberContent
from states.errors import BadInput, FileDamaged, FilesAway, NotPermitted, Refused, UnknownRecord
from states.files.arriving import Arrived, Arriving
from states.files.folder import Folder
from states.tables import Attachment
from states.vocabulary.cases import Level
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.states.looking import verified

PNG = b"\x89PNG\r\n\x1a\n" + b"SAYSIT" * 100_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files lie."""
    return tmp_path / "files"


@pytest.fixture
def kept(book: Casebook, folder: Path) -> Walk:
    """An invented team whose casebook takes files."""
    book.place = Folder(folder)
    return Walk(book)


def arrived(book: Casebook, data: bytes = PNG, name: str = "Sample, Sam.png") -> Arrived:
    """A file that has arrived."""
    return whole(Arriving(book.place, name, most=10_000_000), data)


def whole(file: Arriving, data: bytes) -> Arrived:
    """A file, once all of it is there."""
    for at in range(0, len(data), 70_000):
        file.write(data[at : at + 70_000])
    return file.finish()


def lying(folder: Path) -> list[Path]:
    """Every file that lies there, whole or not."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def age(folder: Path) -> None:
    """Let a week pass for everything that lies there."""
    for path in lying(folder):
        os.utime(path, (time.time() - 7 * 86_400,) * 2)


def assigned(walk: Walk) -> str:
    """A case that the officer leads; on it is the dean's office, to which a librarian belongs, too."""
    book, chair = walk.book, walk.chair
    librarian = MemberContent(name="invented-librarian-name", address="librarian@wnmu.example")
    members.enrol(book, "librarian", librarian, by=chair, offices=["academic_affairs"], roles=[Role.MEMBER])
    number = walk.reported()
    offices = ["university_police", "academic_affairs"]
    triage.assign(book, number, by=chair, lead="officer", offices=offices)
    return number


@pytest.mark.clause("P-08")
def test_a_file_is_added_opened_and_withdrawn_on_record(kept: Walk, folder: Path) -> None:
    """Nothing of it lies readable; the list says who added it, who opened it, and why it was withdrawn."""
    book, number = kept.book, assigned(kept)
    dean, officer = (members.actor(book, who) for who in ("dean", "officer"))
    (file_id,) = evidence.add(book, number, [arrived(book)], by=dean, shows="From the hallway's camera.")
    (there,) = lying(folder)
    assert not any(word in there.read_bytes() + bytes(there) for word in (b"SAYSIT", b"Sample"))
    found = evidence.opened(book, number, file_id, by=officer)
    assert b"".join(found.part()) == PNG
    assert b"".join(found.part(300_000, 300_010)) == PNG[300_000:300_010]
    (line,) = evidence.listed(book, number, by=officer)
    assert (line.name, line.media_type, line.by, line.shows) == (
        "Sample, Sam.png",
        "image/png",
        "dean",
        "From the hallway's camera.",
    )
    assert [each.by for each in line.openings] == ["officer"]
    assert (line.may_open, line.may_withdraw, line.previewed) == (True, True, True)
    with pytest.raises(BadInput, match="Say why"):
        evidence.withdraw(book, number, file_id, by=dean, because=" ")
    evidence.withdraw(book, number, file_id, by=dean, because="Of somebody else.")
    assert lying(folder) == [there]
    chair, librarian = (members.actor(book, who) for who in ("chair", "librarian"))
    for who, may in ((dean, True), (officer, True), (chair, True), (librarian, False)):
        (line,) = evidence.listed(book, number, by=who)
        assert (line.withdrawn_by, line.because, line.may_open) == ("dean", "Of somebody else.", may)
        assert bool(line.name or line.shows) == may
        (shown,) = whole_case.dossier(book, number, by=who)["attachments"]
        assert bool(shown["content"]["name"]) == may, "nor by the case's whole file"
    with pytest.raises(UnknownRecord, match="no such file"):
        evidence.opened(book, number, file_id, by=librarian)
    with pytest.raises(Refused, match="withdrawn already"):
        evidence.withdraw(book, number, file_id, by=dean, because="Again.")
    happened = timeline.timeline(book, number, by=officer)
    assert [each.what for each in happened if each.what.startswith("file_")] == [
        "file_added",
        "file_withdrawn",
    ]
    assert verified(book).cases == 1


def test_who_may_withdraw_a_file_is_who_may_correct_it(kept: Walk) -> None:
    """Whoever added it, the lead, the chair; nobody adds to a case that is not theirs."""
    book, number = kept.book, assigned(kept)
    (file_id,) = evidence.add(book, number, [arrived(book)], by=kept.officer)
    librarian, nurse = (members.actor(book, who) for who in ("librarian", "nurse"))
    assert not evidence.listed(book, number, by=librarian)[0].may_withdraw
    with pytest.raises(NotPermitted, match="officer's"):
        evidence.withdraw(book, number, file_id, by=librarian, because="x")
    with pytest.raises(NotPermitted):
        evidence.let_add(book, number, by=nurse)
    with pytest.raises(NotPermitted):
        evidence.add(book, number, [arrived(book)], by=nurse)
    with pytest.raises(NotPermitted):
        evidence.opened(book, number, file_id, by=nurse)


def test_what_is_not_put_on_record_is_not_kept(kept: Walk, folder: Path) -> None:
    """A file whose case is not there, that is given up, too long, empty, or of a kind that is not taken."""
    book = kept.book
    with pytest.raises(UnknownRecord):
        evidence.add(book, "TAT-1999-0001", [arrived(book)], by=kept.officer)
    begun = Arriving(book.place, "x.png", most=10_000_000)
    begun.write(PNG)
    assert len(lying(folder)) == 1, "it lies there while it comes"
    begun.give_up()
    for data, said in (
        (PNG * 20, "larger than 10 MB"),
        (b"", "empty"),
        (b"MZ\x90\0" * 2000, "print it to a PDF"),
    ):
        refused = Arriving(book.place, "x.png", most=10_000_000)
        with pytest.raises(BadInput, match=said):
            whole(refused, data)
        refused.give_up()
    assert lying(folder) == []


def test_a_disk_that_is_full_in_the_middle_keeps_nothing(kept: Walk, folder: Path) -> None:
    """It says so; what came before is as it was."""
    begun = Arriving(kept.book.place, "x.png", most=10_000_000)
    bounds = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, bounds[1]))
    try:
        with pytest.raises(FilesAway, match="no room left"):
            begun.write(PNG * 2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, bounds)
    begun.give_up()
    assert lying(folder) == []


def test_a_file_moves_with_its_key_and_goes_with_its_case(kept: Walk, folder: Path) -> None:
    """Where it lies it stays, until the case that it is in now is erased."""
    book = kept.book
    number, other = kept.reported(), kept.reported()
    with book.page(number, kept.chair, None) as page:
        (report,) = page.reports()
        was = evidence.put(page, arrived(book), about=report.id)
    moving.move_report(book, number, report.id, to=other, by=kept.chair, because="Somebody else.")
    (there,) = [line for line in evidence.listed(book, other, by=kept.chair) if line.size == len(PNG)]
    assert b"".join(evidence.opened(book, other, there.file_id, by=kept.chair).part()) == PNG
    with pytest.raises(UnknownRecord, match="no such file"):
        evidence.opened(book, number, was, by=kept.chair)
    assert len(lying(folder)) == 1
    screening = triage.screen(book, other, by=kept.officer, level=Level.NONE, because="x")
    assessing.concur(book, other, by=kept.chair, about=screening)
    kept.dispose(other)
    kept.act(other, "dismiss")
    kept.erase(other)
    assert (lying(folder), verified(book).cases) == ([], 2)


def test_what_lies_there_and_what_cases_name_are_held_against_each_other(kept: Walk, folder: Path) -> None:
    """An orphan goes after a day; a file that is missing, cut, changed or swapped is told, and not shown."""
    book, number = kept.book, assigned(kept)
    first, second, third = evidence.add(
        book, number, [arrived(book), arrived(book), arrived(book, PNG[:1000])], by=kept.officer
    )
    arrived(book)
    left = Arriving(book.place, "x.png", most=10)
    left.write(b"x")
    book.clock = lambda: datetime.now(UTC)
    assert tidying.tidy(book, by=SYSTEM) == Tidied(0, 0), "somebody may be adding it"
    age(folder)
    assert tidying.tidy(book, by=SYSTEM) == Tidied(1, 1)
    left.give_up()
    assert tidying.check(book, by=SYSTEM, reading=True) == Checked(3, (), ())
    with book.page(number, kept.officer, None) as page:
        where = {row.id: Folder(folder).where(row.stored) for row in page.rows(Attachment)}
    one, other = where[first].read_bytes(), where[second].read_bytes()
    where[first].write_bytes(other)
    where[second].write_bytes(one[:500_000] + other[500_000:])
    where[third].unlink()
    found = tidying.check(book, by=SYSTEM, reading=True)
    assert found == Checked(3, ((number, third),), ((number, first), (number, second)))
    for file_id in (first, third):
        with pytest.raises(FileDamaged):
            list(evidence.opened(book, number, file_id, by=kept.officer).part())
