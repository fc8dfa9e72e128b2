"""Who lets people in: the administrator gives links and ends sessions, and sees no case."""

import re
from http import HTTPStatus as S

import pytest

from states.casebook.accounts import signing_in
from states.casebook.accounts.signing_in import LET_PASS
from states.casebook.reading import timeline
from states.casebook.team import members
from states.contents.team import MemberContent
from states.errors import NotPermitted
from states.vocabulary.people import Role
from tests.cases.signing_in import PASSWORD
from tests.console.web.conftest import Served


def test_an_administrator_lets_people_in_and_out(served: Served) -> None:
    """After a code of a moment ago; each is on the team's record under their name."""
    book = served.book
    content = MemberContent(name="invented-gate-name", address="gate@wnmu.example")
    members.enrol(book, "gate", content, by=served.walk.chair, roles=[Role.ADMINISTRATOR])
    client, dean = served.browser("gate"), served.browser("dean")
    for _ in range(LET_PASS):
        with pytest.raises(NotPermitted):
            signing_in.begin(book, "dean", "not it")
    shown = client.get("/admin/accounts").text
    assert "rests until" in shown
    assert "TAT-2026" not in shown
    client.post("/admin/accounts/dean/unlock")
    served.login("dean")
    signing_in.begin(book, "dean", PASSWORD)
    client.post("/admin/accounts/dean/end-sessions")
    assert dean.get("/account").status_code == S.SEE_OTHER
    served.watch.forward(minutes=10)
    assert client.post("/admin/accounts/dean/link").status_code == S.FORBIDDEN
    code = {"code-again": served.login("gate").code(book.clock())}
    given = client.post("/admin/accounts/dean/link", data=code)
    (path,) = re.findall(rf"<code>{served.url}(/account/set-up/[0-9a-f]+)</code>", given.text)
    assert served.stranger().get(path).status_code == S.OK
    done = [
        event.what for event in timeline.events_of_team(book, by=served.walk.chair) if event.actor == "gate"
    ]
    for what in ("account_unlocked", "sessions_ended", "account_link_given"):
        assert what in done
