"""Rules on how a source answers: in time, with one of the five replies, and truly."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from states.correspondence.question import Question
from states.vocabulary.people import IdentifierKind
from tasks.sources.contract import (
    Found,
    NotFound,
    Pending,
    Provenance,
    Refused,
    Reply,
    Source,
    Unavailable,
)
from tasks.suites.doing import LONGEST_GRIP, caught, grip_of, raising_no_other, stopped
from tasks.suites.sources.trial import SourceTrial
from tasks.suites.trial import ODD, Broken, NotTried
from tasks.suites.watching import outside


async def can_be_stopped(trial: SourceTrial) -> None:
    """Canceling a question ends it as canceled, wherever it is."""
    source = trial.make()
    question = _least(trial, source)
    await stopped(trial, lambda: source.lookup(question))


async def in_time(trial: SourceTrial) -> None:
    """An answer comes before the time is up, for somebody it knows and for somebody it does not."""
    source = trial.make()
    for kind in trial.tried(source):
        for about in (None, trial.stranger()):
            reply = await trial.ask(source, trial.question(source, kind, about))
            if reply == Unavailable("timeout"):
                trial.hangs = True
                raise Broken(
                    f"It did not answer within {trial.timeout:g} seconds. Give each step that waits a "
                    "time limit, "
                    "or answer Pending with a ticket and let it be asked again."
                )


async def leaves_loop(trial: SourceTrial) -> None:
    """While it works, others in the same process go on."""
    source = trial.make()
    longest = await grip_of(lambda: trial.ask(source, _first(trial, source)))
    if longest > LONGEST_GRIP:
        raise Broken(
            f"It kept the event loop to itself for {longest:.1f} seconds, and every other look-up waited. "
            "Await what takes time, and put what cannot be awaited into `await asyncio.to_thread(...)`, with "
            "a time limit of its own."
        )


async def raises_nothing_bare(trial: SourceTrial) -> None:
    """Whatever it is asked, what it raises is StepFailed with a code."""
    source = trial.make()
    for kind in trial.tried(source):
        everything = [None, trial.stranger(), *(dict.fromkeys(IdentifierKind, odd) for odd in ODD)]
        for about in everything:
            await _answer(trial, source, trial.question(source, kind, about))


async def _answer(trial: SourceTrial, source: Source, question: Question) -> object:
    """The answer, whatever it is; None when it is not enough to ask with."""
    least = source.needs[question.kind].least(question.identifiers)
    if least is None:
        return None
    return await raising_no_other(trial, lambda: source.lookup(replace(question, identifiers=least)))


async def one_of_five(trial: SourceTrial) -> None:
    """What it returns is one of the five replies of the contract."""
    source = trial.make()
    for kind in trial.tried(source):
        for about in (None, trial.stranger()):
            reply = await trial.ask(source, trial.question(source, kind, about))
            if reply == Unavailable("bad_answer", permanent=True):
                raise Broken(
                    "It answers something else than Found, NotFound, Pending, Refused or Unavailable. "
                    "Return one of these, from tatflow.sources."
                )


async def finds_known(trial: SourceTrial) -> None:
    """Somebody it knows is found, or will be."""
    if not trial.known:
        raise NotTried(
            "No subject is known that it knows. Name one under [contract] in the file of --tat-source-config."
        )
    source = trial.make()
    for kind in trial.tried(source):
        reply = await trial.ask(source, trial.question(source, kind))
        if not isinstance(reply, Found | Pending):
            raise Broken(
                f"About {kind} it answers {_said(reply)} for the known subject. See that the subject is "
                "there, and that what it is asked by arrives as the other side expects it."
            )


async def knows_no_stranger(trial: SourceTrial) -> None:
    """Somebody it does not know is not found, rather than refused, unavailable or taken for another."""
    source = trial.make()
    for kind in trial.tried(source):
        question = trial.question(source, kind, trial.stranger())
        if source.needs[kind].least(question.identifiers) is None:
            raise NotTried(
                "The unknown subject lacks an identifier that is needed. Name it under [contract]."
            )
        reply = await trial.ask(source, question)
        if not isinstance(reply, NotFound | Pending):
            raise Broken(
                f"About {kind} it answers {_said(reply)} for a subject that it does not know. Answer "
                "NotFound when it has looked and there is nobody; or name another one as `unknown` "
                "under [contract]."
            )


async def has_provenance(trial: SourceTrial) -> None:
    """Found and not found say which source it was, and as of when."""
    source = trial.make()
    for kind in trial.tried(source):
        for about in (None, trial.stranger()):
            least = source.needs[kind].least(about or trial.question(source, kind).identifiers)
            if least is None:
                continue
            question = replace(trial.question(source, kind, about), identifiers=least)
            answer, _ = await asyncio.wait_for(caught(partial(source.lookup, question)), trial.timeout)
            _check_provenance(trial, answer)


def _check_provenance(trial: SourceTrial, answer: object) -> None:
    if type(answer).__name__ not in (Found.__name__, NotFound.__name__):
        return
    provenance = getattr(answer, "provenance", None)
    if not isinstance(provenance, Provenance):
        raise Broken("Its answer does not say where it comes from. Give it Provenance(self.name).")
    if provenance.source != trial.name:
        raise Broken("It answers in another source's name. Use Provenance(self.name).")
    for moment in (provenance.as_of, provenance.retain_until):
        if moment is not None and moment.tzinfo is None:
            raise Broken("A time in its Provenance has no time zone. Give it in UTC.")
    if provenance.as_of is not None and provenance.as_of > datetime.now(UTC):
        raise Broken("Its records are from the future. Give `as_of` in UTC, or leave it out.")


async def says_unavailable(trial: SourceTrial) -> None:
    """With network, files and programs out of reach it does not say that there is nobody."""
    source = trial.make()
    for kind in trial.tried(source):
        question = trial.question(source, kind, None if trial.known else trial.stranger())
        with outside(shut=True, text="out of reach") as seen:
            answer = await _answer(trial, source, question)
        if seen.touched and isinstance(answer, NotFound):
            what = " and ".join(sorted(seen.touched))
            raise Broken(
                f"With {what} out of reach it answers not found, as if it had looked. Answer Unavailable "
                "with a code, or raise StepFailed."
            )


def _first(trial: SourceTrial, source: Source) -> Question:
    return trial.question(source, trial.tried(source)[0])


def _least(trial: SourceTrial, source: Source) -> Question:
    question = _first(trial, source)
    least = source.needs[question.kind].least(question.identifiers)
    return replace(question, identifiers=least or {})


def _said(reply: Reply) -> str:
    match reply:
        case Refused() | Unavailable():
            return f"{type(reply).__name__.lower()} ({reply.reason})"
        case _:
            return {"NotFound": "not found"}.get(type(reply).__name__, type(reply).__name__.lower())
