"""Emergencies at the terminal: whoever raises an alarm is told whom to phone; two answers send a report."""

import json
import re

import pytest

from states.access import SYSTEM
from states.casebook.alarms import answers
from states.casebook.effects import circuits
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk
from tests.console.conftest import Tat
from tests.states.looking import owed

REPORT = {"behaviour_of_concern": "An invented threat.", "imminent": True, "subject": {"site": "deming"}}


def numbers(told: dict[str, object]) -> list[str]:
    """The numbers to phone, in their order."""
    listed = told["phone_now"]
    assert isinstance(listed, list)
    return [one["number"] for one in listed]


@pytest.mark.clause("W-13", "W-14")
def test_whoever_raises_an_alarm_is_told_whom_to_phone(tat: Tat, walk: Walk) -> None:
    """By every road that alerts; with the numbers of the campus, for people and for programs."""
    number = walk.reported(site="deming")
    assert numbers(tat.json("alarm", "raise", number, "--reason", "A weapon.")) == ["911", "6231", "538-6231"]
    assert numbers(tat.json("case", "act", number, "raise_alarm", "--reason", "Again."))[0] == "911"
    assert numbers(tat.json("report", "-", given=json.dumps(REPORT)))[0] == "911"
    screened = walk.reported()
    told = tat.json("case", "screen", screened, "--level", "severe", "--reason", "x")
    assert numbers(told) == ["9-911", "911"]
    shown = tat("alarm", "raise", number, "--reason", "Again.").stdout
    assert "PHONE NOW: Deming" in shown
    assert "MESSAGES DO NOT GET OUT" not in shown


@pytest.mark.clause("W-13")
def test_when_mail_is_dead_the_screen_says_so_before_anything_else(tat: Tat, walk: Walk) -> None:
    """Nobody waits for an answer to a message that never left."""
    for _ in range(circuits.FAILURES):
        circuits.failed(walk.book, "mail server", "channel_unavailable", by=SYSTEM)
    shown = tat("alarm", "raise", walk.reported(), "--reason", "A weapon.").stdout
    assert shown.index("MESSAGES DO NOT GET OUT (mail server)") < shown.index("PHONE NOW")
    assert tat.json("alarm", "raise", walk.reported(), "--reason", "x")["dead"] == ["mail server"]


@pytest.mark.clause("W-13")
def test_two_answers_call_the_police_and_what_was_answered_is_kept(tat: Tat, walk: Walk) -> None:
    """Danger? Where? Whoever stops then has reported; what they answered is in the case."""
    result = tat("report", given="y\ndeming\nweapon\n\nSam Sample\n", member=None)
    assert result.exit_code == 1
    assert "PHONE NOW: Deming" in result.stderr
    assert "The alarm is out, and what you answered is kept under" in result.stderr
    (case,) = tat.json("case", "list")
    assert EffectKind.ALERT_POLICE in owed(walk.book, case["number"])
    (report,) = walk.records(case["number"], "reports")
    assert (report["begun"], report["content"]["dangers"]) == (True, ["weapon"])
    assert report["content"]["subject"]["name"] == "Sam Sample"


@pytest.mark.clause("W-13")
def test_a_file_that_does_not_fit_alarms_all_the_same_and_the_rest_is_given_after_it(
    tat: Tat, walk: Walk
) -> None:
    """A wrong unit, campus or date stands before no alarm; the corrected file completes the same report."""
    wrong = REPORT | {
        "dangers": ["weapon", "?"],
        "subject": {"site": "deming", "unit": "no-such", "name": "X"},
    }
    result = tat("report", "-", given=json.dumps(wrong))
    assert result.exit_code == 2
    assert "PHONE NOW: Deming" in result.stderr
    (case,) = tat.json("case", "list")
    assert EffectKind.ALERT_POLICE in owed(walk.book, case["number"])
    (report,) = walk.records(case["number"], "reports")
    assert (report["begun"], report["content"]["dangers"]) == (True, ["weapon"])
    assert f"--goes-on {report['id']}" in result.stderr
    right = json.dumps(REPORT | {"dangers": ["weapon"]})
    assert tat.json("report", "-", "--goes-on", report["id"], given=right)["number"] == case["number"]
    (report,) = walk.records(case["number"], "reports")
    assert (report["begun"], report["content"]["behaviour_of_concern"]) == (False, "An invented threat.")
    # Without danger, nothing is taken of what does not fit.
    assert tat("report", "-", given=json.dumps(wrong | {"imminent": False})).exit_code == 2
    assert len(tat.json("case", "list")) == 1


@pytest.mark.clause("W-15", "W-52")
def test_the_form_shows_the_plan_s_examples_with_the_numbers_to_call(tat: Tat, walk: Walk) -> None:
    """What is an emergency and what is not, each with its numbers by campus; who passes reports on."""
    pack = walk.book.pack
    shown = tat("report", given="", member=None).stderr
    for text in (*pack.examples.emergency.values(), *pack.examples.other):
        assert text in shown
    for site in pack.sites.values():
        for phone in (*site.police.emergency_phones, *site.police.nonemergency_phones):
            assert phone.number in shown
    assert "Student Affairs passes what is reported here on to the offices concerned." in shown


@pytest.mark.clause("U-15")
def test_the_team_sees_who_was_called_and_who_answered(tat: Tat, walk: Walk) -> None:
    """Open until somebody takes over; then who, for which agency, and which calls were ended."""
    number = walk.reported()
    tat.json("alarm", "raise", number, "--reason", "A weapon.")
    assert [one["number"] for one in tat.json("alarm", "list", "--open")] == [number]
    tat.json("alarm", "take-over", number, "--who", "Officer 7", "--agency", "University Police")
    assert tat.json("alarm", "list", "--open") == []
    shown = tat("alarm", "show", number).stdout
    assert "Officer 7, University Police" in shown
    assert re.search(r"Took over +.+ by team: Officer 7", shown)
    assert re.search(r"Entered by +chair", shown)
    assert answers.alarms(walk.book, by=walk.chair)[0].taken_over_at is not None
