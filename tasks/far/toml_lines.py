"""Which line of a TOML file a key stands in, so that whoever corrects it need not search."""

import re


def see_line(text: str, key: str) -> str:
    """A sentence that names the line of a key, or of the last table on the way to it; empty: none is there.

    Args:
        text: the file.
        key: the key with its tables, apart by dots, as in ``registrar.identifiers.campus_id``.
    """
    line, tables = 0, key.split(".")
    inside: list[str] = []
    for number, written in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[([^\[\]]+)\]", written)
        named = re.match(r"\s*([\w\"'.-]+)\s*=", written)
        if header:
            inside = _parts(header[1])
            if tables[: len(inside)] == inside:
                line = number
        elif named and tables[: len(inside)] == inside:
            whole = inside + _parts(named[1])
            if len(whole) > len(inside) and tables[: len(whole)] == whole:
                return f" See line {number}."
    return f" See line {line}." if line else ""


def see_line_of_syntax(error: ValueError) -> str:
    """The same of text that is no TOML, as :mod:`tomllib` says it; empty: it says nothing of it."""
    said = re.search(r"\(at line (\d+),", str(error))
    return f" See line {said[1]}." if said else ""


def _parts(written: str) -> list[str]:
    return [part.strip().strip("\"'") for part in written.split(".")]
