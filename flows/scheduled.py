"""The scheduled flows: the sweep over due clocks, the team's reports, the reconciler of dead attempts."""

from datetime import timedelta
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from flows.performing import perform, shown_as
from states import copies
from states.casebook import duty, effects, lookups, news, results, timers
from states.casebook.effects import Work
from states.vocabulary import Clock, EffectKind
from tasks.boundary import sealed
from tasks.composing import writer
from tasks.desk import desk, told
from tasks.notices import send_all
from tasks.operators_page import show_operations
from tasks.prefect_runs import mark_crashed

#: how many leases long a run without a claim may go on before it counts as dead
PATIENCE = 2


@flow(**shown_as("back-up", "Back the casebook up when it is time, and remove backups that are old."))
async def back_up() -> None:
    """Back the casebook up when it is due: encrypted, and read back before it counts."""
    made = await sealed(told)(copies.make_due, desk().book.store, desk().settings, now=desk().book.clock())
    if made is not None:
        get_run_logger().info("backed up: %s row(s), read back whole", sum(made.rows.values()))


@flow(
    **shown_as("sweep", "Move due clocks on (a reminder, the chair, stuck), and ask sources again in time.")
)
async def sweep() -> None:
    """Move due clocks on, and ask the sources again that are pending or were unavailable."""
    moved = await sealed(told)(timers.sweep, desk().book)
    get_run_logger().info("reminded %(reminded)s, escalated %(escalated)s, stuck %(stuck)s", moved)
    told_news = await sealed(told)(news.owe, desk().book)
    if told_news:
        get_run_logger().info("%s member(s) are told what was gathered", told_news)
    await sealed(told)(duty.owe_gaps, desk().book)
    polled = await sealed(told)(lookups.poll, desk().book)
    if polled:
        get_run_logger().info("%s question(s) are asked again", polled)


@flow(**shown_as("reconcile", "End attempts whose process died, start the next ones, and seal the ledger."))
async def reconcile() -> None:
    """End attempts whose process died, tell Prefect of dead runs, and write a ledger checkpoint."""
    sealed_chains = await sealed(told)(timers.checkpoint, desk().book)
    get_run_logger().info("%s ledger chain(s) sealed", sealed_chains)
    try:
        ended = await sealed(told)(effects.expire, desk().book)
    finally:
        # Also when one dead attempt cannot be ended: the others are, and their runs have crashed.
        at_work = await sealed(told)(effects.runs_at_work, desk().book)
        age = timedelta(seconds=PATIENCE * desk().settings.lease_seconds)
        crashed = await sealed(mark_crashed)({*at_work, str(flow_run.id)}, age=age)
        await sealed(show_operations)()
    if ended or crashed:
        get_run_logger().warning(
            "%s attempt(s) had died and are tried again or stuck; %s run(s) marked Crashed", ended, crashed
        )


@flow(
    **shown_as(
        "semester-report", "Send the president and vice presidents a semester's counts when it ends (W-34)."
    )
)
async def semester_report(effect_id: str = "") -> State[Any] | None:
    """Send a semester's counts when it has ended; with an id, that effect."""
    return await _each_owed(effect_id, Clock.SEMESTER_REPORT, EffectKind.SEMESTER_REPORT, _report)


async def _report(work: Work) -> None:
    counts = await told(timers.semester_counts, desk().book, work.payload["about"])
    await send_all(work, (await writer(work)).semester(counts))


@flow(**shown_as("annual-review", "Remind the team of the yearly review of its plan when it is due (W-46)."))
async def annual_review(effect_id: str = "") -> State[Any] | None:
    """Remind the team of the yearly review of its plan; with an id, that effect."""
    return await _each_owed(effect_id, Clock.ANNUAL_REVIEW, EffectKind.ANNUAL_REVIEW, _review)


async def _review(work: Work) -> None:
    row = await told(timers.deadline, desk().book, work.payload["deadline"])
    last = await told(results.last_review, desk().book)
    await send_all(work, (await writer(work)).annual_review(row.due_at, last))


async def _each_owed(effect_id: str, clock: Clock, kind: EffectKind, do: Any) -> State[Any] | None:
    if effect_id:
        return await perform(effect_id, do)
    for owed in await sealed(told)(timers.owe_team, desk().book, clock, kind):
        await perform(owed, do)
    return None
