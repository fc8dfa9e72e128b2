"""Rules on what a way keeps: to what it says that it tells, and to itself what it was handed."""

import asyncio
from functools import partial

from states.errors import StepFailed
from tasks.offices.contract import Delivered, Reply, Way
from tasks.suites.doing import check_silence, ended, heard
from tasks.suites.offices.trial import TELLING, OfficeTrial, reading
from tasks.suites.trial import QUOTED, Broken
from tasks.suites.watching import listening, outside

#: how many letters are handed over at the same time
AT_ONCE = 4


async def reads_declared(trial: OfficeTrial) -> None:
    """It reads those parts of a letter that its `tells` names, and no identifier beyond its needs."""
    way: Way = trial.make()
    letter, subject = trial.watched(way)
    with reading() as read:
        await ended(trial, partial(way.send, letter, trial.post))
    beyond = subject.touched - {str(each) for each in way.needs.named}
    if beyond:
        raise Broken(
            f"It looks for {', '.join(sorted(beyond))}, which its needs do not name, and which it is never "
            "given. Name it in its Needs, or do not read it."
        )
    unsaid = sorted(part for part, told in TELLING.items() if part in read and told not in way.tells)
    if unsaid:
        raise Broken(
            f"It reads the letter's {' and '.join(unsaid)}, which its `tells` does not name. Name it there, "
            "so that the gate is asked, or do not read it."
        )
    if trial.in_reach:
        untold = sorted(part for part, told in TELLING.items() if part not in read and told in way.tells)
        if untold:
            raise Broken(
                f"Its `tells` names the letter's {' and '.join(untold)}, which it does not read. Take it out "
                "of there: what is on record as told was told."
            )


async def is_repeatable(trial: OfficeTrial) -> None:
    """Sending twice says the same, one after the other or at the same time."""
    way: Way = trial.make()
    letter = trial.least(way, trial.letter(way))
    first = await _said(trial, way, letter)
    if await _said(trial, way, letter) != first:
        raise Broken(
            "Sent twice under one idempotency_key, a letter gets two answers. Send the key along, or the "
            "referral's id, and have the office keep one of the two."
        )
    together = await asyncio.gather(*(_said(trial, way, letter) for _ in range(AT_ONCE)))
    if any(said != first for said in together):
        raise Broken(
            f"Sent {AT_ONCE} times at once, a letter gets other answers than alone. Share nothing between "
            "letters that one of them changes."
        )


async def _said(trial: OfficeTrial, way: Way, letter: object) -> Reply | str:
    try:
        return await trial.send(way, letter)  # type: ignore[arg-type]
    except StepFailed as failure:
        return failure.code


async def shows_nothing(trial: OfficeTrial) -> None:
    """Neither the subject nor the letter is in a repr, a log, a warning, a code or an error."""
    tickets: set[str] = set()
    with listening() as said:
        way: Way = trial.make()
        letter = trial.least(way, trial.letter(way))
        await heard(trial, partial(way.send, letter, trial.post), said)
        reply = await _said(trial, way, letter)
        said.add("a reply's code", repr(reply))
        if isinstance(reply, Delivered) and reply.ticket:
            tickets.add(reply.ticket)
            await heard(trial, partial(way.status, reply.ticket), said)
        with outside(shut=True, text=QUOTED):
            await heard(trial, partial(way.send, letter, trial.post), said)
            await heard(trial, partial(way.status, "Zq7-nobody"), said)
            await heard(trial, way.check, said)
        await heard(trial, way.check, said)
        said.add("its repr", repr(way) + str(way))
    check_silence(said, trial.private(tickets) | {QUOTED})
