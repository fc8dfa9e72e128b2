"""The record of reviews of the plan: what was revised and approved, and the next entry of it (W-46)."""

from datetime import date, datetime, time
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.pages import desk_of, form, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, permit
from states.casebook.accounts.sessions import Visitor
from states.casebook.team import members, reviews
from states.contents.team import ReviewContent
from states.errors import BadInput, Refused
from states.policy.pack import Pack
from states.policy.reading import load_pack
from states.store.threads import told
from tasks.desk import Desk
from tasks.drafts.link_paths import REVIEWS

routes = router()


@routes.get(REVIEWS)
async def show_reviews(request: Request, visitor: SignedIn) -> Response:
    """Show the record, newest first; whoever runs the team may add to it."""
    return await _record(request, visitor)


@routes.post(REVIEWS)
async def enter_review(request: Request, visitor: SignedIn) -> Response:
    """Enter a review: which sections were revised, and from when on it holds."""
    permit(visitor.actor, Act.RUN_TEAM)
    book, said = desk_of(request).book, await form(request)
    try:
        content = ReviewContent.read({"sections_revised": said.get("sections", "")})
        holds = _day(said.get("holds", ""), _zone(request))
        await told(
            reviews.record_review,
            book,
            content,
            by=visitor.actor,
            effective_at=holds,
            approved_by=said.get("approved", "").strip(),
            pack=await told(_version, desk_of(request), said.get("version", "")),
        )
    except (BadInput, Refused) as wrong:
        return await _record(request, visitor, note=str(wrong), said=said)
    return RedirectResponse(REVIEWS, HTTPStatus.SEE_OTHER)


@routes.post(REVIEWS + "/{review}/approval")
async def approve_review(request: Request, review: str, visitor: SignedIn) -> Response:
    """Put on record who gave a review its final approval; the clock of the annual review stops."""
    permit(visitor.actor, Act.RUN_TEAM)
    book, name = desk_of(request).book, (await form(request)).get("approved", "")
    try:
        await told(reviews.approve, book, review, by=visitor.actor, approved_by=name)
    except (BadInput, Refused) as refusal:
        return await _record(request, visitor, refused=(review, str(refusal)))
    return RedirectResponse(REVIEWS, HTTPStatus.SEE_OTHER)


async def _record(
    request: Request,
    visitor: Visitor,
    *,
    note: str = "",
    said: dict[str, str] | None = None,
    refused: tuple[str, str] = ("", ""),
) -> Response:
    book = desk_of(request).book
    lines = await told(reviews.listed, book, by=visitor.actor)
    today = book.clock().astimezone(_zone(request)).date()
    values = {
        "title": "Reviews of the plan",
        "reviews": lines,
        "terms": book.pack.annual_review,
        "runs": not visitor.actor.roles.isdisjoint(MAY[Act.RUN_TEAM]),
        "note": note,
        "said": {"sections": "", "approved": "", "version": "", "holds": today.isoformat(), **(said or {})},
        "names": await told(members.names, book, by=visitor.actor),
        "refused": refused,
        "zone": _zone(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note or refused[0] else HTTPStatus.OK
    return page(request, "links/reviews", values, visitor=visitor, status=status)


def _version(desk: Desk, digest: str) -> Pack | None:
    """The version of the policy pack with that digest: the one in force, or the one shown beside it."""
    if not digest or digest == desk.book.pack.digest:
        return desk.book.pack if digest else None
    other = load_pack(desk.settings.pack_to_come) if desk.settings.pack_to_come else None
    if other is None or other.digest != digest:
        raise BadInput(
            "The version that you read was changed meanwhile. Nothing was written: open the plan again, and "
            "read what it says now."
        )
    return other


def _zone(request: Request) -> ZoneInfo:
    return ZoneInfo(desk_of(request).book.pack.home.timezone)


def _day(given: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(given.strip()), time(), zone)
    except ValueError:
        raise BadInput("Say from which day on it holds, as in 2026-08-31. Nothing was written.") from None
