"""Where whoever is called to an emergency says that they took over: one page, one button, no sign-in."""

from http import HTTPStatus
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response

from console.reception.pages import page
from notifications.messages.wording import in_words
from states.casebook.alarms import answers
from states.casebook.alarms.answers import Asked
from states.contents.closing import TakeOverContent
from states.errors import BadInput, CaseErased, TatError, UnknownRecord
from states.store.threads import told
from states.vocabulary.danger import Danger
from tasks.desk import Desk
from tasks.drafts.link_paths import TAKING_OVER_ALARM

router = APIRouter()


@router.get(TAKING_OVER_ALARM + "/{secret}")
async def show(request: Request, secret: str) -> Response:
    """Show what the alert said; looking, as mail scanners do, takes nothing over."""
    desk: Desk = request.app.state.desk
    try:
        asked = await told(answers.asked, desk.book, secret)
    except (UnknownRecord, CaseErased):
        return _dead_link(desk)
    return _emergency(desk, asked, secret)


@router.post(TAKING_OVER_ALARM + "/{secret}")
async def take_over(request: Request, secret: str) -> Response:
    """Put on record who took over; the calls end."""
    desk: Desk = request.app.state.desk
    try:
        # Before anything is read: nobody holds our memory who has no link.
        await told(answers.asked, desk.book, secret)
        said = parse_qs((await request.body()).decode("utf-8", "replace"))
        content = TakeOverContent.read({part: said.get(part, [""])[0] for part in ("who", "agency")})
        asked = await told(answers.by_link, desk.book, secret, content)
    except (UnknownRecord, CaseErased):
        return _dead_link(desk)
    except BadInput:
        asked = await told(answers.asked, desk.book, secret)
        note = "Please say who you are: a name, or a badge number."
        return _emergency(desk, asked, secret, note=note, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except TatError:
        later = _team(desk) | {"title": "Please try again, and phone meanwhile", "urgent": True}
        return page("later", later, HTTPStatus.SERVICE_UNAVAILABLE)
    return _emergency(desk, asked, secret, thanks=True)


def _emergency(
    desk: Desk,
    asked: Asked,
    secret: str,
    *,
    note: str = "",
    thanks: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    pack, alarm = desk.book.pack, asked.alarm
    here, *elsewhere = pack.at(asked.sites)
    day = alarm.threatened_for if pack.alert.tells_when else None
    values = {
        "title": f"EMERGENCY: {here.name}",
        "urgent": True,
        "elsewhere": [site.name for site in elsewhere],
        "note": note,
        "thanks": thanks,
        "number": alarm.number,
        "dangers": [in_words(Danger(one)) for one in alarm.dangers if one in pack.alert.tells],
        "day": "" if day is None else f"{day:%A}, {in_words(day)}",
        "level": alarm.level or "",
        "police": {
            site.police.name: [str(phone) for phone in site.police.emergency_phones]
            for site in (here, *elsewhere)
        },
        "agency": _agency(desk, asked.recipient),
        "taken_over": alarm.taken_over_at is not None,
        "newer": alarm.followed_by is not None,
        "action": f"{TAKING_OVER_ALARM}/{secret}",
    }
    return page("emergency", _team(desk) | values, status)


def _agency(desk: Desk, recipient: str) -> str:
    """What agency a link was sent to, so that nobody has to type it at night."""
    kind, _, site = recipient.partition(":")
    sites = desk.book.pack.sites
    return sites[site].police.name if kind == "police" and site in sites else ""


def _dead_link(desk: Desk) -> Response:
    dead = _team(desk) | {"title": "This link does not work", "urgent": True}
    return page("dead_link", dead, HTTPStatus.NOT_FOUND)


def _team(desk: Desk) -> dict[str, object]:
    pack = desk.book.pack
    return {"institution": pack.institution, "phone": pack.duty_line}
