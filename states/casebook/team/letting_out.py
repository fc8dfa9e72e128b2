"""Letting out: what somebody came in with works no more, whether they lost a phone, start anew or leave."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, select, update

from states.ledger import coverage
from states.tables import KnownBrowser, Passkey, Session, Token, table_of

_SESSIONS, _TOKENS = table_of(Session), table_of(Token)
_BROWSERS, _PASSKEYS = table_of(KnownBrowser), table_of(Passkey)


def end_rows(
    connection: Connection, table: Table, where: ColumnElement[bool], column: str, now: datetime
) -> dict[str, str]:
    """End the rows of a table that were not ended before.

    Args:
        connection: a transaction that holds the team's lock.
        table: the table.
        where: which rows.
        column: the column that says when one was ended.
        now: what time it is.

    Returns:
        What the next event of the team's chain is to tell of them.
    """
    told = dict[str, str]()
    theirs = select(table.c.id).where(where, table.c[column].is_(None)).order_by(table.c.id)
    for row in connection.scalars(theirs).all():
        connection.execute(update(table).where(table.c.id == row).values({column: now}))
        told |= coverage.of(table.name).changed(row, {column: now})
    return told


def let_out(connection: Connection, member: str, now: datetime, *, passkeys: bool = True) -> dict[str, str]:
    """End a member's sessions and the tokens of their programs, and know none of their browsers any more.

    Args:
        connection: a transaction that holds the team's lock.
        member: their id.
        now: what time it is.
        passkeys: whether their passkeys are taken away, too.

    Returns:
        What the next event of the team's chain is to tell of it.
    """
    told = end_rows(connection, _SESSIONS, _SESSIONS.c.account == member, "ended_at", now)
    told |= end_rows(connection, _TOKENS, _TOKENS.c.member == member, "revoked_at", now)
    told |= end_rows(connection, _BROWSERS, _BROWSERS.c.account == member, "ended_at", now)
    if passkeys:
        told |= end_rows(connection, _PASSKEYS, _PASSKEYS.c.account == member, "removed_at", now)
    return told
