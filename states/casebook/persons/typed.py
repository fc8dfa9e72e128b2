"""What somebody types to find a case by: a number, names, identifiers or a place, in any order."""

import re
from collections.abc import Iterator

from states.persons.identifiers import PERSONAL, alike, mailbox, phone
from states.persons.identity import Identity
from states.vocabulary.people import IdentifierKind

#: a case's number, as people shorten it
_NUMBER = re.compile(r"(?:TAT[-\s]*)?(\d{4})[-\s/]+(\d{1,9})", re.IGNORECASE)

#: characters that are looked at: nobody types more to find somebody
MOST_TYPED = 200

#: digits of a case's number that people know it by; more are something else
LONGEST_ENDING = 6

#: digits that a telephone number has at least
_SHORTEST_PHONE = 7

_LETTER = re.compile(r"[^\W\d_]")


def case_number(text: str) -> str:
    """The case's number that somebody typed, written in full; empty: it is none."""
    found = _NUMBER.fullmatch(text.strip())
    return f"TAT-{found[1]}-{int(found[2]):04d}" if found else ""


def number_ending(text: str) -> str:
    """How the numbers of cases end that somebody means by the digits that they know; empty: by none."""
    digits = text.strip().removeprefix("#")
    is_ending = digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_ENDING
    return f"-{int(digits):04d}" if is_ending else ""


def identities(text: str) -> list[Identity]:
    """Everything that a text may mean, each by itself: so that a number does not speak against a name.

    Args:
        text: as somebody typed it.
    """
    text = text[:MOST_TYPED]
    coded = [piece for piece in text.split() if not piece.isalpha() and set(piece) & set("0123456789@")]
    name = " ".join(piece for piece in text.split() if piece not in coded)
    identifiers = {found for said in (text, *coded) for found in _identifiers(said)}
    return [
        Identity(names=(name,) if name else (), identifiers=frozenset()),
        Identity(names=(), identifiers=frozenset(), places=(text,)),
        *(Identity(names=(), identifiers=frozenset({each})) for each in sorted(identifiers)),
    ]


def _identifiers(said: str) -> Iterator[tuple[IdentifierKind, str]]:
    for kind in PERSONAL:
        if value := alike(kind, said) if _may_be(kind, said.strip()) else "":
            yield kind, value


def _may_be(kind: IdentifierKind, said: str) -> bool:
    match kind:
        case IdentifierKind.EMAIL:
            return bool(mailbox(said))
        case IdentifierKind.PHONE:
            return len(phone(said)) >= _SHORTEST_PHONE and not _LETTER.search(said)
        case IdentifierKind.SOCIAL_HANDLE:
            return len(said.split()) == 1 and any(each.isalnum() for each in said)
    return any(each.isdecimal() for each in said)
