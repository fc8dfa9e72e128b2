"""Look-ups: what sources are asked about a case, and what they answer, both on record."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from states.access import SYSTEM, Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.disclosing.disclosures import attempt
from states.casebook.effects import nonces
from states.casebook.effects.nonces import Once
from states.casebook.effects.work import Work, writing
from states.casebook.lookups.asking import stop_when_settled, waited_for
from states.casebook.page import Page
from states.contents.kept import REPORTS, SOURCE_QUERIES, SUBJECTS
from states.contents.payloads import COLLECT_RECORDS, Payload
from states.contents.verbatim import AnswerContent, ToldFact
from states.correspondence.question import Question
from states.errors import CaseErased, UnknownRecord
from states.gate import Outgoing
from states.policy.entries import RequiredSource
from states.tables import SourceQuery, Subject, table_of
from states.vault import digest
from states.vocabulary.cases import CaseState
from states.vocabulary.leaving import Disclosed, Purpose
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import AnswerStatus, LegalBasis, SourceKind

#: how long to wait before a question is asked again: the first time, the second, and from then on
POLL_AFTER = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))

#: how often a source that is unavailable is asked again by itself; a pending one is asked until it answers
MOST_POLLS = 12

#: what an answer may still come in for
WAITING = (AnswerStatus.ASKED, AnswerStatus.PENDING)

#: what a source may still call back about: it may have been out of reach only while we asked about it
CALLABLE = (*WAITING, AnswerStatus.UNAVAILABLE)

#: what is on record of an answer that came when it was to be erased already
KEPT_NO_LONGER = "kept_no_longer"

_QUERIES = table_of(SourceQuery)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answered."""

    status: AnswerStatus
    source: str
    #: why it was refused or unavailable; of one found, without what, as ``without_guardians``; empty: nothing
    code: str = ""
    ticket: str = ""
    facts: tuple[ToldFact, ...] = ()
    #: of when the source's data is, ISO 8601; empty: it does not say
    as_of: str = ""
    #: whether an unavailable source may be there when it is asked again
    again: bool = False
    #: until when the source lets its answer be kept; None: it does not say
    retain_until: datetime | None = None

    def came_too_late(self, now: datetime) -> bool:
        """Whether it was to be erased before it could be read: then nothing of it is kept but that."""
        return self.retain_until is not None and self.retain_until <= now


def questions(book: Casebook, work: Work) -> list[Question]:
    """The newest question of each kind, where not answered yet, with what its source needs (W-17, U-03)."""
    with writing(book, work) as page:
        known = known_of(page)
        entries: dict[str, RequiredSource] = {entry.kind: entry for entry in book.pack.sources}
        due = [
            row
            for row in waited_for(page)
            if row.status == AnswerStatus.ASKED
            or (row.status == AnswerStatus.PENDING and row.poll_at is None)
        ]
        for row in due:
            if row.kind not in entries:
                # The pack has changed since: nobody says any more what it may be told, and for what.
                _put(book, page, row, Answer(AnswerStatus.UNAVAILABLE, row.source, "kind_not_asked"))
        return [_question(page, row, entries[row.kind], known) for row in due if row.kind in entries]


def _question(
    page: Page, row: SourceQuery, entry: RequiredSource, known: dict[IdentifierKind, str]
) -> Question:
    return Question(
        id=row.id,
        kind=SourceKind(row.kind),
        basis=LegalBasis(row.basis),
        purpose=entry.purpose,
        requester=row.by,
        case_number=page.case.number,
        now=page.now,
        urgent=row.urgent,
        identifiers={kind: known[kind] for kind in entry.identifiers if known.get(kind)},
        ticket=page.open(SOURCE_QUERIES, row).ticket,
    )


def known_of(page: Page) -> dict[IdentifierKind, str]:
    """All that the case knows a record could be found by."""
    row = page.rows(Subject)[-1]
    subject = page.open(SUBJECTS, row)
    known: dict[IdentifierKind, str] = dict(subject.identifiers)
    if subject.name:
        known.setdefault(IdentifierKind.NAME, subject.name)
    for report in page.reports():
        content = page.open(REPORTS, report)
        if content.occurred_on is not None:
            known[IdentifierKind.OCCURRED_ON] = content.occurred_on.isoformat()
    return known


def release(book: Casebook, work: Work, query_id: str, source: str) -> None:
    """Let a question leave for a source, through the gate, and write down that it does.

    Args:
        book: the casebook.
        work: the effect that asks.
        query_id: the question.
        source: name of the source it goes to.

    Raises:
        Withheld: the policy does not allow it on that basis; it must not be asked.
        LeaseLost: another attempt has taken over.
    """
    with writing(book, work) as page:
        row = page.row(SourceQuery, query_id)
        outgoing = Outgoing(
            to=book.pack.holder(SourceKind(row.kind)),
            recipient=source,
            purpose=Purpose.LOOK_UP,
            basis=LegalBasis(row.basis),
            what=frozenset({Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS}),
        )
        refusal = attempt(page, outgoing, about=query_id)
        if refusal is None and row.asked_at is None:
            page.set(SourceQuery, query_id, source=source, asked_at=page.now)
    if refusal is not None:
        raise refusal


def record_answer(book: Casebook, work: Work, query_id: str, answer: Answer) -> None:
    """Put a source's answer on record; the guards see it at once."""
    with writing(book, work) as page:
        row = page.row(SourceQuery, query_id)
        if row.status in WAITING:
            _put(book, page, row, answer)


def late_answer(
    book: Casebook, kind: SourceKind, ticket: str, answer: Answer, *, once: Once | None = None
) -> bool:
    """Put an answer on record that a source called back with; says whether its question still waited for it.

    Args:
        book: the casebook.
        kind: what the question was about.
        ticket: what the source knows the question by.
        answer: what the source says.
        once: the nonce of the signed message that it came in.

    Raises:
        Refused: the message was taken in before.
        UnknownRecord: no question of that kind was put to the source under that ticket.
    """
    asked = (
        select(_QUERIES.c.id, _QUERIES.c.case_id)
        .where(_QUERIES.c.source == answer.source, _QUERIES.c.kind == kind)
        .where(_QUERIES.c.ticket == _blind(book, answer.source, ticket))
    )
    with book.store.write() as connection:
        nonces.use(book, connection, once)
        found = connection.execute(asked).first()
        if found is None:
            raise UnknownRecord("No question waits for an answer under that ticket. Nothing was written.")
        page = book.turn_to(connection, found.case_id, SYSTEM)
        row = page.row(SourceQuery, found.id)
        waited = row.status in CALLABLE
        if waited:
            _put(book, page, row, answer)
            page.finish()
    return waited


def poll(book: Casebook, *, by: Actor) -> int:
    """Owe another question to each source that is pending or was away, when it is time; returns how many.

    A case whose key is destroyed owes nothing any more.
    """
    permit(by, Act.RUN)
    due = select(_QUERIES.c.case_id).where(_QUERIES.c.poll_at <= book.clock()).distinct()
    with book.store.read() as connection:
        case_ids = list(connection.scalars(due))
    return sum(_poll_case(book, case_id) for case_id in case_ids)


def _poll_case(book: Casebook, case_id: str) -> int:
    with book.store.write() as connection:
        try:
            page = book.turn_to(connection, case_id, SYSTEM)
        except CaseErased:
            connection.execute(update(_QUERIES).where(_QUERIES.c.case_id == case_id).values(poll_at=None))
            return 0
        due = page.rows(SourceQuery, _QUERIES.c.poll_at <= page.now)
        wanted = {row.id for row in waited_for(page)}
        for row in due:
            status = AnswerStatus.ASKED if row.status == AnswerStatus.UNAVAILABLE else row.status
            page.set(SourceQuery, row.id, poll_at=None, status=status if row.id in wanted else row.status)
        asked = sum(row.id in wanted for row in due)
        if asked and page.case.state != CaseState.CLOSED:
            page.owe(COLLECT_RECORDS, Payload())
            page.log("sources_polled", count=asked)
        page.finish()
        return asked


def _put(book: Casebook, page: Page, row: SourceQuery, answer: Answer) -> None:
    if answer.came_too_late(page.now):
        answer = Answer(AnswerStatus.UNAVAILABLE, answer.source, KEPT_NO_LONGER)
    pending = answer.status is AnswerStatus.PENDING
    again = pending or (answer.again and row.polls < MOST_POLLS)
    # A source that is away now knows the question by its ticket all the same when it is back.
    ticket = answer.ticket or (page.open(SOURCE_QUERIES, row).ticket if again else "")
    content = AnswerContent(facts=answer.facts, as_of=answer.as_of, ticket=ticket)
    sealed = page.seal("source_queries", row.id, content)
    page.set(
        SourceQuery,
        row.id,
        status=answer.status,
        source=answer.source,
        code=answer.code,
        # The source may still call back about the ticket it gave first.
        ticket=_blind(book, answer.source, answer.ticket) if answer.ticket else row.ticket,
        poll_at=page.now + POLL_AFTER[min(row.polls, len(POLL_AFTER) - 1)] if again else None,
        polls=row.polls + again,
        retain_until=_kept_until(page, row, answer),
        answered_at=None if pending else page.now,
        content=sealed,
    )
    stop_when_settled(page)
    page.log("source_answered", query=row.id, kind=row.kind, status=answer.status, facts=digest(sealed))


def _kept_until(page: Page, row: SourceQuery, answer: Answer) -> datetime | None:
    """Until when an answer is kept: as its source says, or the pack of its kind, whichever ends first."""
    own = page.pack.source_kinds.get(row.kind)
    told = answer.status in (AnswerStatus.FOUND, AnswerStatus.NOT_FOUND)
    if own is None or own.keep_days is None or not told:
        return answer.retain_until
    ours = page.now + timedelta(days=own.keep_days)
    return ours if answer.retain_until is None else min(ours, answer.retain_until)


def _blind(book: Casebook, source: str, ticket: str) -> str:
    return book.vault.blind("ticket", f"{source}\n{ticket}")
