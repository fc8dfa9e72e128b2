"""Files of a case: its evidence, and what belongs to one of its records, as the court's paper of an order."""

from datetime import datetime

from sqlmodel import Field

from states.tables.cases import CaseRow
from states.tables.columns import moment, sealed


class Attachment(CaseRow, table=True):
    """A file, sealed with its case; it has no name, since a name may tell whom it is about (W-42)."""

    __tablename__ = "attachments"
    #: the record that it belongs to; empty: it is evidence of the case itself
    about: str = Field(index=True)
    #: the report whose number and secret it came with; empty: it came another way
    receipt: str = Field(default="", index=True)
    media_type: str
    #: how long it is, in bytes
    size: int
    #: what it is called where large files lie (see :mod:`states.files`); empty: its bytes are in its content
    stored: str = ""
    #: when it was withdrawn, as it should not have been added: it is kept, and shown to few
    withdrawn_at: datetime | None = moment(nullable=True)
    content: bytes = sealed()
