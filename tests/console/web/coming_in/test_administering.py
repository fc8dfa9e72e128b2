"""Who lets people in: the administrator gives links and ends sessions, and sees no case."""

import re
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus as S

import pytest

from states.access import SYSTEM, Actor, Origin
from states.casebook import Casebook
from states.casebook.accounts import making, signing_in
from states.casebook.accounts.signing_in import LET_PASS
from states.casebook.effects import attempts, listing
from states.casebook.inquiry import triage
from states.casebook.reading import overview, timeline
from states.casebook.team import members
from states.contents.payloads import AccountChanged
from states.contents.team import MemberContent
from states.errors import NotPermitted, UnknownRecord
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import Role
from tests.cases.signing_in import PASSWORD, Login
from tests.console.web.conftest import Served


def mailed(book: Casebook, member: str) -> str:
    """The code that a member is mailed with the newest link that somebody was given for them."""
    owed = [each for each in listing.effects(book, by=SYSTEM) if each.kind == EffectKind.TELL_ACCOUNT]
    codes = []
    for each in sorted(owed, key=lambda each: each.created_at):
        work = attempts.begin(book, each.effect_id, "a-run", by=SYSTEM)
        assert work is not None
        assert isinstance(work.payload, AccountChanged)
        codes += [work.payload.code] if work.payload.member == member and work.payload.code else []
    return codes[-1]


@pytest.mark.clause("W-39")
def test_whoever_lets_people_in_comes_in_as_nobody_else(served: Served) -> None:
    """What a page and a program are told of a link is half of it; the member alone is mailed the rest."""
    admin = Actor("gate", frozenset({Role.ADMINISTRATOR}))
    for via in ("console", "api"):
        for give in (making.link, making.reset):
            served.watch.forward(seconds=1)
            handed = give(served.book, "dean", by=replace(admin, origin=Origin(via)))
            assert len(handed) == making.HANDED
            for tried in (handed, handed + "0" * making.CODE):
                with pytest.raises(UnknownRecord):
                    making.setting_up(served.book, tried)
            assert making.setting_up(served.book, handed + mailed(served.book, "dean")).member == "dean"
    served.logins.pop("dean", None)


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
    asked = served.stranger().get(path)
    assert "The code from the mail" in asked.text
    assert "dean" not in asked.text
    done = [
        event.what for event in timeline.events_of_team(book, by=served.walk.chair) if event.actor == "gate"
    ]
    for what in ("account_unlocked", "sessions_ended", "account_link_given"):
        assert what in done


def test_nothing_signs_somebody_in_after_a_reset(served: Served) -> None:
    """Neither password nor session does, nor whoever has the phone; the link that is shown once does."""
    dean, chair = served.login("dean"), served.browser("chair")
    inside = served.browser("dean")
    given = chair.post("/admin/accounts/dean/reset")
    assert inside.get("/account").status_code == S.SEE_OTHER
    with pytest.raises(NotPermitted):
        signing_in.begin(served.book, "dean", PASSWORD)
    (handed,) = re.findall(r"/account/set-up/([0-9a-f]+)</code>", given.text)
    with pytest.raises(UnknownRecord):
        making.setting_up(served.book, handed)
    new, code = served.stranger(), mailed(served.book, "dean")
    assert code not in given.text
    wrong = new.post(f"/account/set-up/{handed}", data={"mailed": "0" * making.CODE}, follow_redirects=True)
    assert wrong.status_code == S.NOT_FOUND
    assert new.post(f"/account/set-up/{handed}", data={"mailed": "x"}).status_code == S.UNPROCESSABLE_ENTITY
    typed = f" {code[:4].upper()} {code[4:]}"
    on = new.post(f"/account/set-up/{handed}", data={"mailed": typed})
    assert "Set up my account" in new.get(on.headers["location"]).text
    secret = on.headers["location"].rpartition("/")[2]
    served.logins.pop("dean")
    key = making.setting_up(served.book, secret).key
    assert key != dean.key
    made = Login("dean", key, [])
    served.watch.forward(seconds=30)
    making.set_up(served.book, secret, PASSWORD, made.code(served.book.clock()))
    served.logins["dean"] = made
    assert served.browser("dean").get("/account").status_code == S.OK


#: what the form of an entry says
ENTRY = {"id": "temp", "name": "invented-temp-name", "address": "temp@wnmu.example", "phone": ""}


def test_who_is_on_the_team_is_entered_changed_and_ended_on_pages(served: Served) -> None:
    """What lacks or is refused is said beside what was typed; work goes to whoever takes over."""
    chair, book = served.browser("chair"), served.book
    said = ENTRY | {"roles": "custodian", "offices": "risk_management"}
    refused = chair.post("/admin/enter", data=said)
    assert refused.status_code == S.UNPROCESSABLE_ENTITY
    assert "The custodian of records is of" in refused.text
    assert "temp@wnmu.example" in refused.text
    entered = chair.post("/admin/enter", data=said | {"roles": "member", "offices": "health_services"})
    assert entered.status_code == S.SEE_OTHER
    # Nobody's entry is mixed with somebody else's of the same id.
    again = chair.post("/admin/enter", data=ENTRY | {"id": "dean", "roles": "chair"})
    assert "There is a member under this id" in again.text
    assert again.status_code == S.UNPROCESSABLE_ENTITY
    assert Role.CHAIR not in members.actor(book, "dean").roles
    changed = ENTRY | {"roles": ["member", "intake"], "offices": "human_resources"}
    assert chair.post("/admin/accounts/temp", data=changed).status_code == S.SEE_OTHER
    now = members.actor(book, "temp")
    assert set(now.roles) == {Role.MEMBER, Role.INTAKE}
    assert set(now.offices) == {"human_resources"}
    number = served.walk.reported()
    triage.assign(book, number, by=served.walk.chair, lead="temp", offices=[])
    assert chair.post("/admin/accounts/temp/end", data={"to": "temp"}).status_code == S.UNPROCESSABLE_ENTITY
    later = {"to": "officer", "on": f"{book.clock().date() + timedelta(days=9)}"}
    assert chair.post("/admin/accounts/temp/end", data=later).status_code == S.SEE_OTHER
    # A change of the entry leaves the end that was set down.
    assert chair.post("/admin/accounts/temp", data=changed).status_code == S.SEE_OTHER
    assert "Leaves on" in chair.get("/admin/accounts").text
    assert chair.post("/admin/accounts/temp/end", data={"to": "officer"}).status_code == S.SEE_OTHER
    assert chair.get("/admin/accounts/temp").status_code == S.NOT_FOUND
    assert overview.one(book, number, by=served.walk.officer).lead == "officer"
