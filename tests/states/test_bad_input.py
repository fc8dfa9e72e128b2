"""Whatever somebody gives: the answer is a sentence that repeats none of it, and nothing is half-written."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from states.access import REPORTER, SYSTEM, Actor
from states.casebook import (
    Casebook,
    acting,
    asking,
    closing,
    inquiry,
    intake,
    joining,
    logbook,
    meetings,
    planning,
    reading,
    referral_answers,
    team,
)
from states.errors import BadInput, NotPermitted, Refused, TatError, UnknownRecord
from states.records import (
    ActionContent,
    AssessmentContent,
    Content,
    MemberContent,
    MinutesContent,
    OutcomeContent,
    PlanContent,
    ProtectiveOrderContent,
    ReintegrationContent,
    ReportContent,
    ReviewContent,
    SubjectContent,
)
from states.tables import Assessment, Plan, Report
from states.vocabulary import Level, MeetingKind, PlanKind, ReferralStatus, Role, SourceKind
from tests.states.conftest import MONDAY, Watch
from tests.states.looking import case, everything, newest, verified
from tests.walking import Walk

AtStage = Callable[[str], tuple[Walk, str]]

MARK = "ZQX Sample"
SUBJECT: dict[str, Any] = {"name": "Sam Sample", "site": "silver_city"}
REPORT: dict[str, Any] = {"behaviour_of_concern": "Shouted.", "subject": SUBJECT}
NAIVE = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - the lack of a time zone is the point

#: what cannot be a report: what is given, and a word of the answer
UNREADABLE: list[tuple[object, str]] = [
    (None, "the whole"),
    (MARK, "the whole"),
    ([MARK], "the whole"),
    ({}, "behaviour_of_concern"),
    (REPORT | {"behaviour_of_concern": "   "}, "behaviour_of_concern"),
    (REPORT | {"behaviour_of_concern": f"{MARK}\0"}, "NUL"),
    (REPORT | {"behaviour_of_concern": f"{MARK}\ud800"}, "behaviour_of_concern"),
    (REPORT | {"behaviour_of_concern": MARK * 20_000}, "100000"),
    (REPORT | {"subject": SUBJECT | {"name": MARK * 1_000}}, "300"),
    (REPORT | {"subject": SUBJECT | {"name": f"{MARK}\nand more"}}, "one line"),
    (REPORT | {"subject": SUBJECT | {"identifiers": {MARK: "1"}}}, "subject.identifiers"),
    (REPORT | {"subject": SUBJECT | {MARK: "1"}}, "subject has a field"),
    (REPORT | {MARK: "1"}, "the whole has a field"),
    (REPORT | {"channel": MARK}, "channel"),
    (REPORT | {"occurred_on": MARK}, "occurred_on"),
    (REPORT | {"imminent": MARK}, "imminent"),
    (REPORT | {"channel": "form"}, "your name and phone number"),
]


@pytest.mark.parametrize(("given", "word"), UNREADABLE, ids=[word for _, word in UNREADABLE])
def test_what_is_no_report_is_named_by_field_and_not_repeated(given: object, word: str) -> None:
    """The answer names the field and what is wrong with it, never what was given."""
    with pytest.raises(BadInput) as refusal:
        ReportContent.read(given)
    said = str(refusal.value)
    assert word in said
    assert MARK not in said
    assert said.endswith("Nothing was written: correct it and give it again.")


#: text as people write it: emoji, right-to-left (with its mark), combining accents, quotes, placeholders
SCRIPTS = [
    "😀 🏫 👩🏽‍🏫",
    "שלום \u200f(ימין)",
    "نص عربي",
    "e\u0301 = é",
    "line\nline\ttab",
    "' OR 1=1; --",
    "%s {} \\",
]


@pytest.mark.parametrize("text", SCRIPTS)
def test_every_script_comes_back_as_it_was_given(book: Casebook, text: str) -> None:
    """Emoji, right-to-left text and quotes are kept to the letter."""
    chair = team.actor(book, "chair")
    name = text.replace("\n", " ").replace("\t", " ")
    given = {"behaviour_of_concern": text, "subject": SUBJECT | {"name": name}}
    number = intake.report(book, ReportContent.read(given), by=REPORTER).number
    opened = reading.dossier(book, number, by=chair)
    assert opened["reports"][0]["content"]["behaviour_of_concern"] == text
    assert opened["subjects"][0]["content"]["name"] == name
    verified(book)


@pytest.mark.parametrize(
    ("content", "given", "word"),
    [
        (
            ProtectiveOrderContent,
            {"protects": "A", "against": "B", "valid_until": "2026-03-01T00:00"},
            "valid_until",
        ),
        (ReintegrationContent, {"conditions": [], "check_ins": []}, "conditions"),
        (MinutesContent, {"present": [], "minutes": "x"}, "present"),
        (AssessmentContent, {"level": "Dire"}, "level"),
        (PlanContent, {"kind": "active_monitoring", "topics": {MARK: "x"}}, "topics"),
    ],
)
def test_other_contents_are_read_as_strictly(content: type[Content], given: object, word: str) -> None:
    """Each kind of record names its own fields."""
    with pytest.raises(BadInput, match=word) as refusal:
        content.read(given)
    assert MARK not in str(refusal.value)


def plan(**given: Any) -> PlanContent:
    """A plan with one action."""
    action = ActionContent(what="Call weekly.", **({"owner": "nurse", "due_at": None} | given))
    return PlanContent(kind=PlanKind.ACTIVE_MONITORING, actions=(action,))


def assessment(**given: Any) -> AssessmentContent:
    """A moderate assessment by three offices."""
    fields: dict[str, Any] = {
        "level": Level.MODERATE,
        "criteria": ("moderate-1",),
        "factors": (),
        "rationale": "x",
        "threat_of_violence": False,
        "significant_disruption": False,
        "participants": ("chair", "officer", "nurse"),
    }
    return AssessmentContent(**(fields | given))


Wrong = tuple[str, Callable[[Walk, str], object], type[TatError], str]

#: what goes wrong at a stage of a case: the stage, the call, the error, a word of its sentence
WRONG: dict[str, Wrong] = {
    "unknown trigger": (
        "reported",
        lambda w, n: acting.act(w.book, n, "to_closed", by=w.chair),
        BadInput,
        "no such trigger",
    ),
    "unknown case": (
        "reported",
        lambda w, _: acting.act(w.book, "TAT-1999-0001", "assess", by=w.chair),
        UnknownRecord,
        "no case",
    ),
    "a version to come": (
        "reported",
        lambda w, n: acting.act(w.book, n, "dismiss", by=w.chair, expected=99),
        BadInput,
        "version",
    ),
    "an unknown key along with a trigger": (
        "reported",
        lambda w, n: w.act(n, "raise_alarm", {MARK: "x"}),
        BadInput,
        "reason",
    ),
    "NUL in a reason": ("reported", lambda w, n: w.act(n, "raise_alarm", {"reason": "\0"}), BadInput, "NUL"),
    "a blank reason": (
        "monitored",
        lambda w, n: w.act(n, "revise_plan", {"reason": " \n "}),
        Refused,
        "say why",
    ),
    "a report from the future": (
        "reported",
        lambda w, _: intake.report(
            w.book, ReportContent.read(REPORT), by=REPORTER, received_at=MONDAY + timedelta(hours=1)
        ),
        BadInput,
        "future",
    ),
    "a report without a time zone": (
        "reported",
        lambda w, _: intake.report(w.book, ReportContent.read(REPORT), by=REPORTER, received_at=NAIVE),
        BadInput,
        "time zone",
    ),
    "an unknown site": (
        "reported",
        lambda w, _: intake.report(
            w.book, ReportContent.read(REPORT | {"subject": {"site": MARK}}), by=REPORTER
        ),
        BadInput,
        "no such site",
    ),
    "a follow-up of nothing": (
        "reported",
        lambda w, _: intake.report(w.book, ReportContent.read(REPORT | {"follows_up": MARK}), by=REPORTER),
        UnknownRecord,
        "no report",
    ),
    "a follow-up of a written report": (
        "reported",
        lambda w, _: intake.report(
            w.book, ReportContent.read(REPORT | {"follows_up": newest(w.book, Report)}), by=REPORTER
        ),
        BadInput,
        "not a verbal one",
    ),
    "a screening without a reason": (
        "reported",
        lambda w, n: inquiry.screen(w.book, n, by=w.chair, level=Level.MILD, because="  "),
        BadInput,
        "Say why",
    ),
    "a screening of what is past it": (
        "monitored",
        lambda w, n: inquiry.screen(w.book, n, by=w.chair, level=Level.MILD, because="x"),
        Refused,
        "file an assessment",
    ),
    "an unknown lead": (
        "reported",
        lambda w, n: inquiry.assign(w.book, n, by=w.chair, lead=MARK, offices=["student_affairs"]),
        BadInput,
        "no active member",
    ),
    "an unknown office": (
        "reported",
        lambda w, n: inquiry.assign(w.book, n, by=w.chair, lead="chair", offices=[MARK]),
        BadInput,
        "no such office",
    ),
    "somebody assigns who may not": (
        "reported",
        lambda w, n: inquiry.assign(w.book, n, by=w.officer, lead="officer", offices=["student_affairs"]),
        NotPermitted,
        "chair",
    ),
    "a subject at an unknown site": (
        "reported",
        lambda w, n: inquiry.correct_subject(w.book, n, SubjectContent(site=MARK), by=w.chair),
        BadInput,
        "no such site",
    ),
    "an assessment before the inquiry": (
        "reported",
        lambda w, n: inquiry.file_assessment(w.book, n, assessment(), by=w.chair),
        Refused,
        "nothing is assessed",
    ),
    "a criterion of another level": (
        "in_inquiry",
        lambda w, n: inquiry.file_assessment(w.book, n, assessment(criteria=("mild-1",)), by=w.chair),
        BadInput,
        "criteria of Moderate that are met",
    ),
    "no criterion": (
        "in_inquiry",
        lambda w, n: inquiry.file_assessment(w.book, n, assessment(criteria=()), by=w.chair),
        BadInput,
        "criteria takes one or more ids",
    ),
    "an unknown participant": (
        "in_inquiry",
        lambda w, n: inquiry.file_assessment(w.book, n, assessment(participants=(MARK,)), by=w.chair),
        BadInput,
        "no active member",
    ),
    "a lower level without a reason": (
        "monitored",
        lambda w, n: inquiry.file_assessment(
            w.book, n, assessment(level=Level.MILD, criteria=("mild-1",)), by=w.chair
        ),
        BadInput,
        "from Moderate to Mild",
    ),
    "agreeing with oneself": (
        "monitored",
        lambda w, n: inquiry.concur(w.book, n, by=w.officer, about=newest(w.book, Assessment)),
        Refused,
        "second member",
    ),
    "agreeing with nothing": (
        "reported",
        lambda w, n: inquiry.concur(w.book, n, by=w.chair, about=MARK),
        UnknownRecord,
        "no record",
    ),
    "waiving what nobody waits for": (
        "in_inquiry",
        lambda w, n: asking.waive_source(w.book, n, SourceKind.DIRECTORY, by=w.chair, because="x"),
        Refused,
        "does not wait",
    ),
    "a plan outside planning": (
        "reported",
        lambda w, n: planning.draft_plan(w.book, n, plan(), by=w.chair),
        Refused,
        "in Reported",
    ),
    "an action due in the past": (
        "planned",
        lambda w, n: planning.draft_plan(w.book, n, plan(due_at=MONDAY - timedelta(days=1)), by=w.chair),
        BadInput,
        "in the past",
    ),
    "an action without a time zone": (
        "planned",
        lambda w, n: planning.draft_plan(w.book, n, plan(due_at=NAIVE), by=w.chair),
        BadInput,
        "time zone",
    ),
    "an action of nobody's": (
        "planned",
        lambda w, n: planning.draft_plan(w.book, n, plan(owner=MARK), by=w.chair),
        BadInput,
        "no active member",
    ),
    "approving one's own plan": (
        "planned",
        lambda w, n: planning.approve_plan(w.book, n, newest(w.book, Plan), by=w.officer),
        Refused,
        "somebody else",
    ),
    "completing no action": (
        "monitored",
        lambda w, n: planning.complete_action(w.book, n, MARK, by=w.chair),
        UnknownRecord,
        "no record",
    ),
    "a referral that answers itself": (
        "monitored",
        lambda w, n: referral_answers.record_outcome(
            w.book, n, MARK, ReferralStatus.SENT, OutcomeContent(), by=w.chair
        ),
        BadInput,
        "acknowledged",
    ),
    "a meeting in the past": (
        "in_inquiry",
        lambda w, n: meetings.schedule(
            w.book, n, by=w.chair, kind=MeetingKind.REVIEW, at=MONDAY - timedelta(days=1)
        ),
        BadInput,
        "still ahead",
    ),
    "a meeting without a time zone": (
        "in_inquiry",
        lambda w, n: meetings.schedule(w.book, n, by=w.chair, kind=MeetingKind.REVIEW, at=NAIVE),
        BadInput,
        "time zone",
    ),
    "an unknown meeting": (
        "in_inquiry",
        lambda w, n: meetings.hold(
            w.book, n, MARK, MinutesContent(present=("chair",), minutes="x"), by=w.chair
        ),
        UnknownRecord,
        "no record",
    ),
    "a link to no case": (
        "reported",
        lambda w, n: joining.confirm_link(w.book, n, MARK, by=w.chair, same_person=True),
        UnknownRecord,
        "no case under that number",
    ),
    "erasing an open case": (
        "monitored",
        lambda w, n: closing.erase(w.book, n, by=team.actor(w.book, "custodian")),
        Refused,
        "only a closed case",
    ),
    "erasing as the chair": (
        "closed",
        lambda w, n: closing.erase(w.book, n, by=w.chair),
        NotPermitted,
        "custodian",
    ),
    "a member without a plain id": (
        "reported",
        lambda w, _: team.enrol(w.book, MARK, MemberContent(name="x", address="y"), by=w.chair),
        BadInput,
        "letters, digits and dashes",
    ),
    "a member who would pass for the software": (
        "reported",
        lambda w, _: team.enrol(w.book, SYSTEM.id, MemberContent(name="x", address="y"), by=w.chair),
        BadInput,
        "reserved",
    ),
    "a stranger enrols": (
        "reported",
        lambda w, _: team.enrol(w.book, "new", MemberContent(name="x", address="y"), by=None),
        NotPermitted,
        "chair",
    ),
    "a review without a time zone": (
        "reported",
        lambda w, _: team.record_review(
            w.book,
            ReviewContent(sections_revised="x"),
            by=w.chair,
            approved_by="president",
            effective_at=NAIVE,
        ),
        BadInput,
        "time zone",
    ),
    "an unknown row of a log": (
        "reported",
        lambda w, _: logbook.take_up(w.book, MARK, SubjectContent(site="silver_city"), by=w.chair),
        UnknownRecord,
        "no imported row",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_writes_nothing_and_says_so(at_stage: AtStage, name: str) -> None:
    """Not a row of any table differs, and the sentence holds nothing of what was given."""
    stage, call, error, word = WRONG[name]
    walk, number = at_stage(stage)
    before = everything(walk.book)
    with pytest.raises(error, match=word) as refusal:
        call(walk, number)
    said = str(refusal.value)
    assert said.endswith((".", "?", ")"))
    assert MARK not in said
    assert everything(walk.book) == before


def test_a_member_sees_and_writes_only_their_own_cases(walk: Walk) -> None:
    """Need-to-know: neither list nor record nor timeline of a case that somebody is not on."""
    number = walk.reported()
    inquiry.assign(walk.book, number, by=walk.chair, lead="chair", offices=["student_affairs"])
    outsider = team.actor(walk.book, "officer")
    assert number not in [line.number for line in reading.cases(walk.book, by=outsider)]
    for look in (reading.dossier, reading.timeline, acting.can):
        with pytest.raises(NotPermitted, match="not on this case"):
            look(walk.book, number, by=outsider)
    with pytest.raises(NotPermitted, match="not on this case"):
        acting.act(walk.book, number, "open_inquiry", by=outsider)


def test_an_operator_sees_that_cases_exist_and_nothing_in_them(walk: Walk) -> None:
    """Operators watch the machinery; contents are not theirs."""
    number = walk.reported()
    operator = team.actor(walk.book, "operator")
    assert number in [line.number for line in reading.cases(walk.book, by=operator)]
    with pytest.raises(NotPermitted):
        reading.dossier(walk.book, number, by=operator)
    with pytest.raises(NotPermitted):
        reading.cases(walk.book, by=Actor("reporter", frozenset({Role.REPORTER})))


def test_reading_is_an_event_and_changes_no_version(walk: Walk) -> None:
    """Whoever opens a case is on record; nobody has to look again because of it."""
    number = walk.reported()
    before = case(walk.book, number).version
    reading.dossier(walk.book, number, by=walk.officer)
    last = reading.timeline(walk.book, number, by=walk.chair)[-1]
    assert (last.what, last.actor) == ("read", "officer")
    assert case(walk.book, number).version == before


def test_times_come_back_in_utc(walk: Walk, watch: Watch) -> None:
    """Whatever time zone was given, the same moment comes back, aware."""
    received = datetime.fromisoformat("2026-02-02T08:30:00-07:00")
    content = ReportContent.read(REPORT)
    number = intake.report(walk.book, content, by=REPORTER, received_at=received).number
    kept = walk.records(number, "reports")[0]["received_at"]
    assert kept == received
    assert kept.tzinfo is UTC
    assert watch.now > kept
