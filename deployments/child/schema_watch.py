"""Sees that a newer program brought the case database up to date while this one was open.

Every way in asks for the schema once, when the casebook is opened. Whoever stays open for months asks again
now and then, and ends where the database is not its own any more: it is started again, with what is installed
by then.
"""

import logging
import time
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from states.casebook import Casebook
from states.errors import NotReady
from states.store import schema
from states.store.threads import in_threads

_log = logging.getLogger(__name__)

#: seconds between two looks
INTERVAL = 10.0


class SchemaWatch:
    """Looks at the schema now and then.

    Args:
        book: the open casebook.
    """

    def __init__(self, book: Casebook) -> None:
        self._book = book
        self._looked = time.monotonic()
        self._said = False

    async def look(self) -> None:
        """See that the casebook is still of this program's schema, unless that was seen a moment ago.

        Raises:
            NotReady: it is not.
        """
        now = time.monotonic()
        if now - self._looked < INTERVAL:
            return
        self._looked = now
        # That the database is away is said by those who need it.
        with suppress(SQLAlchemyError):
            await in_threads("schema", 1, self._require)

    async def look_for_alarms(self) -> None:
        """The same, for what may not end as long as nobody knows it would come back: then it is said once.

        Raises:
            NotReady: the program that is installed by now works with the casebook as it is.
        """
        try:
            await self.look()
        except NotReady as changed:
            if await in_threads("schema", 1, self._is_installed):
                raise
            if not self._said:
                _log.error("%s Alarms go on as well as they can.", changed)
            self._said = True

    def _require(self) -> None:
        with self._book.store.read() as connection:
            schema.require(connection)

    def _is_installed(self) -> bool:
        with self._book.store.read() as connection:
            return schema.found(connection) == schema.installed()[-1]
