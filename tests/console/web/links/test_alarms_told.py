"""Alarms as members and other agencies read them: who took over, which calls fail, what stays grave."""

import re
from datetime import UTC

import pytest

from console.shown.alarms import FAILING
from console.shown.case.opened import Opened
from console.shown.case.told import more
from console.shown.phoning import any_phone_first, dialled
from states.access import REPORTER, SYSTEM
from states.casebook.effects import attempts
from states.casebook.inquiry import triage
from states.casebook.intake import reports
from states.casebook.reading import whole_case
from states.casebook.standing.decisions import decide
from states.contents.reports import ReportContent
from states.policy.terms import Phone
from states.vocabulary.cases import Level
from tests.cases import answering
from tests.console.web.conftest import Served
from tests.console.web.links.sent import alarmed

OFFICER, AGENCY = "invented-officer-7", "invented-agency"


def reads(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.clause("U-15")
def test_members_of_the_case_read_who_took_over_for_which_agency_and_how(served: Served) -> None:
    """On the board, the case's head, in what happened and on its sheet; in no file that leaves the team."""
    number, link = alarmed(served)
    served.stranger().post(link, data={"who": OFFICER, "agency": AGENCY})
    chair = served.browser("chair")
    for path in ("/alarms", f"/cases/{number}", f"/cases/{number}/history", f"/cases/{number}/reports"):
        said = reads(chair.get(path).text)
        assert f"{OFFICER}, {AGENCY}, over the link in the alert" in said, path
    assert "Alarm taken over by the software" not in reads(chair.get(f"/cases/{number}/history").text)
    assert OFFICER not in served.browser("dean").get("/alarms").text
    leaving = whole_case.dossier(served.book, number, by=served.walk.chair, leaving=True)
    assert OFFICER not in str(leaving["alarm_answers"])


@pytest.mark.clause("W-14", "U-15")
def test_another_agency_reads_which_one_took_over_and_police_alone_the_name(served: Served) -> None:
    """By its own link, with when; the case itself stays shut."""
    content = ReportContent.read(
        {"behaviour_of_concern": "x", "imminent": True, "subject": {"site": "deming", "name": "Sam Sample"}}
    )
    number = reports.report(served.book, content, by=REPORTER).number
    found = {one.code: one.secret for call in answering.calls(served.book, number) for one in call.recipients}
    first, second = found["police:silver_city"], found["police:deming"]
    served.stranger().post(f"/m/{first}", data={"who": OFFICER, "agency": "WNMU University Police"})
    shown = reads(served.stranger().get(f"/m/{second}").text)
    assert f"WNMU University Police, {OFFICER} has taken this over already" in shown


@pytest.mark.clause("U-15")
def test_a_call_that_fails_is_not_called_coming(served: Served) -> None:
    """It says how often it was tried and which number to phone, on the board and behind the link."""
    number, link = alarmed(served)
    (line, *_) = [one for one in answering.owed(served.book, number) if one.attempt == 0]
    work = attempts.begin(served.book, line.effect_id, "a-run", by=SYSTEM)
    assert work is not None
    attempts.fail(served.book, work, "channel_unavailable", permanent=True)
    for page in (served.browser("dean").get("/alarms").text, served.stranger().get(link).text):
        assert f"{FAILING.capitalize()} (tried once): phone them" in reads(page)


def test_what_happened_is_told_in_words_and_not_in_the_ledgers_own(served: Served) -> None:
    """Why something failed, what was corrected, and how somebody said that they took over."""
    opened = Opened({}, (), (), (), served.book.pack, UTC, names={"nurse": "invented-nurse-name"})
    failed = {"code": "channel_unavailable", "attempt": 10}
    assert more(opened, failed) == "because the way to them does not answer; attempt 10"
    corrected = {"table": "screenings", "fields": ["text"]}
    assert more(opened, corrected) == "on a screening; what was changed: its words"
    assert more(opened, {"way": "link"}) == "over the link in the alert"


@pytest.mark.clause("W-13", "W-52")
def test_a_danger_that_somebody_took_over_stays_on_the_case_until_it_is_found_to_be_lower(
    served: Served,
) -> None:
    """And the screening of it comes before whose vice president hears."""
    number, link = alarmed(served)
    served.stranger().post(link, data={"who": OFFICER, "agency": AGENCY})
    chair = served.browser("chair")
    page = chair.get(f"/cases/{number}").text
    assert "Reported as imminent danger: weapon ; taken over by" in reads(page)
    (first, *_) = re.findall(r"<strong[^>]*>(.*?)</strong>", page.partition('id="next"')[2])
    assert "nobody has screened it" in first
    triage.screen(served.book, number, by=served.walk.officer, level=Level.MILD, because="x")
    assert "Reported as imminent danger" not in chair.get(f"/cases/{number}").text


@pytest.mark.clause("W-13")
def test_police_with_no_other_number_on_file_are_told_to_phone(served: Served) -> None:
    """And are led to no page that cannot send them a code."""
    _, link = alarmed(served)
    assert "/more" in served.stranger().get(link).text
    before = served.book.pack
    site = before.sites["silver_city"]
    police = site.police.model_copy(update={"codes_to": None, "also": ()})
    alone = site.model_copy(update={"police": police})
    served.book.pack = before.model_copy(update={"sites": {**before.sites, "silver_city": alone}})
    try:
        page = served.stranger().get(link).text
    finally:
        served.book.pack = before
    assert f"{link}/more" not in page
    assert "no number of your agency is on file" in page


@pytest.mark.clause("W-39")
def test_whoever_is_kept_out_steps_outside_and_is_not_on_the_case(served: Served) -> None:
    """As the chair reads it at a glance."""
    number, by = served.walk.reported(), served.walk.chair
    offices = ["university_police"]
    triage.assign(served.book, number, by=by, lead="officer", offices=offices, members=["nurse"])
    chair = served.browser("chair")
    decide(served.book, number, "nurse", by=by, keep_out=True, because="Invented reason.")
    said = reads(chair.get(f"/cases/{number}").text)
    assert "Steps outside invented-nurse-name" in said


def test_numbers_that_any_phone_dials_come_first_and_no_other_is_tapped() -> None:
    """An extension, or one behind a campus exchange, stands there as text."""
    phones = [Phone(number=one, label="x") for one in ("9-911", "6231", "575-538-6231", "911")]
    assert [one.number for one in any_phone_first(phones)] == ["575-538-6231", "911", "9-911", "6231"]
    assert [dialled(one.number) for one in phones[:2]] == ["", ""]


def test_whoever_gave_no_name_but_a_phone_is_told_so(served: Served) -> None:
    """They can be reached; and who wrote to them for the team is called by name."""
    content = ReportContent.read(
        {
            "behaviour_of_concern": "x",
            "subject": {"site": "deming", "name": "Sam Sample"},
            "reporter": {"phone": "555-0123", "email": "invented@example.edu"},
        }
    )
    kept = reports.report(served.book, content, by=REPORTER)
    chair = served.browser("chair")
    said = reads(chair.get(f"/cases/{kept.number}").text)
    assert "somebody who gave no name, but a phone and a mail address" in said
    asked = {"report": kept.report_id, "text": "Where was it?"}
    assert chair.post(f"/cases/{kept.number}/conversation", data=asked).status_code == 303
    talk = reads(chair.get(f"/cases/{kept.number}/conversation").text)
    assert "invented-chair-name , for the team" in talk
