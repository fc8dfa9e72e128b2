"""What keeps the case database from being used: a full disk, a missing right, others; and how it is said."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError, ProgrammingError

from states.errors import DatabaseAway

#: bytes that SQLite needs beside its file to begin at all
ROOM = 64 * 1024

#: how SQLite (primary result codes) and PostgreSQL (SQLSTATE) say that they cannot, and how we say it
_FULL = (
    "The disk that holds the case database is full, and what you did was not written. All that was on record "
    "is kept and can be read: make room, then do it again."
)
_READ_ONLY = (
    "The case database, or the folder or disk that it lies on, can only be read, and what you did was not "
    "written. All that was on record is kept: give tatflow the right to write there, then do it again."
)
_BROKEN = (
    "The disk that holds the case database refused to read or write, and what you did was not written. "
    "All that was on record before is kept: look after the disk and its limits, then do it again."
)
_BUSY = (
    "The case database was in use by others for too long, and what you did was not written: do it again. "
    "If that goes on, see what uses it."
)
_DAMAGED = (
    "The file of the case database is damaged, or is none. Nothing was written: restore a backup, as "
    "docs/operators.md says."
)
_SAID: dict[int | str, str] = {
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_FULL: _FULL,
    "53100": _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    "25006": _READ_ONLY,
    sqlite3.SQLITE_IOERR: _BROKEN,
    "58030": _BROKEN,
    sqlite3.SQLITE_BUSY: _BUSY,
    "55P03": _BUSY,
}


#: what SQLite says when it cannot write, whatever the reason
_HINDERED = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


@contextmanager
def unusable(url: str) -> Iterator[None]:
    """Say in a sentence why the case database could not be used.

    Args:
        url: its SQLAlchemy URL.

    Raises:
        DatabaseAway: it could not; what was under way was not written.
    """
    try:
        yield
    except DBAPIError as error:
        # Its other kinds speak of what was being written: a mistake of ours.
        if type(error) not in (DatabaseError, OperationalError, ProgrammingError, InterfaceError):
            raise
        sentence = why(error, url)
    else:
        return
    raise DatabaseAway(sentence)


def cannot_write(error: BaseException) -> bool:
    """Whether SQLite could not write for want of room, of a right, or of a disk."""
    return getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF in _HINDERED


def why(error: DBAPIError, url: str) -> str:
    """What a failure of the database at a URL means, what was kept, and what to do."""
    if cannot_write(error) and (kept_from := hindered(Path(make_url(url).database or "").absolute().parent)):
        return kept_from
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF or getattr(error.orig, "sqlstate", None) or ""
    return _SAID.get(code) or (
        f"The case database could not be used ({type(error.orig).__name__}), and nothing was written. See "
        "that it runs."
    )


def hindered(folder: Path) -> str | None:
    """What keeps a file in a folder from growing, as a sentence."""
    try:
        disk = os.statvfs(folder)
    except OSError:
        return None
    if disk.f_flag & os.ST_RDONLY or not os.access(folder, os.W_OK):
        return _READ_ONLY
    return _FULL if disk.f_bavail * disk.f_frsize < ROOM else None
