"""The console's pages over real HTTP: who comes in, what they see, and what is as if it were not there."""

import re
from datetime import timedelta
from http import HTTPStatus as S

import pytest

from states.casebook.accounts import making
from states.casebook.inquiry import triage
from states.casebook.reading import timeline
from states.vocabulary.cases import CaseState, Level
from tests.cases.signing_in import PASSWORD, Login
from tests.console.web.conftest import Served
from tests.console.web.table.people import case_of_the_table


@pytest.fixture(scope="module")
def number(served: Served) -> str:
    """A case that the officer leads: the nurse is kept out of it, the dean is not on it."""
    return case_of_the_table(served)


def test_a_message_s_link_asks_who_it_is_and_says_whom_to_call(served: Served, number: str) -> None:
    """Whoever is not signed in is not told whether there is such a case."""
    client = served.stranger()
    known, unknown = (
        client.get(f"/cases/{each}", follow_redirects=True).text for each in (number, "TAT-1999-0001")
    )
    assert known.replace(number, "TAT-1999-0001") == unknown
    assert "Sign in" in known
    assert served.book.pack.duty_line in known


@pytest.mark.clause("W-39")
def test_what_one_may_not_see_is_answered_as_what_is_not_there(served: Served, number: str) -> None:
    """Byte for byte, head for head: for whoever is not on the case or kept out, and for no such page."""
    for member in ("dean", "nurse"):
        client = served.browser(member)
        answers = [client.get(f"/cases/{each}") for each in (number, "TAT-1999-0001", "nonsense")]
        answers.append(client.get("/no/such/page"))
        heads = [{k: v for k, v in each.headers.items() if k != "date"} for each in answers]
        assert {(each.status_code, each.content) for each in answers} == {(404, answers[0].content)}
        assert heads == heads[:1] * 4
    out = served.stranger()
    for each in (number, "TAT-1999-0001"):
        assert out.get(f"/cases/{each}").headers["location"] == f"/sign-in?to=/cases/{each}"


@pytest.mark.clause("P-08")
def test_a_case_that_is_read_in_a_browser_is_on_record_as_at_the_command_line(
    served: Served, number: str
) -> None:
    """Once for each time that it is opened, by whom; what was refused, and what is listed, is none."""
    browser, other = served.browser("officer"), served.browser("dean")

    def reads() -> list[str]:
        happened = timeline.timeline(served.book, number, by=served.walk.chair, on_record=True)
        return [each.actor for each in happened if each.what == "read"]

    before = reads()
    shown = browser.get(f"/cases/{number}")
    other.get(f"/cases/{number}")
    browser.get("/cases")
    browser.get("/")
    assert reads() == [*before, "officer"]
    for said in ("invented-subject-name", "Open an inquiry", "Who can clear it", "About"):
        assert said in shown.text


def test_people_sign_in_with_two_steps_and_come_to_the_page_that_they_asked_for(
    served: Served, number: str
) -> None:
    """What a mail scanner or a wrong word does opens nothing; signing out ends it."""
    login, client = served.login("officer"), served.stranger()
    asked = client.get(f"/cases/{number}").headers["location"]
    assert 'name="password"' in client.get(asked).text
    wrong = client.post("/sign-in", data={"name": "officer", "password": "not it", "to": f"/cases/{number}"})
    assert (wrong.status_code, "did not fit" in wrong.text) == (422, True)
    given = {"name": "officer", "password": PASSWORD, "to": f"/cases/{number}"}
    step = client.post("/sign-in", data=given)
    cookie = step.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/"))
    code_page = step.headers["location"]
    assert client.get("/").status_code == S.SEE_OTHER, "the password alone opens nothing"
    assert 'name="code"' in client.get(code_page).text
    assert client.post("/sign-in/code", data={"code": "no"}).status_code == 422
    code = {"code": login.code(served.book.clock()), "to": f"/cases/{number}"}
    assert client.post("/sign-in/code", data=code).headers["location"] == f"/cases/{number}"
    assert client.get(f"/cases/{number}").status_code == S.OK
    kept = client.cookies["tat"]
    assert client.post("/sign-out").headers["location"] == "/sign-in"
    client.cookies.set("tat", kept)
    assert client.get("/").status_code == S.SEE_OTHER


def test_signing_in_over_somebodys_open_session_ends_it(served: Served) -> None:
    """What a browser kept before opens nothing for whoever kept a copy; a wrong password ends nothing."""
    client = served.browser("dean")
    kept = client.cookies["tat"]
    served.login("officer")
    client.post("/sign-in", data={"name": "officer", "password": "not it"})
    assert client.get("/").status_code == S.OK
    client.post("/sign-in", data={"name": "officer", "password": PASSWORD})
    client.cookies.clear()
    client.cookies.set("tat", kept)
    assert client.get("/").status_code == S.SEE_OTHER


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"]
)
def test_nobody_is_led_elsewhere_by_signing_in(served: Served, to: str) -> None:
    """A link may name a page of ours to go to, and no other."""
    assert f'value="{to}"' not in served.stranger().get("/sign-in", params={"to": to}).text


def test_a_form_of_another_site_is_not_taken(served: Served) -> None:
    """By what the browser says of it (Fetch Metadata), else by its origin; what says neither is refused."""
    client = served.browser("officer")
    for head, status in (
        ({"Sec-Fetch-Site": "cross-site", "Origin": served.url}, S.FORBIDDEN),
        ({"Sec-Fetch-Site": "same-site"}, S.FORBIDDEN),
        ({"Origin": "https://elsewhere.example"}, S.FORBIDDEN),
        ({"Origin": "null"}, S.FORBIDDEN),
        ({}, S.FORBIDDEN),
        ({"Origin": served.url}, S.SEE_OTHER),
    ):
        client.headers.pop("Sec-Fetch-Site", None)
        assert client.post("/sign-out", headers=head).status_code == status, head


def test_what_a_browser_may_do_with_a_page_is_little(served: Served, number: str) -> None:
    """No script and no style but ours, in no frame, kept nowhere; nothing comes from outside."""
    for path in ("/sign-in", "/", "/cases", f"/cases/{number}", "/account"):
        answer = served.browser("officer").get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith(
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'"
        )
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert not re.search(
            r"<script(?! src=\"/assets/[\w-]+\.js\" defer><)|<style| style=| on[a-z]+=|https?://", answer.text
        ), path
        assert len(answer.content) < 100_000


def test_an_account_is_set_up_in_the_browser_and_its_link_works_once(served: Served) -> None:
    """What does not fit says so and uses nothing up; the recovery codes are shown once."""
    secret = making.link(served.book, "dean", by=served.walk.chair)
    client, address = served.stranger(), f"/account/set-up/{secret}"
    shown = client.get(address)
    key = making.setting_up(served.book, secret).key
    assert "<svg" in shown.text
    assert key in re.sub(r"\s", "", shown.text)
    served.watch.forward(seconds=30)
    login = Login("dean", key, [])
    given = {"code": login.code(served.book.clock()), "password": "short"}
    assert client.post(address, data=given).status_code == 422
    done = client.post(address, data=given | {"password": PASSWORD})
    login.recovery = re.findall(r"<code>([a-z2-7-]{19})</code>", done.text)
    assert (done.status_code, len(login.recovery)) == (S.OK, 10)
    assert client.get(address).status_code == S.NOT_FOUND
    served.logins["dean"] = login
    assert served.browser("dean").get("/").status_code == S.OK


def test_sessions_are_ended_one_by_one(served: Served) -> None:
    """A session somewhere else ends there."""
    here, elsewhere = served.browser("officer"), served.browser("officer")
    session = elsewhere.cookies["tat"].partition(".")[0]
    assert session in here.get("/account").text
    here.post(f"/account/sessions/{session}/end")
    assert elsewhere.get("/account").status_code == S.SEE_OTHER


def test_an_alarm_that_nobody_took_over_is_one_touch_from_whom_to_phone(served: Served) -> None:
    """Each emergency number is a link where any phone dials it; one of an exchange (9-911) is words."""
    number = served.walk.reported()
    served.walk.act(number, "raise_alarm", {"reason": "invented"})
    browser = served.browser("chair")
    for shown in (browser.get(path).text for path in ("/", f"/cases/{number}")):
        assert "Nobody has taken over" in shown
        for phone in served.book.pack.site("silver_city").police.emergency_phones:
            call = f'href="tel:{phone.number}">Call {phone.number} <small>{phone.label}</small>'
            inside = f"<strong>{phone.number}</strong> <small>{phone.label}</small>"
            assert (call if phone.number == "911" else inside) in shown


def test_a_session_that_nobody_uses_is_asked_for_anew(served: Served) -> None:
    """After half an hour without use."""
    client = served.browser("officer")
    served.watch.forward(minutes=29)
    assert client.get("/").status_code == S.OK
    served.watch.now += timedelta(minutes=30)
    assert client.get("/").headers["location"] == "/sign-in"


def test_a_case_shows_at_every_stage_where_it_stands(served: Served) -> None:
    """The rail says where it is and was, and the page holds everything on record; also once it is erased."""
    walk, browser = served.walk, served.browser("chair")
    for state, number in (
        (CaseState.ASSESSED, walk.assessed(Level.SEVERE)),
        (CaseState.MONITORING, walk.monitored()),
        (CaseState.REINTEGRATION, walk.reintegrating()),
        (CaseState.CLOSED, walk.dismissed()),
    ):
        shown = browser.get(f"/cases/{number}")
        rail = re.findall(r'<li class="(\w+)"[^>]*><span>(\w+)</span>', shown.text)
        assert ("here", state) in rail
        assert [name for _, name in rail] == list(CaseState)
        assert ("been" if state is not CaseState.CLOSED else "ahead", CaseState.INQUIRY) in rail
    assert "led by <bdi>nobody<" in browser.get(f"/cases?state={CaseState.CLOSED}").text
    closed = walk.closed()
    walk.erase(closed)
    assert browser.get(f"/cases/{closed}").status_code == S.GONE


@pytest.mark.clause("W-40")
def test_a_reporter_who_asked_for_privacy_is_named_to_the_chair_and_intake_alone(served: Served) -> None:
    """Whoever leads the case and others on it read that the name is withheld, and who knows it."""
    number = served.walk.reported(private=True, reporter={"name": "invented-private-name"})
    offices = ["university_police", "academic_affairs"]
    triage.assign(served.book, number, by=served.walk.chair, lead="nurse", offices=offices)
    for member, named in (("officer", True), ("chair", True), ("nurse", False), ("dean", False)):
        shown = served.browser(member).get(f"/cases/{number}").text
        assert ("invented-private-name" in shown, "withheld" in shown) == (named, not named), member
