"""Does what cases owe, and what is done by the clock, and says what: ``do_everything()``.

Run by a process in which nothing of Prefect can be imported.
"""

import asyncio

from flows.catalog import CATALOG, ROUNDS
from flows.performing import perform
from states.access import SYSTEM
from states.casebook.effects import listing
from states.casebook.effects.listing import EffectLine
from states.errors import EffectFailed
from states.settings import Settings
from states.vocabulary.effects import EffectKind, EffectStatus
from tasks.desk import Desk, open_desk

#: how often an effect is tried
ATTEMPTS = 5


def do_everything() -> None:
    """Do all that is owed, whatever kind it is, and one of each round; a line for each."""
    asyncio.run(_do_everything())


async def _do_everything() -> None:
    desk = open_desk(Settings())
    for line in listing.effects(desk.book, by=SYSTEM, status=EffectStatus.PENDING, limit=1000):
        print(line.kind, await _do(desk, line))  # noqa: T201 - its only words
    for each in ROUNDS:
        await each.does(desk)
        print(each.name, "done")  # noqa: T201 - its only words


async def _do(desk: Desk, line: EffectLine) -> str:
    """Do one effect, as often as the product would: an alarm gives a slow disk little time and comes back."""
    said = ""
    for _ in range(ATTEMPTS):
        try:
            await perform(desk, line.effect_id, CATALOG[EffectKind(line.kind)].does, run="here")
        except EffectFailed as failure:
            said = str(failure)
        else:
            return "done"
    return said
