"""The alarms, for whoever may be called at night: who has taken over, who is called next, who is on call."""

from collections.abc import Mapping
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.alarms import boards
from console.web.moments import here
from console.web.pages import desk_of, form, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, permit
from states.calendar import moments
from states.casebook.accounts.sessions import Visitor
from states.casebook.alarms import duty
from states.casebook.team import members
from states.casebook.team.upkeep import training
from states.errors import BadInput
from states.store.threads import told
from tasks.drafts.link_paths import ALARMS

routes = router()


@routes.get(ALARMS)
async def show_alarms(request: Request, visitor: SignedIn) -> Response:
    """Show the newest alarms, those that nobody has taken over first, and who is on call."""
    return await _board(request, visitor)


@routes.post(ALARMS + "/roster")
async def put_on_call(request: Request, visitor: SignedIn) -> Response:
    """Put a member on call.

    Raises:
        NotPermitted: the roster is for others to keep.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    book, said = desk_of(request).book, await form(request)
    try:
        typed = here(book)
        since = moments.moment(said.get("since", ""), "the start", typed)
        until = moments.moment(said.get("until", ""), "the end", typed)
        member = said.get("member", "")
        await told(duty.put_on_call, book, member, by=visitor.actor, starts_at=since, ends_at=until)
    except BadInput as wrong:
        return await _board(request, visitor, note=str(wrong), said=said)
    return RedirectResponse(f"{ALARMS}#roster", HTTPStatus.SEE_OTHER)


@routes.post(ALARMS + "/roster/{shift}/remove")
async def take_off_call(request: Request, shift: str, visitor: SignedIn) -> Response:
    """Take a shift off the roster.

    Raises:
        UnknownRecord: there is no such shift.
    """
    await told(duty.take_off_call, desk_of(request).book, shift, by=visitor.actor)
    return RedirectResponse(f"{ALARMS}#roster", HTTPStatus.SEE_OTHER)


async def _board(
    request: Request, visitor: Visitor, *, note: str = "", said: Mapping[str, str] | None = None
) -> Response:
    book, by = desk_of(request).book, visitor.actor
    names = await told(members.names, book, by=by)
    team, lapsed = await told(members.members, book, by=by), await told(training.lapsed, book, by=by)
    values = {
        "title": "Alarms",
        "alarms": await told(boards, book, names, by=by),
        "roster": await told(duty.roster, book, by=by),
        "names": names,
        "team": [
            (one.id, f"{content.name} (training lapsed)" if one.id in lapsed else content.name)
            for one, content in team
        ],
        "runs": not by.roles.isdisjoint(MAY[Act.RUN_TEAM]),
        "zone": ZoneInfo(book.pack.home.timezone),
        "note": note,
        "said": {"member": "", "since": "", "until": "", **(said or {})},
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "alarms/board", values, visitor=visitor, status=status)
