"""A report of concern, and the way back to it: for anybody."""

from tests.console.web.table.answers import HIDDEN, REFUSED, Room, anybody

ROOM = Room(
    {
        "GET /assets/style.css": anybody(),
        "GET /report": anybody(),
        "POST /report": anybody(REFUSED),
        "POST /report/form": anybody(REFUSED),
        "GET /report/return": anybody(),
        "POST /report/return": anybody(HIDDEN),
    }
)
