"""Signing in: the password first, then a code; after some failures in a row nobody may try for a while.

Whatever does not fit is answered in the same words, as late: nobody learns who has an account, nor which of
the two was wrong. A failure of either factor counts until both were shown.
"""

from datetime import timedelta

from sqlalchemy import Connection, select, update

from states.casebook.accounts import factors
from states.casebook.accounts.rows import (
    ACCOUNT_ROWS,
    MEMBER_ROWS,
    SESSION_ROWS,
    Known,
    called,
    end_sessions,
    is_on_team,
    known,
    owe_news,
    tell,
    write,
)
from states.casebook.accounts.sessions import Visitor, found, token_of
from states.casebook.book import Casebook
from states.casebook.team_rows import add_row
from states.contents.team import AccountContent
from states.errors import NotPermitted
from states.ledger import coverage
from states.tables import Account, Session, new_id
from states.vocabulary.people import AccountChange

#: how many failures in a row make an account rest, and for how long: twice as long after each one more
LET_PASS, LOCK, LONGEST_LOCK = 5, timedelta(minutes=1), timedelta(minutes=30)

#: what is said whatever did not fit
NOT_FITTING = (
    "That did not fit, and nobody was signed in. Try again; after five tries in a row the account rests for "
    "some minutes. If you have lost your phone, use a recovery code; if that is gone too, ask the chair or "
    "an administrator for a new link."
)


def begin(book: Casebook, name: str, password: str) -> str:
    """Take the password; gives the secret of a session in which only the code may be said.

    Args:
        book: the casebook.
        name: a member's id or mail address, as somebody typed it.
        password: as they typed it.

    Raises:
        NotPermitted: it does not fit, or the account rests.
    """
    with book.store.read() as connection:
        there = known(book, connection, called(book, connection, name))
    # Outside of any transaction: it takes its time on purpose.
    fits = factors.fits(there.says.password if there and there.says else "", password)
    if there is not None:
        with book.store.write() as connection:
            book.lock_team(connection)
            account = _held(book, connection, there.row.id)
            if account is not None and not _rests(book, account.row):
                if fits and account.row.content == there.row.content:
                    return _begun(book, connection, account.row)
                _count_failure(book, connection, account.row)
    raise NotPermitted(NOT_FITTING)


def finish(book: Casebook, secret: str, code: str) -> str:
    """Take the code, or a recovery code; gives another secret, with which the session is open.

    Args:
        book: the casebook.
        secret: what :func:`begin` gave.
        code: what the phone shows, or a recovery code.

    Raises:
        NotPermitted: it does not fit, or the account rests, or the session has ended.
    """
    return show_code(book, secret, code, what="signed_in")


def show_code(book: Casebook, secret: str, code: str, *, what: str) -> str:
    """Take a code for a session; gives another secret of the same session.

    No secret outlives a change of what it opens (OWASP ASVS 5, 7.2.4).

    Args:
        book: the casebook.
        secret: the session's.
        code: what the phone shows, or a recovery code.
        what: what the team's chain says that this is.

    Raises:
        NotPermitted: it does not fit, or the account rests, or the session has ended.
    """
    with book.store.write() as connection:
        book.lock_team(connection)
        session = found(book, connection, secret)
        account = None if session is None else _held(book, connection, session.account)
        if session is not None and account is not None and account.says and not _rests(book, account.row):
            taken = _taken(book, account.row, account.says, code)
            if taken is not None:
                says, step = taken
                told = write(book, connection, account.row, says, step=step, failures=0, locked_until=None)
                given, token = token_of(book.vault, session.id, account.row.id)
                now = book.clock()
                values = {"token": token, "proved_at": now}
                this = SESSION_ROWS.c.id == session.id
                connection.execute(update(SESSION_ROWS).where(this).values(**values, seen_at=now))
                told |= coverage.of(SESSION_ROWS.name).changed(session.id, values)
                tell(book, connection, told, member=account.row.id, what=what)
                return given
            _count_failure(book, connection, account.row)
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
        account = _held(book, connection, by.actor.id)
        if account is None or account.says is None:
            raise NotPermitted(NOT_FITTING)
        digests = factors.recovery_digests(codes, book.vault)
        says = account.says.model_copy(update={"recovery": digests})
        told = write(book, connection, account.row, says)
        tell(book, connection, told, member=account.row.id, what="recovery_codes_made")
    return codes


def _begun(book: Casebook, connection: Connection, account: Account) -> str:
    # Whoever says the password again begins anew; what was begun and never finished is no session.
    told = end_sessions(
        book, connection, (SESSION_ROWS.c.account == account.id) & SESSION_ROWS.c.proved_at.is_(None)
    )
    now, session = book.clock(), new_id()
    given, token = token_of(book.vault, session, account.id)
    row = Session(id=session, account=account.id, token=token, begun_at=now, seen_at=now)
    told |= add_row(connection, row)
    tell(book, connection, told, member=account.id, what="password_given")
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


def _held(book: Casebook, connection: Connection, account: str) -> Known | None:
    ours = select(MEMBER_ROWS.c.id).where(MEMBER_ROWS.c.id == account, is_on_team(book.clock()))
    return known(book, connection, ACCOUNT_ROWS.c.id.in_(ours), held=True)


def _rests(book: Casebook, account: Account) -> bool:
    return account.locked_until is not None and account.locked_until > book.clock()


def _count_failure(book: Casebook, connection: Connection, account: Account) -> None:
    failures = account.failures + 1
    if failures < LET_PASS:
        write(book, connection, account, failures=failures)
    else:
        until = book.clock() + min(LOCK * 2 ** min(failures - LET_PASS, 10), LONGEST_LOCK)
        told = write(book, connection, account, failures=failures, locked_until=until)
        tell(book, connection, told, member=account.id, what="account_rests")
    if failures == LET_PASS:
        # Once, however long somebody goes on.
        owe_news(book, connection, account.id, AccountChange.RESTS)
