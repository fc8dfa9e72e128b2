"""Evidence: files that people add to a case, who opened each, and the ones withdrawn as wrong (W-18, P-08).

The bytes lie sealed where large files lie (see :mod:`states.files`). The row of a file holds its key, its
name and its SHA-256, sealed with its case, and the ledger a digest of that: nobody who only has the ledger
can compare a file with it, and whoever erases the case erases its files. A file lies there before its row is
written: what breaks off in between leaves one that nothing opens, which
:mod:`~states.casebook.record.tidying` removes.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from states.access import MAY, Act, Actor, correct, leads, why_not
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.record.names_of_files import withheld_names
from states.contents.inquiry import RemarkContent, reason
from states.contents.kept import ATTACHMENTS, REMARKS
from states.contents.verbatim import AttachmentContent
from states.errors import FilesAway, NotPermitted, Refused, TatError, UnknownRecord
from states.files.arriving import Arrived
from states.files.kinds import is_previewed
from states.files.places import Place
from states.files.sealing import Part
from states.tables import Attachment, Event, Remark, table_of

_ATTACHMENTS = table_of(Attachment)
_EVENTS = table_of(Event)
_REMARKS = table_of(Remark)

#: for how long going on with a file that was opened is the same opening: films are read in parts
SAME_OPENING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Opening:
    """That somebody opened a file."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a case, in its list.

    Args:
        file_id: its id.
        at: when it was added.
        by: who added it; ``reporter``: it came with a report.
        about: id of the record that it belongs to; empty: the case.
        name: what it was called; empty: it has no name, or it is withheld.
        media_type: of what kind it is.
        size: how many bytes it has.
        digest: their SHA-256; empty: of one from before that was kept.
        shows: what whoever added it says that it shows.
        openings: who opened it, oldest first.
        previewed: whether it is shown on a page of ours.
        may_open: whether whoever reads the list may open it.
        may_withdraw: whether they may withdraw it.
        withdrawn_at: when it was withdrawn; None: it was not.
        withdrawn_by: who withdrew it.
        because: why.
        withheld: who can tell its name, where that is withheld (W-40).
    """

    file_id: str
    at: datetime
    by: str
    about: str
    name: str = field(repr=False)
    media_type: str
    size: int
    digest: str = field(repr=False)
    shows: str = field(repr=False)
    openings: tuple[Opening, ...]
    previewed: bool
    may_open: bool
    may_withdraw: bool
    withdrawn_at: datetime | None
    withdrawn_by: str
    because: str = field(repr=False)
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was opened, to be read in whole or in part.

    Args:
        name: what it was called.
        media_type: of what kind it is.
        size: how many bytes it has.
        digest: their SHA-256; empty: of one from before that was kept.
        withheld: who can tell its name, where that is withheld (W-40).
    """

    name: str = field(repr=False)
    media_type: str
    size: int
    digest: str = field(repr=False)
    withheld: str
    _stored: str
    _said: AttachmentContent = field(repr=False)
    _place: Place | None

    def part(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Its bytes from one to the one before another; each is proved to be as it was before it is given.

        Raises:
            FileDamaged: it is missing where it lies, or was changed there.
            FilesAway: where it lies cannot be reached.
        """
        behind = self.size if end is None else min(end, self.size)
        if self._place is None:
            yield b64decode(self._said.data)[start:behind]
            return
        part = Part(self._stored, b64decode(self._said.key), self.size, start, behind)
        yield from part.opened(self._place.reading(self._stored, part.sealed_start, part.sealed_end))


def let_add(book: Casebook, number: str, *, by: Actor) -> None:
    """Let somebody add files to a case, before a long one is taken from them; or refuse.

    Raises:
        UnknownRecord: there is no such case, or none that they may know of.
        CaseErased: the case's key is destroyed.
        NotPermitted: they may not.
    """
    with book.page(number, by, Act.RECORD):
        return


def add(book: Casebook, number: str, files: Sequence[Arrived], *, by: Actor, shows: str = "") -> list[str]:
    """Put files that have arrived on record, all or none; returns their ids.

    Args:
        book: the casebook.
        number: the case's number.
        files: the files; what is not put on record is removed.
        by: who adds them.
        shows: what they show, or where they are from; kept, sealed.

    Raises:
        UnknownRecord: there is no such case, or none that they may know of.
        NotPermitted: they may not.
    """
    said = RemarkContent.read({"text": shows})
    with removed_if_refused(book, files), book.page(number, by, Act.RECORD) as page:
        return [put(page, file, shows=said) for file in files]


def put(
    page: Page, file: Arrived, *, about: str = "", receipt: str = "", shows: RemarkContent | None = None
) -> str:
    """Put one file that has arrived on record on an open page; returns its id.

    Args:
        page: the case.
        file: the file.
        about: id of the record that it belongs to; empty: the case.
        receipt: id of the report whose number and secret it came with; empty: it came another way.
        shows: what whoever gives it says that it shows.
    """
    row = Attachment(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        about=about,
        receipt=receipt,
        media_type=file.kind.media_type,
        size=file.size,
        stored=file.stored,
    )
    key = b64encode(file.key).decode()
    page.add(row, AttachmentContent(key=key, name=file.name, digest=file.digest))
    if shows is not None and shows.text:
        page.add(Remark(case_id=page.case.id, at=page.now, by=page.by.id, about=row.id), shows)
    page.log("file_added", attachment=row.id, size=file.size, **({"about": about} if about else {}))
    return row.id


@contextmanager
def removed_if_refused(book: Casebook, files: Sequence[Arrived]) -> Iterator[None]:
    """Remove files that arrived when the block refuses to put them on record.

    Where the database went away in the middle, nobody knows yet whether they are on record: they stay.
    """
    try:
        yield
    except TatError:
        for file in files:
            with suppress(FilesAway):
                book.place.remove(file.stored)
        raise


def listed(book: Casebook, number: str, *, by: Actor) -> list[FileLine]:
    """The files of a case, oldest first, with who opened each; that they were listed is on record.

    Raises:
        UnknownRecord: there is no such case, or none that they may know of.
        NotPermitted: they may not read it.
    """
    with book.page(number, by, Act.READ) as page:
        openings, remarks = _openings(page), _remarks(page)
        may_write = why_not(by, MAY[Act.RECORD], page.case) is None
        lines = [
            _line(page, row, openings.get(row.id, ()), remarks.get(row.id, []), may_write=may_write)
            for row in page.rows(Attachment)
        ]
        page.log("read", of="files")
        of = withheld_names(page)
        return [replace(line, name="", withheld=who) if (who := of(line.about)) else line for line in lines]


def _openings(page: Page) -> dict[str, tuple[Opening, ...]]:
    found: dict[str, tuple[Opening, ...]] = {}
    reads = select(_EVENTS.c.at, _EVENTS.c.actor, _EVENTS.c.data).order_by(_EVENTS.c.seq)
    mine = reads.where(_EVENTS.c.case_id == page.case.id, _EVENTS.c.what == "read")
    for event in page.connection.execute(mine):
        if file_id := event.data.get("attachment"):
            found[file_id] = (*found.get(file_id, ()), Opening(event.actor, event.at))
    return found


def _remarks(page: Page) -> dict[str, list[Remark]]:
    found: dict[str, list[Remark]] = {}
    for row in page.rows(Remark, _REMARKS.c.about.in_(select(_ATTACHMENTS.c.id))):
        found.setdefault(row.about, []).append(row)
    return found


def _line(
    page: Page, row: Attachment, openings: tuple[Opening, ...], remarks: list[Remark], *, may_write: bool
) -> FileLine:
    said = page.open(ATTACHMENTS, row)
    # Of one that was moved with its report, why it was withdrawn is with the case that it was in.
    may_open = _may_open(page, row)
    why = remarks.pop() if row.withdrawn_at is not None and remarks else None
    return FileLine(
        file_id=row.id,
        at=row.at,
        by=row.by,
        about=row.about,
        # What should not be here is not told by its name either.
        name=said.name if may_open else "",
        media_type=row.media_type,
        size=row.size,
        digest=said.digest,
        shows=" ".join(page.open(REMARKS, each).text for each in remarks) if may_open else "",
        openings=openings,
        previewed=is_previewed(row.media_type),
        may_open=_is_there(said, row) and may_open,
        may_withdraw=may_write and _is_evidence(row) and row.withdrawn_at is None and _may_correct(page, row),
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=why.by if why is not None else "",
        because=page.open(REMARKS, why).text if why is not None else "",
    )


def _is_there(said: AttachmentContent, row: Attachment) -> bool:
    """Whether a file is in this case still; one that moved with its report is in another one."""
    return bool(row.stored or said.data)


def _is_evidence(row: Attachment) -> bool:
    """Whether a file was added by people; what belongs to an order or came back by mail is part of that."""
    return bool(row.stored)


def _may_open(page: Page, row: Attachment) -> bool:
    return row.withdrawn_at is None or page.by.id == row.by or leads(page.by, page.case)


def _may_correct(page: Page, row: Attachment) -> bool:
    try:
        correct(page.by, page.case, row.by)
    except NotPermitted:
        return False
    return True


def opened(book: Casebook, number: str, file_id: str, *, by: Actor, going_on: bool = False) -> Opened:
    """Open a file of a case; that it was opened is on record before the first byte is given.

    Args:
        book: the casebook.
        number: the case's number.
        file_id: the file.
        by: who opens it.
        going_on: whether they go on with one that they have open, as films are read; where they have not
            just opened it, this is an opening, too.

    Raises:
        UnknownRecord: the case has no such file, or none that they may open.
        NotPermitted: they may not read the case.
    """
    with book.page(number, by, Act.READ) as page:
        row = page.row(Attachment, file_id)
        said = page.open(ATTACHMENTS, row)
        if not _may_open(page, row) or not _is_there(said, row):
            raise UnknownRecord(f"{number} has no such file that can be opened. Nothing was shown.")
        if not (going_on and _has_open(page, file_id)):
            page.log("read", of="attachment", attachment=file_id)
        place = book.place if row.stored else None
        withheld = withheld_names(page)(row.about)
        name = "" if withheld else said.name
        return Opened(name, row.media_type, row.size, said.digest, withheld, row.stored, said, place)


def _has_open(page: Page, file_id: str) -> bool:
    reads = select(_EVENTS.c.data).where(
        _EVENTS.c.case_id == page.case.id,
        _EVENTS.c.what == "read",
        _EVENTS.c.actor == page.by.id,
        _EVENTS.c.at > page.now - SAME_OPENING,
    )
    return any(event.data.get("attachment") == file_id for event in page.connection.execute(reads))


def withdraw(book: Casebook, number: str, file_id: str, *, by: Actor, because: str) -> None:
    """Withdraw a file that should not have been added: it stays on record, for whoever added it and the lead.

    Args:
        book: the casebook.
        number: the case's number.
        file_id: the file.
        by: who withdraws it: whoever added it, the case's lead or the chair; one that came with a report,
            any member on the case.
        because: why; kept, sealed.

    Raises:
        BadInput: no reason is given.
        Refused: it is withdrawn already, or is part of another record.
        NotPermitted: it is another's, or they may not write in the case.
        UnknownRecord: the case has no such file.
    """
    with book.page(number, by, Act.RECORD) as page:
        why = reason(because, "withdrawing a file")
        row = page.row(Attachment, file_id)
        if row.withdrawn_at is not None:
            raise Refused("This file is withdrawn already. Nothing was written.")
        if not _is_evidence(row):
            raise Refused("This file is part of another record: correct that. Nothing was written.")
        correct(by, page.case, row.by)
        page.set(Attachment, file_id, withdrawn_at=page.now)
        page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=file_id), why)
        page.log("file_withdrawn", attachment=file_id)
