"""A source that reads a registrar's OneRoster CSV bundles (1EdTech OneRoster 1.1 or 1.2, CSV binding).

::

    [registrar]
    use = "oneroster_csv"
    folder = "/srv/exports/oneroster"    # the zips as they are dropped; or file = "/srv/exports/roster.zip"
    oldest_hours = 72                    # may be left out; a newest bundle that is older is *unavailable*
    guardians = false                    # may be left out: whether guardians are told
    demographics = false                 # may be left out: whether birth date and sex are told

    [registrar.identifiers]              # may be left out: these two
    campus_id = "identifier"             # or sourcedId, username, userMasterIdentifier (1.2 only)
    email = "email"

It reads the newest bundle whose users are whole (``bulk``) and the changes (``delta``) that came after it; a
bundle that is still being written is passed over. It tells what ``use = "oneroster"`` tells. A file that the
bundle is without, or that cannot be read, is a part that the answer is found without. Of two people with one
identifier it tells neither.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from states.correspondence.question import Question
from states.store.threads import AT_ONCE, in_threads
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.bases import ACCEPTS
from tasks.sources.contract import Found, Needs, NotFound, Provenance, Reply, Unavailable
from tasks.sources.oneroster.bundles.bundle import Row, Unusable
from tasks.sources.oneroster.bundles.shelf import Shelf
from tasks.sources.oneroster.bundles.telling import Telling

T = TypeVar("T")


class _Table(BaseModel):
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


class OneRosterCsvSource:
    """Answers from OneRoster's CSV bundles (W-17, U-03).

    Args:
        name: the source's name.
        table: its table in the sources file.
    """

    kinds = frozenset({SourceKind.REGISTRAR})
    accepts: Mapping[SourceKind, frozenset[LegalBasis]] = {
        SourceKind.REGISTRAR: ACCEPTS[SourceKind.REGISTRAR]
    }

    def __init__(self, name: str, table: _Table) -> None:
        self.name = name
        in_order = tuple(kind for kind in IdentifierKind if kind in table.identifiers)
        self.needs: Mapping[SourceKind, Needs] = {SourceKind.REGISTRAR: Needs(one_of=in_order)}
        self._table = table

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the source that a table describes, as shown at the top of this module.

        Raises:
            ValidationError: the table lacks something, or holds something that cannot be used.
        """
        return cls(name, _Table.model_validate(table))

    async def lookup(self, question: Question) -> Reply:
        """Look the subject up in the newest bundles; reads line by line, whatever their size.

        Raises:
            StepFailed: they are larger than they may be.
        """
        return await in_threads(f"source {self.name}", AT_ONCE, self._lookup, question)

    def _lookup(self, question: Question) -> Reply:
        try:
            paths = self._paths()
            if not paths:
                return Unavailable("no_file")
            with Shelf(paths) as shelf:
                return self._answer(shelf, question) if shelf.bundles else Unavailable("no_file")
        except (OSError, Unusable):
            return Unavailable("unreadable_file")

    def _paths(self) -> Collection[Path]:
        if self._table.file is not None:
            return [self._table.file] if self._table.file.exists() else []
        folder = self._table.folder
        if folder is None or not folder.is_dir():
            return []
        return [
            path
            for path in folder.iterdir()
            if path.suffix.casefold() == ".zip" and not path.name.startswith(".") and path.is_file()
        ]

    def _answer(self, shelf: Shelf, question: Question) -> Reply:
        as_of = shelf.bundles[-1].made_at
        if question.now - as_of > timedelta(hours=self._table.oldest_hours):
            return Unavailable("stale")
        if not shelf.has("users"):
            return Unavailable("only_changes")
        provenance = Provenance(self.name, as_of)
        users = shelf.latest("users", self._is_asked_about(question))
        there = [row for row in users if not _deleted(row)]
        if not there:
            return NotFound(provenance)
        if len(there) > 1:
            return Unavailable("several_records", permanent=True)
        telling = Telling(shelf, there[0], question.now.date())
        told = telling.all(guardians=self._table.guardians, demographics=self._table.demographics)
        return Found(tuple(told), provenance, telling.missing)

    def _is_asked_about(self, question: Question) -> Callable[[Row], bool]:
        kind, name = next(
            (kind, name) for kind, name in self._table.identifiers.items() if kind in question.identifiers
        )
        value = question.identifiers[kind].strip().casefold()
        column = name.casefold()

        def is_theirs(row: Row) -> bool:
            if column not in row:
                raise Unusable
            return row[column].casefold() == value

        return is_theirs


def _deleted(row: Row) -> bool:
    return row.get("status", "").casefold() == "tobedeleted"
