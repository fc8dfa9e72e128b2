"""Flows that put dates into calendars."""

import pytest
from icalendar import Calendar

from states.vocabulary.effects import EffectKind
from tests.cases.walking import TEAM, Walk
from tests.installations.running import Runs


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


async def test_an_invitation_has_a_place_and_an_organizer_who_reads(walk: Walk, runs: Runs) -> None:
    """Whoever cannot come answers the chair's office, not the system; the calendar says where."""
    number = walk.monitored()
    await runs.only(number, EffectKind.SCHEDULE_REASSESSMENT)
    pack = walk.book.pack
    office = pack.office(pack.chair_office).address
    mail = runs.mail()[0]
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    assert (event["ORGANIZER"], mail["Reply-To"]) == (f"mailto:{office}", office)
    assert event["ORGANIZER"].params["SENT-BY"] == f"mailto:{mail['From'].addresses[0].addr_spec}"
    assert event["LOCATION"]
