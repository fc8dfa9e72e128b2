"""Where a vice president reads what the team recommends of somebody of their unit (W-22)."""

from dataclasses import replace

from fastapi import Request, Response

from console.web.languages import N_
from console.web.links.gate import Gate
from console.web.links.routes import in_language, link_routes, opener, shown
from console.web.links.words import RULES
from console.web.pages import desk_of
from console.web.visitors import who_is_here
from states.casebook.referrals import conveying
from states.errors import CodeFirst
from states.store.threads import told
from tasks.drafts.link_paths import RECOMMENDATION
from tasks.offices.contract import KNOWN_BY
from tasks.offices.letter.writing import LABELS, OF_A_RECOMMENDATION, TITLES
from tasks.offices.sending import least

routes = link_routes()

_GATE = Gate(RECOMMENDATION, conveying.READ_RECOMMENDATION, N_("A recommendation concerning your unit"))
_GATE.add_to(routes)


@routes.get(RECOMMENDATION + "/{secret}")
async def show_recommendation(request: Request, secret: str) -> Response:
    """Show the recommendation itself to whoever typed the code, or is signed in for the office."""
    desk = desk_of(request)
    visitor = await who_is_here(request)
    try:
        letter = await told(
            conveying.read_by_link,
            desk.book,
            secret,
            opener(request),
            visitor=None if visitor is None else visitor.actor,
        )
    except CodeFirst:
        return await _GATE.show(request, secret)
    letter = replace(letter, subject=least(KNOWN_BY, letter.subject))
    values = {
        "title": in_language(request, TITLES[letter.kind]).format(
            handbook=letter.handbook or in_language(request, RULES)
        ),
        "letter": letter,
        "whom": [(label, letter.subject[kind]) for kind, label in LABELS.items() if kind in letter.subject],
        "closing": in_language(request, OF_A_RECOMMENDATION).format(office=letter.office_name),
        "zone": letter.written_at.tzinfo,
    }
    return shown(request, "links/recommendation", values, to=f"{RECOMMENDATION}/{secret}", visitor=visitor)
