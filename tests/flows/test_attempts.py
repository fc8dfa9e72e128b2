"""Attempts: how a flow takes its effect up, keeps its lease, fails in codes, and ends."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from prefect import flow
from prefect.client.schemas.objects import State
from sqlalchemy import select

from flows.catalog import CATALOG
from flows.performing import perform, shown_as
from states.access import Actor
from states.casebook import effects
from states.casebook.effects import Work
from states.errors import EffectFailed, StepFailed
from states.settings import Settings
from states.tables import Effect, table_of
from states.vocabulary import EffectKind, EffectStatus, Role
from tasks.boundary import sealed
from tasks.desk import Desk, sit_down
from tasks.steps import step
from tests.running import Runs
from tests.waiting import eventually
from tests.walking import Walk

OPERATOR = Actor("operator", frozenset({Role.OPERATOR}))

#: what must never be seen outside the casebook
NAME = "Sam Sample"


async def fail_now(_work: Work) -> None:
    """Fail in a way that may pass."""
    raise StepFailed("channel_unavailable")


async def fail_for_good(_work: Work) -> None:
    """Fail in a way that no repetition mends."""
    raise StepFailed("channel_refused", permanent=True)


async def fail_telling(_work: Work) -> None:
    """Fail with a name in the exception, its cause and its notes."""
    error = ValueError(f"{NAME} is not a number")
    error.add_note(NAME)
    raise error from KeyError(NAME)


@flow(**shown_as("test-fails", "A flow of a test."))
async def fails(effect_id: str) -> State[Any] | None:
    """Fail in a way that may pass."""
    return await perform(effect_id, fail_now)


@flow(**shown_as("test-fails-for-good", "A flow of a test."))
async def fails_for_good(effect_id: str) -> State[Any] | None:
    """Fail for good."""
    return await perform(effect_id, fail_for_good)


@flow(**shown_as("test-fails-telling", "A flow of a test."))
async def fails_telling(effect_id: str) -> State[Any] | None:
    """Fail with a name in the exception."""
    return await perform(effect_id, fail_telling)


@pytest.fixture
def effect_id(walk: Walk, runs: Runs) -> str:
    """An effect that a new case owes."""
    return runs.owed(walk.reported(), EffectKind.NOTIFY_TEAM)[0]


async def test_an_effect_that_is_done_is_not_done_again(runs: Runs, effect_id: str) -> None:
    """A run that somebody starts afterwards completes and says so."""
    await runs.effect(effect_id)
    sent = len(runs.mail())
    state = await runs.effect(effect_id)
    assert (state.is_completed(), state.message) == (True, "This effect was done already.")
    assert len(runs.mail()) == sent


async def test_a_run_for_no_effect_says_so(runs: Runs, desk: Desk) -> None:
    """An id that somebody mistyped in Prefect's user interface harms nothing."""
    del desk
    state = await runs.flow(fails, effect_id="no such effect")
    assert (state.is_completed(), state.message) == (True, "There is no such effect.")


async def test_two_runs_never_work_on_one_effect(runs: Runs, desk: Desk, effect_id: str) -> None:
    """While one run holds the lease, another does nothing and says so."""
    await asyncio.to_thread(effects.begin, desk.book, effect_id, "another run")
    state = await runs.effect(effect_id)
    assert (state.is_completed(), state.message) == (True, "Another run is working on this effect.")
    assert runs.mail() == []


async def test_a_failed_attempt_waits_for_the_next(runs: Runs, effect_id: str) -> None:
    """What failed in passing is pending again, later, with its code for operators."""
    state = await runs.flow(fails, effect_id=effect_id)
    line = runs.line(effect_id)
    assert state.is_failed()
    assert (line.status, line.code, line.attempt) == (EffectStatus.PENDING, "channel_unavailable", 1)
    assert line.due_at > line.created_at


async def test_after_the_last_attempt_an_effect_is_stuck(
    walk: Walk, runs: Runs, desk: Desk, effect_id: str
) -> None:
    """When the policy's attempts are used up, the effect is stuck, and the case's timeline says so."""
    attempts = desk.book.pack.effects[EffectKind.NOTIFY_TEAM].attempts
    for _ in range(attempts):
        assert runs.line(effect_id).status == EffectStatus.PENDING
        await runs.flow(fails, effect_id=effect_id)
    line = runs.line(effect_id)
    assert (line.status, line.attempt) == (EffectStatus.STUCK, attempts)
    assert "effect_stuck" in walk.events(line.case_number)


async def test_what_no_repetition_mends_is_stuck_at_once(runs: Runs, effect_id: str) -> None:
    """A refused address does not get better by trying again."""
    await runs.flow(fails_for_good, effect_id=effect_id)
    assert runs.line(effect_id).status == EffectStatus.STUCK


async def test_the_chair_hears_of_what_is_stuck(runs: Runs, desk: Desk, effect_id: str) -> None:
    """What the system gave up on is in front of the team, not only on the operators' list."""
    await runs.flow(fails_for_good, effect_id=effect_id)
    claimed = effects.claim_due(desk.book, limit=10, kinds=[EffectKind.REMIND])
    await runs.flow(CATALOG[EffectKind.REMIND].flow, lease=claimed[0].lease)
    assert runs.told() == {"invented-chair-address@wnmu.example": ["stuck_work"]}


async def test_a_stuck_effect_goes_on_once_redriven(runs: Runs, desk: Desk, effect_id: str) -> None:
    """Somebody mends the cause and redrives it: the next attempt does it."""
    await runs.flow(fails_for_good, effect_id=effect_id)
    await asyncio.to_thread(effects.redrive, desk.book, effect_id, by=OPERATOR)
    await runs.effect(effect_id)
    assert (runs.line(effect_id).status, runs.line(effect_id).attempt) == (EffectStatus.DONE, 2)
    assert len(runs.mail()) == 4


async def test_a_second_attempt_sends_only_what_is_left(
    runs: Runs, desk: Desk, effect_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an attempt sent before it died is not sent again, and the rest goes out."""
    told = effects.finish

    def die(*_: object) -> None:
        raise OSError(NAME)

    monkeypatch.setattr(effects, "finish", die)
    await runs.effect(effect_id)
    before = {mail["Message-ID"] for mail in runs.mail()}
    monkeypatch.setattr(effects, "finish", told)
    for file in desk.settings.outbox.iterdir():
        file.unlink()
    await runs.effect(effect_id)
    assert (len(before), runs.mail()) == (4, [])
    assert runs.line(effect_id).status == EffectStatus.DONE


async def test_prefect_sees_a_code_and_no_exception(runs: Runs, effect_id: str) -> None:
    """Neither text, cause nor note of what was raised leaves the flow; the place in our code does."""
    state = await runs.flow(fails_telling, effect_id=effect_id)
    assert NAME not in str(state.message)
    error = getattr(state.data, "result", None)
    assert isinstance(error, EffectFailed)
    assert (error.__cause__, error.__context__, getattr(error, "__notes__", [])) == (None, None, [])
    assert runs.line(effect_id).code.startswith("value_error@")


async def test_a_database_that_fails_while_taking_up_tells_nothing(
    runs: Runs, effect_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of the database carries the statement and its values; Prefect gets the code."""

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError(NAME)

    monkeypatch.setattr(effects, "begin", refuse)
    state = await runs.flow(fails, effect_id=effect_id)
    assert state.is_failed()
    assert NAME not in str(state.message)


async def test_a_lease_is_kept_while_the_work_goes_on(runs: Runs, desk: Desk, effect_id: str) -> None:
    """Work that takes longer than a lease is not taken away from whoever does it."""
    sit_down(Desk(Settings(home=desk.settings.home, lease_seconds=0.3), desk.book, desk.sources))
    row = table_of(Effect)

    def until() -> datetime:
        with desk.book.store.read() as connection:
            held: datetime = connection.execute(
                select(row.c.lease_until).where(row.c.id == effect_id)
            ).scalar_one()
            return held

    async def work_until_renewed_twice(_work: Work) -> None:
        seen = set()

        async def renewed_twice() -> bool:
            seen.add(until())
            return len(seen) > 2

        await eventually(renewed_twice)

    @flow(**shown_as("test-works-long", "A flow of a test."))
    async def works_long(effect_id: str) -> State[Any] | None:
        """Work until the lease was renewed twice."""
        return await perform(effect_id, work_until_renewed_twice)

    await runs.flow(works_long, effect_id=effect_id)
    assert runs.line(effect_id).status == EffectStatus.DONE


async def test_a_step_is_not_repeated_when_that_is_pointless(runs: Runs, effect_id: str) -> None:
    """Within an attempt, a step is tried three times, but only while that may help."""
    tries = []

    @step("test step")
    async def refuse() -> None:
        """Refuse for good."""
        tries.append(1)
        raise StepFailed("channel_refused", permanent=True)

    async def work(_work: Work) -> None:
        await refuse()

    @flow(**shown_as("test-refused", "A flow of a test."))
    async def refused(effect_id: str) -> State[Any] | None:
        """Run a step that refuses."""
        return await perform(effect_id, work)

    await runs.flow(refused, effect_id=effect_id)
    assert len(tries) == 1


async def test_a_sealed_function_lets_only_codes_out() -> None:
    """Whatever a step raises becomes a code, with nothing attached."""

    async def tell() -> None:
        raise KeyError(NAME)

    with pytest.raises(StepFailed) as caught:
        await sealed(tell)()
    assert NAME not in repr(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
