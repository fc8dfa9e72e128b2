"""The relay's own process: ``python -m deployments.relay_process``, told by its environment."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

import httpx
from prefect.client.orchestration import PrefectClient

from deployments import relay_state
from deployments.children import ALIVE, ALIVE_INTERVAL, READY
from deployments.lifeline import follow_parent
from deployments.registration import catch_up, register
from deployments.relay import Relay
from deployments.rounds import Rounds
from deployments.warm import warm_client
from deployments.watching import watch
from states.errors import TatError
from states.settings import Settings
from tasks.desk import desk

_log = logging.getLogger(__name__)

#: seconds after which a Prefect that does not answer is spoken of; its first start makes its database
PREFECT_PATIENCE = 90.0


class RelayThread:
    """Runs the relay in a thread of its own.

    Prefect's engine puts handlers of its own on ``SIGTERM`` when it runs in the main thread; elsewhere it
    does not, and the signal stays ours: it means a graceful stop.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
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
        book = desk().book
        async with warm_client() as client:
            await _wait_for_prefect(client, self._settings.prefect_url, self._stop_asked.is_set)
            if self._stop_asked.is_set():
                return
            registered = await register(client, desk().sources, pool=self._settings.execution == "pool")
            try:
                await watch(client, self._settings)
            except httpx.HTTPError as error:
                _log.warning(
                    "Prefect takes no automations or filters (%s); everything else goes on.",
                    type(error).__name__,
                )
            await catch_up(client, registered)
            self._relay = Relay(book, client, registered, self._settings, _Pulse())
            if not self._stop_asked.is_set():
                sys.stdout.write(f"{READY}\n")
                sys.stdout.flush()
                rounds = asyncio.create_task(Rounds(client, registered, desk()).run(), name="rounds")
                await self._relay.run()
                rounds.cancel()
        book.close()


class _Pulse:
    """Says on standard output that work moves on, now and then, for whoever watches."""

    def __init__(self) -> None:
        self._said_at = -ALIVE_INTERVAL

    def __call__(self) -> None:
        """Say so, unless it was said a moment ago."""
        if time.monotonic() - self._said_at >= ALIVE_INTERVAL:
            self._said_at = time.monotonic()
            sys.stdout.write(f"{ALIVE}\n")
            sys.stdout.flush()


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


def main() -> int:
    """Relay until asked to stop; returns the exit code."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    settings = Settings()
    relay = RelayThread(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: relay.stop())
    follow_parent()
    with relay_state.shown(settings):
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
