"""What the tests of data sources share: a question, scripted sources, and CSV exports of invented people."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from states.correspondence.question import Question
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.csv.source import CsvSource
from tasks.sources.scripted import ScriptedSource

#: an export of a registrar as a test writes it
EXPORT = """\
Student ID,Name,Email,Enrolled,Standing,Home Address,As Of
900000001,Sam Sample,sam.sample@wnmu.example,2023-08-21,Good standing,1 Nowhere Street,2026-02-27
900000002,Riley Example,riley.example@wnmu.example,2022-08-22,Probation,2 Nowhere Street,
"""

#: where each of its columns goes; the name and the address go nowhere
COLUMNS: dict[str, Any] = {
    "observed_at": "As Of",
    "identifiers": {"campus_id": "Student ID", "email": "Email"},
    "static": {"Enrolled since": "Enrolled"},
    "dynamic": {"Academic standing": "Standing"},
}


@pytest.fixture
def question() -> Callable[..., Question]:
    """Makes a question to the registrar about Sam Sample; keyword arguments change it."""

    def make(**changes: Any) -> Question:
        usual: dict[str, Any] = {
            "kind": SourceKind.REGISTRAR,
            "identifiers": {IdentifierKind.CAMPUS_ID: "900000001"},
            "purpose": "The student's record, for the team's inquiry",
            "basis": LegalBasis.SCHOOL_OFFICIAL,
            "requester": "officer",
            "case_number": "TAT-2026-0001",
            "id": "query-1",
            "now": datetime(2026, 3, 2, 15, 0, tzinfo=UTC),
        }
        return Question(**(usual | changes))

    return make


@pytest.fixture
def scripted() -> Callable[..., ScriptedSource]:
    """Makes a source that answers about the registrar's kind as the keyword arguments say."""

    def make(**line: Any) -> ScriptedSource:
        accepts = [LegalBasis.SCHOOL_OFFICIAL, LegalBasis.CONSENT]
        return ScriptedSource.from_config("script", {"accepts": accepts, "answers": {"registrar": line}})

    return make


@pytest.fixture
def exported(tmp_path: Path) -> Callable[..., CsvSource]:
    """Makes a source that reads an export of the given text; keyword arguments change its table."""

    def make(text: str | bytes = EXPORT, **changes: Any) -> CsvSource:
        export = tmp_path / "export.csv"
        export.write_bytes(text.encode() if isinstance(text, str) else text)
        usual = {"kind": "registrar", "file": str(export), **COLUMNS}
        return CsvSource.from_config("registrar", usual | changes)

    return make
