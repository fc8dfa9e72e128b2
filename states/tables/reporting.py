"""What reporters write before a report is sent, and what is said between them and the team after it."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from states.tables.cases import CaseRow
from states.tables.columns import moment, sealed


class Draft(SQLModel, table=True):
    """A report that somebody writes, step by step; only who has its secret opens it."""

    __tablename__ = "drafts"
    #: blind index of the secret that the reporter's browser keeps
    id: str = Field(primary_key=True)
    expires_at: datetime = moment(index=True)
    content: bytes = sealed()


class Reprisal(CaseRow, table=True):
    """What is known of whether whoever reported is treated badly because of it (W-41)."""

    __tablename__ = "reprisals"
    report_id: str = Field(foreign_key="reports.id", index=True)
    word: str
    content: bytes = sealed()


class ReportMessage(CaseRow, table=True):
    """What the team asked a reporter, or a reporter answered; they may be nobody that we know."""

    __tablename__ = "report_messages"
    #: the report that they told, as it is in this case
    about: str = Field(index=True)
    from_team: bool
    content: bytes = sealed()
