"""A log's format guessed from its headings and from what stands below them.

A guess is to be shown to whoever imports. It goes by headings (``words/headings.toml``) and by the values:
a date whose first number is above 12 begins with the day; clock times past noon without PM are of 24 hours;
rows of one number that follow each other and were reported at one time are the charges of one incident; and a
sign stands between natures where it leaves words that are natures by themselves.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from states.intakelog.datetokens import NotADateError, tokens
from states.intakelog.formats import LogFormat
from states.intakelog.headings import Column, may_be, recognized
from states.intakelog.natures import NOTHING, is_known, kinds_of
from states.intakelog.rows import LogRow, is_settled

#: the share of rows whose cells are natures by themselves, from which on a column is that of the nature
_TELLS: Final = 0.5

#: records by which a format is guessed
SAMPLE: Final = 3_000

#: what may stand between two natures of one incident, in the order in which they are tried
_BETWEEN: Final = (";", "\n", "|", "/")


def drafted(headings: Sequence[str], delimiter: str) -> LogFormat:
    """A format by the headings alone, to read the first rows with.

    Args:
        headings: the header, each heading once.
        delimiter: the sign between two cells; empty: the file is no text.
    """
    return LogFormat(columns=_paired(recognized(headings), headings), delimiter=delimiter)


def guessed(draft: LogFormat, rows: Sequence[LogRow]) -> LogFormat:
    """What the first rows say about a format.

    Args:
        draft: the format that they were read with.
        rows: the rows.
    """
    draft = _with_nature_that_tells(draft, rows)
    natures = [
        " ".join(row.fields.get(each, "") for each in draft.columns.get(Column.NATURE, ())) for row in rows
    ]
    dates = [row.said(column) for row in rows for column in (Column.REPORTED, Column.OCCURRED)]
    day_first = _day_first(dates)
    return draft.model_copy(
        update={
            "columns": _with_date_columns_alone(draft, rows),
            "day_first": day_first,
            "clock_24": _clock_24(dates, day_first=day_first),
            "a_row_is": _row_is(rows),
            "separators": _separators(natures),
        }
    )


def _paired(columns: dict[Column, tuple[str, ...]], headings: Sequence[str]) -> dict[Column, tuple[str, ...]]:
    """Take a second Date and Time for when it happened, where the first ones are for the report."""
    again = tuple(
        each for each in headings if each.endswith(" (2)") and each[:-4] in columns.get(Column.REPORTED, ())
    )
    return columns | {Column.OCCURRED: again} if again and Column.OCCURRED not in columns else columns


def _with_nature_that_tells(draft: LogFormat, rows: Sequence[LogRow]) -> LogFormat:
    """Take another column for the nature where that of the likeliest heading says nearly none ("Report")."""
    taken = {heading for named in draft.columns.values() for heading in named}
    others = [
        each for each in (rows[0].fields if rows else ()) if each not in taken and may_be(Column.NATURE, each)
    ]
    said = _share_of_natures(rows, draft.columns.get(Column.NATURE, ()))
    best = max(others, key=lambda each: _share_of_natures(rows, (each,)), default="")
    if not best or _share_of_natures(rows, (best,)) < max(_TELLS, 2 * said):
        return draft
    return draft.model_copy(update={"columns": {**draft.columns, Column.NATURE: (best,)}})


def _share_of_natures(rows: Sequence[LogRow], named: tuple[str, ...]) -> float:
    told = sum(any(kinds_of(row.fields[each]) - {NOTHING} for each in named) for row in rows)
    return told / max(len(rows), 1)


def _with_date_columns_alone(draft: LogFormat, rows: Sequence[LogRow]) -> dict[Column, tuple[str, ...]]:
    """Leave out the column of a clock time where the one before it has the time already."""
    columns = dict(draft.columns)
    for column in (Column.REPORTED, Column.OCCURRED, Column.ENDED):
        named = columns.get(column, ())
        first = [row.fields[named[0]] for row in rows] if len(named) > 1 else []
        if first and sum(map(_has_clock, first)) * 2 > len(first):
            columns[column] = named[:1]
    return columns


def _has_clock(text: str) -> bool:
    try:
        read = tokens(text)
    except NotADateError:
        return False
    return bool(read.dates and read.clocks)


def _day_first(texts: Sequence[str]) -> bool:
    """Whether more of the dates exist with the day before the month than with the month before the day."""
    readable = {
        day_first: sum(_exists(text, day_first=day_first) for text in texts) for day_first in (False, True)
    }
    return readable[True] > readable[False]


def _exists(text: str, *, day_first: bool) -> bool:
    try:
        return bool(tokens(text, day_first=day_first).dates)
    except NotADateError:
        return False


def _clock_24(texts: Sequence[str], *, day_first: bool) -> bool:
    """Whether clock times show an afternoon without PM, and hardly any has AM or PM."""
    shown = [_clocks(text, day_first=day_first) for text in texts]
    afternoons = sum(kind == "24" for kind in shown)
    halves = sum(kind == "12" for kind in shown)
    return afternoons > 0 and halves * 10 < afternoons


def _clocks(text: str, *, day_first: bool) -> str:
    try:
        read = tokens(text, day_first=day_first, clock_24=True)
    except NotADateError:
        return ""
    if not read.clocks:
        return ""
    if any(mark in text.casefold().replace(".", "") for mark in ("am", "pm")):
        return "12"
    return "24" if any(clock.hour > 12 for clock in read.clocks) else ""  # noqa: PLR2004 - the dial's last hour


def _row_is(rows: Sequence[LogRow]) -> str:
    """What a row is, as far as rows of one number show that follow each other."""
    charges = others = 0
    for one, other in pairwise(rows):
        number = one.said(Column.NUMBER)
        if not number or number != other.said(Column.NUMBER):
            continue
        alike = all(
            one.said(column) == other.said(column)
            for column in (Column.REPORTED, Column.OCCURRED, Column.LOCATION)
        )
        if (
            alike
            and not other.amends
            and not is_settled(one, other)
            and one.said(Column.NATURE) != other.said(Column.NATURE)
        ):
            charges += 1
        else:
            others += 1
    return "charge" if charges > others else "incident"


def _separators(natures: Sequence[str]) -> tuple[str, ...]:
    """The signs that stand between natures: those that leave mostly words which are natures by themselves."""
    signs = []
    for sign in _BETWEEN:
        parts = [part for nature in natures if sign in nature for part in nature.split(sign) if part.strip()]
        if parts and sum(map(is_known, parts)) * 10 >= len(parts) * 9:
            signs.append(sign)
    return tuple(signs) or ("/",)
