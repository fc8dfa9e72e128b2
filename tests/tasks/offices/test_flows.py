"""Referrals go out, are held up, are healed and expire as flow runs on a real Prefect server."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage

import pytest
from fastapi import Request, Response
from pydantic import SecretStr

from deployments.orchestrator.registration import make_limits
from states.access import SYSTEM, Actor
from states.casebook.effects import attempts, circuits, claiming
from states.casebook.referrals import answers, sending
from states.casebook.rounds import sweeping
from states.casebook.triggers import acting
from states.contents.leaving import OutcomeContent
from states.errors import Refused, StepFailed
from states.vocabulary.effects import Clock, EffectKind, EffectStatus
from states.vocabulary.leaving import ReferralKind, ReferralStatus
from states.vocabulary.people import Role
from states.vocabulary.sources import LegalBasis
from tasks.desk import Desk
from tasks.drafts.link_paths import ANSWERS
from tests.cases.referring import consent
from tests.cases.walking import Walk
from tests.installations.running import Runs
from tests.tasks.offices.conftest import CENTER, Sent
from tests.tasks.offices.fhir.center import Center

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
    attempts.redrive(walk.book, effect_id, by=OPERATOR)
    await runs.effect(effect_id)
    assert statuses(walk, number) == {"counselling": ("sent", ""), "conduct": ("sent", "")}
    assert len(runs.mail()) == 1, "nobody is written to twice"
    assert runs.line(effect_id).status == EffectStatus.DONE
    del referral


async def test_an_office_that_fails_again_and_again_is_not_called(
    referral: Sent, walk: Walk, runs: Runs, center: Center
) -> None:
    """Its circuit is open, as a source's would be: nothing is released, and nothing is sent."""
    for _ in range(circuits.FAILURES):
        circuits.failed(walk.book, "office counselling", "server_error", by=SYSTEM)
    number = walk.monitored(referrals=(ReferralKind.COUNSELLING,))
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    assert statuses(walk, number) == {"counselling": ("drafted", "circuit_open")}
    assert (center.held, walk.records(number, "disclosures")) == ({}, [])
    del referral


async def test_an_office_s_failures_open_its_circuit_and_an_answer_closes_it(
    referral: Sent, walk: Walk, center: Center
) -> None:
    """What is wrong with one letter, or with our own mail, is not counted."""
    referral.draft(ReferralKind.COUNSELLING)
    for fault, failing in ((503, ["office counselling"]), (422, ["office counselling"]), (None, [])):
        center.fault = fault
        with suppress(StepFailed):
            await referral.send()
        assert [line.name for line in circuits.failing(walk.book, by=SYSTEM)] == failing
    referral.draft(ReferralKind.CONDUCT)
    referral.seat.desk.settings.smtp_url = SecretStr("smtp://127.0.0.1:9")
    with pytest.raises(StepFailed, match="channel_unavailable"):
        await referral.send()
    assert [line.name for line in circuits.failing(walk.book, by=SYSTEM)] == ["mail server"]


@pytest.mark.parametrize("at_once", [1, 2])
async def test_no_more_letters_at_once_than_an_office_bears(
    referral: Sent, walk: Walk, runs: Runs, center: Center, at_once: int
) -> None:
    """As with a source: of an office that bears one, two cases' letters go out one after the other."""
    crowd = Crowd()
    center.app.middleware("http")(crowd.pass_through)
    table = CENTER.format(url=center.url).replace('use = "fhir"', f'use = "fhir"\nat_once = {at_once}')
    referral.configure(table)
    numbers = [walk.monitored(referrals=(ReferralKind.COUNSELLING,)) for _ in range(2)]
    # Two runs that make it at the same time would meet.
    await make_limits(runs.client, runs.seat.desk.sources, runs.seat.desk.offices)
    await asyncio.gather(*(runs.only(number, EffectKind.ROUTE_REFERRALS) for number in numbers))
    assert [statuses(walk, number)["counselling"][0] for number in numbers] == ["sent", "sent"]
    assert crowd.most == at_once


#: lets a call through to the office
GoOn = Callable[[Request], Awaitable[Response]]


class Crowd:
    """Counts the calls that an office has at once: each stays until it has company, or a while."""

    #: seconds in which a call that nothing holds back has long come
    PATIENCE = 1.5

    def __init__(self) -> None:
        self.most = 0
        self._inside = 0
        self._company = asyncio.Event()

    async def pass_through(self, request: Request, go_on: GoOn) -> Response:
        """Wait for company, then let the call through."""
        self._inside += 1
        self.most = max(self.most, self._inside)
        if self._inside > 1:
            self._company.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._company.wait(), self.PATIENCE)
        try:
            return await go_on(request)
        finally:
            self._inside -= 1


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
    sending.send_again(desk.book, number, row["id"], by=walk.chair, basis=LegalBasis.CONSENT)
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    assert statuses(walk, number) == {"counselling": ("sent", "")}
    assert runs.told()["counseling@wnmu.example"] == ["referral_counselling"]


async def test_offices_that_do_not_call_are_asked(walk: Walk, runs: Runs, center: Center) -> None:
    """The scheduled flow asks each one that it is time for, and the case hears of it."""
    number = walk.monitored()
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    center.task()["status"] = "accepted"
    await runs.flow("ask-offices")
    assert statuses(walk, number) == {"counselling": ("sent", "")}, "it is too early"
    later = walk.book.clock() + answers.ASK_EVERY
    walk.book.clock = lambda: later
    await runs.flow("ask-offices")
    assert statuses(walk, number) == {"counselling": ("accepted", "")}


async def test_an_office_that_stays_silent_lets_its_referral_expire(walk: Walk, runs: Runs) -> None:
    """The lead is reminded, the chair is told, then told that it is stuck: the referral has expired."""
    number = walk.monitored()
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    (waits,) = (
        line
        for line in sweeping.running(walk.book, by=SYSTEM, number=number)
        if line.clock == Clock.REFERRAL_ACKNOWLEDGEMENT
    )
    seen = []
    for hours in (-2, 30, 130):
        now = waits.due_at + timedelta(hours=hours)
        walk.book.clock = lambda now=now: now  # type: ignore[misc]
        await runs.flow("sweep")
        claims = claiming.claim_due(walk.book, limit=200, kinds=[EffectKind.REMIND], by=SYSTEM)
        await runs.flow("remind", lease=claims[0].lease)
        seen.append(statuses(walk, number)["counselling"][0])
    assert seen == [ReferralStatus.SENT, ReferralStatus.SENT, ReferralStatus.EXPIRED]
    assert {"reminder", "escalation"} <= set(runs.told()[CHAIR])
    still = {line.clock for line in sweeping.running(walk.book, by=SYSTEM, number=number)}
    assert Clock.REFERRAL_ACKNOWLEDGEMENT not in still
    assert "referral_expired" in walk.events(number)


@pytest.mark.clause("W-25")
async def test_an_office_that_answered_is_mailed_the_link_for_its_next_answer(
    walk: Walk, runs: Runs, desk: Desk
) -> None:
    """After *received*, the way to *taken up* is in its mailbox, not on one page that was closed."""
    number = walk.monitored(referrals=(ReferralKind.CONDUCT,))
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    (first,) = set(LINK.findall(text_of(runs.mail()[0])))
    answers.answer_by_link(desk.book, first, number, ReferralStatus.ACKNOWLEDGED)
    await runs.only(number, EffectKind.SEND_OFFICE_LINK)
    assert runs.told()["student.affairs@wnmu.example"] == ["referral_conduct", "referral_link"]
    (second,) = {secret for mail in runs.mail() for secret in LINK.findall(text_of(mail))} - {first}
    answers.answer_by_link(desk.book, second, number, ReferralStatus.ACCEPTED)
    assert statuses(walk, number) == {"conduct": ("accepted", "")}
    (row,) = walk.records(number, "referrals")
    sending.send_link(desk.book, number, row["id"], by=walk.chair)
    answers.record_outcome(
        desk.book, number, row["id"], ReferralStatus.COMPLETED, OutcomeContent(), by=walk.chair
    )
    with pytest.raises(Refused, match="has said all"):
        sending.send_link(desk.book, number, row["id"], by=walk.chair)


@pytest.mark.clause("W-25")
async def test_an_office_that_is_late_is_reminded_with_a_link_that_works(
    walk: Walk, runs: Runs, desk: Desk
) -> None:
    """The lead is reminded, and the office itself is, with the way to answer."""
    number = walk.monitored(referrals=(ReferralKind.CONDUCT,))
    await runs.only(number, EffectKind.ROUTE_REFERRALS)
    (waits,) = (
        line
        for line in sweeping.running(walk.book, by=SYSTEM, number=number)
        if line.clock == Clock.REFERRAL_ACKNOWLEDGEMENT
    )
    now = waits.due_at - timedelta(hours=2)
    walk.book.clock = lambda: now
    await runs.flow("sweep")
    claims = claiming.claim_due(walk.book, limit=200, kinds=[EffectKind.REMIND], by=SYSTEM)
    await runs.flow("remind", lease=claims[0].lease)
    (reminder,) = (mail for mail in runs.mail() if mail["X-Tatflow-Message"] == "referral_link")
    (secret,) = set(LINK.findall(text_of(reminder)))
    assert answers.asked(desk.book, secret).number == number


def text_of(mail: EmailMessage) -> str:
    """What a mail says."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
