"""The figures of the periods that are over: counted in SQL over the cases that one sees (W-48).

The running period is not shown: whoever looked on two days would see what one case changed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, case, cast, func, select

from states.access import Act, Actor, is_there, permit
from states.casebook.book import CASES, Casebook
from states.casebook.figures.measures import CATEGORIES, rows
from states.casebook.figures.people import person, same_person
from states.figures.periods import Period, ended, periods
from states.figures.suppression import EVERYBODY, TOTAL, Atom, Cell, decide
from states.policy.pack import Pack
from states.tables import SemesterReport, table_of
from states.vocabulary.figures import Chart, Grouping
from states.vocabulary.people import Affiliation

_REPORTS = table_of(SemesterReport)

#: periods that are shown beside each other, at most
SHOWN = 6


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
    with book.store.read() as connection:
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
    with book.store.read() as connection:
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
    counted, same = rows(connection, chart, shown).subquery("counted"), same_person()
    inside = [and_(counted.c.at >= each.begins, counted.c.at < each.ends) for each in shown]
    # Written out, as a database that groups by a parameter does not know that it is the same one.
    place = case(*((which, number) for number, which in enumerate(inside))).label("place")
    each = (
        select(
            place,
            CASES.c.site,
            _affiliation().label("affiliation"),
            counted.c.category,
            person(same).label("person"),
        )
        .join(CASES, CASES.c.id == counted.c.case_id)
        .outerjoin(same, same.c.case_id == CASES.c.id)
        .where(counted.c.at >= shown[0].begins, counted.c.at < shown[-1].ends, is_there(by, CASES.c.id))
        .subquery("each")
    )
    found: Sequence[Any] = connection.execute(
        select(each, func.count().label("number")).group_by(*each.c)
    ).all()
    for row in found:
        for grouping, group in ((Grouping.SITE, row.site), (Grouping.AFFILIATION, row.affiliation)):
            atoms[grouping, row.place].append(Atom(group, row.category, row.person, row.number))
    return atoms


def _affiliation() -> ColumnElement[str]:
    """What the person of a case is first of all, of those that they are several of (W-57)."""
    listed = cast(CASES.c.affiliations, String)
    ways = ((listed.contains(f'"{each}"', autoescape=True), each.value) for each in Affiliation)
    return case(*ways, else_=Affiliation.UNKNOWN.value)
