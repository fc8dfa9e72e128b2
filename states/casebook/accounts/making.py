"""Accounts are made by a link that works once: whoever holds it chooses a password and a second factor.

The administrator or the chair gives it, and hands it over as they are sure of the person; a new link for
somebody who has an account already is for a lost phone or a forgotten password. What they are given is half
of it: the other half, a code, goes to the member's own mailbox, so that nobody who lets people in comes in
as somebody else. The server's shell alone, which holds the keys anyway, gives it whole. Setting the account
up ends every session of it, and every token of its member.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from states.access import SHELL, SYSTEM, Act, Actor, Origin, permit
from states.casebook.accounts import factors
from states.casebook.accounts.rows import (
    ACCOUNT_ROWS,
    CONSOLE,
    MEMBER_ROWS,
    SESSION_ROWS,
    Known,
    held,
    is_on_team,
    known,
    owe_news,
    tell,
    write,
)
from states.casebook.accounts.sessions import IDLE, LONGEST
from states.casebook.book import Casebook
from states.casebook.team.letting_out import let_out
from states.casebook.team.members import NO_SUCH_MEMBER, enrol
from states.casebook.team_rows import add_row
from states.contents.team import AccountContent, MemberContent
from states.errors import BadInput, UnknownRecord
from states.tables import Account
from states.vocabulary.people import AccountChange, Role

#: how long a link works
LINK_LIFE = timedelta(days=3)

#: what is said of every link that does not work, whatever the reason
DEAD_LINK = "This link does not work, or does not work any more. Nothing was written: ask for a new one."


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account in a list: whose it is, whether it was set up, and how many sessions are open."""

    member: str
    made_at: datetime
    is_set_up: bool
    link_until: datetime | None
    locked_until: datetime | None
    sessions: int


#: of a link's secret, how many digits (hexadecimal) are handed over, and how many are mailed: the code
HANDED, CODE = 64, 12


@dataclass(frozen=True, slots=True)
class SettingUp:
    """What the page behind a link shows.

    Args:
        member: whose account it is.
        key: the key of the codes, in base 32.
        address: the same as phones take it in.
    """

    member: str
    key: str
    address: str


def link(book: Casebook, member_id: str, *, by: Actor | None, origin: Origin | None = None) -> str:
    """Make a link by which a member sets their account up; an earlier one does not work any more.

    Args:
        book: the casebook.
        member_id: the member.
        by: who gives it; None only for the first account that there is.
        origin: by which way whoever takes the first one came in, where nobody gives it.

    Returns:
        The secret that stands in the link, as far as whoever gives it is told: see :func:`_told_of`.

    Raises:
        UnknownRecord: there is no such active member.
    """
    secret = _new_secret()
    with book.store.write() as connection:
        book.lock_team(connection)
        first = connection.scalar(select(ACCOUNT_ROWS.c.id).limit(1)) is None
        if by is not None or not first:
            permit(by or Actor("nobody", frozenset()), Act.RUN_ACCOUNTS)
        ours = (MEMBER_ROWS.c.id == member_id) & is_on_team(book.clock())
        if connection.scalar(select(MEMBER_ROWS.c.id).where(ours)) is None:
            raise UnknownRecord(NO_SUCH_MEMBER)
        there = known(book, connection, ACCOUNT_ROWS.c.id == member_id)
        if there is None:
            told = add_row(connection, Account(id=member_id, made_at=book.clock(), **_new_link(book, secret)))
        else:
            told = write(book, connection, there.row, **_new_link(book, secret))
        giver = by or replace(SYSTEM, origin=origin)
        told_of, code = _told_of(secret, giver)
        if there is not None or code:
            owe_news(book, connection, member_id, AccountChange.LINK_GIVEN, code)
        tell(book, connection, told, member=member_id, what="account_link_given", done_by=giver)
    return told_of


def link_of_first(book: Casebook) -> str:
    """The secret of a link by which the first of a team enters themselves; it is kept by nobody.

    It follows from a key of the installation's and its end, and works for as long as nobody is on the team.
    """
    return _of_first(book, f"{int((book.clock() + LINK_LIFE).timestamp())}")


def look_at_first(book: Casebook, secret: str) -> None:
    """See that a link of the first works.

    Args:
        book: the casebook.
        secret: what stands in the link.

    Raises:
        UnknownRecord: it does not: it was never given, is over, or somebody is on the team.
    """
    until = secret.partition("-")[0]
    given = secrets.compare_digest(secret.encode(), _of_first(book, until).encode())
    if not given or datetime.fromtimestamp(int(until), UTC) <= book.clock() or not nobody_is_there(book):
        raise UnknownRecord(DEAD_LINK)


def nobody_is_there(book: Casebook) -> bool:
    """Whether nobody was ever on the team."""
    with book.store.read() as connection:
        return connection.scalar(select(MEMBER_ROWS.c.id).limit(1)) is None


def enter_first(book: Casebook, secret: str, member_id: str, content: MemberContent) -> str:
    """Enter the first of a team, who chairs it (W-02), and make the link of their account.

    Args:
        book: the casebook.
        secret: what stands in the link of the first.
        member_id: what the ledger may call them: no name.
        content: their name, and how they are reached.

    Returns:
        The secret of the link of their account, whole, as at the terminal: no mail may leave yet.

    Raises:
        UnknownRecord: the link of the first does not work.
        NotPermitted: somebody was quicker.
        BadInput: the id is no plain word.
    """
    look_at_first(book, secret)
    roles, offices = [Role.CHAIR, Role.MEMBER], [book.pack.chair_office]
    enrol(book, member_id, content, by=None, roles=roles, offices=offices, origin=CONSOLE)
    return link(book, member_id, by=None)


def _of_first(book: Casebook, until: str) -> str:
    return f"{until}-{book.vault.blind('the first of the team', until)}"


def reset(book: Casebook, member_id: str, *, by: Actor) -> str:
    """Let nothing sign a member in any more that did so far, and make a link: a phone was stolen.

    Password, second factor, recovery codes and passkeys are of no use from now on, and every session and
    token is ended. A sign-in of the institution's own stays: the second factor is the institution's there.

    Args:
        book: the casebook.
        member_id: the member.
        by: who resets it.

    Returns:
        The secret that stands in the link, as far as whoever resets it is told: see :func:`_told_of`.

    Raises:
        UnknownRecord: they have no account, or are on the team no more.
    """
    permit(by, Act.RUN_ACCOUNTS)
    secret = _new_secret()
    told_of, code = _told_of(secret, by)
    # A password and a key that nobody knows: no copy is left of them. Hashed before anybody waits for it.
    unknown = AccountContent(
        password=factors.hashed(secrets.token_hex(32)),
        key=factors.key_of(secrets.token_hex(32), book.vault),
    )
    with book.store.write() as connection:
        book.lock_team(connection)
        there = held(book, connection, member_id)
        if there is None:
            raise UnknownRecord(NO_SUCH_MEMBER)
        says = there.says and unknown
        fresh = {"failures": 0, "locked_until": None}
        told = write(book, connection, there.row, says, **_new_link(book, secret), **fresh)
        told |= let_out(connection, member_id, book.clock())
        owe_news(book, connection, member_id, AccountChange.RESET, code)
        tell(book, connection, told, member=member_id, what="account_reset", done_by=by)
    return told_of


def _new_secret() -> str:
    return secrets.token_hex(HANDED // 2 + CODE // 2)


def _told_of(secret: str, giver: Actor) -> tuple[str, str]:
    """What whoever gives a link is told of its secret, and what its member is mailed: the rest.

    At a console, and through the API, nobody is told the whole of it; at the server's shell it all is.
    """
    if giver.origin is None or giver.origin.via == SHELL:
        return secret, ""
    return secret[:HANDED], secret[HANDED:]


def _new_link(book: Casebook, secret: str) -> dict[str, Any]:
    return {"link": _token(book, secret), "link_until": book.clock() + LINK_LIFE}


def accounts(book: Casebook, *, by: Actor) -> list[AccountLine]:
    """Every account, by member."""
    permit(by, Act.RUN_ACCOUNTS)
    now = book.clock()
    with book.store.read() as connection:
        open_ = select(SESSION_ROWS.c.account).where(
            SESSION_ROWS.c.ended_at.is_(None),
            SESSION_ROWS.c.proved_at.is_not(None),
            SESSION_ROWS.c.seen_at > now - IDLE,
            SESSION_ROWS.c.begun_at > now - LONGEST,
        )
        theirs = list(connection.scalars(open_))
        return [
            _line(row, theirs.count(row.id))
            for row in connection.execute(select(ACCOUNT_ROWS).order_by(ACCOUNT_ROWS.c.id))
        ]


def _line(row: Any, sessions: int) -> AccountLine:
    return AccountLine(
        row.id, row.made_at, bool(row.content or row.subject), row.link_until, row.locked_until, sessions
    )


def end_all_sessions(book: Casebook, member_id: str, *, by: Actor) -> None:
    """End every session and token of a member's, and know none of their browsers: a phone or laptop is lost.

    Raises:
        UnknownRecord: they have no account.
    """
    permit(by, Act.RUN_ACCOUNTS)
    with book.store.write() as connection:
        book.lock_team(connection)
        if known(book, connection, ACCOUNT_ROWS.c.id == member_id) is None:
            raise UnknownRecord(NO_SUCH_MEMBER)
        told = let_out(connection, member_id, book.clock(), passkeys=False)
        tell(book, connection, told, member=member_id, what="sessions_ended", done_by=by)


def unlock(book: Casebook, member_id: str, *, by: Actor) -> None:
    """Let an account rest no more, as its owner says who they are: strangers tried.

    Raises:
        UnknownRecord: they have no account.
    """
    permit(by, Act.RUN_ACCOUNTS)
    with book.store.write() as connection:
        book.lock_team(connection)
        there = known(book, connection, ACCOUNT_ROWS.c.id == member_id, held=True)
        if there is None:
            raise UnknownRecord(NO_SUCH_MEMBER)
        told = write(book, connection, there.row, failures=0, locked_until=None)
        tell(book, connection, told, member=member_id, what="account_unlocked", done_by=by)


def setting_up(book: Casebook, secret: str) -> SettingUp:
    """What a link is for; looking, as mail scanners do, uses nothing up.

    Raises:
        UnknownRecord: the link does not work.
    """
    with book.store.read() as connection:
        member = linked(book, connection, secret).row.id
    key = factors.key_of(secret, book.vault)
    return SettingUp(member, key, factors.key_address(key, member, book.pack.institution))


def set_up(book: Casebook, secret: str, password: str, code: str) -> list[str]:
    """Set an account up, and use the link up; gives the recovery codes, which are shown once.

    Args:
        book: the casebook.
        secret: what stands in the link.
        password: the password from now on.
        code: what the phone shows: it has the key.

    Raises:
        UnknownRecord: the link does not work.
        BadInput: the password is too short or easy to guess, or the code is not the phone's.
    """
    member = setting_up(book, secret).member
    key = factors.key_of(secret, book.vault)
    step = factors.step_of(key, code, book.clock(), 0)
    if step is None:
        raise BadInput(
            "The code is not the one that belongs to this key. Nothing was written: type the six digits that "
            "your phone shows now, and see that its clock is right."
        )
    codes = factors.new_recovery_codes()
    digests = factors.recovery_digests(codes, book.vault)
    kept = factors.hashed(password, (member, book.pack.institution))
    says = AccountContent(password=kept, key=key, recovery=digests)
    with book.store.write() as connection:
        book.lock_team(connection)
        account = linked(book, connection, secret).row
        fresh = {"link": "", "link_until": None, "failures": 0, "locked_until": None, "step": step}
        told = write(book, connection, account, says, **fresh)
        # Whoever had the old phone may have added a passkey of theirs.
        told |= let_out(connection, account.id, book.clock())
        tell(book, connection, told, member=account.id, what="account_set_up")
        owe_news(book, connection, account.id, AccountChange.SET_UP)
    return codes


def linked(book: Casebook, connection: Connection, secret: str) -> Known:
    """The account that a link is for.

    Raises:
        UnknownRecord: the link does not work.
    """
    there = known(book, connection, ACCOUNT_ROWS.c.link == _token(book, secret))
    until = None if there is None else there.row.link_until
    if there is None or until is None or until <= book.clock():
        raise UnknownRecord(DEAD_LINK)
    ours = (MEMBER_ROWS.c.id == there.row.id) & is_on_team(book.clock())
    if connection.scalar(select(MEMBER_ROWS.c.id).where(ours)) is None:
        raise UnknownRecord(DEAD_LINK)
    return there


def _token(book: Casebook, secret: str) -> str:
    return book.vault.blind("account link", secret)
