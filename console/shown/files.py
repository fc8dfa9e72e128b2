"""Files of a case as they are shown: what each is, how large, who added it, who opened it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from states.casebook.record.evidence import FileLine, Opened
from states.files.arriving import said_size
from states.files.kinds import KINDS


@dataclass(frozen=True, slots=True)
class OpenedBy:
    """How often somebody opened a file.

    Args:
        who: a member's id.
        times: how often.
        last: when they did so last.
    """

    who: str
    times: int
    last: datetime


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file of a case, as it is shown.

    Args:
        line: what is on record of it.
        name: what it was called; where it has no name, that it has none.
        kind: what people call files of its kind.
        size: how large it is, in words.
        opened: who opened it, the last one first.
    """

    line: FileLine
    name: str = field(repr=False)
    kind: str
    size: str
    opened: tuple[OpenedBy, ...]


def of_case(lines: Sequence[FileLine]) -> list[FileShown]:
    """The files of a case, newest first, those that were withdrawn behind them."""
    shown = [_shown(line) for line in reversed(lines)]
    return sorted(shown, key=lambda each: each.line.withdrawn_at is not None)


def _shown(line: FileLine) -> FileShown:
    opened = [
        OpenedBy(who, len(times), max(times))
        for who in dict.fromkeys(each.by for each in line.openings)
        if (times := [each.at for each in line.openings if each.by == who])
    ]
    return FileShown(
        line=line,
        name=called(line),
        kind=kind_of(line),
        size=said_size(line.size),
        opened=tuple(sorted(opened, key=lambda each: each.last, reverse=True)),
    )


def called(file: FileLine | Opened) -> str:
    """What a file was called, or why that is not told."""
    without = f"Name withheld: {file.withheld} can tell" if file.withheld else "A file without a name"
    return file.name or without


def kind_of(file: FileLine | Opened) -> str:
    """What people call files of its kind."""
    return next((each.says for each in KINDS if each.media_type == file.media_type), file.media_type)
