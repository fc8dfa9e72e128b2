"""Nothing that lies in a door's folder stops the next file or another door, or is lost (M-01)."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from sqlalchemy import text

from states.casebook import Casebook
from states.casebook.intake import logbook
from states.casebook.reading import overview
from states.vocabulary.people import Verdict
from tasks.desk import Desk
from tasks.doors import files
from tasks.doors.folders import Came, take_in
from tasks.doors.letters import read_letter
from tasks.doors.mail_reader import MailReader
from tasks.doors.registry import Doors, load_doors
from tests.cases.walking import Walk
from tests.tasks.doors.strange_mails import ENDLESS, MAILS, SAID, STRANGE

PLAIN = b"From: Terry Teacher <terry@wnmu.example>\nSubject: Worried\n\nHe wrote that nobody will graduate.\n"

ROWS = b"Tip No,What happened\n7,Shouted in the hall.\n"


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """A door for mail, and one for rows."""
    for name in ("mail", "rows"):
        (tmp_path / name).mkdir()
    (tmp_path / "doors.toml").write_text(
        f'[mailroom]\nuse = "mail_folder"\nsite = "deming"\nfolder = "{tmp_path}/mail"\n'
        f'[district]\nuse = "csv_folder"\nsite = "gallup"\nfolder = "{tmp_path}/rows"\n'
        '[district.columns]\nid = "Tip No"\ntext = "What happened"\n'
    )
    return load_doors(tmp_path / "doors.toml")


def drop(file: Path, content: bytes) -> Path:
    """Drop a file that has lain there for a while."""
    file.write_bytes(content)
    os.utime(file, (1, 1))
    return file


def waiting(book: Casebook, walk: Walk) -> list[logbook.EntryLine]:
    """What waits for a person."""
    return logbook.entries(book, by=walk.chair, verdict=Verdict.NEEDS_A_PERSON)


def test_a_strange_mail_is_a_report_like_any_other(desk: Desk, walk: Walk, tmp_path: Path) -> None:
    """Whatever its headers say, what somebody wrote is read; so is the mail after it, and the other door."""
    for number, content in enumerate(STRANGE.values()):
        drop(tmp_path / "mail" / f"{number:02}.eml", content)
    drop(tmp_path / "mail" / "99.eml", PLAIN)
    drop(tmp_path / "rows" / "rows.csv", ROWS)
    taken = take_in(desk.book, desk.doors)
    assert taken.doors["mailroom"] == Came(new=len(STRANGE) + 1)
    assert taken.doors["district"] == Came(new=1)
    said = [
        report["content"]["behaviour_of_concern"]
        for case in overview.cases(walk.book, by=walk.chair)
        for report in walk.records(case.number, "reports")
    ]
    assert sum(SAID.decode() in words for words in said) == len(STRANGE)
    assert list((tmp_path / "mail").iterdir()) == []


@given(MAILS)
@settings(max_examples=300, deadline=None)
def test_no_bytes_are_too_strange_to_read(content: bytes) -> None:
    """Whatever a mail consists of, a letter comes of it, in characters that every database takes."""
    letter = read_letter(content)
    written = json.dumps(asdict(letter), ensure_ascii=False)
    assert "\0" not in written.encode().decode()


@pytest.mark.parametrize("limits", [{"seconds": 1}, {"memory": 96 * 1024 * 1024}, {"deadline": 1.0}])
def test_a_mail_that_takes_too_much_is_given_up(limits: dict[str, float]) -> None:
    """Time of the processor, time of the clock, memory: whichever runs out first; the next mail is read."""
    with MailReader(**({"seconds": 3_600} | limits)) as reader:  # type: ignore[arg-type]
        assert reader.read(ENDLESS * (3 if "memory" in limits else 1)) is None
        letter = reader.read(PLAIN)
    assert letter is not None
    assert letter.subject == "Worried"


def test_a_mail_that_cannot_be_read_waits_for_a_person(desk: Desk, walk: Walk, tmp_path: Path) -> None:
    """Sealed, word for word; the mail after it is taken in."""
    drop(tmp_path / "mail" / "1.eml", ENDLESS)
    drop(tmp_path / "mail" / "2.eml", PLAIN)
    assert take_in(desk.book, desk.doors).total == Came(new=1, kept=1)
    (entry,) = waiting(desk.book, walk)
    assert entry.raw.encode() == ENDLESS
    assert "too much time" in entry.sentence


def test_only_plain_files_of_the_folder_are_opened(desk: Desk, walk: Walk, tmp_path: Path) -> None:
    """A link to a file of ours, a second name of one, a folder, a pipe: set aside once, and said once."""
    secret = drop(tmp_path / "master.key", b"From: x@y.example\n\nZQXSECRET")
    mail = tmp_path / "mail"
    (mail / "link.eml").symlink_to(secret)
    (mail / "name.eml").hardlink_to(secret)
    (mail / "folder.eml").mkdir()
    os.mkfifo(mail / "pipe.eml")
    for strange in mail.iterdir():
        os.utime(strange, (1, 1), follow_symlinks=False)
    drop(mail / "mail.eml", PLAIN)
    assert take_in(desk.book, desk.doors).total == Came(new=1, refused=4)
    assert take_in(desk.book, desk.doors).total == Came()
    assert sorted(file.name[:6] for file in mail.iterdir()) == ["aside-"] * 4
    assert secret.read_bytes().endswith(b"ZQXSECRET")
    entries = waiting(desk.book, walk)
    assert len(entries) == 4
    assert all("was not opened" in entry.sentence and "ZQX" not in entry.raw for entry in entries)


def test_a_file_that_is_too_large_is_set_aside_once(
    desk: Desk, walk: Walk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And said once; it stays in the folder, and no other waits for it."""
    monkeypatch.setattr(files, "MOST_BYTES", 500)
    drop(tmp_path / "mail" / "1.eml", PLAIN + b"x" * 500)
    drop(tmp_path / "mail" / "2.eml", PLAIN)
    assert take_in(desk.book, desk.doors).total == Came(new=1, refused=1)
    assert take_in(desk.book, desk.doors).total == Came()
    (left,) = (tmp_path / "mail").iterdir()
    assert left.read_bytes().startswith(PLAIN)
    (entry,) = waiting(desk.book, walk)
    assert left.name in entry.sentence


def test_what_is_wrong_with_us_leaves_the_file_where_it_is(desk: Desk, tmp_path: Path) -> None:
    """It is taken in once the case database is well; what the database refuses for its content is kept."""
    mail = drop(tmp_path / "mail" / "1.eml", PLAIN)
    with desk.book.store.write() as connection:
        connection.execute(text("ALTER TABLE tips RENAME TO away"))
    taken = take_in(desk.book, desk.doors)
    assert (taken.total.left, list(taken.unusable), mail.exists()) == (1, ["mailroom"], True)
    with desk.book.store.write() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO tips"))
    assert take_in(desk.book, desk.doors).total == Came(new=1)
    with desk.book.store.write() as connection:
        broken = "BEFORE INSERT ON tips WHEN NEW.door = 'mailroom' BEGIN SELECT RAISE(ABORT, 'no'); END"
        connection.execute(text(f"CREATE TRIGGER broken {broken}"))
    drop(tmp_path / "mail" / "2.eml", STRANGE["a charset of NULs"])
    drop(tmp_path / "rows" / "rows.csv", ROWS)
    assert take_in(desk.book, desk.doors).total == Came(new=1, kept=1)
    assert not list((tmp_path / "mail").iterdir())
