"""The relay's own process: ``python -m deployments.relay.process``, told by its environment."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from prefect.client.orchestration import PrefectClient

from deployments.child.lifeline import follow_parent
from deployments.child.pulse import Pulse, say_ready
from deployments.orchestrator.registration import catch_up, make_limits, register
from deployments.orchestrator.watching import watch
from deployments.relay import state
from deployments.relay.due_rounds import Rounds
from deployments.relay.relay import Relay
from deployments.relay.warm import warm_client
from deployments.supervision.telling_operators import tell
from flows.in_prefect import flows_at
from states.errors import TatError
from states.settings import Settings
from states.store.threads import in_threads
from tasks.desk import Desk, open_desk
from tasks.plugged import Plugged

_log = logging.getLogger(__name__)

Opening = Callable[[Settings], Desk]

#: seconds after which a Prefect that does not answer is spoken of; its first start makes its database
PREFECT_PATIENCE = 90.0

#: seconds between two looks whether the files of sources, offices and doors have changed
LOOK_AT_FILES = 2.0


class RelayThread:
    """Runs the relay in a thread of its own.

    Prefect's engine puts handlers of its own on ``SIGTERM`` when it runs in the main thread; elsewhere it
    does not, and the signal stays ours: it means a graceful stop.

    Args:
        settings: the installation's settings.
        opening: opens the desk of this process.
    """

    def __init__(self, settings: Settings, opening: Opening = open_desk) -> None:
        self._settings = settings
        self._opening = opening
        self._stop_asked = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._relay: Relay | None = None
        self.failure: BaseException | None = None
        self.thread = threading.Thread(target=self._run, name="relay")

    def stop(self) -> None:
        """Ask the relay to stop; safe to call from a signal handler."""
        self._stop_asked.set()
        if self._loop is not None and self._relay is not None:
            self._loop.call_soon_threadsafe(self._relay.stop)

    def _run(self) -> None:
        try:
            asyncio.run(self._work())
        except BaseException as error:  # noqa: BLE001 - carried over to the main thread, which reports it
            self.failure = error

    async def _work(self) -> None:
        self._loop = asyncio.get_running_loop()
        plugged = Plugged(self._settings, self._say)
        desk = Seat(self._opening(self._settings))
        async with warm_client() as client:
            await _wait_for_prefect(client, self._settings.prefect_url, self._stop_asked.is_set)
            if self._stop_asked.is_set():
                return
            registered = await register(
                client,
                flows_at(lambda: desk.now),
                desk.now.sources,
                desk.now.offices,
                pool=self._settings.execution == "pool",
            )
            try:
                await watch(client, self._settings)
            except httpx.HTTPError as error:
                _log.warning(
                    "Prefect takes no automations or filters (%s); everything else goes on.",
                    type(error).__name__,
                )
            await catch_up(client, registered)
            self._relay = Relay(desk.now.book, client, registered, self._settings, Pulse())
            if not self._stop_asked.is_set():
                say_ready()
                rounds = asyncio.create_task(
                    Rounds(client, registered, lambda: desk.now).run(), name="rounds"
                )
                files = asyncio.create_task(follow(plugged, desk, client, self._settings), name="files")
                await self._relay.run()
                rounds.cancel()
                files.cancel()
        desk.now.book.close()

    def _say(self, sentence: str) -> None:
        _log.warning(sentence)
        tell(self._settings, sentence)


@dataclass
class Seat:
    """The desk that runs which begin now are done at.

    Args:
        now: the desk.
    """

    now: Desk


async def follow(plugged: Plugged, seat: Seat, client: PrefectClient, settings: Settings) -> None:
    """Work with what files say now, until canceled; runs that have begun end with what they began with.

    Args:
        plugged: watches the files.
        seat: is given the new desk, once Prefect knows how much its far sides bear.
        client: the Prefect API.
        settings: the installation's settings.
    """
    while True:
        await asyncio.sleep(LOOK_AT_FILES)
        new = await in_threads("files", 1, plugged.look, seat.now)
        while new is not seat.now:
            try:
                await make_limits(client, new.sources, new.offices)
            except httpx.HTTPError:
                await asyncio.sleep(LOOK_AT_FILES)
            else:
                seat.now = new
                state.renew(settings)


async def _wait_for_prefect(client: PrefectClient, url: str, stop_asked: Callable[[], bool]) -> None:
    now = asyncio.get_running_loop().time
    speak_at = now() + PREFECT_PATIENCE
    while not stop_asked() and await client.api_healthcheck() is not None:
        if now() > speak_at:
            _log.warning(
                "Prefect at %s does not answer yet. Alarms go out; everything else that cases owe waits.", url
            )
            speak_at = now() + PREFECT_PATIENCE
        await asyncio.sleep(0.2)


def main(opening: Opening = open_desk) -> int:
    """Relay until asked to stop; returns the exit code."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    settings = Settings()
    relay = RelayThread(settings, opening)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: relay.stop())
    follow_parent()
    with state.shown(settings):
        relay.thread.start()
        relay.thread.join()
    if isinstance(relay.failure, TatError):
        logging.getLogger(__name__).error("%s", relay.failure)
        return relay.failure.exit_code
    if relay.failure is not None:
        raise relay.failure
    return 0


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    # A thread that a far side keeps hanging would keep the interpreter from ending.
    os._exit(code)
