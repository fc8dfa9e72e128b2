"""The clauses on a case's way to an assessment, and out of it: screened, inquired into, assessed, closed."""

from datetime import timedelta

import pytest

from states.casebook.inquiry import assessing, triage
from states.casebook.protecting import orders
from states.casebook.referrals import answers
from states.casebook.triggers import acting
from states.contents.inquiry import AssessmentContent, Factor, NoteContent
from states.contents.leaving import OutcomeContent
from states.contents.plans import ProtectiveOrderContent
from states.correspondence.referral_moves import ANSWERS
from states.errors import BadInput, TransitionRefused
from states.vocabulary.cases import CaseState, FactorKind, Level
from states.vocabulary.danger import Condition
from states.vocabulary.effects import EffectKind
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from tests.cases.walking import Walk
from tests.states.looking import case, owed
from tests.states.process.filing import assess, missing


@pytest.mark.clause("W-05", "W-19")
@pytest.mark.parametrize("level", Level)
def test_the_team_classifies_into_six_levels_by_their_own_criteria(walk: Walk, level: Level) -> None:
    """The level in force is the one that people wrote down, with the criteria that they found met."""
    number = walk.assessed(level)
    (assessment,) = walk.records(number, "assessments")
    assert case(walk.book, number).level == level
    assert case(walk.book, number).assessment_id == assessment["id"]
    assert assessment["criteria"] == [walk.book.pack.levels[level].criteria[0].id]
    of_another = walk.book.pack.levels[Level.MILD if level is not Level.MILD else Level.NONE].criteria[0].id
    with pytest.raises(BadInput, match="criteri"):
        assess(walk, number, level, criteria=(of_another,))


@pytest.mark.clause("W-19")
def test_the_software_never_classifies(walk: Walk) -> None:
    """Whatever sources say and however grave the screening: a level is what the team assessed."""
    number = walk.in_inquiry(Level.EXTREME)
    assert case(walk.book, number).level is None
    assert "assessment_on_file" in missing(walk, number, "assess")


@pytest.mark.clause("W-06")
def test_an_assessment_records_the_subjects_condition(walk: Walk) -> None:
    """Distress, disturbance, dysregulation: each may be observed, several at once."""
    number = walk.in_inquiry()
    assess(walk, number, Level.MODERATE, conditions=tuple(Condition))
    assert walk.records(number, "assessments")[0]["conditions"] == list(Condition)


def test_lowering_a_level_takes_a_reason_and_a_second_member(walk: Walk) -> None:
    """One person alone lowers nothing."""
    number = walk.monitored(Level.ELEVATED)
    assessment = assess(walk, number, Level.MILD, reason_for_lowering="The dispute is settled.")
    assert "second member" in missing(walk, number, "reassess")["lowering_agreed"]
    assessing.concur(walk.book, number, by=walk.chair, about=assessment)
    walk.act(number, "reassess")
    assert case(walk.book, number).level == Level.MILD


@pytest.mark.clause("W-11")
def test_a_report_of_no_risk_is_dismissed_when_a_second_member_agrees(walk: Walk) -> None:
    """With its reason on record, and nobody's alone."""
    number = walk.reported()
    screening = triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="A quotation.")
    with pytest.raises(TransitionRefused, match="second member") as refusal:
        walk.act(number, "dismiss")
    assert "The disposition is not written yet." in str(refusal.value)
    assessing.concur(walk.book, number, by=walk.chair, about=screening)
    walk.dispose(number)
    walk.act(number, "dismiss")
    assert case(walk.book, number).state == CaseState.CLOSED
    assert EffectKind.CLOSE_OUT in owed(walk.book, number)


@pytest.mark.clause("W-11", "W-26")
def test_no_identified_risk_closes_after_its_documentation(walk: Walk) -> None:
    """Not before the disposition is written."""
    number = walk.assessed(Level.NONE)
    assert set(missing(walk, number, "close")) == {"disposition_written"}
    assert "level_above_none" in missing(walk, number, "develop_plan")


@pytest.mark.clause("W-18", "U-01")
@pytest.mark.parametrize("kind", ["interview", "inquiry", "observation"])
@pytest.mark.parametrize("convened", [True, False])
def test_inquiries_and_interviews_go_on_record(walk: Walk, kind: str, *, convened: bool) -> None:
    """With whom, by single members or by the team convened."""
    number = walk.in_inquiry()
    note = NoteContent(kind=kind, with_whom="Wit Ness", by_team_convened=convened, text="What was said.")
    triage.note(walk.book, number, note, by=walk.officer)
    (kept,) = walk.records(number, "notes")
    assert (kept["by"], kept["kind"]) == ("officer", kind)
    assert NoteContent.model_validate(kept["content"]) == note


@pytest.mark.clause("A-02", "A-03")
def test_an_assessment_tells_static_dynamic_and_protective_factors(walk: Walk) -> None:
    """What stays, what changes and what protects are told apart."""
    number = walk.in_inquiry()
    factors = tuple(Factor(kind=kind, text=f"A {kind} factor.") for kind in FactorKind)
    assess(walk, number, Level.MODERATE, factors=factors)
    content = AssessmentContent.model_validate(walk.records(number, "assessments")[0]["content"])
    assert content.factors == factors


@pytest.mark.clause("A-03")
def test_change_is_watched_from_one_assessment_to_the_next(walk: Walk) -> None:
    """Each assessment stays on record with the level that it found in force."""
    number = walk.monitored(Level.MODERATE)
    assess(walk, number, Level.SEVERE, factors=(Factor(kind=FactorKind.DYNAMIC, text="Lost his room."),))
    walk.act(number, "reassess")
    assert [(row["previous"], row["level"]) for row in walk.records(number, "assessments")] == [
        (None, Level.MODERATE),
        (Level.MODERATE, Level.SEVERE),
    ]
    assert EffectKind.REFRESH_RECORDS in owed(walk.book, number)


@pytest.mark.clause("W-21", "W-29")
@pytest.mark.parametrize("outcome", [None, *ReferralStatus])
def test_what_other_officials_do_neither_holds_up_nor_hurries_a_case(
    walk: Walk, outcome: ReferralStatus | None
) -> None:
    """Whatever becomes of discipline or prosecution, the same triggers are open."""
    number = walk.monitored(Level.MILD, referrals=(ReferralKind.CONDUCT, ReferralKind.PROSECUTION))
    before = {one.row.trigger: one.missing for one in acting.can(walk.book, number, by=walk.chair)}
    for referral in walk.records(number, "referrals"):
        if outcome in ANSWERS:
            answers.record_outcome(
                walk.book, number, referral["id"], outcome, OutcomeContent(), by=walk.chair
            )
    assert {one.row.trigger: one.missing for one in acting.can(walk.book, number, by=walk.chair)} == before


@pytest.mark.clause("W-26")
@pytest.mark.parametrize("level", Level)
def test_a_case_closes_when_the_person_no_longer_poses_a_threat(walk: Walk, level: Level) -> None:
    """At None; at Mild when the team says why; never above."""
    number = walk.assessed(level)
    blocked = "no_longer_a_threat" in missing(walk, number, "close")
    assert blocked is (level is not Level.NONE)
    with pytest.raises(TransitionRefused) as refusal:
        walk.act(number, "close", {"reason": "He has left."})
    still = "no_longer_a_threat" in [one.guard for one in refusal.value.missing]
    assert still is (level not in (Level.NONE, Level.MILD))


@pytest.mark.clause("W-26")
def test_a_graver_assessment_keeps_a_case_open(walk: Walk) -> None:
    """Nobody closes past what the team has just found."""
    number = walk.reintegrating()
    assess(walk, number, Level.SEVERE)
    assert "Severe" in missing(walk, number, "close")["no_graver_level_stands"]


@pytest.mark.clause("W-42")
def test_a_protective_order_is_kept_on_the_case_and_told_to_the_police(walk: Walk) -> None:
    """With whom it protects and until when; the police of the place are owed their copy."""
    number = walk.reported()
    before = len(owed(walk.book, number))
    order = ProtectiveOrderContent(
        protects="Pat Sample", against="Sam Sample", valid_until=walk.book.clock() + timedelta(days=90)
    )
    orders.file(walk.book, number, order, by=walk.officer)
    (kept,) = walk.records(number, "protective_orders")
    assert ProtectiveOrderContent.model_validate(kept["content"]) == order
    assert set(owed(walk.book, number)[before:]) == {EffectKind.NOTIFY_TEAM, EffectKind.ROUTE_REFERRALS}
