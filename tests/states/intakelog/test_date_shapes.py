"""The many ways in which departments write when something happened, each with the one meaning that it has."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from states.intakelog.dates import Style, parse_occurred

CHICAGO = ZoneInfo("America/Chicago")


def read(text: str, style: Style) -> str:
    """A reading in one line: from when to when, and how precise."""
    found = parse_occurred(text, CHICAGO, None, style)
    if found.start is None or found.end is None:
        return found.precision.value
    first, last = found.start, found.end
    if found.precision != "minute":
        return f"{first:%Y-%m-%d}/{last:%Y-%m-%d} {found.precision.value}"
    return f"{first:%Y-%m-%d %H:%M}" + (f"/{last:%Y-%m-%d %H:%M}" if last != first else "")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        # the month first, in numbers
        ("03/09/2031 14:05", "2031-03-09 14:05"),
        ("3/9/2031 2:05 PM", "2031-03-09 14:05"),
        ("3/9/31 2:05pm", "2031-03-09 14:05"),
        ("03/09/31 1405", "2031-03-09 14:05"),
        ("03/09/2031 0915 hrs", "2031-03-09 09:15"),
        ("03/09/2031 at 1405 hours", "2031-03-09 14:05"),
        ("03-09-2031 14:05", "2031-03-09 14:05"),
        ("3.9.2031 2:05 PM", "2031-03-09 14:05"),
        ("Sun 3/9/2031 2:05 PM", "2031-03-09 14:05"),
        ("14:05 03/09/2031", "2031-03-09 14:05"),
        ("2:05 p.m. 3/9/31", "2031-03-09 14:05"),
        ("3/9/31 2 PM", "2031-03-09 14:00"),
        ("3/9/31 12 noon", "2031-03-09 12:00"),
        ("20310309 1405", "2031-03-09 14:05"),
        ("20310309T1405", "2031-03-09 14:05"),
        ("3/9/2031 14:05:30", "2031-03-09 14:05"),
        # ISO 8601
        ("2031-03-09", "2031-03-09/2031-03-09 day"),
        ("2031-03-09 14:05", "2031-03-09 14:05"),
        ("2031-03-09T14:05:00", "2031-03-09 14:05"),
        ("2031-03-09T14:05:00.000", "2031-03-09 14:05"),
        ("2031-03-09T14:05:00-05:00", "2031-03-09 14:05"),
        ("2031-03-09T19:05:00Z", "2031-03-09 14:05"),
        ("2031/03/09 14:05", "2031-03-09 14:05"),
        # months by their names
        ("March 9, 2031", "2031-03-09/2031-03-09 day"),
        ("Mar 9, 2031, 2:05 p.m.", "2031-03-09 14:05"),
        ("Sunday, March 9th, 2031 at 2:05 PM", "2031-03-09 14:05"),
        ("9 March 2031 14:05", "2031-03-09 14:05"),
        ("09-Mar-31 14:05", "2031-03-09 14:05"),
        ("09-MAR-2031", "2031-03-09/2031-03-09 day"),
        # ranges, with any dash
        ("03/08/2031 23:00 - 03/09/2031 08:00", "2031-03-08 23:00/2031-03-09 08:00"),
        ("3/8/31 11:00 PM \N{HYPHEN} 3/9/31 8:00 AM", "2031-03-08 23:00/2031-03-09 08:00"),
        ("03/08/31 - 2200 to 03/09/31 - 0800", "2031-03-08 22:00/2031-03-09 08:00"),
        ("3/8/31 \N{EN DASH} 3/9/31", "2031-03-08/2031-03-09 day"),
        ("3/8/31 \N{EM DASH} 3/9/31, 11:30 PM \N{EM DASH} 12:10 AM", "2031-03-08 23:30/2031-03-09 00:10"),
        ("3/9/31 8:00 AM to 3:00 PM", "2031-03-09 08:00/2031-03-09 15:00"),
        ("3/9/31 0800-1500", "2031-03-09 08:00/2031-03-09 15:00"),
        ("3/9/31 between 8:00 AM and 3:00 PM", "2031-03-09 08:00/2031-03-09 15:00"),
        ("Between 3/8/31 and 3/9/31", "2031-03-08/2031-03-09 day"),
        ("3/8/31 thru 3/9/31", "2031-03-08/2031-03-09 day"),
        ("3/8/31 through 3/9/31 various times", "2031-03-08/2031-03-09 day"),
        ("From 3/8/31 to 3/9/31", "2031-03-08/2031-03-09 day"),
        # what nobody knows
        ("3/9/31 Unk.", "2031-03-09/2031-03-09 day"),
        ("3/9/31 UNK", "2031-03-09/2031-03-09 day"),
        ("3/9/31 (time unknown)", "2031-03-09/2031-03-09 day"),
        ("3/9/31, Unknown Time", "2031-03-09/2031-03-09 day"),
        ("3/9/31 evening", "2031-03-09/2031-03-09 day"),
        ("3/9/31, overnight", "2031-03-09/2031-03-09 day"),
        ("3/9/31 early morning", "2031-03-09/2031-03-09 day"),
        ("Unknown", "unknown"),
        ("Unk.", "unknown"),
        ("N/A", "unknown"),
        ("", "unknown"),
        # months, seasons, years
        ("March 2031", "2031-03-01/2031-03-31 month"),
        ("Mar - Apr 2031", "2031-03-01/2031-04-30 month"),
        ("Spring 2031", "2031-03-01/2031-06-30 season"),
        ("Fall semester 2030", "2030-09-01/2030-12-31 season"),
        ("Between Fall 2030 and Spring 2031", "2030-09-01/2031-06-30 season"),
        ("2029 - 2030", "2029-01-01/2030-12-31 year"),
    ],
)
def test_a_date_has_its_one_meaning_however_it_is_written(text: str, meaning: str) -> None:
    """The month first, and a clock of 24 hours, as its log shows them."""
    assert read(text, Style(clock_24=True)) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("25/3/2031 18:05", "2031-03-25 18:05"),
        ("25.03.2031 18:05", "2031-03-25 18:05"),
        ("25-03-31 1805", "2031-03-25 18:05"),
        ("1/3/31", "2031-03-01/2031-03-01 day"),
        ("31/03/2031 22:00 - 01/04/2031 07:00", "2031-03-31 22:00/2031-04-01 07:00"),
        ("March 1, 2031", "2031-03-01/2031-03-01 day"),
        ("2031-03-01", "2031-03-01/2031-03-01 day"),
    ],
)
def test_a_log_with_the_day_first_is_read_so(text: str, meaning: str) -> None:
    """Where both are numbers; a month's name and ISO 8601 say it themselves."""
    assert read(text, Style(day_first=True, clock_24=True)) == meaning


def test_a_moment_is_the_clock_of_the_site() -> None:
    """Whatever zone it was written in."""
    found = parse_occurred("2031-03-09T19:05:00Z", CHICAGO)
    assert found.start == datetime(2031, 3, 9, 14, 5, tzinfo=CHICAGO)
