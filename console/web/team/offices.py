"""The offices that the team deals with, and who speaks for each (W-02)."""

from fastapi import Request, Response

from console.web.pages import desk_of, page, router
from console.web.team.rooms import rooms_of
from console.web.visitors import SignedIn
from states.casebook.team import members
from states.store.threads import told

routes = router()

#: where the offices and their designees are
OFFICES = "/team/offices"


@routes.get(OFFICES)
async def show(request: Request, visitor: SignedIn) -> Response:
    """Show each office, those on the team first, and who speaks for it."""
    book, by = desk_of(request).book, visitor.actor
    team, pack = await told(members.members, book, by=by), book.pack
    duties = [
        (pack.chair_office, "chairs the team"),
        (pack.chair.deputy, "stands in for the chair"),
        (pack.custodian_office, "keeps the records"),
    ]
    values = {
        "title": "Offices",
        "rooms": rooms_of(by),
        "offices": [
            (
                office,
                [content.name for one, content in team if code in one.offices],
                [says for of, says in duties if of == code],
            )
            for code, office in sorted(
                pack.offices.items(), key=lambda each: (not each[1].on_team, each[1].name.casefold())
            )
        ],
    }
    return page(request, "team/offices", values, visitor=visitor)
