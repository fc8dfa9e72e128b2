"""Dates: invitations to meetings, reassessments, check-ins and debriefs, and taking them back."""

from datetime import timedelta

from pydantic import PositiveInt

from notifications.messages.contexts import Detail, Line
from notifications.messages.message import Ask, Message
from notifications.messages.samples import WHEN, sample
from states.calendar.zoned import ZonedTime
from states.vocabulary.cases import Level
from states.vocabulary.plans import MeetingKind, PlanKind


class Meeting(Detail):
    """A meeting of the team."""

    kind: MeetingKind
    level: Level | None
    place: Line
    #: whether it takes place at another time than it was called for, and its page says why
    moved: bool = False


class Reassessment(Detail):
    """A meeting that looks at a case again."""

    level: Level
    plan: PlanKind
    place: Line


class EntryCancelled(Detail):
    """A date that falls away: a reassessment, a check-in, an action, a meeting of somebody who leaves."""

    entry: Line
    #: by when the reassessment is due in its place, where that is earlier
    sooner: ZonedTime | None = None
    #: whether it is, as new concerns came in
    news: bool = False


class CheckIn(Detail):
    """One of the check-ins of a reintegration plan."""

    number: PositiveInt
    total: PositiveInt
    place: Line


class Debrief(Detail):
    """A look back at how the team worked."""

    place: Line


ENTRIES = (
    Message(
        name="meeting_invitation",
        purpose="Call the team together.",
        clause=("W-30", "W-31", "W-32", "W-33"),
        ask=Ask.COME,
        timed=True,
        about_case=False,
        sample=sample(
            Meeting(kind=MeetingKind.EMERGENCY, level=Level.SEVERE, place="Room 12, Example Hall"),
            when=WHEN,
            urgent=True,
        ),
    ),
    Message(
        name="meeting_cancelled",
        purpose="Take back the invitation to a meeting that does not take place.",
        clause=("U-04", "W-33"),
        ask=Ask.READ,
        timed=True,
        cancels=True,
        about_case=False,
        sample=sample(
            Meeting(kind=MeetingKind.INITIAL, level=Level.MODERATE, place="Room 12, Example Hall"),
            when=WHEN,
        ),
    ),
    Message(
        name="entry_cancelled",
        purpose="Take a date that falls away for somebody out of their calendar.",
        clause=("U-04", "W-08", "W-45"),
        ask=Ask.READ,
        timed=True,
        cancels=True,
        about_case=False,
        sample=sample(
            EntryCancelled(entry="reassessment", sooner=WHEN - timedelta(days=20), news=True), when=WHEN
        ),
    ),
    Message(
        name="reassessment_invitation",
        purpose="Call the team together to look at a monitored case again.",
        clause=("W-08",),
        ask=Ask.COME,
        timed=True,
        sample=sample(
            Reassessment(
                level=Level.MODERATE, plan=PlanKind.ACTIVE_MONITORING, place="Room 12, Example Hall"
            ),
            when=WHEN,
        ),
    ),
    Message(
        name="checkin_invitation",
        purpose="Put one check-in of a reintegration plan into the calendar of whoever holds it.",
        clause=("W-45",),
        ask=Ask.COME,
        timed=True,
        sample=sample(CheckIn(number=1, total=4, place="Office of Student Affairs"), when=WHEN),
    ),
    Message(
        name="debrief_invitation",
        purpose="Invite the team to look back on a closed case and gather suggestions.",
        clause=("U-06",),
        ask=Ask.COME,
        timed=True,
        sample=sample(Debrief(place="Room 12, Example Hall"), when=WHEN),
    ),
)
