"""The SQL source reads, binds and says little, on both databases; what else a query does is refused."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, create_engine, make_url, text

from states.vocabulary import FactorKind, IdentifierKind, LegalBasis, SourceKind
from tasks.sources.asking import ask
from tasks.sources.contract import Fact, Found, LookupRequest, NotFound, Unavailable
from tasks.sources.sql import MOST_ROWS, SqlSource

QUERY = "SELECT hired_on, status, as_of FROM people WHERE id = :campus_id"

Asking = Callable[..., LookupRequest]


@pytest.fixture
def people(database_url: str) -> Iterator[Engine]:
    """A database of invented people, on each kind of server."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE people (id text, hired_on text, status text, as_of date)"))
        rows = [("900000001", "2019-08-01", "active"), ("900000002", "2020-01-01", " "), ("2", "x", "one")]
        for row in [*rows, ("2", "y", "two")]:
            values = dict(zip(("id", "hired", "status"), row, strict=True))
            connection.execute(text("INSERT INTO people VALUES (:id, :hired, :status, '2026-02-27')"), values)
    yield engine
    engine.dispose()


def source(url: str, sql: str = QUERY, **changes: Any) -> SqlSource:
    """A source that asks a database."""
    query = {
        "sql": sql,
        "static": {"Hired on": "hired_on"},
        "dynamic": {"Status": "status"},
        "observed_at": "as_of",
    }
    parsed = make_url(url)
    table = {
        "url": parsed._replace(password=None).render_as_string(),
        "queries": {"registrar": query | changes},
    }
    return SqlSource.from_config("db", table)


async def test_facts_come_back_with_their_kind_and_day(
    database_url: str, people: Engine, question: Asking
) -> None:
    """Static and dynamic, as of when the database says; an empty cell is no fact."""
    del people
    reply = await ask(source(database_url), question(), timeout=10)
    assert isinstance(reply, Found)
    day = date(2026, 2, 27)
    assert reply.facts == (
        Fact("Hired on", "2019-08-01", FactorKind.STATIC, day),
        Fact("Status", "active", FactorKind.DYNAMIC, day),
    )
    assert reply.provenance.source == "db"
    sparse = await ask(
        source(database_url), question(identifiers={IdentifierKind.CAMPUS_ID: "900000002"}), timeout=10
    )
    assert isinstance(sparse, Found)
    assert [fact.name for fact in sparse.facts] == ["Hired on"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("900000009", "not_found"),
        ("x' OR '1'='1", "not_found"),
        ("900000001'; DROP TABLE people; --", "not_found"),
        ("2", "several_records"),
    ],
)
async def test_nobody_and_several_are_told_apart(
    database_url: str, people: Engine, question: Asking, value: str, expected: str
) -> None:
    """And what is given is compared, never run."""
    reply = await ask(
        source(database_url), question(identifiers={IdentifierKind.CAMPUS_ID: value}), timeout=10
    )
    if expected == "not_found":
        assert isinstance(reply, NotFound)
    else:
        assert reply == Unavailable(expected, permanent=True)
    with people.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM people")) == 4


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("DELETE FROM people WHERE id = :campus_id", "one query, a SELECT"),
        ("SELECT 1 WHERE :campus_id = 'x'; DROP TABLE people", "one query, a SELECT"),
        (
            "WITH x AS (DELETE FROM people RETURNING *) SELECT * FROM x WHERE id = :campus_id",
            "writes or locks",
        ),
        ("SELECT id INTO copied FROM people WHERE id = :campus_id", "writes or locks"),
        ("SELECT id FROM people WHERE id = :campus_id FOR UPDATE", "writes or locks"),
        ("SELECT nextval('s') FROM people WHERE id = :campus_id", "not known only to read"),
        ("SELECT id FROM people WHERE id = '{campus_id}'", "puts a value into a text"),
        ("SELECT id FROM people WHERE name LIKE '%:name%' AND id = :campus_id", "puts a value into a text"),
        ("SELECT id FROM people WHERE id = {campus_id}", "puts values in"),
        ("SELECT id FROM people WHERE id = %s", "puts values in"),
        ("SELECT id FROM people WHERE id = %(campus_id)s", "puts values in"),
        ("SELECT id FROM people WHERE id = ?", "no identifier"),
        ("SELECT id FROM people WHERE id = $1", "puts values in"),
        ("SELECT id FROM people WHERE id = :shoe_size", "no identifier"),
        ("SELECT id FROM people", "alike about everybody"),
        ("PRAGMA writable_schema = 1", "one query, a SELECT"),
        ("COPY people TO '/tmp/x'", "one query, a SELECT"),
        ("VALUES (1)", "one query, a SELECT"),
        ("this is not SQL at all ((", "not SQL that can be read"),
        ("", "not SQL that can be read"),
    ],
)
def test_a_query_that_does_more_than_read_is_refused(sql: str, problem: str) -> None:
    """At the start, with what is wrong, and without repeating it."""
    with pytest.raises(ValidationError) as refusal:
        source("sqlite:///x", sql)
    assert problem in str(refusal.value)
    assert "people" not in str(refusal.value)


@pytest.mark.parametrize(
    "sql",
    [
        QUERY,
        "SELECT lower(status) AS status, hired_on FROM people p JOIN b USING (id) WHERE p.id = :campus_id",
        "WITH mine AS (SELECT * FROM a WHERE id = :campus_id) SELECT * FROM mine UNION SELECT * FROM mine",
        "SELECT hired_on::text, cast(as_of AS date) FROM people WHERE id = :campus_id AND email ILIKE :email",
    ],
)
def test_a_query_that_reads_and_binds_passes(sql: str) -> None:
    """However it is put together."""
    assert IdentifierKind.CAMPUS_ID in source("sqlite:///x", sql).needs[SourceKind.REGISTRAR].all_of


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"url": "postgresql+psycopg://me:secret@127.0.0.1/x"}, "a password is never written here"),
        ({"url": "nonsense"}, "no database's address"),
        ({"url": "telegraph://x/y"}, "no database's address"),
        ({"queries": {}}, "at least 1"),
        ({"password": "secret"}, "a secret is never written here"),
    ],
)
def test_a_wrong_table_is_named_without_its_secret(change: dict[str, Any], problem: str) -> None:
    """The sentence may reach a terminal that somebody looks at."""
    table = {"url": "sqlite:///x", "queries": {"registrar": {"sql": QUERY}}}
    with pytest.raises(ValidationError) as refusal:
        SqlSource.from_config("db", table | change)
    assert problem in str(refusal.value)
    assert "secret@" not in str(refusal.value)
    assert "'secret'" not in str(refusal.value)


async def test_the_database_itself_refuses_to_write(
    database_url: str, people: Engine, question: Asking
) -> None:
    """Also what slipped through the check: here, a query that was changed behind its back."""
    asked = source(database_url)
    query = asked._table.queries[SourceKind.REGISTRAR]  # noqa: SLF001 - behind its back
    object.__setattr__(query, "sql", "UPDATE people SET status = 'x' WHERE id = :campus_id RETURNING *")
    assert await ask(asked, question(), timeout=10) == Unavailable("query_failed", permanent=True)
    with people.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM people WHERE status = 'x'")) == 0


@pytest.mark.parametrize(
    ("url", "changes", "code", "permanent"),
    [
        ("postgresql+psycopg://postgres@127.0.0.1:1/none", {}, "unreachable", False),
        ("sqlite:////nowhere/at/all.db", {}, "unreachable", False),
        (None, {"sql": QUERY.replace("people", "nobody")}, "query_failed", True),
        (None, {"static": {"Hired on": "hired"}}, "wrong_columns", True),
    ],
)
async def test_what_goes_wrong_is_a_code_and_no_text(  # noqa: PLR0917 - a table's columns
    database_url: str,
    people: Engine,
    question: Asking,
    caplog: pytest.LogCaptureFixture,
    url: str | None,
    changes: dict[str, Any],
    code: str,
    permanent: bool,  # noqa: FBT001 - a table's column
) -> None:
    """A server that is away may be back; a query that does not fit will not fit later."""
    del people
    caplog.set_level(logging.DEBUG)
    reply = await ask(source(url or database_url, **changes), question(), timeout=20)
    assert reply == Unavailable(code, permanent=permanent)
    assert "900000001" not in caplog.text


async def test_an_answer_of_too_many_rows_is_none(
    database_url: str, people: Engine, question: Asking
) -> None:
    """A query that forgot its condition must not bring a whole table."""
    with people.begin() as connection:
        for number in range(MOST_ROWS + 1):
            values = {"id": "all", "n": str(number)}
            connection.execute(text("INSERT INTO people VALUES (:id, :n, :n, '2026-02-27')"), values)
    reply = await ask(
        source(database_url), question(identifiers={IdentifierKind.CAMPUS_ID: "all"}), timeout=10
    )
    assert reply == Unavailable("too_many_rows", permanent=True)


SLOW = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000)
SELECT count(*) AS hired_on, :campus_id AS status, NULL AS as_of FROM n
"""


async def test_a_query_that_takes_too_long_is_stopped(
    database_url: str, people: Engine, question: Asking
) -> None:
    """In the database, too: nothing goes on behind our back."""
    del people
    begun = time.monotonic()
    reply = await ask(source(database_url, SLOW), question(), timeout=0.3)
    assert reply == Unavailable("timeout")
    assert time.monotonic() - begun < 10
    await asyncio.sleep(0)


def test_it_accepts_what_its_kinds_share(database_url: str) -> None:
    """A database of the registrar's is asked on the registrar's bases."""
    assert LegalBasis.SCHOOL_OFFICIAL in source(database_url).accepts
    assert LegalBasis.PARTNER_AGREEMENT not in source(database_url).accepts
