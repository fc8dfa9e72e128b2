"""Tickets of trials that a source answers later, so that the next trial about the same goes on with them.

They lie in the data folder, by a blind index of what was asked: the file names nobody.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from states.casebook import Casebook
from states.correspondence.question import Question

#: name of the file in the data folder
NAME = "trial-tickets.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a source knows a trial by.

    Args:
        ticket: its ticket.
        id: the id that the question had.
    """

    ticket: str
    id: str


class Tickets:
    """The tickets of one installation.

    Args:
        book: the casebook, whose key makes the index.
        home: the data folder.
    """

    def __init__(self, book: Casebook, home: Path) -> None:
        self._book = book
        self._file = home / NAME

    def of(self, source: str, question: Question) -> Kept | None:
        """The ticket of a trial that is still to be answered; None: there is none."""
        found = self._all().get(self._index(source, question))
        return Kept(**found) if found else None

    def keep(self, source: str, question: Question, ticket: str) -> None:
        """Keep the ticket of a trial that is answered later; empty: it is answered."""
        kept = self._all()
        index = self._index(source, question)
        if ticket:
            kept[index] = {"ticket": ticket, "id": question.id}
        elif kept.pop(index, None) is None:
            return
        half = self._file.with_name(f".{NAME}.{os.getpid()}")
        half.touch(mode=0o600)
        half.write_text(json.dumps(kept), encoding="utf-8")
        half.replace(self._file)

    def _all(self) -> dict[str, dict[str, str]]:
        try:
            found: dict[str, dict[str, str]] = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return found

    def _index(self, source: str, question: Question) -> str:
        asked = [source, question.kind, question.basis, sorted(question.identifiers.items())]
        return self._book.vault.blind("trial", json.dumps(asked))
