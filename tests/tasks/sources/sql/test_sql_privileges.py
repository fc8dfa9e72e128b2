"""A login that may do more than read is not used; a query that would do more is stopped by the database."""

import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from states.correspondence.question import Question
from tasks.sources.asking import ask
from tasks.sources.contract import Found, Unavailable
from tasks.sources.sql.privileges import reads_only
from tasks.sources.sql.source import SqlSource
from tests.servers import postgres_server
from tests.waiting import PATIENCE

Asking = Callable[..., Question]

QUERY = "SELECT standing FROM students WHERE student_id = :campus_id"
PEOPLE = (
    "CREATE TABLE students (student_id VARCHAR(20), standing VARCHAR(40))",
    "INSERT INTO students VALUES ('900000001', 'Good standing')",
)


def run(url: str, *statements: str) -> None:
    """Run statements, each in a transaction of its own, and leave no connection behind."""
    engine = create_engine(url, poolclass=NullPool)
    for statement in statements:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)


def asking(url: str, sql: str = QUERY, **more: Any) -> SqlSource:
    """A source that asks a database."""
    queries = {"registrar": {"sql": sql, "dynamic": {"Academic standing": "standing"}}}
    made = SqlSource.from_config("records", {"url_secret": {"env": "RECORDS_URL"}, "queries": queries} | more)
    os.environ["RECORDS_URL"] = url
    return made


@pytest.fixture(autouse=True)
def _url(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test puts there is taken away again."""
    monkeypatch.setenv("RECORDS_URL", "")


@pytest.fixture
def students(postgres_url: str) -> Iterator[str]:
    """A database of students on PostgreSQL, as its superuser reaches it."""
    with postgres_server.empty_database(postgres_url) as url:
        run(url, *PEOPLE)
        yield url


#: what leaves nothing of a role, if there is one
_GONE = """
    IF to_regrole('{role}') IS NOT NULL THEN
        REASSIGN OWNED BY {role} TO CURRENT_USER; DROP OWNED BY {role}; DROP ROLE {role};
    END IF;
"""


#: which extension a statement needs
_EXTENSION = re.compile(r"CREATE EXTENSION (\w+)|\$libdir/(\w+)")


def _skip_without_extensions(students: str, grants: Iterable[str]) -> None:
    """The server from the package index comes without any; one that the tests were given has to have them."""
    needed = {one or other for each in grants for one, other in _EXTENSION.findall(each)}
    engine = create_engine(students, poolclass=NullPool)
    with engine.connect() as connection:
        there = set(connection.exec_driver_sql("SELECT name FROM pg_available_extensions").scalars())
    if needed - there and "TAT_TEST_POSTGRES_URL" not in os.environ:
        pytest.skip(
            f"no {', '.join(sorted(needed - there))}: TAT_TEST_POSTGRES_URL names no server that has it"
        )


@contextmanager
def login(students: str, *grants: str) -> Iterator[str]:
    """The URL of a login that may read the table, and what else is granted with ``{role}``."""
    _skip_without_extensions(students, grants)
    role = f"tat_test_{uuid4().hex}"
    run(students, f"CREATE ROLE {role} LOGIN PASSWORD '{role}'", f"GRANT SELECT ON students TO {role}")
    try:
        run(students, *(grant.format(role=role) for grant in grants))
        yield make_url(students).set(username=role, password=role).render_as_string(hide_password=False)
    finally:
        for each in (role, f"{role}_other"):
            run(students, f"DO $$ BEGIN {_GONE.format(role=each)} END $$")


async def test_a_login_that_may_only_read_is_used(students: str, question: Asking) -> None:
    """Nothing stands in its way, and it answers."""
    with login(students) as url:
        source = asking(url, dialect="postgresql")
        assert await source.check() == ()
        assert isinstance(await ask(source, question(), timeout=PATIENCE), Found)


async def test_a_superuser_is_not_used(students: str, question: Asking) -> None:
    """It is told what to do instead, once, and not everything that it may."""
    source = asking(students, dialect="postgresql")
    (said,) = await source.check()
    assert "is a superuser" in said
    assert "GRANT SELECT" in said
    assert await ask(source, question(), timeout=PATIENCE) == Unavailable("too_privileged", permanent=True)


@pytest.mark.parametrize(
    ("grants", "says"),
    [
        (
            ["GRANT INSERT ON students TO {role}"],
            "REVOKE INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER ON public.students",
        ),
        (["GRANT UPDATE (standing) ON students TO {role}"], "may change public.students"),
        (["CREATE VIEW seen AS SELECT 1 AS x", "GRANT DELETE ON seen TO {role}"], "may change public.seen"),
        (["CREATE TABLE own (x int)", "ALTER TABLE own OWNER TO {role}"], "may change public.own"),
        (["GRANT pg_read_server_files TO {role}"], "REVOKE pg_read_server_files FROM"),
        (["GRANT pg_write_all_data TO {role}"], "may act as pg_write_all_data"),
        (["GRANT pg_execute_server_program TO {role}"], "may act as pg_execute_server_program"),
        (["ALTER ROLE {role} NOINHERIT", "GRANT pg_write_server_files TO {role}"], "pg_write_server_files"),
        (["ALTER ROLE {role} CREATEROLE"], "NOCREATEROLE"),
        (
            ["GRANT EXECUTE ON FUNCTION pg_read_file(text) TO {role}"],
            "may call pg_catalog.pg_read_file(text)",
        ),
        (
            [
                "CREATE FUNCTION all_of(text) RETURNS text SECURITY DEFINER LANGUAGE sql AS $$SELECT '' $$",
            ],
            "REVOKE EXECUTE ON FUNCTION public.all_of(text)",
        ),
        (["GRANT TRIGGER ON students TO {role}"], "may change public.students"),
        (["GRANT SELECT, REFERENCES, TRIGGER ON students TO PUBLIC"], "may change public.students"),
        # what the server keeps from everybody, given to everybody, or to a role that may be taken on
        (
            ["GRANT EXECUTE ON FUNCTION pg_read_file(text) TO PUBLIC"],
            "may call pg_catalog.pg_read_file(text)",
        ),
        (["GRANT EXECUTE ON FUNCTION lo_import(text) TO {role}"], "may call pg_catalog.lo_import(text)"),
        (
            [
                "CREATE ROLE {role}_other NOLOGIN",
                "GRANT EXECUTE ON FUNCTION lo_export(oid, text) TO {role}_other",
                "ALTER ROLE {role} NOINHERIT",
                "GRANT {role}_other TO {role}",
            ],
            "may call pg_catalog.lo_export(oid, text)",
        ),
        # the rights of others, lent by a function: to files, and to a function that lends a superuser's
        (
            [
                "CREATE ROLE {role}_other NOLOGIN",
                "GRANT pg_read_server_files TO {role}_other",
                "CREATE FUNCTION lends(text) RETURNS text SECURITY DEFINER LANGUAGE sql AS $$SELECT '' $$",
                "ALTER FUNCTION lends OWNER TO {role}_other",
            ],
            "may call public.lends(text)",
        ),
        (
            [
                "CREATE ROLE {role}_other NOLOGIN",
                "CREATE FUNCTION deep() RETURNS text SECURITY DEFINER LANGUAGE sql AS $$SELECT '' $$",
                "REVOKE EXECUTE ON FUNCTION deep FROM PUBLIC",
                "GRANT EXECUTE ON FUNCTION deep TO {role}_other",
                "CREATE FUNCTION lends() RETURNS text SECURITY DEFINER LANGUAGE sql AS $$SELECT '' $$",
                "ALTER FUNCTION lends OWNER TO {role}_other",
            ],
            "may call public.lends()",
        ),
        # ways out of the database: to others, to code, to programs
        (["CREATE EXTENSION dblink"], "may call public.dblink("),
        (
            ["CREATE FUNCTION code(text) RETURNS text LANGUAGE c AS '$libdir/dblink', 'dblink_connect'"],
            "may call public.code(text)",
        ),
        (
            [
                "CREATE EXTENSION file_fdw",
                "CREATE SERVER here FOREIGN DATA WRAPPER file_fdw",
                "CREATE FOREIGN TABLE run (line text) SERVER here OPTIONS (program 'id')",
                "GRANT SELECT (line) ON run TO {role}",
            ],
            "may read run, for which the server runs a program",
        ),
    ],
)
async def test_a_login_that_may_do_more_than_read_is_not_used(
    students: str, question: Asking, grants: list[str], says: str
) -> None:
    """Whoever set it up is told what to revoke; the query, which only reads, is not asked."""
    with login(students, *grants) as url:
        source = asking(url, dialect="postgresql")
        said = await source.check()
        assert any(says in sentence for sentence in said), said
        answer = await ask(source, question(), timeout=PATIENCE)
        assert answer == Unavailable("too_privileged", permanent=True)


@pytest.mark.parametrize("extension", ["", "pg_trgm", "pg_stat_statements", "postgres_fdw"])
async def test_reading_more_than_one_table_is_reading(
    students: str, question: Asking, extension: str
) -> None:
    """What a login may see is for the database's keeper to say; what everybody may call is no danger.

    Nor is a function that lends the rights to read what the login itself does not see.
    """
    grants = [
        "CREATE ROLE {role}_other NOLOGIN",
        "GRANT SELECT ON students TO {role}_other",
        "CREATE FUNCTION lends() RETURNS text SECURITY DEFINER LANGUAGE sql AS $$SELECT '' $$",
        "ALTER FUNCTION lends OWNER TO {role}_other",
        "GRANT pg_read_all_data TO {role}",
        "GRANT pg_monitor TO {role}",
    ]
    if extension:
        grants.append(f"CREATE EXTENSION {extension}")
    with login(students, *grants) as url:
        source = asking(url, dialect="postgresql")
        assert await source.check() == ()
        assert isinstance(await ask(source, question(), timeout=PATIENCE), Found)


def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query through that is written: what stops it then is the database."""
    binds = frozenset({"campus_id"})
    monkeypatch.setattr("tasks.sources.sql.source.check_query", lambda *_: binds)
    monkeypatch.setattr("tasks.sources.sql.source.columns_of", lambda *_: frozenset({"standing"}))


@pytest.mark.parametrize(
    "function",
    [r'U&"pg\005fread_file"', r'U&"\0070g_read_file"', "pg_read_file"],
)
async def test_a_function_by_whatever_name_reads_no_file_of_the_server(
    students: str, question: Asking, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    """The login that may only read may not call it; one that may is not used."""
    unchecked(monkeypatch)
    sql = f"SELECT {function}('PG_VERSION') AS standing WHERE :campus_id <> ''"
    with login(students) as url:
        refused = await ask(asking(url, sql, dialect="postgresql"), question(), timeout=PATIENCE)
        assert refused == Unavailable("unauthorized", permanent=True)
    with login(students, "GRANT pg_read_server_files TO {role}") as url:
        refused = await ask(asking(url, sql, dialect="postgresql"), question(), timeout=PATIENCE)
        assert refused == Unavailable("too_privileged", permanent=True)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM students WHERE student_id = :campus_id RETURNING 1 AS standing",
        "ATTACH DATABASE '{folder}/other.db' AS other",
        "SELECT name AS standing FROM pragma_database_list WHERE :campus_id <> ''",
        "PRAGMA query_only = OFF",
    ],
)
async def test_sqlite_itself_lets_a_query_do_nothing_but_read(
    tmp_path: Path, question: Asking, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    """Nothing is changed, attached, loaded or set, whatever the check of queries overlooked."""
    unchecked(monkeypatch)
    url = f"sqlite:///{tmp_path}/records.db"
    run(url, *PEOPLE)
    source = asking(url, sql.format(folder=tmp_path), dialect="sqlite")
    answer = await ask(source, question(), timeout=PATIENCE)
    # What a table of pragmas is read by is no table to SQLite then.
    assert answer in [Unavailable(code, permanent=True) for code in ("write_refused", "bad_query")]
    assert not (tmp_path / "other.db").exists()


def test_sqlite_loads_no_code_for_a_query() -> None:
    """The functions that would are not called, however they are written; others are."""
    call = sqlite3.SQLITE_FUNCTION
    assert reads_only(call, None, "Load_Extension", "main", None) == sqlite3.SQLITE_DENY
    assert reads_only(call, None, "max", "main", None) == sqlite3.SQLITE_OK
