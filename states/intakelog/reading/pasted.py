"""A table copied from elsewhere: a page (HTML), or lines with bars between their cells (Markdown)."""

import re
from collections.abc import Iterator
from typing import Final

from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt

from states.intakelog.headings import is_enough, recognized
from states.intakelog.reading.records import Record, decoded

#: the line below a Markdown table's header
_RULE: Final = re.compile(r"^\s*\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?\|?\s*$", re.MULTILINE)

#: cells that one cell may take the place of at most, whatever a page says
_WIDEST: Final = 100


def is_page(text: str) -> bool:
    """Whether a text is HTML with a table in it."""
    return (
        text.lstrip("\ufeff \r\n\t").startswith("<")
        and re.search(r"<t(able|r|body)\b", text, re.IGNORECASE) is not None
    )


def is_pipes(text: str) -> bool:
    """Whether a text holds a Markdown table."""
    return _RULE.search(text) is not None


def page_records(raw: bytes) -> Iterator[Record]:
    """Read the rows of a page's log: of each table with its headings, and of those as wide that follow it."""
    soup = BeautifulSoup(_text(raw), "html.parser")
    for mark in soup.find_all("br"):
        mark.replace_with("\n")
    tables = [(table, _grid(table)) for table in soup.find_all("table")] or [(soup, _grid(soup))]
    width = 0
    for table, grid in tables:
        if any(is_enough(recognized(cells)) for _, cells in grid):
            width = max(len(cells) for _, cells in grid)
        elif not width or max((len(cells) for _, cells in grid), default=0) != width:
            continue
        for line, cells in grid:
            written = ("\t".join(" ".join(cell.split()) for cell in cells).rstrip("\t") + "\n").encode()
            yield Record(line, line, len(raw), written, cells)
        table.clear()


def pipe_records(raw: bytes) -> Iterator[Record]:
    """Read the lines of a text with a Markdown table in it; lines outside of the table are single cells."""
    text = _text(raw)
    tables = _tables(text)
    offset = 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        written = line.encode()
        offset += len(written)
        alone = "---" if _RULE.fullmatch(line.rstrip("\r\n")) else line.strip()
        cells = tables.get(number, (alone,) if alone else ())
        asked = len(re.split(r"(?<!\\)\|", re.sub(r"(?<!\\)\|$", "", line.strip().removeprefix("|"))))
        problem = ""
        if number in tables and asked > len(cells):
            problem = f"The row has {asked} columns where the header names {len(cells)}."
        yield Record(number, number, offset, written, () if problem else cells, problem=problem)


def _tables(text: str) -> dict[int, tuple[str, ...]]:
    """The cells of each line that is a row of a table."""
    rows: dict[int, tuple[str, ...]] = {}
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    line, cells = 0, list[str]()
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "tr_open" and token.map:
            line, cells = token.map[0] + 1, []
        elif token.type == "inline" and before is not None and before.type in {"th_open", "td_open"}:
            cells.append(re.sub(r"<br ?/?>", "\n", token.content))
        elif token.type == "tr_close":
            rows[line] = tuple(cells)
    return rows


def _grid(table: Tag) -> list[tuple[int, tuple[str, ...]]]:
    """A table's own rows, each with the line that it begins on; a cell that spans others leaves them bare."""
    rows: list[tuple[int, tuple[str, ...]]] = []
    below: dict[int, tuple[int, str]] = {}
    for number, row in enumerate(table.find_all("tr"), 1):
        if row.find_parent("table") not in {table, None} or row.find("table") is not None:
            continue
        cells: list[str] = []
        for cell in row.find_all(["td", "th"], recursive=False):
            _fill(cells, below)
            text = cell.get_text().strip()
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for place in range(across):
                if down > 1:
                    below[len(cells)] = (down - 1, text if place == 0 else "")
                cells.append(text if place == 0 else "")
        _fill(cells, below)
        rows.append((row.sourceline or number, tuple(cells)))
    return rows


def _fill(cells: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Put in the cells that reach down from the rows above."""
    while len(cells) in below:
        left, text = below.pop(len(cells))
        if left > 1:
            below[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1"))
    return min(max(int(value), 1), _WIDEST) if value.isdecimal() else 1


def _text(raw: bytes) -> str:
    try:
        return decoded(raw)[0]
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")
