"""Reports in their right case: moved, split off, taken back, found false (W-47)."""

from datetime import timedelta

import pytest

from states.access import SYSTEM
from states.casebook.alarms import calling
from states.casebook.effects import attempts, listing
from states.casebook.inquiry import assessing, triage
from states.casebook.intake import reports
from states.casebook.persons import joining
from states.casebook.reading import whole_case
from states.casebook.rearranging import merging, moving, withdrawing
from states.casebook.triggers import acting
from states.contents.plans import ReferralContent
from states.contents.reports import ReportContent
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.vocabulary.cases import CaseState, ReportChannel
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import ReferralKind
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import begun
from tests.states.looking import case, owed, running
from tests.states.persons.two_cases import about, due

#: after each of them the ledgers of both cases verify
pytestmark = pytest.mark.usefixtures("verified")

WHY = "It is about somebody else."


def first(walk: Walk, number: str) -> str:
    """Id of a case's first report."""
    return str(walk.records(number, "reports")[0]["id"])


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
    found = reports.report(
        walk.book,
        ReportContent.read({"behaviour_of_concern": "Third.", "subject": subject}),
        by=walk.officer,
    )
    assert found.number in {split.number, wrong}
    assert wrong in (split.number, *split.candidates), "and each points to the other"


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
@pytest.mark.clause("W-51")
def test_police_hear_of_a_moved_report_from_the_case_that_it_is_in(walk: Walk) -> None:
    """Where their notice waited while the report was moved, it has nothing to say any more and ends."""
    source, target = about(walk, "invented-1", behaviours=["violent"]), about(walk, "invented-2")
    waiting = next(
        line.effect_id
        for line in listing.effects(walk.book, by=SYSTEM, number=source)
        if line.kind == EffectKind.TELL_POLICE
    )
    moving.move_report(walk.book, source, first(walk, source), to=target, by=walk.chair, because=WHY)
    work = begun(walk.book, waiting)
    assert calling.threat(walk.book, work) is None
    attempts.finish(walk.book, work)
    again = next(
        line.effect_id
        for line in listing.effects(walk.book, by=SYSTEM, number=target)
        if line.kind == EffectKind.TELL_POLICE
    )
    work = begun(walk.book, again, "another-run")
    told = calling.threat(walk.book, work)
    assert told is not None
    assert told.site == "silver_city"


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
    receipt = reports.report(walk.book, verbal, by=walk.officer, into=wrong)
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
    triage.assign(walk.book, right, by=walk.chair, lead="chair", offices=["student_affairs"])
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
    assessing.concur(walk.book, number, by=walk.officer, about=report)
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
    (relation,) = whole_case.dossier(walk.book, marked.number, by=walk.chair)["case_relations"]
    assert (relation["kind"], relation["side"], relation["other_number"]) == (
        "false_report_on",
        "first",
        number,
    )


def test_of_an_anonymous_false_report_nobody_is_referred(walk: Walk) -> None:
    """There is nobody to open a case about."""
    number = about(walk, "900000001", reporter={})
    assessing.concur(walk.book, number, by=walk.officer, about=first(walk, number))
    content = ReferralContent(kind=ReferralKind.CONDUCT, recommendation="Please look at it.")
    with pytest.raises(Refused, match="nobody to refer"):
        withdrawing.mark_false(
            walk.book, number, first(walk, number), by=walk.chair, because="x", referral=content
        )
    marked = withdrawing.mark_false(walk.book, number, first(walk, number), by=walk.chair, because="Made up.")
    assert marked.number == ""
