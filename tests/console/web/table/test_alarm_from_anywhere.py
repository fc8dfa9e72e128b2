"""The alarm is two clicks from anywhere: every page that somebody is signed in on leads to it (W-13)."""

import html
import re
from collections.abc import Iterator, Mapping

import httpx
import pytest
from sqlalchemy import func, select

from console.web.pages import RAISE
from states.tables import Alarm, table_of
from tests.console.web.conftest import Served
from tests.console.web.table.answers import IN, SEEN
from tests.console.web.table.people import People, case_of_the_table, people
from tests.console.web.table.test_table import rooms

#: who opens each page, the first of them who may
OPENING = ("chair", "on the case", "custodian", "operator", "administrator")

#: what is no page: it says nothing, tells news for as long as somebody listens, or is a file
NO_PAGE = re.compile(r"^/(api|assets|health)|/(events|download|shown)$|\.csv$")

#: the link that stands in the head of each page, and the nav that it stands beside
LINK = re.compile(r'<a class="button danger" id="raise" href="([^"]+)"')
NAV = '<nav aria-label="Main">'


def buttons(page: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each button of a page that raises the alarm when it is pressed: where it goes, and what it sends."""
    for action, form in re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL):
        (pressed,) = re.findall(r"<button[^>]*>", form)[-1:]
        given = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.partition("<button")[0] + pressed))
        if 'class="alarming"' in pressed or 'class="main alarming"' in pressed:
            yield html.unescape(action).partition("#")[0], given


@pytest.fixture(scope="module")
def number(alone: Served) -> str:
    """The case of the table."""
    return case_of_the_table(alone)


@pytest.fixture(scope="module")
def everybody(alone: Served, number: str) -> People:
    """Each of those who are there."""
    return people(alone, number)


@pytest.fixture(scope="module")
def pages(alone: Served, number: str, everybody: People) -> Mapping[str, str]:
    """Every page of the table that somebody may open, as the first of them sees it, by its route."""
    found = dict[str, str]()
    for room in rooms():
        given = {"number": number, **room.given, **(room.made(alone, number) if room.made else {})}
        for call, row in room.rows.items():
            method, path = call.split(" ")
            opens = [who for who in OPENING if row[who] == SEEN]
            if method != "GET" or NO_PAGE.search(path) or not opens:
                continue
            answer = everybody.browsers[opens[0]].get(path.format(**given))
            assert answer.status_code == SEEN, path
            if answer.headers["content-type"].startswith("text/html"):
                found[path] = answer.text
    return found


def alarms(alone: Served) -> int:
    """How many alarms there are, whichever case they are of."""
    with alone.book.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table_of(Alarm))) or 0


@pytest.mark.clause("W-13")
def test_every_page_of_a_case_has_the_alarm_of_that_case_in_its_head(
    pages: Mapping[str, str], number: str
) -> None:
    """Each route that names a case, and both pages of a meeting about one."""
    of_case = {path for path in pages if "{number}" in path} | {
        "/meetings/{meeting}",
        "/meetings/now/{meeting}",
    }
    assert len(of_case) > 15
    lead = {path: LINK.findall(pages[path]) for path in of_case}
    wrong = {path: to for path, to in lead.items() if to != [f"/cases/{number}/steps/raise_alarm"]}
    assert wrong == {}


@pytest.mark.clause("W-13")
def test_every_page_with_the_nav_leads_to_a_page_that_raises_the_alarm(
    pages: Mapping[str, str], everybody: People
) -> None:
    """The first click is the link, the second is the button: nothing is chosen or typed in between."""
    with_nav = {path: page for path, page in pages.items() if NAV in page}
    assert len(with_nav) > 50
    assert {"/", "/cases", "/search", "/trends", "/alarms", "/team", "/account"} <= set(with_nav)
    lead = {path: LINK.findall(page) for path, page in with_nav.items()}
    assert {path for path, to in lead.items() if len(to) != 1} == set()
    chair = everybody.browsers["chair"]
    for address in {to for (to,) in lead.values()}:
        assert list(buttons(chair.get(address).text)), address


@pytest.mark.clause("W-13")
def test_the_second_click_raises_the_alarm(alone: Served, number: str, everybody: People) -> None:
    """On the case itself; and from any other page, on a case that stands there, once however often sent."""
    officer, before = everybody.browsers["on the case"], alarms(alone)
    for page in (f"/cases/{number}/history", "/search"):
        (first,) = LINK.findall(officer.get(page).text)
        to, said = next(
            each
            for each in buttons(officer.get(first).text)
            if each[0] == f"/cases/{number}/steps/raise_alarm"
        )
        raised = [officer.post(to, data=said) for _ in range(2)]
        assert [each.status_code for each in raised] == [httpx.codes.SEE_OTHER] * 2
        before += 1
        assert alarms(alone) == before, page
        shown = officer.get(raised[0].headers["location"]).text
        assert "Nobody has taken over" in shown
        assert "Who was called" in shown


@pytest.mark.clause("W-13")
def test_whoever_is_signed_in_raises_an_alarm_without_a_case(alone: Served, everybody: People) -> None:
    """Whatever they are to the team, at the site whose button they press; each is told what came of it."""
    ends = dict[str, str]()
    for who in sorted(IN):
        browser = everybody.browsers[who]
        (first,) = LINK.findall(browser.get("/account").text)
        assert first == RAISE
        at_sites = [said for to, said in buttons(browser.get(first).text) if to == RAISE]
        assert [said["site"] for said in at_sites] == list(alone.book.pack.sites), who
        before = alarms(alone)
        done = browser.post(RAISE, data=at_sites[-1])
        assert alarms(alone) == before + 1, who
        ends[who] = done.headers.get("location", "") or "told"
        again = browser.post(RAISE, data=at_sites[-1])
        assert (again.status_code, "the alarm is out" in again.text) == (422, True)
        assert alarms(alone) == before + 1, who
    assert all(
        re.fullmatch(r"/cases/TAT-\d+-\d+\?done=raise_alarm", ends[who]) for who in ("chair", "intake")
    )
    assert (ends["operator"], ends["administrator"]) == ("/alarms", "told")
