"""Clocks of a case that keep the earlier of two due times."""

from states.calendar.reckoning import soonest
from states.casebook.page import Page
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock


def hasten(page: Page, clock: Clock, *, level: Level | None = None) -> None:
    """Start a clock of the policy pack, unless it runs already and is due sooner.

    What made something due early, such as a report that came in, is not put off by what happens next.

    Args:
        page: the case.
        clock: which clock.
        level: the level whose clock runs; None: the one in force, or the provisional one.
    """
    current = level or page.case.current_level
    terms = page.pack.clock(clock, None if current is None else Level(current))
    if terms is None:
        return
    due_at = soonest(page.now, terms.duration, page.pack.at(page.case.sites))
    running = page.running(clock)
    if running is not None and running <= due_at:
        return
    page.stop(clock)
    page.start(clock, due_at=due_at, level=level)
