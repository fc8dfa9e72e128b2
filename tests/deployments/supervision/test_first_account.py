"""How the first administrator comes in: by a link at the terminal, and by none in a log."""

import shutil
from pathlib import Path

from sqlalchemy import select

from deployments.supervision.first_account import first_account
from states.casebook import Casebook
from states.casebook.accounts import making
from states.settings import Settings
from states.tables import TeamEvent, table_of
from states.vault import make_key_file
from tests.cases.signing_in import account
from tests.cases.walking import Walk


def test_the_first_account_is_set_up_by_a_link_that_stands_in_no_log(tmp_path: Path, migrated: Path) -> None:
    """Until there is one; whoever may give links is asked to, and the chair of an empty team to come in."""
    settings = Settings(home=tmp_path)
    make_key_file(settings.key_file)
    shutil.copyfile(migrated, tmp_path / "casebook.db")
    logged = " ".join(first_account(settings, at_terminal=False))
    assert "tat team add" in logged
    assert "/account/first/" not in logged
    _, link = first_account(settings, at_terminal=True)
    book = Casebook.open(settings)
    making.look_at_first(book, link.partition("/account/first/")[2])
    walk = Walk(book)
    logged = " ".join(first_account(settings, at_terminal=False))
    assert "tat account link chair" in logged
    assert "/account/set-up/" not in logged
    _, link = first_account(settings, at_terminal=True)
    assert making.setting_up(book, link.rpartition("/")[2]).member == "chair"
    kept = table_of(TeamEvent)
    with book.store.read() as connection:
        *_, given = connection.execute(select(kept.c.what, kept.c.data).order_by(kept.c.seq))
    assert (given.what, given.data["via"]) == ("account_link_given", "shell")
    account(book, "chair", by=walk.chair)
    assert list(first_account(settings, at_terminal=True)) == []
    book.close()
