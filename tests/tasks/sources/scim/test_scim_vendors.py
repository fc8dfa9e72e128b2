"""Answers as services of many makers give them, about invented people: each is one of the five kinds."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from states.correspondence.question import Question
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.asking import ask
from tasks.sources.contract import Found, NotFound, Reply, Unavailable
from tasks.sources.scim.source import ScimSource
from tests.tasks.sources.faults import Answer, Call, FarSide, hurry
from tests.tasks.sources.scim.vendors import (
    GET,
    NOT_ALLOWED,
    NOT_THERE,
    POST,
    VENDORS,
    Said,
    listed,
    sam,
)
from tests.waiting import PATIENCE

Asking = Callable[..., Question]


def answering(said: Said) -> Callable[[Call], Answer]:
    """Answers as a table says."""

    def answer(call: Call) -> Answer:
        for (method, begins, *holds), given in said.items():
            fits = call.method == method and call.target.startswith(begins)
            if fits and all(part.encode() in call.content for part in holds):
                return given
        return NOT_THERE

    return answer


@pytest.fixture
def far() -> Iterator[FarSide]:
    """A far side that is yet to be told what to answer."""
    with FarSide() as running:
        yield running


def source(far: FarSide, monkeypatch: pytest.MonkeyPatch, **more: Any) -> ScimSource:
    """A source that asks it."""
    monkeypatch.setenv("SCIM_TOKEN", "an-invented-token")
    table = {"kinds": ["human_resources"], "url": f"{far.url}/v2", "token": {"env": "SCIM_TOKEN"}}
    return ScimSource.from_config("people", table | more)


def kind_of(reply: Reply) -> dict[str, str] | str:
    """What a reply found, or which of the other kinds it is."""
    match reply:
        case Found():
            missing = {"missing": ", ".join(reply.missing)} if reply.missing else {}
            return {fact.name: fact.value for fact in reply.facts} | missing
        case NotFound():
            return "not_found"
        case Unavailable():
            return reply.reason
    raise AssertionError(reply)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_what_a_service_says_is_one_of_the_five_kinds_and_no_other(
    far: FarSide, monkeypatch: pytest.MonkeyPatch, question: Asking, vendor: str
) -> None:
    """Nobody is found whom it does not show, and nobody is *not found* whom it may hold."""
    said, becomes = VENDORS[vendor]
    hurry(monkeypatch)
    far.honest = answering(said)
    asked = question(
        kind=SourceKind.HUMAN_RESOURCES,
        basis=LegalBasis.EMPLOYMENT,
        identifiers={IdentifierKind.EMPLOYEE_ID: "E0000001"},
    )
    assert kind_of(await ask(source(far, monkeypatch), asked, timeout=PATIENCE)) == becomes


async def test_a_search_goes_into_no_address_where_the_table_says_so(
    far: FarSide, monkeypatch: pytest.MonkeyPatch, question: Asking
) -> None:
    """It is unavailable then, and the address is never asked for."""
    far.honest = answering({POST: NOT_THERE, GET: listed(sam())})
    asked = question(
        kind=SourceKind.HUMAN_RESOURCES,
        basis=LegalBasis.EMPLOYMENT,
        identifiers={IdentifierKind.EMPLOYEE_ID: "E0000001"},
    )
    reply = await ask(source(far, monkeypatch, search="post"), asked, timeout=PATIENCE)
    assert reply == Unavailable("no_search_by_post", permanent=True)
    assert {call.method for call in far.calls} == {"POST"}


async def test_an_address_in_capitals_finds_who_is_written_in_small_letters(
    far: FarSide, monkeypatch: pytest.MonkeyPatch, question: Asking
) -> None:
    """Some services compare letter by letter; addresses do not."""
    far.honest = answering({(*POST, "sam.sample@wnmu.example"): listed(sam()), POST: listed()})
    asked = question(
        kind=SourceKind.HUMAN_RESOURCES,
        basis=LegalBasis.EMPLOYMENT,
        identifiers={IdentifierKind.EMAIL: "Sam.Sample@WNMU.example"},
    )
    assert isinstance(await ask(source(far, monkeypatch), asked, timeout=PATIENCE), Found)


CONFIG = ("GET", "/v2/ServiceProviderConfig")
COUNTED = ("GET", "/v2/Users?attributes=id")
HAVING = ("GET", "/v2/Users?filter=userName+pr")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({CONFIG: Answer.of_json({"filter": {"supported": True}}), POST: listed()}, ""),
        ({POST: listed()}, ""),
        ({CONFIG: NOT_ALLOWED, POST: NOT_THERE, GET: listed()}, ""),
        ({CONFIG: Answer.of_json({"filter": {"supported": False}})}, "It says that it knows no filters."),
        ({CONFIG: Answer.of_json({"Filter": {"Supported": "false"}})}, "It says that it knows no filters."),
        ({POST: listed(sam())}, "It sends people whom it was not asked for by userName."),
        ({POST: Answer.of_json({}, 400)}, "It does not take a search by userName."),
        (
            {POST: listed(), COUNTED: listed(total=20252), HAVING: listed(total=0)},
            "It has users, and none of them by userName: everybody would be not found.",
        ),
        ({POST: listed(), COUNTED: listed(total=20252), HAVING: listed(total=20000)}, ""),
    ],
)
async def test_what_a_service_cannot_do_is_found_out_without_asking_about_anybody(
    far: FarSide, monkeypatch: pytest.MonkeyPatch, said: Said, says: str
) -> None:
    """When it is checked, not when a person is looked up; in a sentence."""
    far.honest = answering(said)
    found = await source(far, monkeypatch, identifiers={"email": "userName"}).check()
    assert [sentence[: len(says)] for sentence in found] == ([says] if says else [])
    asked = [json.loads(call.content)["filter"] for call in far.calls if call.content]
    assert set(asked) <= {'userName eq "tatflow-check-nobody"'}
