"""Folders into which other systems drop reports: each file is taken in whole, then removed.

A file is removed only once all that it says is committed; what could not be read is kept, sealed, for a
person (`tat intake list`). A file that somebody may still be writing is left for the next time. Nothing that
stands in a file keeps the next one, or another door's, from being taken in; what is wrong with us (a case
database that is away, say) keeps the file where it is.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError, StatementError

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.alarms import replies
from states.casebook.intake import logbook, tips
from states.casebook.intake.tips import Incoming
from states.casebook.record import returned
from states.casebook.record.files import Enclosed
from states.errors import BadInput, Refused, TatError
from states.intakelog.reading.records import Record
from states.vocabulary.effects import NoticeNews
from tasks.boundary import PASSING, classify
from tasks.doors import rows
from tasks.doors.files import DropFolder, Found, Wrong, opened
from tasks.doors.letters import Letter, Sort
from tasks.doors.mail_reader import MailReader
from tasks.doors.messages import read_mail, read_reply, read_row
from tasks.doors.registry import CsvFolderDoor, Doors, MailFolderDoor


@dataclass(slots=True)
class Came:
    """What a look into one door's folder came to.

    Args:
        new: how many reports were taken in.
        joined: how many of these went on with what came in before, or answered it, and are in that case.
        known: how many had been taken in before, or took over an alarm.
        answered: how many machines' mails are on record with the notice that they are about.
        kept: how many pieces could not be read, or are no report, and wait sealed for a person.
        empty: how many rows had nothing in them.
        refused: how many files were set aside unread, under another name in the folder.
        left: how many files could not be taken in now, and are tried again.
        code: why the last one of those was left, or why the folder could not be opened; empty: none was.
    """

    new: int = 0
    joined: int = 0
    known: int = 0
    answered: int = 0
    kept: int = 0
    empty: int = 0
    refused: int = 0
    left: int = 0
    code: str = ""


@dataclass(slots=True)
class TakenIn:
    """What a round of all folders came to.

    Args:
        doors: what each door's folder came to, by the door's name.
    """

    doors: dict[str, Came] = field(default_factory=dict)

    @property
    def total(self) -> Came:
        """What all folders together came to."""
        counts = [each.name for each in fields(Came) if each.name != "code"]
        return Came(**{name: sum(getattr(came, name) for came in self.doors.values()) for name in counts})

    @property
    def unusable(self) -> dict[str, str]:
        """Why doors' folders, or files in them, could not be taken in now: a code by the door's name."""
        return {name: came.code for name, came in self.doors.items() if came.code}


def take_in(book: Casebook, doors: Doors) -> TakenIn:
    """Take in every file that lies in the folders of the doors.

    Args:
        book: the casebook.
        doors: the doors.
    """
    taken = TakenIn()
    with MailReader() as reader:
        for name, door in doors.all().items():
            if not isinstance(door, MailFolderDoor | CsvFolderDoor):
                continue
            came = taken.doors[name] = Came()
            try:
                with opened(door.folder, ending_of(door)) as folder:
                    _Round(book, name, door, came, folder, reader).go()
            except OSError as error:
                # A folder that is away keeps no other one from being emptied; operators are told its name.
                came.code = classify(error).code
    return taken


@dataclass(frozen=True, slots=True)
class _Round:
    """One door's folder, being emptied."""

    book: Casebook
    name: str
    door: MailFolderDoor | CsvFolderDoor
    came: Came
    folder: DropFolder
    reader: MailReader

    def go(self) -> None:
        for name in self.folder.names():
            try:
                self._take_file(name)
            except Exception as error:  # noqa: BLE001 - whatever befalls one file, the next one is taken in
                self.came.left += 1
                self.came.code = classify(error).code

    def _take_file(self, name: str) -> None:
        found = self.folder.read(name)
        if isinstance(found, Wrong):
            self._refuse(name, found)
        elif found is not None:
            if isinstance(self.door, MailFolderDoor):
                self._take_mail(self.door, found)
                self.folder.remove(found)
            else:
                self._take_rows(self.door, found)

    def _refuse(self, name: str, wrong: Wrong) -> None:
        aside = self.folder.set_aside(name)
        said = f"A file in the folder of door {self.name} was set aside as {aside}. {wrong.value}"
        logbook.keep(self.book, f"{name}\n{aside}".encode("utf-8", "surrogateescape"), said)
        self.came.refused += 1

    def _take_mail(self, door: MailFolderDoor, found: Found) -> None:
        letter = self.reader.read(found.content)

        def take() -> None:
            if letter is None:
                raise BadInput("This mail takes too much time or memory to read. It is kept for a person.")
            if not (
                self._is_ours(letter, found.content)
                or self._speaks_of_a_notice(letter, found.content)
                or self._replies(letter, found.content)
                or self._by_machine(letter, found.content)
            ):
                self._report(read_mail(self.name, door, letter, found.content, self.book.pack))

        self._or_keep(take, found.content)

    def _is_ours(self, letter: Letter, content: bytes) -> bool:
        """Whether a mail is a message of ours that came back as it left: a report of it would send others."""
        ours = returned.is_ours(self.book, letter.id, by=SYSTEM)
        if ours:
            self._keep(content, "A message of the team's own came back as it left: it is no report.")
        return ours

    def _speaks_of_a_notice(self, letter: Letter, content: bytes) -> bool:
        """Whether a machine's mail is about a notice of ours: it is kept with that, and is no report."""
        if letter.sort is Sort.WRITTEN:
            return False
        about = (*letter.originals, *letter.answered)
        mail = Enclosed("", "message/rfc822", content)
        heard = returned.hear(self.book, about, NoticeNews(letter.sort), mail, by=SYSTEM)
        if heard is returned.Heard.OF_TEAM:
            self._keep(content, f"{_MACHINES[letter.sort]} It is about a message of no case.")
        self.came.answered += heard is not returned.Heard.ELSEWHERE
        return heard is not returned.Heard.ELSEWHERE

    def _by_machine(self, letter: Letter, content: bytes) -> bool:
        """Whether a machine wrote a mail about something that is not known here: a person looks at it."""
        if letter.sort is Sort.WRITTEN:
            return False
        self._keep(content, f"{_MACHINES[letter.sort]} What it is about is not known here.")
        return True

    def _replies(self, letter: Letter, content: bytes) -> bool:
        """Whether a mail replies to an alert, and so is no report; whoever says so in it has taken over."""
        reply = read_reply(letter)
        if reply is None:
            return False
        if not reply.by_machine:
            came = replies.by_reply(self.book, reply.answered, reply.secrets, reply.content)
            replied = came is not replies.Came.ELSEWHERE
            self.came.known += replied
            return replied
        answers = replies.answers_a_call(self.book, reply.answered, reply.secrets)
        if answers:
            problem = "A machine answered an alert (an absence notice, or a bounce): nobody took over by it."
            self.came.kept += logbook.keep(self.book, content, problem)
        return answers

    def _take_rows(self, door: CsvFolderDoor, found: Found) -> None:
        seen: Counter[bytes] = Counter()
        try:
            file = rows.read(found.content, door.columns.model_dump(exclude_defaults=True).values())
        except BadInput as problem:
            self._keep(found.content, str(problem))
            self.folder.remove(found)
            return
        if _twice(file.header):
            self._refuse(found.name, Wrong.HEADING_TWICE)
            return
        for record in file.records:
            if record.is_empty:
                self.came.empty += 1
                continue
            seen[record.raw] += 1
            # Two rows that are alike are two rows.
            again = b"" if seen[record.raw] == 1 else b"\t(%d)" % seen[record.raw]
            self._take_row(door, file.header, record, record.raw.rstrip(b"\r\n") + again)
        self.folder.remove(found)

    def _take_row(self, door: CsvFolderDoor, header: Sequence[str], record: Record, raw: bytes) -> None:
        def take() -> None:
            self._report(read_row(self.name, door, rows.named(header, record), self.book.pack))

        self._or_keep(take, raw)

    def _report(self, incoming: Incoming) -> None:
        taken = tips.take_tip(self.book, incoming)
        self.came.new += taken is not tips.Taken.KNOWN
        self.came.joined += taken is tips.Taken.JOINED
        self.came.known += taken is tips.Taken.KNOWN

    def _or_keep(self, take: Callable[[], None], raw: bytes) -> None:
        """Take something in; keep it for a person where that fails for what it says."""
        try:
            take()
        except BadInput as problem:
            self._keep(raw, str(problem))
        except Exception as error:
            if not _speaks_of_the_file(error):
                raise
            code = classify(error).code
            self._keep(raw, f"This could not be taken in as a report ({code}). It is kept for a person.")

    def _keep(self, raw: bytes, why: str) -> None:
        self.came.kept += logbook.keep(self.book, raw, why)


#: what is said of a machine's mail
_MACHINES = {
    Sort.FAILED: "A mail system says that it could not deliver a message.",
    Sort.DELAYED: "A mail system says that it could not deliver a message yet, and goes on trying.",
    Sort.DELIVERED: "A mail system says that it delivered a message, or passed it on.",
    Sort.ANSWER: "A machine answered a message (an absence notice, a receipt, a calendar).",
}


def ending_of(door: MailFolderDoor | CsvFolderDoor) -> str:
    """How the names of a door's files end, in lower case."""
    return ".eml" if isinstance(door, MailFolderDoor) else ".csv"


def _speaks_of_the_file(error: Exception) -> bool:
    """Whether something failed for what stands in a file, and would do so each time."""
    if isinstance(error, SQLAlchemyError):
        # The database's other complaints are about itself.
        return isinstance(error, DataError | IntegrityError) or type(error) is StatementError
    if isinstance(error, TatError):
        return isinstance(error, Refused) and not isinstance(error, PASSING)
    return not isinstance(error, OSError | MemoryError)


def _twice(header: Sequence[str]) -> bool:
    """Whether two columns have one heading: which of them is meant, nobody can say."""
    named = [column for column in header if column]
    return len(set(named)) < len(named)
