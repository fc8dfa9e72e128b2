"""The team's meeting of a semester, which is of no case."""

from collections.abc import Mapping

from states.casebook.landing import semester_sitting
from tests.console.web.conftest import Served
from tests.console.web.table.answers import GONE, REFUSED, Room, only
from tests.console.web.table.rows.learning import TEAM


def made(served: Served, _number: str) -> Mapping[str, str]:
    """One that has begun."""
    return {"meeting": semester_sitting.begin(served.book, by=served.walk.chair)}


ROOM = Room(
    {
        "GET /meetings/semester": only(*TEAM),
        # The one that has begun.
        "POST /meetings/semester": only("chair", "custodian", status=GONE),
        # No time is given.
        "POST /meetings/semester/call": only("chair", "custodian", status=REFUSED),
        "GET /meetings/semester/{meeting}": only(*TEAM),
        "POST /meetings/semester/{meeting}": only(*TEAM, status=GONE),
        "GET /meetings/semester/{meeting}/now": only(*TEAM),
        "POST /meetings/semester/{meeting}/now": only(*TEAM, status=GONE),
    },
    made=made,
)
