"""What a message says to do can be done: every command that any message names is one, with those options."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from console.cli import app

ROOT = Path(__file__).parents[3]

#: where sentences are written that people read
ROOMS = ("states", "tasks", "notifications", "flows", "deployments", "console")

#: a command in a sentence
_COMMAND = re.compile(r"`(tat [^`]+)`")

#: what stands where a sentence puts in a value
VALUE = "x-1"


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every text of a module with the line it begins at; what a text puts in is a value."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else VALUE for part in node.values)
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def named() -> dict[str, str]:
    """Each command that a sentence names, with the first place that does."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*")):
            if file.suffix == ".py":
                texts = sentences(ast.parse(file.read_text(encoding="utf-8")))
            elif file.suffix in {".j2", ".toml", ".html"}:
                texts = iter(enumerate(file.read_text(encoding="utf-8").splitlines(), 1))
            else:
                continue
            for line, text in texts:
                for command in _COMMAND.findall(text):
                    found.setdefault(" ".join(command.split()), f"{file.relative_to(ROOT)}:{line}")
    return found


def problem(command: str) -> str:
    """What is wrong with a command; empty: nothing."""
    words = shlex.split(command.replace("…", VALUE))[1:]
    at: Any = typer.main.get_command(app)
    while hasattr(at, "commands") and words and not words[0].startswith("-"):
        # A sentence may name several at once: draft|clear.
        ways = [word for word in words.pop(0).split("|") if word != VALUE]
        unknown = [word for word in ways if word not in at.commands]
        if unknown or len(ways) != 1:
            return f"no command {', '.join(unknown)}" if unknown else ""
        at = at.commands[ways[0]]
    known = {option for parameter in at.params for option in (*parameter.opts, *parameter.secondary_opts)}
    known.add("--help")
    unknown = [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]
    if unknown:
        return f"no option {', '.join(unknown)}"
    return ""


def test_every_command_that_a_message_names_is_one() -> None:
    """Somebody who does what the sentence says is not told that there is no such thing."""
    commands = named()
    assert len(commands) > 50
    wrong = {command: (why, commands[command]) for command in commands if (why := problem(command))}
    assert wrong == {}
