"""How a member is reached: what they say of it themselves (W-02, U-12)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.standing.marks import marks_of
from states.casebook.team.membership import change_roster, merged, write_member
from states.contents.kept import MEMBERS
from states.contents.team import MemberContent
from states.errors import BadInput, UnknownRecord
from states.policy.places import by_mail
from states.tables import Member, table_of
from states.vault import TEAM_SCOPE

_MEMBERS = table_of(Member)


@dataclass(frozen=True, slots=True)
class Reached:
    """How a member is reached.

    Args:
        name: what people call them.
        address: a mail address, or a channel's URL; all but alarms goes there alone.
        phone: where they are phoned; empty: nowhere.
        text: a channel's URL for alarms (SMS, push or chat); empty: none.
    """

    name: str = field(repr=False)
    address: str = field(repr=False)
    phone: str = field(repr=False)
    text: str = field(repr=False)


def mine(book: Casebook, *, by: Actor) -> Reached:
    """How the team reaches whoever asks.

    Raises:
        UnknownRecord: they are not on the team.
    """
    permit(by, Act.SIGN_IN)
    with book.store.read() as connection:
        content = _entry(book, connection, by)[1]
    return Reached(content.name, content.address, content.phone, content.text)


def change(book: Casebook, *, by: Actor, address: str = "", phone: str = "", text: str = "") -> None:
    """Say how one is reached from now on; what one was known by before stays known.

    What is left empty stays as it is; roles and offices do, too, and the end of a membership.

    Args:
        book: the casebook.
        by: whose entry it is.
        address: a mail address, or a channel's URL.
        phone: where they are phoned.
        text: a channel's URL for alarms, which is not mail.

    Raises:
        UnknownRecord: they are not on the team.
        BadInput: an address cannot be read, or the one for alarms is a mailbox.
    """
    permit(by, Act.SIGN_IN)
    said = {"address": address.strip(), "phone": phone.strip(), "text": text.strip()}
    if said["text"] and by_mail(said["text"]):
        raise BadInput(
            "Alarms reach you besides mail by the URL of a channel, as in ntfys://push.example.edu/you. "
            "Nothing was written."
        )
    with book.store.read() as connection:
        _, before = _entry(book, connection, by)
    given = {name: value for name, value in said.items() if value}
    content = merged(before, MemberContent.read(before.model_dump(mode="json") | given))

    def write(connection: Connection) -> Mapping[str, str]:
        row, _ = _entry(book, connection, by)
        return write_member(
            book,
            connection,
            by.id,
            content,
            offices=row.offices,
            roles=row.roles,
        )

    blinds = {blind for _, blind in marks_of(book.vault, content)}
    # What they hold is as before; the ledger says so with the entry's digest.
    change_roster(book, blinds, write, by=by, what="reached_otherwise", known=by.id, holds_as_before=True)


def _entry(book: Casebook, connection: Connection, by: Actor) -> tuple[Any, MemberContent]:
    mine = select(_MEMBERS).where(_MEMBERS.c.id == by.id, _MEMBERS.c.active)
    row = connection.execute(mine).first()
    if row is None:
        raise UnknownRecord("You are not on the team. Nothing was written.")
    return row, MEMBERS.open(book.key(connection, TEAM_SCOPE), row)
