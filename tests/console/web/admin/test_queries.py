"""A question to a source that somebody should look into, carried from the flag to its end."""

import re
from html import unescape

import httpx
import pytest

from states.access import Actor
from states.casebook.reading import audit, flagged, timeline
from states.casebook.reading.audit import QueryLine
from states.casebook.standing.decisions import recuse
from states.casebook.team import members
from states.errors import NotPermitted, Refused, UnknownRecord
from states.vocabulary.cases import Level
from states.vocabulary.sources import Correction, Finding, LegalBasis, LookingInto, Oddity, SourceKind, Told
from tests.console.web.admin.conftest import read
from tests.console.web.conftest import Served

pytestmark = pytest.mark.clause("P-09")


def tried(alone: Served, by: Actor) -> QueryLine:
    """A question that somebody put to a source on no case."""
    alone.watch.forward(seconds=1)
    audit.record_trial(
        alone.book,
        by=by,
        source="cards",
        kind=SourceKind.REGISTRAR,
        basis=LegalBasis.SCHOOL_OFFICIAL,
        status="found",
    )
    newest = audit.queries(alone.book, by=alone.walk.chair, odd_only=True)[0]
    assert Oddity.NO_CASE in newest.odd
    return newest


def test_a_misuse_is_carried_from_the_flag_to_its_end(alone: Served) -> None:
    """Inquiry, finding, correction, the authority that was told, end: each by whom, on the record."""
    line = tried(alone, alone.walk.officer)
    browser, page = alone.browser("keeper"), f"/admin/queries/{line.query_id}"
    assert "asked on no case Nobody has looked into it yet" in re.sub(
        r"; [^!]*? (?=Nobody)", " ", read(browser.get("/admin/queries")), count=1
    )
    for step, said in (
        (LookingInto.BEGUN, ""),
        (LookingInto.FOUND, Finding.MISUSE),
        (LookingInto.TOLD, Told.CJIS_AGENCY),
        (LookingInto.CORRECTED, Correction.ACCESS_TAKEN),
        (LookingInto.ENDED, ""),
    ):
        taken = browser.post(f"{page}/{step}", data={"said": said})
        assert (step, taken.status_code) == (step, httpx.codes.SEE_OTHER)
    shown = read(alone.browser("auditor").get(page))
    assert re.search(
        r"An inquiry began.*It found: It was misuse.*Told: The agency in charge.*Corrected: Whoever asked "
        r"may ask no more.*It ended.*carried to its end",
        shown,
    )
    assert [each.by for each in flagged.courses(alone.book, by=alone.walk.chair)[line.query_id]] == [
        "keeper"
    ] * 5
    told = [each for each in timeline.events_of_team(alone.book, by=alone.walk.chair) if "query" in each.data]
    assert [each.data.get("said", "") for each in told[-5:]] == [
        "",
        "misuse",
        "cjis_agency",
        "access_taken",
        "",
    ]


def test_nothing_ends_before_it_was_corrected_and_told_unless_it_was_justified(alone: Served) -> None:
    """Steps out of their order are refused, and write nothing; what was justified ends without more."""
    book, chair = alone.book, alone.walk.chair
    misused, justified = (tried(alone, alone.walk.officer).query_id for _ in range(2))
    browser = alone.browser("keeper")
    early = browser.post(f"/admin/queries/{misused}/ended", data={})
    assert (early.status_code, "Another step comes first" in early.text) == (422, True)
    for query, finding in ((misused, Finding.MISUSE), (justified, Finding.JUSTIFIED)):
        flagged.take(book, query, LookingInto.BEGUN, by=chair)
        flagged.take(book, query, LookingInto.FOUND, by=chair, said=finding)
    with pytest.raises(Refused):
        flagged.take(book, misused, LookingInto.ENDED, by=chair)
    flagged.take(book, justified, LookingInto.ENDED, by=chair)
    wrong = browser.post(f"/admin/queries/{misused}/corrected", data={"said": "misuse"})
    assert (wrong.status_code, "Choose one of the answers" in wrong.text) == (422, True)
    done = flagged.courses(book, by=chair)
    assert [each.step for each in done[misused]] == [LookingInto.BEGUN, LookingInto.FOUND]
    assert flagged.next_of(done[justified]) == ()


def test_nobody_looks_into_a_question_of_their_own(alone: Served) -> None:
    """The chair's own is somebody else's to look into: the page says so, and no step is taken."""
    line = tried(alone, alone.walk.chair)
    page = f"/admin/queries/{line.query_id}"
    shown = alone.browser("chair").get(page)
    assert "This question is your own" in shown.text
    assert f'action="{page}' not in shown.text
    with pytest.raises(Refused):
        flagged.take(alone.book, line.query_id, LookingInto.BEGUN, by=alone.walk.chair)
    assert f'action="{page}/begun' in alone.browser("keeper").get(page).text


def test_an_auditor_sees_every_question_and_takes_no_step(alone: Served) -> None:
    """They read the page without a button; a member of the team has no such page."""
    line = tried(alone, alone.walk.officer)
    page = f"/admin/queries/{line.query_id}"
    auditor = alone.browser("auditor")
    assert "<form method" not in auditor.get(page).text.split("</header>")[1]
    assert auditor.post(f"{page}/begun", data={}).status_code == httpx.codes.NOT_FOUND
    assert alone.browser("officer").get(page).status_code == httpx.codes.NOT_FOUND
    with pytest.raises(NotPermitted):
        flagged.take(alone.book, line.query_id, LookingInto.BEGUN, by=members.actor(alone.book, "auditor"))


@pytest.mark.clause("W-39")
def test_a_question_on_a_case_that_is_hidden_is_none(alone: Served) -> None:
    """Whoever is kept out of the case neither sees it nor takes a step, as if there were none."""
    number = alone.walk.in_inquiry(Level.SEVERE)
    book, keeper = alone.book, members.actor(alone.book, "keeper")
    line = next(each for each in audit.queries(book, by=keeper) if each.case_number == number)
    recuse(book, number, by=keeper, because="invented")
    browser = alone.browser("keeper")
    for query in (line.query_id, "none"):
        assert browser.get(f"/admin/queries/{query}").status_code == httpx.codes.NOT_FOUND
        assert browser.post(f"/admin/queries/{query}/begun", data={}).status_code == httpx.codes.NOT_FOUND
        with pytest.raises(UnknownRecord):
            flagged.take(book, query, LookingInto.BEGUN, by=keeper)
    assert line.query_id not in browser.get("/admin/queries?every=yes").text


def test_whoever_turns_the_pages_finds_every_question(alone: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of those put at one moment none falls between two pages, and the first page is a press away."""
    monkeypatch.setattr("console.web.admin.queries.ON_A_PAGE", 2)
    put = {tried(alone, alone.walk.officer).query_id for _ in range(4)}
    browser, here, found = alone.browser("keeper"), "/admin/queries", list[str]()
    for _ in range(10):
        shown = browser.get(here).text
        found += re.findall(r'href="/admin/queries/([^"/]+)"', shown)
        older = re.search(r'href="([^"]+)" rel="next"', shown)
        if older is None:
            break
        here = unescape(older[1])
    assert older is None
    assert put <= set(found)
    assert ">Newest</a>" in shown
    assert browser.get("/admin/queries?until=yesterday").status_code < httpx.codes.INTERNAL_SERVER_ERROR
