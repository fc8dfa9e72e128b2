"""What the mail servers of this room have in common: how they are set up, and what they have taken."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

#: the mailboxes that a server has no room for: one is not there, the other is greylisted, to be tried again
NOT_THERE, LATER = "nobody", "later"


@dataclass(frozen=True, slots=True)
class Set:
    """How a server is set up.

    Args:
        certificate: a file with its certificate and key, for STARTTLS; None: it offers none.
        login: the name and password that it demands; None: it takes mail from anybody.
        eight_bits: whether it offers 8BITMIME.
        any_script: whether it offers SMTPUTF8.
    """

    certificate: Path | None = None
    login: tuple[str, str] | None = None
    eight_bits: bool = True
    any_script: bool = True


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that a server has taken.

    Args:
        to: whom it is for.
        content: what was sent.
    """

    to: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs.

    Args:
        port: where it listens, on 127.0.0.1.
        taken: tells every mail that it has taken.
    """

    port: int
    taken: Callable[[], list[Taken]]


#: starts a server in a folder of its own
Serve = Callable[[Set, Path], AbstractContextManager[Running]]
