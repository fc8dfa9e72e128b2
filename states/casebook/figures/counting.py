"""The figures of the periods that are over: counted in SQL over the cases that one sees (W-48).

The running period is not shown: whoever looked on two days would see what one case changed.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, String, case, cast, func, select

from states.access import Act, Actor, is_there, permit
from states.casebook.book import CASES, Casebook
from states.casebook.figures.measures import CATEGORIES, ONCE, Asked, rows
from states.casebook.figures.people import same_person
from states.figures.periods import Period, ended, periods
from states.figures.suppression import EVERYBODY, TOTAL, Atom, Cell, decide
from states.policy.pack import Pack
from states.tables import SemesterReport, table_of
from states.vocabulary.figures import Chart, Grouping
from states.vocabulary.people import Affiliation

_REPORTS = table_of(SemesterReport)

#: periods that are shown beside each other, at most
SHOWN = 6

#: what stands between the parts of a cell, and between cells; no code has either in it
_WITHIN, _NEXT = "/", ","


@dataclass(frozen=True, slots=True)
class Figure:
    """One chart of one period.

    Args:
        chart: what is counted.
        period: in which period.
        categories: the columns, in order.
        cells: what is shown, by grouping, group and category; see :mod:`states.figures.suppression`.
    """

    chart: Chart
    period: Period
    categories: Sequence[str]
    cells: Mapping[tuple[Grouping, str, str], Cell]

    def row(self, grouping: Grouping = Grouping.NONE, group: str = EVERYBODY) -> list[Cell]:
        """A row: each category, and the total last."""
        return [self.cells[grouping, group, category] for category in (*self.categories, TOTAL)]


def groups(pack: Pack) -> dict[Grouping, Sequence[str]]:
    """The groups of each grouping."""
    return {Grouping.SITE: tuple(pack.sites), Grouping.AFFILIATION: tuple(Affiliation)}


def figures(book: Casebook, *, by: Actor, most: int = SHOWN) -> dict[Chart, list[Figure]]:
    """Count every chart for the last periods that are over, oldest first.

    Args:
        book: the casebook.
        by: who looks; cases that are not there for them are not counted.
        most: how many periods, at most.

    Raises:
        NotPermitted: their role shows no figures.
    """
    permit(by, Act.LEARN)
    with book.store.read(through_all=True) as connection:
        shown = over(connection, book.pack, book.clock(), most)
        return {chart: _figures(connection, book.pack, by, chart, shown) for chart in Chart}


def for_report(book: Casebook, period: Period, *, by: Actor) -> dict[Chart, list[Cell]]:
    """Count every chart of one period for everybody, as its report has it: the total last (W-34).

    Args:
        book: the casebook.
        period: the period; it is over.
        by: who looks; cases that are not there for them are not counted.

    Raises:
        NotPermitted: their role shows no reports.
    """
    permit(by, Act.SEE_REPORTS)
    with book.store.read(through_all=True) as connection:
        return {chart: _figures(connection, book.pack, by, chart, [period])[0].row() for chart in Chart}


def over(connection: Connection, pack: Pack, now: datetime, most: int = SHOWN) -> list[Period]:
    """The last periods that are over, oldest first; one that was reported on keeps its days.

    Args:
        connection: an open transaction.
        pack: whose semesters count.
        now: aware.
        most: how many, at most.
    """
    approved = select(_REPORTS.c.about, _REPORTS.c.begins_at, _REPORTS.c.ends_at)
    rows_ = connection.execute(approved.where(_REPORTS.c.approved_by != ""))
    reported = [Period(row.about, row.begins_at, row.ends_at) for row in rows_]
    return ended(periods(now, pack, reported), now)[-most:]


def _figures(
    connection: Connection, pack: Pack, by: Actor, chart: Chart, shown: Sequence[Period]
) -> list[Figure]:
    atoms = _atoms(connection, by, chart, shown)
    categories = CATEGORIES[chart]
    found = []
    for number, period in enumerate(shown):
        cells: dict[tuple[Grouping, str, str], Cell] = {}
        for grouping, names in groups(pack).items():
            # A site that the policy names no more is one, all the same.
            rows_ = tuple(dict.fromkeys((*names, *(atom.group for atom in atoms[grouping, number]))))
            decided = decide(atoms[grouping, number], categories, rows_)
            for (group, category), cell in decided.items():
                cells[Grouping.NONE if group == EVERYBODY else grouping, group, category] = cell
        found.append(Figure(chart, period, categories, cells))
    return found


def _atoms(
    connection: Connection, by: Actor, chart: Chart, shown: Sequence[Period]
) -> dict[tuple[Grouping, int], list[Atom]]:
    """What is counted, by grouping and by the place of the period."""
    atoms: dict[tuple[Grouping, int], list[Atom]] = defaultdict(list)
    if not shown:
        return atoms
    for row in connection.execute(_alike(chart, Asked(connection, shown, by))):
        affiliation = _affiliation(row.affiliations)
        # Whoever is known to be in several cases is one person in all of them.
        who = row.person or f"{row.site} {row.affiliations} {row.cells}"
        for cell in row.cells.split(_NEXT):
            category, number = cell.split(_WITHIN)
            for grouping, group in ((Grouping.SITE, row.site), (Grouping.AFFILIATION, affiliation)):
                atom = Atom(group, category, who, int(number) * row.cases, 1 if row.person else row.cases)
                atoms[grouping, row.place].append(atom)
    return atoms


def _alike(chart: Chart, asked: Asked) -> Select[Any]:
    """How many cases are counted alike: as often, in the same period, site, affiliation and categories.

    Whether a cell, or several together, are about enough people is reckoned from how many are alike, so that
    no database sends a row for each person; it does for one who is in several cases, as these may differ.
    """
    counted, same = _of_cases(chart, asked).subquery("of_cases"), same_person()
    affiliations = cast(CASES.c.affiliations, String).label("affiliations")
    alike = (counted.c.place, CASES.c.site, affiliations, counted.c.cells, same.c.person)
    return (
        select(*alike, func.count().label("cases"))
        .join(CASES, CASES.c.id == counted.c.case_id)
        .outerjoin(same, same.c.case_id == CASES.c.id)
        .where(is_there(asked.by, CASES.c.id))
        .group_by(*alike)
    )


def _of_cases(chart: Chart, asked: Asked) -> Select[Any]:
    """Of each case and period, how many of which categories a chart has."""
    counted = rows(chart, asked).subquery("counted")
    ends = ((counted.c.at < each.ends, number) for number, each in enumerate(asked.periods))
    once = select(case(*ends).label("place"), counted.c.case_id, counted.c.category)
    placed = once.subquery("placed")
    if chart in ONCE:
        return select(
            placed.c.place, placed.c.case_id, placed.c.category.concat(f"{_WITHIN}1").label("cells")
        )
    # Grouped outside, as a database that groups by a parameter does not know that it is the same one.
    each = select(placed, func.count().label("number")).group_by(*placed.c).subquery("each")
    cell = each.c.category.concat(_WITHIN).concat(cast(each.c.number, String))
    cells = func.aggregate_strings(cell, _NEXT).label("cells")
    return select(each.c.place, each.c.case_id, cells).group_by(each.c.place, each.c.case_id)


def _affiliation(listed: str) -> Affiliation:
    """What the person of a case is first of all, of those that they are several of (W-57)."""
    every = json.loads(listed)
    return next((each for each in Affiliation if each in every), Affiliation.UNKNOWN)
