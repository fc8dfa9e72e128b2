"""Marks: what a member would be known by in a report, as blind indexes.

Those of a name are coarse, as the index of persons is: what they find is compared in clear, by
:mod:`states.persons.members`, before anybody is held back.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from states.contents.team import MemberContent
from states.persons.identifiers import PERSONAL, alike, mailbox
from states.persons.members import own_tokens, said_tokens
from states.persons.names import NAME, NAME_PAIR, NAME_SOUND
from states.vault import Vault
from states.vocabulary.people import IdentifierKind

#: kinds of the marks that are no identifier's
MAILBOX = "mailbox"
NAMES = (NAME, NAME_PAIR, NAME_SOUND)

#: a mark that says by which rules a member's were reckoned; those of older rules are reckoned anew
RULES = ("rules", "2")


def marks_of(vault: Vault, member: MemberContent) -> set[tuple[str, str]]:
    """What a member is known by: pairs of a kind and a blind index."""
    entries = {entry for name in names_of(member) for entry in own_tokens(name)}
    found = {RULES, *_blinded(vault, entries)}
    for address in (member.address, *member.mailboxes):
        found.update(blinds(vault, email=address))
    found.update(blinds(vault, identifiers=member.identifiers))
    return found


def names_of(member: MemberContent) -> tuple[str, ...]:
    """The names that a member goes by."""
    return tuple(name for name in (member.name, *member.other_names) if name)


def blinds(
    vault: Vault, name: str = "", email: str = "", identifiers: Mapping[Any, str] | None = None
) -> Iterator[tuple[str, str]]:
    """What somebody whom a report names could be found by: pairs of a kind and a blind index.

    Args:
        vault: what they are reckoned with.
        name: as it was written.
        email: a mailbox.
        identifiers: values by the code of their kind.
    """
    given = dict(identifiers or {})
    for written in (name, given.pop(IdentifierKind.NAME, "")):
        yield from _blinded(vault, said_tokens(written))
    for address in (email, given.pop(IdentifierKind.EMAIL, "")):
        if folded := mailbox(address):
            yield MAILBOX, vault.blind("member mailbox", folded)
    for kind in PERSONAL:
        if kind in given and (value := alike(kind, given[kind])):
            yield kind, vault.blind(f"member {kind}", value)


def _blinded(vault: Vault, entries: Collection[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for kind, text in entries:
        yield kind, vault.blind(f"member {kind}", text)
