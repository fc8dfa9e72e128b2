"""The two factors: a password, kept as its Argon2id hash (RFC 9106), and a code of the time (RFC 6238)."""

from base64 import b32encode
from collections.abc import Collection, Iterator
from datetime import datetime
from hmac import compare_digest
from itertools import combinations
from secrets import token_bytes

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from states.errors import BadInput
from states.vault import Vault

#: characters that a password has; one sentence of a few words is better than a short riddle
SHORTEST, LONGEST = 12, 200

#: characters that a password has which is more than one of them again and again
DIFFERENT = 5

#: guesses that a password withstands at least: what zxcvbn calls safe where few can be tried at a time
FEWEST_GUESSES = 10**8

#: words that anybody would try here, and how long a word is at least
_EVERYBODYS = ("tatflow", "threat assessment team", "casework")
_A_WORD = 3

#: characters of a password whose guessing is reckoned: what stands behind them makes none easier
_LOOKED_AT = 72

#: seconds for which a code counts, and how many steps a phone's clock may be away
STEP, AWAY = 30, 1

#: how many recovery codes there are, and the bytes of each
RECOVERY_CODES, RECOVERY_BYTES = 10, 10

#: as OWASP advises for Argon2id: sign-ins that somebody floods us with take no more memory than must be
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

#: what a password is compared with where there is no account, so that this takes as long
_NOBODYS = _HASHER.hash(token_bytes(16))


def hashed(password: str, near: Collection[str] = ()) -> str:
    """What is kept of a password (OWASP ASVS 5, 6.2.4, 6.2.11 and 6.2.12).

    Args:
        password: what somebody chose.
        near: names that whoever wants to guess it would try first: of whose it is, and of where they work.

    Raises:
        BadInput: it is too short or too long, hardly one, or easy to guess.
    """
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < DIFFERENT:
        raise BadInput(
            f"A password has {SHORTEST} to {LONGEST} characters, as in a few words that only you put "
            "together. Nothing was written: choose another one."
        )
    if _is_guessed(password, near):
        raise BadInput(
            "This password is easy to guess: it is one that many people use, or made of one as many people "
            "do it. Nothing was written: choose a few words that only you put together."
        )
    return _HASHER.hash(password)


def _is_guessed(password: str, near: Collection[str]) -> bool:
    """Whether whoever tries what is on lists of common passwords, and what is made of them, soon has it."""
    # Its lists take a while to load, and few processes ever need them.
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # noqa: PLC0415

    tried = sorted({part for name in (*near, *_EVERYBODYS) for part in _parts(name) if len(part) >= _A_WORD})
    found = zxcvbn(password[:_LOOKED_AT], tried, max_length=_LOOKED_AT)
    return int(found["guesses"]) < FEWEST_GUESSES


def _parts(name: str) -> Iterator[str]:
    """Whatever stands side by side in a name, as people write it."""
    words = name.split()
    for begin, end in combinations(range(len(words) + 1), 2):
        for between in ("", " ", "-"):
            yield between.join(words[begin:end])


def fits(kept: str, password: str) -> bool:
    """Whether a password is the one that was kept; takes its time also where none was.

    Args:
        kept: what :func:`hashed` gave; empty: there is none.
        password: what somebody typed.
    """
    try:
        _HASHER.verify(kept or _NOBODYS, password[:LONGEST])
    except VerificationError:
        return False
    return bool(kept)


def key_of(link_secret: str, vault: Vault) -> str:
    """The key of the codes of whoever sets up an account, in base 32: the same for the same link.

    Nothing has to be kept of a link that nobody has opened yet.
    """
    blind = vault.blind("second factor", link_secret)
    return b32encode(bytes.fromhex(blind)[:20]).decode()


def key_address(key: str, member: str, institution: str) -> str:
    """The address that a phone takes a key in by (``otpauth:``)."""
    return pyotp.TOTP(key).provisioning_uri(name=member, issuer_name=institution)


def code_of(key: str, now: datetime) -> str:
    """What a phone that has a key shows now."""
    return pyotp.TOTP(key, interval=STEP).at(now)


def step_of(key: str, code: str, now: datetime, after: int) -> int | None:
    """The time step that a code belongs to; None: it is of none that may be used now.

    Args:
        key: the key, in base 32.
        code: what somebody typed; spaces do not matter.
        now: what time it is.
        after: the newest step whose code was used.
    """
    typed, current = "".join(code.split()), int(now.timestamp()) // STEP
    totp, taken = pyotp.TOTP(key, interval=STEP), None
    for step in range(current - AWAY, current + AWAY + 1):
        if compare_digest(totp.generate_otp(step).encode(), typed.encode()) and step > after:
            taken = step
    return taken


def new_recovery_codes() -> list[str]:
    """Codes for whoever has lost their phone, to be printed; each works once."""
    made = [b32encode(token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in made]


def recovery_digest(code: str, vault: Vault) -> str:
    """What is kept of a recovery code; hyphens and spaces do not matter."""
    return vault.blind("recovery code", "".join(code.replace("-", " ").split()))


def recovery_digests(codes: Collection[str], vault: Vault) -> tuple[str, ...]:
    """What is kept of recovery codes."""
    return tuple(recovery_digest(code, vault) for code in codes)
