"""My password, changed on its page: after a code, with the one so far, and no page holds what was typed."""

from http import HTTPStatus as S

import pytest

from tests.cases.signing_in import PASSWORD
from tests.console.web.coming_in.test_own_account import enrolled
from tests.console.web.conftest import Served
from tests.states.looking import verified

NEW = "quite other words, invented"

pytestmark = pytest.mark.clause("P-08")


def test_a_member_changes_their_password_and_is_signed_out_everywhere_else(served: Served) -> None:
    """My account leads there; afterwards the new one signs in, and the old one does not."""
    client = enrolled(served, "changer")
    other = served.browser("changer")
    assert 'href="/account/password"' in client.get("/account").text
    shown = client.get("/account/password")
    for kind in (
        'type="password" autocomplete="current-password"',
        'type="password" autocomplete="new-password"',
    ):
        assert kind in shown.text
    wrong = client.post("/account/password", data={"password": "x", "new-password": NEW})
    assert (wrong.status_code, "did not fit" in wrong.text, NEW in wrong.text) == (
        S.UNPROCESSABLE_ENTITY,
        True,
        False,
    )
    weak = client.post("/account/password", data={"password": PASSWORD, "new-password": "short"})
    assert (weak.status_code, "12 to 200 characters" in weak.text) == (S.UNPROCESSABLE_ENTITY, True)
    done = client.post("/account/password", data={"password": PASSWORD, "new-password": NEW})
    assert (done.status_code, "Your password is changed" in done.text) == (S.OK, True)
    assert client.get("/account").status_code == S.OK, "signed in here still"
    assert other.get("/account").status_code == S.SEE_OTHER
    for password, status in ((PASSWORD, S.UNPROCESSABLE_ENTITY), (NEW, S.SEE_OTHER)):
        given = {"name": "changer", "password": password}
        assert served.stranger().post("/sign-in", data=given).status_code == status
    verified(served.book)


def test_passwords_that_were_typed_stand_in_no_page(served: Served) -> None:
    """Where a code is asked first, or the session has ended, they are typed anew."""
    client, typed = enrolled(served, "typer"), {"password": PASSWORD, "new-password": NEW}
    served.watch.forward(minutes=10)
    first = client.get("/account/password")
    assert (first.status_code, first.headers["location"]) == (
        S.SEE_OTHER,
        "/account/code?to=/account/password",
    )
    asked = client.post("/account/password", data=typed)
    assert (asked.status_code, asked.headers["location"]) == (
        S.SEE_OTHER,
        "/account/code?to=/account/password",
    )
    ended = served.stranger().post("/account/password", data=typed)
    assert ended.status_code == S.UNAUTHORIZED
    for page in (asked, ended):
        assert not any(each in page.text for each in typed.values())
    code = served.login("typer").code(served.book.clock())
    back = client.post("/account/code", data={"code": code, "to": "/account/password"})
    assert (back.status_code, back.headers["location"]) == (S.SEE_OTHER, "/account/password")
    assert client.post("/account/password", data=typed).status_code == S.OK
