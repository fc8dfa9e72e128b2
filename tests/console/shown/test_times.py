"""Times, days and numbers are written in one place, in CLDR's words for the language of whoever reads."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from console.shown.parts import Moment, cell, read
from states.vocabulary.times import on_day, spelled

DENVER = ZoneInfo("America/Denver")

#: five in the morning of New Year's Day in UTC, which in Silver City is ten in the evening of the day before
NEW_YEAR = datetime(2026, 1, 1, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "language", "reads"),
    [
        (NEW_YEAR, "en", "Wed 31 Dec 2025, 22:03 MST"),
        (NEW_YEAR, "es", "mié 31 dic 2025, 22:03 MST"),
        # A minute before clocks go forward, and the one after it; and the hour that comes twice.
        (datetime(2026, 3, 8, 8, 59, tzinfo=UTC), "en", "Sun 8 Mar 2026, 01:59 MST"),
        (datetime(2026, 3, 8, 9, 0, tzinfo=UTC), "en", "Sun 8 Mar 2026, 03:00 MDT"),
        (datetime(2026, 11, 1, 7, 30, tzinfo=UTC), "en", "Sun 1 Nov 2026, 01:30 MDT"),
        (datetime(2026, 11, 1, 8, 30, tzinfo=UTC), "en", "Sun 1 Nov 2026, 01:30 MST"),
    ],
)
def test_a_moment_has_its_day_its_hour_and_the_name_of_its_zone(
    at: datetime, language: str, reads: str
) -> None:
    """By the clock of the site, over a change of the year and of the clocks, in either language."""
    assert spelled(at, DENVER, language) == reads
    assert language != "en" or Moment(at, DENVER).spelled == reads


def test_a_day_is_written_with_its_weekday_or_without() -> None:
    """In either language."""
    day = date(2026, 9, 4)
    assert (on_day(day), on_day(day, weekday=False)) == ("Fri 4 Sep 2026", "4 Sep 2026")
    assert on_day(day, "es") == "vie 4 sept 2026"


def test_the_command_line_names_the_zone_too() -> None:
    """An hour without one is another hour elsewhere."""
    assert Moment(NEW_YEAR, DENVER).reads == "2025-12-31 22:03 MST"
    assert Moment(NEW_YEAR).reads == "2026-01-01 05:03 UTC"


def test_a_number_in_a_table_is_grouped_as_people_read_it() -> None:
    """On pages and on the command line alike."""
    assert [read(cell(each)) for each in (7, 1_234, 12_345_678, 0.5)] == ["7", "1,234", "12,345,678", "0.5"]
