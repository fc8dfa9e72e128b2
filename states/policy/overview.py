"""A policy pack as a table a committee can read: each entry, its words, its clause, what the pack chose."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from states.policy.pack import Pack
from states.policy.terms import Phone
from states.vocabulary.spelling import words as spelled


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One entry of a pack.

    Args:
        entry: the entry's dotted key; entries of a list are counted from 1.
        value: what it says, in words.
        clause: id of the clause it comes from.
        chosen: why the pack chose what the clause leaves open; empty where it chose nothing.
    """

    entry: str
    value: str
    clause: str
    chosen: str


def pack_overview(pack: Pack) -> tuple[OverviewRow, ...]:
    """Every entry of a pack that cites a clause, in the pack's order.

    Args:
        pack: the pack.
    """
    return tuple(_rows("", pack))


def _rows(key: str, value: object) -> Iterator[OverviewRow]:
    if isinstance(value, BaseModel):
        said = dict(value)
        if "clause" in said:
            words = "; ".join(
                f"{name}: {_words(part)}" for name, part in said.items() if _is_told(name, part)
            )
            yield OverviewRow(key, words, said["clause"], said.get("chosen") or "")
        yield from _rows(key, said)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _rows(f"{key}.{name}" if key else name, part)
    elif isinstance(value, tuple):
        for number, part in enumerate(value, 1):
            yield from _rows(f"{key}.{number}", part)


def _is_told(name: str, part: object) -> bool:
    """Whether a part belongs into its entry's words: not when empty, and not when it has a row of its own."""
    own_rows = any(_rows("", part))
    return name not in ("clause", "chosen") and part not in (None, (), {}, "") and not own_rows


def _words(part: object) -> str:
    if isinstance(part, bool):
        return "yes" if part else "no"
    if isinstance(part, tuple) and not isinstance(part, Phone):
        return " / ".join(_words(each) for each in part)
    if isinstance(part, dict):
        return "; ".join(f"{spelled(name)}: {_words(each)}" for name, each in part.items())
    if isinstance(part, float):
        return f"{part:g}"
    return str(part)
