"""How often one side may ask in a while: so many at once, and then one every so many seconds.

It is kept in this process's memory alone, under a key that dies with it: no address is on record.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network

#: sides that are kept at once; the one that asked longest ago is forgotten first
MOST = 20_000

#: the part of an IPv6 address that one household or office has to itself
_OWN_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one side may ask.

    Args:
        at_once: how many times in a row.
        every: seconds after which it may ask once more.
    """

    at_once: int
    every: float


class Rates:
    """How often each side asked.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(16)
        #: until when each side has used up what it may
        self._until: OrderedDict[bytes, float] = OrderedDict()

    def wait(self, what: str, rate: Rate, address: str) -> float:
        """Count that a side asks; gives the seconds until it may: 0: it may now, and that is counted.

        A side without an address of its own is never made to wait: a browser on this machine, or everybody,
        behind a proxy that does not say who asks.

        Args:
            what: what is asked for; each thing is counted apart.
            rate: how often it may be.
            address: the network address that asks.
        """
        side = _side(address)
        if not side:
            return 0.0
        now, key = self._clock(), blake2b(f"{what} {side}".encode(), key=self._key).digest()
        until = max(self._until.pop(key, now), now)
        over = until - now - rate.every * (rate.at_once - 1)
        self._until[key] = until if over > 0 else until + rate.every
        if len(self._until) > MOST:
            self._until.popitem(last=False)
        return max(over, 0.0)


def _side(address: str) -> str:
    """Who an address belongs to: an IPv6 one, to whoever has its network; empty: nobody in particular."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if found.is_loopback:
        return ""
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if isinstance(found, IPv6Address):
        return str(ip_network((int(found), _OWN_PREFIX), strict=False))
    return str(found)
