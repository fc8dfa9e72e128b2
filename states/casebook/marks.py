"""Marks: what a member would be known by in a report, as blind indexes."""

from collections.abc import Iterator, Mapping
from typing import Any

from states.naming import forms, mailbox, own_forms
from states.records import MemberContent
from states.vault import Vault
from states.vocabulary import IdentifierKind

#: kinds of the marks that are no identifier's
NAME = "name"
MAILBOX = "mailbox"

#: the identifiers that are one person's
PERSONAL = frozenset(
    {
        IdentifierKind.CAMPUS_ID,
        IdentifierKind.EMPLOYEE_ID,
        IdentifierKind.LICENSE_PLATE,
        IdentifierKind.SOCIAL_HANDLE,
    }
)


def marks_of(vault: Vault, member: MemberContent) -> set[tuple[str, str]]:
    """What a member is known by: pairs of a kind and a blind index."""
    names = {form for name in (member.name, *member.other_names) for form in own_forms(name)}
    found = {(NAME, vault.blind("member name", form)) for form in names}
    for address in (member.address, *member.mailboxes):
        found.update(blinds(vault, email=address))
    found.update(blinds(vault, identifiers=member.identifiers))
    return found


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
        for form in forms(written):
            yield NAME, vault.blind("member name", form)
    for address in (email, given.pop(IdentifierKind.EMAIL, "")):
        if folded := mailbox(address):
            yield MAILBOX, vault.blind("member mailbox", folded)
    for kind in sorted(PERSONAL & given.keys()):
        if digits := "".join(c for c in given[kind] if c.isalnum()):
            yield kind, vault.blind(f"member {kind}", digits)
