"""What is looked into: who read where, who was let to which case, and questions to sources that are odd."""

from datetime import datetime, timedelta

from console.api.call import Call
from states.access import Actor
from states.casebook import Casebook
from states.casebook.reading import audit, flagged, reads
from states.casebook.team import stays
from states.vocabulary.programs import Scope

#: how far back readings are looked at, unless it is said
USUAL = timedelta(days=30)


def readings(
    book: Casebook, *, by: Actor, since: datetime | None = None, member_id: str = "", odd_only: bool = False
) -> list[reads.ReadingLine]:
    """Who read in which cases, and how much of what came in, since a moment; only a member's, if named."""
    since = since or book.clock() - USUAL
    return reads.readings(book, by=by, since=since, who=member_id, odd_only=odd_only)


def let_in(
    book: Casebook, *, by: Actor, which: stays.Which = stays.Which.ALL, member_id: str = ""
) -> list[stays.StayOnCase]:
    """Who is, or was, let to which case for a time; only a member, where one is named."""
    return stays.stays(book, by=by, which=which, who=member_id)


def course(book: Casebook, query_id: str, *, by: Actor) -> list[flagged.Step]:
    """What was done about a question to a source, in its order.

    Raises:
        UnknownRecord: there is no such question for them.
    """
    audit.query(book, query_id, by=by)
    return list(flagged.courses(book, by=by).get(query_id, ()))


CALLS = (
    Call(
        "GET /readings",
        readings,
        "Who read in which cases, and how much of what came in, in the last 30 days, or since a moment, "
        "by day and person, and what is odd.",
        key=lambda line: [line.day.isoformat(), line.who],
    ),
    Call(
        "GET /stays",
        let_in,
        "Who is, or was, let to which case for a time; whoever audits nothing sees their own.",
        key=lambda line: [line.since.isoformat(), line.stay_id],
    ),
    Call(
        "GET /refused-tries",
        stays.refused_tries,
        "Who tried to open a case in an emergency, and was refused.",
        key=lambda line: [line.at.isoformat(), line.who, line.number],
    ),
    Call(
        "GET /queries",
        audit.queries,
        "Who asked which source what, why, and what came back.",
        key=lambda line: [line.at.isoformat(), line.case_number, line.kind, line.by],
    ),
    Call("GET /queries/{query_id}", audit.query, "One question to a source, with what is odd about it."),
    Call("GET /queries/{query_id}/steps", course, "What was done about a question that is odd."),
    Call(
        "POST /queries/{query_id}/steps",
        flagged.take,
        "Take the next step about a question that is odd: an inquiry, what it found, and so on to its end.",
        scope=Scope.TEAM,
    ),
)
