"""Answers that a source lets nobody keep longer: then their content is erased, and the question stays.

The ledger keeps the digest of what was erased, and the query audit who asked it, when, and on what basis.
"""

from sqlalchemy import select

from states.access import SYSTEM, Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.contents.kept import CORRECTIONS, SOURCE_QUERIES
from states.contents.verbatim import AnswerContent
from states.errors import CaseErased
from states.tables import Correction, SourceQuery, table_of

_QUERIES = table_of(SourceQuery)
_CORRECTIONS = table_of(Correction)


def erase_due(book: Casebook, *, by: Actor) -> int:
    """Erase the content of every answer whose source lets nobody keep it any longer; returns how many.

    Corrections of such an answer lose its former wording; letters that went out with it are not called back.
    """
    permit(by, Act.RUN)
    due = select(_QUERIES.c.case_id).where(_QUERIES.c.retain_until <= book.clock()).distinct()
    with book.store.read() as connection:
        case_ids = list(connection.scalars(due))
    return sum(_erase_in(book, case_id) for case_id in case_ids)


def _erase_in(book: Casebook, case_id: str) -> int:
    with book.store.write() as connection:
        try:
            page = book.turn_to(connection, case_id, SYSTEM)
        except CaseErased:
            # Its key was just destroyed, and every content with it.
            return 0
        due = page.rows(SourceQuery, _QUERIES.c.retain_until <= page.now)
        for row in due:
            _erase(page, row)
        page.finish()
        return len(due)


def _erase(page: Page, row: SourceQuery) -> None:
    answer = page.open(SOURCE_QUERIES, row)
    left = AnswerContent(as_of=answer.as_of, erased_at=page.now.isoformat())
    page.set(SourceQuery, row.id, content=page.seal(_QUERIES.name, row.id, left), retain_until=None)
    for correction in page.rows(Correction, _CORRECTIONS.c.about == row.id):
        why = page.open(CORRECTIONS, correction).model_copy(update={"former": {}})
        page.set(Correction, correction.id, content=page.seal(_CORRECTIONS.name, correction.id, why))
    until = row.retain_until
    page.log("answer_erased", query=row.id, kind=row.kind, retain_until=until and until.isoformat())
