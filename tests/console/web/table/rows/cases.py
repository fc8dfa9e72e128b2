"""Cases: which there are for whom, one of them at a glance and sheet by sheet, and the steps taken in it."""

from collections.abc import Mapping

from console.shown.case.sheets import SHEETS
from states.casebook.effects import listing
from states.vocabulary.effects import EffectStatus
from tests.console.web.conftest import Served
from tests.console.web.table.answers import GONE, HIDDEN, REFUSED, Room, but, members, only, readers, workers

#: those whose work no case is, to whom its people are nothing
NO_CASES = ("administrator", "operator", "auditor", "official")

#: the members, intake and deputies: they may open a case that they are not on
BREAKING = ("chair", "on the case", "not on it", "recused", "intake", "deputy", "break-glass")


def _owed(served: Served, number: str) -> Mapping[str, str]:
    """Something that the case owes, and that waits."""
    waits = EffectStatus.PENDING
    line, *_ = listing.effects(served.book, by=served.walk.chair, number=number, status=waits)
    return {"effect": line.effect_id}


ROOM = Room(
    {
        "GET /": members(),
        "GET /cases": but(members(), HIDDEN, "administrator", "auditor", "official"),
        "GET /search": but(members(), HIDDEN, *NO_CASES),
        # It leads to what is found.
        "POST /search": but(members(GONE), HIDDEN, *NO_CASES),
        "GET /audit": only("chair", "custodian", "auditor"),
        # Their own, where they audit nothing.
        "GET /stays": only(*BREAKING, "custodian", "auditor"),
        "GET /break-glass": only(*BREAKING),
        # An empty one: whether there is a case under that number is told by nothing.
        "POST /break-glass": only(*BREAKING, status=REFUSED),
        "GET /runs": only("chair", "operator"),
        # Of what the case of the table owes, and waits.
        "POST /runs/{effect}/again": only("chair", "operator", status=GONE),
        "GET /cases/{number}": readers(),
        **{f"GET /cases/{{number}}/{sheet}": readers() for sheet in SHEETS},
        "GET /disclosures": only("chair", "custodian"),
        "GET /cases/{number}/disclosures": only("chair", "custodian"),
        "GET /cases/{number}/export": workers(),
        # An empty one: whoever may hand it out is told what would help.
        "POST /cases/{number}/export": workers(REFUSED),
        "GET /cases/{number}/erase": only("chair", "custodian"),
        # The case of the table is not closed.
        "POST /cases/{number}/erase": only("custodian", status=REFUSED),
        "POST /cases/{number}/allow-erasure": only("chair", status=REFUSED),
        "GET /cases/{number}/steps/{name}": readers(),
        # An empty one: whoever may read the case is told what would help.
        "POST /cases/{number}/steps/{name}": readers(REFUSED),
    },
    given={"name": "note"},
    made=_owed,
    sent={"POST /cases/{number}/steps/{name}": {"go": "do"}},
)
