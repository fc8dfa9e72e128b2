"""The case database: migrations that make the models, and a sentence when it cannot be opened."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, create_engine, insert, inspect, select, text
from sqlmodel import SQLModel

from states.casebook import Casebook, loading
from states.errors import NotReady
from states.settings import Settings
from states.store import schema
from states.store.engine import Store
from states.store.migrating import alembic_config, migrate
from states.tables import Plan, ProtectiveOrder, table_of
from states.vault import make_key_file
from tests.states.conftest import MONDAY

SENTENCE = (
    r"The case database .* cannot be opened \(\w+\)\. Nothing was changed: check that it exists and runs\."
)


def test_the_migration_makes_what_the_models_say(database_url: str) -> None:
    """Tables, columns, their types, indexes and constraints: no difference is left."""
    migrate(database_url)
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_what_guards_look_at_has_one_type_for_each_name() -> None:
    """All sections of a case file are read in one statement, whose columns go by their names."""
    types: dict[str, set[str]] = {}
    for model in loading.MODELS.values():
        for column in table_of(model).c:
            types.setdefault(column.name, set()).add(str(column.type))
    assert {name: sorted(found) for name, found in types.items() if len(found) > 1} == {}


def test_migrating_again_changes_nothing(database_url: str) -> None:
    """Every start may call it."""
    migrate(database_url)
    migrate(database_url)


def test_links_of_an_older_release_become_one_row_for_a_pair(database_url: str) -> None:
    """The decision outlasts the suggestion, and the index waits to be made anew."""
    command.upgrade(alembic_config(database_url), "0006")
    engine = create_engine(database_url)
    old = MetaData()
    with engine.begin() as connection:
        old.reflect(connection)
        for case_id in ("a", "b"):
            connection.execute(insert(old.tables["cases"]).values(_filled(old.tables["cases"], id=case_id)))
        links = old.tables["case_links"]
        for row_id, case_id, other_id, status in (
            ("1", "b", "a", "candidate"),
            ("2", "a", "b", "confirmed"),
        ):
            values = _filled(links, id=row_id, case_id=case_id, other_id=other_id, status=status)
            connection.execute(insert(links).values(values))
    migrate(database_url)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT id, pair, status FROM case_links")).all()
        assert [tuple(row) for row in kept] == [("2", "a:b", "confirmed")]
        versions = connection.execute(text("SELECT DISTINCT index_version FROM cases")).scalars().all()
        assert list(versions) == [0]
    engine.dispose()


def _filled(table: Table, **given: str) -> dict[str, Any]:
    """A row of an older schema: what is given, and something of the right kind elsewhere."""
    filled: dict[str, Any] = {}
    for column in table.c:
        kind = column.type.python_type
        number = f"{given['id']} {column.name}"
        made = {str: number, int: 1, bool: False, datetime: MONDAY, bytes: b"", dict: [], list: []}
        if not column.nullable or column.name in given:
            filled[column.name] = given.get(column.name, made[kind])
    return filled


def test_a_sqlite_casebook_survives_a_power_cut(tmp_path: Path) -> None:
    """A committed decision is on the disk, foreign keys hold, and what is deleted is overwritten."""
    store = Store(f"sqlite:///{tmp_path / 'casebook.db'}")
    with store.read() as connection:
        for pragma, value in {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
        }.items():
            assert connection.scalar(text(f"PRAGMA {pragma}")) == value
    store.close()


def test_a_database_that_is_not_there_is_answered_with_a_sentence(tmp_path: Path) -> None:
    """A folder that does not exist is no reason for a stack trace."""
    with pytest.raises(NotReady, match=SENTENCE):
        migrate(f"sqlite:///{tmp_path / 'nowhere' / 'casebook.db'}")


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    """The sentence may reach logs."""
    with pytest.raises(NotReady, match=SENTENCE) as refusal:
        migrate("postgresql+psycopg://someone:secret@127.0.0.1:1/none")
    assert "secret" not in str(refusal.value)
    assert "someone:***@" in str(refusal.value)


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("9999", "is of a newer tatflow .its schema is 9999.*use the newer program"),
        ("0001", "is of an older tatflow .its schema is 0001.*`tat init` or `tat up` bring it up to date"),
        (None, "holds no casebook yet.*`tat init` makes one"),
    ],
)
def test_a_casebook_of_another_release_is_not_opened(
    database_url: str, tmp_path: Path, revision: str | None, said: str
) -> None:
    """Whoever comes in opens the casebook, which looks at its schema once, and writes nothing."""
    migrate(database_url)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": revision or "none"})
        if revision is None:
            connection.execute(text("DROP TABLE alembic_version"))
        before = inspect(connection).get_table_names()
    settings = Settings(home=tmp_path, database_url=database_url)
    make_key_file(settings.key_file)
    with pytest.raises(NotReady, match=said):
        Casebook.open(settings)
    if revision == "9999":
        with pytest.raises(NotReady, match=said):
            migrate(database_url)
    assert inspect(engine).get_table_names() == before
    engine.dispose()


def test_the_chain_is_read_from_the_files_as_alembic_reads_it() -> None:
    """Oldest first, each revision once."""
    script = ScriptDirectory(str(schema.MIGRATIONS))
    assert [each.revision for each in script.walk_revisions()][::-1] == list(schema.chain())


def test_a_new_sqlite_file_is_its_owners(tmp_path: Path) -> None:
    """Nobody else reads the database, its log, or the copy that a migration makes before it begins."""
    path = tmp_path / "casebook.db"
    url = f"sqlite:///{path}"
    command.upgrade(alembic_config(url), schema.chain()[0])
    path.unlink()
    migrate(url)
    store = Store(url)
    with store.write() as connection:
        connection.execute(text("DELETE FROM counters"))
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    store.close()
    assert modes == dict.fromkeys(("casebook.db", "casebook.db-shm", "casebook.db-wal"), 0o600)


def test_a_migration_that_fails_leaves_a_sqlite_file_as_it_was_and_its_copy_beside_it(tmp_path: Path) -> None:
    """The copy is its owner's, is named after its schema, and goes once a migration is through."""
    url = f"sqlite:///{tmp_path / 'casebook.db'}"
    command.upgrade(alembic_config(url), "0003")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE targets (id TEXT)"))
    with pytest.raises(NotReady, match=r"holds a part of a newer schema.*Nothing was changed"):
        migrate(url)
    copy = tmp_path / "casebook.db.at-0003"
    assert copy.stat().st_mode & 0o777 == 0o600
    for each in (engine, create_engine(f"sqlite:///{copy}")):
        with each.begin() as connection:
            assert schema.found(connection) == "0003"
            assert inspect(connection).has_table("targets")
            connection.execute(text("DROP TABLE targets"))
        each.dispose()
    migrate(url)
    assert not list(tmp_path.glob("*.at-*"))


#: a case, a plan and an order of the first release
OF_0003 = """
INSERT INTO cases (
    id, number, state, site, affiliations, offices, members, version, seq, head, sealed_seq, opened_at,
    began_seq, entered_seq, entered_at, changed_at
) VALUES (
    'c', 'TAT-2026-0001', 'Plan', 'gallup', '[]', '[]', '[]', 1, 1, '', 0, '2026-01-01',
    1, 1, '2026-01-01', '2026-01-01'
);
INSERT INTO plans (id, case_id, seq, at, "by", kind, covers, content)
VALUES ('p', 'c', 1, '2026-01-01', 'x', 'threat_management', '[]', 'x');
INSERT INTO protective_orders (id, case_id, seq, at, "by", content)
VALUES ('o', 'c', 1, '2026-01-01', 'x', 'x')
"""


def test_plans_and_orders_of_the_first_release_are_still_there_afterwards(database_url: str) -> None:
    """They refer to nobody, hold at no site of their own, and have not ended."""
    command.upgrade(alembic_config(database_url), "0003")
    engine = create_engine(database_url)
    with engine.begin() as connection:
        for statement in OF_0003.split(";"):
            connection.execute(text(statement))
    migrate(database_url)
    with engine.connect() as connection:
        (plan,) = connection.execute(select(table_of(Plan).c.id, table_of(Plan).c.targets))
        order = table_of(ProtectiveOrder)
        (kept,) = connection.execute(select(order.c.id, order.c.sites, order.c.ended_at))
    engine.dispose()
    assert tuple(plan) == ("p", [])
    assert tuple(kept) == ("o", [], None)
