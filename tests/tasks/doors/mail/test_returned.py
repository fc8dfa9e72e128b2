"""What machines say of our notices is put on record with them, and opens no case (W-13, W-27)."""

from base64 import b64decode
from pathlib import Path

import pytest
from sqlalchemy import select

from states.access import SYSTEM
from states.casebook.closing import calls, endings
from states.casebook.effects import listing
from states.casebook.effects.owing import owe_without_case
from states.casebook.intake import logbook
from states.casebook.reading import overview
from states.casebook.team_rows import add_row
from states.contents.payloads import REMIND, Undelivered
from states.contents.verbatim import NoticeContent
from states.ledger import chain
from states.tables import Effect, Notice, table_of
from states.vocabulary.effects import Clock, EffectKind, NoticeStatus
from states.vocabulary.people import Verdict
from tasks.desk import Desk
from tasks.doors.folders import Came
from tasks.doors.registry import Doors, MailFolderDoor
from tests.cases.walking import Walk
from tests.states.looking import rows, running, verified
from tests.tasks.doors.mail.dropping import BOUNCE, OURS, came, mailed, noticed

RECORDED = Path(__file__).with_name("recorded")

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


def kept(walk: Walk) -> list[logbook.EntryLine]:
    """What waits for a person."""
    return logbook.entries(walk.book, by=walk.chair, verdict=Verdict.NEEDS_A_PERSON)


def test_a_bounce_makes_its_notice_not_delivered_and_opens_no_case(
    desk: Desk, walk: Walk, folder: Path
) -> None:
    """It is kept with the notice, once; somebody is owed the news."""
    number = walk.reported()
    noticed(walk, number)
    bounce = BOUNCE.format(action="failed", about=OURS)
    assert came(desk, folder / "a.eml", bounce) == Came(answered=1)
    assert came(desk, folder / "a.eml", bounce) == Came(answered=1)
    assert [case.number for case in overview.cases(walk.book, by=walk.chair)] == [number]
    (notice,) = walk.records(number, "notices")
    assert notice["status"] == NoticeStatus.NOT_DELIVERED
    (file,) = walk.records(number, "attachments")
    assert (file["about"], file["media_type"]) == (notice["id"], "message/rfc822")
    assert b64decode(file["content"]["data"]).decode() == bounce
    assert walk.events(number).count("notice_not_delivered") == 1
    # Another mail system on the way says it, too: that is kept, and nobody is told a second time.
    assert came(desk, folder / "a.eml", bounce.replace("b1@", "b2@")) == Came(answered=1)
    assert len(walk.records(number, "attachments")) == 2
    reminders = [
        line
        for line in listing.effects(walk.book, by=SYSTEM, number=number)
        if line.kind == EffectKind.REMIND
    ]
    assert len(reminders) == 1
    assert verified(walk.book).cases == 1


@pytest.mark.parametrize(
    "head",
    [
        "From: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example\nSubject: Non remis : avis",
        "From: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example\nSubject: in no tongue we know",
        "From: postmaster@x.example\nAuto-Submitted: auto-replied\nSubject: No se puede entregar: aviso",
        "From: postmaster@x.example\nSubject: =?utf-8?B?6YWN5L+h5LiN6IO9?=: notice",
    ],
)
def test_a_bounce_without_a_report_is_one_in_any_language(
    desk: Desk, walk: Walk, folder: Path, head: str
) -> None:
    """Gateways take the report out of it, and leave a text."""
    number = walk.reported()
    noticed(walk, number)
    assert came(desk, folder / "a.eml", f"{head}\n\nx\nMessage-ID: {OURS}\n") == Came(answered=1)
    assert [row["status"] for row in walk.records(number, "notices")] == [NoticeStatus.NOT_DELIVERED]


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
    noticed(walk, number)
    assert came(desk, folder / "a.eml", mail) == Came(answered=1)
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
    came(desk, folder / "a.eml", BOUNCE.format(action="failed", about=OURS))
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
    assert came(desk, folder / "a.eml", mail) == Came(kept=1)
    assert came(desk, folder / "a.eml", mail) == Came()
    (entry,) = kept(walk)
    assert entry.raw == mail
    assert overview.cases(walk.book, by=walk.chair) == []


@pytest.mark.clause("W-27")
def test_a_reporter_is_phoned_whom_the_mail_about_the_end_did_not_reach(
    desk: Desk, walk: Walk, folder: Path
) -> None:
    """As one who left no mailbox is: once, with the same words and clock, beside the news to the chair."""
    number = walk.closed()
    reporter = "invented-reporter-email@people.example"
    told = {"recipient": "reporter", "address": reporter, "template": endings.TOLD_BY}
    noticed(walk, number, kind=EffectKind.CLOSE_OUT, **told)
    for _ in range(2):
        assert came(desk, folder / "a.eml", BOUNCE.format(action="failed", about=OURS)) == Came(answered=1)
    (call,) = calls.to_make(walk.book, by=walk.chair)
    assert (call.number, call.phone, call.say) == (number, "invented-reporter-phone", endings.CONCLUDED)
    assert Clock.REPORTER_CALL in running(walk.book, number)
    kinds = [line.kind for line in listing.effects(walk.book, by=SYSTEM, number=number)]
    assert kinds.count(EffectKind.REMIND) == 1
    assert verified(walk.book).cases == 1


def test_a_message_of_ours_that_comes_back_as_it_left_is_no_report(
    desk: Desk, walk: Walk, folder: Path
) -> None:
    """Somebody passes their mail on to the door: a report of it would send the next message."""
    number = walk.reported()
    noticed(walk, number)
    head = {"Message_ID": OURS, "Subject": f"{number}: a report", "Auto_Submitted": "auto-generated"}
    before = walk.events(number)
    assert mailed(desk, folder, "There is a report.", **head) == Came(kept=1)
    assert mailed(desk, folder, "There is a report.", **head) == Came()
    assert walk.events(number) == before
    assert len(walk.cases()) == 1


def test_a_bounce_of_what_is_of_no_case_is_told_and_kept_for_a_person(
    desk: Desk, walk: Walk, folder: Path
) -> None:
    """A message of the team's own, and one of a case that was erased since."""
    with desk.book.store.write() as connection:
        key = desk.book.lock_team(connection)
        owe_without_case(desk.book, connection, REMIND, "invented", Undelivered(undelivered="invented"))
        (effect,) = connection.scalars(select(table_of(Effect).c.id)).all()
        notice = Notice(
            effect_id=effect,
            template="annual_review",
            recipient="chair",
            message_id=OURS,
            status=NoticeStatus.SENT,
            at=desk.book.clock(),
        )
        told = add_row(connection, notice, key, NoticeContent(address="y@z.example"))
        chain.append_of_team(connection, told, at=desk.book.clock(), actor=SYSTEM.id, what="noted")
    bounce = BOUNCE.format(action="failed", about=OURS)
    for expected in (Came(kept=1, answered=1), Came(answered=1)):
        assert came(desk, folder / "a.eml", bounce) == expected
    assert [row.status for row in rows(desk.book, Notice)] == [NoticeStatus.NOT_DELIVERED]
    assert len(rows(desk.book, Effect)) == 2, "somebody is told, once"
    (entry,) = kept(walk)
    assert "of no case" in entry.sentence
    verified(desk.book)


def test_a_bounce_of_a_case_that_was_erased_waits_for_a_person(desk: Desk, walk: Walk, folder: Path) -> None:
    """Nothing of that case can be written any more."""
    number = walk.dismissed()
    noticed(walk, number, kind=EffectKind.CLOSE_OUT)
    walk.erase(number)
    assert came(desk, folder / "a.eml", BOUNCE.format(action="failed", about=OURS)) == Came(kept=1)
    (entry,) = kept(walk)
    assert "What it is about is not known here." in entry.sentence
