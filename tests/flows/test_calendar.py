"""Flows that put dates into calendars."""

import pytest

from states.vocabulary import EffectKind
from tests.running import Runs
from tests.walking import TEAM, Walk


async def test_the_next_reassessment_is_in_everybodys_calendar(walk: Walk, runs: Runs) -> None:
    """Active monitoring comes with a date on which the team looks again (W-08)."""
    number = walk.monitored()
    await runs.only(number, EffectKind.SCHEDULE_REASSESSMENT)
    everybody = {f"invented-{member}-address@wnmu.example" for member, _, _ in TEAM}
    assert runs.told() == {address: ["reassessment_invitation"] for address in everybody}
    assert all("BEGIN:VCALENDAR" in str(mail) for mail in runs.mail())


@pytest.mark.clause("W-45")
async def test_each_check_in_is_in_its_owners_calendar(walk: Walk, runs: Runs) -> None:
    """Coming back is accompanied: whoever holds a check-in is invited to each one."""
    number = walk.reintegrating()
    await runs.only(number, EffectKind.SCHEDULE_CHECKINS)
    assert runs.told() == {"invented-nurse-address@wnmu.example": ["checkin_invitation"] * 2}
    assert len({mail["Message-ID"] for mail in runs.mail()}) == 2
