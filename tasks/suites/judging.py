"""Tries one rule in a thread of its own, so that no plug-in that never comes back holds up the judge."""

import asyncio
import contextvars
import threading
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass, field

from tasks.suites import trial as trials
from tasks.suites.making import is_made
from tasks.suites.rules import Rule
from tasks.suites.trial import Broken, NotTried, Trial, Unmade

#: seconds between two signs of life of the event loop
_BEAT = 0.05


def judge(rule: Rule, trial: Trial) -> None:
    """Hold a plug-in to one rule.

    Args:
        rule: the rule.
        trial: what it is tried with.

    Raises:
        Broken: it breaks the rule; the message says what to do.
        NotTried: the rule could not be tried; the message says what it would take.
    """
    if trial.hangs:
        raise NotTried("It does not come back. See to that first.")
    trying = _Trying(rule, trial)
    with warnings.catch_warnings():
        # Where warnings are errors, one would count as an exception of the plug-in.
        warnings.simplefilter("ignore")
        _wait(trying)
    if isinstance(trying.failure, Unmade) and rule.check is not is_made:
        raise NotTried("It cannot be made. See to that first.")
    if trying.failure is not None:
        raise trying.failure


def _wait(trying: "_Trying") -> None:
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(trying.run,), daemon=True, name="tat-trial")
    thread.start()
    while thread.is_alive():
        thread.join(_BEAT)
        if time.monotonic() - trying.beat > trying.trial.timeout + trials.PATIENCE:
            trying.trial.hangs = True
            raise Broken(
                "It keeps the event loop to itself and never came back. Await what takes time; put what "
                "cannot be awaited into `await asyncio.to_thread(...)`, with a time limit of its own, and "
                "what cannot be stopped into a process."
            )


@dataclass(slots=True)
class _Trying:
    """One rule being tried in its thread."""

    rule: Rule
    trial: Trial
    beat: float = field(default_factory=time.monotonic)
    failure: BaseException | None = None

    def run(self) -> None:
        with asyncio.Runner() as runner:
            try:
                runner.run(self._check())
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for it
                self.failure = error

    async def _check(self) -> None:
        beating = asyncio.ensure_future(self._beat())
        try:
            await self.rule.check(self.trial)
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating

    async def _beat(self) -> None:
        while True:
            self.beat = time.monotonic()
            await asyncio.sleep(_BEAT)
