"""Protective orders: on file, with copies to the police of each place they hold at, until they end (W-42)."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.standing.conflicts import look
from states.contents.inquiry import reason
from states.contents.leaving import SentReferral
from states.contents.payloads import NOTIFY_TEAM, ROUTE_REFERRALS, News, TheseReferrals
from states.contents.plans import ProtectiveOrderContent
from states.contents.reports import aware
from states.errors import BadInput, Refused
from states.policy.pack import POLICE
from states.tables import Attachment, ProtectiveOrder, Referral, Remark, table_of
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from states.vocabulary.times import in_full


def file(book: Casebook, number: str, content: ProtectiveOrderContent, *, by: Actor) -> str:
    """Put a protective order on file; a copy goes to the police of each of its sites. Returns its id.

    The copy passes the disclosure gate, goes out as a referral does, and waits to be acknowledged. The clock
    of the order's end reminds before that day.

    Raises:
        BadInput: there is no such site, or the order has ended already.
    """
    with book.page(number, by, Act.RECORD) as page:
        sites = sites_of(page, content)
        order = ProtectiveOrder(
            case_id=page.case.id, at=page.now, by=by.id, valid_until=content.valid_until, sites=sites
        )
        page.add(order, content)
        watch_the_end(page, order.id, content.valid_until)
        send_copies(page, content, sites, order_id=order.id)
        page.owe(NOTIFY_TEAM, News(trigger="protective_order"))
        page.log("protective_order_filed", order=order.id, sites=sites)
        look(page)
        return order.id


def sites_of(page: Page, content: ProtectiveOrderContent) -> list[str]:
    """The sites at which an order holds; where it names none, the case's.

    Raises:
        BadInput: there is no such site.
    """
    sites = sorted(set(content.sites)) or list(page.case.sites)
    for site in sites:
        page.pack.site(site)
    return sites


def watch_the_end(page: Page, order_id: str, valid_until: datetime | None) -> None:
    """Start the clock of an order's end anew.

    Raises:
        BadInput: it has ended already.
    """
    page.stop(Clock.ORDER_EXPIRY, about=order_id)
    if valid_until is None:
        return
    if aware(valid_until, "valid_until") <= page.now:
        raise BadInput("valid_until has passed: this order has ended already. Nothing was written.")
    page.start(Clock.ORDER_EXPIRY, about=order_id, due_at=valid_until)


def paper_of(page: Page, order_id: str) -> str:
    """Id of the court's own paper of an order, the newest; empty: none is on file."""
    rows = page.rows(Attachment, table_of(Attachment).c.about == order_id)
    return rows[-1].id if rows else ""


def send_copies(
    page: Page, content: ProtectiveOrderContent, sites: Iterable[str], *, order_id: str, document: str = ""
) -> None:
    """Owe a copy of an order, as it is now, to the police of each of these sites.

    Args:
        page: the case.
        content: the order.
        sites: codes of the sites.
        order_id: its id.
        document: id of the court's own paper, which goes with it; empty: the newest on file, if there is one.
    """
    document = document or paper_of(page, order_id)
    copies = []
    for site in sites:
        row = Referral(
            case_id=page.case.id,
            at=page.now,
            by=page.by.id,
            kind=ReferralKind.PROTECTIVE_ORDER,
            office=f"{POLICE}{site}",
            status=ReferralStatus.DRAFTED,
        )
        said = SentReferral(
            kind=ReferralKind.PROTECTIVE_ORDER,
            recommendation=_wording(page, content, site),
            document=document,
        )
        copies.append(page.add(row, said).id)
    page.owe(ROUTE_REFERRALS, TheseReferrals(referrals=tuple(copies)))


def _wording(page: Page, content: ProtectiveOrderContent, site: str) -> str:
    until = ""
    if content.valid_until is not None:
        there = content.valid_until.astimezone(ZoneInfo(page.pack.site(site).timezone))
        until = in_full(there)
    said = {
        "Protects": content.protects,
        "Against": content.against,
        "Court": " ".join(filter(None, (content.court, content.reference))),
        "Valid until": until,
        "Holds at": page.pack.site(site).name,
    }
    return "\n\n".join(f"{name}: {value}" for name, value in said.items() if value)


def end(book: Casebook, number: str, order_id: str, *, by: Actor, because: str) -> None:
    """Say that a protective order holds no more, and why; its clock stops.

    Raises:
        Refused: that is on record already. BadInput: no reason is given.
    """
    remark = reason(because, "the end of an order")
    with book.page(number, by, Act.RECORD) as page:
        if page.row(ProtectiveOrder, order_id).ended_at is not None:
            raise Refused("It is on record already that this order has ended. Nothing was written.")
        page.set(ProtectiveOrder, order_id, ended_at=page.now)
        page.stop(Clock.ORDER_EXPIRY, about=order_id)
        page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=order_id), remark)
        page.log("protective_order_ended", order=order_id)
