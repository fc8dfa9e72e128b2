"""Rules on how a way hands a letter over: in time, with one of two replies, and truly."""

import asyncio
from dataclasses import replace
from functools import partial

from states.correspondence.letter import Letter
from states.errors import StepFailed
from states.vocabulary.people import IdentifierKind
from tasks.offices.contract import Answers, Declined, Delivered, Progress, Way
from tasks.offices.sending import look
from tasks.suites.doing import LONGEST_GRIP, caught, grip_of, raising_no_other, stopped
from tasks.suites.offices.trial import MemoryPost, OfficeTrial
from tasks.suites.trial import ODD, Broken
from tasks.suites.watching import outside

#: tickets that no office gave
NO_TICKETS = ("", "Zq7-nobody", "../Zq7", "x" * 5000, "a\nb")


async def can_be_stopped(trial: OfficeTrial) -> None:
    """Canceling a sending ends it as canceled, wherever it is."""
    way: Way = trial.make()
    letter = trial.least(way, trial.letter(way))
    await stopped(trial, lambda: way.send(letter, trial.post))


async def in_time(trial: OfficeTrial) -> None:
    """A letter is handed over, or not, before the time is up."""
    way: Way = trial.make()
    letter = trial.least(way, trial.letter(way))
    try:
        await trial.send(way, letter)
    except StepFailed as failure:
        if failure.code != "timeout":
            return
    else:
        return
    trial.hangs = True
    raise Broken(
        f"It did not hand a letter over within {trial.timeout:g} seconds. Give each step that waits a time "
        "limit."
    )


async def leaves_loop(trial: OfficeTrial) -> None:
    """While it works, others in the same process go on."""
    way: Way = trial.make()
    letter = trial.least(way, trial.letter(way))
    longest = await grip_of(partial(caught, partial(trial.send, way, letter)))
    if longest > LONGEST_GRIP:
        raise Broken(
            f"It kept the event loop to itself for {longest:.1f} seconds, and every other letter waited. "
            "Await what takes time, and put what cannot be awaited into `await asyncio.to_thread(...)`, with "
            "a time limit of its own."
        )


async def raises_nothing_bare(trial: OfficeTrial) -> None:
    """Whatever it is handed or asked, what it raises is StepFailed with a code."""
    way: Way = trial.make()
    usual = trial.letter(way)
    for number, odd in enumerate((None, *ODD), start=1):
        letter = usual if odd is None else _odd(trial, way, usual, odd, number)
        await raising_no_other(trial, partial(way.send, trial.least(way, letter), trial.post))
    for ticket in NO_TICKETS:
        await raising_no_other(trial, partial(way.status, ticket))
    await raising_no_other(trial, way.check)
    with outside(shut=True, text="out of reach"):
        await raising_no_other(trial, partial(way.send, trial.least(way, usual), trial.post))
        await raising_no_other(trial, way.check)


def _odd(trial: OfficeTrial, way: Way, usual: Letter, odd: str, number: int) -> Letter:
    """A letter whose every word is odd; what the way is not told stays blank."""
    made = trial.letter(way, number=number, known=dict.fromkeys(IdentifierKind, odd))
    return replace(
        made,
        office_name=odd,
        handbook=odd if usual.handbook else "",
        recommendation=odd if usual.recommendation else "",
        observations=tuple(odd for _ in usual.observations),
    )


async def one_of_two(trial: OfficeTrial) -> None:
    """What it says of a letter is that it is delivered, or declined."""
    way: Way = trial.make()
    letter = trial.least(way, trial.letter(way))
    answer, raised = await asyncio.wait_for(caught(partial(way.send, letter, trial.post)), trial.timeout)
    if raised is None and not isinstance(answer, Delivered | Declined):
        raise Broken(
            "It says something else than Delivered or Declined of a letter. Return one of these, from "
            "tatflow.offices."
        )


async def hands_over(trial: OfficeTrial) -> None:
    """A letter reaches an office that is there."""
    trial.need_reach()
    way: Way = trial.make()
    await _delivered(trial, way, trial.least(way, trial.letter(way)))


async def _delivered(trial: OfficeTrial, way: Way, letter: Letter) -> Delivered:
    code = ""
    try:
        reply = await trial.send(way, letter)
    except StepFailed as failure:
        code = f"it fails ({failure.code})"
    else:
        if isinstance(reply, Delivered):
            return reply
        code = f"it declines ({reply.reason})"
    raise Broken(
        f"A letter does not reach the office: {code}. See that the test system is there, and takes it."
    )


async def says_not_handed_over(trial: OfficeTrial) -> None:
    """With network, files, programs and mail out of reach it does not say that the office has it."""
    way: Way = trial.make()
    letter = trial.least(way, trial.letter(way))
    post = MemoryPost()
    post.away = True
    with outside(shut=True, text="out of reach") as seen:
        answer = await raising_no_other(trial, partial(way.send, letter, post))
    if isinstance(answer, Delivered | Declined):
        what = " and ".join(sorted(seen.touched)) or "everything"
        raise Broken(
            f"With {what} out of reach it says that the letter is handed over. Raise StepFailed with a code: "
            "the letter is then sent again."
        )


async def can_be_checked(trial: OfficeTrial) -> None:
    """Whether a letter could be handed over is found without one, and told by a code."""
    way: Way = trial.make()
    failed = await raising_no_other(trial, way.check)
    if trial.in_reach and isinstance(failed, StepFailed):
        raise Broken(f"Its check fails ({failed.code}) while the office is there. See to what it looks at.")
    with outside(shut=True, text="out of reach") as seen:
        failed = await raising_no_other(trial, way.check)
    if seen.touched and not isinstance(failed, StepFailed):
        what = " and ".join(sorted(seen.touched))
        raise Broken(f"With {what} out of reach its check is content. Raise StepFailed with a code.")


async def says_how_far(trial: OfficeTrial) -> None:
    """An office that is asked how far it has come is asked by the ticket; any other one is not asked."""
    way: Way = trial.make()
    if way.answers is not Answers.WHEN_ASKED:
        answer = await raising_no_other(trial, partial(way.status, "Zq7"))
        if not isinstance(answer, StepFailed):
            raise Broken(
                'Its office answers by itself, and is asked all the same. Raise StepFailed("not_asked", '
                "permanent=True) in `status`, or say Answers.WHEN_ASKED."
            )
        return
    trial.need_reach()
    letter = trial.least(way, trial.letter(way))
    ticket = (await _delivered(trial, way, letter)).ticket or letter.referral_id
    for _ in range(2):
        progress, raised = await trial.within(caught(partial(look, way, ticket, timeout=trial.timeout)))
        if not isinstance(progress, Progress):
            code = f" ({raised.code})" if isinstance(raised, StepFailed) else ""
            raise Broken(
                "Asked by its own ticket, it does not say how far the office has come"
                f"{code}. Return Progress, as often as it is asked."
            )
    for stranger in NO_TICKETS:
        answer = await raising_no_other(trial, partial(way.status, stranger))
        if isinstance(answer, Progress):
            raise Broken(
                "Asked by a ticket that nobody gave, it says how far the office has come. Raise StepFailed."
            )
