"""Meetings as calendar invitations (RFC 5545, RFC 5546): a calendar shows time, place and case number alone.

A meeting that is called off is taken out of the calendar again.
"""

from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from notifications.channels.envelope import digest
from notifications.messages.contexts import Context
from states.errors import BadInput

#: how long before a meeting a calendar reminds: time to walk over, or to find the dial-in
REMIND_BEFORE = timedelta(minutes=15)


def invitation(
    context: Context,
    *,
    meeting: str,
    sequence: int,
    stamp: datetime,
    ends: datetime,
    organizer: str,
    sender: str,
    attendee: str,
    place: str = "",
    cancels: bool = False,
) -> str:
    """Write the invitation that goes out with a meeting's message (W-30 to W-33), or take it back.

    Calendars are shared, so the summary is the same for every kind of meeting, and of the detail only the
    place is told.

    Args:
        context: the message's context; its time is when the meeting begins.
        meeting: the meeting's id; it keeps the entry's UID the same when the meeting is moved.
        sequence: 0 for the first invitation, one more for every change.
        stamp: when this invitation was decided on, with its time zone.
        ends: when the meeting ends, with its time zone.
        organizer: a mailbox that people read, which takes the answers; the same for the entry's whole life,
            since a calendar takes changes from nobody else.
        sender: the mailbox that the mail comes from, on the organizer's behalf (RFC 5545, 3.2.18).
        attendee: the recipient's own mailbox.
        place: where the team meets; empty: behind the link only.
        cancels: whether it takes the entry back that was sent before (RFC 5546, 3.2.5).

    Raises:
        BadInput: the context has no time.
    """
    if context.when is None:
        raise BadInput(
            "An invitation needs a time. Nothing was sent: give the meeting its time, then repeat."
        )
    about = f": case {context.case_number}" if context.case_number else ""
    event = Event()
    event.add("uid", f"{digest('meeting', meeting)}@tatflow.invalid")
    event.add("sequence", sequence)
    # UTC everywhere: no time zone table that a calendar could read differently
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", context.when.astimezone(UTC))
    event.add("dtend", ends.astimezone(UTC))
    event.add("summary", f"Threat assessment team{about}")
    asked = f"Questions, or on the way and late? Call {context.phone}, day or night."
    event.add("description", f"{asked} More is behind this link: {context.link}")
    if place:
        event.add("location", place)
    event.add("url", context.link)
    event.add("class", "CONFIDENTIAL")
    event.add("status", "CANCELLED" if cancels else "CONFIRMED")
    event.add("priority", 1 if context.urgent else 5)
    caller = vCalAddress(f"mailto:{organizer}")
    caller.params["CN"] = vText("Threat Assessment Team")
    if sender != organizer:
        caller.params["SENT-BY"] = vText(f"mailto:{sender}")
    event.add("organizer", caller)
    guest = vCalAddress(f"mailto:{attendee}")
    if not cancels:
        guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
        guest.params["RSVP"] = vText("TRUE")
        event.add_component(_alarm())
    event.add("attendee", guest)
    return _calendar(event, "CANCEL" if cancels else "REQUEST")


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Threat assessment team")
    alarm.add("trigger", -REMIND_BEFORE)
    return alarm


def _calendar(event: Event, method: str) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//tatflow//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode()
