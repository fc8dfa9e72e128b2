"""The report on a period is written in versions, approved by a second person, and sent as it was then."""

from datetime import UTC, datetime, timedelta

import pytest

from states.access import SYSTEM, Actor
from states.casebook.figures import counting, reporting
from states.casebook.team import members
from states.contents.team import ReportTexts
from states.errors import NotPermitted, Refused, UnknownRecord
from states.figures.suppression import LEAST
from states.tables import Effect, SemesterReport
from states.vocabulary.effects import EffectKind
from states.vocabulary.figures import Chart, Unshown
from tests.cases.reporting import approved, written
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.figures.test_counting import SUMMER
from tests.states.looking import rows

pytestmark = pytest.mark.clause("W-34")

SPRING = "Spring 2026"


@pytest.fixture(autouse=True)
def _summer(walk: Walk, watch: Watch) -> None:
    """Six reports in Spring, which is over."""
    for _ in range(LEAST + 1):
        walk.reported()
    watch.now = SUMMER


@pytest.mark.clause("M-05")
def test_what_the_team_writes_is_kept_in_versions(walk: Walk, watch: Watch) -> None:
    """The newest counts, the earlier ones stay, and no text lies in clear."""
    first = reporting.write(walk.book, SPRING, ReportTexts(recommendations="invented-one"), by=walk.chair)
    watch.forward(hours=1)
    texts = ReportTexts(beside={Chart.LEVELS: "invented-two"}, recommendations="invented-three")
    reporting.write(walk.book, SPRING, texts, by=walk.chair, seen=first)
    found = reporting.report(walk.book, SPRING, by=walk.officer)
    assert (found.texts, found.line.version, found.earlier) == (texts, 2, [("chair", SUMMER)])
    assert found.figures[Chart.LEVELS][-1] == LEAST + 1
    assert not any(b"invented-" in row.content for row in rows(walk.book, SemesterReport))


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(walk: Walk) -> None:
    """Whoever saw an earlier version, or none, is refused."""
    seen = reporting.write(walk.book, SPRING, ReportTexts(), by=walk.chair)
    reporting.write(walk.book, SPRING, ReportTexts(recommendations="x"), by=walk.chair, seen=seen)
    for stale in ("", seen):
        with pytest.raises(Refused, match="wrote this report anew"):
            reporting.write(walk.book, SPRING, ReportTexts(), by=walk.chair, seen=stale)
    with pytest.raises(Refused, match="written anew since you read it"):
        reporting.approve(walk.book, SPRING, by=walk.officer, seen=seen)
    assert reporting.report(walk.book, SPRING, by=walk.chair).texts.recommendations == "x"


def test_whoever_wrote_a_report_does_not_approve_it(walk: Walk) -> None:
    """Somebody else does, once; then it is written no more, and it is owed."""
    seen = reporting.write(walk.book, SPRING, ReportTexts(), by=walk.chair)
    with pytest.raises(Refused, match="somebody else approves it"):
        reporting.approve(walk.book, SPRING, by=walk.chair, seen=seen)
    assert EffectKind.SEMESTER_REPORT not in {row.kind for row in rows(walk.book, Effect)}
    reporting.approve(walk.book, SPRING, by=walk.officer, seen=seen)
    with pytest.raises(Refused, match="approved already"):
        reporting.approve(walk.book, SPRING, by=walk.officer, seen=seen)
    with pytest.raises(Refused, match="is approved"):
        reporting.write(walk.book, SPRING, ReportTexts(), by=walk.chair, seen=seen)
    assert [row.kind for row in rows(walk.book, Effect)].count(EffectKind.SEMESTER_REPORT) == 1


def test_what_was_sent_stays_what_it_was(walk: Walk, watch: Watch) -> None:
    """What is put down of that period only afterwards changes nothing in it."""
    about = approved(walk, walk.book)
    before = reporting.sent(walk.book, about, by=SYSTEM)
    watch.now = SUMMER - timedelta(days=60)
    walk.reported()
    watch.now = SUMMER
    assert counting.figures(walk.book, by=walk.chair)[Chart.LEVELS][-1].row()[-1] == LEAST + 2
    assert before == reporting.sent(walk.book, about, by=SYSTEM)
    assert reporting.report(walk.book, about, by=walk.chair).figures[Chart.LEVELS][-1] == LEAST + 1


@pytest.mark.clause("W-39")
def test_whoever_is_kept_out_of_a_case_reads_the_report_without_it(walk: Walk, watch: Watch) -> None:
    """Before it is approved and after; what is sent counts every case.

    Not where their office was sent it: what they read anew differs from that by the case, then.
    """
    watch.now = datetime(2026, 3, 2, tzinfo=UTC)
    walk.reported(reporter={"name": "invented-dean-name"})
    walk.reported(reporter={"name": "invented-nurse-name"})
    watch.now = SUMMER
    dean, nurse = (members.actor(walk.book, member) for member in ("dean", "nurse"))
    assert not dean.offices.isdisjoint(walk.book.pack.told_of_semesters)
    assert nurse.offices.isdisjoint(walk.book.pack.told_of_semesters)
    about = written(walk, walk.book)

    def total(by: Actor) -> object:
        return reporting.report(walk.book, about, by=by).figures[Chart.REPEATS][-1]

    assert [total(each) for each in (walk.officer, dean, nurse)] == [LEAST + 3, LEAST + 2, LEAST + 2]
    seen = reporting.report(walk.book, about, by=walk.officer).report_id
    reporting.approve(walk.book, about, by=walk.officer, seen=seen)
    assert reporting.sent(walk.book, about, by=SYSTEM).figures[Chart.REPEATS][-1] == LEAST + 3
    assert [total(each) for each in (walk.officer, dean, nurse)] == [LEAST + 3, LEAST + 3, LEAST + 2]


def test_a_period_that_runs_has_no_report(walk: Walk) -> None:
    """Nor has one that never was; and a report that nobody wrote is not approved."""
    for about in ("Summer 2026", "Spring 1999"):
        with pytest.raises(UnknownRecord):
            reporting.write(walk.book, about, ReportTexts(), by=walk.chair)
    with pytest.raises(UnknownRecord):
        reporting.approve(walk.book, SPRING, by=walk.officer, seen="")
    with pytest.raises(UnknownRecord):
        reporting.sent(walk.book, written(walk, walk.book), by=SYSTEM)


def test_members_read_and_the_chair_and_the_custodian_write(walk: Walk) -> None:
    """A member who is no chair writes none."""
    with pytest.raises(NotPermitted):
        reporting.write(walk.book, SPRING, ReportTexts(), by=walk.officer)
    assert Unshown.KEPT_BACK in reporting.report(walk.book, SPRING, by=walk.officer).figures[Chart.CHANNELS]
