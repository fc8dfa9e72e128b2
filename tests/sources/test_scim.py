"""The SCIM source asks a real SCIM server for little, and tells somebody's place (W-17)."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from states.vocabulary import IdentifierKind, LegalBasis, SourceKind
from tasks.sources.asking import ask
from tasks.sources.contract import Found, LookupRequest, NotFound, Unavailable
from tasks.sources.scim import ScimSource
from tests.sources.faults import FAULTS, WORDING, FarSide, forward_to, hurry, nobody
from tests.sources.scim_server import TOKEN, scim_server

Asking = Callable[..., LookupRequest]


@pytest.fixture(scope="module")
def people() -> Iterator[str]:
    """A real SCIM server of invented people; gives its address."""
    with scim_server() as url:
        yield url


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the token is kept."""
    monkeypatch.setenv("PEOPLE_TOKEN", TOKEN)


def source(url: str, **changes: Any) -> ScimSource:
    """A source that asks a SCIM service."""
    table: dict[str, Any] = {
        "kinds": ["human_resources", "directory"],
        "url": url,
        "token": {"env": "PEOPLE_TOKEN"},
    }
    return ScimSource.from_config("personnel", table | changes)


@pytest.fixture
def about(question: Asking) -> Asking:
    """Makes a question about somebody's employment."""

    def make(kind: SourceKind = SourceKind.HUMAN_RESOURCES, **known: str) -> LookupRequest:
        given = {IdentifierKind(name): value for name, value in (known or {"employee_id": "E-7"}).items()}
        return question(kind=kind, identifiers=given, basis=LegalBasis.EMPLOYMENT)

    return make


@pytest.mark.parametrize(
    "known", [{"employee_id": "E-7"}, {"email": "sam.sample@wnmu.example"}, {"campus_id": " 900000001 "}]
)
async def test_an_employee_is_found_by_any_identifier(
    people: str, about: Asking, known: dict[str, str]
) -> None:
    """With what the core user and the enterprise extension say of their place, and no name."""
    reply = await ask(source(people), about(**known), timeout=10)
    assert isinstance(reply, Found)
    told = {fact.name: fact.value for fact in reply.facts}
    assert told == {
        "Employee number": "E-7",
        "Title": "Lecturer",
        "Account": "active",
        "Department": "Mathematics",
        "Manager": "Max M",
    }
    assert all(fact.observed_at is not None for fact in reply.facts)


async def test_a_directory_tells_who_somebody_is(people: str, about: Asking) -> None:
    """Name and mail only when that is the question."""
    reply = await ask(source(people), about(SourceKind.DIRECTORY), timeout=10)
    assert isinstance(reply, Found)
    told = {fact.name: fact.value for fact in reply.facts}
    assert (told["Name"], told["Mail"]) == ("Sam Sample", "sam.sample@wnmu.example")


async def test_only_what_is_told_is_asked_for(people: str, about: Asking) -> None:
    """The request names the attributes, and one identifier in a filter."""
    with FarSide(forward_to(people.removesuffix("/v2"))) as far:
        await ask(
            source(f"{far.url}/v2"), about(employee_id="E-7", email="sam.sample@wnmu.example"), timeout=10
        )
        (call,) = far.calls
    assert "displayName" not in call.target
    assert "E-7" in call.target
    assert "wnmu.example" not in call.target


@pytest.mark.parametrize(
    ("campus_id", "expected"),
    [
        ("900000009", "not_found"),
        ('a" or "b', "found"),
        ('x" or externalId eq "900000001', "not_found"),
        ("back\\slash", "not_found"),
        ("twin", "several_records"),
        ("many", "several_records"),
    ],
)
async def test_nobody_somebody_and_several_are_told_apart(
    people: str, about: Asking, campus_id: str, expected: str
) -> None:
    """What is given is compared; it never becomes part of the filter."""
    reply = await ask(source(people), about(campus_id=campus_id), timeout=10)
    if expected == "several_records":
        assert reply == Unavailable(expected, permanent=True)
    else:
        assert isinstance(reply, NotFound if expected == "not_found" else Found)


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault_becomes_a_code(
    people: str, about: Asking, fault: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And nothing of what the far side said, or of what it was asked, shows."""
    caplog.set_level(logging.DEBUG)
    hurry(monkeypatch, fault)
    with FarSide(forward_to(people.removesuffix("/v2"))) as far:
        far.fail(fault)
        reply = await ask(source(f"{far.url}/v2"), about(), timeout=20)
        assert reply == Unavailable(FAULTS[fault].code, permanent=FAULTS[fault].permanent)
        far.heal()
        assert isinstance(await ask(source(f"{far.url}/v2"), about(), timeout=20), Found)
    # The real server behind runs in this very process, and keeps a log of its own.
    ours = "".join(record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn"))
    for word in (WORDING, "E-7", TOKEN):
        assert word not in ours + repr(reply)


async def test_a_service_that_is_away_may_be_back(about: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens, asking again may help."""
    hurry(monkeypatch)
    with nobody() as url:
        assert await ask(source(url), about(), timeout=20) == Unavailable("unreachable")


async def test_a_token_that_is_nowhere_is_named(
    people: str, about: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As missing, once and for all."""
    monkeypatch.delenv("PEOPLE_TOKEN")
    assert await ask(source(people), about(), timeout=10) == Unavailable("secret_missing", permanent=True)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"url": "http://people.example.edu/scim"}, "https"),
        ({"token": "opensesame"}, "a secret is never written here"),
        ({"kinds": []}, "at least 1"),
        ({"kinds": ["registrar"]}, "human_resources"),
        ({"identifiers": {"license_plate": "x"}}, "campus_id"),
    ],
)
def test_a_wrong_table_is_refused(change: dict[str, Any], problem: str) -> None:
    """At the start, without repeating what may be a secret."""
    with pytest.raises(ValidationError) as refusal:
        source(**({"url": "https://people.example.edu"} | change))
    assert problem in str(refusal.value)
    assert "opensesame" not in str(refusal.value)
