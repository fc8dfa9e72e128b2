"""Flows that gather records: side by side, on the record, and with the five answers kept apart."""

import asyncio
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest
from prefect.artifacts import Artifact

from deployments.orchestrator.operators_page import KEY, Rounds, show_operations
from deployments.orchestrator.registration import make_limits
from states.access import SYSTEM
from states.casebook.effects import circuits
from states.casebook.lookups import asking, questions
from states.casebook.triggers import acting
from states.correspondence.question import Question
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.sources import AnswerStatus, LegalBasis, SourceKind
from tasks.desk import Desk
from tasks.sources.contract import Needs, NotFound, Provenance, Reply
from tasks.sources.registry import Sources
from tasks.sources.scripted import ScriptedSource
from tests.cases.walking import Walk
from tests.flows.conftest import PlugIn
from tests.installations.running import Runs
from tests.tasks.sources.faults import FAULTS, FarSide
from tests.tasks.sources.oneroster.people import person
from tests.tasks.sources.oneroster.server import CLIENT_ID, CLIENT_SECRET, Roster
from tests.waiting import PATIENCE

FOUND = """
[{name}]
use = "scripted"
[{name}.answers.{kind}]
answer = "found"
facts = [{{ name = "Standing", value = "invented", kind = "static" }}]
"""

ANSWER = """
[past]
use = "scripted"
[past.answers.past_contacts]
answer = "{answer}"
"""

REGISTRAR = """
[registrar]
use = "oneroster"
version = "1.2"
url = "{far}"
token_url = "{far}/token"
client_id = "{client_id}"
client_secret = {{ env = "REGISTRAR_SECRET" }}
"""


class PatientSource:
    """A source that answers only once as many sources as share its barrier have been asked."""

    def __init__(self, kind: SourceKind, barrier: asyncio.Barrier) -> None:
        self.name = f"patient {kind}"
        self.kinds = frozenset({kind})
        self.needs: Mapping[SourceKind, Needs] = {kind: Needs(any_of=frozenset(IdentifierKind))}
        self.accepts = {kind: frozenset(LegalBasis)}
        self._barrier = barrier

    async def lookup(self, question: Question) -> Reply:
        """Wait for the others, then know nothing."""
        del question
        async with asyncio.timeout(PATIENCE):
            await self._barrier.wait()
        return NotFound(Provenance(self.name))


def answers(walk: Walk, number: str) -> dict[str, str]:
    """How each source answered."""
    return {row["kind"]: row["status"] for row in walk.records(number, "source_queries")}


@pytest.mark.clause("W-17")
@pytest.mark.parametrize(
    ("affiliation", "kind"),
    [(Affiliation.STUDENT, "registrar"), (Affiliation.STAFF, "human_resources")],
)
async def test_the_record_that_fits_the_person_is_fetched(
    walk: Walk, runs: Runs, plug_in: PlugIn, affiliation: Affiliation, kind: str
) -> None:
    """A student's record comes from the registrar, an employee's from human resources."""
    plug_in(described=FOUND.format(name="records", kind=kind))
    number = walk.in_inquiry(affiliation=affiliation)
    await runs.only(number, EffectKind.COLLECT_RECORDS)
    row = next(row for row in walk.records(number, "source_queries") if row["kind"] == kind)
    assert row["status"] == AnswerStatus.FOUND
    assert row["content"]["facts"][0]["value"] == "invented"


async def test_sources_are_asked_side_by_side(walk: Walk, runs: Runs, plug_in: PlugIn) -> None:
    """No source waits for another: each of these answers only once both were asked."""
    barrier = asyncio.Barrier(2)
    plug_in(*(PatientSource(kind, barrier) for kind in (SourceKind.REGISTRAR, SourceKind.PAST_CONTACTS)))
    number = walk.in_inquiry()
    await runs.only(number, EffectKind.COLLECT_RECORDS)
    assert set(answers(walk, number).values()) == {AnswerStatus.NOT_FOUND}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("found", AnswerStatus.FOUND),
        ("not_found", AnswerStatus.NOT_FOUND),
        ("pending", AnswerStatus.PENDING),
        ("refused", AnswerStatus.REFUSED),
        ("unavailable", AnswerStatus.UNAVAILABLE),
        ("raise", AnswerStatus.UNAVAILABLE),
    ],
)
async def test_the_five_answers_stay_apart(
    walk: Walk, runs: Runs, plug_in: PlugIn, answer: str, status: AnswerStatus
) -> None:
    """However a source answers, the answer is on record as what it was, and the run is complete."""
    plug_in(described=ANSWER.format(answer=answer))
    number = walk.in_inquiry()
    state = await runs.only(number, EffectKind.COLLECT_RECORDS)
    assert state.is_completed()
    assert answers(walk, number)["past_contacts"] == status


async def test_an_answer_without_a_part_keeps_which_one(walk: Walk, runs: Runs, plug_in: PlugIn) -> None:
    """It is found, its facts are kept, and its code says without what."""
    half = FOUND.format(name="past", kind="past_contacts") + 'missing = ["grades", "guardians"]\n'
    plug_in(described=half)
    number = walk.in_inquiry()
    await runs.only(number, EffectKind.COLLECT_RECORDS)
    (row,) = [row for row in walk.records(number, "source_queries") if row["kind"] == "past_contacts"]
    assert (row["status"], row["code"]) == (AnswerStatus.FOUND, "without_grades_and_guardians")
    assert len(row["content"]["facts"]) == 1


async def test_a_kind_of_record_without_a_source_is_unavailable(walk: Walk, runs: Runs) -> None:
    """Nobody to ask is an answer too: it stays in front of the team."""
    number = walk.in_inquiry()
    await runs.only(number, EffectKind.COLLECT_RECORDS)
    rows = walk.records(number, "source_queries")
    assert {(row["status"], row["code"]) for row in rows} == {(AnswerStatus.UNAVAILABLE, "not_configured")}


async def test_a_reassessment_asks_anew(walk: Walk, runs: Runs, plug_in: PlugIn) -> None:
    """Dynamic factors change, so a reassessment asks again; earlier answers stay (W-08, A-03)."""
    plug_in(described=ANSWER.format(answer="not_found"))
    number = walk.monitored()
    before = len(walk.records(number, "source_queries"))
    walk.assess(number, walk.level(number))
    walk.act(number, "reassess")
    await runs.only(number, EffectKind.REFRESH_RECORDS)
    rows = walk.records(number, "source_queries")
    assert len(rows) == 2 * before
    assert {row["status"] for row in rows[before:]} == {AnswerStatus.NOT_FOUND, AnswerStatus.UNAVAILABLE}


async def test_a_source_that_is_away_is_asked_again_by_itself(
    walk: Walk, runs: Runs, plug_in: PlugIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while the sweep owes another question, and the case shows what came of it."""
    monkeypatch.setattr(questions, "POLL_AFTER", (timedelta(0),))
    plug_in(described=ANSWER.format(answer="unavailable"))
    number = walk.in_inquiry()
    await runs.only(number, EffectKind.COLLECT_RECORDS)
    assert answers(walk, number)["past_contacts"] == AnswerStatus.UNAVAILABLE
    plug_in(described=ANSWER.format(answer="not_found"))
    await runs.flow("sweep")
    await runs.only(number, EffectKind.COLLECT_RECORDS)
    assert answers(walk, number)["past_contacts"] == AnswerStatus.NOT_FOUND


async def test_a_pending_question_is_asked_about_with_its_ticket(
    walk: Walk, runs: Runs, plug_in: PlugIn, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The source is told what it knows the question by, and only when it is time."""
    plug_in(described=ANSWER.format(answer="pending"))
    numbers = walk.in_inquiry(), walk.in_inquiry()
    await runs.only(numbers[0], EffectKind.COLLECT_RECORDS)
    assert questions.poll(desk.book, by=SYSTEM) == 0
    monkeypatch.setattr(questions, "POLL_AFTER", (timedelta(0),))
    number = numbers[1]
    await runs.only(number, EffectKind.COLLECT_RECORDS)
    plug_in(described=ANSWER.format(answer="found"))
    assert questions.poll(desk.book, by=SYSTEM) > 0
    await runs.only(number, EffectKind.COLLECT_RECORDS)
    source = runs.seat.desk.sources.for_kind(SourceKind.PAST_CONTACTS)
    assert isinstance(source, ScriptedSource)
    assert [question.ticket for question in source.asked] == ["scripted"]
    assert answers(walk, number)["past_contacts"] == AnswerStatus.FOUND


async def test_a_source_that_fails_again_and_again_is_left_alone(
    walk: Walk, runs: Runs, plug_in: PlugIn, desk: Desk
) -> None:
    """Its circuit is open: it is not asked, the case shows why, and operators find it among the artifacts."""
    plug_in(described=ANSWER.format(answer="raise"))
    for _ in range(circuits.FAILURES):
        circuits.failed(desk.book, "past", "source_error", by=SYSTEM)
    number = walk.in_inquiry()
    state = await runs.only(number, EffectKind.COLLECT_RECORDS)
    assert state.is_completed()
    (row,) = [row for row in walk.records(number, "source_queries") if row["kind"] == "past_contacts"]
    assert (row["status"], row["code"]) == (AnswerStatus.UNAVAILABLE, "circuit_open")
    await show_operations(runs.client, desk, Rounds({}, datetime.now(UTC)))
    shown = await Artifact.aget(KEY)
    assert shown is not None
    assert "| past | 5 | `source_error` |" in str(shown.data)


class CrowdedSource:
    """A source that counts how many questions it has at once: each stays until it has company, or a while."""

    kinds = frozenset({SourceKind.PAST_CONTACTS})
    accepts: Mapping[SourceKind, frozenset[LegalBasis]] = {SourceKind.PAST_CONTACTS: frozenset(LegalBasis)}
    needs: Mapping[SourceKind, Needs] = {SourceKind.PAST_CONTACTS: Needs(any_of=frozenset(IdentifierKind))}

    #: seconds in which a question that nothing holds back has long come
    PATIENCE = 1.5

    def __init__(self) -> None:
        self.name = "crowded"
        self.asked = 0
        self.most = 0
        self._inside = 0
        # Each question is put in a loop and a thread of its own.
        self._company = threading.Event()

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Nobody describes it in a file."""
        raise NotImplementedError(name, table)

    async def lookup(self, question: Question) -> Reply:
        """Wait for company, then know nothing."""
        del question
        self.asked += 1
        self._inside += 1
        self.most = max(self.most, self._inside)
        if self._inside > 1:
            self._company.set()
        await asyncio.to_thread(self._company.wait, self.PATIENCE)
        self._inside -= 1
        return NotFound(Provenance(self.name))


@pytest.mark.parametrize("at_once", [1, 2])
async def test_no_more_questions_at_once_than_a_source_bears(
    desk: Desk, walk: Walk, runs: Runs, at_once: int
) -> None:
    """Of a source that bears one, two cases' questions that are put together come one after the other."""
    source = CrowdedSource()
    runs.seat.take(Desk(desk.settings, desk.book, Sources([source], {source.name: at_once})))
    numbers = [walk.in_inquiry() for _ in range(2)]
    await make_limits(runs.client, runs.seat.desk.sources, runs.seat.desk.offices)
    await asyncio.gather(*(runs.only(number, EffectKind.COLLECT_RECORDS) for number in numbers))
    assert (source.asked, source.most) == (2, at_once)
    assert {answers(walk, number)["past_contacts"] for number in numbers} == {AnswerStatus.NOT_FOUND}
    limit = await runs.client.read_global_concurrency_limit_by_name(f"tatflow-{source.name}")
    assert (limit.limit, limit.active_slots) == (at_once, 0)


def missing(walk: Walk, number: str) -> str:
    """What stands in the way of an assessment."""
    (assess,) = [
        each for each in acting.can(walk.book, number, by=walk.chair) if each.row.trigger == "assess"
    ]
    return " ".join(each.sentence for each in assess.missing)


@pytest.mark.parametrize("fault", ["redirect", "wrong_schema", "too_large"])
async def test_a_registrar_that_fails_stays_in_view_until_it_is_asked_again(
    walk: Walk, runs: Runs, plug_in: PlugIn, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The run ends, the case says why and what is missing; once all is well, asking again heals it."""
    monkeypatch.setenv("REGISTRAR_SECRET", CLIENT_SECRET)
    roster = Roster()
    roster.collections["users"].append(
        person("user-subject", email=f"{walk.words('subject.email')}@people.example")
    )
    with FarSide(roster.answer) as far:
        plug_in(described=REGISTRAR.format(far=far.url, client_id=CLIENT_ID))
        far.fail(fault)
        number = walk.in_inquiry()
        state = await runs.only(number, EffectKind.COLLECT_RECORDS)
        assert state.is_completed()
        (row,) = [row for row in walk.records(number, "source_queries") if row["kind"] == "registrar"]
        assert (row["status"], row["code"]) == (AnswerStatus.UNAVAILABLE, FAULTS[fault].code)
        assert "registrar (unavailable)" in missing(walk, number)
        far.heal()
        asking.ask_again(walk.book, number, by=walk.chair)
        await runs.only(number, EffectKind.COLLECT_RECORDS)
    assert answers(walk, number)["registrar"] == AnswerStatus.FOUND
