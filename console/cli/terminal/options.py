"""The options and arguments that many commands share."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

import typer

from states.vocabulary.counts import counted
from states.vocabulary.sources import SourceKind

LineT = TypeVar("LineT")

#: who acts; commands that anybody may use leave it empty
As = Annotated[
    str,
    typer.Option(
        "--as",
        envvar="TAT_MEMBER",
        metavar="MEMBER_ID",
        show_default=False,
        help="The member of the team who acts.",
    ),
]

#: one JSON document on standard output, and nothing else there
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]

#: the version of the case that the person saw
IfVersion = Annotated[
    int | None,
    typer.Option(
        "--if-version",
        min=0,
        show_default=False,
        help="Write only if the case is still at this version.",
    ),
]

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The case's number, as in TAT-2026-0001.")]

File = Annotated[
    str,
    typer.Argument(metavar="FILE", help="A JSON file; - reads standard input. See --example."),
]

Reason = Annotated[str, typer.Option("--reason", help="Why.", show_default=False)]

Limit = Annotated[int, typer.Option("--limit", min=1, help="How many to show at most.")]


def source_kind(given: str) -> SourceKind:
    """A kind of source, built in or of the institution's own; whether there is one, the policy pack says.

    Raises:
        BadParameter: it is written like none.
    """
    try:
        return SourceKind(given)
    except ValueError:
        known = ", ".join(SourceKind)
    raise typer.BadParameter(f"give one of {known}, or a kind that the policy pack declares (source_kinds).")


#: how many further lines are counted, at most
COUNTED = 100


def cut(lines: Sequence[LineT], limit: int) -> tuple[Sequence[LineT], tuple[str, ...]]:
    """The lines that are shown, and a sentence on the rest of them, if any.

    Args:
        lines: what was found, of up to :data:`COUNTED` more than the limit.
        limit: how many to show at most.
    """
    more = len(lines) - limit
    if more <= 0:
        return lines, ()
    count = f"{more} or more others" if more >= COUNTED else counted(more, "other")
    return lines[:limit], (f"Not shown: {count}. Give --limit {limit + more} to see more.",)
