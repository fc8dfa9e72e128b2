"""The JSON files that commands take, and the examples of them that commands print."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from states.errors import BadInput

if TYPE_CHECKING:
    from states.casebook import Casebook
    from states.contents.content import Content

ContentT = TypeVar("ContentT", bound="Content")

#: bytes that a file may have at most
LARGEST = 10_000_000


def read_json(name: str) -> Any:
    """Read a JSON file.

    Args:
        name: its path; ``-`` reads standard input.

    Raises:
        BadInput: it cannot be read, or is not JSON; tells where, never what stands there.
    """
    where = "Standard input" if name == "-" else "The file"
    raw = read_bytes(name)
    if len(raw) > LARGEST:
        message = f"{where} is larger than {LARGEST:,} bytes. Nothing was written: give less at a time."
        raise BadInput(message)
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8: byte {error.start + 1} does not belong there"
    except json.JSONDecodeError as error:
        problem = f"is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
    except (ValueError, RecursionError):
        problem = "is not JSON that can be read: a number is too long, or it is nested too deep"
    message = f"{where} {problem}. Nothing was written: correct it and give it again."
    raise BadInput(message)


def read_bytes(name: str) -> bytes:
    """Read a file as it is, up to a byte more than the most that is taken.

    Args:
        name: its path; ``-`` reads standard input.

    Raises:
        BadInput: it cannot be read.
    """
    if name == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with Path(name).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or "its name cannot be one"
    message = f"The file cannot be read: {problem}. Nothing was written: check its name."
    raise BadInput(message)


def new_file(file: Path) -> int:
    """Make a file that only this user can read; returns its descriptor.

    Raises:
        BadInput: it exists already, or cannot be made.
    """
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        problem = error.strerror
    raise BadInput(f"The file cannot be made: {problem}. Nothing left: choose another name.")


def read_content(content: type[ContentT], file: str, book: "Casebook") -> ContentT:
    """Read a content from a JSON file, with times as people type them.

    Args:
        content: its model.
        file: the file's path; ``-`` reads standard input.
        book: the casebook, by whose clock and time zone times are read.

    Raises:
        BadInput: it cannot be read, or does not fit.
    """
    from console.cli.terminal.session import here

    return content.read(read_json(file), here(book))


def example(name: str, *, beside: Callable[[], list[tuple[str, str]]] | None = None) -> Any:
    """The option ``--example``: prints a valid example of the command's file, and stops.

    Args:
        name: the function of :mod:`console.invented.examples` that makes it.
        beside: gives codes with their words, which are listed on standard error.
    """

    def show(wanted: bool) -> None:
        if wanted:
            from console.invented import examples

            given = getattr(examples, name)().model_dump(mode="json")
            sys.stdout.write(f"{json.dumps(given, indent=2, ensure_ascii=False)}\n")
            for code, words in beside() if beside else ():
                sys.stderr.write(f"{code}: {words}\n")
            raise typer.Exit

    return typer.Option("--example", is_eager=True, callback=show, help="Print an example of FILE, and stop.")
