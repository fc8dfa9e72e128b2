"""What a source replied, as the casebook keeps it."""

from states.casebook.lookups.questions import Answer
from states.contents.verbatim import ToldFact
from tasks.sources.contract import Found, NotFound, Pending, Refused, Reply, Unavailable


def as_answer(reply: Reply, source: str) -> Answer:
    """A source's reply as the casebook keeps it; the five kinds of answer stay distinct."""
    match reply:
        case Found():
            facts = tuple(
                ToldFact(
                    name=fact.name,
                    value=fact.value,
                    kind=fact.kind,
                    observed_at=None if fact.observed_at is None else fact.observed_at.isoformat(),
                )
                for fact in reply.facts
            )
            kept = reply.provenance.retain_until
            code = f"without_{'_and_'.join(reply.missing)}" if reply.missing else ""
            return Answer(reply.status, source, code, facts=facts, as_of=_as_of(reply), retain_until=kept)
        case NotFound():
            kept = reply.provenance.retain_until
            return Answer(reply.status, source, as_of=_as_of(reply), retain_until=kept)
        case Pending():
            return Answer(reply.status, source, ticket=reply.ticket)
        case Refused():
            return Answer(reply.status, source, code=reply.reason)
        case Unavailable():
            return Answer(reply.status, source, code=reply.reason, again=not reply.permanent)


def _as_of(reply: Found | NotFound) -> str:
    moment = reply.provenance.as_of
    return "" if moment is None else moment.isoformat()
