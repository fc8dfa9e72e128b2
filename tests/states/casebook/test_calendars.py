"""What stood in a calendar and falls away, or moves, is taken out of it."""

from datetime import timedelta

import pytest

from notifications.messages.contexts import Context
from notifications.messages.kinds.meetings import EntryCancelled
from notifications.messages.rendering import render
from states.calendar import zoned
from states.casebook.disclosing.notices import Draft, Leaving, prepare
from states.casebook.inquiry import correcting
from states.casebook.intake import reports
from states.casebook.plan import coming_back, doing, meetings, planning
from states.casebook.rearranging import corrections
from states.casebook.rounds import results
from states.casebook.team import ending
from states.contents.plans import ActionContent, PlanContent
from states.contents.reports import ReportContent, SubjectContent
from states.settings import Settings
from states.tables import Effect, table_of
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock, DeadlineStage, EffectKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.plans import MeetingKind, PlanKind
from tasks.drafts.composing import Writer
from tasks.drafts.notices.team import how_late
from tests.cases.planning import still_open
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import begun, take_up
from tests.states.looking import case, rows


def invite(walk: Walk, number: str, kind: EffectKind) -> list[Draft]:
    """Let an effect that puts something into calendars write its invitations down; gives them."""
    work = take_up(walk.book, number, kind)
    writer = Writer(walk.book.pack, Settings(), results.brief(walk.book, work))
    if kind is EffectKind.CONVENE_TEAM:
        meeting, called, at = results.convene(walk.book, work)
        drafts = writer.meeting(meeting, called, at, results.moved(walk.book, work, meeting))
    elif kind is EffectKind.SCHEDULE_REASSESSMENT:
        due = results.reassessment_due(walk.book, work)
        assert due is not None
        drafts = writer.reassessment(*due, PlanKind(results.plan_kind(walk.book, work)))
    elif kind is EffectKind.ASSIGN_ACTIONS:
        plan, actions = PlanKind(results.plan_kind(walk.book, work)), results.open_actions(walk.book, work)
        drafts = [
            d
            for row, sequence in actions
            if row.owner and row.due_at
            for d in writer.action(row.id, row.owner, row.due_at, plan, sequence=sequence)
        ]
    else:
        agreed = results.check_ins(walk.book, work)
        drafts = [
            d
            for row, sequence in agreed
            if work.payload.check_ins is None or row.id in work.payload.check_ins
            for d in writer.check_in(row.id, row.owner, row.due_at, 1, 2, sequence=sequence)
        ]
    leaving = [Leaving(d, f"<{d.invite}{d.recipient}{d.sequence}@x>", None) for d in drafts]
    prepare(walk.book, work, leaving)
    return drafts


def taken_out(walk: Walk, number: str) -> list[Draft]:
    """The cancellations that are owed now."""
    table = table_of(Effect)
    mine = (table.c.case_id == case(walk.book, number).id, table.c.kind == EffectKind.CANCEL_MEETINGS)
    drafts = []
    for row in rows(walk.book, Effect, *mine):
        work = begun(walk.book, row.id)
        writer = Writer(walk.book.pack, Settings(), results.brief(walk.book, work))
        drafts += [writer.cancellation(one) for one in results.invited(walk.book, work)]
    return drafts


def plan(walk: Walk, number: str) -> PlanContent:
    """An active monitoring plan, beside which what is open stays so."""
    action = ActionContent(what="Call.", owner="nurse", due_at=walk.book.clock() + timedelta(days=2))
    return PlanContent(kind=PlanKind.ACTIVE_MONITORING, actions=(action,), stay_open=still_open(walk, number))


def entries(drafts: list[Draft]) -> set[tuple[str, str]]:
    """Which entries stand in whose calendar."""
    return {(draft.invite, draft.address) for draft in drafts}


@pytest.mark.clause("W-08")
@pytest.mark.parametrize("ending", ["reassess", "close"])
def test_a_reassessment_that_falls_away_leaves_every_calendar(walk: Walk, ending: str) -> None:
    """Because the case was reassessed before, or closed; under the entry that the invitation made."""
    number = walk.monitored(Level.MILD)
    invited = invite(walk, number, EffectKind.SCHEDULE_REASSESSMENT)
    assert invited
    if ending == "reassess":
        walk.assess(number, Level.MILD)
        walk.act(number, "reassess")
    else:
        walk.dispose(number)
        walk.act(number, "close", {"reason": "x", "without_reintegration": "x"})
    cancelled = taken_out(walk, number)
    assert entries(cancelled) == entries(invited)
    assert {draft.template for draft in cancelled} == {"entry_cancelled"}
    assert {draft.sequence for draft in cancelled} == {1}


@pytest.mark.clause("W-08")
@pytest.mark.parametrize("imminent", [False, True], ids=["not imminent", "imminent"])
def test_new_concerns_take_no_reassessment_away_but_bring_it_forward(
    walk: Walk, watch: Watch, *, imminent: bool
) -> None:
    """Whoever was invited to a later day hears that it is due now, and never that there is nothing to do."""
    number = walk.monitored(Level.MILD)
    invited = invite(walk, number, EffectKind.SCHEDULE_REASSESSMENT)
    assert invited
    watch.forward(hours=1)
    subject = SubjectContent(site="silver_city", identifiers={IdentifierKind.CAMPUS_ID: "invented-9"})
    correcting.correct_subject(walk.book, number, subject, by=walk.chair)
    again = ReportContent(behaviour_of_concern="Seen again.", subject=subject, imminent=imminent)
    assert reports.report(walk.book, again, by=walk.chair).number == number
    told = taken_out(walk, number)
    assert entries(told) == entries(invited)
    for draft in told:
        context = Context.model_validate(
            draft.context | {"detail": EntryCancelled.model_validate(draft.context["detail"])}
        )
        said = render(draft.template, context, own_channel=True)
        for text in (said.subject, said.text, said.html):
            assert "due" in text
            assert "need not do" not in text
            assert "falls away" not in text
        assert "New concerns came in" in said.text
        assert zoned.read(draft.context["detail"]["sooner"]) == watch.now


@pytest.mark.clause("W-45")
@pytest.mark.parametrize("ending", ["waived", "resumed", "early"])
def test_a_check_in_that_falls_away_leaves_its_calendar(walk: Walk, ending: str) -> None:
    """Waived, given up when monitoring resumes, or done before its day."""
    number = walk.reintegrating()
    invited = invite(walk, number, EffectKind.SCHEDULE_CHECKINS)
    first, second = [row["id"] for row in walk.records(number, "check_ins")]
    gone = {first}
    if ending == "resumed":
        gone = {first, second}
        walk.act(number, "resume_monitoring", {"reason": "x"})
    else:
        because = "x" if ending == "waived" else ""
        coming_back.settle_check_in(walk.book, number, first, by=walk.officer, waived_because=because)
    assert entries(taken_out(walk, number)) == {each for each in entries(invited) if each[0] in gone}


def test_an_action_stands_in_its_owners_calendar_moves_and_leaves_it(walk: Walk, watch: Watch) -> None:
    """Under a higher number when its day moves; into another calendar with its owner; out of it when done."""
    number = walk.monitored()
    before = invite(walk, number, EffectKind.ASSIGN_ACTIONS)
    action = next(each for each in walk.records(number, "plan_actions") if each["owner"] == "nurse")
    (sent,) = [draft for draft in before if draft.invite == action["id"]]
    later = action["due_at"] + timedelta(days=1)

    def put_right(**given: str) -> list[Draft]:
        watch.forward(minutes=1)
        corrections.put_right(walk.book, number, action["id"], given, by=walk.chair, because="x")
        return invite(walk, number, EffectKind.ASSIGN_ACTIONS)

    (moved,) = put_right(due_at=later.isoformat())
    assert (moved.invite, moved.address, moved.sequence) == (sent.invite, sent.address, 1)
    assert taken_out(walk, number) == []
    (handed,) = put_right(owner="officer")
    assert (handed.recipient, handed.sequence) == ("officer", 2)
    assert {draft.recipient for draft in taken_out(walk, number)} == {"nurse"}
    doing.complete_action(walk.book, number, action["id"], by=walk.officer)
    gone = {draft.recipient for draft in taken_out(walk, number) if draft.invite == action["id"]}
    assert gone == {"nurse", "officer"}


@pytest.mark.clause("W-45")
def test_a_corrected_check_in_moves_the_entry_that_was_sent(walk: Walk, watch: Watch) -> None:
    """In the same calendar under a higher number; out of one and into another when somebody else holds it."""
    number = walk.reintegrating()
    before = invite(walk, number, EffectKind.SCHEDULE_CHECKINS)
    (check_in, *_) = walk.records(number, "check_ins")
    (sent,) = [draft for draft in before if draft.invite == check_in["id"]]

    def put_right(**given: str) -> list[Draft]:
        watch.forward(minutes=1)
        corrections.put_right(walk.book, number, check_in["id"], given, by=walk.chair, because="x")
        return invite(walk, number, EffectKind.SCHEDULE_CHECKINS)

    later = check_in["due_at"] + timedelta(days=1)
    (moved,) = put_right(due_at=later.isoformat())
    assert (moved.invite, moved.address, moved.sequence) == (sent.invite, sent.address, 1)
    assert zoned.read(moved.context["when"]) == later
    assert taken_out(walk, number) == []
    other = next(each for each in ("officer", "nurse") if each != check_in["owner"])
    (handed,) = put_right(owner=other)
    assert (handed.recipient, handed.sequence) == (other, 2)
    watch.forward(minutes=1)
    coming_back.settle_check_in(walk.book, number, check_in["id"], by=walk.officer, waived_because="x")
    assert {(draft.recipient, draft.invite) for draft in taken_out(walk, number)} == {
        (check_in["owner"], check_in["id"]),
        (other, check_in["id"]),
    }


@pytest.mark.clause("W-02")
def test_what_stood_in_a_leavers_calendar_leaves_it_and_goes_to_whoever_takes_over(
    walk: Walk, watch: Watch
) -> None:
    """Their check-ins, and the meetings that others still come to; nobody else's calendar changes."""
    number = walk.reintegrating()
    sent = invite(walk, number, EffectKind.SCHEDULE_CHECKINS)
    leaver = sent[0].recipient
    heir = next(each for each in ("officer", "nurse") if each != leaver)
    watch.forward(minutes=1)
    at = watch.now + timedelta(days=3)
    meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at)
    sent += invite(walk, number, EffectKind.CONVENE_TEAM)
    watch.forward(minutes=1)
    ending.end(walk.book, leaver, by=walk.chair, on=watch.now, hand_over_to=heir)
    gone = taken_out(walk, number)
    assert {draft.recipient for draft in gone} == {leaver}
    assert {draft.template for draft in gone} == {"entry_cancelled"}
    assert entries(gone) == {(each.invite, each.address) for each in sent if each.recipient == leaver}
    handed = invite(walk, number, EffectKind.SCHEDULE_CHECKINS)
    assert handed
    assert {draft.recipient for draft in handed} == {heir}


@pytest.mark.clause("U-04")
def test_a_moved_meeting_is_told_under_its_own_entry_with_a_higher_number(walk: Walk, watch: Watch) -> None:
    """And its cancellation with one higher still, so that calendars heed each (RFC 5546)."""
    number = walk.monitored()
    at = watch.now + timedelta(days=3)
    watch.forward(minutes=1)
    meeting = meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at)
    first = invite(walk, number, EffectKind.CONVENE_TEAM)
    assert {(draft.invite, draft.sequence) for draft in first} == {(meeting, 0)}
    watch.forward(minutes=1)
    later = at + timedelta(days=1)
    meetings.move(walk.book, number, meeting, by=walk.chair, at=later, because="x")
    second = invite(walk, number, EffectKind.CONVENE_TEAM)
    assert {(draft.invite, draft.sequence) for draft in second} == {(meeting, 1)}
    assert {draft.context["when"] for draft in second} != {draft.context["when"] for draft in first}
    other = meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=later)
    assert other != meeting
    meetings.cancel(walk.book, number, meeting, by=walk.chair, because="x")
    cancelled = taken_out(walk, number)
    assert {(draft.invite, draft.sequence) for draft in cancelled} == {(meeting, 2)}
    assert entries(cancelled) == entries(first)


@pytest.mark.clause("W-20")
def test_a_plan_that_a_newer_one_took_the_place_of_says_so(walk: Walk) -> None:
    """It was approved, and is not any more what counts."""
    number = walk.monitored()
    assert [row["standing"] for row in walk.records(number, "plans")] == ["in force"]
    walk.act(number, "revise_plan", {"reason": "x"})
    planning.draft_plan(walk.book, number, plan(walk, number), by=walk.officer)
    standing = [row["standing"] for row in walk.records(number, "plans")]
    assert standing == ["in force", "draft"]
    made = planning.draft_plan(walk.book, number, plan(walk, number), by=walk.officer)
    planning.approve_plan(walk.book, number, made, by=walk.chair)
    walk.act(number, "activate_plan")
    standing = [row["standing"] for row in walk.records(number, "plans")]
    assert standing == ["superseded", "superseded", "in force"]


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (timedelta(hours=-1), None),
        (timedelta(days=3, hours=2), "3 days late"),
        (timedelta(days=1), "1 day late"),
        (timedelta(hours=5), "5 hours late"),
        (timedelta(minutes=1), "1 minute late"),
    ],
)
def test_a_reminder_says_how_late_something_is(walk: Walk, late: timedelta, said: str | None) -> None:
    """And never that it is due soon, when it is over."""
    now = walk.book.clock()
    assert how_late(now - late, now) == said
    number = walk.monitored()
    work = take_up(walk.book, number, EffectKind.CONVENE_TEAM)
    writer = Writer(walk.book.pack, Settings(), results.brief(walk.book, work))
    (draft,) = writer.reminder(Clock.REASSESSMENT, DeadlineStage.REMINDED, "nurse", now - late, now=now)
    assert draft.context["detail"]["late"] == said
