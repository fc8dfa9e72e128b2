"""What a rule of a contract is: what a plug-in does when it keeps it, and how that is tried."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that holds for every plug-in of a kind.

    Args:
        name: what one that keeps it does, in plain words.
        check: tries one, given its trial; raises ``Broken`` when it breaks the rule, ``NotTried`` when that
            is unknown.
    """

    name: str
    check: Callable[[Any], Awaitable[None]]

    def __str__(self) -> str:
        return self.name
