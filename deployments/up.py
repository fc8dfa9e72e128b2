"""`tat up`: everything on one machine, under one supervisor.

It stops all of it when it is asked to or dies itself; a child that dies is started again, and the others go
on meanwhile (:mod:`~deployments.supervision.household`). It never hangs: every wait has an end, and every
end has a sentence.
"""

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from types import FrameType

from deployments.supervision import data_folder
from deployments.supervision.children import Happening, StopAsked
from deployments.supervision.first_account import first_account
from deployments.supervision.household import Household, StopAskedError
from deployments.supervision.telling_operators import PATIENCE, tell
from states.errors import GaveUp, TatError
from states.policy import placeholders
from states.policy.reading import load_pack
from states.settings import Settings
from tasks import signs_of_life

#: something to do once everything is ready: it is given a function that raises when everything has to end,
#: to be called often; it returns whether to stay up afterwards
Errand = Callable[[Callable[[], None]], bool]

#: says how people come into the console, in lines
ComingIn = Callable[[Settings], Iterable[str]]


def up(
    settings: Settings,
    *,
    say: Callable[[str], None],
    errand: Errand = lambda _still_up: True,
    coming_in: ComingIn = first_account,
) -> int:
    """Run everything until Ctrl-C or ``SIGTERM``; to be called in the main thread.

    Args:
        settings: the installation's settings.
        say: takes one line for the person at the terminal.
        errand: what to do once everything is ready.
        coming_in: says how people come into the console.

    Returns:
        The exit code: 0 when asked to stop, else that of the error, which was said.
    """
    happenings: SimpleQueue[Happening] = SimpleQueue()
    try:
        with (
            _signals_to(happenings),
            data_folder.locked(settings),
            signs_of_life.noted(settings.home) as note,
        ):
            data_folder.check(settings)
            if placeholders.is_live(settings):
                placeholders.require_none(load_pack(settings.pack_in_force), settings)
            household = Household(settings, happenings, say, note)
            try:
                _run(household, errand, lambda: _say_ready(settings, household.doors, say, coming_in))
                say("Stopping …")
            except GaveUp as error:
                # Told while the alarm lanes still run; then they are stopped, last of all.
                if (telling := tell(settings, str(error))) is not None:
                    telling.join(PATIENCE)
                raise
            finally:
                household.stop()
            say("Stopped.")
    except TatError as error:
        say(str(error))
        return error.exit_code
    return 0


def _run(household: Household, errand: Errand, say_ready: Callable[[], None]) -> None:
    """Start everything and keep it running until somebody asks to stop, or nothing is left to do."""
    with suppress(StopAskedError):
        household.start()
        household.wait_until_ready()
        say_ready()
        if errand(household.look_after):
            household.run()


def _say_ready(settings: Settings, doors: int, say: Callable[[str], None], coming_in: ComingIn) -> None:
    say("Ready: what cases owe is carried out from now on.")
    say(f"  Prefect    {settings.prefect_url.removesuffix('/api')}")
    say(f"  Console    http://{settings.reception_host}:{doors}, and the doors of other systems")
    say(f"  Data       {settings.home}")
    for line in coming_in(settings):
        say(line)
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
