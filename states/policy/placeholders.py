"""What an installation may not go live with: entries of a policy pack, and settings, that reach nobody.

The shipped pack stands for a university whose addresses and duty number nobody may guess at: mail addresses
under ``.example`` (RFC 2606) and phone numbers of the exchange 555, which is nobody's. A trial and the demo
work with them; an alarm that goes out to them reaches no police.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from states.errors import NotReady
from states.policy.pack import Pack
from states.settings import Settings

#: a domain that is for examples and tests (RFC 2606, RFC 6761), where an address or a domain ends
_RESERVED = re.compile(
    r"(?:^|[@./])(?:example|test|invalid|example\.(?:com|net|org|edu))(?:[/:?#]|$)", re.IGNORECASE
)

#: a phone number that is nobody's: its exchange is 555
_NOBODYS = re.compile(r"(?<!\d)555[-. ]?\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """An entry that reaches nobody.

    Args:
        key: the entry's dotted key in the pack, entries of a list counted from 1; or the name of a setting.
        value: what stands there.
    """

    key: str
    value: str

    @property
    def why(self) -> str:
        """Why it reaches nobody."""
        return "no phone has this number" if _NOBODYS.search(self.value) else "nothing is at this address"

    def __str__(self) -> str:
        return f"{self.key}: {self.value} ({self.why})"


def is_live(settings: Settings) -> bool:
    """Whether an installation is for a team: people reach it, or its mail leaves, beyond this machine.

    Args:
        settings: the installation's settings.
    """
    mail = settings.smtp_url.get_secret_value()
    return not _is_here(settings.base_url) or bool(mail and not _is_here(mail))


def _is_here(url: str) -> bool:
    """Whether an address is this machine's own alone."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def of_pack(pack: Pack) -> tuple[Placeholder, ...]:
    """Every entry of a pack that reaches nobody, in the pack's order.

    Args:
        pack: the policy pack.
    """
    return tuple(_found("", pack.model_dump(mode="json")))


def of_settings(settings: Settings) -> tuple[Placeholder, ...]:
    """Every setting that reaches nobody: who messages are from, and where their links lead.

    Args:
        settings: the installation's settings.
    """
    given = {"TAT_BASE_URL": urlsplit(settings.base_url).hostname or "", "TAT_SENDER": settings.sender}
    return tuple(Placeholder(name, said) for name, said in given.items() if _RESERVED.search(said))


def _found(key: str, said: object) -> Iterator[Placeholder]:
    if isinstance(said, Mapping):
        for name, part in said.items():
            yield from _found(f"{key}.{name}" if key else str(name), part)
    elif isinstance(said, list):
        for number, part in enumerate(said, 1):
            yield from _found(f"{key}.{number}", part)
    elif isinstance(said, str) and (_NOBODYS.search(said) or (" " not in said and _RESERVED.search(said))):
        yield Placeholder(key, said)


def require_none(pack: Pack, settings: Settings) -> None:
    """See that nothing of an installation that is for a team is a placeholder.

    Args:
        pack: the policy pack.
        settings: the installation's settings.

    Raises:
        NotReady: something is; names each entry, and what to do.
    """
    found = (*of_settings(settings), *of_pack(pack))
    if not found:
        return
    listed = "\n".join(f"  {each}" for each in found)
    raise NotReady(
        f"This may not go live: {len(found)} entries are placeholders, and an alarm would reach nobody. "
        f"Nothing was started or changed.\n{listed}\n"
        "Copy the folder of the pack, write your own numbers and addresses into its pack.toml, and name it "
        "in TAT_PACK; what begins with TAT_ is corrected where it is set. `tat policy check --live` says "
        "what is left. To try tatflow out on this machine alone, set neither TAT_BASE_URL nor TAT_SMTP_URL."
    )
