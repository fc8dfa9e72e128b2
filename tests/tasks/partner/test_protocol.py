"""The protocol's document, and that both sides speak as it says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from schemathesis.core.result import Ok

from console.partner_stub.deciding import CLASSES, REASONS
from states.errors import StepFailed
from states.vocabulary.sources import SourceKind
from tasks.sources.asking import ask
from tasks.sources.bases import ACCEPTS
from tasks.sources.partner.protocol import TERMS, AnswerDocument, reply_of
from tests.servers.partner_serving import Partner
from tests.tasks.partner.conftest import Ask
from tests.waiting import PATIENCE

FILE = Path(__file__).parents[3] / "docs" / "partner-protocol.yaml"
DOCUMENT: dict[str, Any] = YAML(typ="safe").load(FILE)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]


def validator(name: str) -> Any:
    """Checks values against one schema of the document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def test_the_document_is_openapi_31() -> None:
    """Schemathesis reads it, and finds the two operations; its own examples fit."""
    read = schemathesis.openapi.from_path(FILE)
    found = {result.ok().label for result in read.get_all_operations() if isinstance(result, Ok)}
    assert found == {"POST /queries", "GET /queries/{ticket}"}
    body = DOCUMENT["paths"]["/queries"]["post"]["requestBody"]["content"]["application/json"]
    for example in body["examples"].values():
        validator("Query").validate(example["value"])


def test_the_document_and_the_code_name_the_same_things() -> None:
    """Kinds, classes, facts, reasons and bases are the same in the document, in ours and in the stand-in."""
    assert set(SCHEMAS["Kind"]["enum"]) == set(TERMS) == set(CLASSES)
    classes = {name for terms in TERMS.values() for name in terms.classes}
    assert set(SCHEMAS["Hit"]["properties"]["class"]["enum"]) == classes
    assert {kind: set(names) for kind, names in CLASSES.items()} == {
        k: set(t.classes) for k, t in TERMS.items()
    }
    facts = {name for terms in TERMS.values() for name in terms.facts}
    assert set(SCHEMAS["Fact"]["properties"]["name"]["enum"]) == facts
    assert SCHEMAS["Denied"]["properties"]["reason"]["enum"] == list(REASONS)
    bases = {basis for kind in TERMS for basis in ACCEPTS[kind]}
    assert set(SCHEMAS["Query"]["properties"]["authority"]["enum"]) == bases
    identifiers = {name for terms in TERMS.values() for name in terms.needs.named}
    assert set(SCHEMAS["Query"]["properties"]["identifiers"]["properties"]) == identifiers


@pytest.mark.parametrize("kind", TERMS)
def test_the_table_in_the_document_is_the_one_in_the_code(kind: SourceKind) -> None:
    """Whoever reads the table of kinds reads what is checked."""
    (row,) = [line for line in DOCUMENT["info"]["description"].splitlines() if f"| `{kind}` |" in line]
    *_, classes, facts, _ = (cell.strip() for cell in row.split("|"))
    assert set(classes.split(", ")) == set(TERMS[kind].classes)
    assert set(facts.split(", ")) == {f"{name} ({term.value})" for name, term in TERMS[kind].facts.items()}


async def test_both_sides_speak_as_the_document_says(partner: Partner, question: Ask) -> None:
    """What we ask fits the schema of a question, and every answer of the stand-in that of an answer."""
    source = partner.source()
    deeds: list[tuple[str, dict[str, Any]]] = [
        ("approve", {}),
        ("deny", {"reason": "withdrawn"}),
        ("hit", {"class": "permit", "facts": [{"name": "weapons_registered", "value": 0}]}),
        ("no_hit", {}),
        ("expire", {}),
    ]
    for number, (deed, more) in enumerate(deeds):
        await ask(source, question(id=f"query-{number}"), timeout=PATIENCE)
        waiting = (await partner.queries())[0]
        validator("Query").validate(waiting["asked"])
        validator("Waiting").validate(waiting["answer"])
        decided = await partner.decide(deed, **more)
        validator("Answer" if deed == "approve" else "FinalAnswer").validate(decided["answer"])


async def test_the_stand_in_answers_as_the_document_says(partner: Partner) -> None:
    """Signed and whole or not, each of its responses is of a status and a shape that the document names."""
    read = schemathesis.openapi.from_path(FILE)
    put, get = read["/queries"]["POST"], read["/queries/{ticket}"]["GET"]
    good = {
        "kind": "weapons_registration",
        "purpose": "Whether weapons are registered",
        "authority": "consent",
        "requester": "officer",
        "case_reference": "TAT-2026-0001",
        "urgency": "routine",
        "expires_at": "2999-01-01T00:00:00Z",
        "callback": False,
        "identifiers": {"name": "Sam Sample", "date_of_birth": "2001-02-03"},
    }

    async def post(body: object, key: str = "key-1", *, sign: bool = True) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        request = partner.over.build_request("POST", "/queries", json=body, headers=headers)
        also = ("idempotency-key",) if key else ()
        if sign:
            partner.ours.sign(request, now=partner.stub.clock(), also=also)
        return await partner.over.send(request)

    async def poll(ticket: str) -> httpx.Response:
        request = partner.over.build_request("GET", f"/queries/{ticket}")
        return await partner.over.send(partner.ours.sign(request, now=partner.stub.clock()))

    posted = [
        (202, await post(good)),
        (422, await post(good | {"case_reference": "TAT-2026-0002"})),
        (400, await post(good | {"more": 1}, "key-2")),
        (400, await post(good, "no key")),
        (401, await post(good, sign=False)),
        (401, await post(good, "")),
        (413, await post(good | {"purpose": "x" * 200_000}, "key-2")),
    ]
    ticket = posted[0][1].json()["ticket"]
    polled = [(200, await poll(ticket)), (404, await poll("nobodys"))]
    for behavior, status in (("down", 503), ("busy", 429)):
        await partner.behave(behavior)
        posted.append((status, await post(good)))
        polled.append((status, await poll(ticket)))
    await partner.behave("prompt")
    posted.append((200, await post(good, "key-3")))
    for operation, responses in ((put, posted), (get, polled)):
        for status, response in responses:
            assert response.status_code == status, response.text
            operation.validate_response(response)


def answers() -> Iterator[dict[str, Any]]:
    """One final answer of each sort, as the document has them."""
    usual = {"ticket": "t-1", "kind": "weapons_registration", "answered_at": "2026-02-03T18:00:00Z"}
    kept = {"retention_until": "2026-02-04T18:00:00Z"}
    yield usual | {"status": "denied", "reason": "other"}
    yield usual | kept | {"status": "no_hit"}
    yield usual | kept | {"status": "hit", "class": "permit", "reference": "R-1"}
    facts = [{"name": "weapons_registered", "value": 2, "observed_at": "2026-01-01"}]
    yield usual | kept | {"status": "hit", "class": "permit", "reference": "R-1", "facts": facts}
    yield {"ticket": "t-1", "kind": "weapons_registration", "status": "expired"}
    yield {"ticket": "t-1", "kind": "weapons_registration", "status": "approved"}


#: values to put in the place of any part of an answer
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.just("2026-01-01"),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    answer=st.sampled_from(list(answers())),
    part=st.sampled_from(["ticket", "kind", "status", "answered_at", "reason", "class", "facts", "other"]),
    value=ODD,
)
def test_we_take_what_the_document_allows_and_nothing_else(
    answer: dict[str, Any], part: str, value: object
) -> None:
    """Ours is as strict as the document: an answer with a part changed is taken if the schema takes it."""
    assert _taken(answer)
    changed = answer | {part: value}
    if _taken(changed):
        validator("Answer").validate(changed)
    assert not _taken(answer | {"other": value})


def _taken(answer: dict[str, Any]) -> bool:
    try:
        reply_of(AnswerDocument.model_validate_json(json.dumps(answer)).root, "police")
    except (ValueError, StepFailed):
        return False
    return True
