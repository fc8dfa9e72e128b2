"""Relations: what cases of different people have to do with each other, such as acting together."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, case, or_, select

from states.access import Act, Actor, is_there, seen
from states.casebook.book import CASES, Casebook
from states.casebook.page import Page
from states.casebook.persons.two_cases import two_pages
from states.contents.classes import FieldClass
from states.contents.inquiry import RemarkContent, reason
from states.errors import Refused
from states.tables import Case, CaseRelation, Remark, Report, table_of
from states.vocabulary.cases import Relation
from states.withholding import OnCase, on_case, sees

_RELATIONS, _REPORTS = table_of(CaseRelation), table_of(Report)

#: what stands in place of a case's number for whoever may not see it
NOT_YOURS = "a case that you may not see (the chair may)"


def relate(book: Casebook, number: str, other: str, kind: Relation, *, by: Actor, because: str) -> str:
    """Say what two cases have to do with each other; it stands on both. Returns the relation's id.

    Args:
        book: the casebook.
        number: the first case, as in "the person of the first is in danger from the person of the second".
        other: the second.
        kind: what they have to do with each other.
        by: who says so; they have to be on both.
        because: why.

    Raises:
        BadInput: no reason is given, or both are one case. Refused: it is on record already.
    """
    why = reason(because, "a relation")
    with book.store.write() as connection:
        one, two = two_pages(book, connection, number, other, by)
        relation_id = relate_pages(one, two, kind, why)
        one.finish()
        two.finish()
        return relation_id


def relate_pages(one: Page, other: Page, kind: Relation, why: RemarkContent) -> str:
    """Say on two open pages what they have to do with each other; the caller finishes both.

    Raises:
        Refused: it is on record already.
    """
    if _open_between(one.connection, one.case.id, other.case.id, kind) is not None:
        raise Refused("That is on record of these two cases already. Nothing was written.")
    row = CaseRelation(case_id=one.case.id, at=one.now, by=one.by.id, other_id=other.case.id, kind=kind)
    one.add(row)
    for page, partner, side in ((one, other, "first"), (other, one, "second")):
        page.add(Remark(case_id=page.case.id, at=page.now, by=page.by.id, about=row.id), why)
        page.log("related", relation=row.id, kind=kind, other=partner.case.number, side=side)
    return row.id


def unrelate(book: Casebook, number: str, other: str, kind: Relation, *, by: Actor, because: str) -> None:
    """Take back what was said of two cases; that it was said stays on record of both.

    Raises:
        BadInput: no reason is given. Refused: nothing of the kind is on record.
    """
    why = reason(because, "taking a relation back")
    with book.store.write() as connection:
        one, two = two_pages(book, connection, number, other, by)
        row = _open_between(connection, one.case.id, two.case.id, kind)
        if row is None:
            raise Refused("Nothing of that kind is on record of these two cases. Nothing was written.")
        one.set_shared(CaseRelation, row._mapping, ended_at=one.now, ended_by=by.id)  # noqa: SLF001 - SQLAlchemy's public name
        for page, partner in ((one, two), (two, one)):
            page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=row.id), why)
            page.log("relation_ended", relation=row.id, kind=kind, other=partner.case.number)
            page.finish()


#: relations that are the same from both sides
_MUTUAL = (Relation.ACTING_TOGETHER, Relation.OTHER)


def _open_between(connection: Connection, one: str, other: str, kind: Relation) -> Any:
    this_way = (_RELATIONS.c.case_id == one) & (_RELATIONS.c.other_id == other)
    that_way = (_RELATIONS.c.case_id == other) & (_RELATIONS.c.other_id == one)
    between = or_(this_way, that_way) if kind in _MUTUAL else this_way
    mine = select(_RELATIONS).where(between, _RELATIONS.c.kind == kind, _RELATIONS.c.ended_at.is_(None))
    return connection.execute(mine).first()


def of_case(
    connection: Connection, case_id: str, by: Actor, *, leaving: bool = False
) -> list[dict[str, Any]]:
    """The relations of a case, oldest first, with ``side`` (first or second) and the other case's number.

    One that tells who made a false report is not there for whom its reporter is withheld from (W-40).

    Args:
        connection: an open transaction.
        case_id: the case.
        by: who asks; a case that they may not see has no number here.
        leaving: whether it is to leave the team: then it is for whoever it is handed to.
    """
    of_mine = _RELATIONS.c.case_id == case_id
    other_id = case((of_mine, _RELATIONS.c.other_id), else_=_RELATIONS.c.case_id)
    side = case((of_mine, "first"), else_="second").label("side")
    number = case((seen(by, Act.READ, CASES.c.id), CASES.c.number), else_=NOT_YOURS).label("other_number")
    # Whoever is kept out of a case is not told that there is one (W-39): one statement, whatever there is.
    mine = (
        select(_RELATIONS, side, number)
        .join(CASES, CASES.c.id == other_id)
        .where(or_(of_mine, _RELATIONS.c.other_id == case_id), is_there(by, CASES.c.id))
        .order_by(_RELATIONS.c.at, _RELATIONS.c.id)
    )
    rows = [dict(row) for row in connection.execute(mine).mappings()]
    return [row for row in rows if not _names_a_reporter(connection, row, by, leaving=leaving)]


def _names_a_reporter(
    connection: Connection, row: Mapping[Any, Any], by: Actor, *, leaving: bool = False
) -> bool:
    """Whether a relation tells somebody who made a report, from whom that is withheld (W-40)."""
    if row["kind"] != Relation.FALSE_REPORT_ON:
        return False
    private = select(_REPORTS.c.id).where(_REPORTS.c.case_id == row["other_id"], _REPORTS.c.private)
    if connection.scalar(private.limit(1)) is None:
        return False
    accused = connection.execute(select(CASES).where(CASES.c.id == row["other_id"])).one()
    is_here = Case(**accused._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    given = {OnCase.OUTSIDE} if leaving else on_case(by, is_here)
    return not sees(given, FieldClass.REPORTER)
