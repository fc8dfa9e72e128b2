"""Whoever acts at the server's shell is on record with the account under which the command ran."""

import os
import pwd

from sqlalchemy import select

from states.access import SYSTEM
from states.casebook import Casebook
from states.tables import TeamEvent, table_of
from tests.cases.walking import Walk
from tests.console.conftest import Tat


def test_the_ledger_says_that_it_came_from_the_shell_and_from_which_account(tat: Tat, walk: Walk) -> None:
    """Whatever the environment says of who somebody is: as which member is beside it."""
    number = walk.reported()
    tat.json("case", "show", number)
    *_, last = tat.json("case", "timeline", number)
    assert last["what"] == "read"
    account = pwd.getpwuid(os.getuid()).pw_name
    assert (last["data"]["via"], last["data"]["os_account"]) == ("shell", account)
    assert last["actor"] != SYSTEM.id


def test_the_first_member_and_the_first_link_are_on_record_with_the_shell_that_made_them(
    tat: Tat, book: Casebook
) -> None:
    """Nobody enrols the first, and nobody gives the first link: how it came about is all that is known."""
    enrolled = ("--name", "Invented Chair", "--address", "chair@wnmu.example", "--office", "student_affairs")
    tat.json("team", "add", "invented-chair", *enrolled, "--role", "chair", "--role", "member", member=None)
    tat.json("account", "link", "invented-chair", member=None)
    kept = table_of(TeamEvent)
    with book.store.read() as connection:
        events = connection.execute(select(kept)).all()
    came = {each.what: (each.actor, each.data.get("via"), each.data.get("os_account")) for each in events}
    account = pwd.getpwuid(os.getuid()).pw_name
    assert came["enrolled"] == ("invented-chair", "shell", account)
    assert came["account_link_given"] == (SYSTEM.id, "shell", account)
