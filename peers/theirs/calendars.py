"""Reads one invitation with a Python calendar library of other hands: JSON in, what it understood out.

Run with the peers' own Python, which has these libraries; ours has not.
"""

import json
import sys
from datetime import UTC, datetime
from typing import Any


def _moment(value: Any) -> str:
    """When something is, in UTC."""
    at: datetime = getattr(value, "datetime", value)
    return at.astimezone(UTC).isoformat()


def _ics(text: str) -> dict[str, Any]:
    from ics import Calendar  # type: ignore[import-not-found]  # noqa: PLC0415 - only the one that is asked for

    calendar = Calendar(text)
    (event,) = calendar.events
    (attendee,) = event.attendees
    return {
        "method": calendar.method,
        "uid": event.uid,
        "starts": _moment(event.begin),
        "ends": _moment(event.end),
        "summary": event.name,
        "description": event.description,
        "location": event.location,
        "organizer": f"mailto:{event.organizer.email}",
        "attendee": f"mailto:{attendee.email}",
        "status": event.status,
        "alarms": len(event.alarms),
    }


def _vobject(text: str) -> dict[str, Any]:
    import vobject  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    calendar = vobject.readOne(text)
    event = calendar.vevent
    return {
        "method": calendar.method.value,
        "uid": event.uid.value,
        "sequence": int(event.sequence.value),
        "starts": _moment(event.dtstart.value),
        "ends": _moment(event.dtend.value),
        "summary": event.summary.value,
        "description": event.description.value,
        "location": event.location.value,
        "organizer": event.organizer.value,
        "attendee": event.attendee.value,
        "status": event.status.value,
        "alarms": len(event.contents.get("valarm", [])),
    }


def _ical(text: str) -> dict[str, Any]:
    from ical.calendar_stream import IcsCalendarStream  # type: ignore[import-not-found]  # noqa: PLC0415 - as above

    calendar = IcsCalendarStream.calendar_from_ics(text)
    (event,) = calendar.events
    (attendee,) = event.attendees
    return {
        "method": getattr(calendar, "method", None),
        "uid": event.uid,
        "sequence": event.sequence,
        "starts": _moment(event.dtstart),
        "ends": _moment(event.dtend),
        "summary": event.summary,
        "description": event.description,
        "location": event.location,
        "organizer": str(event.organizer.uri),
        "attendee": str(attendee.uri),
        "status": str(getattr(event.status, "value", event.status)),
        "alarms": len(event.alarm),
    }


if __name__ == "__main__":
    given = json.load(sys.stdin)
    understood = {"ics": _ics, "vobject": _vobject, "ical": _ical}[given["library"]](given["text"])
    json.dump(understood, sys.stdout)
