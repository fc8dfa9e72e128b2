"""Files and their rows held against each other: what no row names goes, what is missing or changed is told.

A file that no case names any more was begun and never put on record, or its case was erased. It is removed
once it is a day old: nobody is still adding it then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Connection, select

from states.access import Act, Actor, permit
from states.casebook.book import CASES, Casebook
from states.casebook.record.evidence import Opened
from states.contents.kept import ATTACHMENTS
from states.errors import FileDamaged
from states.files.sealing import sealed_size
from states.tables import Attachment, stored, table_of

_ATTACHMENTS = table_of(Attachment)

#: how long a file may lie there before its row is written
ADDED_BY_THEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tidied:
    """What a round over the files removed.

    Args:
        orphans: whole files that no case names.
        unfinished: files that never became whole.
    """

    orphans: int
    unfinished: int


@dataclass(frozen=True, slots=True)
class Checked:
    """How the files that cases name are where they lie.

    Args:
        files: how many they are.
        missing: the numbers of cases and ids of files that are not there, or have another length.
        damaged: those that do not open, or are not what their digest says; looked for only when asked.
    """

    files: int
    missing: tuple[tuple[str, str], ...]
    damaged: tuple[tuple[str, str], ...]


def tidy(book: Casebook, *, by: Actor) -> Tidied:
    """Remove what lies where files are kept and belongs to no case.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.

    Raises:
        FilesAway: the place cannot be reached.
    """
    permit(by, Act.OPERATE)
    # What is looked at first may be put on record while we look, and is young then.
    before = book.clock() - ADDED_BY_THEN
    old = [name for name, _, since in book.place.lying() if since < before]
    with book.store.read() as connection:
        named = {row.stored for _, row in _rows(connection)}
    orphans = [name for name in old if name not in named]
    for name in orphans:
        book.place.remove(name)
    return Tidied(len(orphans), book.place.tidy(before))


def check(book: Casebook, *, by: Actor, reading: bool = False) -> Checked:
    """See whether every file that a case names is where it lies; nobody is shown anything of it.

    Args:
        book: the casebook.
        by: who asks.
        reading: whether each is read through, too: whether it opens, and is what its digest says.

    Raises:
        FilesAway: the place cannot be reached.
    """
    permit(by, Act.OPERATE)
    with book.store.read() as connection:
        rows = list(_rows(connection))
    sizes = {name: size for name, size, _ in book.place.lying()} if rows else {}
    missing = [(number, row.id) for number, row in rows if sizes.get(row.stored) != sealed_size(row.size)]
    gone = set(missing)
    there = [(number, row) for number, row in rows if (number, row.id) not in gone] if reading else []
    damaged = [(number, row.id) for number, row in there if not _opens(book, row)]
    return Checked(len(rows), tuple(missing), tuple(damaged))


def _rows(connection: Connection) -> Iterator[tuple[str, Attachment]]:
    """Every file that a case names which is not erased, with the case's number."""
    query = (
        select(_ATTACHMENTS, CASES.c.number)
        .join(CASES, CASES.c.id == _ATTACHMENTS.c.case_id)
        .where(_ATTACHMENTS.c.stored != "", CASES.c.erased_at.is_(None))
        .order_by(CASES.c.number, _ATTACHMENTS.c.seq)
    )
    for row in connection.execute(query):
        yield row.number, stored(Attachment, row)


def _opens(book: Casebook, row: Attachment) -> bool:
    with book.store.read() as connection:
        said = ATTACHMENTS.open(book.key(connection, row.case_id), row)
    file = Opened(said.name, row.media_type, row.size, said.digest, "", row.stored, said, book.place)
    digest = sha256()
    try:
        for each in file.part():
            digest.update(each)
    except FileDamaged:
        return False
    return digest.hexdigest() == said.digest
