"""A referral's way: by a table, with a clock at each step, and never in the case's way."""

from itertools import product
from typing import Any

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.inquiry import assessing
from states.casebook.referrals import sending
from states.casebook.rounds import sweeping
from states.casebook.triggers import acting
from states.correspondence.referral_moves import CHOICES, CLOCKS, ENDS, MOVES, check_move
from states.errors import BadInput, Refused, Withheld
from states.tables import Disclosure, OneTimeLink, Referral, table_of
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import Affiliation
from states.vocabulary.plans import Attendance
from states.vocabulary.sources import LegalBasis
from tests.cases.referring import TELLS, S, consent, referred, send, told
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import take_up
from tests.states.looking import everything, rows, running, verified

REFERRAL_CLOCKS = set(CLOCKS.values())


@pytest.mark.parametrize(("before", "after"), list(product(S, S)))
def test_a_move_that_the_table_does_not_have_is_refused_with_a_sentence(before: S, after: S) -> None:
    """What may follow is named."""
    if after in MOVES[before]:
        check_move(before, after)
        return
    with pytest.raises(Refused, match=rf"This referral is {before} and cannot become {after}; .*written\."):
        check_move(before, after)


def test_every_referral_can_come_to_an_end() -> None:
    """From each status some way leads to an end, each one that waits has a clock, and links ask for moves."""
    for status in S:
        assert status in ENDS or set(MOVES[status]) & set(ENDS)
    assert set(CLOCKS) == {S.SENT, S.ACKNOWLEDGED, S.ACCEPTED}
    assert all(set(CHOICES[status]) <= set(MOVES[status]) for status in S)


def test_each_step_has_its_clock(book: Casebook) -> None:
    """Sent, acknowledged and accepted each wait for something; completed waits for nothing."""
    walk = Walk(book)
    number, referral = referred(walk)
    send(walk, number, referral)
    waits = [running(book, number) & REFERRAL_CLOCKS]
    for status in (S.ACKNOWLEDGED, S.ACCEPTED, S.COMPLETED):
        told(walk, number, referral, status)
        waits.append(running(book, number) & REFERRAL_CLOCKS)
    assert waits == [
        {Clock.REFERRAL_ACKNOWLEDGEMENT},
        {Clock.REFERRAL_DECISION},
        {Clock.REFERRAL_COMPLETION},
        set(),
    ]
    (row,) = walk.records(number, "referrals")
    assert None not in (row["sent_at"], row["acknowledged_at"], row["decided_at"], row["closed_at"])
    verified(book)


def test_saying_the_same_twice_changes_nothing(walk: Walk) -> None:
    """Neither the record nor its clock, nor the ledger."""
    number, referral = referred(walk)
    send(walk, number, referral)
    assert told(walk, number, referral, S.ACCEPTED)
    before = everything(walk.book)
    assert not told(walk, number, referral, S.ACCEPTED)
    assert everything(walk.book) == before


def test_a_wrong_move_writes_nothing(walk: Walk) -> None:
    """What was completed is not declined afterwards."""
    number, referral = referred(walk)
    told(walk, number, referral, S.COMPLETED)
    before = everything(walk.book)
    with pytest.raises(Refused, match="nothing follows any more"):
        told(walk, number, referral, S.DECLINED, text="On second thoughts.")
    assert everything(walk.book) == before


@pytest.mark.clause("U-09", "M-08")
@pytest.mark.parametrize(
    ("kind", "status", "given", "says"),
    [
        (ReferralKind.COUNSELLING, S.ACKNOWLEDGED, {"text": "He is unwell."}, "nothing else"),
        (ReferralKind.COUNSELLING, S.COMPLETED, {"text": "He is unwell."}, "nothing else"),
        (ReferralKind.COUNSELLING, S.ACCEPTED, {"attendance": Attendance.ATTENDED}, "completed"),
        (ReferralKind.CONDUCT, S.COMPLETED, {"attendance": Attendance.ATTENDED}, "counseling"),
    ],
)
def test_of_counseling_nothing_but_attendance_is_taken_in(
    walk: Walk, kind: ReferralKind, status: S, given: dict[str, Any], says: str
) -> None:
    """A text is refused and not repeated; attendance is told of completed counseling alone."""
    number, referral = referred(walk, kind)
    before = everything(walk.book)
    with pytest.raises(BadInput, match=says) as refusal:
        told(walk, number, referral, status, **given)
    assert "unwell" not in str(refusal.value)
    assert everything(walk.book) == before


def test_attendance_is_kept_once(walk: Walk) -> None:
    """It may come after the end, and is then not changed to its opposite."""
    number, referral = referred(walk, ReferralKind.COUNSELLING)
    told(walk, number, referral, S.COMPLETED)
    assert told(walk, number, referral, S.COMPLETED, attendance=Attendance.ATTENDED)
    with pytest.raises(Refused, match="on record already"):
        told(walk, number, referral, S.COMPLETED, attendance=Attendance.NOT_ATTENDED)
    assert walk.records(number, "referrals")[0]["outcome"] == Attendance.ATTENDED


@pytest.mark.clause("W-39")
def test_nothing_is_sent_that_the_policy_does_not_let_out(walk: Walk, watch: Watch) -> None:
    """The refusal says what would be needed, and is on record; on a consent that is on record it leaves."""
    book = walk.book
    rules = tuple(
        rule.model_copy(update={"bases": (LegalBasis.CONSENT,)}) if "counselor" in rule.to else rule
        for rule in book.pack.disclosures
    )
    book.pack = book.pack.model_copy(update={"disclosures": rules})
    number, referral = referred(walk, ReferralKind.COUNSELLING)
    work = take_up(book, number, EffectKind.ROUTE_REFERRALS)
    with pytest.raises(Withheld, match="needed would be: consent"):
        sending.release(book, work, referral, tells=TELLS, link="")
    assert (rows(book, Disclosure), rows(book, OneTimeLink)) == ([], [])
    (refused,) = walk.records(number, "disclosure_requests")
    assert (refused["about"], refused["lacking"]) == (referral, ["legal_basis"])
    watch.forward(hours=1)
    consent(book, number, by=walk.chair)
    sending.send_again(book, number, referral, by=walk.chair, basis=LegalBasis.CONSENT)
    send(walk, number, referral)
    (disclosure,) = rows(book, Disclosure)
    assert (disclosure.basis, disclosure.about) == (LegalBasis.CONSENT, referral)
    assert sorted(disclosure.what) == sorted(TELLS)


@pytest.mark.parametrize(
    ("affiliation", "kind", "basis"),
    [
        (Affiliation.STUDENT, ReferralKind.CONDUCT, LegalBasis.SCHOOL_OFFICIAL),
        (Affiliation.STAFF, ReferralKind.CONDUCT, LegalBasis.EMPLOYMENT),
        (Affiliation.FACULTY, ReferralKind.COUNSELLING, LegalBasis.EMPLOYMENT),
        (Affiliation.STUDENT, ReferralKind.PROSECUTION, LegalBasis.NO_RECORD),
    ],
)
def test_what_leaves_is_on_record_with_its_basis(
    walk: Walk, affiliation: Affiliation, kind: ReferralKind, basis: LegalBasis
) -> None:
    """An employee's record is no education record, and what people saw is neither."""
    number, referral = referred(walk, kind, affiliation=affiliation)
    send(walk, number, referral)
    assert [(row.basis, row.about) for row in rows(walk.book, Disclosure)] == [(basis, referral)]


def test_it_is_released_before_it_is_sent(walk: Walk) -> None:
    """A crash in between sends it again: with the same letter, the same link, and one disclosure."""
    number, referral = referred(walk)
    work = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
    first, second = (sending.release(walk.book, work, referral, tells=TELLS, link="") for _ in range(2))
    assert first == second
    assert [row.status for row in rows(walk.book, Referral)] == [S.DRAFTED]
    assert len(rows(walk.book, Disclosure)) == len(rows(walk.book, OneTimeLink)) == 1


def test_an_answer_that_was_declined_at_once_is_an_answer(walk: Walk) -> None:
    """The office's own system would not have it: the case says so, with the reason's code."""
    number, referral = referred(walk)
    send(walk, number, referral, declined="no_capacity")
    (row,) = walk.records(number, "referrals")
    assert (row["status"], row["code"]) == (S.DECLINED, "no_capacity")
    assert running(walk.book, number) & REFERRAL_CLOCKS == set()


@pytest.mark.parametrize("status", S)
def test_what_is_sent_again_waits_anew(walk: Walk, watch: Watch, status: S) -> None:
    """Silent, declined and expired ones are asked again; what was taken up or is over is not."""
    number, referral = referred(walk)
    send(walk, number, referral)
    with walk.book.store.write() as connection:
        table = table_of(Referral)
        connection.execute(table.update().where(table.c.id == referral).values(status=status))
    watch.forward(hours=1)
    if status in (S.ACCEPTED, S.COMPLETED):
        with pytest.raises(Refused, match="nothing to send again"):
            sending.send_again(walk.book, number, referral, by=walk.chair)
        return
    sending.send_again(walk.book, number, referral, by=walk.chair)
    work = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
    (row,) = sending.routed(walk.book, work)
    assert sending.to_send(work, row)
    sending.sent(walk.book, work, referral, way="mail")
    (row,) = sending.routed(walk.book, work)
    assert not sending.to_send(work, row), "a crash after it was sent does not send it once more"
    assert row.status == (S.ACKNOWLEDGED if status is S.ACKNOWLEDGED else S.SENT)
    assert row.sent_at == watch.now


def test_what_an_office_said_by_phone_is_not_undone_by_its_letter(walk: Walk) -> None:
    """It declined before the letter left; the letter follows all the same."""
    number, referral = referred(walk)
    told(walk, number, referral, S.DECLINED)
    send(walk, number, referral)
    (row,) = walk.records(number, "referrals")
    assert (row["status"], row["sent_at"] is None) == (S.DECLINED, False)


@pytest.mark.clause("W-21", "W-29")
@pytest.mark.parametrize("status", [S.SENT, S.DECLINED, S.EXPIRED])
def test_an_office_that_declines_or_is_silent_keeps_no_case_from_being_assessed_or_closed(
    walk: Walk, watch: Watch, status: S
) -> None:
    """Another assessment is put in force, and the case is closed, whatever its referrals have come to."""
    number, referral = referred(walk, ReferralKind.PROSECUTION)
    send(walk, number, referral)
    if status is S.DECLINED:
        told(walk, number, referral, status)
    if status is S.EXPIRED:
        silent_to_the_end(walk, watch, number)
    assert walk.records(number, "referrals")[0]["status"] == status
    close_over(walk, number)
    assert acting.can(walk.book, number, by=walk.chair)
    told(walk, number, referral, S.ACCEPTED)
    assert walk.records(number, "referrals")[0]["status"] == S.ACCEPTED, "a late answer is an answer"


def silent_to_the_end(walk: Walk, watch: Watch, number: str) -> None:
    """Let the office be silent until the clock counts as stuck, and take that up as the reminder does."""
    for _ in range(3):
        watch.forward(days=10)
        sweeping.sweep(walk.book, by=SYSTEM)
    (waits,) = (
        row
        for row in sweeping.running(walk.book, by=SYSTEM, number=number)
        if row.clock == Clock.REFERRAL_ACKNOWLEDGEMENT
    )
    work = take_up(walk.book, number, EffectKind.REMIND)
    sending.expire(walk.book, work, Clock.REFERRAL_ACKNOWLEDGEMENT, waits.about)
    sending.expire(walk.book, work, Clock.REFERRAL_ACKNOWLEDGEMENT, waits.about)
    assert walk.events(number).count("referral_expired") == 1
    sending.let_rest(walk.book, work, Clock.REFERRAL_ACKNOWLEDGEMENT, waits.about)
    assert Clock.REFERRAL_ACKNOWLEDGEMENT not in running(walk.book, number)


def close_over(walk: Walk, number: str) -> None:
    """Assess the case as no risk, and close it."""
    assessment = walk.assess(number, Level.NONE)
    assessing.concur(walk.book, number, by=walk.chair, about=assessment)
    walk.act(number, "reassess", {"reason": "It is over."})
    walk.dispose(number)
    walk.act(number, "close", {"without_reintegration": "The person has left.", "reason": "It is over."})
