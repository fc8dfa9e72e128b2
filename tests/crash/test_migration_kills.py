"""A migration that is killed with ``kill -9`` at any statement changes nothing; the next one goes through.

At some statements of the whole chain, with rows in every table; in `python -m bench faults` at every one.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from states.store import schema
from tests.crash.store_forks import Casebooks, StoreForks, forking, survives
from tests.doses import dose

#: how many kills each kind of server gets
KILLS = dose(4, 10_000)

#: how many tests share them
PARTS = dose(1, 10)

#: give it to have the same kills again
SEED = int(os.environ.get("TAT_TEST_CRASH_SEED", random.SystemRandom().randrange(2**32)))


@pytest.fixture(scope="module")
def forks() -> Iterator[StoreForks]:
    """The process that forks a child for each migration."""
    with forking() as process:
        yield process


@pytest.fixture(params=["sqlite", "postgres"])
def casebooks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Casebooks]:
    """Casebooks of the first schema, with rows in every table."""
    server = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    made = Casebooks(server, tmp_path, schema.chain()[0])
    yield made
    made.close()


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_migration_leaves_what_there_was_and_the_next_goes_through(
    forks: StoreForks, casebooks: Casebooks, part: int
) -> None:
    """At random statements, and after the commit; beside a process that writes, of which nothing is lost."""
    boundaries = survives(forks, casebooks, 0)
    assert boundaries > 100, "not every boundary was counted"
    rng = random.Random(SEED)  # noqa: S311 - a test's choice, not a secret
    every = range(1, boundaries)
    moments = [*(rng.sample(every, KILLS) if len(every) > KILLS else every), boundaries]
    for place, moment in enumerate(moments[part::PARTS]):
        survives(forks, casebooks, moment, beside=place % 20 == 0 or moment == boundaries)
