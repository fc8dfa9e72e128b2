"""The team's roster: nothing is dropped, nothing stays with nobody, and roles are held as the plan says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from states.access import OPENS_CASES, SYSTEM
from states.casebook import Casebook
from states.casebook.effects import listing
from states.casebook.inquiry import assessing, triage
from states.casebook.plan import doing, meetings, planning
from states.casebook.reading import timeline
from states.casebook.rounds import sweeping
from states.casebook.standing.decisions import decide, recuse
from states.casebook.team import members
from states.casebook.team.ending import end
from states.casebook.team.membership import mark_members
from states.casebook.triggers import acting
from states.contents.content import Person
from states.contents.plans import MinutesContent, PlanContent
from states.contents.reports import SubjectContent
from states.contents.team import MemberContent
from states.errors import BadInput, Refused, UnknownRecord
from states.tables import Assessment, Meeting, Member, MemberMark, Screening, table_of
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import IdentifierKind, Role
from states.vocabulary.plans import MeetingKind, PlanKind
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import case, everything, newest, rows, running, verified


def entry(walk: Walk, member: str) -> tuple[Any, MemberContent]:
    """A member's entry."""
    return next((who, content) for who, content in members.members(walk.book, by=SYSTEM) if who.id == member)


@pytest.mark.clause("W-02")
def test_enrolling_somebody_again_drops_nothing(walk: Walk) -> None:
    """Roles and offices add up, and what they were known by before stays known."""
    again = MemberContent(name="invented-officer-name", address="new@wnmu.example")
    members.enrol(walk.book, "officer", again, by=walk.chair, offices=["risk_management"])
    who, content = entry(walk, "officer")
    assert who.offices == {"university_police", "risk_management"}
    assert content.address == "new@wnmu.example"
    assert content.mailboxes == ("invented-officer-address@wnmu.example",)
    assert content.phone == "invented-officer-phone"
    members.enrol(walk.book, "chair", again, by=walk.chair, offices=[], roles=[Role.MEMBER])
    assert Role.CHAIR in entry(walk, "chair")[0].roles


@pytest.mark.clause("W-02", "W-43")
def test_chair_and_custodian_are_of_the_offices_that_the_plan_names(walk: Walk) -> None:
    """The sentence names the office and the clause; nothing is written."""
    before = everything(walk.book)
    someone = MemberContent(name="x", address="x@wnmu.example")
    for role, clause in ((Role.CHAIR, "W-02"), (Role.CUSTODIAN, "W-43")):
        with pytest.raises(BadInput, match=rf"Student Affairs \({clause}\)"):
            members.enrol(walk.book, "x", someone, by=walk.chair, offices=["university_police"], roles=[role])
    with pytest.raises(BadInput, match="no role on it"):
        members.enrol(
            walk.book, "x", someone, by=walk.chair, offices=["regents"], roles=[Role.OUTSIDE, Role.MEMBER]
        )
    assert everything(walk.book) == before


@pytest.mark.clause("W-02")
def test_the_last_chair_neither_ends_nor_demotes_herself(walk: Walk) -> None:
    """A team has a chair; with a second one, the first may go."""
    now = walk.book.clock()
    for call in (
        lambda: end(walk.book, "chair", by=walk.chair, on=now, hand_over_to="officer"),
        lambda: members.change(walk.book, "chair", {}, by=walk.chair, roles=[Role.MEMBER]),
    ):
        with pytest.raises(Refused, match="the only chair"):
            call()
    members.change(
        walk.book,
        "dean",
        {},
        by=walk.chair,
        offices=["academic_affairs", "student_affairs"],
        roles=[Role.CHAIR, Role.MEMBER],
    )
    end(walk.book, "chair", by=walk.chair, on=now + timedelta(days=9), hand_over_to="dean")
    # The one who stays may not go meanwhile: on that day nobody would chair.
    with pytest.raises(Refused, match="the only chair"):
        members.change(walk.book, "dean", {}, by=walk.chair, roles=[Role.MEMBER])
    end(walk.book, "chair", by=walk.chair, on=now, hand_over_to="dean")
    with pytest.raises(UnknownRecord):
        members.actor(walk.book, "chair")


@pytest.mark.clause("W-02")
def test_only_a_chair_makes_somebody_chair(walk: Walk) -> None:
    """The custodian, who keeps the roster too, makes neither themselves chair nor somebody they invent."""
    someone = MemberContent(name="x", address="x@wnmu.example")
    office, kept_by = walk.book.pack.chair_office, walk.book.pack.custodian_office
    members.enrol(
        walk.book, "keeper", someone, by=walk.chair, offices={office, kept_by}, roles=[Role.CUSTODIAN]
    )
    keeper = members.actor(walk.book, "keeper")
    before = everything(walk.book)
    calls: tuple[Callable[[], None], ...] = (
        lambda: members.change(walk.book, "keeper", {}, by=keeper, roles=[Role.CUSTODIAN, Role.CHAIR]),
        lambda: members.enrol(walk.book, "keeper", someone, by=keeper, roles=[Role.CHAIR]),
        lambda: members.enrol(walk.book, "y", someone, by=keeper, offices=[office], roles=[Role.CHAIR]),
    )
    for call in calls:
        with pytest.raises(Refused, match="Only the chair makes somebody chair"):
            call()
    assert everything(walk.book) == before
    members.enrol(walk.book, "y", someone, by=walk.chair, offices=[office], roles=[Role.CHAIR])
    members.change(walk.book, "y", {"phone": "575-555-0143"}, by=keeper)
    assert entry(walk, "y")[0].roles == {Role.CHAIR}


@pytest.mark.clause("W-02", "W-43")
def test_nobody_gives_themselves_a_role_or_an_office(walk: Walk) -> None:
    """Else one person asks for an erasure, and allows it; the chair, too, has it given by somebody else."""
    book, someone = walk.book, MemberContent(name="x", address="x@wnmu.example")
    kept_by = book.pack.custodian_office
    members.enrol(book, "keeper", someone, by=walk.chair, offices=[kept_by], roles=[Role.CUSTODIAN])
    keeper, before = members.actor(book, "keeper"), everything(book)
    calls: tuple[Callable[[], None], ...] = (
        lambda: members.change(book, "keeper", {}, by=keeper, roles=[Role.CUSTODIAN, Role.MEMBER]),
        lambda: members.change(book, "keeper", {}, by=keeper, offices=[kept_by, "university_police"]),
        lambda: members.enrol(book, "keeper", someone, by=keeper, roles=[Role.MEMBER]),
        lambda: members.enrol(
            book, "chair", someone, by=walk.chair, offices=[kept_by], roles=[Role.CUSTODIAN]
        ),
    )
    for call in calls:
        with pytest.raises(Refused, match="Nobody gives themselves"):
            call()
    assert everything(book) == before
    members.change(book, "keeper", {"phone": "575-555-0143"}, by=keeper)
    members.change(book, "keeper", {}, by=walk.chair, roles=[Role.CUSTODIAN, Role.MEMBER])
    assert entry(walk, "keeper")[0].roles == {Role.CUSTODIAN, Role.MEMBER}


@pytest.mark.clause("W-39")
@pytest.mark.parametrize("role", sorted(OPENS_CASES))
def test_nobody_lets_people_in_and_opens_cases(walk: Walk, role: Role) -> None:
    """Whoever does both could come in as anybody; the chair, who is known to be both, needs no such role."""
    someone = MemberContent(name="x", address="x@wnmu.example")
    offices = set(walk.book.pack.offices) if role in {Role.CHAIR, Role.CUSTODIAN, Role.OUTSIDE} else ()
    with pytest.raises(BadInput):
        members.enrol(
            walk.book, "y", someone, by=walk.chair, offices=offices, roles=[Role.ADMINISTRATOR, role]
        )


@pytest.mark.clause("W-02")
def test_whoever_may_not_work_on_cases_is_given_none(walk: Walk) -> None:
    """An operator or a custodian neither leads a case nor is assigned to it nor owns an action."""
    number = walk.reported()
    for lead, others in (("operator", []), ("custodian", []), ("chair", ["operator"])):
        with pytest.raises(BadInput, match="who may work on this case"):
            triage.assign(
                walk.book, number, by=walk.chair, lead=lead, offices=["student_affairs"], members=others
            )


@pytest.mark.clause("W-02")
def test_an_end_hands_over_all_that_is_open_in_one_step(book: Casebook) -> None:
    """Lead, action, clock, meeting: whoever takes over has them and is told; what was done stays theirs."""
    walk = Walk(book)
    number = walk.monitored()
    triage.assign(book, number, by=walk.chair, lead="officer", offices=["student_affairs"])
    actions = {row["owner"]: row["id"] for row in walk.records(number, "plan_actions")}
    doing.complete_action(book, number, actions["nurse"], by=members.actor(book, "nurse"))
    at = book.clock().replace(year=2999)
    meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at)
    handed = end(book, "officer", by=walk.chair, on=book.clock(), hand_over_to="nurse")
    assert handed == [number]
    assert case(book, number).lead == "nurse"
    assert {row["owner"] for row in walk.records(number, "plan_actions")} == {"nurse"}
    assert "officer" not in {line.owner for line in sweeping.running(book, by=SYSTEM, number=number)}
    owed = {line.kind for line in listing.effects(book, by=SYSTEM, number=number)}
    assert {EffectKind.CONVENE_TEAM, EffectKind.NOTIFY_TEAM} <= owed
    assert {"handed_over", "taken_over", "meeting_taken_over"} <= set(walk.events(number))
    assert [row["by"] for row in walk.records(number, "plans")] == ["officer"]
    with pytest.raises(UnknownRecord):
        members.actor(book, "officer")
    assert [e.what for e in timeline.events_of_team(book, by=walk.chair)][-1] == "membership_ended"
    verified(book)


@pytest.mark.clause("W-02")
def test_an_end_that_lies_ahead_happens_on_its_day(quick_book: Casebook, watch: Watch) -> None:
    """The sweep ends it; until then nothing changes."""
    walk = Walk(quick_book)
    number = walk.screened()
    triage.assign(walk.book, number, by=walk.chair, lead="officer", offices=["student_affairs"])
    on = datetime(2026, 2, 10, 7, tzinfo=UTC)
    assert end(walk.book, "officer", by=walk.chair, on=on, hand_over_to="nurse") == []
    # What is changed of the entry meanwhile, or added to it, leaves the end as it was said.
    members.change(walk.book, "officer", {"phone": "invented"}, by=walk.chair)
    members.enrol(walk.book, "officer", entry(walk, "officer")[1], by=walk.chair, roles=[Role.INTAKE])
    (row,) = (each for each in rows(walk.book, Member) if each.id == "officer")
    assert (row.ends_at, row.hand_over_to) == (on, "nurse")
    sweeping.sweep(walk.book, by=SYSTEM)
    assert case(walk.book, number).lead == "officer"
    watch.forward(days=9)
    sweeping.sweep(walk.book, by=SYSTEM)
    assert case(walk.book, number).lead == "nurse"


@pytest.mark.clause("W-02")
def test_whoever_has_left_spoke_for_their_office_when_others_are_kept_out_later(walk: Walk) -> None:
    """In the assessment that they confirmed, and in the meeting that they were at."""
    book, number = walk.book, walk.assessed()
    walk.met(number)
    end(book, "nurse", by=walk.chair, on=book.clock(), hand_over_to="officer")
    decide(book, number, "dean", by=walk.chair, keep_out=True, because="invented")
    (assessment,) = rows(book, Assessment)
    assert assessment.participants["nurse"] == ["health_services"]
    assert "health_services" in assessment.offices
    assert "academic_affairs" not in assessment.offices
    (meeting,) = (each for each in rows(book, Meeting) if each.held_at)
    assert "health_services" in meeting.offices
    assert "academic_affairs" not in meeting.offices
    verified(book)


@pytest.mark.clause("W-02")
def test_whoever_takes_over_is_another_one_who_works_on_cases(walk: Walk) -> None:
    """Neither nobody, nor themselves, nor an operator."""
    for to in ("none", "officer", "operator"):
        with pytest.raises(BadInput, match="another active member"):
            end(walk.book, "officer", by=walk.chair, on=walk.book.clock(), hand_over_to=to)


@pytest.mark.clause("W-39")
def test_every_case_is_looked_at_when_somebody_comes_on_or_is_known_by_more(book: Casebook) -> None:
    """A member who is enrolled, or whose identifier is added, is kept out of what was reported before."""
    walk = Walk(book)
    subject = SubjectContent(
        name="Robert Doe", identifiers={IdentifierKind.EMPLOYEE_ID: "E 77"}, site="silver_city"
    )
    number = walk.reported(subject=subject)
    other = walk.reported(reporter=Person(name="Bob Doe"), subject=SubjectContent(name="A", site="deming"))
    doe = MemberContent(name="Robert Doe", address="doe@wnmu.example")
    members.enrol(book, "doe", doe, by=walk.chair, offices=["risk_management"])
    assert case(book, number).kept_out == ["doe"]
    assert case(book, other).kept_out == ["doe"]
    members.change(book, "nurse", {"identifiers": {"employee_id": "e-77"}}, by=walk.chair)
    assert case(book, number).kept_out == ["doe", "nurse"]
    assert "conflict" in {str(clock) for clock in running(book, number)}


@pytest.mark.clause("W-39")
def test_members_from_before_are_marked_and_every_case_is_looked_at(walk: Walk) -> None:
    """A casebook of an older schema knows nobody by anything; brought up to date, it finds them."""
    with walk.book.store.write() as connection:
        connection.execute(table_of(MemberMark).delete())
    number = walk.reported(reporter=Person(name="invented-nurse-name"))
    assert case(walk.book, number).kept_out == []
    assert mark_members(walk.book, by=SYSTEM) == len(members.members(walk.book, by=SYSTEM))
    assert case(walk.book, number).kept_out == ["nurse"]
    assert mark_members(walk.book, by=SYSTEM) == 0
    assert rows(walk.book, MemberMark)
    with pytest.raises(UnknownRecord):
        acting.can(walk.book, number, by=members.actor(walk.book, "nurse"))


@pytest.mark.clause("W-02", "W-11", "W-19", "W-20", "W-39")
def test_one_person_under_two_ids_is_one(walk: Walk) -> None:
    """They agree with themselves under neither, took part once, and are kept out as one."""
    content = MemberContent(
        name="Invented Second",
        address="second@wnmu.example",
        mailboxes=("Invented-Officer-Address+x@wnmu.example",),
    )
    members.enrol(walk.book, "second", content, by=walk.chair, offices=["human_resources"])
    second = members.actor(walk.book, "second")
    number, offices = walk.screened(Level.NONE), ["human_resources", "university_police"]
    triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=offices)
    with pytest.raises(Refused, match="one person's ids"):
        assessing.concur(walk.book, number, by=second, about=newest(walk.book, Screening))
    other = walk.assessed()
    triage.assign(walk.book, other, by=walk.chair, lead="chair", offices=offices)
    walk.act(other, "develop_plan")
    plan = planning.draft_plan(
        walk.book, other, PlanContent(kind=PlanKind.ACTIVE_MONITORING), by=walk.officer
    )
    with pytest.raises(Refused, match="one person's ids"):
        planning.approve_plan(walk.book, other, plan, by=second)
    held = meetings.schedule(walk.book, other, by=walk.chair, kind=MeetingKind.REVIEW, at=walk.book.clock())
    minutes = MinutesContent(present=("chair", "officer", "second"), minutes="x")
    with pytest.raises(BadInput, match="Name them once"):
        meetings.hold(walk.book, other, held, minutes, by=walk.chair)
    recuse(walk.book, other, by=second, because="A friend.")
    assert case(walk.book, other).kept_out == ["officer", "second"]
    assert decide(walk.book, other, "officer", by=walk.chair, keep_out=False, because="No longer.") == []
