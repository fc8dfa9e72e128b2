"""Any entry is set right with a reason, its former wording stays, and what hangs on it follows."""

from datetime import timedelta
from typing import Any

import pytest

from states.casebook import Casebook
from states.casebook.alarms import answers
from states.casebook.closing import calls, endings
from states.casebook.disclosing import consents, disclosures
from states.casebook.inquiry import assessing, triage
from states.casebook.plan import meetings
from states.casebook.protecting import targets
from states.casebook.reading import whole_case
from states.casebook.rearranging import corrections
from states.casebook.standing import privacy
from states.casebook.team import ending, members
from states.contents.closing import TakeOverContent
from states.contents.content import Person
from states.contents.inquiry import NoteContent, RemarkContent
from states.contents.leaving import ConsentContent
from states.contents.plans import MinutesContent, TargetContent
from states.contents.reports import PrivacyTalkContent
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.gate import Outgoing
from states.vocabulary.cases import Level, ReportChannel
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import CallOutcome, Disclosed, Purpose, RecipientKind
from states.vocabulary.people import Affiliation
from states.vocabulary.plans import MeetingKind
from states.vocabulary.sources import LegalBasis
from tests.cases import answering
from tests.cases.opening import opener_of
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import take_up
from tests.states.looking import deadlines, everything, owed, running, verified


def put_right(walk: Walk, number: str, record_id: str, **given: Any) -> str:
    """Correct an entry as the chair."""
    return corrections.put_right(
        walk.book, number, record_id, given, by=walk.chair, because="invented-reason"
    )


def only(walk: Walk, number: str, table: str) -> dict[str, Any]:
    """The only record of a table."""
    (row,) = walk.records(number, table)
    return row


@pytest.mark.clause("U-05")
def test_the_former_wording_of_a_corrected_entry_stays_and_the_ledger_verifies(book: Casebook) -> None:
    """What is right stands in the entry; what stood there, and why it was corrected, beside it."""
    walk = Walk(book)
    number = walk.in_inquiry()
    note = triage.note(book, number, NoteContent(text="invented-wrong", with_whom="x"), by=walk.officer)
    corrections.put_right(
        book, number, note, {"text": "invented-right"}, by=walk.officer, because="Misheard."
    )
    put_right(walk, number, note, text="invented-righter")
    assert only(walk, number, "notes")["content"]["text"] == "invented-righter"
    assert only(walk, number, "notes")["content"]["with_whom"] == "x"
    kept = [
        (row["about"], row["by"], row["fields"], row["content"])
        for row in walk.records(number, "corrections")
    ]
    assert kept == [
        (note, "officer", ["text"], {"reason": "Misheard.", "former": {"text": "invented-wrong"}}),
        (note, "chair", ["text"], {"reason": "invented-reason", "former": {"text": "invented-right"}}),
    ]
    assert "corrected" in walk.events(number)
    assert verified(book).cases == 1


def test_whoever_wrote_an_entry_leads_the_case_or_chairs_corrects_it(walk: Walk) -> None:
    """Nobody rewrites a colleague's words; a report is nobody's own, and any member sets it right."""
    number = walk.in_inquiry()
    note = triage.note(walk.book, number, NoteContent(text="x"), by=walk.officer)
    nurse = members.actor(walk.book, "nurse")
    with pytest.raises(NotPermitted, match="officer's"):
        corrections.put_right(walk.book, number, note, {"text": "y"}, by=nurse, because="No.")
    report = only(walk, number, "reports")["id"]
    right = {"reporter": {"name": "invented-right", "phone": "555-0199"}}
    corrections.put_right(walk.book, number, report, right, by=nurse, because="He spelt it for me.")
    assert only(walk, number, "reports")["content"]["reporter"]["name"] == "invented-right"


@pytest.mark.parametrize(
    ("given", "because", "sentence"),
    [
        ({"text": "y"}, " ", "--reason"),
        ({}, "x", "takes one or more of these fields: kind, with_whom"),
        ({"subject": "y"}, "x", "takes one or more of these fields: kind, with_whom"),
        ({"text": ""}, "x", "text"),
        ({"text": "x"}, "x", "just so already"),
    ],
)
def test_a_correction_that_corrects_nothing_is_refused(
    walk: Walk, given: dict[str, str], because: str, sentence: str
) -> None:
    """And the refusal names the fields there are."""
    number = walk.in_inquiry()
    note = triage.note(walk.book, number, NoteContent(text="x"), by=walk.officer)
    before = everything(walk.book)
    with pytest.raises(BadInput, match=sentence):
        corrections.put_right(walk.book, number, note, given, by=walk.officer, because=because)
    assert everything(walk.book) == before


def test_what_left_the_team_is_not_corrected(walk: Walk) -> None:
    """An id that is none of a case's entries is answered with where to find those."""
    number = walk.in_inquiry()
    with pytest.raises(UnknownRecord, match="tat case show"):
        put_right(walk, number, "f" * 32, text="x")


def test_a_report_that_turns_out_to_be_urgent_or_verbal_has_what_that_asks_for(walk: Walk) -> None:
    """The alarm is raised, and the clock of the written follow-up runs."""
    number = walk.reported()
    report = only(walk, number, "reports")["id"]
    put_right(walk, number, report, channel=ReportChannel.VERBAL, imminent=True, private=True)
    assert EffectKind.ALERT_POLICE in owed(walk.book, number)
    assert Clock.VERBAL_FOLLOW_UP in running(walk.book, number)
    row = only(walk, number, "reports")
    assert (row["channel"], row["imminent"], row["private"]) == ("verbal", True, True)
    put_right(walk, number, report, channel=ReportChannel.WRITTEN)
    assert Clock.VERBAL_FOLLOW_UP not in running(walk.book, number)


def test_who_a_report_is_about_is_told_elsewhere(walk: Walk) -> None:
    """The refusal says where."""
    number = walk.reported()
    report = only(walk, number, "reports")
    subject = report["content"]["subject"] | {"name": "invented-other"}
    with pytest.raises(Refused, match="tat case subject"):
        put_right(walk, number, report["id"], subject=subject)


def test_an_assessments_words_are_corrected_and_its_level_is_assessed_anew(walk: Walk) -> None:
    """Criteria go by the level's own list, as when it was filed."""
    number = walk.assessed()
    assessment = only(walk, number, "assessments")["id"]
    put_right(walk, number, assessment, rationale="invented-clearer", conditions=["distress"])
    row = only(walk, number, "assessments")
    assert (row["content"]["rationale"], row["conditions"]) == ("invented-clearer", ["distress"])
    with pytest.raises(BadInput, match="moderate-1"):
        put_right(walk, number, assessment, criteria=["extreme-1"])
    with pytest.raises(Refused, match="tat assess"):
        put_right(walk, number, assessment, level="Mild")


def test_words_that_a_second_member_agreed_with_are_recorded_anew(walk: Walk) -> None:
    """Nobody agrees with what was written afterwards."""
    number = walk.reported()
    screening = triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="x")
    assessing.concur(walk.book, number, by=walk.chair, about=screening)
    with pytest.raises(Refused, match="agreed with these words"):
        put_right(walk, number, screening, text="y")


def test_a_corrected_plan_that_is_not_in_force_is_approved_again(walk: Walk) -> None:
    """Whoever approved it approved other words."""
    number = walk.planned()
    plan = only(walk, number, "plans")["id"]
    put_right(walk, number, plan, summary="invented-other")
    assert only(walk, number, "plans")["approved_by"] is None


def test_an_action_that_gets_another_owner_and_day_has_its_clock_moved(walk: Walk) -> None:
    """And the new owner is told."""
    number = walk.monitored()
    action = walk.records(number, "plan_actions")[0]
    due_at = walk.book.clock() + timedelta(days=9)
    before = owed(walk.book, number).count(EffectKind.ASSIGN_ACTIONS)
    put_right(walk, number, action["id"], owner="dean", due_at=due_at.isoformat())
    of_it = [row for row in deadlines(walk.book, Clock.PLAN_ACTION) if row.about == action["id"]]
    assert [(row.owner, row.due_at) for row in of_it if row.satisfied_at is None] == [("dean", due_at)]
    assert owed(walk.book, number).count(EffectKind.ASSIGN_ACTIONS) == before + 1


@pytest.mark.clause("U-05")
def test_the_words_of_minutes_are_set_right_also_once_somebody_who_was_there_has_left(
    walk: Walk, watch: Watch
) -> None:
    """Who was there is not asked of whoever corrects the words; the quorum stays as it was."""
    number, book = walk.in_inquiry(), walk.book
    meeting = meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=book.clock())
    minutes = MinutesContent(present=("chair", "officer", "nurse"), minutes="invented-wrnog")
    assert meetings.hold(book, number, meeting, minutes, by=walk.chair)
    ending.end(book, "nurse", by=walk.chair, on=watch(), hand_over_to="dean")
    watch.forward(hours=1)
    put_right(walk, number, meeting, minutes="invented-right")
    (row,) = [row for row in walk.records(number, "meetings") if row["id"] == meeting]
    assert (row["quorate"], row["content"]["minutes"]) == (True, "invented-right")


def test_who_was_at_a_meeting_decides_its_quorum_also_afterwards(walk: Walk) -> None:
    """A meeting that loses its quorum counts no longer: the team is called again."""
    number = walk.in_inquiry()
    at = walk.book.clock()
    meeting = meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at)
    minutes = MinutesContent(present=("chair", "officer", "nurse"), minutes="x")
    assert meetings.hold(walk.book, number, meeting, minutes, by=walk.chair)
    put_right(walk, number, meeting, present=["chair", "officer"])
    (row,) = [row for row in walk.records(number, "meetings") if row["id"] == meeting]
    assert (row["quorate"], row["content"]["minutes"]) == (False, "x")
    assert Clock.NEXT_MEETING in running(walk.book, number)
    put_right(walk, number, meeting, present=["chair", "officer", "dean"])
    (row,) = [row for row in walk.records(number, "meetings") if row["id"] == meeting]
    assert row["quorate"]


def test_somebody_in_danger_gets_another_owner_without_losing_the_day(walk: Walk) -> None:
    """The clock of the follow-up goes over to them."""
    number = walk.in_inquiry()
    target = targets.add(walk.book, number, TargetContent(name="x", owner="nurse"), by=walk.officer)
    (before,) = deadlines(walk.book, Clock.TARGET_FOLLOW_UP)
    put_right(walk, number, target, owner="officer", name="invented-right")
    after = [row for row in deadlines(walk.book, Clock.TARGET_FOLLOW_UP) if row.satisfied_at is None]
    assert [(row.owner, row.due_at) for row in after] == [("officer", before.due_at)]
    row = only(walk, number, "targets")
    assert (row["owner"], row["content"]["name"]) == ("officer", "invented-right")


@pytest.mark.clause("U-15", "U-05")
def test_who_took_an_alarm_over_is_set_right_whichever_way_they_said_so(walk: Walk) -> None:
    """By whoever entered it, the lead or the chair; what an officer said over a link, by any member."""
    number = walk.in_inquiry()
    walk.act(number, "raise_alarm")
    answers.by_team(walk.book, number, TakeOverContent(who="Sgt. Wrnog", agency="x"), by=walk.officer)
    answer = only(walk, number, "alarm_answers")
    nurse = members.actor(walk.book, "nurse")
    with pytest.raises(NotPermitted, match="officer's"):
        corrections.put_right(walk.book, number, answer["id"], {"who": "y"}, by=nurse, because="No.")
    put_right(walk, number, answer["id"], who="Sgt. Right")
    assert only(walk, number, "alarm_answers")["content"] == {"who": "Sgt. Right", "agency": "x", "said": ""}
    (kept,) = walk.records(number, "corrections")
    assert kept["content"]["former"] == {"who": "Sgt. Wrnog"}
    (shown,) = answers.show(walk.book, number, by=walk.chair)
    assert [each.who for each in shown.answers] == ["Sgt. Right"]
    # Nothing of it leaves the team, as nothing of the name does that stands there now.
    leaving = whole_case.dossier(walk.book, number, by=walk.chair, leaving=True)
    assert "Sgt." not in str([leaving["alarm_answers"], leaving["corrections"]])
    assert "invented-reason" not in str(leaving["corrections"])
    walk.act(number, "raise_alarm")
    secret = answering.calls(walk.book, number)[0].recipients[0].secret
    answers.by_link(walk.book, secret, TakeOverContent(who="Badge 7"))
    by_link = walk.records(number, "alarm_answers")[-1]
    corrections.put_right(walk.book, number, by_link["id"], {"who": "Badge 9"}, by=nurse, because="Misread.")
    assert walk.records(number, "alarm_answers")[-1]["content"]["who"] == "Badge 9"


@pytest.mark.clause("W-40", "W-58")
def test_what_was_said_in_a_talk_with_a_reporter_is_set_right_by_whoever_may_know_it(walk: Walk) -> None:
    """When it was is put on record with another one: the chain holds each talk's day as it was told."""
    number, book = walk.in_inquiry(private=True), walk.book
    report, at = only(walk, number, "reports")["id"], book.clock() - timedelta(days=1)
    content = PrivacyTalkContent(talked_at=at, told="invented-told", said="invented-said")
    nurse = members.actor(book, "nurse")
    talk = privacy.talk(book, number, report, content, by=nurse)
    put_right(walk, number, talk, told="invented-clearer", said="invented-right")
    said = only(walk, number, "privacy_talks")["content"]
    assert (said["told"], said["said"]) == ("invented-clearer", "invented-right")
    with pytest.raises(Refused, match="anew"):
        put_right(walk, number, talk, talked_at=(at - timedelta(hours=3)).isoformat())
    with pytest.raises(NotPermitted, match="withheld"):
        corrections.put_right(book, number, talk, {"said": "y"}, by=nurse, because="No.")
    assert verified(book).cases == 1


@pytest.mark.clause("P-08")
def test_a_consent_is_set_right_until_something_left_on_it(walk: Walk) -> None:
    """Then what it covers is what the record of disclosures rests on: it is taken back, and given anew."""
    number, book = walk.in_inquiry(), walk.book
    given = {"given_by": "Sam Smaple", "relation": "themselves", "to": "anybody", "recipient": "parent"}
    given |= {"purpose": "notice", "given_at": book.clock().isoformat(), "note": "By phone."}
    content = ConsentContent.read({**given, "what": ["observation"]})
    consent = consents.record(book, number, content, by=walk.officer)
    put_right(walk, number, consent, given_by="Sam Sample", recipient="aunt", what=["disposition"])
    row = only(walk, number, "consents")
    assert (row["recipient"], row["what"], row["content"]["recipient"]) == ("aunt", ["disposition"], "aunt")
    with pytest.raises(BadInput, match="code"):
        put_right(walk, number, consent, recipient="Aunt Invented")
    with pytest.raises(BadInput, match="future"):
        put_right(walk, number, consent, given_at=(book.clock() + timedelta(days=1)).isoformat())
    told = Outgoing(
        RecipientKind.ANYBODY, "aunt", Purpose.NOTICE, LegalBasis.CONSENT, frozenset({Disclosed.DISPOSITION})
    )
    disclosures.tell(book, number, told, by=walk.officer, because="x", asked_by="Invented Aunt")
    with pytest.raises(Refused, match="take it back"):
        put_right(walk, number, consent, recipient="parent")
    put_right(walk, number, consent, note="By letter.")
    assert verified(book).cases == 1


def _asked(walk: Walk, number: str) -> list[endings.Over]:
    return endings.hand_overs(walk.book, take_up(walk.book, number, EffectKind.CLOSE_OUT))


@pytest.mark.clause("W-28", "U-05")
def test_who_takes_follow_up_over_is_set_right_and_asked_anew_until_they_said_so(
    walk: Walk, watch: Watch
) -> None:
    """By another link where the address was wrong; in what they took over, nothing is changed afterwards."""
    number, book = walk.closed(affiliation=Affiliation.STAFF), walk.book
    first, *others = _asked(walk, number)
    before = owed(book, number).count(EffectKind.CLOSE_OUT)
    put_right(walk, number, first.hand_over_id, phone="555-0101")
    assert owed(book, number).count(EffectKind.CLOSE_OUT) == before, "the telephone is the team's to know"
    watch.forward(hours=1)
    put_right(walk, number, first.hand_over_id, address="right@people.example", name="Invented Right")
    work = take_up(book, number, EffectKind.CLOSE_OUT)
    assert endings.reporters_to_tell(book, work) == [], "whoever reported hears nothing of it"
    (again,) = endings.hand_overs(book, work)
    assert again.address == "right@people.example"
    with pytest.raises(UnknownRecord):
        endings.read_by_link(book, first.secret, opener_of(book, first.secret, endings.TAKE_OVER))
    opener = opener_of(book, again.secret, endings.TAKE_OVER)
    said = RemarkContent(text="Invented Right")
    assert endings.confirm_by_link(book, again.secret, opener, said).name == "Invented Right"
    with pytest.raises(Refused, match="how the matter ended anew"):
        put_right(walk, number, first.hand_over_id, what="Something else.")
    put_right(walk, number, first.hand_over_id, address="")
    ended = only(walk, number, "dispositions")["content"]["follow_up"]
    assert [each["name"] for each in ended].count("Invented Right") == 1
    assert {row["id"] for row in walk.records(number, "hand_overs")} == {
        first.hand_over_id,
        *(each.hand_over_id for each in others),
    }
    former = [each["content"]["former"] for each in walk.records(number, "corrections")]
    assert [sorted(each) for each in former] == [["phone"], ["address", "name"], ["address"]]
    assert former[1]["address"] == ""
    assert verified(book).cases == 1


@pytest.mark.clause("W-27", "U-05")
def test_what_came_of_phoning_a_reporter_is_set_right_by_whoever_phoned_them(walk: Walk) -> None:
    """Who was not reached after all is phoned again; that somebody was told stays in the record of it."""
    caller = Person(name="invented-caller", phone="555-0199")
    number, book = walk.closed(reporter=caller), walk.book
    endings.reporters_to_tell(book, take_up(book, number, EffectKind.CLOSE_OUT))
    (line,) = calls.to_make(book, by=walk.officer)
    with pytest.raises(Refused, match="Nobody has called yet"):
        put_right(walk, number, line.call_id, outcome="told")
    calls.made(book, number, line.call_id, CallOutcome.DOES_NOT_WISH, by=walk.officer)
    nurse = members.actor(book, "nurse")
    with pytest.raises(NotPermitted, match="officer's"):
        corrections.put_right(book, number, line.call_id, {"outcome": "told"}, by=nurse, because="No.")
    put_right(walk, number, line.call_id, outcome="not_reached")
    assert Clock.REPORTER_CALL in running(book, number)
    assert [each.call_id for each in calls.to_make(book, by=walk.officer)] == [line.call_id]
    put_right(walk, number, line.call_id, outcome="told")
    assert Clock.REPORTER_CALL not in running(book, number)
    assert [row["recipient_kind"] for row in walk.records(number, "disclosures")] == ["reporter"]
    with pytest.raises(Refused, match="record of disclosures"):
        put_right(walk, number, line.call_id, outcome="not_reached")
    former = [each["content"]["former"]["outcome"] for each in walk.records(number, "corrections")]
    assert former == ["does_not_wish", "not_reached"]
    assert verified(book).cases == 1
