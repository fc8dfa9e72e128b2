"""Tokens: what programs come in with, each for one member or one system, for some things, until a day.

The database keeps a blind index of the secret with all that the token gives, so that a row that somebody
writes past us gives nobody more. What a token does, its member does: who that is, is asked at each call.
"""

import logging
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, update
from sqlalchemy.exc import DBAPIError

from states.access import MAY, REPORTER, Act, Actor, Origin, permit
from states.casebook.accounts.rows import MEMBER_ROWS, as_actor, is_on_team, tell
from states.casebook.book import Casebook
from states.casebook.team.letting_out import end_rows
from states.casebook.team_rows import add_row
from states.errors import BadInput, NotPermitted, UnknownRecord
from states.store.hindrances import cannot_write
from states.tables import Member, Token, new_id, stored, table_of
from states.vault import Vault
from states.vocabulary.programs import Scope

_log = logging.getLogger(__name__)

TOKEN_ROWS = table_of(Token)

#: what every token begins with, so that whoever finds one knows what it is
PREFIX = "tat"

#: how long a token works at most; one for what asks people for their second factor again, much shorter
LONGEST, LONGEST_GRAVE = timedelta(days=366), timedelta(hours=1)

#: how exactly it is kept when a token was last used
SEEN_EVERY = timedelta(minutes=1)

#: what is said to whoever has no token that works, whatever the reason
NO_TOKEN = "This takes a token that works (Authorization: Bearer …). Nothing was shown or written."  # noqa: S105 - none

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Made:
    """A token that was made just now.

    Args:
        id: what it is revoked by.
        secret: the token itself, which stands nowhere else.
        ends_at: until when it works.
    """

    id: str
    secret: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who comes in with a token.

    Args:
        actor: as whom they act.
        token: the token's id.
        program: what the program is called.
        scopes: what it may do at most.
    """

    actor: Actor
    token: str
    program: str
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class TokenLine:
    """One token in a list; a member's, or a system's."""

    id: str
    name: str
    member: str | None
    scopes: tuple[str, ...]
    made_by: str
    made_at: datetime
    ends_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None


def make(
    book: Casebook,
    name: str,
    *,
    by: Actor,
    scopes: Collection[Scope],
    lasts: timedelta,
    for_system: bool = False,
) -> Made:
    """Make a token: a member for a program of their own, the administrator or the chair for a system.

    Args:
        book: the casebook.
        name: what the program is called: a code, never a person's name.
        by: who makes it.
        scopes: what it is for.
        lasts: how long it works.
        for_system: whether it is a system's: it reports, as anybody may, and does nothing else.

    Raises:
        BadInput: the name is no code, it is for nothing, or is to work for too long.
        NotPermitted: they are not on the team, or may not make one for a system.
    """
    permit(by, Act.RUN_ACCOUNTS if for_system else Act.SIGN_IN)
    if not _NAME.fullmatch(name):
        raise BadInput(
            "A token's name is a code of small letters, digits, _ and -, as in campus-app. Nothing was made."
        )
    if not scopes or (for_system and set(scopes) != {Scope.REPORT}):
        said = "A system's token is to report" if for_system else "Say what the token is for"
        raise BadInput(f"{said}: give the scope {Scope.REPORT}. Nothing was made.")
    longest = LONGEST_GRAVE if Scope.GRAVE in scopes else LONGEST
    if not timedelta() < lasts <= longest:
        most = "an hour" if Scope.GRAVE in scopes else f"{LONGEST.days} days"
        raise BadInput(f"A token for this works for {most} at most. Nothing was made: give less.")
    now, secret = book.clock(), secrets.token_hex(32)
    with book.store.write() as connection:
        book.lock_team(connection)
        if not for_system and connection.scalar(_on_team(by.id, now)) is None:
            raise NotPermitted("Only members make tokens of their own. Nothing was made.")
        token = Token(
            id=new_id(),
            member=None if for_system else by.id,
            name=name,
            token="",
            scopes=sorted(scopes),
            made_by=by.id,
            made_at=now,
            ends_at=now + lasts,
        )
        token.token = _blind(book.vault, token, secret)
        told = add_row(connection, token)
        tell(book, connection, told, member=by.id, what="token_made", done_by=by)
    return Made(token.id, f"{PREFIX}_{token.id}_{secret}", token.ends_at)


def bearer(book: Casebook, secret: str) -> Bearer:
    """Who comes in with a token; that it was used is noted, to the minute.

    Raises:
        NotPermitted: it is none that works: unknown, over, revoked, or of somebody who is no member any more.
    """
    prefix, _, rest = secret.partition("_")
    token_id, _, own = rest.partition("_")
    if prefix != PREFIX or not (token_id.isascii() and token_id.isalnum()):
        raise NotPermitted(NO_TOKEN)
    now = book.clock()
    with book.store.read() as connection:
        row = connection.execute(select(TOKEN_ROWS).where(TOKEN_ROWS.c.id == token_id)).first()
        token = None if row is None else stored(Token, row)
        if token is None or not compare_digest(_blind(book.vault, token, own), token.token):
            raise NotPermitted(NO_TOKEN)
        actor = _actor(connection, token, now)
    if token.revoked_at is not None or token.ends_at <= now or actor is None:
        raise NotPermitted(NO_TOKEN)
    if token.seen_at is None or token.seen_at <= now - SEEN_EVERY:
        _note(book, token.id)
    actor = replace(actor, origin=Origin("api", token=token.id, program=token.name))
    return Bearer(actor, token.id, token.name, frozenset(Scope(each) for each in token.scopes))


def tokens(book: Casebook, *, by: Actor) -> list[TokenLine]:
    """One's own tokens, newest first; whoever runs accounts sees everybody's."""
    permit(by, Act.SIGN_IN)
    listed = select(TOKEN_ROWS).order_by(TOKEN_ROWS.c.made_at.desc(), TOKEN_ROWS.c.id)
    with book.store.read() as connection:
        rows = connection.execute(listed.where(*_theirs(by)))
        return [_line(stored(Token, row)) for row in rows]


def revoke(book: Casebook, token_id: str, *, by: Actor) -> None:
    """End a token at once: one's own, or anybody's for whoever runs accounts.

    Raises:
        UnknownRecord: there is no such token of theirs that was not revoked.
    """
    permit(by, Act.SIGN_IN)
    with book.store.write() as connection:
        book.lock_team(connection)
        this = (TOKEN_ROWS.c.id == token_id, TOKEN_ROWS.c.revoked_at.is_(None), *_theirs(by))
        row = connection.execute(select(TOKEN_ROWS).where(*this)).first()
        if row is None:
            raise UnknownRecord("There is no such token of yours that still works. Nothing was written.")
        told = end_rows(connection, TOKEN_ROWS, TOKEN_ROWS.c.id == token_id, "revoked_at", book.clock())
        tell(book, connection, told, member=row.member or row.made_by, what="token_revoked", done_by=by)


def _theirs(by: Actor) -> tuple[ColumnElement[bool], ...]:
    runs = not by.roles.isdisjoint(MAY[Act.RUN_ACCOUNTS])
    return () if runs else (TOKEN_ROWS.c.member == by.id,)


def _actor(connection: Connection, token: Token, now: datetime) -> Actor | None:
    """As whom a token acts now; None: its member has left."""
    if token.member is None:
        return REPORTER
    row = connection.execute(_on_team(token.member, now)).first()
    return None if row is None else as_actor(stored(Member, row), now)


def _on_team(member: str, now: datetime) -> Select[Any]:
    return select(MEMBER_ROWS).where(MEMBER_ROWS.c.id == member, is_on_team(now))


def _line(token: Token) -> TokenLine:
    return TokenLine(
        token.id,
        token.name,
        token.member,
        tuple(token.scopes),
        token.made_by,
        token.made_at,
        token.ends_at,
        token.seen_at,
        token.revoked_at,
    )


def _note(book: Casebook, token_id: str) -> None:
    try:
        with book.store.write() as connection:
            this = TOKEN_ROWS.c.id == token_id
            connection.execute(update(TOKEN_ROWS).where(this).values(seen_at=book.clock()))
    except DBAPIError as error:
        # In an emergency programs must be able to read, also while no room is left to write.
        if not cannot_write(error):
            raise
        _log.warning("That a token was used could not be written.")


def _blind(vault: Vault, token: Token, secret: str) -> str:
    given = (token.id, token.member or "", token.name, *token.scopes, token.ends_at.isoformat(), secret)
    return vault.blind("token", " ".join(given))
