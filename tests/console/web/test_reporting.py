"""A report of concern by anybody, and the way back to it: what is taken in, and how little is told."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from states.access import SYSTEM
from states.casebook.effects import listing
from states.casebook.intake import receipts
from states.casebook.reading import timeline, whole_case
from states.contents.content import Person
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import IdentifierKind
from tests.console.web.conftest import Served

FORM: dict[str, Any] = {
    "site": "deming",
    "behavior_of_concern": "An invented threat in a hall.",
    "occurred_on": "2026-01-30",
    "occurred_at": "about noon",
    "specific_threat_or_event": "Something on Friday.",
    "behaviors": ["threatening", "joking_threat"],
    "means": "in_person",
    "timing": "future",
    "ability": "yes",
    "own_observation": "no",
    "name": "Sam Sample",
    "other_identification": "A red car.",
    "campus_id": "W00999",
    "affiliations": "student",
    "unit": "education",
    "reporter_name": "Pat Placeholder",
    "reporter_phone": "575-555-0199",
    "reporter_email": "pat@people.example",
    "willing_to_talk": "no",
    "private": "yes",
    "has_other_contact": "yes",
    "other_name": "Alex Fictional",
    "other_phone": "575-555-0198",
}


def newest(served: Served) -> str:
    """The number of the case that was opened last."""
    return max(line.number for line in served.walk.cases())


def sent(client: httpx.Client, **fields: object) -> tuple[str, str]:
    """Send a report; gives its number and its secret."""
    answer = client.post("/report/form", data={**FORM, **fields})
    assert answer.status_code == 200, answer.text
    number, secret = re.findall(r"<dd><code>([^<]+)</code></dd>", answer.text)
    return number, secret


def status(client: httpx.Client, number: str, secret: str, **more: str) -> httpx.Response:
    """Come back to a report."""
    return client.post("/report/return", data={"receipt": number, "secret": secret, **more})


@pytest.mark.clause("W-03", "W-04", "W-52", "W-56")
def test_what_the_form_asks_for_is_taken_in(served: Served) -> None:
    """The banner has the numbers of the campus chosen; what was written stands in the report."""
    client = served.stranger()
    start = html.unescape(client.get("/report").text)
    pack = served.book.pack
    for example in (*pack.examples.emergency.values(), *pack.examples.other):
        assert example in start
    # Nobody's alarm goes to a campus that they did not choose.
    assert "checked" not in start
    for half in ({"danger": "no"}, {"site": "deming"}, {"site": "deming", "danger": ""}):
        assert client.post("/report", data=half).status_code == 422
    form = client.post("/report", data={"site": "deming", "danger": "no"}).text
    assert "Local law enforcement, Deming" in form
    fields = set(re.findall(r'name="(\w+)"', form))
    assert {*FORM, "once"} <= fields
    sent(client, once="once")
    number = newest(served)
    report = whole_case.dossier(served.book, number, by=served.walk.chair)["reports"][0]
    said = report["content"]
    assert (report["channel"], report["private"], report["imminent"]) == ("form", True, False)
    assert said["behaviour_of_concern"] == FORM["behavior_of_concern"]
    for name in ("occurred_on", "occurred_at", "specific_threat_or_event", "ability"):
        assert said[name] == FORM[name]
    assert (said["behaviours"], said["means"]) == (["threatening", "joking_threat"], ["in_person"])
    assert (said["timing"], said["own_observation"], said["willing_to_talk"]) == (["future"], False, False)
    assert (
        said["reporter"]
        == Person(name="Pat Placeholder", phone="575-555-0199", email="pat@people.example").model_dump()
    )
    assert said["other_contact"]["name"] == "Alex Fictional"
    subject = said["subject"]
    assert (subject["name"], subject["unit"], subject["affiliations"]) == (
        "Sam Sample",
        "education",
        ["student"],
    )
    assert subject["identifiers"] == {IdentifierKind.CAMPUS_ID: "W00999"}


@pytest.mark.clause("W-13")
def test_two_answers_call_the_police_and_the_rest_is_written_down_after_them(served: Served) -> None:
    """Whoever says so is told at once whom to phone; what they write then belongs to the same report."""
    client = served.stranger()
    answer = client.post("/report", data={"site": "silver_city", "danger": "yes"})
    assert "Phone now" in answer.text
    assert "9-911" in answer.text
    number = newest(served)
    owed = {line.kind for line in listing.effects(served.book, by=SYSTEM, number=number)}
    assert EffectKind.ALERT_POLICE in owed
    hidden = hidden_in(answer)
    rest = {"behavior_of_concern": "Somebody invented has a gun.", "dangers": "weapon"}
    done = client.post("/report/form", data=hidden | rest)
    assert done.status_code == 200
    (report,) = whole_case.dossier(served.book, number, by=served.walk.chair)["reports"]
    assert (report["content"]["dangers"], report["begun"]) == (["weapon"], False)
    assert "already" in client.post("/report/form", data=hidden | rest).text


def hidden_in(answer: httpx.Response) -> dict[str, str]:
    """What a form carries that nobody sees."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))


def test_two_answers_that_are_sent_twice_are_one_alarm(served: Served) -> None:
    """A double tap goes on with the same report; another site, or what comes after it, is a new danger."""
    client, before = served.stranger(), len(served.walk.cases())
    once = hidden_in(client.get("/report"))
    danger = {"site": "deming", "danger": "yes"} | once
    with ThreadPoolExecutor(2) as taps:
        both = list(taps.map(lambda _: client.post("/report", data=danger), range(2)))
    both.append(client.post("/report", data=danger))
    assert all("Phone now" in each.text for each in both)
    first, second, third = ({k: v for k, v in hidden_in(each).items() if k != "once"} for each in both)
    assert first == second == third
    assert len(served.walk.cases()) == before + 1
    client.post("/report", data={"site": "silver_city", "danger": "yes"} | once)
    assert len(served.walk.cases()) == before + 2
    assert client.post("/report/form", data=second | {"behavior_of_concern": "x"}).status_code == 200
    assert hidden_in(client.post("/report", data=danger))["receipt"] != first["receipt"]
    assert len(served.walk.cases()) == before + 3


@pytest.mark.clause("W-13")
def test_no_trap_keeps_a_danger_from_being_alarmed(served: Served) -> None:
    """Extensions fill in what nobody sees: the alarm is out, and whoever screens sees that they did."""
    client = served.stranger()
    trapped = client.post("/report", data={"site": "deming", "danger": "yes", "homepage": "x"})
    assert (trapped.status_code, "Phone now" in trapped.text) == (200, True)
    number = newest(served)
    owed = {line.kind for line in listing.effects(served.book, by=SYSTEM, number=number)}
    assert EffectKind.ALERT_POLICE in owed
    happened = timeline.timeline(served.book, number, by=served.walk.chair, on_record=True)
    assert [each.data.get("unseen_field") for each in happened if each.what == "reported"] == [True]
    rest = {"behavior_of_concern": "Somebody invented has a gun.", "homepage": "x"}
    assert client.post("/report/form", data=hidden_in(trapped) | rest).status_code == 200


def test_a_report_from_another_sites_page_is_not_taken(served: Served) -> None:
    """A browser that says nothing of where a form comes from is an old one, and keeps no report out."""
    for head, status in (
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": served.url}, 200),
        ({"Origin": served.url}, 200),
        ({"Origin": "null"}, 200),
        ({}, 200),
    ):
        answer = httpx.post(f"{served.url}/report", data={"site": "deming", "danger": "no"}, headers=head)
        assert (head, answer.status_code) == (head, status)
        assert ("call 911 now" in answer.text) == (status == 403)


def test_nobody_finds_a_reporters_secret_by_trying(served: Served) -> None:
    """Twenty signs out of 32: a hundred bits."""
    _, secret = sent(served.stranger(), once="long")
    assert re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){4}", secret)


@pytest.mark.clause("W-40")
def test_whoever_comes_back_learns_whether_it_was_read_and_adds_to_it(served: Served) -> None:
    """Not the case's number, nor that there was an earlier case: both are answered in the same words."""
    client, chair = served.stranger(), served.walk.chair
    earlier_number, _ = sent(client, campus_id="W01234", once="a")
    case = newest(served)
    whole_case.dossier(served.book, case, by=chair)
    served.watch.forward(minutes=1)
    number, secret = sent(client, campus_id="W01234", once="b")
    assert newest(served) == case, "it is about the same person"
    other_number, other_secret = sent(client, campus_id="W05678", once="c")
    joined, alone = (status(client, *pair) for pair in ((number, secret), (other_number, other_secret)))
    assert "Nobody has opened it yet" in joined.text
    words = [re.sub(r'value="[^"]*"', "", each.text) for each in (joined, alone)]
    assert words[0] == words[1]
    assert "TAT-" not in joined.text + alone.text
    served.watch.forward(minutes=1)
    whole_case.dossier(served.book, case, by=chair)
    assert "has opened it" in status(client, number.lower(), f" {secret.upper()} ").text
    for _ in range(2):
        added = status(client, number, secret, more="There was also a letter.", once="d")
    assert "already" in added.text
    reports = whole_case.dossier(served.book, case, by=chair)["reports"]
    assert [each["content"]["behaviour_of_concern"] for each in reports].count(
        "There was also a letter."
    ) == 1
    assert reports[-1]["private"]
    for wrong in (
        (number, other_secret),
        (earlier_number, secret),
        (number[:-1], secret),
        ("", ""),
        ("%", secret),
    ):
        answer = status(client, *wrong, more="x")
        assert (answer.status_code, receipts.NO_SUCH_REPORT in answer.text) == (404, True)


def test_nothing_that_somebody_wrote_is_lost(served: Served) -> None:
    """What does not fit is said, and stands in its field again; so it is for whoever falls into the trap."""
    client = served.stranger()
    for wrong in ({"occurred_on": "some day"}, {"receipt": "0000", "secret": "x"}, {"homepage": "x"}):
        answer = client.post("/report/form", data={**FORM, **wrong})
        assert (answer.status_code, FORM["behavior_of_concern"] in answer.text) == (422, True), wrong
        assert re.search(r'value="joking_threat" checked', answer.text)
    before = len(served.walk.cases())
    start = client.post("/report", data={"site": "silver_city", "danger": "no", "homepage": "x"})
    assert (start.status_code, "send it once more" in start.text) == (422, True)
    assert re.search(r'value="silver_city" required checked', start.text)
    assert re.search(r'value="no" required checked', start.text)
    assert "homepage" not in start.text + answer.text, "a second try falls into no trap"
    anonymous = {"site": "silver_city", "behavior_of_concern": "An invented worry.", "once": "e"}
    old = httpx.Client(base_url=served.url)
    assert old.post("/report/form", data=anonymous).status_code == 200, (
        "an old browser says nothing of itself"
    )
    assert old.post("/report/form", data=anonymous).text.count("already") == 2
    assert len(served.walk.cases()) == before + 1
    old.close()
