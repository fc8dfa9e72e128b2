"""A file that arrives: sealed as it comes, counted and looked at, whole in its place or nowhere."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256

from states.errors import BadInput
from states.files import kinds, sealing
from states.files.kinds import BEGINNING, Kind
from states.files.places import Place
from states.files.sealing import Sealing
from states.tables import new_id

#: characters that a file's name may have, as every file system takes them
LONGEST_NAME = 255

#: bytes that whoever takes a file gives it at a time
AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that lies whole and sealed in its place, and belongs to no case yet.

    Args:
        stored: what it is called there.
        key: its key.
        size: how many bytes it has.
        digest: their SHA-256, in hexadecimal digits.
        kind: what it is.
        name: what whoever gives it calls it.
    """

    stored: str
    key: bytes = field(repr=False)
    size: int
    digest: str = field(repr=False)
    kind: Kind
    name: str = field(repr=False)


class Arriving:
    """A file that arrives; give it up unless it is finished.

    Args:
        place: where it is going to lie.
        name: what whoever gives it calls it.
        most: how many bytes it may have.
        from_anybody: whether somebody gives it who is not signed in.
    """

    def __init__(self, place: Place, name: str, *, most: int, from_anybody: bool = False) -> None:
        self._key = sealing.new_key()
        self._stored = new_id()
        self._sealing = Sealing(self._stored, self._key)
        self._name = own_name(name)
        self._most = most
        self._from_anybody = from_anybody
        self._begins = b""
        self._size = 0
        self._digest = sha256()
        self._stack = ExitStack()
        self._file = self._stack.enter_context(place.writing(self._stored))

    def write(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            BadInput: it is too long, or of a kind that is not taken.
            FilesAway: there is no room for it, or its place cannot be reached.
        """
        self._size += len(data)
        if self._size > self._most:
            raise BadInput(
                "The file is larger than {most}, which is the most. It was not kept: give a shorter or "
                "smaller version of it, or part of it.",
                most=said_size(self._most),
            )
        if len(self._begins) < BEGINNING:
            self._begins += data[: BEGINNING - len(self._begins)]
            if len(self._begins) == BEGINNING:
                self._kind()
        self._digest.update(data)
        if sealed := self._sealing.take(data):
            self._file.write(sealed)

    def finish(self) -> Arrived:
        """Put the last of it in its place; it is there for good then, or :meth:`give_up` was done.

        Raises:
            BadInput: it is empty, or of a kind that is not taken.
            FilesAway: there is no room for it, or its place cannot be reached.
        """
        with self._stack:
            kind = self._kind()
            self._file.write(self._sealing.finish())
        return Arrived(self._stored, self._key, self._size, self._digest.hexdigest(), kind, self._name)

    def give_up(self) -> None:
        """Keep nothing of it; does nothing when it is finished."""
        with suppress(_GivenUpError), self._stack:
            _give_up()

    def _kind(self) -> Kind:
        return kinds.kind_of(self._begins, from_anybody=self._from_anybody)


class _GivenUpError(Exception):
    """A file is not kept."""


def _give_up() -> None:
    raise _GivenUpError


def own_name(given: str) -> str:
    """What a file is called, without the folders of whoever's machine it is from, and in one line.

    It is shown to people and given to browsers, and never names a file of ours.
    """
    last = given.replace("\\", "/").rpartition("/")[2]
    plain = "".join(each for each in last if each.isprintable()).strip()
    if len(plain) <= LONGEST_NAME:
        return plain
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: LONGEST_NAME - 20]}…{dot}{ending[:15]}" if stem else plain[:LONGEST_NAME]


def said_size(size: int) -> str:
    """A size as people say it."""
    for unit, bytes_ in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= bytes_:
            return f"{size / bytes_:.3g} {unit}"
    return f"{size} bytes"


@contextmanager
def arriving(place: Place, name: str, *, most: int, from_anybody: bool = False) -> Iterator[Arriving]:
    """A file that arrives within a block; whatever ends the block before it is finished keeps nothing."""
    file = Arriving(place, name, most=most, from_anybody=from_anybody)
    try:
        yield file
    finally:
        file.give_up()
