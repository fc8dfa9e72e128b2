"""What goes on with something that came in before joins its case, and is told like a report (M-01, W-47)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from states.casebook.inquiry import assessing, triage
from states.casebook.intake import logbook, tips
from states.casebook.intake.tips import Incoming
from states.casebook.reading import overview
from states.casebook.rearranging import moving
from states.casebook.record import evidence
from states.contents.reports import ReportContent
from states.errors import UnknownRecord
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock
from states.vocabulary.people import Verdict
from tasks.desk import Desk
from tasks.doors.folders import Came
from tasks.doors.registry import Doors, load_doors
from tests.cases.walking import Walk
from tests.states.looking import deadlines, running, verified
from tests.tasks.doors.mail.dropping import OURS, came, mailed, noticed

RECORDED = Path(__file__).with_name("recorded")

#: a mailbox that was written to about a case, which is a member's; and one that was not
KNOWN = "invented-officer-address@wnmu.example"
STRANGE = "stranger@x.example"


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """A door for mail, and one for rows."""
    for name in ("mail", "rows"):
        (tmp_path / name).mkdir()
    (tmp_path / "doors.toml").write_text(
        f'[mailroom]\nuse = "mail_folder"\nsite = "deming"\nfolder = "{tmp_path}/mail"\n'
        f'[district]\nuse = "csv_folder"\nsite = "gallup"\nfolder = "{tmp_path}/rows"\n'
        '[district.columns]\nid = "Tip No"\ntext = "What happened"\nname = "Student"\n'
        'campus_id = "Student ID"\nreceived_at = "Received"\n'
    )
    return load_doors(tmp_path / "doors.toml")


def reports(walk: Walk) -> dict[str, list[str]]:
    """What the reports of each case say."""
    return {
        case.number: [
            report["content"]["behaviour_of_concern"] for report in walk.records(case.number, "reports")
        ]
        for case in overview.cases(walk.book, by=walk.chair)
    }


def test_a_row_with_a_known_id_and_other_words_joins_the_case_of_the_first(
    desk: Desk, walk: Walk, tmp_path: Path
) -> None:
    """The team is told anew; the very same rows again are known."""
    rows = (RECORDED / "rows_same_id_update.csv").read_bytes()
    assert came(desk, tmp_path / "rows" / "a.csv", rows) == Came(new=2, joined=1)
    assert list(reports(walk).values()) == [["Shouted", "Now he has a gun"]]
    (number,) = reports(walk)
    assert "receive_report" in walk.events(number)
    assert came(desk, tmp_path / "rows" / "b.csv", rows) == Came(known=2)
    later = rows.replace(b"Now he", b"It is said that he")
    assert came(desk, tmp_path / "rows" / "c.csv", later) == Came(new=1, joined=1, known=1)
    assert verified(walk.book).cases == 1


def test_a_second_mail_with_one_message_id_joins_the_case_of_the_first(
    desk: Desk, walk: Walk, tmp_path: Path
) -> None:
    """Whatever way it came by, the same words are known."""
    assert mailed(desk, tmp_path / "mail", "He shouted.", Message_ID="<1@x.example>") == Came(new=1)
    again = mailed(desk, tmp_path / "mail", "He shouted.", Received="by mx", Message_ID="<1@x.example>")
    assert again == Came(known=1)
    assert mailed(desk, tmp_path / "mail", "He has a gun.", Message_ID="<1@x.example>") == Came(
        new=1, joined=1
    )
    assert mailed(desk, tmp_path / "mail", "He has a gun.", Message_ID="<1@x.example>") == Came(known=1)
    assert list(reports(walk).values()) == [["He shouted.", "He has a gun."]]
    photo = "--x\nContent-Type: text/plain\n\nHe has a gun.\n--x\nContent-Type: image/png\n\n{}\n--x--\n"
    head = {"Message_ID": "<1@x.example>", "Content_Type": "multipart/mixed; boundary=x"}
    for sent, expected in (("ONE", 1), ("ONE", 0), ("TWO", 1)):
        again = mailed(desk, tmp_path / "mail", photo.format(sent), **head)
        assert (again.joined, again.known) == (expected, 1 - expected), "with another file it is news"


def test_what_came_after_an_erasure_is_left_to_a_person(desk: Desk, walk: Walk, tmp_path: Path) -> None:
    """Nobody can say any more whether it is the same; it is kept, once."""
    mailed(desk, tmp_path / "mail", "He shouted.", Message_ID="<1@x.example>")
    (number,) = reports(walk)
    screening = triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="invented")
    assessing.concur(walk.book, number, by=walk.chair, about=screening)
    walk.dispose(number)
    walk.act(number, "dismiss")
    walk.erase(number)
    for _ in range(2):
        mailed(desk, tmp_path / "mail", "He has a gun.", Message_ID="<1@x.example>")
    (entry,) = logbook.entries(walk.book, by=walk.chair, verdict=Verdict.NEEDS_A_PERSON)
    assert "was erased" in entry.sentence
    assert "He has a gun." in entry.raw


def test_a_reply_joins_the_case_of_the_mail_that_it_answers(desk: Desk, walk: Walk, tmp_path: Path) -> None:
    """The one who wrote the first is the reporter of both."""
    for name in ("reply_1.eml", "reply_2.eml"):
        came(desk, tmp_path / "mail" / name, (RECORDED / name).read_bytes())
    ((first, second),) = reports(walk).values()
    assert "nobody will graduate" in first
    assert "parking lot NOW" in second
    (number,) = reports(walk)
    told = [report["content"]["reporter"]["email"] for report in walk.records(number, "reports")]
    assert told == ["terry@wnmu.example"] * 2


@pytest.mark.clause("W-39")
@pytest.mark.parametrize(
    "head",
    [
        {"In_Reply_To": OURS},
        {"References": f"<other@x.example> {OURS}"},
        {"Subject": "Re: {number}: news", "From": KNOWN},
        {"To": "team+{number}@wnmu.example", "From": KNOWN},
    ],
)
def test_a_reply_to_us_joins_its_case_and_makes_its_writer_nobody_there(
    desk: Desk, walk: Walk, tmp_path: Path, head: dict[str, str]
) -> None:
    """By our Message-ID, or by its number from a mailbox that it knows; a member keeps their case."""
    number = walk.reported()
    noticed(walk, number, address=KNOWN)
    named = {"From": STRANGE} | {name: value.format(number=number) for name, value in head.items()}
    writer = named["From"]
    assert mailed(desk, tmp_path / "mail", "He is here.", **named) == Came(new=1, joined=1)
    *_, report = walk.records(number, "reports")
    assert report["content"]["reporter"]["email"] == ""
    assert report["content"]["other_contact"]["email"] == writer
    assert number in [case.number for case in overview.cases(walk.book, by=walk.officer)]
    assert verified(walk.book).cases == 1


def test_a_number_under_which_there_is_no_case_opens_one(desk: Desk, tmp_path: Path) -> None:
    """It is no reason to lose a report."""
    assert mailed(desk, tmp_path / "mail", "He is here.", Subject="Re: TAT-1999-0001") == Came(new=1)


def test_files_of_a_mail_are_files_of_its_report_and_move_with_it(
    desk: Desk, walk: Walk, tmp_path: Path
) -> None:
    """Sealed, with name, type, size and digest; nothing of them stays in a case that is of somebody else."""
    part = "--x\nContent-Type: image/png; name=post.png\nContent-Disposition: attachment\n\nSAYSIT\n--x--\n"
    head = {"Content_Type": "multipart/mixed; boundary=x"}
    assert mailed(desk, tmp_path / "mail", part, **head) == Came(new=1)
    (number,) = reports(walk)
    (report,) = walk.records(number, "reports")
    assert "post.png (image/png, 6 bytes)" in report["content"]["behaviour_of_concern"]
    (file,) = walk.records(number, "attachments")
    assert (file["about"], file["media_type"], file["size"]) == (report["id"], "image/png", 6)
    found = evidence.opened(walk.book, number, file["id"], by=walk.chair)
    assert (found.name, found.digest) == ("post.png", file["content"]["digest"])
    assert b"".join(found.part()) == b"SAYSIT"
    other = walk.reported()
    moving.move_report(walk.book, number, report["id"], to=other, by=walk.chair, because="Somebody else.")
    (tip,), (left,) = walk.records(other, "tips"), walk.records(number, "tips")
    assert ("SAYSIT" in tip["content"]["raw"], left["content"]["raw"]) == (True, "")
    (moved,) = walk.records(other, "attachments")
    assert b"".join(evidence.opened(walk.book, other, moved["id"], by=walk.chair).part()) == b"SAYSIT"
    with pytest.raises(UnknownRecord, match="no such file"):
        evidence.opened(walk.book, number, file["id"], by=walk.chair)
    assert verified(walk.book).cases == 2


def test_who_wrote_what_was_passed_on_is_kept_beside_who_passed_it_on(
    desk: Desk, walk: Walk, tmp_path: Path
) -> None:
    """As somebody else who may be asked; the reporter is whoever told us."""
    inside = "From: Sam Sample <sam@x.example>\nSubject: You\n\nI will."
    assert mailed(desk, tmp_path / "mail", inside, Content_Type="message/rfc822") == Came(new=1)
    (report,) = walk.records(next(iter(reports(walk))), "reports")
    told = report["content"]
    assert (told["reporter"]["email"], told["other_contact"]["email"]) == (
        "terry@wnmu.example",
        "sam@x.example",
    )


@pytest.mark.clause("W-47", "M-01")
def test_the_answer_that_a_tip_is_owed_moves_with_its_report(walk: Walk) -> None:
    """Its clock, its words and its sender's id are of the case that it belongs to, and of no other."""
    said = {"behaviour_of_concern": "He shouted.", "subject": {"site": "deming"}}
    tip = Incoming("line", "tip-7", ReportContent.read(said), "HIS WORDS", None, answerable=True)
    tips.take_tip(walk.book, tip)
    (number,) = reports(walk)
    (report,), other = walk.records(number, "reports"), walk.reported()
    (due_at,) = [row.due_at for row in deadlines(walk.book, Clock.TIP_FOLLOW_UP)]
    moving.move_report(walk.book, number, report["id"], to=other, by=walk.chair, because="Somebody else.")
    assert Clock.TIP_FOLLOW_UP in running(walk.book, other)
    assert Clock.TIP_FOLLOW_UP not in running(walk.book, number)
    assert {row.due_at for row in deadlines(walk.book, Clock.TIP_FOLLOW_UP)} == {due_at}
    (moved,), (left,) = walk.records(other, "tips"), walk.records(number, "tips")
    assert (moved["content"]["external_id"], moved["content"]["raw"]) == ("tip-7", "HIS WORDS")
    assert (left["content"]["external_id"], left["content"]["raw"]) == ("", "")
    assert tips.take_tip(walk.book, tip) is tips.Taken.KNOWN
    later = replace(tip, raw="MORE OF THEM")
    assert tips.take_tip(walk.book, later) is tips.Taken.JOINED
    assert len(walk.records(other, "tips")) == 2
    assert verified(walk.book).cases == 2


@pytest.mark.parametrize(
    "date",
    ["Thu, 1 Jan 1970 00:00:00 +0000", "Mon, 3 Nov 99999999999 08:15:00 -0700", "1 Jan 9000 00:00:00 +0000"],
)
def test_a_date_that_no_clock_shows_starts_none(desk: Desk, walk: Walk, tmp_path: Path, date: str) -> None:
    """The sender's word is kept; the clock runs from when the mail came in."""
    before = datetime.now(UTC) - timedelta(minutes=1)
    assert mailed(desk, tmp_path / "mail", "He shouted.", Date=date) == Came(new=1)
    (number,) = reports(walk)
    (report,) = walk.records(number, "reports")
    assert report["received_at"] >= before
    (tip,) = walk.records(number, "tips")
    assert tip["content"]["dated"] == date


@pytest.mark.parametrize("name", sorted(path.name for path in RECORDED.glob("crash_*.eml")))
def test_a_mail_that_readers_of_mail_fell_over_is_a_report(
    desk: Desk, walk: Walk, tmp_path: Path, name: str
) -> None:
    """Whatever its headers say."""
    assert came(desk, tmp_path / "mail" / name, (RECORDED / name).read_bytes()) == Came(new=1)
    ((said,),) = reports(walk).values()
    assert "bring a gun" in said


def test_a_file_with_one_heading_twice_is_set_aside(desk: Desk, walk: Walk, tmp_path: Path) -> None:
    """Which column is meant, nobody can say: the file stays, under another name, and is said."""
    rows = "Tip No,What happened,What happened,Student,Student ID,Received\n1,a,b,,,\n"
    assert came(desk, tmp_path / "rows" / "a.csv", rows) == Came(refused=1)
    (aside,) = (tmp_path / "rows").iterdir()
    assert aside.read_text() == rows
    (entry,) = logbook.entries(walk.book, by=walk.chair, verdict=Verdict.NEEDS_A_PERSON)
    assert "same heading" in entry.sentence
    assert aside.name in entry.sentence


def test_rows_that_are_empty_are_counted_and_windows_letters_are_read(
    desk: Desk, walk: Walk, tmp_path: Path
) -> None:
    """Commas alone, blanks, or nothing at all; and columns without a heading keep what is in them."""
    rows = "Tip No,What happened,Student,Student ID,Received,,\n1,Café,,,,seen,\n,,,,,,\n  ,,,,,,\n\n"
    assert came(desk, tmp_path / "rows" / "a.csv", rows.encode("cp1252")) == Came(new=1, empty=3)
    assert list(reports(walk).values()) == [["Café"]]
    (tip,) = walk.records(next(iter(reports(walk))), "tips")
    assert "(6): seen" in tip["content"]["raw"]


def test_who_passes_something_on_into_a_case_is_kept_beside_who_wrote_it(
    desk: Desk, walk: Walk, tmp_path: Path
) -> None:
    """Neither becomes the reporter of that case: whoever wrote it may be asked, and who sent it is named."""
    number = walk.reported()
    noticed(walk, number, address=KNOWN)
    inside = "From: Sam Sample <sam@x.example>\nSubject: You\n\nI will."
    head = {"From": STRANGE, "In_Reply_To": OURS, "Content_Type": "message/rfc822"}
    assert mailed(desk, tmp_path / "mail", inside, **head) == Came(new=1, joined=1)
    *_, report = walk.records(number, "reports")
    told = report["content"]
    assert (told["reporter"]["email"], told["other_contact"]["email"]) == ("", "sam@x.example")
    assert told["behaviour_of_concern"].startswith("[Sent by ")
    assert STRANGE in told["behaviour_of_concern"].partition("]")[0]
    assert "I will." in told["behaviour_of_concern"]
