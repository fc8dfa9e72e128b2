"""Identifiers: what a person is found by besides a name, written as many ways as there are people."""

import re

from states.vocabulary import IdentifierKind

#: identifiers that name one person for certain (W-47)
CERTAIN = (IdentifierKind.CAMPUS_ID, IdentifierKind.EMPLOYEE_ID)

#: identifiers that another case about the same person may be found by
PERSONAL = (
    *CERTAIN,
    IdentifierKind.EMAIL,
    IdentifierKind.LICENSE_PLATE,
    IdentifierKind.SOCIAL_HANDLE,
)

_BETWEEN = re.compile(r"[\W_]+")


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
            mailbox, at, domain = text.removeprefix("mailto:").rpartition("@")
            # What follows a plus sign goes to the same mailbox.
            return f"{mailbox.split('+')[0]}{at}{domain}"
        case IdentifierKind.SOCIAL_HANDLE:
            return text.rstrip("/").rpartition("/")[2].removeprefix("@") or text
    return text
