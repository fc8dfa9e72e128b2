"""What another version of the policy would change in open cases: clocks, and what holds steps up."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from states import deadlines
from states.access import Act, Actor, permit, seen
from states.calendar.reckoning import soonest
from states.casebook.book import CASES, Casebook
from states.casebook.loading import load
from states.casefile import CaseFile, Section
from states.errors import BadInput
from states.machine import available
from states.policy.pack import Pack
from states.tables import Case, Deadline, stored
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import Clock

#: clocks whose time people say themselves: the pack only proposes one
SAID_BY_PEOPLE = frozenset({Clock.PLAN_ACTION, Clock.CHECK_IN, Clock.ORDER_EXPIRY})

#: how many open cases are looked at, those that changed last
MOST = 500


@dataclass(frozen=True, slots=True)
class ClockMoved:
    """A running clock that would be due at another time, had it been started under the other version.

    Args:
        number: the case's number.
        clock: which clock.
        due_at: when it is due.
        would_be: when it would be; None: it would not run.
    """

    number: str
    clock: str
    due_at: datetime
    would_be: datetime | None


@dataclass(frozen=True, slots=True)
class StepDiffers:
    """A step that would be held up by something else.

    Args:
        number: the case's number.
        trigger: which step.
        more: guards that would hold it up, and do not now.
        less: guards that hold it up now, and would not.
    """

    number: str
    trigger: str
    more: tuple[str, ...]
    less: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OtherPolicy:
    """What another version would change.

    Args:
        cases: how many open cases were looked at.
        clocks: the clocks that would be due at another time.
        steps: the steps that would be held up by something else.
        unknown: numbers of the cases that name an office or a site which the other version does not have.
    """

    cases: int
    clocks: tuple[ClockMoved, ...]
    steps: tuple[StepDiffers, ...]
    unknown: tuple[str, ...]


def under(book: Casebook, other: Pack, *, by: Actor) -> OtherPolicy:
    """Compare how open cases stand under the policy in force and under another version; nothing is written.

    Of cases that are not there for whoever asks, nothing is looked at. No content is opened.

    Args:
        book: the casebook.
        other: the other version.
        by: who asks.

    Raises:
        NotPermitted: they do not run the team.
    """
    permit(by, Act.RUN_TEAM)
    is_open = (CASES.c.state != CaseState.CLOSED, CASES.c.erased_at.is_(None), seen(by, Act.READ, CASES.c.id))
    newest = select(CASES).where(*is_open).order_by(CASES.c.changed_at.desc(), CASES.c.id).limit(MOST)
    clocks, steps, unknown = list[ClockMoved](), list[StepDiffers](), list[str]()
    with book.store.read() as connection:
        cases = [stored(Case, row) for row in connection.execute(newest)]
        for case in cases:
            for row in deadlines.running(connection, case.id):
                clocks += _moved(book.pack, other, case, row)
            file = load(connection, case, book.pack, list(Section), now=book.clock())
            try:
                steps += _differing(file, replace(file, pack=other), by)
            except BadInput:
                unknown.append(case.number)
    return OtherPolicy(len(cases), tuple(clocks), tuple(steps), tuple(unknown))


def _differing(file: CaseFile, other: CaseFile, by: Actor) -> list[StepDiffers]:
    found = []
    for mine, theirs in zip(available(file, by), available(other, by), strict=True):
        held, would = ({each.guard for each in one.missing} for one in (mine, theirs))
        if held != would:
            more, less = tuple(sorted(would - held)), tuple(sorted(held - would))
            found.append(StepDiffers(file.case.number, mine.row.trigger, more, less))
    return found


def _moved(pack: Pack, other: Pack, case: Case, row: Deadline) -> list[ClockMoved]:
    """The clock, if it would be due at another time; by as much as its length differs from its start on."""
    clock = Clock(row.clock)
    if clock in SAID_BY_PEOPLE:
        return []
    try:
        before, after = (_due(each, case, clock, row.set_at) for each in (pack, other))
    except BadInput:
        # It is due on a day of the calendar, or depends on a level that nobody has given yet.
        return []
    if before is None or before == after:
        return []
    would_be = None if after is None else row.due_at + (after - before)
    return [ClockMoved(case.number, clock, row.due_at, would_be)]


def _due(pack: Pack, case: Case, clock: Clock, since: datetime) -> datetime | None:
    level = case.current_level
    terms = pack.clock(clock, None if level is None else Level(level))
    if terms is None or any(code not in pack.sites for code in case.sites):
        return None
    return soonest(since, terms.duration, pack.at(case.sites))
