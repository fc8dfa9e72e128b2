"""The relay: carries what cases owe into Prefect, and runs what Prefect holds for us.

Effects come out of the casebook by claim, and become flow runs; runs that a person started in Prefect's user
interface, or its scheduler, come out of Prefect. The two take turns, so that neither can starve the other;
an urgent effect waits for nobody, and neither do reminders, which one run does by the hundred. Alarms have
a lane of their own (:mod:`deployments.alarm_lane`): here they are only shown. The casebook stays the only
truth: whatever happens to Prefect or to this process, an effect that is not done falls due again when its
lease runs out.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from enum import Enum, auto
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Cancelled, Completed, Crashed, Failed, Pending
from sqlalchemy.exc import OperationalError

from deployments.child.schema_watch import SchemaWatch
from deployments.orchestrator.registration import URGENT_QUEUE, Registered
from deployments.relay import due_runs
from deployments.relay.warm import UNREPORTED, run_warm
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.alarms import lane
from states.casebook.effects import attempts, claiming
from states.casebook.effects.work import Work
from states.settings import Settings
from states.store.threads import told
from states.vocabulary.effects import EffectKind

_log = logging.getLogger(__name__)

#: seconds between two looks into the outbox
OUTBOX_INTERVAL = 0.2

#: seconds between two looks for runs that Prefect holds for us, or was asked to cancel; no effect is carried
#: meanwhile
PREFECT_INTERVAL = 2.0

#: seconds between two looks for alarms that Prefect does not show yet
ALARM_INTERVAL = 1.0

#: how many effects of a bulk kind one flow run does
BATCH = 200

#: seconds for which all runs may go on without one that ends, until the relay says no more that it is alive
STANDS_STILL = 900.0

#: seconds to leave Prefect alone when it did not answer: the first time, and at most
BACKOFF = (1.0, 15.0)

#: how long an effect waits when Prefect answered, and refused its run
REFUSED = timedelta(minutes=1)


class Slot(Enum):
    """Whose room a run takes: no kind of work can take another's."""

    URGENT = auto()
    BULK = auto()
    SHARED = auto()


class Relay:
    """Works until it is told to stop.

    Args:
        book: the casebook.
        client: the Prefect API, from :func:`deployments.relay.warm.warm_client`.
        registered: the deployments.
        settings: how many runs at once, how long leases hold, and who executes.
        alive: called after each look for as long as work moves on.
    """

    def __init__(
        self,
        book: Casebook,
        client: PrefectClient,
        registered: Registered,
        settings: Settings,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._book = book
        self._client = client
        self._registered = registered
        self._lease_seconds = settings.lease_seconds
        self._concurrency = settings.relay_concurrency
        self._pool = settings.execution == "pool"
        self._single = frozenset(EffectKind) - registered.bulk - book.pack.alarms
        self._urgent = frozenset(
            kind for kind in self._single if kind in book.pack.effects and book.pack.effects[kind].urgent
        )
        self._bulk = deque(sorted(registered.bulk))
        self._stopping = asyncio.Event()
        self._wake = asyncio.Event()
        self._running: dict[UUID, asyncio.Task[None]] = {}
        self._doing: dict[UUID, tuple[Slot, EffectKind | None]] = {}
        self._waiting: deque[FlowRun] = deque()
        self._unreported: set[UUID] = set()
        self._refused: set[EffectKind] = set()
        self._prefect_seen = 0.0
        self._held = 0.0
        self._alarms_seen = 0.0
        self._away = 0.0
        self._alive = alive
        self._moved = 0.0
        self._schema = SchemaWatch(book)

    def stop(self) -> None:
        """Take nothing on any more; :meth:`run` returns when what runs has ended."""
        self._stopping.set()
        self._wake.set()

    async def run(self, *, patience: float = 6.0) -> None:
        """Carry effects until told to stop.

        Args:
            patience: seconds that runs may take to end once we stop; then they are canceled.

        Raises:
            NotReady: the case database was brought up to date by a newer program.
        """
        while not self._stopping.is_set():
            self._wake.clear()
            await self._schema.look()
            try:
                await self._look()
            except (httpx.HTTPError, OperationalError) as error:
                await self._back_off(error)
            else:
                self._welcome_back()
                await self._pause(OUTBOX_INTERVAL)
            if self._moves():
                self._alive()
        await self._wind_up(patience)

    def _moves(self) -> bool:
        """Whether there is room for what is due, or was not long ago: every run ends, some day."""
        full = not self._has_room(Slot.SHARED)
        return not full or asyncio.get_running_loop().time() - self._moved < STANDS_STILL

    async def _look(self) -> None:
        """One look at everything there may be to do, as far as there is room."""
        await self._show_alarms()
        await (self._hold_waiting() if self._pool else self._ask_prefect())
        await self._carry(Slot.URGENT, limit=1, kinds=self._urgent)
        await self._carry_many()
        effects_first = True
        while self._has_room(Slot.SHARED) and not self._stopping.is_set():
            sources = [self._carry_one, self._pick_up_one]
            if not effects_first:
                sources.reverse()
            if not (await sources[0]() or await sources[1]()):
                return
            effects_first = not effects_first

    def _has_room(self, slot: Slot) -> bool:
        taken = sum(each is slot for each, _ in self._doing.values())
        return taken < (self._concurrency if slot is Slot.SHARED else 1)

    async def _carry_many(self) -> None:
        """Make a run for many effects of one kind: a flow does the one it is named after."""
        for kind in tuple(self._bulk):
            if await self._carry(Slot.BULK, limit=BATCH, kinds=frozenset({kind})):
                # The others first, next time.
                self._bulk.remove(kind)
                self._bulk.append(kind)
                return

    async def _carry_one(self) -> bool:
        # One kind never has all the room: a far side that hangs takes only what needs it.
        at_work = Counter(kind for slot, kind in self._doing.values() if slot is Slot.SHARED)
        most = max(self._concurrency - 1, 1)
        crowded = {kind for kind, count in at_work.items() if count >= most}
        return await self._carry(Slot.SHARED, limit=1, kinds=self._single - crowded)

    async def _carry(self, slot: Slot, *, limit: int, kinds: frozenset[EffectKind]) -> bool:
        """Claim effects under one lease and make the flow run for them; returns whether there were any."""
        if not self._has_room(slot) or not kinds:
            return False
        claims = await told(
            claiming.claim_due, self._book, limit=limit, kinds=kinds, seconds=self._lease_seconds, by=SYSTEM
        )
        if not claims:
            return False
        try:
            # Pending belongs to us: workers and runners take only what is Scheduled.
            flow_run = await self._make_run(claims, None if self._pool else Pending())
        except BaseException as error:
            # Also when we are being stopped: nobody has seen this claim yet, so nobody need wait for its
            # lease.
            refused = isinstance(error, httpx.HTTPStatusError) and error.response.is_client_error
            claiming.release(self._book, claims[0].lease, wait=REFUSED if refused else timedelta(0))
            if not refused:
                raise
            self._say_refused(claims[0].kind)
            return True
        self._refused.discard(claims[0].kind)
        await told(claiming.assign, self._book, claims[0].lease, str(flow_run.id))
        if not self._pool:
            self._start(flow_run, slot, claims[0].kind)
        return True

    async def _show_alarms(self) -> None:
        """Show operators what the alarm lane did meanwhile: a run for each attempt, which has ended."""
        now = asyncio.get_running_loop().time()
        if now - self._alarms_seen < ALARM_INTERVAL:
            return
        for attempted in await told(lane.unshown, self._book, by=SYSTEM):
            flow_run = await self._make_run([attempted.work], Pending())
            ended: State[Any] = (
                Completed(message="The alarm lane handed it over.")
                if attempted.done
                else Failed(message=f"{attempted.code}: the alarm lane goes on trying.")
            )
            await due_runs.end(self._client, flow_run.id, ended)
            await told(lane.shown, self._book, attempted.work, str(flow_run.id))
        self._alarms_seen = now

    async def _make_run(self, claims: list[Work], state: State[Any] | None) -> FlowRun:
        first = claims[0]
        bulk = first.kind in self._registered.bulk
        urgent = any(claim.urgent for claim in claims)
        tags = [f"urgency:{'emergency' if urgent else 'routine'}"]
        if not bulk:
            tags += [
                f"{what}:{value}" for what, value in (("stage", first.stage), ("site", first.site)) if value
            ]
        return await self._client.create_flow_run_from_deployment(
            self._registered.effects[first.kind],
            parameters={"lease": first.lease} if bulk else {"effect_id": first.effect_id},
            name=f"{len(claims)} x {first.kind}" if bulk else f"{first.number or 'team'} {first.kind}",
            tags=tags,
            work_queue_name=URGENT_QUEUE if urgent and self._pool else None,
            idempotency_key=first.lease if bulk else f"{first.effect_id}:{first.attempt}",
            state=state,
        )

    async def _pick_up_one(self) -> bool:
        """Start the next run that Prefect holds for us; returns whether one was ours to start."""
        while self._waiting:
            flow_run = self._waiting.popleft()
            if flow_run.id not in self._running and await due_runs.take(self._client, flow_run):
                self._start(flow_run, Slot.SHARED, None)
                return True
        return False

    async def _ask_prefect(self) -> None:
        """See which runs are due, and which of ours somebody wants canceled; now and then."""
        now = asyncio.get_running_loop().time()
        if now - self._prefect_seen < PREFECT_INTERVAL:
            return
        self._prefect_seen = now
        self._waiting = deque(await due_runs.due(self._client, list(self._registered.flows)))
        for run_id in await due_runs.to_cancel(self._client, list(self._running)):
            if run_id in self._running:
                self._running[run_id].cancel()
        for run_id in list(self._unreported):
            lost: State[Any] = Crashed(
                message="Prefect was away when this run ended; the casebook knows how."
            )
            await due_runs.end(self._client, run_id, lost)
            self._unreported.discard(run_id)

    async def _hold_waiting(self) -> None:
        """Renew the claims whose runs wait for a worker of the pool: to wait is not to have tried.

        A run that somebody cancels or deletes before a worker takes it does not wait; its claim runs out.
        """
        now = asyncio.get_running_loop().time()
        if now - self._held < self._lease_seconds / 3:
            return
        self._held = now
        claimed = await told(attempts.runs_at_work, self._book, by=SYSTEM)
        waiting = await due_runs.waiting(self._client, [UUID(run) for run in claimed])
        if waiting:
            runs = [str(run) for run in waiting]
            await told(claiming.hold, self._book, runs, seconds=self._lease_seconds, by=SYSTEM)

    def _start(self, flow_run: FlowRun, slot: Slot, kind: EffectKind | None) -> None:
        self._moved = asyncio.get_running_loop().time()
        self._doing[flow_run.id] = (slot, kind)
        self._running[flow_run.id] = asyncio.create_task(self._work(flow_run), name=f"run {flow_run.id}")

    async def _work(self, flow_run: FlowRun) -> None:
        try:
            if flow_run.deployment_id is not None:
                state = await run_warm(self._registered.flows[flow_run.deployment_id], flow_run)
                if state.name == UNREPORTED:
                    self._unreported.add(flow_run.id)
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                asked: State[Any] = Cancelled(message="Canceled on request; what the case owes stays due.")
                await due_runs.end(self._client, flow_run.id, asked)
        finally:
            self._moved = asyncio.get_running_loop().time()
            self._running.pop(flow_run.id, None)
            self._doing.pop(flow_run.id, None)
            self._wake.set()

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than until a run ends or somebody wants us to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    def _say_refused(self, kind: EffectKind) -> None:
        """Say once a kind that Prefect takes no runs of it; the other kinds go on."""
        if kind not in self._refused:
            _log.warning(
                "Prefect refuses runs of %s. What is owed is kept and tried every minute; other kinds go on. "
                "Start `tat up` again, so that its deployment and work pool are made anew.",
                kind,
            )
        self._refused.add(kind)

    async def _back_off(self, error: Exception) -> None:
        if not self._away:
            _log.warning(
                "%s does not answer (%s). Nothing is lost: what cases owe waits, and goes on by itself.",
                "Prefect" if isinstance(error, httpx.HTTPError) else "The case database",
                type(error).__name__,
            )
        self._away = min(max(self._away * 2, BACKOFF[0]), BACKOFF[1])
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), self._away)

    def _welcome_back(self) -> None:
        if self._away:
            _log.warning("There is an answer again; the relay goes on.")
            self._away = 0.0

    async def _wind_up(self, patience: float) -> None:
        if not self._running:
            return
        _, late = await asyncio.wait(list(self._running.values()), timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
