"""What could not be read, on its pages: from My work to a report or aside, and nothing in it is ever run."""

import html
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from states.access import SYSTEM
from states.casebook.intake import logbook, undoing
from states.casebook.landing import kept
from states.casebook.rounds import sweeping
from states.vocabulary.people import Verdict
from tests.console.web.conftest import Served, console
from tests.console.web.looking import looked_at
from tests.console.web.report.test_steps import on_receipt
from tests.servers.chromium import opened

WHY = "This could not be taken in as a report. It is kept for a person."

#: a mail in which something would like to be run, and a byte that is no text
MAIL = (
    b"From: Pat Placeholder <pat@people.example>\r\nSubject: Worried\r\n"
    b'Content-Type: text/plain; charset="utf-8"\r\n\r\n'
    b"<script>document.title = 'run'</script><img src=x onerror=\"document.title='run'\"> \xff "
    b"He wrote that nobody will graduate.\r\n"
)

#: a police log of two rows, of which one needs a person
LOG = (
    b"Case Number,Nature,Date Reported,Date Occurred,Location,Narrative,Disposition\n"
    b"31-001,Theft,3/9/31 1:00 PM,3/9/31 11:00 AM,Elm Hall,A bag,Open\n"
    b"31-002,Stalking,3/10/31 1:00 PM,3/10/31,Oak Hall,Followed home,Open\n"
)


@pytest.fixture
def served(tmp_path: Path, migrated: Path) -> Iterator[Served]:
    """A console that no other test uses: nothing else waits there."""
    with console(tmp_path, migrated) as made:
        yield made


def came_in(served: Served, raw: bytes = MAIL) -> str:
    """Something comes in that cannot be read: the address of its page."""
    before = {each.entry_id for each in kept.waiting(served.book, by=served.walk.chair)}
    logbook.keep(served.book, raw, WHY)
    (entry,) = {each.entry_id for each in kept.waiting(served.book, by=served.walk.chair)} - before
    return f"/intake/{entry}"


@pytest.mark.clause("W-12", "W-30")
def test_after_three_days_it_is_the_first_thing_that_intake_and_the_chair_see(served: Served) -> None:
    """Late, in My work, on Health and in Administration; one press leads to where it is read."""
    came_in(served)
    served.watch.forward(days=3)
    for _ in range(3):
        sweeping.sweep(served.book, by=SYSTEM)
        served.watch.forward(hours=1)
    for member in ("chair", "officer"):
        shown = served.browser(member).get("/").text
        late = shown[shown.index('<h2 id="late">') :]
        assert re.search(r'<a href="/intake">Something came in that could not be read</a>', late), member
        assert "It is for whoever does intake, and for the chair (W-30). It counts as stuck." in late
    assert "could not be read" not in served.browser("nurse").get("/").text
    chair = served.browser("chair")
    assert "1 thing came in that could not be read" in chair.get("/admin/health").text
    assert "1 came in that could not be read" in chair.get("/admin").text


def test_it_is_entered_by_a_form_that_begins_with_what_could_be_made_out(served: Served) -> None:
    """Of a mail its text and its sender; once; then nothing waits, and its reporter gets a receipt."""
    page, officer = came_in(served), served.browser("officer")
    assert page in officer.get("/intake").text
    shown = html.unescape(officer.get(page).text)
    field = re.search(r'<textarea id="behavior_of_concern".*?>\n(.*?)</textarea>', shown, re.DOTALL)
    assert field is not None
    assert "He wrote that nobody will graduate." in field[1]
    assert 'name="reporter_name" type="text" maxlength="140" dir="auto"' in shown
    assert 'value="Pat Placeholder"' in shown
    assert 'value="pat@people.example"' in shown
    said = {"behavior_of_concern": "He wrote that nobody will graduate.", "reporter_name": "Pat Placeholder"}
    half = officer.post(f"{page}/report", data=said)
    assert half.status_code == 422
    assert "Say where it is" in half.text
    entered = officer.post(f"{page}/report", data=said | {"site": "deming", "danger": "no"})
    assert entered.status_code == 200
    assert all(on_receipt(entered))
    number = served.walk.cases()[0].number
    assert f"/cases/{number}" in entered.text
    (report,) = served.walk.records(number, "reports")
    assert (report["channel"], report["by"]) == ("written", "officer")
    again = officer.post(f"{page}/report", data=said | {"site": "deming", "danger": "no"})
    assert (again.status_code, "as a report already" in again.text) == (422, True)
    assert "Nothing waits." in officer.get("/intake").text
    assert "Something came in" not in officer.get("/").text


def test_it_is_set_aside_with_a_reason(served: Served) -> None:
    """Without one it stays; with one it is gone from the list, and its page says why."""
    page, officer = came_in(served, b"\xfeBuy invented pills."), served.browser("officer")
    without = officer.post(f"{page}/aside", data={"reason": " "})
    assert without.status_code == 422
    assert "Say in a sentence why it is no report" in without.text
    assert page in officer.get("/intake").text
    gone = officer.post(f"{page}/aside", data={"reason": "Invented advertising."})
    assert (gone.status_code, gone.headers["location"]) == (303, "/intake")
    assert page not in officer.get("/intake").text
    assert "Invented advertising." in officer.get(page).text
    assert officer.post(f"{page}/aside", data={"reason": "Again."}).status_code == 422


def test_nothing_in_it_is_run_whatever_browser_shows_it(browser: Browser, served: Served) -> None:
    """It is text, on a desk and in a hand, on light and on dark paper; and everybody can use the pages."""
    page, secret = came_in(served), served.login("officer").sign_in(served.book)
    logbook.import_log(served.book, BytesIO(LOG), by=served.walk.chair, site="silver_city")
    chairs = served.login("chair").sign_in(served.book)
    for width, height, dark in ((1280, 900, False), (1280, 900, True), (360, 780, False), (360, 780, True)):
        with opened(browser, width, height, dark=dark) as shown:
            shown.context.add_cookies([{"name": "tat", "value": secret, "url": served.url}])
            for path in ("/intake", page):
                shown.goto(served.url + path)
                looked_at(shown)
            expect(shown).to_have_title(re.compile("^Something that could not be read"))
            expect(shown.locator("pre script, pre img")).to_have_count(0)
            expect(shown.locator("pre")).to_contain_text("<script>document.title = 'run'</script>")
            shown.context.add_cookies([{"name": "tat", "value": chairs, "url": served.url}])
            shown.goto(f"{served.url}/intake/imports")
            shown.get_by_text("Take it back").first.click()
            expect(shown.get_by_role("button", name="Take this import back")).to_be_visible()
            looked_at(shown)


def test_the_whole_of_it_is_taken_along_byte_for_byte_and_opened_nowhere(served: Served) -> None:
    """A page shows how much of a long one it shows; the rest is in the file, which no browser renders."""
    raw = MAIL + b"x y " * 10_000
    page, officer = came_in(served, raw), served.browser("officer")
    shown = officer.get(page).text
    assert "These are the first 20,000 of 40," in shown
    whole = officer.get(f"{page}/download")
    assert whole.content == raw
    assert whole.headers["content-type"] == "application/octet-stream"
    assert whole.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in whole.headers["content-security-policy"]


def test_an_import_is_taken_back_with_a_reason_and_says_what_became_of_its_rows(served: Served) -> None:
    """What would be withdrawn is said before; without a reason nothing is."""
    book, chair = served.book, served.browser("chair")
    logbook.import_log(book, BytesIO(LOG), by=served.walk.chair, site="silver_city")
    (line,) = undoing.imports(book, by=served.walk.chair)
    shown = chair.get("/intake/imports").text
    assert "Rows that would be withdrawn: <strong>2</strong>" in shown
    address = f"/intake/imports/{line.import_id}/undoing"
    assert chair.post(address, data={"reason": ""}).status_code == 422
    assert len(logbook.entries(book, by=served.walk.chair)) == 2
    undone = chair.post(address, data={"reason": "Invented: another campus's."})
    assert (undone.status_code, "Rows withdrawn: 2" in undone.text) == (200, True)
    assert logbook.entries(book, by=served.walk.chair) == []
    assert "Take it back" not in chair.get("/intake/imports").text
    assert served.browser("officer").get("/intake/imports").status_code == 404


def test_a_log_is_taken_in_on_a_page(served: Served) -> None:
    """In a known format at once; else as it would be read is shown first, and nothing is taken in before."""
    chair, by = served.browser("chair"), served.walk.chair
    known, form = logbook.entries(served.book, by=by), {"site": "silver_city"}
    strange = (
        b"Case No;Offense;Date Reported;Weather\n"
        b"31-901;Invented theft;3/15/31;fine\n31-902;Invented threat;3/16/31;fine\n"
    )
    asked = chair.post("/intake/imports", data=form, files={"file": ("log.csv", strange)})
    assert "No known format fits this file" in asked.text
    assert logbook.entries(served.book, by=by) == known
    agreed = chair.post("/intake/imports", data=form | {"agreed": "yes"}, files={"file": ("x", strange)})
    assert (agreed.status_code, "Rows: 2, of which on record already: 0" in agreed.text) == (200, True)
    again = chair.post("/intake/imports", data=form | {"agreed": "yes"}, files={"file": ("x", strange)})
    assert "Rows: 2, of which on record already: 2" in again.text
    none = chair.post("/intake/imports", data=form, files={"file": ("log.csv", b"\0\1\2")})
    assert (none.status_code, "nothing was read" in none.text) == (422, True)
    nowhere = chair.post("/intake/imports", data={"site": "nowhere"}, files={"file": ("log.csv", LOG)})
    assert (nowhere.status_code, "There is no such site" in nowhere.text) == (422, True)
    assert chair.post("/intake/imports", data=form).status_code == 422
    given = {"file": ("log.csv", LOG)}
    assert served.browser("officer").post("/intake/imports", data=form, files=given).status_code == 404


def test_a_row_of_a_log_becomes_a_report_or_stays(served: Served) -> None:
    """Its form begins with what the log says happened; none is in the list of what could not be read."""
    logbook.import_log(served.book, BytesIO(LOG), by=served.walk.chair, site="silver_city")
    officer = served.browser("officer")
    assert "Nothing waits." in officer.get("/intake").text
    (row,) = re.findall(r'href="(/intake/[0-9a-f]+)"', officer.get("/intake?of=logs").text)
    shown = html.unescape(officer.get(row).text)
    assert "31-002" in shown
    assert ">\nStalking: Followed home: Oak Hall</textarea>" in shown
    assert 'value="3/10/31"' in shown
    said = {
        "behavior_of_concern": "Followed home.",
        "occurred_at": "3/10/31",
        "site": "deming",
        "danger": "no",
    }
    assert officer.post(f"{row}/report", data=said).status_code == 200
    (report,) = served.walk.records(served.walk.cases()[0].number, "reports")
    assert report["content"]["occurred_at"] == "3/10/31"
    assert "Nothing waits." in officer.get("/intake?of=logs").text
    logbook.import_log(
        served.book, BytesIO(LOG.replace(b"31-", b"32-")), by=served.walk.chair, site="silver_city"
    )
    (row,) = re.findall(r'href="(/intake/[0-9a-f]+)"', officer.get("/intake?of=logs").text)
    assert "Set it aside" not in officer.get(row).text
    stays = officer.post(f"{row}/aside", data={"reason": "Invented: it is another's."})
    assert (stays.status_code, "stays as it is" in stays.text) == (422, True)
    assert row in officer.get("/intake?of=logs").text


def test_rows_of_a_log_start_no_clock_of_what_could_not_be_read(served: Served) -> None:
    """Whoever takes a log in has its rows before them; clocks of theirs would drown what came in."""
    taken = logbook.import_log(served.book, BytesIO(LOG), by=served.walk.chair, site="silver_city")
    assert sum(taken.verdicts[each] for each in Verdict) == 2
    assert "Something came in" not in served.browser("chair").get("/").text
