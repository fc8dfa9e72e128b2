"""The source `partner` against a stand-in over real HTTP."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from console.partner_stub.stub import new_signer
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import AnswerStatus, LegalBasis, SourceKind
from tasks.far.signatures import written
from tasks.sources.asking import ask
from tasks.sources.contract import Fact, Found, NotFound, Pending, Refused, Reply, Source, Unavailable
from tasks.sources.partner.source import PartnerSource
from tasks.sources.recording import as_answer
from tests.servers.partner_serving import Partner, reserved
from tests.tasks.partner.conftest import Ask
from tests.waiting import PATIENCE

SLOW = 0.4

#: a place and a day of which the police log tells
PLACE = {IdentifierKind.PLACE: "1421 E. 53rd", IdentifierKind.OCCURRED_ON: "2019-01-02"}


def ticket_of(reply: Reply) -> str:
    """The ticket of a pending reply."""
    assert isinstance(reply, Pending)
    return reply.ticket


async def test_it_is_a_source(partner: Partner) -> None:
    """It says which kinds it answers, what it needs for each, and on which bases."""
    source = partner.source()
    assert isinstance(source, Source)
    assert set(source.needs) == set(source.kinds)
    assert set(source.accepts) == set(source.kinds)
    assert set(source.accepts.values()) == {frozenset({LegalBasis.PARTNER_AGREEMENT, LegalBasis.CONSENT})}


@pytest.mark.parametrize(
    ("deed", "status"),
    [
        ({"do": "approve"}, AnswerStatus.PENDING),
        ({"do": "deny", "reason": "no_authority"}, AnswerStatus.REFUSED),
        ({"do": "hit", "class": "registered"}, AnswerStatus.FOUND),
        ({"do": "no_hit"}, AnswerStatus.NOT_FOUND),
        ({"do": "expire"}, AnswerStatus.UNAVAILABLE),
    ],
)
@pytest.mark.clause("U-03")
async def test_it_answers_later(
    partner: Partner, question: Ask, deed: dict[str, str], status: AnswerStatus
) -> None:
    """A question is pending until somebody decides; asked again under its ticket, each answer is its own."""
    source = partner.source()
    ticket = ticket_of(await ask(source, question(urgent=True), timeout=PATIENCE))
    assert (await partner.queries())[0]["asked"]["urgency"] == "urgent"
    await partner.decide(**deed)
    reply = await ask(source, question(ticket=ticket), timeout=PATIENCE)
    assert as_answer(reply, "police").status == status
    if isinstance(reply, Refused):
        assert reply.reason == "denied_no_authority"
    if isinstance(reply, Unavailable):
        assert reply.reason == "expired"


@pytest.mark.parametrize(
    ("kind", "hit", "fact"),
    [
        pytest.param(
            SourceKind.WEAPONS_REGISTRATION,
            {"class": "registered", "facts": [{"name": "weapons_registered", "value": 2}]},
            Fact("Weapons registered", "2", FactorKind.DYNAMIC),
            marks=pytest.mark.clause("U-03"),
        ),
        pytest.param(
            SourceKind.COURT_REGISTRANTS,
            {"class": "registrant", "facts": [{"name": "registered_until", "value": "2030-01-01"}]},
            Fact("To register until", "2030-01-01", FactorKind.DYNAMIC),
            marks=pytest.mark.clause("P-06"),
        ),
        pytest.param(
            SourceKind.PROTECTIVE_ORDERS,
            {"class": "bound", "facts": [{"name": "court", "value": "District Court"}]},
            Fact("Court", "District Court", FactorKind.STATIC),
            marks=pytest.mark.clause("W-42"),
        ),
    ],
)
async def test_a_hit_tells_little(
    partner: Partner, question: Ask, kind: SourceKind, hit: dict[str, Any], fact: Fact
) -> None:
    """A hit carries its class, a reference to phone about, the facts given, and until when to keep them."""
    source = partner.source()
    ticket = ticket_of(await ask(source, question(kind=kind), timeout=PATIENCE))
    await partner.decide("hit", **hit)
    reply = await ask(source, question(kind=kind, ticket=ticket), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert [each.name for each in reply.facts[:2]] == ["Answer", "Reference to phone about"]
    assert reply.facts[2:] == (fact,)
    kept = reply.provenance.retain_until
    assert kept is not None
    assert kept > question().now + timedelta(days=80)


@pytest.mark.clause("U-03")
async def test_past_contacts_are_looked_up_by_place_and_day(partner: Partner, question: Ask) -> None:
    """The police log answers at once with what happened there on that day, and with no name."""
    await partner.behave("prompt")
    asked = question(kind=SourceKind.PAST_CONTACTS, identifiers=PLACE)
    reply = await ask(partner.source(), asked, timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert ("Nature of contact", "Criminal Trespass to Land") in {(f.name, f.value) for f in reply.facts}
    elsewhere = question(
        kind=SourceKind.PAST_CONTACTS,
        identifiers=PLACE | {IdentifierKind.OCCURRED_ON: "2011-01-01"},
        id="query-2",
    )
    assert isinstance(await ask(partner.source(), elsewhere, timeout=PATIENCE), NotFound)


async def test_it_is_told_no_more_than_it_needs(partner: Partner, question: Ask) -> None:
    """Of all that a case knows, only what the kind needs travels; a day alone does not go at all."""
    known = PLACE | {IdentifierKind.NAME: "Sam Sample", IdentifierKind.EMAIL: "sam@people.example"}
    asked = question(kind=SourceKind.PAST_CONTACTS, identifiers=known)
    await ask(partner.source(), asked, timeout=PATIENCE)
    (query,) = await partner.queries()
    assert query["asked"]["identifiers"] == {"place": "1421 E. 53rd", "occurred_on": "2019-01-02"}
    alone = replace(asked, identifiers={IdentifierKind.OCCURRED_ON: "2019-01-02"}, id="other")
    assert await ask(partner.source(), alone, timeout=PATIENCE) == Unavailable(
        "identifier_missing", permanent=True
    )
    assert len(await partner.queries()) == 1


async def test_asking_twice_makes_one_query(partner: Partner, question: Ask) -> None:
    """The same question again, as after a crash, is the same query; so it is once it has its answer."""
    first = await ask(partner.source(), question(), timeout=PATIENCE)
    assert await ask(partner.source(), question(), timeout=PATIENCE) == first
    await partner.decide("no_hit")
    assert isinstance(await ask(partner.source(), question(), timeout=PATIENCE), NotFound)
    assert len(await partner.queries()) == 1
    other = question(identifiers={IdentifierKind.NAME: "Riley", IdentifierKind.DATE_OF_BIRTH: "2001-02-03"})
    assert await ask(partner.source(), other, timeout=PATIENCE) == Unavailable("rejected", permanent=True)


async def test_an_expired_question_can_be_put_again(partner: Partner, question: Ask) -> None:
    """A query that nobody answered in time is not run any more; asking anew makes a new one."""
    source = partner.source(callback=False)
    ticket = ticket_of(await ask(source, question(), timeout=PATIENCE))
    partner.stub.records.put(ticket, expires_at=question().now.timestamp())
    assert await ask(source, question(ticket=ticket), timeout=PATIENCE) == Unavailable("expired")
    fresh = ticket_of(await ask(source, question(), timeout=PATIENCE))
    assert fresh != ticket


@pytest.mark.parametrize(
    ("behavior", "answer"),
    [
        ("down", Unavailable("server_error")),
        ("busy", Unavailable("rate_limited")),
        ("slow", Unavailable("timeout")),
        ("garbage", Unavailable("wrong_schema", permanent=True)),
        ("oversharing", Unavailable("wrong_schema", permanent=True)),
        ("foreign_key", Unavailable("bad_signature", permanent=True)),
    ],
)
async def test_a_partner_that_fails_is_unavailable(
    partner: Partner, question: Ask, behavior: str, answer: Unavailable
) -> None:
    """Whatever the partner does, the answer is one of the five, with a code; asked again, it heals."""
    await partner.behave(behavior)
    reply = await ask(partner.source(), question(), timeout=SLOW if behavior == "slow" else PATIENCE)
    assert reply == answer
    await partner.behave("waits")
    assert isinstance(await ask(partner.source(), question(), timeout=PATIENCE), Pending)
    assert len(await partner.queries()) == 1


async def test_nobody_at_the_address_is_unreachable(partner: Partner, question: Ask) -> None:
    """A partner whose machine is off is unreachable."""
    with reserved() as listener:
        nowhere = f"http://127.0.0.1:{listener.getsockname()[1]}"
        reply = await ask(partner.source(url=nowhere), question(), timeout=PATIENCE)
    assert reply == Unavailable("unreachable")


async def test_a_ticket_that_the_partner_lost_is_said(partner: Partner, question: Ask) -> None:
    """An unknown ticket is an answer of its own, so that the question is put anew."""
    reply = await ask(partner.source(), question(ticket="lost"), timeout=PATIENCE)
    assert reply == Unavailable("unknown_ticket", permanent=True)


async def test_keys_change_without_a_gap(
    partner: Partner, question: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both sides accept the old and the new key of the other while it changes, and then only the new one."""
    before = partner.stub.public_key()
    after = (await partner.over.post("/control/keys/police-2")).json()
    reply = await ask(partner.source(partner_keys={"police-1": before}), question(), timeout=PATIENCE)
    assert reply == Unavailable("bad_signature", permanent=True)
    both = {"police-1": before, **after}
    assert isinstance(await ask(partner.source(partner_keys=both), question(), timeout=PATIENCE), Pending)

    new = new_signer("team-2")
    keys = {key.key_id: written(key.key.public_key()) for key in (partner.ours, new)}
    await partner.over.put("/control/team-keys", json=keys)
    assert isinstance(await ask(partner.source(partner_keys=after), question(), timeout=PATIENCE), Pending)
    await partner.over.put("/control/team-keys", json={"team-2": keys["team-2"]})
    old = await ask(partner.source(partner_keys=after), question(), timeout=PATIENCE)
    assert old == Unavailable("unauthorized", permanent=True)
    monkeypatch.setenv("TAT_TEST_PARTNER_KEY", written(new.key))
    rotated = partner.source(partner_keys=after, key_id="team-2")
    assert isinstance(await ask(rotated, question(), timeout=PATIENCE), Pending)


async def test_a_request_that_is_replayed_or_changed_is_refused(partner: Partner) -> None:
    """The partner takes each message once, and only as it was signed, its Idempotency-Key included."""
    body = {
        "kind": "weapons_registration",
        "purpose": "Whether weapons are registered",
        "authority": "law_enforcement_partner",
        "requester": "officer",
        "case_reference": "TAT-2026-0001",
        "urgency": "routine",
        "expires_at": "2999-01-01T00:00:00+00:00",
        "callback": False,
        "identifiers": {"name": "Sam Sample", "date_of_birth": "2001-02-03"},
    }

    def signed() -> httpx.Request:
        request = partner.over.build_request(
            "POST", "/queries", json=body, headers={"Idempotency-Key": "key-1"}
        )
        return partner.ours.sign(request, now=partner.stub.clock(), also=("idempotency-key",))

    async def status(**changed: object) -> int:
        sent = signed()
        headers = {name: value for name, value in sent.headers.items() if name != "content-length"}
        parts = {"content": sent.content, "headers": headers} | changed
        return (await partner.over.post("/queries", **parts)).status_code  # type: ignore[arg-type]

    first = signed()
    assert (await partner.over.send(first)).status_code == httpx.codes.ACCEPTED
    assert (await partner.over.send(first)).status_code == httpx.codes.CONFLICT
    assert await status(content=signed().content.replace(b"Sam", b"Tom")) == httpx.codes.UNAUTHORIZED
    other_key = dict(signed().headers) | {"idempotency-key": "key-2"}
    assert await status(headers=other_key) == httpx.codes.UNAUTHORIZED
    assert await status(headers={"Idempotency-Key": "key-1"}) == httpx.codes.UNAUTHORIZED
    assert len(await partner.queries()) == 1


async def test_a_missing_or_unreadable_key_is_said(
    partner: Partner, question: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its key the source cannot ask, and says which of the two it is."""
    monkeypatch.setenv("TAT_TEST_PARTNER_KEY", "opensesame")
    assert await ask(partner.source(), question(), timeout=PATIENCE) == Unavailable(
        "secret_misread", permanent=True
    )
    monkeypatch.delenv("TAT_TEST_PARTNER_KEY")
    assert await ask(partner.source(), question(), timeout=PATIENCE) == Unavailable(
        "secret_missing", permanent=True
    )


async def test_nothing_of_a_question_shows(
    partner: Partner, question: Ask, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """No name, ticket or key is in a log, on the screen or in a repr, whatever the partner does."""
    caplog.set_level(logging.DEBUG)
    shown = repr(question())
    for behavior in ("waits", "down", "garbage", "foreign_key"):
        await partner.behave(behavior)
        shown += repr(await ask(partner.source(), question(), timeout=PATIENCE))
    shown += caplog.text + "".join(capfd.readouterr())
    ticket = partner.stub.records.queries()[0].ticket
    assert not [each for each in ("Sam Sample", "2001-02-03", ticket) if each in shown]


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("url", "http://queries.police.example", "https address"),
        ("url", "https://user:word@queries.police.example", "https address"),
        ("url", "ftp://127.0.0.1", "https address"),
        ("kinds", ["registrar"], "the protocol knows only"),
        ("kinds", [], "at least 1 item"),
        ("partner_keys", {"police-1": "short"}, "a public key is 32 bytes"),
        ("partner_keys", {}, "at least 1 item"),
        ("private_key", "opensesame", "a secret is never written here"),
        ("expiry_hours", 0, "greater than 0"),
        ("callbacks", True, "Extra inputs"),
    ],
)
async def test_a_table_that_cannot_be_used_is_refused(
    partner: Partner, key: str, value: object, says: str
) -> None:
    """What is wrong is told when the sources file is read, without the value."""
    with pytest.raises(ValidationError) as refused:
        PartnerSource.from_config("police", partner.table(**{key: value}))
    assert says in str(refused.value)
    assert "opensesame" not in str(refused.value)
