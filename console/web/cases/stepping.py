"""Taking a step: it is looked at, then done once, or refused with what would help and what was typed."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from console.shown.case.asked.fields import Ask, Field, Said, closed_up, lacking
from console.web.cases.looking import Look, ahead, asked_of, fields_of, look_at, refused
from console.web.cases.opening import Case, open_case
from console.web.cases.page import TWICE, shared
from console.web.cases.steps.every import CLEARED_BY, STEPS
from console.web.cases.steps.step import Given, Step
from console.web.pages import desk_of, fields, not_there, own_path, page, router
from console.web.visitors import OF_CASE, SignedIn
from states.access import Actor, permit
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.effects import nonces
from states.casebook.effects.nonces import Once
from states.casebook.team.upkeep import training
from states.errors import BadInput, Refused, UnknownRecord
from states.store.threads import told
from states.tables import Case as CaseRow

routes = router(dependencies=[OF_CASE])

#: digits that no version of a case has
MOST_DIGITS = 10

#: how long a form may lie open before it is sent
OPEN_FOR = timedelta(days=2)


class _Lacking(Exception):
    """Something lacks in what was answered; nothing was written."""

    def __init__(self, beside: Mapping[str, str]) -> None:
        self.beside = beside


class _SentBefore(Exception):
    """This very form was taken in before: a double click, or a page that was loaded anew."""


@routes.get("/cases/{number}/steps/{name}")
async def look(request: Request, number: str, name: str, visitor: SignedIn) -> Response:
    """Show what a step means, what it asks, and what it would send.

    Raises:
        UnknownRecord: there is no such case, or none that I may open.
    """
    step = STEPS.get(name)
    if step is None:
        return not_there(request)
    about, book = request.query_params.get("about", ""), desk_of(request).book
    case, seen = await told(_opened, book, number, step, visitor.actor, {}, about=about)
    if step.looks:
        seen = await told(ahead, desk_of(request), case, step, visitor.actor, seen)
    return await _shown(request, case, step, visitor, seen)


@routes.post("/cases/{number}/steps/{name}")
async def take(request: Request, number: str, name: str, visitor: SignedIn) -> Response:
    """Take a step; or show what it would send, or what would help.

    Raises:
        UnknownRecord: there is no such case, or none that I may open.
    """
    step = STEPS.get(name)
    if step is None:
        return not_there(request)
    desk, by, said = desk_of(request), visitor.actor, await fields(request)
    if said.get("go") != ["do"]:
        case, seen = await told(_opened, desk.book, number, step, by, said)
        if said.get("go") != ["more"]:
            seen = await told(ahead, desk, case, step, by, seen)
        return await _shown(request, case, step, visitor, seen)
    try:
        await told(_take, desk.book, number, step, by, said)
    except _SentBefore:
        return _on(number, said, TWICE, step.to)
    except UnknownRecord:
        raise
    except _Lacking as lacks:
        case, seen = await told(_opened, desk.book, number, step, by, said)
        return await _shown(request, case, step, visitor, replace(seen, beside=lacks.beside))
    except (BadInput, Refused) as refusal:
        case, seen = await told(_opened, desk.book, number, step, by, said)
        return await _shown(request, case, step, visitor, refused(seen, refusal))
    return _on(number, said, step.name, step.to)


def _on(number: str, said: Said, done: str, to: str = "") -> Response:
    """Back to where somebody came from: the case, a sheet of it, or the meeting in which they decided."""
    if to:
        return RedirectResponse(to, HTTPStatus.SEE_OTHER)
    back = own_path(said.get("back", [""])[0])
    to = f"/cases/{number}" if back == "/" else back
    return RedirectResponse(f"{to}?done={done}", HTTPStatus.SEE_OTHER)


def _opened(
    book: Casebook, number: str, step: Step, by: Actor, said: Said, *, about: str = ""
) -> tuple[Case, Look]:
    case = replace(open_case(book, number, by), lapsed=training.lapsed(book, by=by))
    if step.fills is not None and said.get("go") == ["more"]:
        said = step.fills(asked_of(case, by), said)
    return case, look_at(case, step, by, said, about or _about(said))


def _about(said: Said) -> str:
    """The record that somebody chose; empty: none yet."""
    return next(iter(said.get("about", ())), "")


def _take(book: Casebook, number: str, step: Step, by: Actor, said: Said) -> None:
    seen, token = said.get("seen", [""])[0], said.get("once", [""])[0]
    case = open_case(book, number, by)
    if step.act is not None:
        # Before what they wrote is looked at: whoever may not is not told what their words lack.
        permit(by, step.act, CaseRow(**case.opened.dossier["case"]))
    asked = fields_of(case, step, by, _about(said))
    said = closed_up(asked, said)
    problems = lacking(asked, said)
    if problems:
        raise _Lacking(problems)
    once = Once(f"step {by.id}", token, book.clock() + OPEN_FOR)
    # Who says nothing of what they saw has seen nothing.
    version = None if step.always else int(seen) if seen.isdecimal() and len(seen) < MOST_DIGITS else 0
    seen_of = number if step.two else ""
    step.do(book.as_seen(version, partial(_first, book, once), of=seen_of), number, by, Given(said, asked))


def _first(book: Casebook, once: Once, connection: Connection) -> None:
    try:
        nonces.use(book, connection, once)
    except Refused:
        raise _SentBefore from None


async def _shown(request: Request, case: Case, step: Step, visitor: Visitor, look: Look) -> Response:
    record, by = case.opened.dossier["case"], visitor.actor
    beside = await told(step.shows, desk_of(request).book, case, by) if step.shows else {}
    values = {
        "warns": "",
        **beside,
        **shared(case, by),
        "title": f"{record['number']}: {step.does}",
        "note": bool(look.problems or look.beside or look.changed),
        "number": record["number"],
        "step": step,
        "look": look,
        "cleared_by": CLEARED_BY,
        # Which record it is about is chosen first; the rest of the form is asked of that.
        "first": step.in_turn and [each.ask for each in look.fields if isinstance(each, Field)] == [Ask.ONE],
        "once": secrets.token_hex(16),
        "seen": record["version"],
        "looked": request.method == "POST",
        "back": own_path(look.said.get("back", [request.query_params.get("back", "")])[0]),
    }
    status = 409 if look.changed else 422 if look.problems or look.beside else HTTPStatus.OK
    return page(request, step.template, values, visitor=visitor, status=HTTPStatus(status))
