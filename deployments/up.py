"""`tat up`: everything on one machine, under one supervisor.

Starts a Prefect server, the reception and the relay as child processes, and stops all of them when it is
asked to, when one of them dies, or when it dies itself. It never hangs: every wait has an end, and every end
has a sentence.
"""

import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from queue import Empty, SimpleQueue
from types import FrameType

from deployments import data_folder, prefect_server
from deployments.children import Child, ChildDied, ChildReady, Happening, StopAsked
from deployments.environment import child_environment
from deployments.listening import listening_socket
from states.errors import NotReady, TatError
from states.settings import Settings

#: how the relay is called in messages
RELAY = "relay"

#: how the reception is called in messages
RECEPTION = "reception"

#: seconds that everything may take to get ready; a first start makes Prefect's database, which takes the
#: longest
START_PATIENCE = 120.0

#: seconds that each child may take to stop, in the order in which they are stopped
STOP_PATIENCE = {RELAY: 8.0, RECEPTION: 4.0, prefect_server.NAME: 4.0}


#: something to do once everything is ready: it is given a function that raises when everything has to end,
#: to be
#: called often; it returns whether to stay up afterwards
Errand = Callable[[Callable[[], None]], bool]


class _StopAskedError(Exception):
    """Somebody asked to stop while an errand was under way."""


def up(settings: Settings, *, say: Callable[[str], None], errand: Errand = lambda _still_up: True) -> int:
    """Run everything until Ctrl-C or ``SIGTERM``; to be called in the main thread.

    Args:
        settings: the installation's settings.
        say: takes one line for the person at the terminal.
        errand: what to do once everything is ready.

    Returns:
        The exit code: 0 when asked to stop, else that of the error, which was said.
    """
    happenings: SimpleQueue[Happening] = SimpleQueue()
    try:
        with _signals_to(happenings), data_folder.locked(settings):
            data_folder.check(settings)
            _supervise(settings, happenings, say, errand)
    except TatError as error:
        say(str(error))
        return error.exit_code
    return 0


def _supervise(
    settings: Settings, happenings: SimpleQueue[Happening], say: Callable[[str], None], errand: Errand
) -> None:
    children: list[Child] = []
    try:
        if settings.prefect_api_url:
            say(f"Using the Prefect server at {settings.prefect_url}.")
        else:
            say("Starting the Prefect server (a first start takes some seconds more) …")
            with prefect_server.port(settings) as listener:
                children.append(prefect_server.start(settings, listener, happenings))
        # While Prefect starts, which takes longest.
        data_folder.furnish(settings)
        with _reception_port(settings) as listener:
            children.append(_start_reception(settings, listener, happenings))
            doors = listener.getsockname()[1]
        children.append(_start_relay(settings, happenings))
        if _wait_until_ready(settings, happenings):
            _say_ready(settings, doors, say)
            if _run(errand, settings, happenings):
                while not isinstance(_next(settings, happenings), StopAsked):
                    pass
        say("Stopping …")
    finally:
        for child in reversed(children):
            child.stop(STOP_PATIENCE[child.name])
    say("Stopped. What cases owe is kept, and goes on with the next `tat up`.")


def _run(errand: Errand, settings: Settings, happenings: SimpleQueue[Happening]) -> bool:
    def still_up() -> None:
        if not happenings.empty() and isinstance(_next(settings, happenings), StopAsked):
            raise _StopAskedError

    try:
        return errand(still_up)
    except _StopAskedError:
        return False


def _start_relay(settings: Settings, happenings: SimpleQueue[Happening]) -> Child:
    return Child(
        RELAY,
        ["deployments.relay_process"],
        environment=child_environment(settings),
        log=settings.home / "logs" / "relay.log",
        happenings=happenings,
    )


def _reception_port(settings: Settings) -> AbstractContextManager[socket.socket]:
    otherwise = "Stop that program, or choose another port: TAT_RECEPTION_PORT=8600 tat up."
    return listening_socket(
        settings.reception_host, settings.reception_port, what="the reception", otherwise=otherwise
    )


def _start_reception(
    settings: Settings, listener: socket.socket, happenings: SimpleQueue[Happening]
) -> Child:
    return Child(
        RECEPTION,
        # By name: what people and other systems touch lies above us.
        ["console.reception", str(listener.fileno())],
        environment=child_environment(settings),
        log=settings.home / "logs" / "reception.log",
        happenings=happenings,
        keep_open=[listener.fileno()],
    )


def _wait_until_ready(settings: Settings, happenings: SimpleQueue[Happening]) -> bool:
    """Wait for relay (which waits for Prefect) and reception; returns False when asked to stop first."""
    deadline = time.monotonic() + START_PATIENCE
    waiting = {RELAY, RECEPTION}
    while waiting:
        happening = _next(settings, happenings, timeout=deadline - time.monotonic())
        if isinstance(happening, StopAsked):
            return False
        waiting.discard(happening.name)
    return True


def _next(
    settings: Settings, happenings: SimpleQueue[Happening], *, timeout: float | None = None
) -> ChildReady | StopAsked:
    """What happens next, unless it is the death of a child or nothing in time.

    Raises:
        NotReady: a child died, or nothing happened in time.
    """
    try:
        happening = happenings.get(timeout=None if timeout is None else max(timeout, 0.0))
    except Empty:
        message = (
            f"tatflow was not ready after {START_PATIENCE:.0f} seconds, so it was stopped; nothing is lost. "
            f"See the logs in {settings.home / 'logs'}, then start again."
        )
        raise NotReady(message) from None
    if isinstance(happening, ChildDied):
        log = settings.home / "logs" / f"{happening.name.lower().replace(' ', '-')}.log"
        message = (
            f"The {happening.name} has ended by itself (exit code {happening.exit_code}), so everything was "
            f"stopped; what cases owe is kept. See {log}, then start again."
        )
        raise NotReady(message)
    return happening


def _say_ready(settings: Settings, doors: int, say: Callable[[str], None]) -> None:
    say("Ready: what cases owe is carried out from now on.")
    say(f"  Prefect    {settings.prefect_url.removesuffix('/api')}")
    say(f"  Doors      http://{settings.reception_host}:{doors}")
    say(f"  Data       {settings.home}")
    say(f"  Logs       {settings.home / 'logs'}")
    say("Ctrl-C stops everything.")


@contextmanager
def _signals_to(happenings: SimpleQueue[Happening]) -> Iterator[None]:
    """Turn Ctrl-C and ``SIGTERM`` into happenings for as long as the block lasts."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        happenings.put(StopAsked())

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
