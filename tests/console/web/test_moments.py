"""Times as pages say them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from console.web.moments import due

DENVER = ZoneInfo("America/Denver")


def test_midnight_is_the_end_of_the_day_before_where_the_case_is() -> None:
    """In winter and summer time; any other minute is said as it is."""
    for at, said in (
        (datetime(2026, 12, 3, 7, tzinfo=UTC), "end of Wed 2 Dec 2026, MST"),
        (datetime(2026, 12, 3, 0, tzinfo=UTC), "Wed 2 Dec 2026, 17:00 MST"),
        (datetime(2026, 12, 3, 7, 1, tzinfo=UTC), "Thu 3 Dec 2026, 00:01 MST"),
        (datetime(2026, 7, 1, 6, tzinfo=UTC), "end of Tue 30 Jun 2026, MDT"),
    ):
        assert due(at, DENVER) == said
