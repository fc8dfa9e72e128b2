"""A Mild case from the public form to Closed, by four people on pages alone; their presses are counted."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from states.casebook.lookups import asking
from states.vocabulary.sources import SourceKind
from tests.console.web.cases.test_in_a_browser import DESK, HAND, at
from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.servers.chromium import leads_on, opened

#: presses that a Mild case takes a team at most; `docs/measured.md` says how many it took
MOST_PRESSES = 60


@dataclass(slots=True)
class Counted:
    """What people did in all: how often they pressed something, and how many fields they typed in."""

    presses: int = 0
    typed: int = 0
    steps: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Hands:
    """Somebody at a page, whose presses are counted.

    Args:
        page: the page.
        counted: where they are counted.
        number: the case's number.
    """

    page: Page
    counted: Counted
    number: str

    def press(self, what: Locator) -> None:
        """Press something, or choose it."""
        what.click()
        self.counted.presses += 1

    def go(self, what: Locator) -> None:
        """Press what leads on."""
        leads_on(self.page, what)
        self.counted.presses += 1

    def write(self, what: Locator, text: str) -> None:
        """Type something in."""
        what.fill(text)
        self.counted.typed += 1

    def choose(self, *names: str) -> None:
        """Choose what is not chosen yet, by what it is called."""
        for name in names:
            choice = self.page.get_by_label(name, exact=True).first
            choice.check()
            expect(choice).to_be_checked()
            self.counted.presses += 1

    def turn_to(self, step: str, *, from_work: bool = False) -> None:
        """Come to a step as people do: from their work, or from the case's page."""
        where = "/" if from_work else f"/cases/{self.number}"
        if not self.page.url.split("?")[0].endswith(where):
            self.go(self.page.get_by_role("link", name="My work" if from_work else self.number).first)
            expect(self.page).to_have_url(re.compile(f"{re.escape(where)}(\\?|$)"))
        self.go(self.page.locator(f'a[href="/cases/{self.number}/steps/{step}"]').first)
        expect(self.page).to_have_url(re.compile(f"/steps/{step}$"))
        looked_at(self.page)

    def take(self, step: str, button: str) -> None:
        """See what follows, where it is shown, and confirm."""
        follows = self.page.get_by_role("button", name="See what follows", exact=True)
        if follows.count():
            self.go(follows)
            expect(self.page.get_by_role("heading", name="What follows")).to_be_visible()
        self.go(self.page.get_by_role("button", name=button, exact=True))
        expect(self.page).to_have_url(re.compile(f"done={step}"))
        self.counted.steps.append(step)


def reported(browser: Browser, served: Served) -> str:
    """Report on the public form, as somebody whom nobody knows; returns the number of the new case."""
    known = {line.number for line in served.walk.cases()}
    with opened(browser, 1280) as page:
        page.goto(f"{served.url}/report")
        page.get_by_label("Silver City").check()
        page.get_by_label("No, or I do not know").check()
        leads_on(page, page.get_by_role("button", name="Go on", exact=True))
        page.get_by_label("What happened?").fill("Invented shouting in an invented class, twice.")
        for step in ("who", "you", "send"):
            leads_on(page, page.get_by_role("button", name="Save and go on"))
            expect(page).to_have_url(re.compile(f"/report/{step}"))
        leads_on(page, page.get_by_role("button", name="Send the report"))
        expect(page).to_have_url(re.compile("/report/receipt"))
    (number,) = {line.number for line in served.walk.cases()} - known
    return number


@pytest.mark.clause("W-05", "W-08", "W-19", "W-20", "W-26")
def test_a_mild_case_goes_from_the_form_to_closed_on_pages_alone(
    browser: Browser, served: Served, record_property: Callable[[str, object], None]
) -> None:
    """Four people, two of them on a phone; sources answer meanwhile, and nobody types a command or JSON."""
    number, counted = reported(browser, served), Counted()
    with (
        at(browser, served, "chair", DESK) as chairs,
        at(browser, served, "officer", DESK) as officers,
        at(browser, served, "nurse", HAND) as nurses,
        at(browser, served, "dean", HAND) as deans,
    ):
        pages = (chairs, officers, nurses, deans)
        chair, officer, nurse, dean = (Hands(page, counted, number) for page in pages)
        for page in pages:
            page.goto(f"{served.url}/")
        officer.turn_to("screen", from_work=True)
        officer.choose("Mild")
        officer.write(officers.get_by_label("Why"), "Disruptive, and no threat.")
        officer.take("screen", "Screen the report")
        chairs.reload()
        chair.go(chairs.get_by_role("link", name=number).first)
        chair.turn_to("assign")
        chair.choose(
            "invented-chair-name", "University Police", "Student Health Services", "Academic Affairs"
        )
        chair.take("assign", "Assign lead and offices")
        chair.turn_to("open_inquiry")
        chair.take("open_inquiry", "Open an inquiry")
        answer(served, number)
        assess(officer)
        for who in (chair, nurse, dean):
            who.page.goto(f"{served.url}/")
            who.turn_to("confirm", from_work=True)
            who.take("confirm", "Say that I took part")
        chair.turn_to("assess")
        chair.take("assess", "Put the team's assessment in force")
        chair.turn_to("develop_plan")
        chair.take("develop_plan", "Start to develop the plan that the level asks for")
        plan(officer)
        chairs.goto(f"{served.url}/")
        chair.turn_to("approve_plan", from_work=True)
        chair.take("approve_plan", "Approve the plan")
        chair.turn_to("activate_plan")
        chair.take("activate_plan", "Put the approved plan into action and begin to monitor")
        nurses.goto(f"{served.url}/")
        nurse.turn_to("action", from_work=True)
        nurse.choose("It is done")
        nurse.take("action", "Report on an action")
        close(chair)
        expect(chairs.locator("[aria-current=step]")).to_contain_text("Closed")
    record_property("presses", counted.presses)
    record_property("typed", counted.typed)
    assert counted.presses < MOST_PRESSES


def answer(served: Served, number: str) -> None:
    """The sources answer by themselves; here the chair waives them, as none is plugged in: nobody's press."""
    for query in served.walk.records(number, "source_queries"):
        kind = SourceKind(query["kind"])
        asking.waive_source(served.book, number, kind, by=served.walk.chair, because="Invented.")


def assess(by: Hands) -> None:
    """The team's assessment, filed by one of those who took part."""
    by.page.reload()
    by.turn_to("record_assessment")
    by.page.locator('[name="level"][value="Mild"]').check()
    by.press(by.page.locator("summary", has_text="Mild"))
    by.choose("Disruptive or concerning behavior")
    by.write(by.page.get_by_label("Why the team comes to this"), "Invented: loud, and sorry.")
    for question in ("A threat of violence?", "A risk of significant disruption?"):
        by.press(by.page.get_by_role("group", name=question).get_by_label("No"))
    by.choose("invented-chair-name", "invented-nurse-name", "invented-dean-name")
    by.counted.presses += 1
    by.take("record_assessment", "Record the assessment")


def plan(by: Hands) -> None:
    """A plan of one action."""
    by.page.reload()
    by.turn_to("draft_plan")
    action = by.page.get_by_role("group", name="Action 1")
    by.write(action.get_by_label("What is done"), "Talk with the person every week.")
    by.press(action.get_by_label("invented-nurse-name"))
    by.write(action.get_by_label("By when"), "tomorrow 5 pm")
    by.take("draft_plan", "Draft the plan")


def close(by: Hands) -> None:
    """How it ended, and the end."""
    by.page.goto(f"{by.page.url.partition('?')[0]}")
    by.turn_to("end")
    by.write(by.page.get_by_label("How the matter ended"), "Invented: it was talked over.")
    for question in ("Does the person pose a threat", "Is there a risk of significant"):
        by.press(by.page.get_by_role("group", name=re.compile(question)).get_by_label("No longer"))
    by.write(by.page.get_by_label("Or why nobody has to follow up"), "Invented: nothing is open.")
    by.take("end", "Write how it ended")
    by.turn_to("close")
    by.write(by.page.get_by_label("Why", exact=True), "Mild, and over.")
    by.write(by.page.get_by_label(re.compile("Why no reintegration")), "They never left.")
    by.take("close", "Close the case")
