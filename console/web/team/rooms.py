"""What there is of the team itself: a page that leads to each, and the way between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request, Response

from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor
from states.vocabulary.people import Role
from tasks.drafts.link_paths import AGREEMENTS, CHANGES, DUTY, REVIEWS, TRAINING

routes = router()

#: where all of it begins
TEAM = "/team"


@dataclass(frozen=True, slots=True)
class Room:
    """A page on the team.

    Args:
        at: its address.
        title: what it is called.
        says: what it answers.
        roles: for whom it is there.
    """

    at: str
    title: str
    says: str
    roles: Sequence[Role] = tuple(Role)


ROOMS = (
    Room(
        DUTY,
        "On call",
        "Who is on call this week, where nobody is, and who is called in an emergency.",
        MAY[Act.ANSWER_ALARMS],
    ),
    Room(TRAINING, "Training", "Who has had which training, and until when it counts."),
    Room(CHANGES, "Changes of law and policy", "What changed, and who confirmed that they read it."),
    Room(AGREEMENTS, "Agreements with agencies", "Which look-ups rest on which agreement, and until when."),
    Room("/team/offices", "Offices", "Which offices there are, and who speaks for each."),
    Room(REVIEWS, "Reviews of the plan", "What was revised in the plan, and who approved it."),
    Room(
        "/admin/accounts",
        "Accounts",
        "Who is on the team, what they may do, and how they come in.",
        (*MAY[Act.RUN_ACCOUNTS], *MAY[Act.RUN_TEAM]),
    ),
)


def rooms_of(by: Actor) -> list[Room]:
    """The pages on the team that are there for somebody."""
    return [room for room in ROOMS if not by.roles.isdisjoint(room.roles)]


@routes.get(TEAM)
async def show(request: Request, visitor: SignedIn) -> Response:
    """Show what there is of the team itself."""
    values = {
        "title": "The team",
        "rooms": rooms_of(visitor.actor),
        "chair": desk_of(request).book.pack.office(desk_of(request).book.pack.chair_office).name,
    }
    return page(request, "team/rooms", values, visitor=visitor)
