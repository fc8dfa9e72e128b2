"""Two cases of one person become one, and two again; others stand beside each other."""

import pytest

from states.casebook.closing import disposition
from states.casebook.inquiry import triage
from states.casebook.persons import joining, relations
from states.casebook.reading import whole_case
from states.casebook.rearranging import merging, moving
from states.casebook.team import members
from states.errors import BadInput, Refused, TransitionRefused
from states.vocabulary.cases import CaseState, Level, Relation
from states.vocabulary.effects import Clock
from tests.cases.walking import Walk
from tests.states.looking import case, running
from tests.states.persons.two_cases import about, due

#: after each of them the ledgers of both cases verify
pytestmark = pytest.mark.usefixtures("verified")


def same_person(walk: Walk, one: str, other: str) -> None:
    """Say that two cases are about one person."""
    joining.confirm_link(walk.book, one, other, by=walk.chair, same_person=True, because="Known to both.")


@pytest.mark.clause("W-47")
def test_two_cases_of_one_person_become_one(walk: Walk) -> None:
    """Reports, people and the graver level go on in one case; the other is closed and says where."""
    ends, goes_on = walk.screened(Level.ELEVATED), walk.screened(Level.MILD)
    same_person(walk, ends, goes_on)
    merging.merge(walk.book, ends, goes_on, by=walk.chair, because="One person.")
    closed, open_ = case(walk.book, ends), case(walk.book, goes_on)
    assert (closed.state, closed.merged_into) == (CaseState.CLOSED, goes_on)
    assert [row["standing"] for row in walk.records(goes_on, "reports")] == ["stands", "stands"]
    assert open_.provisional_level == Level.ELEVATED
    assert Clock.FIRST_MEETING in running(walk.book, goes_on)
    assert set(running(walk.book, ends)) == {Clock.RETENTION}
    assert whole_case.dossier(walk.book, ends, by=walk.chair)["screenings"], "what was written stays readable"


def test_a_merge_needs_somebody_who_said_that_it_is_one_person(walk: Walk) -> None:
    """The refusal names the command that says so."""
    one, other = walk.screened(), walk.screened()
    with pytest.raises(Refused, match="tat case link"):
        merging.merge(walk.book, one, other, by=walk.chair, because="One person.")


def test_a_case_with_a_plan_in_force_does_not_end_in_another(walk: Walk) -> None:
    """The other one ends in it instead."""
    planned, fresh = walk.monitored(), walk.screened()
    same_person(walk, planned, fresh)
    with pytest.raises(Refused, match="with a plan in force"):
        merging.merge(walk.book, planned, fresh, by=walk.chair, because="One person.")
    merging.merge(walk.book, fresh, planned, by=walk.chair, because="One person.")
    assert due(walk, planned, Clock.REASSESSMENT) <= walk.book.clock(), "a new report, so look again"


def test_a_merged_case_is_reopened_only_after_the_merge_is_taken_back(walk: Walk) -> None:
    """The explainer says where one learns in which it goes on; afterwards its reports can be moved back."""
    ends, goes_on = walk.screened(), walk.screened()
    same_person(walk, ends, goes_on)
    moved = merging.merge(walk.book, ends, goes_on, by=walk.chair, because="One person.")
    with pytest.raises(TransitionRefused, match="goes on in another one, which `tat case show` names"):
        walk.act(ends, "reopen", {"reason": "After all."})
    assert whole_case.dossier(walk.book, ends, by=walk.chair)["case"]["merged_into"] == goes_on
    merging.unmerge(walk.book, ends, by=walk.chair, because="A twin.")
    walk.act(ends, "reopen", {"reason": "After all."})
    moving.move_report(walk.book, goes_on, moved.report_ids[0], to=ends, by=walk.chair, because="A twin.")
    assert case(walk.book, ends).state == CaseState.INQUIRY
    assert walk.records(ends, "reports")[-1]["standing"] == "stands"


def test_a_merge_that_is_taken_back_lowers_no_level(walk: Walk) -> None:
    """A merge is no way around the second member: the level that was on record stands after it."""
    ends, goes_on = walk.screened(Level.ELEVATED), walk.screened(Level.MILD)
    same_person(walk, ends, goes_on)
    merging.merge(walk.book, ends, goes_on, by=walk.chair, because="One person.")
    merging.unmerge(walk.book, ends, by=walk.chair, because="A twin.")
    walk.act(ends, "reopen", {"reason": "After all."})
    triage.screen(walk.book, ends, by=walk.chair, level=Level.NONE, because="Alone.")
    assert case(walk.book, ends).provisional_level == Level.ELEVATED


@pytest.mark.clause("P-04")
def test_a_merged_case_is_erased_with_the_record_that_it_is_part_of(walk: Walk) -> None:
    """Not before: what the case that goes on rests on would be gone."""
    ends, goes_on = walk.screened(), walk.screened()
    same_person(walk, ends, goes_on)
    merging.merge(walk.book, ends, goes_on, by=walk.chair, because="One person.")
    disposition.allow_erasure(walk.book, ends, by=walk.chair, because="A court said so.")
    with pytest.raises(Refused, match=f"part of the record of {goes_on}"):
        disposition.erase(walk.book, ends, by=members.actor(walk.book, "custodian"))


def test_nobody_fires_the_merge_without_a_case_to_go_on_in(walk: Walk) -> None:
    """As a bare trigger it is refused, with the command that does it."""
    number = walk.screened()
    with pytest.raises(BadInput, match="tat case merge"):
        walk.act(number, "merge")
    assert case(walk.book, number).state == CaseState.REPORTED


def test_two_cases_are_related_on_both_records_and_it_can_be_taken_back(walk: Walk) -> None:
    """Each says it from its own side; a case that the reader may not see has no number there."""
    one, other = about(walk, "900000001"), about(walk, "900000002")
    relations.relate(walk.book, one, other, Relation.TARGET_OF, by=walk.chair, because="He follows her.")
    with pytest.raises(Refused, match="already"):
        relations.relate(walk.book, one, other, Relation.TARGET_OF, by=walk.chair, because="Again.")
    for number, side, shown in ((one, "first", other), (other, "second", one)):
        (row,) = whole_case.dossier(walk.book, number, by=walk.chair)["case_relations"]
        assert (row["side"], row["other_number"]) == (side, shown)
    triage.assign(walk.book, other, by=walk.chair, lead="chair", offices=["student_affairs"])
    (row,) = whole_case.dossier(walk.book, one, by=walk.officer)["case_relations"]
    assert row["other_number"] == relations.NOT_YOURS
    relations.unrelate(walk.book, one, other, Relation.TARGET_OF, by=walk.chair, because="A mistake.")
    assert [walk.events(number).count("relation_ended") for number in (one, other)] == [1, 1]


def test_acting_together_is_the_same_from_both_sides(walk: Walk) -> None:
    """It is not put on record a second time the other way round."""
    one, other = about(walk, "900000001"), about(walk, "900000002")
    relations.relate(walk.book, one, other, Relation.ACTING_TOGETHER, by=walk.chair, because="A pact.")
    with pytest.raises(Refused, match="already"):
        relations.relate(walk.book, other, one, Relation.ACTING_TOGETHER, by=walk.chair, because="A pact.")
