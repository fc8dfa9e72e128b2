"""A worker that sends a case's notices, as a process of its own that a test stops and continues.

``python -m tests.deployments.relay.late_worker <effect> <seconds that its lease holds> <recipient, or all>``
says with which code it ended.
"""

import asyncio
import sys

from states.access import SYSTEM
from states.casebook.effects import attempts
from states.contents.payloads import News
from states.errors import StepFailed
from states.settings import Settings
from tasks.desk import Desk, open_desk
from tasks.drafts.composing import writer
from tasks.steps.notices import send_all


async def work(desk: Desk, effect_id: str, seconds: float, recipient: str) -> str:
    """Take the effect up and send its notices; gives the code with which that ended, or ``sent``."""
    taken = attempts.begin(desk.book, effect_id, f"run of {seconds}", seconds=seconds, by=SYSTEM)
    if taken is None:
        return "done before"
    drafts = (await writer(desk, taken)).news(News(trigger="report"))
    try:
        await send_all(desk, taken, [d for d in drafts if recipient in ("all", d.recipient)])
    except StepFailed as failure:
        return failure.code
    return "sent"


if __name__ == "__main__":
    print(asyncio.run(work(open_desk(Settings()), sys.argv[1], float(sys.argv[2]), sys.argv[3])))  # noqa: T201 - its only word
