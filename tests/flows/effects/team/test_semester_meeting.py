"""The semester's meeting in people's calendars: called, moved, called off (W-33, U-04)."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from states.casebook.landing import semester_calls
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk
from tests.installations.running import Runs


@pytest.mark.clause("W-33", "U-04")
async def test_everybody_on_the_team_has_one_entry_that_moves_and_goes(walk: Walk, runs: Runs) -> None:
    """The same entry each time, under a higher number; the links lead to the meeting's page."""
    book, at = walk.book, walk.book.clock() + timedelta(days=2)
    meeting = semester_calls.call(book, by=walk.chair, at=at)
    await runs.every(EffectKind.CONVENE_TEAM)
    semester_calls.move(book, meeting, by=walk.chair, at=at + timedelta(hours=1), because="invented-why")
    await runs.every(EffectKind.CONVENE_TEAM)
    semester_calls.cancel(book, meeting, by=walk.chair)
    await runs.every(EffectKind.CANCEL_MEETINGS)
    told = ["meeting_cancelled", "meeting_invitation", "meeting_invitation"]
    asked = {
        f"invented-{member}-address@wnmu.example": told for member in ("chair", "officer", "dean", "nurse")
    }
    assert asked.items() <= runs.told().items()
    found, why = [], []
    for mail in runs.mail():
        assert "invented-why" not in str(mail.get_body(("plain",))), "what people write stays on pages"
        why.append("says why" in str(mail.get_body(("plain",))))
        if mail["To"] == min(asked):
            assert f"/meetings/semester/{meeting}" in str(mail.get_body(("plain",)))
            (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
            calendar = Calendar.from_ical(part.get_content())
            (event,) = calendar.walk("VEVENT")
            found.append((str(calendar["METHOD"]), str(event["UID"]), event["SEQUENCE"]))
    assert len({uid for _, uid, _ in found}) == 1
    assert sorted((method, sequence) for method, _, sequence in found) == [
        ("CANCEL", 2),
        ("REQUEST", 0),
        ("REQUEST", 1),
    ]
    assert why.count(True) == len(why) / 3, "each one's update says where, and neither the first nor the last"
