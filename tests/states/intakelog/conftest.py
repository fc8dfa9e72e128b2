"""The log the tests read: the shipped excerpt, or a whole log that ``TAT_POLICE_LOG`` points to."""

import os
from pathlib import Path

import pytest

from states.intakelog.opening import open_log
from states.intakelog.rows import LogRow, NoRow
from states.policy.intake_rules import Rule
from states.policy.reading import load_pack

ROOT = Path(__file__).parents[3]
EXCERPT = ROOT / "console" / "invented" / "campus_police_log_excerpt.csv"


@pytest.fixture(scope="session")
def log_file() -> Path:
    """The log's file."""
    return Path(os.environ.get("TAT_POLICE_LOG", EXCERPT))


@pytest.fixture(scope="session")
def log_rows(log_file: Path) -> list[LogRow]:
    """The log's rows, all of which are readable."""
    with log_file.open("rb") as stream:
        entries = [entry for entry in open_log(stream).entries() if not isinstance(entry, NoRow)]
    rows = [entry for entry in entries if isinstance(entry, LogRow)]
    assert len(rows) == len(entries)
    return rows


@pytest.fixture(scope="session")
def wnmu_rules() -> tuple[Rule, ...]:
    """The rules of the wnmu pack."""
    return load_pack("wnmu").intake.rules
