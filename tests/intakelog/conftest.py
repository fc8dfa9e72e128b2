"""The log the tests read: the shipped excerpt, or a whole log that ``TAT_POLICE_LOG`` points to."""

import os
from pathlib import Path

import pytest

from states.intakelog.rows import LogRow, read_log
from states.intakelog.rules import Rule
from states.policy import load_pack

ROOT = Path(__file__).parents[2]
EXCERPT = ROOT / "console" / "demo" / "campus_police_log_excerpt.csv"


@pytest.fixture(scope="session")
def log_file() -> Path:
    """The log's file."""
    return Path(os.environ.get("TAT_POLICE_LOG", EXCERPT))


@pytest.fixture(scope="session")
def log_rows(log_file: Path) -> list[LogRow]:
    """The log's rows, all of which are readable."""
    with log_file.open("rb") as stream:
        entries = list(read_log(stream))
    rows = [entry for entry in entries if isinstance(entry, LogRow)]
    assert len(rows) == len(entries)
    return rows


@pytest.fixture(scope="session")
def wnmu_rules() -> tuple[Rule, ...]:
    """The rules of the wnmu pack."""
    return load_pack("wnmu").intake.rules
