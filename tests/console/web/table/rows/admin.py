"""Administration: what leads to its parts, and how everything is that an installation works with."""

from collections.abc import Mapping

from states.casebook.reading import audit
from states.vocabulary.sources import LegalBasis, SourceKind
from tests.console.web.conftest import Served
from tests.console.web.table.answers import GONE, HIDDEN, REFUSED, Room, members, only

#: those for whom there is a part of it
ADMINISTERING = ("chair", "custodian", "operator", "administrator", "auditor")

#: those who look after what it works with
LOOKING_AFTER = ("chair", "operator", "administrator")


def _query(served: Served, _number: str) -> Mapping[str, str]:
    """A question to a source that somebody put on no case."""
    book, by = served.book, served.walk.officer
    kind, basis = SourceKind.REGISTRAR, LegalBasis.SCHOOL_OFFICIAL
    audit.record_trial(book, by=by, source="cards", kind=kind, basis=basis, status="found")
    odd = audit.queries(book, by=served.walk.chair, odd_only=True)
    return {"query": next(line.query_id for line in odd if line.source == "cards")}


ROOM = Room(
    {
        "GET /admin": only(*ADMINISTERING),
        "GET /admin/health": only(*LOOKING_AFTER),
        # There is none of that name.
        "POST /admin/health/{kind}/{name}/test": members(HIDDEN),
        "GET /admin/policy": members(),
        "POST /admin/policy": members(),
        "GET /admin/policy/download": only("chair", "custodian"),
        # No file comes along.
        "POST /admin/policy/next": only("chair", "custodian", status=REFUSED),
        # No other version was handed in, and the settings name none.
        "GET /admin/policy/next/download": members(HIDDEN),
        "POST /admin/policy/next/take-back": members(HIDDEN),
        "POST /admin/policy/next/in-force": members(HIDDEN),
        "GET /admin/policy/next": members(HIDDEN),
        "GET /admin/policy/next/{part}": members(HIDDEN),
        "GET /admin/policy/instruments/add": only("chair", "custodian"),
        # Nothing is filled in.
        "POST /admin/policy/instruments/add": only("chair", "custodian", status=REFUSED),
        "GET /admin/policy/instruments/change/{code}": only("chair", "custodian"),
        "POST /admin/policy/instruments/change/{code}": only("chair", "custodian", status=REFUSED),
        "GET /admin/policy/process": members(),
        "GET /admin/policy/{part}": members(),
        "GET /admin/messages": members(),
        "GET /admin/messages/{message}": members(),
        "GET /admin/queries": only("chair", "custodian", "auditor"),
        "GET /admin/queries/{query}": only("chair", "custodian", "auditor"),
        # Another step comes first.
        "POST /admin/queries/{query}/{step}": only("chair", "custodian", status=REFUSED),
        "POST /admin/health/record/verify": only("chair", "operator", status=GONE),
    },
    given={
        "kind": "sources",
        "name": "none",
        "message": "reminder",
        "step": "ended",
        "part": "clocks",
        "code": "cstag",
    },
    made=_query,
)
