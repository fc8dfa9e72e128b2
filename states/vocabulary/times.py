"""Times and days as people read them: the one place that writes them, in CLDR's words for each language."""

from datetime import date, datetime, tzinfo

#: a day with its weekday, as in ``Fri 27 Nov 2026``, and without
_WEEKDAY, _PLAIN = "EEE d MMM y", "d MMM y"

#: how letters and messages write a day in full, with its weekday and without, and a time of day
_LETTERS = {
    "en": ("EEEE, MMMM d, y", "MMMM d, y", "h:mm a"),
    "es": ("EEEE d 'de' MMMM 'de' y", "d 'de' MMMM 'de' y", "HH:mm"),
}


def spelled(at: datetime, zone: tzinfo, language: str = "en") -> str:
    """A moment by the clock of a site, with its zone's name, as in ``Fri 27 Nov 2026, 17:00 MST``.

    Args:
        at: the moment; aware.
        zone: the site's.
        language: in which language.
    """
    from babel.dates import format_datetime  # noqa: PLC0415 - most commands print no time, and answer at once

    there = at.astimezone(zone)
    # Zones are called as their clocks are: other languages than English have no short name for most.
    return f"{format_datetime(there, f'{_WEEKDAY}, HH:mm', tzinfo=zone, locale=language)} {there:%Z}"


def on_day(day: date, language: str = "en", *, weekday: bool = True) -> str:
    """A day, as in ``Fri 27 Nov 2026``.

    Args:
        day: the day.
        language: in which language.
        weekday: whether its weekday is said.
    """
    from babel.dates import format_date  # noqa: PLC0415 - as above

    return str(format_date(day, _WEEKDAY if weekday else _PLAIN, locale=language))


def in_full(day: date, language: str = "en", *, weekday: bool = True) -> str:
    """A day as a letter writes it, as in ``Wednesday, December 2, 2026``.

    Args:
        day: the day.
        language: in which language.
        weekday: whether its weekday is said.
    """
    from babel.dates import format_date  # noqa: PLC0415 - as above

    return str(format_date(day, _LETTERS[language][0 if weekday else 1], locale=language))


def at_time(there: datetime, language: str = "en") -> str:
    """A time of day as a letter writes it, with its zone's name, as in ``5:00 PM MST``.

    Args:
        there: the moment, by the clock that is meant.
        language: in which language.
    """
    from babel.dates import format_time  # noqa: PLC0415 - as above

    said = format_time(there, _LETTERS[language][2], tzinfo=there.tzinfo, locale=language)
    return f"{said} {there:%Z}".rstrip()
