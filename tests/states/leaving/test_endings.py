"""Ends: who is told and how, who is phoned, who takes over, and that what is written later is told, too."""

import pytest

from states.access import SYSTEM, Actor
from states.casebook.closing import calls, disposition, endings
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.contents.closing import DispositionContent, FollowUpContent
from states.contents.content import Person
from states.contents.inquiry import RemarkContent
from states.errors import NotPermitted, Refused, TransitionRefused, UnknownRecord
from states.tables import Disclosure
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import CallOutcome
from states.vocabulary.people import Affiliation, Role
from tests.cases.opening import opener_of
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import take_up
from tests.states.looking import case, owed, rows, running, verified

PHONE_ONLY = Person(name="invented-caller", phone="555-0199")


def told(walk: Walk, number: str) -> list[endings.ToTell]:
    """Whom the newest close-out tells by mail."""
    return endings.reporters_to_tell(walk.book, take_up(walk.book, number, EffectKind.CLOSE_OUT))


@pytest.mark.clause("W-27")
def test_a_dismissal_tells_the_reporter(walk: Walk) -> None:
    """A disposition is part of it: without one nothing is dismissed, with one the reporter hears."""
    number = walk.dismissed()
    (reporter,) = told(walk, number)
    assert reporter.address == "invented-reporter-email@people.example"
    opener = opener_of(walk.book, reporter.secret, endings.READ_END)
    assert endings.told_by_link(walk.book, reporter.secret, opener) == endings.CONCLUDED


@pytest.mark.clause("W-27")
def test_a_reporter_reads_what_they_may_be_told_behind_a_link(walk: Walk) -> None:
    """In the team's words, as often as they like, and nothing of the disposition itself."""
    number = walk.closed()
    (reporter,) = told(walk, number)
    walk.dispose(number, to_reporter="The door is mended.")
    opener = opener_of(walk.book, reporter.secret, endings.READ_END)
    for _ in range(2):
        says = endings.told_by_link(walk.book, reporter.secret, opener)
        assert says == f"{endings.CONCLUDED} The door is mended."
        assert "invented-disposition" not in says
    walk.dispose(number, tell_reporter=False)
    with pytest.raises(UnknownRecord):
        endings.told_by_link(walk.book, reporter.secret, opener)


@pytest.mark.clause("W-27")
def test_a_reporter_whom_no_mail_reaches_is_phoned(walk: Walk) -> None:
    """Somebody calls, says the words and no others; what came of it is on record, with a clock till then."""
    number = walk.closed(reporter=PHONE_ONLY)
    assert told(walk, number) == []
    assert Clock.REPORTER_CALL in running(walk.book, number)
    (line,) = calls.to_make(walk.book, by=walk.officer)
    assert (line.name, line.phone, line.say) == ("invented-caller", "555-0199", endings.CONCLUDED)
    calls.made(walk.book, number, line.call_id, CallOutcome.NOT_REACHED, by=walk.officer)
    (line,) = calls.to_make(walk.book, by=walk.officer)
    assert Clock.REPORTER_CALL in running(walk.book, number)
    assert rows(walk.book, Disclosure) == []
    calls.made(
        walk.book, number, line.call_id, CallOutcome.TOLD, by=walk.officer, note="Was glad to hear it."
    )
    assert calls.to_make(walk.book, by=walk.officer) == []
    assert Clock.REPORTER_CALL not in running(walk.book, number)
    assert [row.recipient_kind for row in rows(walk.book, Disclosure)] == ["reporter"]
    with pytest.raises(Refused, match="come to its end"):
        calls.made(walk.book, number, line.call_id, CallOutcome.TOLD, by=walk.officer)
    verified(walk.book)


@pytest.mark.clause("W-40")
def test_a_private_reporter_is_phoned_by_whoever_needs_the_name(walk: Walk) -> None:
    """The chair, or intake; nobody else is shown the number."""
    number = walk.closed(reporter=PHONE_ONLY, private=True)
    told(walk, number)
    nurse = members.actor(walk.book, "nurse")
    assert calls.to_make(walk.book, by=nurse) == []
    (line,) = calls.to_make(walk.book, by=walk.chair)
    assert calls.to_make(walk.book, by=walk.officer) == [line]
    with pytest.raises(NotPermitted):
        calls.made(walk.book, number, line.call_id, CallOutcome.TOLD, by=nurse)
    stranger = Actor("nurse-elsewhere", frozenset({Role.MEMBER}), frozenset({"aa_eeo"}))
    assert calls.to_make(walk.book, by=stranger) == []


def test_a_reporter_who_left_nothing_is_put_on_record_as_out_of_reach(walk: Walk) -> None:
    """No clock runs for what nobody can do."""
    number = walk.closed(reporter=Person())
    assert told(walk, number) == []
    (row,) = walk.records(number, "calls")
    assert row["outcome"] == CallOutcome.NO_WAY_TO_REACH
    assert Clock.REPORTER_CALL not in running(walk.book, number)


@pytest.mark.clause("W-27")
@pytest.mark.parametrize("stage", ["closed", "dismissed"])
def test_a_disposition_written_after_the_end_is_told(walk: Walk, watch: Watch, stage: str) -> None:
    """One that may be told where the first was not; the same words are not told twice."""
    number = getattr(walk, stage)(tell_reporter=False)
    assert told(walk, number) == []
    watch.forward(days=1)
    walk.dispose(number)
    assert owed(walk.book, number).count(EffectKind.CLOSE_OUT) == 2
    assert len(told(walk, number)) == 1


@pytest.mark.clause("W-28")
@pytest.mark.parametrize("affiliation", [Affiliation.STUDENT, Affiliation.FACULTY, Affiliation.STAFF])
def test_a_case_is_not_closed_before_follow_up_has_names(walk: Walk, affiliation: Affiliation) -> None:
    """At each office that the plan names for such a person."""
    offices = walk.book.pack.handover[affiliation].offices
    number = walk.assessed(Level.NONE, affiliation=affiliation)
    lacking = FollowUpContent(office=offices[0], name="invented-name", what="A talk.")
    walk.dispose(number, follow_up=() if len(offices) == 1 else (lacking,))
    with pytest.raises(TransitionRefused, match="Nobody is named who follows up at"):
        walk.act(number, "close")
    walk.dispose(number)
    walk.act(number, "close")
    newest = [row["office"] for row in walk.records(number, "hand_overs")][-len(offices) :]
    assert set(newest) == set(offices)


@pytest.mark.clause("W-28")
def test_without_names_or_a_reason_it_stays_open(walk: Walk) -> None:
    """The refusal says who is missing and which fields to fill."""
    number = walk.assessed(Level.NONE)
    disposition.write_disposition(walk.book, number, DispositionContent(text="Over."), by=walk.officer)
    with pytest.raises(
        TransitionRefused, match=r"follows up at Student Affairs, Academic Affairs: .*follow_up"
    ):
        walk.act(number, "close")
    content = DispositionContent(text="Over.", no_follow_up_because="He has graduated.")
    disposition.write_disposition(walk.book, number, content, by=walk.officer)
    walk.act(number, "close")
    assert endings.hand_overs(walk.book, take_up(walk.book, number, EffectKind.CLOSE_OUT)) == []


@pytest.mark.clause("W-28")
def test_whoever_takes_over_says_so_and_is_asked_until_then(walk: Walk, watch: Watch) -> None:
    """By a link that works once, or by what they told a member; a clock goes on to the chair."""
    number = walk.closed()
    passing = endings.hand_overs(walk.book, take_up(walk.book, number, EffectKind.CLOSE_OUT))
    assert len(passing) == 2
    assert Clock.HAND_OVER in running(walk.book, number)
    first, second = passing
    opener = opener_of(walk.book, first.secret, endings.TAKE_OVER)
    read = endings.read_by_link(walk.book, first.secret, opener)
    assert (read.name, read.what) == ("invented-follow_up-name", "invented-follow_up-what")
    assert "invented-subject-name" in read.whom.values()
    assert not read.confirmed
    said = RemarkContent(text="invented-follow_up-name")
    assert endings.confirm_by_link(walk.book, first.secret, opener, said).confirmed
    with pytest.raises(UnknownRecord):
        endings.confirm_by_link(walk.book, first.secret, opener, said)
    watch.forward(days=5)
    sweeping.sweep(walk.book, by=SYSTEM)
    assert EffectKind.REMIND in owed(walk.book, number), "the other one is asked for"
    disposition.confirm_hand_over(
        walk.book, number, second.hand_over_id, by=walk.officer, note="By phone this morning."
    )
    assert Clock.HAND_OVER not in running(walk.book, number)
    confirmed = {row["id"]: row["confirmed_by"] for row in walk.records(number, "hand_overs")}
    assert confirmed == {
        first.hand_over_id: f"office:{first.office}",
        second.hand_over_id: "officer",
    }
    assert {row.recipient for row in rows(walk.book, Disclosure)} == {first.office, second.office}
    verified(walk.book)


@pytest.mark.clause("W-28")
def test_somebody_else_may_be_named_after_the_end(walk: Walk, watch: Watch) -> None:
    """The new person is asked, and the old hand-over waits for nobody's word."""
    number = walk.closed()
    watch.forward(days=1)
    named = FollowUpContent(office="student_affairs", name="invented-another", what="A talk.")
    walk.dispose(number, follow_up=(named,))
    (passing,) = endings.hand_overs(walk.book, take_up(walk.book, number, EffectKind.CLOSE_OUT))
    opener = opener_of(walk.book, passing.secret, endings.TAKE_OVER)
    assert endings.read_by_link(walk.book, passing.secret, opener).name == "invented-another"
    waiting = [
        line
        for line in sweeping.running(walk.book, by=SYSTEM, number=number)
        if line.clock == Clock.HAND_OVER
    ]
    assert [line.about for line in waiting] == [passing.hand_over_id]
    assert case(walk.book, number).state == "Closed"


@pytest.mark.clause("W-26")
def test_a_disposition_says_what_of_danger_is_left(walk: Walk) -> None:
    """A threat of violence, and a risk of significant disruption, each for itself."""
    number = walk.closed()
    (row,) = walk.records(number, "dispositions")
    assert (row["threat"], row["disruption"]) == ("no_longer", "does_not")
