"""Verifying the record from a page: it goes on while whoever began it does something else."""

import asyncio

from states.access import Actor
from states.casebook.record import verification
from states.errors import LedgerBroken, TatError
from states.store.threads import in_threads
from tasks.desk import Desk


class Verifying:
    """One verification, from its beginning to its end.

    Args:
        desk: what this process works with.
        by: who has it verified.
    """

    def __init__(self, desk: Desk, by: Actor) -> None:
        #: events that are through, and of how many; of none, before it is known
        self.done, self.of = 0, 0
        #: why it could not be done, as a sentence; empty: it could, and how it ended is on record
        self.trouble = ""
        self.task = asyncio.create_task(self._verify(desk, by))

    @property
    def ended(self) -> bool:
        """Whether it is through."""
        return self.task.done()

    async def _verify(self, desk: Desk, by: Actor) -> None:
        try:
            await in_threads(
                "verifying", 1, verification.verify, desk.book, desk.settings, progress=self._progress, by=by
            )
        except LedgerBroken:
            # It is on record, and the chair and the operators are told.
            return
        except TatError as error:
            self.trouble = str(error)

    def _progress(self, done: int, of: int) -> None:
        self.done, self.of = done, of
