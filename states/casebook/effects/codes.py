"""Codes: what is behind a link is shown to whoever also has what was sent them another way.

A code is reckoned from its record's id with the vault's key, and lies in no table. It is good for some
minutes and a few tries; typed right, it opens its link for a while, in the browser that it was typed in.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import Connection, select

from states.casebook.book import Casebook
from states.casebook.page import Page
from states.errors import CodeFirst, Refused
from states.tables import LinkCode, table_of
from states.vault import Vault

#: how long a code is good, how often it may be tried, how many a link has in a day, how long it opens
CODE_LIFE, TRIES, A_DAY, OPEN_FOR = timedelta(minutes=10), 5, 5, timedelta(minutes=30)

#: digits of a code
DIGITS = 8

#: said of a code that does not fit, whatever the reason
NOT_THE_CODE = (
    "That code does not fit, or not any more: each is good for ten minutes and five tries, and the newest "
    "counts. Nothing was shown: try again, have another one sent, or call."
)

#: said where a link has had its codes for a day
ENOUGH_CODES = "No more codes can be had for this link today. Nothing was shown: please call."

_CODES = table_of(LinkCode)


@dataclass(frozen=True, slots=True)
class Code:
    """A code that is to be sent.

    Args:
        digits: what is to be typed.
        until: how long it is good.
    """

    digits: str = field(repr=False)
    until: datetime


def make(book: Casebook, page: Page, link_id: str, *, via: str) -> Code:
    """Make a code for a link; those from before are good no more.

    Args:
        book: the casebook.
        page: the link's case.
        link_id: the link.
        via: which way it goes.

    Raises:
        Refused: the link has had its codes for a day.
    """
    row = _add(page, link_id, via)
    page.log("link_code_made", link=link_id, via=via)
    return Code(_digits(book.vault, row.id), row.expires_at)


def enter(book: Casebook, page: Page, link_id: str, typed: str, *, own: str = "") -> str:
    """Take what somebody types as a link's code; gives what their browser keeps to show it again.

    Args:
        book: the casebook.
        page: the link's case.
        link_id: the link.
        typed: as they typed it.
        own: a secret that the link's holder has from before, which opens it, too; empty: none.

    Returns:
        What opens the link for a while; empty: it did not fit, and that is counted.

    Raises:
        Refused: the link has had its codes for a day.
    """
    said = _bare(typed)
    if not said:
        # What presses every button that it finds tries nothing.
        return ""
    newest = page.rows(LinkCode, _CODES.c.link_id == link_id)[-1:]
    live = next((row for row in newest if _is_good(row, page.now)), None)
    if live is None and own:
        live = _add(page, link_id, "own")
    if live is None:
        return ""
    fitting = [_digits(book.vault, live.id), *([_bare(own)] if own else [])]
    if not any(compare_digest(said.encode(), each.encode()) for each in fitting):
        page.set(LinkCode, live.id, tries=live.tries + 1)
        if live.tries + 1 == TRIES:
            page.log("link_code_spent", link=link_id)
        return ""
    page.set(LinkCode, live.id, opened_at=page.now)
    page.log("link_opened", link=link_id, via=live.via)
    return _opener(book.vault, live.id)


def require(book: Casebook, connection: Connection, link_id: str, opener: str) -> None:
    """Let whoever shows what a code gave them read what is behind its link.

    Raises:
        CodeFirst: no code was typed for it in this browser, or too long ago.
    """
    opened = select(_CODES.c.id).where(_CODES.c.link_id == link_id)
    opened = opened.where(_CODES.c.opened_at > book.clock() - OPEN_FOR)
    for row_id in connection.scalars(opened):
        if compare_digest(_opener(book.vault, row_id).encode(), opener.encode()):
            return
    raise CodeFirst("What is behind this link asks for a code first. Nothing was shown.")


def _add(page: Page, link_id: str, via: str) -> LinkCode:
    since = page.now - timedelta(days=1)
    if len(page.rows(LinkCode, _CODES.c.link_id == link_id, _CODES.c.at > since)) >= A_DAY:
        raise Refused(ENOUGH_CODES)
    row = LinkCode(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        link_id=link_id,
        via=via,
        expires_at=page.now + CODE_LIFE,
    )
    return page.add(row)


def _is_good(row: LinkCode, now: datetime) -> bool:
    return row.opened_at is None and row.expires_at > now and row.tries < TRIES


def _digits(vault: Vault, row_id: str) -> str:
    return f"{int(vault.blind('code of a link', row_id), 16) % 10**DIGITS:0{DIGITS}}"


def _opener(vault: Vault, row_id: str) -> str:
    return vault.blind("opened link", row_id)


def _bare(written: str) -> str:
    return "".join(each for each in written if each.isalnum()).lower()
