"""Times that keep their zone's name when they are written down (RFC 9557): people read MST, not -07:00."""

import re
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, BeforeValidator, PlainSerializer

#: an ISO time, and the zone's name behind it
_ZONED = re.compile(r"([^\[\]]+)\[([^\[\]]*)\]")


def written(at: datetime) -> str:
    """A time as text: ``2026-11-27T17:00:00-07:00[America/Denver]``; without a name where its zone has none.

    Args:
        at: any aware time.
    """
    zone = at.tzinfo
    name = zone.key if isinstance(zone, ZoneInfo) else ""
    return f"{at.isoformat()}[{name}]" if name else at.isoformat()


def read(text: str) -> datetime:
    """A time that was written down, in the zone that it names.

    One that names no zone, or none that is known here, keeps its offset alone.

    Args:
        text: what :func:`written` gave, or any ISO 8601 time.

    Raises:
        ValueError: it is no time.
    """
    found = _ZONED.fullmatch(text)
    at = datetime.fromisoformat(text if found is None else found[1])
    if found is None:
        return at
    try:
        return at.astimezone(ZoneInfo(found[2]))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return at


def _read(given: object) -> object:
    return read(given) if isinstance(given, str) else given


#: a time that people are told, in the zone of a site
ZonedTime = Annotated[AwareDatetime, BeforeValidator(_read), PlainSerializer(written, when_used="json")]
