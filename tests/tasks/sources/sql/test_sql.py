"""Databases are asked with queries that bind what they need and only read; whatever fails is an answer."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from states.correspondence.question import Question
from states.errors import BadInput
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.asking import ask
from tasks.sources.contract import Fact, Found, NotFound, Provenance, Refused, Reply, Unavailable
from tasks.sources.registry import load_sources
from tasks.sources.sql.database import STOPPING
from tasks.sources.sql.query import check_query
from tasks.sources.sql.source import SqlSource
from tests.waiting import PATIENCE

Asking = Callable[..., Question]
Making = Callable[..., SqlSource]

PEOPLE = """\
CREATE TABLE students (student_id TEXT, mail TEXT, since DATE, standing TEXT, fees BOOLEAN);
INSERT INTO students VALUES ('900000001', 'sam.sample@wnmu.example', '2023-08-21', 'Good standing', TRUE);
INSERT INTO students VALUES ('900000002', 'o''neil@wnmu.example', '2022-08-22', NULL, FALSE);
INSERT INTO students VALUES ('900000003', 'twice@wnmu.example', '2021-08-23', 'Probation', FALSE);
INSERT INTO students VALUES ('900000004', 'twice@wnmu.example', '2021-08-23', 'Probation', FALSE);
"""

QUERY = "SELECT since, standing, fees FROM students WHERE student_id = :campus_id"

#: a query, and what of its answer is told
REGISTRAR: dict[str, Any] = {
    "sql": QUERY,
    "observed_at": "since",
    "static": {"Enrolled since": "Since"},
    "dynamic": {"Academic standing": "standing", "Owes fees": "fees"},
}

#: runs for minutes
ENDLESS = {
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000000000)"
    " SELECT count(*) AS many FROM n WHERE :campus_id <> ''",
    "postgresql": "SELECT count(*) AS many FROM generate_series(1, 3000000000) AS n WHERE :campus_id <> ''",
}


def kind_of(url: str) -> str:
    """SQLAlchemy's name of a database's kind."""
    return make_url(url).get_backend_name()


def run(url: str, script: str) -> None:
    """Run statements on a database and leave no connection behind."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in script.split(";\n"):
            if statement.strip():
                connection.execute(text(statement))


def query_where(condition: str) -> str:
    """The registrar's query with another condition."""
    return QUERY.replace("student_id = :campus_id", condition)


def told_truth(reply: Reply) -> str:
    """How *true* reads: PostgreSQL has a word for it, SQLite a number."""
    assert isinstance(reply, Found)
    assert reply.facts[2].value in ("yes", "1")
    return reply.facts[2].value


@pytest.fixture
def people(database_url: str) -> str:
    """The URL of a registrar's database."""
    run(database_url, PEOPLE)
    return database_url


@pytest.fixture
def reader(people: str) -> Iterator[str]:
    """The URL of that database for a login that may only read; its name is that of a role of PostgreSQL."""
    if kind_of(people) != "postgresql":
        yield people
        return
    role = f"tat_test_{uuid4().hex}"
    run(people, f"CREATE ROLE {role} LOGIN PASSWORD '{role}'")
    run(people, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    run(people, f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role}")
    yield make_url(people).set(username=role, password=role).render_as_string(hide_password=False)
    run(people, f"DROP OWNED BY {role}")
    run(people, f"DROP ROLE {role}")


@pytest.fixture
def made(reader: str, monkeypatch: pytest.MonkeyPatch) -> Making:
    """Makes a source that asks that database; keyword arguments change the registrar's query or the table."""
    monkeypatch.setenv("RECORDS_URL", reader)

    def make(table: dict[str, Any] | None = None, **query: Any) -> SqlSource:
        usual: dict[str, Any] = {
            "url_secret": {"env": "RECORDS_URL"},
            "dialect": kind_of(reader),
            "queries": {"registrar": REGISTRAR | query},
        }
        return SqlSource.from_config("records", usual | (table or {}))

    return make


def by(kind: IdentifierKind, value: str) -> dict[str, Any]:
    """What a question finds somebody by."""
    return {"identifiers": {kind: value}}


def counting(sql: str) -> dict[str, Any]:
    """A query that tells a number."""
    return {"sql": sql, "observed_at": "", "static": {}, "dynamic": {"Many": "many"}}


@pytest.mark.clause("W-17")
async def test_what_a_query_fetches_is_told(made: Making, question: Asking) -> None:
    """Each mapped column is a fact of its kind with its date; column names may be written in any case."""
    reply = await ask(made(), question(), timeout=PATIENCE)
    day = date(2023, 8, 21)
    assert reply == Found(
        (
            Fact("Enrolled since", "2023-08-21", FactorKind.STATIC, day),
            Fact("Academic standing", "Good standing", FactorKind.DYNAMIC, day),
            Fact("Owes fees", told_truth(reply), FactorKind.DYNAMIC, day),
        ),
        Provenance("records"),
    )


async def test_nothing_is_told_of_an_empty_column_or_nobody(made: Making, question: Asking) -> None:
    """A null is no fact; no row is *not found*."""
    reply = await ask(made(), question(**by(IdentifierKind.CAMPUS_ID, " 900000002 ")), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert [fact.name for fact in reply.facts] == ["Enrolled since", "Owes fees"]
    nobody = question(**by(IdentifierKind.CAMPUS_ID, "x' OR '1'='1"))
    assert await ask(made(), nobody, timeout=PATIENCE) == NotFound(Provenance("records"))


async def test_a_source_needs_what_its_query_binds(made: Making, question: Asking) -> None:
    """A quote in an identifier is a letter like any other; two people with one address want a person."""
    source = made(sql=query_where("mail = :email"))
    assert source.needs[SourceKind.REGISTRAR].all_of == {IdentifierKind.EMAIL}
    found = await ask(source, question(**by(IdentifierKind.EMAIL, "o'neil@wnmu.example")), timeout=PATIENCE)
    assert isinstance(found, Found)
    twice = question(**by(IdentifierKind.EMAIL, "twice@wnmu.example"))
    assert await ask(source, twice, timeout=PATIENCE) == Unavailable("several_records", permanent=True)
    several = made(sql=query_where("mail = :email"), several=True)
    reply = await ask(several, twice, timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert len(reply.facts) == 6


async def test_each_kind_has_bases_of_its_own(made: Making, question: Asking) -> None:
    """One database may hold education and employment records: what opens the one leaves the other shut."""
    queries = {"registrar": REGISTRAR, "human_resources": REGISTRAR}
    source = made({"queries": queries})
    asked = question(kind=SourceKind.HUMAN_RESOURCES)
    assert await ask(source, asked, timeout=PATIENCE) == Refused("basis_not_accepted")
    allowed = question(kind=SourceKind.HUMAN_RESOURCES, basis=LegalBasis.EMPLOYMENT)
    assert isinstance(await ask(source, allowed, timeout=PATIENCE), Found)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT count(*) AS many FROM absent WHERE x = :campus_id", "bad_query"),
        ("SELECT absent AS many FROM students WHERE student_id = :campus_id", "bad_query"),
        ("endless", "timeout"),
        ("SELECT student_id AS many FROM students WHERE student_id <> :campus_id", "too_many_rows"),
    ],
)
async def test_what_a_database_does_not_answer_is_unavailable(
    made: Making, people: str, question: Asking, sql: str, reason: str
) -> None:
    """A missing table or column, a query that takes too long or finds too many: a reason, and no guess."""
    written = ENDLESS[kind_of(people)] if sql == "endless" else sql
    # The login is looked at before the query: on a slow machine that takes a while, too.
    source = made({"timeout": 0.5 if reason == "timeout" else PATIENCE, "most_rows": 2}, **counting(written))
    reply = await ask(source, question(), timeout=PATIENCE)
    assert reply == Unavailable(reason, permanent=reason != "timeout")


async def test_nobody_waits_for_a_query_that_is_no_longer_wanted(
    made: Making, people: str, question: Asking
) -> None:
    """When whoever asked gives up, the database is told to stop."""
    source = made({"timeout": 60}, **counting(ENDLESS[kind_of(people)]))
    assert await ask(source, question(), timeout=0.3) == Unavailable("timeout")
    assert isinstance(await ask(made(), question(), timeout=PATIENCE), Found)
    # The thread that waited for it is free again long before the minute is over.
    async with asyncio.timeout(PATIENCE):
        await asyncio.get_running_loop().shutdown_default_executor()


async def test_a_database_that_is_down_is_asked_again_later(people: str, question: Asking) -> None:
    """Nobody listens, the database is gone, or the login is unknown: not found would be a lie."""
    here = make_url(people)
    elsewhere = (
        [here.set(database="/nowhere/records.db"), here.set(database="/")]
        if kind_of(people) == "sqlite"
        else [here.set(port=1), here.set(database="absent"), here.set(username="absent")]
    )
    for url in elsewhere:
        table = {"url": url.render_as_string(hide_password=False), "queries": {"registrar": REGISTRAR}}
        reply = await ask(SqlSource.from_config("records", table), question(), timeout=PATIENCE)
        assert reply == Unavailable("not_connected")


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path, question: Asking) -> None:
    """Garbage is not read as an empty database."""
    (tmp_path / "records.db").write_bytes(b"garbage " * 1000)
    table = {"url": f"sqlite:///{tmp_path}/records.db", "queries": {"registrar": REGISTRAR}}
    reply = await ask(SqlSource.from_config("records", table), question(), timeout=PATIENCE)
    assert reply == Unavailable("database_error")


async def test_a_login_may_read_no_more_than_it_was_granted(
    made: Making, people: str, question: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL says that our login may not read the table: somebody has to look after it."""
    if kind_of(people) != "postgresql":
        return
    role = f"tat_test_{uuid4().hex}"
    run(people, f"CREATE ROLE {role} LOGIN PASSWORD '{role}'")
    try:
        url = make_url(people).set(username=role, password=role)
        monkeypatch.setenv("RECORDS_URL", url.render_as_string(hide_password=False))
        assert await ask(made(), question(), timeout=PATIENCE) == Unavailable("unauthorized", permanent=True)
    finally:
        run(people, f"DROP ROLE {role}")


async def test_the_database_itself_refuses_to_write(
    made: Making, reader: str, question: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were a writing query ever let through, the transaction would not be: nothing has changed."""
    monkeypatch.setattr(
        "tasks.sources.sql.source.check_query", lambda *_: frozenset({IdentifierKind.CAMPUS_ID})
    )
    monkeypatch.setattr("tasks.sources.sql.source.columns_of", lambda *_: frozenset({"many"}))
    source = made(**counting("DELETE FROM students WHERE student_id = :campus_id RETURNING 1 AS many"))
    reply = await ask(source, question(), timeout=PATIENCE)
    assert reply in (
        Unavailable("write_refused", permanent=True),
        Unavailable("unauthorized", permanent=True),
        # A DELETE is no query that PostgreSQL would send in pieces.
        Unavailable("bad_query", permanent=True),
    )
    monkeypatch.undo()
    monkeypatch.setenv("RECORDS_URL", reader)
    assert isinstance(await ask(made(), question(), timeout=PATIENCE), Found)


async def test_a_value_of_the_wrong_type_is_said_to_be_one(
    made: Making, people: str, question: Asking
) -> None:
    """Where the column is a number, letters find nobody; PostgreSQL says that they are no number."""
    run(people, "CREATE TABLE numbered (id INTEGER, many INTEGER);\nINSERT INTO numbered VALUES (7, 3)")
    source = made(**counting("SELECT many FROM numbered WHERE id = :campus_id"))
    found = await ask(source, question(**by(IdentifierKind.CAMPUS_ID, "7")), timeout=PATIENCE)
    assert isinstance(found, Found)
    assert found.facts[0].value == "3"
    reply = await ask(source, question(**by(IdentifierKind.CAMPUS_ID, "seven")), timeout=PATIENCE)
    assert reply in (Unavailable("bad_value", permanent=True), NotFound(Provenance("records")))


@pytest.mark.parametrize(
    "changes",
    [
        {"url_secret": {"env": "NOT_SET_ANYWHERE"}},
        {"url_secret": {"env": "NOT_A_URL"}},
        {"url_secret": {"env": "RECORDS_URL"}, "dialect": "mysql"},
    ],
)
async def test_a_secret_that_does_not_fit_its_table_is_not_used(
    made: Making, question: Asking, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    """No URL, no such database, or one of another kind than the query was checked for."""
    monkeypatch.setenv("NOT_A_URL", "opensesame")
    reply = await ask(made(changes), question(), timeout=PATIENCE)
    assert isinstance(reply, Unavailable)
    assert reply.reason in ("secret_missing", "bad_address")
    assert reply.permanent


ONLY_READ = "it must only read"
FILLED_IN = "places to be filled in"
BINDS = "its binds must be written as :campus_id"


@pytest.mark.parametrize(
    ("dialect", "sql", "says"),
    [
        ("postgresql", "WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x WHERE a = :email", ONLY_READ),
        ("postgresql", "SELECT a INTO z FROM t WHERE a = :email", ONLY_READ),
        ("postgresql", "SELECT a FROM t WHERE a = :email FOR UPDATE", ONLY_READ),
        ("postgresql", "EXPLAIN ANALYZE DELETE FROM t", ONLY_READ),
        ("postgresql", "DO $$ BEGIN DELETE FROM t; END $$", ONLY_READ),
        ("postgresql", "CALL forget(:email)", ONLY_READ),
        ("postgresql", "EXECUTE planned(:email)", ONLY_READ),
        ("postgresql", "COPY t TO PROGRAM 'x'", ONLY_READ),
        ("mssql", "EXEC('SELECT a FROM t WHERE a = ' + :email)", ONLY_READ),
        ("sqlite", "UPDATE t SET a = 1 WHERE a = :email", ONLY_READ),
        ("sqlite", "REPLACE INTO t SELECT a FROM t WHERE a = :email", ONLY_READ),
        ("sqlite", "SELECT a FROM t WHERE a = :email; DELETE FROM t", ONLY_READ),
        ("sqlite", "PRAGMA query_only = OFF", ONLY_READ),
        ("sqlite", "ATTACH 'x' AS y", ONLY_READ),
        ("sqlite", "", ONLY_READ),
        ("mysql", "SELECT a FROM t WHERE a = :email INTO OUTFILE 'x'", "cannot be read as SQL"),
        ("mysql", "SELECT a /*! , SLEEP(9) */ FROM t WHERE a = :email", "it holds a comment"),
        ("mysql", "SELECT SLEEP(9) AS a FROM t WHERE a = :email", "calls sleep"),
        ("postgresql", "SELECT a FROM t WHERE a = :email -- AND b", "it holds a comment"),
        ("postgresql", "SELECT nextval('x') AS a FROM t WHERE a = :email", "calls nextval"),
        ("postgresql", 'SELECT pg_catalog."pg_sleep"(9) AS a FROM t WHERE a = :email', "calls pg_sleep"),
        ("postgresql", "SELECT a FROM t, LATERAL dblink('x', :email) AS d(a)", "calls dblink"),
        ("postgresql", "SELECT query_to_xml('SELECT ' || :email, true, true, '') AS a", "calls query_to_xml"),
        ("sqlite", "SELECT load_extension(:email) AS a", "calls load_extension"),
        ("postgresql", 'SELECT U&"pg\\005fread_file"(:email) AS a', "spells something with escapes"),
        ("postgresql", "SELECT a FROM t WHERE a = :email AND b = u&'x'", "spells something with escapes"),
        ("postgresql", "SELECT * FROM t WHERE a = :email", "must name its columns"),
        ("postgresql", "SELECT t.* FROM t WHERE a = :email", "must name its columns"),
        ("postgresql", "SELECT max(a) + 1 FROM t WHERE a = :email", "must name its columns"),
        ("postgresql", "SELECT a FROM t WHERE a = '%s'", FILLED_IN),
        ("postgresql", "SELECT a FROM t WHERE a = %(email)s", FILLED_IN),
        ("postgresql", "SELECT a FROM t WHERE a = '{email}'", FILLED_IN),
        ("postgresql", "SELECT a FROM t WHERE a = ${email}", FILLED_IN),
        ("postgresql", "SELECT a FROM {table} WHERE a = :email", FILLED_IN),
        ("postgresql", "SELECT a FROM t WHERE a = $1", "without a known name"),
        ("mssql", "SELECT a FROM t WHERE a = @email", "without a known name"),
        ("sqlite", "SELECT a FROM t WHERE a = ?", BINDS),
        ("sqlite", "SELECT a FROM t WHERE a = ':email'", BINDS),
        ("postgresql", "SELECT a FROM t WHERE a = :email::int", BINDS),
        ("sqlite", "SELECT a FROM t WHERE a = :student", "binds student, which is no identifier"),
        ("sqlite", "SELECT a FROM t", "binds no identifier"),
        ("sqlite", "SELECT a FROM", "cannot be read as SQL"),
    ],
)
def test_a_query_that_could_do_harm_is_refused(dialect: str, sql: str, says: str) -> None:
    """It writes, locks, runs a text, is filled in by a program, or finds more than one person's records."""
    with pytest.raises(ValueError, match=says):
        check_query(sql, dialect)


@pytest.mark.parametrize("dialect", ["postgresql", "sqlite", "mysql", "mariadb"])
def test_a_query_that_reads_is_taken_for_every_kind_of_database(dialect: str) -> None:
    """Joins, subqueries, WITH and UNION are how people read; a semicolon at the end is no harm."""
    sql = (
        "WITH x AS (SELECT a, b FROM t WHERE a = :campus_id UNION SELECT a, b FROM u WHERE a = :campus_id) "
        "SELECT x.a, max(y.c) AS c FROM x JOIN y ON y.b = x.b AND lower(y.mail) LIKE '%' || lower(:email) "
        "GROUP BY x.a;"
    )
    assert check_query(sql, dialect) == {IdentifierKind.CAMPUS_ID, IdentifierKind.EMAIL}


TOML = """\
[records]
use = "sql"
url = "sqlite:////srv/records.db"
[records.queries.registrar]
sql = "SELECT since FROM students WHERE student_id = :campus_id"
static = { "Enrolled since" = "since" }
"""


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("WHERE", "WHERE x = {x} AND", "records.queries.registrar.sql: it has places to be filled in"),
        ("SELECT since", "DELETE", "records.queries.registrar.sql: it must only read"),
        (":campus_id", ":student", "records.queries.registrar.sql: it binds student"),
        ('= "since"', '= "sinse"', "records.queries.registrar: its query fetches no column sinse"),
        ("SELECT since", "SELECT since, mail", "records.queries.registrar: its query fetches mail, which no"),
        ("sqlite:////srv", "postgresql://x:opensesame@db", "records.url: it holds a password"),
        ("sqlite:////srv", "mysql://db?read_default_passwd=opensesame", "records.url: it holds a password"),
        ("sqlite:////srv/records.db", "mssql://db/x", "records.url: it must be a database of one of these"),
        ("sqlite:////srv/records.db", "oracle://db/x", "records.url: it must be a database of one of these"),
        (
            "sqlite:////srv/records.db",
            "postgresql://db/x",
            r"records.url: it must begin with postgresql\+psycopg",
        ),
        ("sqlite:////srv", "sqlite:///srv", "records.url: the path of a SQLite file must be absolute"),
        ("sqlite:////srv/records.db", "opensesame", "records.url: it must be a database's URL"),
        ('url = "', 'dialect = "sqlite"\nurl = "', "records: url_secret goes with dialect"),
        ('url = "', 'url_secret = { env = "X" }\nurl = "', "records: it must have either"),
        ('url = "sqlite:////srv/records.db"', 'url_secret = "opensesame"', "records.url_secret: a secret is"),
        ("queries.registrar", "queries.weather", "records: it answers about weather, which is neither"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_at_start(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    """The message names file and key and says why; it repeats no value."""
    (tmp_path / "sources.toml").write_text(TOML)
    load_sources(tmp_path / "sources.toml")
    (tmp_path / "sources.toml").write_text(TOML.replace(before, after))
    with pytest.raises(BadInput, match=f"^sources.toml: {says}") as caught:
        load_sources(tmp_path / "sources.toml")
    assert "opensesame" not in str(caught.value)


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    """Nothing of a query goes on after its test."""
    yield
    for thread in threading.enumerate():
        if thread.name == STOPPING:
            thread.join(PATIENCE)
