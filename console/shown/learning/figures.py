"""Figures as pages, commands and files show them: the chart, the table beside it, the file under it."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from console.shown.learning.drawing import Bars, drawn
from console.shown.learning.wording import group_called
from console.shown.parts import Cell as TableCell
from console.shown.parts import Table, Tone, cell, table
from notifications.messages.figures import CHARTS, UNSHOWN, category_called
from states.calendar.reckoning import DAY
from states.casebook.figures.counting import Figure, groups
from states.casebook.figures.measures import CATEGORIES
from states.casebook.figures.reporting import Written
from states.figures.periods import Period
from states.figures.suppression import Cell
from states.policy.pack import Pack
from states.vocabulary.figures import Chart, Grouping, Unshown
from states.vocabulary.times import on_day

#: what the rows of a table are, by what they are beside each other for
_FIRST = {Grouping.NONE: "Period", Grouping.SITE: "Site", Grouping.AFFILIATION: "Affiliation"}


@dataclass(frozen=True, slots=True)
class Looking:
    """What somebody looks at: one group through the periods, or all groups in one period.

    Args:
        grouping: by what the figures are broken down.
        group: the site or affiliation; empty: everybody.
        period: name of the period of which all groups stand beside each other; empty: all periods do.
    """

    grouping: Grouping = Grouping.NONE
    group: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class ShownChart:
    """A chart as it is shown.

    Args:
        chart: which.
        title: what it is called.
        counts: what it counts, of whom, and when.
        svg: the picture, escaped.
        table: the same numbers.
    """

    chart: Chart
    title: str
    counts: str
    svg: Markup
    table: Table


#: names and numbers of a chart's rows
Rows = Sequence[tuple[str, Sequence[Cell]]]


def looked_at(
    pack: Pack, every: Mapping[Chart, Sequence[Figure]], of: str = "", period: str = "", by: str = ""
) -> Looking:
    """What somebody asks to look at; what is nothing is passed over.

    Args:
        pack: whose groups there are.
        every: all figures.
        of: a group, as in ``site:deming``.
        period: the name of a period.
        by: by what a period is broken down; empty: by site.
    """
    if period in [each.period.name for each in every[Chart.CHANNELS]]:
        return Looking(Grouping(by) if by in list(Grouping) else Grouping.SITE, period=period)
    grouping, _, group = of.partition(":")
    for each, names in groups(pack).items():
        if grouping == each and group in names:
            return Looking(each, group)
    return Looking()


def as_data(figure: Figure) -> dict[str, Any]:
    """A chart of one period for programs: each cell, with its number, or why it is not shown."""
    return {
        "chart": figure.chart,
        "period": figure.period.name,
        "begins": figure.period.begins,
        "ends": figure.period.ends,
        "cells": [
            {
                "grouping": grouping,
                "group": group,
                "category": category,
                "number": None if isinstance(number, Unshown) else number,
                "unshown": number if isinstance(number, Unshown) else None,
            }
            for (grouping, group, category), number in figure.cells.items()
        ],
    }


def shown(pack: Pack, figures: Sequence[Figure], looking: Looking) -> ShownChart:
    """One chart, for one group or for all groups of one period.

    Args:
        pack: names the sites, and the time zone.
        figures: the chart's figures, period by period.
        looking: what somebody looks at.
    """
    first = _FIRST[looking.grouping] if looking.period else "Period"
    says = _whom_and_when(pack, figures, looking)
    return _chart(figures[0].chart, says, first, rows_of(pack, figures, looking))


def shown_of_report(pack: Pack, written: Written) -> list[ShownChart]:
    """The charts of a report: one period, for everybody.

    Args:
        pack: says the time zone.
        written: the report.
    """
    period = written.line.period
    says = f"Everybody, {days(period, ZoneInfo(pack.home.timezone))}."
    # A page may have the reports of several periods.
    of = f"{period.name.replace(' ', '-')}-"
    return [
        _chart(chart, says, "Period", [(period.name, cells)], of=of)
        for chart, cells in written.figures.items()
    ]


def _chart(chart: Chart, says: str, first: str, rows: Rows, *, of: str = "") -> ShownChart:
    title, counts = CHARTS[chart]
    says = f"{counts} {says}"
    names = [category_called(each) for each in CATEGORIES[chart]]
    bars = [Bars(name, _bars(names, numbers)) for name, numbers in rows]
    columns = [f"#{first}", *map(_capital, names), "All"]
    lines = [(name, *(_in_table(each) for each in numbers)) for name, numbers in rows]
    # Every name and number in the picture was escaped where it was drawn.
    svg = Markup(drawn(f"{of}{chart}", title, says, bars, unshown=UNSHOWN))  # noqa: S704
    return ShownChart(chart, title, says, svg, table(columns, lines))


def rows_of(pack: Pack, figures: Sequence[Figure], looking: Looking) -> Rows:
    """The rows of a chart: names, and the numbers by category with the total last."""
    if not looking.period:
        return [(each.period.name, each.row(looking.grouping, looking.group)) for each in figures]
    (one,) = (each for each in figures if each.period.name == looking.period)
    if looking.grouping is Grouping.NONE:
        return [(one.period.name, one.row())]
    every = dict.fromkeys(group for grouping, group, _ in one.cells if grouping is looking.grouping)
    named = [(group_called(pack, looking.grouping, group), group) for group in every]
    return [("All", one.row()), *((name, one.row(looking.grouping, group)) for name, group in named)]


def as_csv(
    pack: Pack, figures: Mapping[Chart, Sequence[Figure]], charts: Sequence[Chart], looking: Looking
) -> str:
    """The numbers of charts as a file: one line for each, as the page shows them (RFC 4180).

    Args:
        pack: names the sites.
        figures: all figures.
        charts: which charts.
        looking: what somebody looks at.
    """
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(("chart", "row", "category", "number"))
    for chart in charts:
        names = [*map(category_called, figures[chart][0].categories), "all"]
        for row, numbers in rows_of(pack, figures[chart], looking):
            lines.writerows(
                (CHARTS[chart][0], row, name, _said(each)) for name, each in zip(names, numbers, strict=True)
            )
    return text.getvalue()


def days(period: Period, zone: tzinfo) -> str:
    """The first and the last day of a period."""
    first, last = period.begins.astimezone(zone), period.ends.astimezone(zone) - DAY
    return f"{on_day(first, weekday=False)} to {on_day(last, weekday=False)}"


def _bars(names: Sequence[str], numbers: Sequence[Cell]) -> list[tuple[str, Cell]]:
    """The bars of a row: all of it first; where no category is shown, all of them are one line."""
    *parts, total = numbers
    if isinstance(parts[0], Unshown) and len(set(parts)) == 1:
        return [("all", total)] if parts[0] == total else [("all", total), ("each kind", parts[0])]
    return [("all", total), *zip(names, parts, strict=True)]


def _whom_and_when(pack: Pack, figures: Sequence[Figure], looking: Looking) -> str:
    zone = ZoneInfo(pack.home.timezone)
    periods = [each.period for each in figures if looking.period in ("", each.period.name)]
    when = days(Period("", periods[0].begins, periods[-1].ends), zone)
    whom = group_called(pack, looking.grouping, looking.group)
    return f"{_capital(whom)}, {when}."


def _in_table(each: Cell) -> TableCell:
    return cell(_said(each), Tone.SOFT if isinstance(each, Unshown) else Tone.PLAIN)


def _said(each: Cell) -> int | str:
    return UNSHOWN[each] if isinstance(each, Unshown) else each


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
