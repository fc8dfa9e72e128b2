"""In a real browser: an expert's access that ends by itself, and a recused member who finds nothing."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from states.casebook.inquiry import triage
from states.casebook.standing.decisions import decide
from states.contents.reports import SubjectContent
from states.vocabulary.people import Affiliation, IdentifierKind
from tests.console.web.cases.test_for_a_time import apart, expert
from tests.console.web.cases.test_in_a_browser import DESK, HAND, at
from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.console.web.table.people import program
from tests.servers.chromium import leads_on

NOTHING = "There is nothing here"


def _nothing_at(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", name=NOTHING)).to_be_visible()


@pytest.mark.clause("W-50")
def test_an_experts_access_ends_by_itself(browser: Browser, served: Served) -> None:
    """The chair says until when; to the moment the case is there, and then it never was."""
    number = apart(served)
    expert(served, "expert-in-browser")
    zone = ZoneInfo(served.book.pack.site("silver_city").timezone)
    end = (served.watch() + timedelta(minutes=20)).replace(second=0, microsecond=0)
    with at(browser, served, "chair", DESK) as chair:
        chair.goto(f"{served.url}/cases/{number}")
        leads_on(chair, chair.locator("#people-invite"))
        looked_at(chair)
        chair.get_by_label("invented-expert-in-browser-name").check()
        chair.get_by_label("Until when").fill(f"{end.astimezone(zone):%a %d %b %Y %H:%M}")
        chair.get_by_label("What they are needed for").fill("Invented reason.")
        leads_on(chair, chair.get_by_role("button", name="See what follows", exact=True))
        expect(chair.locator("main")).to_contain_text("To invented-expert-in-browser-name")
        leads_on(chair, chair.get_by_role("button", name="Bring somebody in for a time"))
        expect(chair.locator("main")).to_contain_text("invented-expert-in-browser-name until")
        looked_at(chair)
    with at(browser, served, "expert-in-browser", HAND, stream_ends=True) as page:
        page.goto(f"{served.url}/cases")
        leads_on(page, page.get_by_role("link", name=number))
        expect(page.locator("main")).to_contain_text("You see this case until")
        looked_at(page)
        served.watch.forward(seconds=(end - served.watch()).total_seconds())
        _nothing_at(page, f"{served.url}/cases/{number}")
        page.goto(f"{served.url}/cases")
        expect(page.get_by_role("heading", name="Cases")).to_be_visible()
        expect(page.get_by_role("link", name=number)).to_have_count(0)


@pytest.mark.clause("W-39")
def test_a_recused_member_finds_nothing(browser: Browser, served: Served) -> None:
    """By list, counts, search, number, sheet and print; by break-glass; and by a program of theirs."""
    subject = SubjectContent(
        name="Quillon Vexworth",
        identifiers={IdentifierKind.EMAIL: "quillon@people.example"},
        affiliations=(Affiliation.STUDENT,),
        unit="education",
        site="silver_city",
    )
    number = served.walk.reported(subject=subject)
    offices = ["university_police", "health_services"]
    triage.assign(served.book, number, by=served.walk.chair, lead="officer", offices=offices)
    with at(browser, served, "nurse", DESK, stream_ends=True) as page:
        page.goto(f"{served.url}/cases/{number}")
        expect(page.locator("main")).to_contain_text("Quillon Vexworth")
        decide(served.book, number, "nurse", by=served.walk.chair, keep_out=True, because="Invented.")
        for below in ("", "/people", "/history", "/live", "/steps/note", "/files"):
            _nothing_at(page, f"{served.url}/cases/{number}{below}")
        page.emulate_media(media="print")
        _nothing_at(page, f"{served.url}/cases/{number}")
        page.emulate_media(media="screen")
        for overview, heading in (("/cases", "Cases"), ("/cases?mine=yes", "Cases"), ("/", "My work")):
            page.goto(f"{served.url}{overview}")
            expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
            expect(page.get_by_text(number)).to_have_count(0)
        for wanted in ("Quillon Vexworth", "quillon@people.example", number):
            page.goto(f"{served.url}/search")
            page.locator("main input[name=wanted]").fill(wanted)
            leads_on(page, page.locator("main").get_by_role("button", name="Search"))
            expect(page.locator("main")).to_be_visible()
            expect(page.locator("main li").get_by_text(number)).to_have_count(0)
            expect(page.locator("main a", has_text=number)).to_have_count(0)
        page.goto(f"{served.url}/break-glass")
        page.get_by_label("The case's number").fill(number)
        page.get_by_label("Why it cannot wait").fill("Invented emergency.")
        looked_at(page)
        leads_on(page, page.get_by_role("button", name="Open it"))
        expect(page.get_by_role("heading", name=NOTHING)).to_be_visible()
    said = program(served, "nurse")
    assert number not in said.get("/api/cases?limit=200").text
    for call in ("", "/timeline", "/steps", "/guests", "/conflicts", "/files"):
        answers = [said.get(f"/api/cases/{each}{call}") for each in (number, "TAT-1999-0001")]
        assert [(each.status_code, _plain(each)) for each in answers] == [(404, _plain(answers[1]))] * 2
    found = said.post("/api/persons/search", json={"text": "Quillon Vexworth"})
    assert (found.status_code, number in found.text) == (200, False)


def _plain(answer: httpx.Response) -> str:
    """What is answered, but for the address that was asked for."""
    return answer.text.replace(str(answer.url.path), "")
