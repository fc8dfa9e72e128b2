"""What is kept back until a transaction commits is written as if it had been at once, or not at all."""

from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from states import outbox
from states.access import Act
from states.casebook import Casebook
from states.casebook.triggers import acting
from states.contents.inquiry import RemarkContent
from states.errors import Refused
from states.outbox import Owed
from states.tables import Effect, Note, new_id, table_of
from states.vocabulary.effects import Clock, EffectKind
from tests.cases.walking import Walk
from tests.states.looking import case, owed, rows, verified


def effect(dedupe: str) -> Owed:
    """An effect that the team owes."""
    return Owed(
        id=new_id(), case_id=None, kind=EffectKind.REMIND, urgent=False, dedupe=dedupe, payload=b"\x01sealed"
    )


def test_whoever_reads_sees_what_was_written_before(book: Casebook) -> None:
    """Through the page and through SQLAlchemy, though neither has been committed."""
    walk = Walk(book)
    number = walk.reported()
    notes = table_of(Note)
    with book.page(number, walk.chair, Act.RECORD) as page:
        note = Note(case_id=page.case.id, at=page.now, by=page.by.id, kind="first")
        page.add(note, RemarkContent(text="invented"))
        assert page.row(Note, note.id).kind == "first"
        page.set(Note, note.id, kind="second")
        assert page.connection.scalar(select(notes.c.kind).where(notes.c.id == note.id)) == "second"
        page.log("noted")
    verified(book)


def test_later_writes_see_earlier_ones(book: Casebook) -> None:
    """A row may be added and changed, a clock started and stopped, in one go: the last word counts."""
    walk = Walk(book)
    number = walk.screened()
    with book.page(number, walk.chair, Act.RECORD) as page:
        row = page.add(Note(case_id=page.case.id, at=page.now, by=page.by.id, kind="first"), {"text": "x"})
        page.set(Note, row.id, kind="second")
        page.set(Note, row.id, kind="third")
        page.start(Clock.ALARM_REVIEW)
        page.stop(Clock.ALARM_REVIEW)
        page.log("noted")
    with book.page(number, walk.chair, Act.RECORD) as page:
        assert page.row(Note, row.id).kind == "third"
        assert page.running(Clock.ALARM_REVIEW) is None


def test_a_refused_write_undoes_all_that_waited_with_it(book: Casebook) -> None:
    """A refusal at the commit is raised as SQLAlchemy raises it; the next transaction is none the worse."""
    walk = Walk(book)
    number = walk.reported()
    before = case(book, number), owed(book, number)
    with pytest.raises(IntegrityError) as refusal, book.store.write() as connection:
        outbox.put(connection, [effect("once"), effect("once")], now=book.clock())
    assert "sealed" not in str(refusal.value)
    with book.store.write() as connection:
        outbox.put(connection, [effect("once")], now=book.clock())
    assert (case(book, number), owed(book, number)) == before
    assert [row.dedupe for row in rows(book, Effect) if row.case_id is None] == ["once"]


def test_what_waited_in_a_transaction_that_was_given_up_is_never_sent(book: Casebook) -> None:
    """Not by the next one on the same connection, either."""

    def give_up() -> None:
        with book.store.write() as connection:
            outbox.put(connection, [effect("given up")], now=book.clock())
            raise Refused("Nothing was written.")

    with pytest.raises(Refused):
        give_up()
    with book.store.write() as connection:
        outbox.put(connection, [effect("kept")], now=book.clock())
    assert [row.dedupe for row in rows(book, Effect)] == ["kept"]


def test_a_connection_that_the_server_closed_is_replaced(postgres_book: Casebook) -> None:
    """Whoever was writing is told, and nothing was written; whoever comes next gets another connection."""
    store, now = postgres_book.store, postgres_book.clock()

    def be_closed() -> None:
        with store.write() as connection:
            backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
            with store.write() as other:
                other.execute(text("SELECT pg_terminate_backend(:backend, 10000)"), {"backend": backend})
            outbox.put(connection, [effect("lost")], now=now)

    with pytest.raises(OperationalError):
        be_closed()
    with store.write() as connection:
        outbox.put(connection, [effect("kept")], now=now)
    assert [row.dedupe for row in rows(postgres_book, Effect)] == ["kept"]


def test_a_transition_takes_three_statements(
    postgres_book: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that locks the case, one that loads what its guards look at, and one that writes all of it."""
    walk = Walk(postgres_book)
    number = walk.screened()
    sent = []
    execute = psycopg.Cursor.execute

    def counted(cursor: Any, query: Any, *args: Any, **options: Any) -> Any:
        sent.append(query)
        return execute(cursor, query, *args, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    acting.act(postgres_book, number, "raise_alarm", by=walk.chair, given={"reason": "invented"})
    # All that an alarm looks at is read at once; its calls are more than one statement takes.
    assert len(sent) == 4
    sent.clear()
    acting.act(postgres_book, number, "open_inquiry", by=walk.chair)
    assert len(sent) == 3
