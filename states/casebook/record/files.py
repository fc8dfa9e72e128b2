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
