"""A police log in the casebook: every row counted once, and what changes a row is a version of it."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.intake import logbook
from states.casebook.intake.taking import DATES, Imported
from states.casebook.reading import timeline
from states.contents.reports import SubjectContent
from states.errors import Refused
from states.intakelog.headings import Column
from states.intakelog.reading.records import NOT_UTF8
from states.tables import LogEntry, table_of
from states.vocabulary.people import Verdict
from tests.cases.walking import Walk
from tests.states.looking import verified

OTHERS = Path(__file__).parents[1] / "intakelog" / "logs"

#: how many rows of an invented log change one above them
AMENDED = {
    "department_in_headings.csv": 1,
    "initial_and_final_type.csv": 1,
    "day_first_in_parts.tsv": 0,
    "iso_moments.csv": 1,
    "page.html": 1,
    "type_says_nothing.csv": 1,
}

HEADINGS = ("Case Number", "Nature", "Date Reported", "Date Occurred", "Location", "Narrative", "Disposition")
FIRST = ("31-001", "Theft", "3/9/31 1:00 PM", "3/9/31 11:00 AM", "Elm Hall", "A bag", "Open")
OTHER = ("31-002", "Stalking", "3/10/31 1:00 PM", "3/10/31", "Oak Hall", "Followed home", "Open")


def changed(row: Sequence[str], **columns: str) -> tuple[str, ...]:
    """A row that says something else in some columns."""
    names = ("number", "nature", "reported", "occurred", "location", "narrative", "disposition")
    return tuple(columns.get(name, cell) for name, cell in zip(names, row, strict=True))


def written(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows under a header as a CSV writer writes them."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADINGS, *rows])
    return text.getvalue().encode()


def take_in(walk: Walk, data: bytes) -> Imported:
    """Import a log."""
    return logbook.import_log(walk.book, io.BytesIO(data), by=walk.chair, site="silver_city")


def listed(walk: Walk, *, replaced: bool = False) -> list[logbook.EntryLine]:
    """The rows on record."""
    return logbook.entries(walk.book, by=walk.chair, limit=500, replaced=replaced)


def test_an_amended_row_is_a_new_version_and_never_a_second_report(book: Casebook) -> None:
    """A changed disposition or nature under one number replaces the row, and says what changed."""
    walk = Walk(book)
    take_in(walk, written([FIRST, OTHER]))
    later = changed(FIRST, disposition="Closed", nature="Burglary")
    imported = take_in(walk, written([FIRST, later, OTHER]))
    assert (imported.versions, imported.known, sum(imported.verdicts.values())) == (1, 2, 0)
    theft, stalking = sorted(listed(walk), key=lambda line: line.said[Column.NUMBER])
    assert (theft.version, theft.said[Column.NATURE], stalking.version) == (2, "Burglary", 1)
    assert "Nature: Theft -> Burglary." in theft.changed
    assert "Disposition: Open -> Closed." in theft.changed
    assert [line.replaced for line in listed(walk, replaced=True)].count(True) == 1
    assert sum(logbook.counts(book, by=SYSTEM).values()) == 2
    verified(book)


def test_each_change_of_a_row_is_the_next_version_of_it(book: Casebook) -> None:
    """In one file or a later one; a row that says that it changes another needs nothing else in common."""
    walk = Walk(book)
    log = [changed(FIRST, disposition=said) for said in ("Open", "Pending", "Suspended")]
    assert take_in(walk, written(log)).versions == 2
    for more in (
        changed(FIRST, disposition="Closed"),
        ("31-001", "Lost Property", "4/9/31 2:00 PM", "", "Oak Hall", "Found at home", "Amended"),
    ):
        log.append(more)
        assert take_in(walk, written(log)).versions == 1
    (newest,) = listed(walk)
    assert (newest.version, newest.said[Column.DISPOSITION]) == (5, "Amended")
    versions = {line.version: line.replaced for line in listed(walk, replaced=True)}
    assert versions == {1: True, 2: True, 3: True, 4: True, 5: False}
    verified(book)


def test_a_row_is_known_by_what_it_has_in_common_with_the_newest_version(book: Casebook) -> None:
    """Where the time of its report was put right, and where a line of words stood between."""
    walk = Walk(book)
    line = ("UPDATE 31-001: under review", *[""] * 6)
    later = changed(FIRST, reported="3/9/31 1:05 PM", disposition="Closed")
    assert take_in(walk, written([FIRST, line, later])).versions == 2
    assert len(listed(walk)) == 1, "one incident, whichever of them is the newest"


@pytest.mark.parametrize(
    "number", ["31-002 (amended)", "31-002*", "UPDATED 31-002", "31-002 UPDATE", "31\N{HYPHEN}002 [rev.]"]
)
def test_a_mark_beside_a_number_makes_it_no_other_one(book: Casebook, number: str) -> None:
    """Departments write there that a row changes an earlier one."""
    walk = Walk(book)
    imported = take_in(walk, written([OTHER, changed(OTHER, number=number, disposition="Arrest")]))
    assert (imported.versions, sum(imported.verdicts.values())) == (1, 1)


def test_importing_twice_adds_nothing_whatever_the_log_amends(book: Casebook) -> None:
    """All shapes of logs, imported again, are known row by row; what amends a row is no second report."""
    walk = Walk(book)
    for file in sorted(OTHERS.iterdir()):
        first, again = take_in(walk, file.read_bytes()), take_in(walk, file.read_bytes())
        assert first.versions == AMENDED.get(file.name, first.versions)
        assert again.known == first.total
        assert (sum(again.verdicts.values()), again.versions, again.joined) == (0, 0, 0)


def test_a_concern_is_not_ended_by_a_change_of_the_log(book: Casebook) -> None:
    """A row that was a report of concern stays one, whatever its nature is changed into."""
    walk = Walk(book)
    take_in(
        walk, written([OTHER, changed(OTHER, nature="Lost Property", narrative="", disposition="Closed")])
    )
    (line,) = listed(walk)
    assert (line.verdict, line.version) == (Verdict.CONCERN, 2)
    assert "An earlier version of this row was one" in line.sentence


def test_a_number_that_was_used_twice_by_mistake_is_two_incidents(book: Casebook) -> None:
    """A row that shares no more than number and place is no version: none is lost, and each says so."""
    walk = Walk(book)
    imported = take_in(walk, written([FIRST, changed(OTHER, number="31-001", location="Elm Hall")]))
    assert (imported.versions, sum(imported.verdicts.values())) == (0, 2)
    assert ["Its number stands" in line.doubt for line in listed(walk)] == [False, True]


def test_a_log_that_begins_with_the_newest_keeps_the_newest(book: Casebook) -> None:
    """A row that is marked as a change stays in the place of the one below it that it changes."""
    walk = Walk(book)
    newest = changed(FIRST, disposition="Closed (amended)")
    assert take_in(walk, written([newest, OTHER, FIRST])).versions == 1
    assert {line.said[Column.DISPOSITION] for line in listed(walk)} == {"Closed (amended)", "Open"}


def test_a_case_hears_that_the_log_changed_what_it_took_up(book: Casebook) -> None:
    """The version belongs to the case, its timeline says so, and the old row is not taken up again."""
    walk = Walk(book)
    take_in(walk, written([OTHER]))
    (line,) = listed(walk)
    subject = SubjectContent(site="silver_city")
    number = logbook.take_up(book, line.entry_id, subject, by=walk.chair).number
    imported = take_in(walk, written([OTHER, changed(OTHER, disposition="Arrest")]))
    assert imported.amended == [(3, number)]
    assert [line.case_number for line in listed(walk)] == [number]
    happened = timeline.timeline(book, number, by=walk.chair)
    assert [one.what for one in happened].count("log_row_amended") == 1
    take_in(walk, written([FIRST]))
    take_in(walk, written([changed(FIRST, disposition="Closed")]))
    old = next(line for line in listed(walk, replaced=True) if line.replaced and not line.case_number)
    with pytest.raises(Refused, match="newer version"):
        logbook.take_up(book, old.entry_id, subject, by=walk.chair)
    verified(book)


def test_a_row_that_an_earlier_release_took_in_gets_its_version(book: Casebook) -> None:
    """It has no mark of its number beside what is sealed; the number is read from that."""
    walk = Walk(book)
    old = b"Incident,Location,Reported,Occurred,Comments,Disposition,CaseNumber\n"
    row = b"Theft,Elm Hall,3/9/31 1:00 PM,3/9/31,A bag,%b,31-001\n"
    take_in(walk, old + row % b"Open")
    entries = table_of(LogEntry)
    with book.store.write() as connection:
        connection.execute(entries.update().values(incident=None))
    assert take_in(walk, old + row % b"Closed").versions == 1
    assert [line.version for line in listed(walk)] == [2]


def test_what_was_reported_before_it_happened_needs_a_person(book: Casebook) -> None:
    """A mistyped year is kept as it was written, with the reason."""
    walk = Walk(book)
    imported = take_in(walk, written([changed(FIRST, occurred="3/9/37 11:00 AM")]))
    assert imported.rules[Verdict.NEEDS_A_PERSON] == {DATES: 1}
    (line,) = listed(walk)
    assert "reported before it happened" in line.sentence


def test_a_row_of_an_older_program_goes_in_and_says_why_it_is_doubtful(book: Casebook) -> None:
    """Rows in Windows-1252 are rows, rows in nothing known are kept for a person: none vanishes."""
    walk = Walk(book)
    data = written([changed(FIRST, narrative="A b@g"), changed(OTHER, location="S@mple")])
    imported = take_in(walk, data.replace(b"b@g", b"b\xe4g").replace(b"S@mple", b"S\x81mple"))
    assert (imported.total, imported.doubtful, len(imported.unreadable)) == (2, 1, 1)
    assert [NOT_UTF8 in line.doubt for line in listed(walk)] == [True, False]


NATURES = st.sampled_from(["Theft", "Stalking", "Juggling", "Harassment; Trespass", "Noise\nParty", ""])
ROWS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["31-001", "31-002", "31-003", "", "Void"]),
            NATURES,
            st.sampled_from(["3/9/31 1:00 PM", "3/10/31", "Unk.", ""]),
            st.sampled_from(["3/9/31", "3/9/31 - 3/10/31", "Summer", ""]),
            st.sampled_from(["Elm Hall", "Oak Hall", ""]),
            st.sampled_from(["A bag", 'He said "no"', "two\nlines, 3/9/31", ""]),
            st.sampled_from(["Open", "Closed", "Closed (amended)", ""]),
        ),
        st.just(("",) * 7),
        st.just(HEADINGS),
        st.just(("Total: 2", *[""] * 6)),
        st.just(("UPDATE 31-001: closed by arrest, as the court says", *[""] * 6)),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_every_row_of_any_log_is_counted_once(walk: Walk, rows: list[tuple[str, ...]]) -> None:
    """Rows are reports, versions, charges, known, for a person, empty, or no rows at all: none is lost."""
    imported = take_in(walk, written(rows))
    no_rows = len(imported.no_rows) - 1  # the header
    assert imported.total + imported.empty + no_rows == len(rows)
    assert take_in(walk, written(rows)).known == imported.total
