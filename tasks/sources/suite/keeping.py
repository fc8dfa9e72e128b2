"""Rules on what a source keeps: its word when it is asked twice, and to itself what it was given."""

import asyncio
from dataclasses import replace

from tasks.sources.contract import LookupRequest, Pending, Reply, Source, Unavailable
from tasks.sources.suite.trial import Broken, Trial
from tasks.sources.suite.watching import Said, listening, outside

#: how many questions are asked at the same time
AT_ONCE = 4

#: what a failure of the outside says; it could as well quote a row
_QUOTED = "Zq7-quoted-Zq7"


async def reads_declared(trial: Trial) -> None:
    """It looks at no identifier but those that its needs name."""
    source = trial.make()
    for kind in trial.tried(source):
        for about in (None, trial.stranger()):
            request, given = trial.watched(source, trial.question(source, kind, about))
            await _end(trial, source, request)
            beyond = given.touched - {str(each) for each in source.needs[kind].named}
            if beyond:
                raise Broken(
                    f"It looks for {', '.join(sorted(beyond))}, which its needs for {kind} do not name, "
                    "and which it is "
                    "never given. Name it in its Needs, or do not read it."
                )


async def _end(trial: Trial, source: Source, request: LookupRequest) -> None:
    asking = asyncio.ensure_future(source.lookup(request))
    try:
        await trial.end(asking, trial.timeout)
    finally:
        asking.cancel()
        # What it raises is the matter of another rule; looking at it keeps asyncio from speaking of it.
        await asyncio.wait({asking}, timeout=0)
        _ = asking.done() and not asking.cancelled() and asking.exception()


async def is_repeatable(trial: Trial) -> None:
    """Asking twice changes nothing, one after the other or at the same time."""
    source = trial.make()
    for kind in trial.tried(source):
        request = trial.question(source, kind)
        first = await trial.ask(source, request)
        again = await trial.ask(source, request)
        if again != first:
            raise Broken(
                f"Asked twice about {kind} under one idempotency_key, it gives two answers. Send the key "
                "along, and keep nothing between questions that changes the answer."
            )
        together = await asyncio.gather(*(trial.ask(source, request) for _ in range(AT_ONCE)))
        if any(reply != first for reply in together):
            raise Broken(
                f"Asked about {kind} {AT_ONCE} times at once, it gives other answers than alone. Share "
                "nothing between questions that one of them changes."
            )


async def takes_ticket(trial: Trial) -> None:
    """What it answered pending with can be asked again with the ticket, as often as it takes."""
    source = trial.make()
    for kind in trial.tried(source):
        request = trial.question(source, kind)
        reply = await trial.ask(source, request)
        if not isinstance(reply, Pending):
            continue
        if not reply.ticket.strip():
            raise Broken(
                "It answers Pending without a ticket. Give it what the question can be asked for by."
            )
        for _ in range(2):
            later = await trial.ask(source, replace(request, ticket=reply.ticket))
            if isinstance(later, Unavailable):
                raise Broken(
                    f"Asked for its ticket again, it is unavailable ({later.reason}). Where "
                    "`request.ticket` is set, ask for that answer and send no new question."
                )


async def shows_nothing(trial: Trial) -> None:
    """Neither the subject nor the answer is in a repr, a log, a warning, a code or an error."""
    replies: list[Reply] = []
    with listening() as said:
        source = trial.make()
        for kind in trial.tried(source):
            for about in (None, trial.stranger()):
                request = trial.question(source, kind, about)
                await _listen(trial, source, request, said)
                replies.append(await trial.ask(source, request))
                with outside(shut=True, text=_QUOTED):
                    await _listen(trial, source, request, said)
        said.add("its repr", repr(source) + str(source))
        for reply in replies:
            said.add("a reply's code or name", repr(reply))
    private = trial.private(replies) | {_QUOTED}
    telling = [place for place, text in said.places.items() if any(value in text for value in private)]
    if telling:
        raise Broken(
            f"A value of the subject, of an answer or of a secret shows in {', '.join(sorted(telling))}. "
            "Say "
            "what happened with a code; raise from outside the `except` block, so that nothing is chained."
        )


async def _listen(trial: Trial, source: Source, request: LookupRequest, said: Said) -> None:
    """Ask, and write down what an error says, with all the errors that hang on to it."""
    least = source.needs[request.kind].least(request.identifiers)
    if least is None:
        return
    try:
        async with asyncio.timeout(trial.timeout):
            await source.lookup(replace(request, identifiers=least))
    except Exception as error:  # noqa: BLE001 - what any of them says is what is looked for
        hanging: BaseException | None = error
        while hanging is not None:
            said.add("an error", f"{hanging!r} {hanging}")
            hanging = hanging.__cause__ or hanging.__context__
