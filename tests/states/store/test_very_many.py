"""With very many rows: what the bench takes away before they come, and what PostgreSQL makes of them."""

from typing import Any

import pytest
from sqlalchemy import Connection, inspect, select, text

from bench.cases.crowd import gather
from bench.cases.indexes import schema, without_indexes
from states.casebook import Casebook
from states.casebook.figures.people import same_person
from states.tables import BlindIndex, Case, table_of

#: how many cases there are, none of which was merged
MANY = 500


def indexes(connection: Connection, table: str) -> set[str | None]:
    """The indexes of a table, those of its keys with them."""
    found = inspect(connection)
    keys = [found.get_pk_constraint(table), *found.get_unique_constraints(table)]
    return {each["name"] for each in (*found.get_indexes(table), *keys)}


def test_what_keeps_rows_in_order_is_gone_while_many_come_and_the_schema_is_the_same_afterwards(
    book: Casebook,
) -> None:
    """On SQLite keys stay, and on PostgreSQL those that foreign keys refer to."""
    with book.store.read() as connection:
        before = schema(connection)
    with without_indexes(book, (table_of(Case), table_of(BlindIndex))), book.store.read() as connection:
        of_cases, of_blind = indexes(connection, "cases"), indexes(connection, "blind_indexes")
    kept = {"uq_cases_number"} if book.store.is_sqlite else set()
    assert of_cases == {"pk_cases"} | kept
    assert of_blind == ({"pk_blind_indexes"} if book.store.is_sqlite else {None})
    with book.store.read() as connection:
        assert schema(connection) == before


def test_a_schema_that_is_not_made_anew_as_it_was_is_noticed(postgres_book: Casebook) -> None:
    """Somebody else may change it meanwhile."""
    with (
        pytest.raises(AssertionError),
        without_indexes(postgres_book, (table_of(BlindIndex),)),
        postgres_book.store.write() as connection,
    ):
        connection.execute(text("ALTER TABLE blind_indexes ALTER COLUMN role DROP NOT NULL"))


def test_postgresql_compiles_nothing_of_ours(postgres_book: Casebook) -> None:
    """Not after a transaction that came to nothing, either."""
    with pytest.raises(ZeroDivisionError), postgres_book.store.write():
        raise ZeroDivisionError
    with postgres_book.store.read() as connection:
        assert connection.scalar(text("SHOW jit")) == "off"


def test_postgresql_sets_one_process_to_a_question_but_where_it_goes_through_all(
    postgres_book: Casebook,
) -> None:
    """What the server is set to holds for figures, and for nothing after them."""
    asked, store = text("SHOW max_parallel_workers_per_gather"), postgres_book.store
    with store.engine.connect() as connection:
        connection.execute(text("SET max_parallel_workers_per_gather TO DEFAULT"))
        usual = connection.scalar(asked)
        connection.rollback()
    assert usual != "0"
    for through_all, expected in ((False, "0"), (True, usual), (False, "0")):
        with store.read(through_all=through_all) as connection:
            assert connection.scalar(asked) == expected


def test_cases_that_were_not_merged_are_not_taken_for_ones_of_the_same_person(
    postgres_book: Casebook,
) -> None:
    """PostgreSQL plans for a few pairs of cases, not for as many as there are cases."""
    gather(postgres_book, MANY, due=0)
    with postgres_book.store.read() as connection:
        asked = select(same_person()).compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {asked}").scalar_one()
    (pairs,) = (each for each in _every(plan) if each.get("Subplan Name") == "CTE both_ways")
    assert pairs["Plan Rows"] < MANY / 10


def test_few_share_an_entry_of_the_index_of_persons_whatever_a_sample_says(postgres_book: Casebook) -> None:
    """Else PostgreSQL expects a thousand cases where there are five, and goes through all that there are."""
    asked = "SELECT n_distinct FROM pg_stats WHERE tablename = 'blind_indexes' AND attname = 'blind'"
    gather(postgres_book, 1, due=0)
    entries = text(
        "INSERT INTO blind_indexes (id, case_id, kind, blind, role, about) "
        "SELECT each, cases.id, 'name', 'the same', 'subject', '' FROM cases, generate_series(1, 100) each"
    )
    with postgres_book.store.write() as connection:
        connection.execute(entries)
        connection.execute(text("ANALYZE blind_indexes"))
        assert connection.scalar(text(asked)) == pytest.approx(-0.2)


def _every(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every step of a plan, as EXPLAIN gives it."""
    found = []
    while steps:
        step = steps.pop()
        steps += [*step.get("Plans", ()), *([step["Plan"]] if "Plan" in step else [])]
        found.append(step)
    return found
