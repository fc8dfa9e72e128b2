"""Pages of PDFs, drawn in a process of their own: whatever a PDF does to that one, the console goes on."""

import random
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable

import pytest

from console.web.files import drawing
from console.web.files.drawing import LARGEST, Sheet, sheet_of
from console.web.files.pdf_words import SIGNATURE, TALLEST, WIDEST
from states.casebook.reading import timeline
from states.casebook.record.evidence import Opened
from states.contents.verbatim import AttachmentContent
from tests.console.web.conftest import Served
from tests.console.web.files.pdfs import RED, bomb, locked, paged, pdf, swelling
from tests.console.web.files.test_files import added
from tests.console.web.table.people import case_of_the_table

#: how many PDFs that were damaged by chance are drawn
DAMAGED = 30


def of(data: bytes, size: int = 0) -> Opened:
    """A PDF that lies nowhere but in its record, as one that came back by mail does."""
    said = AttachmentContent(data=b64encode(data).decode())
    return Opened("x.pdf", "application/pdf", size or len(data), "", "", "", said, None)


def picture(sheet: Sheet) -> bytes:
    """The picture of a page."""
    head, _, data = sheet.picture.partition(",")
    assert head == "data:image/png;base64"
    return b64decode(data)


@pytest.mark.parametrize("side", ["200", "14400", "0.0001", "-1", "1e38", "0", "x"])
async def test_a_picture_has_its_bounds_however_large_a_page_says_that_it_is(side: str) -> None:
    """Its dots are counted by us."""
    drawn = picture(await sheet_of(of(paged([RED], side=side)), 1))
    assert drawn.startswith(SIGNATURE)
    wide, high = (int.from_bytes(drawn[at : at + 4]) for at in (16, 20))
    assert 0 < wide <= WIDEST + 1
    assert 0 < high <= TALLEST + 1


async def test_each_of_many_pages_is_drawn_by_itself() -> None:
    """The last of two thousand as soon as the first; there is none behind it."""
    many = of(paged([b"q Q"] * 2000))
    last = await sheet_of(many, 2000)
    assert (last.pages, bool(last.picture)) == (2000, True)
    behind = await sheet_of(many, 2001)
    assert (behind.pages, behind.picture) == (2000, "")


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (locked, "password"),
        (lambda: b"%PDF-1.7\n", "broken"),
        (lambda: pdf("http://x")[:300], "broken"),
        (lambda: paged([]), "broken"),
        (bomb, "time or memory"),
        (swelling, "time or memory"),
    ],
    ids=["locked", "empty", "cut", "without a page", "bomb", "swelling"],
)
async def test_what_cannot_be_drawn_is_said_in_a_sentence(made: Callable[[], bytes], why: str) -> None:
    """With a picture of nothing; a bomb ends the process that it went off in, and the next page is drawn."""
    sheet = await sheet_of(of(made()), 1)
    assert (why in sheet.why, sheet.picture) == (True, "")
    assert picture(await sheet_of(of(paged([RED])), 1))


async def test_one_that_is_late_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little of the processor it takes."""
    monkeypatch.setattr(drawing, "SECONDS", 0.001)
    assert "time or memory" in (await sheet_of(of(paged([RED])), 1)).why


async def test_one_that_is_too_large_is_not_even_read() -> None:
    """Of two gigabytes no byte is asked for."""
    sheet = await sheet_of(of(b"", 2_000_000_000), 1)
    assert f"more than {LARGEST // 1024**2} MB" in sheet.why


async def test_whatever_is_damaged_in_a_pdf_the_console_goes_on() -> None:
    """Cut and changed anywhere, it is a picture or a sentence."""
    chance = random.Random(20)  # noqa: S311 - not for secrets
    whole = pdf("http://x")
    for _ in range(DAMAGED):
        data = bytearray(whole[: chance.randrange(9, len(whole))] if chance.random() < 0.3 else whole)
        for _ in range(chance.randrange(12)):
            data[chance.randrange(9, len(data))] = chance.randrange(256)
        sheet = await sheet_of(of(bytes(data)), 1)
        assert bool(sheet.picture) != bool(sheet.why), bytes(data)


def test_the_process_that_draws_can_open_nothing_and_reach_nobody() -> None:
    """Before a PDF's first byte is read: no file, no connection, no other process."""
    program = (
        "import os, socket\n"
        "from console.web.files.pdf_child import confine\n"
        "confine()\n"
        "for tried in (lambda: open('/etc/hostname'), socket.socket, os.pipe):\n"
        "    try:\n"
        "        tried()\n"
        "    except OSError:\n"
        "        print('refused')\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["refused"] * 3


def test_going_through_its_pages_is_one_opening(served: Served) -> None:
    """The first page is on record; those that follow are the same opening, until it is long ago."""
    number, officer = case_of_the_table(served), served.browser("officer")
    file_id = added(served, officer, number, "x.pdf", paged([RED] * 3))
    at = f"/cases/{number}/files/{file_id}/preview"

    def events() -> list[str]:
        happened = timeline.timeline(served.book, number, by=served.walk.chair, on_record=True)
        return [each.what for each in happened if each.data.get("attachment") == file_id]

    before = events()
    assert "Page 1 of 3" in officer.get(at).text
    assert events() == [*before, "read"]
    assert "Page 3 of 3" in officer.get(at, params={"at": "3"}).text
    assert events() == [*before, "read"]
    served.watch.forward(minutes=11)
    assert "Page 2 of 3" in officer.get(at, params={"at": "2"}).text
    assert events() == [*before, "read", "read"]


@pytest.mark.parametrize("at", ["4", "0", "-1", "x", "²", "9" * 5000, "1.0"])
def test_a_page_that_a_pdf_has_not_is_not_there(served: Served, at: str) -> None:
    """Nor is one whose number is none."""
    number, officer = case_of_the_table(served), served.browser("officer")
    file_id = added(served, officer, number, "x.pdf", paged([RED] * 3))
    answer = officer.get(f"/cases/{number}/files/{file_id}/preview", params={"at": at})
    assert answer.status_code in {404, 414}
