"""A one-time link that was used: what it was used for, and when, for whoever opens or presses it again."""

from dataclasses import dataclass
from datetime import datetime

from states.access import SYSTEM
from states.casebook.book import Casebook
from states.casebook.closing.endings import TAKE_OVER
from states.casebook.effects import links
from states.casebook.referrals.sending import ANSWER
from states.errors import UnknownRecord
from states.tables import HandOver, Referral
from states.vocabulary.leaving import ReferralStatus


@dataclass(frozen=True, slots=True)
class Used:
    """What a link was used for: nothing of whom it is about.

    Args:
        number: the case's number.
        site: code of the case's site, by whose clock people read when.
        at: when the link was used.
        office: code of the office that it was for.
        status: of a referral, how far it has come by now; None: follow-up was taken over.
        more: whether a newer link lets the office say more.
    """

    number: str
    site: str
    at: datetime
    office: str
    status: ReferralStatus | None
    more: bool


def used(book: Casebook, secret: str, purpose: str) -> Used:
    """What was done by a link that works no more, since it was used; looking writes nothing.

    Args:
        book: the casebook.
        secret: what stands in the link.
        purpose: what it let its holder do: answer a referral, or take follow-up over.

    Raises:
        UnknownRecord: there is none, it was not used, its time is over, or its office is to read nothing.
    """
    with book.store.write() as connection:
        link = links.find(book, connection, secret, purpose, used_too=True)
        if link.used_at is None or purpose not in (ANSWER, TAKE_OVER):
            raise UnknownRecord(links.DEAD_LINK)
        page = book.turn_to(connection, link.case_id, SYSTEM)
        referral = page.row(Referral, link.about) if purpose == ANSWER else None
        office = page.row(HandOver, link.about).office if referral is None else referral.office
        links.keep_from(page, office)
        status = None if referral is None else ReferralStatus(referral.status)
        more = status in (ReferralStatus.ACKNOWLEDGED, ReferralStatus.ACCEPTED)
        return Used(page.case.number, page.case.site, link.used_at, office, status, more)
