"""Lists are filtered, ordered and cut off by the database, along an index, without anything being opened."""

import re
from collections.abc import Iterator

import pytest

from bench.casebook.lists import LIMIT, World, listening, lists
from bench.servers.databases import empty_casebook, sqlite_database
from states.access import SYSTEM
from states.casebook.narrowing import Narrowed
from states.casebook.reading import overview
from states.casebook.rounds import sweeping, team_clocks
from states.vault import DataKey
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock

#: some hundred cases, most of them copies
MANY = 500

#: the tables that grow with the cases, and with what is imported
BIG = (
    *("cases", "case_viewers", "effects", "deadlines", "alarms", "source_queries"),
    *(
        "blind_indexes",
        "meetings",
        "log_entries",
        "releases",
        "calls",
        "plan_actions",
        "referrals",
        "disclosures",
    ),
)

#: the lists whose order an index gives: none is sorted before it is cut off
IN_ORDER = (
    "case list, the chair",
    "case list --state Monitoring, the chair",
    "effects list",
    "effects list --status stuck",
    "deadlines",
    "deadlines --overdue",
    "alarm list",
    "alarm list --open",
    "intake list",
    "intake list --verdict concern",
    "release list",
)

#: a table that is gone through, row by row, in no order
SCANNED = re.compile(rf"^SCAN ({'|'.join(BIG)})(?! USING)")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Some hundred cases in a SQLite file that knows nothing of how many rows are of which kind."""
    with sqlite_database() as url, empty_casebook(url) as book:
        yield World(book, MANY, entries=MANY)


def plans(world: World, name: str) -> list[str]:
    """What SQLite does for a list, step by step."""
    with listening(world.book) as sent:
        lists(world)[name]()
    with world.book.store.read() as connection:
        return [
            str(step[3])
            for statements, parameters in sent
            for statement in statements
            if statement.startswith(("SELECT", "WITH"))
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(parameters))
        ]


def test_no_list_goes_through_a_big_table(world: World) -> None:
    """Whichever it is, and whatever is asked of it: an index finds what is shown."""
    scanned = {name: [step for step in plans(world, name) if SCANNED.match(step)] for name in lists(world)}
    assert {name: steps for name, steps in scanned.items() if steps} == {}


@pytest.mark.parametrize("name", IN_ORDER)
def test_a_list_is_read_in_its_order(world: World, name: str) -> None:
    """It ends where it is cut off, instead of being sorted as a whole first."""
    assert [step for step in plans(world, name) if "TEMP B-TREE" in step] == []


@pytest.mark.parametrize("state", [None, CaseState.CLOSED, CaseState.REPORTED])
def test_a_members_cases_are_listed_with_two_statements_at_most(
    world: World, state: CaseState | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are: nothing is opened, no content is read, and no more is given than is shown."""
    monkeypatch.delattr(DataKey, "open")
    assert len(world.walk.cases()) > MANY - 50
    for by in (world.officer, world.stranger, world.outside, world.of_old):
        with listening(world.book) as sent:
            found = overview.cases(world.book, by=by, narrowed=Narrowed(state), limit=LIMIT)
        assert len(found) <= LIMIT
        asked = [statement for (statement,), _ in sent if statement != "BEGIN"]
        assert 1 <= len(asked) <= 2
        for statement in asked:
            assert "content" not in statement
            assert set(re.findall(r"(?:FROM|JOIN) (\w+)", statement)) <= {"cases", "case_viewers", "anon_1"}
            assert "LIMIT" in statement


def test_what_is_cut_off_are_the_oldest(world: World) -> None:
    """Found among the newest or sorted from all of theirs, a member's list begins like the whole one."""
    for by in (world.chair, world.officer, world.stranger, world.outside, world.of_old):
        every = [line.number for line in overview.cases(world.book, by=by, limit=10 * MANY)]
        for limit in (1, 7, LIMIT):
            shown = [line.number for line in overview.cases(world.book, by=by, limit=limit)]
            assert shown == every[:limit]


def test_one_kind_of_clock_is_found_behind_any_number_of_others(world: World) -> None:
    """The semester's meeting, which is due long after what is late."""
    book, chair = world.book, world.chair
    team_clocks.set_team_clocks(book, by=SYSTEM)
    (first, *_) = sweeping.running(book, by=chair, limit=1)
    (found,) = sweeping.running(book, by=chair, clock=Clock.SEMESTER_MEETING, limit=1)
    assert found.clock == Clock.SEMESTER_MEETING
    assert first.due_at < found.due_at
