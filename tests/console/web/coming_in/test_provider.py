"""Signing in by the institution's own sign-in: there and back over HTTP, and what is not believed of it."""

import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus as S
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from console.http.connections import SERVER
from console.web.app import application
from deployments.supervision.listening import reserved_port
from states.casebook.accounts import making
from states.casebook.team import ending, members
from states.errors import BadInput
from states.settings import Settings
from states.vault import make_key_file
from states.vocabulary.people import Role
from tasks.desk import open_desk
from tasks.provider.asking import Provider
from tasks.provider.table import load_provider
from tests.cases.walking import Walk
from tests.console.web.conftest import Served
from tests.servers.serving import serving
from tests.states.conftest import Watch
from tests.waiting import PATIENCE, until


@dataclass(slots=True)
class FakeProvider:
    """A provider of our own making, which can be made to say what no honest one says.

    It checks what a real one checks: that a code is used once, and by whoever was sent (PKCE).
    """

    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    #: the keys that it says it signs with; empty: the one that it does
    shown: list[RSAKey] = field(default_factory=list)
    #: what it says of somebody, besides what it has to, or in its place; None: not at all
    claims: dict[str, Any] = field(default_factory=dict)
    #: what it says of itself, besides or in its place
    described: dict[str, Any] = field(default_factory=dict)
    #: what comes back besides the code
    back: dict[str, str] = field(default_factory=dict)
    #: turns a token into another one
    turned: Callable[[str], str] = str
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    #: what its clock shows: the console's, which stands still however long a test takes
    clock: Watch = field(default_factory=Watch)

    def application(self) -> FastAPI:
        """What it answers."""
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def describe() -> dict[str, Any]:
            own = {"issuer": self.url, "authorization_endpoint": f"{self.url}/authorize"}
            own |= {"token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys"}
            return own | {"end_session_endpoint": f"{self.url}/leave"} | self.described

        @app.get("/keys")
        def show_keys() -> dict[str, Any]:
            return dict(KeySet(list(self.shown or [self.key])).as_dict(private=False))

        @app.get("/authorize")
        def authorize(request: Request) -> RedirectResponse:
            asked, code = dict(request.query_params), secrets.token_hex(8)
            self.asked.append(asked)
            self.codes[code] = asked
            said = {"code": code, "state": asked["state"]} | self.back
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(said)}")

        @app.post("/token")
        async def give(request: Request) -> dict[str, Any]:
            said = {n: v[0] for n, v in parse_qs((await request.body()).decode()).items()}
            asked = self.codes.pop(said["code"])
            assert create_s256_code_challenge(said["code_verifier"]) == asked["code_challenge"]
            assert said["redirect_uri"] == asked["redirect_uri"]
            now = int(self.clock().timestamp())
            claims = {"iss": self.url, "sub": "invented-1", "aud": "tatflow", "iat": now, "exp": now + 60}
            claims |= {"nonce": asked["nonce"], "auth_time": now, "amr": ["pwd", "mfa"]} | self.claims
            left = {n: v for n, v in claims.items() if v is not None}
            token = jwt.encode({"alg": "RS256", "kid": self.key.kid}, left, self.key)
            return {"access_token": "x", "token_type": "Bearer", "id_token": self.turned(token)}

        return app


FILE = """
issuer = "{url}"
client_id = "tatflow"
member_claim = "tat_member"

[groups.tat-police]
roles = ["member"]
offices = ["university_police"]

[groups.tat-doors]
roles = ["administrator"]
"""


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """The fake provider, served."""
    made = FakeProvider()
    with serving(made.application()) as url:
        made.url = url
        yield made


def console(home: Path, migrated: Path, issuer: str, more: str = "") -> Iterator[Served]:
    """A console that knows a provider."""
    settings = Settings(home=home)
    make_key_file(settings.key_file)
    settings.sign_in_file.write_text(more + FILE.format(url=issuer))
    shutil.copyfile(migrated, home / "casebook.db")
    desk = open_desk(settings)
    desk.book.clock = watch = Watch()
    app = application(desk)
    with serving(app, **SERVER) as url:
        settings.base_url = url
        made = Served(url, app, Walk(desk.book), watch)
        yield made
        for client in made.clients:
            client.close()
    desk.book.close()


@pytest.fixture
def linked(tmp_path: Path, migrated: Path, fake: FakeProvider) -> Iterator[Served]:
    """A console with the fake provider, at which the officer is linked to whom it knows."""
    for served in console(tmp_path, migrated, fake.url):
        fake.claims, fake.clock = {"groups": ["tat-police"]}, served.watch
        link = making.link(served.book, "officer", by=served.walk.chair)
        assert through(served.stranger(), f"/account/set-up/{link}/provider").headers["location"] == "/"
        yield served


def through(client: httpx.Client, path: str) -> httpx.Response:
    """Go to the provider and come back, as a browser does; gives what we answer then."""
    sent = client.get(path)
    assert sent.status_code == S.SEE_OTHER, sent.text
    there = httpx.get(sent.headers["location"], timeout=PATIENCE)
    back = urlsplit(there.headers["location"])
    return client.get(f"{back.path}?{back.query}")


def test_somebody_signs_in_by_their_institution_and_is_who_it_knows(
    linked: Served, fake: FakeProvider
) -> None:
    """By its unchanging id; comes to the page that was asked for; what is asked has what it must have."""
    client = linked.stranger()
    assert through(client, "/sign-in/provider?to=/cases").headers["location"] == "/cases"
    assert "invented-officer-name" in client.get("/account").text
    assert "the institution&#39;s sign-in" in client.get("/account").text
    asked = fake.asked[-1]
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == (
        "code",
        "S256",
        "openid",
    )
    assert len(asked["state"]) > 60
    left = client.post("/sign-out")
    assert f'href="{fake.url}/leave?client_id=tatflow' in left.text
    assert client.get("/").status_code == S.SEE_OTHER
    fake.claims["sub"] = "Invented-1"
    assert "no account here is linked" in through(linked.stranger(), "/sign-in/provider").text


def test_what_is_not_of_it_not_for_us_or_not_of_now_is_not_believed(
    linked: Served, fake: FakeProvider
) -> None:
    """Whatever it is, nobody is signed in; nothing of it is said in the page."""
    now, other = int(linked.watch.now.timestamp()), RSAKey.generate_key(2048, {"kid": "first"})
    good = dict(fake.claims)

    def unsigned(token: str) -> str:
        body = token.split(".")[1]
        return f"eyJhbGciOiJub25lIn0.{body}."

    def by_another(token: str) -> str:
        claims = jwt.decode(token, fake.key).claims
        return jwt.encode({"alg": "RS256", "kid": "first"}, claims, other)

    def by_our_secret(token: str) -> str:
        return f"eyJhbGciOiJIUzI1NiJ9.{token.split('.')[1]}.AAAA"

    wrong: list[dict[str, Any]] = [
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"aud": "another"}},
        {"claims": {"aud": ["tatflow", "another"]}},
        {"claims": {"aud": ["tatflow", "another"], "azp": "another"}},
        {"claims": {"exp": now - 120}},
        {"claims": {"iat": now + 600, "nbf": now + 600}},
        {"claims": {"sub": ""}},
        {"claims": {"sub": None}},
        {"turned": unsigned},
        {"turned": by_another},
        {"turned": by_our_secret},
        {"turned": lambda _: "nonsense"},
        {"back": {"iss": "https://elsewhere.example"}},
        {"back": {"state": "another"}},
        {"back": {"error": "access_denied"}},
        {"claims": {"amr": ["pwd"]}},
        {"claims": {"groups": ["strangers"]}},
        {"claims": {"groups": "tat-police"}},
    ]
    for each in wrong:
        fake.claims = good | each.get("claims", {})
        fake.turned, fake.back = each.get("turned", str), each.get("back", {})
        client = linked.stranger()
        answer = through(client, "/sign-in/provider")
        assert (each, answer.status_code) == (each, S.FORBIDDEN)
        assert client.get("/").status_code == S.SEE_OTHER
        assert "elsewhere" not in answer.text
    fake.claims, fake.turned, fake.back = good, str, {"iss": fake.url}
    assert through(linked.stranger(), "/sign-in/provider").status_code == S.SEE_OTHER


def test_what_comes_back_is_taken_once_and_from_the_browser_that_was_sent(linked: Served) -> None:
    """Nobody is signed in as somebody else by a link that another's browser brought back (login CSRF)."""
    client, other = linked.stranger(), linked.stranger()
    there = httpx.get(client.get("/sign-in/provider").headers["location"], timeout=PATIENCE)
    back = urlsplit(there.headers["location"])
    path = f"{back.path}?{back.query}"
    assert other.get(path).status_code == S.NOT_FOUND
    other.get("/sign-in/provider")
    assert other.get(path).status_code == S.FORBIDDEN
    assert client.get(path).status_code == S.SEE_OTHER
    assert client.get(path).status_code == S.FORBIDDEN
    late = linked.stranger()
    there = httpx.get(late.get("/sign-in/provider").headers["location"], timeout=PATIENCE)
    linked.watch.forward(minutes=5)
    assert late.get(re.sub("^.*?/sign-in", "/sign-in", there.headers["location"])).status_code == S.FORBIDDEN


def test_keys_change_and_one_that_is_away_keeps_nobody_out_of_our_own_accounts(
    linked: Served, fake: FakeProvider
) -> None:
    """A new key is looked for at once; what went wrong is said, and passwords go on."""
    fake.key = RSAKey.generate_key(2048, {"kid": "second"})
    assert through(linked.stranger(), "/sign-in/provider").headers["location"] == "/"
    desk = linked.app.state.desk
    desk.provider.forget()
    fake.described = {"issuer": "https://elsewhere.example"}
    assert "wrong_issuer" in linked.stranger().get("/sign-in/provider").text
    elsewhere = desk.provider.table.model_copy(update={"issuer": "http://127.0.0.1:9"})
    linked.app.state.desk = replace(desk, provider=Provider(elsewhere))
    away = linked.stranger().get("/sign-in/provider")
    assert (away.status_code, "does not answer just now" in away.text) == (S.FORBIDDEN, True)
    assert linked.browser("dean").get("/account").status_code == S.OK


def test_the_second_factor_is_asked_for_again_there(linked: Served, fake: FakeProvider) -> None:
    """Anew, however short ago it was; of a moment ago it has to be, and of the same person."""
    client = linked.stranger()
    through(client, "/sign-in/provider")
    linked.watch.forward(minutes=11)
    assert 'href="/account/code/provider?to=/account"' in client.get("/account/code?to=/account").text
    later = int(linked.watch.now.timestamp())
    good = fake.claims | {"iat": later, "exp": later + 60, "auth_time": later}
    wrongs: list[dict[str, Any]] = [
        {"auth_time": later - 660},
        {"auth_time": None},
        {"sub": "another"},
        {"amr": []},
    ]
    for wrong in wrongs:
        fake.claims = good | wrong
        assert through(client, "/account/code/provider?to=/account").status_code == S.FORBIDDEN
        assert client.post("/account/recovery-codes").status_code == S.FORBIDDEN
    fake.claims = good
    assert through(client, "/account/code/provider?to=/account").headers["location"] == "/account"
    assert (fake.asked[-1]["prompt"], fake.asked[-1]["max_age"]) == ("login", "0")
    assert "Show that it is you" not in client.post("/account/sessions/end-others").text


def test_groups_give_and_take_and_let_nobody_in_who_is_in_none(linked: Served, fake: FakeProvider) -> None:
    """What no group gives stays; whoever lets people in opens no case; the chair is nobody's gift."""
    book, walk = linked.book, linked.walk
    members.change(book, "officer", {}, by=walk.chair, offices=["university_police", "academic_affairs"])
    client = linked.stranger()
    through(client, "/sign-in/provider")
    roles = {who.id: (who.roles, who.offices) for who, _ in members.members(book, by=walk.chair)}
    held, offices = roles["officer"]
    assert (Role.MEMBER in held, set(offices)) == (True, {"university_police", "academic_affairs"})
    fake.claims["groups"] = ["tat-police", "tat-doors"]
    assert "which nobody does" in through(linked.stranger(), "/sign-in/provider").text
    assert client.get("/").status_code == S.SEE_OTHER, "what was open is not"
    fake.claims |= {"groups": ["tat-police"], "sub": "invented-2", "tat_member": "dean"}
    assert through(linked.stranger(), "/sign-in/provider").headers["location"] == "/"
    fake.claims |= {"sub": "invented-3"}
    assert through(linked.stranger(), "/sign-in/provider").status_code == S.FORBIDDEN, "linked once"
    fake.claims |= {"sub": "invented-1", "tat_member": None}
    ending.end(book, "officer", by=walk.chair, on=book.clock(), hand_over_to="nurse")
    assert through(linked.stranger(), "/sign-in/provider").status_code == S.FORBIDDEN


@contextmanager
def provider_of_others() -> Iterator[str]:
    """The provider from the package index, in a process of its own; gives its address once it answers."""
    with reserved_port() as port:
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            issuer = f"http://localhost:{port}"

            def answers() -> bool:
                assert process.poll() is None
                try:
                    return httpx.get(issuer, timeout=PATIENCE).is_success
                except httpx.ConnectError:
                    return False

            try:
                until(answers, "the provider does not start")
                yield issuer
            finally:
                process.terminate()


def test_it_works_with_a_provider_of_others_making(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one from the package index, over HTTP, which wants a secret of us."""
    monkeypatch.setenv("TATFLOW_OIDC", "invented secret")
    more = 'client_secret = { env = "TATFLOW_OIDC" }\n'
    with provider_of_others() as issuer:
        claims = {"groups": ["tat-police"], "amr": ["mfa"], "tat_member": "officer"}
        httpx.put(f"{issuer}/users/invented", json=claims, timeout=PATIENCE).raise_for_status()
        for served in console(tmp_path, migrated, issuer, more):
            # Its clock goes, so ours has to.
            served.book.clock = lambda: datetime.now(UTC)
            client = served.stranger()
            sent = client.get("/sign-in/provider").headers["location"]
            back = urlsplit(httpx.post(sent, data={"sub": "invented"}, timeout=PATIENCE).headers["location"])
            assert client.get(f"{back.path}?{back.query}").headers["location"] == "/"
            assert "invented-officer-name" in client.get("/account").text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("issuer = ", "not TOML"),
        ('client_id = "x"', "issuer: Field required"),
        ('issuer = "http://elsewhere.example"\nclient_id = "x"', "must begin with https://"),
        ('issuer = "https://x.example"\nclient_id = "x"\nclient_secret = "y"', "never written here"),
        ('issuer = "https://x.example"\nclient_id = "x"\nscopes = ["email"]', "openid"),
        ('issuer = "https://x.example"\nclient_id = "x"\n[groups.a]\nroles = ["chair"]', "no group makes"),
        (
            'issuer = "https://x.example"\nclient_id = "x"\n[groups.a]\nroles = ["administrator", "member"]',
            "holds no other role",
        ),
        (
            'issuer = "https://x.example"\nclient_id = "x"\n[groups.a]\nroles = ["member"]\noffices = ["no"]',
            "no such office",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, said: str, told: str) -> None:
    """By key and line, and no value."""
    file = tmp_path / "sign_in.toml"
    file.write_text(said)
    with pytest.raises(BadInput) as refused:
        load_provider(file, ["university_police"])
    assert told in str(refused.value)
