"""A sealed file opens as it was, in whole and in part, and not at all once anything of it was changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.errors import FileDamaged
from states.files.sealing import CHUNK, MAGIC, TAG, Part, Sealing, new_key, sealed_size

KEY = new_key()


def sealed(data: bytes, name: str = "one", key: bytes = KEY) -> bytes:
    """A file, sealed."""
    sealing = Sealing(name, key)
    return b"".join(
        (*(sealing.take(data[at : at + 100_000]) for at in range(0, len(data), 100_000)), sealing.finish())
    )


def part(file: bytes, size: int, start: int = 0, end: int | None = None, name: str = "one") -> bytes:
    """What opens of a sealed file."""
    wanted = Part(name, KEY, size, start, size if end is None else end)
    return b"".join(wanted.opened([file[wanted.sealed_start : wanted.sealed_end]]))


#: three chunks, the last one short: each byte tells where it stands
DATA = b"".join(n.to_bytes(4, "big") for n in range((2 * CHUNK + 4000) // 4))
FILE = sealed(DATA)


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_it_opens_as_it_was_whatever_its_size(size: int) -> None:
    """At the ends of chunks, too; and it is as long as is reckoned."""
    file = sealed(DATA[:size])
    assert len(file) == sealed_size(size)
    assert part(file, size) == DATA[:size]


@given(st.integers(0, len(DATA) - 1), st.integers(1, len(DATA)))
def test_any_part_opens_by_itself(start: int, length: int) -> None:
    """Whatever is asked for, from wherever, reading no more than the chunks that hold it."""
    end = min(len(DATA), start + length)
    assert part(FILE, len(DATA), start, end) == DATA[start:end]


ONE, TWO = len(MAGIC) + CHUNK + TAG, len(MAGIC) + 2 * (CHUNK + TAG)


@pytest.mark.parametrize(
    ("what", "file", "size"),
    [
        ("one bit changed", FILE[:500] + bytes([FILE[500] ^ 1]) + FILE[501:], len(DATA)),
        ("cut in a chunk", FILE[:-1], len(DATA)),
        ("cut between chunks", FILE[:TWO], len(DATA)),
        ("cut, and said to be shorter", FILE[:TWO], 2 * CHUNK),
        ("said to be longer", FILE, len(DATA) + CHUNK),
        ("nothing left", b"", len(DATA)),
        (
            "chunks in another order",
            FILE[: len(MAGIC)] + FILE[ONE:TWO] + FILE[len(MAGIC) : ONE] + FILE[TWO:],
            len(DATA),
        ),
        ("a chunk of another file", sealed(DATA, key=new_key())[:ONE] + FILE[ONE:], len(DATA)),
        ("another file's, under the same key", sealed(DATA, name="two"), len(DATA)),
    ],
)
def test_what_was_changed_where_it_lies_does_not_open(what: str, file: bytes, size: int) -> None:
    """However cleverly: nobody without the key makes another file of it."""
    with pytest.raises(FileDamaged, match="one"):
        part(file, size)
    assert what


def test_a_part_that_is_whole_opens_where_another_part_is_not() -> None:
    """Only what was changed is lost."""
    damaged = FILE[:500] + b"\0" * 10 + FILE[510:]
    assert part(damaged, len(DATA), CHUNK, 2 * CHUNK) == DATA[CHUNK : 2 * CHUNK]
