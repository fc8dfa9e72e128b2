"""Alembic's environment: migrates the database whose URL the caller put into the configuration."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from states import tables
from states.store.migrating import migrating, migration_engine


def render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as the plain ones they rest on, so that old migrations never change."""
    if kind == "type" and isinstance(item, tables.Utc):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


def migrate() -> None:
    """Run the migrations in one transaction, which the store begins."""
    with (
        migration_engine(context.config.attributes["url"]) as engine,
        migrating(engine) as connection,
    ):
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_item=render,
            render_as_batch=True,
            compare_type=False,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()


migrate()
