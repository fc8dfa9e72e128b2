"""Every source that ships keeps the contract, rule by rule; and the words of the contract quote nobody."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from console.partner_stub.app import application
from console.partner_stub.police_log import contacts_of
from console.partner_stub.records import Records
from console.partner_stub.stub import Behavior, Stub, new_signer
from states.correspondence.question import Question
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from tasks.far.signatures import written
from tasks.sources.asking import ask
from tasks.sources.contract import Fact, Found, Pending, Provenance, Refused, Unavailable
from tasks.sources.registry import GROUP
from tatflow.testing import Rule, SourceTrial, judge
from tests.servers.partner_serving import KEY, LOG
from tests.servers.serving import serving
from tests.tasks.sources.faults import FarSide
from tests.tasks.sources.oneroster.server import CLIENT_ID, CLIENT_SECRET, Roster
from tests.tasks.sources.oneroster.zips import bundle, files
from tests.tasks.sources.scim.scim_server import TOKEN, scim_server
from tests.waiting import PATIENCE

#: values that must never show anywhere
PERSONAL = ["900000001", "900000009", "sam.sample@wnmu.example", "Good standing", "2023-08-21", "T-1"]

SAM = {IdentifierKind.CAMPUS_ID: "900000001", IdentifierKind.EMAIL: "sam.sample@wnmu.example"}

#: what a record of Sam Sample comes back as, wherever it is kept
FACTS = (
    Fact("Enrolled since", "2023-08-21", FactorKind.STATIC),
    Fact("Academic standing", "Good standing", FactorKind.DYNAMIC),
)


@contextmanager
def csv(source: Any, folder: Path) -> Iterator[SourceTrial]:
    """An export in which Sam Sample is."""
    export = folder / "export.csv"
    export.write_text(
        "ID,Email,Enrolled,Standing\n900000001,sam.sample@wnmu.example,2023-08-21,Good standing\n"
    )
    table = {
        "kind": "registrar",
        "file": str(export),
        "identifiers": {"campus_id": "ID", "email": "Email"},
        "static": {"Enrolled since": "Enrolled"},
        "dynamic": {"Academic standing": "Standing"},
    }
    yield SourceTrial(source, table, known=SAM)


@contextmanager
def scripted(source: Any, _folder: Path) -> Iterator[SourceTrial]:
    """A script that knows Sam Sample alone."""
    facts = [{"name": fact.name, "value": fact.value, "kind": fact.kind} for fact in FACTS]
    line = {"answer": "found", "facts": facts, "knows": ["900000001"]}
    yield SourceTrial(source, {"answers": {"registrar": line}}, known=SAM)


@contextmanager
def sql(source: Any, folder: Path) -> Iterator[SourceTrial]:
    """A database in which Sam Sample is."""
    with closing(sqlite3.connect(folder / "people.db")) as connection, connection:
        connection.execute("CREATE TABLE people (id, enrolled, standing)")
        connection.execute("INSERT INTO people VALUES ('900000001', '2023-08-21', 'Good standing')")
    query = {
        "sql": "SELECT enrolled, standing FROM people WHERE id = :campus_id",
        "static": {"Enrolled since": "enrolled"},
        "dynamic": {"Academic standing": "standing"},
    }
    table = {"url": f"sqlite:///{folder / 'people.db'}", "queries": {"registrar": query}}
    yield SourceTrial(source, table, known=SAM)


@contextmanager
def oneroster(source: Any, _folder: Path) -> Iterator[SourceTrial]:
    """A registrar's service that knows Sam Sample."""
    with FarSide(Roster().answer) as far, pytest.MonkeyPatch.context() as environment:
        environment.setenv("REGISTRAR_SECRET", CLIENT_SECRET)
        table = {
            "version": "1.2",
            "url": far.url,
            "token_url": f"{far.url}/token",
            "client_id": CLIENT_ID,
            "client_secret": {"env": "REGISTRAR_SECRET"},
        }
        yield SourceTrial(source, table, known=SAM)


@contextmanager
def oneroster_csv(source: Any, folder: Path) -> Iterator[SourceTrial]:
    """A bundle in which Sam Sample is."""
    bundle(folder / "roster.zip", "1.2", files("1.2"), at=datetime.now(UTC))
    yield SourceTrial(source, {"folder": str(folder)}, known=SAM)


@contextmanager
def scim(source: Any, _folder: Path) -> Iterator[SourceTrial]:
    """A personnel system that knows Sam Sample."""
    with scim_server() as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv("SCIM_TOKEN", TOKEN)
        table = {
            "kinds": ["human_resources"],
            "url": f"{url}/v2",
            "token": {"env": "SCIM_TOKEN"},
            "identifiers": {"campus_id": "externalId"},
        }
        yield SourceTrial(source, table, known=SAM)


@contextmanager
def partner(source: Any, folder: Path) -> Iterator[SourceTrial]:
    """A law-enforcement partner's stand-in that looks into its log at once."""
    ours = new_signer("team-1")
    records = Records(folder / "stub.db")
    records.load(contacts_of(LOG, ZoneInfo("America/Chicago")))
    theirs = new_signer("police-1")
    stub = Stub(records, theirs, {ours.key_id: ours.key.public_key()}, behavior=Behavior.PROMPT)
    with serving(application(stub)) as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv(KEY, written(ours.key))
        table = {
            "url": url,
            "kinds": ["past_contacts"],
            "key_id": ours.key_id,
            "private_key": {"env": KEY},
            "partner_keys": {theirs.key_id: stub.public_key()},
            "callback": False,
        }
        yield SourceTrial(source, table)
    records.close()


#: for each source that ships, what it is tried with: a row for each new one
TRIALS: dict[str, Callable[[Any, Path], Any]] = {
    "csv": csv,
    "oneroster": oneroster,
    "oneroster_csv": oneroster_csv,
    "partner": partner,
    "scim": scim,
    "scripted": scripted,
    "sql": sql,
}


def shipped() -> list[EntryPoint]:
    """The sources that ship."""
    return [entry for entry in entry_points(group=GROUP) if entry.value.startswith("tasks.")]


@pytest.fixture(params=TRIALS)
def trial(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SourceTrial]:
    """Each source, as its entry point gives it, with what it is tried with."""
    (entry,) = entry_points(group=GROUP, name=request.param)
    with TRIALS[request.param](entry.load(), tmp_path) as made:
        yield made


def test_every_source_that_ships_is_tried_here() -> None:
    """A source added to pyproject.toml without a row in this table is noticed."""
    assert {entry.name for entry in shipped()} == set(TRIALS)


def test_a_source_that_ships_keeps_every_rule(tat_source_rule: Rule, trial: SourceTrial) -> None:
    """What strangers are held to, our own sources are held to first."""
    judge(tat_source_rule, trial)


@pytest.mark.clause("W-17")
@pytest.mark.parametrize("name", ["csv", "scripted", "sql"])
async def test_a_source_tells_the_facts_it_has(
    name: str, tmp_path: Path, question: Callable[..., Question]
) -> None:
    """The student's record comes back, each fact marked static or dynamic."""
    (entry,) = entry_points(group=GROUP, name=name)
    with TRIALS[name](entry.load(), tmp_path) as trial:
        reply = await ask(trial.make(), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert reply.facts == FACTS


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
