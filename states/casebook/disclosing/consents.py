"""Consents: who gave one, when, for what and to whom; and that it was taken back (34 CFR 99.30)."""

from typing import Any

from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.contents.inquiry import reason
from states.contents.leaving import ConsentContent, as_code
from states.contents.payloads import ROUTE_REFERRALS, TheseReferrals
from states.errors import BadInput, Refused
from states.gate import Outgoing
from states.tables import Consent, Disclosure, Referral, Remark, table_of
from states.vocabulary.leaving import ReferralStatus

_REFERRALS = table_of(Referral)

#: why a referral stays: the policy does not let it leave
WITHHELD = "withheld"


def record(book: Casebook, number: str, content: ConsentContent, *, by: Actor) -> str:
    """Put a consent on record; referrals that waited for it are sent. Returns its id.

    Raises:
        BadInput: it would have been given in the future, or its recipient is no code.
    """
    with book.page(number, by, Act.RECORD) as page:
        row = Consent(case_id=page.case.id, at=page.now, by=by.id, **_columns(page, content))
        page.add(row, content)
        send_what_waited(page)
        page.log("consent_recorded", consent=row.id, to=content.to, recipient=content.recipient)
        return row.id


def _columns(page: Page, content: ConsentContent) -> dict[str, Any]:
    """What of a consent decides on what may leave, which lies in its columns."""
    if content.given_at > page.now:
        raise BadInput("The consent would have been given in the future. Nothing was written.")
    return {
        "recipient_kind": content.to,
        "recipient": as_code(content.recipient),
        "purpose": content.purpose,
        "what": sorted(content.what),
        "given_at": content.given_at,
        "valid_until": content.valid_until,
    }


def corrected(page: Page, row: Consent, content: ConsentContent) -> dict[str, object]:
    """Set right what a consent covers, unless something left on it; what waited for it is tried again.

    Args:
        page: the case.
        row: the consent, as it was on record.
        content: what is right.

    Returns:
        The columns to be set.

    Raises:
        BadInput: it would have been given in the future, or its recipient is no code.
        Refused: something left the team on the former words.
    """
    columns = _columns(page, content)
    if all(getattr(row, name) == value for name, value in columns.items()):
        return {}
    if page.rows(Disclosure, table_of(Disclosure).c.consent_id == row.id):
        raise Refused(
            "Something left the team on what this consent covers, and the record of disclosures names it (34 "
            "CFR 99.30): take it back, and put on record what was consented to. Nothing was written."
        )
    if row.revoked_at is None:
        send_what_waited(page)
    return columns


def revoke(book: Casebook, number: str, consent_id: str, *, by: Actor, because: str) -> None:
    """Put on record that a consent was taken back: nothing leaves on it any more.

    Raises:
        Refused: it was taken back before.
    """
    remark = reason(because, "the end of a consent")
    with book.page(number, by, Act.RECORD) as page:
        if page.row(Consent, consent_id).revoked_at is not None:
            raise Refused("This consent was taken back already. Nothing was written.")
        page.set(Consent, consent_id, revoked_at=page.now)
        page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=consent_id), remark)
        page.log("consent_revoked", consent=consent_id)


def covering(page: Page, outgoing: Outgoing) -> str:
    """Id of the newest consent in force that covers what is about to leave; empty: none does."""
    covers = [
        row.id
        for row in page.rows(Consent)
        if row.recipient_kind == outgoing.to
        and row.recipient == outgoing.recipient
        and row.purpose == outgoing.purpose
        and outgoing.what.issubset(row.what)
        and row.revoked_at is None
        and row.given_at <= page.now
        and (row.valid_until is None or row.valid_until > page.now)
    ]
    return covers[-1] if covers else ""


def send_what_waited(page: Page) -> None:
    """Owe the sending of every referral that the gate held up, since there is something new to rest on."""
    waiting = page.rows(
        Referral, _REFERRALS.c.sent_at.is_(None), _REFERRALS.c.status == ReferralStatus.DRAFTED
    )
    held_up = [row.id for row in waiting if row.code == WITHHELD]
    if held_up:
        page.owe(ROUTE_REFERRALS, TheseReferrals(referrals=tuple(held_up)))
