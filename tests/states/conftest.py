"""What tests of the case process work with: an invented team's casebook on each kind of server."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from states.casebook import Casebook
from states.casebook.team import members
from states.contents.team import MemberContent
from states.policy.pack import Pack
from states.policy.reading import load_pack
from states.store.engine import Store
from states.vault import Vault
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.servers.postgres_server import empty_database

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
    """Enrols the invented team in an empty casebook."""

    def fill(url: str) -> None:
        book = Casebook(Store(url), Vault(master_key), pack)
        chair = Walk(book).chair
        for member, role in (("custodian", Role.CUSTODIAN), ("operator", Role.OPERATOR)):
            content = MemberContent(name=f"invented-{member}", address=f"{member}@wnmu.example")
            members.enrol(book, member, content, by=chair, offices=["student_affairs"], roles=[role])
        book.close()

    return fill


@pytest.fixture(scope="session")
def sqlite_template(
    prepare: Callable[[str], None], migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A SQLite casebook with the team in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "casebook.db"
    shutil.copyfile(migrated, path)
    prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(
    prepare: Callable[[str], None], postgres_url: str, migrated_on_postgres: str
) -> Iterator[str]:
    """The URL of a PostgreSQL casebook with the team in it, to be copied."""
    with empty_database(postgres_url, copy_of=migrated_on_postgres) as url:
        prepare(url)
        yield url


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
    server, template = (request.getfixturevalue(each) for each in ("postgres_url", "postgres_template"))
    with empty_database(server, copy_of=template) as url:
        yield url


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
