"""The roster as a week: who is on call, where nobody is, shifts handed over, times off (U-12, U-15)."""

from collections.abc import Mapping
from datetime import date, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.team.duty import DAYS, chains, week
from console.web.moments import here
from console.web.pages import desk_of, form, page, router
from console.web.refusals import refusal_of
from console.web.team.rooms import rooms_of
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor, permit
from states.calendar import moments
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.alarms import duty, swaps
from states.casebook.team import members
from states.casebook.team.upkeep import training
from states.errors import BadInput
from states.store.threads import told
from tasks.drafts.link_paths import DUTY

routes = router()


@routes.get(DUTY)
async def show(request: Request, visitor: SignedIn, first: str = "") -> Response:
    """Show a week of the roster; the week begins today, or on the day that the address names."""
    return await _week(request, visitor, first)


@routes.post(DUTY + "/shifts/{shift}/offer")
async def offer(request: Request, shift: str, visitor: SignedIn) -> Response:
    """Offer a shift to another member.

    Raises:
        NotPermitted: it is another's.
        UnknownRecord: there is no such shift.
    """
    to = (await form(request)).get("to", "")
    wrong = await refusal_of(swaps.offer, desk_of(request).book, shift, by=visitor.actor, to=to)
    return await _done(request, visitor, wrong)


@routes.post(DUTY + "/shifts/{shift}/answer")
async def answer(request: Request, shift: str, visitor: SignedIn) -> Response:
    """Take a shift that was offered, or decline it.

    Raises:
        UnknownRecord: there is no such shift, or it is not offered to them.
    """
    takes = (await form(request)).get("do", "") == "take"
    wrong = await refusal_of(swaps.answer, desk_of(request).book, shift, by=visitor.actor, takes=takes)
    return await _done(request, visitor, wrong)


@routes.post(DUTY + "/off")
async def take_off(request: Request, visitor: SignedIn) -> Response:
    """Put down that somebody is off.

    Raises:
        NotPermitted: it is another's time.
    """
    permit(visitor.actor, Act.ANSWER_ALARMS)
    said = await form(request)
    try:
        await told(_take_off, desk_of(request).book, visitor.actor, said)
    except BadInput as refusal:
        return await _week(request, visitor, note=str(refusal), said=said)
    return await _done(request, visitor, "")


@routes.post(DUTY + "/off/{time_off}/strike")
async def be_back(request: Request, time_off: str, visitor: SignedIn) -> Response:
    """Strike time off: they are there after all.

    Raises:
        UnknownRecord: there is no such time off, or it is another's.
    """
    await told(swaps.be_back, desk_of(request).book, time_off, by=visitor.actor)
    return await _done(request, visitor, "")


def _take_off(book: Casebook, by: Actor, said: Mapping[str, str]) -> None:
    typed = here(book)
    since = moments.moment(said.get("since", ""), "the start", typed, ahead=True)
    until = moments.moment(said.get("until", ""), "the end", typed, ahead=True)
    swaps.take_off(book, said.get("member") or by.id, by=by, starts_at=since, ends_at=until)


async def _done(request: Request, visitor: Visitor, wrong: str) -> Response:
    if wrong:
        return await _week(request, visitor, wrong=wrong)
    return RedirectResponse(DUTY, HTTPStatus.SEE_OTHER)


async def _week(
    request: Request,
    visitor: Visitor,
    first: str = "",
    *,
    wrong: str = "",
    note: str = "",
    said: Mapping[str, str] | None = None,
) -> Response:
    book, by = desk_of(request).book, visitor.actor
    permit(by, Act.ANSWER_ALARMS)
    zone, now = ZoneInfo(book.pack.home.timezone), book.clock()
    roster, names = await told(duty.roster, book, by=by), await told(members.names, book, by=by)
    team, lapsed = await told(members.members, book, by=by), await told(training.lapsed, book, by=by)
    day = _day(first, now.astimezone(zone).date())
    on_call = duty.at(roster.shifts, now)
    values = {
        "title": "On call",
        "rooms": rooms_of(by),
        "days": week(roster, names, day, zone, now),
        "earlier": day - timedelta(days=DAYS) if day > now.astimezone(zone).date() else None,
        "later": day + timedelta(days=DAYS),
        "now_on_call": [(content.name, content.phone) for one, content in team if one.id in on_call],
        "off_now": [names.get(each, each) for each in sorted(on_call & duty.at(roster.off, now))],
        "roster": roster,
        "names": names,
        "team": [
            (one.id, f"{content.name} (training lapsed)" if one.id in lapsed else content.name)
            for one, content in team
        ],
        "me": by.id,
        "runs": not by.roles.isdisjoint(MAY[Act.RUN_TEAM]),
        "chains": chains(book.pack),
        "wrong": wrong,
        "problem": note,
        "note": wrong or note,
        "said": {"member": by.id, "since": "", "until": "", **(said or {})},
        "zone": zone,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong or note else HTTPStatus.OK
    return page(request, "team/duty", values, visitor=visitor, status=status)


def _day(first: str, today: date) -> date:
    """The first day that is shown: not before today, and one that the calendar has."""
    try:
        return max(today, min(date.fromisoformat(first), today + timedelta(days=366)))
    except ValueError:
        return today
