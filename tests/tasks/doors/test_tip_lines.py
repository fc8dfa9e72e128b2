"""A tip line's tips come in signed and once, and it hears that they were taken up (M-01)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI, Request
from sqlalchemy import Connection, event

from deployments.relay.warm import warm_client
from states.casebook.inquiry import triage
from states.casebook.reading import overview
from states.vocabulary.cases import Level, ReportChannel
from states.vocabulary.effects import EffectKind, EffectStatus
from states.vocabulary.leaving import RecipientKind
from tasks.desk import Desk
from tasks.doors.registry import Doors, WebhookDoor, load_doors
from tasks.far.signatures import Signer, verify, written
from tests.cases.walking import Walk
from tests.installations.running import Runs
from tests.installations.seating import Seat
from tests.servers.serving import serving
from tests.tasks.doors.conftest import TipLine

pytestmark = pytest.mark.clause("M-01")

TIP: dict[str, Any] = {
    "id": "T-1001",
    "text": "Somebody in my hall says that they will bring a gun on Friday.",
    "received_at": "2026-01-20T10:00:00-07:00",
    "occurred_on": "2026-01-19",
    "subject": {
        "name": "Sam Sample",
        "campus_id": "900000001",
        "affiliations": ["student"],
        "unit": "education",
    },
}


def reopen(desk: Desk, **table: Any) -> None:
    """Give the tip line's door another table."""
    opened = Doors({"safe": WebhookDoor(use="webhook", site="silver_city", **table)})
    object.__setattr__(desk, "doors", opened)


def numbers(walk: Walk) -> list[str]:
    """The numbers of all cases."""
    return [line.number for line in overview.cases(walk.book, by=walk.chair)]


async def test_a_signed_tip_becomes_a_report(tip_line: TipLine, walk: Walk) -> None:
    """With what it said, when the tip line took it, and its words as they came; the answer tells nothing."""
    response = await tip_line.post(TIP)
    assert (response.status_code, response.json()) == (202, {"status": "taken_in"})
    (number,) = numbers(walk)
    (report,) = walk.records(number, "reports")
    assert report["channel"] == ReportChannel.TIP_LINE
    assert report["received_at"].isoformat() == "2026-01-20T17:00:00+00:00"
    assert report["content"]["behaviour_of_concern"] == TIP["text"]
    assert report["content"]["own_observation"] is False
    assert report["content"]["subject"]["unit"] == "education"
    (tip,) = walk.records(number, "tips")
    assert tip["content"]["external_id"] == "T-1001"
    assert "tip_taken" in walk.events(number)


async def test_the_same_tip_again_is_taken_once(tip_line: TipLine, walk: Walk) -> None:
    """Also when both come at the same moment; other words under its id are a follow-up of it."""
    answers = await asyncio.gather(
        tip_line.post(TIP), tip_line.post(TIP), tip_line.post(TIP | {"text": "Else."})
    )
    assert sorted(answer.json()["status"] for answer in answers) == ["known", "taken_in", "taken_in"]
    (number,) = numbers(walk)
    assert len(walk.records(number, "reports")) == 2


async def test_a_second_tip_about_one_person_joins_the_case(tip_line: TipLine, walk: Walk) -> None:
    """Reports from different units about one person come together (W-47)."""
    await tip_line.post(TIP)
    await tip_line.post(TIP | {"id": "T-1002"})
    (number,) = numbers(walk)
    assert len(walk.records(number, "reports")) == 2


@pytest.mark.clause("W-13")
async def test_an_imminent_tip_alerts_the_police(tip_line: TipLine, walk: Walk) -> None:
    """At once, and without waiting for anybody to read it."""
    await tip_line.post(TIP | {"imminent": True})
    assert "raise_alarm" in walk.events(numbers(walk)[0])


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"text": ""}, 422),
        ({"id": ""}, 422),
        ({"received_at": "yesterday"}, 422),
        ({"subject": {"affiliations": ["wizard"]}}, 422),
        ({"site": "nowhere", "unknown_field": 1, "text": "x" * 60_000, "id": "T-9\0\n"}, 202),
        ({"received_at": "2999-01-01T00:00:00Z", "subject": {"name": "S\u202esam\0 \U0001f600" * 99}}, 202),
    ],
)
async def test_an_odd_tip_is_taken_in_or_named(
    tip_line: TipLine, walk: Walk, change: dict[str, Any], status: int
) -> None:
    """What can be read is not lost; what cannot is refused with the field's name and without its words."""
    response = await tip_line.post(TIP | change)
    assert response.status_code == status
    assert len(numbers(walk)) == (status == 202)
    for word in ("yesterday", "wizard", "Sample", "gun"):
        assert word not in response.text


async def test_what_is_not_json_is_refused(tip_line: TipLine, walk: Walk, key: Ed25519PrivateKey) -> None:
    """And may be sent again as it is once it is read: it used up nothing."""
    request = tip_line.signed("just words")
    assert (await tip_line.send(request)).status_code == 422
    assert numbers(walk) == []
    del key


async def test_an_unsigned_or_forged_tip_is_refused(tip_line: TipLine, walk: Walk) -> None:
    """Whatever is wrong with the signature, the answer is the same, and nothing is written."""
    forger = Signer("safe-1", Ed25519PrivateKey.generate())
    changed = tip_line.signed(TIP)
    changed = httpx.Request(
        "POST", changed.url, headers=changed.headers, content=changed.content.replace(b"gun", b"cat")
    )
    plain = tip_line.signed(TIP)
    del plain.headers["Signature"]
    answers = [
        await tip_line.send(changed),
        await tip_line.send(plain),
        await tip_line.post(TIP, signer=forger),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert numbers(walk) == []


async def test_a_replayed_message_is_refused(tip_line: TipLine, walk: Walk) -> None:
    """The very same message again is no tip, whoever sends it."""
    request = tip_line.signed(TIP)
    assert (await tip_line.send(request)).status_code == 202
    again = httpx.Request("POST", request.url, headers=request.headers, content=request.content)
    response = await tip_line.send(again)
    assert (response.status_code, "taken in before" in response.text) == (409, True)
    assert len(numbers(walk)) == 1


async def test_a_door_that_is_not_there_answers_like_one_that_is(tip_line: TipLine, walk: Walk) -> None:
    """Nobody learns from the answers which tip lines there are."""
    forger = Signer("safe-1", Ed25519PrivateKey.generate())
    there, nowhere = [await tip_line.post(TIP, door=door, signer=forger) for door in ("safe", "nowhere")]
    assert (there.status_code, there.text) == (nowhere.status_code, nowhere.text)
    assert nowhere.status_code == 401
    assert numbers(walk) == []


async def test_too_long_a_message_is_refused(tip_line: TipLine, walk: Walk) -> None:
    """Before it is read."""
    assert (await tip_line.post(TIP | {"text": "x" * 1_000_001})).status_code == 413
    assert numbers(walk) == []


async def test_a_new_key_is_taken_beside_the_old_one(
    tip_line: TipLine, walk: Walk, desk: Desk, key: Ed25519PrivateKey
) -> None:
    """Keys are changed without a tip being lost."""
    new = Ed25519PrivateKey.generate()
    both = {"safe-1": written(key.public_key()), "safe-2": written(new.public_key())}
    reopen(desk, keys=both)
    assert (await tip_line.post(TIP)).status_code == 202
    assert (await tip_line.post(TIP | {"id": "T-2"}, signer=Signer("safe-2", new))).status_code == 202
    assert len(walk.records(numbers(walk)[0], "reports")) == 2


class Answers:
    """A tip line's own server: remembers what it was told."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.app.post("/answers")(self._take)
        self.heard: list[httpx.Request] = []
        self.status = 200

    async def _take(self, request: Request) -> dict[str, str]:
        content = await request.body()
        self.heard.append(
            httpx.Request("POST", str(request.url), headers=request.headers.raw, content=content)
        )
        return {}


@pytest.fixture
def answers() -> Iterator[tuple[Answers, str]]:
    """The tip line's server, and its address."""
    server = Answers()
    with serving(server.app) as url:
        yield server, f"{url}/answers"


@pytest.fixture
async def runs(desk: Desk, prefect_client_settings: None) -> AsyncIterator[Runs]:
    """Runs flows at this test's desk."""
    del prefect_client_settings
    async with warm_client() as client:
        yield Runs(Seat(desk), client)


async def test_a_tip_line_hears_that_its_tip_was_taken_up(  # noqa: PLR0917 - fixtures
    tip_line: TipLine,
    walk: Walk,
    desk: Desk,
    runs: Runs,
    answers: tuple[Answers, str],
    monkeypatch: pytest.MonkeyPatch,
    key: Ed25519PrivateKey,
) -> None:
    """Once somebody has screened it; signed, with its id and nothing else; then its clock stops."""
    ours = Ed25519PrivateKey.generate()
    monkeypatch.setenv("TIP_KEY", written(ours))
    reopen(
        desk,
        keys={"safe-1": written(key.public_key())},
        answer_url=answers[1],
        key_id="tatflow",
        private_key={"env": "TIP_KEY"},
    )
    await tip_line.post(TIP)
    (number,) = numbers(walk)
    assert runs.owed(number, EffectKind.ANSWER_TIP_LINE) == []
    triage.screen(walk.book, number, by=walk.officer, level=Level.MODERATE, because="invented")
    await runs.only(number, EffectKind.ANSWER_TIP_LINE)
    (heard,) = answers[0].heard
    assert heard.content == b'{"id":"T-1001","status":"taken_up"}'
    assert verify(heard, {"tatflow": ours.public_key()}).key_id == "tatflow"
    (tip,) = walk.records(number, "tips")
    assert tip["answered_at"] is not None
    assert [row["recipient_kind"] for row in walk.records(number, "disclosures")] == ["tip_line"]
    # A policy that lets a tip line hear nothing: that it was to be told, and why it was not, is on record.
    pack = desk.book.pack
    silent = tuple(rule for rule in pack.disclosures if RecipientKind.TIP_LINE not in rule.to)
    desk.book.pack = pack.model_copy(update={"disclosures": silent})
    await tip_line.post(TIP | {"id": "T-1002"})
    triage.screen(walk.book, number, by=walk.officer, level=Level.MODERATE, because="invented")
    await runs.only(number, EffectKind.ANSWER_TIP_LINE)
    assert len(answers[0].heard) == 1
    (refused,) = walk.records(number, "disclosure_requests")
    assert (refused["recipient_kind"], refused["lacking"]) == ("tip_line", ["disclosure_rule"])
    desk.book.pack = pack
    await tip_line.post(TIP | {"id": "T-1002"})
    triage.screen(walk.book, number, by=walk.officer, level=Level.MILD, because="invented")
    owed = runs.owed(number, EffectKind.ANSWER_TIP_LINE)
    assert len(owed) == 1
    await runs.effect(owed[0])
    assert runs.line(owed[0]).status == EffectStatus.DONE
    assert [b"T-1002" in request.content for request in answers[0].heard] == [False, True]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[safe]\nuse = 'webhook'\nsite = 'x'\n", "safe.keys: it is missing."),
        ("[safe]\nuse = 'fax'\nsite = 'x'\n", "safe.use: it is one of webhook, mail_folder and csv_folder."),
        ("[safe]\nuse = 'webhook'\nsite = 'x'\nkeys = { a = 'secret' }\n", "a public key is 32 bytes"),
        ("[safe]\nuse = 'mail_folder'\nsite = 'x'\nfolder = 'here'\n", "the path must be absolute"),
        (
            "[safe]\nuse = 'mail_folder'\nsite = 'x'\nfolder = '/x'\nsecret = 1\n",
            "safe.secret: there is no such key.",
        ),
        ("not toml", "it is not TOML"),
    ],
)
def test_a_wrong_file_is_named_by_file_and_key(tmp_path: Any, text: str, problem: str) -> None:
    """And nothing that stands in it is repeated."""
    file = tmp_path / "doors.toml"
    file.write_text(text)
    with pytest.raises(Exception, match=r"^doors\.toml: ") as refusal:
        load_doors(file)
    assert problem in str(refusal.value)
    assert "secret'" not in str(refusal.value)


def test_without_a_file_there_are_no_doors(tmp_path: Any) -> None:
    """An installation that takes nothing in is in order."""
    assert load_doors(tmp_path / "doors.toml").all() == Doors().all()


async def test_a_tip_line_hears_of_a_full_disk_when_to_send_again(
    tip_line: TipLine, walk: Walk, caplog: pytest.LogCaptureFixture
) -> None:
    """With the seconds after which it may; the log tells operators why, and then nothing is missing."""
    engine = walk.book.store.engine
    full: list[int] = []

    @event.listens_for(engine, "begin")
    def _limit(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar() if full else 1_000_000
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    full.append(1)
    sent = 0
    while (answer := await tip_line.post(TIP | {"id": f"T-{sent}", "text": "x" * 50_000})).status_code == 202:
        sent += 1
    assert (answer.status_code, answer.headers["Retry-After"].isdigit()) == (503, True)
    assert "The disk that holds the case database is full" in caplog.text
    full.clear()
    assert (await tip_line.post(TIP | {"id": f"T-{sent}"})).json() == {"status": "taken_in"}
    (number,) = numbers(walk)
    assert len(walk.records(number, "reports")) == sent + 1
