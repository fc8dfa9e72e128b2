"""Whatever is changed, cut or removed outside the product shows, and an erased case still verifies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, text, update
from sqlmodel import SQLModel

from states import ledger
from states.access import SYSTEM
from states.casebook import Casebook, inquiry, intake, timers
from states.errors import CaseErased, LedgerBroken
from states.ledger import link
from states.records import NoteContent, ReportContent
from states.tables import Case, Checkpoint, Effect, Event, Report, TeamEvent, table_of
from states.vocabulary import EffectStatus
from tests.states.conftest import MONDAY, Opening, Watch
from tests.states.looking import case, rows, verified
from tests.walking import Walk

CASES, EVENTS, CHECKPOINTS = table_of(Case), table_of(Event), table_of(Checkpoint)
REPORTS, EFFECTS = table_of(Report), table_of(Effect)

Tamper = Callable[[Connection, Any], object]


def of(case: Any, seq: int) -> Any:
    """Picks one event of a case."""
    return (EVENTS.c.case_id == case.id) & (EVENTS.c.seq == seq)


def change(case: Any, seq: int, **values: object) -> Any:
    """A statement that changes one event."""
    return update(EVENTS).where(of(case, seq)).values(**values)


def cut(connection: Connection, case: Any) -> None:
    """Cut the last event off, and make the case say that it was never there."""
    connection.execute(delete(EVENTS).where(of(case, case.seq)))
    head = connection.scalar(select(EVENTS.c.hash).where(of(case, case.seq - 1)))
    connection.execute(update(CASES).where(CASES.c.id == case.id).values(seq=case.seq - 1, head=head))


def rewrite(connection: Connection, case: Any) -> None:
    """Change the second event, and reckon every hash after it anew."""
    connection.execute(change(case, 2, actor="nobody"))
    head = ""
    events = connection.execute(
        select(EVENTS).where(EVENTS.c.case_id == case.id).order_by(EVENTS.c.seq)
    ).all()
    for event in events:
        head = link(head, dict(event._mapping))  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
        connection.execute(change(case, event.seq, hash=head))
    connection.execute(update(CASES).where(CASES.c.id == case.id).values(head=head))


def remove(connection: Connection, case: Any, *, ledger_too: bool = True) -> None:
    """Remove a case with everything of it, and its ledger as well or not."""
    for table in reversed(SQLModel.metadata.sorted_tables):
        if "case_id" in table.c and (ledger_too or table.name != "events"):
            connection.execute(delete(table).where(table.c.case_id == case.id))
    connection.execute(delete(CASES).where(CASES.c.id == case.id))


#: what somebody does to the database behind the product's back, and what the verification then says
TAMPERED: dict[str, tuple[Tamper, str]] = {
    "what an event says": (
        lambda c, k: c.execute(change(k, 2, data={"level": "Mild"})),
        "event 2 .* was changed",
    ),
    "who did it": (lambda c, k: c.execute(change(k, 2, actor="nobody")), "event 2 .* was changed"),
    "what was done": (lambda c, k: c.execute(change(k, 2, what="noted")), "event 2 .* was changed"),
    "when it was done": (
        lambda c, k: c.execute(change(k, 2, at=MONDAY - timedelta(days=1))),
        "event 2 .* was changed",
    ),
    "its version": (lambda c, k: c.execute(change(k, 2, version=9)), "event 2 .* was changed"),
    "its digests": (lambda c, k: c.execute(change(k, 1, digests={})), "event 1 .* was changed"),
    "its hash": (lambda c, k: c.execute(change(k, 3, hash="0" * 64)), "event 3 .* was changed"),
    "an event removed": (lambda c, k: c.execute(delete(EVENTS).where(of(k, 2))), "event 2 is missing"),
    "the last event removed": (
        lambda c, k: c.execute(delete(EVENTS).where(of(k, k.seq))),
        "chain ends at event",
    ),
    "a chain cut short": (cut, "Checkpoint 1 names event"),
    "a chain written anew": (rewrite, "Checkpoint 1 names event"),
    "a content": (
        lambda c, k: c.execute(update(REPORTS).where(REPORTS.c.case_id == k.id).values(content=b"x")),
        "content of reports .* was changed",
    ),
    "a content removed": (
        lambda c, k: c.execute(delete(REPORTS).where(REPORTS.c.case_id == k.id)),
        "content of reports .* was removed",
    ),
    "what an effect is about": (
        lambda c, k: c.execute(update(EFFECTS).where(EFFECTS.c.case_id == k.id).values(payload=b"x")),
        "content of effects .* was changed",
    ),
    "a case removed": (remove, "Checkpoint 1 names event"),
    "a case removed but for its ledger": (
        lambda c, k: remove(c, k, ledger_too=False),
        "Checkpoint 1 names event",
    ),
    "the first checkpoint removed": (
        lambda c, _: c.execute(delete(CHECKPOINTS).where(CHECKPOINTS.c.seq == 1)),
        "Checkpoint 1 was .* removed",
    ),
    "the last checkpoint removed": (
        lambda c, _: c.execute(delete(CHECKPOINTS).where(CHECKPOINTS.c.seq == 2)),
        "checkpoint .* was removed",
    ),
    "what a checkpoint vouches for": (
        lambda c, _: c.execute(update(CHECKPOINTS).where(CHECKPOINTS.c.seq == 1).values(heads=[])),
        "Checkpoint 1 was changed",
    ),
}


def sealed(book: Casebook) -> str:
    """Two cases, each under a checkpoint of its own; gives the first one's number."""
    walk = Walk(book)
    number = walk.in_inquiry()
    timers.checkpoint(book)
    walk.reported()
    timers.checkpoint(book)
    return number


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, opening: Opening) -> Iterator[tuple[Casebook, str]]:
    """A casebook with two sealed cases that no test changes for good, and the first one's number."""
    with opening(request.param, Watch()) as book:
        yield book, sealed(book)


@contextmanager
def behind_its_back(book: Casebook) -> Iterator[Connection]:
    """A transaction of somebody who owns the server, undone in the end."""
    with book.store.engine.connect() as connection:
        if book.store.is_sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
        connection.rollback()
        connection.invalidate()


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_changed_behind_its_back_is_named(kept: tuple[Casebook, str], name: str) -> None:
    """The message names the first broken link."""
    book, number = kept
    verified(book)
    tamper, said = TAMPERED[name]
    with behind_its_back(book) as connection:
        tamper(connection, case(book, number))
        with pytest.raises(LedgerBroken, match=said):
            ledger.verify(connection)


def test_the_ledger_of_a_case_that_is_gone_is_noticed_without_a_checkpoint(book: Casebook) -> None:
    """Events that nobody owns any more are counted."""
    number = Walk(book).reported()
    with behind_its_back(book) as connection:
        remove(connection, case(book, number), ledger_too=False)
        with pytest.raises(LedgerBroken, match=r"1 event.* of a case that is no longer there"):
            ledger.verify(connection)


def test_a_verification_tells_what_it_walked(kept: tuple[Casebook, str]) -> None:
    """Each chain, link, content and checkpoint is counted."""
    book, _ = kept
    walked = verified(book)
    assert walked.cases == 2
    assert walked.events == len(rows(book, Event)) + len(rows(book, TeamEvent))
    assert walked.checkpoints == 2
    assert walked.contents == sum(len(event.digests) for event in rows(book, Event))


def test_a_checkpoint_covers_what_grew_since_the_one_before(book: Casebook) -> None:
    """Its cost follows what happened, not how many cases there are; the first has the team's chain, too."""
    number = sealed(book)
    assert timers.checkpoint(book) == 0
    inquiry.note(book, number, NoteContent(text="x"), by=Walk(book).chair)
    assert timers.checkpoint(book) == 1
    assert [len(row.heads) for row in rows(book, Checkpoint)] == [2, 1, 1]
    verified(book)


def test_an_erased_case_still_verifies(book: Casebook, watch: Watch) -> None:
    """Its content is gone for good, its ledger stays, and it owes nothing more."""
    walk = Walk(book)
    number = walk.closed()
    watch.forward(days=1)
    walk.erase(number)
    timers.checkpoint(book)
    verified(book)
    with pytest.raises(CaseErased, match="erased"):
        walk.records(number, "reports")
    with pytest.raises(CaseErased, match="erased"):
        walk.act(number, "reopen", {"reason": "x"})
    assert walk.events(number)[-1] == "erased"
    assert {row.status for row in rows(book, Effect, EFFECTS.c.case_id == case(book, number).id)} == {
        EffectStatus.DONE
    }
    assert timers.running(book, by=SYSTEM, number=number) == []
    watch.forward(days=3000)
    timers.sweep(book)
    assert timers.running(book, by=SYSTEM, number=number) == []


def test_an_erased_persons_next_report_opens_a_new_case(walk: Walk) -> None:
    """Nothing leads back to what was erased, and nobody is told that it was there."""
    number = walk.closed()
    walk.erase(number)
    subject = {"name": "invented-subject-name", "site": "silver_city"}
    content = ReportContent.read({"behaviour_of_concern": "x", "subject": subject})
    receipt = intake.report(walk.book, content, by=walk.chair)
    assert receipt.number != number
    assert receipt.candidates == ()


def test_a_link_hashes_what_json_can_hold_the_same_everywhere(watch: Watch) -> None:
    """The order of keys, the time zone and the script of a text make no difference of their own."""
    event = {
        "case_id": "c",
        "seq": 1,
        "version": 1,
        "at": watch.now,
        "actor": "chair",
        "what": "noted",
        "data": {"b": 1, "a": "é"},
        "digests": {},
    }
    assert link("", event) == link("", dict(reversed(event.items())) | {"data": {"a": "é", "b": 1}})
    assert link("", event) != link("x", event)
    assert {*ledger.HASHED, "at", "hash"} == set(EVENTS.c.keys())
