"""Steps from pages: what follows is seen first, what is refused is said before, what is done is done once."""

import html
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from states.casebook.inquiry import triage
from states.casebook.reading import overview
from states.contents.inquiry import NoteContent
from states.vocabulary.cases import CaseState, Level
from tests.console.web.conftest import Served


def hidden(shown: str) -> dict[str, str]:
    """What a form carries that nobody sees."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="(\w*)"', shown))


def takes(
    browser: httpx.Client, number: str, step: str, said: Mapping[str, object] | None = None
) -> httpx.Response:
    """Take a step as a browser does: open its form, then confirm it."""
    address = f"/cases/{number}/steps/{step}"
    return browser.post(address, data={**hidden(browser.get(address).text), **(said or {}), "go": "do"})


def events(served: Served, number: str, what: str) -> int:
    """How often something happened."""
    return served.walk.events(number).count(what)


@pytest.mark.clause("W-05", "W-02")
def test_two_people_take_a_case_from_report_to_inquiry(served: Served) -> None:
    """One screens, the other assigns; what is not possible says why, without a button."""
    number, officer, chair = served.walk.reported(), served.browser("officer"), served.browser("chair")
    refused = html.unescape(officer.get(f"/cases/{number}/steps/open_inquiry").text)
    assert "Nobody has screened the report" in refused
    assert 'value="do"' not in refused
    asked = officer.post(
        f"/cases/{number}/steps/screen", data={"level": "Moderate", "reason": "", "go": "look"}
    )
    assert (asked.status_code, "Why: say it in a few words." in asked.text) == (422, True)
    done = takes(officer, number, "screen", {"level": "Moderate", "reason": "Invented."})
    assert done.headers["location"] == f"/cases/{number}?done=screen"
    assert "Done: Screen the report." in officer.get(done.headers["location"]).text
    # Who leads is for the chair: to others the page says so, and offers nothing.
    assert f"/cases/{number}/steps/assign" not in officer.get(f"/cases/{number}").text
    takes(chair, number, "assign", {"lead": "officer", "offices": ["university_police", "academic_affairs"]})
    look = html.unescape(officer.get(f"/cases/{number}/steps/open_inquiry").text)
    before = events(served, number, "open_inquiry"), len(served.walk.records(number, "notices"))
    assert before == (0, 0), "what was only looked at is not written"
    for said in ("An inquiry was opened.", "team meeting", "invented-dean-name", "invented-officer-name"):
        assert said in look, said
    assert "invented-nurse-name" not in look
    takes(officer, number, "open_inquiry")
    assert overview.one(served.book, number, by=served.walk.chair).state == CaseState.INQUIRY


def test_a_form_that_is_sent_twice_counts_once(served: Served) -> None:
    """A double click, both at once, and a page that is loaded anew; the next note is another one."""
    number, browser = served.walk.screened(), served.browser("officer")
    address = f"/cases/{number}/steps/note"
    said = {**hidden(browser.get(address).text), "kind": "inquiry", "text": "Invented.", "go": "do"}
    with ThreadPoolExecutor(2) as at_once:
        answers = list(at_once.map(lambda _: browser.post(address, data=said), range(2)))
    answers.append(browser.post(address, data=said))
    assert {each.status_code for each in answers} == {303}
    assert sorted(each.headers["location"].partition("=")[2] for each in answers) == [
        "note",
        "twice",
        "twice",
    ]
    assert "sent twice, and counts once" in browser.get(answers[-1].headers["location"]).text
    takes(browser, number, "note", {"kind": "inquiry", "text": "Invented."})
    assert events(served, number, "noted") == 2


def test_who_comes_second_is_told_what_changed_and_keeps_what_they_typed(served: Served) -> None:
    """Nothing of theirs is written over what they have not seen; looking again, they may."""
    number, browser = served.walk.screened(), served.browser("officer")
    address = f"/cases/{number}/steps/screen"
    said = {**hidden(browser.get(address).text), "level": "Mild", "reason": "Invented second.", "go": "do"}
    triage.note(served.book, number, NoteContent(text="Invented."), by=served.walk.chair)
    told = browser.post(address, data=said)
    assert told.status_code == 409
    for kept in ("noted by <bdi>invented-chair-name</bdi>", "Invented second.", 'value="Mild" checked'):
        assert kept in told.text
    assert events(served, number, "screened") == 1
    # Nor is it by whoever leaves out what they saw, or makes it up.
    for made_up in ("", "no", "9" * 5000):
        assert browser.post(address, data=said | {"seen": made_up}).status_code in (409, 422), made_up[:9]
    assert browser.post(address, data=said | hidden(told.text)).status_code == 303
    assert events(served, number, "screened") == 2


@pytest.mark.clause("W-13")
def test_the_alarm_is_two_touches_away_and_waits_for_nobody(served: Served) -> None:
    """Whatever happened since the page was opened; it says whom to phone, until somebody took over."""
    number, browser = served.walk.screened(), served.browser("officer")
    link = re.search(r'href="(/cases/[^"]+/raise_alarm)"', browser.get(f"/cases/{number}").text)
    assert link
    asked = browser.get(link[1]).text
    triage.note(served.book, number, NoteContent(text="Invented."), by=served.walk.chair)
    assert "WNMU University Police" in asked
    raised = browser.post(link[1], data={**hidden(asked), "go": "do"})
    shown = browser.get(raised.headers["location"]).text
    assert "Nobody has taken over" in shown
    assert re.search(r'href="tel:[^"]*911"', shown)
    takes(browser, number, "take_over", {"who": "Invented badge 7"})
    assert "Nobody has taken over" not in browser.get(f"/cases/{number}").text


@pytest.mark.clause("W-11", "W-27")
def test_a_report_is_dismissed_with_a_second_member(served: Served) -> None:
    """Each thing that is missing has beside it the step that clears it, until nothing is missing."""
    number, officer, chair = served.walk.reported(), served.browser("officer"), served.browser("chair")
    takes(officer, number, "screen", {"level": "None", "reason": "Invented."})
    waiting = chair.get(f"/cases/{number}").text
    assert 'id="dismiss-screening_concurred-concur"' in waiting
    # Nobody agrees with themselves, so that nobody is offered to.
    assert "steps/concur" not in officer.get(f"/cases/{number}").text
    (about,) = re.findall(r'name="about" value="(\w+)"', chair.get(f"/cases/{number}/steps/concur").text)
    takes(chair, number, "concur", {"about": about})
    found = {"text": "Invented.", "threat": "does_not", "disruption": "does_not", "tell_reporter": "yes"}
    takes(officer, number, "end", found | {"no_follow_up_because": "Invented."})
    told = officer.get(f"/cases/{number}/steps/dismiss").text
    assert "To <bdi>the person who reported</bdi>" in told
    assert "people.example" not in told, "where a reporter is reached is not shown"
    takes(officer, number, "dismiss")
    assert overview.one(served.book, number, by=served.walk.chair).state == CaseState.CLOSED


def test_no_page_of_a_case_says_ids_or_what_is_typed_at_a_terminal(served: Served) -> None:
    """At every stage, on the first page and on each sheet: names of people, and words."""
    browser = served.browser("chair")
    walk = served.walk
    for number in (walk.reported(), walk.in_inquiry(Level.SEVERE), walk.monitored(), walk.reintegrating()):
        pages = re.findall(rf'href="(/cases/{number}[/\w]*)"', browser.get(f"/cases/{number}").text)
        for address in {f"/cases/{number}", *pages} - {f"/cases/{number}/files"}:
            shown = html.unescape(browser.get(address).text)
            body = re.sub(r"<[^>]+>", " ", shown[shown.index("<main") :])
            assert not re.search(r"`|\btat \w|--\w|\b[0-9a-f]{8}\b|\b[0-9a-f]{32}\b", body), address
            for member in ("officer", "nurse", "dean"):
                assert not re.search(rf"\b(by|for|Owner) {member}\b(?!-)", body), (address, member)


def test_what_a_case_says_may_be_done_is_not_refused_on_its_own_page(served: Served) -> None:
    """A step without anything in its way opens a form, which asks for a reason where one is needed."""
    walk, browser = served.walk, served.browser("chair")
    stages = (
        walk.screened(),
        walk.in_inquiry(Level.MILD),
        walk.monitored(),
        walk.reintegrating(),
        walk.closed(),
    )
    opened = set[str]()
    for number in stages:
        shown = browser.get(f"/cases/{number}").text
        for step in re.findall(rf'id="next-\w+" href="/cases/{number}/steps/(\w+)"', shown):
            page = browser.get(f"/cases/{number}/steps/{step}")
            assert page.status_code == 200, step
            assert "not yet" not in page.text, step
            assert re.search(r'name="go" value="(do|look)"', page.text), step
            opened.add(step)
    assert {"open_inquiry", "resume_monitoring", "reopen"} <= opened, opened


@pytest.mark.clause("W-47")
def test_a_closed_case_is_reopened_from_its_page_by_saying_why(served: Served) -> None:
    """Without a new report there has to be a reason: the form asks for it, says so, and takes it."""
    number, browser = served.walk.closed(), served.browser("chair")
    page = html.unescape(browser.get(f"/cases/{number}/steps/reopen").text)
    assert re.search(r'<(input|textarea)[^>]* name="reason"[^>]* required', page)
    asked = takes(browser, number, "reopen", {"reason": " "})
    assert (asked.status_code, "Why: say it in a few words." in asked.text) == (422, True)
    takes(browser, number, "reopen", {"reason": "Invented."})
    assert overview.one(served.book, number, by=served.walk.chair).state == CaseState.INQUIRY


@pytest.mark.clause("W-26", "W-45")
def test_what_only_waits_for_a_reason_is_asked_for_it_on_its_own_page(served: Served) -> None:
    """A Mild case that closes without reintegration: each reason that is missing is told at its field."""
    number, chair = served.walk.monitored(Level.MILD), served.browser("chair")
    served.walk.dispose(number)
    address = f"/cases/{number}/steps/close"
    assert f'href="{address}"' in chair.get(f"/cases/{number}").text
    told = takes(chair, number, "close", {"reason": "Invented.", "without_reintegration": ""})
    assert told.status_code == 422
    assert '<p class="help" id="without_reintegration-help">' in told.text
    assert ">Invented.</textarea>" in told.text
    takes(chair, number, "close", {"reason": "Invented.", "without_reintegration": "They never left."})
    assert overview.one(served.book, number, by=served.walk.chair).state == CaseState.CLOSED
    takes(chair, number, "reopen", {"reason": "Invented again."})
    assert overview.one(served.book, number, by=served.walk.chair).state == CaseState.INQUIRY


def test_a_step_that_nothing_is_there_for_says_so_and_not_that_others_take_it(served: Served) -> None:
    """Whoever chairs enters minutes once there is a meeting, and is shown no button before."""
    number, chair = served.walk.in_inquiry(), served.browser("chair")
    for step in ("hold", "check_in", "confirm"):
        shown = chair.get(f"/cases/{number}/steps/{step}").text
        assert "There is nothing in this case now" in shown, step
        assert '<button class="main"' not in shown, step
    assert "This is for others" in served.browser("officer").get(f"/cases/{number}/steps/assign").text


def test_what_is_to_be_chosen_by_its_day_says_it_as_people_write_it(served: Served) -> None:
    """As on the rest of the page: with the weekday, and by the clock of the site."""
    number = served.walk.reintegrating()
    shown = served.browser("nurse").get(f"/cases/{number}/steps/check_in").text
    days = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ \w{3} 20\d\d, \d\d:\d\d M[SD]T\)"
    assert re.search(days, shown)


def test_a_step_says_its_name_once(served: Served) -> None:
    """What it does stands in its heading; a sentence below it says more, or is not there."""
    number, chair = served.walk.monitored(), served.browser("chair")
    shown = chair.get(f"/cases/{number}/steps/revise_plan").text
    assert "<h1>Go back to planning</h1>" in shown
    assert "<p>Go back to planning.</p>" not in shown
    shown = chair.get(f"/cases/{number}/steps/consent").text
    assert "<p>Somebody consented that something be told. What waited for it leaves at once.</p>" in shown
