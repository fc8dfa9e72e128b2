"""The machine's clock jumps: nothing is refused for it, nothing waits for it, and operators hear of it."""

from datetime import timedelta

import pytest

from console.cli import examples
from deployments.clock_watch import CLOCK, SHOWN, ClockWatch
from states.access import REPORTER
from states.casebook import Casebook, circuits, effects, intake, timers
from states.casebook.inquiry import screen
from states.vocabulary import EffectKind, Level
from tests.walking import Walk


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1), timedelta(days=400)])
def test_a_clock_that_was_ahead_refuses_nothing_and_holds_nothing_up(
    book: Casebook, walk: Walk, jump: timedelta
) -> None:
    """A report, a screening and a claim of the time when it was ahead: all goes on as soon as it is right."""
    right, ahead = book.clock(), book.at(book.clock() + jump)
    number = intake.report(ahead, examples.report(), by=REPORTER).number
    claimed = effects.claim_due(ahead, limit=1, kinds=frozenset(EffectKind) - book.pack.alarms)
    circuits.failed(ahead, "mail server", "channel_unavailable", enough=1)
    now = book.at(right)
    again = intake.report(now, examples.report(), by=REPORTER)
    assert (again.number, again.joined) == (number, True)
    screen(now, number, by=walk.chair, level=Level.MODERATE, because="Invented.")
    # What was due at once then is due now, and whoever held a claim then may be dead.
    assert effects.expire(now) == 1
    owed = effects.effects(now, by=walk.chair, number=number)
    due_at_once = {line.effect_id for line in owed if line.due_at <= line.created_at} | {
        claim.effect_id for claim in claimed
    }
    taken = effects.claim_due(now, limit=1000, kinds=frozenset(EffectKind) - book.pack.alarms)
    assert {claim.effect_id for claim in taken} == due_at_once
    assert circuits.admit(now, "mail server")
    timers.verify(book)


async def test_a_jump_is_put_down_and_taken_off_after_a_quiet_hour(
    book: Casebook, caplog: pytest.LogCaptureFixture
) -> None:
    """Forward and back alike; a correction of some seconds is none."""
    wall, steady = [1_000_000.0], [50.0]
    watch = ClockWatch(book, wall=lambda: wall[0], steady=lambda: steady[0])

    async def shown(passes: float, *, jump: float) -> list[str]:
        steady[0] += passes
        wall[0] += passes + jump
        await watch.look()
        return [line.code for line in circuits.failing(book) if line.name == CLOCK]

    assert await shown(5, jump=3) == []
    assert await shown(5, jump=86_400) == ["clock_jumped"]
    assert await shown(5, jump=-86_400) == ["clock_jumped"]
    assert "jumped by +86400 seconds" in caplog.text
    assert "jumped by -86400 seconds" in caplog.text
    assert await shown(SHOWN + 1, jump=0) == []
