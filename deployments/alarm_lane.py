"""The alarm lane: carries out what may not wait for anything else, in a process of its own (W-13, M-04).

It has its own connections to the case database, its own threads and its own conversations with the mail
server, and loads no Prefect: the relay shows operators afterwards what the lane did. It asks no clock whether
an alarm may go out: what was due when it was decided on goes out, and pauses and leases are measured by a
clock that is never set.

`tat up` runs two of them, so that one is there when the other is killed: to start takes a second or two, and
on a busy machine many.
"""

import asyncio
import logging
import os
import signal
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from deployments.child.lifeline import follow_parent
from deployments.child.pulse import Pulse, say_ready
from deployments.child.schema_watch import SchemaWatch
from deployments.lane_names import LaneName
from notifications.channels.conversation import learn_way
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.alarms import lane
from states.casebook.alarms.lane import Alarm, Key
from states.casebook.effects import attempts, claiming
from states.casebook.effects.work import WorkOn
from states.contents.payloads import Payload
from states.errors import DatabaseAway, NotReady, StepFailed, TatError
from states.settings import Settings
from states.store.threads import in_threads, told
from states.vocabulary.effects import EffectKind
from tasks.boundary import LEASE_LOST, classify
from tasks.desk import Desk
from tasks.drafts.alarms import ALARMS, warm_up
from tasks.sources.registry import Sources

_log = logging.getLogger(__name__)

#: seconds between two looks into the outbox
INTERVAL = 0.2

#: seconds that a claim holds without being renewed, by the measure of whoever watches it; one whose lane is
#: dead or gives no sign of life is taken over sooner (:mod:`deployments.lane_names`)
LEASE = 9.0

#: the thread that looks for alarms, which waits behind no other one's writing
LOOKING = "alarm look"

#: how many alarms are carried out at once
AT_ONCE = 32

#: seconds between two questions to the name server where the mail server is
WAY_INTERVAL = 60.0

#: seconds to leave the case database alone when it did not answer
BACKOFF = 0.5

#: seconds that alarms under way may take to end once we are asked to stop
PATIENCE = 5.0


class AlarmLane:
    """Carries alarms until it is told to stop.

    Args:
        desk: what this process works with: a casebook of its own.
        name: what its claims say, and who else is alive.
    """

    def __init__(self, desk: Desk, name: LaneName) -> None:
        self._desk = desk
        self._book = desk.book
        self._settings = desk.settings
        self._name = name
        self._stopping = asyncio.Event()
        self._working: dict[str, asyncio.Task[None]] = {}
        self._targets: dict[Key, float] = {}
        self._looked = False
        self._away = False
        self._pulse = Pulse()
        self._schema = SchemaWatch(desk.book)

    def stop(self) -> None:
        """Take nothing on any more; :meth:`run` returns when what is under way has ended or had its time."""
        self._stopping.set()

    async def run(self) -> None:
        """Carry alarms until told to stop.

        Raises:
            NotReady: the case database was brought up to date by a newer program, which is installed.
        """
        learning = asyncio.create_task(self._learn_way())
        while not self._stopping.is_set():
            pause = INTERVAL
            try:
                await self._schema.look_for_alarms()
                await self._look()
            except SQLAlchemyError as error:
                self._say_away(error)
                pause = BACKOFF
            else:
                self._say_back()
                self._pulse()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
        learning.cancel()
        until = time.monotonic() + PATIENCE
        while self._working and time.monotonic() < until:
            self._name.beat()
            await asyncio.wait(list(self._working.values()), timeout=INTERVAL)

    async def _look(self) -> None:
        """Start whatever may start now, oldest first."""
        alarms = await in_threads(LOOKING, 1, lane.waiting, self._book, by=SYSTEM)
        self._name.beat()
        self._name.listen()
        targets = {alarm.key: self._target(alarm) for alarm in alarms}
        self._targets, self._looked = targets, True
        for alarm in alarms:
            free = alarm.row.id not in self._working and len(self._working) < AT_ONCE
            if free and (time.monotonic() >= targets[alarm.key] or self._due(alarm)):
                self._working[alarm.row.id] = asyncio.create_task(self._carry(alarm))

    def _due(self, alarm: Alarm) -> bool:
        return not alarm.claimed and bool(alarm.row.due_at <= self._book.clock())

    def _target(self, alarm: Alarm) -> float:
        """From when on an alarm may be claimed, on the clock that is never set; stays once it is reckoned."""
        known = self._targets.get(alarm.key)
        if known is not None and not (alarm.claimed and self._gone(alarm.row.claimed_by)):
            return known
        return time.monotonic() + self._pause(alarm)

    def _gone(self, holder: str | None) -> bool:
        """Whether a claim's holder is dead, or hangs."""
        return self._name.is_dead(holder) or self._name.is_silent(holder)

    def _pause(self, alarm: Alarm) -> float:
        row: Any = alarm.row
        if alarm.claimed:
            # What is ours is under way, or could not be put back.
            if row.claimed_by == self._name.name or self._gone(row.claimed_by):
                return 0.0
            return LEASE if row.claimed_by else self._settings.lease_seconds
        if alarm.immediate or (row.attempt and not self._looked):
            # After an outage it is tried at once.
            return 0.0
        if row.attempt:
            return self._book.pack.effects[EffectKind(row.kind)].wait(row.attempt).total_seconds()
        # A clock that was set back since lies before the row itself.
        ahead: timedelta = row.due_at - max(self._book.clock(), row.created_at)
        return max(ahead.total_seconds(), 0.0)

    async def _carry(self, alarm: Alarm) -> None:
        try:
            work = await told(lane.claim, self._book, alarm, lane=self._name.name, seconds=LEASE, by=SYSTEM)
            if work is not None:
                failure = await self._attempt(work)
                if failure is not None and failure.code != LEASE_LOST:
                    _log.warning(
                        "Attempt %s of an alarm failed (%s); it goes on.", work.attempt, failure.code
                    )
                    await told(attempts.fail, self._book, work, failure.code, permanent=failure.permanent)
        except Exception as error:  # noqa: BLE001 - whatever befalls one alarm, the lane goes on with the others
            # Its claim runs out by our own measure, and it is tried again.
            _log.warning("An alarm could not be put back (%s); it is tried again.", classify(error).code)
        finally:
            self._working.pop(alarm.row.id, None)

    async def _attempt(self, work: WorkOn[Payload]) -> StepFailed | None:
        renewing = asyncio.create_task(self._keep(work.lease))
        try:
            await ALARMS[work.kind](self._desk, work)
            await told(attempts.finish, self._book, work)
        except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes a code
            return classify(error)
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])
        return None

    async def _keep(self, lease: str) -> None:
        held = True
        while held:
            await asyncio.sleep(LEASE / 3)
            with suppress(SQLAlchemyError):
                # If it cannot be renewed, another lane takes the alarm over, under the same Message-ID.
                held = await told(claiming.renew, self._book, lease, seconds=LEASE)

    async def _learn_way(self) -> None:
        settings = self._settings
        first = settings.smtp_proxy if settings.smtp_proxy.get_secret_value() else settings.smtp_url
        while settings.smtp_url.get_secret_value():
            with suppress(OSError, ValueError):
                await in_threads("name server", 1, learn_way, first)
            await asyncio.sleep(WAY_INTERVAL)

    def _say_away(self, error: Exception) -> None:
        if not self._away:
            _log.error("The case database does not answer (%s): alarms cannot go out.", type(error).__name__)
        self._away = True

    def _say_back(self) -> None:
        if self._away:
            _log.warning("The case database answers again; alarms go out.")
        self._away = False


async def _open(settings: Settings) -> Casebook:
    """The casebook, as soon as its database answers."""
    said = False
    while True:
        try:
            return Casebook.open(settings, hurried=True)
        except DatabaseAway as error:
            if not said:
                _log.error("Alarms cannot go out yet: %s", error)
            said = True
        await asyncio.sleep(BACKOFF)


async def _work(settings: Settings) -> None:
    book = await _open(settings)
    missing = book.pack.alarms - ALARMS.keys()
    if missing:
        message = f"Nothing is written down that does an alarm of this kind: {', '.join(sorted(missing))}."
        raise NotReady(message)
    warm_up()
    lane = AlarmLane(Desk(settings, book, Sources()), LaneName(settings.home))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lane.stop)
    say_ready()
    await lane.run()


def main() -> int:
    """Carry alarms until asked to stop; returns the exit code."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    follow_parent()
    try:
        asyncio.run(_work(Settings()))
    except TatError as error:
        _log.error("%s", error)
        return error.exit_code
    return 0


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    # A thread that a far side keeps hanging would keep the interpreter from ending.
    os._exit(code)
