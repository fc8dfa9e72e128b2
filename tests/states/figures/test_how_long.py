"""How long things took, in small worlds of which the right numbers were worked out by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.figures import counting, measures
from states.casebook.inquiry import assessing, triage
from states.casebook.persons import joining
from states.casebook.rearranging import merging
from states.figures.suppression import Cell
from states.vocabulary.cases import Level
from states.vocabulary.figures import Chart, Grouping, Lapse, Unshown
from states.vocabulary.people import Affiliation
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import close_again
from tests.states.figures.test_counting import SUMMER

pytestmark = pytest.mark.clause("W-48", "P-07")

#: of each wait how many cases there are: a second more than a day is more than a day
WAITS = (
    (timedelta(0), 2),
    (timedelta(days=1), 3),
    (timedelta(days=1, seconds=1), 4),
    (timedelta(days=3), 2),
    (timedelta(days=3, seconds=1), 1),
    (timedelta(days=7), 6),
    (timedelta(days=7, seconds=1), 7),
    (timedelta(days=30), 1),
    (timedelta(days=30, seconds=1), 5),
    (timedelta(days=60), 4),
)

#: two and three within a day, four and two within three, one and six, seven and one, five and four; 35 in all
BY_HAND = [5, 6, 7, 8, 9, 35]

#: what is done to a case at the end of its wait
Done = Callable[[Walk, str], object]


def screened(walk: Walk, number: str) -> None:
    """Screen a case as mild."""
    triage.screen(walk.book, number, by=walk.officer, level=Level.MILD, because="x")


def assessed(walk: Walk, number: str) -> None:
    """File an assessment of a case that is in an inquiry."""
    walk.assess(number, Level.MODERATE, confirm=False)


def dismissed(walk: Walk, number: str) -> None:
    """Close a case that was only reported."""
    screening = triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="x")
    assessing.concur(walk.book, number, by=walk.chair, about=screening)
    walk.dispose(number)
    walk.act(number, "dismiss")


def rows(
    book: Casebook, chart: Chart, grouping: Grouping = Grouping.NONE, group: str = ""
) -> dict[str, list[Cell]]:
    """A chart's rows by period: each category, and the total last."""
    figures = counting.figures(book, by=SYSTEM)[chart]
    return {figure.period.name: figure.row(grouping, group) for figure in figures}


@pytest.mark.parametrize(
    ("chart", "done"),
    [
        (Chart.TO_SCREEN, screened),
        (Chart.TO_MEET, Walk.met),
        (Chart.TO_ASSESS, assessed),
        (Chart.TO_CLOSE, dismissed),
    ],
)
def test_how_long_it_took_is_counted_from_the_report_to_the_first_time(
    book: Casebook, watch: Watch, chart: Chart, done: Done
) -> None:
    """35 cases of one morning wait as long as WAITS has it, up to 60 days; a second time changes nothing.

    By hand, with the ends of each span in it: 2 + 3 cases took a day or less, 4 + 2 up to three days, 1 + 6
    up to seven, 7 + 1 up to thirty, 5 + 4 longer.
    """
    walk, began = Walk(book), watch.now
    stage = walk.in_inquiry if chart is Chart.TO_ASSESS else walk.reported
    waiting = [(wait, stage()) for wait, number in WAITS for _ in range(number)]
    for wait, number in waiting:
        watch.now = began + wait
        done(walk, number)
    if chart is not Chart.TO_CLOSE:
        watch.forward(days=5)
        for _, number in waiting[:2]:
            done(walk, number)
    watch.now = SUMMER
    assert rows(book, chart)["Spring 2026"] == BY_HAND


def test_part_of_a_second_makes_nothing_longer(book: Casebook, watch: Watch) -> None:
    """Five took a day and 0.4 seconds, six a day and 1.4: a day, and more than one, on either database.

    By hand: 86,400.4 seconds are 86,400 to the second, and 86,401.4 are 86,401. Of the five spans three are
    empty; their sum is known to be none, so the smallest of the others stays back with them.
    """
    walk, began = Walk(book), watch.now
    numbers = [walk.reported() for _ in range(11)]
    for place, number in enumerate(numbers):
        watch.now = began + timedelta(days=1, seconds=0.4 if place < 5 else 1.4)
        screened(walk, number)
    watch.now = SUMMER
    row = dict(zip((*Lapse, "all"), rows(book, Chart.TO_SCREEN)["Spring 2026"], strict=True))
    assert (row[Lapse.A_DAY], row[Lapse.THREE_DAYS], row["all"]) == (Unshown.KEPT_BACK, 6, 11)


@pytest.mark.parametrize(
    ("reported", "screened_at", "lapse"),
    [
        # Clocks go forward on 8 March: from noon to noon it is 23 hours, to one o'clock a day.
        ("2026-03-07T12:00:00-07:00", "2026-03-08T12:00:00-06:00", Lapse.A_DAY),
        ("2026-03-07T12:00:00-07:00", "2026-03-08T13:00:00-06:00", Lapse.A_DAY),
        ("2026-03-07T12:00:00-07:00", "2026-03-08T13:00:01-06:00", Lapse.THREE_DAYS),
        # They go back on 1 November: from noon to eleven it is a day, to noon an hour more.
        ("2025-11-01T12:00:00-06:00", "2025-11-02T11:00:00-07:00", Lapse.A_DAY),
        ("2025-11-01T12:00:00-06:00", "2025-11-02T12:00:00-07:00", Lapse.THREE_DAYS),
        # Over the turn of the year: from 28 December to 4 January it is seven days.
        ("2025-12-28T09:00:00-07:00", "2026-01-04T09:00:00-07:00", Lapse.A_WEEK),
        ("2025-12-28T09:00:00-07:00", "2026-01-04T09:00:01-07:00", Lapse.THIRTY_DAYS),
    ],
)
def test_a_day_has_24_hours_whatever_clocks_on_walls_show(
    book: Casebook, watch: Watch, reported: str, screened_at: str, lapse: Lapse
) -> None:
    """One case that waited so, before anything is kept back.

    By hand: what the wall shows at both ends, less what its clock was put forward or back in between.
    """
    walk = Walk(book)
    watch.now = datetime.fromisoformat(reported).astimezone(UTC)
    number = walk.reported()
    watch.now = datetime.fromisoformat(screened_at).astimezone(UTC)
    screened(walk, number)
    with book.store.read() as connection:
        periods = counting.over(connection, book.pack, SUMMER)
        counted = measures.rows(Chart.TO_SCREEN, measures.Asked(connection, periods, SYSTEM))
        assert [row.category for row in connection.execute(counted)] == [lapse]


def test_what_happens_around_new_year_counts_in_the_term_in_which_it_was_done(
    book: Casebook, watch: Watch
) -> None:
    """Fall ends with 15 December, at midnight in Silver City, where it is seven o'clock in UTC.

    By hand: of twelve cases reported on 10 December five are screened in Fall's last second, after five days
    and some hours, and seven on 9 January, after thirty days. So Fall has five of up to seven days, Spring
    seven of up to thirty, and the spans that are empty stay back together with the only one that is not.
    """
    walk = Walk(book)
    watch.now = datetime(2025, 12, 10, 16, tzinfo=UTC)
    numbers = [walk.reported() for _ in range(12)]
    for at, some in (
        (datetime(2025, 12, 16, 6, 59, 59, tzinfo=UTC), numbers[:5]),
        (datetime(2026, 1, 9, 16, tzinfo=UTC), numbers[5:]),
    ):
        watch.now = at
        for number in some:
            screened(walk, number)
    watch.now = SUMMER
    taken = rows(book, Chart.TO_SCREEN)
    assert [taken[name][-1] for name in ("Fall 2025", "Spring 2026")] == [5, 7]
    levels = dict(zip((*Level, "not_screened", "all"), rows(book, Chart.LEVELS)["Fall 2025"], strict=True))
    assert (levels["not_screened"], levels[Level.MILD], levels["all"]) == (7, Unshown.KEPT_BACK, 12)
    assert rows(book, Chart.LEVELS)["Spring 2026"][-1] is Unshown.FEW


def test_one_second_into_the_next_term_is_the_next_term(book: Casebook, watch: Watch) -> None:
    """Five reports at 23:59:59 on 15 December, and six at midnight."""
    walk = Walk(book)
    watch.now = datetime(2025, 12, 16, 6, 59, 59, tzinfo=UTC)
    for _ in range(5):
        walk.reported()
    watch.forward(seconds=1)
    for _ in range(6):
        walk.reported()
    watch.now = SUMMER
    totals = {name: row[-1] for name, row in rows(book, Chart.REPEATS).items()}
    assert (totals["Fall 2025"], totals["Spring 2026"]) == (5, 6)


def test_sites_and_affiliations_have_their_own_spans(book: Casebook, watch: Watch) -> None:
    """Students in Silver City, staff in Deming and visitors in Gallup, five or more in each of five spans.

    By hand: 5 + 6 + 7 + 8 + 9 are 35 students, 9 + 8 + 7 + 6 + 5 as many of the staff, and with five visitors
    to each span all five have 5 + 9 + 5, 6 + 8 + 5 and so on, 19, which are 95. Sites and affiliations with
    nobody would be seen to be empty if all others were shown, so that the smallest, 25, stays back with them.
    """
    walk, began = Walk(book), watch.now
    groups = (
        ("silver_city", Affiliation.STUDENT, [5, 6, 7, 8, 9]),
        ("deming", Affiliation.STAFF, [9, 8, 7, 6, 5]),
        ("gallup", Affiliation.VISITOR, [5, 5, 5, 5, 5]),
    )
    waiting = [
        (days, walk.reported(site=site, affiliation=affiliation))
        for site, affiliation, numbers in groups
        for days, number in zip((1, 3, 7, 30, 31), numbers, strict=True)
        for _ in range(number)
    ]
    for days, number in waiting:
        watch.now = began + timedelta(days=days)
        screened(walk, number)
    watch.now = SUMMER
    assert rows(book, Chart.TO_SCREEN)["Spring 2026"] == [19] * 5 + [95]
    for site, affiliation, numbers in groups:
        shown = [Unshown.KEPT_BACK] * 6 if site == "gallup" else [*numbers, sum(numbers)]
        assert rows(book, Chart.TO_SCREEN, Grouping.SITE, site)["Spring 2026"] == shown
        assert rows(book, Chart.TO_SCREEN, Grouping.AFFILIATION, affiliation)["Spring 2026"] == shown


def test_a_case_that_went_on_in_another_is_not_counted_beside_it(book: Casebook, watch: Watch) -> None:
    """Seven screened cases, one of them merged into another: six were screened, and six began."""
    walk = Walk(book)
    numbers = [walk.reported() for _ in range(7)]
    for number in numbers:
        screened(walk, number)
        walk.met(number)
    joining.confirm_link(book, numbers[0], numbers[1], by=walk.chair, same_person=True, because="x")
    merging.merge(book, numbers[0], numbers[1], by=walk.chair, because="x")
    watch.now = SUMMER
    for chart in (Chart.LEVELS, Chart.TO_SCREEN, Chart.TO_MEET):
        assert rows(book, chart)["Spring 2026"][-1] == 6


def test_a_case_that_is_opened_again_was_closed_all_the_same(book: Casebook, watch: Watch) -> None:
    """Five closed in Spring, of which one is reopened in Summer, and closed once more: Spring still has five.

    By hand: a case counts when it was closed first, as it does when it was screened first; so Summer, in
    which five others are closed, has five as well.
    """
    walk = Walk(book)
    spring = [walk.dismissed() for _ in range(5)]
    watch.now = SUMMER
    summer = [walk.reported() for _ in range(5)]
    walk.act(spring[0], "reopen", {"reason": "x"})
    assert rows(book, Chart.TO_CLOSE)["Spring 2026"][-1] == 5
    for number in summer:
        dismissed(walk, number)
    close_again(walk, spring[0])
    watch.now = datetime(2026, 9, 1, tzinfo=UTC)
    totals = {name: row[-1] for name, row in rows(book, Chart.TO_CLOSE).items()}
    assert (totals["Spring 2026"], totals["Summer 2026"]) == (5, 5)
