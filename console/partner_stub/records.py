"""The stub's database: queries, nonces and past contacts, in SQLite."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

#: how a query stands before its final answer
OPEN = ("pending", "approved")

#: how long a nonce is remembered: longer than any signature that carries it is valid
NONCE_KEPT = timedelta(minutes=15)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS queries (
    ticket TEXT PRIMARY KEY, key TEXT NOT NULL, asked TEXT NOT NULL, received_at TEXT NOT NULL,
    expires_at REAL NOT NULL, status TEXT NOT NULL, details TEXT NOT NULL DEFAULT '{}',
    call_at REAL, calls INTEGER NOT NULL DEFAULT 0, call_result TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS queries_by_key ON queries (key);
CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, seen_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS contacts (
    place TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
    incident TEXT NOT NULL, outcome TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that came in.

    Args:
        ticket: what it is known by.
        key: its Idempotency-Key.
        asked: what was asked, as it came.
        received_at: when it came, ISO 8601.
        expires_at: until when an answer is wanted, in seconds since 1970.
        status: how it stands.
        details: what its answer carries besides.
        call_at: when to call back, in seconds since 1970; None: there is nothing to call about.
        calls: how often that was tried.
        call_result: what became of it.
    """

    ticket: str
    key: str
    asked: dict[str, Any] = field(repr=False)
    received_at: str
    expires_at: float
    status: str
    details: dict[str, Any] = field(repr=False)
    call_at: float | None
    calls: int
    call_result: str

    @property
    def open(self) -> bool:
        """Whether it has no final answer yet."""
        return self.status in OPEN

    def document(self) -> dict[str, Any]:
        """The answer as it travels."""
        return {
            "ticket": self.ticket,
            "kind": self.asked["kind"],
            "status": self.status,
            **self.details,
        }


@dataclass(frozen=True, slots=True)
class Contact:
    """An entry of the police log."""

    place: str
    first: date
    last: date
    incident: str
    outcome: str


class Records:
    """The stub's database; used from one thread at a time.

    Args:
        file: where it lies; made if missing.
    """

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def add(self, ticket: str, key: str, asked: dict[str, Any], *, now: datetime) -> Query:
        """Keep a new query, pending."""
        expires_at = datetime.fromisoformat(asked["expires_at"]).timestamp()
        self._db.execute(
            "INSERT INTO queries (ticket, key, asked, received_at, expires_at, status)"
            " VALUES (?, ?, ?, ?, ?, 'pending')",
            (ticket, key, json.dumps(asked), now.isoformat(), expires_at),
        )
        return self._one("ticket = ?", ticket)

    def put(self, ticket: str, **changes: object) -> Query:
        """Change columns of a query, or nothing at all."""
        values = {name: json.dumps(v) if isinstance(v, dict) else v for name, v in changes.items()}
        for name, value in values.items():
            # Names of columns come from our own keyword arguments.
            self._db.execute(f"UPDATE queries SET {name} = ? WHERE ticket = ?", (value, ticket))  # noqa: S608
        return self._one("ticket = ?", ticket)

    def query(self, ticket: str) -> Query | None:
        """The query under a ticket."""
        return next(iter(self._some("ticket = ?", ticket)), None)

    def newest_under(self, key: str) -> Query | None:
        """The newest query under an Idempotency-Key."""
        return next(iter(self._some("key = ?", key)), None)

    def queries(self) -> list[Query]:
        """Every query, newest first."""
        return self._some("1 = ?", 1)

    def overdue(self, now: datetime) -> list[Query]:
        """Open queries whose answer is no longer wanted."""
        found = self._some("expires_at <= ?", now.timestamp())
        return [query for query in found if query.open]

    def to_call(self, now: datetime) -> list[Query]:
        """Queries about which to call back by now."""
        return self._some("call_at <= ?", now.timestamp())

    def next_moment(self) -> float | None:
        """When something falls due next, in seconds since 1970; None: nothing does."""
        (row,) = self._db.execute(
            "SELECT min(CASE WHEN status IN ('pending', 'approved') THEN expires_at ELSE call_at END) AS at"
            " FROM queries"
        ).fetchall()
        return None if row["at"] is None else float(row["at"])

    def _one(self, where: str, value: object) -> Query:
        (query,) = self._some(where, value)
        return query

    def _some(self, where: str, value: object) -> list[Query]:
        rows = self._db.execute(
            f"SELECT * FROM queries WHERE {where} ORDER BY rowid DESC",  # noqa: S608 - our own words
            (value,),
        )
        return [
            Query(**{**row, "asked": json.loads(row["asked"]), "details": json.loads(row["details"])})
            for row in map(dict, rows)
        ]

    def seen(self, nonce: str, *, now: datetime) -> bool:
        """Remember a nonce, and say whether it was known."""
        kept_since = (now - NONCE_KEPT).timestamp()
        self._db.execute("DELETE FROM nonces WHERE seen_at < ?", (kept_since,))
        added = self._db.execute(
            "INSERT INTO nonces VALUES (?, ?) ON CONFLICT DO NOTHING", (nonce, now.timestamp())
        )
        return added.rowcount == 0

    def load(self, contacts: Iterable[Contact]) -> int:
        """Put past contacts in the place of those that were there; returns how many there are now."""
        self._db.execute("BEGIN")
        self._db.execute("DELETE FROM contacts")
        self._db.executemany(
            "INSERT INTO contacts VALUES (?, ?, ?, ?, ?)",
            ((c.place, c.first.isoformat(), c.last.isoformat(), c.incident, c.outcome) for c in contacts),
        )
        self._db.execute("COMMIT")
        return int(self._db.execute("SELECT count(*) FROM contacts").fetchone()[0])

    def contacts(self, place: str, day: str, most: int) -> list[Contact]:
        """Past contacts at a place, newest first.

        Args:
            place: words that the place's name contains, in any case.
            day: an ISO 8601 date that they fall on; empty: any day.
            most: how many at most.
        """
        rows = self._db.execute(
            "SELECT * FROM contacts WHERE instr(lower(place), lower(?))"
            " AND (? = '' OR ? BETWEEN first AND last)"
            " ORDER BY first DESC LIMIT ?",
            (place, day, day, most),
        )
        return [
            Contact(
                row["place"],
                date.fromisoformat(row["first"]),
                date.fromisoformat(row["last"]),
                row["incident"],
                row["outcome"],
            )
            for row in rows
        ]
