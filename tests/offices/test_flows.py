"""Referrals go out, are held up, are healed and expire as flow runs on a real Prefect server."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest

from flows.catalog import CATALOG
from flows.referrals import ask_offices
from flows.scheduled import sweep
from states.access import SYSTEM, Actor
from states.casebook import acting, effects, referral_answers, referrals, timers
from states.errors import Refused
from states.records import OutcomeContent
from states.vocabulary import Clock, EffectKind, EffectStatus, LegalBasis, ReferralKind, ReferralStatus, Role
from tasks.desk import Desk
from tasks.link_paths import ANSWERS
from tests.offices.center import Center
from tests.offices.conftest import CENTER, Sent
from tests.referring import consent
from tests.running import Runs
from tests.walking import Walk

#: the link in a mail to an office
LINK = re.compile(rf"{ANSWERS}/([0-9a-f]{{64}})")

CHAIR = "invented-chair-address@wnmu.example"
OPERATOR = Actor("operator", frozenset({Role.OPERATOR}))


def statuses(walk: Walk, number: str) -> dict[str, tuple[str, str]]:
    """How far each referral has come, and why no further."""
    return {row["kind"]: (row["status"], row["code"]) for row in walk.records(number, "referrals")}


async def test_one_office_that_is_away_keeps_no_other_from_hearing(
    referral: Sent, walk: Walk, runs: Runs, center: Center
) -> None:
    """The others go out at once; the case shows why one did not, and a redrive heals it."""
    number = walk.monitored(referrals=(ReferralKind.COUNSELLING, ReferralKind.CONDUCT))
    center.fault = 401
    (effect_id,) = runs.owed(number, EffectKind.ROUTE_REFERRALS)
    await runs.effect(effect_id)
    assert statuses(walk, number) == {"counselling": ("drafted", "unauthorized"), "conduct": ("sent", "")}
    assert runs.told() == {"student.affairs@wnmu.example": ["referral_conduct"]}
    assert (runs.line(effect_id).status, runs.line(effect_id).code) == (EffectStatus.STUCK, "unauthorized")
    center.fault = None
    effects.redrive(walk.book, effect_id, by=OPERATOR)
    await runs.effect(effect_id)
    assert statuses(walk, number) == {"counselling": ("sent", ""), "conduct": ("sent", "")}
    assert len(runs.mail()) == 1, "nobody is written to twice"
    assert runs.line(effect_id).status == EffectStatus.DONE
    del referral


async def test_an_office_that_nobody_reaches_is_tried_again(
    referral: Sent, walk: Walk, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The effect waits for its next attempt, and the case shows why."""
    monkeypatch.setenv("TEST_CENTER_TOKEN", "any")
    referral.configure(CENTER.format(url="http://127.0.0.1:9"))
    number = walk.monitored()
    (effect_id,) = runs.owed(number, EffectKind.ROUTE_REFERRALS)
    await runs.effect(effect_id)
    assert statuses(walk, number) == {"counselling": ("drafted", "unreachable")}
    assert (runs.line(effect_id).status, runs.line(effect_id).code) == (EffectStatus.PENDING, "unreachable")
    assert "assess" not in {each.row.trigger for each in acting.can(walk.book, number, by=walk.chair)}


@pytest.mark.clause("W-39")
async def test_the_lead_is_told_what_a_withheld_referral_needs(walk: Walk, runs: Runs, desk: Desk) -> None:
    """Nothing leaves, the lead reads what would be needed, and on that basis it is sent."""
    rules = tuple(
        rule.model_copy(update={"bases": (LegalBasis.CONSENT,)}) if "counselor" in rule.to else rule
        for rule in desk.book.pack.disclosures
    )
    desk.book.pack = desk.book.pack.model_copy(update={"disclosures": rules})
    number = walk.monitored()
    (effect_id,) = runs.owed(number, EffectKind.ROUTE_REFERRALS)
    await runs.effect(effect_id)
    assert statuses(walk, number) == {"counselling": ("drafted", "withheld")}
    assert runs.line(effect_id).code == "withheld"
    assert runs.told() == {CHAIR: ["referral_withheld"]}
    told = " ".join(str(runs.mail()[0].get_body(("plain",))).split())
    assert "needed would be: consent" in told
    (row,) = walk.records(number, "referrals")
    consent(desk.book, number, by=walk.chair)
    referrals.send_again(desk.book, number, row["id"], by=walk.chair, basis=LegalBasis.CONSENT)
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    assert statuses(walk, number) == {"counselling": ("sent", "")}
    assert runs.told()["counseling@wnmu.example"] == ["referral_counselling"]


async def test_offices_that_do_not_call_are_asked(walk: Walk, runs: Runs, center: Center) -> None:
    """The scheduled flow asks each one that it is time for, and the case hears of it."""
    number = walk.monitored()
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    center.task()["status"] = "accepted"
    await runs.flow(ask_offices)
    assert statuses(walk, number) == {"counselling": ("sent", "")}, "it is too early"
    later = walk.book.clock() + referral_answers.ASK_EVERY
    walk.book.clock = lambda: later
    await runs.flow(ask_offices)
    assert statuses(walk, number) == {"counselling": ("accepted", "")}


async def test_an_office_that_stays_silent_lets_its_referral_expire(walk: Walk, runs: Runs) -> None:
    """The lead is reminded, the chair is told, then told that it is stuck: the referral has expired."""
    number = walk.monitored()
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    (waits,) = (
        line
        for line in timers.running(walk.book, by=SYSTEM, number=number)
        if line.clock == Clock.REFERRAL_ACKNOWLEDGEMENT
    )
    seen = []
    for hours in (-2, 30, 130):
        now = waits.due_at + timedelta(hours=hours)
        walk.book.clock = lambda now=now: now  # type: ignore[misc]
        await runs.flow(sweep)
        claims = effects.claim_due(walk.book, limit=200, kinds=[EffectKind.REMIND])
        await runs.flow(CATALOG[EffectKind.REMIND].flow, lease=claims[0].lease)
        seen.append(statuses(walk, number)["counselling"][0])
    assert seen == [ReferralStatus.SENT, ReferralStatus.SENT, ReferralStatus.EXPIRED]
    assert {"reminder", "escalation"} <= set(runs.told()[CHAIR])
    still = {line.clock for line in timers.running(walk.book, by=SYSTEM, number=number)}
    assert Clock.REFERRAL_ACKNOWLEDGEMENT not in still
    assert "referral_expired" in walk.events(number)


@pytest.mark.clause("W-25")
async def test_an_office_that_answered_is_mailed_the_link_for_its_next_answer(
    walk: Walk, runs: Runs, desk: Desk
) -> None:
    """After *received*, the way to *taken up* is in its mailbox, not on one page that was closed."""
    number = walk.monitored(referrals=(ReferralKind.CONDUCT,))
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    (first,) = LINK.findall(text_of(runs.mail()[0]))
    referral_answers.answer_by_link(desk.book, first, ReferralStatus.ACKNOWLEDGED)
    await runs.only(number, EffectKind.SEND_OFFICE_LINK)
    assert runs.told()["student.affairs@wnmu.example"] == ["referral_conduct", "referral_link"]
    (second,) = {secret for mail in runs.mail() for secret in LINK.findall(text_of(mail))} - {first}
    referral_answers.answer_by_link(desk.book, second, ReferralStatus.ACCEPTED)
    assert statuses(walk, number) == {"conduct": ("accepted", "")}
    (row,) = walk.records(number, "referrals")
    referrals.send_link(desk.book, number, row["id"], by=walk.chair)
    referral_answers.record_outcome(
        desk.book, number, row["id"], ReferralStatus.COMPLETED, OutcomeContent(), by=walk.chair
    )
    with pytest.raises(Refused, match="has said all"):
        referrals.send_link(desk.book, number, row["id"], by=walk.chair)


@pytest.mark.clause("W-25")
async def test_an_office_that_is_late_is_reminded_with_a_link_that_works(
    walk: Walk, runs: Runs, desk: Desk
) -> None:
    """The lead is reminded, and the office itself is, with the way to answer."""
    number = walk.monitored(referrals=(ReferralKind.CONDUCT,))
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    (waits,) = (
        line
        for line in timers.running(walk.book, by=SYSTEM, number=number)
        if line.clock == Clock.REFERRAL_ACKNOWLEDGEMENT
    )
    now = waits.due_at - timedelta(hours=2)
    walk.book.clock = lambda: now
    await runs.flow(sweep)
    claims = effects.claim_due(walk.book, limit=200, kinds=[EffectKind.REMIND])
    await runs.flow(CATALOG[EffectKind.REMIND].flow, lease=claims[0].lease)
    (reminder,) = (mail for mail in runs.mail() if mail["X-Tatflow-Message"] == "referral_link")
    (secret,) = LINK.findall(text_of(reminder))
    assert referral_answers.asked(desk.book, secret).number == number


def text_of(mail: EmailMessage) -> str:
    """What a mail says."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
