"""Logs of other departments: what kind of file, which format, and what a guess says."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from states.errors import BadInput
from states.intakelog.formats import LogFormat, as_toml, keep, known, shipped
from states.intakelog.headings import Column, recognized
from states.intakelog.opening import Log, open_log
from states.intakelog.reading import records, sheets
from states.intakelog.rows import LogRow, NoRow, Unreadable

OTHERS = Path(__file__).parent / "logs"

HEADINGS = ("Report #", "Offense", "Date Reported", "Date Occurred", "General Location", "Case Status")
ROWS = (
    ("31-001", "Theft", "25/3/2031 18:05", "24/3/2031 Unknown", "Elm Hall", "Open"),
    ("31-002", "Stalking", "26/3/2031 9:15", "26/3/2031 9:00", "Oak Hall", "Open"),
)


def written(rows: Sequence[Sequence[str]], delimiter: str = ",") -> bytes:
    """Some rows as a CSV writer writes them."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


def opened(data: bytes, **how: str) -> Log:
    """A log of these bytes."""
    return open_log(io.BytesIO(data), **how)  # type: ignore[arg-type]


def read(data: bytes) -> list[dict[Column, str]]:
    """What its rows say; everything is a row, or nothing."""
    entries = list(opened(data).entries())
    assert not [entry for entry in entries if isinstance(entry, Unreadable)]
    return [dict(entry.says) for entry in entries if isinstance(entry, LogRow)]


@pytest.mark.parametrize(
    ("name", "format_", "rows"),
    [
        ("calls_for_service_updates.csv", "calls-for-service", 6),
        ("narrative_clery_column.csv", "narrative-clery", 6),
        ("one_row_a_charge.csv", "charges", 4),
        ("title_line_amendments.csv", "daily-crime-log", 4),
        ("two_line_fields.csv", "campus-incidents", 4),
        ("dispatch.csv", "", 63),
        ("statutes.tsv", "", 56),
        # Headings that name the department, two types of one incident, dates in parts, moments, a page.
        ("department_in_headings.csv", "", 15),
        ("initial_and_final_type.csv", "", 11),
        ("day_first_in_parts.tsv", "", 11),
        ("iso_moments.csv", "", 7),
        # A type that says the same of every row, and an offense that says what happened.
        ("type_says_nothing.csv", "", 13),
        ("page.html", "", 7),
    ],
)
def test_every_shape_of_log_is_read_without_an_unreadable_row(name: str, format_: str, rows: int) -> None:
    """In a format that ships or as guessed, every row is a row, and what is none is told apart."""
    with (OTHERS / name).open("rb") as stream:
        log = open_log(stream)
        entries = list(log.entries())
    assert log.name == format_
    assert [type(entry) for entry in entries if isinstance(entry, Unreadable)] == []
    assert sum(isinstance(entry, LogRow) for entry in entries) == rows


@pytest.mark.parametrize("name", sorted(file.name for file in OTHERS.glob("*.csv")))
def test_a_guess_reads_what_a_shipped_format_reads(name: str) -> None:
    """With no format known at all, the five shapes are read by the same columns."""
    data = (OTHERS / name).read_bytes()
    as_known, guessed = opened(data), open_log(io.BytesIO(data), {})
    assert guessed.name == ""
    assert [row.says for row in guessed.first_rows(99)] == [row.says for row in as_known.first_rows(99)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_guess_finds_columns_signs_and_the_order_of_dates(delimiter: str) -> None:
    """Headings, the sign between cells, the day before the month and a clock of 24 hours."""
    log = opened(written([["Crime log"], HEADINGS, *ROWS], delimiter))
    assert {column: log.format.columns[column] for column in (Column.NATURE, Column.DISPOSITION)} == {
        Column.NATURE: ("Offense",),
        Column.DISPOSITION: ("Case Status",),
    }
    assert (log.format.delimiter, log.format.day_first, log.format.clock_24) == (delimiter, True, True)
    assert log.header_at == 1
    assert [row.said(Column.NUMBER) for row in log.first_rows(9)] == ["31-001", "31-002"]


@pytest.mark.parametrize(
    ("headings", "reported", "occurred"),
    [
        (
            "Date Reported,Time Reported,From Date,To Date,Offense",
            ("Date Reported", "Time Reported"),
            ("From Date",),
        ),
        ("CASE_NUMBER,CALL_CATEGORY,DATE_OCCURRED,TIME_OCCURRED", (), ("DATE_OCCURRED", "TIME_OCCURRED")),
        (
            "Nature (Classification),Case No.,Reported,Date/Time Occurred",
            ("Reported",),
            ("Date/Time Occurred",),
        ),
        ("Incident #,Date,Time,Type,Location", ("Date", "Time"), ()),
        ("OFFENSE DESCRIPTION,REPORT DATE,OFFENSE START DATE", ("REPORT DATE",), ("OFFENSE START DATE",)),
        ("EUPD CASENUMBER,TYPE,REPORTDATE", ("REPORTDATE",), ()),
        (
            "RptNo,OffenseDesc,RptDate,OccFromDate,OccFromTime,OccToDate,OccToTime,Loc,Dispo",
            ("RptDate",),
            ("OccFromDate", "OccFromTime"),
        ),
        ("Date Rptd,Time Rptd,Date Occ,Crm Cd Desc,DR_NO", ("Date Rptd", "Time Rptd"), ("Date Occ",)),
        (
            "DATE REPORTED MM/DD/YY,TIME REPORTED,CRIME / INCIDENT,DATE/TIME OCCURRED",
            ("DATE REPORTED MM/DD/YY", "TIME REPORTED"),
            ("DATE/TIME OCCURRED",),
        ),
        ("Date Reported,Case Number,Nature,Between,And", ("Date Reported",), ("Between",)),
        (
            "Occurrence #,Occurrence Type,Date Reported,Occurrence Date",
            ("Date Reported",),
            ("Occurrence Date",),
        ),
        (
            "Reported Date,Incident Date Range,Incident Description",
            ("Reported Date",),
            ("Incident Date Range",),
        ),
        ("Offense Category(ies),Date Reported (UTC-5),Where", ("Date Reported (UTC-5)",), ()),
    ],
)
def test_headings_are_known_in_many_words(
    headings: str, reported: tuple[str, ...], occurred: tuple[str, ...]
) -> None:
    """A date and its clock time are one column, and case, signs and joined words do not count."""
    found = recognized(headings.split(","))
    assert (found.get(Column.REPORTED, ()), found.get(Column.OCCURRED, ())) == (reported, occurred)
    assert Column.NATURE in found


def test_two_columns_of_dates_and_times_make_one_interval() -> None:
    """Where it began and where it ended stand apart, and so do date and clock time."""
    headings = ("Case Number", "Offense", "Date Reported", "Date From", "Time From", "Date To", "Time To")
    row = ("31-1", "Theft", "3/9/31", "3/8/31", "2300", "3/9/31", "0700")
    (said,) = read(written([headings, row]))
    assert said[Column.OCCURRED] == "3/8/31 2300 - 3/9/31 0700"


def test_rows_of_one_number_that_were_reported_at_once_are_charges_of_one_incident() -> None:
    """Their natures are put together, and rows that only carry a nature join the row above."""
    rows = [
        HEADINGS,
        ROWS[0],
        ("31-001", "Vandalism", *ROWS[0][2:]),
        ROWS[1],
        ("", "Threats", "", "", "", ""),
    ]
    log = opened(written(rows))
    assert log.format.a_row_is == "charge"
    first, second = log.first_rows(9)
    assert (first.said(Column.NATURE), first.count) == ("Theft / Vandalism", 2)
    assert (second.said(Column.NATURE), second.count) == ("Stalking / Threats", 2)


def test_a_line_of_words_about_a_number_changes_that_row() -> None:
    """A line as UPDATE 31-001 is no row of its own; rows below a heading of amendments change others."""
    told = ["UPDATE 31-001: closed, subject arrested", "", "", "", "", ""]
    rows = [HEADINGS, ROWS[0], told, ["Amended entries", "", "", "", "", ""], ROWS[1]]
    first, update, second = opened(written(rows)).first_rows(9)
    assert [first.amends, update.amends, second.amends] == [False, True, True]
    assert update.said(Column.NUMBER) == "31-001"


def test_a_workbook_is_read_with_its_dates_and_with_numbers_for_dates() -> None:
    """Dates as such, as the numbers that a workbook has for them, and as text are the same dates."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Example University Daily Crime Log"])
    sheet.append(list(HEADINGS))
    moment = datetime(2031, 3, 25, 18, 5)  # noqa: DTZ001 - a workbook has no zones
    sheet.append(["31-001", "Theft", moment, 47931.5, "Elm Hall", "Open"])
    sheet.append([31002, "Stalking", "3/26/2031 9:15 AM", None, "Oak Hall", None])
    book.create_sheet("July").append(list(HEADINGS))
    file = io.BytesIO()
    book.save(file)
    one, other = read(file.getvalue())
    assert (one[Column.REPORTED], one[Column.OCCURRED]) == ("2031-03-25 18:05", "2031-03-24 12:00")
    assert (other[Column.NUMBER], other[Column.REPORTED]) == ("31002", "3/26/2031 9:15 AM")


@pytest.mark.parametrize("reaches", ["A1", "A1:XFD1048576"])
def test_a_workbook_is_read_as_far_as_it_is_written_whatever_it_says_of_itself(reaches: str) -> None:
    """Not every program knows how far a sheet reaches: no row is left out, and none is added."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (["Crime log"], HEADINGS, *ROWS, ["31-003", "Theft", "1/4/2031 9:00"]):
        sheet.append(list(cells))
    packed, bent, broken = io.BytesIO(), io.BytesIO(), io.BytesIO()
    book.save(packed)
    for file, change in (
        (bent, lambda said: re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{reaches}"'.encode(), said)),
        (broken, lambda said: said[: len(said) // 2]),
    ):
        with zipfile.ZipFile(packed) as there, zipfile.ZipFile(file, "w") as new:
            for name in there.namelist():
                said = there.read(name)
                new.writestr(name, change(said) if name == "xl/worksheets/sheet1.xml" else said)
    assert [said[Column.NUMBER] for said in read(bent.getvalue())] == ["31-001", "31-002", "31-003"]
    with pytest.raises(BadInput, match="to its end"):
        list(opened(broken.getvalue()).entries())


def test_a_table_copied_as_markdown_or_as_a_page_is_read() -> None:
    """Bars between cells, and a page with a menu beside its table, hold the rows of the file."""
    bars = "\n".join(
        ["Crime log", "", "| " + " | ".join(HEADINGS) + " |", "|" + " --- |" * len(HEADINGS)]
        + ["| " + " | ".join(row) + " |" for row in ROWS]
        + ["", "Total: 2", ""]
    )
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    heads = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    menu = "<table><tr><td>Home</td><td>About</td></tr></table>"
    page = f"<html><body>{menu}<table><tr>{heads}</tr>{cells}</table></body></html>"
    plain = read(written([HEADINGS, *ROWS]))
    assert read(bars.encode()) == plain
    assert read(page.encode()) == plain


def test_a_format_is_kept_by_its_name_and_known_from_then_on(tmp_path: Path) -> None:
    """What was guessed once is read at once, word for word the same."""
    guess = opened(written([HEADINGS, *ROWS])).format
    keep(guess, "state-college", tmp_path)
    again = open_log(io.BytesIO(written([HEADINGS, *ROWS])), known(tmp_path))
    assert (again.name, again.format) == ("state-college", guess)


@pytest.mark.parametrize("format_", shipped().values(), ids=shipped())
def test_a_format_is_the_same_when_it_is_written_down(format_: LogFormat, tmp_path: Path) -> None:
    """The file of a format holds all of it."""
    (tmp_path / "own.toml").write_text(as_toml(format_), encoding="utf-8")
    assert known(tmp_path)["own"] == format_


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns = 3", "columns"),
        ('[columns]\nnature = ["A"]', "three at least"),
        ("nonsense", "own.toml"),
        ('timezone = "Mars/Base"\n[columns]\nnature = ["A"]', "time zone"),
        ('encoding = "zip"\n[columns]\nnature=["A"]\nnumber=["B"]\nlocation=["C"]', "encoding"),
        ('encoding = "klingon"\n[columns]\nnature=["A"]\nnumber=["B"]\nlocation=["C"]', "encoding"),
    ],
)
def test_a_format_that_cannot_be_read_says_what_is_wrong(text: str, said: str, tmp_path: Path) -> None:
    """The file is named, and what to do."""
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        known(tmp_path)
    assert said in str(refused.value)
    assert "Nothing was read" in str(refused.value)


def test_a_file_in_another_format_than_was_named_is_refused() -> None:
    """It says which columns are missing, or which formats there are."""
    with pytest.raises(BadInput, match="CALL_CATEGORY"):
        opened(written([HEADINGS, *ROWS]), name="calls-for-service")
    with pytest.raises(BadInput, match="campus-incidents"):
        opened(written([HEADINGS, *ROWS]), name="none-such")


def test_what_stands_between_natures_is_seen_from_natures() -> None:
    """A sign separates where it leaves natures, and not where it only joins words of one."""
    log = opened(written([HEADINGS, ("1-1", "Harassment; Criminal Mischief", *ROWS[0][2:])]))
    assert ";" in log.format.separators
    log = opened(written([HEADINGS, ("1-1", "Petty theft; thingamabob", *ROWS[0][2:])]))
    assert ";" not in log.format.separators
    assert not [entry for entry in log.entries() if isinstance(entry, NoRow) and entry.what == "a title"]


def test_what_has_to_be_held_in_memory_whole_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook, packed however tight, a page, UTF-16 and old line ends: refused with what to do instead."""
    text = written([HEADINGS, *ROWS])
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (HEADINGS, *ROWS):
        sheet.append(list(cells))
    packed = io.BytesIO()
    book.save(packed)
    page = b"<table><tr><td>" + b"</td><td>".join(cell.encode() for cell in HEADINGS) + b"</td></tr></table>"
    others = [packed.getvalue(), page, text.decode().encode("utf-16"), text.replace(b"\r\n", b"\r")]
    for data in (text, *others):
        assert list(opened(data).entries())
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 1_000)
    with pytest.raises(BadInput, match=r"once it is unpacked.*Nothing was read"):
        opened(packed.getvalue())
    monkeypatch.setattr(records, "MOST_AT_ONCE", 100)
    assert list(opened(text).entries()), "a text in UTF-8 may have any size"
    for data in others:
        with pytest.raises(BadInput, match="save it as CSV in UTF-8"):
            opened(data)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp1252"])
def test_a_row_is_kept_as_it_stands_whatever_encoding_its_format_names(encoding: str) -> None:
    """What stands on record of it is what was read, also of a file that is not written as the format says."""
    data = written([HEADINGS, *ROWS])
    columns = {Column.NUMBER: ("Report #",), Column.NATURE: ("Offense",), Column.REPORTED: ("Date Reported",)}
    format_ = LogFormat(columns=columns, encoding=encoding)
    wide = data.decode().encode(encoding) if encoding.startswith("utf-16") else data
    rows = open_log(io.BytesIO(wide), given=format_).first_rows(9)
    assert [row.raw.strip().split(",")[0] for row in rows] == ["31-001", "31-002"]
