"""The next version of the plan as a file: downloaded, changed, handed in, put in force (W-46)."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.admin.policy import NEXT, plan
from console.web.pages import desk_of, form, router
from console.web.uploads import one_file
from console.web.visitors import SignedIn
from notifications.messages.rendering import check_templates
from states.access import Act, permit
from states.casebook.team.approval import NAMED_BY
from states.casebook.team.upkeep import versions
from states.casebook.team.upkeep.versions import NotInOrder
from states.errors import BadInput, NotPermitted, NotReady, Refused, UnknownRecord
from states.policy.pack import Pack
from states.policy.reading import load_pack
from states.store.threads import told
from tasks.drafts.link_paths import POLICY

routes = router()


@routes.get(POLICY + "/download")
async def download(request: Request, visitor: SignedIn) -> Response:
    """Give the plan in force as a file that may be changed and handed in.

    Raises:
        NotPermitted: they do not run the team.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    return await _file(desk_of(request).book.pack)


@routes.get(NEXT + "/download")
async def download_next(request: Request, visitor: SignedIn) -> Response:
    """Give the next version as a file, to be changed further.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: there is none.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    at = desk_of(request).settings.pack_to_come
    if not at:
        raise UnknownRecord("There is no next version.")
    return await _file(await told(load_pack, at))


@routes.post(NEXT)
async def hand_in(request: Request, visitor: SignedIn) -> Response:
    """Take the next version in, and lead to what it would change; else say all that is wrong with it.

    Raises:
        NotPermitted: they do not run the team.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    desk = desk_of(request)
    try:
        given, _ = await one_file(request)
        await told(
            versions.hand_in,
            desk.book,
            desk.settings,
            given,
            by=visitor.actor,
            try_templates=check_templates,
        )
    except NotInOrder as wrong:
        return await plan(request, visitor, wrong=wrong.problems)
    except BadInput as wrong:
        return await plan(request, visitor, said=str(wrong))
    return RedirectResponse(NEXT, HTTPStatus.SEE_OTHER)


@routes.post(NEXT + "/take-back")
async def take_back(request: Request, visitor: SignedIn) -> Response:
    """Take the version back that was handed in.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: none was.
    """
    await form(request)
    desk = desk_of(request)
    await told(versions.take_back, desk.book, desk.settings, by=visitor.actor)
    return RedirectResponse(POLICY, HTTPStatus.SEE_OTHER)


@routes.post(NEXT + "/in-force")
async def put_in_force(request: Request, visitor: SignedIn) -> Response:
    """Put the version in force that was handed in and approved.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: none was handed in.
    """
    desk, digest = desk_of(request), (await form(request)).get("version", "")
    try:
        await told(versions.put_in_force, desk.book, desk.settings, digest, by=visitor.actor)
    except (NotPermitted, UnknownRecord):
        raise
    except (BadInput, NotReady, Refused) as refusal:
        return await plan(request, visitor, said=str(refusal))
    return RedirectResponse(POLICY, HTTPStatus.SEE_OTHER)


async def _file(pack: Pack) -> Response:
    named = {"Content-Disposition": f'attachment; filename="{pack.name}-{pack.digest[:NAMED_BY]}.zip"'}
    return Response(await told(versions.download, pack), headers=named, media_type="application/zip")
