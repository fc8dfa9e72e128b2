"""Accounts for invented people, and how they sign in."""

from dataclasses import dataclass
from datetime import datetime

import pyotp

from states.access import Actor
from states.casebook import Casebook
from states.casebook.accounts import making, signing_in

PASSWORD = "invented words of nobody"  # noqa: S105 - nobody has it


@dataclass(slots=True)
class Login:
    """A member's account, as its owner knows it.

    Args:
        member: the member's id.
        key: the key of their codes, as their phone has it.
        recovery: their recovery codes.
    """

    member: str
    key: str
    recovery: list[str]

    def code(self, now: datetime) -> str:
        """What their phone shows."""
        return pyotp.TOTP(self.key).at(now)

    def sign_in(self, book: Casebook) -> str:
        """Sign in with both factors; gives what the browser keeps."""
        begun = signing_in.begin(book, self.member, PASSWORD)
        return signing_in.finish(book, begun, self.code(book.clock()))


def account(book: Casebook, member: str, *, by: Actor) -> Login:
    """Set a member's account up, by a link that somebody gave."""
    link = making.link(book, member, by=by)
    login = Login(member, making.setting_up(book, link).key, [])
    login.recovery = making.set_up(book, link, PASSWORD, login.code(book.clock()))
    return login
