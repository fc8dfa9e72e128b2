"""CSV exports of a registrar, human resources and past contacts are found, read and matched exactly."""

import os
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from states.correspondence.question import Question
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.asking import ask
from tasks.sources.contract import Fact, Found, NotFound, Reply, Unavailable
from tasks.sources.csv.source import CsvSource
from tests.waiting import PATIENCE

Asking = Callable[..., Question]
Exporting = Callable[..., CsvSource]

HEADER = "Student ID,Email,Enrolled,Standing,As Of\n"


def values(reply: Reply) -> list[str]:
    """The values of the facts of a reply that found somebody."""
    assert isinstance(reply, Found)
    return [fact.value for fact in reply.facts]


def hours_old(file: Path, hours: float) -> datetime:
    """Make a file as old as that; returns when it was made."""
    then = datetime.now(UTC).replace(microsecond=0).timestamp() - hours * 3600
    os.utime(file, (then, then))
    return datetime.fromtimestamp(then, UTC)


async def test_only_the_mapped_columns_are_taken(question: Asking, exported: Exporting) -> None:
    """Facts carry the source's own words, their kind and their date; name and address stay in the export."""
    reply = await ask(exported(), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert reply.facts == (
        Fact("Enrolled since", "2023-08-21", FactorKind.STATIC, date(2026, 2, 27)),
        Fact("Academic standing", "Good standing", FactorKind.DYNAMIC, date(2026, 2, 27)),
    )


@pytest.mark.parametrize("day", ["", "27 February", "02/03/26", "2026-02-30"])
async def test_a_date_is_never_guessed(question: Asking, exported: Exporting, day: str) -> None:
    """What is not a date in ISO 8601 leaves the fact without one."""
    reply = await ask(exported(f"{HEADER}900000001,,2023,Good,{day}\n"), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert [fact.observed_at for fact in reply.facts] == [None, None]


async def test_an_empty_cell_is_no_fact(question: Asking, exported: Exporting) -> None:
    """Somebody of whom nothing is said is found all the same."""
    reply = await ask(exported(f"{HEADER}900000001,, ,Good,\n"), question(), timeout=PATIENCE)
    assert values(reply) == ["Good"]
    assert values(await ask(exported(f"{HEADER}900000001,,,,\n"), question(), timeout=PATIENCE)) == []


@pytest.mark.parametrize(
    ("cell", "asked"),
    [
        ("sam.sample@wnmu.example", " Sam.Sample@WNMU.example "),
        ("SAM.SAMPLE@WNMU.EXAMPLE  ", "sam.sample@wnmu.example"),
        ("stra\u00dfe@wnmu.example", "STRASSE@wnmu.example"),
        ("\uff53\uff41\uff4d@wnmu.example", "sam@wnmu.example"),
        ("jose\u0301@wnmu.example", "jos\u00e9@wnmu.example"),
    ],
)
async def test_writing_does_not_keep_an_identifier_from_matching(
    question: Asking, exported: Exporting, cell: str, asked: str
) -> None:
    """Case, spaces around it, and how accents and wide letters are composed do not count."""
    source = exported(f"{HEADER},{cell},2023,Good,\n")
    reply = await ask(source, question(identifiers={IdentifierKind.EMAIL: asked}), timeout=PATIENCE)
    assert values(reply) == ["2023", "Good"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("900000001,other@wnmu.example", Found),
        ("900000009,sam.sample@wnmu.example", NotFound),
        (",sam.sample@wnmu.example", Found),
        (",other@wnmu.example", NotFound),
        (",", NotFound),
        ("90000000,", NotFound),
        ("9000000011,", NotFound),
    ],
)
async def test_the_most_certain_identifier_decides(
    question: Asking, exported: Exporting, row: str, expected: type[Reply]
) -> None:
    """A campus identifier outweighs a mail address, which may have been somebody else's before."""
    asked = question(
        identifiers={
            IdentifierKind.EMAIL: "sam.sample@wnmu.example",
            IdentifierKind.CAMPUS_ID: "900000001",
        }
    )
    reply = await ask(exported(f"{HEADER}{row},2023,Good,\n"), asked, timeout=PATIENCE)
    assert isinstance(reply, expected)


async def test_two_records_of_one_student_want_a_person(question: Asking, exported: Exporting) -> None:
    """Which of two records is the subject's is not for software to say."""
    source = exported(f"{HEADER}900000001,,2023,Good,\n900000001,,2024,Probation,\n")
    reply = await ask(source, question(), timeout=PATIENCE)
    assert reply == Unavailable("several_records", permanent=True)


@pytest.mark.clause("U-03")
async def test_every_past_contact_is_told(question: Asking, exported: Exporting) -> None:
    """Whoever had to do with the police several times is told of with each of them and its date."""
    text = "Campus ID,Plate,Date,Nature\n900000001,,2025-10-07,Disturbance\n,X 1,2025-11-01,Parking\n"
    source = exported(
        f"{text}900000001,X 1,2025-12-02,Argument\n",
        kind="past_contacts",
        observed_at="Date",
        identifiers={"campus_id": "Campus ID", "license_plate": "Plate"},
        static={"Nature of contact": "Nature"},
        dynamic={},
    )
    asked = question(kind=SourceKind.PAST_CONTACTS, basis=LegalBasis.PARTNER_AGREEMENT)
    reply = await ask(source, asked, timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert [(fact.value, fact.observed_at) for fact in reply.facts] == [
        ("Disturbance", date(2025, 10, 7)),
        ("Argument", date(2025, 12, 2)),
    ]


@pytest.mark.clause("W-17")
async def test_human_resources_is_asked_on_the_need_to_know(question: Asking, exported: Exporting) -> None:
    """An employment record is no education record: a school official's basis does not open it."""
    table = {"kind": "human_resources", "identifiers": {"employee_id": "Student ID"}}
    source = exported(f"{HEADER}E0000001,,2019,Active,\n", **table)
    asked = question(
        kind=SourceKind.HUMAN_RESOURCES,
        identifiers={IdentifierKind.EMPLOYEE_ID: "E0000001"},
        basis=LegalBasis.EMPLOYMENT,
    )
    assert values(await ask(source, asked, timeout=PATIENCE)) == ["2019", "Active"]
    assert LegalBasis.SCHOOL_OFFICIAL not in source.accepts[SourceKind.HUMAN_RESOURCES]


async def test_the_newest_export_of_a_folder_wins(
    question: Asking, exported: Exporting, tmp_path: Path
) -> None:
    """The answer says when the export was made; what is not an export is not looked at."""
    drop = tmp_path / "drop"
    drop.mkdir()
    newest = None
    for name, standing, age in [
        ("b.csv", "Oldest", 72),
        ("a.CSV", "Newest", 24),
        ("c.csv", "Older", 48),
        ("d.csv.tmp", "Half-written", 1),
        (".e.csv", "Hidden", 1),
    ]:
        (drop / name).write_text(f"{HEADER}900000001,,2023,{standing},\n")
        made = hours_old(drop / name, age)
        newest = made if standing == "Newest" else newest
    reply = await ask(exported(file=None, folder=str(drop)), question(), timeout=PATIENCE)
    assert values(reply) == ["2023", "Newest"]
    assert isinstance(reply, Found)
    assert reply.provenance.as_of == newest


async def test_an_export_that_is_being_written_is_passed_over(
    question: Asking, exported: Exporting, tmp_path: Path
) -> None:
    """A fresh file whose last line has no end may lack people: the one before it answers, or nobody does."""
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "new.csv").write_text(f"{HEADER}900000002,,2023,Go")
    source = exported(file=None, folder=str(drop))
    assert await ask(source, question(), timeout=PATIENCE) == Unavailable("no_file")
    (drop / "old.csv").write_text(f"{HEADER}900000001,,2023,Good,\n")
    hours_old(drop / "old.csv", 24)
    assert values(await ask(source, question(), timeout=PATIENCE)) == ["2023", "Good"]


async def test_an_export_at_rest_may_lack_the_end_of_its_last_line(
    question: Asking, exported: Exporting, tmp_path: Path
) -> None:
    """Some systems write their last line that way."""
    source = exported(f"{HEADER}900000001,,2023,Good,2026-02-27")
    hours_old(tmp_path / "export.csv", 1)
    assert values(await ask(source, question(), timeout=PATIENCE)) == ["2023", "Good"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"encoding": "klingon"}, "there is no such encoding"),
        ({"separator": "x"}, "a sign that separates"),
        ({"identifiers": {"campus_id": []}}, "it must name a heading"),
        ({"dynamic": {"Standing": " "}}, "it must name a heading"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(
    exported: Exporting, changes: dict[str, object], says: str
) -> None:
    """Whoever writes it is told at start."""
    with pytest.raises(ValidationError, match=says):
        exported(**changes)


@pytest.mark.parametrize("place", ["file", "folder"])
async def test_without_an_export_nobody_could_look(
    question: Asking, exported: Exporting, tmp_path: Path, place: str
) -> None:
    """A share that is not mounted is not the same as nobody being found."""
    source = exported(**({"file": None} | {place: str(tmp_path / "absent")}))
    assert await ask(source, question(), timeout=PATIENCE) == Unavailable("no_file")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        b"\xff\xfeS\x00t\x00\n\x00",
        HEADER.encode() + b"900000001,,2023,Jos\xe9,\n",
        b"Student ID,Email,Enrolled,As Of\n900000001,,2023,\n",
        b"Student ID,Email,Enrolled,Standing,As Of,Standing\n900000001,,2023,Good,,Bad\n",
        HEADER.replace(",", "~").encode() + b"900000001~~2023~Good~\n",
        HEADER.replace("Email", "standing").encode() + b"900000001,,2023,Good,\n",
        HEADER.encode() + b"900000001,,2023,Good\n",
        HEADER.encode() + b"900000001,,2023,Good,,more\n",
        HEADER.encode() + b'900000001,,2023,"Good\n',
        HEADER.encode() + b'900000001,,2023,"Go"od,\n',
        HEADER.encode() + b"900000001,,2023,Go\0od,\n",
        HEADER.encode("utf-16-le") + "900000001,,2023,Good,\n".encode("utf-16-le"),
        HEADER.encode() + b"900000001,,2023," + b"x" * 200_000 + b",\n",
    ],
)
async def test_an_export_that_cannot_be_read_is_unavailable(
    question: Asking, exported: Exporting, tmp_path: Path, text: bytes
) -> None:
    """Another encoding, a missing or doubled column, or a broken line: nobody is said to be not found."""
    source = exported(text)
    hours_old(tmp_path / "export.csv", 1)
    assert await ask(source, question(), timeout=PATIENCE) == Unavailable("unreadable_file")


async def test_a_byte_order_mark_and_quotes_are_read(question: Asking, exported: Exporting) -> None:
    """Spreadsheets write both, and lines that end the other way."""
    text = f'{HEADER}900000001,,2023,"Good, so far\r\nas known",\n\n'.replace("\n", "\r\n")
    reply = await ask(exported(text.encode("utf-8-sig")), question(), timeout=PATIENCE)
    assert values(reply)[0] == "2023"
    assert values(reply)[1].startswith("Good, so far")


@pytest.mark.parametrize(
    "heading",
    [
        "Standing,Academic Standing",
        "academic  STANDING ",
        '"Academic\nStanding"',
        "Status,STANDING",
        "\ufeffStanding",
    ],
)
async def test_headings_change_and_are_found(question: Asking, exported: Exporting, heading: str) -> None:
    """The first heading of a list that the export has is taken; case and spacing of it do not count."""
    table = {
        "observed_at": None,
        "identifiers": {"campus_id": ["Banner ID", "student id"]},
        "static": {},
        "dynamic": {"Academic standing": ["Academic Standing", "Standing"]},
    }
    cells = "Other,Good" if heading.startswith(("Standing,", "Status")) else "Good"
    source = exported(f"{heading},Student  ID\n{cells},900000001\n", **table)
    assert values(await ask(source, question(), timeout=PATIENCE)) == ["Good"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
async def test_other_separators_and_encodings_are_read(
    question: Asking, exported: Exporting, separator: str, encoding: str
) -> None:
    """The separator is seen from the header, Unicode from the file's mark; what has none is named."""
    lines = HEADER + "900000001,,2023,P\xe9rdida; |\t,\n"
    text = "\n".join(separator.join(f'"{cell}"' for cell in line.split(",")) for line in lines.split("\n"))
    named = {"encoding": encoding} if encoding == "cp1252" else {}
    source = exported(text.rstrip('"').encode(encoding), **named)
    assert values(await ask(source, question(), timeout=PATIENCE)) == ["2023", "P\xe9rdida; |"]


@pytest.mark.parametrize("text", [f"sep=,\n{HEADER}", f"sep=,\r{HEADER}".replace("\n", "\r")])
async def test_a_line_for_spreadsheets_and_old_line_ends_are_read(
    question: Asking, exported: Exporting, tmp_path: Path, text: str
) -> None:
    """What stands between cells may be said above the header, and a carriage return alone ends a line."""
    end = text[-1]
    source = exported(f'{text}900000001,,2023,"Good{end}so far",{end}'.encode("utf-8-sig"))
    hours_old(tmp_path / "export.csv", 1)
    assert values(await ask(source, question(), timeout=PATIENCE)) == ["2023", f"Good{end}so far"]


async def test_a_separator_that_is_named_need_not_be_guessed(question: Asking, exported: Exporting) -> None:
    """Whatever sign an export has, its table may name it."""
    text = HEADER.replace(",", "~") + "900000001~~2023~Good~\n"
    assert values(await ask(exported(text, separator="~"), question(), timeout=PATIENCE)) == ["2023", "Good"]


async def test_a_half_written_export_in_utf_16_is_passed_over(question: Asking, exported: Exporting) -> None:
    """The end of its last line is two bytes long."""
    whole = f"{HEADER}900000001,,2023,Good,\n".encode("utf-16")
    assert values(await ask(exported(whole), question(), timeout=PATIENCE)) == ["2023", "Good"]
    assert await ask(exported(whole[:-4]), question(), timeout=PATIENCE) == Unavailable("no_file")


async def test_a_large_export_does_not_fill_the_memory(question: Asking, exported: Exporting) -> None:
    """An export is read line by line: a hundred thousand people take no more memory than one."""
    rows = "".join(f"{n},nobody.{n}@wnmu.example,2023,Good standing,2026-02-27\n" for n in range(100_000))
    source = exported(HEADER + rows + "900000001,,2023,Good,\n")
    assert len(rows) > 5_000_000
    del rows
    tracemalloc.start()
    try:
        reply = await ask(source, question(), timeout=PATIENCE)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert values(reply) == ["2023", "Good"]
    assert peak < 400_000


async def test_looking_through_an_export_holds_nobody_up(question: Asking, exported: Exporting) -> None:
    """A slow disk is waited for in a thread: when the time is up, the answer is there."""
    rows = "".join(f"{n},,2023,Good,\n" for n in range(50_000))
    source = exported(HEADER + rows)
    assert await ask(source, question(), timeout=0.001) == Unavailable("timeout")
