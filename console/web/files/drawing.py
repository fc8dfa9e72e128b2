"""A PDF shown as pictures of its pages: nothing of it reaches a browser but what it looks like.

Each page is drawn by :mod:`console.web.files.pdf_child`, in a process of its own that is killed when it is
late. A PDF goes there in portions, as it is read: it is never in this process as a whole.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field

from console.web.files.pdf_words import BROKEN, LOCKED, NUMBER, SIGNATURE, TALLEST, WIDEST
from states.casebook.record.evidence import Opened
from states.store.threads import in_threads
from tasks.far.killable import Killable

#: bytes that a PDF may have to be shown
LARGEST = 64 * 1024 * 1024

#: seconds that a page may take
SECONDS = 8.0

#: how many pages are drawn at once
AT_ONCE = 2

#: bytes of an answer: a picture that nothing could be packed of, and what is said around it
_MOST = 3 * WIDEST * TALLEST + 100_000

#: the highest number that a page can have
MOST_PAGES = 256**NUMBER - 1

_TOO_LARGE = f"PDFs of more than {LARGEST // 1024**2} MB are not shown here."
_WHY = {
    LOCKED: "This PDF asks for a password: it is not shown here.",
    BROKEN: "This PDF is broken, or not made as PDFs are: it cannot be shown here.",
}
_TAKES_TOO_MUCH = "Drawing this page takes more time or memory than a page may: it is not shown here."


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a PDF, as a browser gets it.

    Args:
        number: which one, from 1 on.
        pages: how many there are; 0: nobody knows.
        picture: the address that is the picture itself; empty: there is none.
        why: why there is none.
    """

    number: int
    pages: int = 0
    picture: str = field(default="", repr=False)
    why: str = ""


async def sheet_of(file: Opened, number: int) -> Sheet:
    """Draw a page of a PDF.

    Args:
        file: the PDF.
        number: which page, from 1 on.

    Raises:
        FileDamaged: it is missing where it lies, or was changed there.
        FilesAway: where it lies cannot be reached.
        StepFailed: the machine has no room for another process.
    """
    if file.size > LARGEST:
        return Sheet(number, why=_TOO_LARGE)
    child = Killable("console.web.files.pdf_child", SECONDS, {}, most=_MOST)
    try:
        said, _ = await in_threads("pages of PDFs", AT_ONCE, child.run, _told(file, number))
    finally:
        child.stop()
    return _heard(said, number)


def _told(file: Opened, number: int) -> Iterator[bytes]:
    yield number.to_bytes(NUMBER)
    yield from file.part()


def _heard(said: bytes, number: int) -> Sheet:
    """What a child said; whatever a PDF made it say, it is a picture at most."""
    counted, newline, drawn = said.partition(b"\n")
    if not newline:
        counted, drawn = b"0", said
    if not counted.isdigit() or len(counted) > len(str(MOST_PAGES)):
        return Sheet(number, why=_TAKES_TOO_MUCH)
    if drawn.startswith(SIGNATURE):
        return Sheet(number, int(counted), f"data:image/png;base64,{b64encode(drawn).decode()}")
    return Sheet(number, int(counted), why=_WHY.get(drawn, _TAKES_TOO_MUCH))
