"""What people show and say by the links of messages: codes that open them, and answers to invitations."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from states.tables.cases import CaseRow
from states.tables.columns import moment, new_id, of_case, sealed


class LinkCode(CaseRow, table=True):
    """A code that was sent another way than its link: what is behind that opens to whoever has both."""

    __tablename__ = "link_codes"
    link_id: str = Field(foreign_key="one_time_links.id", index=True)
    #: which way it went: a channel, another mailbox, or none, where its holder has a secret of their own
    via: str
    expires_at: datetime = moment()
    tries: int = 0
    #: when it was typed right; its link then stays open for a while
    opened_at: datetime | None = moment(nullable=True)


class InvitationAnswer(SQLModel, table=True):
    """What an invited member says: that they come, or why not and who comes in their place (U-04)."""

    __tablename__ = "invitation_answers"
    id: str = Field(default_factory=new_id, primary_key=True)
    #: None: of the semester's meeting, which is of no case
    case_id: str | None = of_case(nullable=True)
    #: number of the ledger event that recorded it; of the semester's meeting: which answer it is, from 1 on
    seq: int = 0
    at: datetime = moment()
    by: str
    meeting_id: str = Field(foreign_key="meetings.id", index=True)
    comes: bool
    content: bytes = sealed()
