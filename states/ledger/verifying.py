"""Walking the ledger: every chain, row, sealed content and checkpoint, to the first that does not hold."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from states.errors import LedgerBroken
from states.ledger import checkpoints as seals
from states.ledger.chain import as_case_event, link
from states.ledger.folding import Fold
from states.ledger.streaming import among, streamed
from states.ledger.told import Told
from states.tables import Case, Event, TeamEvent, table_of
from states.vault import Vault
from states.vocabulary.counts import counted

_EVENTS = table_of(Event)
_CASES = table_of(Case)
_TEAM_EVENTS = table_of(TeamEvent)

#: how many cases are walked together: of one alone the database would be asked too often, and of all there
#: would be too much to remember
TOGETHER = 500

#: is told how many events are through, and of how many
Progress = Callable[[int, int], None]


def unseen(done: int, of: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification walked over.

    Args:
        cases: number of chains.
        events: number of links.
        contents: number of sealed contents compared with their digests.
        checkpoints: number of checkpoints.
        rows: number of rows compared with what events tell of them.
    """

    cases: int
    events: int
    contents: int
    checkpoints: int
    rows: int


def verify(
    connection: Connection,
    vault: Vault | None = None,
    *,
    now: datetime | None = None,
    progress: Progress = unseen,
) -> Verified:
    """Walk every chain and every checkpoint, and compare every row and every sealed content with them.

    Chains and rows are read in the order of their cases, some at a time, and forgotten again.

    Args:
        connection: an open connection.
        vault: knows the key that signs checkpoints, and opens the keys of cases; None: an auditor has none,
            and compares the fingerprint.
        now: what time it is; None: no later than the newest event.
        progress: is told how far it is, now and then.

    Raises:
        LedgerBroken: something was changed, cut or removed outside tatflow; names the first that was found.
    """
    team, team_events, latest = _walk_team(connection)
    newest = connection.scalar(select(func.max(_EVENTS.c.at)))
    count, of = connection.execute(_COUNT).one()
    fold = Fold(connection, vault, team, max(each for each in (latest, newest, now) if each is not None))
    events, untold, after = 0, set[str](), ""
    while cases := connection.execute(_NEXT, {"after": after, "together": TOGETHER}).all():
        progress(events, of)
        told = _walk(connection, cases, after)
        events += sum(case.seq for case in cases)
        untold |= {case_id for case_id, each in told.items() if not each.complete}
        _require_told(team, told)
        fold.compare(cases, told, after)
        after = cases[-1].id
    progress(events, of)
    checkpoints = seals.walk(connection)
    _require_team_sealed(connection, checkpoints.vouched_of_team)
    orphans = connection.execute(select(func.count()).select_from(_EVENTS)).scalar_one() - events
    if orphans:
        message = f"The ledger holds {counted(orphans, 'event')} of a case that is no longer there."
        raise LedgerBroken(message)
    fold.finish(untold)
    if vault is not None:
        seals.require_ours(connection, vault)
    seals.require_vouched(connection)
    return Verified(count, team_events + events, fold.contents, checkpoints.count, fold.rows)


_COUNT = select(func.count(), func.coalesce(func.sum(_CASES.c.seq), 0)).select_from(_CASES)
_NEXT = (
    select(_CASES).where(_CASES.c.id > bindparam("after")).order_by(_CASES.c.id).limit(bindparam("together"))
)


def _walk(connection: Connection, cases: Sequence[Any], after: str) -> dict[str, Told]:
    """Walk the chains of some cases, one after the other; gives what each tells of rows."""
    mine, told = {case.id: case for case in cases}, {}
    query = select(_EVENTS).where(*among(_EVENTS.c.case_id, cases, after))
    events = streamed(connection, query.order_by(_EVENTS.c.case_id, _EVENTS.c.seq))
    for case_id, chain in groupby(events, itemgetter("case_id")):
        if case_id in mine:
            told[case_id] = _walk_chain(mine.pop(case_id), chain)
    for case_id, case in mine.items():
        told[case_id] = _walk_chain(case, ())
    return told


def _walk_chain(case: Any, events: Iterable[Mapping[str, Any]]) -> Told:
    """Walk the chain of a case, link by link; gives what it tells of rows."""
    told, head, version, seq, at = Told(case.number), "", 0, 0, None
    for event in events:
        seq += 1
        if event["seq"] != seq:
            message = f"{case.number}: event {seq} is missing; the chain is broken there."
            raise LedgerBroken(message)
        head = link(head, event)
        if head != event["hash"]:
            message = f"{case.number}: event {seq} ({event['what']}) was changed; the chain is broken there."
            raise LedgerBroken(message)
        version, at = max(version, event["version"]), event["at"]
        told.hear(event)
    if (seq, head) != (case.seq, case.head):
        message = f"{case.number}: the chain ends at event {seq}, but the case says {case.seq}."
        raise LedgerBroken(message)
    if told.complete and (version, at) != (case.version, case.changed_at):
        message = f"{case.number}: its last event was cut off, or the case's version was changed."
        raise LedgerBroken(message)
    return told


def _require_told(team: Told, told: Mapping[str, Told]) -> None:
    """See that each case's chain tells of its rows, once the team's says that each does."""
    for each in told.values():
        if team.complete and not each.complete:
            message = f"{each.whose}: no event tells of its rows; it was put there outside tatflow."
            raise LedgerBroken(message)


def _require_team_sealed(connection: Connection, vouched: int) -> None:
    """See that the team's events say of themselves what the checkpoints say of them."""
    sealed = _TEAM_EVENTS.c.sealed != (_TEAM_EVENTS.c.seq <= vouched)
    if connection.scalar(select(func.count()).where(sealed)):
        message = f"The team's chain: the checkpoint that vouched for event {vouched} was removed."
        raise LedgerBroken(message)


def _walk_team(connection: Connection) -> tuple[Told, int, datetime | None]:
    """Walk the team's own chain; gives what it tells, how many events it has, and when it grew last."""
    told, head, expected, at = Told("The team"), "", 0, None
    for event in streamed(connection, select(_TEAM_EVENTS).order_by(_TEAM_EVENTS.c.seq)):
        expected += 1
        head = link(head, as_case_event(event))
        if event["seq"] != expected or head != event["hash"]:
            message = f"The team's chain: event {expected} was changed or removed; it is broken there."
            raise LedgerBroken(message)
        told.hear(event)
        at = event["at"] if at is None else max(at, event["at"])
    return told, expected, at
