"""What is done, and killed, over and over: report, act, claim, record, notify, refer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from states.access import REPORTER, SYSTEM
from states.casebook import Casebook, acting, effects, intake, lookups, referrals, team
from states.casebook.effects import Work
from states.casebook.lookups import Answer
from states.errors import LeaseLost
from states.records import Person, ReportContent, SubjectContent
from states.settings import Settings
from states.vocabulary import AnswerStatus, EffectKind, IdentifierKind
from tasks.composing import writer
from tasks.desk import Desk, sit_down
from tasks.notices import prepare_notices, send_notice
from tasks.referrals import send_referral
from tasks.sources.registry import Sources
from tasks.steps import unseen
from tests.walking import Walk

#: the Prefect run that stands for a flow here
RUN = "0b5e0a6e-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deed is done.

    Args:
        book: the open casebook.
        settings: where the outbox folder lies.
    """

    book: Casebook
    settings: Settings


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that may be killed at any moment.

    Args:
        prepare: makes a case ready for it; returns what :attr:`do` is told.
        do: does it; done again after a kill, it does what is missing and nothing twice.
    """

    prepare: Callable[[Walk], str]
    do: Callable[[Place, str], None]


def _somebody_new(walk: Walk) -> str:
    # A report about a person on record joins that person's case; so a second try is told by the first one's.
    return walk.words("campus_id")


def _report(place: Place, campus_id: str) -> None:
    subject = SubjectContent(
        name=f"Invented {campus_id}",
        identifiers={IdentifierKind.CAMPUS_ID: campus_id},
        site="silver_city",
    )
    content = ReportContent(
        behaviour_of_concern="An invented threat.",
        subject=subject,
        reporter=Person(name="Invented Reporter"),
        imminent=True,
    )
    intake.report(place.book, content, by=REPORTER)


def _ready_for_inquiry(walk: Walk) -> str:
    return walk.screened()


def _act(place: Place, number: str) -> None:
    chair = team.actor(place.book, "chair")
    if any(each.row.trigger == "open_inquiry" for each in acting.can(place.book, number, by=chair)):
        acting.act(place.book, number, "open_inquiry", by=chair)


def _in_inquiry(walk: Walk) -> str:
    return walk.in_inquiry()


def _claim(place: Place, _number: str) -> None:
    for claim in effects.claim_due(place.book, limit=3, kinds=list(EffectKind)):
        effects.assign(place.book, claim.lease, RUN)


def _taken_up(place: Place, number: str, kind: EffectKind) -> Work | None:
    line = next(line for line in effects.effects(place.book, by=SYSTEM, number=number) if line.kind == kind)
    try:
        return effects.begin(place.book, line.effect_id, RUN)
    except LeaseLost:
        return None


def _record(place: Place, number: str) -> None:
    work = _taken_up(place, number, EffectKind.COLLECT_RECORDS)
    if work is None:
        return
    for question in lookups.questions(place.book, work):
        facts = ({"name": "Standing", "value": "invented", "kind": "static", "observed_at": None},)
        answer = Answer(AnswerStatus.FOUND, "registrar", facts=facts)
        lookups.record_answer(place.book, work, question.query_id, answer)
    effects.finish(place.book, work)


def _notify(place: Place, number: str) -> None:
    sit_down(Desk(place.settings, place.book, Sources()))
    work = _taken_up(place, number, EffectKind.NOTIFY_TEAM)
    if work is not None:
        asyncio.run(_send(place, work))


async def _send(place: Place, work: Work) -> None:
    # The steps of the flow, without the Prefect around them; the relay's own crash test has that.
    drafts = (await writer(work)).news(work.payload["trigger"])
    prepared = await prepare_notices.fn(work, drafts)  # type: ignore[attr-defined]
    for notice_id in prepared.waiting:
        await send_notice.fn(work, notice_id)  # type: ignore[attr-defined]
    await asyncio.to_thread(effects.finish, place.book, work)


def _monitored(walk: Walk) -> str:
    return walk.monitored()


def _refer(place: Place, number: str) -> None:
    sit_down(Desk(place.settings, place.book, Sources()))
    work = _taken_up(place, number, EffectKind.ROUTE_REFERRALS)
    if work is not None:
        asyncio.run(_send_referrals(place, work))


async def _send_referrals(place: Place, work: Work) -> None:
    for row in referrals.routed(place.book, work):
        if referrals.to_send(work, row):
            await unseen(send_referral)(work, row.id, row.office)
    await asyncio.to_thread(effects.finish, place.book, work)


def finish_everything(place: Place, number: str) -> None:
    """Do whatever a case still owes, as runs that somebody starts by hand would."""
    for line in effects.effects(place.book, by=SYSTEM, number=number):
        work = effects.begin(place.book, line.effect_id, RUN)
        if work is not None:
            effects.finish(place.book, work)


DEEDS = {
    "report": Deed(_somebody_new, _report),
    "act": Deed(_ready_for_inquiry, _act),
    "claim": Deed(_in_inquiry, _claim),
    "record": Deed(_in_inquiry, _record),
    "notify": Deed(_in_inquiry, _notify),
    "refer": Deed(_monitored, _refer),
}
