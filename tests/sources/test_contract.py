"""What holds for every source that ships, whatever it is made of; and for the words of the contract."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from states.vocabulary import FactorKind, IdentifierKind
from tasks.sources.asking import ask
from tasks.sources.contract import (
    Fact,
    Found,
    LookupRequest,
    NotFound,
    Pending,
    Provenance,
    Refused,
    Source,
    Unavailable,
)
from tasks.sources.registry import GROUP
from tests.sources.faults import FarSide, forward_to
from tests.sources.oneroster_server import CLIENT_ID, CLIENT_SECRET, university
from tests.sources.scim_server import TOKEN, scim_server

#: values that must never show anywhere
PERSONAL = [
    "900000001",
    "900000009",
    "sam.sample@wnmu.example",
    "Good standing",
    "2023-08-21",
    "T-1",
    "Harlan",
]

SAM = {
    "answer": "found",
    "facts": [
        {"name": "Enrolled since", "value": "2023-08-21", "kind": "static"},
        {"name": "Academic standing", "value": "Good standing", "kind": "dynamic"},
    ],
}

#: for each source that ships: a table with which it knows Sam Sample, and one with which it knows nobody
TABLES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "csv": (
        {
            "kind": "registrar",
            "file": "{folder}/sam.csv",
            "identifiers": {"campus_id": "ID", "email": "Email"},
            "static": {"Enrolled since": "Enrolled"},
            "dynamic": {"Academic standing": "Standing"},
        },
        {"kind": "registrar", "file": "{folder}/nobody.csv", "identifiers": {"campus_id": "ID"}},
    ),
    "oneroster": (
        {
            "version": "1.2",
            "url": "{far}",
            "token_url": "{far}/token",
            "client_id": CLIENT_ID,
            "client_secret": {"env": "REGISTRAR_SECRET"},
        },
        {
            "version": "1.1",
            "url": "{far}",
            "token_url": "{far}/token",
            "client_id": CLIENT_ID,
            "client_secret": {"env": "REGISTRAR_SECRET"},
            "identifiers": {"campus_id": "username"},
        },
    ),
    "scim": (
        {
            "kinds": ["directory"],
            "url": "{far}/v2",
            "token": {"env": "SCIM_TOKEN"},
            "identifiers": {"campus_id": "externalId"},
        },
        {
            "kinds": ["directory"],
            "url": "{far}/v2",
            "token": {"env": "SCIM_TOKEN"},
            "identifiers": {"campus_id": "employeeNumber"},
        },
    ),
    "sql": (
        {
            "url": "sqlite:///{folder}/records.db",
            "queries": {
                "registrar": {
                    "sql": "SELECT enrolled, standing FROM students WHERE id = :campus_id",
                    "static": {"Enrolled since": "enrolled"},
                    "dynamic": {"Academic standing": "standing"},
                }
            },
        },
        {
            "url": "sqlite:///{folder}/records.db",
            "queries": {
                "registrar": {
                    "sql": "SELECT standing FROM students WHERE id = :campus_id AND standing IS NULL",
                    "dynamic": {"Academic standing": "standing"},
                }
            },
        },
    ),
    "scripted": ({"answers": {"registrar": SAM}}, {"answers": {"registrar": {"answer": "not_found"}}}),
}


#: entries of these tables that say where the source's data is
PLACES = {"file", "url", "token_url"}


@pytest.fixture(scope="module")
def people() -> Iterator[str]:
    """The address of a real SCIM server."""
    with scim_server() as url:
        yield url


@pytest.fixture
def far(people: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    """The services that a source on the network asks."""
    monkeypatch.setenv("REGISTRAR_SECRET", CLIENT_SECRET)
    monkeypatch.setenv("SCIM_TOKEN", TOKEN)
    rosters, users = university().answer, forward_to(people)
    with FarSide(lambda call: (users if call.path.startswith("/v2/") else rosters)(call)) as running:
        yield running


@pytest.fixture
def question(
    question: Callable[..., LookupRequest], sources: tuple[Source, Source]
) -> Callable[..., LookupRequest]:
    """Makes a question about Sam Sample of the kind that the sources answer."""
    return partial(question, kind=next(iter(sources[0].kinds)))


@pytest.fixture(params=TABLES)
def sources(request: pytest.FixtureRequest, tmp_path: Path, far: FarSide) -> tuple[Source, Source]:
    """One kind of source twice, as its entry point gives it: one knows Sam Sample, one knows nobody."""
    (tmp_path / "sam.csv").write_text(
        "ID,Email,Enrolled,Standing\n900000001,sam.sample@wnmu.example,2023-08-21,Good standing\n"
    )
    (tmp_path / "nobody.csv").write_text("ID\n")
    with closing(sqlite3.connect(tmp_path / "records.db", isolation_level=None)) as records:
        records.execute("CREATE TABLE students (id TEXT, enrolled TEXT, standing TEXT)")
        records.execute("INSERT INTO students VALUES ('900000001', '2023-08-21', 'Good standing')")
    (entry,) = entry_points(group=GROUP, name=request.param)
    made = []
    for table in TABLES[request.param]:
        placed = {
            key: value.format(folder=tmp_path, far=far.url) if key in PLACES else value
            for key, value in table.items()
        }
        made.append(entry.load().from_config("tried", placed))
    return made[0], made[1]


def test_every_source_that_ships_is_tried_here() -> None:
    """A source added to pyproject.toml without a row in this table is noticed."""
    shipped = {entry.name for entry in entry_points(group=GROUP) if entry.value.startswith("tasks.")}
    assert shipped == set(TABLES)


def test_a_source_says_what_it_answers_and_what_it_needs(sources: tuple[Source, Source]) -> None:
    """Every kind has identifiers to ask with, and there is a basis to ask on."""
    for source in sources:
        assert isinstance(source, Source)
        assert source.name == "tried"
        assert set(source.needs) == set(source.kinds)
        assert all(source.needs.values())
        assert source.accepts


@pytest.mark.clause("W-17")
async def test_a_source_tells_the_facts_it_has(
    sources: tuple[Source, Source], question: Callable[..., LookupRequest]
) -> None:
    """The student's record comes back, each fact marked static or dynamic, with where it is from."""
    reply = await ask(sources[0], question(), timeout=5)
    assert isinstance(reply, Found)
    assert {fact.kind for fact in reply.facts} == {FactorKind.STATIC, FactorKind.DYNAMIC}
    assert all(fact.value for fact in reply.facts)
    assert reply.provenance.source == "tried"


async def test_a_source_that_has_looked_and_found_nobody_says_so(
    sources: tuple[Source, Source], question: Callable[..., LookupRequest]
) -> None:
    """Not found is an answer."""
    reply = await ask(sources[1], question(), timeout=5)
    assert isinstance(reply, NotFound)
    assert reply.provenance.source == "tried"


async def test_a_source_answers_the_same_question_alike(
    sources: tuple[Source, Source], question: Callable[..., LookupRequest]
) -> None:
    """Asking is safe to repeat."""
    assert await ask(sources[0], question(), timeout=5) == await ask(sources[0], question(), timeout=5)


async def test_neither_question_nor_answer_shows_a_value(
    sources: tuple[Source, Source],
    question: Callable[..., LookupRequest],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Nothing about the subject is in a repr, in a log or on the screen."""
    caplog.set_level(logging.DEBUG)
    shown = ""
    for source in sources:
        asked = question(
            identifiers={
                IdentifierKind.CAMPUS_ID: "900000001",
                IdentifierKind.EMAIL: "sam.sample@wnmu.example",
            }
        )
        shown += repr(asked) + repr(await ask(source, asked, timeout=5)) + repr(source)
    said = capfd.readouterr()
    assert [value for value in PERSONAL if value in shown + caplog.text + said.out + said.err] == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: Refused("Sam Sample has a sealed record"),
        lambda: Unavailable("no row for 900000001"),
        lambda: Pending({"T-1": 1}),  # type: ignore[arg-type]
        lambda: Fact("Standing", {"Good standing": 1}, FactorKind.DYNAMIC),  # type: ignore[arg-type]
        lambda: Fact("Standing", "Good standing", FactorKind.PROTECTIVE),  # type: ignore[arg-type]
        lambda: Found(({"name": "Standing", "value": "Good standing"},), Provenance("x")),  # type: ignore[arg-type]
    ],
)
def test_a_reply_that_cannot_be_made_quotes_no_value(make: Callable[[], object]) -> None:
    """A reason in a source's own words, or a fact of another shape, is refused without repeating it."""
    with pytest.raises(ValidationError) as caught:
        make()
    assert [value for value in [*PERSONAL, "Sam Sample"] if value in str(caught.value)] == []


def test_a_ticket_does_not_show() -> None:
    """What a partner knows a question by is between the partner and the casebook."""
    assert "T-1" not in repr(Pending("T-1"))
