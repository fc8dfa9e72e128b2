"""A source that knows the person and could not say all stays before the team until somebody decides."""

import pytest

from states.access import SYSTEM
from states.casebook.effects.work import Work
from states.casebook.lookups import asking, questions
from states.casebook.lookups.questions import Answer
from states.casebook.triggers import acting
from states.contents.verbatim import ToldFact
from states.vocabulary.effects import EffectKind
from states.vocabulary.sources import AnswerStatus, LegalBasis, SourceKind
from tests.cases.walking import Walk
from tests.states.looking import verified
from tests.states.store.test_outbox import take_up

FACTS = (ToldFact(name="Grade", value="ZQX", kind="dynamic", observed_at=None),)

#: what the registrar says, and that it could not say who the guardians are
HALF = Answer(AnswerStatus.FOUND, "registrar", "without_guardians", facts=FACTS)


def answer(walk: Walk, said: Answer) -> None:
    """Have the registrar say something, and every other source know nobody."""
    work: Work = take_up(walk.book, kinds=[EffectKind.COLLECT_RECORDS])
    for question in questions.questions(walk.book, work):
        given = said if question.kind is SourceKind.REGISTRAR else Answer(AnswerStatus.NOT_FOUND, "other")
        questions.record_answer(walk.book, work, question.id, given)


def of_registrar(walk: Walk, number: str) -> list[tuple[str, str, int]]:
    """How each question to the registrar stands, with its code, and with how many facts."""
    rows = walk.records(number, "source_queries")
    return [
        (row["status"], row["code"], len(row["content"].get("facts", ())))
        for row in rows
        if row["kind"] == SourceKind.REGISTRAR
    ]


def said_of_sources(walk: Walk, number: str) -> str:
    """What the guard of an assessment says of sources; empty: it holds."""
    explained = acting.can(walk.book, number, by=walk.chair)
    sentences = [
        each.sentence for can in explained for each in can.missing if each.guard == "sources_settled"
    ]
    return sentences[0] if sentences else ""


def test_it_is_said_without_what_and_the_case_is_not_assessed_before_it_is_waived(walk: Walk) -> None:
    """A waiver is a decision of its own: what the source said stays found."""
    number = walk.in_inquiry()
    answer(walk, HALF)
    assert "registrar (found without guardians)" in said_of_sources(walk, number)
    asking.waive_source(
        walk.book, number, SourceKind.REGISTRAR, by=walk.chair, because="The guardians are known."
    )
    assert said_of_sources(walk, number) == ""
    assert of_registrar(walk, number) == [("found", "without_guardians", 1), ("waived", "", 0)]
    verified(walk.book)


def test_a_waiver_is_on_the_basis_that_was_asked_on(walk: Walk) -> None:
    """Not on the one that the pack names now."""
    number, registrar = walk.in_inquiry(), SourceKind.REGISTRAR
    answer(walk, HALF)
    basis = LegalBasis.HEALTH_OR_SAFETY
    asking.request_lookup(walk.book, number, registrar, by=walk.chair, because="x", basis=basis)
    answer(walk, HALF)
    asking.waive_source(walk.book, number, registrar, by=walk.chair, because="The guardians are known.")
    rows = [row for row in walk.records(number, "source_queries") if row["kind"] == registrar]
    assert [row["status"] for row in rows] == ["found", "found", "waived"]
    assert [row["basis"] for row in rows[1:]] == [basis, basis]


@pytest.mark.parametrize("then", [AnswerStatus.FOUND, AnswerStatus.UNAVAILABLE, AnswerStatus.NOT_FOUND])
def test_asked_again_what_it_said_before_stays(walk: Walk, then: AnswerStatus) -> None:
    """The new question has an answer of its own, and the guard goes by that one."""
    number = walk.in_inquiry()
    answer(walk, HALF)
    assert asking.ask_again(walk.book, number, by=walk.chair) == 1
    assert asking.ask_again(walk.book, number, by=walk.chair) == 0
    answer(walk, Answer(then, "registrar"))
    assert of_registrar(walk, number) == [("found", "without_guardians", 1), (then, "", 0)]
    assert ("registrar (unavailable)" in said_of_sources(walk, number)) == (then is AnswerStatus.UNAVAILABLE)
    assert questions.poll(walk.book, by=SYSTEM) == 0
    verified(walk.book)
