"""Ten cases from the public form to Closed, each by four people on pages alone, their presses counted.

``TAT_TEST_DOSE=full TAT_PICTURES=a-folder`` walks all ten, and leaves a picture of each step and a row of
`docs/measured.md` for each walk in that folder.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from states.vocabulary.cases import Level
from tests.console.web.conftest import Served
from tests.console.web.walks import stages as s
from tests.console.web.walks.team import World, gathered
from tests.doses import dose

#: presses that a Mild case takes a team at most
MOST_PRESSES = 60


#: whom each walk is about; the demo's registrar knows some of them by their number, which ends with the place
PEOPLE = (
    *("Sam Sample", "Riley Example", "Casey Placeholder", "Alex Specimen", "Robin Fictitious"),
    *("Quinn Makeup", "Jules Nonesuch", "Max Pretend", "Lee Imaginary", "Kim Unreal"),
)


class Walk(NamedTuple):
    """One way of a case to Closed: what it is called, what the team does, how often it may press."""

    called: str
    stages: tuple[s.Stage, ...]
    most: int = 100


def begun(level: Level) -> tuple[s.Stage, ...]:
    """From the form to an inquiry whose sources have answered."""
    return (s.reported, s.screened(level), s.assigned, s.inquired)


def planned(level: Level) -> tuple[s.Stage, ...]:
    """From the form to a plan that is in action."""
    return (*begun(level), s.assessed(level), s.planned(level))


#: the first two in every run, the others in `python -m bench faults`
WALKS = (
    Walk(
        "mild",
        (
            s.reported,
            s.screened(Level.MILD),
            s.assigned,
            s.inquired,
            s.assessed(Level.MILD),
            s.planned(Level.MILD),
            s.acted,
            s.ended(),
            s.closed(reason="Mild, and over.", without_reintegration="They never left."),
        ),
        MOST_PRESSES,
    ),
    Walk("dismissed", (s.reported, s.screened(Level.NONE), s.dismissed)),
    Walk(
        "none",
        (*begun(Level.MILD), s.rated, s.assessed(Level.NONE, lowered=True), s.ended(never=True), s.closed()),
    ),
    Walk(
        "moderate",
        (
            *planned(Level.MODERATE),
            s.acted,
            s.assessed(Level.NONE, lowered=True, again=True),
            s.ended(),
            s.closed(without_reintegration="They never left."),
        ),
    ),
    Walk(
        "elevated",
        (
            *planned(Level.ELEVATED),
            s.acted,
            s.assessed(Level.MILD, lowered=True, again=True),
            s.came_back,
            s.ended(),
            s.closed(reason="Mild, and over."),
        ),
    ),
    *(
        Walk(
            level.lower(),
            (
                s.reported,
                s.screened(level),
                s.taken_over,
                s.assigned,
                s.inquired,
                s.met,
                s.assessed(level, after_a_meeting=True),
                s.planned(level),
                s.acted,
                s.assessed(Level.NONE, lowered=True, again=True),
                s.ended(),
                s.closed(without_reintegration="They never left."),
            ),
        )
        for level in (Level.SEVERE, Level.EXTREME)
    ),
    Walk(
        "reopened",
        (
            *begun(Level.MILD),
            s.assessed(Level.NONE, lowered=True),
            s.ended(never=True),
            s.closed(),
            s.reopened,
            s.assessed(Level.NONE),
            s.ended(never=True),
            s.closed(),
        ),
    ),
    Walk(
        "merged",
        (
            *begun(Level.MILD),
            s.joined,
            s.assessed(Level.NONE, lowered=True),
            s.ended(never=True),
            s.closed(),
        ),
    ),
    Walk(
        "recused",
        (
            s.reported,
            s.screened(Level.MILD),
            s.recused,
            s.assigned,
            s.inquired,
            s.assessed(Level.NONE, lowered=True),
            s.ended(never=True),
            s.closed(),
        ),
    ),
)


@pytest.fixture(scope="module")
def looked() -> set[str]:
    """The kinds of page that were looked at in this file."""
    return set()


@pytest.mark.clause("W-05", "W-08", "W-19", "W-20", "W-26")
@pytest.mark.parametrize("walk", WALKS[: dose(2, len(WALKS))], ids=lambda walk: walk.called)
def test_a_case_goes_from_the_form_to_closed_on_pages_alone(
    browser: Browser,
    served: Served,
    looked: set[str],
    walk: Walk,
    record_property: Callable[[str, object], None],
) -> None:
    """Four people, two of them on a phone; sources answer meanwhile, and nobody types a command or JSON."""
    chosen = os.environ.get("TAT_PICTURES")
    pictures = Path(chosen) / "walks" / walk.called if chosen else None
    place = WALKS.index(walk)
    person = {"name": PEOPLE[place], "campus_id": f"9000000{place + 1:02}"}
    with gathered(browser, served, World.around(served), looked, pictures) as team:
        team.person = person
        for stage in walk.stages:
            stage(team)
        page = team.chair.page
        expect(page.locator("[aria-current=step]")).to_contain_text("Closed")
    counted = team.counted
    record_property("presses", counted.presses)
    record_property("typed", counted.typed)
    if pictures is not None:
        row = f"| {walk.called} | {counted.presses} | {counted.typed} | {len(counted.steps)} |\n"
        (pictures / "counted.md").write_text(row, "utf-8")
    assert counted.presses < walk.most
