"""How the first administrator comes in: by a link that is shown at the terminal, for once, and in no log."""

import sys
from collections.abc import Iterator
from dataclasses import replace

from states.access import MAY, SYSTEM, Act, Origin
from states.casebook import Casebook
from states.casebook.accounts import making
from states.casebook.team.members import members
from states.settings import Settings
from states.vocabulary.people import Role
from tasks.drafts.link_paths import FIRST, SETTING_UP


def first_account(settings: Settings, *, at_terminal: bool | None = None) -> Iterator[str]:
    """Lines that say how the first account is set up; none, where there is one.

    Args:
        settings: the installation's settings.
        at_terminal: whether somebody sits there, and no log keeps what is said; None: as it is.
    """
    book = Casebook.open(settings)
    try:
        team = [who for who, _ in members(book, by=SYSTEM)]
        gives = sorted(
            (who for who in team if not who.roles.isdisjoint(MAY[Act.RUN_ACCOUNTS])),
            key=lambda who: (Role.ADMINISTRATOR not in who.roles, who.id),
        )
        terminal = sys.stdout.isatty() if at_terminal is None else at_terminal
        until, here = f"{book.clock() + making.LINK_LIFE:%Y-%m-%d}", settings.base_url.rstrip("/")
        if not gives and terminal and making.nobody_is_there(book):
            yield f"Nobody is on the team yet. Whoever chairs it enters themselves here, once, until {until}:"
            yield f"  {here}{FIRST}/{making.link_of_first(book)}"
            return
        if not gives:
            yield (
                "Nobody can sign in yet: enroll the chair with `tat team add`, then start again. While"
                " nobody is on the team, a start at a terminal shows a link by which the chair does it."
            )
            return
        giver = gives[0]
        if any(line.is_set_up for line in making.accounts(book, by=giver)):
            return
        if not terminal:
            yield f"Nobody has an account yet: `tat account link {giver.id}` gives a link for the first."
            return
        secret = making.link(book, giver.id, by=replace(giver, origin=Origin.shell()))
        yield f"Nobody has an account yet. {giver.id} sets up the first here, once, until {until}:"
        yield f"  {here}{SETTING_UP}/{secret}"
    finally:
        book.close()
