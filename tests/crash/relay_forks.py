"""A process with everything imported that forks relays, one after another, each to die within a flow.

``python -m tests.crash.relay_forks``, with an installation's environment; each line on its standard input is
the number of statements and commits that flows of the next relay get through before it sends itself
``SIGKILL`` (0: it lives until it is asked to stop). On its output: the relay's process number, and how it
ended. The relay is the product's own.
"""

import os
import signal
import sys

from prefect.context import FlowRunContext
from sqlalchemy import Engine, event

from deployments.relay import process
from states.casebook import Casebook
from states.settings import Settings
from tasks.desk import Desk
from tasks.sources.registry import load_sources


def _die_in_a_flow(engine: Engine, kill_at: int) -> None:
    passed = 0

    def boundary(*_args: object) -> None:
        nonlocal passed
        # Flows call the casebook in threads, which know the flow run that they work for.
        passed += FlowRunContext.get() is not None
        if passed == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit", "checkin"):
        event.listen(engine, name, boundary)


def _relay(kill_at: int) -> int:
    def opening(settings: Settings) -> Desk:
        book = Casebook.open(settings)
        if kill_at:
            _die_in_a_flow(book.store.engine, kill_at)
        return Desk(settings, book, load_sources(settings.sources_file))

    return process.main(opening)


def main() -> None:
    """Fork a relay for each line."""
    for line in sys.stdin:
        lifeline, ours = os.pipe()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                os.close(ours)
                os.dup2(lifeline, 0)
                status = _relay(int(line))
            finally:
                os._exit(status)
        os.close(lifeline)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(ours)
        sys.stdout.write(f"ended {ended}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
