"""A source that asks a database, with one query for each kind of records.

::

    [records]
    use = "sql"
    url = "postgresql+psycopg://tat_reader@db.example.edu/sis"   # a SQLAlchemy URL without a password
    timeout = 10.0                       # seconds for a query; may be left out
    most_rows = 100                      # rows that a query may find; may be left out

    [records.queries.registrar]          # or any other kind
    sql = '''
    SELECT enrolled_since, standing, as_of FROM students WHERE student_id = :campus_id
    '''
    observed_at = "as_of"                # a column of dates; may be left out
    several = false                      # whether rows may be several records of one person; may be left out

    [records.queries.registrar.static]   # facts that tell of risk over time, and their columns
    "Enrolled since" = "enrolled_since"

    [records.queries.registrar.dynamic]  # facts that tell of change
    "Academic standing" = "standing"

A URL that holds a password is kept elsewhere, and its kind of database said here::

    url_secret = { env = "RECORDS_URL" } # or { block = "name-of-a-prefect-secret" }
    dialect = "postgresql"               # what it begins with

PostgreSQL (by ``postgresql+psycopg``), SQLite, MariaDB and MySQL (by a driver of yours, as
``mariadb+pymysql``) are asked; others are refused, as nobody has seen that their queries can be held to
reading, and ended.

A query is a single SELECT, WITH … included; it binds each identifier that it needs, as ``:campus_id``, and is
refused at start when it interpolates, writes or could. It runs in a transaction that reads only and is never
committed. The login is asked about each time: one that could write, or do other than read, is not used
(``too_privileged``), and ``tat sources check`` says what to revoke. Let it read these columns and no others.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError

from states.correspondence.question import Question
from states.errors import StepFailed
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.far.secrets import Secret
from tasks.sources.bases import ACCEPTS, ONE_RECORD
from tasks.sources.contract import Fact, Found, Needs, NotFound, Provenance, Reply, Unavailable
from tasks.sources.sql.database import DRIVERS, KINDS, Statement, make_engine
from tasks.sources.sql.query import check_query, columns_of


class _Query(BaseModel):
    """What is asked about one kind."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    sql: str
    observed_at: str = ""
    several: bool | None = None
    static: dict[str, str] = {}
    dynamic: dict[str, str] = {}
    #: what it binds; read from the query
    _binds: frozenset[IdentifierKind] = frozenset()

    @field_validator("sql")
    @classmethod
    def _reads_only(cls, sql: str, info: ValidationInfo) -> str:
        check_query(sql, (info.context or {}).get("dialect", ""))
        return sql

    @model_validator(mode="after")
    def _fetches_what_it_tells(self, info: ValidationInfo) -> Self:
        dialect = (info.context or {}).get("dialect", "")
        fetched = columns_of(self.sql, dialect)
        told = {column for _, column, _ in self.facts} | {self.observed_at} - {""}
        if missing := sorted(column for column in told if column.lower() not in fetched):
            raise ValueError(f"its query fetches no column {missing[0]}")
        if idle := sorted(fetched - {column.lower() for column in told}):
            # Least of all is fetched: what nobody is told stays where it is.
            raise ValueError(f"its query fetches {idle[0]}, which no fact tells")
        self._binds = check_query(self.sql, dialect)
        return self

    @property
    def binds(self) -> frozenset[IdentifierKind]:
        """The identifiers that it needs."""
        return self._binds

    @property
    def facts(self) -> list[tuple[str, str, Literal[FactorKind.STATIC, FactorKind.DYNAMIC]]]:
        """Each fact that it tells, its column and its kind."""
        return [
            *((fact, column, FactorKind.STATIC) for fact, column in self.static.items()),
            *((fact, column, FactorKind.DYNAMIC) for fact, column in self.dynamic.items()),
        ]


class _Table(BaseModel):
    """The source's table in the sources file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    url: str = ""
    url_secret: Secret | None = None
    dialect: str = ""
    timeout: float = Field(default=10.0, gt=0, le=300)
    most_rows: int = Field(default=100, ge=1, le=10_000)
    queries: dict[SourceKind, _Query] = Field(min_length=1)

    @field_validator("url")
    @classmethod
    def _without_a_password(cls, url: str) -> str:
        parsed = _parsed(url)
        if parsed.password or any(_is_secret(key) for key in parsed.query):
            raise ValueError("it holds a password: keep it elsewhere, and name the place as url_secret")
        _check_kind(parsed)
        return url

    @field_validator("dialect")
    @classmethod
    def _asked_by_us(cls, dialect: str) -> str:
        if dialect and dialect not in KINDS:
            raise ValueError(_OTHERS)
        return dialect

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.url) == (self.url_secret is not None):
            raise ValueError("it must have either url or url_secret")
        if (self.url_secret is not None) != bool(self.dialect):
            raise ValueError("url_secret goes with dialect, what the URL begins with; url goes without")
        return self


class SqlSource:
    """Answers from a database (W-17, U-03).

    Args:
        name: the source's name.
        table: its table in the sources file.
    """

    def __init__(self, name: str, table: _Table) -> None:
        self.name = name
        self.kinds: frozenset[SourceKind] = frozenset(table.queries)
        self.needs: Mapping[SourceKind, Needs] = {
            kind: Needs(all_of=query.binds) for kind, query in table.queries.items()
        }
        self.accepts: Mapping[SourceKind, frozenset[LegalBasis]] = {
            kind: ACCEPTS[kind] for kind in self.kinds
        }
        self._table = table
        self._engine: tuple[str, Engine] | None = None

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the source that a table describes, as shown at the top of this module.

        Raises:
            ValidationError: the table lacks something, or holds something that cannot be used.
        """
        return cls(name, _Table.model_validate(dict(table), context={"dialect": _dialect(table)}))

    async def lookup(self, question: Question) -> Reply:
        """Ask the database about a person.

        Raises:
            StepFailed: it could not be asked.
        """
        query = self._table.queries[question.kind]
        statement = Statement(
            await self._connectable(),
            query.sql,
            {kind.value: value.strip() for kind, value in question.identifiers.items()},
            most=self._table.most_rows,
            seconds=self._table.timeout,
        )
        rows = await statement.rows()
        provenance = Provenance(self.name)
        if not rows:
            return NotFound(provenance)
        several = query.several if query.several is not None else question.kind not in ONE_RECORD
        if len(rows) > 1 and not several:
            return Unavailable("several_records", permanent=True)
        return Found(tuple(fact for row in rows for fact in _read(query, row)), provenance)

    async def check(self) -> tuple[str, ...]:
        """What our login may do beyond reading, and what takes it away."""
        seconds = self._table.timeout
        login = Statement(await self._connectable(), "", {}, most=self._table.most_rows, seconds=seconds)
        return tuple(row["excess"] for row in await login.rows())

    async def _connectable(self) -> Engine:
        secret = self._table.url_secret
        address = self._table.url if secret is None else await secret.reveal()
        if self._engine is None or self._engine[0] != address:
            self._engine = (address, make_engine(self._agreed(address)))
        return self._engine[1]

    def _agreed(self, address: str) -> URL:
        try:
            url = _parsed(address)
            _check_kind(url)
        except ValueError:
            url = None
        if url is None or (self._table.dialect and url.get_backend_name() != self._table.dialect):
            # The query was checked as one for another kind of database.
            raise StepFailed("bad_address", permanent=True)
        return url


def _parsed(address: str) -> URL:
    try:
        return make_url(address)
    except (ArgumentError, ValueError):
        pass
    raise ValueError("it must be a database's URL, as postgresql+psycopg://reader@db.example.edu/records")


#: what is said of every other kind of database
_OTHERS = (
    f"it must be a database of one of these kinds: {', '.join(sorted(KINDS))}. Of others nobody has seen that"
    " a query can be held to reading, and ended: have an export dropped into a folder, and use csv"
)


def _check_kind(url: URL) -> None:
    kind = url.get_backend_name()
    if kind not in KINDS:
        raise ValueError(_OTHERS)
    if kind in DRIVERS and url.drivername not in (DRIVERS[kind], f"{kind}+pysqlite"):
        raise ValueError(f"it must begin with {DRIVERS[kind]}://, whose queries can be ended")
    if url.get_backend_name() == "sqlite" and not PurePath(url.database or "").is_absolute():
        raise ValueError("the path of a SQLite file must be absolute, with four slashes: sqlite:////srv/…")


def _dialect(table: Mapping[str, Any]) -> str:
    if table.get("dialect"):
        return str(table["dialect"])
    try:
        return _parsed(str(table.get("url", ""))).get_backend_name()
    except ValueError:
        return ""


def _is_secret(key: str) -> bool:
    return any(word in key.lower() for word in ("passw", "pwd", "secret", "token", "odbc_connect"))


def _read(query: _Query, row: Mapping[str, Any]) -> Iterator[Fact]:
    observed_at = _day(row[query.observed_at.lower()]) if query.observed_at else None
    for fact, column, kind in query.facts:
        if value := _text(row[column.lower()]):
            yield Fact(fact, value, kind, observed_at)


def _text(value: object) -> str:
    """A value as people read it.

    Raises:
        StepFailed: ``wrong_schema``: it is nothing that a person reads.
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str() | int() | float() | Decimal() | date():
            return str(value).strip()
    raise StepFailed("wrong_schema", permanent=True)


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip()[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
