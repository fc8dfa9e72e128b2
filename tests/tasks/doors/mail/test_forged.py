"""A stranger's mail that claims a case gets nowhere, learns nothing, and is not lost (W-39, M-01)."""

from pathlib import Path

import pytest

from states.access import SYSTEM
from states.casebook.alarms import answers
from states.casebook.effects import listing
from states.casebook.intake import logbook
from states.casebook.intake.belonging import UNPROVEN
from states.vocabulary.effects import EffectKind, NoticeStatus
from tasks.desk import Desk
from tasks.doors.folders import Came
from tasks.doors.registry import Doors, MailFolderDoor
from tests.cases.walking import Walk
from tests.states.looking import verified
from tests.tasks.doors.mail.dropping import BOUNCE, OURS, came, mailed, noticed

GUESSED = f"<{'b' * 40}@tatflow.invalid>"
STRANGER = "Max Muster <stranger@x.example>"


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


@pytest.mark.clause("W-39", "W-13")
def test_what_a_stranger_claims_changes_no_case_and_no_alarm(desk: Desk, walk: Walk, folder: Path) -> None:
    """A number, a guessed Message-ID, a guessed secret, a bounce of nothing: each is told to a person."""
    number = walk.reported(imminent=True)
    noticed(walk, number, kind=EffectKind.ALERT_POLICE, recipient="police:silver_city")
    before = (walk.events(number), walk.records(number, "notices"), _owed(walk, number))
    told: list[dict[str, str]] = [
        {"Subject": f"Re: {number}: news"},
        {"Subject": "Re: TAT-1999-0001: news"},
        {"To": f"team+{number}@wnmu.example", "Subject": "news"},
        {"Subject": "Re: EMERGENCY", "In_Reply_To": GUESSED, "References": GUESSED},
    ]
    for count, head in enumerate(told, 1):
        body = f"YES {count}\n> https://tat.example/m/{'0' * 64}\n"
        assert mailed(desk, folder, body, From=STRANGER, **head) == Came(new=1)
    for mail in (
        BOUNCE.format(action="failed", about=GUESSED),
        f"Auto-Submitted: auto-replied\nSubject: Re: {number}\nIn-Reply-To: {GUESSED}\n\nYES",
    ):
        assert came(desk, folder / "a.eml", mail) == Came(kept=1)
    assert (walk.events(number), walk.records(number, "notices"), _owed(walk, number)) == before
    assert answers.show(walk.book, number, by=walk.chair)[0].alarm.taken_over_at is None
    others = [case.number for case in walk.cases() if case.number != number]
    said = [walk.records(one, "reports")[0]["content"]["behaviour_of_concern"] for one in sorted(others)]
    # Whether there is such a case makes no difference to what is written.
    assert [UNPROVEN in text for text in said] == [True, True, True, False]
    assert all(f"YES {count}" in text for count, text in enumerate(said, 1))
    assert len(logbook.entries(walk.book, by=walk.chair)) == 2
    assert verified(walk.book).cases == len(told) + 1


def test_the_message_id_of_one_case_opens_no_other(desk: Desk, walk: Walk, folder: Path) -> None:
    """A mail that answers a notice of one case and names another goes to the one whose notice it answers."""
    mine, other = walk.reported(), walk.reported()
    noticed(walk, mine)
    before = walk.events(other)
    head = {"In_Reply_To": OURS, "Subject": f"Re: {other}"}
    assert mailed(desk, folder, "He is here.", From=STRANGER, **head) == Came(new=1, joined=1)
    assert walk.events(other) == before
    assert len(walk.records(mine, "reports")) == 2
    bounce = BOUNCE.format(action="failed", about=OURS).replace("a message", other)
    assert came(desk, folder / "a.eml", bounce) == Came(answered=1)
    assert [row["status"] for row in walk.records(mine, "notices")] == [NoticeStatus.NOT_DELIVERED]
    assert walk.events(other) == before


def _owed(walk: Walk, number: str) -> list[str]:
    return sorted(line.effect_id for line in listing.effects(walk.book, by=SYSTEM, number=number))
