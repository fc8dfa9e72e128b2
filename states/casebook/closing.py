"""Closing: the disposition, and the erasure of what may no longer be kept."""

from sqlalchemy import delete, update

from states import outbox
from states.access import Act, Actor
from states.casebook.book import Casebook
from states.errors import Refused
from states.records import DispositionContent
from states.tables import BlindIndex, Disposition, WrappedKey, table_of
from states.vocabulary import CaseState, Clock

_KEYS = table_of(WrappedKey)
_BLIND = table_of(BlindIndex)


def write_disposition(book: Casebook, number: str, content: DispositionContent, *, by: Actor) -> str:
    """Write how the matter ended, and whether the reporter may be told (W-26, W-27); returns its id."""
    with book.page(number, by, Act.RECORD) as page:
        row = Disposition(case_id=page.case.id, at=page.now, by=by.id, tell_reporter=content.tell_reporter)
        page.add(row, content)
        page.log("disposition_written", disposition=row.id)
        return row.id


def erase(book: Casebook, number: str, *, by: Actor) -> None:
    """Erase a closed case for good by destroying its data key (P-04); the ledger stays and still verifies.

    Raises:
        Refused: the case is not closed, or a report about it waits to be looked at.
    """
    with book.page(number, by, Act.ERASE) as page:
        if page.case.state != CaseState.CLOSED:
            raise Refused(
                f"{number} is in {page.case.state}; only a closed case can be erased. Nothing was erased."
            )
        if page.running(Clock.REOPENING) is not None:
            raise Refused(
                f"A report has come in since {number} was closed: screen it or reopen the case first. "
                "Nothing was erased."
            )
        page.stop(*Clock)
        page.case.erased_at = page.now
        # Nobody can read any more what they are about; left open, they would never come to an end.
        dropped = outbox.drop(page.connection, page.case.id, code="case_erased", now=page.now)
        page.log("erased", effects_dropped=dropped)
        page.connection.execute(
            update(_KEYS).where(_KEYS.c.scope == page.case.id).values(wrapped=None, destroyed_at=page.now)
        )
        page.connection.execute(delete(_BLIND).where(_BLIND.c.case_id == page.case.id))
    book.store.forget()
