"""Whatever a source does, asking it ends in one of the five answers and tells it the least."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from states.correspondence.question import Question
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.asking import ask
from tasks.sources.contract import Fact, Found, NotFound, Pending, Provenance, Refused, Reply, Unavailable
from tasks.sources.scripted import ScriptedSource
from tests.waiting import PATIENCE

#: a text that must never show anywhere
PERSONAL = "Sam-Sample-900000001"

Asking = Callable[..., Question]
Scripting = Callable[..., ScriptedSource]


class Rude(ScriptedSource):
    """A source that returns what no source may return, or raises what is not an error."""

    answer: Any = None

    async def lookup(self, question: Question) -> Reply:
        """Return, or raise, whatever :attr:`answer` is."""
        self.asked.append(question)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer  # type: ignore[no-any-return]


def rude(answer: object) -> Rude:
    """Make a rude source."""
    source = Rude.from_config("rude", {"answers": {"registrar": {"answer": "not_found"}}})
    source.answer = answer
    return source


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            {"answer": "found", "facts": [{"name": "Standing", "value": "Good", "kind": "dynamic"}]},
            Found((Fact("Standing", "Good", FactorKind.DYNAMIC),), Provenance("script")),
        ),
        ({"answer": "found"}, Found((), Provenance("script"))),
        ({"answer": "not_found"}, NotFound(Provenance("script"))),
        ({"answer": "pending", "ticket": "T-1"}, Pending("T-1")),
        ({"answer": "refused", "reason": "sealed_record"}, Refused("sealed_record")),
        ({"answer": "unavailable", "reason": "down"}, Unavailable("down")),
        ({"answer": "unavailable", "permanent": True}, Unavailable("scripted", permanent=True)),
        ({"answer": "raise", "text": PERSONAL}, Unavailable("source_error")),
    ],
)
async def test_the_five_answers_stay_distinct(
    question: Asking, scripted: Scripting, line: dict[str, Any], expected: Reply
) -> None:
    """Found, not found, pending, refused and unavailable each come back as what they are."""
    assert await ask(scripted(**line), question(), timeout=PATIENCE) == expected


async def test_without_an_accepted_basis_the_source_is_not_asked(
    question: Asking, scripted: Scripting
) -> None:
    """No basis, no call."""
    source = scripted(answer="found")
    reply = await ask(source, question(basis=LegalBasis.EMPLOYMENT), timeout=PATIENCE)
    assert (reply, source.asked) == (Refused("basis_not_accepted"), [])


async def test_a_basis_for_one_kind_is_none_for_another(question: Asking, scripted: Scripting) -> None:
    """Whom a source may be asked about as an employer, it may not be asked about as a school."""
    source = scripted(answer="found")
    source.kinds |= {SourceKind.DIRECTORY}
    source.needs = dict.fromkeys(source.kinds, source.needs[SourceKind.REGISTRAR])
    source.accepts = {SourceKind.DIRECTORY: frozenset({LegalBasis.CONSENT}), **source.accepts}
    asked = question(kind=SourceKind.DIRECTORY, basis=LegalBasis.SCHOOL_OFFICIAL)
    assert await ask(source, asked, timeout=PATIENCE) == Refused("basis_not_accepted")
    assert source.asked == []


async def test_a_source_is_not_asked_about_what_it_does_not_answer(
    question: Asking, scripted: Scripting
) -> None:
    """A question of another kind never reaches the source."""
    source = scripted(answer="found")
    reply = await ask(source, question(kind=SourceKind.COURT_REGISTRANTS), timeout=PATIENCE)
    assert (reply, source.asked) == (Unavailable("kind_not_served", permanent=True), [])


async def test_a_source_is_told_only_the_identifiers_it_declares(
    question: Asking, scripted: Scripting
) -> None:
    """Everything else of the question arrives unchanged."""
    source = scripted(answer="not_found", needs=["campus_id", "employee_id"])
    everything = dict.fromkeys(IdentifierKind, "x") | {IdentifierKind.EMPLOYEE_ID: " "}
    await ask(source, question(identifiers=everything), timeout=PATIENCE)
    assert source.asked == [question(identifiers={IdentifierKind.CAMPUS_ID: "x"})]


@pytest.mark.parametrize(
    "identifiers", [{}, {IdentifierKind.EMAIL: "sam.sample@wnmu.example"}, {IdentifierKind.CAMPUS_ID: "  "}]
)
async def test_without_a_usable_identifier_the_source_is_not_asked(
    question: Asking, scripted: Scripting, identifiers: dict[IdentifierKind, str]
) -> None:
    """That nobody could look is not the same as that nobody was found."""
    source = scripted(answer="not_found", needs=["campus_id"])
    reply = await ask(source, question(identifiers=identifiers), timeout=PATIENCE)
    assert (reply, source.asked) == (Unavailable("identifier_missing", permanent=True), [])


async def test_a_source_that_hangs_is_unavailable_in_time(question: Asking, scripted: Scripting) -> None:
    """The answer comes when the time is up, not when the source feels like it."""
    source = scripted(answer="found", delay=3600)
    async with asyncio.timeout(PATIENCE):
        assert await ask(source, question(), timeout=0.01) == Unavailable("timeout")
    assert len(source.asked) == 1


@pytest.mark.parametrize("answer", [None, "found", [], Found, ("found", {})])
async def test_an_answer_of_another_shape_is_unavailable_for_good(question: Asking, answer: object) -> None:
    """A source that keeps to no contract is not asked again and again."""
    assert await ask(rude(answer), question(), timeout=PATIENCE) == Unavailable("bad_answer", permanent=True)


async def test_cancelling_gets_through_to_the_source_and_back(question: Asking, scripted: Scripting) -> None:
    """A flow that is stopped does not turn into an answer."""
    source = scripted(answer="found", delay=3600)
    asking = asyncio.create_task(ask(source, question(), timeout=PATIENCE))
    await asyncio.sleep(0)
    assert len(source.asked) == 1
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_a_source_that_cancels_itself_cancels_nobody_else(question: Asking) -> None:
    """Only the caller's own cancellation gets out; a source's is an error of the source."""
    reply = await ask(rude(asyncio.CancelledError(PERSONAL)), question(), timeout=PATIENCE)
    assert reply == Unavailable("source_error")


async def test_nothing_of_an_exception_is_kept_or_logged(
    question: Asking, scripted: Scripting, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """A driver's message may quote the row it failed on."""
    caplog.set_level(logging.DEBUG)
    reply = await ask(scripted(answer="raise", text=PERSONAL), question(), timeout=PATIENCE)
    assert reply == Unavailable("source_error")
    said = capfd.readouterr()
    assert PERSONAL not in repr(reply) + caplog.text + said.out + said.err
