"""A policy pack as one file that anybody may have made: what is no pack is refused."""

import io
import zipfile
from collections.abc import Callable

import pytest

from states.errors import BadInput
from states.files.packed import LARGEST, UNPACKED, packed, unpacked

PLAN = b'name = "invented"\n'


def zipped(*parts: tuple[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip as any program makes one."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", kind) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return made.getvalue()


def encrypted() -> bytes:
    """A zip whose only part says that it is encrypted."""
    made = bytearray(zipped(("pack.toml", PLAN)))
    made[6] |= 1
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def test_what_was_packed_comes_out_and_is_always_the_same_file() -> None:
    """A version is told from any other by its bytes."""
    parts = {"pack.toml": PLAN, "templates/reminder.txt.jinja": b"invented"}
    assert unpacked(packed(parts)) == parts
    assert packed(dict(reversed(parts.items()))) == packed(parts)


def test_a_plan_alone_and_a_folder_packed_whole_by_a_file_manager_are_taken() -> None:
    """With the folder around it, and what a file manager adds by itself."""
    assert unpacked(PLAN) == {"pack.toml": PLAN}
    given = zipped(
        ("our-plan/", b""),
        ("our-plan/pack.toml", PLAN),
        ("our-plan/words/_ours.jinja", b"x"),
        ("our-plan/.DS_Store", b"x"),
        ("__MACOSX/our-plan/._pack.toml", b"x"),
    )
    assert unpacked(given) == {"pack.toml": PLAN, "words/_ours.jinja": b"x"}


@pytest.mark.parametrize(
    "name",
    [
        "../pack.jinja",
        "../../.ssh/config.jinja",
        "/etc/passwd",
        "/etc/x.jinja",
        "templates/../../x.jinja",
        "templates\\..\\x.jinja",
        "templates/deep/er.jinja",
        "templates/.hidden.jinja",
        "templates/run.py",
        "templates/x\n.jinja",
        "master.key",
        "C:/x.jinja",
    ],
)
def test_a_name_that_is_none_of_a_plan_is_refused(name: str) -> None:
    """No name leads out of the pack's folder, and nothing that could be run is kept."""
    with pytest.raises(BadInput, match="belongs to no plan"):
        unpacked(zipped(("pack.toml", PLAN), (name, b"x")))


def test_a_zip_that_is_small_and_unpacks_to_a_lot_is_refused() -> None:
    """Whatever it says of its own length; and one of more files than any plan has."""
    bomb = zipped(("pack.toml", b"#" * (UNPACKED + 1)))
    assert len(bomb) < 10_000
    with pytest.raises(BadInput, match="Unpacked it is larger than 4 MB"):
        unpacked(bomb)
    lying = bytearray(bomb)
    at = lying.index(b"PK\x01\x02") + 24
    lying[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(BadInput, match=r"Unpacked it is larger|cannot be read"):
        unpacked(bytes(lying))
    many = zipped(("pack.toml", PLAN), *((f"t/a{number}.jinja", b"") for number in range(700)))
    with pytest.raises(BadInput, match="more than 600 files"):
        unpacked(many)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: b"x" * (LARGEST + 1), "larger than 900 kB"),
        (lambda: zipped(("pack.toml", PLAN))[:-30], "cannot be read"),
        (lambda: b"PK\x03\x04" + b"\0" * 50, "cannot be read"),
        (encrypted, "cannot be read"),
        (lambda: zipped(("pack.toml", PLAN), kind=zipfile.ZIP_LZMA)[:60] + b"x" * 30, "cannot be read"),
        (zipped, "There is no pack.toml"),
        (lambda: zipped(("templates/x.jinja", b"x")), "There is no pack.toml"),
    ],
)
def test_what_is_no_plan_is_refused_in_a_sentence(make: Callable[[], bytes], says: str) -> None:
    """Too large, damaged, encrypted, empty: what was kept, which is nothing, and what to do."""
    with pytest.raises(BadInput, match=says) as refused:
        unpacked(make())
    assert "Nothing was kept" in str(refused.value)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_refused() -> None:
    """Two readers would read two plans out of it."""
    with pytest.raises(BadInput, match=r"pack\.toml twice"):
        unpacked(zipped(("pack.toml", PLAN), ("pack.toml", b"other")))
