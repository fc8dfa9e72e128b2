"""Asking an authority for a time stamp of an anchor (RFC 3161, 3.4: over HTTP), and keeping what it answers.

The code ``stamp_refused`` is not the wire's: the answer is no stamp of this line by somebody who is trusted.
"""

from states.access import SYSTEM
from states.casebook.record import anchoring
from states.errors import StepFailed
from states.ledger import anchors, stamps
from states.store.threads import told
from tasks.desk import Desk
from tasks.far import wire
from tasks.steps.step import step

#: what a request and its answer are (RFC 3161, 3.4)
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


@step("have an anchor time-stamped")
async def stamp(desk: Desk, line: str) -> None:
    """Have an anchor stamped, see that the stamp is good, and keep it.

    Args:
        desk: what this process works with.
        line: the anchor's line.

    Raises:
        StepFailed: with one of the wire's codes, or ``stamp_refused``; it is tried again.
        NotReady: nobody is trusted to stamp: TAT_TIMESTAMP_ROOTS is missing.
    """
    settings = desk.settings
    roots = stamps.trusted(settings.timestamp_roots)
    (anchor,) = anchors.read(line)
    asked = stamps.request(anchor.line)
    async with wire.client() as client:
        headers = {"Content-Type": QUERY, "Accept": REPLY}
        response = await wire.send(
            client,
            lambda: client.build_request(
                "POST", settings.timestamp_url, content=asked.as_bytes(), headers=headers
            ),
            absent=frozenset(),
        )
    at = stamps.checked(response.content, anchor.line, roots, asked)
    if at is None:
        raise StepFailed("stamp_refused")
    await told(anchoring.keep_stamp, desk.book, anchor, at, response.content, by=SYSTEM)
