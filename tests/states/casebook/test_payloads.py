"""What effects are told: typed, and no harm to others where it does not open."""

from typing import Any

import pytest
from sqlalchemy import update

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.alarms import lane
from states.casebook.effects import attempts, claiming, listing
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.contents import payloads
from states.contents.payloads import OWING, Payload
from states.errors import ContentUnreadable
from states.tables import Effect, table_of
from states.vault import DataKey
from states.vocabulary.effects import Clock, DeadlineStage, EffectKind, EffectStatus
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY, Watch
from tests.states.looking import verified

EFFECTS = table_of(Effect)


def spoil(book: Casebook, effect_id: str, payload: bytes = b"\x01nothing that anybody sealed") -> None:
    """Put something else in the place of an effect's payload."""
    with book.store.write() as connection:
        connection.execute(update(EFFECTS).where(EFFECTS.c.id == effect_id).values(payload=payload))


def line(book: Casebook, effect_id: str) -> listing.EffectLine:
    """An effect as operators see it."""
    return next(line for line in listing.effects(book, by=SYSTEM) if line.effect_id == effect_id)


def test_every_kind_of_effect_has_its_payload() -> None:
    """The table names each kind once."""
    assert set(OWING) == set(EffectKind)


@pytest.mark.parametrize("kind", EffectKind)
def test_what_is_sealed_opens_as_it_was(kind: EffectKind) -> None:
    """Also with what an older version wrote besides, and only as the effect that it was sealed for."""
    owing, key = OWING[kind], DataKey("case", bytes(32))
    every: dict[str, Any] = dict.fromkeys(
        ("member", "report", "referral", "release", "plan", "deadline"), "some-id"
    )
    lists = dict.fromkeys(("notices", "meetings", "referrals"), ("one", "two"))
    words = {"about": "Spring 2026", "anchor": "a line", "stage": "reminded"}
    words |= {"happened": "rests", "at": MONDAY.isoformat()}
    told = owing.of(every | lists | words)
    assert owing.open(key, "an-effect", owing.seal(key, "an-effect", told)) == told
    more = key.seal("effects", "an-effect", told.model_dump(mode="json") | {"of_before": "passed over"})
    assert owing.open(key, "an-effect", more) == told


@pytest.mark.parametrize(
    ("kind", "written", "told"),
    [
        (EffectKind.ALERT_POLICE, {}, payloads.RoundDue()),
        (EffectKind.ALERT_POLICE, {"alarm": "a", "call": "c"}, payloads.CallDue(alarm="a", call="c")),
        (EffectKind.ALERT_POLICE, {"alarm": "a", "round": 2}, payloads.RoundDue(alarm="a", round=2)),
        (EffectKind.ALERT_POLICE, {"alarm": "a", "answer": "r"}, payloads.ReplyUnclear(answer="r")),
        (EffectKind.ROUTE_REFERRALS, {"plan": "p"}, payloads.ReferralsOfPlan(plan="p")),
        (EffectKind.ROUTE_REFERRALS, {"referrals": ["r"]}, payloads.TheseReferrals(referrals=("r",))),
        (EffectKind.ROUTE_REFERRALS, {"referral": "r"}, payloads.ReferralAgain(referral="r")),
        (
            EffectKind.REMIND,
            {"deadline": "d", "stage": "stuck"},
            payloads.ClockDue(deadline="d", stage=DeadlineStage.STUCK),
        ),
        (
            EffectKind.CONVENE_TEAM,
            {"deadline": "d", "stage": "stuck", "trigger": "sweep", "clock": "next_meeting"},
            payloads.MeetingWanted(clock=Clock.NEXT_MEETING),
        ),
        (EffectKind.COLLECT_RECORDS, {"trigger": "poll"}, Payload()),
    ],
)
def test_what_the_version_before_wrote_opens(
    kind: EffectKind, written: dict[str, Any], told: Payload
) -> None:
    """Each form that a payload was given then is told apart by what stands in it."""
    key = DataKey("case", bytes(32))
    assert OWING[kind].open(key, "an-effect", key.seal("effects", "an-effect", written)) == told


def test_a_payload_that_does_not_open_ends_its_own_effect_and_no_other_of_its_batch(
    walk: Walk, watch: Watch
) -> None:
    """It is stuck with a code, in front of operators; the others are done."""
    for _ in range(3):
        walk.reported()
    watch.forward(days=2)
    sweeping.sweep(walk.book, by=SYSTEM)
    claims = claiming.claim_due(walk.book, limit=100, kinds=[EffectKind.REMIND], by=SYSTEM)
    of_cases = [(one.effect_id, one.case_id) for one in claims if one.case_id is not None]
    (spoilt, _), (odd, its_case) = of_cases[:2]
    spoil(walk.book, spoilt)
    with walk.book.store.write() as connection:
        key = walk.book.key(connection, its_case)
    spoil(walk.book, odd, key.seal("effects", odd, {"nobody": "knows this"}))
    works, unreadable = attempts.begin_batch(walk.book, claims[0].lease)
    assert {work.effect_id for work in works} == {one.effect_id for one in claims} - {spoilt, odd}
    assert len(works) > 0
    assert unreadable == 2
    for work in works:
        attempts.finish(walk.book, work)
    for effect in (spoilt, odd):
        shown = line(walk.book, effect)
        assert (shown.status, shown.code) == (EffectStatus.STUCK, attempts.UNREADABLE)


def test_one_that_is_done_by_itself_is_stuck_at_once_too(walk: Walk) -> None:
    """No lease runs out first, and the team is told that it was given up."""
    number = walk.reported()
    (claim,) = claiming.claim_due(walk.book, limit=1, kinds=[EffectKind.NOTIFY_TEAM], by=SYSTEM)
    claiming.assign(walk.book, claim.lease, "a-run")
    spoil(walk.book, claim.effect_id)
    with pytest.raises(ContentUnreadable, match="see to its case by hand"):
        attempts.begin(walk.book, claim.effect_id, "a-run", by=SYSTEM)
    assert line(walk.book, claim.effect_id).status == EffectStatus.STUCK
    assert walk.events(number)[-1] == "effect_stuck"
    (told,) = [each for each in listing.effects(walk.book, by=SYSTEM) if each.kind == EffectKind.REMIND]
    assert told.status == EffectStatus.PENDING


def test_an_alarm_whose_payload_does_not_open_is_never_given_up(walk: Walk) -> None:
    """It is put back, to be tried when it is due again: somebody may have mended it by then."""
    number = walk.reported()
    walk.act(number, "raise_alarm", {"reason": "A weapon."})
    first = lane.waiting(walk.book, by=SYSTEM)[0]
    spoil(walk.book, first.row.id)
    with pytest.raises(ContentUnreadable):
        lane.claim(walk.book, first, lane="a-lane", seconds=10, by=SYSTEM)
    after = line(walk.book, first.row.id)
    assert (after.status, after.attempt, after.code) == (EffectStatus.PENDING, 1, attempts.UNREADABLE)
    assert after.due_at > walk.book.clock()


def test_what_is_mended_is_done_when_somebody_redrives_it(walk: Walk) -> None:
    """A program that was put back to the version before could not read it; the newer one can."""
    walk.reported()
    (claim,) = claiming.claim_due(walk.book, limit=1, kinds=[EffectKind.NOTIFY_TEAM], by=SYSTEM)
    claiming.assign(walk.book, claim.lease, "a-run")
    with walk.book.store.read() as connection:
        was = connection.execute(EFFECTS.select().where(EFFECTS.c.id == claim.effect_id)).one().payload
    spoil(walk.book, claim.effect_id)
    with pytest.raises(ContentUnreadable):
        attempts.begin(walk.book, claim.effect_id, "a-run", by=SYSTEM)
    spoil(walk.book, claim.effect_id, was)
    attempts.redrive(walk.book, claim.effect_id, by=members.actor(walk.book, "operator"))
    work = attempts.begin(walk.book, claim.effect_id, "another-run", by=SYSTEM)
    assert work is not None
    attempts.finish(walk.book, work)
    verified(walk.book)
