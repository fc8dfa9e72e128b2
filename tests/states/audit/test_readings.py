"""Who read what: by person and day across cases, with the odd ones marked; and nothing is read unseen."""

import inspect
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from io import BytesIO
from pkgutil import walk_packages
from typing import Any

import pytest
from sqlalchemy import delete

from console.invented.examples import report
from states import casebook
from states.access import SYSTEM, Act, Actor, Origin
from states.casebook.intake import logbook
from states.casebook.landing import kept as intake
from states.casebook.persons import searching
from states.casebook.protecting import targets
from states.casebook.reading import reads, timeline, whole_case
from states.casebook.reading.reads import OddReading
from states.casebook.record import integrity
from states.casebook.standing import decisions
from states.casebook.team import ending, members
from states.contents.plans import TargetContent
from states.contents.team import MemberContent
from states.errors import NotPermitted
from states.tables import LogEntry, table_of
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.states.conftest import Watch

pytestmark = pytest.mark.clause("P-08")

AUDITOR = Actor("auditor", frozenset({Role.AUDITOR}))

#: two rows of an invented log
LOG = (
    b"Incident,Location,Reported,Occurred,Comments,Disposition,CaseNumber\n"
    b"Threat,Somewhere,1/2/19 7:48 AM,1/2/19 2:00 AM,Somebody was threatened with harm,Open,19-00002\n"
    b"Noise,Somewhere,1/3/19 7:48 AM,1/3/19 2:00 AM,Loud music,Closed,19-00003\n"
)

#: what turns to a case as a reader does and shows nothing of it, and which event it leaves
SHOWS_NOTHING = {"standing.decisions.recuse": "conflict_declared"}


def odd(walk: Walk, by: Actor, who: str) -> set[OddReading]:
    """What is odd about somebody's readings of the last week."""
    since = walk.book.clock() - timedelta(days=7)
    return {one for line in reads.readings(walk.book, by=by, since=since, who=who) for one in line.odd}


def test_readings_are_told_by_person_and_day_and_the_odd_ones_are_marked(walk: Walk) -> None:
    """Many cases at once, one's own, one given up, after leaving; why it is theirs is told to few."""
    book, chair = walk.book, walk.chair
    nurse, dean, officer = (members.actor(book, each) for each in ("nurse", "dean", "officer"))
    number = walk.screened()
    for by in (nurse, dean, officer):
        whole_case.dossier(book, number, by=by)
        assert odd(walk, AUDITOR, by.id) == set()
    targets.add(book, number, TargetContent(name="invented-nurse-name"), by=chair)
    decisions.recuse(book, number, by=dean, because="invented")
    assert odd(walk, chair, "nurse") == {OddReading.OWN_CASE}
    assert odd(walk, AUDITOR, "nurse") == odd(walk, AUDITOR, "dean") == {OddReading.RECUSED}
    ending.end(book, "officer", by=chair, on=book.clock(), hand_over_to="chair")
    whole_case.dossier(book, walk.screened(), by=officer)
    assert odd(walk, AUDITOR, "officer") == {OddReading.AFTER_LEAVING}
    for _ in range(reads.MANY):
        whole_case.dossier(book, walk.reported(), by=chair)
    assert odd(walk, AUDITOR, "chair") == {OddReading.MANY_CASES}
    searching.search(book, "invented-subject-name", by=chair)
    (line,) = reads.readings(book, by=AUDITOR, since=book.clock() - timedelta(days=1), who="chair")
    assert (line.found, len(line.numbers)) == (searching.MOST_TOLD, reads.MANY)
    with pytest.raises(NotPermitted):
        reads.readings(book, by=dean, since=book.clock())
    with pytest.raises(NotPermitted):
        whole_case.dossier(book, number, by=AUDITOR)


def test_what_is_odd_is_found_however_much_was_read_since(
    walk: Walk, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days are looked at until there are lines enough, each whole, and no further."""
    monkeypatch.setattr(reads, "TOGETHER", 2)
    book, since = walk.book, walk.book.clock()
    for _ in range(reads.MANY):
        whole_case.dossier(book, walk.reported(), by=walk.chair)
    for _ in range(3):
        watch.forward(days=1)
        for member in (walk.chair, walk.officer):
            watch.forward(minutes=1)
            whole_case.dossier(book, walk.reported(), by=member)

    def found(**how: Any) -> list[tuple[int, str, bool]]:
        lines = reads.readings(book, by=AUDITOR, since=since, **how)
        return [((line.day - lines[-1].day).days, line.who, bool(line.odd)) for line in lines]

    assert found(odd_only=True, enough=1) == [(0, "chair", True)]
    plain = [(day, who, False) for day in (3, 2, 1) for who in ("officer", "chair")]
    assert found() == [*plain, (0, "chair", True)]
    assert len(found(enough=3)) == 4


def kept(walk: Walk) -> str:
    """A message that could not be read, and that the officer then read; its id."""
    logbook.keep(walk.book, b"An invented message.", "Invented reason.")
    (one,) = intake.waiting(walk.book, by=walk.officer)
    return one.entry_id


def test_what_came_in_and_is_of_no_case_is_counted_beside_the_cases_by_person_and_day(
    walk: Walk, watch: Watch
) -> None:
    """By what it is, each thing once a day, in one order with the cases; and who read it after leaving."""
    book, chair, officer, since = walk.book, walk.chair, walk.officer, walk.book.clock()
    logbook.import_log(book, BytesIO(LOG), by=chair, site="silver_city")
    message = kept(walk)
    watch.forward(days=1)
    intake.waiting(book, by=officer)
    intake.read(book, message, by=officer)
    watch.forward(minutes=1)
    logbook.entries(book, by=chair, limit=3)
    watch.forward(minutes=1)
    number = walk.reported()
    whole_case.dossier(book, number, by=officer)

    def found(**how: Any) -> list[tuple[str, int, tuple[str, ...], dict[str, int]]]:
        lines = reads.readings(book, by=AUDITOR, since=since, **how)
        return [(line.who, line.readings, line.numbers, line.came_in) for line in lines]

    today = [("officer", 3, (number,), {"at_a_door": 1}), ("chair", 1, (), {"at_a_door": 1, "log_row": 2})]
    before = ("officer", 1, (), {"at_a_door": 1})
    assert found() == [*today, before]
    assert found(enough=1) == today
    assert found(who="chair") == today[1:]
    day = reads.readings(book, by=AUDITOR, since=since)[-1].day
    assert found(until=day) == [before]
    assert found(odd_only=True) == []
    ending.end(book, "officer", by=chair, on=book.clock(), hand_over_to="chair")
    watch.forward(days=1)
    intake.read(book, message, by=officer)
    (line,) = reads.readings(book, by=AUDITOR, since=since, odd_only=True, until=day + timedelta(days=2))[:1]
    assert (line.came_in, line.odd) == ({"at_a_door": 1}, (OddReading.AFTER_LEAVING,))


def test_what_became_part_of_a_case_is_not_counted_for_whoever_is_kept_out_of_it(walk: Walk) -> None:
    """Nor is there a line where that is all that was read; of whoever read it and is kept out, it is odd."""
    book, since = walk.book, walk.book.clock()
    message = kept(walk)
    (line,) = reads.readings(book, by=AUDITOR, since=since)
    assert (line.who, line.came_in, line.odd) == ("officer", {"at_a_door": 1}, ())
    number = intake.enter(book, message, report(), by=walk.chair).number
    content = MemberContent(name="invented-auditor-name", address="auditor@wnmu.example")
    members.enrol(book, "auditor", content, by=walk.chair, offices=[], roles=[Role.AUDITOR])
    for member in ("auditor", "officer"):
        decisions.decide(book, number, member, by=walk.chair, keep_out=True, because="Invented reason.")
    assert reads.readings(book, by=AUDITOR, since=since, who="officer") == []
    (line,) = reads.readings(book, by=walk.chair, since=since, who="officer")
    assert (line.came_in, line.odd) == ({"at_a_door": 1}, (OddReading.RECUSED,))


def test_what_is_gone_is_counted_as_such(walk: Walk) -> None:
    """That it was read stays on record when nothing is left to tell what it was."""
    book, since = walk.book, walk.book.clock()
    kept(walk)
    with book.store.write() as connection:
        connection.execute(delete(table_of(LogEntry)))
    (line,) = reads.readings(book, by=AUDITOR, since=since)
    assert line.came_in == {"gone": 1}


def test_the_ledger_keeps_by_which_way_somebody_came_and_verifies(walk: Walk) -> None:
    """In a case's chain and the team's; whoever came before it was kept stays as they were."""
    book, shell = walk.book, Origin("shell", "invented-account")
    by = Actor(walk.chair.id, walk.chair.roles, walk.chair.offices, origin=shell)
    number = walk.reported()
    whole_case.dossier(book, number, by=by)
    told = timeline.timeline(book, number, by=walk.chair)
    assert next(each.data for each in told if each.what == "read") == {
        "via": "shell",
        "os_account": "invented-account",
    }
    members.change(book, "dean", {"phone": "575-555-0100"}, by=by)
    assert timeline.events_of_team(book, by=by)[-1].data["via"] == "shell"
    line, *_ = reads.readings(book, by=AUDITOR, since=book.clock() - timedelta(days=1))
    assert line.through == ("shell invented-account",)
    integrity.checkpoint(book, by=SYSTEM)
    integrity.verify(book, by=SYSTEM)


def readers() -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
    """Every function of the casebook that turns to a case as a reader does, with its module."""
    inside = f"{casebook.__name__}."
    for found in walk_packages(casebook.__path__, inside):
        module = vars(import_module(found.name))
        for name, function in module.items():
            own = inspect.isfunction(function) and function.__module__ == found.name
            if own and re.search(rf"\.page\([^)]*Act\.{Act.READ.name}\b", inspect.getsource(function)):
                yield f"{found.name.removeprefix(inside)}.{name}", function, module


def test_whatever_opens_a_case_to_be_read_leaves_an_event_that_it_was() -> None:
    """By itself, or by a function of its own module that it calls; none is forgotten."""
    silent = set()
    for name, function, module in readers():
        source = inspect.getsource(function)
        called = {each for each in re.findall(r"\b(\w+)\(", source) if inspect.isfunction(module.get(each))}
        whole = source + "".join(inspect.getsource(module[each]) for each in sorted(called))
        if not re.search(r"\.log\(\s*\"read\"", whole):
            silent.add(name)
    assert silent == set(SHOWS_NOTHING)
