"""The messages that the team sends, each as its recipients read it, with invented people."""

from fastapi import Request, Response

from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from notifications.messages.preview import both
from notifications.messages.registry import MESSAGES, ROOMS
from notifications.messages.rendering import Rendered
from states.access import Act, permit
from states.errors import BadInput, UnknownRecord
from states.store.threads import told
from tasks.drafts.link_paths import SHOWN_MESSAGES

routes = router()

#: where they are
MAIL = SHOWN_MESSAGES

#: what the messages of each room are about
CALLED = {
    "alarms": "Emergencies and police",
    "team": "The team's work",
    "own": "What members are told of themselves",
    "meetings": "Meetings",
    "referrals": "Referrals",
    "outside": "Reporters, and offices outside the team",
    "upkeep": "The year, and the machine",
}


@routes.get(MAIL)
async def show_messages(request: Request, visitor: SignedIn) -> Response:
    """List the messages, by what they are about."""
    permit(visitor.actor, Act.SEE_TEAM)
    folder = desk_of(request).book.pack.templates_folder
    values = {
        "title": "Messages",
        "rooms": [(CALLED[room], entries) for room, entries in ROOMS.items()],
        "own": folder is not None,
    }
    return page(request, "admin/messages", values, visitor=visitor)


@routes.get(MAIL + "/{message}")
async def show_message(request: Request, message: str, visitor: SignedIn) -> Response:
    """Show one message as it goes out by the team's own channels, and by any other one.

    Raises:
        UnknownRecord: there is none of that name.
    """
    permit(visitor.actor, Act.SEE_TEAM)
    if message not in MESSAGES:
        raise UnknownRecord("There is no message of that name.")
    wrong, ways = "", list[tuple[str, Rendered]]()
    try:
        own, elsewhere = await told(both, message, desk_of(request).book.pack.templates_folder)
        ways = [("On the team's own channels", own), ("On any other channel", elsewhere)]
    except BadInput as problem:
        wrong = str(problem)
    sent = MESSAGES[message]
    values = {
        "title": message,
        "message": sent,
        "ways": ways[:1] if sent.everywhere else ways,
        "wrong": wrong,
        "spanish": any('lang="es"' in rendered.html for _, rendered in ways),
    }
    return page(request, "admin/message", values, visitor=visitor)
