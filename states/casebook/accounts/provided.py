"""Signing in by the institution's provider: whose account it is, and what their groups make of them.

An account belongs to whom the provider knows by one unchanging id, never to a mail address, which passes on.
It is linked once: by whoever holds the one-time link that an administrator gave, or, where the installation's
file says so, by a group together with the claim that names the member. Nobody is enrolled or let go by a
group: what a team is, it decides on record (W-02). But whoever is in no group any more that counts is not let
in, and their sessions end.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from states.access import OPENS_CASES, SYSTEM
from states.casebook.accounts.browsers import NONE, Browser
from states.casebook.accounts.making import linked
from states.casebook.accounts.rows import (
    ACCOUNT_ROWS,
    MEMBER_ROWS,
    held,
    is_on_team,
    known,
    owe_news,
    tell,
    write,
)
from states.casebook.accounts.sessions import FRESH, found, open_session, proved
from states.casebook.book import Casebook
from states.casebook.team.letting_out import let_out
from states.casebook.team.members import follow_groups
from states.casebook.team_rows import add_row
from states.errors import BadInput, NotPermitted, Refused
from states.tables import Account
from states.vocabulary.people import AccountChange, Role, SignInWay

#: what is said to whoever the provider knows and we do not
NOT_KNOWN = (
    "Your institution knows you, and no account here is linked to you. Nothing was written: ask the chair or "
    "an administrator for a link, and choose your institution's sign-in on its page."
)

#: what is said to whoever is in no group that counts
NO_GROUP = (
    "You are in none of your institution's groups that let people in here. Nobody was signed in: ask whoever "
    "looks after those groups, or the chair of the team."
)

#: what is said to whoever did not show a second factor there
ONE_FACTOR = (
    "Your institution did not say that you showed a second factor there. Nobody was signed in: sign in there "
    "with one, or here with your password and code."
)


@dataclass(frozen=True, slots=True)
class Groups:
    """What groups make of somebody.

    Args:
        roles: the roles that theirs give them.
        offices: the offices that theirs have them speak for.
        all_roles: the roles that any group gives: one that is not theirs is taken.
        all_offices: the same of offices.
    """

    roles: frozenset[Role]
    offices: frozenset[str]
    all_roles: frozenset[Role]
    all_offices: frozenset[str]


@dataclass(frozen=True, slots=True)
class Provided:
    """Who somebody is at the provider.

    Args:
        issuer: the provider.
        subject: what it knows them by.
        member: the member that it says they are; empty: it does not say.
        proved_at: when they showed both factors; None: it does not say that they did.
        groups: what their groups make of them; None: groups are not looked at.
    """

    issuer: str
    subject: str
    member: str = ""
    proved_at: datetime | None = None
    groups: Groups | None = None


def sign_in(book: Casebook, who: Provided, browser: Browser = NONE) -> str:
    """Sign in whom the provider sends; gives the secret of an open session.

    Args:
        book: the casebook.
        who: who they are there.
        browser: where.

    Raises:
        NotPermitted: no account is theirs, no group of theirs counts, or they showed one factor alone.
    """
    if who.proved_at is None:
        raise NotPermitted(ONE_FACTOR)
    account = _account(book, who)
    if who.groups is not None:
        _follow(book, account, who.groups)
    with book.store.write() as connection:
        book.lock_team(connection)
        there = held(book, connection, account)
        if there is None:
            raise NotPermitted(NOT_KNOWN)
        told: dict[str, str] = {}
        if there.row.subject not in ("", _subject(book, who)):
            # Linked to somebody else meanwhile.
            raise NotPermitted(NOT_KNOWN)
        if not there.row.subject:
            told = write(book, connection, there.row, subject=_subject(book, who))
            owe_news(book, connection, account, AccountChange.PROVIDER_LINKED)
        given, added = open_session(
            book, connection, account, SignInWay.PROVIDER, browser, proved_at=who.proved_at
        )
        tell(book, connection, told | added, member=account, what="signed_in")
        return given


def link(book: Casebook, secret: str, who: Provided) -> None:
    """Link an account to whom the provider knows, and use the one-time link up.

    Args:
        book: the casebook.
        secret: what stands in the link.
        who: who its holder is there.

    Raises:
        UnknownRecord: the link does not work.
        BadInput: they have another account.
    """
    with book.store.write() as connection:
        book.lock_team(connection)
        account = linked(book, connection, secret).row
        subject = _subject(book, who)
        if connection.scalar(select(ACCOUNT_ROWS.c.id).where(ACCOUNT_ROWS.c.subject == subject)) is not None:
            raise BadInput(
                "Another account is linked to you at your institution. Nothing was written: sign in with it."
            )
        fresh = {"link": "", "link_until": None, "failures": 0, "locked_until": None, "subject": subject}
        told = write(book, connection, account, **fresh)
        told |= let_out(connection, account.id, book.clock())
        tell(book, connection, told, member=account.id, what="account_linked")
        owe_news(book, connection, account.id, AccountChange.PROVIDER_LINKED)


def show_again(book: Casebook, secret: str, who: Provided) -> str:
    """Take the provider's word that it is still whoever is signed in; gives another secret of the session.

    Args:
        book: the casebook.
        secret: the session's.
        who: who showed there who they are.

    Raises:
        NotPermitted: it is somebody else, they did not show both factors just now, or the session has ended.
    """
    with book.store.write() as connection:
        book.lock_team(connection)
        session = found(book, connection, secret)
        account = None if session is None else held(book, connection, session.account)
        if session is None or account is None or account.row.subject != _subject(book, who):
            raise NotPermitted(NOT_KNOWN)
        if who.proved_at is None or who.proved_at + FRESH <= book.clock():
            raise NotPermitted(ONE_FACTOR)
        given, told = proved(book, connection, session, who.proved_at)
        tell(book, connection, told, member=account.row.id, what="provider_shown_again")
        return given


def is_linked(book: Casebook, account: str) -> bool:
    """Whether a member's account is linked to the provider."""
    with book.store.read() as connection:
        there = known(book, connection, ACCOUNT_ROWS.c.id == account)
    return there is not None and there.row.subject != ""


def _account(book: Casebook, who: Provided) -> str:
    """Whose account it is; where a group and a claim say so for the first time, it is made."""
    with book.store.read() as connection:
        there = known(book, connection, ACCOUNT_ROWS.c.subject == _subject(book, who))
        if there is not None:
            return there.row.id
        ours = (MEMBER_ROWS.c.id == who.member) & is_on_team(book.clock())
        member = connection.scalar(select(MEMBER_ROWS.c.id).where(ours)) if who.member else None
        theirs = known(book, connection, ACCOUNT_ROWS.c.id == member) if member else None
    if member is None or who.groups is None or not who.groups.roles or (theirs and theirs.row.subject):
        raise NotPermitted(NOT_KNOWN)
    if theirs is None:
        _make(book, member)
    return str(member)


def _make(book: Casebook, member: str) -> None:
    with book.store.write() as connection:
        book.lock_team(connection)
        if known(book, connection, ACCOUNT_ROWS.c.id == member) is None:
            told = add_row(connection, Account(id=member, made_at=book.clock()))
            tell(book, connection, told, member=member, what="account_made_by_group", done_by=SYSTEM)


def _follow(book: Casebook, account: str, groups: Groups) -> None:
    """Have a member hold what their groups say; where they may not, they are not let in any more."""
    try:
        if not groups.roles:
            raise NotPermitted(NO_GROUP)
        with book.store.read() as connection:
            row = connection.execute(select(MEMBER_ROWS).where(MEMBER_ROWS.c.id == account)).one()
        held_roles = frozenset(Role(role) for role in row.roles)
        roles = (held_roles - groups.all_roles) | groups.roles
        offices = (frozenset(row.offices) - groups.all_offices) | groups.offices
        if Role.ADMINISTRATOR in roles and roles & OPENS_CASES:
            raise NotPermitted(
                "Your groups would have you let people in and open cases as well, which nobody does. Nobody "
                "was signed in: ask whoever looks after those groups."
            )
        if (roles, offices) != (held_roles, frozenset(row.offices)):
            follow_groups(book, account, roles, offices, by=SYSTEM)
    except (Refused, BadInput) as refused:
        _end_all(book, account)
        raise NotPermitted(str(refused)) from None


def _end_all(book: Casebook, account: str) -> None:
    with book.store.write() as connection:
        book.lock_team(connection)
        told = let_out(connection, account, book.clock(), passkeys=False)
        if told:
            tell(book, connection, told, member=account, what="sessions_ended_by_group", done_by=SYSTEM)


def _subject(book: Casebook, who: Provided) -> str:
    # In hexadecimal: a provider's ids differ in capital letters, too.
    return book.vault.blind("provider's subject", f"{who.issuer}\n{who.subject}".encode().hex())
