"""The semester's meeting in people's calendars: called, moved, called off (W-33, U-04)."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from states.access import SYSTEM
from states.casebook.landing import semester_calls
from states.casebook.rounds import sweeping
from states.casebook.team import ending, members
from states.contents.team import MemberContent
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import Role
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


def enrolled(walk: Walk, member: str, role: Role = Role.MEMBER) -> None:
    """Somebody who comes onto the team."""
    content = MemberContent(name=f"invented-{member}-name", address=address(member))
    members.enrol(walk.book, member, content, by=walk.chair, roles=[role])


def address(member: str) -> str:
    """Where somebody is told."""
    return f"invented-{member}-address@wnmu.example"


@pytest.mark.clause("W-33", "U-04")
async def test_whoever_comes_onto_the_team_after_the_call_is_invited_once_and_alone(
    walk: Walk, runs: Runs
) -> None:
    """With the next sweep, and not again; nobody who left, is not asked, or is invited with the others is."""
    book, at = walk.book, walk.book.clock() + timedelta(days=2)

    async def swept() -> dict[str, list[str]]:
        sweeping.sweep(book, by=SYSTEM)
        await runs.every(EffectKind.CONVENE_TEAM)
        return {
            who: [each for each in told if each.startswith("meeting")] for who, told in runs.told().items()
        }

    meeting = semester_calls.call(book, by=walk.chair, at=at)
    enrolled(walk, "early")
    sweeping.sweep(book, by=SYSTEM)
    before = await swept()
    assert before[address("early")] == ["meeting_invitation"], "theirs was on its way with the others'"
    enrolled(walk, "newcomer")
    enrolled(walk, "leaver")
    enrolled(walk, "desk", Role.INTAKE)
    ending.end(book, "leaver", by=walk.chair, on=book.clock(), hand_over_to="dean")
    after = await swept()
    assert after.pop(address("newcomer")) == ["meeting_invitation"]
    assert {who: told for who, told in after.items() if told} == {who: t for who, t in before.items() if t}
    assert await swept() == await swept() == after | {address("newcomer"): ["meeting_invitation"]}
    # One that was owed them, and is overtaken by the others' of another time, is not told beside it.
    enrolled(walk, "late")
    sweeping.sweep(book, by=SYSTEM)
    semester_calls.move(book, meeting, by=walk.chair, at=at + timedelta(hours=1), because="invented-why")
    moved = await swept()
    assert moved[address("late")] == ["meeting_invitation"]
    assert moved[address("newcomer")] == moved[address("chair")] == ["meeting_invitation"] * 2
    semester_calls.cancel(book, meeting, by=walk.chair)
    enrolled(walk, "after")
    assert not (await swept()).get(address("after"))


@pytest.mark.clause("U-04", "W-02")
async def test_whoever_leaves_the_team_has_the_meeting_taken_out_of_their_calendar_alone(
    walk: Walk, runs: Runs
) -> None:
    """As an entry that falls away: the team meets all the same, and nobody else hears of it."""
    book = walk.book
    enrolled(walk, "leaver")
    semester_calls.call(book, by=walk.chair, at=book.clock() + timedelta(days=3))
    await runs.every(EffectKind.CONVENE_TEAM)
    ending.end(book, "leaver", by=walk.chair, on=book.clock(), hand_over_to="officer")
    await runs.every(EffectKind.CANCEL_MEETINGS)
    told = runs.told()
    assert told[address("leaver")] == ["entry_cancelled", "meeting_invitation"]
    assert told[address("chair")] == ["meeting_invitation"]
    entries = [
        (str(calendar["METHOD"]), str(event["UID"]), event["SEQUENCE"])
        for mail in runs.mail()
        if mail["To"] == address("leaver")
        for part in mail.walk()
        if part.get_content_type() == "text/calendar"
        for calendar in [Calendar.from_ical(part.get_content())]
        for event in calendar.walk("VEVENT")
    ]
    assert len({uid for _, uid, _ in entries}) == 1
    assert sorted((method, sequence) for method, _, sequence in entries) == [("CANCEL", 1), ("REQUEST", 0)]
