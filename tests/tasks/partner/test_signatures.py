"""Signed messages: whole, fresh, from a known key, and each for one purpose."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms

from console.partner_stub.stub import new_signer
from states.errors import BadSignature, StepFailed
from tasks.far.signatures import (
    COVERED,
    FRESH,
    GRACE,
    TAG,
    Signer,
    private_key,
    public_key,
    verify,
    verify_response,
    written,
)

SIGNER = new_signer("ours-1")
KEYS = {SIGNER.key_id: SIGNER.key.public_key()}

ADDRESS = "https://reception.example/partners/police/answers"


def request(method: str = "POST", url: str = ADDRESS, content: bytes = b"{}") -> httpx.Request:
    """A request that nobody has signed."""
    return httpx.Request(method, url, content=content, headers={"Idempotency-Key": "key-1"})


def signed(*, age: timedelta = timedelta(0), by: Signer = SIGNER, content: bytes = b"{}") -> httpx.Request:
    """A request as its sender signed it some time ago."""
    return by.sign(request(content=content), now=datetime.now(UTC) - age, also=("idempotency-key",))


def changed(**parts: object) -> httpx.Request:
    """A signed request of which a part was changed under way."""
    sent = signed()
    usual: dict[str, object] = {
        "method": sent.method,
        "url": str(sent.url),
        "content": sent.content,
        "headers": dict(sent.headers),
    }
    return httpx.Request(**(usual | parts))  # type: ignore[arg-type]


def with_header(name: str, change: Callable[[str], str]) -> httpx.Request:
    """A signed request of which a header was changed under way."""
    headers = dict(signed().headers)
    headers[name] = change(headers[name])
    return changed(headers=headers)


@pytest.mark.parametrize("content", [b"", b"{}", b"\x00" * 1000])
def test_a_signed_request_is_known_by_its_key(content: bytes) -> None:
    """It names its key and its nonce, whatever its content; two never share a nonce."""
    first, second = (verify(signed(content=content), KEYS) for _ in range(2))
    assert first.key_id == "ours-1"
    assert first.nonce != second.nonce
    assert first.expires_at > datetime.now(UTC) + FRESH


FORGED: dict[str, Callable[[], httpx.Request]] = {
    "unsigned": request,
    "another key under the same id": lambda: signed(by=new_signer("ours-1")),
    "a key that is not known": lambda: signed(by=new_signer("theirs")),
    "too old": lambda: signed(age=FRESH + timedelta(minutes=1)),
    "from the future": lambda: signed(age=-timedelta(hours=1)),
    "another content": lambda: changed(content=b'{"x": 1}'),
    "no content": lambda: changed(content=b""),
    "another method": lambda: changed(method="PUT"),
    "another address": lambda: changed(url="https://elsewhere.example/partners/police/answers"),
    "another path": lambda: changed(url=ADDRESS.replace("police", "sheriff")),
    "an added query": lambda: changed(url=f"{ADDRESS}?x=1"),
    "another header that is covered": lambda: with_header("idempotency-key", lambda _: "key-2"),
    "another nonce": lambda: with_header("signature-input", lambda old: old.replace('nonce="', 'nonce="x')),
    "another purpose": lambda: with_header("signature-input", lambda old: old.replace("tatflow", "other")),
    "less covered": lambda: with_header("signature-input", lambda old: old.replace('"@method" ', "")),
    "two signatures": lambda: with_header(
        "signature-input", lambda old: f"{old}, {old.replace('pyhms', 'second')}"
    ),
    "garbage for a signature": lambda: with_header("signature", lambda _: "pyhms=:!!:"),
    "garbage for what it covers": lambda: with_header("signature-input", lambda _: 'pyhms=("@method'),
    "garbage for a digest": lambda: with_header("content-digest", lambda _: "sha-256=?"),
    "an unfit type of nonce": lambda: with_header(
        "signature-input", lambda old: old.replace(';nonce="', ';nonce=1;x="')
    ),
    "bytes that are no text": lambda: changed(headers=dict(signed().headers) | {"signature": b"\x80\xff"}),
}


@pytest.mark.parametrize("how", FORGED)
def test_whatever_is_not_whole_fresh_and_known_is_refused(how: str) -> None:
    """A forged, changed, stale or garbled request is refused in one sentence that says no more."""
    with pytest.raises(BadSignature) as refused:
        verify(FORGED[how](), KEYS, also=("idempotency-key",))
    assert str(refused.value).startswith("It is not signed as agreed")
    assert refused.value.__cause__ is None


#: when the message below is signed
THEN = datetime(2026, 2, 3, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("later", "holds"),
    [
        (-GRACE - timedelta(seconds=1), False),
        (-GRACE, True),
        (-timedelta(seconds=20), True),
        (FRESH, True),
        (FRESH + GRACE, True),
        (FRESH + GRACE + timedelta(seconds=1), False),
    ],
)
def test_clocks_may_be_half_a_minute_apart_either_way(later: timedelta, *, holds: bool) -> None:
    """A sender whose clock is 20 s ahead signs in our future; that is no forgery."""
    sent = SIGNER.sign(request(), now=THEN)
    if not holds:
        with pytest.raises(BadSignature):
            verify(sent, KEYS, now=THEN + later)
        return
    # Its nonce is remembered until the last moment at which the same message would hold.
    assert verify(sent, KEYS, now=THEN + later).expires_at >= THEN + FRESH + GRACE


def test_a_sender_may_have_its_message_expire_sooner_and_no_later() -> None:
    """What it says of its end holds where that is before ours."""
    for life, later, holds in ((60, 80, True), (60, 100, False), (3600, 320, True), (3600, 340, False)):
        sent = request()
        signer = HTTPMessageSigner(
            signature_algorithm=algorithms.ED25519,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={SIGNER.key_id: SIGNER.key}),
        )
        signer.sign(
            sent,
            key_id=SIGNER.key_id,
            created=THEN,
            expires=THEN + timedelta(seconds=life),
            nonce="nonce-1",
            tag=TAG,
            covered_component_ids=COVERED,
            body=sent.content,
        )
        if holds:
            assert verify(sent, KEYS, now=THEN + timedelta(seconds=later)).key_id == SIGNER.key_id
            continue
        with pytest.raises(BadSignature):
            verify(sent, KEYS, now=THEN + timedelta(seconds=later))


def test_without_keys_nothing_is_known() -> None:
    """A sender without keys, as one that does not exist, is refused alike."""
    with pytest.raises(BadSignature):
        verify(signed(), {})


def test_a_header_that_must_be_covered_is_asked_for() -> None:
    """A signature that leaves the Idempotency-Key open does not do where it must be covered."""
    open_key = SIGNER.sign(request(), now=datetime.now(UTC))
    assert verify(open_key, KEYS).key_id == "ours-1"
    with pytest.raises(BadSignature):
        verify(open_key, KEYS, also=("idempotency-key",))


def test_several_keys_are_valid_at_once() -> None:
    """While keys change, the old and the new one both do."""
    new = new_signer("ours-2")
    both = KEYS | {new.key_id: new.key.public_key()}
    assert {verify(signed(by=by), both).key_id for by in (SIGNER, new)} == {"ours-1", "ours-2"}


def response(
    to: httpx.Request, content: bytes = b'{"status": "no_hit"}', status: int = 200
) -> httpx.Response:
    """A response that nobody has signed."""
    return httpx.Response(status, content=content, request=to)


def test_a_response_answers_one_request_alone() -> None:
    """Put in the place of another response, with another status or content, it is refused."""
    first, second = signed(), signed()
    answer = SIGNER.sign_response(response(first), now=datetime.now(UTC))
    assert verify_response(answer, KEYS).key_id == "ours-1"
    for to, content, status in (
        (second, answer.content, 200),
        (first, b'{"status": "hit"}', 200),
        (first, answer.content, 202),
    ):
        moved = httpx.Response(status, headers=dict(answer.headers), content=content, request=to)
        with pytest.raises(BadSignature):
            verify_response(moved, KEYS)
    with pytest.raises(BadSignature):
        verify_response(response(first), KEYS)


def test_keys_are_read_as_they_are_written() -> None:
    """A key survives being written down; what is none is refused without being repeated."""
    assert written(private_key(written(SIGNER.key))) == written(SIGNER.key)
    assert written(public_key(f" {written(SIGNER.key.public_key())}\n")) == written(SIGNER.key.public_key())
    for text in ("", "opensesame", "é" * 44, written(SIGNER.key)[:-4]):
        with pytest.raises(StepFailed, match="secret_misread"):
            private_key(text)
        with pytest.raises(ValueError, match="32 bytes") as refused:
            public_key(text)
        assert "opensesame" not in str(refused.value)


def test_no_key_shows() -> None:
    """A signer's repr names its key and does not show it."""
    assert "ours-1" in repr(SIGNER)
    assert "Ed25519" not in repr(SIGNER)
