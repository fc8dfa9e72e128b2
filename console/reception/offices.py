"""Where offices' own systems answer referrals: signed calls, each taken in once."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, ValidationError

from console.reception.messages import signed_content
from states.casebook.referrals import answers
from states.errors import BadInput
from states.store.threads import told
from states.vocabulary.leaving import ReferralStatus
from states.vocabulary.plans import Attendance
from tasks.desk import Desk
from tasks.drafts.link_paths import CALLS
from tasks.offices.contract import Calling

router = APIRouter()


class Call(BaseModel):
    """What an office's system may say; a text has no place in it (U-09)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    status: Literal["acknowledged", "accepted", "declined", "completed"]
    attendance: Attendance | None = None


@router.post(CALLS + "/{office}/{referral}")
async def take_call(request: Request, office: str, referral: str) -> dict[str, bool]:
    """Take an answer from an office's own system, known by its signature; each message once."""
    desk: Desk = request.app.state.desk
    way = desk.offices.way(office)
    keys = way.keys if isinstance(way, Calling) else {}
    content, once = await signed_content(request, desk, f"office:{office}", keys)
    call = _call(content)
    news = await told(
        answers.called_back,
        desk.book,
        office,
        referral,
        ReferralStatus(call.status),
        attendance=call.attendance,
        once=once,
    )
    return {"news": news}


def _call(content: bytes) -> Call:
    try:
        return Call.model_validate_json(content)
    except ValidationError:
        pass
    raise BadInput(
        "Only a status is taken in, and the attendance of counseling that is completed. Nothing was written."
    )
