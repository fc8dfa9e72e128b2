"""Identifiers: what a person is found by besides a name, written as many ways as there are people."""

import re

from states.vocabulary.people import IdentifierKind

#: identifiers that name one person for certain (W-47)
CERTAIN = (IdentifierKind.CAMPUS_ID, IdentifierKind.EMPLOYEE_ID)

#: identifiers that another case about the same person may be found by
PERSONAL = (
    *CERTAIN,
    IdentifierKind.EMAIL,
    IdentifierKind.PHONE,
    IdentifierKind.LICENSE_PLATE,
    IdentifierKind.SOCIAL_HANDLE,
)

_BETWEEN = re.compile(r"[\W_]+")

#: digits of a telephone number within the country, and of one that somebody writes with the country's
_NATIONAL, _WITH_COUNTRY = 10, 11


def mailbox(address: str) -> str:
    """A mailbox in the form in which two of them are compared; empty: the address is no mailbox.

    What follows a plus sign is the owner's own sorting of their mail (RFC 5233).
    """
    local, _, domain = "".join(address.split()).casefold().removeprefix("mailto:").rpartition("@")
    if not local or not domain or "://" in address:
        return ""
    return f"{local.partition('+')[0]}@{domain}"


def phone(number: str) -> str:
    """A telephone number in the form in which two of them are compared; empty: it has no digit."""
    digits = "".join(each for each in number if each.isdecimal())
    return digits[-_NATIONAL:] if len(digits) == _WITH_COUNTRY and digits.startswith("1") else digits


def alike(kind: IdentifierKind, value: str) -> str:
    """An identifier in the one way that it is compared: `900 000-001` is `900000001`, `@Sam` is `sam`.

    Args:
        kind: what the value is.
        value: the value as somebody wrote it.
    """
    text = "".join(value.split()).casefold()
    match kind:
        case IdentifierKind.CAMPUS_ID | IdentifierKind.EMPLOYEE_ID | IdentifierKind.LICENSE_PLATE:
            return _BETWEEN.sub("", text) or text
        case IdentifierKind.EMAIL:
            return mailbox(text) or text
        case IdentifierKind.PHONE:
            return phone(text) or text
        case IdentifierKind.SOCIAL_HANDLE:
            return text.rstrip("/").rpartition("/")[2].removeprefix("@") or text
    return text
