"""What is reported by word or on paper: the form to print, and the short entry of whoever was told."""

import re

import pytest

from states.casebook.intake import receipts
from states.casebook.reading import whole_case
from states.contents.content import Person
from states.vocabulary.effects import Clock
from tests.console.web.conftest import Served
from tests.console.web.report.test_steps import hidden_in, newest, on_receipt, status
from tests.states.looking import running

TOLD = {
    "how": "phone",
    "site": "deming",
    "danger": "no",
    "behavior_of_concern": "An invented threat, told in a hall.",
    "behaviors": "domestic_violence",
    "endangered": "student",
    "taken_by": "university_police",
    "name": "Sam Sample",
    "reporter_name": "Pat Placeholder",
    "private": "yes",
    "has_other_contact": "yes",
    "other_name": "Alex Fictional",
    "other_phone": "575-555-0198",
    "told_on": "2026-02-01 09:00",
}


@pytest.mark.clause("W-16")
def test_the_form_on_paper_asks_what_the_form_on_line_asks(served: Served) -> None:
    """Each question and each choice of the steps stands on it, in both languages, and all numbers."""
    client = served.stranger()
    client.post("/report", data={"site": "deming", "danger": "no"} | hidden_in(client.get("/report")))
    for language in ("en", "es"):
        paper = re.sub(r"\s+", " ", client.get(f"/report/paper?lang={language}").text)
        for step in ("what", "who", "you"):
            shown = client.get(f"/report/{step}").text.partition("<form")[2]
            asked = re.findall(r"<(?:legend|label for)[^>]*>([^<]+)<", shown)
            chosen = re.findall(r'type="(?:checkbox|radio)"[^>]*> ([^<]+)<', shown)
            assert asked
            assert chosen
            bare = [re.sub(r" \((?:optional|opcional)\)$", "", each.strip()) for each in (*asked, *chosen)]
            assert [each for each in bare if each not in paper] == []
        for site in served.book.pack.sites.values():
            assert all(phone.number in paper for phone in site.police.emergency_phones)


@pytest.mark.clause("W-12")
def test_what_staff_are_told_is_entered_once_and_its_written_follow_up_has_a_clock(served: Served) -> None:
    """Who told it gets a receipt; what is missing is said, and what was typed stands in its field."""
    browser = served.browser("officer")
    form = hidden_in(browser.get("/report/taken"))
    half = browser.post("/report/taken", data=form | TOLD | {"how": "", "site": ""})
    assert (half.status_code, "Say how they told you" in half.text) == (422, True)
    assert "told in a hall" in half.text
    before = len(served.walk.cases())
    entered = browser.post("/report/taken", data=form | TOLD)
    assert browser.post("/report/taken", data=form | TOLD).status_code == 422
    assert len(served.walk.cases()) == before + 1
    case = newest(served)
    assert Clock.VERBAL_FOLLOW_UP in running(served.book, case)
    (report,) = whole_case.dossier(served.book, case, by=served.walk.chair)["reports"]
    assert (report["channel"], report["private"], report["by"]) == ("verbal", True, "officer")
    assert report["content"]["by_phone"] is True
    assert report["content"]["endangered"] == ["student"]
    assert report["content"]["taken_by"] == "university_police"
    assert [report["content"][name] for name in ("own_observation", "willing_to_talk")] == [None, None]
    assert report["content"]["has_other_contact"] is True
    assert (
        report["content"]["other_contact"] == Person(name="Alex Fictional", phone="575-555-0198").model_dump()
    )
    assert f'<a href="/cases/{case}">' in entered.text
    number, secret = on_receipt(entered)
    assert number == receipts.number_of(report["id"])
    assert status(served.stranger(), number, secret).status_code == 200


@pytest.mark.clause("W-12", "W-16")
@pytest.mark.parametrize(
    ("how", "channel"),
    [("face_to_face", "verbal"), ("phone", "verbal"), ("paper", "paper"), ("written", "written")],
)
def test_each_way_of_telling_stands_in_the_report_and_what_is_by_word_has_a_clock(
    served: Served, how: str, channel: str
) -> None:
    """Face to face and by telephone are two; what is written already has no follow-up to wait for."""
    browser, by_phone, runs = served.browser("officer"), how == "phone", channel == "verbal"
    entered = browser.post(
        "/report/taken", data=hidden_in(browser.get("/report/taken")) | TOLD | {"how": how}
    )
    assert entered.status_code == 200
    assert ("the clock for that runs" in entered.text) is runs
    case = newest(served)
    (report,) = whole_case.dossier(served.book, case, by=served.walk.chair)["reports"]
    assert (report["channel"], report["content"]["by_phone"]) == (channel, by_phone)
    assert (Clock.VERBAL_FOLLOW_UP in running(served.book, case)) is runs
