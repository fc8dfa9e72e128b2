"""Attempts: how a flow takes its effect up, keeps its lease, fails in codes, and ends."""

import asyncio
from datetime import datetime
from uuid import UUID

import pytest
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from sqlalchemy import select

from states.access import SYSTEM, Actor
from states.casebook.effects import attempts, claiming
from states.casebook.effects.work import Work
from states.casebook.record import returned
from states.casebook.record.files import Enclosed
from states.errors import EffectFailed, StepFailed
from states.settings import Settings
from states.tables import Effect, table_of
from states.vocabulary.effects import EffectKind, EffectStatus, NoticeNews
from states.vocabulary.people import Role
from tasks.boundary import sealed
from tasks.desk import Desk
from tasks.steps.step import step
from tests.cases.walking import Walk
from tests.installations.running import Runs
from tests.waiting import eventually

OPERATOR = Actor("operator", frozenset({Role.OPERATOR}))

#: what must never be seen outside the casebook
NAME = "Sam Sample"


async def fail_now(_desk: Desk, _work: Work) -> None:
    """Fail in a way that may pass."""
    raise StepFailed("channel_unavailable")


async def fail_for_good(_desk: Desk, _work: Work) -> None:
    """Fail in a way that no repetition mends."""
    raise StepFailed("channel_refused", permanent=True)


async def fail_telling(_desk: Desk, _work: Work) -> None:
    """Fail with a name in the exception, its cause and its notes."""
    error = ValueError(f"{NAME} is not a number")
    error.add_note(NAME)
    raise error from KeyError(NAME)


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
    state = await runs.doing(fail_now, effect_id="no such effect")
    assert (state.is_completed(), state.message) == (True, "There is no such effect.")


async def test_a_flow_leaves_an_effect_of_another_kind_to_its_own(runs: Runs, effect_id: str) -> None:
    """An id that somebody gave the wrong flow by hand: nothing is done, and its own flow does it later."""
    state = await runs.flow("close-out", effect_id=effect_id)
    line = runs.line(effect_id)
    assert (state.is_failed(), line.status, line.code) == (True, EffectStatus.PENDING, "another_kind")
    assert runs.mail() == []


async def test_two_runs_never_work_on_one_effect(runs: Runs, desk: Desk, effect_id: str) -> None:
    """While one run holds the lease, another does nothing and says so."""
    await asyncio.to_thread(attempts.begin, desk.book, effect_id, "another run", by=SYSTEM)
    state = await runs.effect(effect_id)
    assert (state.is_completed(), state.message) == (True, "Another run is working on this effect.")
    assert runs.mail() == []


async def test_a_failed_attempt_waits_for_the_next(runs: Runs, effect_id: str) -> None:
    """What failed in passing is pending again, later, with its code for operators."""
    state = await runs.doing(fail_now, effect_id=effect_id)
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
        await runs.doing(fail_now, effect_id=effect_id)
    line = runs.line(effect_id)
    assert (line.status, line.attempt) == (EffectStatus.STUCK, attempts)
    assert "effect_stuck" in walk.events(line.case_number)


async def test_what_no_repetition_mends_is_stuck_at_once(runs: Runs, effect_id: str) -> None:
    """A refused address does not get better by trying again."""
    await runs.doing(fail_for_good, effect_id=effect_id)
    assert runs.line(effect_id).status == EffectStatus.STUCK


async def test_the_chair_hears_of_what_is_stuck(runs: Runs, desk: Desk, effect_id: str) -> None:
    """What the system gave up on is in front of the team, not only on the operators' list."""
    await runs.doing(fail_for_good, effect_id=effect_id)
    claimed = claiming.claim_due(desk.book, limit=10, kinds=[EffectKind.REMIND], by=SYSTEM)
    await runs.flow("remind", lease=claimed[0].lease)
    assert runs.told() == {"invented-chair-address@wnmu.example": ["stuck_work"]}


async def test_a_stuck_effect_goes_on_once_redriven(runs: Runs, desk: Desk, effect_id: str) -> None:
    """Somebody mends the cause and redrives it: the next attempt does it."""
    await runs.doing(fail_for_good, effect_id=effect_id)
    await asyncio.to_thread(attempts.redrive, desk.book, effect_id, by=OPERATOR)
    await runs.effect(effect_id)
    assert (runs.line(effect_id).status, runs.line(effect_id).attempt) == (EffectStatus.DONE, 2)
    assert len(runs.mail()) == 2


async def test_a_second_attempt_sends_only_what_is_left(
    runs: Runs, desk: Desk, effect_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an attempt sent before it died is not sent again, and the rest goes out."""
    told = attempts.finish

    def die(*_: object) -> None:
        raise OSError(NAME)

    monkeypatch.setattr(attempts, "finish", die)
    await runs.effect(effect_id)
    before = {mail["Message-ID"] for mail in runs.mail()}
    monkeypatch.setattr(attempts, "finish", told)
    for file in desk.settings.outbox.iterdir():
        file.unlink()
    await runs.effect(effect_id)
    assert (len(before), runs.mail()) == (2, [])
    assert runs.line(effect_id).status == EffectStatus.DONE


async def test_prefect_sees_a_code_and_no_exception(runs: Runs, effect_id: str) -> None:
    """Neither text, cause nor note of what was raised leaves the flow; the place in our code does."""
    state = await runs.doing(fail_telling, effect_id=effect_id)
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

    monkeypatch.setattr(attempts, "begin", refuse)
    state = await runs.doing(fail_now, effect_id=effect_id)
    assert state.is_failed()
    assert NAME not in str(state.message)


async def test_a_lease_is_kept_while_the_work_goes_on(runs: Runs, desk: Desk, effect_id: str) -> None:
    """Work that takes longer than a lease is not taken away from whoever does it."""
    runs.seat.take(Desk(Settings(home=desk.settings.home, lease_seconds=0.3), desk.book, desk.sources))
    row = table_of(Effect)

    def until() -> datetime:
        with desk.book.store.read() as connection:
            held: datetime = connection.execute(
                select(row.c.lease_until).where(row.c.id == effect_id)
            ).scalar_one()
            return held

    async def work_until_renewed_twice(_desk: Desk, _work: Work) -> None:
        seen = set()

        async def renewed_twice() -> bool:
            seen.add(until())
            return len(seen) > 2

        await eventually(renewed_twice)

    await runs.doing(work_until_renewed_twice, effect_id=effect_id)
    assert runs.line(effect_id).status == EffectStatus.DONE


async def test_a_step_is_not_repeated_when_that_is_pointless(runs: Runs, effect_id: str) -> None:
    """Within an attempt, a step is tried three times, but only while that may help."""
    tries = []

    @step("test step")
    async def refuse() -> None:
        """Refuse for good."""
        tries.append(1)
        raise StepFailed("channel_refused", permanent=True)

    async def work(_desk: Desk, _work: Work) -> None:
        await refuse()

    await runs.doing(work, effect_id=effect_id)
    assert len(tries) == 1


async def test_a_step_that_fails_in_passing_is_tried_three_times_and_operators_read_which(
    runs: Runs, effect_id: str
) -> None:
    """The run's log has the step's name, the code and the count, and nothing of what was raised."""

    @step("test step")
    async def stumble() -> None:
        """Stumble over something that is named."""
        raise ValueError(NAME)

    async def work(_desk: Desk, _work: Work) -> None:
        await stumble()

    state = await runs.doing(work, effect_id=effect_id)
    assert state.is_failed()
    run = UUID(runs.line(effect_id).flow_run_id)

    async def said() -> list[str]:
        of_run = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run]))
        return [line.message for line in await runs.client.read_logs(of_run)]

    async def all_said() -> bool:
        return sum("test step" in line for line in await said()) == 3

    await eventually(all_said)
    lines = [line for line in await said() if "test step" in line]
    where = runs.line(effect_id).code
    assert sorted(lines) == [f"test step: {where} (try {number} of 3)" for number in (1, 2, 3)]
    assert not any(NAME in line for line in await said())


async def test_a_sealed_function_lets_only_codes_out() -> None:
    """Whatever a step raises becomes a code, with nothing attached."""

    async def tell() -> None:
        raise KeyError(NAME)

    with pytest.raises(StepFailed) as caught:
        await sealed(tell)()
    assert NAME not in repr(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


async def test_the_chair_hears_of_a_message_that_came_back(walk: Walk, runs: Runs, desk: Desk) -> None:
    """Which one and to whom; if that one comes back itself, nobody is told again."""
    number = walk.reported()
    await runs.effect(runs.owed(number, EffectKind.NOTIFY_TEAM)[0])
    (notice, *_) = [row for row in walk.records(number, "notices") if row["recipient"] != "chair"]
    mail = Enclosed("", "message/rfc822", b"It came back.")
    returned.hear(desk.book, [notice["message_id"]], NoticeNews.FAILED, mail, by=SYSTEM)
    (claim,) = claiming.claim_due(desk.book, limit=10, kinds=[EffectKind.REMIND], by=SYSTEM)
    await runs.flow("remind", lease=claim.lease)
    chair = runs.told()["invented-chair-address@wnmu.example"]
    assert chair.count("not_delivered") == 1
    (told,) = [row for row in walk.records(number, "notices") if row["template"] == "not_delivered"]
    returned.hear(desk.book, [told["message_id"]], NoticeNews.FAILED, mail, by=SYSTEM)
    assert claiming.claim_due(desk.book, limit=10, kinds=[EffectKind.REMIND], by=SYSTEM) == []
