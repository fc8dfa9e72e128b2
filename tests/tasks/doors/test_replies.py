"""A reply to an alert takes it over if it says so; any other is kept, and none becomes a report."""

import os
from pathlib import Path

import pytest

from states.access import REPORTER, SYSTEM
from states.casebook.alarms import answers, replies
from states.casebook.alarms.calling import Recipient
from states.casebook.alarms.own_words import takes_over
from states.casebook.alarms.replies import Unclear
from states.casebook.effects import attempts, listing
from states.casebook.intake import logbook, reports
from states.contents.closing import TakeOverContent
from states.contents.payloads import ReplyUnclear
from states.contents.reports import ReportContent
from states.tables import Notice
from states.vocabulary.danger import AnswerWay
from tasks.doors.folders import take_in
from tasks.doors.registry import Doors, MailFolderDoor
from tests.cases import answering
from tests.cases.walking import Walk
from tests.states.looking import verified


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
    number = reports.report(walk.book, ReportContent.read(given), by=REPORTER).number
    return number, answering.calls(walk.book, number)[0].recipients[0].secret


@pytest.mark.clause("W-13", "U-15")
def test_a_reply_whose_first_line_says_yes_takes_the_alarm_over(walk: Walk, folder: Path) -> None:
    """Who replied is on record; the mail is no report of concern, and once is enough."""
    number, secret = alarmed(walk)
    for _ in range(2):
        mailed(folder, f"YES.\nUnit 7 is on the way.\n\nThe alert said:\n> http://tat.example/m/{secret}\n")
    came = take_in(walk.book, doors(folder)).total
    assert (came.new, came.known) == (0, 2)
    assert list(folder.iterdir()) == []
    (shown,) = answers.show(walk.book, number, by=walk.chair)
    (answer,) = shown.answers
    assert (answer.way, answer.took_over, answer.who, answer.agency, answer.said) == (
        AnswerWay.REPLY,
        True,
        "Officer Seven",
        "seven@deming-police.example",
        "YES.\nUnit 7 is on the way.",
    )
    assert shown.alarm.taken_over_at is not None


def told(walk: Walk, number: str) -> list[Unclear]:
    """Who is told by now that their reply took nothing over."""
    found = []
    for line in answering.owed(walk.book, number):
        work = (
            attempts.begin(walk.book, line.effect_id, "a-run", by=SYSTEM)
            if line.due_at <= walk.book.clock()
            else None
        )
        if work is not None and isinstance(work.payload, ReplyUnclear):
            unclear = replies.unclear(walk.book, work, work.payload.answer)
            found += [] if unclear is None else [unclear]
            attempts.finish(walk.book, work)
    return found


@pytest.mark.clause("W-13", "U-15")
def test_any_other_reply_is_kept_and_its_writer_told_once_while_the_calls_go_on(
    walk: Walk, folder: Path
) -> None:
    """The team sees what was said; a link goes to nobody but whom the alert went to; then YES counts."""
    number, secret = alarmed(walk)
    with walk.book.page(number, walk.chair, None) as page:
        # Each of the calls that went out side by side; what is of their kind and not done is the next round.
        lines = listing.effects(walk.book, by=SYSTEM, number=number)
        for n, line in enumerate(one for one in lines if (one.kind, one.status) == ("alert_police", "done")):
            notice = Notice(
                case_id=page.case.id,
                effect_id=line.effect_id,
                template="alert_police",
                recipient="police:silver_city",
                message_id=f"<invented-{n}@tat.example>",
                status="sent",
                at=page.now,
            )
            page.add(notice, {"address": "university.police@wnmu.example"})
        page.log("noted")
    for text in ("Yes, I have read it, and I am off duty.", "Who is this?"):
        mailed(folder, f"{text}\n> http://tat.example/m/{secret}\n")
    take_in(walk.book, doors(folder))
    (shown,) = answers.show(walk.book, number, by=walk.chair)
    assert shown.alarm.taken_over_at is None
    assert answering.owed(walk.book, number) != []
    assert [(one.took_over, one.said) for one in shown.answers] == [
        (False, "Yes, I have read it, and I am off duty."),
        (False, "Who is this?"),
    ]
    (unclear,) = told(walk, number)
    assert unclear.recipient == Recipient("police:silver_city", "university.police@wnmu.example", secret)
    assert told(walk, number) == []
    mailed(folder, "yes", In_Reply_To="<invented-0@tat.example>")
    take_in(walk.book, doors(folder))
    assert answers.show(walk.book, number, by=walk.chair)[0].alarm.taken_over_at is not None
    assert verified(walk.book).cases == 1


@pytest.mark.clause("W-13", "U-15")
def test_nobody_is_told_of_an_unclear_reply_once_somebody_has_taken_over(walk: Walk, folder: Path) -> None:
    """It is on record all the same."""
    number, secret = alarmed(walk)
    mailed(folder, f"On our way?\n> http://tat.example/m/{secret}\n")
    take_in(walk.book, doors(folder))
    answers.by_link(walk.book, secret, TakeOverContent(who="Officer 7"))
    assert told(walk, number) == []
    (shown,) = answers.show(walk.book, number, by=walk.chair)
    assert [one.took_over for one in shown.answers] == [False, True]


@pytest.mark.clause("W-13")
@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"Subject": "Automatic reply: EMERGENCY Deming"},
        {"Subject": "Out of Office: back on Monday"},
    ],
)
def test_a_machine_that_answers_takes_nothing_over(walk: Walk, folder: Path, headers: dict[str, str]) -> None:
    """Not even with a YES in it: its mail is kept for a person to see, and the calls go on."""
    number, secret = alarmed(walk)
    mailed(folder, f"YES\n> http://tat.example/m/{secret}\n", **headers)
    came = take_in(walk.book, doors(folder)).total
    assert (came.new, came.kept) == (0, 1)
    (shown,) = answers.show(walk.book, number, by=walk.chair)
    assert (shown.alarm.taken_over_at, shown.answers) == (None, [])
    assert sum(logbook.counts(walk.book, by=SYSTEM).values()) == 1


@pytest.mark.clause("W-13", "U-15")
@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("YES", True),
        ("  yes!  \n\nSgt. Sample, badge 7", True),
        ("> EMERGENCY: Deming\n> Call now.\n\nI\u2019m taking over\n", True),
        ("> EMERGENCY: Deming\n> Call now.\n\nI am taking over.\n", True),
        ("Am Montag schrieb das Team:\n> Call now.\n\nTaken over", True),
        ("I take over\n\n-----Original Message-----\nFrom: the team", True),
        ("Yes but not before eight", False),
        ("yesterday", False),
        ("no", False),
        ("Is this real?\nYES", False),
        ("From: Threat Assessment Team\nYES", False),
        ("", False),
        ("> YES", False),
    ],
)
def test_one_rule_says_whether_a_reply_takes_over(walk: Walk, text: str, *, taken: bool) -> None:
    """The first own line is one of the pack's words, and nothing else; a quotation is nobody's own."""
    assert takes_over(text, walk.book.pack.alert.take_over) is taken


def test_any_other_mail_is_a_report_as_ever(walk: Walk, folder: Path) -> None:
    """A reply to something else, or a link that is none of ours, changes nothing."""
    mailed(folder, f"See http://tat.example/m/{'0' * 64}", In_Reply_To="<other@example>")
    assert take_in(walk.book, doors(folder)).total.new == 1
