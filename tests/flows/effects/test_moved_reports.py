"""Police who were told of a report are not told again because it is in another case now (W-51, W-47)."""

from typing import Any

import pytest

from states.casebook.intake import reports
from states.casebook.rearranging import moving
from states.contents.reports import ReportContent
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk
from tests.installations.running import Runs

WHY = "It belongs to the other case."


def about(walk: Walk, campus_id: str, *, into: str = "", **given: Any) -> str:
    """Report somebody, whom a campus identifier names, or nobody in particular; returns the case's number."""
    whom: dict[str, Any] = {"identifiers": {"campus_id": campus_id}} if campus_id else {}
    further = given.pop("further_sites", [])
    fields = {
        "behaviour_of_concern": "Invented words.",
        "subject": {"site": "silver_city", "further_sites": further} | whom,
        "reporter": {"name": "Riley Example"},
    }
    content = ReportContent.read(fields | given)
    return reports.report(walk.book, content, by=walk.officer, into=into).number


def threat(walk: Walk, into: str, campus_id: str = "") -> str:
    """Put a report of violence that is no emergency into a case; returns its id."""
    about(walk, campus_id, into=into, behaviours=["violent"])
    return str(walk.records(into, "reports")[-1]["id"])


async def notices(runs: Runs, number: str) -> list[str]:
    """Do what a case owes to police; gives every notice that they have been sent by now."""
    for effect in runs.owed(number, EffectKind.TELL_POLICE):
        await runs.effect(effect)
    assert runs.owed(number, EffectKind.TELL_POLICE) == []
    told = [one for each in runs.told().values() for one in each]
    return [one for one in told if one == "police_notice"]


def move(walk: Walk, number: str, report_id: str, to: str) -> str:
    """Move a report; returns its id in the other case."""
    moved = moving.move_report(walk.book, number, report_id, to=to, by=walk.chair, because=WHY)
    return moved.report_ids[0]


@pytest.mark.clause("W-51")
async def test_police_hear_once_of_a_report_however_often_it_is_moved(walk: Walk, runs: Runs) -> None:
    """Once they were told from the first case, the second and the third have nothing to add."""
    first, second, third = (about(walk, each) for each in ("invented-1", "invented-2", "invented-3"))
    report = threat(walk, first)
    assert len(await notices(runs, first)) == 1
    report = move(walk, first, report, second)
    assert len(await notices(runs, second)) == 1
    move(walk, second, report, third)
    assert len(await notices(runs, third)) == 1


@pytest.mark.clause("W-51", "W-14")
async def test_police_hear_again_of_a_site_that_they_were_not_told_of(walk: Walk, runs: Runs) -> None:
    """The person of the other case may be at Deming, too."""
    first, second = about(walk, "invented-1"), about(walk, "invented-2", further_sites=["deming"])
    report = threat(walk, first)
    assert len(await notices(runs, first)) == 1
    move(walk, first, report, second)
    assert len(await notices(runs, second)) == 2
    assert [str(mail).count("Deming") > 0 for mail in runs.mail()].count(True) == 1


@pytest.mark.clause("W-51")
async def test_police_hear_again_of_somebody_whom_the_report_does_not_name(walk: Walk, runs: Runs) -> None:
    """It named one person, and counts for another now: that is new to them."""
    first, second = about(walk, "invented-1"), about(walk, "invented-2")
    report = threat(walk, first, "invented-1")
    assert len(await notices(runs, first)) == 1
    move(walk, first, report, second)
    assert len(await notices(runs, second)) == 2


@pytest.mark.clause("W-51")
async def test_police_who_were_not_told_before_a_report_was_moved_hear_of_it_after(
    walk: Walk, runs: Runs
) -> None:
    """Nothing had left the first case yet: it says nothing any more, and the second one tells them."""
    first, second = about(walk, "invented-1"), about(walk, "invented-2")
    move(walk, first, threat(walk, first), second)
    assert await notices(runs, first) == []
    assert len(await notices(runs, second)) == 1
