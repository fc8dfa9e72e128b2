"""News of a case as they come."""

from tests.console.web.table.answers import HIDDEN, READERS, Room, anybody, but, readers

ROOM = Room(
    {
        "GET /cases/{number}/live": readers(),
        # Whoever has nothing to hear is led nowhere: the page asks by itself.
        "GET /cases/{number}/events": but(anybody(HIDDEN), 200, *READERS),
    }
)
