"""Attempts: who works on what a case owes, and how an attempt ends."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import NoReturn

from sqlalchemy import Connection, select

from states import outbox
from states.access import SYSTEM, Act, Actor, is_kept_out, is_there, permit
from states.casebook.book import Casebook
from states.casebook.effects import circuits
from states.casebook.effects.owing import owe_without_case
from states.casebook.effects.work import LEASE_SECONDS, Work, WorkOn, described, opened, writing
from states.casebook.page import Page
from states.contents.payloads import REMIND, GaveUp, Payload
from states.errors import ContentUnreadable, LeaseLost, TatError, UnknownRecord
from states.ledger import chain, coverage
from states.tables import Effect, table_of
from states.vocabulary.effects import EffectKind, EffectStatus

_EFFECTS = table_of(Effect)

#: what is said of an effect that is not waiting, or that whoever asks cannot know of
NO_SUCH_EFFECT = "No effect under that id is stuck or waiting; nothing was changed."

#: why an effect is stuck that nobody can do, since what it is to be done with does not open
UNREADABLE = "payload_unreadable"


def begin(
    book: Casebook,
    effect_id: str,
    flow_run_id: str,
    *,
    again: bool = False,
    seconds: float = LEASE_SECONDS,
    by: Actor,
) -> WorkOn[Payload] | None:
    """Take up an effect in a Prefect run: the run that the claim names adopts it, any other claims it anew.

    One whose payload does not open is stuck from then on.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.
        effect_id: the effect.
        flow_run_id: the Prefect run that asks.
        again: whether that run was started before: then the claim is of whoever works on it since.
        seconds: how long the lease holds.

    Returns:
        The work, or None when the effect is done already.

    Raises:
        UnknownRecord: there is no such effect.
        LeaseLost: another run is working on it.
        ContentUnreadable: its payload does not open.
    """
    permit(by, Act.RUN)
    now = book.clock()
    this = _EFFECTS.c.id == effect_id
    with book.store.write() as connection:
        found = described(connection, this, locked=True)
        if not found:
            raise UnknownRecord("There is no effect under that id; nothing was done.")
        row = found[0].effect
        if row.status == EffectStatus.DONE:
            return None
        mine = row.flow_run_id == flow_run_id and not again
        if row.status != EffectStatus.CLAIMED or not mine:
            if row.status == EffectStatus.CLAIMED and row.lease_until is not None and row.lease_until > now:
                raise LeaseLost("Another run is working on this effect; this one does nothing.")
            outbox.claim_one(connection, effect_id, now=now, seconds=seconds, flow_run_id=flow_run_id)
            found = described(connection, this)
        work, begun = found[0].work, opened(book, connection, found[0])
    return begun or give_up(book, work)


def begin_batch(book: Casebook, lease: str) -> tuple[list[WorkOn[Payload]], int]:
    """Take up every effect of a batch that is still under its lease.

    One whose payload does not open is stuck from then on, and keeps no other waiting.

    Returns:
        The effects, and how many more there were whose payload does not open.
    """
    with book.store.read() as connection:
        held = (_EFFECTS.c.lease == lease, _EFFECTS.c.status == EffectStatus.CLAIMED)
        found = [(each.work, opened(book, connection, each)) for each in described(connection, *held)]
    unreadable = [work for work, begun in found if begun is None]
    for work in unreadable:
        # Whatever keeps one from ending, such as a newer attempt: its lease runs out.
        with suppress(TatError):
            give_up(book, work)
    return [begun for _, begun in found if begun is not None], len(unreadable)


def give_up(book: Casebook, work: Work) -> NoReturn:
    """End an attempt whose payload does not open; trying again is pointless, so the effect is stuck.

    Raises:
        ContentUnreadable: always.
    """
    fail(book, work, UNREADABLE, permanent=True)
    raise ContentUnreadable(
        f"What effect {work.effect_id} ({work.kind}) is to be done with cannot be read. It was not done: see "
        "to its case by hand, and tell whoever looks after this installation."
    )


def finish(book: Casebook, work: Work) -> None:
    """Mark an effect done, and say so in the case's ledger."""
    if work.case_id is None:
        with book.store.write() as connection:
            book.lock_team(connection)
            outbox.prove(connection, work)
            now, effect = book.clock(), work.effect_id
            outbox.done(connection, work, now)
            told = coverage.of("effects").changed(effect, {"done_at": now, "code": ""})
            what = {"what": "effect_done", "effect": effect, "kind": work.kind}
            chain.append_of_team(connection, told, at=now, actor=SYSTEM.id, **what)
        return
    with writing(book, work) as page:
        outbox.done(page.connection, work, page.now)
        page.tell("effects", work.effect_id, {"done_at": page.now, "code": ""})
        page.log("effect_done", effect=work.effect_id, kind=work.kind, attempt=work.attempt)


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
        outbox.prove(connection, work)
        return _end_attempt(book, connection, page, work, code=code, permanent=permanent)


@contextmanager
def _holding(book: Casebook, case_id: str | None, by: Actor) -> Iterator[tuple[Connection, Page | None]]:
    """Open a transaction that ends attempts; it locks the case before its effect, as :func:`writing` does."""
    with book.store.write() as connection:
        page = None
        if case_id is None:
            book.lock_team(connection)
        else:
            page = book.turn_to(connection, case_id, by)
        yield connection, page
        if page is not None:
            page.finish()


def _end_attempt(
    book: Casebook,
    connection: Connection,
    page: Page | None,
    work: Work,
    *,
    code: str,
    permanent: bool,
) -> bool:
    policy = book.pack.effects[work.kind]
    if policy.alarm:
        _go_on(book, connection, page, work, code=code)
        return False
    if not permanent and work.attempt < policy.attempts:
        outbox.retry(connection, work, code=code, due_at=book.clock() + policy.wait(work.attempt))
        return False
    outbox.stick(connection, work, code=code)
    _tell_stuck(book, connection, page, work)
    if page is not None:
        page.log("effect_stuck", effect=work.effect_id, kind=work.kind, code=code, attempt=work.attempt)
    return True


def _go_on(book: Casebook, connection: Connection, page: Page | None, work: Work, *, code: str) -> None:
    """Keep trying what nobody may give up; after the policy's attempts, and each time they double, say so.

    The first that fails is on record, too: whoever has the case open sees at once that it reaches nobody.
    """
    policy = book.pack.effects[work.kind]
    outbox.retry(connection, work, code=code, due_at=book.clock() + policy.wait(work.attempt))
    times, rest = divmod(work.attempt, policy.attempts)
    tells = rest == 0 and times.bit_count() == 1
    if tells:
        _tell_stuck(book, connection, page, work)
    if page is not None and (tells or work.attempt == 1):
        told = {"effect": work.effect_id, "kind": work.kind, "code": code, "attempt": work.attempt}
        page.log("alarm_not_through", **told)


def _tell_stuck(book: Casebook, connection: Connection, page: Page | None, work: Work) -> None:
    if work.kind is EffectKind.REMIND:
        return
    told = GaveUp(stuck=work.kind, attempts=work.attempt)
    if page is None:
        owe_without_case(book, connection, REMIND, f"{work.effect_id}:stuck:{work.attempt}", told)
    else:
        page.owe(REMIND, told)


def expire(book: Casebook, *, by: Actor) -> int:
    """End every attempt whose lease ran out (its process died); returns how many there were.

    Raises:
        TatError: the first reason why one could not be ended; every other one was.
    """
    permit(by, Act.RUN)
    now = book.clock()
    with book.store.read() as connection:
        dead = [each.work for each in described(connection, outbox.died(now))]
    ended = 0
    failures: list[TatError] = []
    for work in dead:
        try:
            ended += _expire_one(book, work, now)
        except TatError as failure:
            # One case that cannot be written to keeps no other's attempt from ending.
            failures.append(failure)
    if failures:
        raise failures[0]
    return ended


def _expire_one(book: Casebook, work: Work, now: datetime) -> bool:
    with _holding(book, work.case_id, SYSTEM) as (connection, page):
        if not outbox.lapsed(connection, work, now):
            return False
        _end_attempt(book, connection, page, work, code="attempt_died", permanent=False)
        return True


def runs_at_work(book: Casebook, *, by: Actor) -> frozenset[str]:
    """The Prefect runs that hold a claim."""
    permit(by, Act.RUN)
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
    mine = select(_EFFECTS.c.case_id).where(_EFFECTS.c.id == effect_id, is_there(by, _EFFECTS.c.case_id))
    with book.store.read() as connection:
        row = connection.execute(mine).first()
    if row is None:
        raise UnknownRecord(NO_SUCH_EFFECT)
    case_id = row.case_id
    with _holding(book, case_id, by) as (connection, page):
        if not outbox.redrive(connection, effect_id, book.clock()):
            raise UnknownRecord(NO_SUCH_EFFECT)
        # Or its one more attempt would be refused for what is over, and it would be stuck again.
        circuits.call_again(connection)
        if page is None:
            return ""
        if is_kept_out(by, page.case):
            raise UnknownRecord(NO_SUCH_EFFECT)
        page.log("effect_redriven", effect=effect_id)
        return page.case.number
