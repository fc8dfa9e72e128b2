"""Whatever the far side does, :mod:`tasks.far.wire` ends in an answer or a code, and quotes nothing."""

import gzip
import logging
import subprocess
import sys
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from states.errors import StepFailed
from tasks.far import wire
from tests.tasks.sources.faults import FAULTS, WORDING, Answer, Call, FarSide, forward_to, hurry, nobody
from tests.waiting import PATIENCE

#: a value in what we ask, which must not show either
ASKED = "Asked-Of-900000002"


@pytest.fixture
def far() -> Iterator[FarSide]:
    """A far side that says which page it was asked for."""
    with FarSide(lambda call: Answer.of_json([call.path])) as running:
        yield running


async def fetch(url: str) -> list[str]:
    """Ask for a page as sources do."""
    async with wire.client(base_url=url) as over:
        made = await wire.send(over, lambda: over.build_request("GET", "/page", params={"q": ASKED}))
        return wire.read(made, list[str])


async def failure(url: str) -> StepFailed:
    """The failure that asking for a page ends in."""
    with pytest.raises(StepFailed) as caught:
        await fetch(url)
    return caught.value


def test_a_call_that_is_tried_again_prints_nothing(far: FarSide) -> None:
    """Whoever tries a source (`tat sources check`) reads how it ended, and no line of what tries again."""
    far.fail("server_error")
    program = (
        "import asyncio, sys\n"
        "from tasks.far import wire\n"
        "async def ask():\n"
        "    async with wire.client(base_url=sys.argv[1]) as over:\n"
        "        await wire.send(over, lambda: over.build_request('GET', '/page'))\n"
        "try:\n"
        "    asyncio.run(ask())\n"
        "except Exception as error:\n"
        "    print(error.code)\n"
    )
    command = [sys.executable, "-c", program, far.url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert len(far.calls) == wire.TRIES
    assert (done.stdout, done.stderr) == ("server_error\n", "")


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault_has_its_code_and_quotes_nothing(
    far: FarSide,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    fault: str,
) -> None:
    """A code, whether it is for good, three tries or one, and no word of either side anywhere."""
    hurry(monkeypatch, fault)
    caplog.set_level(logging.DEBUG)
    far.fail(fault)
    failed = await failure(far.url)
    expected = FAULTS[fault]
    assert (failed.code, failed.permanent) == (expected.code, expected.permanent)
    assert len(far.calls) == (1 if expected.permanent else wire.TRIES)
    assert {call.path for call in far.calls} == {"/page"}
    assert (failed.__cause__, failed.__context__) == (None, None)
    said = capfd.readouterr()
    shown = repr(failed) + str(failed) + caplog.text + said.out + said.err
    shown += "".join(repr(record.__dict__) for record in caplog.records)
    assert [word for word in (WORDING, ASKED) if word in shown] == []


async def test_what_is_packed_is_unpacked_once_and_no_further_than_an_answer_may_be_long(
    far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few kilobytes that would fill all memory are refused before they do; what is cut off is not whole."""
    hurry(monkeypatch)
    zeros = gzip.compress(bytes(64_000_000))
    tracemalloc.start()
    try:
        for packing, content, code in (
            ("gzip", zeros, "too_large"),
            ("gzip, gzip", gzip.compress(zeros), "wrong_schema"),
            ("gzip", gzip.compress(b'["whole"]')[:-9], "unreachable"),
            ("gzip", b'["whole"]', "unreachable"),
        ):
            far.honest = always(Answer(200, content, {"Content-Encoding": packing}))
            assert (await failure(far.url)).code == code
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
    for packing, pack in (("gzip", gzip.compress), ("deflate", zlib.compress)):
        far.honest = always(Answer(200, pack(b'["whole"]'), {"Content-Encoding": packing}))
        assert await fetch(far.url) == ["whole"]


def always(answer: Answer) -> Callable[[Call], Answer]:
    """Answer so, whatever is asked."""
    return lambda _: answer


async def test_nobody_at_the_address_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused connection may be over later."""
    hurry(monkeypatch)
    with nobody() as url:
        failed = await failure(url)
    assert (failed.code, failed.permanent) == ("unreachable", False)


@pytest.mark.parametrize("fault", ["down", "half", "server_error", "maintenance", "rate_limited"])
async def test_what_is_over_at_the_last_try_is_forgotten(
    far: FarSide, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Two failures and an answer are an answer."""
    hurry(monkeypatch)
    far.fail(fault, times=wire.TRIES - 1)
    assert await fetch(far.url) == ["/page"]
    assert len(far.calls) == wire.TRIES


async def test_success_says_nothing_in_a_log(far: FarSide, caplog: pytest.LogCaptureFixture) -> None:
    """The HTTP library's own line with the address is not written."""
    caplog.set_level(logging.DEBUG)
    await fetch(far.url)
    assert ASKED not in caplog.text


@pytest.mark.parametrize("as_date", [False, True])
@pytest.mark.parametrize("fault", ["rate_limited", "maintenance"])
async def test_the_far_side_says_when_to_come_back(
    far: FarSide, monkeypatch: pytest.MonkeyPatch, fault: str, *, as_date: bool
) -> None:
    """``Retry-After`` in seconds or as a date is waited for."""
    hurry(monkeypatch)
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    far.fail(fault, times=1, retry_after=format_datetime(until, usegmt=True) if as_date else "1")
    await fetch(far.url)
    first, second = far.calls
    if as_date:
        # On a slow machine it may be past before the first answer is read.
        assert datetime.now(UTC) >= until
    else:
        assert second.at - first.at >= 0.9


@pytest.mark.parametrize("retry_after", ["3600", "Fri, 31 Dec 2100 23:59:59 GMT"])
async def test_a_wait_too_long_is_left_to_the_next_attempt(far: FarSide, retry_after: str) -> None:
    """A step does not sit out an hour: it fails at once, and may be repeated."""
    far.fail("rate_limited", retry_after=retry_after)
    failed = await failure(far.url)
    assert (failed.code, failed.permanent, len(far.calls)) == ("rate_limited", False, 1)


@pytest.mark.parametrize(
    "retry_after", ["", "soon", "-5", "\xb2", "Thu, 01 Jan 1970 00:00:00 GMT", "9" * 400]
)
async def test_a_retry_after_that_makes_no_sense_does_no_harm(
    far: FarSide, monkeypatch: pytest.MonkeyPatch, retry_after: str
) -> None:
    """It is still only rate limited."""
    hurry(monkeypatch)
    far.fail("rate_limited", retry_after=retry_after)
    assert (await failure(far.url)).code == "rate_limited"


async def test_each_try_is_made_anew(far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signature or a nonce is never sent twice."""
    hurry(monkeypatch)
    far.fail("server_error", times=2)
    nonces = iter("abc")
    async with wire.client() as over:
        await wire.send(over, lambda: over.build_request("GET", far.url, headers={"nonce": next(nonces)}))
    assert [call.headers["nonce"] for call in far.calls] == ["a", "b", "c"]


async def test_an_error_that_is_an_answer_comes_back(far: FarSide) -> None:
    """Not found is read by who asked, and so is any other status that they name."""
    far.honest = lambda _: Answer(404)
    async with wire.client() as over:
        got = await wire.send(over, lambda: over.build_request("GET", far.url))
        assert got.status_code == 404
        with pytest.raises(StepFailed, match="rejected"):
            await wire.send(over, lambda: over.build_request("GET", far.url), absent=frozenset())


async def test_no_cookie_is_kept(far: FarSide) -> None:
    """Two look-ups over one client cannot be told to belong together."""
    far.honest = lambda _: Answer.of_json([], headers={"Set-Cookie": "session=1; Path=/"})
    async with wire.client() as over:
        for _ in range(2):
            await wire.send(over, lambda: over.build_request("GET", far.url))
    assert ["Cookie" in call.headers for call in far.calls] == [False, False]


async def test_tries_are_apart_by_a_chance(far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a word of the far side the second try comes a moment later, not at once."""
    monkeypatch.setattr(wire, "JITTER", 0.0)
    far.fail("server_error", times=1)
    before = time.monotonic()
    await fetch(far.url)
    assert time.monotonic() - before >= wire.FIRST_WAIT


async def test_a_fault_can_stand_before_any_server(far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    """The misbehaving server passes honest calls on to a real one."""
    hurry(monkeypatch)
    with FarSide(forward_to(far.url)) as before:
        before.fail("server_error", times=1, path="/page")
        assert await fetch(before.url) == ["/page"]
    assert [call.path for call in before.calls] == ["/page", "/page"]
    assert [call.target for call in far.calls] == [f"/page?q={ASKED}"]


@pytest.mark.parametrize(
    "address",
    ["https://records.example.edu/api/", "http://127.0.0.1:8080", "http://[::1]:80", "http://localhost"],
)
def test_an_address_is_encrypted_or_on_this_machine(address: str) -> None:
    """The slash at the end is of no account."""
    assert TypeAdapter(wire.Address).validate_python(address) == address.rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        "http://records.example.edu",
        "http://127.0.0.1.example.edu",
        "http://10.0.0.1",
        "ftp://records.example.edu",
        "https://",
        "records.example.edu",
        "https://user:word@records.example.edu",
        "https://records.example.edu/?key=word",
        "https://[::1",
        "https://records.example.edu:99999",
        "https://records.example.edu:port",
        "https://records.example.edu/\n",
        "https://records .example.edu",
    ],
)
def test_an_address_that_others_could_read_along_is_refused(address: str) -> None:
    """Nothing is sent in the clear, and no password stands in an address."""
    with pytest.raises(ValidationError):
        TypeAdapter(wire.Address).validate_python(address)
