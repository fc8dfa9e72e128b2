"""What a case owes is done exactly once under a lease that holds, and nothing that fails is forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from states.access import REPORTER, SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts, claiming, listing
from states.casebook.effects.work import LEASE_SECONDS, Work, WorkOn
from states.casebook.lookups import questions
from states.casebook.lookups.questions import Answer
from states.casebook.rounds import results, sweeping
from states.casebook.team import members
from states.errors import LeaseLost, NotPermitted, UnknownRecord
from states.tables import Effect
from states.vocabulary.effects import EffectKind, EffectStatus
from states.vocabulary.plans import MeetingKind
from states.vocabulary.sources import AnswerStatus
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import everything, rows, verified
from tests.waiting import PATIENCE

ALL = list(EffectKind)


def claim(book: Casebook, run: str = "run", limit: int = 1, kinds: list[EffectKind] = ALL) -> list[Work]:
    """Claim what is due for a Prefect run."""
    claims = claiming.claim_due(book, limit=limit, kinds=kinds, by=SYSTEM)
    for token in {one.lease for one in claims}:
        claiming.assign(book, token, run)
    return claims


def take_up(book: Casebook, run: str = "run", kinds: list[EffectKind] = ALL) -> WorkOn[Any]:
    """Claim the next effect that is due, and take it up in its run."""
    (one,) = claim(book, run, kinds=kinds)
    work = attempts.begin(book, one.effect_id, run, by=SYSTEM)
    assert work is not None
    return work


def line(book: Casebook, effect_id: str) -> listing.EffectLine:
    """An effect as operators see it."""
    return next(line for line in listing.effects(book, by=SYSTEM) if line.effect_id == effect_id)


def test_many_claimers_claim_each_effect_exactly_once(book: Casebook) -> None:
    """However many relays ask at once, no effect has two."""
    walk = Walk(book)
    for _ in range(8):
        walk.reported()

    def drain() -> list[str]:
        mine = []
        while claims := claiming.claim_due(book, limit=2, kinds=ALL, by=SYSTEM):
            mine += [one.effect_id for one in claims]
        return mine

    with ThreadPoolExecutor(6) as pool:
        claimed = [
            one for future in [pool.submit(drain) for _ in range(6)] for one in future.result(PATIENCE)
        ]
    due = [row.id for row in rows(book, Effect)]
    assert sorted(claimed) == sorted(due)
    assert listing.counts(book, by=SYSTEM) == dict.fromkeys(EffectStatus, 0) | {"claimed": len(due)}


def test_urgent_effects_go_first(walk: Walk, watch: Watch) -> None:
    """An alarm overtakes what was owed before it."""
    walk.reported()
    number = walk.reported()
    watch.forward(minutes=1)
    walk.act(number, "raise_alarm", {"reason": "A weapon."})
    lines = listing.effects(walk.book, by=walk.chair, number=number)
    urgent = [line for line in lines if line.urgent and line.due_at <= watch.now]
    claimed = claim(walk.book, limit=len(urgent))
    assert {claim.effect_id for claim in claimed} == {line.effect_id for line in urgent}
    assert {claim.kind for claim in claimed} == {EffectKind.ALERT_POLICE, EffectKind.CONVENE_TEAM}
    assert {(claim.urgent, claim.site) for claim in claimed} == {(True, "silver_city")}


def test_only_the_kinds_that_were_asked_for_are_claimed(walk: Walk) -> None:
    """Who drains reminders leaves the rest alone."""
    walk.reported()
    assert claim(walk.book, kinds=[EffectKind.REMIND]) == []
    assert [one.kind for one in claim(walk.book, kinds=[EffectKind.NOTIFY_TEAM])] == [EffectKind.NOTIFY_TEAM]


def test_a_lease_that_ran_out_gives_the_next_attempt(book: Casebook, watch: Watch) -> None:
    """A dead process's effect is due again, and the dead one's late result writes nothing."""
    walk = Walk(book)
    walk.reported()
    dead = take_up(book, "dead run")
    watch.forward(seconds=LEASE_SECONDS + 1)
    assert attempts.expire(book, by=SYSTEM) == 1
    assert attempts.expire(book, by=SYSTEM) == 0
    watch.forward(days=1)
    alive = take_up(book, "next run")
    assert (dead.attempt, alive.attempt) == (1, 2)
    before = everything(book)
    for late in (
        lambda: attempts.finish(book, dead),
        lambda: attempts.fail(book, dead, "down", permanent=False),
        lambda: results.convene(book, dead),
    ):
        with pytest.raises(LeaseLost):
            late()
    assert everything(book) == before
    attempts.finish(book, alive)
    assert line(book, alive.effect_id).status == EffectStatus.DONE
    verified(book)


def test_a_lease_that_is_renewed_does_not_run_out(walk: Walk, watch: Watch) -> None:
    """Long work keeps its claim as long as it lives."""
    walk.reported()
    work = take_up(walk.book)
    for _ in range(5):
        watch.forward(seconds=LEASE_SECONDS - 1)
        assert claiming.renew(walk.book, work.lease)
        assert attempts.expire(walk.book, by=SYSTEM) == 0
    attempts.finish(walk.book, work)
    assert not claiming.renew(walk.book, work.lease)


def test_after_the_policys_last_attempt_an_effect_is_stuck(walk: Walk, watch: Watch) -> None:
    """Each attempt waits as long as the policy says; after the last, the case's ledger says so."""
    number = walk.reported()
    policy = walk.book.pack.effects[EffectKind.NOTIFY_TEAM]
    notify = [EffectKind.NOTIFY_TEAM]
    for attempt in range(1, policy.attempts + 1):
        work = take_up(walk.book, kinds=notify)
        assert work.attempt == attempt
        stuck = attempts.fail(walk.book, work, "down", permanent=False)
        assert stuck is (attempt == policy.attempts)
        if not stuck:
            assert line(walk.book, work.effect_id).due_at == watch.now + policy.wait(attempt)
            assert claim(walk.book, kinds=notify) == []
            watch.now += policy.wait(attempt)
    assert listing.counts(walk.book, by=SYSTEM)["stuck"] == 1
    watch.forward(days=30)
    assert claim(walk.book, kinds=notify) == []
    assert walk.events(number)[-1] == "effect_stuck"
    verified(walk.book)


def test_a_permanent_failure_is_not_tried_again(walk: Walk) -> None:
    """What cannot work is stuck at once, with its code."""
    walk.reported()
    work = take_up(walk.book)
    assert attempts.fail(walk.book, work, "no_such_address", permanent=True)
    assert line(walk.book, work.effect_id).code == "no_such_address"
    assert claim(walk.book, kinds=[EffectKind.NOTIFY_TEAM]) == []


def test_what_is_stuck_is_put_before_the_team(walk: Walk) -> None:
    """Giving up owes a reminder that names what was given up."""
    walk.reported()
    work = take_up(walk.book)
    attempts.fail(walk.book, work, "down", permanent=True)
    assert take_up(walk.book).payload.stuck == EffectKind.NOTIFY_TEAM


def test_what_is_stuck_is_done_again_when_somebody_redrives_it(book: Casebook) -> None:
    """The case's ledger says who; whatever is not stuck or waiting is left alone."""
    walk = Walk(book)
    number = walk.reported()
    work = take_up(book)
    attempts.fail(book, work, "down", permanent=True)
    operator = members.actor(book, "operator")
    assert attempts.redrive(book, work.effect_id, by=operator) == number
    again = take_up(book, kinds=[EffectKind.NOTIFY_TEAM])
    assert again.attempt == 2
    with pytest.raises(UnknownRecord, match="nothing was changed"):
        attempts.redrive(book, work.effect_id, by=operator)
    attempts.finish(book, again)
    with pytest.raises(UnknownRecord, match="nothing was changed"):
        attempts.redrive(book, work.effect_id, by=operator)
    with pytest.raises(NotPermitted):
        attempts.redrive(book, work.effect_id, by=REPORTER)
    assert walk.events(number)[-2:] == ["effect_redriven", "effect_done"]


def test_a_run_that_a_person_starts_claims_the_effect_first(book: Casebook, watch: Watch) -> None:
    """Done already means nothing to do; another's work is left to it; stuck means a new attempt."""
    Walk(book).reported()
    (mine,) = claim(book)
    with pytest.raises(LeaseLost, match="this one does nothing"):
        attempts.begin(book, mine.effect_id, "a person's run", by=SYSTEM)
    watch.forward(seconds=LEASE_SECONDS + 1)
    theirs = attempts.begin(book, mine.effect_id, "a person's run", by=SYSTEM)
    assert theirs is not None
    assert theirs.attempt == 2
    with pytest.raises(LeaseLost):
        attempts.begin(book, mine.effect_id, "run", by=SYSTEM)
    attempts.fail(book, theirs, "down", permanent=True)
    again = attempts.begin(book, mine.effect_id, "another run", by=SYSTEM)
    assert again is not None
    assert again.attempt == 3
    attempts.finish(book, again)
    assert attempts.begin(book, mine.effect_id, "a person's run", by=SYSTEM) is None
    with pytest.raises(UnknownRecord):
        attempts.begin(book, "none", "run", by=SYSTEM)


def test_a_claim_whose_run_could_not_be_made_is_handed_back(walk: Walk, watch: Watch) -> None:
    """The attempt does not count, so that the next run has the same key."""
    walk.reported()
    (one,) = claim(walk.book)
    claiming.release(walk.book, one.lease, wait=timedelta(seconds=10))
    assert claim(walk.book) == []
    watch.forward(seconds=10)
    (again,) = claim(walk.book)
    assert (again.effect_id, again.attempt) == (one.effect_id, one.attempt)


def test_a_claim_that_was_handed_back_can_no_longer_be_worked_under(walk: Walk, watch: Watch) -> None:
    """Even though the next claim counts as the same attempt."""
    walk.reported()
    early = take_up(walk.book)
    claiming.release(walk.book, early.lease, wait=timedelta(0))
    late = take_up(walk.book, "another run")
    assert late.attempt == early.attempt
    with pytest.raises(LeaseLost):
        attempts.finish(walk.book, early)
    attempts.finish(walk.book, late)
    assert watch.now == line(walk.book, late.effect_id).done_at


def test_a_batch_is_taken_up_under_one_lease(walk: Walk, watch: Watch) -> None:
    """A thousand reminders are one run's; what is done meanwhile is not taken up again."""
    for _ in range(3):
        walk.reported()
    sweeping.sweep(walk.book, by=SYSTEM)
    watch.forward(hours=1, minutes=30)
    sweeping.sweep(walk.book, by=SYSTEM)
    claims = claim(walk.book, limit=100, kinds=[EffectKind.REMIND])
    assert len({one.lease for one in claims}) == 1
    batch, unreadable = attempts.begin_batch(walk.book, claims[0].lease)
    assert {work.effect_id for work in batch} == {one.effect_id for one in claims}
    assert unreadable == 0
    attempts.finish(walk.book, batch[0])
    assert len(attempts.begin_batch(walk.book, claims[0].lease)[0]) == len(batch) - 1


def test_a_result_and_its_effect_are_written_together(walk: Walk) -> None:
    """A second call of the same attempt finds the meeting that the first one called."""
    number = walk.in_inquiry()
    work = take_up(walk.book, kinds=[EffectKind.CONVENE_TEAM])
    meeting, kind, _ = results.convene(walk.book, work)
    assert kind is MeetingKind.INITIAL
    assert results.convene(walk.book, work)[0] == meeting
    assert [row["id"] for row in walk.records(number, "meetings")] == [meeting]


def test_an_answer_is_recorded_once(walk: Walk) -> None:
    """What a source says is on record with when it was asked and answered, and is not written over."""
    number = walk.in_inquiry()
    work = take_up(walk.book, kinds=[EffectKind.COLLECT_RECORDS])
    question = questions.questions(walk.book, work)[0]
    questions.record_answer(walk.book, work, question.id, Answer(AnswerStatus.NOT_FOUND, "first"))
    questions.record_answer(walk.book, work, question.id, Answer(AnswerStatus.FOUND, "second"))
    (kept,) = [row for row in walk.records(number, "source_queries") if row["id"] == question.id]
    assert (kept["status"], kept["source"]) == (AnswerStatus.NOT_FOUND, "first")
    assert kept["answered_at"] == walk.book.clock()
    assert walk.events(number).count("source_answered") == 1
