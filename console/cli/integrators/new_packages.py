"""Writing the package of a new source or a new way to an office, and saying how to go on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.terminal.answering import answer

if TYPE_CHECKING:
    from console.scaffold import Kind

Name = Annotated[str, typer.Argument(metavar="NAME", help="The package's name, as in campus_cards.")]
Folder = Annotated[Path, typer.Option("--in", help="The folder that its own folder is made in.")]


def write_new(kind: "Kind", name: str, folder: Path, *, as_json: bool) -> None:
    """Write a package, in a folder of its name, and say the next commands."""
    from console.scaffold import write_package

    files = write_package(kind, name, folder)
    steps = [f"cd {folder / name}", "pip install -e '.[dev]'", "pytest"]
    shown = "\n".join(
        [
            f"{name} is written. Next:",
            "",
            *(f"    {step}" for step in steps),
            "",
            "README.md says how to go on.",
        ]
    )
    answer(
        {"folder": str(folder / name), "files": [str(file) for file in files], "next": steps},
        shown,
        as_json=as_json,
    )
