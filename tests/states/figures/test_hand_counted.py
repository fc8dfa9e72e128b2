"""Reports, clocks, alarms and referrals, counted by hand in small worlds and by the casebook in its way."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from console.invented import examples
from states.access import SYSTEM, Actor
from states.casebook import Casebook
from states.casebook.figures import counting
from states.casebook.inquiry import triage
from states.casebook.intake import reports
from states.casebook.persons import joining
from states.casebook.referrals import sending
from states.casebook.rounds import sweeping
from states.figures.suppression import Cell
from states.process import ENDED_BY_CLOSING
from states.tables import Deadline, table_of
from states.vocabulary.cases import Level
from states.vocabulary.danger import AlarmCause
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.figures import Chart, Grouping, Kept, Told, Unshown
from states.vocabulary.leaving import ReferralStatus
from states.vocabulary.people import Affiliation, Role
from tests.cases.referring import referred, send, told
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import take_up
from tests.states.figures.test_counting import SUMMER
from tests.states.looking import case

pytestmark = pytest.mark.clause("W-48", "P-07")

#: the clocks that the end of a case stops
STOPPED = (*ENDED_BY_CLOSING, Clock.REPRISAL_CHECK)


def spring(
    book: Casebook, watch: Watch, chart: Chart, grouping: Grouping = Grouping.NONE, group: str = ""
) -> dict[str, Cell]:
    """What Spring has of a chart in a row, by category, when it is over."""
    watch.now = SUMMER
    figure = counting.figures(book, by=SYSTEM)[chart][-1]
    return dict(zip((*figure.categories, "all"), figure.row(grouping, group), strict=True))


def screen(walk: Walk, number: str, level: Level = Level.MILD) -> None:
    """Screen a case."""
    triage.screen(walk.book, number, by=walk.officer, level=level, because="x")


def test_a_clock_is_kept_until_its_last_second_and_missed_from_the_next(book: Casebook, watch: Watch) -> None:
    """Screening is due two hours after the report; two more clocks once it is screened, which are missed.

    By hand, of screenings: Silver City has 6 at the last second and 7 a second later; Deming 8 in an hour and
    5 never, which is late as well; Gallup 5 at once and 5 late. Of first meetings, all missed: 13, 8 and 10;
    as many reporters were not asked how they are treated. So Silver City kept 6 and missed 7 + 26 = 33,
    Deming kept 8 and missed 5 + 16 = 21, and all with Gallup's kept 6 + 8 + 5 = 19 and missed 33 + 21 + 25 =
    79, of 98. Two sites have nobody, and Gallup stays back.
    """
    walk, began = Walk(book), watch.now
    last, past = timedelta(hours=2), timedelta(hours=2, seconds=1)
    waits = (
        ("silver_city", last, 6),
        ("silver_city", past, 7),
        ("deming", timedelta(hours=1), 8),
        ("deming", None, 5),
        ("gallup", timedelta(0), 5),
        ("gallup", past, 5),
    )
    waiting = [(wait, walk.reported(site=site)) for site, wait, number in waits for _ in range(number)]
    for wait, number in waiting:
        if wait is not None:
            watch.now = began + wait
            screen(walk, number)
    assert spring(book, watch, Chart.CLOCKS) == {Kept.IN_TIME: 19, Kept.LATE: 79, "all": 98}
    for site, kept, late in (("silver_city", 6, 33), ("deming", 8, 21)):
        shown = spring(book, watch, Chart.CLOCKS, Grouping.SITE, site)
        assert shown == {Kept.IN_TIME: kept, Kept.LATE: late, "all": kept + late}
    assert set(spring(book, watch, Chart.CLOCKS, Grouping.SITE, "gallup").values()) == {Unshown.KEPT_BACK}


def test_a_clock_that_stopped_as_its_case_closed_is_neither_kept_nor_missed(
    quick_book: Casebook, watch: Watch
) -> None:
    """Nobody did what it asked for; one that was late by then is missed, and what was done before is kept."""
    walk, clocks = Walk(quick_book), table_of(Deadline)
    closed = dict[str, datetime]()
    for wait in range(12):
        number = walk.assessed(Level.NONE)
        watch.forward(days=wait % 2)
        walk.dispose(number)
        walk.act(number, "close")
        closed[case(quick_book, number).id] = watch.now
    with quick_book.store.read() as connection:
        ran = connection.execute(select(clocks).where(clocks.c.case_id.in_(closed))).all()
    let_go, expected = 0, Counter[str]()
    for row in ran:
        in_time = row.satisfied_at is not None and row.satisfied_at <= row.due_at
        # The question whether a reporter is treated badly begins anew then.
        with_it = row.clock in STOPPED and row.satisfied_at == closed[row.case_id]
        let_go += in_time and with_it
        if row.due_at < SUMMER and not (in_time and with_it):
            expected[Kept.IN_TIME if in_time else Kept.LATE] += 1
    assert let_go
    assert spring(quick_book, watch, Chart.CLOCKS) == {**expected, "all": sum(expected.values())}


def test_what_offices_answered_is_counted_when_it_came_to_an_end(book: Casebook, watch: Watch) -> None:
    """Six completed, five declined, seven silent to the end, two that still wait; one student each.

    By hand: 6, 5 and 7, together 18; what waits has not ended. All are students, so that all other
    affiliations have nobody, and the only row by affiliation stays back with them.
    """
    walk = Walk(book)
    every = [referred(walk) for _ in range(20)]
    for number, referral in every[6:18]:
        send(walk, number, referral)
    for number, referral in every[:6]:
        told(walk, number, referral, ReferralStatus.COMPLETED)
    for number, referral in every[6:11]:
        told(walk, number, referral, ReferralStatus.DECLINED, "No.")
    for _ in range(3):
        watch.forward(days=10)
        sweeping.sweep(book, by=SYSTEM)
    for number, referral in every[11:18]:
        work = take_up(book, number, EffectKind.REMIND)
        sending.expire(book, work, Clock.REFERRAL_ACKNOWLEDGEMENT, referral)
    assert spring(book, watch, Chart.REFERRALS) == {
        ReferralStatus.COMPLETED: 6,
        ReferralStatus.DECLINED: 5,
        ReferralStatus.EXPIRED: 7,
        "all": 18,
    }
    student = spring(book, watch, Chart.REFERRALS, Grouping.AFFILIATION, Affiliation.STUDENT)
    assert set(student.values()) == {Unshown.KEPT_BACK}


def test_alarms_are_counted_by_what_raised_them(book: Casebook, watch: Watch) -> None:
    """Five somebody raised, six came with a report of imminent danger, seven with a level at screening.

    By hand: 18. None at assessment and none for a further site: they stay back, and with them the smallest of
    the others, the five, as the sum of the two would say that both are none.
    """
    walk = Walk(book)
    for _ in range(5):
        walk.act(walk.reported(), "raise_alarm", {"reason": "x"})
    for _ in range(6):
        walk.reported(imminent=True)
    for _ in range(7):
        screen(walk, walk.reported(), Level.EXTREME)
    kept = Unshown.KEPT_BACK
    assert spring(book, watch, Chart.ALARMS) == {
        AlarmCause.RAISED: kept,
        AlarmCause.IMMINENT_REPORT: 6,
        AlarmCause.SCREENED: 7,
        AlarmCause.ASSESSED: kept,
        AlarmCause.FURTHER_SITE: kept,
        "all": 18,
    }


def test_a_repeat_report_is_about_somebody_who_was_reported_before(book: Casebook, watch: Watch) -> None:
    """Ten people, of whom five were reported twice and a sixth in Fall already.

    By hand: Fall has one report, which is not shown. Spring has the first reports of nine people, and as
    repeats the five second ones and the one about the sixth person: 9 + 6 = 15.
    """
    walk, monday = Walk(book), watch.now
    watch.now = monday - timedelta(days=90)
    before = walk.reported()
    watch.now = monday
    people = [walk.reported() for _ in range(9)]
    for number in (before, *people[:5]):
        watch.forward(days=1)
        reports.report(book, examples.report(), by=walk.chair, into=number)
    assert spring(book, watch, Chart.REPEATS) == {Told.FIRST: 9, Told.AGAIN: 6, "all": 15}


@pytest.mark.clause("W-39")
def test_a_report_in_a_case_that_one_is_kept_out_of_makes_no_other_a_repeat(
    book: Casebook, watch: Watch
) -> None:
    """The chair, who is named in five earlier reports about the same people, sees ten first ones.

    By hand: the custodian counts 5 + 10 reports, of which five are repeats; the chair counts ten, and
    none of them is one: else the difference told her that there are others.
    """
    walk = Walk(book)
    hidden = [walk.reported(reporter={"name": "invented-chair-name"}) for _ in range(5)]
    watch.forward(days=1)
    there = [walk.reported() for _ in range(10)]
    for one, other in zip(hidden, there, strict=False):
        joining.confirm_link(book, one, other, by=walk.officer, same_person=True, because="x")
    watch.now = SUMMER
    custodian = Actor("custodian", frozenset({Role.CUSTODIAN}))
    rows = [counting.figures(book, by=by)[Chart.REPEATS][-1].row() for by in (custodian, walk.chair)]
    assert rows == [[10, 5, 15], [Unshown.KEPT_BACK, Unshown.KEPT_BACK, 10]]


def test_a_term_has_what_happened_in_it_and_no_other(book: Casebook, watch: Watch) -> None:
    """Six reports in Fall and seven in Spring, of which each term shows its own.

    By hand: a period begins when the one before it ended, so no report is in both, and none in neither.
    """
    walk, monday = Walk(book), watch.now
    watch.now = monday - timedelta(days=90)
    for _ in range(6):
        walk.reported()
    watch.now = monday
    for _ in range(7):
        walk.reported()
    watch.now = SUMMER
    totals = {each.period.name: each.row()[-1] for each in counting.figures(book, by=SYSTEM)[Chart.CHANNELS]}
    assert (totals["Fall 2025"], totals["Spring 2026"]) == (6, 7)
