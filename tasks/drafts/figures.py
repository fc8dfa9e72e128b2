"""The figures of an approved report as lines: what is not shown is words in them, too (U-07)."""

from collections.abc import Mapping, Sequence

from notifications.messages.figures import ALL, EACH
from states.casebook.figures.measures import CATEGORIES
from states.vocabulary.figures import Chart
from states.vocabulary.spelling import words


def of_chart(chart: Chart, cells: Sequence[int | str]) -> Mapping[str, str]:
    """The lines of a chart: all of it first, then each category, or one line for them where none is shown.

    Args:
        chart: which.
        cells: as they were approved, the total last.
    """
    *parts, total = (words(str(each)) for each in cells)
    if not any(isinstance(each, int) for each in cells[:-1]) and len(set(parts)) == 1:
        return {ALL: total} if parts[0] == total else {ALL: total, EACH: parts[0]}
    return {ALL: total, **dict(zip(CATEGORIES[chart], parts, strict=True))}
