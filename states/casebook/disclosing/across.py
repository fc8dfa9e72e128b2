"""What left the team across the cases, and what was refused: to whom, for what, and under which rule."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from states.access import Act, Actor, permit, seen
from states.casebook.book import CASES, Casebook
from states.casebook.disclosing.disclosures import DisclosureLine, line_of
from states.tables import Disclosure, DisclosureRequest, table_of
from states.vocabulary.leaving import RecipientKind

_TABLES = table_of(Disclosure), table_of(DisclosureRequest)

#: lines that are looked at, at most, the newest of each kind
MOST = 1_000


def across(book: Casebook, *, by: Actor, to: RecipientKind | None = None) -> list[DisclosureLine]:
    """List what was told of any case that is there for whoever looks, and what was refused, newest first.

    Codes, numbers and times alone: who asked, where that was said, stands in the record of the person.

    Args:
        book: the casebook.
        by: who looks.
        to: leave out all other kinds of recipients.

    Raises:
        NotPermitted: they neither chair nor keep the records.
    """
    permit(by, Act.AUDIT)
    with book.store.read() as connection:
        told, refused = (connection.execute(_newest(table, by, to)).all() for table in _TABLES)
    lines = [*_lines(told), *_lines(refused)]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST]


def _newest(table: Any, by: Actor, to: RecipientKind | None) -> Any:
    return (
        select(table, CASES.c.number)
        .join(CASES, CASES.c.id == table.c.case_id)
        .where(seen(by, Act.AUDIT, CASES.c.id), *((table.c.recipient_kind == to,) if to else ()))
        .order_by(table.c.at.desc(), table.c.id)
        .limit(MOST)
    )


def _lines(rows: Sequence[Any]) -> list[DisclosureLine]:
    return [line_of(row, emergency=getattr(row, "determination_id", None) is not None) for row in rows]
