"""What is one's own on the account page: tokens of programs, and how one is reached."""

import re
from datetime import timedelta
from http import HTTPStatus as S

import httpx
import pytest

from states.access import SYSTEM
from states.casebook.accounts import tokens
from states.casebook.team import ending, members
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from states.vocabulary.programs import Scope
from tests.console.web.conftest import Served
from tests.states.looking import verified


def enrolled(served: Served, member: str) -> httpx.Client:
    """A member of their own, signed in."""
    content = MemberContent(
        name=f"invented-{member}-name", address=f"{member}@wnmu.example", phone="575-555-0100"
    )
    members.enrol(
        served.book,
        member,
        content,
        by=served.walk.chair,
        offices=["student_affairs"],
        roles=[Role.MEMBER],
    )
    return served.browser(member)


def test_a_token_is_made_after_a_code_shown_once_works_and_is_ended(served: Served) -> None:
    """With its scopes and its time; the list never shows it again, and once ended it lets nobody in."""
    client, form = (
        enrolled(served, "maker"),
        {"name": "campus-app", "scope": ["read", "report"], "hours": "24"},
    )
    served.watch.forward(minutes=10)
    asked = client.post("/account/tokens", data=form)
    assert (asked.status_code, "tat_" in asked.text) == (S.FORBIDDEN, False)
    assert asked.text.count('name="scope"') == 2, "what was typed goes along"
    code = served.login("maker").code(served.book.clock())
    made = client.post("/account/tokens", data=form | {"code-again": code})
    (secret,) = re.findall(r"tat_[0-9a-f_]+", made.text)
    listed = client.get("/account/tokens").text
    assert secret not in listed
    assert "campus-app" in listed
    program = served.stranger()
    program.headers["Authorization"] = f"Bearer {secret}"
    assert program.get("/api/me").json()["address"] == "maker@wnmu.example"
    assert program.post("/api/me", json={"phone": "575-555-0101"}).status_code == S.FORBIDDEN
    by = members.actor(served.book, "maker")
    (line,) = tokens.tokens(served.book, by=by)
    assert line.scopes == (Scope.READ, Scope.REPORT)
    assert line.ends_at == served.book.clock() + timedelta(days=1)
    assert client.post(f"/account/tokens/{line.id}/revoke").status_code == S.SEE_OTHER
    assert program.get("/api/me").status_code == S.UNAUTHORIZED
    assert "No longer working" in client.get("/account/tokens").text
    verified(served.book)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "Sam Sample", "scope": "read", "hours": "24"}, "a code of small letters"),
        ({"name": "campus-app", "hours": "24"}, "Say what the token is for"),
        ({"name": "campus-app", "scope": "grave", "hours": "24"}, "an hour at most"),
    ],
)
def test_a_token_that_cannot_be_made_is_said_why_and_nothing_typed_is_lost(
    served: Served, said: dict[str, str], why: str
) -> None:
    """A name that is a person's, nothing to do, or a grave thing for a day."""
    client = served.browser("dean")
    shown = client.post("/account/tokens", data=said)
    assert (shown.status_code, why in shown.text) == (S.UNPROCESSABLE_ENTITY, True)
    assert f'value="{said["name"]}"' in shown.text
    assert tokens.tokens(served.book, by=members.actor(served.book, "dean")) == []


def test_a_time_that_the_page_does_not_offer_is_the_shortest(served: Served) -> None:
    """Nobody has a token for ever by writing another number into the form."""
    client = enrolled(served, "hurrier")
    client.post("/account/tokens", data={"name": "campus-app", "scope": "read", "hours": "999999"})
    (line,) = tokens.tokens(served.book, by=members.actor(served.book, "hurrier"))
    assert line.ends_at - line.made_at == timedelta(hours=1)


def test_nobody_ends_or_sees_the_token_of_another(served: Served) -> None:
    """For a member it is not there; whoever runs accounts sees and ends it, and never its secret."""
    enrolled(served, "owner").post(
        "/account/tokens", data={"name": "owners-app", "scope": "read", "hours": "24"}
    )
    (line,) = tokens.tokens(served.book, by=members.actor(served.book, "owner"))
    officer = served.browser("officer")
    assert "owners-app" not in officer.get("/account/tokens").text
    assert officer.post(f"/account/tokens/{line.id}/revoke").status_code == S.NOT_FOUND
    chair = served.browser("chair")
    assert "owners-app" in chair.get("/account/tokens").text
    assert chair.post(f"/account/tokens/{line.id}/revoke").status_code == S.SEE_OTHER
    (line,) = tokens.tokens(served.book, by=members.actor(served.book, "owner"))
    assert line.revoked_at is not None


@pytest.mark.clause("U-12")
def test_a_member_says_after_a_code_how_they_are_reached_and_keeps_what_they_hold(served: Served) -> None:
    """Mailbox, phone and the channel for alarms; roles, offices and the end of a membership stay."""
    client, book = enrolled(served, "mover"), served.book
    last = book.clock() + timedelta(days=30)
    ending.end(book, "mover", by=served.walk.chair, on=last, hand_over_to="officer")
    before = members.actor(book, "mover")
    said = {"address": "mover.new@wnmu.example", "phone": "", "text": "ntfys://push.wnmu.example/mover"}
    served.watch.forward(minutes=10)
    asked = client.post("/account/reached", data=said)
    assert (asked.status_code, "mover.new" in asked.text) == (S.FORBIDDEN, True)
    code = served.login("mover").code(book.clock())
    assert client.post("/account/reached", data=said | {"code-again": code}).status_code == S.SEE_OTHER
    (content,) = [c for actor, c in members.members(book, by=served.walk.chair) if actor.id == "mover"]
    assert (content.address, content.phone, content.text) == (
        "mover.new@wnmu.example",
        "575-555-0100",
        "ntfys://push.wnmu.example/mover",
    )
    assert "mover@wnmu.example" in content.mailboxes, "what a report may know them by stays known"
    assert members.actor(book, "mover") == before
    assert "mover.new@wnmu.example" in client.get("/account").text
    verified(book)
    served.watch.forward(days=30)
    ending.end_due(book, by=SYSTEM)
    assert client.get("/account").status_code == S.SEE_OTHER, "the membership ended on its day"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"address": "not an address"}, "neither one mailbox nor"),
        ({"address": "dean@wnmu.example", "text": "dean@wnmu.example"}, "by the URL of a channel"),
    ],
)
def test_a_way_that_leads_nowhere_is_not_taken_in(served: Served, said: dict[str, str], why: str) -> None:
    """It says what would help, keeps what was typed, and the old way holds."""
    client, before = served.browser("dean"), reached(served, "dean")
    shown = client.post("/account/reached", data=said)
    assert (shown.status_code, why in shown.text) == (S.UNPROCESSABLE_ENTITY, True)
    assert f'value="{said["address"]}"' in shown.text
    assert reached(served, "dean") == before


def reached(served: Served, member: str) -> MemberContent:
    """How the team reaches a member."""
    (content,) = [c for actor, c in members.members(served.book, by=served.walk.chair) if actor.id == member]
    return content


def test_the_language_is_chosen_on_ones_account(served: Served) -> None:
    """One of those that there are; what is in it is read in it from then on."""
    client = served.browser("officer")
    assert client.post("/account/language", data={"language": "tlh"}).headers.get("set-cookie") is None
    client.post("/account/language", data={"language": "es"})
    assert '<option value="es" lang="es" selected>' in client.get("/account").text
    assert "Equipo de Evaluación de Amenazas" in client.get("/report").text
