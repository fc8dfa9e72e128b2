"""When each source and each office was last called, and why its last failure was one; of no case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.tables import Referral, SourceQuery, Trial, table_of
from states.vocabulary.sources import AnswerStatus

_QUERIES = table_of(SourceQuery)
_TRIALS = table_of(Trial)
_REFERRALS = table_of(Referral)

#: how far back is looked
FAR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class LastCall:
    """How a far side fared lately.

    Args:
        at: when it was last called; None: not lately.
        failed_at: when a call last failed; None: none did lately.
        code: why, from a closed list.
    """

    at: datetime | None = None
    failed_at: datetime | None = None
    code: str = ""


def of_sources(book: Casebook, *, by: Actor) -> dict[str, LastCall]:
    """How each source that was asked lately fared, by name: on cases, and while it was tried."""
    permit(by, Act.SEE_HEALTH)
    since = book.clock() - FAR
    found: dict[str, LastCall] = {}
    with book.store.read() as connection:
        for table in (_QUERIES, _TRIALS):
            every = select(table.c.source, func.max(table.c.at)).where(
                table.c.at >= since, table.c.source != ""
            )
            failed = select(table.c.source, table.c.at, table.c.code).where(
                table.c.at >= since, table.c.status == AnswerStatus.UNAVAILABLE
            )
            _take(found, connection, every.group_by(table.c.source), failed.order_by(table.c.at))
    return found


def of_offices(book: Casebook, *, by: Actor) -> dict[str, LastCall]:
    """When each office was lately sent something, by code, and why the last one did not leave."""
    permit(by, Act.SEE_HEALTH)
    since = book.clock() - FAR
    table = _REFERRALS
    every = select(table.c.office, func.max(table.c.sent_at)).where(table.c.at >= since)
    failed = select(table.c.office, table.c.at, table.c.code).where(table.c.at >= since, table.c.code != "")
    found: dict[str, LastCall] = {}
    with book.store.read() as connection:
        _take(found, connection, every.group_by(table.c.office), failed.order_by(table.c.at))
    return found


def _take(
    found: dict[str, LastCall], connection: Connection, every: Select[Any], failed: Select[Any]
) -> None:
    for name, at in connection.execute(every):
        before = found.get(name, LastCall())
        found[name] = LastCall(_later((before.at, at)), before.failed_at, before.code)
    for name, at, code in connection.execute(failed):
        before = found.get(name, LastCall())
        if before.failed_at is None or at >= before.failed_at:
            found[name] = LastCall(before.at, at, code)


def _later(moments: Iterable[datetime | None]) -> datetime | None:
    return max((at for at in moments if at is not None), default=None)
