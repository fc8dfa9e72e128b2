"""Questions to the person at the terminal, on standard error: standard output is the answer's."""

import sys
from collections.abc import Callable
from typing import TypeVar

import typer

from states.errors import BadInput

Answer = TypeVar("Answer")


def ask(question: str, check: Callable[[str], Answer]) -> Answer:
    """Ask until the answer will do.

    Args:
        question: the question.
        check: makes something of a line, or raises :class:`BadInput`.

    Raises:
        Abort: there is no more input.
    """
    while True:
        sys.stderr.write(f"{question}: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            sys.stderr.write("\n")
            raise typer.Abort
        try:
            return check(line.strip())
        except BadInput as error:
            sys.stderr.write(f"{error}\n")


def agrees(question: str, *, default: bool = False) -> bool:
    """Ask for a yes or a no.

    Args:
        question: the question.
        default: what an empty answer means.

    Raises:
        Abort: there is no more input.
    """

    def check(text: str) -> bool:
        if not text:
            return default
        if text.casefold() not in ("y", "yes", "n", "no"):
            raise BadInput("Answer y or n.")
        return text.casefold().startswith("y")

    return ask(f"{question} [{'Y/n' if default else 'y/N'}]", check)
