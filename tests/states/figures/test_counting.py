"""What charts count: over the cases that one sees, on every kind of server."""

from datetime import UTC, datetime
from itertools import product

import pytest

from console.invented import examples
from states.access import SYSTEM, Actor
from states.casebook.figures import counting
from states.casebook.figures.counting import Figure
from states.casebook.inquiry import triage
from states.casebook.intake import reports
from states.casebook.persons import joining
from states.errors import NotPermitted
from states.figures.suppression import TOTAL
from states.vocabulary.cases import Level
from states.vocabulary.figures import Chart, Grouping, Kept, Lapse, Told, Unshown
from states.vocabulary.people import Affiliation, Role
from tests.cases.walking import Walk
from tests.states.conftest import Watch

pytestmark = pytest.mark.clause("W-48", "P-07")

#: a day of Summer, when Spring is over
SUMMER = datetime(2026, 6, 20, 12, tzinfo=UTC)


def spring(walk: Walk, watch: Watch, by: Actor = SYSTEM) -> dict[Chart, Figure]:
    """The figures of Spring 2026, once it is over."""
    watch.now = SUMMER
    found = counting.figures(walk.book, by=by)
    return {chart: figures[-1] for chart, figures in found.items()}


def read(figure: Figure, grouping: Grouping = Grouping.NONE, group: str = "") -> dict[str, object]:
    """What is shown in a row, by category."""
    return dict(zip((*figure.categories, "total"), figure.row(grouping, group), strict=True))


def test_reports_are_counted_by_site_and_affiliation(walk: Walk, watch: Watch) -> None:
    """Each in the period in which it came, and a group of fewer than five people is not shown."""
    for number, (site, affiliation) in enumerate(
        product(("silver_city", "deming"), (Affiliation.STUDENT, Affiliation.STAFF))
    ):
        for _ in range(5 + number):
            walk.reported(site=site, affiliation=affiliation)
    for _ in range(6):
        walk.reported(site="gallup", affiliation=Affiliation.VISITOR)
    walk.reported(site="lordsburg", affiliation=Affiliation.STRANGER)
    repeats = spring(walk, watch)[Chart.REPEATS]
    assert (repeats.period.name, read(repeats)["total"]) == ("Spring 2026", 33)
    sites = {site: read(repeats, Grouping.SITE, site)["total"] for site in walk.book.pack.sites}
    # Lordsburg is one person; together with Gallup nobody can tell.
    assert sites == {
        "silver_city": 11,
        "deming": 15,
        **dict.fromkeys(("gallup", "lordsburg", "t_or_c"), Unshown.KEPT_BACK),
    }
    affiliations = {each: read(repeats, Grouping.AFFILIATION, each)["total"] for each in Affiliation}
    assert (affiliations[Affiliation.STUDENT], affiliations[Affiliation.STAFF]) == (12, 14)
    assert affiliations[Affiliation.VISITOR] == affiliations[Affiliation.STRANGER] == Unshown.KEPT_BACK


@pytest.mark.clause("U-07")
def test_five_reports_about_one_person_are_one_person(walk: Walk, watch: Watch) -> None:
    """Also where they lie in cases that were found to be about the same; nothing of them is shown."""
    first, second = walk.reported(), walk.reported()
    joining.confirm_link(walk.book, first, second, by=walk.chair, same_person=True, because="x")
    for number in (first, second, first, second, first):
        reports.report(walk.book, examples.report(), by=walk.chair, into=number)
    found = spring(walk, watch)
    assert read(found[Chart.REPEATS])["total"] is Unshown.FEW
    assert read(found[Chart.LEVELS])["total"] is Unshown.FEW


def test_a_further_report_about_somebody_is_a_repeat(walk: Walk, watch: Watch) -> None:
    """Whether it joined their case, or lies in another one about them."""
    for _ in range(5):
        one, other = walk.reported(), walk.reported()
        joining.confirm_link(walk.book, one, other, by=walk.chair, same_person=True, because="x")
        reports.report(walk.book, examples.report(), by=walk.chair, into=one)
    told = read(spring(walk, watch)[Chart.REPEATS])
    assert (told[Told.FIRST], told[Told.AGAIN], told["total"]) == (5, 10, 15)


def test_new_cases_are_counted_by_the_level_at_the_end_of_their_period(walk: Walk, watch: Watch) -> None:
    """What is screened or assessed later does not change a period that is over."""
    mild = [walk.reported() for _ in range(5)]
    other = [walk.reported() for _ in range(6)]
    for number in mild:
        triage.screen(walk.book, number, by=walk.officer, level=Level.MILD, because="x")
    before = read(spring(walk, watch)[Chart.LEVELS])
    # The empty levels are nobody, and stay back with the smallest one that is not.
    assert (before[Level.MILD], before["not_screened"], before["total"]) == (Unshown.KEPT_BACK, 6, 11)
    for number in other:
        triage.screen(walk.book, number, by=walk.officer, level=Level.SEVERE, because="x")
    assert read(spring(walk, watch)[Chart.LEVELS]) == before


def test_how_long_it_took_is_counted_when_it_was_done(walk: Walk, watch: Watch) -> None:
    """To the second: exactly a day is a day. Two hours were allowed, so that all 12 screenings were late.

    So are the 12 first meetings that screening them made due, which nobody held, and nobody asked the 12 who
    reported how they are treated: 36 clocks.
    """
    numbers = [walk.reported() for _ in range(12)]
    watch.forward(days=1)
    for number in numbers[:6]:
        triage.screen(walk.book, number, by=walk.officer, level=Level.MILD, because="x")
    watch.forward(days=6, seconds=1)
    for number in numbers[6:]:
        triage.screen(walk.book, number, by=walk.officer, level=Level.MILD, because="x")
    found = spring(walk, watch)
    took = read(found[Chart.TO_SCREEN])
    assert took["total"] == 12
    # The empty ones are nobody, and stay back with one of the two others, which are alike.
    assert {took[Lapse.A_DAY], took[Lapse.THIRTY_DAYS]} == {6, Unshown.KEPT_BACK}
    # None was kept; with a number beside it, that would be told of everybody.
    clocks = read(found[Chart.CLOCKS])
    assert clocks == {Kept.IN_TIME: Unshown.KEPT_BACK, Kept.LATE: Unshown.KEPT_BACK, "total": 36}


@pytest.mark.clause("W-39")
def test_a_case_that_one_is_kept_out_of_is_in_none_of_ones_figures(walk: Walk, watch: Watch) -> None:
    """The chair who is named in a report counts without it; the custodian counts all."""
    for _ in range(5):
        walk.reported()
    walk.reported(reporter={"name": "invented-chair-name"})
    custodian = Actor("custodian", frozenset({Role.CUSTODIAN}))
    totals = [read(spring(walk, watch, by)[Chart.REPEATS])["total"] for by in (walk.chair, custodian)]
    assert totals == [5, 6]


def test_figures_are_for_the_chair_and_the_custodian(walk: Walk) -> None:
    """A member has the cases that they are on; numbers of others are not theirs."""
    for by in (walk.officer, Actor("operator", frozenset({Role.OPERATOR}))):
        with pytest.raises(NotPermitted):
            counting.figures(walk.book, by=by)


def test_the_period_that_runs_is_not_shown(walk: Walk, watch: Watch) -> None:
    """Whoever looks today and tomorrow learns nothing of the case that began in between."""
    for _ in range(6):
        walk.reported()
    watch.now = datetime(2026, 5, 16, 5, 59, tzinfo=UTC)
    (*_, last) = counting.figures(walk.book, by=SYSTEM)[Chart.CHANNELS]
    assert (last.period.name, last.cells[Grouping.NONE, "", TOTAL]) == ("Fall 2025", Unshown.FEW)
    watch.forward(minutes=1)
    (*_, last) = counting.figures(walk.book, by=SYSTEM)[Chart.CHANNELS]
    assert (last.period.name, last.cells[Grouping.NONE, "", TOTAL]) == ("Spring 2026", 6)
