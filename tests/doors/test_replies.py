"""A reply to an alert takes it over; an absence notice does not, and neither becomes a report."""

import os
from pathlib import Path

import pytest

from states.access import REPORTER
from states.casebook import alarm_answers, intake, logbook
from states.records import ReportContent
from states.vocabulary import AnswerWay
from tasks.doors.folders import take_in
from tasks.doors.registry import Doors, MailFolderDoor
from tests import answering
from tests.walking import Walk


def mailed(folder: Path, text: str, **headers: str) -> None:
    """Drop a mail into a folder, as old as a whole one is."""
    head = {"From": "Officer Seven <seven@deming-police.example>", "Subject": "Re: EMERGENCY"} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in head.items()]
    path = folder / f"{len(list(folder.iterdir()))}.eml"
    path.write_text("\n".join([*lines, "", text]))
    os.utime(path, (1, 1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a mail door."""
    made = tmp_path / "mail"
    made.mkdir()
    return made


def doors(folder: Path) -> Doors:
    """One door: that folder."""
    return Doors({"mailroom": MailFolderDoor(use="mail_folder", site="silver_city", folder=folder)})


def alarmed(walk: Walk) -> tuple[str, str]:
    """Report a danger; gives the case's number and the secret in the first alert."""
    given = {"behaviour_of_concern": "x", "imminent": True, "subject": {"site": "deming"}}
    number = intake.report(walk.book, ReportContent.read(given), by=REPORTER).number
    return number, answering.calls(walk.book, number)[0].recipients[0].secret


@pytest.mark.clause("W-13", "U-15")
def test_a_reply_that_quotes_the_alert_takes_it_over(walk: Walk, folder: Path) -> None:
    """Who replied is on record; the mail is no report of concern, and once is enough."""
    number, secret = alarmed(walk)
    for _ in range(2):
        mailed(folder, f"On our way.\n> http://tat.example/m/{secret}\n")
    came = take_in(walk.book, doors(folder))
    assert (came.new, came.known) == (0, 2)
    assert list(folder.iterdir()) == []
    (shown,) = alarm_answers.show(walk.book, number, by=walk.chair)
    (answer,) = shown.answers
    assert (answer.way, answer.who, answer.agency) == (
        AnswerWay.REPLY,
        "Officer Seven",
        "seven@deming-police.example",
    )
    assert shown.alarm.taken_over_at is not None


@pytest.mark.clause("W-13")
@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"Return_Path": "<>"}]
)
def test_a_machine_that_answers_takes_nothing_over(walk: Walk, folder: Path, headers: dict[str, str]) -> None:
    """Its mail is kept for a person to see, and the calls go on."""
    number, secret = alarmed(walk)
    mailed(folder, f"I am away.\n> http://tat.example/m/{secret}\n", **headers)
    came = take_in(walk.book, doors(folder))
    assert (came.new, came.kept) == (0, 1)
    assert alarm_answers.show(walk.book, number, by=walk.chair)[0].alarm.taken_over_at is None
    assert sum(logbook.counts(walk.book).values()) == 1


def test_any_other_mail_is_a_report_as_ever(walk: Walk, folder: Path) -> None:
    """A reply to something else, or a link that is none of ours, changes nothing."""
    mailed(folder, f"See http://tat.example/m/{'0' * 64}", In_Reply_To="<other@example>")
    assert take_in(walk.book, doors(folder)).new == 1
