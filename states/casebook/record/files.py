"""Files that came in by mail: sealed with their case, each with its name, type, size and digest."""

from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256

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


def is_known(page: Page, about: str, file: Enclosed) -> bool:
    """Whether a record of an open page's case has the very same file already."""
    rows = page.rows(Attachment, _ATTACHMENTS.c.about == about)
    return any(page.open(ATTACHMENTS, row).digest == file.digest for row in rows)


def move(source: Page, target: Page, was: str, now: str) -> None:
    """Take the files of a record along that moves to another case: nothing of them stays behind (W-47).

    Args:
        source: the case that it was in.
        target: the case that it is in.
        was: the record's id there.
        now: its id here.
    """
    for row in source.rows(Attachment, _ATTACHMENTS.c.about == was):
        there = Attachment(
            case_id=target.case.id,
            at=target.now,
            by=row.by,
            about=now,
            media_type=row.media_type,
            size=row.size,
            stored=row.stored,
            withdrawn_at=row.withdrawn_at,
        )
        # Where a large file lies it stays: what moves is its key.
        target.add(there, source.open(ATTACHMENTS, row))
        emptied = source.seal("attachments", row.id, AttachmentContent())
        source.set(Attachment, row.id, stored="", content=emptied)
