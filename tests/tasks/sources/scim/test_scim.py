"""A real SCIM service is asked for the least about employees and others, over real HTTP, and may fail."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from states.correspondence.question import Question
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.asking import ask
from tasks.sources.contract import Found, NotFound, Provenance, Refused, Reply, Unavailable
from tasks.sources.scim.source import ScimSource
from tests.tasks.sources.faults import FAULTS, Answer, FarSide, hurry, nobody
from tests.tasks.sources.scim.scim_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    ENTERPRISE,
    TOKEN,
    scim_server,
    with_tokens,
)
from tests.waiting import PATIENCE

Asking = Callable[..., Question]
Making = Callable[..., ScimSource]

STATIC, DYNAMIC = FactorKind.STATIC, FactorKind.DYNAMIC

#: what human resources tells of Sam Sample
SAM = [
    ("Employee number", "E0000001", STATIC),
    ("Title", "Lecturer", DYNAMIC),
    ("Department", "Biology", DYNAMIC),
    ("Division", "Sciences", DYNAMIC),
    ("Manager", "Morgan Model", DYNAMIC),
    ("Account active", "yes", DYNAMIC),
]

#: what the directory tells besides
BESIDES = [
    ("User name", "sam.sample@wnmu.example", STATIC),
    ("Kind of user", "Employee", DYNAMIC),
    ("E-mail", "sam.sample@wnmu.example", DYNAMIC),
    ("E-mail", "sam@wnmu.example", DYNAMIC),
]


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of a real SCIM server."""
    with scim_server() as url:
        yield url


@pytest.fixture
def far(service: str) -> Iterator[FarSide]:
    """The far side: the server, until it is told to fail."""
    with FarSide(with_tokens(service)) as running:
        yield running


@pytest.fixture
def made(far: FarSide, monkeypatch: pytest.MonkeyPatch) -> Making:
    """Makes a source that asks the far side; keyword arguments change its table."""
    monkeypatch.setenv("SCIM_TOKEN", TOKEN)
    monkeypatch.setenv("SCIM_SECRET", CLIENT_SECRET)

    def make(**changes: Any) -> ScimSource:
        usual = {
            "kinds": ["human_resources", "directory"],
            "url": f"{far.url}/v2",
            "token": {"env": "SCIM_TOKEN"},
        }
        table = {key: value for key, value in (usual | changes).items() if value is not None}
        return ScimSource.from_config("people", table)

    return make


@pytest.fixture
def employee(question: Asking) -> Asking:
    """Makes a question to human resources about Sam Sample; keyword arguments change it."""

    def make(**changes: Any) -> Question:
        usual: dict[str, Any] = {
            "kind": SourceKind.HUMAN_RESOURCES,
            "basis": LegalBasis.EMPLOYMENT,
            "identifiers": {IdentifierKind.EMPLOYEE_ID: "E0000001"},
        }
        return question(**(usual | changes))

    return make


#: a table for a service that gives out tokens
CLIENT = {
    "token": None,
    "token_url": "{far}/token",
    "client_id": CLIENT_ID,
    "client_secret": {"env": "SCIM_SECRET"},
}


def by(kind: IdentifierKind, value: str) -> dict[str, Any]:
    """What a question finds somebody by."""
    return {"identifiers": {kind: value}}


def told(reply: Reply) -> list[tuple[str, str, FactorKind]]:
    """What a reply that found somebody tells."""
    assert isinstance(reply, Found)
    return [(fact.name, fact.value, fact.kind) for fact in reply.facts]


@pytest.mark.clause("W-17")
@pytest.mark.parametrize("search", ["post", "get"])
async def test_what_human_resources_knows_of_an_employee(
    far: FarSide, made: Making, employee: Asking, search: str
) -> None:
    """Title, department, division and manager by name, each with the day when the record last changed."""
    reply = await ask(made(search=search), employee(), timeout=PATIENCE)
    assert told(reply) == SAM
    assert isinstance(reply, Found)
    assert reply.provenance == Provenance("people")
    # The server has them since these tests began, which may have been before midnight.
    today = datetime.now(UTC).date()
    assert {fact.observed_at for fact in reply.facts} <= {today, today - timedelta(days=1)}
    addressed = any("E0000001" in call.target for call in far.calls)
    assert addressed == (search == "get")


async def test_the_directory_tells_names_and_addresses_besides(made: Making, employee: Asking) -> None:
    """Who somebody is and where they belong; a phone number is not asked for."""
    asked = employee(kind=SourceKind.DIRECTORY, basis=LegalBasis.SCHOOL_OFFICIAL)
    assert told(await ask(made(), asked, timeout=PATIENCE)) == SAM + BESIDES


async def test_only_what_is_told_is_asked_for(far: FarSide, made: Making, employee: Asking) -> None:
    """No name, address or phone number of an employee travels."""
    await ask(made(), employee(), timeout=PATIENCE)
    wanted = json.loads(far.calls[0].content)
    assert wanted["count"] == 2
    assert wanted["filter"] == f'{ENTERPRISE}:employeeNumber eq "E0000001"'
    assert set(wanted["attributes"]) == {
        *("title", "active", "meta.lastModified"),
        *(f"{ENTERPRISE}:{name}" for name in ("employeeNumber", "department", "division", "manager")),
    }


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("userName", "Sam.Sample@WNMU.example"),
        ("emails", "sam@wnmu.example"),
        ("externalId", "900000001"),
        ("employeeNumber", " E0000001 "),
    ],
)
async def test_what_somebody_is_found_by_is_for_the_table_to_say(
    made: Making, employee: Asking, attribute: str, value: str
) -> None:
    """Case does not count, nor do spaces around it."""
    source = made(identifiers={"email": attribute})
    assert told(await ask(source, employee(**by(IdentifierKind.EMAIL, value)), timeout=PATIENCE)) == SAM


async def test_a_quote_in_an_identifier_ends_nothing(made: Making, employee: Asking) -> None:
    """It is escaped: it finds who has it, and nobody is found by a filter in disguise."""
    reply = await ask(made(), employee(**by(IdentifierKind.EMPLOYEE_ID, 'E"1')), timeout=PATIENCE)
    assert told(reply) == [("Employee number", 'E"1', STATIC), ("Account active", "no", DYNAMIC)]
    for disguise in ('x" or userName pr or title eq "', "\\", 'x\\" or userName pr', "x"):
        asked = employee(**by(IdentifierKind.EMPLOYEE_ID, disguise))
        assert await ask(made(), asked, timeout=PATIENCE) == NotFound(Provenance("people"))
    asked = employee(**by(IdentifierKind.EMPLOYEE_ID, "E\n1"))
    assert await ask(made(), asked, timeout=PATIENCE) == Unavailable("identifier_unusable", permanent=True)


async def test_two_users_with_one_address_want_a_person(made: Making, employee: Asking) -> None:
    """Which of them is meant is not for software to say."""
    source = made(identifiers={"email": "emails"})
    reply = await ask(source, employee(**by(IdentifierKind.EMAIL, "twice@wnmu.example")), timeout=PATIENCE)
    assert reply == Unavailable("several_records", permanent=True)


async def test_an_employment_record_is_no_education_record(made: Making, employee: Asking) -> None:
    """A school official's basis opens the directory, and leaves human resources shut."""
    reply = await ask(made(), employee(basis=LegalBasis.SCHOOL_OFFICIAL), timeout=PATIENCE)
    assert reply == Refused("basis_not_accepted")


async def test_a_service_that_gives_out_tokens_is_asked_for_one(
    far: FarSide, made: Making, employee: Asking
) -> None:
    """One token is good for several look-ups."""
    source = made(**CLIENT | {"token_url": f"{far.url}/token"})
    for _ in range(2):
        assert told(await ask(source, employee(), timeout=PATIENCE)) == SAM
    assert [call.path for call in far.calls].count("/token") == 1


async def test_it_is_shown_who_we_are_in_the_ways_that_a_registrar_is(
    far: FarSide, made: Making, employee: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The secret in the body of the request for a token, and headers of the vendor's own beside it."""
    monkeypatch.setenv("SUBSCRIPTION", "key-1")
    headers = {"X-Api-Key": {"env": "SUBSCRIPTION"}}
    client = CLIENT | {"token_url": f"{far.url}/token", "token_auth": "client_secret_post"}
    assert told(await ask(made(**client, headers=headers), employee(), timeout=PATIENCE)) == SAM
    sent = {call.path == "/token": "key-1" in repr(call.headers) for call in far.calls}
    assert sent == {True: False, False: True}


@pytest.mark.parametrize("kept", ["another-token", "no token", "t\xf6ken", ""])
async def test_a_token_that_is_not_accepted_is_for_somebody_to_look_after(
    made: Making, employee: Asking, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    """It is not tried again, and it does not show."""
    monkeypatch.setenv("SCIM_TOKEN", kept)
    reply = await ask(made(), employee(), timeout=PATIENCE)
    assert reply == Unavailable("unauthorized" if kept else "secret_missing", permanent=True)


@pytest.mark.parametrize(
    "failing",
    [
        *((fault, "/.search") for fault in FAULTS),
        *((fault, "/token") for fault in ("slow", "server_error", "unauthorized", "garbage")),
        ("slow", "manager"),
    ],
)
async def test_each_fault_is_an_answer_and_is_healed(
    far: FarSide,
    made: Making,
    employee: Asking,
    monkeypatch: pytest.MonkeyPatch,
    failing: tuple[str, str],
) -> None:
    """Wherever it fails, the case hears *unavailable*, why, and whether to ask again; later all is well."""
    fault, path = failing
    source = made(**CLIENT | {"token_url": f"{far.url}/token"})
    if path == "manager":
        await ask(source, employee(), timeout=PATIENCE)
        path = far.calls[-1].path
    hurry(monkeypatch, fault)
    far.fail(fault, path=path)
    reply = await ask(source, employee(), timeout=PATIENCE)
    assert reply == Unavailable(FAULTS[fault].code, permanent=FAULTS[fault].permanent)
    assert [call for call in far.calls if call.path == "/elsewhere"] == []
    monkeypatch.undo()
    monkeypatch.setenv("SCIM_SECRET", CLIENT_SECRET)
    far.heal()
    assert told(await ask(source, employee(), timeout=PATIENCE)) == SAM


@pytest.mark.parametrize("fault", ["server_error", "garbage"])
async def test_a_manager_who_cannot_be_read_takes_nothing_from_whom_was_found(
    far: FarSide, made: Making, employee: Asking, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The answer is found, and says that the manager is missing."""
    await ask(made(), employee(), timeout=PATIENCE)
    hurry(monkeypatch, fault)
    far.fail(fault, path=far.calls[-1].path)
    reply = await ask(made(), employee(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert reply.missing == ("manager",)
    assert len(reply.facts) == len(SAM) - 1


async def test_a_service_that_is_not_there_is_asked_again_later(
    made: Making, employee: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens."""
    hurry(monkeypatch)
    with nobody() as url:
        assert await ask(made(url=url), employee(), timeout=PATIENCE) == Unavailable("unreachable")


LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


@pytest.mark.parametrize(
    ("resources", "reason"),
    [
        ([{"schemas": [USER], "userName": "x", "id": 1}], "filter_ignored"),
        ([{"schemas": [USER, ENTERPRISE], "id": "1", ENTERPRISE: []}], "filter_ignored"),
        (["E0000001"], "wrong_schema"),
        ([{"schemas": [USER], "id": "1", "userName": "someone.else@wnmu.example"}], "filter_ignored"),
        ([{"schemas": [USER], "id": "1"}], "filter_ignored"),
        ("E0000001", "wrong_schema"),
    ],
)
async def test_what_is_not_what_was_asked_for_is_not_taken(
    far: FarSide, made: Making, employee: Asking, resources: Any, reason: str
) -> None:
    """A service that does not know filters, or speaks otherwise than it should, is told apart from nobody."""
    body = {"schemas": [LIST], "totalResults": 1, "Resources": resources}
    far.honest = lambda _: Answer.of_json(body)
    assert await ask(made(), employee(), timeout=PATIENCE) == Unavailable(reason, permanent=True)


async def test_what_a_service_adds_of_its_own_is_passed_over(
    far: FarSide, made: Making, employee: Asking
) -> None:
    """Attributes and media types that the standard does not know do no harm; a manager may have a name."""
    person = {
        "schemas": [USER, ENTERPRISE],
        "id": "1",
        "shoeSize": 42,
        ENTERPRISE: {"employeeNumber": "e0000001", "manager": {"displayName": " Morgan Model "}},
    }
    body = {"schemas": [LIST], "totalResults": 1, "Resources": [person]}
    far.honest = lambda _: Answer(200, json.dumps(body).encode(), {"Content-Type": "text/json"})
    assert told(await ask(made(), employee(), timeout=PATIENCE)) == [
        ("Employee number", "e0000001", STATIC),
        ("Manager", "Morgan Model", DYNAMIC),
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"url": "http://idm.example.edu/scim"}, "https"),
        ({"url": "https://idm.example.edu/scim/Users"}, "must end before /Users"),
        ({"token": None}, "must have either token"),
        ({"client_id": "x"}, "must have either token"),
        ({"token": None, "client_id": "x", "token_url": "https://idm.example.edu"}, "must have either token"),
        ({"token": "opensesame"}, "a secret is never written here"),
        ({"kinds": []}, "at least 1 item"),
        ({"kinds": ["registrar"]}, "Input should be"),
        ({"identifiers": {"email": "shoeSize"}}, "Input should be"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(made: Making, changes: dict[str, Any], says: str) -> None:
    """Whoever writes it is told at start; no value is repeated."""
    with pytest.raises(ValidationError, match=says) as caught:
        made(**changes)
    assert "opensesame" not in str(caught.value)
