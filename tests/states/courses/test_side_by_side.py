"""What writers on a server that lets them run side by side must not do to each other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from states.access import REPORTER, SYSTEM
from states.casebook import Casebook
from states.casebook.book import CASES
from states.casebook.effects import attempts, claiming
from states.casebook.inquiry import triage
from states.casebook.intake import reports
from states.contents.inquiry import NoteContent
from states.contents.reports import ReportContent, SubjectContent
from states.errors import CaseErased
from states.ledger import checkpoints
from states.tables import Effect, WrappedKey, table_of
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import rows
from tests.waiting import PATIENCE, until


def _blocked(book: Casebook) -> bool:
    """Whether a connection waits for another's lock."""
    with book.store.read() as connection:
        query = (
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(connection.exec_driver_sql(query).scalar())


def test_whoever_waited_for_an_erasure_to_end_writes_nothing_into_the_erased_case(
    postgres_book: Casebook,
) -> None:
    """A key that was read before it was destroyed is not used after: what it seals nobody could open."""
    walk = Walk(postgres_book)
    number = walk.closed()
    with ThreadPoolExecutor(1) as pool:
        with postgres_book.store.write() as connection:
            connection.execute(select(CASES.c.id).where(CASES.c.number == number).with_for_update())
            content = NoteContent(text="Too late.")
            late = pool.submit(triage.note, postgres_book, number, content, by=walk.chair)
            until(lambda: late.done() or _blocked(postgres_book), "nobody waits for the erasure")
            assert not late.done()
            mine = CASES.c.number == number
            connection.execute(update(CASES).where(mine).values(erased_at=postgres_book.clock()))
            scope = select(CASES.c.id).where(mine).scalar_subquery()
            keys = table_of(WrappedKey)
            connection.execute(update(keys).where(keys.c.scope == scope).values(wrapped=None))
        assert isinstance(late.exception(PATIENCE), CaseErased)


def test_a_checkpoint_does_not_hold_up_who_only_names_the_case(postgres_book: Casebook) -> None:
    """A report that suggests another case, and the sweep, refer to cases that the checkpoint has locked."""
    walk = Walk(postgres_book)
    subject = SubjectContent(name="Sam Sample", site="silver_city")
    content = ReportContent(behaviour_of_concern="Invented.", subject=subject)
    first = reports.report(postgres_book, content, by=REPORTER)
    with ThreadPoolExecutor(1) as pool, postgres_book.store.write() as connection:
        checkpoints.checkpoint(connection, postgres_book.clock(), postgres_book.vault)
        second = pool.submit(reports.report, postgres_book, content, by=REPORTER)
        assert second.result(PATIENCE).candidates == (first.number,)
    assert walk.events(first.number) == ["reported"]


def test_one_attempt_that_cannot_be_ended_keeps_no_other_from_ending(walk: Walk, watch: Watch) -> None:
    """The reconciler ends every other dead attempt, and says afterwards what it could not."""
    book = walk.book
    for _ in range(2):
        walk.reported()
    claims = claiming.claim_due(book, limit=10, kinds=[EffectKind.NOTIFY_TEAM], by=SYSTEM)
    watch.forward(minutes=5)
    lost = select(CASES.c.id).where(CASES.c.number == claims[0].number).scalar_subquery()
    keys = table_of(WrappedKey)
    with book.store.write() as connection:
        connection.execute(update(keys).where(keys.c.scope == lost).values(wrapped=None))
    with pytest.raises(CaseErased):
        attempts.expire(book, by=SYSTEM)
    status = {row.id: row.status for row in rows(book, Effect)}
    assert status[claims[1].effect_id] == "pending"
    assert status[claims[0].effect_id] == "claimed"
