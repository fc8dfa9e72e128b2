"""Files of a case in a browser: they go and come as streams; nothing of them runs, leaks, or stays half."""

import hashlib
import re
import socket
from collections.abc import Iterator, Mapping
from http import HTTPStatus as S
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil
import pytest

from states.casebook.reading import timeline
from states.casebook.record import evidence
from tasks.desk import Desk
from tests.console.web.conftest import Served
from tests.console.web.table.people import case_of_the_table
from tests.waiting import until

PNG = b"\x89PNG\r\n\x1a\n" + b"SAYSIT" * 100_000

#: names that mean something to a shell, to a folder, to a browser or to whoever reads them
NAMES = (
    "../../../etc/passwd",
    "C:\\Users\\invented\\x.png",
    'a"b; filename="evil.exe',
    "<script>alert(1)</script>.png",
    "gnp.\u202e.png",
    "Sämple, Søren ünd 名.png",
    ".",
    "x" * 5000 + ".png",
    "line\r\nSet-Cookie: a=b",
)


@pytest.fixture
def number(served: Served) -> str:
    """A case that the officer leads, with no files of other tests."""
    return case_of_the_table(served)


@pytest.fixture
def officer(served: Served) -> httpx.Client:
    """The officer's browser."""
    return served.browser("officer")


def add(client: httpx.Client, number: str, *files: tuple[str, bytes], **said: str) -> httpx.Response:
    """Add files, as a browser does."""
    given = [("file", (name, data, "text/html")) for name, data in files]
    return client.post(f"/cases/{number}/files", files=given or {"file": ("", b"")}, data=said)


def added(served: Served, client: httpx.Client, number: str, name: str = "x.png", data: bytes = PNG) -> str:
    """A file's id, once it is added."""
    assert add(client, number, (name, data)).status_code == S.SEE_OTHER
    return evidence.listed(served.book, number, by=served.walk.chair)[-1].file_id


def lying(served: Served) -> set[Path]:
    """Every file that lies where files are kept, whole or not."""
    return {path for path in folder(served).rglob("*") if path.is_file()}


def folder(served: Served) -> Path:
    """Where files are kept."""
    desk: Desk = served.app.state.desk
    return desk.settings.files_folder


@pytest.mark.clause("P-08")
def test_a_file_is_added_looked_at_taken_along_and_withdrawn(
    served: Served, officer: httpx.Client, number: str
) -> None:
    """The list says what it shows, who added it and who opened it; nothing of it lies readable."""
    answer = add(officer, number, ("film.png", PNG), ("two.png", PNG[:9]), shows="The hallway's camera.")
    assert answer.headers["location"] == f"/cases/{number}/files"
    page = officer.get(answer.headers["location"]).text
    file_id = re.findall(r"/files/(\w{32})/preview", page)[-1]
    assert all(
        said in page
        for said in (
            "film.png",
            "The hallway&#39;s camera.",
            "Added by <bdi>invented-officer-name</bdi>",
            "600 kB",
            f"<code>{hashlib.sha256(PNG).hexdigest()}</code>",
        )
    )
    shown = officer.get(f"/cases/{number}/files/{file_id}/shown")
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert officer.get(f"/cases/{number}/files/{file_id}/preview").status_code == S.OK
    chair = served.browser("chair")
    assert chair.get(f"/cases/{number}/files/{file_id}/download").content == PNG
    page = officer.get(f"/cases/{number}/files").text
    assert re.search(
        r"Opened by <bdi>invented-chair-name</bdi>, last on .*; <bdi>invented-officer-name</bdi> \(2 times\)",
        page,
    )
    refused = officer.post(f"/cases/{number}/files/{file_id}/withdraw", data={"reason": ""})
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    officer.post(f"/cases/{number}/files/{file_id}/withdraw", data={"reason": "Of somebody else."})
    page = officer.get(f"/cases/{number}/files").text
    assert re.search(r"Withdrawn by <bdi>invented-officer-name</bdi> on .*Of somebody else\.", page)
    assert not any(b"SAYSIT" in path.read_bytes() for path in lying(served))
    assert "Set-Cookie" not in page


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_file_s_name_names_nothing_of_ours(
    served: Served, officer: httpx.Client, number: str, name: str
) -> None:
    """It leads to no folder, breaks out of no header and no page, and stands in no address."""
    before = lying(served)
    file_id = added(served, officer, number, name, PNG[:20])
    (path,) = lying(served) - before
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{32}", str(path.relative_to(folder(served))))
    answer = officer.get(f"/cases/{number}/files/{file_id}/download")
    head = answer.headers["content-disposition"]
    assert re.fullmatch(r"attachment; filename=\"file-\w{8}\"; filename\*=UTF-8''[\w.%~-]+", head)
    assert "set-cookie" not in answer.headers
    page = officer.get(f"/cases/{number}/files").text
    assert "<script>" not in page
    assert "\u202e" not in page
    if name.startswith("Sämple"):
        assert quote(name, safe="") in head


def test_what_a_browser_may_do_with_a_file_is_nothing(
    served: Served, officer: httpx.Client, number: str
) -> None:
    """Whatever it says that it is: it comes as what it begins like, in a place of its own, unguessed."""
    html = b"<script>alert(1)</script>"
    page = added(served, officer, number, "x.html", html)
    for name, begins, kind in (
        ("x.png", PNG[:8] + html, "image/png"),
        (
            "x.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "text/plain; charset=utf-8",
        ),
        ("x.gif", b"GIF89a=1;alert(1)", "image/gif"),
        ("x.pdf", b"%PDF-1.7" + html, "application/pdf"),
    ):
        file_id = added(served, officer, number, name, begins)
        answer = officer.get(f"/cases/{number}/files/{file_id}/download")
        assert answer.headers["content-type"] == kind
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    for shown in ("preview", "shown"):
        assert officer.get(f"/cases/{number}/files/{page}/{shown}").status_code == S.NOT_FOUND


def test_a_part_of_a_file_is_given_and_going_on_is_the_same_opening(
    served: Served, officer: httpx.Client, number: str
) -> None:
    """As films are read, and downloads go on; whoever begins in the middle is on record, too."""
    file_id = added(served, officer, number)
    address = f"/cases/{number}/files/{file_id}/download"

    def opened() -> int:
        happened = timeline.timeline(served.book, number, by=served.walk.chair, on_record=True)
        return sum(each.data.get("attachment") == file_id and each.what == "read" for each in happened)

    size = len(PNG)
    for asked, start, end in (
        ("bytes=300000-300009", 300_000, 300_010),
        ("bytes=500000-", 500_000, size),
        ("bytes=-10", size - 10, size),
        ("bytes=0-0", 0, 1),
        ("bytes=599999-9999999", 599_999, size),
    ):
        answer = officer.get(address, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (S.PARTIAL_CONTENT, PNG[start:end]), asked
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
    for asked in ("bytes=9999999-", "bytes=-0"):
        assert officer.get(address, headers={"Range": asked}).status_code == 416
    for asked in (
        "bytes=5-3",
        "lines=1-2",
        "bytes=1-2,5-6",
        "nonsense",
        "bytes=-",
        "bytes=²-",
        f"bytes={'9' * 5000}-",
    ):
        answer = officer.get(address, headers={b"Range": asked.encode()})
        assert (answer.status_code, len(answer.content)) == (S.OK, size), asked
    before = opened()
    officer.get(address, headers={"Range": "bytes=5-"})
    assert opened() == before
    served.watch.forward(minutes=11)
    officer.get(address, headers={"Range": "bytes=5-"})
    assert opened() == before + 1


def test_what_is_refused_says_what_would_help_and_nothing_of_it_stays(
    served: Served, officer: httpx.Client, number: str
) -> None:
    """Of several none is kept when one is refused; what was typed is still there."""
    before, many = lying(served), [("x.png", PNG[:9])] * 21
    program = ("x.png", b"MZ\x90\0" * 3000)
    for files, said in (
        ([("ok.png", PNG), program], "print it to a PDF"),
        ([("ok.png", PNG), ("x.zip", b"PK\x03\x04" + b"\0" * 5000)], "unpack it"),
        ([("empty.png", b"")], "The file is empty"),
        ([], "No file was chosen"),
        (many, "At most 20 files"),
    ):
        answer = add(officer, number, *files, shows="Invented words.")
        assert (answer.status_code, said in answer.text) == (422, True), said
        assert 'value="Invented words."' in answer.text
    assert lying(served) == before


FORMS: Mapping[str, tuple[str, bytes]] = {
    "no boundary": ("multipart/form-data", b""),
    "another kind": ("text/plain", b"file=x"),
    "cut": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nab',
    ),
    "nonsense": ("multipart/form-data; boundary=x", b"\0\1\2" * 1000),
    "endless head": ("multipart/form-data; boundary=x", b"--x\r\nA: " + b"b" * 100_000),
    "long text": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="shows"\r\n\r\n' + b"b" * 100_000 + b"\r\n--x--\r\n",
    ),
    "many fields": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 500 + b"--x--\r\n",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_is_none_is_refused(
    served: Served, officer: httpx.Client, number: str, form: str
) -> None:
    """As one that did not come whole, or brings too much; nothing of it stays."""
    before, (kind, content) = lying(served), FORMS[form]
    answer = officer.post(f"/cases/{number}/files", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, "Nothing was kept" in answer.text) == (422, True)
    assert lying(served) == before


def head_of(client: httpx.Client, number: str, length: int) -> bytes:
    """How a browser begins to send a file."""
    cookie = client.cookies["tat"]
    return (
        f"POST /cases/{number}/files HTTP/1.1\r\nHost: x\r\nCookie: tat={cookie}\r\n"
        "Sec-Fetch-Site: same-origin\r\nAccept: text/html\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="x.png"\r\n\r\n'
    ).encode()


def test_whoever_goes_away_in_the_middle_leaves_nothing(
    served: Served, officer: httpx.Client, number: str
) -> None:
    """While it comes it lies there sealed; then neither it nor a row of it is there."""
    before = lying(served)
    address = httpx.URL(served.url)
    with socket.create_connection((address.host, address.port or 0)) as connection:
        connection.sendall(head_of(officer, number, 10**9) + PNG * 4)
        until(lambda: lying(served) != before, "nothing of it came")
        (part,) = lying(served) - before
        assert b"SAYSIT" not in part.read_bytes()
    until(lambda: lying(served) == before, "something of it stays")


def test_a_long_file_goes_through_without_being_held(
    served: Served, officer: httpx.Client, number: str
) -> None:
    """Of 64 MB both ways, the server, which is this process, holds a few at a time."""
    process, size = psutil.Process(), 64_000_000
    block = b"SAYSIT--" * 12_500

    def form() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.mkv"\r\n\r\n\x1aE\xdf\xa3'
        for _ in range(size // len(block)):
            yield block
        yield b"\r\n--x--\r\n"

    add(officer, number, ("x.png", PNG))
    most = before = process.memory_info().rss
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert officer.post(f"/cases/{number}/files", content=form(), headers=kind).status_code == 303
    most = max(most, process.memory_info().rss)
    line = evidence.listed(served.book, number, by=served.walk.chair)[-1]
    assert line.size == size + 4
    came = 0
    with officer.stream("GET", f"/cases/{number}/files/{line.file_id}/download") as answer:
        for each in answer.iter_raw():
            came += len(each)
            most = max(most, process.memory_info().rss)
    assert (came, most - before < 40_000_000) == (line.size, True), most - before
