"""Questions to sources that somebody should look into, from the flag to the end (P-03, P-09)."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from pydantic import AwareDatetime

from console.web.pages import ADMIN, desk_of, form, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor, permit
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.reading import audit, flagged
from states.casebook.reading.audit import QueryLine
from states.casebook.team import members
from states.errors import BadInput, Refused, UnknownRecord
from states.store.threads import told
from states.vocabulary.sources import Correction, Finding, LookingInto, Oddity, Told

routes = router()

#: where they are
QUERIES = f"{ADMIN}/queries"

#: days that people choose from, the usual first
DAYS = (90, 30, 365)

#: lines that a page shows at most
ON_A_PAGE = 100

#: why somebody should look into one
ODD: Mapping[Oddity, str] = {
    Oddity.NO_CASE: "asked on no case",
    Oddity.CLOSED_CASE: "asked on a closed case",
    Oddity.REPEATED_PERSON: "asked about one person again and again",
    Oddity.OUTSIDE_DUTY: "asked outside office hours, and not urgent",
    Oddity.NOT_ON_CASE: "asked by somebody who was not on the case",
}

#: each step as what is done, and as what was done
STEPS: Mapping[LookingInto, tuple[str, str]] = {
    LookingInto.BEGUN: ("Begin an inquiry", "An inquiry began"),
    LookingInto.FOUND: ("Say what it found", "It found"),
    LookingInto.CORRECTED: ("Say what was corrected", "Corrected"),
    LookingInto.TOLD: ("Say who was told", "Told"),
    LookingInto.ENDED: ("End it", "It ended"),
}

#: the words of each step's list
WORDS: Mapping[str, str] = {
    Finding.JUSTIFIED: "It was justified",
    Finding.MISTAKE: "It was a mistake",
    Finding.MISUSE: "It was misuse",
    Finding.NOT_CLEARED_UP: "It could not be cleared up",
    Correction.SPOKEN_WITH: "Whoever asked was spoken with",
    Correction.TRAINED_AGAIN: "Whoever asked was trained again",
    Correction.ACCESS_TAKEN: "Whoever asked may ask no more",
    Correction.REFERRED: "It was referred to Human Resources or the police",
    Correction.RULE_CHANGED: "A rule or a setting was changed",
    Told.SOURCE: "Whoever runs the source",
    Told.CJIS_AGENCY: "The agency in charge of criminal justice information (CJIS)",
    Told.PRIVACY_OFFICE: "The institution's privacy or records office",
    Told.NOBODY_CONCERNED: "No authority is concerned",
}


def unsettled(book: Casebook, by: Actor) -> int:
    """How many of the last questions somebody should look into who has not done so to the end, at most."""
    since = book.clock() - timedelta(days=DAYS[0])
    odd = audit.queries(book, by=by, since=since, odd_only=True, limit=ON_A_PAGE)
    courses = flagged.courses(book, by=by)
    return sum(bool(flagged.next_of(courses.get(line.query_id, ()))) for line in odd)


@routes.get(QUERIES)
async def show_queries(
    request: Request, visitor: SignedIn, days: str = "", every: str = "", until: AwareDatetime | None = None
) -> Response:
    """List the questions that somebody should look into, newest first; or all of them.

    Raises:
        NotPermitted: they audit nothing.
    """
    book, by = desk_of(request).book, visitor.actor
    permit(by, Act.AUDIT_READINGS)
    far = int(days) if days in map(str, DAYS) else DAYS[0]
    since = book.clock() - timedelta(days=far)
    asked = partial(audit.queries, since=since, until=until, odd_only=every != "yes", limit=ON_A_PAGE + 1)
    lines = await told(asked, book, by=by)
    # The next page begins with the first that this one leaves out: of those put at one moment none is lost.
    older = {"days": far, "every": every, "until": lines[-1].at.isoformat()} if lines[ON_A_PAGE:] else {}
    values = {
        "title": "Questions to sources",
        "lines": lines[:ON_A_PAGE],
        "older": f"{QUERIES}?{urlencode(older)}" if older else "",
        "newest": f"{QUERIES}?{urlencode({'days': far, 'every': every})}" if until else "",
        "courses": await told(flagged.courses, book, by=by),
        "next_of": flagged.next_of,
        "names": await told(members.names, book, by=by),
        "odd": ODD,
        "steps": STEPS,
        "far": far,
        "days": [(str(each), f"{each} days") for each in sorted(DAYS)],
        "every": every == "yes",
        "called": book.pack.called,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    return page(request, "admin/queries", values, visitor=visitor)


@routes.get(QUERIES + "/{query}")
async def show_query(request: Request, query: str, visitor: SignedIn) -> Response:
    """Show one question, what was done about it, and what comes next.

    Raises:
        NotPermitted: they audit nothing.
        UnknownRecord: there is no such question for them.
    """
    return await _shown(request, visitor, query)


@routes.post(QUERIES + "/{query}/{step}")
async def take_step(request: Request, query: str, step: str, visitor: SignedIn) -> Response:
    """Take the next step about a question.

    Raises:
        NotPermitted: they neither chair nor keep the records.
        UnknownRecord: there is no such question for them, or no such step.
    """
    permit(visitor.actor, Act.AUDIT)
    said = (await form(request)).get("said", "")
    if step not in list(LookingInto):
        raise UnknownRecord("There is no such step.")
    try:
        book = desk_of(request).book
        await told(flagged.take, book, query, LookingInto(step), by=visitor.actor, said=said)
    except UnknownRecord:
        raise
    except (BadInput, Refused) as refusal:
        return await _shown(request, visitor, query, note=str(refusal))
    return RedirectResponse(f"{QUERIES}/{query}", HTTPStatus.SEE_OTHER)


async def _shown(request: Request, visitor: Visitor, query: str, *, note: str = "") -> Response:
    book, by = desk_of(request).book, visitor.actor
    line: QueryLine = await told(audit.query, book, query, by=by)
    steps = (await told(flagged.courses, book, by=by)).get(query, ())
    values = {
        "title": "A question to a source",
        "line": line,
        "taken": steps,
        "coming": flagged.next_of(steps),
        "says": {step: tuple(words) for step, words in flagged.SAYS.items()},
        "words_of": WORDS,
        "steps": STEPS,
        "odd": ODD,
        "names": await told(members.names, book, by=by),
        "acts": not by.roles.isdisjoint(MAY[Act.AUDIT]) and line.by != by.id,
        "own": line.by == by.id,
        "note": note,
        "called": book.pack.called,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "admin/query", values, visitor=visitor, status=status)
