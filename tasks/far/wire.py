"""HTTP to systems that are not ours: bounded in time and size, tried again where that helps, never quoted.

Whatever goes wrong becomes a :class:`~states.errors.StepFailed` with one of the codes below, raised outside
the ``except`` block that found it: addresses and answers must not travel along as its cause.

==============================  =========  ====================================================
code                            permanent  what happened
==============================  =========  ====================================================
``unreachable``                 no         nobody answers at that address, or the line broke
``timeout``                     no         it took longer than it may
``rate_limited``                no         429: asked too often
``server_error``                no         5xx: the far side failed
``unauthorized``                yes        401 or 403: our credentials are not accepted
``redirected``                  yes        3xx: it points elsewhere, where our secrets do not go
``rejected``                    yes        another 4xx: it does not take the request as it is
``too_large``                   yes        the answer is longer than it may be
``wrong_schema``                yes        the answer is not of the shape that the protocol names
``certificate_expired``         no         its certificate is not good any more, or not yet
``certificate_unknown``         yes        nobody whom we trust vouches for its certificate
``certificate_mismatch``        yes        its certificate is good for other names
``client_certificate_missing``  yes        it wants a client certificate, and we showed none
``client_certificate_refused``  yes        it does not accept our client certificate
``certificate_unreadable``      yes        a file of certificates or keys of ours cannot be used
``proxy_unreachable``           no         the proxy on our way out does not answer, or breaks off
``proxy_refused``               yes        the proxy lets us not out, or not there
``proxy_misread``               yes        what is kept as the proxy's address is none
==============================  =========  ====================================================

A far side's :class:`~tasks.far.egress.Table` says by which authorities, with which certificate of ours and
through which proxy it is reached.
"""

import asyncio
import logging
import ssl
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import httpx
import stamina
from pydantic import AfterValidator, TypeAdapter, ValidationError

from states.errors import StepFailed
from tasks.far.egress import NoWay, Table, Way, on_this_machine

__all__ = ["MARK", "Address", "Table", "client", "read", "send"]

T = TypeVar("T")

#: what a mark at the beginning of UTF-8 looks like
MARK = b"\xef\xbb\xbf"

#: every status that is no success
_ANY = frozenset(range(300, 600))

# Both write down addresses, whose queries name the person asked about, and headers.
for _talkative in ("httpx", "httpcore"):
    logging.getLogger(_talkative).setLevel(logging.WARNING)

# As of steps: its lines would say that something is tried again, and not what.
stamina.instrumentation.set_on_retry_hooks(())

# These are read when a client is made or a request is sent: a test may shorten them.

#: seconds until a connection stands, and between two pieces of an answer
TIMEOUT = httpx.Timeout(10.0, connect=5.0)

#: seconds that one try may take as a whole, however many pieces the answer comes in
WHOLE = 20.0

#: bytes of an answer's content, at most
MOST_BYTES = 1_000_000

#: how often one request is sent within one step, at most
TRIES = 3

#: seconds before the second try and before the last, and what chance adds to them at most
FIRST_WAIT, LAST_WAIT, JITTER = 0.2, 2.0, 0.5

#: seconds that a far side may have us wait before the next try; longer is left to the effect's next attempt
LONGEST_WAIT = 5.0


class _Again(Exception):
    """The request failed in a way that may be over when it is sent again."""

    def __init__(self, code: str, wait: float | None = None) -> None:
        self.code = code
        self.wait = wait
        super().__init__(code)


def _unheard(url: str) -> str:
    parts = urlsplit(url)
    try:
        named = httpx.URL(url).host != "" and parts.port != 0
    except (httpx.InvalidURL, ValueError):
        named = False
    plain = not (parts.query or parts.fragment or any(sign.isspace() for sign in url))
    if not named or not plain or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it must be an address as in https://records.example.edu/api")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address holds no name and no password: they have keys of their own")
    if parts.scheme == "http" and not on_this_machine(parts.hostname):
        raise ValueError("it must begin with https://, so that nobody on the way can read along")
    return url.rstrip("/")


#: an address in a configuration: encrypted, or on this very machine; without a slash at its end
Address = Annotated[str, AfterValidator(_unheard)]


#: of a far side whose table says nothing of the way there
_USUAL = Table()


def client(table: Table = _USUAL, **options: Any) -> httpx.AsyncClient:
    """A client that follows no redirect, keeps no cookie and goes by its own way alone.

    It belongs to the event loop that first uses it: make one for each look-up and close it.

    Args:
        table: the far side's table, which may name authorities, a certificate of ours and a proxy.
        options: of :class:`httpx.AsyncClient`, such as ``base_url``, ``auth`` and ``headers``.
    """
    usual: dict[str, Any] = {
        "timeout": TIMEOUT,
        "follow_redirects": False,
        "trust_env": False,
        "transport": Way(table),
        "cookies": CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    }
    return httpx.AsyncClient(**(usual | options))


async def send(
    over: httpx.AsyncClient,
    make: Callable[[], httpx.Request],
    *,
    absent: frozenset[int] = frozenset({HTTPStatus.NOT_FOUND}),
) -> httpx.Response:
    """Send a request and read its answer; tries again, with jitter, what is worth it.

    Args:
        over: the client, from :func:`client`.
        make: makes the request; called for each try, so that a signature is never sent twice.
        absent: statuses of errors that are answers, which the caller reads.

    Returns:
        The response, read whole: of success, or of a status in ``absent``.

    Raises:
        StepFailed: there was no such answer; with one of the codes above.
    """
    failure: StepFailed | None = None
    try:
        async for attempt in stamina.retry_context(
            on=_wait_of,
            attempts=TRIES,
            timeout=None,
            wait_initial=FIRST_WAIT,
            wait_max=LAST_WAIT,
            wait_jitter=JITTER,
        ):
            with attempt:
                return await _once(over, make(), absent)
    except _Again as again:
        failure = StepFailed(again.code)
    except StepFailed as final:
        failure = StepFailed(final.code, permanent=final.permanent)
    assert failure is not None  # noqa: S101 - the loop ends with an answer or with an exception
    raise failure


async def reach(over: httpx.AsyncClient, url: str) -> None:
    """See that somebody answers at an address, whatever the answer: it is asked for a head, and told nothing.

    Args:
        over: the client, from :func:`client`.
        url: the address.

    Raises:
        StepFailed: nobody does, or not by our way; with one of the codes above.
    """
    await send(over, lambda: over.build_request("HEAD", url), absent=_ANY)


def _wait_of(error: Exception) -> bool | float:
    if not isinstance(error, _Again):
        return False
    if error.wait is None:
        return True
    return error.wait if error.wait <= LONGEST_WAIT else False


async def _once(over: httpx.AsyncClient, request: httpx.Request, absent: frozenset[int]) -> httpx.Response:
    # What is packed in another way is not unpacked.
    request.headers["Accept-Encoding"] = "gzip"
    code, final = "", None
    try:
        async with asyncio.timeout(WHOLE):
            response = await over.send(request, stream=True)
            try:
                content = await _content(response)
            finally:
                await response.aclose()
    except (httpx.TimeoutException, TimeoutError):
        code = "timeout"
    except NoWay as known:
        code, final = known.code, None if known.at_once else StepFailed(known.code, permanent=known.permanent)
    except (httpx.HTTPError, ssl.SSLError):
        code = "unreachable"
    if final is not None:
        raise final
    if code:
        raise _Again(code)
    _check_certificate(response, content or b"")
    _check(response, absent)
    if content is None:
        raise StepFailed("too_large", permanent=True)
    return httpx.Response(
        response.status_code,
        headers=[(k, v) for k, v in response.headers.raw if k.lower() not in _OF_TRANSFER],
        content=content,
        request=request,
    )


#: headers that speak of how the content travelled, not of the content as it was read
_OF_TRANSFER = (b"content-encoding", b"transfer-encoding", b"content-length")


async def _content(response: httpx.Response) -> bytes | None:
    """The content of an answer; None: it is longer than it may be.

    It is unpacked here, once and no further than it may be long: the HTTP library unpacks as often as the far
    side says, and each piece whole, so that a few kilobytes fill all memory.
    """
    packed = response.headers.get("Content-Encoding", "").strip().lower() in ("gzip", "x-gzip", "deflate")
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32) if packed else None
    content = bytearray()
    begun = False
    async for piece in response.aiter_raw():
        begun = True
        content += piece if unpacking is None else _unpacked(unpacking, piece, MOST_BYTES + 1 - len(content))
        if len(content) > MOST_BYTES:
            return None
    if unpacking is not None and begun and not unpacking.eof:
        raise httpx.DecodingError("it is cut off")
    return bytes(content)


def _unpacked(unpacking: "zlib._Decompress", piece: bytes, most: int) -> bytes:
    try:
        return unpacking.decompress(piece, most)
    except zlib.error:
        raise httpx.DecodingError("it is not packed as it says") from None


#: what nginx answers with, in a page, where others end the handshake (ngx_http_special_response.c)
_OF_NGINX = {
    b"No required SSL certificate was sent": "client_certificate_missing",
    b"The SSL certificate error": "client_certificate_refused",
}


def _check_certificate(response: httpx.Response, content: bytes) -> None:
    if response.status_code == HTTPStatus.BAD_REQUEST and response.url.scheme == "https":
        for words, code in _OF_NGINX.items():
            if words in content:
                raise StepFailed(code, permanent=True)


def _check(response: httpx.Response, absent: frozenset[int]) -> None:
    status = response.status_code
    if response.is_success or status in absent:
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise _Again("rate_limited", _retry_after(response))
    if response.is_server_error:
        raise _Again("server_error", _retry_after(response))
    if response.is_redirect or response.has_redirect_location or status < HTTPStatus.BAD_REQUEST:
        raise StepFailed("redirected", permanent=True)
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise StepFailed("unauthorized", permanent=True)
    raise StepFailed("rejected", permanent=True)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the far side asks us to wait (RFC 9110, 10.2.3); None when it does not say."""
    given = response.headers.get("Retry-After", "").strip()
    if given.isdecimal():
        return float(given)
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return None
    aware = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def read(response: httpx.Response, shape: type[T]) -> T:
    """Read an answer's JSON as a type that pydantic knows.

    Args:
        response: from :func:`send`.
        shape: the type.

    Raises:
        StepFailed: ``wrong_schema``: it is not JSON, or not of that shape.
    """
    try:
        return TypeAdapter(shape).validate_json(response.content.removeprefix(MARK))
    except ValidationError:
        pass
    raise StepFailed("wrong_schema", permanent=True)
