"""Sessions: who is signed in, for how long, and how each is ended.

What the browser keeps is the session's id and a secret; the database keeps a blind index of the secret with
the session and the account that it is of, so that a row that somebody writes past us lets nobody in.
"""

import logging
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DBAPIError

from states.access import Act, Actor, permit
from states.casebook.accounts.browsers import Browser
from states.casebook.accounts.rows import (
    CONSOLE,
    MEMBER_ROWS,
    SESSION_ROWS,
    as_actor,
    end_sessions,
    is_on_team,
    tell,
)
from states.casebook.book import Casebook
from states.casebook.team_rows import add_row
from states.contents.kept import MEMBERS
from states.errors import NotPermitted, UnknownRecord
from states.ledger import coverage
from states.store.hindrances import cannot_write
from states.tables import Member, Session, new_id, stored
from states.vault import TEAM_SCOPE, Vault
from states.vocabulary.people import SignInWay

_log = logging.getLogger(__name__)

#: a session ends when nobody used it for so long, and in any case so long after it began
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)

#: how long somebody has to say the code once the password was taken
CODE_WITHIN = timedelta(minutes=10)

#: how long the second factor counts as shown for what asks for it again
FRESH = timedelta(minutes=10)

#: how exactly it is kept when a session was last used
SEEN_EVERY = timedelta(minutes=1)

#: what is said to whoever is not signed in
SIGN_IN_FIRST = "You are not signed in, or not any more. Nothing was shown or written: sign in."


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in.

    Args:
        actor: who they are.
        name: what they are called.
        session: id of the session.
        proved_at: when they last showed the second factor.
    """

    actor: Actor
    name: str
    session: str
    proved_at: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Whether the second factor was shown a moment ago."""
        return now < self.proved_at + FRESH

    def must_be_fresh(self, now: datetime) -> None:
        """Let somebody do what asks for the second factor again.

        Raises:
            NotPermitted: they showed it too long ago.
        """
        if not self.is_fresh(now):
            raise NotPermitted("This asks for your code again. Nothing was written: show it, then repeat.")


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One open session of one's own."""

    id: str
    way: str
    device: str
    begun_at: datetime
    seen_at: datetime


def open_session(
    book: Casebook,
    connection: Connection,
    account: str,
    way: SignInWay,
    browser: Browser,
    *,
    proved_at: datetime | None = None,
) -> tuple[str, dict[str, str]]:
    """Begin a session; gives its secret, and what the team's chain is to tell of it.

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        account: whose it is.
        way: how they signed in.
        browser: in which browser.
        proved_at: when both factors were shown; None: not yet, and nothing is open.
    """
    now, session = book.clock(), new_id()
    given, token = _token_of(book.vault, session, account)
    row = Session(
        id=session,
        account=account,
        token=token,
        way=way,
        device=browser.kind,
        begun_at=now,
        seen_at=now,
        proved_at=proved_at,
    )
    return given, add_row(connection, row)


def proved(
    book: Casebook, connection: Connection, session: Session, at: datetime | None = None
) -> tuple[str, dict[str, str]]:
    """Open a session, or keep it open, as both factors were shown; gives another secret, and what is told.

    No secret outlives a change of what it opens (OWASP ASVS 5, 7.2.4).

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        session: the session.
        at: when they were shown; None: now.
    """
    given, token = _token_of(book.vault, session.id, session.account)
    now = book.clock()
    values = {"token": token, "proved_at": at or now}
    this = SESSION_ROWS.c.id == session.id
    connection.execute(update(SESSION_ROWS).where(this).values(**values, seen_at=now))
    return given, coverage.of(SESSION_ROWS.name).changed(session.id, values)


def _token_of(vault: Vault, session: str, account: str) -> tuple[str, str]:
    """A new secret for a session, as the browser keeps it, and what the database keeps of it."""
    secret = secrets.token_hex(32)
    return f"{session}.{secret}", _blind(vault, session, account, secret)


def visitor(book: Casebook, secret: str) -> Visitor:
    """Who is signed in with this secret; that the session was used is noted, to the minute.

    Raises:
        NotPermitted: nobody is, or not any more: the session or the membership has ended.
    """
    with book.store.read() as connection:
        session = found(book, connection, secret)
        here = found_as(book, connection, secret)
    if session is not None and session.seen_at <= book.clock() - SEEN_EVERY:
        _note(book, session)
    return here


def onlooker(book: Casebook, secret: str) -> Visitor:
    """Who is signed in with this secret, where a page asks by itself: that is no use of the session.

    Raises:
        NotPermitted: nobody is, or not any more.
    """
    with book.store.read() as connection:
        return found_as(book, connection, secret)


def is_begun(book: Casebook, secret: str) -> bool:
    """Whether the password was taken, and the code is to be said."""
    with book.store.read() as connection:
        session = found(book, connection, secret)
    return session is not None and session.proved_at is None


def mine(book: Casebook, *, by: Actor) -> list[SessionLine]:
    """One's own open sessions, the one used last first."""
    permit(by, Act.SIGN_IN)
    now = book.clock()
    with book.store.read() as connection:
        rows = connection.execute(
            select(SESSION_ROWS)
            .where(SESSION_ROWS.c.account == by.id, SESSION_ROWS.c.proved_at.is_not(None))
            .order_by(SESSION_ROWS.c.seen_at.desc(), SESSION_ROWS.c.id)
        )
        kept = [stored(Session, row) for row in rows]
    return [
        SessionLine(one.id, one.way, one.device, one.begun_at, one.seen_at)
        for one in kept
        if _is_open(one, now)
    ]


def end(book: Casebook, session: str, *, by: Actor) -> None:
    """End one of one's own sessions.

    Raises:
        UnknownRecord: there is no such open session of theirs.
    """
    permit(by, Act.SIGN_IN)
    with book.store.write() as connection:
        book.lock_team(connection)
        theirs = (SESSION_ROWS.c.id == session) & (SESSION_ROWS.c.account == by.id)
        told = end_sessions(book, connection, theirs)
        if not told:
            raise UnknownRecord("There is no such session of yours that is open. Nothing was written.")
        tell(book, connection, told, member=by.id, what="session_ended", done_by=by)


def end_others(book: Casebook, *, by: Visitor) -> None:
    """End all of one's own sessions but the one that this is asked in."""
    with book.store.write() as connection:
        book.lock_team(connection)
        others = (SESSION_ROWS.c.account == by.actor.id) & (SESSION_ROWS.c.id != by.session)
        told = end_sessions(book, connection, others)
        tell(book, connection, told, member=by.actor.id, what="other_sessions_ended")


def leave(book: Casebook, secret: str) -> None:
    """End the session of a secret, if it is open, whoever is signed in with it: somebody signs in over it.

    Whoever shares a browser must not come back to it with what another kept (OWASP ASVS 5, 7.2.4).
    """
    with book.store.write() as connection:
        book.lock_team(connection)
        session = found(book, connection, secret)
        if session is not None:
            told = end_sessions(book, connection, SESSION_ROWS.c.id == session.id)
            tell(book, connection, told, member=session.account, what="session_ended")


def found(book: Casebook, connection: Connection, secret: str) -> Session | None:
    """The open session of a secret, whether the code was said or not."""
    session_id, _, own = secret.partition(".")
    if not session_id.isprintable():
        # A cookie may spell what no database takes for a text.
        return None
    row = connection.execute(select(SESSION_ROWS).where(SESSION_ROWS.c.id == session_id)).first()
    if row is None:
        return None
    session = stored(Session, row)
    told = _blind(book.vault, session.id, session.account, own)
    return session if compare_digest(told, session.token) and _is_open(session, book.clock()) else None


def found_as(book: Casebook, connection: Connection, secret: str) -> Visitor:
    """Who is signed in with this secret.

    Raises:
        NotPermitted: nobody is, or not any more.
    """
    session = found(book, connection, secret)
    if session is not None and session.proved_at is not None:
        row = connection.execute(
            select(MEMBER_ROWS).where(MEMBER_ROWS.c.id == session.account, is_on_team(book.clock()))
        ).first()
        if row is not None:
            member = stored(Member, row)
            name = MEMBERS.open(book.key(connection, TEAM_SCOPE), member).name
            return Visitor(
                replace(as_actor(member, book.clock()), origin=CONSOLE), name, session.id, session.proved_at
            )
    raise NotPermitted(SIGN_IN_FIRST)


def _is_open(session: Session, now: datetime) -> bool:
    if session.ended_at is not None:
        return False
    if session.proved_at is None:
        return now < session.begun_at + CODE_WITHIN
    return now < session.seen_at + IDLE and now < session.begun_at + LONGEST


def _note(book: Casebook, session: Session) -> None:
    try:
        with book.store.write() as connection:
            this = SESSION_ROWS.c.id == session.id
            connection.execute(update(SESSION_ROWS).where(this).values(seen_at=book.clock()))
    except DBAPIError as error:
        # In an emergency people must be able to read, also while no room is left to write.
        if not cannot_write(error):
            raise
        _log.warning("That a session was used could not be written.")


def _blind(vault: Vault, session: str, account: str, secret: str) -> str:
    return vault.blind("session", f"{session} {account} {secret}")
