"""The API: what leaves a case: through the gate, on a basis, on record; and whom to phone."""

from collections.abc import Mapping

from console.invented import examples
from states.casebook.disclosing import releases
from states.casebook.team import members as team
from states.tables import Call
from tests.cases.referring import consent
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, SEEN, WORKERS, Room, Row, members
from tests.console.web.table.programs import FORBIDDEN, WHY, done, on_case, only_for, programs
from tests.console.web.table.rows.api.reports import reported


def _now(served: Served, _: str) -> Mapping[str, str]:
    return {"now": served.book.clock().isoformat()}


def _consented(served: Served, number: str) -> Mapping[str, str]:
    return {"consent_id": consent(served.book, number, by=served.walk.officer)}


def _drafted(served: Served, number: str) -> Mapping[str, str]:
    """A sentence for a newspaper, which the office of public information clears and tells."""
    return {"release_id": releases.draft(served.book, number, examples.release(), by=served.walk.officer)}


def _to_phone(served: Served, number: str) -> Mapping[str, str]:
    """A reporter whom no message reaches."""
    about = reported(served, number)
    with served.book.page(number, served.walk.chair, None) as page:
        said = {"say": "Invented.", "name": "invented-reporter-name", "phone": "575-555-0199"}
        row = Call(case_id=page.case.id, at=page.now, by="chair", about=about, outcome="")
        page.add(row, said)
        page.log("reporter_called")
    return {"call_id": row.id}


def _cleared(served: Served, number: str) -> Mapping[str, str]:
    made = _drafted(served, number)
    by = team.actor(served.book, "official")
    for office in served.walk.records(number, "releases")[-1]["needs"]:
        # What another office said is put on record by the one that tells.
        said = {} if office in by.offices else {"office": office, "named": "invented-name"}
        releases.clear(served.book, made["release_id"], by=by, agrees=True, **said)
    return made


def of_its_office() -> Row:
    """A call of the office that clears and tells a text: nobody speaks for it whose work the case is.

    Operators know which cases there are.
    """
    return {**on_case(), "official": DONE, "operator": FORBIDDEN}


ROOM = Room(
    {
        "GET /api/disclosures": programs(only_for("chair", "custodian")),
        "GET /api/cases/{number}/disclosures": on_case("chair", "custodian", status=SEEN),
        # By a basis that does not fit: it is on record that it was refused.
        "POST /api/cases/{number}/disclosures": on_case(*WORKERS, status=409),
        "POST /api/cases/{number}/consents": done(),
        "POST /api/cases/{number}/consents/{consent_id}/revocation": done(),
        # Of whichever office: an official of the team determines it, who is on the case.
        "POST /api/cases/{number}/determinations": on_case("chair", "on the case", "custodian"),
        "POST /api/cases/{number}/exports": done(),
        "POST /api/cases/{number}/releases": done(),
        "GET /api/releases": programs(members()),
        "POST /api/releases/{release_id}/word": of_its_office(),
        "POST /api/releases/{release_id}/telling": of_its_office(),
        "GET /api/calls": programs(members()),
        "POST /api/cases/{number}/calls/{call_id}": done(),
    },
    each={
        "POST /api/cases/{number}/consents": _now,
        "POST /api/cases/{number}/consents/{consent_id}/revocation": _consented,
        "POST /api/cases/{number}/disclosures": _now,
        "POST /api/releases/{release_id}/word": _drafted,
        "POST /api/releases/{release_id}/telling": _cleared,
        "POST /api/cases/{number}/calls/{call_id}": _to_phone,
    },
    sent={
        "POST /api/cases/{number}/disclosures": {
            "telling": {"to": "parent", "recipient": "parent", "basis": "consent", "what": ["case_file"]},
            "asked_by": "A parent",
            **WHY,
        },
        "POST /api/cases/{number}/consents": {
            "given_by": "invented-consenting",
            "relation": "the person themselves",
            "to": "counselor",
            "recipient": "counselling",
            "purpose": "referral",
            "what": ["recommendation"],
            "given_at": "{now}",
            "document": "Invented.",
        },
        "POST /api/cases/{number}/exports": {
            "leaving_for": {"to": "court", "recipient": "district_court", "basis": "court_order"},
            "asked_by": "The clerk",
            **WHY,
        },
        "POST /api/releases/{release_id}/word": {"agrees": True},
        "POST /api/cases/{number}/calls/{call_id}": {"outcome": "not_reached"},
    },
)
