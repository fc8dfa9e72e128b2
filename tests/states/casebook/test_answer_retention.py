"""What a source lets nobody keep longer is erased on that day; that it was asked and answered stays."""

from datetime import timedelta

import pytest

from states.access import SYSTEM
from states.casebook.lookups import questions, retention
from states.casebook.lookups.questions import Answer
from states.casebook.reading import whole_case
from states.casebook.rearranging import corrections
from states.casebook.rounds.waiting import for_the_sweep
from states.contents.verbatim import ToldFact
from states.tables import SourceQuery
from states.vocabulary.effects import EffectKind
from states.vocabulary.sources import AnswerStatus
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import everything, rows, verified
from tests.states.store.test_outbox import take_up

FACTS = (ToldFact(name="past contact", value="ZQX was here", kind="static"),)


def answered(
    walk: Walk, *, kept: timedelta | None, status: AnswerStatus = AnswerStatus.FOUND
) -> tuple[str, str]:
    """A case one of whose sources answered; the number of the case, and the id of the question."""
    book = walk.book
    number = walk.in_inquiry()
    work = take_up(book, kinds=[EffectKind.COLLECT_RECORDS])
    question = questions.questions(book, work)[0]
    until = None if kept is None else book.clock() + kept
    answer = Answer(status, "police", facts=FACTS, retain_until=until)
    questions.record_answer(book, work, question.id, answer)
    return number, question.id


def test_on_that_day_the_answer_is_erased_and_the_question_stays(walk: Walk, watch: Watch) -> None:
    """Before it, nothing is touched; after it, no content is left to open, and the ledger verifies."""
    number, query = answered(walk, kept=timedelta(days=30))
    right = {"facts": [FACTS[0].model_dump(mode="json") | {"value": "QZX"}]}
    corrections.put_right(walk.book, number, query, right, by=walk.chair, because="Typed wrong.")
    assert for_the_sweep(walk.book.at(watch.now + timedelta(hours=1)), by=SYSTEM) == for_the_sweep(
        walk.book, by=SYSTEM
    )
    assert retention.erase_due(walk.book, by=SYSTEM) == 0
    watch.forward(days=30)
    assert query in for_the_sweep(walk.book, by=SYSTEM)
    assert retention.erase_due(walk.book, by=SYSTEM) == 1
    assert retention.erase_due(walk.book, by=SYSTEM) == 0
    opened = whole_case.dossier(walk.book, number, by=walk.chair)
    (row,) = [row for row in opened["source_queries"] if row["id"] == query]
    assert (row["status"], row["source"], row["basis"] != "") == ("found", "police", True)
    assert row["content"] == {"facts": [], "as_of": "", "ticket": "", "erased_at": watch.now.isoformat()}
    (correction,) = opened["corrections"]
    assert correction["content"] == {"reason": "Typed wrong.", "former": {}}
    assert walk.events(number)[-1] == "answer_erased"
    verified(walk.book)


def test_an_answer_that_may_be_kept_is_kept(walk: Walk, watch: Watch) -> None:
    """Where a source sets no day, the case's own retention alone counts."""
    _, query = answered(walk, kept=None)
    watch.forward(days=400)
    before = everything(walk.book)
    assert retention.erase_due(walk.book, by=SYSTEM) == 0
    assert everything(walk.book) == before
    (row,) = [row for row in rows(walk.book, SourceQuery) if row.id == query]
    assert row.content


@pytest.mark.parametrize("status", [AnswerStatus.FOUND, AnswerStatus.NOT_FOUND])
@pytest.mark.parametrize("kept", [timedelta(days=-400), timedelta(0)])
def test_what_was_to_be_erased_before_it_came_is_unavailable(
    walk: Walk, status: AnswerStatus, kept: timedelta
) -> None:
    """It is neither kept for a moment nor taken for a no: the team asks again, or waives it."""
    number, query = answered(walk, kept=kept, status=status)
    (row,) = [row for row in walk.records(number, "source_queries") if row["id"] == query]
    assert (row["status"], row["code"], row["source"]) == ("unavailable", "kept_no_longer", "police")
    assert (row["content"]["facts"], row["retain_until"], row["poll_at"]) == ([], None, None)
    assert retention.erase_due(walk.book, by=SYSTEM) == 0
    verified(walk.book)
