"""Files that belong to a record of a case, such as the court's own paper of a protective order."""

from sqlmodel import Field

from states.tables.cases import CaseRow
from states.tables.columns import sealed


class Attachment(CaseRow, table=True):
    """A file, sealed with its case; it has no name, since a name may tell whom it is about (W-42)."""

    __tablename__ = "attachments"
    #: the record that it belongs to
    about: str = Field(index=True)
    media_type: str
    #: how long it is, in bytes
    size: int
    content: bytes = sealed()
