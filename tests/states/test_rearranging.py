"""Reports in their right case: moved, split off, merged, taken back, found false; cases beside others (W-47).

After each of them the ledgers of both cases verify, and the clocks are right.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from states.access import REPORTER, SYSTEM
from states.casebook import (
    acting,
    closing,
    inquiry,
    intake,
    joining,
    merging,
    moving,
    reading,
    relations,
    team,
    timers,
    withdrawing,
)
from states.errors import BadInput, NotPermitted, Refused, TransitionRefused, UnknownRecord
from states.records import ReferralContent, ReportContent
from states.vocabulary import CaseState, Clock, EffectKind, Level, ReferralKind, Relation, ReportChannel
from tests.states.conftest import Watch
from tests.states.looking import case, owed, running
from tests.walking import Walk

WHY = "It is about somebody else."


def first(walk: Walk, number: str) -> str:
    """Id of a case's first report."""
    return str(walk.records(number, "reports")[0]["id"])


def due(walk: Walk, number: str, clock: Clock) -> datetime:
    """When a running clock of a case is due."""
    (line,) = [line for line in timers.running(walk.book, by=SYSTEM, number=number) if line.clock == clock]
    return line.due_at


def about(walk: Walk, campus_id: str, words: str = "Shouted.", **given: Any) -> str:
    """Report somebody by campus identifier; returns the case's number."""
    subject = {"site": "silver_city", "identifiers": {"campus_id": campus_id}}
    fields = {"behaviour_of_concern": words, "subject": subject, "reporter": {"name": "Riley Example"}}
    return intake.report(walk.book, ReportContent.read(fields | given), by=REPORTER).number


@pytest.fixture(autouse=True)
def verified(walk: Walk) -> Any:
    """Whatever a test does, every ledger verifies afterwards."""
    yield
    timers.checkpoint(walk.book)
    timers.verify(walk.book)


@pytest.mark.clause("W-47")
def test_a_report_that_is_moved_leaves_no_word_behind(walk: Walk) -> None:
    """The other case has it, with its times; here stays that it was there, and where it went."""
    wrong, right = about(walk, "900000001", "Waved a knife."), about(walk, "900000002")
    about(walk, "900000001", "Only shouted.")
    was = walk.records(wrong, "reports")[0]
    moved = moving.move_report(walk.book, wrong, was["id"], to=right, by=walk.chair, because=WHY)
    left, kept = walk.records(wrong, "reports")
    assert (left["content"], left["standing"], left["moved_to"]) == ({}, "moved", right)
    assert kept["standing"] == "stands"
    arrived = walk.records(right, "reports")[-1]
    assert arrived["content"]["behaviour_of_concern"] == "Waved a knife."
    assert (arrived["received_at"], arrived["by"], arrived["came_from"]) == (
        was["received_at"],
        was["by"],
        wrong,
    )
    assert (moved.number, moved.report_ids, moved.left) == (right, (arrived["id"],), 1)
    assert walk.events(wrong)[-1] == "reports_moved_away"


def test_the_index_follows_a_report_that_is_moved(walk: Walk) -> None:
    """The next report with its identifier finds the case that it belongs to, and not the one that it left."""
    wrong = about(walk, "900000001")
    subject = {"site": "silver_city", "identifiers": {"campus_id": "900000001", "email": "typo@wnmu.example"}}
    about(walk, "900000001", "Second.", subject=subject)
    second = walk.records(wrong, "reports")[-1]["id"]
    split = moving.split(walk.book, wrong, [second], by=walk.chair, because=WHY)
    found = intake.report(
        walk.book,
        ReportContent.read({"behaviour_of_concern": "Third.", "subject": subject}),
        by=walk.officer,
    )
    assert found.number in {split.number, wrong}
    assert wrong in (split.number, *split.candidates), "and each points to the other"


@pytest.mark.clause("W-31")
def test_the_clocks_are_reckoned_from_the_first_report_that_is_left(walk: Walk, watch: Watch) -> None:
    """The screening's two hours run from the report that is about this person."""
    wrong, right = about(walk, "900000001"), about(walk, "900000002")
    before = due(walk, wrong, Clock.SCREENING)
    watch.forward(hours=1)
    about(walk, "900000001", "An hour later.")
    moving.move_report(walk.book, wrong, first(walk, wrong), to=right, by=walk.chair, because=WHY)
    assert due(walk, wrong, Clock.SCREENING) == before + timedelta(hours=1)


@pytest.mark.clause("W-31")
@pytest.mark.parametrize("state", ["reported", "screened", "in_inquiry"])
@pytest.mark.parametrize("way", ["move", "merge"])
def test_a_case_that_receives_an_older_report_reckons_from_it(
    walk: Walk, watch: Watch, state: str, way: str
) -> None:
    """Screening, and the first meeting's 48 hours, run from the initial report, wherever it was before."""
    other = about(walk, "900000001")
    received = watch.now
    watch.forward(hours=1)
    number = getattr(walk, state)()
    if way == "move":
        moving.move_report(walk.book, other, first(walk, other), to=number, by=walk.chair, because=WHY)
    else:
        joining.confirm_link(walk.book, other, number, by=walk.chair, same_person=True, because=WHY)
        merging.merge(walk.book, other, number, by=walk.chair, because=WHY)
    clock, hours = (Clock.SCREENING, 2) if state == "reported" else (Clock.FIRST_MEETING, 48)
    assert due(walk, number, clock) == received + timedelta(hours=hours)


@pytest.mark.clause("W-12")
def test_a_verbal_report_and_its_follow_up_go_together(walk: Walk) -> None:
    """Naming either moves both; the clock of one that lacks it goes along with its due time."""
    wrong, right = about(walk, "900000001", channel=ReportChannel.VERBAL), about(walk, "900000002")
    asked_by = due(walk, wrong, Clock.VERBAL_FOLLOW_UP)
    moving.move_report(walk.book, wrong, first(walk, wrong), to=right, by=walk.chair, because=WHY)
    assert Clock.VERBAL_FOLLOW_UP not in running(walk.book, wrong)
    assert due(walk, right, Clock.VERBAL_FOLLOW_UP) == asked_by
    verbal = walk.records(right, "reports")[-1]["id"]
    about(walk, "900000002", "In writing.", follows_up=verbal)
    written = walk.records(right, "reports")[-1]["id"]
    back = moving.move_report(walk.book, right, written, to=wrong, by=walk.chair, because=WHY)
    assert len(back.report_ids) == 2
    one, other = walk.records(wrong, "reports")[-2:]
    assert one["follow_up"] == other["id"]
    assert Clock.VERBAL_FOLLOW_UP not in running(walk.book, wrong)
    assert Clock.VERBAL_FOLLOW_UP not in running(walk.book, right)


def test_a_report_that_went_astray_holds_no_guard_up(walk: Walk) -> None:
    """An assessment does not wait for the follow-up of a verbal report that is in another case now."""
    wrong, right = walk.in_inquiry(), about(walk, "900000002")
    verbal = ReportContent.read(
        {"behaviour_of_concern": "Told.", "subject": {"site": "silver_city"}, "channel": "verbal"}
    )
    receipt = intake.report(walk.book, verbal, by=walk.officer, into=wrong)
    blocked = {m.guard for one in acting.can(walk.book, wrong, by=walk.chair) for m in one.missing}
    assert "verbal_reports_followed_up" in blocked
    moving.move_report(walk.book, wrong, receipt.report_id, to=right, by=walk.chair, because=WHY)
    blocked = {m.guard for one in acting.can(walk.book, wrong, by=walk.chair) for m in one.missing}
    assert "verbal_reports_followed_up" not in blocked


@pytest.mark.clause("W-13")
def test_an_imminent_report_that_is_split_off_alerts_for_its_own_case(walk: Walk) -> None:
    """The police knew of another case; the right one has an alarm of its own."""
    wrong = about(walk, "900000001")
    about(walk, "900000001", "A gun.", imminent=True)
    report = walk.records(wrong, "reports")[-1]["id"]
    split = moving.split(walk.book, wrong, [report], by=walk.chair, because=WHY)
    assert EffectKind.ALERT_POLICE in owed(walk.book, split.number)
    assert case(walk.book, split.number).state == CaseState.REPORTED
    assert Clock.SCREENING in running(walk.book, split.number)


def test_a_case_is_not_emptied_by_splitting_it(walk: Walk) -> None:
    """Who the person is, is corrected instead; nothing was written."""
    number = about(walk, "900000001")
    with pytest.raises(Refused, match="correct who the case is about"):
        moving.split(walk.book, number, [first(walk, number)], by=walk.chair, because=WHY)
    with pytest.raises(BadInput, match="at least one report"):
        moving.split(walk.book, number, [], by=walk.chair, because=WHY)
    assert walk.records(number, "reports")[0]["standing"] == "stands"


def test_nobody_moves_reports_into_a_case_that_is_not_theirs(walk: Walk) -> None:
    """They have to be on both; of a case that is not there they learn no more than that."""
    wrong, right = about(walk, "900000001"), about(walk, "900000002")
    inquiry.assign(walk.book, right, by=walk.chair, lead="chair", offices=["student_affairs"])
    officer, report = walk.officer, first(walk, wrong)
    with pytest.raises(NotPermitted):
        moving.move_report(walk.book, wrong, report, to=right, by=officer, because=WHY)
    with pytest.raises(UnknownRecord):
        moving.move_report(walk.book, wrong, report, to="TAT-1999-0001", by=walk.chair, because=WHY)
    with pytest.raises(BadInput, match="one case"):
        moving.move_report(walk.book, wrong, report, to=wrong, by=walk.chair, because=WHY)
    with pytest.raises(BadInput):
        moving.move_report(walk.book, wrong, report, to=right, by=walk.chair, because=" ")
    assert walk.records(wrong, "reports")[0]["standing"] == "stands"


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
    assert reading.dossier(walk.book, ends, by=walk.chair)["screenings"], "what was written stays readable"


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
    """The explainer says where the case goes on; afterwards its reports can be moved back."""
    ends, goes_on = walk.screened(), walk.screened()
    same_person(walk, ends, goes_on)
    moved = merging.merge(walk.book, ends, goes_on, by=walk.chair, because="One person.")
    with pytest.raises(TransitionRefused, match=goes_on):
        walk.act(ends, "reopen", {"reason": "After all."})
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
    inquiry.screen(walk.book, ends, by=walk.chair, level=Level.NONE, because="Alone.")
    assert case(walk.book, ends).provisional_level == Level.ELEVATED


@pytest.mark.clause("P-04")
def test_a_merged_case_is_erased_with_the_record_that_it_is_part_of(walk: Walk) -> None:
    """Not before: what the case that goes on rests on would be gone."""
    ends, goes_on = walk.screened(), walk.screened()
    same_person(walk, ends, goes_on)
    merging.merge(walk.book, ends, goes_on, by=walk.chair, because="One person.")
    closing.allow_erasure(walk.book, ends, by=walk.chair, because="A court said so.")
    with pytest.raises(Refused, match=f"part of the record of {goes_on}"):
        closing.erase(walk.book, ends, by=team.actor(walk.book, "custodian"))


def test_nobody_fires_the_merge_without_a_case_to_go_on_in(walk: Walk) -> None:
    """As a bare trigger it is refused, with the command that does it."""
    number = walk.screened()
    with pytest.raises(TransitionRefused, match="tat case merge"):
        walk.act(number, "merge")
    assert case(walk.book, number).state == CaseState.REPORTED


def test_a_report_that_was_taken_back_does_not_count(walk: Walk) -> None:
    """What it said stays; its clock stops; it can be let count again."""
    number = about(walk, "900000001", channel=ReportChannel.VERBAL)
    report = first(walk, number)
    withdrawing.withdraw_report(walk.book, number, report, by=walk.chair, because="Entered twice.")
    (row,) = walk.records(number, "reports")
    assert (row["standing"], row["content"]["behaviour_of_concern"]) == ("withdrawn", "Shouted.")
    assert Clock.VERBAL_FOLLOW_UP not in running(walk.book, number)
    with pytest.raises(Refused, match="does not count already"):
        withdrawing.withdraw_report(walk.book, number, report, by=walk.chair, because="Again.")
    withdrawing.reinstate_report(walk.book, number, report, by=walk.chair, because="It was not.")
    assert walk.records(number, "reports")[0]["standing"] == "stands"
    assert Clock.VERBAL_FOLLOW_UP in running(walk.book, number), "and is asked for again"


@pytest.mark.clause("W-41")
def test_a_deliberately_false_report_needs_two_members_and_opens_a_case_about_who_made_it(
    walk: Walk,
) -> None:
    """The accused person's file holds that it is false; who made it has a related file of their own."""
    number = about(walk, "900000001")
    report = first(walk, number)
    with pytest.raises(Refused, match="second member"):
        withdrawing.mark_false(walk.book, number, report, by=walk.chair, because="They admitted it.")
    inquiry.concur(walk.book, number, by=walk.officer, about=report)
    with pytest.raises(Refused, match="second member"):
        withdrawing.mark_false(walk.book, number, report, by=walk.officer, because="They admitted it.")
    content = ReferralContent(kind=ReferralKind.CONDUCT, recommendation="Please look at it.")
    marked = withdrawing.mark_false(
        walk.book, number, report, by=walk.chair, because="They admitted it.", referral=content
    )
    assert marked.referred is not None
    (letter,) = walk.records(marked.number, "referrals")
    assert (letter["id"], letter["kind"]) == (marked.referred.referral_id, "conduct")
    assert walk.records(number, "referrals") == []
    assert walk.records(number, "reports")[0]["standing"] == "deliberately_false"
    assert walk.records(marked.number, "subjects")[-1]["content"]["name"] == "Riley Example"
    (relation,) = reading.dossier(walk.book, marked.number, by=walk.chair)["case_relations"]
    assert (relation["kind"], relation["side"], relation["other_number"]) == (
        "false_report_on",
        "first",
        number,
    )


def test_of_an_anonymous_false_report_nobody_is_referred(walk: Walk) -> None:
    """There is nobody to open a case about."""
    number = about(walk, "900000001", reporter={})
    inquiry.concur(walk.book, number, by=walk.officer, about=first(walk, number))
    content = ReferralContent(kind=ReferralKind.CONDUCT, recommendation="Please look at it.")
    with pytest.raises(Refused, match="nobody to refer"):
        withdrawing.mark_false(
            walk.book, number, first(walk, number), by=walk.chair, because="x", referral=content
        )
    marked = withdrawing.mark_false(walk.book, number, first(walk, number), by=walk.chair, because="Made up.")
    assert marked.number == ""


def test_two_cases_are_related_on_both_records_and_it_can_be_taken_back(walk: Walk) -> None:
    """Each says it from its own side; a case that the reader may not see has no number there."""
    one, other = about(walk, "900000001"), about(walk, "900000002")
    relations.relate(walk.book, one, other, Relation.TARGET_OF, by=walk.chair, because="He follows her.")
    with pytest.raises(Refused, match="already"):
        relations.relate(walk.book, one, other, Relation.TARGET_OF, by=walk.chair, because="Again.")
    for number, side, shown in ((one, "first", other), (other, "second", one)):
        (row,) = reading.dossier(walk.book, number, by=walk.chair)["case_relations"]
        assert (row["side"], row["other_number"]) == (side, shown)
    inquiry.assign(walk.book, other, by=walk.chair, lead="chair", offices=["student_affairs"])
    (row,) = reading.dossier(walk.book, one, by=walk.officer)["case_relations"]
    assert row["other_number"] == relations.NOT_YOURS
    relations.unrelate(walk.book, one, other, Relation.TARGET_OF, by=walk.chair, because="A mistake.")
    assert [walk.events(number).count("relation_ended") for number in (one, other)] == [1, 1]


def test_acting_together_is_the_same_from_both_sides(walk: Walk) -> None:
    """It is not put on record a second time the other way round."""
    one, other = about(walk, "900000001"), about(walk, "900000002")
    relations.relate(walk.book, one, other, Relation.ACTING_TOGETHER, by=walk.chair, because="A pact.")
    with pytest.raises(Refused, match="already"):
        relations.relate(walk.book, other, one, Relation.ACTING_TOGETHER, by=walk.chair, because="A pact.")
