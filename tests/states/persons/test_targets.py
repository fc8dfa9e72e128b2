"""Who may be in danger: on record, looked after, followed up with, and not forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.closing import disposition
from states.casebook.inquiry import triage
from states.casebook.plan import planning
from states.casebook.protecting import targets
from states.casebook.rearranging import corrections
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.closing import DispositionContent
from states.contents.plans import ActionContent, PlanContent, TargetContent
from states.errors import BadInput, NotPermitted, Refused, TransitionRefused, UnknownRecord
from states.tables import BlindIndex, table_of
from states.vocabulary.cases import Level
from states.vocabulary.danger import Endangered
from states.vocabulary.effects import Clock, DeadlineStage
from states.vocabulary.people import Affiliation, IdentifierKind, PersonRole
from states.vocabulary.plans import PlanKind, PlanTopic
from tests.cases.walking import Walk, invented
from tests.states.conftest import Watch
from tests.states.looking import deadlines, rows, running, verified


def somebody(**given: Any) -> TargetContent:
    """Somebody who may be in danger."""
    said = {
        "name": "invented-target",
        "role": Endangered.VICTIM,
        "identifiers": {IdentifierKind.EMPLOYEE_ID: "E-7"},
        "affiliations": (Affiliation.FACULTY,),
        "vulnerability": "invented-vulnerability",
        "done": ("invented-measure",),
        "owner": "nurse",
    }
    return TargetContent(**(said | given))


def blocking(walk: Walk, number: str, trigger: str) -> dict[str, str]:
    """What blocks a trigger: the sentence of each guard."""
    (found,) = [each for each in acting.can(walk.book, number, by=walk.chair) if each.row.trigger == trigger]
    return {missing.guard: missing.sentence for missing in found.missing}


@pytest.mark.clause("W-53")
def test_who_is_in_danger_what_makes_them_vulnerable_and_what_was_done_is_on_record(book: Casebook) -> None:
    """Each as its own record, sealed, and the ledger verifies."""
    walk = Walk(book)
    number = walk.in_inquiry()
    target = targets.add(book, number, somebody(), by=walk.officer)
    targets.record_measure(book, number, target, "invented-escort", by=walk.officer)
    targets.follow_up(book, number, target, "invented-call", by=walk.officer)
    (kept,) = walk.records(number, "targets")
    assert (kept["role"], kept["owner"]) == ("victim", "nurse")
    assert kept["content"]["vulnerability"] == "invented-vulnerability"
    steps = [(step["kind"], step["content"]["text"]) for step in walk.records(number, "target_steps")]
    assert steps == [
        ("measure", "invented-measure"),
        ("measure", "invented-escort"),
        ("follow_up", "invented-call"),
    ]
    assert verified(book).cases == 1


@pytest.mark.clause("W-53")
def test_a_follow_up_has_a_clock_for_its_owner_that_tells_the_chair(walk: Walk, watch: Watch) -> None:
    """It reminds whoever follows up, then escalates; a next one starts the clock anew."""
    number = walk.in_inquiry()
    target = targets.add(walk.book, number, somebody(), by=walk.officer)
    (clock,) = deadlines(walk.book, Clock.TARGET_FOLLOW_UP)
    assert (clock.owner, clock.about) == ("nurse", target)
    watch.now = clock.escalate_at + timedelta(seconds=1)
    sweeping.sweep(walk.book, by=SYSTEM)
    watch.forward(minutes=1)
    sweeping.sweep(walk.book, by=SYSTEM)
    (clock,) = deadlines(walk.book, Clock.TARGET_FOLLOW_UP)
    assert clock.stage == DeadlineStage.ESCALATED
    again = watch.now + timedelta(days=2)
    targets.follow_up(walk.book, number, target, "Still afraid.", by=walk.officer, next_at=again)
    stopped, fresh = deadlines(walk.book, Clock.TARGET_FOLLOW_UP)
    assert stopped.satisfied_at == watch.now
    assert (fresh.due_at, fresh.owner, fresh.satisfied_at) == (again, "nurse", None)


@pytest.mark.clause("W-53")
@pytest.mark.parametrize("way", ["followed_up", "waived"])
def test_a_case_does_not_close_before_the_follow_up_is_done_or_waived(walk: Walk, way: str) -> None:
    """The refusal names the command, and whose it is; afterwards nothing of it blocks."""
    number = walk.assessed(Level.NONE)
    target = targets.add(walk.book, number, somebody(), by=walk.officer)
    ending = DispositionContent(text="invented", no_follow_up_because="invented")
    disposition.write_disposition(walk.book, number, ending, by=walk.officer)
    with pytest.raises(TransitionRefused) as refusal:
        walk.act(number, "close")
    (missing,) = [m for m in refusal.value.missing if m.guard == "endangered_followed_up"]
    assert "`tat target follow-up`" in missing.sentence
    assert "by @nurse" in missing.sentence
    if way == "waived":
        targets.waive(walk.book, number, target, by=walk.officer, because="Moved away.")
        with pytest.raises(Refused, match="come to its end"):
            targets.waive(walk.book, number, target, by=walk.officer, because="Again.")
    else:
        targets.follow_up(walk.book, number, target, "Feels safe.", by=walk.officer)
    assert Clock.TARGET_FOLLOW_UP not in running(walk.book, number)
    walk.act(number, "close")


@pytest.mark.clause("W-53")
def test_a_dismissal_waits_for_the_follow_up_too(walk: Walk) -> None:
    """No identified risk from one person does not mean that nobody is afraid."""
    number = walk.reported()
    targets.add(walk.book, number, somebody(owner=""), by=walk.officer)
    assert "endangered_followed_up" in blocking(walk, number, "dismiss")


@pytest.mark.clause("W-10")
@pytest.mark.clause("W-53")
def test_a_threat_management_plan_covers_its_targets_by_reference(walk: Walk) -> None:
    """Naming targets in the text is not enough where somebody is on record."""
    number = walk.assessed(Level.SEVERE)
    target = targets.add(walk.book, number, somebody(), by=walk.officer)
    walk.act(number, "develop_plan")
    due_at = walk.book.clock() + timedelta(days=2)
    plan = PlanContent(
        kind=PlanKind.THREAT_MANAGEMENT,
        topics=dict.fromkeys(PlanTopic, "Said."),
        actions=(ActionContent(what="Call.", owner="nurse", due_at=due_at),),
    )
    planning.draft_plan(walk.book, number, plan, by=walk.officer)
    assert f"`targets` ({target[:8]}" in blocking(walk, number, "activate_plan")["plan_covers_targets"]
    with pytest.raises(BadInput, match="tat target list"):
        planning.draft_plan(
            walk.book, number, plan.model_copy(update={"targets": ("ffffffff",)}), by=walk.officer
        )
    named = plan.model_copy(update={"targets": (target[:8],)})
    planning.draft_plan(walk.book, number, named, by=walk.officer)
    assert "plan_covers_targets" not in blocking(walk, number, "activate_plan")
    assert walk.records(number, "plans")[-1]["targets"] == [target]


@pytest.mark.parametrize(
    "wrong", [{"owner": "nobody"}, {"site": "nowhere"}, {"follow_up_at": "2020-01-01T10:00+00:00"}]
)
def test_an_entry_that_cannot_be_followed_up_is_refused(walk: Walk, wrong: dict[str, str]) -> None:
    """Nothing is written of an owner who is no member, a place that is none, or a time that has passed."""
    number = walk.in_inquiry()
    with pytest.raises(BadInput, match=r"Nothing was written|give one of"):
        targets.add(walk.book, number, TargetContent.read({"name": "x"} | wrong), by=walk.officer)
    assert walk.records(number, "targets") == []


def test_who_is_not_on_the_case_adds_nobody(walk: Walk) -> None:
    """Only members on the case write its record."""
    number = walk.screened()
    triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=["student_affairs"])
    with pytest.raises(NotPermitted):
        targets.add(walk.book, number, somebody(), by=members.actor(walk.book, "nurse"))


@pytest.mark.clause("W-53")
def test_a_case_is_found_by_whom_it_endangers_and_follows_a_correction(walk: Walk) -> None:
    """The index holds identifiers in the role of a target, and forgets those that were wrong."""
    number = walk.in_inquiry()
    target = targets.add(walk.book, number, somebody(name="Riley Example"), by=walk.officer)

    def entries() -> set[str]:
        mine = (table_of(BlindIndex).c.role == PersonRole.TARGET) & (table_of(BlindIndex).c.about == target)
        return {row.blind for row in rows(walk.book, BlindIndex, mine)}

    before = entries()
    assert before
    given = {"identifiers": {"employee_id": "E-8"}}
    corrections.put_right(walk.book, number, target, given, by=walk.chair, because="Another number.")
    assert entries() != before
    assert entries() & before, "the name is still the same"


@pytest.mark.clause("W-53")
def test_a_member_who_may_be_in_danger_is_kept_out_of_the_case(walk: Walk) -> None:
    """Whoever is a target decides nothing in their own case."""
    number = walk.in_inquiry()
    address = f"{invented('nurse.address')}@wnmu.example"
    targets.add(walk.book, number, somebody(email=address, owner="officer"), by=walk.officer)
    with pytest.raises(UnknownRecord):
        targets.add(walk.book, number, somebody(), by=members.actor(walk.book, "nurse"))
