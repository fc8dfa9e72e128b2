"""The process as a picture and as Mermaid text, both made from the process table.

The picture is placed by hand: seven states and a dozen arrows are clearer that way than any layout engine
makes them. Whoever adds a row to the table is told by :func:`svg` to place its arrow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from states.process import TRANSITIONS, Transition
from states.vocabulary.cases import CaseState
from states.vocabulary.spelling import words

S = CaseState

#: width and height of the picture, in its own units; letters of a label are 15 high
WIDTH, HEIGHT = 1160, 740

#: half a state's width and height
HALF_WIDTH, HALF_HEIGHT = 72, 27

#: the middle of each state
PLACES: dict[CaseState, tuple[int, int]] = {
    S.REPORTED: (110, 110),
    S.INQUIRY: (380, 110),
    S.ASSESSED: (650, 110),
    S.PLAN: (920, 110),
    S.MONITORING: (920, 335),
    S.REINTEGRATION: (920, 560),
    S.CLOSED: (380, 335),
}


@dataclass(frozen=True, slots=True)
class Arrow:
    """Where an arrow runs, and where its label stands.

    Args:
        path: its path, as SVG has it.
        label: the label's place: x, and y of its first line.
        anchor: which end of the label is there: start, middle or end.
    """

    path: str
    label: tuple[int, int]
    anchor: str = "middle"


#: the arrow of each trigger from each state that it leaves or comes back to
ARROWS: dict[tuple[str, CaseState], Arrow] = {
    ("open_inquiry", S.REPORTED): Arrow("M182,110 H306", (245, 82)),
    ("dismiss", S.REPORTED): Arrow("M110,137 V323 Q110,335 122,335 H306", (120, 216), "start"),
    ("assess", S.INQUIRY): Arrow("M452,110 H576", (515, 58)),
    ("develop_plan", S.ASSESSED): Arrow("M722,110 H846", (785, 82)),
    ("activate_plan", S.PLAN): Arrow("M940,137 V306", (950, 216), "start"),
    ("revise_plan", S.MONITORING): Arrow("M900,308 V139", (890, 216), "end"),
    ("begin_reintegration", S.MONITORING): Arrow("M940,362 V531", (950, 441), "start"),
    ("resume_monitoring", S.REINTEGRATION): Arrow("M900,533 V364", (890, 441), "end"),
    ("close", S.ASSESSED): Arrow("M650,137 V308 Q650,320 638,320 H454", (660, 216), "start"),
    ("close", S.PLAN): Arrow("M848,128 H782 Q770,128 770,140 V319 Q770,331 758,331 H454", (762, 268), "end"),
    ("close", S.MONITORING): Arrow("M848,342 H454", (560, 364)),
    ("close", S.REINTEGRATION): Arrow("M848,560 H412 Q400,560 400,548 V364", (560, 530)),
    ("merge", S.REPORTED): Arrow("M60,137 V337 Q60,349 72,349 H306", (52, 262), "end"),
    ("merge", S.INQUIRY): Arrow("M350,137 V306", (340, 216), "end"),
    ("merge", S.ASSESSED): Arrow("M620,137 V300 Q620,312 608,312 H454", (610, 216), "end"),
    ("reopen", S.CLOSED): Arrow("M380,308 V139", (390, 216), "start"),
}

STYLE = """
text { font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: #1d2733; }
.state rect { fill: #eaf1f8; stroke: #2f5f8f; stroke-width: 2; }
.state text { font-size: 17px; font-weight: 600; text-anchor: middle; }
.closed rect { fill: #e7efe8; stroke: #3d7350; }
.arrow path { fill: none; stroke: #5a6775; stroke-width: 2; marker-end: url(#tip); }
.trigger { font-size: 15px; font-weight: 600; fill: #17466f; }
.clauses { font-size: 13px; fill: #5a6775; }
.says { font-size: 15px; }
.band { fill: #fbf3e4; stroke: #b98a2f; stroke-width: 1.5; }
.first { fill: #5a6775; }
""".strip()


def mermaid() -> str:
    """The process as a Mermaid state diagram; triggers that share both ends share an arrow."""
    arrows: dict[tuple[CaseState, CaseState], list[str]] = {}
    for row in TRANSITIONS:
        for source in row.sources:
            arrows.setdefault((source, row.target or source), []).append(row.trigger)
    first, last = next(iter(CaseState)), S.CLOSED
    lines = ["stateDiagram-v2", "    direction LR", f"    [*] --> {first}: report"]
    lines += [f"    {source} --> {target}: {', '.join(names)}" for (source, target), names in arrows.items()]
    return "\n".join([*lines, f"    {last} --> [*]", ""])


def svg() -> str:
    """The process as a picture.

    Raises:
        LookupError: a trigger of the process table has no arrow yet.
    """
    staying = [row for row in TRANSITIONS if row.target is None and len(row.sources) > 1]
    moving = [row for row in TRANSITIONS if row not in staying]
    tip = '<path d="M0,0 L10,5 L0,10 z" fill="#5a6775"/>'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>The process of a case: states, and the triggers that lead between them</title>",
        f"<style>\n{STYLE}\n</style>",
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="7" markerHeight="7"',
        f' orient="auto">{tip}</marker></defs>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="12" fill="#ffffff"/>',
        '<circle class="first" cx="110" cy="36" r="8"/>',
        '<g class="arrow"><path d="M110,44 V81"/></g><text class="trigger" x="124" y="58">report</text>',
        *(part for row in moving for source in row.sources for part in _arrow(row, source)),
        *(part for state in CaseState for part in _state(state)),
        *_band(staying),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _arrow(row: Transition, source: CaseState) -> Iterator[str]:
    arrow = ARROWS.get((row.trigger, source))
    if arrow is None:
        message = (
            f"{row.trigger} from {source} is not in the picture yet: place its arrow in {__name__}.ARROWS."
        )
        raise LookupError(message)
    x, y = arrow.label
    needs = ", ".join(words(guard) for guard in row.guards) or "nothing"
    yield f'<g class="arrow"><title>{escape(row.says)}. Needs: {escape(needs)}.</title>'
    yield f'<path d="{arrow.path}"/>'
    yield f'<text class="trigger" x="{x}" y="{y}" text-anchor="{arrow.anchor}">{escape(row.trigger)}</text>'
    clauses = escape(", ".join(row.clauses))
    yield f'<text class="clauses" x="{x}" y="{y + 17}" text-anchor="{arrow.anchor}">{clauses}</text></g>'


def _state(state: CaseState) -> Iterator[str]:
    x, y = PLACES[state]
    kind = "state closed" if state is S.CLOSED else "state"
    yield f'<g class="{kind}"><rect x="{x - HALF_WIDTH}" y="{y - HALF_HEIGHT}" width="{2 * HALF_WIDTH}" '
    yield f'height="{2 * HALF_HEIGHT}" rx="10"/><text x="{x}" y="{y + 6}">{escape(state)}</text></g>'


def _band(rows: list[Transition]) -> Iterator[str]:
    """The triggers that are possible in many states and leave a case where it is."""
    top = HEIGHT - 44 - 32 * len(rows)
    yield f'<rect class="band" x="34" y="{top}" width="{WIDTH - 68}" height="{20 + 32 * len(rows)}" rx="10"/>'
    for number, row in enumerate(rows):
        y = top + 32 + 32 * number
        where = "any state" if set(row.sources) == set(CaseState) else "any open state"
        clauses = escape(", ".join(row.clauses))
        yield f'<text class="trigger" x="54" y="{y}">{escape(row.trigger)}</text>'
        yield f'<text class="says" x="190" y="{y}">in {where}, without leaving it: {escape(row.says)} '
        yield f'<tspan class="clauses">({clauses})</tspan></text>'
