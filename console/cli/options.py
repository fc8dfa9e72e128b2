"""The options and arguments that many commands share."""

from typing import Annotated

import typer

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
