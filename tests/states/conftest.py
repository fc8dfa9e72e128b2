"""What tests of the case process work with: an invented team's casebook on each kind of server."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from states.casebook import Casebook
from states.casebook.team import members
from states.contents.team import MemberContent
from states.policy.pack import Pack
from states.policy.reading import load_pack
from states.store.engine import Store
from states.store.migrating import migrate
from states.vault import Vault
from states.vocabulary.people import Role
from tests.cases.walking import Walk

#: a Monday morning in term: nine o'clock in Silver City
MONDAY = datetime(2026, 2, 2, 16, tzinfo=UTC)


class Watch:
    """A clock that stands still until it is put forward.

    Args:
        now: what it shows first.
    """

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now

    def forward(self, **span: float) -> datetime:
        """Put it forward by a span, as `timedelta` takes it."""
        self.now += timedelta(**span)
        return self.now


@pytest.fixture
def watch() -> Watch:
    """The watch that the casebook looks at."""
    return Watch()


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The shipped policy."""
    return load_pack("wnmu")


@pytest.fixture(scope="session")
def master_key() -> bytes:
    """This run's master key."""
    return secrets.token_bytes(32)


@pytest.fixture(scope="session")
def prepare(pack: Pack, master_key: bytes) -> Callable[[str], None]:
    """Migrates an empty database and enrols the invented team."""

    def fill(url: str) -> None:
        migrate(url)
        book = Casebook(Store(url), Vault(master_key), pack)
        chair = Walk(book).chair
        for member, role in (("custodian", Role.CUSTODIAN), ("operator", Role.OPERATOR)):
            content = MemberContent(name=f"invented-{member}", address=f"{member}@wnmu.example")
            members.enrol(book, member, content, by=chair, offices=["student_affairs"], roles=[role])
        book.close()

    return fill


@pytest.fixture(scope="session")
def sqlite_template(prepare: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite casebook with the team in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "casebook.db"
    prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(prepare: Callable[[str], None], postgres_url: str) -> Iterator[str]:
    """Name of a PostgreSQL casebook with the team in it, to be copied."""
    name = f"tat_template_{uuid4().hex}"
    _postgres(postgres_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    prepare(make_url(postgres_url).set(database=name).render_as_string(hide_password=False))
    yield name
    _postgres(postgres_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _postgres(url: str, statement: sql.Composed) -> None:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


Opening = Callable[[str, Watch], AbstractContextManager[Casebook]]


@pytest.fixture(scope="session")
def opening(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, pack: Pack, master_key: bytes
) -> Opening:
    """Opens a casebook of its own with the team in it, on ``sqlite`` or ``postgres``, under a watch."""

    @contextmanager
    def opened(kind: str, watch: Watch) -> Iterator[Casebook]:
        with _sqlite_copy(request, tmp_path_factory) if kind == "sqlite" else _postgres_copy(request) as url:
            book = Casebook(Store(url), Vault(master_key), pack, watch)
            try:
                yield book
            finally:
                book.close()

    return opened


@contextmanager
def _sqlite_copy(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Iterator[str]:
    folder = folders.mktemp("casebook")
    shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "casebook.db")
    yield f"sqlite:///{folder / 'casebook.db'}"
    shutil.rmtree(folder)


@contextmanager
def _postgres_copy(request: pytest.FixtureRequest) -> Iterator[str]:
    server: str = request.getfixturevalue("postgres_url")
    template = sql.Identifier(request.getfixturevalue("postgres_template"))
    name = f"tat_test_{uuid4().hex}"
    _postgres(server, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _postgres(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(params=["sqlite", "postgres"])
def book(request: pytest.FixtureRequest, opening: Opening, watch: Watch) -> Iterator[Casebook]:
    """The invented team's open casebook; the test runs once on each kind of server."""
    with opening(request.param, watch) as opened:
        yield opened


@pytest.fixture
def quick_book(opening: Opening, watch: Watch) -> Iterator[Casebook]:
    """The invented team's open casebook on SQLite, for what no database makes a difference to."""
    with opening("sqlite", watch) as opened:
        yield opened


@pytest.fixture
def postgres_book(opening: Opening, watch: Watch) -> Iterator[Casebook]:
    """The invented team's open casebook on PostgreSQL, where writers run side by side."""
    with opening("postgres", watch) as opened:
        yield opened


@pytest.fixture
def walk(quick_book: Casebook) -> Walk:
    """The way of invented cases through the quick casebook."""
    return Walk(quick_book)


@pytest.fixture(scope="session")
def staged(
    sqlite_template: Path, pack: Pack, master_key: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Path, str]]:
    """Gives a casebook's file with one case at a stage of the walk, and the case's number; made once each."""
    folder = tmp_path_factory.mktemp("stages")

    @cache
    def reach(stage: str) -> tuple[Path, str]:
        path = folder / f"{stage}.db"
        shutil.copyfile(sqlite_template, path)
        book = Casebook(Store(f"sqlite:///{path}"), Vault(master_key), pack, Watch())
        number: str = getattr(Walk(book), stage)()
        book.close()
        return path, number

    return reach


@pytest.fixture
def at_stage(
    staged: Callable[[str], tuple[Path, str]], tmp_path: Path, pack: Pack, master_key: bytes, watch: Watch
) -> Iterator[Callable[[str], tuple[Walk, str]]]:
    """Opens a quick casebook with one case at a stage of the walk; gives the walk and the case's number."""
    opened = []

    def start(stage: str) -> tuple[Walk, str]:
        path, number = staged(stage)
        copied = tmp_path / f"{stage}.db"
        shutil.copyfile(path, copied)
        book = Casebook(Store(f"sqlite:///{copied}"), Vault(master_key), pack, watch)
        opened.append(book)
        return Walk(book), number

    yield start
    for book in opened:
        book.close()
