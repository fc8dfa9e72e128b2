"""Signing in with a passkey, which is both factors at once; and showing one where these are asked for again.

What strangers tried with passwords keeps nobody out who has one: nobody can guess it.
"""

from states.casebook.accounts import passkeys
from states.casebook.accounts.browsers import NONE, Browser
from states.casebook.accounts.passkeys import NOT_FITTING, Place
from states.casebook.accounts.rows import tell
from states.casebook.accounts.sessions import found, open_session, proved
from states.casebook.book import Casebook
from states.errors import NotPermitted
from states.vocabulary.people import SignInWay


def sign_in(book: Casebook, answer: str, whom: str, place: Place, browser: Browser = NONE) -> str:
    """Sign in with a passkey; gives the secret of an open session.

    Args:
        book: the casebook.
        answer: what the browser brings, as JSON.
        whom: the secret of the browser that was asked.
        place: where passkeys are good for.
        browser: the browser.

    Raises:
        NotPermitted: it does not fit.
    """
    with book.store.write() as connection:
        book.lock_team(connection)
        taken = passkeys.shown(book, connection, answer, whom, place)
        if taken is not None:
            passkey, told = taken
            given, added = open_session(
                book, connection, passkey.account, SignInWay.PASSKEY, browser, proved_at=book.clock()
            )
            tell(book, connection, told | added, member=passkey.account, what="signed_in")
            return given
    raise NotPermitted(NOT_FITTING)


def show_again(book: Casebook, secret: str, answer: str, place: Place) -> str:
    """Show a passkey where the second factor is asked for again; gives another secret of the same session.

    Args:
        book: the casebook.
        secret: the session's.
        answer: what the browser brings, as JSON.
        place: where passkeys are good for.

    Raises:
        NotPermitted: it does not fit, is another member's, or the session has ended.
    """
    with book.store.write() as connection:
        book.lock_team(connection)
        session = found(book, connection, secret)
        taken = None if session is None else passkeys.shown(book, connection, answer, secret, place)
        if session is not None and taken is not None and taken[0].account == session.account:
            given, changed = proved(book, connection, session)
            tell(book, connection, taken[1] | changed, member=session.account, what="passkey_shown_again")
            return given
        if taken is not None:
            # Nothing of another member's passkey is written, not even that it was used.
            raise NotPermitted(NOT_FITTING)
    raise NotPermitted(NOT_FITTING)
