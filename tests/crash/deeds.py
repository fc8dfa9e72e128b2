"""What is done, and killed, over and over: report, act, claim, record, notify, refer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from states.access import REPORTER, SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts, claiming, listing
from states.casebook.effects.work import WorkOn
from states.casebook.intake import reports
from states.casebook.lookups import questions
from states.casebook.lookups.questions import Answer
from states.casebook.referrals import sending
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.content import Person
from states.contents.reports import ReportContent, SubjectContent
from states.contents.verbatim import ToldFact
from states.errors import LeaseLost
from states.settings import Settings
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import AnswerStatus
from tasks.desk import Desk
from tasks.drafts.composing import writer
from tasks.sources.registry import Sources
from tasks.steps.notices import send_all
from tasks.steps.referrals import send_referral
from tests.cases.walking import Walk

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
    reports.report(place.book, content, by=REPORTER)


def _ready_for_inquiry(walk: Walk) -> str:
    return walk.screened()


def _act(place: Place, number: str) -> None:
    chair = members.actor(place.book, "chair")
    if any(each.row.trigger == "open_inquiry" for each in acting.can(place.book, number, by=chair)):
        acting.act(place.book, number, "open_inquiry", by=chair)


def _in_inquiry(walk: Walk) -> str:
    return walk.in_inquiry()


def _claim(place: Place, _number: str) -> None:
    for claim in claiming.claim_due(place.book, limit=3, kinds=list(EffectKind), by=SYSTEM):
        claiming.assign(place.book, claim.lease, RUN)


def _taken_up(place: Place, number: str, kind: EffectKind) -> WorkOn[Any] | None:
    line = next(line for line in listing.effects(place.book, by=SYSTEM, number=number) if line.kind == kind)
    try:
        return attempts.begin(place.book, line.effect_id, RUN, by=SYSTEM)
    except LeaseLost:
        return None


def _record(place: Place, number: str) -> None:
    work = _taken_up(place, number, EffectKind.COLLECT_RECORDS)
    if work is None:
        return
    for question in questions.questions(place.book, work):
        facts = (ToldFact(name="Standing", value="invented", kind="static"),)
        answer = Answer(AnswerStatus.FOUND, "registrar", facts=facts)
        questions.record_answer(place.book, work, question.id, answer)
    attempts.finish(place.book, work)


def _notify(place: Place, number: str) -> None:
    work = _taken_up(place, number, EffectKind.NOTIFY_TEAM)
    if work is not None:
        asyncio.run(_send(place, work))


async def _send(place: Place, work: WorkOn[Any]) -> None:
    # What the flow does, told at once; the relay's own crash test has the Prefect around it.
    desk = Desk(place.settings, place.book, Sources())
    await send_all(desk, work, (await writer(desk, work)).news(work.payload))
    await asyncio.to_thread(attempts.finish, place.book, work)


def _monitored(walk: Walk) -> str:
    return walk.monitored()


def _refer(place: Place, number: str) -> None:
    work = _taken_up(place, number, EffectKind.ROUTE_REFERRALS)
    if work is not None:
        asyncio.run(_send_referrals(place, work))


async def _send_referrals(place: Place, work: WorkOn[Any]) -> None:
    desk = Desk(place.settings, place.book, Sources())
    for row in sending.routed(place.book, work):
        if sending.to_send(work, row):
            await send_referral(desk, work, row.id, row.office)
    await asyncio.to_thread(attempts.finish, place.book, work)


def finish_everything(place: Place, number: str) -> None:
    """Do whatever a case still owes, as runs that somebody starts by hand would."""
    for line in listing.effects(place.book, by=SYSTEM, number=number):
        work = attempts.begin(place.book, line.effect_id, RUN, by=SYSTEM)
        if work is not None:
            attempts.finish(place.book, work)


DEEDS = {
    "report": Deed(_somebody_new, _report),
    "act": Deed(_ready_for_inquiry, _act),
    "claim": Deed(_in_inquiry, _claim),
    "record": Deed(_in_inquiry, _record),
    "notify": Deed(_in_inquiry, _notify),
    "refer": Deed(_monitored, _refer),
}
