"""The doors of links that show content: which other way a code goes, and what opens them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from states.access import REPORTER, SYSTEM, Actor
from states.casebook.alarms.calling import TAKE_OVER as TAKE_ALARM_OVER
from states.casebook.book import Casebook
from states.casebook.closing.endings import READ_END, TAKE_OVER
from states.casebook.effects import codes, links
from states.casebook.effects.codes import Code
from states.casebook.intake import receipts
from states.casebook.landing import alerts
from states.casebook.page import Page
from states.casebook.referrals.conveying import READ_RECOMMENDATION
from states.casebook.referrals.sending import ANSWER
from states.contents.kept import HAND_OVERS
from states.errors import BadInput, Refused
from states.policy.places import by_mail
from states.tables import HandOver, Referral
from states.vocabulary.people import Role

#: said where a code cannot be sent
NO_OTHER_WAY = "The team has no other way to you on file. Nothing was sent: please call."


@dataclass(frozen=True, slots=True)
class Door:
    """What stands before a link's content.

    Args:
        by: whoever holds the link, as the ledger calls them.
        address: where a code goes; empty: no other way is on file.
        own: a secret that they have from before; empty: none.
    """

    by: Actor
    address: str = field(default="", repr=False)
    own: str = field(default="", repr=False)

    @property
    def via(self) -> str:
        """Which way a code goes: a channel, another mailbox, or none."""
        if not self.address:
            return ""
        return "mail" if by_mail(self.address) else "channel"


def look(book: Casebook, secret: str, purpose: str) -> Door:
    """The door of a link; looking changes nothing.

    Raises:
        UnknownRecord: the link does not work.
    """
    with _before(book, secret, purpose) as (_, _, door):
        return door


def send(book: Casebook, secret: str, purpose: str, said: str) -> tuple[Code, str]:
    """Make a code for whoever types the number of the case; gives it, and the address that it goes to.

    Args:
        book: the casebook.
        secret: the link's.
        purpose: what the link lets its holder do.
        said: the number, as they typed it.

    Raises:
        UnknownRecord: the link does not work.
        BadInput: that is not the case's number.
        Refused: no other way is on file, or the link has had its codes for a day.
    """
    with _before(book, secret, purpose) as (page, link, door):
        if not links.names(page.case.number, said):
            raise BadInput(links.NOT_THE_NUMBER)
        if not door.address:
            raise Refused(NO_OTHER_WAY)
        code = codes.make(book, page, link.id, via=door.via)
        page.finish()
    return code, door.address


def enter(book: Casebook, secret: str, purpose: str, typed: str) -> str:
    """Take a code; gives what opens the link in this browser, for a while.

    Raises:
        UnknownRecord: the link does not work.
        Refused: the code does not fit, or not any more.
    """
    with _before(book, secret, purpose) as (page, link, door):
        opener = codes.enter(book, page, link.id, typed, own=door.own)
        page.finish()
    if not opener:
        # Not before it is written down that somebody tried.
        raise Refused(codes.NOT_THE_CODE)
    return opener


@contextmanager
def _before(book: Casebook, secret: str, purpose: str) -> Iterator[tuple[Page, Any, Door]]:
    with book.store.write() as connection:
        # Whoever took an alarm over is told more of it, too.
        used_too = purpose == TAKE_ALARM_OVER
        link = links.find(book, connection, secret, purpose, used_too=used_too)
        page = book.turn_to(connection, link.case_id, SYSTEM)
        door = _door(book, page, purpose, link.about)
        page.by = door.by
        yield page, link, door


def _door(book: Casebook, page: Page, purpose: str, about: str) -> Door:
    if purpose == READ_END:
        # Who reported has the secret of their receipt; else they are told by phone.
        return Door(REPORTER, own=receipts.secret_of(book.vault, about))
    if purpose == TAKE_ALARM_OVER:
        return Door(*alerts.speaker(page, about))
    if purpose == TAKE_OVER:
        return _of_hand_over(page, page.row(HandOver, about))
    referral, _, office = about.partition(":")
    if purpose == ANSWER:
        office = page.row(Referral, referral).office
    elif purpose != READ_RECOMMENDATION:
        raise ValueError(purpose)
    links.keep_from(page, office)
    return Door(_of(office), page.pack.office(office).codes_to or "")


def _of_hand_over(page: Page, row: HandOver) -> Door:
    links.keep_from(page, row.office)
    office, sent_to = page.pack.office(row.office), page.open(HAND_OVERS, row).address
    others = [office.codes_to or "", office.address if sent_to else ""]
    return Door(_of(row.office), next((each for each in others if each and each != sent_to), ""))


def _of(office: str) -> Actor:
    """An office that speaks for itself: who of its people it is, is not known here."""
    return Actor(f"office:{office}", frozenset({Role.SYSTEM}))
