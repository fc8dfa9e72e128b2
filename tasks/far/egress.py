"""The way out to a far side: by which authorities, with which certificate of ours, through which proxy.

Any table of a source, an office or a door that is spoken to over HTTP may say::

    ca = "/etc/tatflow/campus-ca.pem"             # the authorities that vouch for it, and no others
    client_certificate = "/etc/tatflow/tat.pem"   # who we are, where it wants to know
    client_key = "/etc/tatflow/tat.key"           # left out: it lies in the same file
    proxy = "http://proxy.example.edu:3128"       # or { env = "CAMPUS_PROXY" }, where it wants a password

What it does not say is taken from the environment, as everywhere: ``SSL_CERT_FILE``, ``SSL_CERT_DIR``,
``HTTPS_PROXY`` and ``NO_PROXY``. A proxy is only asked for a tunnel, so it reads nothing; what is not
encrypted is on this very machine, and what is on this machine is reached past any proxy.
"""

import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import httpx
from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, ValidationError, model_validator

from notifications.channels import tls
from states.errors import StepFailed
from tasks.far.secrets import Secret


def on_this_machine(host: str) -> bool:
    """Whether a host's name or address is this machine's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("the path must be absolute, from / on")
    return path


def _proxy(given: object) -> str | Secret:
    if not isinstance(given, str):
        try:
            return Secret.model_validate(given)
        except ValidationError:
            message = 'it must be an address as in http://proxy.example.edu:3128, or { env = "NAME" }'
        raise ValueError(message)
    if "@" in given:
        raise ValueError('it holds a name or a password: keep it elsewhere, as in { env = "NAME" }')
    _read(given)
    return given


def _read(address: str) -> httpx.Proxy:
    """Read a proxy's address.

    Raises:
        ValueError: it is none; does not repeat it.
    """
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        if parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/"):
            return httpx.Proxy(parts.geturl(), ssl_context=tls.context() if parts.scheme == "https" else None)
    except (ValueError, httpx.InvalidURL):
        pass
    raise ValueError("it must be an address as in http://proxy.example.edu:3128")


File = Annotated[Path, AfterValidator(_absolute)]


class Table(BaseModel):
    """What any table of a far side that is spoken to over HTTP may say."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    ca: File | None = None
    client_certificate: File | None = None
    client_key: File | None = None
    proxy: Annotated[str | Secret | None, PlainValidator(_proxy)] = None

    @model_validator(mode="after")
    def _key_of_a_certificate(self) -> Self:
        if self.client_key is not None and self.client_certificate is None:
            raise ValueError("client_key is the key of a client_certificate, which is missing")
        return self

    @property
    def papers(self) -> tls.Papers:
        """Whom we trust there, and who we are."""
        return tls.Papers(self.ca, self.client_certificate, self.client_key)


class NoWay(httpx.TransportError):
    """A request did not get out, and it is known why.

    Args:
        code: one of those in :mod:`tasks.far.wire`.
        permanent: whether trying again is pointless.
        at_once: whether the next try may follow at once.
    """

    def __init__(self, code: str, *, permanent: bool, at_once: bool = False) -> None:
        self.code = code
        self.permanent = permanent
        self.at_once = at_once
        super().__init__(code)


class Way(httpx.AsyncBaseTransport):
    """Carries requests to a far side, each past the proxy or through it.

    Args:
        table: what the far side's table says.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._open: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request.

        Raises:
            NoWay: it did not get out, and it is known why.
            StepFailed: certificates or the proxy's address cannot be read.
            TransportError: it did not get out, or no answer came back.
        """
        proxy = await self._proxy(request.url)
        if proxy not in self._open:
            self._open[proxy] = self._transport(proxy)
        try:
            return await self._open[proxy].handle_async_request(request)
        except (httpx.TransportError, ssl.SSLError) as error:
            stopped = self._named(error, proxied=bool(proxy))
        raise stopped

    async def aclose(self) -> None:
        """End every connection."""
        for transport in self._open.values():
            await transport.aclose()

    async def _proxy(self, url: httpx.URL) -> str:
        """The address of the proxy that a request goes through; empty: past any."""
        if url.scheme != "https" or on_this_machine(url.host):
            return ""
        if isinstance(self._table.proxy, Secret):
            return (await self._table.proxy.reveal()).strip()
        if self._table.proxy is not None:
            return self._table.proxy
        known = getproxies_environment()
        if proxy_bypass(f"{url.host}:{url.port or 443}"):
            return ""
        return known.get("https", known.get("all", ""))

    def _transport(self, proxy: str) -> httpx.AsyncHTTPTransport:
        context = tls.context(self._table.papers)
        if not proxy:
            return httpx.AsyncHTTPTransport(verify=context, trust_env=False)
        try:
            through = _read(proxy)
        except ValueError:
            through = None
        if through is None:
            raise StepFailed("proxy_misread", permanent=True)
        return httpx.AsyncHTTPTransport(verify=context, trust_env=False, proxy=through)

    def _named(self, error: Exception, *, proxied: bool) -> Exception:
        code = tls.problem(error, self._table.papers)
        if code:
            return NoWay(code, permanent=code != "certificate_expired")
        if isinstance(error, httpx.ProxyError):
            # With a 5xx it says that it reaches nobody there; the library keeps no more of its answer.
            if str(error).startswith("5"):
                return NoWay("unreachable", permanent=False, at_once=True)
            return NoWay("proxy_refused", permanent=True)
        if proxied and isinstance(error, httpx.ConnectError):
            return NoWay("proxy_unreachable", permanent=False, at_once=True)
        return error if isinstance(error, httpx.TransportError) else httpx.ReadError(type(error).__name__)
