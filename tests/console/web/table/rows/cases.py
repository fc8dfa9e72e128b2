"""Cases: which there are for whom, and one of them in whole."""

from tests.console.web.table.answers import HIDDEN, Room, but, members, readers

ROOM = Room(
    {
        "GET /": members(),
        "GET /cases": but(members(), HIDDEN, "administrator"),
        "GET /cases/{number}": readers(),
    }
)
