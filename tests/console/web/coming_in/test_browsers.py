"""The browser that somebody signs in in: on a private way, known afterwards, told apart in one's list."""

import re
from http import HTTPStatus as S

import pytest

from states.casebook.team import members
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from tests.cases.signing_in import PASSWORD
from tests.console.web.conftest import Served


def sign_in(served: Served, member: str, agent: str = "") -> tuple[str, ...]:
    """Sign in as people do; gives what the browser is told to keep."""
    client, login = served.stranger(), served.login(member)
    client.headers["User-Agent"] = agent
    client.post("/sign-in", data={"name": member, "password": PASSWORD})
    code = {"code": login.code(served.book.clock())}
    done = client.post("/sign-in/code", data=code)
    assert done.headers["location"] == "/"
    served.clients.append(client)
    return tuple(done.headers.get_list("set-cookie"))


def test_somebody_whom_strangers_try_comes_in_where_they_have_been(served: Served) -> None:
    """Five wrong passwords elsewhere keep them out of other browsers, and not of this one."""
    # Nobody else's account rests for it.
    content = MemberContent(name="invented-besieged-name", address="besieged@wnmu.example")
    members.enrol(served.book, "besieged", content, by=served.walk.chair, offices=[], roles=[Role.AUDITOR])
    known = served.stranger()
    login = served.login("besieged")
    known.post("/sign-in", data={"name": "besieged", "password": PASSWORD})
    known.post("/sign-in/code", data={"code": login.code(served.book.clock())})
    assert known.get("/").status_code == S.OK
    stranger, right = served.stranger(), {"name": "besieged", "password": PASSWORD}
    for _ in range(5):
        stranger.post("/sign-in", data=right | {"password": "not it"})
    assert stranger.post("/sign-in", data=right).status_code == S.UNPROCESSABLE_ENTITY
    assert known.post("/sign-in", data=right).status_code == S.SEE_OTHER


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1",
            "Safari on an iPhone",
        ),
        ("<script>invented</script>", "A browser"),
    ],
)
def test_ones_own_sessions_say_in_which_browser(served: Served, agent: str, said: str) -> None:
    """By a name of ours; what a browser says of itself is not kept."""
    cookies = sign_in(served, "nurse", agent)
    page = served.browser("nurse").get("/account").text
    assert f"<strong>Somewhere else</strong> · {said}</p>" in page
    assert "signed in with a password and a code" in page
    assert "invented</script>" not in page
    here = next(each for each in cookies if each.startswith("tat="))
    there = served.browser("nurse")
    there.post("/account/sessions/end-others")
    assert "Somewhere else" not in there.get("/account").text
    old = served.stranger()
    old.cookies.set("tat", re.split("[=;]", here)[1], domain="127.0.0.1")
    assert old.get("/account").status_code == S.SEE_OTHER


def test_what_a_browser_keeps_is_out_of_reach_for_scripts_and_other_sites(served: Served) -> None:
    """Where all is encrypted, for plain pages and other hosts, too."""
    settings = served.app.state.desk.settings
    before, settings.base_url = settings.base_url, "https://tat.example.edu"
    try:
        client, login = served.stranger(), served.login("officer")
        begun = client.post("/sign-in", data={"name": "officer", "password": PASSWORD})
        session = re.split("[=;]", begun.headers["set-cookie"])[1]
        code = {"code": login.code(served.book.clock())}
        done = client.post("/sign-in/code", data=code, headers={"Cookie": f"__Host-tat={session}"})
        kept = done.headers.get_list("set-cookie")
    finally:
        settings.base_url = before
    assert [each.partition("=")[0] for each in kept] == ["__Host-tat", "__Host-tat-known"]
    for each in kept:
        assert {"httponly", "secure", "samesite=lax", "path=/"} <= set(re.split("; ", each.lower())), each
        assert "domain" not in each.lower()


def test_nobody_says_a_password_where_others_may_read_it(served: Served) -> None:
    """Neither at an address of another machine's that is not encrypted, nor a link's key; reports go on."""
    client = served.stranger()
    client.headers["Host"] = "tat.example.edu:8500"
    for call in ("/sign-in", "/sign-in/code", "/account/set-up/no-link"):
        for answer in (client.get(call), client.post(call, data={"name": "officer", "password": PASSWORD})):
            assert answer.status_code == S.FORBIDDEN, call
            assert "TAT_BASE_URL" in answer.text
            assert "<input" not in answer.text
    assert client.get("/report").status_code == S.OK
