"""What calls of commands share: files with examples, and cases at some stage."""

from collections.abc import Callable

from tests.cases.walking import Walk
from tests.console.conftest import Tat

#: a command, word by word
Words = list[str]


def first_of(walk: Walk, number: str, table: str) -> str:
    """The id of a case's first record of a kind."""
    return str(walk.records(number, table)[0]["id"])


def file_of(tat: Tat, content: str | bytes) -> str:
    """Where a file with that content lies."""
    path = tat.home.parent / "given"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def on_case(
    stage: str, *command: str, more: tuple[str, ...] = (), file: bool = False
) -> Callable[[Tat, Walk], Words]:
    """A command about a case at some stage, with its example as a file if it takes one."""

    def words(tat: Tat, walk: Walk) -> Words:
        given = [file_of(tat, tat.example(*command))] if file else []
        return [*command, getattr(walk, stage)(), *given, *more]

    return words


def as_it_is(*command: str, file: bool = False) -> Callable[[Tat, Walk], Words]:
    """A command that needs no case, with its example as a file if it takes one."""

    def words(tat: Tat, _walk: Walk) -> Words:
        return [*command, *([file_of(tat, tat.example(*command[:2]))] if file else [])]

    return words
