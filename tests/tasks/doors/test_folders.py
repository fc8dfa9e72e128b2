"""What other systems drop into folders is taken in whole, once, and removed only then (M-01, W-12)."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from states.access import Actor
from states.casebook import Casebook
from states.casebook.intake import logbook
from states.casebook.reading import overview
from states.casebook.team import members
from states.vocabulary.cases import ReportChannel
from states.vocabulary.people import Role, Verdict
from tasks.desk import Desk
from tasks.doors.folders import take_in
from tasks.doors.registry import Doors, load_doors
from tests.cases.walking import Walk

MAIL = """\
From: Terry Teacher <terry@wnmu.example>
Message-ID: <{id}@wnmu.example>
Date: Tue, 20 Jan 2026 10:00:00 -0700
Subject: Worried about a student

He wrote that nobody will graduate.
"""

HTML = """\
From: terry@wnmu.example
Content-Type: text/html; charset=utf-8

<html><style>p {{}}</style><p>He wrote that <b>nobody</b> will graduate.</p></html>
"""

ROWS = """\
Tip No,What happened,Student,Student ID,Received
7,Shouted in the hall.,Sam Sample,900000001,2026-01-20T10:00:00-07:00
8,Followed somebody home.,Riley Example,900000002,
"""


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Where other systems drop files."""
    for name in ("mail", "rows"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def doors(folders: Path) -> Doors:
    """A door for mail, and one for rows."""
    (folders / "doors.toml").write_text(
        f'[mailroom]\nuse = "mail_folder"\nsite = "deming"\nfolder = "{folders}/mail"\n'
        f'[district]\nuse = "csv_folder"\nsite = "gallup"\nfolder = "{folders}/rows"\n'
        '[district.columns]\nid = "Tip No"\ntext = "What happened"\nname = "Student"\n'
        'campus_id = "Student ID"\nreceived_at = "Received"\n'
    )
    return load_doors(folders / "doors.toml")


Drop = Callable[..., Path]


@pytest.fixture
def drop(folders: Path) -> Drop:
    """Drops a file that has lain there for a while."""

    def put(name: str, content: str | bytes, *, age: float = 60) -> Path:
        file = folders / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(file, (time.time() - age,) * 2)
        return file

    return put


def came(desk: Desk) -> tuple[int, int, int]:
    """Look into the folders; how many reports were new, known, or kept for a person."""
    taken = take_in(desk.book, desk.doors).total
    return taken.new, taken.known, taken.kept


def kept(book: Casebook, walk: Walk) -> list[logbook.EntryLine]:
    """What waits for a person."""
    return logbook.entries(book, by=walk.chair, verdict=Verdict.NEEDS_A_PERSON)


def test_a_mail_becomes_a_report_and_its_file_is_gone(desk: Desk, walk: Walk, drop: Drop) -> None:
    """Its sender is the reporter, its text the report; the site is the door's."""
    file = drop("mail/one.eml", MAIL.format(id=1))
    assert came(desk) == (1, 0, 0)
    assert not file.exists()
    (case,) = overview.cases(walk.book, by=walk.chair)
    assert case.site == "deming"
    (report,) = walk.records(case.number, "reports")
    assert report["channel"] == ReportChannel.WRITTEN
    assert report["content"]["reporter"] == {
        "name": "Terry Teacher",
        "phone": "",
        "email": "terry@wnmu.example",
    }
    assert "nobody will graduate" in report["content"]["behaviour_of_concern"]
    (tip,) = walk.records(case.number, "tips")
    assert tip["content"]["raw"] == MAIL.format(id=1)


def test_the_same_mail_again_is_known(desk: Desk, walk: Walk, drop: Drop) -> None:
    """As after a crash between the report and the file's end."""
    drop("mail/one.eml", MAIL.format(id=1))
    came(desk)
    again = drop("mail/again.eml", MAIL.format(id=1))
    assert came(desk) == (0, 1, 0)
    assert not again.exists()
    assert len(overview.cases(walk.book, by=walk.chair)) == 1


def test_a_mail_in_html_is_read_without_its_tags(desk: Desk, walk: Walk, drop: Drop) -> None:
    """And without what no reader sees."""
    drop("mail/one.eml", HTML)
    assert came(desk) == (1, 0, 0)
    (case,) = overview.cases(walk.book, by=walk.chair)
    (report,) = walk.records(case.number, "reports")
    assert report["content"]["behaviour_of_concern"] == "He wrote that nobody will graduate."


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00 garbage",
        b"Content-Type: text/plain; charset=klingon\n\nQapla\xe9",
        MAIL.format(id=1).replace("Tue, 20 Jan 2026", "the day before"),
        MAIL.format(id=1).replace("Message-ID", "X-Nothing"),
    ],
)
def test_a_broken_mail_is_a_report_or_is_kept_for_a_person(
    desk: Desk, walk: Walk, drop: Drop, content: str | bytes
) -> None:
    """Nothing is lost: what cannot be read lies sealed, word for word."""
    file = drop("mail/one.eml", content)
    new, known, waiting = came(desk)
    assert (new + waiting, known) == (1, 0)
    assert len(kept(desk.book, walk)) == waiting
    assert not file.exists()


def test_each_row_becomes_a_report(desk: Desk, walk: Walk, drop: Drop) -> None:
    """By the columns that the door names; the same rows in another file are known."""
    drop("rows/a.csv", ROWS)
    assert came(desk) == (2, 0, 0)
    drop("rows/b.csv", ROWS + "9,Shouted again.,Sam Sample,900000001,\n")
    assert came(desk) == (1, 2, 0)
    cases = overview.cases(walk.book, by=walk.chair)
    assert sorted(len(walk.records(case.number, "reports")) for case in cases) == [1, 2]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (ROWS + "9,,Nobody,,\n10,short\n", (2, 0, 2)),
        (ROWS + '9,"never ends,Sam,1,\n', (2, 0, 1)),
        (ROWS.replace("What happened", "Else"), (0, 0, 1)),
        (ROWS + "9,Said so.,Sam,9,yesterday\n9,Said so.,Sam,9,yesterday\n", (2, 0, 2)),
        (b"\xff\xfe" + ROWS.encode("utf-16-le"), (2, 0, 0)),
    ],
)
def test_what_a_file_of_rows_says_wrongly_is_kept_for_a_person(
    desk: Desk, walk: Walk, drop: Drop, content: str | bytes, expected: tuple[int, int, int]
) -> None:
    """The rows before and after are taken in all the same."""
    drop("rows/a.csv", content)
    assert came(desk) == expected
    assert len(kept(desk.book, walk)) == expected[2]
    assert came(desk) == (0, 0, 0)


def test_a_file_that_is_still_being_written_waits(desk: Desk, drop: Drop, folders: Path) -> None:
    """So does a hidden one, and one of another kind; all of them stay where they are."""
    files = [
        drop("mail/new.eml", MAIL.format(id=1), age=0),
        drop("mail/.hidden.eml", MAIL.format(id=2)),
        drop("mail/letter.txt", "x"),
        drop("rows/rows.csv.part", ROWS),
    ]
    assert came(desk) == (0, 0, 0)
    assert all(file.exists() for file in files)
    del folders


def test_a_folder_that_is_away_holds_up_no_other(desk: Desk, drop: Drop, folders: Path) -> None:
    """It is named; the others are emptied."""
    drop("rows/a.csv", ROWS)
    (folders / "mail").rmdir()
    taken = take_in(desk.book, desk.doors)
    assert (taken.total.new, list(taken.unusable)) == (2, ["mailroom"])


@pytest.mark.clause("W-39")
def test_a_member_whom_a_row_or_a_mail_names_is_kept_out_at_once(desk: Desk, walk: Walk, drop: Drop) -> None:
    """As in a report that somebody types: the subject of the row, and the sender of the mail."""
    drop(
        "rows/a.csv",
        ROWS.replace("Riley Example", '"Name, Nurse (Invented)"').replace("Sam", "Invented-Dean"),
    )
    sender = "From: invented-officer-address@wnmu.example\n"
    drop("mail/one.eml", sender + MAIL.format(id=1).partition("\n")[2])
    assert came(desk) == (3, 0, 0)

    def screening(actor: Actor) -> Actor:
        """Somebody who sees what nobody leads yet."""
        return replace(actor, roles=actor.roles | {Role.INTAKE})

    seen = {
        member: len(overview.cases(walk.book, by=screening(members.actor(walk.book, member))))
        for member in ("dean", "nurse", "officer")
    }
    assert seen == {"dean": 3, "nurse": 2, "officer": 2}
