"""Looking one person up in the bundles that are there; whoever calls waits for it."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from states.vocabulary.people import IdentifierKind
from tasks.sources.contract import Found, NotFound, Provenance, Reply, Unavailable
from tasks.sources.oneroster.bundles.bundle import Row, Unusable
from tasks.sources.oneroster.bundles.shelf import Shelf
from tasks.sources.oneroster.bundles.telling import Telling


class Table(BaseModel):
    """The source's table in the sources file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    file: Path | None = None
    folder: Path | None = None
    oldest_hours: float = Field(default=72.0, gt=0)
    guardians: bool = False
    demographics: bool = False
    identifiers: dict[
        Literal[IdentifierKind.CAMPUS_ID, IdentifierKind.EMAIL],
        Literal["sourcedId", "identifier", "username", "email", "userMasterIdentifier"],
    ] = Field(default={IdentifierKind.CAMPUS_ID: "identifier", IdentifierKind.EMAIL: "email"}, min_length=1)

    @field_validator("file", "folder")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_absolute():
            raise ValueError("the path must be absolute, from / on")
        return path

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.file is None) == (self.folder is None):
            raise ValueError("it must have either a file or a folder")
        return self


class Asked(BaseModel):
    """Whom to look up, and where.

    Args:
        source: the source's name.
        table: its table in the sources file.
        column: which column of the users says who it is.
        value: what it must hold.
        now: when the question is put.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    source: str
    table: Table
    column: str
    value: str = Field(repr=False)
    now: datetime


def look(asked: Asked) -> Reply:
    """Look somebody up in the newest bundles; reads line by line, whatever their size.

    Raises:
        StepFailed: they are larger than they may be, or take too long.
    """
    try:
        paths = _paths(asked.table)
        if not paths:
            return Unavailable("no_file")
        with Shelf(paths) as shelf:
            return _answer(shelf, asked) if shelf.bundles else Unavailable("no_file")
    except (OSError, Unusable):
        return Unavailable("unreadable_file")


def _paths(table: Table) -> Collection[Path]:
    if table.file is not None:
        return [table.file] if table.file.exists() else []
    folder = table.folder
    if folder is None or not folder.is_dir():
        return []
    return [
        path
        for path in folder.iterdir()
        if path.suffix.casefold() == ".zip" and not path.name.startswith(".") and path.is_file()
    ]


def _answer(shelf: Shelf, asked: Asked) -> Reply:
    as_of = shelf.bundles[-1].made_at
    if asked.now - as_of > timedelta(hours=asked.table.oldest_hours):
        return Unavailable("stale")
    if not shelf.has("users"):
        return Unavailable("only_changes")
    provenance = Provenance(asked.source, as_of)
    users = shelf.latest("users", _is_asked_about(asked))
    there = [row for row in users if not _deleted(row)]
    if not there:
        return NotFound(provenance)
    if len(there) > 1:
        return Unavailable("several_records", permanent=True)
    telling = Telling(shelf, there[0], asked.now.date())
    told = telling.all(guardians=asked.table.guardians, demographics=asked.table.demographics)
    return Found(tuple(told), provenance, telling.missing)


def _is_asked_about(asked: Asked) -> Callable[[Row], bool]:
    value, column = asked.value.casefold(), asked.column.casefold()

    def is_theirs(row: Row) -> bool:
        if column not in row:
            raise Unusable
        return row[column].casefold() == value

    return is_theirs


def _deleted(row: Row) -> bool:
    return row.get("status", "").casefold() == "tobedeleted"
