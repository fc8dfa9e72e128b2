"""Conflicts of interest: a member who is somebody in a case is kept out of it at once, by everything."""

from datetime import timedelta
from typing import Any

import pytest

from states.access import NO_SUCH_CASE, SYSTEM, Actor
from states.casebook import Casebook
from states.casebook.closing import disposition
from states.casebook.disclosing import disclosures
from states.casebook.effects import attempts, listing
from states.casebook.inquiry import assessing, correcting, triage
from states.casebook.intake import reports
from states.casebook.plan import doing, meetings, planning
from states.casebook.protecting import targets
from states.casebook.reading import audit, overview, timeline, whole_case
from states.casebook.rounds import sweeping
from states.casebook.standing.conflicts import kept_out
from states.casebook.standing.decisions import conflicts as listed
from states.casebook.standing.decisions import decide, recuse
from states.casebook.team import members, membership
from states.casebook.triggers import acting
from states.contents.content import Person
from states.contents.inquiry import NoteContent
from states.contents.plans import MinutesContent, TargetContent
from states.contents.reports import ReportContent, SubjectContent
from states.contents.team import MemberContent
from states.errors import BadInput, NotPermitted, Refused, TransitionRefused, UnknownRecord
from states.tables import Case, Conflict, MemberMark, Screening, table_of
from states.vocabulary.cases import Level, ReportChannel
from states.vocabulary.effects import Clock
from states.vocabulary.people import ConflictMatch, ConflictRole, ConflictStatus, IdentifierKind, Role
from states.vocabulary.plans import MeetingKind
from tests.cases.walking import Walk
from tests.states.looking import case, everything, newest, rows, running, verified

NURSE = "invented-nurse-address@wnmu.example"


def about(name: str = "", **identifiers: str) -> SubjectContent:
    """A subject."""
    kinds = {IdentifierKind(kind): value for kind, value in identifiers.items()}
    return SubjectContent(name=name, identifiers=kinds, site="silver_city")


def correct(walk: Walk, number: str, subject: SubjectContent) -> None:
    """Decide that the person is another one."""
    correcting.correct_subject(walk.book, number, subject, by=walk.chair, because="It was another one.")


def by(walk: Walk, member: str) -> Actor:
    """A member as somebody who acts."""
    return members.actor(walk.book, member)


@pytest.mark.clause("W-39")
@pytest.mark.parametrize(
    ("given", "role", "match"),
    [
        ({"subject": about("Somebody Else", email=NURSE)}, "subject", "mailbox"),
        ({"subject": about("invented-nurse-name")}, "subject", "name"),
        ({"subject": about("Dr. INVENTED-Nurse-Name")}, "subject", "name"),
        ({"reporter": Person(name="invented-nurse-name")}, "reporter", "name"),
        ({"reporter": Person(email="Invented-Nurse-Address+x@wnmu.example")}, "reporter", "mailbox"),
    ],
)
def test_a_member_whom_a_report_names_is_kept_out_in_the_same_transaction(
    book: Casebook, given: dict[str, Any], role: str, match: str
) -> None:
    """By mailbox for certain, by a name alone until that is decided: for them there is no such case."""
    walk = Walk(book)
    nurse = by(walk, "nurse")
    number = walk.reported(**given)
    (found,) = rows(book, Conflict)
    assert (found.member, found.role, found.match) == ("nurse", ConflictRole(role), ConflictMatch(match))
    held = found.match == ConflictMatch.NAME
    assert found.status == (ConflictStatus.HELD if held else ConflictStatus.KEPT_OUT)
    assert (Clock.CONFLICT in running(book, number)) == held
    assert walk.events(number)[:2] == ["reported", "conflict_found"]
    with book.store.read() as connection:
        assert kept_out(connection, rows(book, Case)[0].id) == {"nurse"}
    for read in (whole_case.dossier, timeline.timeline, acting.can, listed):
        with pytest.raises(UnknownRecord) as refused:
            read(book, number, by=nurse)
        assert str(refused.value) == NO_SUCH_CASE
    assert overview.cases(book, by=nurse) == []
    assert case(book, number).stand_ins == []
    verified(book)


@pytest.mark.clause("W-39", "W-47")
def test_a_member_is_held_back_by_any_spelling_of_their_name_until_somebody_decides(walk: Walk) -> None:
    """A nickname, another apostrophe, a space for a hyphen: and a namesake's first name holds nobody back."""
    content = MemberContent(name="Robert O'Brien-Vega", address="rob@wnmu.example")
    members.enrol(walk.book, "rob", content, by=walk.chair, offices=["human_resources"])
    assert case(walk.book, walk.reported(subject=about("Robert Somebody"))).kept_out == []
    number = walk.reported(subject=about("Bob O\u2019Brien Vega"))
    (found,) = rows(walk.book, Conflict)
    assert (found.member, found.match, found.status) == ("rob", ConflictMatch.NAME, ConflictStatus.HELD)
    with pytest.raises(UnknownRecord):
        whole_case.dossier(walk.book, number, by=by(walk, "rob"))
    assert decide(walk.book, number, "rob", by=walk.chair, keep_out=False, because="A namesake.") == []


def test_members_who_were_marked_by_older_rules_are_found_after_an_upgrade(walk: Walk) -> None:
    """They are marked anew once, and every case that names them is looked at."""
    number = walk.reported(subject=about("Invented, Nurse Name"))
    with walk.book.store.write() as connection:
        for model in (MemberMark, Conflict):
            connection.execute(table_of(model).delete())
        connection.execute(table_of(Case).update().values(kept_out=[]))
    assert membership.mark_members(walk.book, by=SYSTEM) == len(members.members(walk.book, by=SYSTEM))
    assert case(walk.book, number).kept_out == ["nurse"]
    assert membership.mark_members(walk.book, by=SYSTEM) == 0


@pytest.mark.clause("W-39")
def test_a_target_who_is_a_member_is_kept_out(walk: Walk) -> None:
    """Also when they come on record long after the report, and what they had to do becomes another's."""
    number = walk.monitored()
    target = _target(walk, number)
    owners = {row["owner"] for row in walk.records(number, "plan_actions")}
    assert (case(walk.book, number).kept_out, owners) == (["nurse"], {"officer", "chair"})
    assert target
    assert {line.owner for line in sweeping.running(walk.book, by=SYSTEM, number=number)}.isdisjoint(
        {"nurse"}
    )
    assert "handed_over" in walk.events(number)


def _target(walk: Walk, number: str) -> str:
    return targets.add(walk.book, number, TargetContent(name="A", email=NURSE), by=walk.chair)


@pytest.mark.clause("W-39")
def test_everything_that_somebody_can_call_answers_as_if_there_were_no_such_case(walk: Walk) -> None:
    """Whoever is kept out is refused in the words for a number never given, and nothing is written."""
    number = walk.reintegrating()
    dean = by(walk, "dean")
    targets.add(walk.book, number, TargetContent(name="invented-dean-name"), by=walk.chair)
    before = everything(walk.book)
    calls: tuple[Any, ...] = (
        lambda n: whole_case.dossier(walk.book, n, by=dean),
        lambda n: timeline.timeline(walk.book, n, by=dean),
        lambda n: acting.can(walk.book, n, by=dean),
        lambda n: acting.act(walk.book, n, "raise_alarm", by=dean, given={"reason": "x"}),
        lambda n: triage.screen(walk.book, n, by=dean, level=Level.MILD, because="x"),
        lambda n: triage.note(walk.book, n, NoteContent(text="x"), by=dean),
        lambda n: assessing.concur(walk.book, n, by=dean, about="x"),
        lambda n: doing.own_actions(walk.book, n, by=dean),
        lambda n: planning.approve_plan(walk.book, n, "x", by=dean),
        lambda n: meetings.schedule(
            walk.book, n, by=dean, kind=MeetingKind.REVIEW, at=walk.book.clock().replace(year=2999)
        ),
        lambda n: disclosures.of_person(walk.book, n, by=Actor("dean", frozenset({Role.CUSTODIAN}))),
        lambda n: disposition.early_erasures(walk.book, n, by=Actor("dean", frozenset({Role.CUSTODIAN}))),
        lambda n: recuse(walk.book, n, by=dean, because="x"),
        lambda n: decide(walk.book, n, "nurse", by=dean, keep_out=True, because="x"),
    )
    for call in calls:
        said = []
        for asked in (number, "TAT-1999-0001"):
            with pytest.raises(UnknownRecord) as refused:
                call(asked)
            said.append(str(refused.value))
        assert said[0] == said[1] == NO_SUCH_CASE
    assert everything(walk.book) == before


@pytest.mark.clause("W-39")
def test_no_list_shows_what_belongs_to_a_case_that_somebody_is_kept_out_of(walk: Walk) -> None:
    """Cases, effects, clocks, the audit of queries: also for a chair, a custodian and an operator."""
    number = walk.monitored()
    recuse(walk.book, number, by=walk.chair, because="My brother.")
    everything_else = frozenset(Role) - {Role.SYSTEM}
    other, chair = Actor("officer", everything_else), Actor("chair", everything_else)
    lists: tuple[Any, ...] = (
        lambda a: overview.cases(walk.book, by=a),
        lambda a: listing.effects(walk.book, by=a, number=number),
        lambda a: sweeping.running(walk.book, by=a, number=number),
        lambda a: audit.queries(walk.book, by=a),
    )
    for shown in lists:
        assert shown(other)
        assert shown(chair) == []
    (owed, *_) = listing.effects(walk.book, by=other, number=number)
    with pytest.raises(UnknownRecord, match="No effect under that id"):
        attempts.redrive(walk.book, owed.effect_id, by=chair)


@pytest.mark.clause("W-39")
def test_who_is_kept_out_is_given_no_work_and_counts_for_no_quorum(walk: Walk) -> None:
    """Neither lead nor member, participant nor present; and what they judged before is void."""
    number = walk.in_inquiry()
    walk.assess(number, Level.MODERATE)
    assert len(walk.records(number, "assessments")[-1]["offices"]) == 4
    recuse(walk.book, number, by=by(walk, "nurse"), because="A friend.")
    assert "health_services" not in walk.records(number, "assessments")[-1]["offices"]
    at = walk.book.clock() + timedelta(hours=1)
    called = meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at)
    minutes = MinutesContent(present=("chair", "nurse"), minutes="x")
    refused: tuple[Any, ...] = (
        lambda: triage.assign(walk.book, number, by=walk.chair, lead="nurse", offices=["student_affairs"]),
        lambda: triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=[], members=["nurse"]),
        lambda: walk.assess(number, Level.MODERATE),
        lambda: meetings.hold(walk.book.at(at), number, called, minutes, by=walk.chair),
    )
    for call in refused:
        with pytest.raises(BadInput, match="who may work on this case"):
            call()
    recuse(walk.book, number, by=walk.officer, because="A friend.")
    missing = {m.guard for a in acting.can(walk.book, number, by=walk.chair) for m in a.missing}
    assert "assessment_on_file" in missing


@pytest.mark.clause("W-39", "W-11")
def test_whoever_a_report_is_about_cannot_have_dismissed_it(walk: Walk) -> None:
    """The subject's own screening counts for nothing once it shows who they are; the clock starts anew."""
    number = walk.reported()
    triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="Nothing.")
    assessing.concur(walk.book, number, by=walk.chair, about=newest_screening(walk))
    content = about("Somebody", email="invented-officer-address@wnmu.example")
    correct(walk, number, content)
    assert Clock.SCREENING in running(walk.book, number)
    with pytest.raises(TransitionRefused, match="Nobody has screened"):
        walk.act(number, "dismiss")


def newest_screening(walk: Walk) -> str:
    """Id of the newest screening."""
    return newest(walk.book, Screening)


@pytest.mark.clause("W-39")
def test_a_closed_case_that_its_subject_judged_is_looked_at_again(walk: Walk) -> None:
    """When it shows only afterwards who they are, the clock of reopening runs."""
    number = walk.closed()
    content = about("Somebody", email="invented-officer-address@wnmu.example")
    correct(walk, number, content)
    assert Clock.REOPENING in running(walk.book, number)


@pytest.mark.clause("W-39", "W-02")
def test_whoever_stands_in_for_the_chair_chairs_and_decides(walk: Walk) -> None:
    """The chair is held back by a name: the member of the deputy's office decides, and lifts it."""
    number = walk.reported(subject=about("invented-chair-name"))
    dean = by(walk, "dean")
    assert case(walk.book, number).stand_ins == ["dean"]
    with pytest.raises(UnknownRecord):
        decide(walk.book, number, "chair", by=walk.chair, keep_out=False, because="Not me.")
    with pytest.raises(NotPermitted):
        decide(walk.book, number, "chair", by=walk.officer, keep_out=False, because="Not her.")
    triage.screen(walk.book, number, by=walk.officer, level=Level.MODERATE, because="Vague.")
    triage.assign(walk.book, number, by=dean, lead="dean", offices=["academic_affairs"])
    with pytest.raises(BadInput, match="Say why"):
        decide(walk.book, number, "chair", by=dean, keep_out=False, because=" ")
    assert decide(walk.book, number, "chair", by=dean, keep_out=False, because="A namesake.") == []
    assert case(walk.book, number).stand_ins == []
    assert Clock.CONFLICT not in running(walk.book, number)
    (line,) = listed(walk.book, number, by=walk.chair)
    assert (line.status, line.decided_by) == (ConflictStatus.LIFTED, "dean")
    assert [said.text for said in line.said] == ["A namesake."]
    with pytest.raises(Refused, match="not kept out"):
        decide(walk.book, number, "nurse", by=walk.chair, keep_out=False, because="x")


@pytest.mark.clause("W-39")
def test_a_name_that_was_decided_on_is_not_found_again_but_an_identifier_is(walk: Walk) -> None:
    """Nobody decides twice on as little; a mailbox says more than a name."""
    number = walk.reported(subject=about("invented-nurse-name", campus_id="W1"))
    decide(walk.book, number, "nurse", by=walk.chair, keep_out=False, because="A namesake.")
    walk.reported(subject=about("invented-nurse-name", campus_id="W1"))
    assert case(walk.book, number).kept_out == []
    walk.reported(subject=about("invented-nurse-name", campus_id="W1", email=NURSE))
    assert case(walk.book, number).kept_out == ["nurse"]


@pytest.mark.clause("W-39")
def test_a_correction_is_no_way_back_in(walk: Walk) -> None:
    """Somebody else is the subject now: who was kept out stays so until it is lifted, with a reason."""
    number = walk.reported(subject=about("Somebody", email=NURSE))
    correct(walk, number, about("Another one"))
    assert case(walk.book, number).kept_out == ["nurse"]


def test_why_somebody_is_kept_out_is_told_to_whoever_chairs_alone(walk: Walk) -> None:
    """That a member reported is not told to the others through the back door."""
    number = walk.reported(reporter=Person(name="invented-nurse-name"), private=True)
    (line,) = listed(walk.book, number, by=walk.officer)
    assert (line.member, line.status, line.role, line.match) == ("nurse", "held", None, None)
    shown = whole_case.dossier(walk.book, number, by=walk.officer)["conflicts"]
    assert "role" not in shown[0]
    assert walk.records(number, "conflicts")[0]["role"] == "reporter"
    told = [e for e in timeline.timeline(walk.book, number, by=walk.officer) if e.what == "conflict_found"]
    assert [e.data["members"] for e in told] == [["nurse"]]
    assert "reporter" not in str(told[0].data)


@pytest.mark.clause("W-12", "W-39")
def test_whoever_takes_a_report_down_in_the_course_of_duty_is_not_the_reporter(walk: Walk) -> None:
    """Who passes on what another one told them stays on the case; who saw it, or does not say, does not."""
    mine = Person(name="invented-nurse-name", phone="1")
    for own, out in ((False, []), (True, ["nurse"]), (None, ["nurse"])):
        content = ReportContent(
            behaviour_of_concern="x",
            subject=about("Somebody"),
            reporter=mine,
            channel=ReportChannel.VERBAL,
            own_observation=own,
        )
        receipt = reports.report(walk.book, content, by=by(walk, "nurse"))
        assert case(walk.book, receipt.number).kept_out == out


@pytest.mark.clause("W-39", "W-02")
def test_a_report_that_names_the_whole_team_goes_on_with_the_office_outside_it(walk: Walk) -> None:
    """Those of the outside office see that case alone, screen, lead and decide; no one else's."""
    for member in ("r-one", "r-two"):
        content = MemberContent(name=f"invented-{member}", address=f"{member}@wnmu.example")
        members.enrol(walk.book, member, content, by=walk.chair, offices=["regents"], roles=[Role.OUTSIDE])
    one, two = by(walk, "r-one"), by(walk, "r-two")
    ordinary = walk.reported()
    with pytest.raises(NotPermitted):
        whole_case.dossier(walk.book, ordinary, by=one)
    assert overview.cases(walk.book, by=one) == []
    number = walk.reported(reporter=Person(name="invented-chair-name"), subject=about("invented-dean-name"))
    _keep_out(walk, number, "officer", "nurse")
    row = case(walk.book, number)
    assert (row.stand_ins, row.outside) == (["r-one", "r-two"], True)
    assert [line.number for line in overview.cases(walk.book, by=one)] == [number]
    triage.screen(walk.book, number, by=one, level=Level.MODERATE, because="Vague.")
    triage.assign(walk.book, number, by=two, lead="r-one", offices=["regents"])
    acting.act(walk.book, number, "open_inquiry", by=one)
    decide(walk.book, number, "dean", by=one, keep_out=False, because="A namesake.")
    assert case(walk.book, number).stand_ins == ["dean"]


def _keep_out(walk: Walk, number: str, *members: str) -> None:
    dean_or_outside = case(walk.book, number).stand_ins
    for member in members:
        decider = by(walk, dean_or_outside[0])
        decide(walk.book, number, member, by=decider, keep_out=True, because="Named too.")
