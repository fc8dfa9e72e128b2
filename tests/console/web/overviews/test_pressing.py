"""My work: each kind of what waits is there and goes, the most urgent first, and nothing is cut unsaid."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from console.invented import examples
from states.casebook.inquiry import rating, triage
from states.casebook.intake import reports
from states.casebook.plan import meetings, planning
from states.casebook.standing import decisions
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.plans import ActionContent, PlanContent
from states.contents.team import MemberContent
from states.tables import Effect, table_of
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectStatus
from states.vocabulary.people import Role
from states.vocabulary.plans import MeetingKind
from tests.cases.walking import Walk
from tests.console.web.conftest import Served, console
from tests.console.web.overviews.test_runs import stuck
from tests.console.web.overviews.test_work import work

_EFFECTS = table_of(Effect)

RATE = "A case to rate alone"


@pytest.fixture
def served(tmp_path: Path, migrated: Path) -> Iterator[Served]:
    """A console that no other test uses: all that there is was made here."""
    with console(tmp_path, migrated) as made:
        yield made


def lines(client: httpx.Client, query: str = "") -> list[tuple[str, str]]:
    """Each line of a page of my work in its order: under which heading it stands, and its case."""
    found, heading = list[tuple[str, str]](), ""
    for name, head in re.findall(r'<h2 id="(\w+)">|<p class="head">(.*)', client.get(f"/{query}").text):
        heading = name or heading
        if head:
            number = re.search(r"/cases/(TAT-[\d-]+)", head)
            found.append((heading, number[1] if number else ""))
    return found


def test_an_alarm_comes_before_what_is_late_then_what_is_next_then_what_is_stuck(served: Served) -> None:
    """On one page, and in each part the oldest first, whatever kind it is of."""
    walk, watch, book = served.walk, served.watch, served.book
    late = walk.reported()
    watch.forward(days=2)
    alarm = walk.screened(Level.EXTREME)
    later = walk.in_inquiry(Level.MILD)
    meetings.schedule(
        book, later, by=walk.chair, kind=MeetingKind.REVIEW, at=book.clock() + timedelta(hours=1)
    )
    stuck(served, later)
    served.login("chair")
    watch.forward(minutes=1)
    chair = served.browser("chair")
    found = lines(chair)
    headings = [heading for heading, _ in found]
    assert list(dict.fromkeys(headings)) == ["alarm", "late", "next", "stuck"]
    assert sorted(headings, key=["alarm", "late", "next", "stuck"].index) == headings
    assert (found[0], found[-1][0]) == (("alarm", alarm), "stuck")
    assert ("late", late) in found
    # A meeting in an hour stands before a clock that is due in five days, though clocks are asked for first.
    shown = chair.get("/").text
    after = shown[shown.index('id="next"') :]
    assert after.index("A meeting of the team") < after.index("The assessment")


def test_a_meeting_waits_for_those_on_the_case_and_then_for_its_minutes(served: Served) -> None:
    """Before it, to come; after it, to enter who was there, with the way to that; then it is gone."""
    walk, book, nurse = served.walk, served.book, served.browser("nurse")
    number = walk.in_inquiry()
    at = book.clock() + timedelta(days=1)
    meeting = meetings.schedule(book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=at)
    assert number in work(nurse, "?kind=meetings")["A meeting of the team"]
    assert "A meeting without minutes" not in work(nurse, "?kind=meetings")
    served.watch.forward(days=1, hours=2)
    nurse = served.browser("nurse")
    assert number in work(nurse, "?kind=meetings")["A meeting without minutes"]
    assert "A meeting of the team" not in work(nurse, "?kind=meetings")
    assert f'href="/cases/{number}/steps/hold"' in nurse.get("/?kind=meetings").text
    meetings.hold(book, number, meeting, walk.minutes(), by=walk.chair)
    assert "A meeting without minutes" not in work(nurse, "?kind=meetings")


@pytest.mark.clause("W-20")
def test_a_plan_waits_for_the_approval_of_those_who_did_not_write_it(served: Served) -> None:
    """With the way to it; for its writer it does not, and once one has approved it, for nobody."""
    walk, book = served.walk, served.book
    number = drafted(walk)
    waiting = "A plan waits for approval"
    chair, nurse, writer = (served.browser(member) for member in ("chair", "nurse", "officer"))
    for other in (chair, nurse):
        assert number in work(other, "?kind=approvals+and+decisions")[waiting]
    assert f'href="/cases/{number}/steps/approve_plan"' in chair.get("/").text
    assert waiting not in work(writer)
    (plan,) = walk.records(number, "plans")
    planning.approve_plan(book, number, plan["id"], by=walk.chair)
    assert waiting not in work(nurse)


def drafted(walk: Walk) -> str:
    """A case with a plan that the officer wrote, and nobody has approved."""
    number, book = walk.assessed(Level.ELEVATED), walk.book
    acting.act(book, number, "develop_plan", by=walk.chair)
    due_at, kind = book.clock() + timedelta(days=3), book.pack.levels[Level.ELEVATED].plan
    assert kind is not None
    todo = ActionContent(what="invented-action", owner="nurse", due_at=due_at)
    planning.draft_plan(book, number, PlanContent(kind=kind, summary="x", actions=(todo,)), by=walk.officer)
    return number


def test_what_is_stuck_is_there_for_the_chair_and_for_whoever_runs_the_machine(served: Served) -> None:
    """With the way to where it is done again; of which case it is, the chair alone is told."""
    number = served.walk.in_inquiry()
    stuck(served, number)
    keeper = MemberContent(name="invented-runner-name", address="runner@wnmu.example")
    members.enrol(served.book, "runner", keeper, by=served.walk.chair, offices=[], roles=[Role.OPERATOR])
    for member, tells in (("chair", True), ("runner", False)):
        shown = served.browser(member).get("/?kind=stuck+effects").text
        assert '<h2 id="stuck">Stuck <span class="count">1</span></h2>' in shown, member
        assert 'href="/runs?status=stuck"' in shown
        assert (number in shown) == tells
    assert "Stuck" not in served.browser("nurse").get("/").text


def test_of_more_than_twenty_that_are_stuck_or_sounded_none_is_cut_off(served: Served) -> None:
    """Each has a line, and the counts say how many there are; what does not fit is on the next page."""
    walk, book = served.walk, served.book
    sounded = {walk.screened(Level.EXTREME) for _ in range(23)}
    chair = served.browser("chair")
    alarms = chair.get("/?kind=alarms").text
    assert '<h2 id="alarm">Alarms <span class="count">23</span></h2>' in alarms
    assert {number for _, number in lines(chair, "?kind=alarms")} == sounded
    with book.store.write() as connection:
        some = list(connection.scalars(select(_EFFECTS.c.id).limit(60)))
        values = {"status": EffectStatus.STUCK, "code": "unreachable", "attempt": 5}
        connection.execute(update(_EFFECTS).where(_EFFECTS.c.id.in_(some)).values(**values))
    assert len(some) == 60
    first = chair.get("/?kind=stuck+effects").text
    assert '<h2 id="stuck">Stuck <span class="count">60</span></h2>' in first
    rest = chair.get("/?kind=stuck+effects&behind=50").text
    assert [text.count('<p class="head">') for text in (first, rest)] == [50, 10]


def test_my_work_is_counted_by_level(served: Served) -> None:
    """Each count is a link to what it counts."""
    walk = served.walk
    for level, times in ((Level.ELEVATED, 2), (Level.MILD, 1)):
        for _ in range(times):
            triage.screen(served.book, walk.reported(), by=walk.officer, level=level, because="invented")
    chair = served.browser("chair")
    counts = dict(
        re.findall(r'<a href="/\?level=(\w+)">[^<]*<span class="count">(\d+)</span>', chair.get("/").text)
    )
    assert set(counts) == {"Elevated", "Mild"}
    for level, said in counts.items():
        assert len(lines(chair, f"?level={level}")) == int(said)
    assert int(counts["Elevated"]) == 2 * int(counts["Mild"])


@pytest.mark.clause("W-19")
def test_each_on_a_case_is_asked_to_rate_it_alone_before_the_team_assesses(served: Served) -> None:
    """With the way to it; gone for whoever has rated; gone for all once the team's assessment is filed."""
    walk, book = served.walk, served.book
    number = walk.in_inquiry()
    theirs = {member: served.browser(member) for member in ("officer", "nurse", "dean")}
    for client in theirs.values():
        assert number in work(client, "?kind=sources+and+assessments")[RATE]
        assert f'href="/cases/{number}/steps/rate"' in client.get("/").text
    rating.rate(book, number, examples.rating(), by=members.actor(book, "nurse"))
    assert RATE not in work(theirs["nurse"])
    assert number in work(theirs["dean"])[RATE]
    shown = theirs["dean"].get(f"/cases/{number}/steps/record_assessment").text
    (left,) = re.findall(r"<p>Not rated yet: (.*?)\.", shown)
    assert "invented-dean-name" in left
    assert "invented-nurse-name" not in left
    walk.assess(number, Level.MODERATE)
    assert RATE not in work(theirs["dean"])


@pytest.mark.clause("W-39")
def test_nobody_is_asked_to_rate_a_case_that_they_are_kept_out_of_or_not_on(served: Served) -> None:
    """Nor is the chair, who sees every case, asked to rate one that they are not on."""
    walk, book = served.walk, served.book
    number = walk.in_inquiry()
    decisions.recuse(book, number, by=members.actor(book, "nurse"), because="Invented: a neighbor.")
    assert number not in work(served.browser("nurse")).get(RATE, set())
    assert number in work(served.browser("dean"))[RATE]
    own = walk.screened()
    triage.assign(book, own, by=walk.chair, lead="officer", offices=["university_police"])
    acting.act(book, own, "open_inquiry", by=walk.chair)
    for member, asked in (("officer", True), ("chair", False), ("dean", False)):
        assert (own in work(served.browser(member)).get(RATE, set())) == asked, member


def test_a_case_that_is_monitored_is_to_be_rated_when_its_reassessment_is_near(served: Served) -> None:
    """Not before; at once when a new report makes it due; and once more after what was rated is settled."""
    walk, book, watch = served.walk, served.book, served.watch
    number = walk.monitored(Level.MILD)
    assert number not in work(served.browser("dean")).get(RATE, set())
    reports.report(book, examples.report(), by=walk.officer, into=number)
    watch.forward(minutes=1)
    assert number in work(served.browser("dean"))[RATE]
    rating.rate(book, number, examples.rating(), by=members.actor(book, "dean"))
    assert RATE not in work(served.browser("dean"))
    assert number in work(served.browser("nurse"))[RATE]
    walk.assess(number, Level.MILD)
    assert number not in work(served.browser("nurse")).get(RATE, set())


@pytest.mark.clause("W-19")
def test_what_is_settled_in_one_case_asks_nobody_to_rate_another_one_again(served: Served) -> None:
    """Not even a case with a longer history than the one that was rated."""
    walk, book = served.walk, served.book
    number = walk.in_inquiry()
    rating.rate(book, number, examples.rating(), by=members.actor(book, "nurse"))
    walk.monitored(Level.MILD)
    assert number not in work(served.browser("nurse")).get(RATE, set())
    assert number in work(served.browser("dean"))[RATE]
