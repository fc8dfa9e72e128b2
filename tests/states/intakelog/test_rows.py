"""A police log's file is taken apart without losing a byte of it."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.errors import BadInput
from states.intakelog.headings import Column
from states.intakelog.identity import fingerprint, identified
from states.intakelog.opening import open_log
from states.intakelog.reading.records import LONGEST_ROW, NOT_UTF8
from states.intakelog.rows import AGAIN, HEADING, TITLE, LogRow, NoRow, Unreadable

COLUMNS = ("Incident", "Location", "Reported", "Occurred", "Comments", "Disposition", "CaseNumber")
HEADER = ",".join(COLUMNS).encode() + b"\r\n"
GOOD = b'Theft,1 Sample St.,1/1/19 1:00 PM,1/1/19,"Bag taken, later found",Open,19-00001\r\n'
OTHER = b"Stalking,2 Sample St.,1/2/19 1:00 PM,1/2/19,Known subject,Open,19-00002\r\n"


def entries(body: bytes, header: bytes = HEADER) -> list[LogRow | Unreadable]:
    """Read a log of that header and body; what is no row is left out."""
    found = open_log(io.BytesIO(header + body)).entries()
    return [entry for entry in found if not isinstance(entry, NoRow)]


def raw(found: Sequence[LogRow | Unreadable | NoRow]) -> list[bytes]:
    """Give the entries' own bytes."""
    return [_bytes(entry) if isinstance(entry, LogRow) else entry.raw for entry in found]


def _bytes(row: LogRow) -> bytes:
    return row.raw.encode("cp1252" if row.note else "utf-8")


def kinds(found: Sequence[LogRow | Unreadable]) -> str:
    """Give a letter for each entry: R for a row, u for unreadable lines."""
    return "".join("R" if isinstance(entry, LogRow) else "u" for entry in found)


def with_text(data: bytes) -> bytes:
    """Leave out the lines that hold nothing but blanks."""
    return b"\n".join(line for line in data.split(b"\n") if line.strip())


def test_every_row_of_the_log_is_kept_word_for_word(log_file: Path, log_rows: list[LogRow]) -> None:
    """Header and rows put together are the file, byte for byte, and no row is missing."""
    data = log_file.read_bytes()
    header = data[: data.index(b"\n") + 1]
    assert header + b"".join(raw(log_rows)) == data
    with log_file.open(encoding="utf-8", newline="") as file:
        assert [dict(row.fields) for row in log_rows] == list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (GOOD + OTHER, "RR"),
        (GOOD + b"\r\n  \r\n" + OTHER, "RR"),
        (GOOD + OTHER.rstrip(), "RR"),
        (GOOD.replace(b"\r\n", b"\n") + OTHER, "RR"),
        (GOOD.replace(b"Bag taken, later", b"Bag taken\r\nand later"), "R"),
        (GOOD.replace(b"Bag taken, later", b"Bag\nand, a, b, c, d, e, f\nlater"), "R"),
        (GOOD.replace(b"later", b'""later""') + OTHER, "RR"),
        (GOOD + OTHER[:30], "Ru"),
        (GOOD + GOOD[:60], "Ru"),
        (GOOD.replace(b'found"', b"found") + OTHER + GOOD, "uRR"),
        (GOOD.replace(b'found"', b"found") + b"stray\r\nlines\r\n" + OTHER, "uR"),
        (GOOD.replace(b'found"', b"found") + GOOD, "uR"),
        (OTHER.replace(b"Known", b"K\x81nown") + GOOD, "uR"),
        (OTHER.replace(b"Known", b"K\0nown") + GOOD, "uR"),
        (OTHER.replace(b"Known", b"Known\rold") + GOOD, "uR"),
        (OTHER.replace(b"Known", b"Known, unquoted") + GOOD, "uR"),
    ],
)
def test_a_broken_row_costs_no_other_row(body: bytes, expected: str) -> None:
    """A broken row is given with its bytes and a reason, and the rows around it are read."""
    found = entries(body)
    assert kinds(found) == expected
    assert with_text(b"".join(raw(found))) == with_text(body)
    assert all(entry.reason.endswith(".") for entry in found if isinstance(entry, Unreadable))


@pytest.mark.parametrize(
    "long_one",
    [
        OTHER.replace(b"Known", b"K" * LONGEST_ROW),
        b'"' + b"x" * (3 * LONGEST_ROW) + b"\n",
        b'"' + b"x\n" * LONGEST_ROW,
    ],
)
def test_an_endless_row_is_given_in_pieces(long_one: bytes) -> None:
    """A row without end is given in pieces of a bounded length, and the row after it is read."""
    *pieces, row = entries(long_one + GOOD)
    assert isinstance(row, LogRow)
    assert b"".join(raw([*pieces, row])) == long_one + GOOD
    assert max(len(piece) for piece in raw(pieces)) <= LONGEST_ROW + 1


def test_a_cut_file_says_where_it_was_cut() -> None:
    """A file that ends within a quoted field gives all rows before, and the last lines as unreadable."""
    *rows, last = entries(GOOD + OTHER + GOOD[:60])
    assert kinds(rows) == "RR"
    assert isinstance(last, Unreadable)
    assert (last.first_line, last.last_line, last.raw) == (4, 4, GOOD[:60])
    assert "does not end" in last.reason


def test_a_quoted_field_over_several_lines_is_no_cut() -> None:
    """RFC 4180 comes first: lines of a quoted field may read as rows themselves, and are none."""
    first = b'"Information / Criminal\r\nDamage to Property",'
    row = first + b"1 Sample St.,4/1/31 3:41 AM,4/1/31,Coins,Open,31-01\r\n"
    quoted = GOOD.replace(b"Bag taken, later", b"Bag\r\n" + OTHER.strip() + b"\r\nand")
    found = entries(row + quoted + OTHER)
    assert kinds(found) == "RRR"
    assert [row.said(Column.NATURE) for row in found if isinstance(row, LogRow)] == [
        "Information / Criminal\r\nDamage to Property",
        "Theft",
        "Stalking",
    ]


def test_a_row_of_an_older_program_is_read_and_says_so() -> None:
    """A row that is not UTF-8 but Windows-1252 is read with its signs and a note; others have none."""
    odd, plain = entries(OTHER.replace(b"Known", b"Jos\xe9 \x93known\x94") + GOOD)
    assert isinstance(odd, LogRow)
    assert isinstance(plain, LogRow)
    assert odd.said(Column.NARRATIVE) == "José “known” subject"
    assert (odd.note, plain.note) == (NOT_UTF8, "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_log_in_another_unicode_is_the_same_log(encoding: str) -> None:
    """A log that was saved as "Unicode text", with its mark or without, is read as it would be in UTF-8."""
    data = (HEADER + GOOD + OTHER).decode().encode(encoding)
    found = [entry for entry in open_log(io.BytesIO(data)).entries() if isinstance(entry, LogRow)]
    assert [row.fields for row in found] == [row.fields for row in entries(GOOD + OTHER)]  # type: ignore[union-attr]


def test_a_log_with_the_line_ends_of_an_old_macintosh_is_read() -> None:
    """Carriage returns alone end lines, too."""
    data = (HEADER + GOOD + OTHER).replace(b"\r\n", b"\r")
    assert kinds([e for e in open_log(io.BytesIO(data)).entries() if not isinstance(e, NoRow)]) == "RR"


def test_titles_footers_and_headers_that_come_again_are_no_rows() -> None:
    """They are told apart from rows, and from notes, which stay for a person."""
    title = b"Example University Daily Crime Log,,,,,,\r\n\r\n"
    body = GOOD + HEADER + b"6/30/31,,,,,,\r\n,,,,,,\r\n" + OTHER + b"Total: 23,,,,,,\r\nEnd of log,,,,,,\r\n"
    found = list(open_log(io.BytesIO(title + HEADER + body)).entries())
    what = [entry.what for entry in found if isinstance(entry, NoRow)]
    assert what == [TITLE, "", "the header", AGAIN, HEADING, "", HEADING, HEADING]
    assert kinds([entry for entry in found if not isinstance(entry, NoRow)]) == "RR"
    (note,) = entries(b",,Somebody should look into this,,,,\r\n")
    assert isinstance(note, Unreadable)


def test_a_row_short_of_empty_cells_at_its_end_is_whole() -> None:
    """Cells that nothing needs may be missing at the end, and empty ones may be too many."""
    header = HEADER.replace(b"\r\n", b",Area,PDF\r\n")
    assert kinds(entries(GOOD + GOOD.replace(b"\r\n", b",,,,\r\n"), header)) == "RR"


def test_no_reason_repeats_what_the_row_says() -> None:
    """The reason for an unreadable row holds nothing of the row, which may name people."""
    (found,) = entries(b"Jane Invented,jane@invented.example\r\n")
    assert isinstance(found, Unreadable)
    assert "nvented" not in found.reason


def test_columns_may_come_in_any_order_and_extra_ones_are_kept() -> None:
    """Columns are found by name, after a byte order mark too, and an extra column stays with the row."""
    header = b"\xef\xbb\xbf" + ",".join(["Zone", *reversed(COLUMNS)]).encode() + b"\n"
    (row,) = entries(b"west,19-1,Open,c,1/1/19,1/1/19,here,Theft\n", header)
    assert isinstance(row, LogRow)
    assert (row.fields["Zone"], row.fields["Incident"], row.fields["CaseNumber"]) == ("west", "Theft", "19-1")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"", "which column is which"),
        (GOOD, "which column is which"),
        (b"a,b,c,d,e,f,g\r\n", "which column is which"),
        (HEADER.replace(b"\r\n", b",Incident\r\n"), "twice"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04nonsense", "no workbook"),
    ],
)
def test_a_file_that_is_no_log_is_refused_before_anything_is_read(header: bytes, said: str) -> None:
    """What cannot be read is refused at once, with what to do, repeating nothing of the file."""
    with pytest.raises(BadInput) as refused:
        open_log(io.BytesIO(header + GOOD)).entries()
    assert said in str(refused.value)
    assert "othing was read" in str(refused.value)
    assert "Sample" not in str(refused.value)


def test_progress_can_be_shown_from_the_bytes_read(log_file: Path, log_rows: list[LogRow]) -> None:
    """Each row tells how many bytes of the file were read, up to the file's size."""
    offsets = [row.offset for row in log_rows]
    assert offsets == sorted(set(offsets))
    assert offsets[-1] == log_file.stat().st_size


PIECES = st.sampled_from(
    [GOOD, OTHER, GOOD[:60], b'"', b",", b"\r", b"\n", b"\r\n", b"\0", b"\xff", b"\xef\xbb\xbf", b'""', b" "]
)


@given(st.one_of(st.binary(), st.lists(PIECES).map(b"".join)))
def test_every_byte_of_any_file_is_accounted_for(body: bytes) -> None:
    """Everything that a log's entries are made of, put together, is the file, but for blank lines."""
    found = list(open_log(io.BytesIO(HEADER + body)).entries())
    assert with_text(b"".join(raw(found))) == with_text(HEADER + body)
    assert [entry.offset for entry in found] == sorted(entry.offset for entry in found)


@given(st.lists(st.tuples(*[st.text(st.characters(exclude_characters="\0", codec="utf-8"))] * 7)))
def test_whatever_a_csv_writer_writes_on_one_line_is_read_back(rows: list[tuple[str, ...]]) -> None:
    """Rows written by a CSV writer are read back value for value."""
    rows = [tuple(" ".join(value.split()) + "." for value in row) for row in rows]
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    found = entries(written.getvalue().encode())
    assert [tuple(row.fields.values()) for row in found if isinstance(row, LogRow)] == rows


def identities(body: bytes) -> list[bytes]:
    """Give the identities of a log's entries."""
    return [identity for _, identity in identified(open_log(io.BytesIO(HEADER + body)).entries())][1:]


def test_reading_a_grown_or_cut_log_again_brings_only_what_is_new() -> None:
    """The rows of a log keep their identity when the log is read again, longer or shorter."""
    first = identities(GOOD + OTHER)
    assert identities(GOOD + OTHER) == first
    assert identities(OTHER + GOOD + GOOD)[:2] == first[::-1]
    assert identities(GOOD + OTHER[:30])[0] == first[0]
    assert identities(GOOD.replace(b"\r\n", b"\n") + OTHER.rstrip()) == first


def test_the_order_of_columns_does_not_change_what_a_row_is() -> None:
    """A row keeps its identity when the log is written with its columns in another order."""
    (row,) = entries(b"Theft,here,1/1/19,1/2/19,c,Open,19-1\n")
    (turned,) = entries(
        b"19-1,Open,c,1/2/19,1/1/19,here,Theft\n", ",".join(reversed(COLUMNS)).encode() + b"\n"
    )
    assert fingerprint(row, 0) == fingerprint(turned, 0)


def test_rows_with_the_same_words_stay_two() -> None:
    """Two rows with the same words in one file are two entries, in the longer file too."""
    twice = identities(GOOD + GOOD)
    assert len(set(twice)) == 2
    assert len({*twice, *identities(GOOD + OTHER + GOOD + GOOD)}) == 4


def test_a_changed_word_makes_another_row() -> None:
    """A row whose disposition has changed since is another entry: nothing written is dropped as known."""
    assert identities(GOOD) != identities(GOOD.replace(b"Open", b"Closed"))


def test_a_column_is_not_mistaken_for_its_neighbour() -> None:
    """Moving a word from one column to the next makes another row."""
    assert identities(b"a b,,1,2,3,4,5\n") != identities(b"a,b,1,2,3,4,5\n")


def test_lines_that_could_not_be_read_have_an_identity_too() -> None:
    """Unreadable lines are told apart from each other, and are the same when read again."""
    (cut,) = entries(OTHER[:30])
    (longer,) = entries(OTHER[:40])
    assert fingerprint(cut, 0) == fingerprint(entries(OTHER[:30])[0], 0)
    assert len({fingerprint(cut, 0), fingerprint(cut, 1), fingerprint(longer, 0)}) == 3
