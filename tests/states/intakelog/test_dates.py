"""What a log says about when something happened becomes an interval, or stays text."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.intakelog import dates, datetokens
from states.intakelog.dates import Occurrence, Precision, filing_doubt, parse_occurred
from states.intakelog.rows import LogRow

CHICAGO = ZoneInfo("America/Chicago")


def read(text: str, reported: str = "") -> Occurrence:
    """Read a text in the log's own time zone."""
    return parse_occurred(text, CHICAGO, parse_occurred(reported, CHICAGO) if reported else None)


def wall(moment: datetime | None) -> str:
    """Show what the site's clock showed."""
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "-"


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("1/4/19 4:00 PM", "2019-01-04 16:00", "2019-01-04 16:00", "minute"),
        ("4/21/16 10:46PM", "2016-04-21 22:46", "2016-04-21 22:46", "minute"),
        ("4/7/16 12:21 A M", "2016-04-07 00:21", "2016-04-07 00:21", "minute"),
        ("9/8/15 12:00 PM", "2015-09-08 12:00", "2015-09-08 12:00", "minute"),
        ("1/17/16 1130 AM", "2016-01-17 11:30", "2016-01-17 11:30", "minute"),
        ("4/13/17 0950", "2017-04-13 09:50", "2017-04-13 09:50", "minute"),
        ("8/20/17 at 10:15 AM", "2017-08-20 10:15", "2017-08-20 10:15", "minute"),
        ("`3/9/18 11:25 AM", "2018-03-09 11:25", "2018-03-09 11:25", "minute"),
        ("3/17/18b 2:47 PM", "2018-03-17 14:47", "2018-03-17 14:47", "minute"),
        ("10/25/15 2:53 AM)", "2015-10-25 02:53", "2015-10-25 02:53", "minute"),
        ("1/1/19 2:00 AM to 7:45 AM", "2019-01-01 02:00", "2019-01-01 07:45", "minute"),
        ("9/14/2015  3:05:00 PM to 3:10 PM", "2015-09-14 15:05", "2015-09-14 15:10", "minute"),
        ("2/20/18 1;00 PM to 6:15 PM", "2018-02-20 13:00", "2018-02-20 18:15", "minute"),
        ("5/16/17 1:20 PM t0 9:15 PM", "2017-05-16 13:20", "2017-05-16 21:15", "minute"),
        ("9/20/16 4:30 PM 5:30 PM", "2016-09-20 16:30", "2016-09-20 17:30", "minute"),
        ("10/21/15 12:30 PM to 12:20 AM", "2015-10-21 12:30", "2015-10-22 00:20", "minute"),
        ("1/9/19 to 1/10/19 11:00 PM to 6:45 AM", "2019-01-09 23:00", "2019-01-10 06:45", "minute"),
        ("9/24/18 to10/12/18 4:00 PM to 8:00 PM", "2018-09-24 16:00", "2018-10-12 20:00", "minute"),
        ("5/25/16/ to 5/26/16 5:25 PM to 12:25 AM", "2016-05-25 17:25", "2016-05-26 00:25", "minute"),
        ("7/6/16 4:25 PM and 7/9/16 7:30 AM", "2016-07-06 16:25", "2016-07-09 07:30", "minute"),
        ("10/12/18 and 11/7/18 8:00 AM", "2018-10-12 08:00", "2018-11-07 08:00", "minute"),
        ("2/20/19 time not specified", "2019-02-20 00:00", "2019-02-20 23:59", "day"),
        ("9/1/17 to 11/1/18 Various times", "2017-09-01 00:00", "2018-11-01 23:59", "day"),
        ("12/1/17 thru 2/14/18 various times", "2017-12-01 00:00", "2018-02-14 23:59", "day"),
        ("1/18/15 to 2/9/16 (Various Times)", "2015-01-18 00:00", "2016-02-09 23:59", "day"),
        ("12/29/17 to 9/16/19", "2017-12-29 00:00", "2019-09-16 23:59", "day"),
        ("December 2018  Various times", "2018-12-01 00:00", "2018-12-31 23:59", "month"),
        ("January 2019 -unspecified day and time", "2019-01-01 00:00", "2019-01-31 23:59", "month"),
        ("January 2018 / Date and time unknown", "2018-01-01 00:00", "2018-01-31 23:59", "month"),
        ("November 2018 to April 2019 Various dates", "2018-11-01 00:00", "2019-04-30 23:59", "month"),
        ("January - February '17", "2017-01-01 00:00", "2017-02-28 23:59", "month"),
        ("Oct-Feb 2018 times unknown", "2017-10-01 00:00", "2018-02-28 23:59", "month"),
        ("Winter Quarter 2017", "2017-01-01 00:00", "2017-03-31 23:59", "season"),
        ("Summer Quarter 2018 - date, time unknown", "2018-06-01 00:00", "2018-09-30 23:59", "season"),
        ("Fall 2015", "2015-09-01 00:00", "2015-12-31 23:59", "season"),
        ("2011 to 2015 Various dates and times", "2011-01-01 00:00", "2015-12-31 23:59", "year"),
        ("Various from 2014 to 2016", "2014-01-01 00:00", "2016-12-31 23:59", "year"),
        ("Unknown date/time 2017", "2017-01-01 00:00", "2017-12-31 23:59", "year"),
    ],
)
def test_an_untidy_date_that_has_one_meaning_gets_it_without_a_doubt(
    text: str, start: str, end: str, precision: str
) -> None:
    """An untidy date that has one meaning gets it, from its first to its last minute."""
    found = read(text)
    assert (wall(found.start), wall(found.end), found.precision.value) == (start, end, precision)
    assert (found.text, found.doubt) == (text, "")


@pytest.mark.parametrize("text", ["Unknown", "Unknown dates and times", "Void", "VOID", ""])
def test_a_text_that_says_it_knows_nothing_is_not_doubted(text: str) -> None:
    """A text that says that the date is unknown is read as just that."""
    assert read(text) == Occurrence(None, None, Precision.UNKNOWN, text)


@pytest.mark.parametrize(
    "text",
    [
        "5532 S. Kenwood 1:28 AM",
        "6/1016 to 6/11/16 4:30 PM to 12:30 AM",
        "719/18 9:40 AM to 4:00 PM",
        "7/19/1810:39 AM",
        "12/17-1/18 Unknown dates/times",
        "Winter Quarter (Jan-Feb) times unknown",
        "Winter 2017",
        "2/30/19 4:00 PM",
        "1/4/19 25:00",
        "2/11/222 2:45 PM",
        "last Tuesday",
    ],
)
def test_what_has_no_sure_meaning_stays_text(text: str) -> None:
    """What has no sure meaning stays text, and is said to be unread."""
    assert read(text) == Occurrence(None, None, Precision.UNKNOWN, text, dates.UNREADABLE)


@pytest.mark.parametrize(
    ("text", "start", "end", "doubt"),
    [
        ("1/18/19 2:45 to 9:45 PM", "2019-01-18 00:00", "2019-01-18 23:59", dates.UNCLEAR),
        ("4/4/2022 9:25", "2022-04-04 00:00", "2022-04-04 23:59", dates.UNCLEAR),
        ("9/13/16 14:55 PM", "2016-09-13 00:00", "2016-09-13 23:59", dates.UNCLEAR),
        ("3/12/19 to 3/13/19 1:45 PM to 9:20 M", "2019-03-12 00:00", "2019-03-13 23:59", dates.UNCLEAR),
        ("4/9/16 4/7/16 to 4/8/16 8:30 PM to 7:30 PM", "2016-04-07 00:00", "2016-04-09 23:59", dates.UNCLEAR),
        ("5/6/19 3:30 PM to 3:15 PM", "2019-05-06 00:00", "2019-05-06 23:59", dates.BACKWARDS),
        ("5/6/19 to 5/4/19 various times", "2019-05-04 00:00", "2019-05-06 23:59", dates.BACKWARDS),
        ("4/25 16 1:45 PM", "2016-04-25 13:45", "2016-04-25 13:45", datetokens.MISTYPED),
        ("9/25/18 and various other dates", "2018-09-25 00:00", "2018-09-25 23:59", datetokens.OTHERS),
        ("11/17/17 and various dates and times", "2017-11-17 00:00", "2017-11-17 23:59", datetokens.OTHERS),
        ("10/1/17 to Present  Various dates and times", "2017-10-01 00:00", "-", dates.OPEN_END),
    ],
)
def test_a_doubtful_reading_holds_every_meaning_and_says_why(
    text: str, start: str, end: str, doubt: str
) -> None:
    """A doubtful reading is wide enough for every meaning of the text, and says what is doubtful."""
    found = read(text)
    assert (wall(found.start), wall(found.end), found.doubt) == (start, end, doubt)


@pytest.mark.parametrize(
    ("text", "reported", "start", "doubt"),
    [
        ("10/27/19 11:00 PM", "10/28/10 2:04 PM", "2019-10-27 23:00", dates.FUTURE),
        ("2/8/27 7:35 PM", "2/8/17 7:39 PM", "2027-02-08 19:35", dates.FUTURE),
        ("3/9/10 6:30 AM", "3/9/19 6:48 AM", "2010-03-09 06:30", dates.OLD),
        ("9/26/19 7:40 AM to 1:00 PM", "9/26/19 12:54 PM", "2019-09-26 07:40", dates.ENDS_LATER),
        ("9/26/19 unknown time", "9/26/19 12:54 PM", "2019-09-26 00:00", ""),
        ("1/4/19 4:00 PM", "Void", "2019-01-04 16:00", ""),
        ("Same", "9/26/19 12:54 PM", "2019-09-26 12:54", ""),
        ("same as reported", "9/26/19 12:54 PM", "2019-09-26 12:54", ""),
    ],
)
def test_a_mistyped_year_is_doubted_and_never_corrected(
    text: str, reported: str, start: str, doubt: str
) -> None:
    """A date that does not fit the report is kept as it was written, with a sentence that doubts it."""
    found = read(text, reported)
    assert (wall(found.start), found.doubt) == (start, doubt)


def test_present_means_the_time_of_the_report() -> None:
    """An entry "to Present" ends when it was reported."""
    found = read("10/1/17 to Present  Various dates and times", "5/14/18 11:22 AM")
    assert (wall(found.start), wall(found.end), found.doubt) == ("2017-10-01 00:00", "2018-05-14 11:22", "")


def test_a_time_that_came_twice_covers_both_comings() -> None:
    """A time in the hour that a clock change repeats lasts from its first to its second coming."""
    found = read("11/3/19 1:35 AM")
    assert found.start
    assert found.end
    assert found.end.astimezone(UTC) - found.start.astimezone(UTC) == timedelta(hours=1)
    assert found.doubt == dates.TWICE


def test_a_time_that_never_came_is_doubted() -> None:
    """A time that a clock change skipped becomes the moment an unchanged clock would have shown it."""
    found = read("3/10/19 2:30 AM")
    assert (wall(found.start), wall(found.end), found.doubt) == (
        "2019-03-10 03:30",
        "2019-03-10 03:30",
        dates.SKIPPED,
    )


@pytest.mark.parametrize(
    ("case_number", "reported", "doubt"),
    [
        ("19-01072", "10/28/10 2:04 PM", dates.MISFILED),
        ("CSA Report     19-001", "1/28/19 2:04 PM", ""),
        ("E00751", "11/8/15 12:26 PM", ""),
        ("19-00038", "Void", ""),
    ],
)
def test_an_entry_under_the_wrong_year_is_noticed(case_number: str, reported: str, doubt: str) -> None:
    """An entry whose case number and report are of different years is doubted."""
    assert filing_doubt(case_number, read(reported)) == doubt


@given(
    st.one_of(
        st.text(), st.from_regex(r"(\d\d?/\d\d?/\d{2,4}|to|and|\d\d?:\d\d ?(AM|PM)?| )+", fullmatch=True)
    )
)
def test_any_text_is_kept_and_no_interval_runs_backwards(text: str) -> None:
    """Whatever the text is, it is kept word for word, and an interval's end never lies before its start."""
    found = read(text, "1/1/19 1:00 PM")
    assert found.text == text
    assert (found.start is None) == (found.precision is Precision.UNKNOWN)
    if found.start and found.end:
        assert found.start.astimezone(UTC) <= found.end.astimezone(UTC)


@given(st.datetimes(datetime(1969, 1, 1), datetime(2068, 12, 31)))  # noqa: DTZ001 - wall-clock time is what a log has
def test_every_minute_written_tidily_is_read_back(moment: datetime) -> None:
    """Every minute of a century, written as the log writes it, is read back as that minute."""
    minute = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    found = parse_occurred(minute.strftime("%m/%d/%y %I:%M %p"), ZoneInfo("UTC"))
    assert (found.start, found.end, found.doubt) == (minute, minute, "")


def test_nearly_every_date_of_the_log_is_read(log_rows: list[LogRow]) -> None:
    """Of the log's dates only a handful stay text without saying themselves that they know none."""
    unread = 0
    for row in log_rows:
        found = read(row.fields["Occurred"], row.fields["Reported"])
        unread += dates.UNREADABLE in found.doubt
    assert 0 < unread <= 6
