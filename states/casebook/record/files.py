"""Files that came in: sealed with their case, each with its name, its type, its size and its digest."""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.contents.kept import ATTACHMENTS
from states.contents.verbatim import AttachmentContent
from states.tables import Attachment, table_of

_ATTACHMENTS = table_of(Attachment)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that came with something.

    Args:
        name: what it is called; empty: it has no name.
        media_type: of what kind it says it is.
        data: its bytes.
    """

    name: str = field(repr=False)
    media_type: str
    data: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """Its SHA-256, in hexadecimal digits."""
        return sha256(self.data).hexdigest()


def keep(page: Page, about: str, file: Enclosed) -> str:
    """Seal a file with an open page's case; returns its id.

    Args:
        page: the case.
        about: id of the record that it belongs to.
        file: the file.
    """
    row = Attachment(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        about=about,
        media_type=file.media_type,
        size=len(file.data),
    )
    data = b64encode(file.data).decode()
    page.add(row, AttachmentContent(data=data, name=file.name, digest=file.digest))
    return row.id


def of(page: Page, about: str) -> list[Enclosed]:
    """The files that belong to a record of an open page's case, oldest first."""
    return [_opened(page, row) for row in page.rows(Attachment, _ATTACHMENTS.c.about == about)]


def _opened(page: Page, row: Attachment) -> Enclosed:
    said = page.open(ATTACHMENTS, row)
    return Enclosed(said.name, row.media_type, b64decode(said.data))


def read(book: Casebook, number: str, file_id: str, *, by: Actor) -> Enclosed:
    """A file of a case; that it was read is on record.

    Args:
        book: the casebook.
        number: the case's number.
        file_id: the file.
        by: who reads it.

    Raises:
        UnknownRecord: the case has no such file.
    """
    with book.page(number, by, Act.READ) as page:
        row = page.row(Attachment, file_id)
        page.log("read", of="attachment", attachment=file_id)
        return _opened(page, row)


def move(source: Page, target: Page, was: str, now: str) -> None:
    """Take the files of a record along that moves to another case: nothing of them stays behind (W-47).

    Args:
        source: the case that it was in.
        target: the case that it is in.
        was: the record's id there.
        now: its id here.
    """
    for row in source.rows(Attachment, _ATTACHMENTS.c.about == was):
        keep(target, now, _opened(source, row))
        source.set(Attachment, row.id, content=source.seal("attachments", row.id, AttachmentContent(data="")))
