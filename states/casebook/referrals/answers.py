"""What offices say of referrals: told to a member, by a one-time link, by a signed call, or when asked."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from states.access import SYSTEM, Act, Actor, permit
from states.casebook.book import CASES, Casebook
from states.casebook.effects import codes, links, nonces
from states.casebook.effects.nonces import Once
from states.casebook.page import Page
from states.casebook.referrals.letter_parts import opened
from states.casebook.referrals.referring import ORDER
from states.casebook.referrals.sending import ANSWER, put
from states.contents.kept import REFERRALS
from states.contents.leaving import OutcomeContent
from states.contents.payloads import SEND_OFFICE_LINK, OfReferral
from states.correspondence.letter import Letter
from states.correspondence.referral_moves import ANSWERS, CLOCKS, MOVES, check_move, choices
from states.errors import BadInput, Refused, UnknownRecord
from states.tables import Disclosure, Referral, Remark, stored, table_of
from states.vocabulary.leaving import Disclosed, ReferralKind, ReferralStatus
from states.vocabulary.people import Role
from states.vocabulary.plans import Attendance

#: how long until an office that does not call back is asked again
ASK_EVERY = timedelta(minutes=30)

_REFERRALS = table_of(Referral)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the holder of a link is asked; nothing of whom it is about.

    Args:
        number: the case's number.
        kind: what was recommended.
        office: code of the office.
        status: how far the referral has come.
        choices: what may be answered.
        way: the way that it was sent by.
        paper: whether the court's own paper of an order is there to be read.
    """

    number: str
    kind: ReferralKind
    office: str
    status: ReferralStatus
    choices: tuple[ReferralStatus, ...]
    way: str
    paper: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A referral whose office is to be asked how far it has come.

    Args:
        referral_id: the referral.
        office: code of the office.
        ticket: what the office knows it by.
    """

    referral_id: str
    office: str
    ticket: str


def record_outcome(
    book: Casebook,
    number: str,
    referral_id: str,
    status: ReferralStatus,
    content: OutcomeContent,
    *,
    by: Actor,
    attendance: Attendance | None = None,
) -> bool:
    """Record what an office told a member of a referral; the case goes its own way (W-21, W-29).

    Args:
        book: the casebook.
        number: the case's number.
        referral_id: the referral.
        status: what the office says.
        content: in its words; of counseling, nothing (U-09).
        by: who was told.
        attendance: whether the person came, of counseling alone.

    Returns:
        Whether that was news.

    Raises:
        BadInput: no office can say that, or not of this kind of referral.
        Refused: it does not follow from what was said before.
    """
    if status not in ANSWERS:
        raise BadInput(f"An office can have {', '.join(ANSWERS)} a referral. Nothing was written.")
    with book.page(number, by, Act.RECORD) as page:
        row = page.row(Referral, referral_id)
        if row.kind == ReferralKind.COUNSELLING and content.text:
            raise BadInput(
                "Counseling tells whether the person came, and nothing else (U-09). Nothing was written: "
                "leave the text out, and destroy what you were told beyond that."
            )
        if content.text:
            page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=referral_id), content)
        news = _answer(page, row, status, attendance)
        if content.text and not news:
            page.log("referral_remarked", referral=referral_id)
        return news


def _answer(page: Page, row: Referral, status: ReferralStatus, attendance: Attendance | None) -> bool:
    """Put an answer on record; saying the same twice changes nothing."""
    if attendance is not None and (
        row.kind != ReferralKind.COUNSELLING or status is not ReferralStatus.COMPLETED
    ):
        raise BadInput("Attendance is told of counseling that is completed, alone. Nothing was written.")
    if status == row.status and (attendance is None or attendance == row.outcome):
        return False
    if status != row.status:
        check_move(ReferralStatus(row.status), status)
    elif row.outcome:
        raise Refused("It is on record already whether the person came. Nothing was written.")
    put(page, row, status, outcome=attendance or "")
    told = {"outcome": attendance} if attendance else {}
    page.log("referral_answered", referral=row.id, office=row.office, status=status, **told)
    return True


def asked(book: Casebook, secret: str) -> Asked:
    """What the holder of a link is asked; looking writes nothing and uses nothing up.

    Raises:
        UnknownRecord: the link does not work, or not any more.
    """
    with book.store.write() as connection:
        page, link, row = _of_link(book, connection, secret)
        is_order = row.kind == ReferralKind.PROTECTIVE_ORDER
        paper = is_order and bool(page.open(REFERRALS, row).document)
    return replace(_asked(link.number, row), paper=paper)


def _of_link(book: Casebook, connection: Connection, secret: str) -> tuple[Page, Any, Referral]:
    """The case, the link and the referral that a secret opens, for an office that nothing is kept from."""
    link = links.find(book, connection, secret, ANSWER)
    page = book.turn_to(connection, link.case_id, SYSTEM)
    row = page.row(Referral, link.about)
    links.keep_from(page, row.office)
    page.by = _office(row)
    return page, link, row


def _asked(number: str, row: Referral) -> Asked:
    kind, status = ReferralKind(row.kind), ReferralStatus(row.status)
    return Asked(number, kind, row.office, status, choices(kind, status), row.way)


def answer_by_link(
    book: Casebook, secret: str, said: str, status: ReferralStatus, *, attendance: Attendance | None = None
) -> tuple[Asked, str]:
    """Take an answer from the holder of a link, which is then used up.

    Args:
        book: the casebook.
        secret: what stands in the link.
        said: the number of the case, as they typed it: what presses all buttons that it finds does not.
        status: what they say.
        attendance: whether the person came, of counseling alone.

    Returns:
        How far the referral has come now, and the secret of the link for the next answer; empty: none is due.

    Raises:
        UnknownRecord: the link does not work, or not any more.
        BadInput: that is not the case's number; the link still works.
        Refused: that cannot be said of this referral; the link still works.
    """
    with book.store.write() as connection:
        page, link, row = _of_link(book, connection, secret)
        if not links.names(link.number, said):
            raise BadInput(links.NOT_THE_NUMBER)
        # First of all: with the case now locked, somebody else may just have used it.
        links.use(page, link.id)
        if status not in choices(ReferralKind(row.kind), ReferralStatus(row.status)):
            raise Refused("That is not what this referral waits for. Nothing was written.")
        _answer(page, row, status, attendance)
        now = _asked(page.case.number, page.row(Referral, link.about))
        following = links.give(book, page, about=row.id, purpose=ANSWER) if now.choices else ""
        if following:
            # The page with the next link is closed sooner than the office's mail is deleted.
            page.owe(SEND_OFFICE_LINK, OfReferral(referral=row.id))
            page.log("office_link_owed", referral=row.id, office=row.office)
        page.finish()
    return now, following


def letter_by_link(book: Casebook, secret: str, opener: str) -> Letter:
    """The letter that a link is about, for its holder; does not use the link up.

    Args:
        book: the casebook.
        secret: what stands in the link.
        opener: what its code gave to the browser.

    Raises:
        UnknownRecord: the link does not work, or not any more.
        CodeFirst: no code was typed.
    """
    tells = frozenset({Disclosed.IDENTIFIERS, Disclosed.RECOMMENDATION})
    with book.store.write() as connection:
        page, link, row = _of_link(book, connection, secret)
        codes.require(book, connection, link.id, opener)
        if row.kind == ReferralKind.PROTECTIVE_ORDER:
            tells = ORDER
        told = page.rows(Disclosure, Disclosure.about == row.id, Disclosure.recipient == row.office)
        if any(Disclosed.CONTACT in each.what for each in told):
            tells |= {Disclosed.CONTACT}
        letter = opened(page, row, written_at=row.sent_at or page.now, tells=tells)
        page.log("read", of="letter", referral=row.id, office=row.office)
        page.finish()
    return letter


def called_back(
    book: Casebook,
    office: str,
    referral_id: str,
    status: ReferralStatus,
    *,
    attendance: Attendance | None = None,
    once: Once | None = None,
) -> bool:
    """Take an answer from an office whose signature holds; says whether that was news.

    Args:
        book: the casebook.
        office: the office's code.
        referral_id: which referral it speaks of.
        status: how far it has come.
        attendance: whether the person came, where counseling is completed.
        once: the nonce of the signed message that the answer came in.

    Raises:
        UnknownRecord: that office was sent no such referral, or nothing of the case goes there any more.
        Refused: it does not follow from what was said before, or the message was taken in before.
    """
    with book.store.write() as connection:
        nonces.use(book, connection, once)
        mine = select(_REFERRALS.c.case_id).where(
            _REFERRALS.c.id == referral_id, _REFERRALS.c.office == office, _REFERRALS.c.sent_at.is_not(None)
        )
        case_id = connection.scalar(mine)
        if case_id is None:
            raise UnknownRecord("No such referral was sent to you. Nothing was written.")
        page = book.turn_to(connection, case_id, SYSTEM)
        row = page.row(Referral, referral_id)
        links.keep_from(page, office)
        page.by = _office(row)
        news = _answer(page, row, status, attendance)
        page.finish()
    return news


def to_ask(book: Casebook, limit: int = 100, *, by: Actor) -> list[Waiting]:
    """The referrals whose offices are to be asked now how far they have come, longest waiting first."""
    permit(by, Act.RUN)
    due = (
        select(_REFERRALS)
        .join(CASES, CASES.c.id == _REFERRALS.c.case_id)
        .where(_REFERRALS.c.poll_at <= book.clock(), _REFERRALS.c.status.in_(list(CLOCKS)))
        .where(CASES.c.erased_at.is_(None))
        .order_by(_REFERRALS.c.poll_at)
        .limit(limit)
    )
    with book.store.read() as connection:
        rows = [stored(Referral, row) for row in connection.execute(due)]
        return [Waiting(row.id, row.office, _ticket(book, connection, row)) for row in rows]


def _ticket(book: Casebook, connection: Connection, row: Referral) -> str:
    return REFERRALS.open(book.key(connection, row.case_id), row).ticket


def asked_about(
    book: Casebook,
    referral_id: str,
    *,
    status: ReferralStatus | None,
    attendance: Attendance | None = None,
    code: str = "",
    by: Actor,
) -> bool:
    """Put on record what an office said when it was asked, and when it is asked next.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.
        referral_id: the referral.
        status: how far it has come; None: the office could not be asked.
        attendance: whether the person came, of counseling alone.
        code: why it could not be asked.

    Returns:
        Whether that was news.
    """
    permit(by, Act.RUN)
    with book.store.write() as connection:
        case_id = connection.scalar(select(_REFERRALS.c.case_id).where(_REFERRALS.c.id == referral_id))
        page = book.turn_to(connection, case_id, SYSTEM)
        row = page.row(Referral, referral_id)
        _ask_later(page, row, page.now + ASK_EVERY, code)
        # An office may be a step behind what it told a member; that is no news.
        follows = status in MOVES[ReferralStatus(row.status)] or status == row.status
        news = status in ANSWERS and follows and _heard(page, row, status, attendance)
        page.finish()
    return news


def _heard(page: Page, row: Referral, status: ReferralStatus, attendance: Attendance | None) -> bool:
    page.by = _office(row)
    return _answer(page, row, status, attendance)


def _ask_later(page: Page, row: Referral, at: datetime, code: str) -> None:
    page.set(Referral, row.id, poll_at=at, **({} if code == row.code else {"code": code}))
    if code and code != row.code:
        page.log("referral_not_asked_about", referral=row.id, office=row.office, code=code)


def _office(row: Referral) -> Actor:
    """An office that speaks for itself: who of its people did is not known here."""
    return Actor(f"office:{row.office}", frozenset({Role.SYSTEM}))
