"""The first of a team enters themselves, by the link that the server shows while nobody is there."""

from http import HTTPStatus
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from console.shown.case.asked.fields import content_of, lacking
from console.shown.team.members import first
from console.web.cases.looking import Look, refused
from console.web.coming_in.signing_in import on_a_private_way
from console.web.limiting import SIGNING_IN, within
from console.web.pages import desk_of, fields, page, router
from notifications.channels.addresses import mail_address
from states.casebook.accounts import making
from states.contents.team import MemberContent
from states.errors import BadInput, NotPermitted, UnknownRecord
from states.store.threads import told
from tasks.drafts.link_paths import FIRST, SETTING_UP

routes = router(dependencies=[Depends(on_a_private_way), Depends(within("signing in", SIGNING_IN))])


@routes.get(FIRST + "/{secret}")
async def ask(request: Request, secret: str) -> Response:
    """Ask who chairs the team; looking uses nothing up."""
    book = desk_of(request).book
    try:
        await told(making.look_at_first, book, secret)
    except UnknownRecord:
        return _dead(request)
    return _asked(request, Look(first(), {}))


@routes.post(FIRST + "/{secret}")
async def enter(request: Request, secret: str) -> Response:
    """Enter the chair, and lead on to where they set up their account."""
    book, said = desk_of(request).book, await fields(request)
    asked = first()
    entry = Look(asked, said, beside=lacking(asked, said))
    try:
        await told(making.look_at_first, book, secret)
        if entry.beside:
            return _asked(request, entry)
        content = content_of(asked, said, "id")
        mail_address(str(content["address"]))
        called = said["id"][0]
        account = await told(making.enter_first, book, secret, called, MemberContent.read(content))
    except BadInput as refusal:
        return _asked(request, refused(entry, refusal))
    except (UnknownRecord, NotPermitted):
        return _dead(request)
    return RedirectResponse(f"{SETTING_UP}/{quote(account)}", HTTPStatus.SEE_OTHER)


def _asked(request: Request, entry: Look) -> Response:
    pack, wrong = desk_of(request).book.pack, bool(entry.beside or entry.problems)
    values = {
        "title": "The first of the team",
        "entry": entry,
        "office": pack.office(pack.chair_office).name,
        "institution": pack.institution,
        # The address holds the link: no page is to say it.
        "path": "",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return page(request, "team/first", values, status=status)


def _dead(request: Request) -> Response:
    values = {"title": "This link does not work", "days": making.LINK_LIFE.days, "path": ""}
    return page(request, "once/set_up", values, status=HTTPStatus.NOT_FOUND)
