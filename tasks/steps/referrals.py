"""Steps of a referral: let it leave through the gate and hand it over, and ask how far it has come."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from states.access import SYSTEM
from states.casebook.disclosing.consents import WITHHELD
from states.casebook.effects.work import WorkOn
from states.casebook.referrals import answers, sending
from states.casebook.referrals.answers import ASK_EVERY, Waiting
from states.contents.payloads import Routing
from states.correspondence.letter import Letter
from states.errors import Missing, StepFailed, Withheld
from states.store.threads import told
from tasks.desk import Desk
from tasks.drafts.letter_mail import TeamMail
from tasks.drafts.link_paths import ANSWERS, CALLS
from tasks.offices.contract import Answers, Declined, Progress, Way
from tasks.offices.sending import hand_over, look
from tasks.steps.step import another_try, step
from tasks.steps.traffic import FarSide, call, office_side

#: seconds that a way may take
TIMEOUT = 60.0


@step("send referral")
async def send_referral(
    desk: Desk, work: WorkOn[Routing], referral_id: str, office: str
) -> Sequence[Missing]:
    """Send one referral; a second attempt sends it under the same id.

    Args:
        desk: what this process works with.
        work: the effect.
        referral_id: the referral.
        office: code of its office.

    Returns:
        What the policy would need to let it leave; nothing: it has left.
    """
    try:
        await _send(desk, work, referral_id, desk.offices.way(office))
    except Withheld as refusal:
        await told(sending.held_up, desk.book, work, referral_id, WITHHELD)
        return refusal.missing
    except StepFailed as failure:
        if not another_try(failure):
            await told(sending.held_up, desk.book, work, referral_id, failure.code)
        raise
    return ()


async def _send(desk: Desk, work: WorkOn[Routing], referral_id: str, way: Way) -> None:
    reply = await call(
        desk,
        _side(desk, way),
        partial(_release, desk, work, referral_id, way),
        partial(hand_over, way, post=TeamMail(desk, work), timeout=TIMEOUT),
    )
    book = desk.book
    if isinstance(reply, Declined):
        await told(sending.sent, book, work, referral_id, way=way.kind, declined=reply.reason)
        return
    ask_at = book.clock() + ASK_EVERY if way.answers is Answers.WHEN_ASKED else None
    await told(sending.sent, book, work, referral_id, way=way.kind, ticket=reply.ticket, ask_at=ask_at)


def _side(desk: Desk, way: Way) -> FarSide:
    return office_side(way, TIMEOUT, limited=desk.offices.at_once(way) is not None)


async def _release(desk: Desk, work: WorkOn[Routing], referral_id: str, way: Way) -> Letter:
    begins = desk.settings.base_url.rstrip("/")
    link = f"{begins}{ANSWERS}/" if way.answers is Answers.BY_LINK else None
    letter = await told(sending.release, desk.book, work, referral_id, tells=way.tells, link=link)
    calls = f"{begins}{CALLS}/{letter.office}/{referral_id}" if way.answers is Answers.BY_CALL else ""
    return replace(letter, answer_at=calls)


async def _nothing_leaves() -> None:
    """Asking how far a referral has come tells nothing of anybody."""


@step("ask office")
async def ask_office(desk: Desk, waiting: Waiting) -> bool:
    """Ask an office how far it has come, and put that on record; says whether it was news."""
    way = desk.offices.way(waiting.office)
    book = desk.book

    async def asked(_: None) -> Progress:
        return await look(way, waiting.ticket, timeout=TIMEOUT)

    try:
        progress = await call(desk, _side(desk, way), _nothing_leaves, asked)
    except StepFailed as failure:
        if another_try(failure):
            raise
        await told(answers.asked_about, book, waiting.referral_id, status=None, code=failure.code, by=SYSTEM)
        return False
    return await told(
        answers.asked_about,
        book,
        waiting.referral_id,
        status=progress.status,
        attendance=progress.attendance,
        by=SYSTEM,
    )
