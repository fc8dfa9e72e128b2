"""Endings: what reporters are told, whom somebody phones, and who takes over follow-up (W-27, W-28)."""

from dataclasses import dataclass, field
from datetime import datetime

from states.access import REPORTER, SYSTEM, Actor
from states.casebook.book import Casebook
from states.casebook.closing.taking_over import confirm_on, waiting_for_word
from states.casebook.disclosing.disclosures import attempt
from states.casebook.effects import codes, links
from states.casebook.effects.work import WorkOn, writing
from states.casebook.lookups.questions import known_of
from states.casebook.page import Page
from states.casebook.referrals.referring import inside
from states.casebook.standing.conflicts import closed_offices
from states.contents.closing import DispositionContent, FollowUpContent
from states.contents.inquiry import RemarkContent
from states.contents.kept import CALLS, DISPOSITIONS, HAND_OVERS, NOTICES, REPORTS
from states.contents.payloads import CLOSE_OUT, Ending
from states.contents.reports import ReportContent
from states.contents.verbatim import CallContent
from states.errors import BadInput, Refused, UnknownRecord
from states.gate import Outgoing
from states.tables import Call, Disposition, HandOver, Notice, Remark, Report, table_of
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import CallOutcome, Disclosed, Purpose, RecipientKind
from states.vocabulary.people import IdentifierKind, Role
from states.vocabulary.sources import LegalBasis

#: what one-time links about an end let their holders do
READ_END = "read_disposition"
TAKE_OVER = "take_over"

#: the message that tells a reporter of the end
TOLD_BY = "disposition_notice"

#: what a reporter is told in any case that may be told at all
CONCLUDED = "The team has looked into what you reported, and has concluded its work."


@dataclass(frozen=True, slots=True)
class ToTell:
    """A reporter who is told of the end by mail.

    Args:
        report_id: their first report.
        address: where.
        secret: of the link behind which they read what they may be told.
    """

    report_id: str
    address: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Over:
    """Follow-up that passes to somebody.

    Args:
        hand_over_id: its id.
        office: code of the office.
        address: where they are written to.
        secret: of the link behind which they read what they take over, and say that they do.
        confirm_by: until when their word is waited for; None: no clock runs.
    """

    hand_over_id: str
    office: str
    address: str = field(repr=False)
    secret: str = field(repr=False)
    confirm_by: datetime | None


def sentence(content: DispositionContent) -> str:
    """What a reporter is told of the end."""
    return f"{CONCLUDED} {content.to_reporter}".strip()


def disclosed_to(outgoing_to: str = "reporter") -> Outgoing:
    """What a reporter's notice or call discloses."""
    what = frozenset({Disclosed.CASE_NUMBER, Disclosed.DISPOSITION})
    return Outgoing(RecipientKind.REPORTER, outgoing_to, Purpose.NOTICE, LegalBasis.NO_RECORD, what)


def reporters_to_tell(book: Casebook, work: WorkOn[Ending]) -> list[ToTell]:
    """Reporters who may learn of the end by mail; whom no mail reaches is put down to be phoned (W-27).

    Whoever was told the same words before is not told them again.
    """
    with writing(book, work) as page:
        told = _telling(page)
        if told is None or work.payload.hand_over:
            return []
        found: dict[str, ToTell] = {}
        heard = _heard(page, work, told)
        for row in page.reports():
            content = page.open(REPORTS, row)
            address = content.reporter.email
            if not address:
                _put_down(page, row, content, told)
            elif address not in found and address not in heard:
                secret = links.give(book, page, about=row.id, purpose=READ_END)
                found[address] = ToTell(row.id, address, secret)
        return list(found.values())


def _telling(page: Page) -> DispositionContent | None:
    """The newest disposition, when the reporter may be told of it."""
    rows = page.rows(Disposition)
    if not rows or not rows[-1].tell_reporter or "reporter" not in page.pack.disposition.tell:
        return None
    return _content(page, rows[-1])


def _content(page: Page, row: Disposition) -> DispositionContent:
    return page.open(DISPOSITIONS, row)


def _heard(page: Page, work: WorkOn[Ending], told: DispositionContent) -> set[str]:
    """The addresses that were told these very words by an earlier effect."""
    earlier = [row for row in page.rows(Disposition)[:-1] if row.tell_reporter]
    if not any(sentence(_content(page, row)) == sentence(told) for row in earlier):
        return set()
    sent = page.rows(Notice, table_of(Notice).c.template == TOLD_BY)
    return {page.open(NOTICES, row).address for row in sent if row.effect_id != work.effect_id}


def _put_down(page: Page, report: Report, content: ReportContent, told: DispositionContent) -> None:
    says = sentence(told)
    calls = page.rows(Call, table_of(Call).c.about == report.id)
    if any(page.open(CALLS, row).say == says for row in calls):
        return
    reachable = bool(content.reporter.phone)
    row = Call(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        about=report.id,
        outcome="" if reachable else CallOutcome.NO_WAY_TO_REACH,
    )
    page.add(row, CallContent(say=says, name=content.reporter.name, phone=content.reporter.phone))
    if reachable:
        page.start(Clock.REPORTER_CALL, about=row.id)
    page.log("call_put_down" if reachable else "reporter_not_reachable", call=row.id, report=report.id)


def phone_instead(page: Page, notice: Notice) -> None:
    """Put down to be phoned whom the mail about the end did not reach (W-27).

    Args:
        page: the case.
        notice: the message that came back.
    """
    told = _telling(page)
    address = page.open(NOTICES, notice).address
    reports = [(row, page.open(REPORTS, row)) for row in page.reports()]
    theirs = [(row, said) for row, said in reports if said.reporter.email == address]
    if told is not None and theirs:
        # Of somebody who reported more than once, by the report that says where they are to be phoned.
        row, said = next((each for each in theirs if each[1].reporter.phone), theirs[0])
        _put_down(page, row, said, told)


def hand_overs(book: Casebook, work: WorkOn[Ending]) -> list[Over]:
    """Who takes over follow-up, by the newest disposition, as far as they have not said so (W-28)."""
    only = work.payload.hand_over
    with writing(book, work) as page:
        passing = []
        closed = closed_offices(page)
        for row in waiting_for_word(page):
            # Whoever is kept out would read it: its clock asks the team to hand it over in person.
            if row.office in closed or only not in ("", row.id):
                continue
            content = page.open(HAND_OVERS, row)
            what = frozenset({Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS, Disclosed.RECOMMENDATION})
            outgoing = Outgoing(RecipientKind.OFFICE, row.office, Purpose.FOLLOW_UP, inside(page), what)
            if attempt(page, outgoing, about=row.id) is None:
                secret = links.give(book, page, about=row.id, purpose=TAKE_OVER)
                address = content.address or page.pack.office(row.office).address
                due_at = page.running(Clock.HAND_OVER)
                passing.append(Over(row.id, row.office, address, secret, due_at))
        return passing


def hand_over_corrected(page: Page, row: HandOver, before: FollowUpContent, after: FollowUpContent) -> None:
    """Set right what hangs on a hand-over: who is asked for their word, and what the disposition says.

    Args:
        page: the case.
        row: the hand-over.
        before: what was on record of it.
        after: what is right.

    Raises:
        Refused: somebody has said that they take it over, in the former words.
    """
    if row.confirmed_at is not None and (before.name, before.what) != (after.name, after.what):
        raise Refused(
            "Somebody has said that they take this over, in these words: write how the matter ended anew, "
            "and whoever takes over is asked again. Nothing was written."
        )
    disposition = page.row(Disposition, row.disposition_id)
    said = _content(page, disposition)
    named = tuple(after if each == before else each for each in said.follow_up)
    sealed = page.seal("dispositions", disposition.id, said.model_copy(update={"follow_up": named}))
    page.set(Disposition, disposition.id, content=sealed)
    asked = page.running(Clock.HAND_OVER, about=row.id) is not None
    if asked and before != after.model_copy(update={"phone": before.phone}):
        if before.address != after.address:
            # Whoever got the first one by mistake has no business with it.
            links.call_back(page, about=row.id, purpose=TAKE_OVER)
        page.owe(CLOSE_OUT, Ending(trigger="correction", hand_over=row.id))


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A hand-over as the holder of its link reads it.

    Args:
        number: the case's number.
        office: code of the office.
        name: who takes over.
        what: what they take over.
        whom: what the person is known by.
        confirmed: whether they have said so.
    """

    number: str
    office: str
    name: str = field(repr=False)
    what: str = field(repr=False)
    whom: dict[IdentifierKind, str] = field(repr=False)
    confirmed: bool


def told_by_link(book: Casebook, secret: str, opener: str) -> str:
    """What the holder of a reporter's link may be told of the end; may be read again, on record each time.

    Args:
        book: the casebook.
        secret: what stands in the link.
        opener: what its code gave to the browser.

    Raises:
        UnknownRecord: the link does not work, or not any more.
        CodeFirst: no code was typed.
    """
    with book.store.write() as connection:
        link = links.find(book, connection, secret, READ_END)
        codes.require(book, connection, link.id, opener)
        page = book.turn_to(connection, link.case_id, REPORTER)
        newest = page.rows(Disposition)[-1:]
        if not newest or not newest[0].tell_reporter:
            raise UnknownRecord(links.DEAD_LINK)
        says = sentence(_content(page, newest[0]))
        page.log("read", of="disposition", report=link.about)
        page.finish()
    return says


def read_by_link(book: Casebook, secret: str, opener: str) -> TakenOver:
    """What passes to the holder of a link; that they read it is on record, and the link is not used up.

    Args:
        book: the casebook.
        secret: what stands in the link.
        opener: what its code gave to the browser.

    Raises:
        UnknownRecord: the link does not work, or not any more.
        CodeFirst: no code was typed.
    """
    return _by_link(book, secret, opener, None)


def confirm_by_link(book: Casebook, secret: str, opener: str, said: RemarkContent) -> TakenOver:
    """Take the word of the holder of a link that they take over; the link is then used up (W-28).

    Args:
        book: the casebook.
        secret: what stands in the link.
        opener: what its code gave to the browser.
        said: who they are, in their words.

    Raises:
        UnknownRecord: the link does not work, or not any more.
        CodeFirst: no code was typed.
        BadInput: nobody is named.
    """
    return _by_link(book, secret, opener, said)


def _by_link(book: Casebook, secret: str, opener: str, confirming: RemarkContent | None) -> TakenOver:
    with book.store.write() as connection:
        link = links.find(book, connection, secret, TAKE_OVER)
        page = book.turn_to(connection, link.case_id, SYSTEM)
        row = page.row(HandOver, link.about)
        links.keep_from(page, row.office)
        codes.require(book, connection, link.id, opener)
        if confirming is not None and not confirming.text:
            raise BadInput("Say who takes over: your name. Nothing was written.")
        # Who of the office's people it is, is not known here.
        page.by = Actor(f"office:{row.office}", frozenset({Role.SYSTEM}))
        content = page.open(HAND_OVERS, row)
        taken = TakenOver(
            number=page.case.number,
            office=row.office,
            name=content.name,
            what=content.what,
            whom=known_of(page),
            confirmed=confirming is not None or row.confirmed_at is not None,
        )
        if confirming is not None:
            links.use(page, link.id)
            page.add(Remark(case_id=page.case.id, at=page.now, by=page.by.id, about=row.id), confirming)
            confirm_on(page, row, by=f"office:{row.office}")
        else:
            page.log("read", of="hand_over", hand_over=row.id, office=row.office)
        page.finish()
    return taken
