"""Effects: who works on what a case owes, and how an attempt ends.

The relay claims, a flow adopts the claim by its Prefect run (or claims for itself when a person started the
run), and every result is written under proof that the claim still holds.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from states import outbox
from states.access import SYSTEM, Act, Actor, is_kept_out, permit
from states.casebook.book import CASES, Casebook
from states.casebook.conflicts import seen_by
from states.casebook.page import Page
from states.errors import LeaseLost, TatError, UnknownRecord
from states.outbox import Lease, Owed
from states.tables import Effect, new_id, table_of
from states.vault import TEAM_SCOPE
from states.vocabulary import EffectKind, EffectStatus

_EFFECTS = table_of(Effect)

#: what is said of an effect that is not waiting, or that whoever asks cannot know of
NO_SUCH_EFFECT = "No effect under that id is stuck or waiting; nothing was changed."

#: seconds that a claim holds without being renewed
LEASE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed effect, as much of it as an operator may see."""

    effect_id: str
    case_number: str
    kind: EffectKind
    attempt: int
    lease: str
    site: str
    urgent: bool
    stage: str


@dataclass(frozen=True, slots=True)
class Work:
    """A claimed effect in the hands of a flow: the right to do it, and what it is about.

    Args:
        lease: the proof that results are written under.
        kind: what is to be done.
        case_id: the case's id, or None for work of the team.
        number: the case's number, or empty.
        payload: what the decision that caused it left for it.
    """

    lease: Lease
    kind: EffectKind
    case_id: str | None
    number: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EffectLine:
    """One effect in a list: codes, times and opaque ids, for operators."""

    effect_id: str
    case_number: str
    kind: str
    status: str
    attempt: int
    code: str
    urgent: bool
    created_at: datetime
    due_at: datetime
    done_at: datetime | None
    flow_run_id: str | None


def claim_due(
    book: Casebook, *, limit: int, kinds: Collection[EffectKind], seconds: float = LEASE_SECONDS
) -> list[Claim]:
    """Claim effects of these kinds that are due, urgent ones first, all under one lease.

    Args:
        book: the casebook.
        limit: how many at most.
        kinds: which kinds to look for.
        seconds: how long the lease holds.
    """
    now = book.clock()
    if not _any_due(book, now, kinds):
        return []
    with book.store.write() as connection:
        leases = outbox.claim_due(connection, now=now, seconds=seconds, limit=limit, kinds=kinds)
        if not leases:
            return []
        claimed = connection.execute(_described().where(_EFFECTS.c.lease == leases[0].token)).all()
    return [
        Claim(
            effect_id=row.id,
            case_number=row.number or "team",
            kind=EffectKind(row.kind),
            attempt=row.attempt,
            lease=row.lease,
            site=row.site or "",
            urgent=row.urgent,
            stage=row.state or "",
        )
        for row in claimed
    ]


def _any_due(book: Casebook, now: datetime, kinds: Collection[EffectKind]) -> bool:
    # Looked at without the writer's lock first: an idle relay must not keep people from writing.
    with book.store.read() as connection:
        due = select(_EFFECTS.c.id).where(_EFFECTS.c.status == EffectStatus.PENDING, outbox.is_due(now))
        return connection.execute(due.where(_EFFECTS.c.kind.in_(kinds)).limit(1)).first() is not None


def _described() -> Select[Any]:
    return select(_EFFECTS, CASES.c.number, CASES.c.site, CASES.c.state).join(
        CASES, CASES.c.id == _EFFECTS.c.case_id, isouter=True
    )


def assign(book: Casebook, lease: str, flow_run_id: str) -> None:
    """Remember which Prefect run works on a claim."""
    with book.store.write() as connection:
        connection.execute(update(_EFFECTS).where(_EFFECTS.c.lease == lease).values(flow_run_id=flow_run_id))


def release(book: Casebook, lease: str, *, wait: timedelta) -> None:
    """Hand a claim back whose run could not be made; the attempt does not count."""
    due_at = book.clock() + wait
    with book.store.write() as connection:
        connection.execute(
            update(_EFFECTS)
            .where(_EFFECTS.c.lease == lease, _EFFECTS.c.status == EffectStatus.CLAIMED)
            .values(
                status=EffectStatus.PENDING,
                attempt=_EFFECTS.c.attempt - 1,
                lease=None,
                lease_until=None,
                due_at=due_at,
            )
        )


def renew(book: Casebook, lease: str, *, seconds: float = LEASE_SECONDS) -> bool:
    """Extend a lease; returns whether it still holds."""
    with book.store.write() as connection:
        return outbox.renew(connection, lease, now=book.clock(), seconds=seconds) > 0


def hold(book: Casebook, flow_run_ids: Collection[str], *, seconds: float = LEASE_SECONDS) -> None:
    """Extend the leases of claims whose Prefect runs wait for somebody to take them up."""
    lease_until = book.clock() + timedelta(seconds=seconds)
    with book.store.write() as connection:
        connection.execute(
            update(_EFFECTS)
            .where(_EFFECTS.c.flow_run_id.in_(flow_run_ids), _EFFECTS.c.status == EffectStatus.CLAIMED)
            .values(lease_until=lease_until)
        )


def begin(book: Casebook, effect_id: str, flow_run_id: str, *, seconds: float = LEASE_SECONDS) -> Work | None:
    """Take up an effect in a Prefect run: the run that the claim names adopts it, any other claims it anew.

    Args:
        book: the casebook.
        effect_id: the effect.
        flow_run_id: the Prefect run that asks.
        seconds: how long the lease holds.

    Returns:
        The work, or None when the effect is done already.

    Raises:
        UnknownRecord: there is no such effect.
        LeaseLost: another run is working on it.
    """
    now = book.clock()
    with book.store.write() as connection:
        row = connection.execute(
            _described().where(_EFFECTS.c.id == effect_id).with_for_update(of=_EFFECTS)
        ).first()
        if row is None:
            raise UnknownRecord("There is no effect under that id; nothing was done.")
        if row.status == EffectStatus.DONE:
            return None
        if row.status == EffectStatus.CLAIMED and row.flow_run_id == flow_run_id:
            lease = Lease(row.id, row.attempt, row.lease)
        elif row.status == EffectStatus.CLAIMED and row.lease_until > now:
            raise LeaseLost("Another run is working on this effect; this one does nothing.")
        else:
            lease = outbox.claim_one(connection, row, now=now, seconds=seconds, flow_run_id=flow_run_id)
        return work_of(book, connection, row, lease)


def begin_batch(book: Casebook, lease: str) -> list[Work]:
    """Take up every effect of a batch that is still under its lease."""
    with book.store.read() as connection:
        held = _described().where(_EFFECTS.c.lease == lease, _EFFECTS.c.status == EffectStatus.CLAIMED)
        rows = connection.execute(held).all()
        return [work_of(book, connection, row, Lease(row.id, row.attempt, lease)) for row in rows]


def work_of(book: Casebook, connection: Connection, row: Any, lease: Lease) -> Work:
    """A claimed effect in the hands of whoever claimed it, with its payload opened."""
    key = book.key(connection, row.case_id or TEAM_SCOPE)
    payload = key.open("effects", row.id, row.payload)
    return Work(lease, EffectKind(row.kind), row.case_id, row.number or "", payload)


@contextmanager
def writing(book: Casebook, work: Work) -> Iterator[Page]:
    """Open the case of an effect for its results: one transaction, under proof of the lease.

    Raises:
        LeaseLost: another attempt has taken over; nothing is written.
    """
    with book.store.write() as connection:
        page = book.turn_to(connection, work.case_id, SYSTEM)
        outbox.prove(connection, work.lease)
        yield page
        page.finish()


def finish(book: Casebook, work: Work) -> None:
    """Mark an effect done, and say so in the case's ledger."""
    if work.case_id is None:
        with book.store.write() as connection:
            outbox.prove(connection, work.lease)
            outbox.done(connection, work.lease, book.clock())
        return
    with writing(book, work) as page:
        outbox.done(page.connection, work.lease, page.now)
        page.log("effect_done", effect=work.lease.effect_id, kind=work.kind, attempt=work.lease.attempt)


def fail(book: Casebook, work: Work, code: str, *, permanent: bool) -> bool:
    """End an attempt that failed: try again later, or give up after the policy's last attempt.

    Args:
        book: the casebook.
        work: the effect.
        code: why, from a closed list.
        permanent: whether trying again is pointless.

    Returns:
        Whether the effect is now stuck.
    """
    with _holding(book, work.case_id, SYSTEM) as (connection, page):
        outbox.prove(connection, work.lease)
        return _end_attempt(
            book, connection, page, work.lease, kind=work.kind, code=code, permanent=permanent
        )


@contextmanager
def _holding(book: Casebook, case_id: str | None, by: Actor) -> Iterator[tuple[Connection, Page | None]]:
    """Open a transaction that ends attempts; it locks the case before its effect, as :func:`writing` does."""
    with book.store.write() as connection:
        page = None if case_id is None else book.turn_to(connection, case_id, by)
        yield connection, page
        if page is not None:
            page.finish()


def _end_attempt(
    book: Casebook,
    connection: Connection,
    page: Page | None,
    lease: Lease,
    *,
    kind: EffectKind,
    code: str,
    permanent: bool,
) -> bool:
    policy = book.pack.effects[kind]
    if policy.alarm:
        _go_on(book, connection, page, lease, kind=kind, code=code)
        return False
    if not permanent and lease.attempt < policy.attempts:
        outbox.retry(connection, lease, code=code, due_at=book.clock() + policy.wait(lease.attempt))
        return False
    outbox.stick(connection, lease, code=code)
    _tell_stuck(book, connection, page, lease, kind=kind)
    if page is not None:
        page.log("effect_stuck", effect=lease.effect_id, kind=kind, code=code, attempt=lease.attempt)
    return True


def _go_on(
    book: Casebook, connection: Connection, page: Page | None, lease: Lease, *, kind: EffectKind, code: str
) -> None:
    """Keep trying what nobody may give up; after the policy's attempts, and each time they double, say so."""
    policy = book.pack.effects[kind]
    outbox.retry(connection, lease, code=code, due_at=book.clock() + policy.wait(lease.attempt))
    times, rest = divmod(lease.attempt, policy.attempts)
    if rest == 0 and times.bit_count() == 1:
        _tell_stuck(book, connection, page, lease, kind=kind)
        if page is not None:
            page.log("alarm_not_through", effect=lease.effect_id, kind=kind, code=code, attempt=lease.attempt)


def _tell_stuck(
    book: Casebook, connection: Connection, page: Page | None, lease: Lease, *, kind: EffectKind
) -> None:
    told = {"stuck": kind, "attempts": lease.attempt}
    if page is None:
        if kind is not EffectKind.REMIND:
            owe_without_case(
                book, connection, EffectKind.REMIND, f"{lease.effect_id}:stuck:{lease.attempt}", told
            )
    elif kind is not EffectKind.REMIND:
        page.owe(EffectKind.REMIND, **told)


def owe_without_case(
    book: Casebook, connection: Connection, kind: EffectKind, dedupe: str, told: dict[str, Any]
) -> None:
    """Owe an effect of the team's own, which belongs to no case.

    Args:
        book: the casebook.
        connection: the transaction that it is part of.
        kind: which effect.
        dedupe: what it is owed once for.
        told: what the flow is told.
    """
    effect_id = new_id()
    owed = Owed(
        id=effect_id,
        case_id=None,
        kind=kind,
        urgent=book.pack.effects[kind].urgent,
        dedupe=dedupe,
        payload=book.key(connection, TEAM_SCOPE).seal("effects", effect_id, told),
    )
    outbox.put(connection, [owed], now=book.clock())


def expire(book: Casebook) -> int:
    """End every attempt whose lease ran out (its process died); returns how many there were.

    Raises:
        TatError: the first reason why one could not be ended; every other one was.
    """
    now = book.clock()
    with book.store.read() as connection:
        rows = outbox.expired(connection, now)
    ended = 0
    failures: list[TatError] = []
    for row in rows:
        try:
            ended += _expire_one(book, row, now)
        except TatError as failure:
            # One case that cannot be written to keeps no other's attempt from ending.
            failures.append(failure)
    if failures:
        raise failures[0]
    return ended


def _expire_one(book: Casebook, row: Any, now: datetime) -> bool:
    lease = Lease(row.id, row.attempt, row.lease)
    with _holding(book, row.case_id, SYSTEM) as (connection, page):
        if not outbox.lapsed(connection, lease, now):
            return False
        kind = EffectKind(row.kind)
        _end_attempt(book, connection, page, lease, kind=kind, code="attempt_died", permanent=False)
        return True


def runs_at_work(book: Casebook) -> frozenset[str]:
    """The Prefect runs that hold a claim."""
    held = select(_EFFECTS.c.flow_run_id).where(_EFFECTS.c.status == EffectStatus.CLAIMED)
    with book.store.read() as connection:
        return frozenset(run for run in connection.scalars(held.distinct()) if run is not None)


def redrive(book: Casebook, effect_id: str, *, by: Actor) -> str:
    """Make a stuck or waiting effect due now, for another attempt; returns its case's number.

    Raises:
        UnknownRecord: there is no effect under that id that waits or is stuck.
        NotPermitted: this person may not.
    """
    permit(by, Act.OPERATE)
    with book.store.read() as connection:
        case_id = connection.scalar(select(_EFFECTS.c.case_id).where(_EFFECTS.c.id == effect_id))
    with _holding(book, case_id, by) as (connection, page):
        if not outbox.redrive(connection, effect_id, book.clock()):
            raise UnknownRecord(NO_SUCH_EFFECT)
        if page is None:
            return ""
        if is_kept_out(by, page.case):
            raise UnknownRecord(NO_SUCH_EFFECT)
        page.log("effect_redriven", effect=effect_id)
        return page.case.number


def effects(
    book: Casebook,
    *,
    by: Actor,
    number: str = "",
    status: EffectStatus | None = None,
    limit: int = 1000,
) -> list[EffectLine]:
    """List effects, newest first, without a word of what they are about.

    Args:
        book: the casebook.
        by: who looks; what a case owes that they are kept out of is not there for them.
        number: only one case's.
        status: only those that have come so far.
        limit: how many at most.
    """
    query = _described().order_by(_EFFECTS.c.created_at.desc()).limit(limit)
    if number:
        query = query.where(CASES.c.number == number)
    if status is not None:
        query = query.where(_EFFECTS.c.status == status)
    with book.store.read() as connection:
        query = query.where(seen_by(connection, by, _EFFECTS.c.case_id))
        return [
            EffectLine(
                effect_id=row.id,
                case_number=row.number or "team",
                kind=row.kind,
                status=row.status,
                attempt=row.attempt,
                code=row.code,
                urgent=row.urgent,
                created_at=row.created_at,
                due_at=row.due_at,
                done_at=row.done_at,
                flow_run_id=row.flow_run_id,
            )
            for row in connection.execute(query)
        ]


def counts(book: Casebook) -> dict[str, int]:
    """How many effects there are of each status."""
    with book.store.read() as connection:
        rows = connection.execute(select(_EFFECTS.c.status, func.count()).group_by(_EFFECTS.c.status)).all()
    return dict.fromkeys(EffectStatus, 0) | {str(status): count for status, count in rows}
