"""Everything that runs under one `tat up`: started, watched, started again, and stopped.

Two alarm lanes, a Prefect server, the reception and the relay are child processes, started in that order and
stopped in the other: what saves a life waits for nothing else to start, and goes last. One that dies is
started again, also while everything starts, and the others go on meanwhile; when to give up, and why, is in
:mod:`deployments.supervision.restarts`.
"""

import socket
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from queue import Empty, SimpleQueue
from typing import NoReturn

from deployments.supervision import data_folder, prefect_server
from deployments.supervision.children import Child, ChildDied, ChildReady, Happening, StopAsked
from deployments.supervision.environment import child_environment
from deployments.supervision.listening import listening_socket
from deployments.supervision.noting import Noting
from deployments.supervision.restarts import Restarts
from deployments.supervision.telling_operators import tell
from states.errors import GaveUp, NotReady
from states.policy.reading import load_pack
from states.settings import Settings
from states.vocabulary.counts import counted
from tasks.signs_of_life import Note

#: how the relay is called in messages
RELAY = "relay"

#: how the alarm lanes are called in messages
ALARM_LANE = "alarm lane"
SECOND_LANE = "second alarm lane"

#: what runs in the children that need no port
MODULES = {
    ALARM_LANE: "deployments.alarm_lane",
    SECOND_LANE: "deployments.alarm_lane",
    RELAY: "deployments.relay.process",
}

#: how the reception is called in messages
RECEPTION = "reception"

#: seconds that everything may take to get ready; a first start makes Prefect's database, which takes the
#: longest
START_PATIENCE = 300.0

#: seconds that each child may take to stop, in the order in which they are stopped
STOP_PATIENCE = {RELAY: 8.0, RECEPTION: 4.0, prefect_server.NAME: 4.0, SECOND_LANE: 8.0, ALARM_LANE: 8.0}

#: seconds until a port that was taken when a child was started again is tried anew
PORT_PAUSE = 30.0

#: seconds without a sign of life after which a child that was at work stands still; a database that is locked
#: and a Prefect that answers nothing keep it for less. Of alarm lanes one takes over from the other.
SILENT_AFTER = 180.0
WATCHED = (RELAY, RECEPTION, prefect_server.NAME)

#: seconds between two looks for one that does
WATCH_INTERVAL = 5.0

#: seconds for which operators are not told again that the same child died
QUIET = 600.0


#: what goes by the plan, in the order in which it starts again with another version of it
GOES_BY_THE_PLAN = (ALARM_LANE, SECOND_LANE, RECEPTION, RELAY)


class StopAskedError(Exception):
    """Somebody asked to stop."""


class Household:
    """Everything that runs under one `tat up`.

    Args:
        settings: the installation's settings.
        happenings: where children announce that they are ready or dead, and somebody that we are to stop.
        say: takes one line for the person at the terminal.
        note: takes the signs of life.
    """

    def __init__(
        self,
        settings: Settings,
        happenings: SimpleQueue[Happening],
        say: Callable[[str], None],
        note: Note,
    ) -> None:
        self._settings = settings
        self._happenings = happenings
        self._say = say
        self._noting = Noting(note, settings.home, tuple(reversed(STOP_PATIENCE)))
        self._policy = _policy(settings)
        self._terms = load_pack(settings.pack_in_force).supervision
        self._renewing: list[str] = []
        #: those that we ended ourselves, and whose end was not announced yet
        self._stopped: set[str] = set()
        self._restarts = Restarts(self._terms)
        self._children: dict[str, Child] = {}
        self._waiting = {ALARM_LANE, SECOND_LANE, RELAY, RECEPTION}
        self._due: dict[str, float] = {}
        self._told: dict[str, float] = {}
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
            found = counted(indexed, "case of an older release is", "cases of an older release are")
            self._say(f"{found} found by the names of today from now on.")

    def stop(self) -> None:
        """Stop everything, what saves a life last."""
        for name, patience in STOP_PATIENCE.items():
            if name in self._children:
                self._children[name].stop(patience)

    def wait_until_ready(self) -> None:
        """Wait for lanes, reception and relay (which waits for Prefect).

        Relay, reception and a Prefect that does not answer stop nothing: alarms go out without them.

        Raises:
            StopAskedError: somebody asked to stop.
            GaveUp: one of them died again and again.
            NotReady: an alarm lane was not ready in time.
        """
        deadline = time.monotonic() + START_PATIENCE
        while self._waiting:
            left = deadline - time.monotonic()
            if left <= 0 and self._waiting <= {RELAY, RECEPTION}:
                self._say_late()
                return
            if left <= 0:
                message = (
                    f"tatflow was not ready after {START_PATIENCE:.0f} seconds, so it was stopped; nothing "
                    f"is lost. See the logs in {self._settings.home / 'logs'}, then start again."
                )
                raise NotReady(message)
            self.look_after(left)

    def run(self) -> None:
        """Keep everything running until somebody asks to stop, or it is time to give up."""
        while True:
            self.look_after(WATCH_INTERVAL)

    def look_after(self, seconds: float = 0.0) -> None:
        """Look what happened, wait for it at most so long, and do what is to be done.

        Raises:
            StopAskedError: somebody asked to stop.
            GaveUp: a child died more often than the pack says.
        """
        until_due = min(self._due.values(), default=float("inf")) - time.monotonic()
        happening = self._next(min(seconds, until_due, WATCH_INTERVAL))
        if isinstance(happening, StopAsked):
            raise StopAskedError
        if isinstance(happening, ChildReady):
            self._waiting.discard(happening.name)
        if isinstance(happening, ChildDied) and happening.name in self._stopped:
            self._stopped.remove(happening.name)
        elif isinstance(happening, ChildDied):
            self._mourn(happening)
        self._start_due()
        self._watch()
        self._renew()
        if happening is not None or self._noting.due:
            self._noting.write(self._children, self._restarts.of)

    def _next(self, timeout: float) -> Happening | None:
        try:
            return self._happenings.get(timeout=max(timeout, 0.0))
        except Empty:
            return None

    def _say_late(self) -> None:
        late = " and ".join(f"the {name}" for name in sorted(self._waiting))
        self._say(
            f"After {START_PATIENCE:.0f} seconds {late} cannot work yet, as when Prefect at "
            f"{self._settings.prefect_url} does not answer. Alarms go out; everything else waits, and goes "
            f"on by itself. See the logs in {self._settings.home / 'logs'}."
        )

    def _watch(self) -> None:
        """End a child that stands still, as a relay that claims nothing, whatever is due."""
        for name in WATCHED:
            child = self._children.get(name)
            if child is None or child.heard_at is None or time.monotonic() - child.heard_at < SILENT_AFTER:
                continue
            child.heard_at = None
            self._say(
                f"The {name} stands still: it has given no sign of life for {SILENT_AFTER:.0f} seconds, "
                "whatever is due. It is ended; what cases owe is kept."
            )
            child.kill()

    def _renew(self) -> None:
        """Start everything again, one after the other, once another version of the plan was put in force."""
        if self._policy != (policy := _policy(self._settings)):
            self._policy = policy
            self._terms = load_pack(self._settings.pack_in_force).supervision
            self._renewing = [*GOES_BY_THE_PLAN]
            self._say("Another version of the plan was put in force: everything starts again with it.")
        # Of two lanes, one is at work while the other starts.
        if not self._renewing or self._due or not self._waiting.isdisjoint({ALARM_LANE, SECOND_LANE}):
            return
        name = self._renewing.pop(0)
        self._children.pop(name).stop(STOP_PATIENCE[name])
        self._stopped.add(name)
        self._waiting.add(name)
        self._due[name] = time.monotonic()

    def _mourn(self, died: ChildDied) -> None:
        """Have a child that died started again: at once, or after a pause when it cannot live.

        Raises:
            GaveUp: it died more often than the pack says.
        """
        self._children.pop(died.name).stop(0.0)
        pause = self._restarts.died(died.name, died.exit_code)
        if pause is None:
            self._noting.write(self._children, self._restarts.of, gave_up_on=died.name)
            self._give_up(died)
        self._due[died.name] = time.monotonic() + pause
        sentence = (
            f"The {died.name} has ended by itself (exit code {died.exit_code}) and is started again; "
            f"what cases owe is kept. See {self._noting.log(died.name)}."
        )
        self._say(sentence)
        if time.monotonic() - self._told.get(died.name, -QUIET) >= QUIET:
            self._told[died.name] = time.monotonic()
            tell(self._settings, sentence)

    def _give_up(self, died: ChildDied) -> NoReturn:
        message = (
            f"The {died.name} has ended by itself {self._restarts.lately(died.name)} times within "
            f"{self._terms.within} (last with exit code {died.exit_code}), more often than the policy pack "
            f"lets it be started again ({self._terms.restarts}), so everything is stopped, alarms last. What "
            f"cases owe is kept. See {self._noting.log(died.name)} for the reason. Whatever supervises "
            "`tat up` starts it again; where nothing does, start it now: until then no alarm goes out."
        )
        raise GaveUp(message)

    def _start_due(self) -> None:
        for name, at in list(self._due.items()):
            if at <= time.monotonic():
                try:
                    self._start(name)
                except NotReady as error:
                    # Its port is taken, by what it left behind or by a stranger: it gets another try.
                    self._say(str(error))
                    self._due[name] = time.monotonic() + PORT_PAUSE
                else:
                    del self._due[name]

    def _start(self, name: str) -> None:
        if name == prefect_server.NAME:
            with prefect_server.port(self._settings) as listener:
                self._start_prefect(listener)
            return
        if name == RECEPTION:
            with _reception_port(self._settings, self.doors) as listener:
                self.doors = listener.getsockname()[1]
                # By name: what people and other systems touch lies above us.
                arguments = ["console.web", str(listener.fileno())]
                self._children[name] = self._child(name, arguments, keep_open=[listener.fileno()])
        else:
            self._children[name] = self._child(name, [MODULES[name]])
        self._restarts.started(name)

    def _start_prefect(self, port: socket.socket) -> None:
        name = prefect_server.NAME
        self._children[name] = prefect_server.start(self._settings, port, self._happenings)
        self._restarts.started(name)

    def _child(self, name: str, arguments: list[str], *, keep_open: Sequence[int] = ()) -> Child:
        return Child(
            name,
            arguments,
            environment=child_environment(self._settings),
            log=self._noting.log(name),
            happenings=self._happenings,
            keep_open=keep_open,
        )


def _policy(settings: Settings) -> bytes:
    """The version of the plan that was put in force at the console, byte by byte; empty: none was."""
    with suppress(FileNotFoundError):
        return settings.policy_file.read_bytes()
    return b""


def _reception_port(settings: Settings, port: int) -> AbstractContextManager[socket.socket]:
    otherwise = "Stop that program, or choose another port: TAT_RECEPTION_PORT=8600 tat up."
    return listening_socket(
        settings.reception_host, port or settings.reception_port, what="the reception", otherwise=otherwise
    )
