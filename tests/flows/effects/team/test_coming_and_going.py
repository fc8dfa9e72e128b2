"""Whoever comes onto a case is told so and invited; of whoever goes off it, it leaves the calendar (U-04)."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from states.access import Actor
from states.casebook.inquiry import triage
from states.casebook.persons import joining
from states.casebook.plan import meetings
from states.casebook.rearranging import merging
from states.casebook.standing import decisions
from states.casebook.team import ending, guests, members
from states.contents.team import MemberContent
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import Role
from states.vocabulary.plans import MeetingKind
from tests.cases.walking import TEAM, Walk
from tests.installations.running import Runs

#: what may leave because of who is on a case
KINDS = (EffectKind.NOTIFY_TEAM, EffectKind.CONVENE_TEAM, EffectKind.CANCEL_MEETINGS)

#: what somebody is sent who comes onto a case about which a meeting is called, and who goes off it
CAME, GONE = ["meeting_invitation", "team_notice"], ["entry_cancelled"]


def address(member: str) -> str:
    """Where somebody of the team is told."""
    return f"invented-{member}-address@wnmu.example"


async def sent(runs: Runs) -> dict[str, list[str]]:
    """What leaves now, by id of whoever is told; what left before is not in it."""
    for mail in runs.seat.desk.settings.outbox.glob("*.eml"):
        mail.unlink()
    for kind in KINDS:
        await runs.every(kind)
    return {to.removeprefix("invented-").partition("-address@")[0]: what for to, what in runs.told().items()}


def entries(runs: Runs) -> list[tuple[str, int]]:
    """Each entry that left: its method and its sequence (RFC 5546)."""
    parts = [
        part for mail in runs.mail() for part in mail.walk() if part.get_content_type() == "text/calendar"
    ]
    calendars = [Calendar.from_ical(part.get_content()) for part in parts]
    return [(str(one["METHOD"]), int(str(one.walk("VEVENT")[0]["SEQUENCE"]))) for one in calendars]


def assign(walk: Walk, number: str, lead: str, *offices: str, members: tuple[str, ...] = ()) -> None:
    """Assign anew, by whoever chairs."""
    triage.assign(walk.book, number, by=walk.chair, lead=lead, offices=offices, members=members)


def meet(walk: Walk, number: str) -> str:
    """Call a meeting for the day after tomorrow; returns its id."""
    at = walk.book.clock() + timedelta(days=2)
    return meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at)


async def called(walk: Walk, runs: Runs, *offices: str) -> str:
    """A case that the chair leads, on which these offices are; all of them are invited to one meeting."""
    number = walk.reported()
    assign(walk, number, "chair", *offices)
    meet(walk, number)
    await sent(runs)
    return number


def other(walk: Walk, member: str, *roles: Role) -> Actor:
    """Somebody more, who speaks for no office."""
    content = MemberContent(name=f"invented-{member}-name", address=address(member))
    members.enrol(walk.book, member, content, by=walk.chair, roles=roles)
    return members.actor(walk.book, member)


@pytest.mark.clause("W-30", "U-04")
async def test_whoever_is_assigned_once_an_emergency_meeting_is_called_is_invited_to_it(
    walk: Walk, runs: Runs
) -> None:
    """Who comes is told so and invited; who stays hears nothing of it; who goes has the entry taken out."""
    number = walk.reported()
    triage.screen(walk.book, number, by=walk.officer, level=Level.SEVERE, because="Invented reason.")
    first = await sent(runs)
    assert {who for who, what in first.items() if "meeting_invitation" in what} == {"chair", "officer"}
    assign(walk, number, "dean", "university_police", "health_services")
    assert await sent(runs) == {"dean": CAME, "nurse": CAME}
    assert entries(runs) == [("REQUEST", 0)] * 2
    texts = " ".join(str(mail.get_body(("plain",))) for mail in runs.mail())
    assert "You were put on this case." in texts
    assert not any(f"invented-{member}-name" in texts for member, _, _ in TEAM), "a message names nobody"
    assign(walk, number, "dean", "health_services")
    assert await sent(runs) == {"officer": GONE}
    assert entries(runs) == [("CANCEL", 1)]


async def test_assigning_the_same_people_anew_sends_nothing(walk: Walk, runs: Runs) -> None:
    """Nobody hears twice what they heard, also where an office becomes a member by name, or leads."""
    number = await called(walk, runs, "health_services")
    assign(walk, number, "chair", "health_services")
    assert await sent(runs) == {}
    assign(walk, number, "nurse", members=("chair",))
    assert await sent(runs) == {}


async def test_whoever_comes_back_gets_an_entry_newer_than_the_one_taken_out(walk: Walk, runs: Runs) -> None:
    """A calendar that was told to forget the entry shows it again; a move after that reaches it, too."""
    number = await called(walk, runs, "health_services")
    assign(walk, number, "chair")
    assert await sent(runs) == {"nurse": GONE}
    assign(walk, number, "chair", "health_services")
    assert await sent(runs) == {"nurse": CAME}
    assert entries(runs) == [("REQUEST", 2)]
    (meeting,) = [row["id"] for row in walk.records(number, "meetings") if row["kind"] == MeetingKind.REVIEW]
    at = walk.book.clock() + timedelta(days=3)
    meetings.move(walk.book, number, meeting, by=walk.chair, at=at, because="Invented reason.")
    assert await sent(runs) == {"chair": ["meeting_invitation"], "nurse": ["meeting_invitation"]}
    assert sorted(entries(runs)) == [("REQUEST", 1), ("REQUEST", 3)]


async def test_whoever_went_is_not_told_what_becomes_of_the_meeting(walk: Walk, runs: Runs) -> None:
    """It is in their calendar no more: that it is called off is for those on the case."""
    number = await called(walk, runs, "health_services")
    assign(walk, number, "chair")
    await sent(runs)
    (meeting,) = [row["id"] for row in walk.records(number, "meetings") if row["kind"] == MeetingKind.REVIEW]
    meetings.cancel(walk.book, number, meeting, by=walk.chair, because="Invented reason.")
    assert await sent(runs) == {"chair": ["meeting_cancelled"]}


@pytest.mark.clause("W-50")
async def test_a_guest_is_invited_to_what_lies_ahead_until_their_time_is_over(walk: Walk, runs: Runs) -> None:
    """One message says that they were brought onto it; afterwards the entry leaves their calendar."""
    number = await called(walk, runs)
    other(walk, "expert", Role.EXPERT)
    until = walk.book.clock() + timedelta(days=9)
    guests.invite(walk.book, number, "expert", by=walk.chair, until=until, because="Invented reason.")
    assert await sent(runs) == {"expert": CAME}
    guests.let_until(walk.book, number, "expert", by=walk.chair, until=until + timedelta(days=1))
    assert await sent(runs) == {}
    guests.end(walk.book, number, "expert", by=walk.chair)
    assert await sent(runs) == {"expert": GONE, "chair": ["team_notice"]}


@pytest.mark.clause("W-02")
async def test_whoever_takes_over_a_leavers_work_is_told_and_invited_once(walk: Walk, runs: Runs) -> None:
    """The hand-over's own word is the one that they get."""
    number = await called(walk, runs)
    assign(walk, number, "officer")
    await sent(runs)
    book = walk.book
    ending.end(book, "officer", by=walk.chair, on=book.clock(), hand_over_to="nurse")
    assert await sent(runs) == {"nurse": CAME, "officer": GONE}
    assert "handed over to you" in " ".join(str(mail.get_body(("plain",))) for mail in runs.mail())


@pytest.mark.clause("W-39")
async def test_whoever_recuses_themselves_is_sent_nothing_and_whoever_stands_in_comes(
    walk: Walk, runs: Runs
) -> None:
    """A chair who steps back hears no more of it; who chairs instead is told, and has the meeting."""
    number = await called(walk, runs, "health_services")
    decisions.recuse(walk.book, number, by=walk.chair, because="Invented reason.")
    told = await sent(runs)
    assert "chair" not in told
    (instead,) = [member for member in told if member != "nurse"]
    assert "meeting_invitation" in told[instead]
    assert "meeting_invitation" not in told.get("nurse", []), "whoever stays has it already"


@pytest.mark.clause("W-47")
async def test_of_a_merge_those_hear_who_come_onto_the_case_that_goes_on(walk: Walk, runs: Runs) -> None:
    """Nobody is put on the one that ended."""
    goes_on = await called(walk, runs, "health_services")
    ends = walk.reported()
    assign(walk, ends, "dean")
    joining.confirm_link(
        walk.book, ends, goes_on, by=walk.chair, same_person=True, because="Invented reason."
    )
    await sent(runs)
    merging.merge(walk.book, ends, goes_on, by=walk.chair, because="Invented reason.")
    told = await sent(runs)
    assert told["dean"].count("meeting_invitation") == 1
    mails = [str(mail.get_body(("plain",))) for mail in runs.mail() if mail["To"] == address("dean")]
    put_on = [text for text in mails if "You were put on this case." in text]
    assert len(put_on) == 1
    assert goes_on in put_on[0]
    merging.unmerge(walk.book, ends, by=walk.chair, because="Invented reason.")
    assert (await sent(runs))["dean"] == GONE
