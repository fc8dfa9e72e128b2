"""The page of the team's training: who is current at a glance, and what is marked where people are chosen."""

from datetime import timedelta
from http import HTTPStatus as S

import pytest

from states.casebook.team import members
from states.casebook.team.upkeep import training
from states.contents.team import TrainingContent
from tests.console.web.conftest import Served
from tests.states.conftest import MONDAY

WHERE = TrainingContent(where="invented-academy")


@pytest.mark.clause("U-14")
def test_the_chair_sees_who_is_current_and_enters_what_somebody_had(served: Served) -> None:
    """Days as people type them; what would help stands in the form; those who lack most stand first."""
    browser = served.browser("chair")
    assert "have not had something yet" in browser.get("/team/training").text
    said = {
        "member": "nurse",
        "kind": "threat_assessment",
        "done": "next Blursday",
        "where": "invented-place",
    }
    refused = browser.post("/team/training", data=said)
    assert refused.status_code == S.UNPROCESSABLE_ENTITY
    assert "next Blursday" in refused.text
    assert browser.post("/team/training", data=said | {"done": "2026-01-10"}).status_code == S.SEE_OTHER
    long_ago = served.book.clock() - timedelta(days=800)
    lapsed = training.enter(
        served.book, "dean", WHERE, by=served.walk.chair, kind="threat_assessment", done_at=long_ago
    )
    shown = browser.get("/team/training").text
    assert shown.index("invented-dean-name") < shown.index("invented-nurse-name")
    assert "something of 1 has lapsed" in shown
    assert "January 10, 2028" in shown
    without = browser.post(f"/team/training/{lapsed}/taken-back", data={"because": ""})
    assert (without.status_code, "Say why" in without.text) == (S.UNPROCESSABLE_ENTITY, True)
    taken = browser.post(f"/team/training/{lapsed}/taken-back", data={"because": "invented"})
    assert taken.status_code == S.SEE_OTHER
    assert "has lapsed" not in browser.get("/team/training").text


@pytest.mark.clause("U-14")
def test_a_member_reads_and_enters_their_own_and_finds_it_in_their_work_before_it_lapses(
    served: Served,
) -> None:
    """Nobody is to be chosen, and nobody else is to be seen; My work leads to the page."""
    book, nurse = served.book, served.browser("nurse")
    training.enter(book, "dean", WHERE, by=served.walk.chair, kind="privacy", done_at=book.clock())
    said = {"kind": "privacy", "done": "2025-02-06", "lapses": "", "where": ""}
    assert nurse.post("/team/training", data=said).status_code == S.SEE_OTHER
    shown = nurse.get("/team/training").text
    assert "lapses soon" in shown
    assert "invented-dean" not in shown
    assert 'href="/team/training"' in nurse.get("/").text
    assert 'href="/team/training"' in nurse.get("/team").text
    others = said | {"member": "dean"}
    assert nurse.post("/team/training", data=others).status_code == S.NOT_FOUND


@pytest.mark.clause("U-14")
def test_whoever_is_chosen_for_something_is_marked_where_a_training_has_lapsed(served: Served) -> None:
    """In a case's forms and on the roster; the others are not."""
    number = served.walk.reported()
    done = MONDAY - timedelta(days=800)
    training.enter(served.book, "dean", WHERE, by=served.walk.chair, kind="threat_assessment", done_at=done)
    browser = served.browser("chair")
    for page in (f"/cases/{number}/steps/assign", "/alarms"):
        shown = browser.get(page).text
        assert "invented-dean-name (training lapsed)" in shown
        assert "invented-nurse-name (training" not in shown
    assert members.names(served.book, by=served.walk.chair)["dean"] == "invented-dean-name"
