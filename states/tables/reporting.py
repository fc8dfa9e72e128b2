"""What reporters have begun to write and not sent yet."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from states.tables.columns import moment, sealed


class Draft(SQLModel, table=True):
    """A report that somebody writes, step by step; only who has its secret opens it."""

    __tablename__ = "drafts"
    #: blind index of the secret that the reporter's browser keeps
    id: str = Field(primary_key=True)
    expires_at: datetime = moment(index=True)
    content: bytes = sealed()
