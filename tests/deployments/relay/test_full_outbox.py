"""The folder that takes messages is full: nothing half-written, everything goes out once there is room."""

import asyncio
from collections import Counter
from email import message_from_bytes
from pathlib import Path

from states.access import SYSTEM
from states.casebook.effects import listing
from states.settings import Settings
from states.vocabulary.effects import EffectKind
from tasks.desk import Desk
from tests.cases.walking import Walk
from tests.deployments.relay.late_worker import work
from tests.installations.alarming import POLICE, lane
from tests.installations.disks import fill, small_disk
from tests.waiting import until


def recipients(folder: Path) -> Counter[str]:
    """Whom the messages in a folder are for."""
    return Counter(str(message_from_bytes(file.read_bytes())["To"]) for file in folder.glob("*.eml"))


def test_a_full_outbox_holds_up_messages_and_alarms_and_no_case(
    desk: Desk, settings: Settings, walk: Walk, tmp_path: Path
) -> None:
    """Cases are worked meanwhile; a notice's attempt ends with a code, an alarm goes on by itself."""
    log = tmp_path / "lane.log"
    with small_disk(settings.outbox, megabytes=1) as outbox, lane(settings, log):
        filling = fill(outbox)
        number = walk.reported()
        walk.act(number, "raise_alarm", {"reason": "invented"})
        lines = listing.effects(desk.book, by=SYSTEM, number=number)
        notice = next(line.effect_id for line in lines if line.kind == EffectKind.NOTIFY_TEAM)
        assert asyncio.run(work(desk, notice, 60, "all")) == "outbox_unwritable"
        until(lambda: "outbox_unwritable" in log.read_text(), "the alarm was not tried")
        assert list(outbox.iterdir()) == [filling]
        filling.unlink()
        assert asyncio.run(work(desk, notice, 60, "all")) == "sent"
        until(lambda: recipients(outbox)[POLICE], "the alarm does not go on")
        told = recipients(outbox)
    assert len(told) > 1
    assert "None" not in told, "half a message"
