"""Times that keep the name of their zone when they are written down."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from states.calendar import zoned

DENVER = ZoneInfo("America/Denver")


def test_a_time_comes_back_with_the_name_of_its_zone() -> None:
    """People read MST or MDT, whichever it is on that day."""
    for at, name in (
        (datetime(2026, 11, 27, 17, tzinfo=DENVER), "MST"),
        (datetime(2026, 7, 1, 9, tzinfo=DENVER), "MDT"),
        (datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=DENVER), "MST"),
        (datetime(2026, 11, 1, 1, 30, tzinfo=DENVER), "MDT"),
    ):
        back = zoned.read(zoned.written(at))
        assert (back, back.tzname(), back.utcoffset()) == (at, name, at.utcoffset())
        assert zoned.written(back).endswith("[America/Denver]")


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-7))])
def test_a_time_without_a_name_keeps_its_offset(zone: timezone) -> None:
    """As what releases before wrote down."""
    at = datetime(2026, 11, 27, 17, tzinfo=zone)
    assert zoned.written(at) == at.isoformat()
    assert zoned.read(at.isoformat()) == at
    assert zoned.read("2026-11-27T17:00:00Z").utcoffset() == timedelta(0)


@pytest.mark.parametrize("name", ["Nowhere/Here", "../../etc/passwd", "America"])
def test_a_zone_that_is_not_known_here_leaves_the_offset(name: str) -> None:
    """The message goes out; no file is read for it."""
    assert zoned.read(f"2026-11-27T17:00:00-07:00[{name}]").utcoffset() == timedelta(hours=-7)
