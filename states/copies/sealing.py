"""Encryption of a file that is written and read as a stream, in chunks of which none can be left out.

Each chunk is AES-256-GCM under a key of this file's own (HKDF of the backup key and a random salt); its nonce
counts the chunks and says whether it is the last one (the STREAM construction of Hoang, Reyhanitabar, Rogaway
and Vizár, 2015). So a file that was cut, joined, reordered or changed does not open.
"""

import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from states.errors import BackupUnusable

#: what every backup begins with
MAGIC = b"tatflow backup 1\n"

SALT_BYTES = 32
CHUNK = 1 << 20
TAG = 16


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"tatflow/backup").derive(key))


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + (b"\1" if last else b"\0")


class Sealing(io.RawIOBase):
    """Takes bytes and writes them encrypted; whoever closes it ends the file.

    Args:
        to: takes what is encrypted; stays open.
        key: the backup key, 32 bytes.
    """

    def __init__(self, to: BinaryIO, key: bytes) -> None:
        salt = os.urandom(SALT_BYTES)
        self._to = to
        self._cipher = _cipher(key, salt)
        self._waiting = bytearray()
        self._count = 0
        to.write(MAGIC + salt)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: object) -> int:
        """Take bytes."""
        given = bytes(data)  # type: ignore[call-overload]
        self._waiting += given
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(given)

    def finish(self) -> None:
        """Write the last chunk, without which nothing opens."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._to.write(self._cipher.encrypt(_nonce(self._count, last=last), chunk, MAGIC))
        self._count += 1


class Opening(io.RawIOBase):
    """Gives the bytes of an encrypted file.

    Args:
        source: the file, at its beginning.
        key: the backup key, 32 bytes.

    Raises:
        BackupUnusable: it is no backup, was changed or cut, or the key is another one.
    """

    def __init__(self, source: BinaryIO, key: bytes) -> None:
        begins = source.read(len(MAGIC) + SALT_BYTES)
        if len(begins) < len(MAGIC) + SALT_BYTES or not begins.startswith(MAGIC):
            raise BackupUnusable("This file is no backup of tatflow. Nothing was restored.")
        self._source = source
        self._cipher = _cipher(key, begins[len(MAGIC) :])
        self._ahead = source.read(CHUNK + TAG)
        self._clear = b""
        self._count = 0
        self._ended = False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """Give the next bytes; 0 at the end."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._clear and not self._ended:
            self._clear = self._next()
        given = self._clear[: len(view)]
        view[: len(given)] = given
        self._clear = self._clear[len(given) :]
        return len(given)

    def _next(self) -> bytes:
        chunk, self._ahead = self._ahead, self._source.read(CHUNK + TAG)
        self._ended = not self._ahead
        try:
            clear = self._cipher.decrypt(_nonce(self._count, last=self._ended), chunk, MAGIC)
        except InvalidTag:
            message = (
                "The backup does not open: it was changed or cut, or the backup key is another one than it "
                "was made with. Nothing was restored: try the key from then, or an older backup."
            )
            raise BackupUnusable(message) from None
        self._count += 1
        return clear
