"""Where whoever is called to an emergency says that they took over, and police read more after a code."""

from functools import partial
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.alarms import calls
from console.web.languages import N_, language_of
from console.web.links.gate import Gate
from console.web.links.routes import in_language, link_routes, opener, shown
from console.web.pages import desk_of, form
from notifications.messages.wording import in_words
from states.casebook import Casebook
from states.casebook.alarms import answers, calling, outcomes
from states.casebook.alarms.answers import Asked
from states.casebook.alarms.outcomes import Taker
from states.casebook.landing import alerts, doors
from states.contents.closing import TakeOverContent
from states.errors import BadInput, CodeFirst, UnknownRecord, Withheld
from states.policy.pack import Pack
from states.store.threads import told
from states.vocabulary.danger import Danger
from states.vocabulary.times import on_day
from tasks.drafts.link_paths import TAKING_OVER_ALARM, TOLD_POLICE

routes = link_routes()

#: what follows the secret in the address of what a code opens
_MORE = "/more"

_GATE = Gate(TAKING_OVER_ALARM, calling.TAKE_OVER, N_("More of the emergency"), shows=_MORE)
_GATE.add_to(routes)


@routes.get(TAKING_OVER_ALARM + "/{secret}")
async def show(request: Request, secret: str) -> Response:
    """Show what the alert said; looking, as mail scanners do, takes nothing over."""
    asked = await told(answers.asked, desk_of(request).book, secret)
    return await _emergency(request, asked, secret)


@routes.post(TAKING_OVER_ALARM + "/{secret}")
async def take_over(request: Request, secret: str) -> Response:
    """Put on record who took over; the calls end (W-13). Whoever only presses the button has said no name."""
    book = desk_of(request).book
    # Before anything is read: nobody holds our memory who has no link.
    asked = await told(answers.asked, book, secret)
    said = await form(request)
    try:
        content = TakeOverContent.read({part: said.get(part, "") for part in ("who", "agency")})
        asked = await told(answers.by_link, book, secret, content)
    except BadInput:
        note = N_("Please say who you are: a name, or a badge number.")
        return await _emergency(request, asked, secret, note=note, said=said)
    return await _emergency(request, asked, secret, thanks=True)


@routes.get(TAKING_OVER_ALARM + "/{secret}" + _MORE)
async def show_more(request: Request, secret: str) -> Response:
    """Show police what people saw themselves, after a code to their agency's number."""
    book = desk_of(request).book
    try:
        more = await told(alerts.more_by_link, book, secret, opener(request))
    except CodeFirst:
        return await _GATE.show(request, secret)
    except Withheld as refusal:
        back = f"{TAKING_OVER_ALARM}/{secret}"
        values = {"title": _GATE.title, "refusal": refusal, "back": back}
        return shown(request, "alarms/withheld", values, to=f"{back}{_MORE}", status=HTTPStatus.FORBIDDEN)
    site = book.pack.site(more.site)
    here = in_language(request, site.name)
    values = {
        "title": in_language(request, N_("What is known: {site}")).format(site=here),
        "more": more,
        "on_day": partial(on_day, language=language_of(request)),
        "zone": ZoneInfo(site.timezone),
        "back": f"{TAKING_OVER_ALARM}/{secret}",
    }
    return shown(request, "alarms/more", values, to=f"{TAKING_OVER_ALARM}/{secret}{_MORE}")


@routes.get(TOLD_POLICE + "/{secret}")
async def show_threat(request: Request, secret: str) -> Response:
    """Show University Police again what they were told of a threat that is no emergency (W-51)."""
    book = desk_of(request).book
    number, threat = await told(calling.threat_by_link, book, secret)
    here, *elsewhere = book.pack.at((threat.site, *threat.elsewhere))
    day = threat.threatened_for
    values = {
        "title": N_("A threat or act of violence was reported"),
        "number": number,
        "site": in_language(request, here.name),
        "elsewhere": [in_language(request, site.name) for site in elsewhere],
        "dangers": [in_language(request, str(in_words(one))) for one in threat.dangers],
        "day": "" if day is None else on_day(day, language_of(request)),
    }
    return shown(request, "alarms/threat", values, to=f"{TOLD_POLICE}/{secret}")


async def _emergency(
    request: Request,
    asked: Asked,
    secret: str,
    *,
    note: str = "",
    said: dict[str, str] | None = None,
    thanks: bool = False,
) -> Response:
    book, alarm = desk_of(request).book, asked.alarm
    pack, outcome = book.pack, await told(outcomes.behind, book, secret)
    here, *elsewhere = pack.at(asked.sites)
    day = alarm.threatened_for if pack.alert.tells_when else None
    values = {
        "title": in_language(request, N_("EMERGENCY: {site}")).format(site=in_language(request, here.name)),
        "elsewhere": [in_language(request, site.name) for site in elsewhere],
        "note": note,
        "thanks": thanks,
        "number": alarm.number,
        "dangers": [
            in_language(request, str(in_words(Danger(one))))
            for one in alarm.dangers
            if one in pack.alert.tells
        ],
        "day": "" if day is None else on_day(day, language_of(request)),
        "level": alarm.level or "",
        "police": {site.police.name: site.police.emergency_phones for site in (here, *elsewhere)},
        "who": (said or {}).get("who", ""),
        "agency": (said or {}).get("agency") or _agency(pack, asked.recipient),
        "taken_over": alarm.taken_over_at,
        "newer": alarm.followed_by is not None,
        "taken_by": _taken_by(pack, outcome.taken_by),
        "calls": calls(asked.calls, pack, outcome.tried),
        "zone": ZoneInfo(here.timezone),
        "action": f"{TAKING_OVER_ALARM}/{secret}",
        "more": await _where_more_is(book, asked, secret),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    to = f"{TAKING_OVER_ALARM}/{secret}"
    return shown(request, "alarms/emergency", values, to=to, status=status)


async def _where_more_is(book: Casebook, asked: Asked, secret: str) -> str:
    """Where whoever was called reads more: police after a code, a member signed in; empty: they phone."""
    if not asked.recipient.startswith("police:"):
        return f"/cases/{asked.alarm.number}"
    try:
        door = await told(doors.look, book, secret, calling.TAKE_OVER)
    except UnknownRecord:
        return ""
    return f"{TAKING_OVER_ALARM}/{secret}{_MORE}" if door.via else ""


def _taken_by(pack: Pack, taker: Taker | None) -> str:
    """Who took over: their agency, and to police the name that police gave; empty: nobody, or the team."""
    if taker is None:
        return ""
    agency = _agency(pack, taker.recipient) or taker.agency
    return ", ".join(dict.fromkeys(one for one in (agency, taker.who) if one))


def _agency(pack: Pack, recipient: str) -> str:
    """What agency a link was sent to, so that nobody has to type it at night."""
    kind, _, site = recipient.partition(":")
    return pack.sites[site].police.name if kind == "police" and site in pack.sites else ""
