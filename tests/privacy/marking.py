"""Markers: words that stand for personal data, and the search for them wherever they must not be."""

import base64
import sqlite3
import subprocess
from collections.abc import Iterable
from hashlib import sha256
from itertools import count
from pathlib import Path

#: ends every word that stands for what a person wrote, or who they are
CONTENT = "ZQXMARKER"

#: begins every word in what a fault says: a source's exception, a mail server's reply, a database's complaint
FAULT = "ZQXFAULT"

_LETTERS = str.maketrans("0123456789abcdef", "BCDFGHJKLMNPRSTV")


class Words:
    """Gives each field a word of its own, no spelling of another: names are compared."""

    def __init__(self) -> None:
        self._number = count(1)
        #: the words given, by field
        self.given: dict[str, str] = {}

    def __call__(self, field: str) -> str:
        """The word for a field."""
        # Sixteen letters by which no two are alike; the numbers of hexadecimal become letters, too.
        digest = sha256(str(next(self._number)).encode()).hexdigest()[:16]
        word = self.given[field] = digest.translate(_LETTERS) + CONTENT
        return word


def shapes(stem: str) -> list[bytes]:
    """What a stem looks like in a file: plain, in two bytes a letter, and in base64 wherever it begins."""
    found = [stem.lower().encode(), stem.lower().encode("utf-16-le")]
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + stem.encode())
        # The first and the last letters depend on the neighbours.
        found.append(encoded[4 * (shift > 0) : -4].lower())
    return found


def in_files(stem: str, roots: Iterable[Path]) -> list[str]:
    """The files under some folders that hold a stem, in any shape."""
    found = []
    for root in roots:
        for file in [root] if root.is_file() else sorted(root.rglob("*")):
            if file.is_file():
                content = _read(file).lower()
                found += [str(file)] if any(shape in content for shape in shapes(stem)) else []
    return found


def _read(file: Path) -> bytes:
    """What a file holds, read in a process of its own.

    Whoever closes a file gives up every lock that their process has on it (POSIX): of a database that is open
    here another process would then take itself for the first, and cut off what is mapped into memory here.
    """
    return subprocess.run(["cat", file], capture_output=True, check=True).stdout  # noqa: S607 - whichever is here


def in_sqlite(stem: str, database: Path) -> list[str]:
    """The columns of a SQLite database that hold a stem, in any shape."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [f"{table}.{column}" for table in tables for column in _columns_with(stem, connection, table)]
    finally:
        connection.close()


def _columns_with(stem: str, connection: sqlite3.Connection, table: str) -> list[str]:
    cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
    names = [column[0] for column in cursor.description]
    found = set()
    for row in cursor:
        for name, value in zip(names, row, strict=True):
            content = value if isinstance(value, bytes) else str(value).encode()
            if any(shape in content.lower() for shape in shapes(stem)):
                found.add(name)
    return sorted(found)
