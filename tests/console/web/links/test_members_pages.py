"""Where members land: a meeting, an action of their own, the alarms."""

import re
from datetime import timedelta

import pytest

from states.casebook.inquiry import triage
from states.casebook.plan import meetings
from states.vocabulary.plans import MeetingKind
from tests.console.web.conftest import Served
from tests.console.web.links.sent import alarmed
from tests.states.looking import verified


@pytest.mark.clause("U-04")
def test_somebody_who_is_invited_reads_what_there_is_to_talk_about_and_says_whether_they_come(
    served: Served,
) -> None:
    """The newest word counts; once it was called off, nothing is asked; that it was read is on record."""
    walk, book = served.walk, served.book
    number, at = walk.in_inquiry(), book.clock() + timedelta(days=1)
    meeting = meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at)
    browser, path = served.browser("nurse"), f"/meetings/{meeting}"
    shown = browser.get(path).text
    for said in (
        f"Review on {number}",
        "The team has not met about it yet",
        "1 report so far",
        "stands in the way",
    ):
        assert said in shown
    browser.post(path, data={"comes": "yes"})
    for _ in range(2):
        browser.post(path, data={"comes": "no", "text": "invented-deputy"})
    others = served.browser("chair").get(path).text
    by_name = "<bdi>invented-nurse-name</bdi> cannot come: <bdi>invented-deputy</bdi>"
    assert by_name in " ".join(others.split()).replace("</strong>", "")
    assert walk.events(number).count("invitation_answered") == 2
    assert "cannot come" in served.browser("chair").get(f"/cases/{number}/meetings").text
    meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at + timedelta(hours=1))
    meetings.cancel(book, number, meeting, by=walk.chair, because="invented")
    late = browser.post(path, data={"comes": "yes"})
    assert (late.status_code, "called off by now" in late.text) == (422, False)
    assert "This meeting was called off" in browser.get(path).text
    verified(book)


def test_an_agenda_calls_people_by_name_and_says_no_command(served: Served) -> None:
    """Whose action is due is a name, and what stands in the way is said as the case's page says it."""
    walk, book = served.walk, served.book
    number, soon = walk.monitored(), book.clock() + timedelta(days=1)
    meeting = meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=soon)
    shown = served.browser("chair").get(f"/meetings/{meeting}").text
    assert "· invented-officer-name</span>" in shown
    assert "--reason" not in shown


def test_the_owner_of_an_action_reads_it_and_says_how_it_goes(served: Served) -> None:
    """Whether they are on the case or not; nobody else finds it; an empty word is asked for again."""
    walk = served.walk
    number = walk.monitored()
    actions = {each["owner"]: each["id"] for each in walk.records(number, "plan_actions")}
    browser, path = served.browser("nurse"), f"/actions/{actions['nurse']}"
    assert "invented-action-nurse" in browser.get(path).text
    triage.assign(served.book, number, by=walk.chair, lead="officer", offices=["university_police"])
    assert browser.get(f"/cases/{number}").status_code == 404
    assert "invented-action-nurse" in browser.get(path).text, "its owner need not be on the case"
    assert browser.post(path, data={"done": "no", "text": ""}).status_code == 422
    assert browser.post(path, data={"done": "no", "text": "invented-way"}).status_code == 303
    assert "action_reported_on" in walk.events(number)
    assert browser.post(path, data={"done": "yes", "text": "invented-end"}).status_code == 303
    assert "Done: on record" in browser.get(path).text
    pressed_again = browser.post(path, data={"done": "yes", "text": "invented-end"})
    assert (pressed_again.status_code, walk.events(number).count("action_completed")) == (422, 1)
    for member in ("dean", "officer"):
        assert served.browser(member).get(path).status_code == 404


@pytest.mark.clause("U-12")
def test_the_roster_is_kept_where_its_message_leads(served: Served) -> None:
    """Gaps stand there until somebody is on call; who only answers alarms reads it, and changes nothing."""
    chair, dean = served.browser("chair"), served.browser("dean")
    assert "Put them on call" not in dean.get("/alarms").text
    shift = {"member": "nurse", "since": "today 1 am", "until": "soon"}
    assert dean.post("/alarms/roster", data=shift).status_code == 404
    assert chair.post("/alarms/roster", data=shift).status_code == 422
    assert chair.post("/alarms/roster", data=shift | {"until": "tomorrow 5 pm"}).status_code == 303
    shown = dean.get("/alarms").text.partition('id="roster"')[2]
    assert "invented-nurse-name" in shown
    (taken_off,) = re.findall(r"(/alarms/roster/[^/]+/remove)", chair.get("/alarms").text)
    assert chair.post(taken_off).status_code == 303
    assert "invented-nurse-name" not in dean.get("/alarms").text


@pytest.mark.clause("U-15")
def test_whoever_may_be_called_sees_who_has_taken_over_and_nothing_of_the_case(served: Served) -> None:
    """Codes and times alone, to a member who is not on the case, too: calls made, and those to come."""
    number, link = alarmed(served)
    browser = served.browser("dean")
    shown = browser.get("/alarms").text
    assert shown.index("Nobody has taken over") < shown.index("Coming")
    assert number in shown
    for hidden in ("Sample", "invented-", "threat by"):
        assert hidden not in shown.replace("invented-dean-name", "")
    served.stranger().post(link, data={"who": "invented-officer-7"})
    after = browser.get("/alarms").text
    assert "Taken over" in after
    assert "by <bdi>WNMU University Police</bdi>" in after
    assert "invented-officer-7" not in after
