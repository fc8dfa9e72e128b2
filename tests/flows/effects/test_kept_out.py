"""Whoever is kept out of a case is told nothing of it, by whichever message, also one owed before."""

from datetime import timedelta

import pytest

from flows.catalog import CATALOG, flow_name
from states.access import SYSTEM
from states.casebook.effects import claiming, listing
from states.casebook.protecting import targets
from states.casebook.rounds import results, sweeping
from states.casebook.standing.decisions import recuse
from states.casebook.team import news
from states.contents.plans import TargetContent
from states.contents.reports import SubjectContent
from states.vocabulary.effects import EffectKind, EffectStatus
from tasks.desk import Desk
from tasks.drafts import mailing
from tasks.drafts.composing import Writer
from tests.cases.walking import TEAM, Walk
from tests.installations.running import Runs
from tests.states.courses.taking_up import begun

NURSE = "invented-nurse-address@wnmu.example"
CHAIR = "invented-chair-address@wnmu.example"
DEAN = "invented-dean-address@wnmu.example"


#: when every clock has run out
LATER = timedelta(days=400)


def run_out(walk: Walk) -> None:
    """Let every clock run out: a reminder, then the chair, then stuck."""
    for days in range(3):
        sweeping.sweep(walk.book.at(walk.book.clock() + LATER + timedelta(days=days)), by=SYSTEM)


async def everything_owed(walk: Walk, runs: Runs) -> None:
    """Do all that is owed, whatever kind it is, and what that owes in turn."""
    later = walk.book.at(walk.book.clock() + 2 * LATER)
    for _ in range(3):
        news.owe(later, by=SYSTEM)
        owed = listing.effects(walk.book, by=SYSTEM, status=EffectStatus.PENDING)
        for line in owed:
            kind = EffectKind(line.kind)
            if not CATALOG[kind].bulk:
                await runs.effect(line.effect_id)
        for kind in {EffectKind(line.kind) for line in owed}:
            if CATALOG[kind].bulk:
                claims = claiming.claim_due(
                    later, limit=500, kinds=[kind], seconds=LATER.total_seconds() * 3, by=SYSTEM
                )
                await runs.flow(flow_name(kind), lease=claims[0].lease)


@pytest.mark.clause("W-39")
@pytest.mark.parametrize("stage", ["in_inquiry", "monitored", "reintegrating", "closed"])
async def test_nothing_that_a_case_owes_reaches_whoever_is_kept_out(
    walk: Walk, runs: Runs, stage: str
) -> None:
    """All of it was owed before anybody knew who they are: news, invitations, actions, reminders."""
    number = getattr(walk, stage)()
    targets.add(walk.book, number, TargetContent(name="A", email=NURSE), by=walk.chair)
    run_out(walk)
    await everything_owed(walk, runs)
    told = runs.told()
    assert NURSE not in told
    assert CHAIR in told


@pytest.mark.clause("W-39", "W-02")
async def test_what_goes_to_the_chair_goes_to_whoever_stands_in(walk: Walk, runs: Runs) -> None:
    """Escalations, stuck work, news: neither the chair nor the chair's office hears of a case of her own."""
    number = walk.reported()
    recuse(walk.book, number, by=walk.chair, because="My brother.")
    run_out(walk)
    await everything_owed(walk, runs)
    told = runs.told()
    assert {CHAIR, "student.affairs@wnmu.example"}.isdisjoint(told)
    assert "escalation" in told[DEAN]


@pytest.mark.clause("W-39", "W-02")
async def test_a_report_that_names_the_whole_team_is_read_by_the_office_outside_it_alone(
    walk: Walk, runs: Runs
) -> None:
    """Nobody whom it names hears of it, by whatever message; the police do, whoever is among them (W-13)."""
    names = [f"invented-{member}-name" for member, _, _ in TEAM]
    subject = SubjectContent(name=names[0], also_known_as=tuple(names[1:]), site="silver_city")
    walk.reported(subject=subject, imminent=True)
    run_out(walk)
    await everything_owed(walk, runs)
    told = runs.told()
    assert told.pop("regents@wnmu.example")
    named = {f"invented-{member}-address@wnmu.example" for member, _, _ in TEAM}
    assert named.isdisjoint(told)
    police = {site.police.address for site in walk.book.pack.sites.values()}
    assert told.keys() <= police, told.keys()


@pytest.mark.clause("W-39")
async def test_an_invitation_that_was_written_down_stays_when_its_recipient_is_kept_out(
    walk: Walk, runs: Runs, desk: Desk
) -> None:
    """It was prepared and not yet sent: it is withdrawn, and the others get theirs."""
    number = walk.in_inquiry()
    (owed,) = runs.owed(number, EffectKind.CONVENE_TEAM)
    work = begun(walk.book, owed, "run")
    meeting_id, kind, at = results.convene(walk.book, work)
    drafts = Writer(walk.book.pack, desk.settings, results.brief(walk.book, work)).meeting(
        meeting_id, kind, at
    )
    prepared = await mailing.write_down(desk, work, drafts)
    targets.add(walk.book, number, TargetContent(name="A", email=NURSE), by=walk.chair)
    for notice_id in prepared.waiting:
        await mailing.send(desk, work, notice_id)
    told = runs.told()
    assert NURSE not in told
    assert told[CHAIR] == ["meeting_invitation"]
    assert [row["status"] for row in walk.records(number, "notices")].count("withdrawn") == 1
