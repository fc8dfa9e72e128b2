"""The API: what is looked into: who read where, who was let to which case, and questions that are odd."""

from collections.abc import Mapping
from itertools import count

from states.casebook.reading import audit
from states.vocabulary.sources import LegalBasis, SourceKind
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, Room
from tests.console.web.table.programs import only_for
from tests.console.web.table.rows.cases import BREAKING

AUDITING = ("chair", "custodian", "auditor")

_NUMBERS = count(1)


def _query(served: Served, _: str) -> Mapping[str, str]:
    """A question to a source that the officer put on no case."""
    book, by, source = served.book, served.walk.officer, f"cards-{next(_NUMBERS)}"
    kind, basis = SourceKind.REGISTRAR, LegalBasis.SCHOOL_OFFICIAL
    audit.record_trial(book, by=by, source=source, kind=kind, basis=basis, status="found")
    odd = audit.queries(book, by=served.walk.chair, odd_only=True)
    return {"query_id": next(line.query_id for line in odd if line.source == source)}


ROOM = Room(
    {
        "GET /api/queries": only_for(*AUDITING),
        "GET /api/queries/{query_id}": only_for(*AUDITING, status=DONE),
        "GET /api/queries/{query_id}/steps": only_for(*AUDITING, status=DONE),
        "POST /api/queries/{query_id}/steps": only_for("chair", "custodian", status=DONE),
        "GET /api/readings": only_for(*AUDITING),
        # Their own, where they audit nothing.
        "GET /api/stays": only_for(*BREAKING, "custodian", "auditor"),
        "GET /api/refused-tries": only_for(*AUDITING),
    },
    each={
        f"{call}": _query
        for call in (
            "GET /api/queries/{query_id}",
            "GET /api/queries/{query_id}/steps",
            "POST /api/queries/{query_id}/steps",
        )
    },
    sent={"POST /api/queries/{query_id}/steps": {"step": "begun"}},
)
