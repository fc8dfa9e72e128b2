"""A long file through the console, both ways, on SQLite: how fast it goes, and what the server holds of it.

The server runs as its own process, as `tat up` starts it. What the environment may say: ``TAT_BENCH_FILE``
(bytes of the file; else 2 GB).
"""

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from bench.table import Line, show
from states.casebook import Casebook
from states.casebook.accounts import signing_in
from states.casebook.record import evidence
from tests.cases.signing_in import PASSWORD, account
from tests.cases.walking import Walk
from tests.tasks.doors.flooding import Reception, receiving

SIZE = int(os.environ.get("TAT_BENCH_FILE", "2000000000"))

#: what is sent at a time, and asked for from the middle of the file
BLOCK = os.urandom(1 << 20)
PART = 1 << 20

#: what a Matroska film begins with
FILM = b"\x1aE\xdf\xa3"


def _form() -> Iterator[bytes]:
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="invented.mkv"\r\n\r\n' + FILM
    for begins in range(0, SIZE - len(FILM), len(BLOCK)):
        yield BLOCK[: SIZE - len(FILM) - begins]
    yield b"\r\n--x--\r\n"


class Held:
    """The most memory that a process had while it was watched, in bytes."""

    most = 0


@contextmanager
def _watched(process: psutil.Process) -> Iterator[Held]:
    held, done = Held(), threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            held.most = max(held.most, process.memory_info().rss)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield held
    finally:
        done.set()
        thread.join()


def _measure(reception: Reception) -> list[Line]:
    book = Casebook.open(reception.settings)
    try:
        walk = Walk(book)
        number = walk.reported()
        url = reception.settings.base_url
        with httpx.Client(
            base_url=url, headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        ) as client:
            login = account(book, "chair", by=walk.chair)
            begun = signing_in.begin(book, login.member, PASSWORD)
            client.cookies.set("tat", signing_in.finish(book, begun, login.recovery[0]))
            return _both_ways(reception, client, book, walk, number)
    finally:
        book.close()


def _both_ways(
    reception: Reception, client: httpx.Client, book: Casebook, walk: Walk, number: str
) -> list[Line]:
    files, kind = f"/cases/{number}/files", {"Content-Type": "multipart/form-data; boundary=x"}
    client.get(files)
    rest = reception.process.memory_info().rss
    with _watched(reception.process) as held:
        begun = time.perf_counter()
        answer = client.post(files, content=_form(), headers=kind, timeout=600)
        there = time.perf_counter() - begun
        assert answer.is_redirect, answer.status_code
        (line,) = evidence.listed(book, number, by=walk.chair)
        assert line.size == SIZE
        begun, came = time.perf_counter(), 0
        with client.stream("GET", f"{files}/{line.file_id}/download", timeout=600) as given:
            for each in given.iter_raw():
                came += len(each)
        back = time.perf_counter() - begun
        assert came == SIZE
    begun = time.perf_counter()
    asked = {"Range": f"bytes={SIZE // 2}-{SIZE // 2 + PART - 1}"}
    assert len(client.get(f"{files}/{line.file_id}/download", headers=asked).content) == min(PART, SIZE // 2)
    middle = time.perf_counter() - begun
    return [
        Line("added: sealed, hashed, on the disk", f"{there:.0f} s, {SIZE / there / 1e6:.0f} MB a second"),
        Line("downloaded: opened and proved", f"{back:.0f} s, {SIZE / back / 1e6:.0f} MB a second"),
        Line("1 MiB from its middle", f"{middle * 1000:.0f} ms"),
        Line("memory of the server: at rest, at most", f"{rest >> 20} MiB, {held.most >> 20} MiB"),
    ]


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="tat-bench-") as folder, receiving(Path(folder)) as reception:
        lines = _measure(reception)
    show(f"A file of {SIZE / 1e9:.3g} GB", lines, ["Client and server share the machine."])


if __name__ == "__main__":
    main()
