"""Rows at a door are read whoever wrote the file; what cannot be says why, and stops no other (M-01)."""

import csv
import io
import os
from pathlib import Path

import pytest

from states.casebook.intake import logbook
from states.errors import BadInput
from states.vocabulary.people import Verdict
from tasks.desk import Desk
from tasks.doors import rows
from tasks.doors.folders import Came, take_in
from tasks.doors.registry import Doors, load_doors
from tests.cases.walking import Walk

READ = [("No", "What"), ("1", "Café"), ("2", 'He wrote "soon",;\t|\nand meant it')]


def said(content: bytes) -> list[dict[str, str] | str]:
    """What the rows of a file say, or why they do not; blank ones left out."""
    file = rows.read(content, ["No", "What"])
    found: list[dict[str, str] | str] = []
    for record in file.records:
        try:
            found += [] if record.is_empty else [rows.named(file.header, record)]
        except BadInput as problem:
            found.append(str(problem))
    return found


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(("end", "inside"), [("\n", "\n"), ("\r\n", "\n"), ("\r", "\n"), ("\r", "\r")])
def test_rows_are_read_however_they_are_written(sign: str, encoding: str, end: str, inside: str) -> None:
    """Any of four signs, in any encoding that spreadsheets write, with lines and cells broken in any way."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=sign, lineterminator=end).writerows(READ)
    names, *expected = READ
    # Only in a file whose lines end with a carriage return alone may cells be broken so, too.
    content = text.getvalue() if inside == "\n" else text.getvalue().replace("\n", inside)
    found = said(content.encode(encoding))
    assert found == [dict(zip(names, cells, strict=True)) for cells in expected]


@pytest.mark.parametrize("sign", [",", ";", "~"])
def test_a_first_line_may_say_what_stands_between_cells(sign: str) -> None:
    """As it tells a spreadsheet; it is no row, and a blank line is none."""
    text = f"SEP={sign}\r\nNo,What\r\n1,Shouted\r\n\r\n".replace("No,What", f"No{sign}What")
    assert said(text.replace("1,", f"1{sign}").encode()) == [{"No": "1", "What": "Shouted"}]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"1,Shou\0ted\n", "NUL"),
        (b"1,a,b\n", "number of cells"),
        (b"1\n", "number of cells"),
        (b'1,"never ends\n', "does not end"),
        (b"1," + b"x" * 200_000 + b"\n", "longer than"),
        (b"1,\x81\x8d\n", "neither UTF-8"),
    ],
)
def test_a_row_that_cannot_be_read_says_why_and_costs_no_other(content: bytes, why: str) -> None:
    """The rows before and after it are read."""
    before, *broken, after = said(b"No,What\n7,Shouted\n" + content + b"8,Ran\n")
    assert (before, after) == ({"No": "7", "What": "Shouted"}, {"No": "8", "What": "Ran"})
    assert broken
    assert all(isinstance(each, str) and why in each for each in broken)


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """A door for rows."""
    (tmp_path / "rows").mkdir()
    (tmp_path / "doors.toml").write_text(
        f'[district]\nuse = "csv_folder"\nsite = "gallup"\nfolder = "{tmp_path}/rows"\n'
        '[district.columns]\nid = "No"\ntext = "What"\n'
    )
    return load_doors(tmp_path / "doors.toml")


def test_every_row_of_a_damaged_file_is_a_report_or_kept_with_its_reason(
    desk: Desk, walk: Walk, tmp_path: Path
) -> None:
    """Word for word; the same file once more changes nothing."""
    content = "sep=;\r\nNo;What\r\n1;Café\r\n2;bro;ken\r\n2;bro;ken\r\n3;nu\0l\r\n;;\r\n4;\r\n"
    for expected in (Came(new=1, kept=4, empty=1), Came(known=1, empty=1)):
        file = tmp_path / "rows" / "a.csv"
        file.write_bytes(content.encode("cp1252"))
        os.utime(file, (1, 1))
        assert take_in(desk.book, desk.doors).total == expected
        assert not file.exists()
    kept = logbook.entries(walk.book, by=walk.chair, verdict=Verdict.NEEDS_A_PERSON)
    assert sorted(entry.raw for entry in kept) == ["2;bro;ken", "2;bro;ken\t(2)", "3;nu\0l", "4;"]
    assert all("kept for a person" in entry.sentence for entry in kept)
