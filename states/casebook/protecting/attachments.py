"""Attachments: the court's own paper of a protective order, sealed with its case (W-42)."""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field

from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.protecting import orders
from states.contents.kept import ATTACHMENTS, PROTECTIVE_ORDERS
from states.contents.verbatim import AttachmentContent
from states.errors import BadInput, Refused, UnknownRecord
from states.tables import Attachment, ProtectiveOrder, table_of

#: the longest file that is taken, in bytes: a scanned order of many pages
MOST_BYTES = 5_000_000

#: the kinds of file that are taken, by how they begin: what prints, and runs nothing
KINDS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A file of a case.

    Args:
        media_type: what kind of file it is.
        data: its bytes.
    """

    media_type: str
    data: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """What it is called where it leaves: nothing that tells of anybody."""
        return f"order.{self.media_type.rpartition('/')[2].replace('jpeg', 'jpg')}"


def attach(book: Casebook, number: str, order_id: str, data: bytes, *, by: Actor) -> str:
    """Put the court's own paper of an order on file; the police of its sites get it. Returns its id.

    Args:
        book: the casebook.
        number: the case's number.
        order_id: the order.
        data: a PDF, PNG or JPEG file, as bytes.
        by: who attaches it.

    Raises:
        BadInput: it is too long, or no such file.
        Refused: the order has ended.
    """
    media_type = _kind_of(data)
    with book.page(number, by, Act.RECORD) as page:
        order = page.row(ProtectiveOrder, order_id)
        if order.ended_at is not None:
            raise Refused("This order holds no more: no copy goes out. Nothing was written.")
        row = Attachment(
            case_id=page.case.id,
            at=page.now,
            by=by.id,
            about=order_id,
            media_type=media_type,
            size=len(data),
        )
        page.add(row, AttachmentContent(data=b64encode(data).decode()))
        said = page.open(PROTECTIVE_ORDERS, order)
        orders.send_copies(page, said, order.sites, order_id=order_id, document=row.id)
        page.log("document_attached", attachment=row.id, about=order_id, size=len(data))
        return row.id


def _kind_of(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise BadInput(
            f"The file has {len(data):,} bytes, and {MOST_BYTES:,} are the most. Nothing was written: scan "
            "it in black and white, or with fewer dots per inch."
        )
    kind = next((media for begins, media in KINDS.items() if data.startswith(begins)), None)
    if kind is None:
        raise BadInput("The file is no PDF, PNG or JPEG. Nothing was written: scan or print it to a PDF.")
    return kind


def read(book: Casebook, number: str, order_id: str, *, by: Actor) -> Document:
    """The court's own paper of an order; that it was read is on record.

    Raises:
        UnknownRecord: none is on file.
    """
    with book.page(number, by, Act.READ) as page:
        page.row(ProtectiveOrder, order_id)
        attachment = orders.paper_of(page, order_id)
        if not attachment:
            raise UnknownRecord("The court's own paper of this order is not on file.")
        page.log("read", of="attachment", attachment=attachment)
        return opened(page, attachment)


def opened(page: Page, attachment_id: str) -> Document:
    """A file of an open page's case."""
    (row,) = page.rows(Attachment, table_of(Attachment).c.id == attachment_id)
    return Document(row.media_type, b64decode(page.open(ATTACHMENTS, row).data))
