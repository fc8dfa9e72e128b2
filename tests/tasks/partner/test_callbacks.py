"""The door at which partners call back: what is taken in, and what is not, with nothing leaked or written."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.client.orchestration import get_client
from sqlalchemy import update

from console.partner_stub import deciding
from console.partner_stub.stub import new_signer
from console.reception.app import reception
from console.shown.case import findings
from console.shown.case.opened import Opened
from deployments.orchestrator.registration import make_limits
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts, claiming
from states.casebook.effects.work import Work
from states.casebook.lookups import asking, questions
from states.casebook.lookups.questions import Answer
from states.casebook.reading import whole_case
from states.correspondence.question import Question
from states.settings import Settings
from states.tables import WrappedKey, table_of
from states.vault import TEAM_SCOPE
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import AnswerStatus, LegalBasis, SourceKind
from tasks.desk import Desk
from tasks.far.codes import ADVICE
from tasks.far.signatures import Signer
from tasks.sources.registry import Sources
from tasks.steps.lookups import ask_source
from tests.cases.walking import Walk
from tests.servers.partner_serving import Partner, address, partner_at, reserved, served
from tests.waiting import PATIENCE, eventually

#: all that a refusal may say
MOST_SAID = 120


class Place:
    """A team whose reception and whose partner run.

    Args:
        desk: the team's desk.
        partner: the stand-in.
        url: where the reception is.
    """

    def __init__(self, desk: Desk, partner: Partner, url: str) -> None:
        self.desk = desk
        self.partner = partner
        self.url = url
        self.walk = Walk(desk.book)

    async def asks(self, number: str = "") -> str:
        """Ask the partner what a case owes, as its flow does; returns the case's number."""
        number = number or self.walk.in_inquiry()
        work = self.takes_up()
        for question in questions.questions(self.desk.book, work):
            await ask_source(self.desk, work, question)
        attempts.finish(self.desk.book, work)
        return number

    def takes_up(self) -> Work:
        """Take up the next effect that collects records."""
        (claim,) = claiming.claim_due(self.desk.book, limit=1, kinds=[EffectKind.COLLECT_RECORDS], by=SYSTEM)
        claiming.assign(self.desk.book, claim.lease, "run")
        work = attempts.begin(self.desk.book, claim.effect_id, "run", by=SYSTEM)
        assert work is not None
        return work

    def stands(self, number: str) -> str:
        """How the question about past contacts stands."""
        return str(self.row(number)["status"])

    def row(self, number: str) -> dict[str, Any]:
        """The question about past contacts."""
        rows = self.walk.records(number, "source_queries")
        return [row for row in rows if row["kind"] == SourceKind.PAST_CONTACTS][-1]

    def answer(self, **changes: Any) -> dict[str, Any]:
        """An answer to the newest query, as the partner would send it; keyword arguments change it."""
        usual = {
            "ticket": self.partner.stub.records.queries()[0].ticket,
            "kind": "past_contacts",
            "status": "no_hit",
            "answered_at": "2026-03-02T15:00:00+00:00",
            "retention_until": (self.desk.book.clock() + timedelta(days=90)).isoformat(),
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def signed(
        self, answer: object, *, source: str = "police", by: Signer | None = None, at: datetime | None = None
    ) -> httpx.Request:
        """A callback."""
        url = f"{self.url}/partners/{source}/answers"
        request = httpx.Request("POST", url, content=json.dumps(answer).encode())
        return (by or self.partner.stub.signer).sign(request, now=at or datetime.now(UTC))

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a callback."""
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as over:
            return await over.send(request)


@pytest.fixture
async def place(
    book: Casebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect_client_settings: None
) -> AsyncIterator[Place]:
    """A team whose reception and whose partner run; Prefect holds back what a partner does not bear."""
    del prefect_client_settings
    listener = reserved()
    url = address(listener)
    settings = Settings(home=tmp_path, base_url=url)
    async with partner_at(tmp_path, monkeypatch, callback=f"{url}/partners/police/answers") as partner:
        silent = partner.source(callback=False, kinds=["social_media"])
        silent.name = "silent"
        desk = Desk(settings, book, Sources([partner.source(), silent]))
        async with get_client() as client:
            await make_limits(client, desk.sources, desk.offices)
        async with served(reception(desk), listener):
            yield Place(desk, partner, url)


@pytest.mark.parametrize(
    ("deed", "status"),
    [
        ({"do": "deny", "reason": "not_permitted"}, "refused"),
        ({"do": "hit", "class": "contact"}, "found"),
        ({"do": "no_hit"}, "not_found"),
        ({"do": "expire"}, "unavailable"),
    ],
)
async def test_the_partner_calls_back_and_the_case_knows(
    place: Place, deed: dict[str, str], status: str
) -> None:
    """Each final answer reaches the case as soon as somebody decides, without anybody asking again."""
    number = await place.asks()
    assert place.stands(number) == "pending"
    await place.partner.decide(**deed)
    assert await place.partner.called() == "taken in"
    row = place.row(number)
    assert row["status"] == status
    assert (row["retain_until"] is not None) == (status in ("found", "not_found"))


@pytest.mark.parametrize("road", ["callback", "poll"])
async def test_what_was_to_be_erased_before_it_came_is_unavailable_and_nothing_of_it_kept(
    place: Place, monkeypatch: pytest.MonkeyPatch, road: str
) -> None:
    """Whatever road it comes by, the case says so for good, and what to do; no content was ever written."""
    monkeypatch.setattr(deciding, "KEPT", timedelta(days=-1))
    number = await place.asks()
    if road == "poll":
        place.partner.stub.callback_url = ""
    await place.partner.decide("hit", **{"class": "contact"})
    if road == "poll":
        asking.ask_again(place.desk.book, number, by=place.walk.chair)
        await place.asks(number)
    else:
        assert await place.partner.called() == "taken in"
    row = place.row(number)
    assert (row["status"], row["code"]) == ("unavailable", "kept_no_longer")
    assert (row["poll_at"], row["retain_until"]) == (None, None)
    assert (row["content"]["facts"], row["content"].get("erased_at")) == ([], None)
    dossier = whole_case.dossier(place.desk.book, number, by=place.walk.chair)
    shown = list(findings.sources(Opened(dossier, (), (), (), place.desk.book.pack, UTC)))
    assert ADVICE["kept_no_longer"] in str(shown)


async def test_a_callback_is_tried_again_until_the_reception_is_back(place: Place) -> None:
    """A reception that is down misses nothing."""
    number = await place.asks()
    there = place.partner.stub.callback_url
    with reserved() as listener:
        place.partner.stub.callback_url = f"{address(listener)}/partners/police/answers"
        await place.partner.decide("no_hit")
        while not place.partner.stub.records.queries()[0].calls:
            await place.partner.queries()
    assert place.stands(number) == "pending"
    place.partner.stub.callback_url = there
    assert await place.partner.called() == "taken in"
    assert place.stands(number) == "not_found"


async def test_a_callback_that_overtakes_its_ticket_is_sent_again(place: Place) -> None:
    """An answer that comes before the ticket is on record is not lost: it comes again."""
    number = place.walk.in_inquiry()
    question = Question(
        kind=SourceKind.PAST_CONTACTS,
        identifiers={IdentifierKind.PLACE: "Nowhere"},
        purpose="Past contacts",
        basis=LegalBasis.PARTNER_AGREEMENT,
        requester="officer",
        case_number=number,
        id=place.row(number)["id"],
        now=datetime.now(UTC),
    )
    await place.desk.sources.all()[0].lookup(question)
    await place.partner.decide("no_hit")

    async def turned_away() -> bool:
        return place.partner.stub.records.queries()[0].call_result == "not reached (404)"

    await eventually(turned_away)
    ticket = place.partner.stub.records.queries()[0].ticket
    pending = Answer(AnswerStatus.PENDING, "police", ticket=ticket)
    questions.record_answer(place.desk.book, place.takes_up(), place.row(number)["id"], pending)
    assert await place.partner.called() == "taken in"
    assert place.stands(number) == "not_found"


#: for each callback that is not taken in: how it is made, and the status that says so
REFUSED: dict[str, tuple[Callable[[Place], httpx.Request], int]] = {
    "unsigned": (
        lambda p: httpx.Request("POST", f"{p.url}/partners/police/answers", json=p.answer()),
        401,
    ),
    "wrong key": (lambda p: p.signed(p.answer(), by=new_signer("police-1")), 401),
    "unknown key": (lambda p: p.signed(p.answer(), by=new_signer("sheriff-1")), 401),
    "too old": (lambda p: p.signed(p.answer(), at=datetime.now(UTC) - timedelta(hours=1)), 401),
    "unknown source": (lambda p: p.signed(p.answer(), source="sheriff"), 401),
    "source that may not call back": (lambda p: p.signed(p.answer(), source="silent"), 401),
    "tampered body": (lambda p: tampered(p.signed(p.answer())), 401),
    "unknown ticket": (lambda p: p.signed(p.answer(ticket="nobodys")), 404),
    "ticket of another kind": (lambda p: p.signed(p.answer(kind="weapons_registration")), 404),
    "no answer yet": (
        lambda p: p.signed(p.answer(status="approved", answered_at=None, retention_until=None)),
        422,
    ),
    "unknown status": (lambda p: p.signed(p.answer(status="maybe")), 422),
    "more than agreed": (lambda p: p.signed(p.answer(criminal_history="invented")), 422),
    "a fact of another kind": (
        lambda p: p.signed(
            p.answer(
                **{"status": "hit", "class": "contact", "reference": "R"},
                facts=[{"name": "weapons_registered", "value": 2}],
            )
        ),
        422,
    ),
    "a class of another kind": (
        lambda p: p.signed(p.answer(**{"status": "hit", "class": "registered", "reference": "R"})),
        422,
    ),
    "no JSON object": (lambda p: p.signed(["invented"]), 422),
}


def tampered(request: httpx.Request) -> httpx.Request:
    """A callback whose answer was changed under way."""
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    content = request.content.replace(b"no_hit", b"denied")
    return httpx.Request(request.method, request.url, headers=headers, content=content)


async def test_what_is_not_an_answer_of_the_partner_is_refused(place: Place) -> None:
    """Each has its status; none of them is told anything, and nothing is written."""
    number = await place.asks()
    before = place.row(number)
    for name, (make, status) in REFUSED.items():
        answer = await place.send(make(place))
        assert (name, answer.status_code) == (name, status)
        said = answer.json()["detail"]
        assert len(said) < MOST_SAID
        assert not [word for word in (number, "invented", before["id"]) if word in said]
    assert place.row(number) == before


async def test_a_callback_is_taken_in_once(place: Place) -> None:
    """The same message again is a replay; the same answer signed anew comes too late."""
    number = await place.asks()
    request = place.signed(place.answer())
    assert (await place.send(request)).status_code == httpx.codes.NO_CONTENT
    assert place.stands(number) == "not_found"
    assert (await place.send(request)).status_code == httpx.codes.CONFLICT
    other = place.answer(**{"status": "hit", "class": "contact", "reference": "R"})
    late = await place.send(place.signed(other))
    assert (late.status_code, late.content) == (httpx.codes.GONE, b"")
    assert place.stands(number) == "not_found"


async def test_an_answer_after_a_waiver_is_not_taken_in(place: Place) -> None:
    """What the team went on without stays waived."""
    number = await place.asks()
    asking.waive_source(
        place.desk.book, number, SourceKind.PAST_CONTACTS, by=place.walk.chair, because="It takes too long."
    )
    await place.partner.decide("hit", **{"class": "contact"})
    assert await place.partner.called() == "refused (410)"
    row = place.row(number)
    assert (row["status"], row["content"].get("facts", [])) == ("waived", [])


async def test_an_answer_about_an_erased_case_is_not_taken_in(place: Place) -> None:
    """An erased case takes in nothing, and the partner is not told why."""
    number = place.walk.closed()
    place.walk.act(number, "reopen", {"reason": "Again."})
    await place.asks(number)
    answer = place.signed(place.answer())
    with place.desk.book.store.write() as connection:
        keys = table_of(WrappedKey)
        connection.execute(update(keys).values(wrapped=None).where(keys.c.scope != TEAM_SCOPE))
    late = await place.send(answer)
    assert (late.status_code, late.content) == (httpx.codes.GONE, b"")


async def test_an_answer_comes_in_although_asking_again_failed(place: Place) -> None:
    """A partner that was down while it was asked again still calls back with its answer, once it is up."""
    number = await place.asks()
    await place.partner.behave("down")
    asking.ask_again(place.desk.book, number, by=place.walk.chair)
    await place.asks(number)
    assert place.stands(number) == "unavailable"
    await place.partner.behave("waits")
    await place.partner.decide("no_hit")
    assert await place.partner.called() == "taken in"
    assert place.stands(number) == "not_found"


async def test_polling_does_what_a_callback_does(place: Place) -> None:
    """Where no callback comes, asking again under the ticket brings the answer."""
    number = await place.asks()
    place.partner.stub.callback_url = ""
    await place.partner.decide("hit", **{"class": "contact"})
    asking.ask_again(place.desk.book, number, by=place.walk.chair)
    await place.asks(number)
    row = place.row(number)
    assert row["status"] == "found"
    assert [fact["name"] for fact in row["content"]["facts"]] == ["Answer", "Reference to phone about"]
    assert len(await place.partner.queries()) == 1
