"""Rules on what a source keeps: its word when it is asked twice, and to itself what it was given."""

import asyncio
from dataclasses import replace
from functools import partial

from states.correspondence.question import Question
from tasks.sources.contract import Pending, Reply, Source, Unavailable
from tasks.suites.doing import check_silence, ended, heard
from tasks.suites.sources.trial import SourceTrial
from tasks.suites.trial import QUOTED, Broken
from tasks.suites.watching import Said, listening, outside

#: how many questions are asked at the same time
AT_ONCE = 4


async def reads_declared(trial: SourceTrial) -> None:
    """It looks at no identifier but those that its needs name."""
    source = trial.make()
    for kind in trial.tried(source):
        for about in (None, trial.stranger()):
            question, given = trial.watched(source, trial.question(source, kind, about))
            await ended(trial, partial(source.lookup, question))
            beyond = given.touched - {str(each) for each in source.needs[kind].named}
            if beyond:
                raise Broken(
                    f"It looks for {', '.join(sorted(beyond))}, which its needs for {kind} do not name, "
                    "and which it is "
                    "never given. Name it in its Needs, or do not read it."
                )


async def is_repeatable(trial: SourceTrial) -> None:
    """Asking twice changes nothing, one after the other or at the same time."""
    source = trial.make()
    for kind in trial.tried(source):
        question = trial.question(source, kind)
        first = await trial.ask(source, question)
        again = await trial.ask(source, question)
        if again != first:
            raise Broken(
                f"Asked twice about {kind} with one id, it gives two answers. Send the id "
                "along, and keep nothing between questions that changes the answer."
            )
        together = await asyncio.gather(*(trial.ask(source, question) for _ in range(AT_ONCE)))
        if any(reply != first for reply in together):
            raise Broken(
                f"Asked about {kind} {AT_ONCE} times at once, it gives other answers than alone. Share "
                "nothing between questions that one of them changes."
            )


async def takes_ticket(trial: SourceTrial) -> None:
    """What it answered pending with can be asked again with the ticket, as often as it takes."""
    source = trial.make()
    for kind in trial.tried(source):
        question = trial.question(source, kind)
        reply = await trial.ask(source, question)
        if not isinstance(reply, Pending):
            continue
        if not reply.ticket.strip():
            raise Broken(
                "It answers Pending without a ticket. Give it what the question can be asked for by."
            )
        for _ in range(2):
            later = await trial.ask(source, replace(question, ticket=reply.ticket))
            if isinstance(later, Unavailable):
                raise Broken(
                    f"Asked for its ticket again, it is unavailable ({later.reason}). Where "
                    "`question.ticket` is set, ask for that answer and send no new question."
                )


async def shows_nothing(trial: SourceTrial) -> None:
    """Neither the subject nor the answer is in a repr, a log, a warning, a code or an error."""
    replies: list[Reply] = []
    with listening() as said:
        source = trial.make()
        for kind in trial.tried(source):
            for about in (None, trial.stranger()):
                question = trial.question(source, kind, about)
                await _listen(trial, source, question, said)
                replies.append(await trial.ask(source, question))
                with outside(shut=True, text=QUOTED):
                    await _listen(trial, source, question, said)
        said.add("its repr", repr(source) + str(source))
        for reply in replies:
            said.add("a reply's code or name", repr(reply))
    check_silence(said, trial.private(replies) | {QUOTED})


async def _listen(trial: SourceTrial, source: Source, question: Question, said: Said) -> None:
    least = source.needs[question.kind].least(question.identifiers)
    if least is not None:
        await heard(trial, partial(source.lookup, replace(question, identifiers=least)), said)
