"""Commands that messages, refusals and pages name are commands that there are."""

import re
from pathlib import Path
from typing import Any

import typer.main

from console.cli import app

ROOT = Path(__file__).parents[2]
#: where people are told to type something
FOLDERS = ("notifications", "states", "tasks", "flows", "console", "deployments", "docs")
#: `tat case act` and what follows; options and arguments are not looked at
NAMED = re.compile(r"`tat ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")


def test_every_command_that_people_are_told_to_type_exists() -> None:
    """A reminder or a refusal that names a command that is gone leaves whoever reads it standing."""
    root: Any = typer.main.get_command(app)
    wrong = []
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    files += [ROOT / "README.md", ROOT / "CHANGELOG.md"]
    for path in (path for path in files if path.suffix in {".py", ".jinja", ".md", ".service"}):
        for name, sub in NAMED.findall(path.read_text(encoding="utf-8")):
            command = root.commands.get(name)
            if command is None or sub not in {"", *getattr(command, "commands", [sub])}:
                wrong.append(f"{path.relative_to(ROOT)}: tat {name} {sub}")
    assert wrong == []
