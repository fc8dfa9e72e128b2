"""What left the team: of the person of one case, and across the cases (34 CFR 99.32)."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.case.opened import office_or_police
from console.shown.disclosed import disclosed, who_asked
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.casebook.disclosing.across import across
from states.casebook.disclosing.disclosures import of_person
from states.casebook.team import members
from states.policy.pack import Pack
from states.store.threads import told
from states.vocabulary.leaving import RecipientKind
from states.vocabulary.spelling import words

routes = router()

#: where it is
DISCLOSURES = "/disclosures"

#: lines that a page shows at most
ON_A_PAGE = 200


@routes.get(DISCLOSURES)
async def show(request: Request, visitor: SignedIn, to: str = "") -> Response:
    """Show what left across the cases; to which kind of recipient stands in the address."""
    book, by = desk_of(request).book, visitor.actor
    kind = RecipientKind(to) if to in map(str, RecipientKind) else None
    lines = await told(across, book, by=by, to=kind)
    names, zone = await told(members.names, book, by=by), ZoneInfo(book.pack.home.timezone)
    called = _called(book.pack, names)
    values = {
        "title": "Disclosures",
        "found": disclosed(lines[:ON_A_PAGE], zone, called=called, leads=True) if lines else None,
        "more": len(lines) - ON_A_PAGE,
        "kinds": [(str(each), words(each)) for each in RecipientKind],
        "to": kind or "",
    }
    return page(request, "overviews/disclosures", values, visitor=visitor)


@routes.get("/cases/{number}/disclosures")
async def show_of_case(request: Request, number: str, visitor: SignedIn) -> Response:
    """Show what left about the person of a case, in whichever case; that I read it is on record."""
    book, by = desk_of(request).book, visitor.actor
    lines = await told(of_person, book, number, by=by)
    names, zone = await told(members.names, book, by=by), ZoneInfo(book.pack.home.timezone)
    called = _called(book.pack, names)
    values = {
        "title": "What left about the person",
        "number": number,
        "found": disclosed(lines, zone, called=called, leads=False) if lines else None,
        "asked": who_asked(lines, zone),
    }
    return page(request, "cases/disclosures", values, visitor=visitor)


def _called(pack: Pack, names: Mapping[str, str]) -> Callable[[str], str]:
    """What a recipient is called: an office, the police of a site, a member; else by its code, as words."""
    return lambda recipient: (
        office_or_police(pack, recipient) or names.get(recipient) or words(recipient.replace(":", " "))
    )
