"""Steps of a look-up: ask one source, and put its answer on record."""

from functools import partial

from states.casebook import lookups
from states.casebook.effects import Work
from states.casebook.lookups import Answer, Question
from states.errors import StepFailed, Withheld
from states.threads import AT_ONCE, in_own_loop
from states.vocabulary import AnswerStatus, IdentifierKind, LegalBasis, SourceKind
from tasks.desk import desk, told
from tasks.far_sides import CIRCUIT_OPEN
from tasks.sources.asking import ask
from tasks.sources.contract import (
    Found,
    LookupRequest,
    NotFound,
    Pending,
    Refused,
    Reply,
    Source,
    Unavailable,
)
from tasks.steps import attempts_left, step
from tasks.traffic import NO_TURN, report, turn

#: seconds that a source may take
TIMEOUT = 30.0

#: seconds after which a source that has not stopped by then is left behind, with its thread
GRACE = 5.0


@step("list questions")
async def list_questions(work: Work) -> list[Question]:
    """List the questions of an inquiry that are not answered yet."""
    return await told(lookups.questions, desk().book, work)


@step("ask source")
async def ask_source(work: Work, question: Question) -> AnswerStatus:
    """Ask the source of one kind, and put its answer on record whatever it is."""
    kind = SourceKind(question.kind)
    source = desk().sources.for_kind(kind)
    if source is None:
        answer = Answer(AnswerStatus.UNAVAILABLE, source="", code="not_configured")
    else:
        reply = await _asked(work, question, source)
        if isinstance(reply, Unavailable) and _worth_another_try(reply) and attempts_left():
            # Worth another try within this step; only the last try's answer goes on record.
            raise StepFailed(reply.reason)
        answer = as_answer(reply, source.name)
    await told(lookups.record_answer, desk().book, work, question.query_id, answer)
    return answer.status


def _worth_another_try(reply: Unavailable) -> bool:
    # An open circuit stays open for longer than a step's next try is away.
    return not reply.permanent and reply.reason != CIRCUIT_OPEN


async def _asked(work: Work, question: Question, source: Source) -> Reply:
    """Ask a source when it is one's turn, and say how that went."""
    try:
        async with turn(source.name):
            reply = await _released(work, question, source)
    except StepFailed as failure:
        if failure.code not in NO_TURN:
            raise
        return Unavailable(failure.code)
    await report(source.name, reply.reason if isinstance(reply, Unavailable) else "")
    return reply


async def _released(work: Work, question: Question, source: Source) -> Reply:
    """Let the question leave through the gate, and ask; what the gate withholds is refused by ourselves."""
    try:
        await told(lookups.release, desk().book, work, question.query_id, source.name)
    except Withheld:
        return Refused("withheld")
    request = LookupRequest(
        kind=SourceKind(question.kind),
        identifiers={IdentifierKind(name): value for name, value in question.identifiers.items()},
        purpose=question.purpose,
        basis=LegalBasis(question.basis),
        requester=question.requester,
        case_reference=work.number,
        idempotency_key=question.query_id,
        now=desk().book.clock(),
        urgent=question.urgent,
        ticket=question.ticket,
    )
    asking = partial(ask, source, request, timeout=TIMEOUT)
    try:
        return await in_own_loop(f"source {source.name}", AT_ONCE, asking, seconds=TIMEOUT + GRACE)
    except TimeoutError:
        # It does not even let itself be stopped, or earlier questions have taken all of its threads.
        return Unavailable("timeout")


def as_answer(reply: Reply, source: str) -> Answer:
    """A source's reply as the casebook keeps it; the five kinds of answer stay distinct."""
    match reply:
        case Found():
            facts = tuple(
                {
                    "name": fact.name,
                    "value": fact.value,
                    "kind": fact.kind,
                    "observed_at": fact.observed_at and fact.observed_at.isoformat(),
                }
                for fact in reply.facts
            )
            kept = reply.provenance.retain_until
            return Answer(AnswerStatus.FOUND, source, facts=facts, as_of=_as_of(reply), retain_until=kept)
        case NotFound():
            kept = reply.provenance.retain_until
            return Answer(AnswerStatus.NOT_FOUND, source, as_of=_as_of(reply), retain_until=kept)
        case Pending():
            return Answer(AnswerStatus.PENDING, source, ticket=reply.ticket)
        case Refused():
            return Answer(AnswerStatus.REFUSED, source, code=reply.reason)
        case Unavailable():
            return Answer(AnswerStatus.UNAVAILABLE, source, code=reply.reason, again=not reply.permanent)


def _as_of(reply: Found | NotFound) -> str:
    moment = reply.provenance.as_of
    return "" if moment is None else moment.isoformat()
