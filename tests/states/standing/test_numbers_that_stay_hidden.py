"""No sentence, list or entry tells the number of a case to somebody who is kept out of it (W-39)."""

import json

import pytest

from states.access import SYSTEM
from states.casebook.closing import disposition
from states.casebook.effects import attempts
from states.casebook.inquiry import triage
from states.casebook.persons import joining
from states.casebook.protecting import targets
from states.casebook.reading import timeline, whole_case
from states.casebook.rearranging import merging
from states.casebook.standing import decisions
from states.casebook.team import ending, members
from states.casebook.triggers import acting
from states.contents.plans import TargetContent
from states.errors import Refused, UnknownRecord
from states.tables import Effect, table_of
from states.vocabulary.cases import Level
from tests.cases.walking import Walk
from tests.states.looking import case, rows

pytestmark = pytest.mark.clause("W-39")


def kept_out(walk: Walk, number: str, member: str) -> None:
    """Let a case name a member as somebody who may be in danger."""
    targets.add(walk.book, number, TargetContent(name=f"invented-{member}-name"), by=walk.officer)
    assert member in case(walk.book, number).kept_out


def merged(walk: Walk, level: Level = Level.ELEVATED) -> tuple[str, str]:
    """Two cases of one person, of which the first goes on in the second."""
    ends, goes_on = walk.screened(level), walk.screened(Level.MILD)
    joining.confirm_link(walk.book, ends, goes_on, by=walk.officer, same_person=True, because="One person.")
    return ends, goes_on


def test_whoever_ends_a_membership_is_told_the_cases_that_they_may_know(walk: Walk) -> None:
    """What the others hold is handed over all the same."""
    hidden, shown = walk.in_inquiry(), walk.in_inquiry()
    for number in (hidden, shown):
        offices = ["student_affairs"]
        triage.assign(walk.book, number, by=walk.chair, lead="officer", offices=offices)
    kept_out(walk, hidden, "chair")
    handed = ending.end(walk.book, "officer", by=walk.chair, on=walk.book.clock(), hand_over_to="dean")
    assert handed == [shown]
    assert case(walk.book, hidden).lead not in ("officer", "chair")


def test_what_a_merge_writes_names_no_case_that_its_reader_may_not_know(walk: Walk) -> None:
    """Neither in a screening that went along, nor in an event, nor in the explainer.

    Who is kept out of the one is kept out of both, until whoever chairs lets them into the one that goes on.
    """
    ends, goes_on = merged(walk)
    offices = ["health_services", "university_police"]
    triage.assign(walk.book, goes_on, by=walk.chair, lead="chair", offices=offices)
    kept_out(walk, ends, "nurse")
    merging.merge(walk.book, ends, goes_on, by=walk.officer, because="One person.")
    nurse = members.actor(walk.book, "nurse")
    with pytest.raises(UnknownRecord):
        whole_case.dossier(walk.book, goes_on, by=nurse)
    decisions.decide(walk.book, goes_on, "nurse", by=walk.chair, keep_out=False, because="Another nurse.")
    read = whole_case.dossier(walk.book, goes_on, by=nurse)
    assert len(read["screenings"]) == 2, "the graver level went along"
    assert ends not in json.dumps(read, default=str)
    assert ends not in repr(timeline.timeline(walk.book, goes_on, by=nurse))


def test_no_refusal_names_the_case_that_another_goes_on_in(walk: Walk) -> None:
    """For whoever is kept out of that one; everybody else is told where it goes on."""
    ends, goes_on = merged(walk)
    third = walk.screened()
    merging.merge(walk.book, ends, goes_on, by=walk.officer, because="One person.")
    kept_out(walk, goes_on, "chair")
    said = {}
    for by in (walk.chair, walk.officer):
        with pytest.raises(Refused) as refused:
            merging.merge(walk.book, ends, third, by=by, because="One person.")
        said[by.id] = str(refused.value)
    assert goes_on not in said["chair"]
    assert goes_on in said["officer"]
    explained = acting.can(walk.book, ends, by=walk.chair)
    assert goes_on not in repr(explained)
    disposition.allow_erasure(walk.book, ends, by=walk.chair, because="A court said so.")
    with pytest.raises(Refused, match=f"part of the record of {goes_on}"):
        disposition.erase(walk.book, ends, by=members.actor(walk.book, "custodian"))


def test_an_effect_of_an_erased_case_tells_no_number_to_whoever_was_kept_out(walk: Walk) -> None:
    """It is not there for them, erased or not."""
    number = walk.in_inquiry()
    kept_out(walk, number, "chair")
    (effect, *_) = rows(walk.book, Effect, table_of(Effect).c.case_id == case(walk.book, number).id)
    with pytest.raises(UnknownRecord) as refused:
        attempts.redrive(walk.book, effect.id, by=walk.chair)
    assert number not in str(refused.value)
    with walk.book.store.write() as connection:
        page = walk.book.turn_to(connection, case(walk.book, number).id, SYSTEM)
        page.case.erased_at = page.now
        page.log("erased")
        page.finish()
    walk.book.store.forget()
    with pytest.raises(UnknownRecord) as refused:
        attempts.redrive(walk.book, effect.id, by=walk.chair)
    assert number not in str(refused.value)
