"""One-time links: whoever holds one may tell one thing of one record, once, until it expires.

The secret stands in the link alone. It is reckoned from the link's id with the vault's key, so that a message
that is sent a second time carries the same link; the database holds only the secret's blind index.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from states.casebook.book import CASES, Casebook
from states.casebook.page import Page
from states.casebook.standing.conflicts import closed_offices, is_closed
from states.errors import UnknownRecord
from states.tables import HandOver, OneTimeLink, Referral, table_of

#: how long a link works; longer than the clocks that an office's answer is waited for by
LINK_LIFE = timedelta(days=60)

#: how many of the last digits of a case's number somebody has to type at least
LAST_DIGITS = 4

#: what is said of every link that does not work, whatever the reason
DEAD_LINK = "This link does not work, or does not work any more: each one works once. Nothing was written."

#: what is said of what is not the number of the case
NOT_THE_NUMBER = (
    "That is not the number of the case: it stands in the message that brought you here, and begins with "
    "TAT-. Nothing was sent or written."
)

_LINKS, _REFERRALS, _HAND_OVERS = (table_of(model) for model in (OneTimeLink, Referral, HandOver))


def give(book: Casebook, page: Page, *, about: str, purpose: str) -> str:
    """The secret of a record's open link (64 hexadecimal digits); makes the link when there is none.

    Args:
        book: the casebook.
        page: the case.
        about: id of the record.
        purpose: what the link lets its holder do.
    """
    open_ = select(_LINKS.c.id).where(
        _LINKS.c.case_id == page.case.id, _LINKS.c.about == about, _LINKS.c.purpose == purpose
    )
    link_id = page.connection.scalar(open_.where(*_works(page.now)).order_by(_LINKS.c.made_at).limit(1))
    if link_id is not None:
        return _secret(book, link_id)
    link = OneTimeLink(
        case_id=page.case.id,
        about=about,
        purpose=purpose,
        token="",
        made_at=page.now,
        expires_at=page.now + LINK_LIFE,
    )
    secret = _secret(book, link.id)
    link.token = _token(book, secret)
    page.add(link)
    return secret


def given(page: Page, *, about: str, purpose: str) -> bool:
    """Whether a record ever had a link, used up or not."""
    ever = select(_LINKS.c.id).where(
        _LINKS.c.case_id == page.case.id, _LINKS.c.about == about, _LINKS.c.purpose == purpose
    )
    return page.connection.scalar(ever.limit(1)) is not None


def find(book: Casebook, connection: Connection, secret: str, purpose: str, *, used_too: bool = False) -> Any:
    """The link that a secret opens: its row, with its case's ``number`` and its ``office``, if it is one's.

    Args:
        book: the casebook.
        connection: an open transaction.
        secret: what stands in the link.
        purpose: what the link lets its holder do.
        used_too: whether one that was used still opens what it was for.

    Raises:
        UnknownRecord: there is none, or it was used, or it has expired, or its case was erased, or nothing of
            it goes to its office any more; it does not say which.
    """
    row = look_for(book, connection, secret, purpose)
    # Of every link, before anything is said of it: how long it takes tells nothing of why it is dead.
    case_id, office = ("", "") if row is None else (row.case_id, row.office or row.about.partition(":")[2])
    closed = is_closed(book, connection, case_id, office)
    dead = row is None or row.expires_at <= book.clock() or (row.used_at is not None and not used_too)
    if dead or closed:
        raise UnknownRecord(DEAD_LINK)
    return row


def look_for(book: Casebook, connection: Connection, secret: str, purpose: str) -> Any:
    """The link of a secret, whether it still works or not; None when there is none."""
    office = func.coalesce(_REFERRALS.c.office, _HAND_OVERS.c.office)
    mine = (
        select(_LINKS, CASES.c.number, office.label("office"))
        .join(CASES, CASES.c.id == _LINKS.c.case_id)
        .outerjoin(_REFERRALS, _REFERRALS.c.id == _LINKS.c.about)
        .outerjoin(_HAND_OVERS, _HAND_OVERS.c.id == _LINKS.c.about)
    )
    mine = mine.where(_LINKS.c.token == _token(book, secret), _LINKS.c.purpose == purpose)
    return connection.execute(mine.where(CASES.c.erased_at.is_(None))).first()


def use(page: Page, link_id: str) -> None:
    """Use a link up, by compare-and-swap.

    Raises:
        UnknownRecord: somebody has just used it.
    """
    swapped = page.connection.execute(
        update(_LINKS).where(_LINKS.c.id == link_id, _LINKS.c.used_at.is_(None)).values(used_at=page.now)
    )
    if swapped.rowcount != 1:
        raise UnknownRecord(DEAD_LINK)
    page.tell("one_time_links", link_id, {"used_at": page.now})


def call_back(page: Page, *, about: str, purpose: str) -> None:
    """Let a record's open link work no more, so that the next one that is given is another one.

    Args:
        page: the case.
        about: id of the record.
        purpose: what the link lets its holder do.
    """
    open_ = select(_LINKS.c.id).where(
        _LINKS.c.case_id == page.case.id, _LINKS.c.about == about, _LINKS.c.purpose == purpose
    )
    for link_id in page.connection.scalars(open_.where(*_works(page.now))).all():
        use(page, link_id)


def names(number: str, said: str) -> bool:
    """Whether somebody typed a case's number, as the message of a link has it; its last digits do.

    Who reads a message for its links alone, and presses what it finds, does not.

    Args:
        number: the case's number.
        said: what was typed.
    """
    typed = "".join(each for each in said if each.isdigit())
    return len(typed) >= LAST_DIGITS and "".join(filter(str.isdigit, number)).endswith(typed)


def keep_from(page: Page, office: str) -> None:
    """Let nothing be read by a link that an office got before somebody there came to be kept out (W-39).

    Raises:
        UnknownRecord: nothing of the case goes to that office.
    """
    if office in closed_offices(page):
        raise UnknownRecord(DEAD_LINK)


def _works(now: datetime) -> tuple[Any, Any]:
    return _LINKS.c.used_at.is_(None), _LINKS.c.expires_at > now


def _secret(book: Casebook, link_id: str) -> str:
    return book.vault.blind("one-time link", link_id)


def _token(book: Casebook, secret: str) -> str:
    return book.vault.blind("one-time secret", secret)
