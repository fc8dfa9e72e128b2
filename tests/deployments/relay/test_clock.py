"""The machine's clock jumps: nothing is refused for it, nothing waits for it, and operators hear of it."""

from datetime import timedelta

import pytest

from console.invented import examples
from deployments.child.clock_watch import CLOCK, SHOWN, ClockWatch
from states.access import REPORTER, SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts, circuits, claiming, listing
from states.casebook.inquiry.triage import screen
from states.casebook.intake import reports
from states.casebook.record import integrity
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1), timedelta(days=400)])
def test_a_clock_that_was_ahead_refuses_nothing_and_holds_nothing_up(
    book: Casebook, walk: Walk, jump: timedelta
) -> None:
    """A report, a screening and a claim of the time when it was ahead: all goes on as soon as it is right."""
    right, ahead = book.clock(), book.at(book.clock() + jump)
    number = reports.report(ahead, examples.report(), by=REPORTER).number
    claimed = claiming.claim_due(ahead, limit=1, kinds=frozenset(EffectKind) - book.pack.alarms, by=SYSTEM)
    circuits.failed(ahead, "mail server", "channel_unavailable", enough=1, by=SYSTEM)
    now = book.at(right)
    again = reports.report(now, examples.report(), by=REPORTER)
    assert (again.number, again.joined) == (number, True)
    screen(now, number, by=walk.chair, level=Level.MODERATE, because="Invented.")
    # What was due at once then is due now, and whoever held a claim then may be dead.
    assert attempts.expire(now, by=SYSTEM) == 1
    owed = listing.effects(now, by=walk.chair, number=number)
    due_at_once = {line.effect_id for line in owed if line.due_at <= line.created_at} | {
        claim.effect_id for claim in claimed
    }
    taken = claiming.claim_due(now, limit=1000, kinds=frozenset(EffectKind) - book.pack.alarms, by=SYSTEM)
    assert {claim.effect_id for claim in taken} == due_at_once
    assert circuits.admit(now, "mail server", by=SYSTEM)
    integrity.verify(book, by=SYSTEM)


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
        return [line.code for line in circuits.failing(book, by=SYSTEM) if line.name == CLOCK]

    assert await shown(5, jump=3) == []
    assert await shown(5, jump=86_400) == ["clock_jumped"]
    assert await shown(5, jump=-86_400) == ["clock_jumped"]
    assert "jumped by +86400 seconds" in caplog.text
    assert "jumped by -86400 seconds" in caplog.text
    assert await shown(SHOWN + 1, jump=0) == []
