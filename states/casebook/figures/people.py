"""Who is one person: the cases that were found to be about the same, as SQL (W-47)."""

from functools import cache

from sqlalchemy import CTE, func, select

from states.casebook.book import CASES
from states.tables import CaseLink, table_of
from states.vocabulary.people import LinkStatus

_LINKS = table_of(CaseLink)


@cache
def same_person() -> CTE:
    """Of each case that is linked to others or was merged into one, the least id of all of them.

    Its columns are ``case_id`` and ``person``; a case that it lacks is a person by itself.
    """
    into = CASES.alias()
    link = select(_LINKS.c.case_id.label("one"), _LINKS.c.other_id.label("other"))
    link = link.where(_LINKS.c.status == LinkStatus.CONFIRMED)
    merged = select(CASES.c.id, into.c.id).join(into, into.c.number == CASES.c.merged_into)
    # Said for PostgreSQL, which takes every case for a merged one otherwise, and plans for billions of rows.
    merged = merged.where(CASES.c.merged_into != "")
    ways = link.union_all(merged).cte("ways")
    both = select(ways.c.one, ways.c.other).union_all(select(ways.c.other, ways.c.one)).cte("both_ways")
    reach = select(both.c.one, both.c.other).cte("reach", recursive=True)
    further = select(reach.c.one, both.c.other).join(both, both.c.one == reach.c.other)
    reach = reach.union(further)
    grouped = select(reach.c.one.label("case_id"), func.min(reach.c.other).label("person"))
    return grouped.group_by(reach.c.one).cte("same_person")
