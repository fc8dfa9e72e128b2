"""The case database shows in clear neither who a case is about nor what anybody wrote."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, Table, inspect, select, text

from states.casebook import Casebook
from states.settings import Settings
from states.vault import make_key_file
from states.vocabulary.cases import Level
from states.vocabulary.people import Affiliation
from tests.cases.walking import ROUTED, Walk
from tests.privacy.marking import CONTENT, Words, in_files, shapes


@pytest.fixture
def settings(casebook_url: str, tmp_path: Path) -> Settings:
    """An installation with an empty case database."""
    settings = Settings(home=tmp_path, database_url=casebook_url)
    make_key_file(settings.key_file)
    return settings


@pytest.fixture
def book(settings: Settings) -> Iterator[Casebook]:
    """Its casebook: cases that have been everywhere, a marker in every field that a person fills in."""
    book = Casebook.open(settings)
    walk = Walk(book, Words())
    walk.reintegrating(affiliation=Affiliation.STAFF)
    walk.closed()
    number = walk.monitored(Level.SEVERE, referrals=ROUTED)
    walk.act(number, "raise_alarm", {"reason": walk.words("reason")})
    yield book
    book.close()


def columns_with_a_marker(connection: Connection) -> list[str]:
    """The columns that show a marker, in any shape; of every table that there is."""
    found = []
    for name in inspect(connection).get_table_names():
        table = Table(name, MetaData(), autoload_with=connection)
        for row in connection.execute(select(table)):
            for column, value in row._mapping.items():  # noqa: SLF001 - SQLAlchemy's public name
                seen = value if isinstance(value, bytes) else str(value).encode()
                if any(shape in seen.lower() for shape in shapes(CONTENT)):
                    found.append(f"{name}.{column}")
    return found


def test_no_column_shows_a_marker(book: Casebook) -> None:
    """Names, contact data, narratives, plans and reasons lie sealed in every table."""
    with book.store.read() as connection:
        assert columns_with_a_marker(connection) == []


def test_a_column_that_shows_a_marker_is_found(book: Casebook) -> None:
    """The search is worth something: a name in clear is found where it lies."""
    with book.store.write() as connection:
        connection.execute(text(f"UPDATE cases SET site = '{CONTENT}'"))  # noqa: S608 - our own word
    with book.store.read() as connection:
        assert set(columns_with_a_marker(connection)) == {"cases.site"}


def test_no_file_of_the_data_folder_shows_a_marker(book: Casebook, settings: Settings) -> None:
    """Neither the database's file, nor its log, nor anything beside it shows one."""
    assert in_files(CONTENT, [settings.home]) == []
    del book
