"""Signing in: the password first, then a code; after some failures in a row nobody may try for a while.

Whatever does not fit is answered in the same words, as late: nobody learns who has an account, nor which of
the two was wrong. A failure of either factor counts until both were shown. Failures in a browser in which the
owner has signed in before are counted apart, so that strangers who try keep nobody out (NIST SP 800-63B).
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from states.casebook.accounts import factors
from states.casebook.accounts.browsers import NONE, Browser, Tries, count, forget_failures, tries_of
from states.casebook.accounts.rows import (
    ACCOUNT_ROWS,
    SESSION_ROWS,
    called,
    end_sessions,
    held,
    known,
    owe_news,
    tell,
    write,
)
from states.casebook.accounts.sessions import Visitor, found, open_session, proved
from states.casebook.book import Casebook
from states.contents.team import AccountContent
from states.errors import BadInput, NotPermitted
from states.tables import Account
from states.vocabulary.people import AccountChange, SignInWay

#: how many failures in a row make an account rest, and for how long: twice as long after each one more
LET_PASS, LOCK, LONGEST_LOCK = 5, timedelta(minutes=1), timedelta(minutes=30)

#: what is said whatever did not fit
NOT_FITTING = (
    "That did not fit, and nobody was signed in. Try again; after five tries in a row the account rests for "
    "some minutes. If you have lost your phone, use a recovery code; if that is gone too, ask the chair or "
    "an administrator for a new link."
)


#: what is said where the password so far does not fit
DOES_NOT_FIT = (
    "The password so far did not fit, and nothing was changed. Try again; after five tries in a row the "
    "account rests for some minutes."
)

#: what is said to whoever has none to change
NOTHING_TO_CHANGE = (
    "There is no password here that could be changed: your institution signs you in. Nothing was written."
)

#: whose failures are counted where there is no such account, so that this takes the same work: nobody's
_NOBODY = Account(id="", made_at=datetime.min.replace(tzinfo=UTC))


def begin(book: Casebook, name: str, password: str, browser: Browser = NONE) -> str:
    """Take the password; gives the secret of a session in which only the code may be said.

    Args:
        book: the casebook.
        name: a member's id or mail address, as somebody typed it.
        password: as they typed it.
        browser: where they typed it.

    Raises:
        NotPermitted: it does not fit, or the account rests.
    """
    with book.store.read() as connection:
        there = known(book, connection, called(book, connection, name))
    # Outside of any transaction: it takes its time on purpose.
    fits = factors.fits(there.says.password if there and there.says else "", password)
    with book.store.write() as connection:
        book.lock_team(connection)
        account = held(book, connection, there.row.id if there is not None else _NOBODY.id)
        row = _NOBODY if account is None else account.row
        tries = tries_of(book, connection, row, browser)
        if not _rests(book, tries):
            if fits and account is not None and there is not None and row.content == there.row.content:
                return _begun(book, connection, row, browser)
            _count_failure(book, connection, row, tries)
    raise NotPermitted(NOT_FITTING)


def finish(book: Casebook, secret: str, code: str, browser: Browser = NONE) -> str:
    """Take the code, or a recovery code; gives another secret, with which the session is open.

    Args:
        book: the casebook.
        secret: what :func:`begin` gave.
        code: what the phone shows, or a recovery code.
        browser: where it was typed.

    Raises:
        NotPermitted: it does not fit, or the account rests, or the session has ended.
    """
    return show_code(book, secret, code, browser, what="signed_in")


def show_code(book: Casebook, secret: str, code: str, browser: Browser = NONE, *, what: str) -> str:
    """Take a code for a session; gives another secret of the same session.

    No secret outlives a change of what it opens (OWASP ASVS 5, 7.2.4).

    Args:
        book: the casebook.
        secret: the session's.
        code: what the phone shows, or a recovery code.
        browser: where it was typed.
        what: what the team's chain says that this is.

    Raises:
        NotPermitted: it does not fit, or the account rests, or the session has ended.
    """
    with book.store.write() as connection:
        book.lock_team(connection)
        session = found(book, connection, secret)
        account = None if session is None else held(book, connection, session.account)
        if session is not None and account is not None and account.says:
            tries = tries_of(book, connection, account.row, browser)
            if not _rests(book, tries):
                taken = _taken(book, account.row, account.says, code)
                if taken is not None:
                    says, step = taken
                    told = write(book, connection, account.row, says, step=step)
                    told |= forget_failures(connection, tries)
                    given, changed = proved(book, connection, session)
                    tell(book, connection, told | changed, member=account.row.id, what=what)
                    return given
                _count_failure(book, connection, account.row, tries)
    raise NotPermitted(NOT_FITTING)


def new_recovery_codes(book: Casebook, *, by: Visitor) -> list[str]:
    """Make new recovery codes, which are shown once; those from before do not work any more.

    Args:
        book: the casebook.
        by: whose they are: they showed the second factor a moment ago.

    Raises:
        NotPermitted: they did not, or are no member any more.
    """
    by.must_be_fresh(book.clock())
    codes = factors.new_recovery_codes()
    with book.store.write() as connection:
        book.lock_team(connection)
        account = held(book, connection, by.actor.id)
        if account is None or account.says is None:
            raise NotPermitted(NOT_FITTING)
        digests = factors.recovery_digests(codes, book.vault)
        says = account.says.model_copy(update={"recovery": digests})
        told = write(book, connection, account.row, says)
        tell(book, connection, told, member=account.row.id, what="recovery_codes_made")
    return codes


def change_password(
    book: Casebook, secret: str, current: str, new: str, browser: Browser = NONE, *, by: Visitor
) -> str:
    """Change one's own password; gives another secret of this session, and ends all others.

    Whoever changes it says the one so far (OWASP ASVS 5, 6.2.2 and 6.2.3).

    Args:
        book: the casebook.
        secret: the session's in which it is changed.
        current: the password so far, as somebody typed it: a session that was left open is not enough.
        new: the one from now on.
        browser: where they were typed.
        by: whose it is: they showed the second factor a moment ago.

    Raises:
        BadInput: the new one is none that an account is set up with, or the one so far.
        NotPermitted: the password so far does not fit, the account rests or has no password, the second
            factor was shown too long ago, or the session has ended.
    """
    by.must_be_fresh(book.clock())
    if new == current:
        raise BadInput("That is the password that you have. Nothing was written: choose another one.")
    kept = factors.hashed(new, (by.actor.id, book.pack.institution))
    with book.store.read() as connection:
        there = known(book, connection, ACCOUNT_ROWS.c.id == by.actor.id)
    # Outside of any transaction: it takes its time on purpose.
    fits = factors.fits(there.says.password if there and there.says else "", current)
    with book.store.write() as connection:
        book.lock_team(connection)
        session, account = found(book, connection, secret), held(book, connection, by.actor.id)
        if session is None or session.id != by.session or account is None or account.says is None:
            raise NotPermitted(NOTHING_TO_CHANGE)
        tries = tries_of(book, connection, account.row, browser)
        if not _rests(book, tries):
            if fits and there is not None and account.row.content == there.row.content:
                told = write(
                    book, connection, account.row, account.says.model_copy(update={"password": kept})
                )
                told |= forget_failures(connection, tries)
                others = (SESSION_ROWS.c.account == by.actor.id) & (SESSION_ROWS.c.id != session.id)
                told |= end_sessions(book, connection, others)
                given, changed = proved(book, connection, session, session.proved_at)
                tell(book, connection, told | changed, member=by.actor.id, what="password_changed")
                owe_news(book, connection, by.actor.id, AccountChange.PASSWORD_CHANGED)
                return given
            _count_failure(book, connection, account.row, tries)
    raise NotPermitted(DOES_NOT_FIT)


def _begun(book: Casebook, connection: Connection, account: Account, browser: Browser) -> str:
    # Whoever says the password again begins anew; what was begun and never finished is no session.
    told = end_sessions(
        book, connection, (SESSION_ROWS.c.account == account.id) & SESSION_ROWS.c.proved_at.is_(None)
    )
    given, added = open_session(book, connection, account.id, SignInWay.PASSWORD, browser)
    tell(book, connection, told | added, member=account.id, what="password_given")
    return given


def _taken(
    book: Casebook, account: Account, says: AccountContent, code: str
) -> tuple[AccountContent | None, int] | None:
    """What changes of an account when a code is taken: its content, if at all, and the newest step."""
    step = factors.step_of(says.key, code, book.clock(), account.step)
    if step is not None:
        return None, step
    digest = factors.recovery_digest(code, book.vault)
    if digest not in says.recovery:
        return None
    left = tuple(each for each in says.recovery if each != digest)
    return says.model_copy(update={"recovery": left}), account.step


def _rests(book: Casebook, tries: Tries) -> bool:
    return tries.locked_until is not None and tries.locked_until > book.clock()


def _count_failure(book: Casebook, connection: Connection, account: Account, tries: Tries) -> None:
    failures = tries.failures + 1
    if failures < LET_PASS:
        count(connection, tries, failures, None)
    else:
        until = book.clock() + min(LOCK * 2 ** min(failures - LET_PASS, 10), LONGEST_LOCK)
        told = count(connection, tries, failures, until)
        tell(book, connection, told, member=account.id, what="account_rests")
    if failures == LET_PASS:
        # Once, however long somebody goes on.
        owe_news(book, connection, account.id, AccountChange.RESTS)
