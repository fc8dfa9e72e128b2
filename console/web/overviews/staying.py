"""Who was let to which case for a time, across the cases: what is to be reviewed, and what was refused."""

from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.readings import stays_shown, tries_shown
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, may_need_to_break_glass
from states.casebook.team import members
from states.casebook.team.stays import Which, refused_tries, stays
from states.store.threads import told
from tasks.drafts.link_paths import STAYS

routes = router()

#: lines that a page shows at most
ON_A_PAGE = 200

#: what each way of narrowing is called
CALLED = {
    Which.ALL: "All",
    Which.NOW: "Those who see a case now",
    Which.TO_REVIEW: "Those nobody has reviewed",
}


@routes.get(STAYS)
async def show(request: Request, visitor: SignedIn, show: str = "", who: str = "") -> Response:
    """Show who was let to which case; which of them, and whose, stand in the address."""
    book, by = desk_of(request).book, visitor.actor
    which = Which(show) if show in map(str, Which) else Which.ALL
    every = await told(stays, book, by=by, which=which, who=who)
    audits = not by.roles.isdisjoint(MAY[Act.AUDIT_READINGS])
    tries = await told(refused_tries, book, by=by) if audits else []
    names, zone = await told(members.names, book, by=by), ZoneInfo(book.pack.home.timezone)
    values = {
        "title": "Let in for a time",
        "audits": audits,
        "breaks_glass": may_need_to_break_glass(by),
        "reviews": [line for line in every if line.may_review],
        "found": stays_shown(every[:ON_A_PAGE], zone, names) if every else None,
        "more": len(every) - ON_A_PAGE,
        "tries": tries_shown(tries[:ON_A_PAGE], zone, names) if tries else None,
        "which": [(str(each), called) for each, called in CALLED.items()],
        "shown": which,
        "who": who,
        "people": sorted(names.items(), key=lambda each: each[1]),
        "names": names,
        "narrowed": which is not Which.ALL or bool(who),
        "zone": zone,
    }
    return page(request, "overviews/stays", values, visitor=visitor)
