"""Tables fit the terminal: words stay whole, and what is too wide becomes a block of its fields."""

import io

import pytest
from rich.console import Console

from console.cli.screen import NARROWEST, Listing, facts, table

ROWS = [
    ("TAT-2026-0001", "Monitoring", "invented-word-of-thirty-letters", "A sentence of several words."),
    ("TAT-2026-0002", "Plan", "", "Short."),
]


def shown(what: object, columns: int) -> str:
    """What a terminal of some columns shows."""
    console = Console(file=io.StringIO(), width=columns, color_system=None, markup=False)
    console.print(what)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def listing() -> Listing:
    """A table whose longest words need 66 columns."""
    return table(("#Number", "#State", "Word", "Said"), ROWS)


def test_a_table_that_fits_wraps_by_words_alone() -> None:
    """Its columns are as wide as their longest word, and none is narrower than four."""
    text = shown(listing(), 72)
    assert text.splitlines()[0].split() == ["Number", "State", "Word", "Said"]
    for row in ROWS:
        for word in " ".join(row).split():
            assert word in text
    assert NARROWEST == 4
    assert shown(table(("#", "X"), [("1", "y")]), 72).splitlines()[0] == "No.   X   "


@pytest.mark.parametrize("columns", [60, 40])
def test_a_table_that_does_not_fit_becomes_blocks(columns: int) -> None:
    """Each row a block of labels and values."""
    text = shown(listing(), columns)
    lines = [line.rstrip() for line in text.splitlines()]
    assert [line.split() for line in lines][:2] == [["Number", "TAT-2026-0001"], ["State", "Monitoring"]]
    assert text.count("Word") == len(ROWS)
    assert max(map(len, lines)) <= columns
    assert "invented-word-of-thirty-letters" in text


def test_a_word_that_has_no_room_beside_its_label_stands_below_it() -> None:
    """And is not broken while the line has room for it."""
    text = shown(facts([("Formerly specific threat or event", "invented-word-of-thirty-letters")]), 50)
    assert [line.strip() for line in text.splitlines()] == [
        "Formerly specific threat or event:",
        "invented-word-of-thirty-letters",
    ]
