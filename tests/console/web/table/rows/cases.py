"""Cases: which there are for whom, and one of them in whole."""

from tests.console.web.table.answers import HIDDEN, REFUSED, Room, but, members, readers

ROOM = Room(
    {
        "GET /": members(),
        "GET /cases": but(members(), HIDDEN, "administrator"),
        "GET /search": but(members(), HIDDEN, "administrator", "operator"),
        "POST /search": but(members(REFUSED), HIDDEN, "administrator", "operator"),
        "GET /cases/{number}": readers(),
    }
)
