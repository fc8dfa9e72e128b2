"""Searching: the cases that somebody means by a number, a name, an identifier or a place (W-47).

It is the one search: whoever takes a report, looks for a case or asks through a page finds by it. What one
may not see is left out in SQL, before anything is ranked or counted.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlalchemy.exc import DBAPIError

from states.access import LET_IN, MAY, Act, Actor, permit, seen
from states.casebook.book import CASES, Casebook
from states.casebook.narrowing import EVERY, Narrowed
from states.casebook.page import Page
from states.casebook.persons.candidates import LIES_IN, Found, likely
from states.casebook.persons.typed import case_number, identities, number_ending
from states.contents.reports import SubjectContent
from states.errors import BadInput, CaseErased, NotPermitted, UnknownRecord
from states.persons.identity import Identity
from states.store.hindrances import cannot_write
from states.tables import Case
from states.vocabulary.people import MatchReason, PersonRole

#: cases that are told at most
MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """What somebody who searches is shown of a case.

    Args:
        number: the case's number.
        state: where it stands.
        level: the level in force; None: none is yet.
        provisional_level: the level that a screening gave.
        site: code of the site that counts first.
        changed_at: when it changed last.
        role: what the person is to it; None: it was found by its number.
        name: the person's name, as on record there.
        sites: codes of the sites where they are known.
        score: how much speaks for it, 0 to 1.
        reasons: what does, most telling first.
    """

    number: str
    state: str
    level: str | None
    provisional_level: str | None
    site: str
    changed_at: datetime
    role: PersonRole | None
    name: str
    sites: tuple[str, ...]
    score: float
    reasons: tuple[MatchReason, ...]


def search(
    book: Casebook,
    wanted: SubjectContent | str,
    *,
    by: Actor,
    narrowed: Narrowed = EVERY,
    limit: int = MOST_TOLD,
) -> list[Hit]:
    """Find the cases that somebody means, among those that they may read, likeliest first (W-47).

    Leaves a ``read`` event in each case whose person is shown (P-08); a case that is found by its number is
    shown as a list shows it.

    Args:
        book: the casebook.
        wanted: what is known of the person, at least a name or an identifier; or whatever somebody typed.
        by: who asks.
        narrowed: which cases are looked at.
        limit: how many at most.

    Raises:
        BadInput: nothing is given that anything could be found by.
        NotPermitted: this role reads no cases.
    """
    permit_search(by)
    if isinstance(wanted, str) and (number := case_number(wanted)):
        return _numbered(book, number, by)
    meant = identities(wanted) if isinstance(wanted, str) else [Identity.of(wanted)]
    ending = number_ending(wanted) if isinstance(wanted, str) else ""
    numbered = _ending(book, ending, by, narrowed) if ending else []
    if not numbered and not any(each.entries() for each in meant):
        raise BadInput("Give a name, an identifier, a place or a case's number: nothing else finds anything.")
    with book.store.read() as connection:
        among = (seen(by, Act.READ, CASES.c.id), *narrowed.where())
        near = likely(book.vault, connection, meant, roles=tuple(PersonRole), coarse=True, among=among)
    known = {hit.number for hit in numbered}
    near = [found for found in near if found.number not in known]
    return [*numbered, *_put_on_record(book, near[: max(0, limit - len(numbered))], by)][:limit]


def permit_search(by: Actor) -> None:
    """Let somebody search; what they find is what they may read.

    Raises:
        NotPermitted: their role reads no cases.
    """
    if by.roles.isdisjoint((*MAY[Act.READ], *LET_IN)):
        raise NotPermitted("Your role reads no cases; ask the chair. Nothing was looked for.")


def _numbered(book: Casebook, number: str, by: Actor) -> list[Hit]:
    """The case under a number that somebody typed, if they may open it."""
    this = select(CASES).where(CASES.c.number == number, seen(by, Act.READ, CASES.c.id))
    return _by_number(book, this)


def _ending(book: Casebook, ending: str, by: Actor, narrowed: Narrowed) -> list[Hit]:
    """The cases whose numbers end so, of whichever year, that they may open: the newest first."""
    ends = CASES.c.number.endswith(ending)
    these = select(CASES).where(ends, seen(by, Act.READ, CASES.c.id), *narrowed.where())
    return _by_number(book, these.order_by(CASES.c.number.desc()).limit(MOST_TOLD))


def _by_number(book: Casebook, these: Select[Any]) -> list[Hit]:
    """What a list shows of cases that were found by their number."""
    with book.store.read() as connection:
        rows = connection.execute(these).all()
    why = (MatchReason.CASE_NUMBER,)
    return [_hit(Case(**row._mapping), None, "", 1.0, why) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def _put_on_record(book: Casebook, near: Sequence[Found], by: Actor) -> list[Hit]:
    """What is shown of each case that was found, and in each that it was read: all in one transaction."""
    shown: dict[str, Hit] = {}
    try:
        with book.store.write() as connection:
            # Locked in the order of their ids: two people who search cannot block each other.
            for found in sorted(near, key=lambda one: one.case_id):
                try:
                    page = book.turn_to(connection, found.case_id, by)
                    permit(by, Act.READ, page.case)
                except (CaseErased, NotPermitted, UnknownRecord):
                    # It was taken from them, or from everybody, since it was found.
                    continue
                shown[found.case_id] = _read(page, found)
                page.finish()
    except DBAPIError as error:
        if not cannot_write(error):
            raise
        # In an emergency people must be able to read, also while no room is left to write it down.
        for found in near:
            with book.page(found.number, by, Act.READ) as page:
                shown[found.case_id] = _read(page, found)
    return [shown[found.case_id] for found in near if found.case_id in shown]


def _read(page: Page, found: Found) -> Hit:
    model, described = LIES_IN[found.role]
    name = described(page.key, page.row(model, found.about)).name
    page.log("read", of="search")
    return _hit(page.case, found.role, name, found.score, found.reasons)


def _hit(
    case: Case, role: PersonRole | None, name: str, score: float, reasons: tuple[MatchReason, ...]
) -> Hit:
    return Hit(
        case.number,
        case.state,
        case.level,
        case.provisional_level,
        case.site,
        case.changed_at,
        role,
        name,
        case.sites,
        score,
        reasons,
    )


def readable(connection: Connection, by: Actor, case_ids: Collection[str]) -> frozenset[str]:
    """Those of the cases that somebody may read."""
    allowed = select(CASES.c.id).where(CASES.c.id.in_(case_ids), seen(by, Act.READ, CASES.c.id))
    return frozenset(connection.scalars(allowed))


def may_open(book: Casebook, numbers: Collection[str], *, by: Actor) -> tuple[str, ...]:
    """Those of the cases that somebody may read, by number, in the order given."""
    with book.store.read() as connection:
        allowed = select(CASES.c.number).where(CASES.c.number.in_(numbers), seen(by, Act.READ, CASES.c.id))
        shown = set(connection.scalars(allowed))
    return tuple(number for number in numbers if number in shown)
