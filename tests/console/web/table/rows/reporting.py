"""A report of concern and the way back to it, for anybody; what is said with reporters, for its case."""

from collections.abc import Mapping

from states.casebook.intake import logbook
from states.casebook.landing import kept
from tests.console.web.conftest import Served
from tests.console.web.table.answers import (
    GONE,
    HIDDEN,
    REFUSED,
    Room,
    anybody,
    members,
    only,
    readers,
    workers,
)

#: those who see to what came in and is of no case yet; the officer, who is on the case, does intake
TAKE_IN = ("chair", "on the case", "intake", "custodian")


def _kept(served: Served, _: str) -> Mapping[str, str]:
    """Something that came in and could not be read."""
    logbook.keep(served.book, b"An invented mail of the table.", "It could not be read.")
    waits = kept.waiting(served.book, by=served.walk.chair)
    return {"entry": next(each.entry_id for each in waits if "of the table" in each.text)}


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
        "GET /intake": only(*TAKE_IN),
        "GET /intake/{entry}": only(*TAKE_IN),
        "GET /intake/{entry}/download": only(*TAKE_IN),
        "POST /intake/{entry}/report": only(*TAKE_IN, status=REFUSED),
        "POST /intake/{entry}/aside": only(*TAKE_IN, status=REFUSED),
        "GET /intake/imports": only("chair", "custodian"),
        # No file comes along.
        "POST /intake/imports": only("chair", "custodian", status=REFUSED),
        "POST /intake/imports/{imported}/undoing": only("chair", "custodian", status=REFUSED),
    },
    given={"imported": "no-import"},
    made=_kept,
)
