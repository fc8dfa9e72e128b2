"""A worker that sends a case's notices, as a process of its own that a test stops and continues.

``python -m tests.deployments.late_worker <effect> <seconds that its lease holds> <recipient, or all>``
says with which code it ended.
"""

import asyncio
import sys

from states.casebook import effects
from states.errors import StepFailed
from tasks.composing import writer
from tasks.desk import desk
from tasks.notices import send_all


async def work(effect_id: str, seconds: float, recipient: str) -> str:
    """Take the effect up and send its notices; gives the code with which that ended, or ``sent``."""
    taken = effects.begin(desk().book, effect_id, f"run of {seconds}", seconds=seconds)
    if taken is None:
        return "done before"
    drafts = (await writer(taken)).news("report", ())
    try:
        await send_all(taken, [d for d in drafts if recipient in ("all", d.recipient)], in_bulk=True)
    except StepFailed as failure:
        return failure.code
    return "sent"


if __name__ == "__main__":
    print(asyncio.run(work(sys.argv[1], float(sys.argv[2]), sys.argv[3])))  # noqa: T201 - its only word
