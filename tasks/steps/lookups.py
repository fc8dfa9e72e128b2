"""The step of a look-up: ask one source, and put its answer on record."""

from states.casebook.effects.work import Work
from states.casebook.lookups import questions
from states.casebook.lookups.questions import Answer
from states.correspondence.question import Question
from states.errors import StepFailed, Withheld
from states.store.threads import told
from states.vocabulary.sources import AnswerStatus
from tasks.desk import Desk
from tasks.sources.asking import TIMEOUT, ask
from tasks.sources.contract import (
    Refused,
    Reply,
    Source,
    Unavailable,
)
from tasks.sources.recording import as_answer
from tasks.steps.step import another_try, step
from tasks.steps.traffic import call, source_side


@step("ask source")
async def ask_source(desk: Desk, work: Work, question: Question) -> AnswerStatus:
    """Ask the source of one kind, and put its answer on record whatever it is."""
    source = desk.sources.for_kind(question.kind)
    if source is None:
        answer = Answer(AnswerStatus.UNAVAILABLE, source="", code="not_configured")
    else:
        reply = await _asked(desk, work, question, source)
        if isinstance(reply, Unavailable):
            failure = StepFailed(reply.reason, permanent=reply.permanent)
            if another_try(failure):
                # Only the last try's answer goes on record.
                raise failure
        answer = as_answer(reply, source.name)
    await told(questions.record_answer, desk.book, work, question.id, answer)
    return answer.status


async def _asked(desk: Desk, work: Work, question: Question, source: Source) -> Reply:
    """Ask a source when it is one's turn; what the gate withholds is refused by ourselves."""

    async def leave() -> None:
        await told(questions.release, desk.book, work, question.id, source.name)

    async def answered(_: None) -> Reply:
        reply = await ask(source, question, timeout=TIMEOUT)
        if isinstance(reply, Unavailable):
            raise StepFailed(reply.reason, permanent=reply.permanent)
        return reply

    try:
        return await call(desk, source_side(source, TIMEOUT), leave, answered)
    except Withheld:
        return Refused("withheld")
    except StepFailed as failure:
        return Unavailable(failure.code, permanent=failure.permanent)
