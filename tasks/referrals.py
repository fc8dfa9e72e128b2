"""Steps of a referral: let it leave through the gate, hand it over, and ask how far it has come."""

from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from states.casebook import referral_answers, referrals
from states.casebook.consents import WITHHELD
from states.casebook.effects import Work
from states.casebook.referral_answers import ASK_EVERY, Waiting
from states.errors import Missing, StepFailed, Withheld
from states.threads import AT_ONCE, in_own_loop
from tasks.boundary import sealed
from tasks.desk import desk, told
from tasks.offices.contract import Answers, Declined, Letter, Way
from tasks.offices.sending import hand_over, least, look
from tasks.offices.writing import letter_of
from tasks.steps import attempts_left, step

#: seconds that a way may take
TIMEOUT = 60.0

#: seconds after which a way that has not stopped by then is left behind, with its thread
GRACE = 5.0

T = TypeVar("T")


@step("list referrals")
async def list_referrals(work: Work) -> list[Any]:
    """List the referrals that an effect is about."""
    return await told(referrals.routed, desk().book, work)


@step("send referral")
async def send_referral(work: Work, referral_id: str, office: str) -> Sequence[Missing]:
    """Send one referral; a second attempt sends it under the same id.

    Args:
        work: the effect.
        referral_id: the referral.
        office: code of its office.

    Returns:
        What the policy would need to let it leave; nothing: it has left.
    """
    try:
        await _send(work, referral_id, desk().offices.way(office))
    except Withheld as refusal:
        await told(referrals.held_up, desk().book, work, referral_id, WITHHELD)
        return refusal.missing
    except StepFailed as failure:
        if failure.permanent or not attempts_left():
            await told(referrals.held_up, desk().book, work, referral_id, failure.code)
        raise
    return ()


async def _send(work: Work, referral_id: str, way: Way) -> None:
    letter = await _letter(work, referral_id, way)
    reply = await _apart(way, partial(hand_over, way, letter, timeout=TIMEOUT))
    book = desk().book
    if isinstance(reply, Declined):
        await told(referrals.sent, book, work, referral_id, way=way.kind, declined=reply.reason)
        return
    ask_at = book.clock() + ASK_EVERY if way.answers is Answers.WHEN_ASKED else None
    await told(referrals.sent, book, work, referral_id, way=way.kind, ticket=reply.ticket, ask_at=ask_at)


async def _apart(way: Way, doing: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Do something with a way where it can be left behind: what hangs there holds nobody else up.

    Raises:
        StepFailed: ``timeout``: it does not even let itself be stopped; or what was done failed.
    """
    with suppress(TimeoutError):
        return await in_own_loop(f"office {way.name}", AT_ONCE, doing, seconds=TIMEOUT + GRACE)
    raise StepFailed("timeout")


async def _letter(work: Work, referral_id: str, way: Way) -> Letter:
    by_link = way.answers is Answers.BY_LINK
    book = desk().book
    released = await told(referrals.release, book, work, referral_id, tells=way.tells, by_link=by_link)
    return letter_of(
        released,
        book.pack,
        subject=least(way.needs, dict(released.known)),
        idempotency_key=work.lease.effect_id,
        base_url=desk().settings.base_url,
    )


async def list_offices_to_ask() -> list[Waiting]:
    """List the referrals whose offices are to be asked now."""
    return await sealed(told)(referral_answers.to_ask, desk().book)


@step("ask office")
async def ask_office(waiting: Waiting) -> bool:
    """Ask an office how far it has come, and put that on record; says whether it was news."""
    way = desk().offices.way(waiting.office)
    book = desk().book
    try:
        progress = await _apart(way, partial(look, way, waiting.ticket, timeout=TIMEOUT))
    except StepFailed as failure:
        if not failure.permanent and attempts_left():
            raise
        await told(referral_answers.asked_about, book, waiting.referral_id, status=None, code=failure.code)
        return False
    return await told(
        referral_answers.asked_about,
        book,
        waiting.referral_id,
        status=progress.status,
        attendance=progress.attendance,
    )
