"""A form of a session that ended: nothing is done, and what was typed goes back to whoever typed it."""

import html
import re

import httpx
import pytest

from states.casebook.accounts import sessions
from states.casebook.standing.decisions import decide
from tests.console.web.cases.test_steps import events, hidden
from tests.console.web.conftest import Served
from tests.console.web.meetings.test_sitting import called, typed

S = httpx.codes


def left(served: Served, member: str) -> httpx.Client:
    """A browser whose session was ended elsewhere."""
    client = served.browser(member)
    sessions.leave(served.book, client.cookies["tat"])
    return client


def test_a_form_goes_back_to_its_browser_and_is_sent_again_once_somebody_is_signed_in(served: Served) -> None:
    """As it was, its line breaks and marks, too; it is done once, by whoever is signed in then."""
    number, client = served.walk.screened(), served.browser("officer")
    path, text = f"/cases/{number}/steps/note", "<b>Invented</b> & so on.\r\n\r\n" + "Many words. " * 300
    said = {**hidden(client.get(path).text), "kind": "inquiry", "text": text, "go": "do"}
    sessions.leave(served.book, client.cookies["tat"])
    answer = client.post(path, data=said)
    assert (answer.status_code, answer.headers["cache-control"]) == (S.UNAUTHORIZED, "no-store")
    assert "Your session has ended" in answer.text
    assert "Nothing was written" in answer.text
    assert f'href="/sign-in?to={path}" target="_blank" rel="noopener"' in answer.text
    assert (events(served, number, "noted"), "<b>Invented" in answer.text) == (0, False)
    shown = re.search(r'<textarea[^>]* name="text"[^>]*>\n(.*?)</textarea>', answer.text, re.DOTALL)
    assert shown
    assert html.unescape(shown.group(1)) == text
    assert hidden(answer.text) == {name: each for name, each in said.items() if name != "text"}
    client.cookies.set("tat", served.login("officer").sign_in(served.book), domain="127.0.0.1")
    again = client.post(path, data=said)
    assert (again.status_code, events(served, number, "noted")) == (S.SEE_OTHER, 1)


def test_whoever_may_not_do_it_does_not_by_sending_it_again(served: Served) -> None:
    """Their rights are looked at as of any other form: to somebody off the case there is nothing."""
    number = served.walk.screened()
    decide(served.book, number, "nurse", by=served.walk.chair, keep_out=True, because="Invented.")
    client = served.browser("nurse")
    sent = client.post(f"/cases/{number}/steps/note", data={"kind": "inquiry", "text": "So.", "go": "do"})
    assert (sent.status_code, events(served, number, "noted")) == (S.NOT_FOUND, 0)


def test_what_is_secret_goes_back_to_nobody(served: Served) -> None:
    """A code, a passkey's answer and a password are asked for again, and stand in no page."""
    secrets = {"code": "424242", "code-again": "535353", "passkey-again": "{646464}", "password": "75 75 75"}
    answer = left(served, "officer").post("/account/reached", data={**secrets, "mail": "to me"})
    assert answer.status_code == S.UNAUTHORIZED
    assert [each for each in ("424242", "535353", "646464", "75 75") if each in answer.text] == []
    assert "asked for your code again" in answer.text


def test_signing_in_leads_to_the_page_that_a_form_stands_on(served: Served) -> None:
    """Where its address only takes something, to the page before; to no other site, nor to a dead end."""
    client = left(served, "officer")
    for referer, to in (
        (f"{served.url}/account", "/account"),
        (f"{served.url}/cases?state=Closed", "/cases%3Fstate%3DClosed"),
        (f"{served.url}/account/sessions/end-others", "/"),
        ("https://elsewhere.example/x", "/"),
        ("", "/"),
    ):
        answer = client.post("/account/sessions/end-others", headers={"Referer": referer})
        assert f'href="/sign-in?to={to}"' in answer.text, referer


def test_a_form_of_another_site_is_given_back_to_nobody(served: Served) -> None:
    """It is refused before anybody looks who is signed in."""
    answer = left(served, "officer").post(
        "/account/language", data={"x": "of theirs"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert (answer.status_code, "of theirs" in answer.text) == (S.FORBIDDEN, False)


def test_files_are_said_not_to_be_kept_and_what_was_typed_beside_them_is(served: Served) -> None:
    """They are chosen again; nothing is sent again without them."""
    number, client = served.walk.screened(), left(served, "officer")
    path = f"/cases/{number}/files"
    answer = client.post(
        path,
        data={"shows": "Film of the hallway."},
        files={"file": ("x.txt", b"x" * 300_000)},
        headers={"Referer": f"{served.url}{path}"},
    )
    assert (answer.status_code, "Film of the hallway." in answer.text) == (S.UNAUTHORIZED, True)
    assert "Files are not kept" in answer.text
    assert "Send it again" not in answer.text
    assert f'<a href="{path}">' in answer.text


@pytest.mark.parametrize("fields", [399, 500])
def test_no_more_is_given_back_than_a_form_of_ours_holds(served: Served, fields: int) -> None:
    """What no form of ours sends is not given back at all."""
    data = {f"f{place}": f"v{place}-invented" for place in range(fields)}
    answer = left(served, "officer").post("/account/language", data=data)
    assert (answer.status_code, "v7-invented" in answer.text) == (S.UNAUTHORIZED, fields < 400)


def test_a_page_that_saves_by_itself_is_told_in_a_piece(served: Served) -> None:
    """Not by the page of signing in, which would stand in the middle of the minutes."""
    _, path = called(served)
    chair = served.browser("chair")
    shown = chair.get(path).text
    sessions.leave(served.book, chair.cookies["tat"])
    answer = chair.post(path, data=typed(shown, "invented"), headers={"HX-Request": "true"})
    assert answer.status_code == S.UNAUTHORIZED
    assert answer.headers["hx-retarget"] == "#ended"
    assert ("<html" in answer.text, "Not saved: your session has ended" in answer.text) == (False, True)
    assert f"/sign-in?to={path}" in answer.text


def test_a_page_that_asks_for_news_by_itself_is_told_in_a_piece(served: Served) -> None:
    """What is shown of a case stays as it is."""
    number, officer = served.walk.screened(), left(served, "officer")
    answer = officer.get(f"/cases/{number}/live", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-retarget"]) == (S.UNAUTHORIZED, "#ended")
    assert ("<html" in answer.text, "does not show here" in answer.text) == (False, True)


def test_whoever_is_signed_out_already_is_signed_out(served: Served) -> None:
    """The button of an old page leads to signing in, and asks for nothing to be sent again."""
    answer = left(served, "officer").post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (S.SEE_OTHER, "/sign-in")
