"""An account's row as it is read, locked and written; each change is told to the team's chain."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from states.access import Actor, Origin
from states.casebook.book import Casebook
from states.casebook.effects.owing import owe_without_case
from states.casebook.standing.marks import blinds
from states.casebook.team.letting_out import end_rows
from states.contents.kept import ACCOUNTS
from states.contents.payloads import TELL_ACCOUNT, AccountChanged
from states.contents.team import AccountContent
from states.ledger import chain, coverage
from states.tables import (
    Account,
    KnownBrowser,
    Member,
    MemberMark,
    Passkey,
    Session,
    new_id,
    stored,
    table_of,
)
from states.vault import TEAM_SCOPE
from states.vocabulary.people import AccountChange, Role

#: whoever is signed in came by the console
CONSOLE = Origin("console")

ACCOUNT_ROWS = table_of(Account)
SESSION_ROWS = table_of(Session)
PASSKEY_ROWS = table_of(Passkey)
BROWSER_ROWS = table_of(KnownBrowser)
MEMBER_ROWS = table_of(Member)
_MARKS = table_of(MemberMark)


@dataclass(frozen=True, slots=True)
class Known:
    """An account, and what is sealed in it; None: nobody has set it up yet."""

    row: Account
    says: AccountContent | None


def known(
    book: Casebook, connection: Connection, where: ColumnElement[bool], *, held: bool = False
) -> Known | None:
    """An account.

    Args:
        book: the casebook.
        connection: an open transaction.
        where: which one.
        held: whether nobody else is to write it until the transaction ends.
    """
    query = select(ACCOUNT_ROWS).where(where)
    # Also where there is none: no clock tells who has an account.
    key = book.key(connection, TEAM_SCOPE)
    row = connection.execute(query.with_for_update() if held else query).first()
    if row is None:
        return None
    account = stored(Account, row)
    says = ACCOUNTS.open(key, account) if account.content else None
    return Known(account, says)


def called(book: Casebook, connection: Connection, name: str) -> ColumnElement[bool]:
    """Which account somebody means who types an id or a mail address; none, where several have it."""
    members = {name.strip()}
    for kind, blind in blinds(book.vault, email=name):
        theirs = (_MARKS.c.kind == kind) & (_MARKS.c.blind == blind)
        members = set(connection.scalars(select(_MARKS.c.member).where(theirs)))
    # Where several share a mailbox, each signs in with their id.
    return ACCOUNT_ROWS.c.id == (members.pop() if len(members) == 1 else "")


def is_on_team(now: datetime) -> ColumnElement[bool]:
    """That a member is one by now, as SQL; whoever is to leave has left from that day on."""
    end = MEMBER_ROWS.c.ends_at
    return MEMBER_ROWS.c.active & (end.is_(None) | (end > now))


def as_actor(member: Member, at: datetime) -> Actor:
    """A member as somebody who acts at a moment."""
    roles = frozenset(Role(role) for role in member.roles)
    return Actor(member.id, roles, frozenset(member.offices), at=at)


def write(
    book: Casebook,
    connection: Connection,
    account: Account,
    says: AccountContent | None = None,
    /,
    **values: str | int | datetime | None,
) -> dict[str, str]:
    """Change an account's row; gives what the next event of the team's chain is to tell of it.

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        account: the account.
        says: what is sealed in it from now on; None: as before.
        values: the columns that change.
    """
    told = coverage.of(ACCOUNT_ROWS.name).changed(account.id, values)
    changing = update(ACCOUNT_ROWS).where(ACCOUNT_ROWS.c.id == account.id).values(**values)
    if says is not None:
        sealed = ACCOUNTS.seal(book.key(connection, TEAM_SCOPE), account.id, says)
        told |= coverage.sealed(ACCOUNT_ROWS.name, account.id, sealed)
        changing = changing.values(content=sealed)
    connection.execute(changing)
    return told


def end_sessions(book: Casebook, connection: Connection, where: ColumnElement[bool]) -> dict[str, str]:
    """End sessions that are still open; gives what the next event of the team's chain is to tell of them."""
    return end_rows(connection, SESSION_ROWS, where, "ended_at", book.clock())


def held(book: Casebook, connection: Connection, account: str) -> Known | None:
    """The account of somebody on the team, which nobody else is to write until the transaction ends."""
    ours = select(MEMBER_ROWS.c.id).where(MEMBER_ROWS.c.id == account, is_on_team(book.clock()))
    return known(book, connection, ACCOUNT_ROWS.c.id.in_(ours), held=True)


def owe_news(
    book: Casebook, connection: Connection, member: str, happened: AccountChange, code: str = ""
) -> None:
    """Owe a member the news of what was done about their account: they may not have done it themselves.

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        member: whose account it is.
        happened: what was done.
        code: what belongs to the link that somebody else was given for them; empty: nothing does.
    """
    now = book.clock()
    told = AccountChanged(member=member, happened=happened, at=now, code=code)
    owe_without_case(book, connection, TELL_ACCOUNT, f"account:{new_id()}", told)


def tell(
    book: Casebook,
    connection: Connection,
    told: dict[str, str],
    *,
    member: str,
    what: str,
    done_by: Actor | None = None,
) -> None:
    """Put what was done about a member's account on the team's chain.

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        told: what the chain tells of the rows.
        member: whose account it is.
        what: what was done, past tense, in snake case.
        done_by: who did it; None: the member, in a browser, as whoever signs in or sets an account up is.
    """
    chain.append_of_team(
        connection,
        told,
        at=book.clock(),
        actor=done_by or Actor(member, frozenset(), origin=CONSOLE),
        what=what,
        member=member,
    )
