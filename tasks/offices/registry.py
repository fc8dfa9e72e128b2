"""Which way each office's referrals go out by: a TOML file with one table for each office that has its own.

::

    [counselling]                # the office's code in the policy pack
    use = "fhir"                 # an entry point of the group tatflow.offices; the rest is that way's own

An office without a table gets its referrals by mail.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from states.errors import BadInput
from tasks.offices.contract import Way
from tasks.plugins import Kind

GROUP = "tatflow.offices"

KIND = Kind(GROUP, Way, one="office", means="way out", kept="No referral was sent")

#: the way of every office without a table
USUAL = "mail"


class Offices:
    """The ways of one installation.

    Args:
        ways: those with a table, one for each office.
    """

    def __init__(self, ways: Iterable[Way] = ()) -> None:
        self._ways = {way.name: way for way in ways}

    def way(self, office: str) -> Way:
        """The way that an office's referrals go out by.

        Args:
            office: the office's code.
        """
        if office not in self._ways:
            usual: Way = KIND.make(office, {"use": USUAL})
            return usual
        return self._ways[office]

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

    def combine(ways: Iterable[Way], _tables: Mapping[str, Any]) -> Offices:
        offices = Offices(ways)
        strangers = [way.name for way in offices.all() if way.name not in known]
        if strangers:
            raise BadInput(
                f"{strangers[0]}: the policy pack has no such office. Name one of these: "
                f"{', '.join(sorted(known))}."
            )
        return offices

    return KIND.load(config, combine)
