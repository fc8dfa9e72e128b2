"""Whom a message goes to, and whether that is one of the team's own channels."""

import re
from collections.abc import Collection

from states.errors import BadInput

#: the addresses that mail servers take, with letters of any script where the server knows those (RFC 6531);
#: quotes, comments or lists could hide a second recipient
_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?P<domain>(?:[^\W_]|-){1,63}(?:\.(?:[^\W_]|-){1,63})*)")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\x00-\x1f\x7f]+")


def mail_address(address: str) -> str | None:
    """Read an address as a mailbox.

    Args:
        address: ``someone@example.edu``, ``mailto:someone@example.edu``, or the URL of another channel.

    Returns:
        The mailbox, or nothing when the address is the URL of another channel.

    Raises:
        BadInput: it is neither. The message does not repeat the address.
    """
    bare = address.removeprefix("mailto:")
    if _MAIL.fullmatch(bare):
        return bare
    if _URL.fullmatch(address):
        return None
    raise BadInput(
        "An address is neither one mailbox nor a channel's URL. Nothing was sent to it: "
        "write it as name@example.edu or scheme://…, then repeat."
    )


def is_own(address: str, own_domains: Collection[str]) -> bool:
    """Tell whether an address is one of the team's own channels, which alone may carry content (W-39).

    Args:
        address: a mailbox or a channel's URL.
        own_domains: the institution's mail domains, spelled out: a subdomain is another domain.

    Raises:
        BadInput: the address cannot be read.
    """
    mailbox = mail_address(address)
    if mailbox is None:
        return False
    domain = mailbox.rpartition("@")[2]
    # Some letters of other scripts become plain ones in lower case.
    return domain.isascii() and domain.lower() in {own.lower() for own in own_domains}
