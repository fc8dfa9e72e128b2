"""A chart as SVG: bars with patterns and numbers, in colors of the page's own style.

Nothing in it is a style or a script, so that it stands on a page with the strictest policy: what it looks
like is said by classes, and a page in print or in the dark has its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from states.figures.suppression import Cell
from states.vocabulary.counts import grouped
from states.vocabulary.figures import Unshown

#: in units of the picture: width of all, height of a line of letters and of a bar, space below each and
#: between groups; a phone shows a unit as a pixel, or nearly
WIDTH, LINE, BAR, GAP, BETWEEN = 320, 21, 11, 6, 12

#: what a bar is filled with besides its color: lines and dots in each, as a path in a square of eight
PATTERNS = ("", "M0,8L8,0", "M0,4H8", "M4,0V8", "M0,0L8,8M0,8L8,0", "M2,2H4V4H2Z", "M0,2H8M0,6H8", "M0,0L8,8")


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars that stand together under one name.

    Args:
        name: what they are of, such as a period.
        bars: of each bar what it counts, and the number.
    """

    name: str
    bars: Sequence[tuple[str, Cell]]


def drawn(
    chart: str, title: str, says: str, groups: Sequence[Bars], *, unshown: Mapping[Unshown, str]
) -> str:
    """Draw a chart; every bar has its name and its number beside it.

    Args:
        chart: its code, which tells its ids from those of others on the page.
        title: what it is called.
        says: what it counts, for those who do not see it.
        groups: the bars.
        unshown: what stands in place of a number that is not shown; its bar has no length.
    """
    numbers = [cell for group in groups for _, cell in group.bars if not isinstance(cell, Unshown)]
    longest = max(numbers, default=1) or 1
    lines, y = list[str](), 0
    for group in groups:
        lines.append(f'<text class="chart-group" x="0" y="{y + LINE - 6}">{escape(group.name)}</text>')
        y += LINE + GAP
        for place, (name, cell) in enumerate(group.bars):
            said = unshown[cell] if isinstance(cell, Unshown) else grouped(cell)
            lines += _line(name, said, y=y, is_shown=not isinstance(cell, Unshown))
            y += LINE
            if not isinstance(cell, Unshown) and cell:
                lines += _bar(round(WIDTH * cell / longest, 1), y=y, chart=chart, place=place)
                y += BAR
            y += GAP
        y += BETWEEN
    patterns = "".join(
        _pattern(chart, place) for place in range(max((len(g.bars) for g in groups), default=0))
    )
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {max(y - BETWEEN, 1)}" role="img" '
        f'aria-labelledby="{chart}-title {chart}-says"><title id="{chart}-title">{escape(title)}</title>'
        f'<desc id="{chart}-says">{escape(says)}</desc><defs>{patterns}</defs>{"".join(lines)}</svg>'
    )


def _line(name: str, said: str, *, y: int, is_shown: bool) -> Iterator[str]:
    """What a bar counts, and how many: above it, so that the letters of either need not be small."""
    text, kind = f'y="{y + LINE - 6}"', "number" if is_shown else "unshown"
    yield f'<text class="chart-name" x="0" {text}>{escape(name)}</text>'
    yield f'<text class="chart-{kind}" x="{WIDTH}" {text} text-anchor="end">{escape(said)}</text>'


def _bar(long: float, *, y: int, chart: str, place: int) -> Iterator[str]:
    fill, where = place % len(PATTERNS), f'x="0" y="{y}" width="{long}" height="{BAR}"'
    yield f'<rect class="chart-bar bar-{fill}" {where}/>'
    yield f'<rect {where} fill="url(#{chart}-{fill})"/>'


def _pattern(chart: str, place: int) -> str:
    place %= len(PATTERNS)
    return (
        f'<pattern id="{chart}-{place}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path class="chart-pattern" d="{PATTERNS[place] or "M0,0"}"/></pattern>'
    )
