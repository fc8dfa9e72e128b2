"""The way out: a campus authority, client certificates and a proxy, and each failure named as what it is."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from states.errors import StepFailed
from tasks.far import wire
from tests.servers.encrypted import Campus, Served, https
from tests.servers.forwarding_proxy import Proxy, forwarding
from tests.tasks.sources.faults import hurry, nobody

#: a name that only the proxy can look up
FAR = "records.example.edu"

#: what an environment says of the way out
SETTINGS = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
)

LOGIN = "tatflow:Zq7-of-the-proxy"


@pytest.fixture
def campus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Campus:
    """An authority that nothing on this machine is told of, and an environment without a way out."""
    for name in (
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "HTTPS_PROXY",
        "https_proxy",
        "NO_PROXY",
        "no_proxy",
        "all_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    hurry(monkeypatch)
    return Campus(tmp_path)


@pytest.fixture
def far(campus: Campus) -> Iterator[Served]:
    """A far side whose certificate the campus authority vouches for."""
    with https(campus.server(FAR, "127.0.0.1")) as server:
        yield server


@pytest.fixture
def proxy(far: Served, tmp_path: Path) -> Iterator[Proxy]:
    """A proxy that leads to the far side, and to nothing else."""
    with forwarding(tmp_path, {f"{FAR}:443": far.port}) as running:
        yield running


async def fetch(url: str, **table: Any) -> list[str]:
    """Ask for a page by the way that a table names."""
    async with wire.client(wire.Table.model_validate(table)) as over:
        answer = await wire.send(over, lambda: over.build_request("GET", f"{url}/page"))
        return wire.read(answer, list[str])


async def failure(url: str, **table: Any) -> tuple[str, bool]:
    """What asking for a page ends in: the code, and whether it is for good; nothing else travels along."""
    with pytest.raises(StepFailed) as caught:
        await fetch(url, **table)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    return caught.value.code, caught.value.permanent


def here(server: Served) -> str:
    """A server's address, past any proxy."""
    return f"https://127.0.0.1:{server.port}"


async def test_a_table_names_the_authority_of_its_far_side(campus: Campus, far: Served) -> None:
    """With it the far side answers; without it, and with another one, nobody vouches for it."""
    assert await fetch(here(far), ca=campus.ca) == ["/page"]
    assert await failure(here(far)) == ("certificate_unknown", True)
    (campus.folder / "other").mkdir()
    assert await failure(here(far), ca=Campus(campus.folder / "other").ca) == ("certificate_unknown", True)
    assert far.asked == ["/page"]


async def test_the_environment_names_it_for_every_far_side(
    campus: Campus, far: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``SSL_CERT_FILE``, as everywhere; a file that is not there is said."""
    monkeypatch.setenv("SSL_CERT_FILE", str(campus.ca))
    assert await fetch(here(far)) == ["/page"]
    monkeypatch.setenv("SSL_CERT_FILE", str(campus.folder / "gone.pem"))
    assert await failure(here(far)) == ("certificate_unreadable", True)


async def test_a_file_of_authorities_that_changes_is_read_anew(campus: Campus, far: Served) -> None:
    """A campus changes its authority without a restart of ours."""
    file = campus.folder / "trusted.pem"
    (campus.folder / "other").mkdir()
    file.write_bytes(Campus(campus.folder / "other").ca.read_bytes())
    assert await failure(here(far), ca=file) == ("certificate_unknown", True)
    file.write_bytes(campus.ca.read_bytes() + b"\n")
    assert await fetch(here(far), ca=file) == ["/page"]


async def test_a_certificate_for_another_name_is_said(campus: Campus) -> None:
    """As it is when an address was mistyped, or a machine moved."""
    with https(campus.server("elsewhere.example.edu")) as server:
        assert await failure(here(server), ca=campus.ca) == ("certificate_mismatch", True)


async def test_a_certificate_past_its_time_is_said_and_may_be_over_later(campus: Campus) -> None:
    """Whoever runs the far side renews it, without us: it is asked again."""
    with https(campus.server("127.0.0.1", expired=True)) as server:
        assert await failure(here(server), ca=campus.ca) == ("certificate_expired", False)


@pytest.mark.parametrize("newest", [True, False])
async def test_a_far_side_that_wants_a_certificate_of_ours_gets_the_one_of_the_table(
    campus: Campus, *, newest: bool
) -> None:
    """Without one it is missing; one of another authority is refused; in both versions of TLS."""
    (campus.folder / "other").mkdir()
    stranger = Campus(campus.folder / "other").ours()
    with https(campus.server("127.0.0.1", wants_ours=True, newest=newest)) as server:
        table: dict[str, Any] = {"ca": campus.ca}
        assert await failure(here(server), **table) == ("client_certificate_missing", True)
        assert await failure(here(server), **table, client_certificate=stranger) == (
            "client_certificate_refused",
            True,
        )
        assert server.asked == []
        assert await fetch(here(server), **table, client_certificate=campus.ours()) == ["/page"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (b"<center>No required SSL certificate was sent</center>", "client_certificate_missing"),
        (b"<center>The SSL certificate error</center>", "client_certificate_refused"),
        (b"<center>Something else</center>", "rejected"),
    ],
)
async def test_what_nginx_says_of_a_certificate_in_a_page_is_named_as_well(
    campus: Campus, far: Served, words: bytes, code: str
) -> None:
    """It answers 400 where others end the handshake."""
    far.status, far.content = 400, words
    assert await failure(here(far), ca=campus.ca) == (code, True)


async def test_a_key_may_lie_apart_and_one_that_cannot_be_used_is_said(campus: Campus, far: Served) -> None:
    """Nobody is asked for its password at a terminal, which is not there."""
    issued = campus.authority.issue_cert("tatflow.example.edu")
    certificate, key = campus.folder / "tat.pem", campus.folder / "tat.key"
    issued.cert_chain_pems[0].write_to_path(str(certificate))
    issued.private_key_pem.write_to_path(str(key))
    table: dict[str, Any] = {"ca": campus.ca, "client_certificate": certificate}
    assert await fetch(here(far), **table, client_key=key) == ["/page"]
    assert await failure(here(far), **table) == ("certificate_unreadable", True)
    key.write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
    assert await failure(here(far), **table, client_key=key) == ("certificate_unreadable", True)


async def test_a_table_s_proxy_leads_to_what_only_it_can_find(campus: Campus, proxy: Proxy) -> None:
    """The name is looked up there, and the line stays encrypted to the far side."""
    assert await fetch(f"https://{FAR}", ca=campus.ca, proxy=proxy.url) == ["/page"]
    assert proxy.asked == [f"CONNECT {FAR}:443 HTTP/1.1"]
    assert "/page" not in proxy.log.read_text()
    assert await failure(f"https://{FAR}", proxy=proxy.url) == ("certificate_unknown", True)


async def test_the_environment_s_proxy_is_used_unless_it_excepts_the_far_side(
    campus: Campus, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``HTTPS_PROXY`` and ``NO_PROXY``, as everywhere."""
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    assert await fetch(f"https://{FAR}", ca=campus.ca) == ["/page"]
    monkeypatch.setenv("NO_PROXY", ".example.edu")
    assert await failure(f"https://{FAR}", ca=campus.ca) == ("unreachable", False)
    assert len(proxy.asked) == 1


async def test_what_is_on_this_machine_never_goes_through_a_proxy(
    campus: Campus, far: Served, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy elsewhere would reach its own machine, or read what is not encrypted."""
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    assert await fetch(here(far), ca=campus.ca) == ["/page"]
    with nobody() as url:
        assert await failure(url, proxy=proxy.url) == ("unreachable", False)
    assert proxy.asked == []


async def test_behind_a_proxy_nobody_is_followed_elsewhere(campus: Campus, far: Served, proxy: Proxy) -> None:
    """A redirect ends there, and so does one of the proxy's own."""
    far.status, far.headers = 302, {"Location": "https://elsewhere.example.edu/"}
    assert await failure(f"https://{FAR}", ca=campus.ca, proxy=proxy.url) == ("redirected", True)
    assert proxy.asked == [f"CONNECT {FAR}:443 HTTP/1.1"]


async def test_a_proxy_that_refuses_is_named_as_what_it_is(campus: Campus, proxy: Proxy) -> None:
    """It is not the far side that says no."""
    answer = await failure("https://elsewhere.example.edu", ca=campus.ca, proxy=proxy.url)
    assert answer == ("proxy_refused", True)


async def test_a_proxy_that_is_not_there_is_named_as_what_it_is(campus: Campus) -> None:
    """That may be over later; so may a far side that the proxy does not reach."""
    with nobody() as url:
        assert await failure(f"https://{FAR}", ca=campus.ca, proxy=url) == ("proxy_unreachable", False)
        with forwarding(campus.folder, {f"{FAR}:443": int(url.rpartition(":")[2])}) as running:
            assert await failure(f"https://{FAR}", ca=campus.ca, proxy=running.url) == ("unreachable", False)


async def test_a_proxy_s_password_is_kept_elsewhere_and_shows_nowhere(
    campus: Campus,
    far: Served,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Right, it leads through; wrong, missing or unreadable, the failure repeats nothing of it."""
    caplog.set_level(logging.DEBUG)
    secret = {"env": "TEST_CAMPUS_PROXY"}
    with forwarding(tmp_path, {f"{FAR}:443": far.port}, login=LOGIN) as running:
        monkeypatch.setenv("TEST_CAMPUS_PROXY", f"http://{LOGIN}@127.0.0.1:{running.port}")
        assert await fetch(f"https://{FAR}", ca=campus.ca, proxy=secret) == ["/page"]
        monkeypatch.setenv("TEST_CAMPUS_PROXY", f"http://{LOGIN}x@127.0.0.1:{running.port}")
        assert await failure(f"https://{FAR}", ca=campus.ca, proxy=secret) == ("proxy_refused", True)
    monkeypatch.setenv("TEST_CAMPUS_PROXY", f"ftp://{LOGIN}@127.0.0.1")
    assert await failure(f"https://{FAR}", ca=campus.ca, proxy=secret) == ("proxy_misread", True)
    monkeypatch.delenv("TEST_CAMPUS_PROXY")
    assert await failure(f"https://{FAR}", ca=campus.ca, proxy=secret) == ("secret_missing", True)
    assert LOGIN.partition(":")[2] not in caplog.text


@pytest.mark.parametrize(
    "table",
    [
        {"ca": "campus-ca.pem"},
        {"client_key": "/etc/tat.key"},
        {"proxy": "ftp://proxy.example.edu"},
        {"proxy": f"http://{LOGIN}@proxy.example.edu"},
        {"proxy": "http://proxy.example.edu/path"},
        {"proxy": {"env": "NAME", "word": LOGIN}},
        {"proxy": 3128},
    ],
)
def test_a_table_that_cannot_be_meant_is_refused_and_repeats_no_value(table: dict[str, object]) -> None:
    """Before anything starts."""
    with pytest.raises(ValidationError) as refused:
        wire.Table.model_validate(table)
    assert LOGIN.partition(":")[2] not in str(refused.value)
