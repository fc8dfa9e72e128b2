"""Who is on the team: members are entered, changed, and their membership ended, by whoever runs the team."""

from collections.abc import Callable
from datetime import datetime, time
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.case.asked.fields import Fields, Said, content_of, lacking
from console.shown.team.members import changing, entering, leaving
from console.web.cases.looking import Look, refused
from console.web.cases.steps.step import Given
from console.web.coming_in.administering import ACCOUNTS
from console.web.coming_in.proving import JustProved
from console.web.moments import here
from console.web.pages import desk_of, fields, page, router
from notifications.channels.addresses import mail_address
from states.access import Act, Actor, permit
from states.calendar import moments
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.team import ending, members
from states.contents.team import MemberContent
from states.errors import BadInput, Refused, UnknownRecord
from states.store.threads import told
from states.vocabulary.people import Role

routes = router()

#: where somebody is entered
ENTER = "/admin/enter"

#: what is said of an id that is somebody's
TAKEN = "There is a member under this id. Nothing was written: change their entry, or give another id."

#: of a form, what is no part of the entry itself
_BESIDE = ("id", "roles", "offices")


@routes.get(ENTER)
async def ask(request: Request, visitor: JustProved) -> Response:
    """Ask who comes onto the team.

    Raises:
        NotPermitted: who is on the team is for others to say.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    return _asked(request, visitor, Look(entering(desk_of(request).book.pack), {}))


@routes.post(ENTER)
async def enter(request: Request, visitor: JustProved) -> Response:
    """Enter somebody, and lead to where they are given a link.

    Raises:
        NotPermitted: who is on the team is for others to say.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    book = desk_of(request).book
    look = await _looked(request, entering(book.pack))

    def do(given: Given) -> None:
        content = MemberContent.read(_said(given))
        roles, offices = _may(given)
        if given.one("id") in {one.id for one, _ in members.members(book, by=visitor.actor)}:
            # Enrolled again, they would have two people's mailboxes and roles.
            raise BadInput(TAKEN)
        members.enrol(book, given.one("id"), content, by=visitor.actor, roles=roles, offices=offices)

    done = await _tried(look, do)
    return _asked(request, visitor, done) if done else _listed()


@routes.get("/admin/accounts/{member}")
async def show(request: Request, member: str, visitor: JustProved) -> Response:
    """Show a member's entry, to be changed or ended.

    Raises:
        UnknownRecord: there is no such active member.
        NotPermitted: who is on the team is for others to say.
    """
    changed, ended = await told(_forms, desk_of(request).book, member, visitor.actor)
    return _asked(request, visitor, Look(changed, {}), member, Look(ended, {}))


@routes.post("/admin/accounts/{member}")
async def change(request: Request, member: str, visitor: JustProved) -> Response:
    """Change a member's entry; roles and offices that are chosen take the place of those that they had.

    Raises:
        UnknownRecord: there is no such active member.
        NotPermitted: who is on the team is for others to say.
    """
    book = desk_of(request).book
    changed, ended = await told(_forms, book, member, visitor.actor)
    look = await _looked(request, changed)

    def do(given: Given) -> None:
        roles, offices = _may(given)
        members.change(book, member, _said(given), by=visitor.actor, roles=roles, offices=offices)

    done = await _tried(look, do)
    return _asked(request, visitor, done, member, Look(ended, {})) if done else _listed()


@routes.post("/admin/accounts/{member}/end")
async def end(request: Request, member: str, visitor: JustProved) -> Response:
    """End a membership; whoever takes over gets all that is still open.

    Raises:
        UnknownRecord: there is no such active member.
        NotPermitted: who is on the team is for others to say.
    """
    book = desk_of(request).book
    changed, ended = await told(_forms, book, member, visitor.actor)
    look = await _looked(request, ended)

    def do(given: Given) -> None:
        on = _day(book, given.one("on"))
        ending.end(book, member, by=visitor.actor, on=on, hand_over_to=given.one("to"))

    done = await _tried(look, do)
    return _asked(request, visitor, Look(changed, {}), member, done) if done else _listed()


def _day(book: Casebook, given: str) -> datetime:
    """The first moment of the day on which somebody leaves; now, where none is given."""
    typed = here(book)
    if not given:
        return typed.now
    return datetime.combine(moments.day(given, "the day", typed, ahead=True), time(0), typed.zone)


def _forms(book: Casebook, member: str, by: Actor) -> tuple[Fields, Fields]:
    """What is asked of a member's entry, and of its end."""
    permit(by, Act.RUN_TEAM)
    team = members.members(book, by=by)
    found = next((each for each in team if each[0].id == member), None)
    if found is None:
        raise UnknownRecord(members.NO_SUCH_MEMBER)
    return changing(book.pack, *found), leaving(team, member)


async def _looked(request: Request, asked: Fields) -> Look:
    """What somebody answered, and what lacks in it."""
    said: Said = await fields(request)
    return Look(asked, said, beside=lacking(asked, said))


async def _tried(look: Look, do: Callable[[Given], object]) -> Look | None:
    """Do what somebody answered; what would help or why it was refused, in the form; None: it is done."""
    if look.beside:
        return look
    try:
        await told(do, Given(look.said, look.fields))
    except UnknownRecord:
        raise
    except (BadInput, Refused) as refusal:
        return refused(look, refusal)
    return None


def _said(given: Given) -> dict[str, object]:
    """What the entry says.

    Raises:
        BadInput: the mailbox is none.
    """
    said = content_of(given.asked, given.said, *_BESIDE)
    mail_address(said["address"])
    return said


def _may(given: Given) -> tuple[list[Role], list[str]]:
    """What they may do, and for whom they speak."""
    return [Role(each) for each in given.several("roles")], given.several("offices")


def _listed() -> Response:
    return RedirectResponse(ACCOUNTS, HTTPStatus.SEE_OTHER)


def _asked(
    request: Request, visitor: Visitor, entry: Look, member: str = "", end: Look | None = None
) -> Response:
    """The form of an entry, and the one that ends it."""
    looks = [look for look in (entry, end) if look is not None]
    wrong = any(look.beside or look.problems for look in looks)
    values = {
        "title": member or "Enter somebody",
        "note": wrong,
        "member": member,
        "entry": entry,
        "end": end,
        "at": f"{ACCOUNTS}/{member}" if member else ENTER,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return page(request, "team/member", values, visitor=visitor, status=status)
