"""Where law-enforcement partners call back with their answers (``docs/partner-protocol.yaml``)."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from console.reception.messages import signed_content
from states.casebook.lookups import questions
from states.errors import BadInput, CaseErased, StepFailed
from states.store.threads import told
from tasks.desk import Desk
from tasks.sources.contract import Pending, Reply
from tasks.sources.partner.protocol import AnswerDocument, AnyAnswer, reply_of
from tasks.sources.partner.source import PartnerSource
from tasks.sources.recording import as_answer

router = APIRouter()


@router.post("/partners/{source}/answers")
async def take_answer(request: Request, source: str) -> Response:
    """Take a partner's final answer in, known by its signature; each message once.

    Answers 204 when the answer is on record, and 410 when nobody waits for it any more: it was answered or
    waived, or its case erased.

    Raises:
        BadSignature: it is not signed by that partner, or there is no such partner (401).
        Refused: it was taken in before (409).
        BadInput: it is no final answer, or says more than may be kept (422).
        UnknownRecord: no such question was put to that partner (404).
    """
    desk: Desk = request.app.state.desk
    partner = next((each for each in desk.sources.all() if each.name == source), None)
    keys = partner.callback_keys if isinstance(partner, PartnerSource) else {}
    content, once = await signed_content(request, desk, f"partner:{source}", keys)
    answer, reply = _final(content, source)
    try:
        taken = await told(
            questions.late_answer, desk.book, answer.kind, answer.ticket, as_answer(reply, source), once=once
        )
    except CaseErased:
        taken = False
    return Response(status_code=HTTPStatus.NO_CONTENT if taken else HTTPStatus.GONE)


def _final(content: bytes, source: str) -> tuple[AnyAnswer, Reply]:
    try:
        answer = AnswerDocument.model_validate_json(content).root
        reply = reply_of(answer, source)
    except (ValidationError, StepFailed):
        pass
    else:
        if not isinstance(reply, Pending):
            return answer, reply
    raise BadInput("Only a final answer is taken in, with no more in it than agreed. Nothing was written.")
