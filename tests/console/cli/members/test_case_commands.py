"""Cases at the command line: the guard explainer, refusals, and the page."""

import json

import pytest

from states.access import SYSTEM
from states.casebook.effects import attempts, claiming
from states.casebook.inquiry import triage
from states.contents.inquiry import NoteContent
from states.tables import Event, table_of
from states.vault import DataKey
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk
from tests.console.conftest import Tat
from tests.states.looking import case, rows


def test_the_guard_explainer_names_what_who_and_clause(tat: Tat, walk: Walk) -> None:
    """Every trigger from the case's state is listed with what blocks it, who clears that, and why."""
    result = tat("case", "can", walk.reported())
    assert result.exit_code == 0
    assert "\N{CHECK MARK} raise_alarm" in result.stdout
    assert "\N{BALLOT X} open_inquiry" in result.stdout
    assert "The case has no lead: assign one. For: the chair (W-02)." in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_a_list_that_is_cut_off_says_so(tat: Tat, walk: Walk) -> None:
    """How many cases are not shown, and how to see them; whoever sees all is told nothing."""
    numbers = [walk.reported() for _ in range(3)]
    result = tat("case", "list", "--limit", "1")
    assert [number for number in numbers if number in result.stdout] == [numbers[-1]]
    assert "Not shown: 2 others. Give --limit 3 to see more." in result.stdout
    assert "Not shown" not in tat("case", "list", "--limit", "3").stdout
    assert len(tat.json("case", "list", "--limit", "1")) == 1


def test_the_explainer_as_json(tat: Tat, walk: Walk) -> None:
    """Programs get the same answers."""
    answers = {each["trigger"]: each for each in tat.json("case", "can", walk.reported())}
    assert set(answers) == {"open_inquiry", "dismiss", "receive_report", "raise_alarm", "merge"}
    assert answers["raise_alarm"]["possible"] is True
    missing = answers["open_inquiry"]["missing"]
    assert [each["guard"] for each in missing] == ["screened", "assigned"]
    assert {each["clause"] for each in missing} == {"W-05", "W-02"}


def test_a_refusal_carries_everything_that_is_missing(tat: Tat, walk: Walk) -> None:
    """A refused trigger says on standard error what the explainer says."""
    number = walk.reported()
    result = tat("case", "act", number, "open_inquiry")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Nobody has screened the report" in result.stderr
    as_json = tat("case", "act", number, "open_inquiry", "--json")
    assert (as_json.exit_code, as_json.stdout) == (1, "")
    said = json.loads(as_json.stderr)
    assert said["error"] == "TransitionRefused"
    assert [each["guard"] for each in said["missing"]] == ["screened", "assigned"]


def test_a_mistyped_trigger_is_guessed(tat: Tat, walk: Walk) -> None:
    """A trigger that there is not is answered with the nearest one."""
    result = tat("case", "act", walk.reported(), "open_inqury")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Did you mean open_inquiry?" in result.stderr


def test_a_version_conflict_tells_what_changed(tat: Tat, walk: Walk) -> None:
    """Whoever acts on what they saw is told what others did since, and writes nothing."""
    number = walk.reported()
    seen = str(tat.json("case", "show", number)["case"]["version"])
    tat.json("case", "screen", number, "--level", "mild", "--reason", "Vague.", "--if-version", seen)
    result = tat("case", "act", number, "open_inquiry", "--if-version", seen, "--json")
    assert result.exit_code == 1
    said = json.loads(result.stderr)
    assert said["error"] == "CaseChanged"
    assert said["changes"] == ["screened by chair"]


def test_an_alarm_gets_through_whatever_happened_since(tat: Tat, walk: Walk) -> None:
    """Nobody who raises an alarm has to look again first."""
    number = walk.reported()
    seen = str(tat.json("case", "show", number)["case"]["version"])
    tat.json("case", "screen", number, "--level", "mild", "--reason", "Vague.", "--if-version", seen)
    tat.json("case", "act", number, "raise_alarm", "--reason", "x", "--if-version", seen)


def test_what_a_trigger_did_is_told(tat: Tat, walk: Walk) -> None:
    """A trigger that is done says where the case went, and what it now owes."""
    number = walk.assessed()
    result = tat("case", "act", number, "develop_plan")
    assert f"{number}: develop_plan is done. Assessed -> Plan." in result.stdout
    assert "notify team" in result.stdout


def test_reasons_go_with_the_trigger(tat: Tat, walk: Walk) -> None:
    """A trigger that asks for reasons takes them as options (W-26, W-45)."""
    number = walk.monitored(Level.MILD)
    walk.dispose(number)
    refused = tat("case", "act", number, "close")
    assert refused.exit_code == 1
    assert "say why none is needed" in refused.stderr
    done = ("--reason", "Talked it over.", "--without-reintegration", "Was never away.")
    assert tat.json("case", "act", number, "close", *done)["target"] == "Closed"
    assert "Was never away." in tat("case", "show", number).stdout


def test_a_reason_of_blanks_is_none(tat: Tat, walk: Walk) -> None:
    """Blanks do not count as a reason."""
    number = walk.closed()
    assert tat("case", "act", number, "reopen", "--reason", "  ").exit_code == 1


def test_the_page_shows_the_whole_case(tat: Tat, walk: Walk) -> None:
    """The page shows every kind of record, criteria in the pack's words, and what may happen next."""
    number = walk.reintegrating()
    triage.note(walk.book, number, NoteContent(kind="interview", text="invented-interview"), by=walk.chair)
    shown = tat("case", "show", number).stdout
    for title in ("Subject", "Reports", "Screening", "Inquiry", "What sources answered", "Assessments"):
        assert f"\n{title} \N{BOX DRAWINGS LIGHT HORIZONTAL}" in shown
    for title in ("Plans", "Meetings", "Referrals", "Reasons given", "Clocks running", "What the case owes"):
        assert (f"\n{title} \N{BOX DRAWINGS LIGHT HORIZONTAL}" in shown) == (title != "Meetings")
    for words in ("subject-name", "report-behaviour", "reporter-phone", "interview", "assessment-rationale"):
        assert f"invented-{words}" in shown
    for words in ("action-nurse", "check_in-7", "referral-counselling", "condition", "waiver"):
        assert f"invented-{words}" in shown
    criterion = walk.book.pack.levels[Level.MILD].criteria[0].text
    assert criterion.split()[0] in shown
    assert "Static factor" in shown
    assert "\N{BALLOT X} close" in shown
    assert "Traceback" not in shown


def test_a_whole_record_fits_into_eighty_columns(tat: Tat, walk: Walk) -> None:
    """The page of a case is as wide as a terminal."""
    shown = tat("case", "show", walk.reintegrating()).stdout
    assert max(map(len, shown.splitlines())) <= 80


def test_to_look_leaves_an_event(tat: Tat, walk: Walk) -> None:
    """Who opens a case is on its timeline."""
    number = walk.reported()
    tat("case", "show", number)
    assert tat.json("case", "timeline", number)[-1]["what"] == "read"
    assert tat.json("case", "timeline", number)[-1]["actor"] == "chair"


def test_what_is_stuck_is_loud(tat: Tat, walk: Walk) -> None:
    """An effect that is stuck stands at the top of its case's page, with the command that redrives it."""
    number = walk.reported()
    (claim,) = claiming.claim_due(walk.book, limit=1, kinds=[EffectKind.NOTIFY_TEAM], by=SYSTEM)
    claiming.assign(walk.book, claim.lease, "run-1")
    work = attempts.begin(walk.book, claim.effect_id, "run-1", by=SYSTEM)
    assert work is not None
    attempts.fail(walk.book, work, "no_address", permanent=True)
    shown = tat("case", "show", number).stdout
    assert "STUCK: notify team (no address)" in shown
    assert f"tat effects redrive {claim.effect_id[:8]}" in shown
    assert tat.json("effects", "list", "--status", "stuck")[0]["effect_id"] == claim.effect_id
    assert tat.json("effects", "redrive", claim.effect_id[:8])["number"] == number
    assert tat("effects", "redrive", "0" * 32).exit_code == 1
    assert tat("effects", "redrive", "zzz").exit_code == 2


@pytest.mark.parametrize("record", ["", "zzzz", "-"])
def test_a_record_that_there_is_not_is_usage(record: str, tat: Tat, walk: Walk) -> None:
    """An id of which no record begins is told, and nothing is written."""
    result = tat("case", "concur", walk.in_inquiry(), record)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is no such record" in result.stderr


def test_completing_an_id_reads_nothing(tat: Tat, walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads a case by naming one of its records: no content is opened, and no reading is claimed."""
    number = walk.in_inquiry()
    (report,) = walk.records(number, "reports")
    before = reads(walk, number)
    opened = []
    monkeypatch.setattr(DataKey, "open", lambda *place: opened.append(place))
    result = tat("case", "waive-follow-up", number, report["id"][:8], "--reason", "On the phone.")
    assert "There is no such record" not in result.stderr
    assert "several" not in result.stderr.lower()
    assert (opened, reads(walk, number)) == ([], before)


def reads(walk: Walk, number: str) -> int:
    """How many times it is on record that somebody read a case."""
    events = table_of(Event)
    mine = (events.c.case_id == case(walk.book, number).id, events.c.what == "read")
    return len(rows(walk.book, Event, *mine))


@pytest.mark.clause("W-11")
def test_a_second_member_concurs_with_the_first_characters_of_an_id(tat: Tat, walk: Walk) -> None:
    """A screening of None becomes a dismissal with a second member's agreement; one's own does not count."""
    number = walk.reported()
    done = tat.json("case", "screen", number, "--level", "None", "--reason", "A joke among friends.")
    own = tat("case", "concur", number, done["screening"][:6])
    assert own.exit_code == 1
    assert "a second member has to agree" in own.stderr
    assert tat("case", "concur", number, done["screening"][:6], member="officer").exit_code == 0
    walk.dispose(number)
    assert tat.json("case", "act", number, "dismiss")["target"] == "Closed"


def test_erasing_asks_first(tat: Tat, walk: Walk) -> None:
    """Without --yes an erasure asks, and a no keeps everything."""
    number = walk.closed()
    result = tat("case", "erase", number, given="n\n", member="keeper")
    assert result.exit_code == 1
    assert tat("case", "show", number).exit_code == 0
    early = tat("case", "erase", number, "--yes", member="keeper")
    assert early.exit_code == 1
    assert "is kept until" in early.stderr
    refused = tat("case", "erase", number, "--yes")
    assert refused.exit_code == 1
    assert "custodian" in refused.stderr


def test_cases_are_listed_by_state(tat: Tat, walk: Walk) -> None:
    """The list can be of one state only, and shows what a screening said with a question mark."""
    walk.closed()
    open_ = walk.in_inquiry()
    assert [each["number"] for each in tat.json("case", "list", "--state", "inquiry")] == [open_]
    assert "Moderate?" in tat("case", "list").stdout


def test_a_member_finds_their_case_below_others(tat: Tat, walk: Walk) -> None:
    """However many cases of others have changed since, a member's own are listed."""
    own = walk.reported()
    tat.json("case", "assign", own, "--lead", "nurse", "--office", "health_services")
    for _ in range(3):
        tat.json("case", "assign", walk.reported(), "--lead", "chair", "--office", "student_affairs")
    assert [each["number"] for each in tat.json("case", "list", "--limit", "1", member="nurse")] == [own]


@pytest.mark.usefixtures("walk")
def test_an_empty_list_says_so(tat: Tat) -> None:
    """Nothing to show is said in words, and as an empty list."""
    assert "There is no case" in tat("case", "list").stdout
    assert tat.json("case", "list") == []


@pytest.mark.usefixtures("walk")
def test_whoever_is_not_on_the_team_is_told(tat: Tat) -> None:
    """An unknown member is refused before anything is looked at."""
    result = tat("case", "list", member="stranger")
    assert result.exit_code == 1
    assert "`tat team list` shows them" in result.stderr
