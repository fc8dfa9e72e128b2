"""Raising an alarm from a page that is of no case: on a case that is chosen, or at a site (W-13)."""

import secrets
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.case.glance import SHAPES, lead_of
from console.shown.phoning import phone_now
from console.web.pages import RAISE, desk_of, form, page, router
from console.web.visitors import SignedIn
from states.access import LET_IN, MAY, Act, Actor
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.effects.nonces import Once
from states.casebook.intake import receipts
from states.casebook.intake.begun import two_answers
from states.casebook.persons.searching import may_open
from states.casebook.reading import overview
from states.casebook.reading.overview import CaseLine
from states.casebook.team import members
from states.errors import Refused
from states.store.threads import told
from states.vocabulary.cases import CaseState, Level
from tasks.drafts.link_paths import ALARMS

routes = router()

#: how many cases stand there to be chosen from, and among how many that changed last those are looked for
MOST, AMONG = 50, 200


@routes.get(RAISE)
async def ask(request: Request, visitor: SignedIn) -> Response:
    """Show a button for each case that I may open, and one for each site: either raises the alarm at once."""
    return await _ways(request, visitor)


@routes.post(RAISE)
async def sound(request: Request, visitor: SignedIn) -> Response:
    """Raise the alarm at a site, with nothing told yet, once however often it is sent.

    Whoever may open its case lands there, others on the board, and whom no alarm is for reads whom to phone.
    """
    book, said, by = desk_of(request).book, await form(request), visitor.actor
    site = said.get("site", "")
    if site not in book.pack.sites:
        return await _ways(request, visitor, note="Say where the danger is: press the button of its site.")
    fresh = receipts.once(book.clock())
    once = Once(fresh.sender, said.get("once") or fresh.nonce, fresh.expires_at)
    try:
        sent = await told(receipts.send, book, two_answers(site), once=once, by=by)
    except Refused:
        return await _ways(request, visitor, note="This was sent twice, and counts once: the alarm is out.")
    if await told(may_open, book, [sent.number], by=by):
        return RedirectResponse(f"/cases/{sent.number}?done=raise_alarm", HTTPStatus.SEE_OTHER)
    if not by.roles.isdisjoint(MAY[Act.ANSWER_ALARMS]):
        return RedirectResponse(ALARMS, HTTPStatus.SEE_OTHER)
    values = {
        "title": "The alarm is out",
        "receipt": receipts.number_of(sent.report_id),
        "secret": receipts.secret_of(book.vault, sent.report_id),
        "numbers": [],
        "verbal": False,
        "alarmed": await told(phone_now, book, site),
    }
    return page(request, "taken/entered", values, visitor=visitor)


async def _ways(request: Request, visitor: Visitor, *, note: str = "") -> Response:
    book, by = desk_of(request).book, visitor.actor
    lines = await told(_theirs, book, by)
    values = {
        "title": "Raise an alarm",
        "note": note,
        "lines": lines[:MOST],
        "more": len(lines) > MOST,
        # Each button's own: pressing one of them takes no other.
        "once": lambda: secrets.token_hex(16),
        "shapes": SHAPES,
        "level": Level,
        "lead_of": lead_of,
        "names": await told(members.names, book, by=by),
        "pack": book.pack,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "alarms/raise", values, visitor=visitor, status=status)


def _theirs(book: Casebook, by: Actor) -> list[CaseLine]:
    """The cases that somebody may open and that are not over, newest change first; none, for some roles."""
    if by.roles.isdisjoint((*MAY[Act.READ], *LET_IN)):
        return []
    return [line for line in overview.cases(book, by=by, limit=AMONG) if line.state != CaseState.CLOSED]
