"""Which way each office's referrals go out by: a TOML file with one table for each office that has its own.

::

    [counselling]                # the office's code in the policy pack
    use = "fhir"                 # an entry point of the group tatflow.offices
    at_once = 2                  # how many letters it bears at once; may be left out: 4
                                 # the rest is that way's own

An office without a table gets its referrals by mail.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from states.errors import BadInput
from tasks.far.plugins import Kind, at_once
from tasks.offices.contract import Way

GROUP = "tatflow.offices"

KIND = Kind(GROUP, Way, one="office", means="way out", kept="No referral was sent")

#: how many letters an office usually bears at once
AT_ONCE = 4

#: the way of every office without a table
USUAL = "mail"


class Offices:
    """The ways of one installation.

    Args:
        ways: those with a table, one for each office.
        at_once: how many letters each bears at once, where it is not the usual number.
    """

    def __init__(self, ways: Iterable[Way] = (), at_once: Mapping[str, int] | None = None) -> None:
        self._ways = {way.name: way for way in ways}
        self._at_once = at_once or {}

    def way(self, office: str) -> Way:
        """The way that an office's referrals go out by.

        Args:
            office: the office's code.
        """
        if office not in self._ways:
            usual: Way = KIND.make(office, {"use": USUAL})
            return usual
        return self._ways[office]

    def at_once(self, way: Way) -> int | None:
        """How many letters a way bears at once; None: whatever the team's own mail bears."""
        return self._at_once.get(way.name, AT_ONCE) if way.name in self._ways else None

    def all(self) -> tuple[Way, ...]:
        """Every way with a table, in the order of the file."""
        return tuple(self._ways.values())


def load_offices(config: Path, known: Collection[str]) -> Offices:
    """Make the ways that a TOML file describes; without the file, every office gets mail.

    Args:
        config: the file.
        known: codes of the policy pack's offices.

    Raises:
        BadInput: the file, or an entry of it, cannot be used; names file and key, but no value, which may be
            a password.
    """

    def combine(ways: Iterable[Way], tables: Mapping[str, Any]) -> Offices:
        offices = Offices(ways, at_once(tables))
        strangers = [way.name for way in offices.all() if way.name not in known]
        if strangers:
            raise BadInput(
                f"{strangers[0]}: the policy pack has no such office. Name one of these: "
                f"{', '.join(sorted(known))}."
            )
        return offices

    return KIND.load(config, combine)
