"""The far side as it really is: a real HTTP server on a loopback port that fails as a test tells it to.

::

    with FarSide(honest) as far:                 # honest: a function of a Call, or forward_to(another server)
        far.fail("server_error", path="/users", times=1)
        ... a source that is configured with far.url ...
        far.heal()

``FAULTS`` lists the faults, each with the code that :mod:`tasks.far.wire` makes of it. Whatever a faulty
server says carries ``WORDING``, which must never show on our side.
"""

import asyncio
import gzip
import json
import socket
import struct
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self, cast

import httpx
import pytest

from tasks.far import wire
from tasks.far.egress import Way
from tests.waiting import PATIENCE

#: what a faulty server says: nothing of it may show in a log, an exception or a repr of ours
WORDING = "Far-Side-Wording-900000001"


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    method: str
    #: path and query, as sent
    target: str
    headers: Mapping[str, str]
    content: bytes
    #: seconds on the monotonic clock
    at: float

    @property
    def path(self) -> str:
        """The path without its query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True)
class Answer:
    """What is answered."""

    status: int = 200
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> "Answer":
        """An answer in JSON."""
        content = json.dumps(value).encode()
        return cls(status, content, {"Content-Type": "application/json", **(headers or {})})


class _Line(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    # Head and content are sent one after the other: the second must not wait for a word about the first.
    disable_nagle_algorithm = True

    def _take(self) -> None:
        far = cast("_Server", self.server).far
        length = int(self.headers.get("Content-Length") or 0)
        call = Call(
            self.command, self.path, dict(self.headers.items()), self.rfile.read(length), time.monotonic()
        )
        fault = far.note(call)
        if fault is None:
            self.give(far.honest(call))
        else:
            fault.answer(self, far)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _take  # noqa: N815 - the server finds them by these names

    def give(self, answer: Answer, *, claimed: int | None = None) -> None:
        """Send an answer; it claims to have ``claimed`` bytes."""
        self.send_response(answer.status, WORDING if answer.status >= 300 else None)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content) if claimed is None else claimed))
        self.end_headers()
        self.wfile.write(answer.content)

    def hang_up(self, *, rudely: bool = False) -> None:
        """End the connection; rudely: with a reset, as a machine does that goes down."""
        self.close_connection = True
        if rudely:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        """Write nothing down."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    far: "FarSide"

    def handle_error(self, request: object, client_address: object) -> None:
        """That the near side hung up is what a test of a fault expects."""


class FarSide:
    """A server that answers as ``honest`` does, but for the requests that it is told to fail.

    Args:
        honest: answers a call; without one every call is answered 404.
    """

    def __init__(self, honest: Callable[[Call], Answer] | None = None) -> None:
        self.honest = honest or (lambda _: Answer(404))
        #: every request so far, oldest first
        self.calls: list[Call] = []
        #: what ``Retry-After`` says, where a fault sends it
        self.retry_after = "0"
        #: set when nobody shall wait any longer
        self.over = threading.Event()
        self._fault: Fault | None = None
        self._path = ""
        self._left = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Line)
        self._server.far = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def fail(self, fault: str, *, path: str = "", times: int = 1_000_000, retry_after: str = "0") -> None:
        """Fail the next calls.

        Args:
            fault: one of ``FAULTS``.
            path: only those whose path ends so.
            times: how many of them.
            retry_after: what ``Retry-After`` says, where the fault sends it.
        """
        with self._lock:
            self._fault, self._path, self._left = FAULTS[fault], path, times
            self.retry_after = retry_after

    def heal(self) -> None:
        """Answer honestly from now on."""
        with self._lock:
            self._fault = None

    def note(self, call: Call) -> "Fault | None":
        """Take a call down, and say how it is to be failed."""
        with self._lock:
            self.calls.append(call)
            if self._fault is None or not self._left or not call.path.endswith(self._path):
                return None
            self._left -= 1
            return self._fault

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass(frozen=True)
class Fault:
    """A way to fail.

    Args:
        code: what :mod:`tasks.far.wire` makes of it.
        permanent: whether trying again is pointless.
        answer: does it.
    """

    code: str
    permanent: bool
    answer: Callable[[_Line, FarSide], None]


class _Flight:
    """Time that flies for whoever waits for a far side: it is over at once, and no limit is shortened.

    In their own event loops alone: in another of the same process, whatever waits there would be late, too.
    """

    def __init__(self) -> None:
        self._flown: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, float] = weakref.WeakKeyDictionary()

    def take(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let an event loop go by this time from now on, which is its own so far."""
        if loop not in self._flown:
            self._flown[loop] = 0.0
            known = weakref.ref(loop)
            vars(loop)["time"] = lambda: time.monotonic() + self._of(known())

    def _of(self, loop: asyncio.AbstractEventLoop | None) -> float:
        return 0.0 if loop is None else self._flown[loop]

    def pass_by(self, seconds: float) -> None:
        """Let time pass in every loop that goes by this time, and wake each to notice it."""
        for loop in list(self._flown):
            self._flown[loop] += seconds
            with suppress(RuntimeError):  # it was closed meanwhile
                loop.call_soon_threadsafe(_nothing)


def _nothing() -> None:
    """What an event loop is woken for."""


_FLIGHT = _Flight()


def _slow(line: _Line, far: FarSide) -> None:
    _FLIGHT.pass_by((wire.TIMEOUT.read or 0) + 1)
    far.over.wait(PATIENCE)
    line.hang_up()


def _dripping(line: _Line, far: FarSide) -> None:
    line.give(Answer(), claimed=1_000_000)
    _FLIGHT.pass_by(wire.WHOLE + 1)
    while not far.over.wait(0.02):
        line.wfile.write(b"[")
    line.hang_up()


def _down(line: _Line, _: FarSide) -> None:
    line.hang_up(rudely=True)


def _half(line: _Line, _: FarSide) -> None:
    line.give(Answer(content=f'{{"{WORDING}'.encode()), claimed=1_000)
    line.hang_up()


def _not_http(line: _Line, _: FarSide) -> None:
    line.wfile.write(f"\x00\x01{WORDING}\r\n\r\n".encode())
    line.hang_up()


def _redirect(line: _Line, far: FarSide) -> None:
    line.give(Answer(302, headers={"Location": f"{far.url}/elsewhere?{WORDING}"}))


def _status(status: int) -> Callable[[_Line, FarSide], None]:
    def give(line: _Line, far: FarSide) -> None:
        says = {"Retry-After": far.retry_after} if status in (429, 503) else {"X-Says": WORDING}
        line.give(Answer.of_json({"error": WORDING}, status, says))

    return give


def _content(content: bytes, **headers: str) -> Callable[[_Line, FarSide], None]:
    said = {"Content-Type": "application/json", "X-Says": WORDING}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda line, _: line.give(Answer(200, content, said | named))


_LONG = b'{"says": "' + WORDING.encode() + b" " * 2_000_000 + b'"}'

FAULTS = {
    "slow": Fault("timeout", permanent=False, answer=_slow),
    "dripping": Fault("timeout", permanent=False, answer=_dripping),
    "down": Fault("unreachable", permanent=False, answer=_down),
    "half": Fault("unreachable", permanent=False, answer=_half),
    "not_http": Fault("unreachable", permanent=False, answer=_not_http),
    "not_gzip": Fault("unreachable", permanent=False, answer=_content(b"{}", Content_Encoding="gzip")),
    "redirect": Fault("redirected", permanent=True, answer=_redirect),
    "bad_request": Fault("rejected", permanent=True, answer=_status(400)),
    "unauthorized": Fault("unauthorized", permanent=True, answer=_status(401)),
    "forbidden": Fault("unauthorized", permanent=True, answer=_status(403)),
    "rate_limited": Fault("rate_limited", permanent=False, answer=_status(429)),
    "server_error": Fault("server_error", permanent=False, answer=_status(500)),
    "maintenance": Fault("server_error", permanent=False, answer=_status(503)),
    "garbage": Fault("wrong_schema", permanent=True, answer=_content(f"<p>{WORDING}</p>\xff".encode())),
    "wrong_schema": Fault("wrong_schema", permanent=True, answer=_content(f'{{"{WORDING}": []}}'.encode())),
    "too_large": Fault("too_large", permanent=True, answer=_content(_LONG)),
    "inflating": Fault(
        "too_large", permanent=True, answer=_content(gzip.compress(_LONG), Content_Encoding="gzip")
    ),
}


def forward_to(url: str) -> Callable[[Call], Answer]:
    """What another server answers, which keeps its own address: that of a test's real server."""

    def answer(call: Call) -> Answer:
        kept = {name: value for name, value in call.headers.items() if name.lower() != "host"}
        with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
            reply = client.request(call.method, url + call.target, headers=kept, content=call.content)
        dropped = {"content-encoding", "content-length", "transfer-encoding", "connection"}
        said = {name: value for name, value in reply.headers.items() if name not in dropped}
        return Answer(reply.status_code, reply.content, said)

    return answer


@contextmanager
def nobody() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def hurry(monkeypatch: pytest.MonkeyPatch, fault: str = "") -> None:
    """Shorten the waits between tries; and let time fly for whoever waits for a fault that takes time."""
    monkeypatch.setattr(wire, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(wire, "LAST_WAIT", 0.02)
    monkeypatch.setattr(wire, "JITTER", 0.01)
    if fault in FAULTS and FAULTS[fault].code == "timeout":
        handle = Way.handle_async_request

        async def flying(way: Way, request: httpx.Request) -> httpx.Response:
            _FLIGHT.take(asyncio.get_running_loop())
            return await handle(way, request)

        monkeypatch.setattr(Way, "handle_async_request", flying)
