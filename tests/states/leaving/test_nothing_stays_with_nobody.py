"""A membership ends: all that was open goes on to another in one step, and what was done stays theirs."""

import re
from collections.abc import Callable, Iterator
from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, String, select
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.accounts import making, sessions, tokens
from states.casebook.alarms import answers, duty, replies, swaps
from states.casebook.disclosing.notices import Draft, Leaving, prepare
from states.casebook.inquiry import triage
from states.casebook.plan import meetings
from states.casebook.protecting import targets
from states.casebook.reading.awaited import awaited
from states.casebook.standing import decisions
from states.casebook.team import guests, members, news
from states.casebook.team.ending import end
from states.casebook.team.upkeep import training
from states.casebook.team_rows import add_row
from states.casebook.triggers import acting
from states.contents.closing import TakeOverContent
from states.contents.payloads import OWING
from states.contents.plans import TargetContent
from states.contents.team import TrainingContent
from states.errors import NotPermitted, UnknownRecord
from states.ledger import chain
from states.tables import (
    Account,
    Assessment,
    Case,
    CaseViewer,
    CheckIn,
    Deadline,
    DutyShift,
    Effect,
    KnownBrowser,
    Member,
    Notice,
    Passkey,
    PlanAction,
    Session,
    Stay,
    Target,
    Token,
    new_id,
    table_of,
)
from states.vault import TEAM_SCOPE
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind, NoticeStatus
from states.vocabulary.plans import MeetingKind
from states.vocabulary.programs import Scope
from tests.cases import answering
from tests.cases.planning import in_force
from tests.cases.signing_in import account
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import take_up
from tests.states.leaving.naming import HANDED_OVER, NOBODY, SEALED, STAYS
from tests.states.looking import case, rows, verified

LEAVER = "officer"

#: the leaver's id as a word of its own
_NAMED = re.compile(rf"(?<![\w-]){LEAVER}(?![\w-])")


def test_every_column_that_may_name_a_member_says_what_becomes_of_it() -> None:
    """Each of text or codes stands in one list; one that is new fails until somebody has thought of it."""
    known = {*HANDED_OVER, *STAYS, *(f"{table}.{name}" for table in NOBODY for name in NOBODY[table].split())}
    there = set()
    for table in SQLModel.metadata.sorted_tables:
        for column in table.c:
            points = {key.column.table.name for key in column.foreign_keys}
            elsewhere = points and points.isdisjoint({"members", "accounts"})
            if isinstance(column.type, (String, AutoString, JSON)) and not elsewhere and column.name != "by":
                there.add(f"{table.name}.{column.name}")
    assert there == known
    assert not HANDED_OVER.keys() & STAYS.keys()


def busy(walk: Walk, watch: Watch) -> list[str]:
    """Cases in which the leaver has everything that there is to have; gives their numbers."""
    book, chair, leaver = walk.book, walk.chair, walk.officer
    office = ["student_affairs"]
    led = walk.monitored()
    triage.assign(book, led, by=chair, lead=LEAVER, offices=office)
    targets.add(book, led, TargetContent(name="A B", owner=LEAVER), by=leaver)
    meetings.schedule(book, led, by=chair, kind=MeetingKind.REVIEW, at=watch.now + timedelta(days=3))
    named = walk.reintegrating()
    triage.assign(book, named, by=chair, lead="chair", offices=office, members=[LEAVER, "nurse"])
    (first, _) = rows(book, CheckIn, table_of(CheckIn).c.case_id == case(book, named).id)
    with book.page(named, chair, None) as page:
        page.set(CheckIn, first.id, owner=LEAVER)
        page.log("invented")
    waiting, other = walk.in_inquiry(), copy(walk)
    # Somebody else files it, and says that the leaver took part.
    other.officer = members.actor(book, "nurse")
    other.assess(waiting, Level.MODERATE, confirm=False)
    day = timedelta(days=1)
    invited = walk.reported()
    triage.assign(book, invited, by=chair, lead="dean", offices=["academic_affairs"])
    guests.invite(book, invited, LEAVER, by=chair, until=watch.now + day, because="invented")
    duty.put_on_call(book, LEAVER, by=chair, starts_at=watch.now, ends_at=watch.now + day)
    shift = duty.put_on_call(book, "nurse", by=chair, starts_at=watch.now, ends_at=watch.now + day)
    swaps.offer(book, shift, by=chair, to=LEAVER)
    swaps.take_off(book, LEAVER, by=chair, starts_at=watch.now + 2 * day, ends_at=watch.now + 3 * day)
    training.enter(book, LEAVER, TrainingContent(), by=chair, kind="privacy", done_at=watch.now)
    login = account(book, LEAVER, by=chair)
    watch.forward(minutes=1)
    login.sign_in(book)
    tokens.make(book, "a-program", by=leaver, scopes=[Scope.READ], lasts=day)
    making.link(book, LEAVER, by=chair)
    with book.store.write() as connection:
        book.lock_team(connection)
        told = add_row(connection, Passkey(account=LEAVER, handle="x", made_at=watch.now))
        told |= add_row(connection, KnownBrowser(account=LEAVER, token=new_id(), made_at=watch.now))
        chain.append_of_team(connection, told, at=watch.now, actor=LEAVER, what="invented")
    gather(walk, led)
    return [led, named, waiting, invited]


def gather(walk: Walk, number: str, *recipients: str) -> None:
    """Gather a piece of news of a case for members who are told it later, the leaver first of all."""
    detail = {"happened": "x", "state": "Monitoring", "level": None, "next_step": "x"}
    work = take_up(walk.book, number, EffectKind.NOTIFY_TEAM)
    leaving = [
        Leaving(Draft("team_notice", each, f"{each}@wnmu.example", {"detail": detail}), new_id(), None)
        for each in (LEAVER, *recipients)
    ]
    prepare(walk.book, work, leaving, gather=True)


def open_with(book: Casebook, watch: Watch, member: str) -> list[str]:
    """What is open and points at a member, each by its column."""
    own: dict[str, list[Any]] = {
        "cases.lead": [row for row in rows(book, Case) if row.lead == member],
        "cases.members": [row for row in rows(book, Case) if member in (*row.members, *row.stand_ins)],
        "cases.guests": [row for row in rows(book, Case) if member in str(row.guests)],
        "stays.member": [r for r in rows(book, Stay) if r.member == member and not r.ended_at],
        "case_viewers.who": [row for row in rows(book, CaseViewer) if row.who in _as(member)],
        "check_ins.owner": [r for r in rows(book, CheckIn) if r.owner == member and not r.done_at],
        "deadlines.owner": [r for r in rows(book, Deadline) if r.owner == member and not r.satisfied_at],
        "duty_shifts.member_id": [
            row for row in rows(book, DutyShift) if row.member_id == member and row.ends_at > watch.now
        ],
        "duty_shifts.offered_to": [row for row in rows(book, DutyShift) if row.offered_to == member],
        "accounts.id": [row for row in rows(book, Account) if row.id == member and row.link],
        "known_browsers.account": [
            row for row in rows(book, KnownBrowser) if row.account == member and not row.ended_at
        ],
        "members.id": [row for row in rows(book, Member) if row.id == member and row.active],
        "notices.recipient": [
            r for r in rows(book, Notice) if r.recipient == member and r.status == NoticeStatus.GATHERED
        ],
        "passkeys.account": [r for r in rows(book, Passkey) if r.account == member and not r.removed_at],
        "plan_actions.owner": [r for r in rows(book, PlanAction) if r.owner == member and not r.done_at],
        "sessions.account": [r for r in rows(book, Session) if r.account == member and not r.ended_at],
        "targets.owner": [r for r in rows(book, Target) if r.owner == member and not r.settled_at],
        "tokens.member": [r for r in rows(book, Token) if r.member == member and not r.revoked_at],
        "assessments.participants": [
            row for row in rows(book, Assessment) if member in row.participants and row.by == "nurse"
        ],
    }
    return sorted(column for column, found in own.items() if found)


def _as(member: str) -> tuple[str, str]:
    return (f"member:{member}", f"chair:{member}")


@pytest.mark.clause("W-02")
def test_after_an_end_nothing_that_is_open_points_at_whoever_left(quick_book: Casebook, watch: Watch) -> None:
    """Before it, everything does that may; all that names them afterwards is listed as theirs to stay."""
    walk, book = Walk(quick_book), quick_book
    busy(walk, watch)
    pointing = open_with(book, watch, LEAVER)
    elsewhere = {"cases.stand_ins", "members.hand_over_to", "one_time_links.about"}
    assert set(pointing) == HANDED_OVER.keys() - elsewhere
    end(book, LEAVER, by=walk.chair, on=book.clock(), hand_over_to="nurse")
    assert open_with(book, watch, LEAVER) == []
    named = set(naming(book))
    assert named <= HANDED_OVER.keys() | STAYS.keys() | SEALED.keys()
    assert {"events.actor", "plans.actions", "meetings.present"} & named
    verified(book)


def naming(book: Casebook) -> Iterator[str]:
    """Each column, or field of what is sealed, in which the leaver is named."""
    with book.store.read() as connection:
        for table in SQLModel.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for name, value in row.items():
                    if name != "by" and isinstance(value, (str, list, dict)) and _NAMED.search(str(value)):
                        yield f"{table.name}.{name}"
                sealed = row.get("content") or row.get("payload")
                if sealed and table.name not in ("drafts", "kept_answers"):
                    scope = row.get("case_id") or TEAM_SCOPE
                    said = book.key(connection, scope).open(table.name, row["id"], sealed)
                    yield from (
                        f"{table.name}.{name}" for name, value in said.items() if _NAMED.search(str(value))
                    )


@pytest.mark.clause("W-02")
def test_what_somebody_was_not_told_yet_whoever_takes_over_is_told(walk: Walk, watch: Watch) -> None:
    """Once, and not where they have heard it by themselves; of a case that is not theirs, the chair is."""
    book = walk.book
    led, both, other = walk.monitored(), walk.monitored(), walk.screened()
    triage.assign(book, led, by=walk.chair, lead=LEAVER, offices=["risk_management"])
    triage.assign(book, other, by=walk.chair, lead="dean", offices=["university_police"])
    gather(walk, led)
    gather(walk, both, "nurse")
    gather(walk, other)
    end(book, LEAVER, by=walk.chair, on=watch.now, hand_over_to="nurse")
    gathered = [row for row in rows(book, Notice) if row.status == NoticeStatus.GATHERED]
    numbers = {case(book, each).id: each for each in (led, both, other)}
    assert sorted((numbers[row.case_id], row.recipient) for row in gathered) == sorted(
        [(led, "nurse"), (both, "nurse"), (other, "chair")]
    )
    watch.now += book.pack.news.gather.delta
    assert news.owe(book, by=SYSTEM) == 2
    told = set()
    for row in rows(book, Effect, table_of(Effect).c.kind == EffectKind.TELL_NEWS):
        with book.store.read() as connection:
            payload = OWING[EffectKind.TELL_NEWS].open(book.key(connection, TEAM_SCOPE), row.id, row.payload)
        told |= {(payload.member, len(payload.notices))}
    assert told == {("nurse", 2), ("chair", 1)}
    verified(book)


@pytest.mark.clause("W-02", "W-08", "U-04")
def test_whoever_takes_over_gets_each_action_and_each_date(walk: Walk, watch: Watch) -> None:
    """By the messages that the one before them had; those who had them already get nothing anew."""
    book = walk.book
    number = walk.monitored()
    triage.assign(book, number, by=walk.chair, lead=LEAVER, offices=["student_affairs"])
    at = watch.now + timedelta(days=3)
    meeting = meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at)
    action = next(row["id"] for row in walk.records(number, "plan_actions") if row["owner"] == LEAVER)
    before = {row.id for row in rows(book, Effect)}
    end(book, LEAVER, by=walk.chair, on=watch.now, hand_over_to="dean")
    key_of = case(book, number).id
    owed = []
    with book.store.read() as connection:
        for row in rows(book, Effect, table_of(Effect).c.case_id == key_of):
            if row.id not in before:
                kind = EffectKind(row.kind)
                owed.append((kind, OWING[kind].open(book.key(connection, key_of), row.id, row.payload)))
    by_kind = dict(owed)
    assert by_kind[EffectKind.ASSIGN_ACTIONS].action == action
    assert (by_kind[EffectKind.CONVENE_TEAM].meeting, by_kind[EffectKind.CONVENE_TEAM].only) == (
        meeting,
        ("dean",),
    )
    assert by_kind[EffectKind.SCHEDULE_REASSESSMENT].only == ("dean",)
    assert len(owed) == len(by_kind)


@pytest.mark.clause("W-02")
def test_whoever_takes_several_actions_over_hears_of_each(walk: Walk, watch: Watch) -> None:
    """Also where they are of one case: none of them is left out, and none stands in the way of another."""
    book = walk.book
    number, ids = in_force(walk, [(), (), ()])
    before = {row.id for row in rows(book, Effect)}
    end(book, "dean", by=walk.chair, on=watch.now, hand_over_to="nurse")
    key_of, told = case(book, number).id, list[str | None]()
    with book.store.read() as connection:
        for row in rows(book, Effect, table_of(Effect).c.kind == EffectKind.ASSIGN_ACTIONS):
            if row.id not in before:
                payload = OWING[EffectKind.ASSIGN_ACTIONS].open(
                    book.key(connection, key_of), row.id, row.payload
                )
                told.append(payload.action)
    assert sorted(map(str, told)) == sorted([ids["invented-1"], ids["invented-3"]])
    verified(book)


@pytest.mark.clause("W-19")
def test_nobody_waits_for_the_word_of_whoever_left(walk: Walk) -> None:
    """They are not said to have taken part where they did not say so; what they did say counts on."""
    book = walk.book
    said, unsaid = walk.in_inquiry(), walk.in_inquiry()
    confirmed = walk.assess(said, Level.MODERATE)
    open_ = walk.assess(unsaid, Level.MODERATE, confirm=False)
    assert "nurse" in blocked(walk, unsaid)
    nurse = members.actor(book, "nurse")
    assert {each.number for each in awaited(book, by=nurse) if each.what == "confirmation"} == {unsaid}
    end(book, "nurse", by=walk.chair, on=book.clock(), hand_over_to="dean")
    found = {row.id: row for row in rows(book, Assessment)}
    assert "nurse" in found[confirmed].participants
    assert "nurse" not in found[open_].participants
    assert "health_services" in found[confirmed].offices
    assert "health_services" not in found[open_].offices
    assert "nurse" not in blocked(walk, unsaid)
    verified(book)


def blocked(walk: Walk, number: str) -> str:
    """What stands in the way of a case's assessment."""
    (step,) = (each for each in acting.can(walk.book, number, by=walk.chair) if each.row.trigger == "assess")
    return " ".join(missing.sentence for missing in step.missing)


def called(walk: Walk, watch: Watch, member: str) -> tuple[str, str]:
    """A case whose alarm nobody took over until it called a member; gives the secret they were sent."""
    number = walk.reported(imminent=True)
    sent, last = dict[str, str](), watch.now + timedelta(days=1)
    while member not in sent:
        for call in answering.calls(walk.book, number):
            sent |= {each.code: each.secret for each in call.recipients}
        assert watch.forward(minutes=5) < last, "nobody calls them"
    assert answers.asked(walk.book, sent[member]).recipient == member
    return number, sent[member]


def left(walk: Walk, _watch: Watch, _number: str) -> None:
    """The nurse is on the team no more."""
    with walk.book.store.write() as connection:
        theirs = table_of(Member).c.id == "nurse"
        connection.execute(table_of(Member).update().where(theirs).values(active=False))


def leaves(walk: Walk, watch: Watch, _number: str) -> None:
    """The nurse's last day is over, and nothing has noticed yet."""
    last = watch.now + timedelta(minutes=10)
    end(walk.book, "nurse", by=walk.chair, on=last, hand_over_to="officer")
    watch.forward(minutes=11)


def kept_out(walk: Walk, _watch: Watch, number: str) -> None:
    """It turns out that the case is about the nurse."""
    decisions.decide(walk.book, number, "nurse", by=walk.chair, keep_out=True, because="invented")


@pytest.mark.clause("W-13", "W-39")
@pytest.mark.parametrize("is_out", [left, leaves, kept_out])
def test_whoever_is_out_takes_no_alarm_over(
    walk: Walk, watch: Watch, is_out: Callable[[Walk, Watch, str], None]
) -> None:
    """Neither by the link that they were sent before nor by a reply: the calls go on to who is there."""
    book = walk.book
    number, secret = called(walk, watch, "nurse")
    is_out(walk, watch, number)
    with pytest.raises(UnknownRecord):
        answers.asked(book, secret)
    with pytest.raises(UnknownRecord):
        answers.by_link(book, secret, TakeOverContent(who="A B"))
    owed = len(answering.owed(book, number))
    yes = TakeOverContent(who="A B", said=book.pack.alert.take_over[0])
    assert replies.by_reply(book, [], [secret], yes) is replies.Came.KEPT
    (shown,) = answers.show(book, number, by=walk.chair)
    assert shown.alarm.taken_over_at is None
    assert [each.said for each in shown.answers] == [yes.said], "what they said is kept"
    assert len(answering.owed(book, number)) == owed, "they are sent nothing more of it"
    _, others = called(walk, watch, "chair")
    assert answers.by_link(book, others, TakeOverContent(who="A B")).alarm.taken_over_at is not None


def test_what_somebody_came_in_with_works_no_more_when_they_come_back(walk: Walk, watch: Watch) -> None:
    """Neither a session, nor a program's token, nor a link that was never used."""
    book = walk.book
    login = account(book, LEAVER, by=walk.chair)
    watch.forward(minutes=1)
    session = login.sign_in(book)
    made = tokens.make(book, "a-program", by=walk.officer, scopes=[Scope.READ], lasts=timedelta(days=1))
    link = making.link(book, LEAVER, by=walk.chair)
    _, content = next(each for each in members.members(book, by=SYSTEM) if each[0].id == LEAVER)
    end(book, LEAVER, by=walk.chair, on=watch.now, hand_over_to="nurse")
    members.enrol(book, LEAVER, content, by=walk.chair, offices=["university_police"])
    with pytest.raises(NotPermitted):
        sessions.visitor(book, session)
    with pytest.raises(NotPermitted):
        tokens.bearer(book, made.secret)
    with pytest.raises(UnknownRecord):
        making.setting_up(book, link)
