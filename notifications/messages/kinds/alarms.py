"""Emergencies and police: who is called, what is unanswered, who is on call."""

from datetime import date, timedelta

from pydantic import PositiveInt

from notifications.messages.contexts import Detail, Line
from notifications.messages.message import STATUS, Ask, Message, Urgency
from notifications.messages.samples import WHEN, sample
from states.calendar.zoned import ZonedTime
from states.vocabulary.cases import Level
from states.vocabulary.danger import Danger
from states.vocabulary.leaving import Disclosed


class PoliceAlert(Detail):
    """An emergency: where, of what kind, for when, and whom to call; the link is where one takes over."""

    #: the campus or site where the danger is, and the others where the person may be
    site: Line
    elsewhere: tuple[Line, ...] = ()
    #: the level on record; None: imminent danger, whatever the level
    level: Level | None
    dangers: tuple[Danger, ...] = ()
    #: the day that a threat is for
    threatened_for: date | None = None
    #: whether the case was alarmed before, and what is new since
    again: bool = False
    new: tuple[Danger | Level, ...] = ()
    #: who leads the case, where somebody does
    lead: Line | None = None
    lead_phone: Line | None = None


class PoliceNotice(Detail):
    """A threat or act of violence that is no emergency, for University Police (W-51)."""

    #: where it was, and the other sites where the person may be
    site: Line
    elsewhere: tuple[Line, ...] = ()
    dangers: tuple[Danger, ...] = ()
    threatened_for: date | None = None


class NotTakenOver(Detail):
    """A reply to an alert that did not take the alarm over."""

    site: Line


class Unanswered(Detail):
    """An alarm that nobody has taken over although everybody in its chain was called."""

    #: how often the chain has begun
    rounds: PositiveInt
    site: Line
    #: numbers of the police, each with whose it is
    police: tuple[Line, ...]


class Gap(Detail):
    """A time when too few are on call."""

    starts: ZonedTime
    ends: ZonedTime


class RosterGaps(Detail):
    """Times ahead when fewer are on call than there must be (U-12)."""

    #: how many there must be
    minimum: PositiveInt
    gaps: tuple[Gap, ...]


#: what an alert tells: that, and what makes it an emergency
_EMERGENCY = STATUS | {Disclosed.EMERGENCY_FACTS}

_ALERT = PoliceAlert(
    site="Main campus",
    elsewhere=("North campus",),
    level=Level.EXTREME,
    dangers=(Danger.WEAPON, Danger.NAMED_TARGET),
    threatened_for=date(2026, 3, 5),
    lead="Dana Demo",
    lead_phone="555-0101",
)

ENTRIES = (
    Message(
        name="alert_police",
        purpose="Call the police, and then others, to an emergency until somebody takes over.",
        clause=("W-13", "W-14", "U-12", "U-15"),
        ask=Ask.CALL,
        urgency=Urgency.EMERGENCY,
        discloses=_EMERGENCY,
        everywhere=True,
        sample=sample(_ALERT),
    ),
    Message(
        name="alert_brief",
        purpose="The same where there is room for a few words: SMS, push, chat.",
        clause=("W-13", "W-14", "U-12", "U-15"),
        ask=Ask.CALL,
        urgency=Urgency.EMERGENCY,
        discloses=_EMERGENCY,
        everywhere=True,
        sample=sample(_ALERT),
    ),
    Message(
        name="not_taken_over",
        purpose="Tell whoever replied to an alert that the alarm is not taken over by that, and how to.",
        clause=("W-13", "U-15"),
        ask=Ask.ANSWER,
        urgency=Urgency.EMERGENCY,
        everywhere=True,
        signed_in=False,
        sample=sample(NotTakenOver(site="Main campus")),
    ),
    Message(
        name="alarm_unanswered",
        purpose="Tell the team and the operators that nobody has taken an alarm over yet.",
        clause=("W-13", "U-12"),
        ask=Ask.CALL,
        urgency=Urgency.EMERGENCY,
        sample=sample(
            Unanswered(rounds=2, site="Main campus", police=("911 University Police (from any phone)",))
        ),
    ),
    Message(
        name="roster_gaps",
        purpose="Tell the chair that too few are on call soon.",
        clause=("U-12", "M-04"),
        ask=Ask.ACT,
        about_case=False,
        sample=sample(
            RosterGaps(minimum=1, gaps=(Gap(starts=WHEN, ends=WHEN + timedelta(hours=9)),)), case=None
        ),
    ),
    Message(
        name="police_notice",
        signed_in=False,
        purpose="Tell University Police of a threat or act of violence that is no emergency.",
        clause=("W-51",),
        ask=Ask.CALL,
        discloses=_EMERGENCY,
        sample=sample(PoliceNotice(site="Main campus", dangers=(Danger.NAMED_TARGET,))),
    ),
)
