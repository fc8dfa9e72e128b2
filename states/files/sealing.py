"""Encryption of a file as a stream of chunks, each of which opens by itself, at its own place alone.

Each file has a key of its own. Each chunk is AES-256-GCM under it; its nonce counts the chunks and says
whether it is the last one (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015), and the
file's name is bound in. So a file that was cut, joined, reordered, changed, or put in another one's place
does not open; and what is asked for from the middle on opens without what stands before it.
"""

import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from states.errors import FileDamaged

#: what every sealed file begins with
MAGIC = b"tatflow file 1\n"

#: bytes of clear text in a chunk, and what its seal adds
CHUNK, TAG = 1 << 18, 16

KEY_BYTES = 32


def nonce(count: int, *, last: bool) -> bytes:
    """The nonce of one chunk of a stream."""
    return count.to_bytes(11, "big") + (b"\1" if last else b"\0")


def new_key() -> bytes:
    """A key for one file."""
    return os.urandom(KEY_BYTES)


def sealed_size(size: int) -> int:
    """How many bytes a file of a size has once it is sealed."""
    return len(MAGIC) + size + TAG * _chunks(size)


def _chunks(size: int) -> int:
    return max(1, -(-size // CHUNK))


class Sealing:
    """Seals a file as it comes.

    Args:
        name: the name that it is going to have.
        key: the file's own key, under which nothing else is ever sealed.
    """

    def __init__(self, name: str, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._bound = MAGIC + name.encode()
        self._waiting = bytearray()
        self._count = 0

    def take(self, data: bytes) -> bytes:
        """Take bytes; returns what is sealed by now, which may be nothing."""
        self._waiting += data
        sealed = bytearray()
        while len(self._waiting) > CHUNK:
            sealed += self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return bytes(sealed)

    def finish(self) -> bytes:
        """The last chunk, without which nothing opens."""
        return self._put(bytes(self._waiting), last=True)

    def _put(self, chunk: bytes, *, last: bool) -> bytes:
        sealed = self._cipher.encrypt(nonce(self._count, last=last), chunk, self._bound)
        begins = b"" if self._count else MAGIC
        self._count += 1
        return begins + sealed


class Part:
    """A part of a file: which bytes of the sealed one hold it, and how they open.

    Args:
        name: the file's name.
        key: its key.
        size: how many bytes it has when it is open.
        start: the first byte that is wanted.
        end: the byte behind the last one; at most ``size``.
    """

    def __init__(self, name: str, key: bytes, size: int, start: int, end: int) -> None:
        self._name = name
        self._cipher = AESGCM(key)
        self._bound = MAGIC + name.encode()
        self._start, self._end = start, end
        self._last = _chunks(size) - 1
        self._first_wanted = start // CHUNK
        self._last_wanted = max(start, end - 1) // CHUNK
        #: the first byte of the sealed file that is needed, and the one behind the last
        self.sealed_start = len(MAGIC) + self._first_wanted * (CHUNK + TAG)
        self.sealed_end = min(sealed_size(size), len(MAGIC) + (self._last_wanted + 1) * (CHUNK + TAG))

    def opened(self, sealed: Iterable[bytes]) -> Iterator[bytes]:
        """Open what was read.

        Args:
            sealed: the bytes of the sealed file from ``sealed_start`` to ``sealed_end``, in any portions.

        Raises:
            FileDamaged: something of it is missing, or was changed.
        """
        count = self._first_wanted
        for chunk in _portions(sealed, CHUNK + TAG):
            clear = self._open(count, chunk)
            begins = count * CHUNK
            yield clear[max(0, self._start - begins) : self._end - begins]
            count += 1
        if count != self._last_wanted + 1:
            raise FileDamaged(self._name)

    def _open(self, count: int, chunk: bytes) -> bytes:
        try:
            return self._cipher.decrypt(nonce(count, last=count == self._last), chunk, self._bound)
        except InvalidTag:
            raise FileDamaged(self._name) from None


def _portions(given: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in portions of one size; the last one may be shorter."""
    waiting = bytearray()
    for each in given:
        waiting += each
        while len(waiting) >= size:
            yield bytes(waiting[:size])
            del waiting[:size]
    if waiting:
        yield bytes(waiting)
