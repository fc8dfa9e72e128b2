"""Answers as services of many makers give them, about invented people: each is one of the five kinds."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from states.correspondence.question import Question
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.asking import ask
from tasks.sources.contract import Found, NotFound, Reply, Unavailable
from tasks.sources.scim.source import ScimSource
from tests.tasks.sources.faults import Answer, Call, FarSide
from tests.waiting import PATIENCE

Asking = Callable[..., Question]

LIST = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

#: Sam Sample, of whom each maker's service says something odd besides
SAM: dict[str, Any] = {
    "schemas": [USER, ENTERPRISE],
    "id": "2819c223",
    "userName": "sam.sample@wnmu.example",
    "title": "Lecturer",
    "active": True,
    ENTERPRISE: {"employeeNumber": "E0000001", "department": "Biology"},
}
FACTS = {
    "Employee number": "E0000001",
    "Title": "Lecturer",
    "Department": "Biology",
    "Account active": "yes",
}

NOT_THERE = Answer.of_json({"detail": "Endpoint not found", "status": "404"}, 404)
NOT_ALLOWED = Answer.of_json({"detail": "Method Not Allowed", "status": "405"}, 405)


def listed(*people: object, total: object = None, **more: Any) -> Answer:
    """A list of people."""
    count = len(people) if total is None else total
    return Answer.of_json(LIST | {"totalResults": count, "Resources": list(people)} | more)


def sam(**changes: Any) -> dict[str, Any]:
    """Sam Sample, with changes."""
    return SAM | changes


def employed(**changes: Any) -> dict[str, Any]:
    """Sam Sample with another employment."""
    return sam(**{ENTERPRISE: SAM[ENTERPRISE] | changes})


#: what is answered, by method, where the address begins and what the content holds; and what becomes of it
Said = Mapping[tuple[str, ...], Answer]
POST, GET = ("POST", "/v2/Users/.search"), ("GET", "/v2/Users?")

VENDORS: dict[str, tuple[Said, Mapping[str, str] | str]] = {
    "Okta: an empty profileUrl, n/a for mail, groups, a locale of its own": (
        {
            POST: listed(
                sam(profileUrl="", emails=[{"value": "n/a", "type": "work"}], groups=[], locale="en_US ")
            )
        },
        FACTS,
    ),
    "Entra: active as a text, the manager as an id alone": (
        {
            POST: listed(employed(manager="26118915") | {"active": "True"}),
            ("GET", "/v2/Users/26118915"): Answer.of_json({"id": "26118915", "displayName": "Morgan Model"}),
        },
        FACTS | {"Manager": "Morgan Model"},
    ),
    "Entra: a manager whom nobody knows there": (
        {POST: listed(employed(manager="26118915")), ("GET", "/v2/Users/26118915"): NOT_THERE},
        FACTS | {"Manager": "26118915"},
    ),
    "a manager by name": (
        {POST: listed(employed(manager="Morgan Model"))},
        FACTS | {"Manager": "Morgan Model"},
    ),
    "Keycloak: searched by GET alone, media type application/scim+json": (
        {
            POST: NOT_ALLOWED,
            GET: Answer(200, listed(sam()).content, {"Content-Type": "application/scim+json"}),
        },
        FACTS,
    ),
    "Keycloak: nobody, without Resources": (
        {
            POST: NOT_ALLOWED,
            GET: Answer.of_json(LIST | {"totalResults": 0, "itemsPerPage": 0, "startIndex": 1}),
        },
        "not_found",
    ),
    "PingOne: no search by POST, links and numbers of its own": (
        {
            POST: NOT_THERE,
            GET: listed(sam(_links={"self": {"href": "x"}}, lifecycle={"status": 7}), itemsPerPage="1"),
        },
        FACTS,
    ),
    "PingOne: nobody, with Resources null": ({POST: listed(total=0, Resources=None)}, "not_found"),
    "canaille: as the standard says": ({POST: listed(sam(), startIndex=1, itemsPerPage=1)}, FACTS),
    "scim2-server: nobody": ({POST: listed()}, "not_found"),
    "WSO2: counting from 0, the total as a text, ids as numbers": (
        {POST: listed(employed(employeeNumber="e0000001") | {"id": 17}, total="1", startIndex=0)},
        FACTS | {"Employee number": "e0000001"},
    ),
    "a number for a number": (
        {POST: listed(employed(department=42))},
        FACTS | {"Department": "42"},
    ),
    "names and schemas in other cases": (
        {
            POST: Answer.of_json(
                {
                    "TotalResults": 1,
                    "resources": [
                        {
                            "Title": "Lecturer",
                            "Active": "true",
                            ENTERPRISE.lower(): {"EmployeeNumber": "E0000001", "Department": "Biology"},
                        }
                    ],
                }
            )
        },
        FACTS,
    ),
    "SCIM 1.1's addition for employees": (
        {
            POST: listed(
                {
                    "title": "Lecturer",
                    "active": True,
                    "urn:scim:schemas:extension:enterprise:1.0": SAM[ENTERPRISE],
                }
            )
        },
        FACTS,
    ),
    "a date that is none, and nothing where facts belong": (
        {POST: listed(sam(title=None, active="n/a", meta={"lastModified": "yesterday"}))},
        {"Employee number": "E0000001", "Department": "Biology"},
    ),
    "several, one a page": (
        {
            ("POST", "/v2/Users/.search", '"startIndex"'): listed(sam(id="2"), total=2, startIndex=2),
            POST: listed(sam(), total=2, itemsPerPage=1),
        },
        "several_records",
    ),
    "several, of whom one is shown": (
        {
            ("POST", "/v2/Users/.search", '"startIndex"'): listed(total=2),
            POST: listed(sam(), total=2),
        },
        "several_records",
    ),
    "some, and none is shown": ({POST: listed(total=3)}, "wrong_schema"),
    "everybody, though somebody was asked for": (
        {POST: listed(sam(), employed(employeeNumber="E0000002"), total=20252)},
        "filter_ignored",
    ),
    "Snowflake, once: a user who is nobody": (
        {POST: NOT_THERE, GET: listed({"id": "1", "userName": "synthesis_user", "active": False})},
        "filter_ignored",
    ),
    "a filter that it does not know": (
        {POST: Answer.of_json({"scimType": "invalidFilter", "status": "400"}, 400)},
        "rejected",
    ),
    "scimmy: no choice among attributes": (
        {
            (*POST, '"attributes"'): Answer.of_json({"scimType": "invalidValue", "status": "400"}, 400),
            POST: listed(sam(meta={"lastModified": "2031-03-09T14:15:00Z"})),
        },
        FACTS,
    ),
    "nothing at all": ({POST: Answer(204)}, "wrong_schema"),
    "an empty answer": ({POST: Answer(200)}, "wrong_schema"),
    "a list that is none": ({POST: Answer.of_json([sam()])}, "wrong_schema"),
    "no such endpoint at all": ({POST: NOT_THERE, GET: NOT_THERE}, "rejected"),
    "one user, though a list was asked for": ({POST: Answer.of_json(sam())}, "wrong_schema"),
}


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
            return {fact.name: fact.value for fact in reply.facts}
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
