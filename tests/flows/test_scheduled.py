"""Flows that run by the clock: the sweep, the team's reports, the reconciler."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.states import Pending, Running, Scheduled
from sqlalchemy import text

from deployments.orchestrator.registration import Deployable, register_one
from deployments.relay.warm import run_warm
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.alarms import duty
from states.casebook.effects import claiming, listing
from states.casebook.record import integrity, verification
from states.casebook.rounds import sweeping, team_clocks
from states.copies import newest
from states.copies.making import kept
from states.vocabulary.effects import EffectKind, EffectStatus
from tasks.desk import Desk
from tests.cases.reporting import approved, written
from tests.cases.walking import Walk
from tests.flows.conftest import At
from tests.installations.running import Runs

CHAIR = "invented-chair-address@wnmu.example"


async def remind(runs: Runs, book: Casebook) -> None:
    """Do every reminder that is owed, in one run."""
    claims = claiming.claim_due(book, limit=200, kinds=[EffectKind.REMIND], by=SYSTEM)
    await runs.flow("remind", lease=claims[0].lease)


async def test_a_due_clock_reminds_then_tells_the_chair(walk: Walk, runs: Runs, at: At) -> None:
    """Whoever a clock is for is reminded; once it has run out, the chair hears of it, and then everybody."""
    number = walk.in_inquiry()

    def assessment(book: Casebook) -> sweeping.DeadlineLine:
        return next(
            line for line in sweeping.running(book, by=SYSTEM, number=number) if line.clock == "assessment"
        )

    due_at = assessment(walk.book).due_at
    for hours, template, stage in (
        (-12, "reminder", "reminded"),
        (30, "escalation", "escalated"),
        (150, "escalation", "stuck"),
    ):
        book = at(due_at + timedelta(hours=hours))
        await runs.flow("sweep")
        await remind(runs, book)
        assert template in runs.told()[CHAIR]
        assert assessment(book).stage == stage


async def test_many_reminders_take_one_run(walk: Walk, runs: Runs, at: At) -> None:
    """A batch is drained under one lease, and each of its effects is done for itself."""
    walk.in_inquiry()
    walk.in_inquiry()
    book = at(walk.book.clock() + timedelta(days=30))
    await runs.flow("sweep")
    owed = claiming.claim_due(book, limit=200, kinds=[EffectKind.REMIND], by=SYSTEM)
    assert len(owed) > 4
    await runs.flow("remind", lease=owed[0].lease)
    assert {runs.line(claim.effect_id).status for claim in owed} == {EffectStatus.DONE}


@pytest.mark.clause("U-12", "M-04")
async def test_the_sweep_tells_the_chair_when_nobody_is_on_call(walk: Walk, runs: Runs, at: At) -> None:
    """The mail says when, and what to do; it says nothing any more once somebody is on call."""
    book = at(walk.book.clock())
    await runs.flow("sweep")
    await remind(runs, book)
    (mail,) = [mail for mail in runs.mail() if mail["X-Tatflow-Message"] == "roster_gaps"]
    assert mail["To"] == CHAIR
    assert "Please put somebody on call there." in str(mail.get_body(("plain",)))
    book = at(walk.book.clock() + timedelta(days=1))
    await runs.flow("sweep")
    now = book.clock()
    duty.put_on_call(book, "nurse", by=walk.chair, starts_at=now, ends_at=now + timedelta(days=9))
    await remind(runs, book)
    assert runs.told()[CHAIR].count("roster_gaps") == 1


@pytest.mark.clause("W-34")
async def test_the_president_and_vice_presidents_get_each_semesters_counts(
    walk: Walk, runs: Runs, at: At
) -> None:
    """Once its report is approved it goes out, once, in figures and without a name."""
    team_clocks.set_team_clocks(at(datetime(2027, 2, 1, tzinfo=UTC)), by=SYSTEM)
    approved(walk, at(datetime(2027, 5, 17, tzinfo=UTC)))
    for _ in range(2):
        await runs.every(EffectKind.SEMESTER_REPORT)
    assert runs.told() == {
        f"{office}@wnmu.example": ["semester_report"]
        for office in ("president", "student.affairs", "academic.affairs", "business.affairs")
    }
    said = runs.mail()[0].get_body(("plain",))
    assert said is not None
    assert "Spring 2027" in said.get_content()


@pytest.mark.clause("W-46")
async def test_the_team_is_reminded_of_the_yearly_review(walk: Walk, runs: Runs, at: At) -> None:
    """On the day of the annual review, the chair is asked to hold it, once."""
    team_clocks.set_team_clocks(at(datetime(2027, 1, 2, tzinfo=UTC)), by=SYSTEM)
    at(datetime(2027, 2, 6, 12, tzinfo=UTC))
    for _ in range(2):
        await runs.flow("annual-review")
        await runs.every(EffectKind.ANNUAL_REVIEW)
    assert runs.told() == {CHAIR: ["annual_review"]}
    del walk


async def test_before_they_are_due_reports_are_not_sent(walk: Walk, runs: Runs, at: At) -> None:
    """A daily run sends nothing as long as nothing is due; a report that nobody approved is not sent."""
    team_clocks.set_team_clocks(at(datetime(2027, 3, 1, tzinfo=UTC)), by=SYSTEM)
    written(walk, at(datetime(2027, 3, 1, tzinfo=UTC)))
    await runs.flow("annual-review")
    owed = {line.kind for line in listing.effects(walk.book, by=SYSTEM)}
    assert owed.isdisjoint({EffectKind.SEMESTER_REPORT, EffectKind.ANNUAL_REVIEW})
    del walk


async def test_an_attempt_whose_process_died_is_tried_again(walk: Walk, runs: Runs, at: At) -> None:
    """A lease that ran out ends the attempt; the effect is due again, and the ledger gets its checkpoint."""
    walk.reported()
    (claim,) = claiming.claim_due(walk.book, limit=1, kinds=list(EffectKind), seconds=30, by=SYSTEM)
    book = at(walk.book.clock() + timedelta(seconds=31))
    await runs.flow("reconcile")
    line = runs.line(claim.effect_id)
    assert (line.status, line.code, line.attempt) == (EffectStatus.PENDING, "attempt_died", 1)
    assert integrity.verify(book, by=SYSTEM).checkpoints == 1


async def test_an_attempt_that_is_alive_is_left_alone(walk: Walk, runs: Runs, desk: Desk) -> None:
    """As long as its lease holds, nobody takes an effect away."""
    walk.reported()
    (claim,) = claiming.claim_due(desk.book, limit=1, kinds=list(EffectKind), seconds=3600, by=SYSTEM)
    await runs.flow("reconcile")
    assert runs.line(claim.effect_id).status == EffectStatus.CLAIMED


class TestDeadRuns:
    """Runs that Prefect shows as going on, though their process died long ago."""

    async def going_on(self, client: PrefectClient, deployment: UUID, state: State[Any]) -> UUID:
        """Make a run that was due a day ago, and is in a state since; the state's rules are left aside."""
        due: State[Any] = Scheduled(scheduled_time=datetime.now(UTC) - timedelta(days=1))
        run = await client.create_flow_run_from_deployment(deployment, state=due)
        await client.set_flow_run_state(run.id, state, force=True)
        return run.id

    @pytest.fixture
    async def deployment(self, runs: Runs) -> UUID:
        """A deployment of ours."""
        own = runs.flows["sweep"].with_options(name=f"sweep-{uuid4().hex}")
        return await register_one(runs.client, Deployable(own, "A flow of a test.", ("test",)))

    @pytest.mark.parametrize("state", [Pending(), Running()], ids=["pending", "running"])
    async def test_a_run_that_nothing_works_on_is_marked_crashed(
        self, runs: Runs, deployment: UUID, state: State[Any]
    ) -> None:
        """Whether it had begun or not, a run without a claim does not go on for ever."""
        dead = await self.going_on(runs.client, deployment, state)
        await runs.flow("reconcile")
        assert (await runs.client.read_flow_run(dead)).state_name == "Crashed"

    async def test_a_run_that_holds_a_claim_is_left_alone(
        self, walk: Walk, runs: Runs, deployment: UUID
    ) -> None:
        """Slow is not dead."""
        walk.reported()
        (claim,) = claiming.claim_due(walk.book, limit=1, kinds=list(EffectKind), seconds=3600, by=SYSTEM)
        alive = await self.going_on(runs.client, deployment, Running())
        claiming.assign(walk.book, claim.lease, str(alive))
        await runs.flow("reconcile")
        assert (await runs.client.read_flow_run(alive)).state_name == "Running"

    async def test_a_strangers_run_on_the_same_server_is_left_alone(self, runs: Runs) -> None:
        """A Prefect server may serve others; their runs are none of our business."""
        flow_id = await runs.client.create_flow_from_name(f"stranger-{uuid4().hex}")
        theirs = await self.going_on(
            runs.client, await runs.client.create_deployment(flow_id, "theirs"), Running()
        )
        await runs.flow("reconcile")
        assert (await runs.client.read_flow_run(theirs)).state_name == "Running"

    async def test_the_reconciler_does_not_bury_itself(self, runs: Runs) -> None:
        """A run of its own that was due long ago ends as Completed."""
        own = runs.flows["reconcile"].with_options(name=f"reconcile-{uuid4().hex}")
        deployment = await register_one(runs.client, Deployable(own, "A flow of a test.", ("test",)))
        run_id = await self.going_on(runs.client, deployment, Pending())
        await run_warm(own, await runs.client.read_flow_run(run_id))
        assert (await runs.client.read_flow_run(run_id)).state_name == "Completed"


async def test_a_backup_is_made_by_itself_once_a_day(walk: Walk, runs: Runs, at: At) -> None:
    """The flow that runs each hour makes one when the newest is a day old."""
    walk.reported()
    now = walk.book.clock()
    for hours, there in ((0, 1), (1, 1), (25, 2)):
        book = at(now + timedelta(hours=hours))
        await runs.flow("back-up")
        assert len(kept(runs.seat.desk.settings)) == there, hours
    assert newest(runs.seat.desk.settings) == book.clock().replace(microsecond=0)


async def test_a_ledger_that_broke_is_told_to_the_chair_once(walk: Walk, runs: Runs, at: At) -> None:
    """The nightly run fails with a code, how it ended is kept, and the mail says where it broke, not what."""
    number = walk.reported()
    book = at(walk.book.clock())

    def last() -> verification.Verification | None:
        with book.store.read() as connection:
            return verification.last(connection)

    assert (await runs.flow("verify-ledger")).is_completed()
    held = last()
    assert held is not None
    assert (held.at, held.holds, held.said) == (book.clock(), True, "")
    with book.store.write() as connection:
        connection.execute(text("UPDATE events SET actor = 'nobody' WHERE seq = 1"))
    for _ in range(2):
        assert (await runs.flow("verify-ledger")).is_failed()
    broken = last()
    assert broken is not None
    assert not broken.holds
    assert broken.said.startswith(f"{number}: event 1 (reported) was changed")
    await remind(runs, book)
    (mail,) = [mail for mail in runs.mail() if mail["X-Tatflow-Message"] == "ledger_broken"]
    assert mail["To"] == CHAIR
    assert broken.said in " ".join(str(mail.get_body(("plain",))).split())
