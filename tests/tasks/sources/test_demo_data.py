"""The data that the demo's sources answer from loads, and knows the demo's invented people."""

import csv
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from states.correspondence.question import Question
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.asking import ask
from tasks.sources.contract import Found
from tasks.sources.registry import Sources, load_sources
from tests.waiting import PATIENCE

DATA = Path(str(files("console.invented") / "records"))


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """The demo's sources, reading the shipped files."""
    config = tmp_path / "sources.toml"
    config.write_text((DATA / "sources.toml").read_text().replace("{folder}", str(DATA)))
    return load_sources(config)


@pytest.mark.parametrize(
    ("kind", "basis", "identifiers"),
    [
        (SourceKind.REGISTRAR, LegalBasis.SCHOOL_OFFICIAL, {"Student ID": IdentifierKind.CAMPUS_ID}),
        (SourceKind.REGISTRAR, LegalBasis.SCHOOL_OFFICIAL, {"Email": IdentifierKind.EMAIL}),
        (SourceKind.HUMAN_RESOURCES, LegalBasis.EMPLOYMENT, {"Employee ID": IdentifierKind.EMPLOYEE_ID}),
        (
            SourceKind.PAST_CONTACTS,
            LegalBasis.PARTNER_AGREEMENT,
            {
                "Campus ID": IdentifierKind.CAMPUS_ID,
                "Employee ID": IdentifierKind.EMPLOYEE_ID,
                "License Plate": IdentifierKind.LICENSE_PLATE,
            },
        ),
    ],
)
async def test_everybody_in_the_demo_is_found(
    sources: Sources,
    question: Callable[..., Question],
    kind: SourceKind,
    basis: LegalBasis,
    identifiers: dict[str, IdentifierKind],
) -> None:
    """Each of the ten rows of an export leads to facts, and each fact has its date."""
    source = sources.for_kind(kind)
    assert source is not None
    with (DATA / f"{kind}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10
    for row in rows:
        known = {identifier: row[column] for column, identifier in identifiers.items() if row[column]}
        reply = await ask(source, question(kind=kind, basis=basis, identifiers=known), timeout=PATIENCE)
        assert isinstance(reply, Found)
        assert reply.facts
        assert all(isinstance(fact.observed_at, date) for fact in reply.facts)


def test_nobody_in_the_demo_can_be_reached() -> None:
    """Every address ends in a domain that belongs to nobody."""
    text = "".join(file.read_text() for file in DATA.glob("*.csv"))
    assert text.count("@") == text.count("@wnmu.example,") > 0
