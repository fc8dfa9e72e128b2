"""A report of concern and the way back to it, for anybody; what is said with reporters, for its case."""

from tests.console.web.table.answers import GONE, HIDDEN, REFUSED, Room, anybody, members, readers, workers

ROOM = Room(
    {
        "GET /assets/style.css": anybody(),
        "GET /report": anybody(),
        "POST /report": anybody(REFUSED),
        "GET /report/paper": anybody(),
        "GET /report/examples": anybody(),
        "GET /report/taken": members(),
        "POST /report/taken": members(REFUSED),
        "GET /report/what": anybody(GONE),
        "POST /report/what": anybody(REFUSED),
        "GET /report/who": anybody(GONE),
        "POST /report/who": anybody(REFUSED),
        "GET /report/you": anybody(GONE),
        "POST /report/you": anybody(REFUSED),
        "GET /report/send": anybody(GONE),
        "POST /report/send": anybody(REFUSED),
        "GET /report/receipt": anybody(GONE),
        "POST /report/discard": anybody(),
        "GET /cases/{number}/conversation": readers(),
        "POST /cases/{number}/conversation": workers(REFUSED),
        "GET /report/return": anybody(),
        "POST /report/return": anybody(HIDDEN),
        "POST /report/files": anybody(HIDDEN),
    }
)
