"""MariaDB is asked with a login that may only read, and its queries end: on a real server, if there is one.

``TAT_TEST_MARIADB_URL`` names it, as ``mariadb+pymysql://root@127.0.0.1:3306/mysql``; ``make peers`` starts
one.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from states.correspondence.question import Question
from states.errors import StepFailed
from tasks.sources.asking import ask
from tasks.sources.contract import Found, NotFound, Provenance, Unavailable
from tasks.sources.sql import database
from tasks.sources.sql.source import SqlSource
from tests.waiting import PATIENCE, until

Asking = Callable[..., Question]

SERVER = os.environ.get("TAT_TEST_MARIADB_URL", "")

pytestmark = pytest.mark.skipif(not SERVER, reason="no MariaDB: TAT_TEST_MARIADB_URL names none")

QUERY = "SELECT standing FROM students WHERE student_id = :campus_id"
#: seconds that the server is given for a query that would take it for ever
LIMIT = 3

ENDLESS = (
    "WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 4000000000)"
    " SELECT count(*) AS standing FROM n, n AS m, n AS o WHERE :campus_id <> ''"
)


def run(url: str, *statements: str) -> list[Any]:
    """Run statements and leave no connection behind; the rows of the last."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            done = connection.exec_driver_sql(statement.replace("%", "%%"))
        return list(done) if done.returns_rows else []


@pytest.fixture
def students() -> Iterator[str]:
    """A database of students, as root reaches it."""
    name = f"tat_test_{uuid4().hex}"
    run(SERVER, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    url = make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    run(
        url,
        "CREATE TABLE students (student_id VARCHAR(20), standing VARCHAR(40))",
        "INSERT INTO students VALUES ('900000001', 'Good standing')",
    )
    yield url
    run(SERVER, f"DROP DATABASE {name}")


@contextmanager
def login(students: str, *grants: str) -> Iterator[str]:
    """The URL of a login that may read the table, and what else is granted.

    Grants name ``{user}``, ``{role}`` and ``{db}``; nobody else on the server is called like any of them.
    """
    user, role, name = f"t{uuid4().hex[:20]}", f"r{uuid4().hex[:20]}", make_url(students).database
    named = {"user": f"{user}@'%'", "role": role, "db": name}
    run(students, f"CREATE USER {named['user']} IDENTIFIED BY '{user}'")
    try:
        run(students, *(each.format(**named) for each in ("GRANT SELECT ON students TO {user}", *grants)))
        yield make_url(students).set(username=user, password=user).render_as_string(hide_password=False)
    finally:
        run(students, f"DROP USER {named['user']}", f"DROP ROLE IF EXISTS {role}, {role}_deep")


def asking(url: str, monkeypatch: pytest.MonkeyPatch, sql: str = QUERY, **more: Any) -> SqlSource:
    """A source that asks it."""
    monkeypatch.setenv("RECORDS_URL", url)
    queries = {"registrar": {"sql": sql, "dynamic": {"Academic standing": "standing"}}}
    table = {"url_secret": {"env": "RECORDS_URL"}, "dialect": "mariadb", "queries": queries}
    return SqlSource.from_config("records", table | more)


async def test_a_login_that_may_only_read_finds_who_is_there(
    students: str, question: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nobody who is not, whatever the identifier tries."""
    with login(students) as url:
        source = asking(url, monkeypatch)
        assert await source.check() == ()
        reply = await ask(source, question(), timeout=PATIENCE)
        assert isinstance(reply, Found)
        assert reply.facts[0].value == "Good standing"
        disguised = question(identifiers={"campus_id": "x' OR '1'='1"})
        assert await ask(source, disguised, timeout=PATIENCE) == NotFound(Provenance("records"))


async def test_root_is_not_used(students: str, question: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever set it up is told what to revoke."""
    source = asking(students, monkeypatch)
    assert any("may do more than read on *.*" in said for said in await source.check())
    assert await ask(source, question(), timeout=PATIENCE) == Unavailable("too_privileged", permanent=True)


@pytest.mark.parametrize(
    ("grants", "says"),
    [
        (["GRANT INSERT ON {db}.students TO {user}"], "INSERT"),
        (["GRANT UPDATE (standing) ON {db}.students TO {user}"], "UPDATE"),
        (["GRANT FILE ON *.* TO {user}"], "REVOKE FILE ON *.*"),
        (["GRANT EXECUTE ON {db}.* TO {user}"], "EXECUTE"),
        (["GRANT SELECT ON {db}.students TO {user} WITH GRANT OPTION"], "GRANT OPTION"),
        (
            [
                "CREATE ROLE {role}",
                "GRANT DELETE ON {db}.students TO {role}",
                "GRANT {role} TO {user}",
            ],
            "may act as",
        ),
        (
            [
                "CREATE ROLE {role}",
                "CREATE ROLE {role}_deep",
                "GRANT DELETE ON {db}.students TO {role}_deep",
                "GRANT {role}_deep TO {role}",
                "GRANT {role} TO {user} WITH ADMIN OPTION",
                "SET DEFAULT ROLE {role} FOR {user}",
            ],
            "DELETE",
        ),
        (
            ["GRANT SELECT ON *.* TO {user} WITH GRANT OPTION MAX_QUERIES_PER_HOUR 1000"],
            "REVOKE GRANT OPTION ON *.*",
        ),
        (["GRANT SUPER ON *.* TO {user}"], "REVOKE SUPER ON *.*"),
        (["GRANT SHOW VIEW, TRIGGER ON {db}.* TO {user}"], "REVOKE TRIGGER ON"),
        (
            [
                "CREATE TABLE {db}.odd (`a) ON x TO y` INT)",
                "GRANT SELECT (`a) ON x TO y`), INSERT ON {db}.odd TO {user}",
            ],
            "cannot be read",
        ),
    ],
)
async def test_a_login_that_may_do_more_than_read_is_not_used(
    students: str, question: Asking, monkeypatch: pytest.MonkeyPatch, grants: list[str], says: str
) -> None:
    """Tables, columns, files, routines, what may be handed on, and what a role may that was never set."""
    with login(students, *grants) as url:
        source = asking(url, monkeypatch)
        said = await source.check()
        assert any(says in sentence for sentence in said), said
        answer = await ask(source, question(), timeout=PATIENCE)
        assert answer == Unavailable("too_privileged", permanent=True)


async def test_a_query_that_takes_too_long_ends_on_the_server(
    students: str, question: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that asked is killed, and the server ends the query by the limit that it was given."""
    with login(students) as url:
        source = asking(url, monkeypatch, ENDLESS, timeout=LIMIT)
        assert await ask(source, question(), timeout=PATIENCE) == Unavailable("timeout")
        user = make_url(url).username
        running = f"SELECT id FROM information_schema.processlist WHERE user = '{user}'"  # noqa: S608 - our own
        until(lambda: not run(SERVER, running), "the server works on it for ever")


def test_the_transaction_that_a_query_runs_in_reads_only(
    students: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A routine that writes with its maker's rights is stopped, were its login ever let through."""
    monkeypatch.setattr(database, "excess", lambda _: [])
    run(
        students,
        "CREATE FUNCTION forget() RETURNS INT SQL SECURITY DEFINER MODIFIES SQL DATA"
        " BEGIN DELETE FROM students; RETURN 1; END",
    )
    with login(students, "GRANT EXECUTE ON FUNCTION {db}.forget TO {user}") as url:
        engine = database.make_engine(make_url(url))
        statement = database.Statement(engine, "SELECT forget() AS standing", {}, most=1, seconds=PATIENCE)
        with pytest.raises(StepFailed, match=r"^write_refused$"):
            statement.run()
    assert run(students, "SELECT count(*) FROM students") == [(1,)]
