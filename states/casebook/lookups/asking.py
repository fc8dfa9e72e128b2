"""Asking: which kinds of source a case asks, with every inquiry or on request, and what the team waives."""

from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.contents.inquiry import reason
from states.contents.payloads import COLLECT_RECORDS, Payload
from states.errors import BadInput, Refused
from states.guards.inquiry import incomplete, unsettled
from states.policy.entries import RequiredSource
from states.policy.pack import listed
from states.tables import Remark, SourceQuery, table_of
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import Clock
from states.vocabulary.people import Affiliation
from states.vocabulary.sources import AnswerStatus, LegalBasis, SourceKind


def ask_sources(page: Page, *, only_new: bool = False) -> int:
    """Put a question to every kind of source that each inquiry asks about such a subject; returns how many.

    Args:
        page: the case.
        only_new: leave out the kinds that this course of the case asked before.
    """
    kinds = _of_every_inquiry(page)
    if only_new:
        kinds -= {SourceKind(query.kind) for query in _of_this_course(page)}
    for kind in sorted(kinds):
        _ask(page, kind)
    return len(kinds)


def _of_every_inquiry(page: Page) -> set[SourceKind]:
    return {entry.kind for entry in _entries(page) if entry.ask == "every_inquiry"}


def _entries(page: Page) -> list[RequiredSource]:
    affiliations = {Affiliation(a) for a in page.case.affiliations}
    return [entry for entry in page.pack.sources if not affiliations.isdisjoint(entry.affiliations)]


def _ask(
    page: Page,
    kind: SourceKind,
    *,
    basis: LegalBasis | None = None,
    urgent: bool = False,
    status: AnswerStatus = AnswerStatus.ASKED,
) -> SourceQuery:
    query = SourceQuery(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        kind=kind,
        basis=basis or next(entry.basis for entry in page.pack.sources if entry.kind is kind),
        case_open=page.case.state != CaseState.CLOSED,
        on_case=page.by.on(page.case),
        urgent=urgent,
        status=status,
    )
    return page.add(query, {})


def request_lookup(
    book: Casebook,
    number: str,
    kind: SourceKind,
    *,
    by: Actor,
    because: str,
    basis: LegalBasis | None = None,
    urgent: bool = False,
) -> str:
    """Ask a kind of source about a case at once, saying why (U-02, U-03, P-03); returns the question's id.

    Args:
        book: the casebook.
        number: the case's number.
        kind: which kind of source.
        by: who asks.
        because: why; kept, sealed.
        basis: what permits it; None: what the policy pack names for the kind.
        urgent: whether it goes before others.

    Raises:
        BadInput: no reason is given, or the policy asks no such source about such a person.
        Refused: a question of that kind is waiting for its answer.
    """
    remark = reason(because, "a look-up")
    with book.page(number, by, Act.RECORD) as page:
        asked = {entry.kind for entry in _entries(page)}
        if kind not in asked:
            message = (
                "The policy pack asks no source of that kind about such a person. Nothing was written: give "
                f"one of {listed(asked)}."
            )
            raise BadInput(message)
        if basis is not None and not page.pack.may_be_asked(kind, basis):
            message = (
                f"The policy pack lets {page.pack.called(kind)} be asked only on "
                f"{listed(page.pack.source_kinds[kind].bases)}. Nothing was written: give one of these."
            )
            raise BadInput(message)
        waiting = (AnswerStatus.ASKED, AnswerStatus.PENDING)
        if any(query.kind == kind and query.status in waiting for query in waited_for(page)):
            message = (
                f"{number} waits for an answer of that kind already. "
                "Nothing was written: ask again, or waive it."
            )
            raise Refused(message)
        query = _ask(page, kind, basis=basis, urgent=urgent)
        page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=query.id), remark)
        page.owe(COLLECT_RECORDS, Payload())
        if page.running(Clock.SOURCE_ANSWER) is None:
            # What nobody has screened yet is waited for as what is neither grave nor mild.
            screened = page.case.current_level
            page.start(Clock.SOURCE_ANSWER, level=None if screened else Level.MODERATE)
        page.log("lookup_requested", query=query.id, kind=kind)
        return query.id


def waive_source(book: Casebook, number: str, kind: SourceKind, *, by: Actor, because: str) -> None:
    """Waive a source that has not answered, or that an inquiry asks and this one has not, with a reason.

    What a source could not say of somebody whom it knows is waived in the same way: what it said stays.

    Raises:
        Refused: no such source is waited for.
    """
    remark = reason(because, "a waiver")
    with book.page(number, by, Act.RECORD) as page:
        unanswered = [query for query in waited_for(page) if query.kind == kind]
        asked = {query.kind for query in _of_this_course(page)}
        if not unanswered and kind in _of_every_inquiry(page) - asked:
            _ask(page, kind, status=AnswerStatus.WAIVED)
        elif not unanswered:
            message = f"{number} does not wait for a source of that kind. Nothing was written."
            raise Refused(message)
        for query in unanswered:
            if incomplete(query):
                _ask(page, kind, basis=LegalBasis(query.basis), status=AnswerStatus.WAIVED)
            else:
                page.set(SourceQuery, query.id, status=AnswerStatus.WAIVED)
        stop_when_settled(page)
        page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=f"waive.{kind}"), remark)
        page.log("source_waived", kind=kind)


def _of_this_course(page: Page) -> list[SourceQuery]:
    return page.rows(SourceQuery, table_of(SourceQuery).c.seq >= page.case.began_seq)


def waited_for(page: Page) -> list[SourceQuery]:
    """Of this course's questions, the newest of each kind that is neither answered whole nor waived."""
    return unsettled(_of_this_course(page))


def stop_when_settled(page: Page) -> None:
    """Stop the sources' clock once every one of them has answered, refused or been waived."""
    if not waited_for(page):
        page.stop(Clock.SOURCE_ANSWER)


def ask_again(book: Casebook, number: str, *, by: Actor) -> int:
    """Ask each source again that was unavailable, is pending or could not say all; returns how many."""
    with book.page(number, by, Act.RECORD) as page:
        open_ = [query for query in waited_for(page) if query.status != AnswerStatus.ASKED]
        for query in open_:
            if incomplete(query):
                # What it said stays on record, whatever the new question comes to.
                _ask(page, SourceKind(query.kind), basis=LegalBasis(query.basis), urgent=query.urgent)
            else:
                page.set(SourceQuery, query.id, status=AnswerStatus.ASKED)
        if open_:
            page.owe(COLLECT_RECORDS, Payload())
            page.log("sources_asked_again", count=len(open_))
        return len(open_)
