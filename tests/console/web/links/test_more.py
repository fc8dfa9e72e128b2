"""More of an alarm: police read what people saw themselves, after a code to their agency's number."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from states.access import REPORTER
from states.casebook.disclosing import disclosures
from states.casebook.intake import reports
from states.casebook.landing.alerts import MORE_FOR
from states.casebook.standing.decisions import decide
from states.contents.reports import ReportContent, SubjectContent
from states.policy.pack import Pack
from states.vocabulary.danger import Danger
from tests.cases import answering
from tests.console.web.conftest import Served
from tests.console.web.links.conftest import WATCH_DESK, code_in, mails
from tests.console.web.links.sent import alarmed
from tests.states.looking import verified


@contextmanager
def under(served: Served, pack: Pack) -> Iterator[None]:
    """The console under another policy for a while."""
    before = served.book.pack
    served.book.pack = pack
    try:
        yield
    finally:
        served.book.pack = before


def opened(served: Served, number: str, link: str) -> httpx.Client:
    """A browser in which police typed the code that came to the watch desk."""
    browser = served.stranger()
    assert "on its way" in browser.post(f"{link}/code", data={"number": number}).text
    led = browser.post(f"{link}/open", data={"code": code_in(served, WATCH_DESK)})
    assert (led.status_code, led.headers["location"]) == (303, f"{link}/more")
    return browser


@pytest.mark.clause("W-13", "W-36", "W-40")
def test_police_read_what_a_witness_saw_after_a_code_and_not_who_it_was(served: Served) -> None:
    """Whom it concerns and what happened; the code is in no message with a link; all of it is on record."""
    content = ReportContent(
        behaviour_of_concern="invented-sighting",
        specific_threat_or_event="invented-threat",
        subject=SubjectContent(name="invented-subject-name", site="deming"),
        imminent=True,
        dangers=(Danger.WEAPON,),
        own_observation=True,
    )
    content = content.model_copy(
        update={"reporter": content.reporter.model_copy(update={"name": "invented-reporter-name"})}
    )
    number = reports.report(served.book, content, by=REPORTER).number
    hearsay = ReportContent(
        behaviour_of_concern="invented-hearsay", own_observation=False, subject=content.subject
    )
    reports.report(served.book, hearsay, by=served.walk.officer, into=number)
    # Nobody said whether they saw it: it is not taken for seen.
    unsaid = ReportContent(behaviour_of_concern="invented-unsaid", subject=content.subject)
    reports.report(served.book, unsaid, by=served.walk.officer, into=number)
    link = f"/m/{answering.calls(served.book, number)[0].recipients[0].secret}"
    stranger = served.stranger()
    assert f'href="{link}/more"' in stranger.get(link).text
    shut = stranger.get(f"{link}/more")
    assert (shut.status_code, "invented" in shut.text) == (200, False)
    assert served.walk.read_outside(number) == []
    browser = opened(served, number, link)
    letter = mails(served, WATCH_DESK)[-1]
    assert (link in letter, number in letter) == (False, False)
    shown = browser.get(f"{link}/more")
    for said in (number, "invented-subject-name", "invented-sighting", "invented-threat"):
        assert said in shown.text
    assert "themselves: <strong>2</strong>." in shown.text, "they know to ask for the others by phone"
    for kept in ("invented-reporter-name", "invented-hearsay", "invented-unsaid"):
        assert kept not in shown.text
    assert served.walk.read_outside(number) == [("alarm", "police:silver_city")]
    told = disclosures.of_person(served.book, number, by=served.walk.chair)
    assert any(each.recipient == "police:silver_city" and "observation" in each.what for each in told)
    assert "invented" not in served.stranger().get(f"{link}/more").text
    verified(served.book)


def test_police_to_whom_nothing_is_shown_read_that_there_is_more_to_ask_for(served: Served) -> None:
    """A report that says nothing of who saw it is not shown, and not passed over either."""
    content = ReportContent(
        behaviour_of_concern="invented-unsaid",
        subject=SubjectContent(name="invented-subject-name", site="deming"),
        imminent=True,
        dangers=(Danger.WEAPON,),
    )
    number = reports.report(served.book, content, by=REPORTER).number
    link = f"/m/{answering.calls(served.book, number)[0].recipients[0].secret}"
    shown = opened(served, number, link).get(f"{link}/more").text
    assert ("invented" in shown, "No report says" in shown, "themselves: <strong>1</strong>." in shown) == (
        False,
        True,
        True,
    )


@pytest.mark.clause("W-13")
def test_more_is_shown_while_the_alarm_calls_and_for_a_day_after_somebody_took_it_over(
    served: Served,
) -> None:
    """Who took over still needs it; a link that is found later is dead, whatever was typed before."""
    number, link = alarmed(served)
    served.stranger().post(link, data={"who": "invented-officer"})
    browser = opened(served, number, link)
    assert "Sam Sample" in browser.get(f"{link}/more").text
    served.watch.forward(seconds=int(MORE_FOR.total_seconds()) + 1)
    for asked in (browser.get(f"{link}/more"), browser.post(f"{link}/code", data={"number": number})):
        assert (asked.status_code, "Sample" in asked.text) == (404, False)
    assert browser.get(link).status_code == 200, "what the alert itself said is still there"


@pytest.mark.clause("W-39")
def test_a_link_of_a_member_opens_no_more_without_signing_in(served: Served) -> None:
    """Whoever has an account reads the case there; their link sends no code, and shows nothing more."""
    number, _ = alarmed(served)
    served.watch.forward(minutes=10)
    calls = answering.calls(served.book, number)
    secret = next(each.secret for call in calls for each in call.recipients if ":" not in each.code)
    link, browser = f"/m/{secret}", served.stranger()
    assert f'href="/cases/{number}"' in browser.get(link).text
    for asked in (browser.get(f"{link}/more"), browser.post(f"{link}/code", data={"number": number})):
        assert asked.status_code == 404


@pytest.mark.clause("W-39")
def test_police_among_whom_is_the_subject_are_alerted_and_read_no_more(served: Served) -> None:
    """The alert itself goes out whoever it concerns; what people saw is told by phone then."""
    number, link = alarmed(served)
    browser = opened(served, number, link)
    subject = SubjectContent(name="invented-officer-name", site="silver_city")
    reports.report(
        served.book,
        ReportContent(behaviour_of_concern="x", subject=subject),
        by=served.walk.chair,
        into=number,
    )
    decide(served.book, number, "officer", by=served.walk.chair, keep_out=True, because="It is the officer.")
    assert browser.get(link).status_code == 200
    assert browser.get(f"{link}/more").status_code == 404


@pytest.mark.clause("W-36", "W-39")
def test_without_a_rule_that_allows_it_police_read_no_more_and_their_asking_is_on_record(
    served: Served,
) -> None:
    """An institution may keep it to the telephone: then the page says so, and whom to call."""
    pack = served.book.pack
    silent = [rule for rule in pack.disclosures if rule.clause != "W-36"]
    number, link = alarmed(served)
    with under(served, pack.model_copy(update={"disclosures": tuple(silent)})):
        browser = opened(served, number, link)
        shown = browser.get(f"{link}/more")
        assert (shown.status_code, "Sample" in shown.text, pack.duty_line in shown.text) == (403, False, True)
    assert served.walk.read_outside(number) == []
    told = disclosures.of_person(served.book, number, by=served.walk.chair)
    assert any(each.recipient == "police:silver_city" and each.refused for each in told)


def test_police_of_whom_no_other_way_is_known_are_asked_to_call(served: Served) -> None:
    """A code to the mailbox in which the link lies would open nothing to somebody else alone."""
    number, link = alarmed(served)
    pack = served.book.pack
    site = pack.sites["silver_city"]
    bare = site.police.model_copy(update={"codes_to": None, "also": ()})
    sites = {**pack.sites, "silver_city": site.model_copy(update={"police": bare})}
    with under(served, pack.model_copy(update={"sites": sites})):
        asked = served.stranger().post(f"{link}/code", data={"number": number})
    assert (asked.status_code, "no other way" in asked.text) == (422, True)
