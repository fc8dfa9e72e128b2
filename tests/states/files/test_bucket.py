"""Sealed files in S3-compatible storage, over real HTTP: in parts, by parts, and when it is in trouble."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from states.errors import FileDamaged, FilesAway
from states.files.arriving import Arriving
from states.files.bucket import PART, Bucket
from states.files.sealing import Part, sealed_size
from states.settings import Settings
from tests.servers.serving import serving
from tests.servers.storage import bucket_storage

KEYS = {"files_access_key": SecretStr("invented"), "files_secret_key": SecretStr("invented")}

#: a film of two parts and a bit
FILM = b"\x1aE\xdf\xa3" + b"SAYSIT" * (2 * PART // 6)


def at(endpoint: str, bucket: str = "evidence/here") -> Bucket:
    """A bucket at some storage."""
    return Bucket.of(Settings(files_bucket=bucket, files_endpoint=endpoint, **KEYS))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    """Storage with an empty bucket."""
    with bucket_storage() as url:
        yield url


def part(place: Bucket, file: Part, stored: str) -> bytes:
    """A part of a file, opened."""
    return b"".join(file.opened(place.reading(stored, file.sealed_start, file.sealed_end)))


def test_a_file_goes_and_comes_in_parts(storage: str) -> None:
    """Under an opaque name, sealed; a part of it is read without the rest; once removed it is not there."""
    place = at(storage)
    arriving = Arriving(place, "invented-name.mkv", most=10**9)
    for begins in range(0, len(FILM), 5_000_000):
        arriving.write(FILM[begins : begins + 5_000_000])
    film = arriving.finish()
    small = Arriving(place, "invented-name.txt", most=10**9)
    small.write(b"SAYSIT")
    note = small.finish()
    lying = {
        name: size for name, size, since in place.lying() if since > datetime.now(UTC) - timedelta(hours=1)
    }
    assert lying == {film.stored: sealed_size(len(FILM)), note.stored: sealed_size(6)}
    assert list(at(storage, "evidence").lying()) == [], "what another installation has there is not ours"
    assert part(place, Part(film.stored, film.key, film.size, 0, film.size), film.stored) == FILM
    middle = Part(film.stored, film.key, film.size, 20_000_000, 20_000_009)
    assert middle.sealed_end - middle.sealed_start < 600_000
    assert part(place, middle, film.stored) == FILM[20_000_000:20_000_009]
    assert b"SAYSIT" not in b"".join(place.reading(note.stored, 0, 100))
    for stored in (film.stored, note.stored, "never-was"):
        place.remove(stored)
    assert list(place.lying()) == []
    with pytest.raises(FileDamaged, match=note.stored):
        list(place.reading(note.stored, 0, 10))


def test_an_upload_that_breaks_off_leaves_nothing(storage: str) -> None:
    """What is given up is taken back at once; what a crash left, by the round over all files."""
    place = at(storage)
    given_up, left = (Arriving(place, "x.mkv", most=10**9) for _ in range(2))
    for each in (given_up, left):
        each.write(FILM)
    given_up.give_up()
    assert (list(place.lying()), place.tidy(datetime.now(UTC) + timedelta(hours=1))) == ([], 1)
    left.give_up()


async def busy(scope: object, receive: object, send: object) -> None:
    """Storage that always has too much to do."""
    del scope, receive
    await send({"type": "http.response.start", "status": 503, "headers": [(b"content-length", b"0")]})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]


def test_storage_in_trouble_is_told_and_quoted_nowhere(storage: str) -> None:
    """It has too much to do, is not there, or knows no such bucket: the sentence says what to do."""
    with serving(busy) as overloaded:
        for place in (at(overloaded), at("http://127.0.0.1:9"), at(storage, "no-such-bucket")):
            file = Arriving(place, "invented-name.txt", most=100)
            file.write(b"SAYSIT")
            with pytest.raises(FilesAway, match="try again later") as said:
                file.finish()
            assert not re.search("invented|SAYSIT|127", str(said.value))
            for asked in (lambda where=place: list(where.lying()), lambda where=place: where.remove("x")):
                with suppress(FilesAway):
                    asked()
                    pytest.fail("it said nothing")
