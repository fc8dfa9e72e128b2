"""Tables fit the terminal: words stay whole, and what is too wide becomes a block of its fields."""

import io
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from console.cli.terminal.answering import answer, encode, show
from console.cli.terminal.rendering import NARROWEST
from console.shown.parts import (
    Code,
    Part,
    Table,
    Withheld,
    code,
    codes,
    pairs,
    phrase,
    read,
    sentence,
    table,
    title,
    when,
)
from states.contents.verbatim import SaidOfConflict

MOMENT = datetime(2026, 3, 3, 21, 30, tzinfo=UTC)

ROWS = [
    ("TAT-2026-0001", "Monitoring", "invented-word-of-thirty-letters", "A sentence of several words."),
    ("TAT-2026-0002", "Plan", "", "Short."),
]


def shown(what: Part, columns: int) -> str:
    """What a terminal of some columns shows."""
    console = Console(file=io.StringIO(), width=columns, color_system=None, markup=False)
    show(console, what)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def listing() -> Table:
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
    text = shown(pairs([("Formerly specific threat or event", "invented-word-of-thirty-letters")]), 50)
    assert [line.strip() for line in text.splitlines()] == [
        "Formerly specific threat or event:",
        "invented-word-of-thirty-letters",
    ]


def test_what_is_sealed_becomes_an_object() -> None:
    """What somebody said is told as JSON with its fields, also within a line of a list."""
    said = SaidOfConflict(at="2026-03-02", by="chair", text="Invented.", status="lifted")
    assert encode([{"said": (said,)}]) == [
        {"said": [{"at": "2026-03-02", "by": "chair", "text": "Invented.", "status": "lifted"}]}
    ]


def test_each_kind_of_cell_reads_as_people_read_it() -> None:
    """A moment by its site's clock, a code as words or its name, and of what is withheld that it is."""
    zone = ZoneInfo("America/Denver")
    text = shown(
        pairs(
            [
                ("Held", when(MOMENT, zone)),
                ("Kind", code("first_meeting")),
                ("Office", Code("student_affairs", name="Student Affairs")),
                ("Asked", codes(["campus_id", "email"])),
                ("Cases", 3),
                ("By", phrase("Dana Demo, ", when(MOMENT, zone))),
                ("Reporter", Withheld()),
                ("Nothing", None),
                ("Nothing", phrase()),
            ]
        ),
        72,
    )
    assert [line.split(maxsplit=1)[1].strip() for line in text.splitlines()] == [
        "2026-03-03 14:30 MST",
        "first meeting",
        "Student Affairs",
        "campus id, email",
        "3",
        "Dana Demo, 2026-03-03 14:30 MST",
        "not shown to you",
    ]


def test_nothing_that_anybody_wrote_acts_on_the_terminal() -> None:
    """Not in a title, a sentence, a pair or a table, and no markup is read out of it."""
    evil = "\x1b[2J[bold]\u202e"
    for part in (title(evil), sentence(evil, indent=1), pairs([(evil, evil)]), table((evil,), [(evil,)])):
        assert "\\x1b[2J[bold]\\u202e" in shown(part, 200)
        assert "\x1b" not in shown(part, 200)


def test_programs_get_the_values_of_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Codes as codes, moments with their zone, lists as lists; a column without a key is for people alone."""
    made = table(
        ("Office", "#At", "Tells", "Cases", "Note", "Look"),
        [
            (
                Code("student_affairs", name="Student Affairs"),
                when(MOMENT),
                codes(["case_number"], in_lines=True),
                2,
                Withheld(),
                "in order",
            )
        ],
        keys=("office", "at", "tells", "cases", "note", ""),
    )
    answer(made, made, as_json=True)
    assert json.loads(capsys.readouterr().out) == [
        {
            "office": "student_affairs",
            "at": "2026-03-03T21:30:00+00:00",
            "tells": ["case_number"],
            "cases": 2,
            "note": {"withheld": True},
        }
    ]


def test_a_phrase_among_several_reads_as_its_words() -> None:
    """Whoever was invited to a meeting and comes stands in a list of phrases; none shows how it is made."""
    assert (
        read(pairs([("Invited", [phrase("Dana Demo", " comes"), "b"])]).pairs[0][1]) == "Dana Demo comes, b"
    )
