"""What a call of a program was answered, kept for a day: sent again under its key, it is not done again.

After draft-ietf-httpapi-idempotency-key-header: the same key and the same call get the same answer; the same
key and another call are refused, and so is a call that is still being carried out. That something was written
is noted in the very transaction that writes it, so that a call whose answer was lost on the way to us (a
process died) is not carried out twice either. What was refused wrote nothing, and leaves its key free.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from states.casebook.book import CASES, Casebook
from states.errors import BadInput, CaseErased, LeaseLost, Refused
from states.store.engine import Store
from states.tables import KeptAnswer, table_of
from states.vault import TEAM_SCOPE

_ROWS = table_of(KeptAnswer)

#: how long an answer is kept
KEPT_FOR = timedelta(days=1)

#: after which time a call that was not answered and wrote nothing has died, whatever carried it out
DIED_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call is answered.

    Args:
        status: the HTTP status.
        body: the answer as JSON; empty: there is none.
        headers: what stands at its head.
    """

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_refusal(self) -> bool:
        """Whether nothing was done."""
        return self.status >= 400  # noqa: PLR2004 - where HTTP's refusals begin


class KeyReused(BadInput):
    """The same key came with another call."""


class StillRunning(Refused):
    """The call is still being carried out."""


class AnswerLost(Refused):
    """The call was carried out, and what it was answered is not known any more."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A call under a key.

    Args:
        token: id of the token that it came with.
        key: the key.
        asked: everything that makes it this call and no other.
        number: the case that it is about; empty: none.
    """

    token: str
    key: str
    asked: bytes
    number: str = ""


def once(book: Casebook, sent: Sent, do: Callable[[Casebook], Answer]) -> Answer:
    """Carry a call out, unless that was done before: then give what it was answered.

    Args:
        book: the casebook.
        sent: the call and its key.
        do: carries it out, with the casebook that it is given; what is refused is an answer, too.

    Raises:
        KeyReused: the key came with another call.
        StillRunning: the first one is still being carried out.
        AnswerLost: the first one was carried out, and its answer was lost.
    """
    row_id = book.vault.blind("idempotency key", f"{sent.token} {sha256(sent.key.encode()).hexdigest()}")
    asked = book.vault.blind("call", sha256(sent.asked).hexdigest())
    begun_at = book.clock()
    with book.store.write() as connection:
        kept = _begun(connection, row_id, asked, begun_at)
        if kept is not None:
            return _opened(book, connection, kept)
    noting = copy(book)
    noting.store, noting.opened = _Noting(book.store, row_id, begun_at), []
    try:
        answer = do(noting)
    except BaseException:
        _forget(book, row_id, begun_at)
        raise
    if not (answer.is_refusal and _forget(book, row_id, begun_at)):
        _keep(book, row_id, sent.number, noting.opened, answer)
    return answer


def _begun(connection: Connection, row_id: str, asked: str, now: datetime) -> Any | None:
    """Begin a call; gives its row if it was answered before."""
    connection.execute(delete(_ROWS).where(_ROWS.c.begun_at < now - KEPT_FOR))
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    first = {"id": row_id, "asked": asked, "begun_at": now, "written": False, "status": 0}
    new = insert(_ROWS).values(**first, scope="", content=b"").on_conflict_do_nothing()
    if connection.scalar(new.returning(_ROWS.c.id)) is not None:
        return None
    row = connection.execute(select(_ROWS).where(_ROWS.c.id == row_id).with_for_update()).one()
    if row.asked != asked:
        raise KeyReused(
            "This key came with another call before. Nothing was written: give each call a key of its own."
        )
    if row.status:
        return row
    if row.written:
        raise AnswerLost(
            "This call was carried out before, and its answer was lost. Nothing was written again: look at "
            "what is on record."
        )
    if now < row.begun_at + DIED_AFTER:
        raise StillRunning("This call is still being carried out. Nothing was written again: ask later.")
    connection.execute(update(_ROWS).where(_ROWS.c.id == row_id).values(begun_at=now))
    return None


def _opened(book: Casebook, connection: Connection, row: Any) -> Answer:
    gone = AnswerLost("This call was carried out before, and its case has been erased with its answer.")
    if not row.scope:
        raise gone
    try:
        kept = book.key(connection, row.scope).open(_ROWS.name, row.id, row.content)
    except CaseErased:
        raise gone from None
    return Answer(row.status, kept["body"], kept["headers"])


def _forget(book: Casebook, row_id: str, begun_at: datetime) -> bool:
    """Leave a key free whose call wrote nothing; gives whether that was so."""
    mine = (_ROWS.c.id == row_id, _ROWS.c.begun_at == begun_at, ~_ROWS.c.written)
    with book.store.write() as connection:
        return bool(connection.execute(delete(_ROWS).where(*mine)).rowcount)


def _keep(book: Casebook, row_id: str, number: str, opened: Sequence[str], answer: Answer) -> None:
    with book.store.write() as connection:
        scope, sealed = _scope(connection, number, opened), b""
        if scope:
            content = {"body": answer.body, "headers": answer.headers}
            sealed = book.key(connection, scope).seal(_ROWS.name, row_id, content)
        values = {"status": answer.status, "scope": scope, "content": sealed}
        connection.execute(update(_ROWS).where(_ROWS.c.id == row_id).values(**values))


def _scope(connection: Connection, number: str, opened: Sequence[str]) -> str:
    """Whose key seals an answer, so that the erasure of the case that it is about takes it along.

    Args:
        connection: an open transaction.
        number: the case that the call names; empty: none.
        opened: ids of the cases that it wrote to, the one that it is about first.

    Returns:
        A case's id, or the team's scope where it is about no case; empty: that case was erased meanwhile.
    """
    if not (number or opened):
        return TEAM_SCOPE
    which = CASES.c.number == number if number else CASES.c.id == opened[0]
    case = connection.execute(select(CASES.c.id, CASES.c.erased_at).where(which)).first()
    if case is None:
        return TEAM_SCOPE
    return "" if case.erased_at is not None else str(case.id)


class _Noting(Store):
    """The store, each of whose transactions notes that the call has written.

    Args:
        store: the store.
        row_id: the call's row.
        begun_at: when this attempt began: another one that took over writes in its place.
    """

    def __init__(self, store: Store, row_id: str, begun_at: datetime) -> None:
        self.url, self.engine = store.url, store.engine
        self._mine = (_ROWS.c.id == row_id) & (_ROWS.c.begun_at == begun_at)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write; with it is written that something was."""
        with super().write() as connection:
            yield connection
            noted = connection.execute(update(_ROWS).where(self._mine).values(written=True))
            if noted.rowcount != 1:
                raise LeaseLost("Another attempt of this call took over. Nothing of this one was written.")
