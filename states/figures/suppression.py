"""Which numbers may be shown, so that none under five people can be worked out from all that are (U-07).

One table for each chart and period: a row for everybody and rows by site, or by affiliation; a column for
each category and one for the total. All numbers that are shown anywhere, on pages, in files and in
reports, are cells of it, decided on together: no filter shows one that was decided on without the others.

What somebody can work out from the cells that are shown is the sum of those that are not, along a row or a
column. So these sums are of five people or more as well, and each cell that is not shown could have five
values or more:

1. Of the row totals, and of the columns of the row for everybody, the ones under five people stay back, and
   with them the next smallest ones until together they are about five people.
2. A column that stays back for everybody stays back in each row.
3. A row with less than five people in a column that is shown for everybody keeps its columns to itself; so do
   the next smallest rows, until in each column they are about five people together, and as many in others.

``docs/figures.md`` has the argument; a property test attacks it.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from states.vocabulary.figures import Unshown

#: fewer people than this are shown nowhere
LEAST = 5

#: the total of a row, where a category stands else, and everybody, where a group does
TOTAL = EVERYBODY = ""

#: a number that is shown, or why it is not
Cell = int | Unshown

#: what is shown of a table: by group and category
Shown = Mapping[tuple[str, str], Cell]

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Atom:
    """What is counted of one person in one group and category, or of several who are counted alike.

    Args:
        group: the site, or the affiliation.
        category: the column.
        person: who it is about, as an opaque id; where it is about several, all of them as one.
        number: how many, of all of them.
        people: how many people that is; each of them is in all groups and categories in which one is.
    """

    group: str
    category: str
    person: str
    number: int = 1
    people: int = 1


#: how many of whom: of a person, or of so many who are counted alike
Part = Counter[tuple[str, int]]


def decide(atoms: Iterable[Atom], categories: Sequence[str], groups: Sequence[str]) -> Shown:
    """Decide on each cell of one table.

    Args:
        atoms: what was counted; each in one of the groups and categories.
        categories: the columns; at least two.
        groups: the rows.

    Returns:
        Each cell, by group (:data:`EVERYBODY`: all of them) and category (:data:`TOTAL`: all of them).
    """
    cells = {(group, category): Part() for group in groups for category in categories}
    for atom in atoms:
        cells[atom.group, atom.category][atom.person, atom.people] += atom.number
    rows = {group: _together(cells[group, category] for category in categories) for group in groups}
    columns = {category: _together(cells[group, category] for group in groups) for category in categories}
    everybody = _together(rows.values())
    names = [(row, column) for row in (EVERYBODY, *groups) for column in (TOTAL, *categories)]
    if _people(everybody) < LEAST:
        return dict.fromkeys(names, Unshown.FEW)
    hidden_rows, why_rows = _hidden(rows)
    hidden_columns, why_columns = _hidden(columns)
    shown: dict[tuple[str, str], Cell] = {(EVERYBODY, TOTAL): everybody.total()}
    for category, part in columns.items():
        shown[EVERYBODY, category] = why_columns if category in hidden_columns else part.total()
    blocks = [[category] for category in categories if category not in hidden_columns]
    closed = _closed(
        {
            group: [_together(cells[group, each] for each in block) for block in (*blocks, hidden_columns)]
            for group in groups
        },
        hidden_rows,
    )
    for group in groups:
        shown[group, TOTAL] = why_rows if group in hidden_rows else rows[group].total()
        for category in categories:
            if group in hidden_rows:
                cell: Cell = why_rows
            elif group in closed:
                cell = Unshown.KEPT_BACK
            elif category in hidden_columns:
                cell = why_columns
            else:
                cell = cells[group, category].total()
            shown[group, category] = cell
    return shown


def _together(parts: Iterable[Part]) -> Part:
    """Parts as one."""
    whole = Part()
    for part in parts:
        whole.update(part)
    return whole


def _people(part: Part) -> int:
    """How many people a part is about."""
    return sum(people for _, people in part)


def _hidden(parts: Mapping[Key, Part]) -> tuple[list[Key], Unshown]:
    """Those of some parts, of which the sum is known, that stay back, and what is said of them."""
    few = [key for key, part in parts.items() if _people(part) < LEAST]
    hidden, others = list(few), sorted(set(parts) - set(few), key=lambda key: (_people(parts[key]), str(key)))
    while hidden and others and not _enough([parts[key] for key in hidden]):
        hidden.append(others.pop(0))
    known = sum(parts[key].total() for key in hidden)
    # Whoever knows that each is under five, and the sum of all, is not to know more of any of them.
    each = LEAST - 1
    is_free = hidden == few and each <= known <= each * (len(hidden) - 1)
    return hidden, Unshown.FEW if is_free else Unshown.KEPT_BACK


def _enough(parts: Sequence[Part]) -> bool:
    """Whether the sum of some parts, which can be worked out, is about enough people."""
    return len(parts) > 1 and _people(_together(parts)) >= LEAST


def _closed(rows: Mapping[str, Sequence[Part]], hidden: Iterable[str]) -> set[str]:
    """Those rows of which no column is shown.

    Args:
        rows: of each row, the columns that are shown for everybody, and all others as one.
        hidden: the rows of which the total is not shown either.
    """
    # Nobody is in the columns that stay back, and they hide nobody, unless there are some.
    used = [place for place, part in enumerate(map(_together, zip(*rows.values(), strict=True))) if part]
    blocks = {group: [parts[place] for place in used] for group, parts in rows.items()}
    totals = {group: _together(parts) for group, parts in blocks.items()}
    hidden = set(hidden)
    is_open = [
        group
        for group, parts in blocks.items()
        if group not in hidden and all(_people(part) >= LEAST for part in parts)
    ]
    is_open.sort(key=lambda group: (-_people(totals[group]), group))
    closed = set(rows) - set(is_open)
    while closed and is_open and not _free(closed - hidden, closed, blocks, totals):
        closed.add(is_open.pop())
    return closed


def _free(
    known: Iterable[str],
    closed: Iterable[str],
    blocks: Mapping[str, Sequence[Part]],
    totals: Mapping[str, Part],
) -> bool:
    """Whether the cells of closed rows are free enough, though their sums by row and by column are known.

    Such a cell can have any value from the least that both sums leave to it to the smaller of them.

    Args:
        known: the closed rows of which the total is shown.
        closed: all of them.
        blocks: the columns of each row.
        totals: the total of each row.
    """
    columns = [_together(parts) for parts in zip(*(blocks[group] for group in closed), strict=True)]
    every = sum(column.total() for column in columns)
    if any(_people(column) < LEAST for column in columns):
        return False
    sums = [totals[group].total() for group in known]
    return all(
        min(row, column.total(), every - row, every - column.total()) >= LEAST - 1
        for row in sums
        for column in columns
    )
