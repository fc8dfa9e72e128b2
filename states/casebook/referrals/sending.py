"""Referrals on their way out: released through the gate, sent, sent again, expired when nobody answers."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.disclosing.disclosures import attempt
from states.casebook.effects import links
from states.casebook.effects.work import Work, WorkOn, writing
from states.casebook.page import Page
from states.casebook.referrals.letter_parts import opened
from states.casebook.referrals.referring import ORDER, leaving, with_contact
from states.casebook.standing.conflicts import closed_offices
from states.contents.kept import REFERRALS
from states.contents.payloads import (
    ROUTE_REFERRALS,
    SEND_OFFICE_LINK,
    OfReferral,
    ReferralAgain,
    ReferralsOfPlan,
    Routing,
    TheseReferrals,
)
from states.correspondence.letter import Letter
from states.correspondence.referral_moves import CHOICES, CLOCKS, ENDS, check_move
from states.errors import Missing, Refused, Withheld
from states.tables import Effect, Referral
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import Disclosed, ReferralKind, ReferralStatus
from states.vocabulary.sources import LegalBasis

#: what a one-time link about a referral lets its holder do
ANSWER = "answer_referral"

#: what no office has said anything of yet
_UNANSWERED = (ReferralStatus.DRAFTED, ReferralStatus.SENT, ReferralStatus.EXPIRED)


def routed(book: Casebook, work: WorkOn[Routing]) -> list[Referral]:
    """The referrals that an effect is about: all of the plan's, those it names, or the one sent again."""
    with writing(book, work) as page:
        match work.payload:
            case ReferralAgain(referral=referral):
                return [page.row(Referral, referral)]
            case TheseReferrals(referrals=referrals):
                return [page.row(Referral, referral) for referral in referrals]
            case ReferralsOfPlan(plan=plan):
                return page.rows(Referral, Referral.plan_id == plan)


def to_send(work: WorkOn[Routing], row: Referral) -> bool:
    """Whether an effect still has to send a referral; an office that answered first gets it in writing."""
    if row.sent_at is None:
        return True
    again = work.payload
    return isinstance(again, ReferralAgain) and again.asked_at is not None and row.sent_at < again.asked_at


def release(
    book: Casebook, work: WorkOn[Routing], referral_id: str, *, tells: Collection[Disclosed], link: str | None
) -> Letter:
    """Let a referral leave, through the gate, and write down that it does.

    Args:
        book: the casebook.
        work: the effect that sends it.
        referral_id: the referral.
        tells: what its way tells the office.
        link: what the one-time link that the office answers with begins with; None: it answers otherwise.

    Raises:
        Withheld: the policy does not allow it on that basis; it must not leave.
        LeaseLost: another attempt has taken over.
    """
    with writing(book, work) as page:
        row = page.row(Referral, referral_id)
        _keep_from(page, row.office)
        if row.kind == ReferralKind.PROTECTIVE_ORDER:
            # What a court ordered, in whole, and nothing of the case besides (W-42).
            tells = ORDER
        basis = "" if isinstance(work.payload, ReferralsOfPlan) else work.payload.basis
        tells = with_contact(page, row, tells, basis)
        refusal = attempt(page, leaving(page, row, tells, basis), about=referral_id)
        if refusal is None:
            written_at = page.row(Effect, work.effect_id).created_at
            return opened(
                page,
                row,
                written_at=written_at,
                tells=tells,
                idempotency_key=work.effect_id,
                link="" if link is None else link + links.give(book, page, about=row.id, purpose=ANSWER),
            )
    raise refusal


def _keep_from(page: Page, office: str) -> None:
    """Refuse to send something of a case to an office where its subject, or who is kept out, would read it.

    Raises:
        Withheld: it is such an office.
    """
    if office in closed_offices(page):
        missing = Missing(
            "conflict_of_interest",
            f"Somebody who is kept out of the case would read what {page.pack.office(office).name} gets: "
            "hand it over in person, or refer to another office.",
            "whoever chairs in this case",
            "W-39",
        )
        raise Withheld(f"a referral to {office}", [missing])


def sent(
    book: Casebook,
    work: WorkOn[Routing],
    referral_id: str,
    *,
    way: str,
    ticket: str = "",
    ask_at: datetime | None = None,
    declined: str = "",
) -> None:
    """Say that a referral has gone out; the clock of its acknowledgement starts.

    Args:
        book: the casebook.
        work: the effect that sent it.
        referral_id: the referral.
        way: name of the way that took it.
        ticket: what the office knows it by; empty: by its id.
        ask_at: when the office is asked how far it has come; None: it says so by itself.
        declined: code of the reason, when the office's system would not have it.
    """
    with writing(book, work) as page:
        row = page.row(Referral, referral_id)
        content = page.open(REFERRALS, row).model_copy(update={"ticket": ticket} if ticket else {})
        page.set(
            Referral,
            referral_id,
            sent_at=page.now,
            way=way,
            ticket=book.vault.blind("ticket", f"{row.office}\n{ticket}") if ticket else "",
            code=declined,
            poll_at=ask_at,
            content=page.seal("referrals", row.id, content),
        )
        # What an office has said by phone before its letter left stays said, unless it is asked anew.
        if row.status in _UNANSWERED or (
            row.status == ReferralStatus.DECLINED and isinstance(work.payload, ReferralAgain)
        ):
            put(page, row, ReferralStatus.DECLINED if declined else ReferralStatus.SENT)
        told = {"declined": declined} if declined else {}
        page.log("referral_sent", referral=referral_id, kind=row.kind, office=row.office, way=way, **told)


def held_up(book: Casebook, work: Work, referral_id: str, code: str) -> None:
    """Say why a referral could not leave: the case shows it until it has left."""
    with writing(book, work) as page:
        row = page.row(Referral, referral_id)
        if row.code != code:
            page.set(Referral, referral_id, code=code)
            page.log("referral_held_up", referral=referral_id, office=row.office, code=code)


def put(page: Page, row: Referral, status: ReferralStatus, *, outcome: str = "") -> None:
    """Write how far a referral has come, and start the clock that now runs; the move was checked before."""
    times: dict[str, Any] = {"closed_at": page.now if status in ENDS else None}
    if status is not ReferralStatus.SENT and status is not ReferralStatus.EXPIRED:
        times["acknowledged_at"] = row.acknowledged_at or page.now
    if status in (ReferralStatus.ACCEPTED, ReferralStatus.DECLINED):
        times["decided_at"] = page.now
    if status in ENDS:
        times["poll_at"] = None
    page.set(Referral, row.id, status=status, outcome=outcome or row.outcome, **times)
    page.stop(*CLOCKS.values(), about=row.id)
    # Police who have received a copy of an order decide nothing about it.
    if status in CLOCKS and (status is ReferralStatus.SENT or row.kind != ReferralKind.PROTECTIVE_ORDER):
        page.start(CLOCKS[status], about=row.id)


def expire(book: Casebook, work: Work, clock: Clock, referral_id: str) -> None:
    """Say that an office stayed silent to the end; its clock runs on until people have been told.

    Args:
        book: the casebook.
        work: the reminder that finds the clock stuck.
        clock: the clock.
        referral_id: what it is about.
    """
    with writing(book, work) as page:
        row = page.row(Referral, referral_id)
        if CLOCKS.get(ReferralStatus(row.status)) is not clock:
            return
        status = ReferralStatus.EXPIRED
        page.set(Referral, referral_id, status=status, closed_at=page.now, poll_at=None)
        page.log("referral_expired", referral=referral_id, office=row.office, waited_for=clock)


def let_rest(book: Casebook, work: Work, clock: Clock, referral_id: str) -> None:
    """Stop the clock of a referral that has expired, once people have been told."""
    with writing(book, work) as page:
        if page.row(Referral, referral_id).status == ReferralStatus.EXPIRED:
            page.stop(clock, about=referral_id)


def send_again(
    book: Casebook, number: str, referral_id: str, *, by: Actor, basis: LegalBasis | None = None
) -> None:
    """Send a referral again: one that was held up, that the office never got, or that it was silent on.

    Args:
        book: the casebook.
        number: the case's number.
        referral_id: the referral.
        by: who has it sent.
        basis: what permits it, when something else than usual does, such as consent.

    Raises:
        Refused: the office has taken it up, or the matter is done.
    """
    with book.page(number, by, Act.RECORD) as page:
        row = page.row(Referral, referral_id)
        status = ReferralStatus(row.status)
        if status in (ReferralStatus.ACCEPTED, ReferralStatus.COMPLETED):
            raise Refused(
                f"The office has {status} this referral: there is nothing to send again. Nothing was written."
            )
        if status not in (ReferralStatus.SENT, ReferralStatus.ACKNOWLEDGED):
            check_move(status, ReferralStatus.SENT)
        again = ReferralAgain(referral=referral_id, asked_at=page.now, basis=basis or "")
        page.owe(ROUTE_REFERRALS, again)
        page.log("referral_sent_again", referral=referral_id, office=row.office)


@dataclass(frozen=True, slots=True)
class NextLink:
    """The link for an office's next answer to a referral.

    Args:
        referral_id: the referral.
        office: code of the office.
        answer_by: until when the answer is waited for; None: no clock runs.
        secret: of the link.
    """

    referral_id: str
    office: str
    answer_by: datetime | None
    secret: str = field(repr=False)


def next_link(book: Casebook, work: Work, referral_id: str) -> NextLink | None:
    """The link for an office's next answer; None: it answers otherwise, or nothing more is asked of it.

    Raises:
        LeaseLost: another attempt has taken over.
    """
    with writing(book, work) as page:
        row = page.row(Referral, referral_id)
        status = ReferralStatus(row.status)
        if not CHOICES[status] or row.sent_at is None or not links.given(page, about=row.id, purpose=ANSWER):
            return None
        secret = links.give(book, page, about=row.id, purpose=ANSWER)
        clock = CLOCKS.get(status)
        return NextLink(row.id, row.office, None if clock is None else page.running(clock), secret)


def send_link(book: Casebook, number: str, referral_id: str, *, by: Actor) -> None:
    """Have an office sent the link for its next answer, since it cannot find the last one (W-25).

    Raises:
        Refused: nothing more is asked of the office, or it does not answer by link.
    """
    with book.page(number, by, Act.RECORD) as page:
        row = page.row(Referral, referral_id)
        by_link = row.sent_at is not None and links.given(page, about=row.id, purpose=ANSWER)
        if not by_link or not CHOICES[ReferralStatus(row.status)]:
            raise Refused(
                "This office is asked for no answer by link: it has not been sent the referral, it answers "
                "otherwise, or it has said all. Nothing was written."
            )
        page.owe(SEND_OFFICE_LINK, OfReferral(referral=row.id))
        page.log("office_link_owed", referral=row.id, office=row.office)
