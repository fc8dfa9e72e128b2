"""The page of a case: at a glance, then everything on record."""

from dataclasses import dataclass
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.case import page as whole
from console.shown.case.glance import Glance, glance
from console.shown.case.opened import Opened
from console.shown.parts import Part, Rank, Title
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.access import Actor
from states.casebook import Casebook
from states.casebook.effects import listing
from states.casebook.reading import overview, timeline, whole_case
from states.casebook.rounds import sweeping
from states.casebook.triggers import acting
from states.errors import CaseErased
from states.store.threads import told

routes = router()


@dataclass(frozen=True, slots=True)
class CasePage:
    """What the page of a case shows: at a glance, then everything on record."""

    glance: Glance
    opened: Opened
    record: list[Part]


@routes.get("/cases/{number}")
async def show_case(request: Request, number: str, visitor: SignedIn) -> Response:
    """Show a case; that I read it is on record, as it is at the command line.

    Raises:
        UnknownRecord: there is no such case, or none that I may open: both are answered alike.
    """
    book = desk_of(request).book
    line = await told(overview.one, book, number, by=visitor.actor)
    try:
        shown = await told(_opened, book, number, visitor.actor)
    except CaseErased:
        values = {"title": number, "line": line}
        return page(request, "cases/erased", values, visitor=visitor, status=HTTPStatus.GONE)
    values = {"title": number, "case": shown.glance, "opened": shown.opened, "record": shown.record}
    return page(request, "cases/case", values, visitor=visitor)


def _opened(book: Casebook, number: str, by: Actor) -> CasePage:
    dossier = whole_case.dossier(book, number, by=by)
    opened = Opened(
        dossier=dossier,
        clocks=sweeping.running(book, by=by, number=number),
        effects=listing.effects(book, by=by, number=number),
        possible=acting.can(book, number, by=by, on_record=True),
        pack=book.pack,
        zone=ZoneInfo(book.pack.site(dossier["case"]["site"]).timezone),
    )
    happened = timeline.timeline(book, number, by=by, on_record=True)
    seen_at_a_glance = ("Clocks running", "What may happen next")
    return CasePage(
        glance(opened, happened, by=by, now=book.clock()), opened, list(_record(opened, seen_at_a_glance))
    )


def _record(opened: Opened, but: tuple[str, ...]) -> list[Part]:
    """Everything on record, but for its head and the sections that the page has shown by then."""
    parts, skipped = list[Part](), True
    for part in whole.page(opened):
        if isinstance(part, Title) and part.rank is Rank.SECTION:
            skipped = part.cells[0].reads in but
        if not skipped:
            parts.append(part)
    return parts
