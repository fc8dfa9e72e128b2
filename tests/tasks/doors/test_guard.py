"""The reception takes what keeps to its limits; nothing makes more of it than its bytes."""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from console.http.connections import SERVER, LimitedConnection
from console.http.limits import Limits
from console.web.app import application
from tasks.desk import Desk
from tasks.far.signatures import Signer
from tests.cases import answering
from tests.cases.walking import Walk
from tests.servers.serving import serving
from tests.tasks.doors.conftest import TipLine
from tests.waiting import PATIENCE, until

TIP = {"id": "T-1", "text": "Somebody in my hall says that they will bring a gun on Friday."}

Knock = Callable[..., socket.socket]


class Hasty(LimitedConnection):
    """Connections of which there may be three, and which have half a second for their head."""

    MOST = 3
    PATIENCE = 0.5
    GRACE = 0.0


@contextmanager
def receiving(desk: Desk, limits: Limits | None = None) -> Iterator[str]:
    """Serve the reception as its own process does, with short patience for heads; gives its address."""
    with serving(application(desk, limits), **(SERVER | {"http": Hasty})) as url:
        desk.settings.base_url = url
        yield url


def knock(url: str, sent: bytes) -> socket.socket:
    """A connection on which something was sent."""
    connection = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=PATIENCE)
    connection.sendall(sent)
    return connection


def heard(connection: socket.socket) -> bytes:
    """All that is said until the other side closes the connection."""
    said = b""
    try:
        while piece := connection.recv(65_536):
            said += piece
    except ConnectionResetError:
        pass
    return said


def head(request: httpx.Request, length: int) -> bytes:
    """The head of a request, as if its content were of that length."""
    lines = [f"{request.method} {request.url.raw_path.decode()} HTTP/1.1", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items() if name != "content-length"]
    return "\r\n".join([*lines, "", ""]).encode()


async def test_who_did_not_sign_is_told_so_before_anything_is_read(tip_line: TipLine) -> None:
    """The answer comes although not a byte of the content does, and the connection ends there."""
    request = tip_line.signed(TIP, signer=Signer("safe-1", Ed25519PrivateKey.generate()))
    with closing(knock(str(request.url), head(request, 900_000))) as connection:
        assert connection.recv(65_536).startswith(b"HTTP/1.1 401 ")


async def test_heads_and_contents_that_do_not_come_hold_no_place(desk: Desk, tip_line: TipLine) -> None:
    """A head that does not end, a content that stops: each is ended, with a word where there was a head."""
    with receiving(desk, Limits(reading=0.2)) as url:
        slow = [knock(url, b"GET /health HTTP/1.1\r\nX: ") for _ in range(3)]
        assert [heard(each) for each in slow] == [b"", b"", b""]
        for each in slow:
            each.close()
        with closing(knock(url, unfinished(tip_line, url))) as connection:
            assert connection.recv(65_536).startswith(b"HTTP/1.1 408 ")


def unfinished(tip_line: TipLine, url: str) -> bytes:
    """A signed tip of which the end is missing."""
    request = tip_line.sign(httpx.Request("POST", f"{url}/tips/safe", json=TIP))
    return head(request, len(request.content)) + request.content[:9]


async def test_whoever_holds_connections_and_says_nothing_keeps_nobody_out(
    desk: Desk, tip_line: TipLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are too many, the one that is silent longest makes room; where all speak, none does."""
    monkeypatch.setattr(Hasty, "PATIENCE", PATIENCE)
    with receiving(desk, Limits(reading=PATIENCE)) as url:
        silent = [knock(url, b"GET /health HTTP/1.1\r\nX: ") for _ in range(3)]
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            assert (await client.get(f"{url}/health")).status_code == httpx.codes.OK
        assert heard(silent[0]) == b""
        speaking = [knock(url, unfinished(tip_line, url)) for _ in range(3)]
        assert [heard(each) for each in silent[1:]] == [b"", b""]
        with closing(knock(url, b"")) as one_too_many:
            assert heard(one_too_many).startswith(b"HTTP/1.1 503 ")
        for each in (*silent, *speaking):
            each.close()


@pytest.mark.parametrize("place", ["m", "referrals/answer"])
async def test_who_has_no_link_is_told_so_before_anything_is_read(desk: Desk, place: str) -> None:
    """At the pages, too, a stranger's content takes no memory of ours."""
    with receiving(desk, Limits(reading=PATIENCE)) as url:
        asked = f"POST /{place}/{'0' * 64} HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n"
        with closing(knock(url, asked.encode())) as connection:
            assert connection.recv(65_536).startswith(b"HTTP/1.1 404 ")


async def test_all_messages_together_have_so_much_memory(desk: Desk, tip_line: TipLine) -> None:
    """What is over it is to come again later; what was let go of gives its room back."""
    with receiving(desk, Limits(in_flight=2_000)) as url:
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as client:
            for _ in range(2):
                full = await client.send(tip_line.sign(_tip(client, {**TIP, "text": "x" * 3_000})))
                assert (full.status_code, full.headers["Retry-After"]) == (503, "5")
            assert (await client.send(tip_line.sign(_tip(client, TIP)))).status_code == 202


def _tip(client: httpx.AsyncClient, tip: object) -> httpx.Request:
    return client.build_request("POST", "/tips/safe", json=tip)


async def test_a_tip_and_its_nonce_are_on_record_together(tip_line: TipLine, desk: Desk, walk: Walk) -> None:
    """A tip that failed on the way to the record is no replay when it is sent again."""
    with desk.book.store.write() as connection:
        connection.execute(text("ALTER TABLE tips RENAME TO away"))
    request = tip_line.signed(TIP)
    failed = await tip_line.send(request)
    assert (failed.status_code, failed.headers["Retry-After"]) == (503, "5")
    assert "tips" not in failed.text
    with desk.book.store.write() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO tips"))
    again = httpx.Request("POST", request.url, headers=request.headers, content=request.content)
    assert (await tip_line.send(again)).status_code == 202
    assert len(walk.cases()) == 1


def link_of_an_alarm(walk: Walk) -> str:
    """The secret of a link by which somebody takes an alarm over."""
    number = walk.reported()
    walk.act(number, "raise_alarm", {"reason": "invented"})
    (call,) = answering.calls(walk.book, number)
    return call.recipients[0].secret


async def test_a_locked_database_is_later(desk: Desk, tip_line: TipLine, walk: Walk) -> None:
    """Machines read when to come again, people whom to phone; and what was sent is on record once."""
    link = link_of_an_alarm(walk)
    before = len(walk.cases())
    with receiving(desk, Limits(working=0.5)) as url:
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as client:
            with desk.book.store.write():
                later = await client.send(tip_line.sign(_tip(client, TIP)))
                page = await client.post(f"/m/{link}", headers={"Accept": "text/html"}, data={"who": "x"})
            assert [each.status_code for each in (later, page)] == [503, 503]
            assert "phone" in page.text
            assert {each.headers["Retry-After"] for each in (later, page)} == {"5"}
            await asyncio.to_thread(
                until, lambda: len(walk.cases()) > before, "the tip that waited is not on record"
            )
            again = await client.send(tip_line.sign(_tip(client, TIP)))
    assert again.json() == {"status": "known"}


def test_people_read_a_page_also_when_the_error_is_ours(desk: Desk) -> None:
    """It says whom to phone, and nothing of what went wrong; programs get a problem document."""
    app = application(desk)

    @app.get("/wrong")
    async def go_wrong() -> None:
        raise KeyError("invented-content")

    with serving(app, **SERVER) as url:
        page, document = (
            httpx.get(f"{url}/wrong", headers={"Accept": kind}, timeout=PATIENCE)
            for kind in ("text/html,*/*", "*/*")
        )
    assert [each.status_code for each in (page, document)] == [500, 500]
    assert desk.book.pack.duty_line in page.text
    assert document.json() == {"status": 500, "detail": "The message could not be taken in."}
    assert "invented-content" not in page.text


def test_no_address_is_an_error_of_ours(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Control characters, 70,000 letters, looking without reading, going away in the middle: no traceback."""
    caplog.set_level(logging.INFO)
    strange = ("%00", "%1A", "%0d%0a", "%ff", "%", "a" * 3_000, "a" * 70_000, "%2e%2e", "?x=%00")
    with receiving(desk) as url:
        for door in ("tips", "m", "o", "partners", "offices"):
            for name in strange:
                for method in (b"GET", b"POST", b"HEAD"):
                    path = f"/{door}/{name}".encode()
                    asked = method + b" " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                    with closing(knock(url, asked)) as connection:
                        said = heard(connection)
                    assert said[:10] in (b"HTTP/1.1 4", b""), (door, name[:9], method, said[:200])
        looked = httpx.head(f"{url}/health", timeout=PATIENCE)
        assert (looked.status_code, looked.content) == (200, b"")
        knock(url, b"POST /m/x HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nwho=").close()
        httpx.get(f"{url}/health", timeout=PATIENCE)
    assert not [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]
