"""An alarm on a number that one may not see goes out, and does not tell whether there is a case."""

from collections.abc import Callable

import pytest

from states.access import Actor
from states.casebook.inquiry import triage
from states.casebook.intake.begun import Raised, raise_alarm
from states.casebook.reading import overview
from states.casebook.team import members
from states.tables import Alarm
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.states.looking import rows, verified
from tests.states.standing.test_numbers_that_stay_hidden import kept_out

pytestmark = pytest.mark.clause("W-13", "W-39")


def others(walk: Walk) -> str:
    """A case that neither the dean nor the nurse is on, and that names the nurse."""
    number = walk.reported()
    triage.assign(walk.book, number, by=walk.chair, lead="officer", offices=["university_police"])
    kept_out(walk, number, "nurse")
    return number


def erased(walk: Walk) -> str:
    """A case that was erased."""
    number = walk.dismissed()
    walk.erase(number)
    return number


NUMBERS: dict[str, Callable[[Walk], str]] = {
    "another's": others,
    "erased": erased,
    "none": lambda _walk: "TAT-1999-0001",
    "no number": lambda _walk: "\x00" * 500,
}


@pytest.mark.parametrize("number_of", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("who", ["dean", "nurse", "auditor"])
def test_it_goes_out_and_says_the_same_whatever_the_number(
    walk: Walk, who: str, number_of: Callable[[Walk], str]
) -> None:
    """As a report of its own, which says what was typed; the case that is meant is not touched."""
    book, number = walk.book, number_of(walk)
    auditor = Actor("auditor", frozenset({Role.AUDITOR}))
    by = auditor if who == "auditor" else members.actor(book, who)
    before = {line.number for line in walk.cases()}
    raised = raise_alarm(book, number, by=by, given={"reason": "He has a knife."})
    assert raised == Raised((book.pack.home_site,), None)
    assert len(rows(book, Alarm)) == 1
    (new,) = {line.number for line in overview.cases(book, by=walk.chair)} - before
    (report,) = walk.records(new, "reports")
    if number.isprintable():
        said = f"An alarm was raised under the number {number}. He has a knife."
        assert report["content"]["behaviour_of_concern"] == said
    assert report["imminent"]
    verified(book)


def test_whoever_knows_of_the_case_sounds_it_there(walk: Walk) -> None:
    """And is told what it set in motion."""
    number = others(walk)
    raised = raise_alarm(walk.book, number, by=walk.officer, given={"reason": "He has a knife."})
    assert raised.decision is not None
    assert "alarm_sounded" in walk.events(number)
