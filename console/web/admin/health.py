"""How everything is that an installation works with: far sides with a test, the record, backups."""

import asyncio
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.admin.far_sides import KINDS, Kind, as_files_say, health, tried
from console.web.admin.verifying import Verifying
from console.web.pages import desk_of, form, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, permit
from states.casebook.accounts.sessions import Visitor
from states.errors import UnknownRecord
from states.store.threads import told
from tasks.drafts.link_paths import HEALTH

routes = router()

#: seconds that whoever has the record verified waits for the end of it: a small one is through by then
AT_ONCE = 5.0


@routes.get(HEALTH)
async def show(request: Request, visitor: SignedIn) -> Response:
    """Show how everything is.

    Raises:
        NotPermitted: it is not theirs to look after.
    """
    return await _shown(request, visitor)


@routes.post(HEALTH + "/{kind}/{name}/test")
async def test(request: Request, kind: str, name: str, visitor: SignedIn) -> Response:
    """Try a far side without a word of anybody, and show how it went.

    Raises:
        NotPermitted: it is not theirs to look after.
        UnknownRecord: there is none of that name.
    """
    permit(visitor.actor, Act.SEE_HEALTH)
    await form(request)
    desk, _ = await told(as_files_say, desk_of(request))
    problem = await tried(desk, Kind(kind), name) if kind in list(Kind) else None
    if problem is None:
        raise UnknownRecord("There is nothing of that name to try.")
    return await _shown(request, visitor, tried_now=(kind, name, problem))


@routes.post(HEALTH + "/record/verify")
async def verify(request: Request, visitor: SignedIn) -> Response:
    """Begin to verify the record, and lead to how far it is, or how it ended.

    Raises:
        NotPermitted: it is not theirs to operate.
    """
    permit(visitor.actor, Act.OPERATE)
    await form(request)
    walk = _walk(request)
    if walk is None or walk.ended:
        walk = Verifying(desk_of(request), visitor.actor)
        request.app.state.verifying = walk
    await asyncio.wait([walk.task], timeout=AT_ONCE)
    return RedirectResponse(f"{HEALTH}#record", HTTPStatus.SEE_OTHER)


def _walk(request: Request) -> Verifying | None:
    """The verification that this process began last; None: it began none."""
    walk: Verifying | None = getattr(request.app.state, "verifying", None)
    return walk


async def _shown(
    request: Request, visitor: Visitor, *, tried_now: tuple[str, str, str] = ("", "", "")
) -> Response:
    desk, by = desk_of(request), visitor.actor
    found = await told(health, desk, by=by)
    walk = _walk(request)
    values = {
        "title": "Health",
        "found": found,
        "kinds": KINDS,
        "tried": tried_now,
        "operates": not by.roles.isdisjoint(MAY[Act.OPERATE]),
        "walk": walk if walk is not None and (not walk.ended or walk.trouble) else None,
        "zone": ZoneInfo(desk.book.pack.home.timezone),
    }
    return page(request, "admin/health", values, visitor=visitor)
