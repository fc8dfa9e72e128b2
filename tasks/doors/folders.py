"""Folders into which other systems drop reports: each file is taken in whole, then removed.

A file is removed only once all that it says is committed; what could not be read is kept, sealed, for a
person (`tat intake list`). A file that somebody may still be writing is left for the next time.
"""

import csv
import io
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from states.casebook import Casebook, logbook, replies, tips
from states.casebook.replies import Came
from states.casebook.tips import Incoming
from states.errors import BadInput
from tasks.doors.messages import read_mail, read_reply, read_row
from tasks.doors.registry import CsvFolderDoor, Doors, MailFolderDoor

#: seconds for which a file must not have changed before it counts as whole
SETTLED_AFTER = 2.0

#: bytes that a file may have
MOST_BYTES = 20_000_000


@dataclass(slots=True)
class TakenIn:
    """What a look into the folders came to.

    Args:
        new: how many reports were taken in.
        known: how many had been taken in before.
        kept: how many pieces could not be read, and wait for a person.
        unusable: names of doors whose folder or files could not be read.
    """

    new: int = 0
    known: int = 0
    kept: int = 0
    unusable: set[str] = field(default_factory=set)


def take_in(book: Casebook, doors: Doors) -> TakenIn:
    """Take in every file that lies in the folders of the doors.

    Args:
        book: the casebook.
        doors: the doors.
    """
    came = TakenIn()
    for name, door in doors.all().items():
        if not isinstance(door, MailFolderDoor | CsvFolderDoor):
            continue
        try:
            _Folder(book, name, door, came).empty()
        except OSError:
            # A folder that is away keeps no other one from being emptied; operators are told its name.
            came.unusable.add(name)
    return came


@dataclass(frozen=True, slots=True)
class _Folder:
    """One door's folder, being emptied."""

    book: Casebook
    name: str
    door: MailFolderDoor | CsvFolderDoor
    came: TakenIn

    def empty(self) -> None:
        for file in whole_files(self.door):
            if file.stat().st_size > MOST_BYTES:
                self.came.unusable.add(self.name)
                continue
            content = file.read_bytes()
            if isinstance(self.door, MailFolderDoor):
                if self._replies(content):
                    file.unlink()
                    continue
                self._take(partial(read_mail, self.name, self.door, content, self.book.pack), content)
            else:
                self._take_rows(self.door, content)
            file.unlink()

    def _replies(self, content: bytes) -> bool:
        """Whether a mail replies to an alert, and so is no report; whoever says so in it has taken over."""
        reply = read_reply(content)
        if reply is None:
            return False
        if not reply.by_machine:
            came = replies.by_reply(self.book, reply.answered, reply.secrets, reply.content)
            self.came.known += came is not Came.ELSEWHERE
            return came is not Came.ELSEWHERE
        answers = replies.answers_a_call(self.book, reply.answered, reply.secrets)
        if answers:
            problem = "A machine answered an alert (an absence notice, or a bounce): nobody took over by it."
            self.came.kept += logbook.keep(self.book, content, problem)
        return answers

    def _take(self, read: Callable[[], Incoming], raw: bytes) -> None:
        try:
            new = tips.take_tip(self.book, read())
        except BadInput as problem:
            self.came.kept += logbook.keep(self.book, raw, str(problem))
            return
        self.came.new += new
        self.came.known += not new

    def _take_rows(self, door: CsvFolderDoor, content: bytes) -> None:
        lines = csv.reader(io.StringIO(content.decode("utf-8-sig", "surrogateescape"), newline=""))
        seen: Counter[str] = Counter()
        try:
            header = _header(next(lines, []), door)
            for line in filter(None, lines):
                written = "\t".join(line)
                seen[written] += 1
                # Two rows that are alike are two rows.
                raw = written if seen[written] == 1 else f"{written}\t({seen[written]})"
                self._take(partial(self._read, door, header, line), raw.encode("utf-8", "surrogateescape"))
        except csv.Error:
            self.came.kept += logbook.keep(self.book, content, "The rest of this file is no CSV.")
        except BadInput as problem:
            self.came.kept += logbook.keep(self.book, content, str(problem))

    def _read(self, door: CsvFolderDoor, header: list[str], line: list[str]) -> Incoming:
        return read_row(self.name, door, _row(header, line), self.book.pack)


def whole_files(door: MailFolderDoor | CsvFolderDoor) -> list[Path]:
    """The files in a door's folder that nobody writes any more.

    Raises:
        OSError: the folder is away.
    """
    ending = ".eml" if isinstance(door, MailFolderDoor) else ".csv"
    return [
        file
        for file in sorted(door.folder.iterdir())
        if file.suffix.casefold() == ending
        and not file.name.startswith(".")
        and file.is_file()
        and time.time() - file.stat().st_mtime >= SETTLED_AFTER
    ]


def _header(line: list[str], door: CsvFolderDoor) -> list[str]:
    header = [column.strip() for column in line]
    if set(door.columns.model_dump(exclude_defaults=True).values()) - set(header):
        raise BadInput("This file lacks a column that the door names. It is kept for a person.")
    return header


def _row(header: list[str], line: list[str]) -> dict[str, str]:
    if len(line) != len(header):
        raise BadInput("This row has another number of cells than the header. It is kept for a person.")
    return dict(zip(header, line, strict=True))
