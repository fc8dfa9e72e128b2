"""`tat up`: everything on one machine, under one supervisor.

Starts two alarm lanes, a Prefect server, the reception and the relay as child processes, in that order: what
saves a life waits for nothing else to start. It stops all of them when it is asked to or dies itself; one
that dies is started again, and the others go on meanwhile. It never hangs: every wait has an end, and every
end has a sentence.
"""

import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType
from typing import NoReturn

from deployments import data_folder, prefect_server
from deployments.children import Child, ChildDied, Happening, StopAsked
from deployments.environment import child_environment
from deployments.listening import listening_socket
from states.errors import NotReady, TatError
from states.settings import Settings

#: how the relay is called in messages
RELAY = "relay"

#: how the alarm lanes are called in messages
ALARM_LANE = "alarm lane"
SECOND_LANE = "second alarm lane"

#: what runs in the children that need no port
MODULES = {
    ALARM_LANE: "deployments.alarm_lane",
    SECOND_LANE: "deployments.alarm_lane",
    RELAY: "deployments.relay_process",
}

#: how the reception is called in messages
RECEPTION = "reception"

#: seconds that everything may take to get ready; a first start makes Prefect's database, which takes the
#: longest
START_PATIENCE = 300.0

#: seconds that each child may take to stop, in the order in which they are stopped
STOP_PATIENCE = {RELAY: 8.0, RECEPTION: 4.0, prefect_server.NAME: 4.0, SECOND_LANE: 8.0, ALARM_LANE: 8.0}

#: seconds before a child that died is started again: the first time, and at most
RESTART_AFTER = (0.0, 30.0)

#: seconds after which a child that died has proved that it can live
SETTLED = 60.0

#: seconds without a sign of life after which a relay that was at work stands still; a database that is locked
#: and a Prefect that answers nothing keep it for less
SILENT_AFTER = 180.0

#: seconds between two looks for one that does
WATCH_INTERVAL = 5.0


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
            household = _Household(settings, happenings, say)
            try:
                household.start()
                if household.wait_until_ready():
                    _say_ready(settings, household.doors, say)
                    household.run(errand)
                say("Stopping …")
            finally:
                household.stop()
            say("Stopped. What cases owe is kept, and goes on with the next `tat up`.")
    except TatError as error:
        say(str(error))
        return error.exit_code
    return 0


class _Household:
    """Everything that runs under one `tat up`.

    Args:
        settings: the installation's settings.
        happenings: where children announce that they are ready or dead, and somebody that we are to stop.
        say: takes one line for the person at the terminal.
    """

    def __init__(
        self, settings: Settings, happenings: SimpleQueue[Happening], say: Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._happenings = happenings
        self._say = say
        self._children: dict[str, Child] = {}
        self._started: dict[str, float] = {}
        self._pauses: dict[str, float] = {}
        self._due: dict[str, float] = {}
        self.doors = 0

    def start(self) -> None:
        """Start everything, what saves a life first."""
        settings = self._settings
        with ExitStack() as stack:
            # A port that is taken is noticed before anything is made.
            port = None if settings.prefect_api_url else stack.enter_context(prefect_server.port(settings))
            data_folder.furnish(settings)
            for sentence in data_folder.close_to_others(settings):
                self._say(sentence)
            self._start(ALARM_LANE)
            self._start(SECOND_LANE)
            if port is None:
                self._say(f"Using the Prefect server at {settings.prefect_url}.")
            else:
                self._say("Starting the Prefect server (a first start takes some seconds more) …")
                self._start_prefect(port)
        self._start(RECEPTION)
        self._start(RELAY)
        # Last, as it may take minutes: nothing waits for it.
        if indexed := data_folder.index_anew(settings):
            self._say(f"{indexed} case(s) of an older release are found by the names of today from now on.")

    def stop(self) -> None:
        """Stop everything, what saves a life last."""
        for name, patience in STOP_PATIENCE.items():
            if name in self._children:
                self._children[name].stop(patience)

    def wait_until_ready(self) -> bool:
        """Wait for lanes, reception and relay (which waits for Prefect); False when asked to stop first.

        A Prefect that does not answer stops nothing: alarms go out without it.

        Raises:
            NotReady: one of them died, or was not ready in time.
        """
        deadline = time.monotonic() + START_PATIENCE
        waiting = {ALARM_LANE, SECOND_LANE, RELAY, RECEPTION}
        while waiting:
            happening = self._next(deadline - time.monotonic())
            if happening is None and waiting == {RELAY}:
                self._say(
                    f"Prefect at {self._settings.prefect_url} does not answer. Alarms go out; everything "
                    "else that cases owe waits, and goes on by itself once it answers."
                )
                return True
            if happening is None:
                message = (
                    f"tatflow was not ready after {START_PATIENCE:.0f} seconds, so it was stopped; nothing "
                    f"is lost. See the logs in {self._settings.home / 'logs'}, then start again."
                )
                raise NotReady(message)
            if isinstance(happening, ChildDied):
                self._give_up(happening)
            if isinstance(happening, StopAsked):
                return False
            waiting.discard(happening.name)
        return True

    def run(self, errand: Errand) -> None:
        """Run an errand; then, if it wants us to stay, keep everything running until we are to stop."""
        try:
            stay = errand(self._still_up)
        except _StopAskedError:
            return
        while stay:
            happening = self._next(min(self._until_due() or WATCH_INTERVAL, WATCH_INTERVAL))
            if isinstance(happening, StopAsked):
                return
            if isinstance(happening, ChildDied):
                self._mourn(happening)
            self._start_due()
            self._watch()

    def _watch(self) -> None:
        """End a relay that claims nothing any more, whatever is due; then it is started again."""
        relay = self._children.get(RELAY)
        if relay is None or relay.heard_at is None or time.monotonic() - relay.heard_at < SILENT_AFTER:
            return
        relay.heard_at = None
        self._say(
            f"The relay stands still: for {SILENT_AFTER:.0f} seconds it has claimed nothing, whatever is "
            "due. It is ended; what cases owe is kept."
        )
        relay.kill()

    def _still_up(self) -> None:
        happening = None if self._happenings.empty() else self._next(0.0)
        if isinstance(happening, StopAsked):
            raise _StopAskedError
        if isinstance(happening, ChildDied):
            self._give_up(happening)

    def _next(self, timeout: float | None) -> Happening | None:
        try:
            return self._happenings.get(timeout=None if timeout is None else max(timeout, 0.0))
        except Empty:
            return None

    def _give_up(self, died: ChildDied) -> NoReturn:
        message = (
            f"The {died.name} has ended by itself (exit code {died.exit_code}), so everything was "
            f"stopped; what cases owe is kept. See {self._log(died.name)}, then start again."
        )
        raise NotReady(message)

    def _mourn(self, died: ChildDied) -> None:
        """Have a child that died started again: at once, or after a pause when it cannot live."""
        self._children.pop(died.name).stop(0.0)
        lived = time.monotonic() - self._started[died.name]
        before = 0.0 if lived > SETTLED else self._pauses.get(died.name, 0.0)
        self._pauses[died.name] = min(max(before * 2, 1.0), RESTART_AFTER[1])
        self._due[died.name] = time.monotonic() + (before or RESTART_AFTER[0])
        self._say(
            f"The {died.name} has ended by itself (exit code {died.exit_code}) and is started again; "
            f"what cases owe is kept. See {self._log(died.name)}."
        )

    def _until_due(self) -> float | None:
        return min(self._due.values()) - time.monotonic() if self._due else None

    def _start_due(self) -> None:
        for name, at in list(self._due.items()):
            if at <= time.monotonic():
                try:
                    self._start(name)
                except NotReady as error:
                    # Its port is taken, by what it left behind or by a stranger: it gets another try.
                    self._say(str(error))
                    self._due[name] = time.monotonic() + RESTART_AFTER[1]
                else:
                    del self._due[name]

    def _start(self, name: str) -> None:
        self._started[name] = time.monotonic()
        if name == prefect_server.NAME:
            with prefect_server.port(self._settings) as listener:
                self._start_prefect(listener)
        elif name == RECEPTION:
            with _reception_port(self._settings, self.doors) as listener:
                self.doors = listener.getsockname()[1]
                # By name: what people and other systems touch lies above us.
                arguments = ["console.reception", str(listener.fileno())]
                self._children[name] = self._child(name, arguments, keep_open=[listener.fileno()])
        else:
            self._children[name] = self._child(name, [MODULES[name]])

    def _start_prefect(self, port: socket.socket) -> None:
        name = prefect_server.NAME
        self._started[name] = time.monotonic()
        self._children[name] = prefect_server.start(self._settings, port, self._happenings)

    def _child(self, name: str, arguments: list[str], *, keep_open: Sequence[int] = ()) -> Child:
        return Child(
            name,
            arguments,
            environment=child_environment(self._settings),
            log=self._log(name),
            happenings=self._happenings,
            keep_open=keep_open,
        )

    def _log(self, name: str) -> Path:
        return self._settings.home / "logs" / f"{name.lower().replace(' ', '-')}.log"


def _reception_port(settings: Settings, port: int) -> AbstractContextManager[socket.socket]:
    otherwise = "Stop that program, or choose another port: TAT_RECEPTION_PORT=8600 tat up."
    return listening_socket(
        settings.reception_host, port or settings.reception_port, what="the reception", otherwise=otherwise
    )


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
