"""One page that leads to every part of administration that somebody may open, and says what needs them."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import Request, Response

from console.web.admin.messages import MAIL
from console.web.admin.queries import QUERIES, unsettled
from console.web.overviews.disclosing import DISCLOSURES
from console.web.pages import ADMIN, ADMINISTERING, desk_of, page, router
from console.web.team.rooms import TEAM
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor
from states.casebook.record.operating import Operations, operations
from states.casebook.team import approval, reviews
from states.casebook.team.approval import Standing
from states.errors import NotPermitted
from states.store.threads import told
from states.vocabulary.counts import counted
from states.vocabulary.people import Role
from tasks.desk import Desk
from tasks.drafts.link_paths import HEALTH, POLICY, REVIEWS

routes = router()

#: where operators see what is owed
RUNS = "/runs"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of administration.

    Args:
        address: where it is.
        name: what it is called.
        answers: what one finds there.
        roles: for whom it is.
    """

    address: str
    name: str
    answers: str
    roles: tuple[Role, ...]


#: every part, those of the team before those of the machine
PARTS: tuple[Part, ...] = (
    Part(
        "/admin/accounts",
        "Accounts",
        "Who is on the team, what they may do, and how they come in.",
        (*MAY[Act.RUN_ACCOUNTS], *MAY[Act.RUN_TEAM]),
    ),
    Part(
        TEAM,
        "The team",
        "Training, changes of law and policy, agreements with agencies.",
        MAY[Act.SEE_TEAM],
    ),
    Part(
        REVIEWS,
        "Reviews of the plan",
        "What was reviewed and revised, who approved it, and from when on it holds.",
        MAY[Act.RUN_TEAM],
    ),
    Part(
        POLICY,
        "The plan in force",
        "Levels, clocks, who is told, offices; what the next version would change.",
        MAY[Act.SEE_TEAM],
    ),
    Part(MAIL, "Messages", "What the team sends, as its recipients read it.", MAY[Act.SEE_TEAM]),
    Part(
        QUERIES,
        "Questions to sources",
        "Who asked which source what, and what somebody should look into, to its end.",
        MAY[Act.AUDIT_READINGS],
    ),
    Part(
        DISCLOSURES,
        "Disclosures",
        "What left the team across the cases, to whom and under which rule, and what was refused.",
        MAY[Act.AUDIT],
    ),
    Part("/audit", "Audit of readings", "Who read in which cases.", MAY[Act.AUDIT_READINGS]),
    Part(
        HEALTH,
        "Health",
        "Sources, offices, doors and channels; the record; backups.",
        MAY[Act.SEE_HEALTH],
    ),
    Part(RUNS, "Runs", "What cases owe, which run does it, and what is stuck.", MAY[Act.OPERATE]),
)


@routes.get(ADMIN)
async def show(request: Request, visitor: SignedIn) -> Response:
    """Lead to every part that is theirs.

    Raises:
        NotPermitted: none is.
    """
    by = visitor.actor
    parts = [part for part in PARTS if not by.roles.isdisjoint(part.roles)]
    if by.roles.isdisjoint(ADMINISTERING):
        raise NotPermitted("Administration is for those who run the team or the machine.")
    needs = await told(_needs, desk_of(request), by, {part.address for part in parts})
    values = {"title": "Administration", "parts": parts, "needs": needs}
    return page(request, "admin/start", values, visitor=visitor)


def _needs(desk: Desk, by: Actor, addresses: set[str]) -> dict[str, list[str]]:
    """What needs them in each part, in words."""
    found: dict[str, list[str]] = {}
    if HEALTH in addresses:
        now = operations(desk.book, by=by)
        found[HEALTH] = list(_of_health(now))
        found[RUNS] = [f"{now.stuck_in_all} stuck"] if now.stuck_in_all else []
    if QUERIES in addresses:
        odd = unsettled(desk.book, by)
        found[QUERIES] = [f"{odd} to look into"] if odd else []
    if not by.roles.isdisjoint(MAY[Act.RUN_TEAM]):
        approved = approval.standing(desk.book, by=by).standing is Standing.APPROVED
        found[POLICY] = [] if approved else ["the version in force is not approved"]
    if REVIEWS in addresses:
        waiting = sum(not line.approved_by for line in reviews.listed(desk.book, by=by))
        found[REVIEWS] = [f"{counted(waiting, 'waits', 'wait')} for approval"] if waiting else []
    return found


def _of_health(now: Operations) -> Iterator[str]:
    if now.not_taken_over:
        yield f"{counted(now.not_taken_over, 'alarm')} not taken over"
    if now.kept:
        yield f"{now.kept} came in that could not be read"
    if now.failing:
        yield counted(len(now.failing), "far side fails", "far sides fail")
    if now.verified is not None and not now.verified.holds:
        yield "the record does not hold"
