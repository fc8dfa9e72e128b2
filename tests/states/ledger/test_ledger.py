"""Whatever is changed, cut or removed outside the product shows, and an erased case still verifies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event, select, text, update
from sqlmodel import SQLModel

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.inquiry import triage
from states.casebook.intake import reports
from states.casebook.landing import sitting
from states.casebook.plan import meetings
from states.casebook.record import integrity
from states.casebook.rounds import sweeping
from states.contents.inquiry import NoteContent
from states.contents.plans import MeetingContent
from states.contents.reports import ReportContent
from states.errors import CaseErased, LedgerBroken
from states.ledger import chain, verifying
from states.ledger.chain import link
from states.tables import Case, Checkpoint, Effect, Event, Report, TeamEvent, WrappedKey, table_of
from states.vocabulary.effects import EffectStatus
from states.vocabulary.plans import MeetingKind
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY, Opening, Watch
from tests.states.looking import case, everything, rows, verified

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
    for each in events:
        head = link(head, dict(each._mapping))  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
        connection.execute(change(case, each.seq, hash=head))
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
    "a chain cut short": (cut, "last event was cut off"),
    "a chain written anew": (rewrite, "Checkpoint 1 names event"),
    "a content": (
        lambda c, k: c.execute(update(REPORTS).where(REPORTS.c.case_id == k.id).values(content=b"x")),
        "content of reports .* was changed",
    ),
    "a content removed": (
        lambda c, k: c.execute(delete(REPORTS).where(REPORTS.c.case_id == k.id)),
        "reports .* was removed",
    ),
    "what an effect is about": (
        lambda c, k: c.execute(update(EFFECTS).where(EFFECTS.c.case_id == k.id).values(payload=b"x")),
        "content of effects .* was changed",
    ),
    "a case removed": (remove, "Checkpoint 1 names event"),
    "only the row of a case removed": (
        lambda c, k: c.execute(delete(CASES).where(CASES.c.id == k.id)),
        "Checkpoint 1 names event",
    ),
    "a case removed but for its ledger": (
        lambda c, k: remove(c, k, ledger_too=False),
        "Checkpoint 1 names event",
    ),
    "the first checkpoint removed": (
        lambda c, _: c.execute(delete(CHECKPOINTS).where(CHECKPOINTS.c.seq == 1)),
        "Checkpoint 1 was .* removed",
    ),
    "up to where a case says that it is vouched for": (
        lambda c, k: c.execute(update(CASES).where(CASES.c.id == k.id).values(sealed_seq=0)),
        "checkpoint that vouched for event 0 was removed",
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
    integrity.checkpoint(book, by=SYSTEM)
    walk.reported()
    integrity.checkpoint(book, by=SYSTEM)
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
            verifying.verify(connection)


@pytest.mark.parametrize("name", TAMPERED)
def test_it_is_named_as_well_where_cases_are_walked_one_by_one(
    kept: tuple[Casebook, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found does not hang on which cases are looked at together."""
    monkeypatch.setattr(verifying, "TOGETHER", 1)
    book, number = kept
    verified(book)
    tamper, said = TAMPERED[name]
    with behind_its_back(book) as connection:
        tamper(connection, case(book, number))
        with pytest.raises(LedgerBroken, match=said):
            verifying.verify(connection)


def test_many_cases_take_no_more_statements_than_few(book: Casebook) -> None:
    """The database is asked for many cases at once, and says how far it is."""
    walk, seen = Walk(book), list[tuple[int, int]]()
    asked: list[int] = []
    for _ in range(2):
        for _ in range(3):
            walk.reported()
        statements: list[str] = []
        with book.store.read() as connection:
            event.listen(
                connection, "before_cursor_execute", lambda *args, said=statements: said.append(args[2])
            )
            walked = verifying.verify(connection, book.vault, progress=lambda *done: seen.append(done))
        asked.append(len(statements))
    assert asked[0] == asked[1]
    of_cases = len(rows(book, Event))
    assert seen[-2:] == [(0, of_cases), (of_cases, of_cases)]
    assert walked.events == of_cases + len(rows(book, TeamEvent))


def test_the_ledger_of_a_case_that_is_gone_is_noticed_without_a_checkpoint(book: Casebook) -> None:
    """Events that nobody owns any more are counted."""
    number = Walk(book).reported()
    with behind_its_back(book) as connection:
        remove(connection, case(book, number), ledger_too=False)
        with pytest.raises(LedgerBroken, match=r"1 event.* of a case that is no longer there"):
            verifying.verify(connection)


def test_a_verification_tells_what_it_walked(kept: tuple[Casebook, str]) -> None:
    """Each chain, link, content and checkpoint is counted."""
    book, _ = kept
    walked = verified(book)
    assert walked.cases == 2
    assert walked.events == len(rows(book, Event)) + len(rows(book, TeamEvent))
    assert walked.checkpoints == 2
    told = [place for each in (*rows(book, Event), *rows(book, TeamEvent)) for place in each.digests]
    assert walked.contents == len({place for place in told if "#" not in place and "~" not in place})
    there = sum(len(every) for every in everything(book).values())
    # The ledger itself is walked; who is known by what of a case or a member is compared as one, and counted.
    apart = len(rows(book, Event)) + len(rows(book, TeamEvent)) + walked.checkpoints
    assert walked.rows == there - apart - len(rows(book, WrappedKey)) + walked.cases


def test_a_checkpoint_covers_what_grew_since_the_one_before(book: Casebook) -> None:
    """Its cost follows what happened, not how many cases there are; the first has the team's chain, too."""
    number = sealed(book)
    assert integrity.checkpoint(book, by=SYSTEM) == 0
    triage.note(book, number, NoteContent(text="x"), by=Walk(book).chair)
    assert integrity.checkpoint(book, by=SYSTEM) == 1
    assert [len(row.heads) for row in rows(book, Checkpoint)] == [2, 1, 1]
    verified(book)


def test_an_erased_case_still_verifies(book: Casebook, watch: Watch) -> None:
    """Its content is gone for good, its ledger stays, and it owes nothing more."""
    walk = Walk(book)
    number = walk.closed()
    debrief = meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.DEBRIEF, at=book.clock())
    begun = sitting.seat(book, debrief, by=walk.chair).version
    sitting.note(book, debrief, MeetingContent(minutes="invented"), by=walk.chair, version=begun)
    watch.forward(days=1)
    walk.erase(number)
    integrity.checkpoint(book, by=SYSTEM)
    verified(book)
    with pytest.raises(CaseErased, match="erased"):
        sitting.seat(book, debrief, by=walk.chair)
    with pytest.raises(CaseErased, match="erased"):
        walk.records(number, "reports")
    with pytest.raises(CaseErased, match="erased"):
        walk.act(number, "reopen", {"reason": "x"})
    assert walk.events(number)[-1] == "erased"
    assert {row.status for row in rows(book, Effect, EFFECTS.c.case_id == case(book, number).id)} == {
        EffectStatus.DONE
    }
    assert sweeping.running(book, by=SYSTEM, number=number) == []
    watch.forward(days=3000)
    sweeping.sweep(book, by=SYSTEM)
    assert sweeping.running(book, by=SYSTEM, number=number) == []


def test_an_erased_persons_next_report_opens_a_new_case(walk: Walk) -> None:
    """Nothing leads back to what was erased, and nobody is told that it was there."""
    number = walk.closed()
    walk.erase(number)
    subject = {"name": "invented-subject-name", "site": "silver_city"}
    content = ReportContent.read({"behaviour_of_concern": "x", "subject": subject})
    receipt = reports.report(walk.book, content, by=walk.chair)
    assert receipt.number != number
    assert receipt.candidates == ()


def test_a_link_hashes_what_json_can_hold_the_same_everywhere(watch: Watch) -> None:
    """The order of keys, the time zone and the script of a text make no difference of their own."""
    linked = {
        "case_id": "c",
        "seq": 1,
        "version": 1,
        "at": watch.now,
        "actor": "chair",
        "what": "noted",
        "data": {"b": 1, "a": "é"},
        "digests": {},
    }
    assert link("", linked) == link("", dict(reversed(linked.items())) | {"data": {"a": "é", "b": 1}})
    assert link("", linked) != link("x", linked)
    assert {*chain.HASHED, "at", "hash"} == set(EVENTS.c.keys())
