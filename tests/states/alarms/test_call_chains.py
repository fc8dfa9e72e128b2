"""How a chain of calls goes on where nobody can be reached; the chair hears of a roster with gaps."""

from datetime import timedelta

import pytest

from states.access import REPORTER, SYSTEM
from states.casebook.alarms import answers, duty
from states.casebook.effects import claiming
from states.casebook.intake import reports
from states.casebook.team import members
from states.contents.reports import ReportContent
from states.contents.team import MemberContent
from states.vocabulary.danger import CallStatus
from states.vocabulary.effects import EffectKind
from tests.cases import answering
from tests.cases.walking import Walk
from tests.states.conftest import Watch


def imminent(walk: Walk) -> str:
    """Report an imminent danger; gives the case's number."""
    given = {"behaviour_of_concern": "x", "imminent": True, "subject": {"site": "deming"}}
    return reports.report(walk.book, ReportContent.read(given), by=REPORTER).number


def reached(walk: Walk, number: str) -> list[str]:
    """Whom the calls reach that are due now, and the calls that those make due."""
    found = []
    while any(line.due_at <= walk.book.clock() for line in answering.owed(walk.book, number)):
        found += [code for call in answering.calls(walk.book, number) for code in answering.codes(call)]
    return found


@pytest.mark.clause("U-12", "U-15")
def test_a_step_that_reaches_nobody_does_not_take_its_minutes(walk: Walk, watch: Watch) -> None:
    """Nobody is on call, and nobody of the team has a text address: the chair's mail goes out meanwhile."""
    number = imminent(walk)
    assert reached(walk, number) == ["police:silver_city", "police:deming"]
    watch.forward(minutes=2)
    assert reached(walk, number) == ["police:silver_city"]
    watch.forward(minutes=2)
    # The step of those on call and the lead is due now, and the chair's only four minutes later.
    assert reached(walk, number) == ["chair"]
    (shown,) = answers.show(walk.book, number, by=walk.chair)
    came = {(call.step, call.status) for call in shown.calls if call.step in (5, 6, 7, 8)}
    assert came == {
        (5, CallStatus.NO_ADDRESS),
        (6, CallStatus.NO_ADDRESS),
        (7, CallStatus.NO_ADDRESS),
        (8, CallStatus.SENT),
    }


@pytest.mark.clause("U-12")
def test_a_step_without_an_address_hurries_nobody_while_another_beside_it_gets_through(
    walk: Walk, watch: Watch
) -> None:
    """Whoever is on call is reached by text, and nobody leads: the chair is called at their own minute."""
    content = MemberContent(name="x", address="nurse@wnmu.example", text="ntfys://push.example/nurse")
    members.enrol(walk.book, "nurse", content, by=walk.chair, offices=["health_services"])
    until = watch.now + timedelta(hours=8)
    duty.put_on_call(walk.book, "nurse", by=walk.chair, starts_at=watch.now, ends_at=until)
    number = imminent(walk)
    assert reached(walk, number) == ["police:silver_city", "police:deming", "nurse"]
    watch.forward(minutes=4)
    assert reached(walk, number) == ["police:silver_city", "nurse"]
    watch.forward(minutes=4)
    assert reached(walk, number) == ["chair"]


@pytest.mark.clause("U-12", "M-04")
def test_the_chair_hears_of_a_gap_in_the_roster_once_a_day(walk: Walk, watch: Watch) -> None:
    """While one is near; not again the same day, and not once the roster is filled."""

    def told() -> int:
        duty.owe_gaps(walk.book, by=SYSTEM)
        return len(claiming.claim_due(walk.book, limit=99, kinds=[EffectKind.REMIND], by=SYSTEM))

    assert [told(), told()] == [1, 0]
    assert duty.gaps_soon(walk.book, by=SYSTEM) == [(watch.now, watch.now + duty.TOLD_AHEAD)]
    watch.forward(days=1)
    assert [told(), told()] == [1, 0]
    week = watch.now + timedelta(days=8)
    duty.put_on_call(walk.book, "nurse", by=walk.chair, starts_at=watch.now, ends_at=week)
    watch.forward(days=1)
    assert told() == 0
    watch.forward(days=5)
    assert told() == 1
    assert duty.gaps_soon(walk.book, by=SYSTEM)[0][0] == week
