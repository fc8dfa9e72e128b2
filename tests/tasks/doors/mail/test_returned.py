"""What machines say of our notices is put on record with them, and opens no case (W-13, W-27)."""

import os
from base64 import b64decode
from pathlib import Path

import pytest

from states.access import SYSTEM
from states.casebook.effects import listing
from states.casebook.intake import logbook
from states.casebook.reading import overview
from states.tables import Notice
from states.vocabulary.effects import EffectKind, NoticeStatus
from states.vocabulary.people import Verdict
from tasks.desk import Desk
from tasks.doors.folders import Came, take_in
from tasks.doors.registry import Doors, MailFolderDoor
from tests.cases.walking import Walk
from tests.states.looking import verified

RECORDED = Path(__file__).with_name("recorded")

OURS = f"<{'a' * 40}@tatflow.invalid>"

BOUNCE = """\
From: Mail Delivery <mailer-daemon@x.example>
Message-ID: <b1@x.example>
Subject: Undeliverable: a message
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

Undeliverable.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; x.example

Final-Recipient: rfc822; y@z.example
Action: {action}
--x
Content-Type: text/rfc822-headers

Message-ID: {about}
--x--
"""

AWAY = """\
From: Officer Seven <seven@x.example>
Auto-Submitted: auto-replied
In-Reply-To: {about}
Subject: Away

I am away until Monday.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the mail door."""
    made = tmp_path / "mail"
    made.mkdir()
    return made


@pytest.fixture
def doors(folder: Path) -> Doors:
    """One door: that folder."""
    return Doors({"mailroom": MailFolderDoor(use="mail_folder", site="silver_city", folder=folder)})


def came(desk: Desk, folder: Path, mail: str) -> Came:
    """Drop a mail, and look into the folder."""
    file = folder / "a.eml"
    file.write_text(mail)
    os.utime(file, (1, 1))
    return take_in(desk.book, desk.doors).total


def noticed(walk: Walk, number: str, *, kind: EffectKind, recipient: str = "officer") -> None:
    """Put a notice on record that was handed over."""
    with walk.book.page(number, walk.chair, None) as page:
        lines = listing.effects(walk.book, by=SYSTEM, number=number)
        effect = min((line for line in lines if line.kind == kind), key=lambda line: line.due_at).effect_id
        notice = Notice(
            case_id=page.case.id,
            effect_id=effect,
            template="team_notice",
            recipient=recipient,
            message_id=OURS,
            status=NoticeStatus.SENT,
            at=page.now,
            sent_at=page.now,
        )
        page.add(notice, {"address": "y@z.example", "context": {}, "invite": ""})
        page.log("noted")


def kept(walk: Walk) -> list[logbook.EntryLine]:
    """What waits for a person."""
    return logbook.entries(walk.book, by=walk.chair, verdict=Verdict.NEEDS_A_PERSON)


def test_a_bounce_makes_its_notice_not_delivered_and_opens_no_case(
    desk: Desk, walk: Walk, folder: Path
) -> None:
    """It is kept with the notice, once; somebody is owed the news."""
    number = walk.reported()
    noticed(walk, number, kind=EffectKind.NOTIFY_TEAM)
    bounce = BOUNCE.format(action="failed", about=OURS)
    assert came(desk, folder, bounce) == Came(answered=1)
    assert came(desk, folder, bounce) == Came(answered=1)
    assert [case.number for case in overview.cases(walk.book, by=walk.chair)] == [number]
    (notice,) = walk.records(number, "notices")
    assert notice["status"] == NoticeStatus.NOT_DELIVERED
    (file,) = walk.records(number, "attachments")
    assert (file["about"], file["media_type"]) == (notice["id"], "message/rfc822")
    assert b64decode(file["content"]["data"]).decode() == bounce
    assert walk.events(number).count("notice_not_delivered") == 1
    reminders = [
        line
        for line in listing.effects(walk.book, by=SYSTEM, number=number)
        if line.kind == EffectKind.REMIND
    ]
    assert len(reminders) == 1
    assert verified(walk.book).cases == 1


@pytest.mark.parametrize(
    ("mail", "event"),
    [
        (BOUNCE.format(action="delayed", about=OURS), "notice_delayed"),
        (BOUNCE.format(action="relayed", about=OURS), "notice_delivered"),
        (AWAY.format(about=OURS), "notice_answered_by_machine"),
    ],
)
def test_what_is_no_failure_is_kept_with_the_notice_and_alarms_nobody(
    desk: Desk, walk: Walk, folder: Path, mail: str, event: str
) -> None:
    """Delayed, passed on, an absence: the notice stays sent."""
    number = walk.reported()
    noticed(walk, number, kind=EffectKind.NOTIFY_TEAM)
    assert came(desk, folder, mail) == Came(answered=1)
    (notice,) = walk.records(number, "notices")
    assert notice["status"] == NoticeStatus.SENT
    assert event in walk.events(number)
    kinds = [line.kind for line in listing.effects(walk.book, by=SYSTEM, number=number)]
    assert EffectKind.REMIND not in kinds


@pytest.mark.clause("W-13", "U-15")
def test_an_alert_that_comes_back_lets_the_next_call_go_out_now(desk: Desk, walk: Walk, folder: Path) -> None:
    """Nobody waits for a mailbox that is not there."""
    number = walk.reported(imminent=True)
    noticed(walk, number, kind=EffectKind.ALERT_POLICE, recipient="police:silver_city")
    before = walk.events(number)
    assert "alarm_hastened" not in before
    came(desk, folder, BOUNCE.format(action="failed", about=OURS))
    assert "alarm_hastened" in walk.events(number)


@pytest.mark.parametrize(
    "mail",
    [
        (RECORDED / "case_from_bounce.eml").read_text(),
        BOUNCE.format(action="failed", about="<not-ours@x.example>"),
        BOUNCE.format(action="delayed", about="<not-ours@x.example>"),
        AWAY.format(about="<not-ours@x.example>"),
    ],
)
def test_what_machines_say_of_something_else_is_left_to_a_person(
    desk: Desk, walk: Walk, folder: Path, mail: str
) -> None:
    """Said once, kept word for word, and no case, whatever number stands in its subject."""
    assert came(desk, folder, mail) == Came(kept=1)
    assert came(desk, folder, mail) == Came()
    (entry,) = kept(walk)
    assert entry.raw == mail
    assert overview.cases(walk.book, by=walk.chair) == []
