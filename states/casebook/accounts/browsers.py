"""Browsers in which somebody signed in before: failures in them are counted apart (NIST SP 800-63B, 5.2.2).

A stranger who tries passwords makes the account rest for all browsers that nobody knows, and not for those.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import Connection, Table, select, update

from states.casebook.accounts.rows import ACCOUNT_ROWS, BROWSER_ROWS, tell
from states.casebook.book import Casebook
from states.casebook.team_rows import add_row
from states.ledger import coverage
from states.tables import Account, KnownBrowser, new_id, stored

#: how long a browser stays known
KNOWN_FOR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser in which somebody signs in.

    Args:
        known: the secret by which it is known here; empty: it is not.
        kind: what it is, from a closed list of names, as in ``Firefox on Windows``.
    """

    known: str = ""
    kind: str = ""


#: a browser that says nothing, or none at all
NONE = Browser()


@dataclass(frozen=True, slots=True)
class Tries:
    """Where failures are counted: of an account, in browsers that nobody knows; or of one that is known."""

    table: Table
    id: str
    failures: int
    locked_until: datetime | None


def tries_of(book: Casebook, connection: Connection, account: Account, browser: Browser) -> Tries:
    """Where failures in a browser are counted."""
    row = found(book, connection, account.id, browser.known)
    if row is None:
        return Tries(ACCOUNT_ROWS, account.id, account.failures, account.locked_until)
    return Tries(BROWSER_ROWS, row.id, row.failures, row.locked_until)


def count(
    connection: Connection, tries: Tries, failures: int, locked_until: datetime | None
) -> dict[str, str]:
    """Write down how often in a row somebody failed; gives what the team's chain is to tell of it."""
    this, until = tries.table.c.id == tries.id, {"locked_until": locked_until}
    connection.execute(update(tries.table).where(this).values(failures=failures, **until))
    return coverage.of(tries.table.name).changed(tries.id, until)


def forget_failures(connection: Connection, tries: Tries) -> dict[str, str]:
    """Count anew, as both factors were shown; what failed elsewhere stays counted there."""
    return count(connection, tries, 0, None)


def found(book: Casebook, connection: Connection, account: str, known: str) -> KnownBrowser | None:
    """The browser that a secret belongs to, if somebody signed in to this account in it."""
    browser_id, _, own = known.partition(".")
    if not browser_id.isalnum():
        return None
    row = connection.execute(
        select(BROWSER_ROWS).where(BROWSER_ROWS.c.id == browser_id).with_for_update()
    ).first()
    if row is None:
        return None
    browser = stored(KnownBrowser, row)
    fits = compare_digest(_blind(book, browser.id, account, own), browser.token)
    lives = browser.ended_at is None and book.clock() < browser.made_at + KNOWN_FOR
    return browser if fits and lives else None


def keep(book: Casebook, account: str, browser: Browser) -> str:
    """Know a browser from now on, as somebody signed in in it; gives the secret that it is to keep.

    Args:
        book: the casebook.
        account: whose account.
        browser: the browser; where it is known, it stays so.
    """
    with book.store.write() as connection:
        book.lock_team(connection)
        if found(book, connection, account, browser.known) is not None:
            return browser.known
        browser_id, own = new_id(), secrets.token_hex(32)
        row = KnownBrowser(
            id=browser_id,
            account=account,
            token=_blind(book, browser_id, account, own),
            made_at=book.clock(),
        )
        tell(book, connection, add_row(connection, row), member=account, what="browser_known")
        return f"{browser_id}.{own}"


def _blind(book: Casebook, browser: str, account: str, secret: str) -> str:
    return book.vault.blind("known browser", f"{browser} {account} {secret}")
