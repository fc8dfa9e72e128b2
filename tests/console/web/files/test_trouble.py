"""Files in bad weather: who sends too slowly, where they lie is away, and what lies there was changed."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from console.http.connections import SERVER
from console.http.limits import Limits
from console.web.app import application
from states.casebook.record import evidence
from states.files.bucket import Bucket
from states.files.places import Place
from states.settings import Settings
from tests.console.web.conftest import Served
from tests.console.web.files.test_files import PNG, add, added, head_of, lying
from tests.console.web.table.people import case_of_the_table
from tests.servers.serving import serving
from tests.waiting import until


@pytest.fixture
def number(served: Served) -> str:
    """A case that the officer leads, with no files of other tests."""
    return case_of_the_table(served)


@contextmanager
def lying_at(served: Served, place: Place) -> Iterator[None]:
    """Let files lie elsewhere for the length of a block."""
    usual = served.book.place
    served.book.place = place
    try:
        yield
    finally:
        served.book.place = usual


def test_who_sends_too_slowly_is_waited_for_no_longer(served: Served, number: str) -> None:
    """What was sent buys time, and no more than that; what is given up stays nowhere."""
    before, officer = lying(served), served.browser("officer")
    quick = application(served.app.state.desk, Limits(reading=0.3, slowest=100_000_000))
    with serving(quick, **SERVER) as url:
        address = httpx.URL(url)
        with socket.create_connection((address.host, address.port or 0)) as connection:
            connection.sendall(head_of(officer, number, 10**9) + PNG * 3)
            assert connection.recv(100).startswith(b"HTTP/1.1 408 ")
        until(lambda: lying(served) == before, "something of it stays")


def test_storage_that_is_away_is_told_and_takes_nothing(served: Served, number: str) -> None:
    """What was typed is still there; the list of what lies there is shown all the same."""
    officer = served.browser("officer")
    file_id = added(served, officer, number)
    away = Bucket.of(
        Settings(
            files_bucket="evidence",
            files_endpoint="http://127.0.0.1:9",
            files_access_key="x",
            files_secret_key="x",  # noqa: S106 - nobody's
        )
    )
    with lying_at(served, away):
        refused = add(officer, number, ("y.png", PNG), shows="Invented words.")
        assert (refused.status_code, "try again later" in refused.text) == (503, True)
        assert 'value="Invented words."' in refused.text
        assert "x.png" in refused.text
        answer = officer.get(f"/cases/{number}/files/{file_id}/download")
        assert (answer.status_code, "cannot be opened now" in answer.text) == (503, True)
    assert len(evidence.listed(served.book, number, by=served.walk.chair)) == 1


def test_what_was_changed_where_it_lies_is_not_given(served: Served, number: str) -> None:
    """At its beginning there is a page that says so; further on, the download breaks off before it."""
    officer, before = served.browser("officer"), lying(served)
    file_id = added(served, officer, number)
    (path,) = lying(served) - before
    whole = path.read_bytes()
    address = f"/cases/{number}/files/{file_id}/download"

    def changed(at: int) -> Path:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        return path

    changed(100)
    answer = officer.get(address)
    assert (answer.status_code, "missing or was changed" in answer.text) == (503, True)
    changed(len(whole) - 100)
    with pytest.raises(httpx.RemoteProtocolError):
        officer.get(address)
    path.unlink()
    assert officer.get(address).status_code == 503
