"""What came in and was read before it was of any case: by kind, and never a word of it (P-08)."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from states.access import Actor, is_there
from states.tables import LogEntry, table_of
from states.vocabulary.people import Verdict

_ENTRIES = table_of(LogEntry)

#: ids that are looked up at once
TOGETHER = 500


class CameIn(StrEnum):
    """What something is that came in."""

    #: a mail or the like that could not be read as a report
    AT_A_DOOR = "at_a_door"
    LOG_ROW = "log_row"
    #: nothing is left to tell what it was
    GONE = "gone"


class Thing(NamedTuple):
    """Something that came in: what it is, and the case that it has become part of since."""

    kind: CameIn
    case_id: str | None


def things(connection: Connection, ids: Collection[str], *, by: Actor) -> Mapping[str, Thing]:
    """What came in under some ids, without what has become part of a case that somebody is kept out of.

    Args:
        connection: a transaction.
        ids: which.
        by: who looks.
    """
    found: dict[str, Thing] = dict.fromkeys(ids, Thing(CameIn.GONE, None))
    kept = (_ENTRIES.c.id, _ENTRIES.c.import_id, _ENTRIES.c.verdict, _ENTRIES.c.case_id)
    query = select(*kept, is_there(by, _ENTRIES.c.case_id).label("there"))
    every = list(found)
    for first in range(0, len(every), TOGETHER):
        for row in connection.execute(query.where(_ENTRIES.c.id.in_(every[first : first + TOGETHER]))):
            if row.there:
                found[row.id] = Thing(_kind(row), row.case_id)
            else:
                del found[row.id]
    return found


def _kind(row: Any) -> CameIn:
    unread = row.import_id is None and row.verdict == Verdict.NEEDS_A_PERSON
    return CameIn.AT_A_DOOR if unread else CameIn.LOG_ROW
