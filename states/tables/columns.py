"""The kinds of column that the rows are made of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import JSON, Column, DateTime, Dialect, LargeBinary, MetaData, Row, Table
from sqlalchemy.orm import class_mapper
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

RowT = TypeVar("RowT", bound=SQLModel)

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


def new_id() -> str:
    """An opaque id: 32 hexadecimal digits that tell nothing."""
    return uuid4().hex


class Utc(TypeDecorator[datetime]):
    """A moment in UTC, aware on the way in and on the way out, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; SQLite keeps it without the offset."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware moment in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment(*, index: bool = False, nullable: bool = False) -> Any:
    """A column that holds a moment in UTC."""
    if nullable:
        return Field(default=None, sa_type=Utc, nullable=True, index=index)
    return Field(sa_type=Utc, index=index)


def codes() -> Any:
    """A column that holds a list of codes."""
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))


def codes_by_id() -> Any:
    """A column that holds lists of codes, by the id that they belong to."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def sealed() -> Any:
    """A column that holds sealed content."""
    return Field(default=b"", sa_column=Column(LargeBinary, nullable=False))


def of_case(*, nullable: bool = False) -> Any:
    """A column that names the case a row belongs to."""
    if nullable:
        return Field(default=None, foreign_key="cases.id", index=True, nullable=True)
    return Field(foreign_key="cases.id", index=True)


def loaded(model: type[RowT], values: Mapping[str, Any]) -> RowT:
    """A model's instance with the values of a stored row, to be changed, made as SQLAlchemy loads one.

    Making a new one takes ten times as long, as each value is set as if somebody changed it.
    """
    instance: RowT = class_mapper(model).class_manager.new_instance()
    vars(instance).update(values)
    return instance


def stored(model: type[RowT], row: Row[Any]) -> RowT:
    """A row as it lies in the database, typed, to be read and not changed.

    Args:
        model: its kind.
        row: the row as it was read, with every column of its table; what was selected besides is passed over.
    """
    values, columns = row._asdict(), table_of(model).c
    if len(values) > len(columns):
        values = {column.name: values[column.name] for column in columns}
    # Which sees to it that the model's attributes are ready, in a process that has loaded none yet.
    class_mapper(model)
    found: RowT = model.__new__(model)
    vars(found).update(values)
    return found


def table_of(model: type[SQLModel]) -> Table:
    """The table that a model's rows lie in."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
