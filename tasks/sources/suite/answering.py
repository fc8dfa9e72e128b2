"""Rules on how a source answers: in time, with one of the five replies, and truly."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from states.errors import StepFailed
from states.vocabulary import IdentifierKind
from tasks.sources.contract import (
    Code,
    Found,
    LookupRequest,
    NotFound,
    Pending,
    Provenance,
    Refused,
    Reply,
    Source,
    Unavailable,
)
from tasks.sources.suite.trial import PATIENCE, Broken, NotTried, Trial
from tasks.sources.suite.watching import outside

#: seconds that a source may keep the event loop to itself at a time
LONGEST_GRIP = 1.0

#: seconds after which a question is stopped: at once, and at several points of its work
STOPS = (0.0, 0.001, 0.02, 0.1)

#: values that people do have, and that careless code trips over
ODD = ('O\'Brien; -- "%s" {x}', "Ünïcödé \N{SNOWMAN}", "x" * 5000, "0", "\\", "a\nb\x00c")

_code: TypeAdapter[str] = TypeAdapter(Code)


async def can_be_stopped(trial: Trial) -> None:
    """Cancelling a question ends it as cancelled, wherever it is."""
    source = trial.make()
    request = _least(trial, source)
    for seconds in STOPS:
        asking = asyncio.ensure_future(source.lookup(request))
        await asyncio.wait({asking}, timeout=seconds)
        if not asking.cancel():
            continue
        await trial.end(asking, PATIENCE)
        if not asking.cancelled():
            _ = asking.exception()
            raise Broken(
                "When it is stopped it answers all the same, so that a flow cannot be ended. Let "
                "asyncio.CancelledError through."
            )


async def in_time(trial: Trial) -> None:
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


async def leaves_loop(trial: Trial) -> None:
    """While it works, others in the same process go on."""
    source = trial.make()
    longest, last = 0.0, time.monotonic()

    async def beat() -> None:
        nonlocal longest, last
        while True:
            await asyncio.sleep(0.01)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()

    beating = asyncio.ensure_future(beat())
    await asyncio.sleep(0)
    await trial.ask(source, _first(trial, source))
    await asyncio.sleep(0.02)
    beating.cancel()
    if longest > LONGEST_GRIP:
        raise Broken(
            f"It kept the event loop to itself for {longest:.1f} seconds, and every other look-up waited. "
            "Await what takes time, and put what cannot be awaited into `await asyncio.to_thread(...)`, with "
            "a time limit of its own."
        )


async def raises_nothing_bare(trial: Trial) -> None:
    """Whatever it is asked, what it raises is StepFailed with a code."""
    source = trial.make()
    for kind in trial.tried(source):
        everything = [None, trial.stranger(), *(dict.fromkeys(IdentifierKind, odd) for odd in ODD)]
        for about in everything:
            request = trial.question(source, kind, about)
            await _raises_no_other(trial, source, request)


async def _raises_no_other(trial: Trial, source: Source, request: LookupRequest) -> object:
    """The answer, whatever it is; None when it was StepFailed."""
    least = source.needs[request.kind].least(request.identifiers)
    if least is None:
        return None
    asking = asyncio.ensure_future(_caught(source, replace(request, identifiers=least)))
    await asyncio.wait({asking}, timeout=trial.timeout)
    if asking.cancel():
        await trial.end(asking, PATIENCE)
        return None
    answer, raised = asking.result()
    if raised is None:
        return answer
    if not isinstance(raised, StepFailed):
        raise Broken(
            f"It raised {type(raised).__name__}. Catch what can go wrong where it can, and raise "
            "StepFailed with a code from outside the `except` block."
        )
    try:
        _code.validate_python(raised.code)
    except ValidationError:
        pass
    else:
        return None
    raise Broken(
        "The code of its StepFailed is no code. Use lower-case words joined by `_`, the same for every "
        "subject."
    )


async def _caught(source: Source, request: LookupRequest) -> tuple[object, BaseException | None]:
    """What came back, or what was raised: also what would end the loop, such as SystemExit."""
    try:
        return await source.lookup(request), None
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return None, error
    except BaseException as error:  # noqa: BLE001 - that it is raised is what is looked for
        return None, error


async def one_of_five(trial: Trial) -> None:
    """What it returns is one of the five replies of the contract."""
    source = trial.make()
    for kind in trial.tried(source):
        for about in (None, trial.stranger()):
            reply = await trial.ask(source, trial.question(source, kind, about))
            if reply == Unavailable("bad_answer", permanent=True):
                raise Broken(
                    "It answers something else than Found, NotFound, Pending, Refused or Unavailable. "
                    "Return one of these, from tasks.sources.contract."
                )


async def finds_known(trial: Trial) -> None:
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


async def knows_no_stranger(trial: Trial) -> None:
    """Somebody it does not know is not found, rather than refused, unavailable or taken for another."""
    source = trial.make()
    for kind in trial.tried(source):
        request = trial.question(source, kind, trial.stranger())
        if source.needs[kind].least(request.identifiers) is None:
            raise NotTried(
                "The unknown subject lacks an identifier that is needed. Name it under [contract]."
            )
        reply = await trial.ask(source, request)
        if not isinstance(reply, NotFound | Pending):
            raise Broken(
                f"About {kind} it answers {_said(reply)} for a subject that it does not know. Answer "
                "NotFound when it has looked and there is nobody; or name another one as `unknown` "
                "under [contract]."
            )


async def has_provenance(trial: Trial) -> None:
    """Found and not found say which source it was, and as of when."""
    source = trial.make()
    for kind in trial.tried(source):
        for about in (None, trial.stranger()):
            least = source.needs[kind].least(about or trial.question(source, kind).identifiers)
            if least is None:
                continue
            request = replace(trial.question(source, kind, about), identifiers=least)
            answer, _ = await asyncio.wait_for(_caught(source, request), trial.timeout)
            _check_provenance(trial, answer)


def _check_provenance(trial: Trial, answer: object) -> None:
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


async def says_unavailable(trial: Trial) -> None:
    """With network, files and programs out of reach it does not say that there is nobody."""
    source = trial.make()
    for kind in trial.tried(source):
        request = trial.question(source, kind, None if trial.known else trial.stranger())
        with outside(shut=True, text="out of reach") as seen:
            answer = await _raises_no_other(trial, source, request)
        if seen.touched and isinstance(answer, NotFound):
            what = " and ".join(sorted(seen.touched))
            raise Broken(
                f"With {what} out of reach it answers not found, as if it had looked. Answer Unavailable "
                "with a code, or raise StepFailed."
            )


def _first(trial: Trial, source: Source) -> LookupRequest:
    return trial.question(source, trial.tried(source)[0])


def _least(trial: Trial, source: Source) -> LookupRequest:
    request = _first(trial, source)
    least = source.needs[request.kind].least(request.identifiers)
    return replace(request, identifiers=least or {})


def _said(reply: Reply) -> str:
    match reply:
        case Refused() | Unavailable():
            return f"{type(reply).__name__.lower()} ({reply.reason})"
        case _:
            return {"NotFound": "not found"}.get(type(reply).__name__, type(reply).__name__.lower())
