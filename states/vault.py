"""Encryption of content columns: a data key per scope, wrapped by one master key.

A scope is a case's id, or ``team`` (members), or ``intake`` (log rows not yet a case). Content is
AES-256-GCM; the scope, table and row id are bound in as associated data, so that a ciphertext moved to
another row does not open. Destroying a scope's wrapped key is the erasure of everything in it (crypto-erase).
People are found through a keyed blind index (HMAC-SHA-256), never by clear text.

From the master key comes the key that vouches for the ledger, too: an Ed25519 pair that signs checkpoints.
Its public half is nobody's secret. Another master key brings another pair.
"""

import hmac
import json
import os
import secrets
import shlex
import stat
import subprocess
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from contextlib import suppress
from copy import copy
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from states.errors import VaultLocked
from states.settings import Settings

KEY_BYTES = 32
NONCE_BYTES = 12

#: first byte of every ciphertext, so that a later format can be told apart
FORMAT = b"\x01"

#: first byte of a wrapped key that says that its casebook's ledger is signed; it is bound in, so that nobody
#: without the master key makes a casebook pass for one from before
SIGNED = b"\x02"

TEAM_SCOPE = "team"
INTAKE_SCOPE = "intake"

#: the key of the blind indexes, once the master key that it was derived from has been changed
INDEX_SCOPE = "index"

#: seconds that the command may take which gives a key
COMMAND_PATIENCE = 60.0


class Vault:
    """Wraps data keys, seals and opens content, and computes blind indexes.

    Args:
        master_key: 32 bytes.

    Raises:
        VaultLocked: the key has another length.
    """

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            message = (
                f"The master key has {len(master_key)} bytes instead of {KEY_BYTES}. "
                "Nothing was opened: restore it."
            )
            raise VaultLocked(message)
        self._wrapping = AESGCM(_derive(master_key, b"tatflow/wrap"))
        self._index_key = _derive(master_key, b"tatflow/index")
        self._signing = Ed25519PrivateKey.from_private_bytes(_derive(master_key, b"tatflow/ledger/sign"))

    @property
    def public_key(self) -> str:
        """The public half of the key that signs checkpoints (Ed25519, RFC 8032), in hexadecimal."""
        return self._signing.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """Sign a message of the ledger; returns the signature in hexadecimal."""
        return self._signing.sign(message).hex()

    def new_key(self, scope: str) -> bytes:
        """Make a data key for a scope; returns its wrapped form for the database."""
        return self._wrap(scope, secrets.token_bytes(KEY_BYTES))

    def _wrap(self, scope: str, key: bytes, form: bytes = FORMAT) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return form + nonce + self._wrapping.encrypt(nonce, key, _bound_in(form, scope))

    def unwrap(self, scope: str, wrapped: bytes) -> "DataKey":
        """Open a scope's wrapped data key.

        Raises:
            VaultLocked: the master key does not fit.
        """
        return DataKey(scope, self._unwrapped(scope, wrapped))

    def _unwrapped(self, scope: str, wrapped: bytes) -> bytes:
        form, nonce, body = wrapped[:1], wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :]
        try:
            return self._wrapping.decrypt(nonce, body, _bound_in(form, scope))
        except InvalidTag:
            message = (
                "The master key does not fit this casebook. "
                "Nothing was opened: give the key it was made with."
            )
            raise VaultLocked(message) from None

    def rewrap(self, scope: str, wrapped: bytes, to: "Vault") -> bytes:
        """A scope's data key, wrapped under the master key of another vault.

        Raises:
            VaultLocked: it does not open under this one's.
        """
        return to._wrap(scope, self._unwrapped(scope, wrapped), wrapped[:1])  # noqa: SLF001 - another vault

    def saying_signed(self, scope: str, wrapped: bytes) -> bytes:
        """A scope's data key, wrapped so that it says for good that the casebook's ledger is signed.

        Raises:
            VaultLocked: it does not open under the master key.
        """
        return self._wrap(scope, self._unwrapped(scope, wrapped), SIGNED)

    def wrapped_index(self, to: "Vault") -> bytes:
        """The key of the blind indexes, wrapped under the master key of another vault."""
        return to._wrap(INDEX_SCOPE, self._index_key)  # noqa: SLF001 - another vault

    def with_index(self, wrapped: bytes) -> "Vault":
        """The same vault with a key of its own for blind indexes, as they stay when the master key changes.

        Raises:
            VaultLocked: the key does not open under this vault's master key.
        """
        keyed = copy(self)
        keyed._index_key = self._unwrapped(INDEX_SCOPE, wrapped)  # noqa: SLF001 - a copy of ourselves
        return keyed

    def blind(self, kind: str, value: str) -> str:
        """The blind index of a value: equal for equal values, telling nothing without the key.

        Args:
            kind: what the value is, so that equal texts of different kinds do not meet.
            value: any text; case, accents' composition and white space do not matter.
        """
        folded = " ".join(unicodedata.normalize("NFKC", value).casefold().split())
        return hmac.new(self._index_key, f"{kind}\0{folded}".encode(), sha256).hexdigest()


class DataKey:
    """One scope's data key.

    Args:
        scope: what the key is for.
        key: 32 bytes.
    """

    def __init__(self, scope: str, key: bytes) -> None:
        self.scope = scope
        self._key = key
        self._cipher = AESGCM(key)

    def seal(self, table: str, row: str, content: dict[str, Any]) -> bytes:
        """Encrypt a row's content (anything JSON can hold)."""
        nonce = os.urandom(NONCE_BYTES)
        clear = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "surrogatepass"
        )
        return FORMAT + nonce + self._cipher.encrypt(nonce, clear, self._bound(table, row))

    def open(self, table: str, row: str, sealed: bytes) -> dict[str, Any]:
        """Decrypt a row's content.

        Raises:
            VaultLocked: the ciphertext was changed, or belongs to another row.
        """
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            clear = self._cipher.decrypt(nonce, body, self._bound(table, row))
        except InvalidTag:
            message = (
                f"A row of {table} does not open: it was changed outside tatflow. Run `tat ledger verify`."
            )
            raise VaultLocked(message) from None
        content: dict[str, Any] = json.loads(clear.decode("utf-8", "surrogatepass"))
        return content

    def vouch(self, text: str) -> str:
        """A digest that nobody can compare a guess with who has not got this key, or once it is destroyed."""
        return hmac.new(_derive(self._key, b"tatflow/vouch"), text.encode(), sha256).hexdigest()

    def _bound(self, table: str, row: str) -> bytes:
        return f"{self.scope}\0{table}\0{row}".encode()


def digest(sealed: bytes) -> str:
    """What the ledger keeps of a content: the digest of its ciphertext, which tells nothing of the text."""
    return sha256(sealed).hexdigest()


def make_key_file(path: Path) -> None:
    """Make a master key file, readable by its owner only, unless there is one."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        # Whole or not at all, and never in the place of another.
        with suppress(FileExistsError):
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)


def open_to_others(path: Path) -> bool:
    """Whether others on this machine than its owner may read or change a file or folder."""
    return path.exists() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def open_vault(settings: Settings, file: Path | None = None) -> Vault:
    """Open the vault with the master key from the environment, from a command, or from the key file.

    Args:
        settings: the installation's settings.
        file: another file that holds the key; None: as the settings say.

    Raises:
        VaultLocked: there is no key, or it is not 32 bytes in URL-safe base64.
    """
    encoded = settings.master_key.get_secret_value().encode()
    if file is not None:
        encoded = _read(file)
    elif not encoded and settings.key_command:
        encoded = told_by(settings.key_command, "TAT_KEY_COMMAND")
    elif not encoded:
        if not settings.key_file.exists():
            message = (
                "There is no master key: set TAT_MASTER_KEY or TAT_KEY_COMMAND, "
                f"or restore {settings.key_file.name} in the data folder."
            )
            raise VaultLocked(message)
        encoded = _read(settings.key_file)
    return Vault(decoded(encoded, "master key"))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"{file.name} cannot be read ({error.strerror}). Nothing was opened: see whose it is."
        raise VaultLocked(message) from None


def told_by(command: str, setting: str) -> bytes:
    """What a command prints: a key, kept in a token, by a cloud's key service, or in a store of secrets.

    Args:
        command: the command with its words, as a shell would split them; no shell runs it.
        setting: the setting that holds it, for sentences.

    Raises:
        VaultLocked: it cannot be run, fails, or takes longer than a minute; what it said is not repeated.
    """
    try:
        done = subprocess.run(
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=COMMAND_PATIENCE,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        code = getattr(error, "returncode", None)
        why = f"it ended with {code}" if code is not None else type(error).__name__
        message = f"The command in {setting} gave no key ({why}). Nothing was opened: try it by hand."
        raise VaultLocked(message) from None
    return done.stdout


def decoded(encoded: bytes, what: str) -> bytes:
    """The bytes of a key in URL-safe base64.

    Raises:
        VaultLocked: it is none.
    """
    try:
        return urlsafe_b64decode(encoded.strip())
    except (Base64Error, ValueError):
        message = f"The {what} is not URL-safe base64. Nothing was opened: restore the key as it was made."
        raise VaultLocked(message) from None


def _bound_in(form: bytes, scope: str) -> bytes:
    """The associated data of a wrapped key."""
    return scope.encode() if form == FORMAT else scope.encode() + b"\0" + form


def _derive(master_key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(master_key)
