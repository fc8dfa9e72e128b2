"""What blocks a step can be cleared in the very state in which it does: no hint is impossible to follow."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest

from states.casebook.inquiry import assessing, triage
from states.casebook.intake import reports
from states.casebook.loading import load
from states.casebook.lookups import asking
from states.casebook.persons import joining, units
from states.casebook.plan import coming_back, doing, planning
from states.casebook.protecting import targets
from states.casebook.rearranging import merging
from states.casebook.referrals import referring
from states.casebook.team import members
from states.casefile import Section
from states.contents.plans import ActionContent, PlanContent, ReferralContent, TargetContent
from states.contents.reports import ReportContent, SubjectContent
from states.errors import Missing
from states.machine import available
from states.process import TRANSITIONS
from states.tables import Case
from states.vocabulary.cases import CaseState, Level, ReportChannel
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.plans import PlanKind, PlanTopic
from states.vocabulary.sources import SourceKind
from tests.cases.walking import TEAM, Walk
from tests.states.conftest import Watch
from tests.states.looking import case

S = CaseState

#: how a case comes into each state, with what the guards there have to say
STAGES: Mapping[CaseState, Callable[[Walk], str]] = {
    S.REPORTED: lambda walk: walk.reported(unit=""),
    S.INQUIRY: lambda walk: walk.in_inquiry(unit=""),
    S.ASSESSED: lambda walk: walk.assessed(unit=""),
    S.PLAN: lambda walk: planning_for(walk, Level.MODERATE),
    S.MONITORING: lambda walk: walk.monitored(unit="", referrals=()),
    S.REINTEGRATION: lambda walk: walk.reintegrating(unit="", referrals=()),
    S.CLOSED: lambda walk: walk.closed(),
}

#: pairs of a guard and a state of its rows in which it has nothing to say
SILENT = {
    *(("check_ins_settled", state) for state in CaseState if state is not S.REINTEGRATION),
    *(("reintegration_done_or_unneeded", state) for state in CaseState if state is not S.MONITORING),
}

PAIRS = sorted(
    {
        (guard, state)
        for row in TRANSITIONS
        for guard in row.guards
        for state in row.sources
        if (guard, state) not in SILENT
    }
)

Way = Callable[[Walk, str], Iterator[Mapping[str, str]]]
WAYS: dict[str, Way] = {}


def way(function: Way) -> Way:
    """What makes a guard say something, and, behind the yield, what its sentence says to do."""
    WAYS[function.__name__.removeprefix("_")] = function
    return function


def planning_for(walk: Walk, level: Level) -> str:
    """A case in Plan for which nothing is drafted yet."""
    number = walk.assessed(level, unit="")
    walk.act(number, "develop_plan")
    return number


def blocking(walk: Walk, number: str, given: Mapping[str, str]) -> list[Missing]:
    """What blocks anything from the case's state."""
    with walk.book.store.read() as connection:
        row = Case(**case(walk.book, number)._mapping)  # noqa: SLF001 - SQLAlchemy's public name
        file = load(connection, row, walk.book.pack, list(Section), given, now=walk.book.clock())
    return [one for can in available(file, walk.chair) for one in can.missing]


def missing(walk: Walk, number: str, given: Mapping[str, str]) -> set[str]:
    """Names of the guards that do."""
    return {one.guard for one in blocking(walk, number, given)}


def waive(walk: Walk, number: str, guard: str) -> None:
    """Waive every source that a guard names, asked or not."""
    (sentence,) = {one.sentence for one in blocking(walk, number, {}) if one.guard == guard}
    for kind in SourceKind:
        if kind.replace("_", " ") + " (" in sentence:
            asking.waive_source(walk.book, number, kind, by=walk.chair, because="x")


def draft(walk: Walk, number: str, **given: object) -> str:
    """Draft the plan that a case asks for, with something for each thing that it has to have."""
    level = Level(str(case(walk.book, number).level))
    kind = walk.book.pack.levels[level].plan or PlanKind.ACTIVE_MONITORING
    fields = {
        "kind": kind,
        "topics": dict.fromkeys(PlanTopic, "x"),
        "actions": (ActionContent(what="x", owner="nurse", due_at=walk.book.clock() + timedelta(days=1)),),
    }
    return planning.draft_plan(walk.book, number, PlanContent(**fields | given), by=walk.officer)


@way
def _screened(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    triage.screen(walk.book, number, by=walk.officer, level=Level.MILD, because="x")


@way
def _assigned(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=["student_affairs"])


@way
def _screened_none(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="x")


@way
def _screening_concurred(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    about = triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="x")
    yield {}
    assessing.concur(walk.book, number, by=walk.chair, about=about)


def lowered(walk: Walk, number: str) -> str:
    """Put Severe on record, and then something lower; returns the id of the lower record."""
    if case(walk.book, number).state == S.REPORTED:
        triage.screen(walk.book, number, by=walk.officer, level=Level.SEVERE, because="x")
        return triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="x")
    walk.assess(number, Level.SEVERE)
    return walk.assess(number, Level.MILD)


@way
def _lowering_agreed(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    about = lowered(walk, number)
    yield {}
    walk.met(number)
    assessing.concur(walk.book, number, by=walk.chair, about=about)


@way
def _sources_decided_if_grave(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    lowered(walk, number)
    asking.request_lookup(walk.book, number, SourceKind.WEAPONS_REGISTRATION, by=walk.chair, because="x")
    yield {}
    waive(walk, number, "sources_decided_if_grave")


@way
def _disposition_written(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    walk.dispose(number)


@way
def _endangered_followed_up(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    target = targets.add(walk.book, number, TargetContent(name="x"), by=walk.chair)
    yield {}
    targets.follow_up(walk.book, number, target, "x", by=walk.chair)


@way
def _unit_known(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    content = ReferralContent(kind=ReferralKind.CONDUCT, recommendation="x")
    referring.refer(walk.book, number, content, by=walk.chair)
    yield {}
    units.name(walk.book, number, "education", by=walk.chair)


@way
def _assessment_on_file(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    walk.assess(number, Level.MILD)


@way
def _sources_settled(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    waive(walk, number, "sources_settled")


@way
def _quorum(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    about = walk.assess(number, Level.SEVERE, confirm=False)
    yield {}
    for member, _, _ in TEAM:
        if member != walk.officer.id:
            assessing.confirm(walk.book, number, about, by=members.actor(walk.book, member))


@way
def _verbal_reports_followed_up(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    said = ReportContent(
        behaviour_of_concern="x", subject=SubjectContent(site="silver_city"), channel=ReportChannel.VERBAL
    )
    verbal = reports.report(walk.book, said, by=walk.officer, into=number).report_id
    yield {}
    written = said.model_copy(update={"channel": ReportChannel.WRITTEN, "follows_up": verbal})
    reports.report(walk.book, written, by=walk.officer)


@way
def _level_above_none(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    reassess(walk, number, Level.NONE)
    yield {}
    walk.dispose(number)
    units.name(walk.book, number, "education", by=walk.chair)
    walk.act(number, "close")


def reassess(walk: Walk, number: str, level: Level) -> None:
    """Put a new assessment in force, agreed to where it is lower."""
    about = walk.assess(number, level)
    assessing.concur(walk.book, number, by=walk.chair, about=about)
    walk.act(number, "reassess")


@way
def _plan_fits_level(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    draft(walk, number, kind=PlanKind.THREAT_MANAGEMENT)
    yield {}
    draft(walk, number)


@way
def _plan_covers_topics(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    reassess(walk, number, Level.SEVERE)
    draft(walk, number, topics={})
    yield {}
    draft(walk, number)


@way
def _plan_covers_targets(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    reassess(walk, number, Level.SEVERE)
    target = targets.add(walk.book, number, TargetContent(name="x"), by=walk.chair)
    draft(walk, number)
    yield {}
    draft(walk, number, targets=(target[:8],))


@way
def _actions_owned(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    draft(walk, number, actions=())
    yield {}
    draft(walk, number)


@way
def _plan_approved(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    plan = draft(walk, number)
    yield {}
    planning.approve_plan(walk.book, number, plan, by=walk.chair)


@way
def _reassessed(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    walk.assess(number, Level.MODERATE)


@way
def _plan_no_longer_fits(_walk: Walk, _number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    yield {"reason": "x"}


@way
def _level_permits_reintegration(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    reassess(walk, number, Level.MILD)


@way
def _no_graver_level_stands(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    walk.assess(number, Level.SEVERE)
    yield {}
    walk.act(number, "reassess")


@way
def _initial_actions_complete(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    for action in walk.records(number, "plan_actions"):
        doing.complete_action(walk.book, number, action["id"], by=walk.officer)


@way
def _reintegration_drafted(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    walk.draft_reintegration(number)


@way
def _reason_given(_walk: Walk, _number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    yield {"reason": "x"}


@way
def _no_longer_a_threat(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    reassess(walk, number, Level.NONE)


@way
def _follow_up_named(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    walk.dispose(number, follow_up=())
    yield {}
    walk.dispose(number)


@way
def _check_ins_settled(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    for row in walk.records(number, "check_ins"):
        coming_back.settle_check_in(walk.book, number, row["id"], by=walk.chair, waived_because="x")


@way
def _reintegration_done_or_unneeded(_walk: Walk, _number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    yield {"without_reintegration": "x"}


@way
def _not_merged(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    _merge(walk, number)
    yield {}
    merging.unmerge(walk.book, number, by=walk.chair, because="x")


@way
def _merged_elsewhere(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    _merge(walk, number)


def _merge(walk: Walk, number: str) -> None:
    other = walk.screened(unit="")
    joining.confirm_link(walk.book, number, other, by=walk.chair, same_person=True, because="x")
    merging.merge(walk.book, number, other, by=walk.chair, because="x")


@way
def _new_report_or_reason(walk: Walk, number: str) -> Iterator[Mapping[str, str]]:
    yield {}
    said = ReportContent(behaviour_of_concern="x", subject=SubjectContent(site="silver_city"))
    reports.report(walk.book, said, by=walk.chair, into=number)


@pytest.mark.parametrize(("guard", "state"), PAIRS, ids=[f"{guard}-{state}" for guard, state in PAIRS])
def test_what_a_guard_asks_for_can_be_done_where_it_asks(
    walk: Walk, watch: Watch, guard: str, state: CaseState
) -> None:
    """For each guard in each state of the table that names it; a new one fails until it has its way here."""
    number = STAGES[state](walk)
    assert case(walk.book, number).state == state
    watch.forward(minutes=1)
    steps = WAYS[guard](walk, number)
    given = next(steps)
    assert guard in missing(walk, number, given)
    watch.forward(minutes=1)
    given = next(steps, {})
    if case(walk.book, number).state == state:
        assert guard not in missing(walk, number, given)
    else:
        assert guard in ("level_above_none", "merged_elsewhere")
