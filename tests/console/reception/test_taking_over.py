"""The page behind an alert's link, over real HTTP: no sign-in, one button, nothing by looking."""

import re

import httpx
import pytest

from states.access import REPORTER
from states.casebook.alarms import answers
from states.casebook.intake import reports
from states.contents.reports import ReportContent
from tests.cases import answering
from tests.cases.walking import Walk
from tests.states.looking import everything
from tests.tasks.offices.conftest import desk, door, migrated, referral, runs, seat, walk

__all__ = ["desk", "door", "migrated", "referral", "runs", "seat", "walk"]


def alarmed(walk: Walk, door: str) -> tuple[str, str]:
    """Report a danger; gives the case's number and the link in the first alert."""
    content = ReportContent.read(
        {
            "behaviour_of_concern": "An invented threat by Sam Sample.",
            "imminent": True,
            "dangers": ["weapon"],
            "subject": {"site": "deming", "name": "Sam Sample"},
        }
    )
    number = reports.report(walk.book, content, by=REPORTER).number
    secret = answering.calls(walk.book, number)[0].recipients[0].secret
    return number, f"{door}/m/{secret}"


@pytest.mark.clause("W-13", "U-15")
def test_whoever_is_called_takes_over_with_one_button_and_no_sign_in(walk: Walk, door: str) -> None:
    """The page says what the alert said; looking changes nothing, pressing once says who and when."""
    number, url = alarmed(walk, door)
    before = everything(walk.book)
    for _ in range(2):
        page = httpx.get(url)
    assert everything(walk.book) == before, "mail scanners look, too"
    for told in ("EMERGENCY: Deming", "weapon", number, walk.book.pack.duty_line):
        assert told in page.text
    assert "Sample" not in page.text
    assert re.search(r'name="agency" value="WNMU University Police"', page.text)
    assert httpx.head(url).status_code in (200, 405)
    assert httpx.post(url, data={"who": ""}).status_code == 422
    assert everything(walk.book) == before
    done = httpx.post(url, data={"who": "Officer 7", "agency": "University Police"})
    assert (done.status_code, "it is on record that you have taken over" in done.text) == (200, True)
    (shown,) = answers.show(walk.book, number, by=walk.chair)
    assert (shown.answers[0].who, shown.answers[0].recipient) == ("Officer 7", "police:silver_city")
    assert "taken this over already" in httpx.get(url).text
    dead = httpx.get(f"{door}/m/{'0' * 64}")
    assert dead.status_code == 404
    assert f"call {walk.book.pack.duty_line} now" in dead.text, (
        "whoever was called to an emergency is not left"
    )
