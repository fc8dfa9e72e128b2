"""OneRoster's CSV bundles tell what the service tells; a stale or broken one never says *not found*."""

import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from states.correspondence.question import Question
from states.errors import StepFailed
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from tasks.far import killable
from tasks.far.killable import Killable
from tasks.sources.asking import ask
from tasks.sources.contract import Fact, Found, NotFound, Reply, Unavailable
from tasks.sources.oneroster.bundles import bundle as reading
from tasks.sources.oneroster.bundles import source as bundles
from tasks.sources.oneroster.bundles.looking import look
from tasks.sources.oneroster.bundles.source import OneRosterCsvSource
from tests.tasks.sources.oneroster.people import enrollment, person, university
from tests.tasks.sources.oneroster.told import DAY, SAM
from tests.tasks.sources.oneroster.zips import bundle, files
from tests.waiting import PATIENCE

Asking = Callable[..., Question]

#: when questions are put, and when the newest bundle was made
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MADE = NOW - timedelta(hours=9)


def source(folder: Path, **changes: Any) -> OneRosterCsvSource:
    """A source that reads a folder's bundles."""
    return OneRosterCsvSource.from_config("registrar", {"folder": str(folder)} | changes)


def looked(source: OneRosterCsvSource, question: Question) -> Reply:
    """What a look-up comes to, without a process of its own for each line of a table."""
    return look(source.asked(question))


def by(value: str, kind: IdentifierKind = IdentifierKind.CAMPUS_ID) -> dict[str, Any]:
    """What a question finds somebody by."""
    return {"identifiers": {kind: value}}


@pytest.mark.clause("W-17")
@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_a_bundle_tells_what_the_service_tells(tmp_path: Path, question: Asking, version: str) -> None:
    """Both versions, with the moment that the bundle was made; guardians and demographics when asked for."""
    bundle(tmp_path / "a.zip", version, files(version), at=MADE)
    reply = await ask(source(tmp_path, guardians=True, demographics=True), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert (reply.missing, reply.provenance.as_of) == ((), MADE)
    assert list(reply.facts) == [
        *SAM,
        Fact("Guardian", "Pat Sample (guardian), pat@home.example", FactorKind.STATIC, DAY),
        Fact("Date of birth", "2005-06-07", FactorKind.STATIC, DAY),
        Fact("Sex", "female", FactorKind.STATIC, DAY),
    ]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (by("900000009"), "not_found"),
        (by("900000004"), "not_found"),
        (by("900000003"), "several_records"),
        (by("O'NEIL@wnmu.example", IdentifierKind.EMAIL), "found"),
    ],
)
async def test_nobody_and_several_are_told_apart(
    tmp_path: Path, question: Asking, asked: dict[str, Any], says: str
) -> None:
    """Case does not count; who is to be deleted is not there; of two neither is told."""
    bundle(tmp_path / "a.zip", "1.2", files("1.2"), at=MADE)
    assert said_by(looked(source(tmp_path), question(**asked))) == says


def said_by(reply: Reply) -> str:
    """What a reply is, in one word: its code, where it is *unavailable*."""
    return reply.reason if isinstance(reply, Unavailable) else str(reply.status)


async def test_changes_are_read_on_top_of_the_newest_whole_bundle(tmp_path: Path, question: Asking) -> None:
    """Whoever came is found, whoever left is not, a changed row is read as it is now; older ones are past."""
    older = university()
    older["users"].append(person("user-before", identifier="900000008"))
    bundle(tmp_path / "0.zip", "1.1", files("1.1", older), at=MADE - timedelta(days=2))
    bundle(tmp_path / "1.zip", "1.1", files("1.1"), at=MADE - timedelta(days=1))
    changes = {
        "users": [
            person("user-new", identifier="900000007"),
            person("user-oneil", identifier="900000002", status="tobedeleted"),
            person("user-twin-2", identifier="900000005"),
        ],
        "enrollments": [enrollment("e-art", "class-art", status="tobedeleted")],
    }
    bundle(tmp_path / "2.zip", "1.1", files("1.1", changes), at=MADE, mode="delta")
    asked = ("900000007", "900000002", "900000003", "900000008")
    replies = [looked(source(tmp_path), question(**by(each))) for each in asked]
    assert [said_by(reply) for reply in replies] == ["found", "not_found", "found", "not_found"]
    reply = looked(source(tmp_path), question())
    assert isinstance(reply, Found)
    assert reply.provenance.as_of == MADE
    assert "Life drawing" not in repr([fact.value for fact in reply.facts])


async def test_changes_alone_say_nothing_of_whoever_is_not_in_them(tmp_path: Path, question: Asking) -> None:
    """Somebody who did not change is not *not found*."""
    bundle(tmp_path / "a.zip", "1.2", files("1.2"), at=MADE, mode="delta")
    reply = looked(source(tmp_path), question(**by("900000009")))
    assert reply == Unavailable("only_changes")


async def test_a_bundle_that_is_too_old_is_unavailable(tmp_path: Path, question: Asking) -> None:
    """Nobody takes last term's roster for today's; how old is too old, the table says."""
    bundle(tmp_path / "a.zip", "1.2", files("1.2"), at=NOW - timedelta(hours=73))
    nobody = question(**by("900000009"))
    assert looked(source(tmp_path), nobody) == Unavailable("stale")
    assert isinstance(looked(source(tmp_path, oldest_hours=74), nobody), NotFound)


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        ("enrollments", ("enrollments",)),
        ("classes", ("classes",)),
        ("orgs", ("schools",)),
        ("roles", ("roles",)),
        ("courses", ("courses",)),
        ("academicSessions", ("terms",)),
        ("demographics", ("demographics",)),
    ],
)
@pytest.mark.parametrize("how", ["absent", "delta", "broken"])
async def test_a_file_that_is_not_there_whole_is_a_part_that_is_missing(
    tmp_path: Path, question: Asking, left_out: str, missing: tuple[str, ...], how: str
) -> None:
    """The person is found all the same, and the answer says without what."""
    written = files("1.2")
    if how == "absent":
        del written[left_out]
    elif how == "broken":
        written[left_out] = b"sourcedId,status\r\n1,2,3\r\n"
    bundle(tmp_path / "a.zip", "1.2", written, at=MADE, modes={left_out: how if how != "broken" else "bulk"})
    reply = looked(source(tmp_path, demographics=True), question())
    assert isinstance(reply, Found)
    assert reply.missing == missing


async def test_a_bundle_that_is_being_written_is_passed_over(tmp_path: Path, question: Asking) -> None:
    """The one before it answers; one that stays half is said to be unreadable."""
    bundle(tmp_path / "a.zip", "1.2", files("1.2"), at=MADE)
    half = tmp_path / "b.zip"
    half.write_bytes((tmp_path / "a.zip").read_bytes()[:-400])
    assert isinstance(looked(source(tmp_path), question()), Found)
    half.rename(tmp_path / "c.zip")
    long_ago = datetime.now(UTC).timestamp() - 60
    os.utime(tmp_path / "c.zip", (long_ago, long_ago))
    assert looked(source(tmp_path), question()) == Unavailable("unreadable_file")


def _without_manifest(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("users.csv", files("1.2")["users"])


def _named_twice(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("manifest.csv", "propertyName,value\r\nfile.users,bulk\r\n")
        made.writestr("users.csv", files("1.2")["users"])
        made.writestr("old/USERS.csv", files("1.2")["users"])


def _one_long_line(path: Path) -> None:
    bundle(path, "1.2", files("1.2") | {"users": b"sourcedId," + b"x" * 3_000_000}, at=MADE)


def _of_another_shape(path: Path) -> None:
    bundle(path, "1.2", files("1.2") | {"users": b"sourcedId,identifier\r\nu-1\r\n"}, at=MADE)


def _without_the_column(path: Path) -> None:
    bundle(path, "1.2", files("1.2") | {"users": b"sourcedId,email\r\nu-1,a@b.example\r\n"}, at=MADE)


def _compressed_otherwise(path: Path) -> None:
    bundle(path, "1.2", files("1.2"), at=MADE, compression=zipfile.ZIP_LZMA)


def _latin(path: Path) -> None:
    bundle(path, "1.2", files("1.2") | {"users": b"sourcedId,identifier\r\nu-1,caf\xe9\r\n"}, at=MADE)


def _broken_inside(path: Path) -> None:
    bundle(path, "1.2", files("1.2"), at=MADE, compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"900000001", b"900000009"))


@pytest.mark.parametrize(
    "write",
    [
        _without_manifest,
        _named_twice,
        _one_long_line,
        _of_another_shape,
        _without_the_column,
        _compressed_otherwise,
        _latin,
        _broken_inside,
    ],
)
async def test_a_bundle_that_cannot_be_read_is_unavailable(
    tmp_path: Path, question: Asking, write: Callable[[Path], None]
) -> None:
    """It could hold the person, whatever it looks like."""
    path = tmp_path / "a.zip"
    write(path)
    os.utime(path, (MADE.timestamp(), MADE.timestamp()))
    asked = question(**by("900000999"))
    assert looked(source(tmp_path), asked) == Unavailable("unreadable_file")


def test_a_bomb_ends_the_look_up_and_nothing_else(
    tmp_path: Path, question: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read out of a bundle is bounded, however small it is packed; nothing is written to disk."""
    monkeypatch.setattr(reading, "MOST_BYTES", 2_000_000)
    columns = files("1.2")["users"].partition(b"\r\n")[0].count(b",")
    bomb = files("1.2")["users"] + (b"x," * columns + b"x\r\n") * 200_000
    path = bundle(tmp_path / "a.zip", "1.2", files("1.2") | {"users": bomb}, at=MADE)
    assert path.stat().st_size < 100_000
    with pytest.raises(StepFailed, match=r"^too_large$"):
        look(source(tmp_path).asked(question(**by("900000009"))))
    assert os.listdir(tmp_path) == ["a.zip"]  # noqa: PTH208 - one look, in a test


@pytest.mark.parametrize(
    ("dies", "code"),
    [
        ("import os; os.kill(os.getpid(), 9)", "unreadable_file"),
        ("import sys; sys.stdout.write('{\"kind\"')", "unreadable_file"),
        ("import threading; threading.Event().wait()", "timeout"),
    ],
)
async def test_a_bundle_that_ends_its_reader_is_unavailable(
    tmp_path: Path, question: Asking, monkeypatch: pytest.MonkeyPatch, dies: str, code: str
) -> None:
    """Whether the reader dies, breaks off or hangs: it is in a process of its own, which is killed."""
    (tmp_path / "reader_that_dies.py").write_text(f"def main():\n    {dies}\n")
    monkeypatch.setattr(killable, "_ROOT", tmp_path)
    seconds = 0.2 if code == "timeout" else PATIENCE
    monkeypatch.setattr(
        bundles, "Killable", lambda _, _seconds, seen: Killable("reader_that_dies", seconds, seen)
    )
    assert await ask(source(tmp_path), question(), timeout=PATIENCE) == Unavailable(code)


async def test_entries_are_found_by_their_names_alone(tmp_path: Path, question: Asking) -> None:
    """A bundle in a folder of its own is read; an entry that points elsewhere goes nowhere."""
    plain = bundle(tmp_path / "plain.zip", "1.2", files("1.2"), at=MADE)
    nested = tmp_path / "drop" / "nested.zip"
    nested.parent.mkdir()
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(nested, "w") as made:
        for name in given.namelist():
            made.writestr(f"../../export/{name.upper()}", given.read(name))
        made.writestr("__MACOSX/users.csv", b"x")
    os.utime(nested, (MADE.timestamp(), MADE.timestamp()))
    reply = looked(source(nested.parent), question())
    assert isinstance(reply, Found)
    assert reply.facts == tuple(SAM)


async def test_where_there_is_no_bundle_nobody_was_looked_for(tmp_path: Path, question: Asking) -> None:
    """An empty folder, none, and no file are *unavailable*."""
    nowhere = tmp_path / "nowhere"
    for table in ({"folder": str(tmp_path)}, {"folder": str(nowhere)}, {"file": str(nowhere)}):
        made = OneRosterCsvSource.from_config("registrar", table)
        assert looked(made, question()) == Unavailable("no_file")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({}, "either a file or a folder"),
        ({"file": "/a.zip", "folder": "/a"}, "either a file or a folder"),
        ({"folder": "a"}, "absolute"),
        ({"folder": "/a", "oldest_hours": 0}, "greater than 0"),
        ({"folder": "/a", "identifiers": {}}, "at least 1"),
        ({"folder": "/a", "fields": "all"}, "Extra inputs"),
    ],
)
def test_a_table_that_cannot_work_is_refused(table: dict[str, Any], says: str) -> None:
    """It is said at the start."""
    with pytest.raises(ValidationError, match=says):
        OneRosterCsvSource.from_config("registrar", table)
