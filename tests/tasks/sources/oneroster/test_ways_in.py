"""The registrar's service is shown who we are in the way that it wants, and no other far side is."""

from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import ValidationError

from states.vocabulary.people import IdentifierKind
from tasks.sources.asking import ask
from tasks.sources.contract import Found, Unavailable
from tests.tasks.sources.faults import Answer, FarSide
from tests.tasks.sources.oneroster.conftest import Asking, Making, by
from tests.tasks.sources.oneroster.server import CLIENT_ID, CLIENT_SECRET, STATIC_TOKEN, Roster
from tests.waiting import PATIENCE


async def test_a_token_is_fetched_once_and_used_until_it_runs_out(
    far: FarSide, roster: Roster, made: Making, question: Asking
) -> None:
    """Two look-ups need one token; a token that runs out at once is good for one request."""
    source = made()
    for _ in range(2):
        await ask(source, question(), timeout=PATIENCE)
    assert len(roster.scopes) == 1
    roster.token_life = 0
    before = len(far.calls)
    await ask(made(), question(**by(IdentifierKind.CAMPUS_ID, "900000009")), timeout=PATIENCE)
    await ask(made(), question(**by(IdentifierKind.EMAIL, "o'neil@wnmu.example")), timeout=PATIENCE)
    later = [call.method for call in far.calls[before:]]
    assert later.count("POST") == later.count("GET") > 1


async def test_a_token_of_unknown_life_is_kept_for_a_while(
    roster: Roster, made: Making, question: Asking
) -> None:
    """A service need not say how long a token is good for."""
    roster.token_life = None
    assert isinstance(await ask(made(), question(), timeout=PATIENCE), Found)
    assert len(roster.scopes) == 1


async def test_a_revoked_token_is_replaced_once(
    far: FarSide, roster: Roster, made: Making, question: Asking
) -> None:
    """A refusal costs one new token; when that is refused, too, somebody has to look after our access."""
    source = made()
    await ask(source, question(), timeout=PATIENCE)
    roster.tokens.clear()
    assert isinstance(await ask(source, question(), timeout=PATIENCE), Found)
    assert len(roster.scopes) == 2
    far.fail("unauthorized", path="/users")
    before = len(far.calls)
    assert await ask(source, question(), timeout=PATIENCE) == Unavailable("unauthorized", permanent=True)
    assert [call.path.rpartition("/")[2] for call in far.calls[before:]] == ["users", "token", "users"]


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "caf\xe9"])
async def test_a_token_that_fits_in_no_header_is_refused(
    far: FarSide, made: Making, question: Asking, token: str
) -> None:
    """It is the far side's fault, and said to be."""
    far.honest = lambda _: Answer.of_json({"access_token": token, "token_type": "Bearer"})
    assert await ask(made(), question(), timeout=PATIENCE) == Unavailable("wrong_schema", permanent=True)
    assert [call.path for call in far.calls] == ["/token"]


#: in a table, where the secret goes into the body; and what another way in leaves out
POST: dict[str, Any] = {"token_auth": "client_secret_post"}
NOT_OAUTH2: dict[str, Any] = {"token_url": None}


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256"])
async def test_each_request_is_signed_where_the_service_wants_signatures(
    far: FarSide, roster: Roster, made: Making, question: Asking, method: str
) -> None:
    """OAuth 1.0a: no token is fetched, no two requests are signed alike, and no secret travels."""
    roster.oauth1 = method
    reply = await ask(made(**NOT_OAUTH2, oauth1=method), question(), timeout=PATIENCE)
    assert isinstance(reply, Found)
    assert reply.missing == ()
    shown = [call.headers["Authorization"] for call in far.calls]
    assert len(shown) == len(set(shown)) == len(far.calls) > 5
    assert CLIENT_SECRET not in repr(far.calls)


async def test_a_signature_of_the_wrong_method_or_secret_is_said_to_be_for_good(
    roster: Roster, made: Making, question: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is our access that somebody has to look after."""
    roster.oauth1 = "HMAC-SHA256"
    refused = Unavailable("unauthorized", permanent=True)
    assert await ask(made(**NOT_OAUTH2, oauth1="HMAC-SHA1"), question(), timeout=PATIENCE) == refused
    monkeypatch.setenv("REGISTRAR_SECRET", "another")
    assert await ask(made(**NOT_OAUTH2, oauth1="HMAC-SHA256"), question(), timeout=PATIENCE) == refused


async def test_the_secret_goes_into_the_body_where_the_token_endpoint_wants_it_there(
    far: FarSide, roster: Roster, made: Making, question: Asking
) -> None:
    """``client_secret_post``, as PowerSchool has it; it goes nowhere else."""
    roster.token_auth = "client_secret_post"  # noqa: S105 - a name
    assert isinstance(await ask(made(**POST), question(), timeout=PATIENCE), Found)
    (asked,) = [call for call in far.calls if call.path == "/token"]
    form = parse_qs(asked.content.decode())
    assert (form["client_id"], form["client_secret"]) == ([CLIENT_ID], [CLIENT_SECRET])
    assert "Authorization" not in asked.headers
    roster.token_auth = "client_secret_basic"  # noqa: S105 - a name
    reply = await ask(made(**POST), question(), timeout=PATIENCE)
    assert reply == Unavailable("unauthorized", permanent=True)


async def test_a_token_that_was_given_once_needs_no_endpoint(
    far: FarSide, roster: Roster, made: Making, question: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ClassLink's proxy has it; one that is refused is refused for good, and asked with once."""
    monkeypatch.setenv("REGISTRAR_TOKEN", STATIC_TOKEN)
    roster.tokens.add(STATIC_TOKEN)
    source = made(**NOT_OAUTH2, client_id="", client_secret=None, token={"env": "REGISTRAR_TOKEN"})
    assert isinstance(await ask(source, question(), timeout=PATIENCE), Found)
    roster.tokens.clear()
    far.calls.clear()
    assert await ask(source, question(), timeout=PATIENCE) == Unavailable("unauthorized", permanent=True)
    assert len(far.calls) == 1


async def test_headers_of_the_vendors_own_go_with_every_request_but_the_one_for_a_token(
    far: FarSide, roster: Roster, made: Making, question: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Blackbaud's subscription key; alone they are a way in, too."""
    monkeypatch.setenv("SUBSCRIPTION", "key-1")
    headers = {"Bb-Api-Subscription-Key": {"env": "SUBSCRIPTION"}}
    roster.own_headers = {"bb-api-subscription-key": "key-1"}
    assert isinstance(await ask(made(headers=headers), question(), timeout=PATIENCE), Found)
    sent = {call.path == "/token": "key-1" in repr(call.headers) for call in far.calls}
    assert sent == {True: False, False: True}
    monkeypatch.setenv("SUBSCRIPTION", "line\nbreak")
    reply = await ask(made(headers=headers), question(), timeout=PATIENCE)
    assert reply == Unavailable("unauthorized", permanent=True)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"token": {"env": "X"}}, "either token"),
        ({"oauth1": "HMAC-SHA1"}, "either token"),
        ({"token_url": None}, "either token"),
        ({"client_secret": None}, "either token"),
        ({"token_url": None, "client_id": "", "client_secret": None}, "either token"),
        ({"token_url": None, "oauth1": "HMAC-SHA1", "scope": "x"}, "go with token_url"),
        ({"token_url": None, "oauth1": "PLAINTEXT"}, "HMAC-SHA256"),
        ({"headers": {"Authorization": {"env": "X"}}}, "set by tatflow itself"),
        ({"headers": {"X-Key": "plain-words"}}, "never written here"),
        ({"headers": {"X Key": {"env": "X"}}}, "pattern"),
    ],
)
def test_a_table_names_one_way_in(made: Making, changes: dict[str, Any], says: str) -> None:
    """Of two ways nobody could say which one is meant."""
    with pytest.raises(ValidationError, match=says) as caught:
        made(**changes)
    assert "plain-words" not in str(caught.value)
