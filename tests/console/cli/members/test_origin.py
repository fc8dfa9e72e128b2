"""Whoever acts at the server's shell is on record with the account under which the command ran."""

import os
import pwd

from states.access import SYSTEM
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
