"""Look-ups: what sources are asked about a case, and what they answer, both on record."""

from dataclasses import dataclass
from typing import Any

from states.casebook.acting import stop_when_settled, waited_for
from states.casebook.book import Casebook
from states.casebook.effects import Work, writing
from states.casebook.page import Page
from states.records import SubjectContent
from states.tables import (
    Disclosure,
    SourceQuery,
    Subject,
)
from states.vault import digest
from states.vocabulary import (
    AnswerStatus,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a kind of source: what for, on which basis, and the least identifiers."""

    query_id: str
    kind: str
    basis: str
    purpose: str
    identifiers: dict[str, str]
    ticket: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answered."""

    status: AnswerStatus
    source: str
    code: str = ""
    ticket: str = ""
    facts: tuple[dict[str, Any], ...] = ()
    #: of when the source's data is, ISO 8601; empty: it does not say
    as_of: str = ""


def questions(book: Casebook, work: Work) -> list[Question]:
    """The newest question of each kind, where not answered yet, with what its source needs (W-17, U-03)."""
    with writing(book, work) as page:
        subject = _subject(page)
        needed = {source.kind: source for source in book.pack.sources}
        asked = []
        for row in waited_for(page):
            if row.status not in (AnswerStatus.ASKED, AnswerStatus.PENDING):
                continue
            entry = needed[row.kind]
            given = {
                kind.value: value for kind in entry.identifiers if (value := subject.identifiers.get(kind))
            }
            asked.append(Question(row.id, row.kind, row.basis, entry.purpose, given, row.ticket))
        return asked


def _subject(page: Page) -> SubjectContent:
    row = page.rows(Subject)[-1]
    return SubjectContent.model_validate(page.key.open("subjects", row.id, row.content))


def record_answer(book: Casebook, work: Work, query_id: str, answer: Answer) -> None:
    """Put a source's answer on record; the guards see it at once."""
    with writing(book, work) as page:
        row = page.row(SourceQuery, query_id)
        if row.status not in (AnswerStatus.ASKED, AnswerStatus.PENDING):
            return
        sealed = page.seal("source_queries", query_id, {"facts": list(answer.facts), "as_of": answer.as_of})
        page.set(
            SourceQuery,
            query_id,
            status=answer.status,
            source=answer.source,
            code=answer.code,
            ticket=answer.ticket,
            answered_at=page.now,
            content=sealed,
        )
        if answer.source:
            page.add(
                Disclosure(
                    case_id=page.case.id,
                    at=page.now,
                    by=page.by.id,
                    recipient=answer.source,
                    purpose="look-up",
                    basis=row.basis,
                    what=row.kind,
                )
            )
        stop_when_settled(page)
        page.log("source_answered", query=query_id, kind=row.kind, status=answer.status, facts=digest(sealed))
