"""The step that tells a tip line that its tip was taken up, signed, and nothing else (M-01)."""

import httpx

from states.casebook import leases, tips
from states.casebook.effects import Work
from states.casebook.tips import Unanswered
from states.errors import StepFailed
from tasks import wire
from tasks.desk import desk, told
from tasks.doors.registry import WebhookDoor
from tasks.signatures import Signer, private_key
from tasks.steps import step

#: all that a tip line is told
STATUS = "taken_up"


@step("list tips to answer")
async def list_unanswered(work: Work) -> list[Unanswered]:
    """List the tips of a case whose senders wait to hear that they were taken up."""
    return await told(tips.to_answer, desk().book, work)


@step("answer tip line")
async def answer_tip(work: Work, tip: Unanswered) -> None:
    """Tell a tip line that its tip was taken up; a second attempt says the same under the same key."""
    door = desk().doors.all().get(tip.door)
    if not isinstance(door, WebhookDoor) or door.private_key is None:
        raise StepFailed("door_not_configured", permanent=True)
    signer = Signer(door.key_id, private_key(await door.private_key.reveal()))
    book = desk().book
    await told(leases.still_held, book, work, seconds=desk().settings.lease_seconds)
    now = book.clock()
    async with wire.client() as client:

        def make() -> httpx.Request:
            content = {"id": tip.external_id, "status": STATUS}
            headers = {"Idempotency-Key": tip.tip_id}
            request = client.build_request("POST", door.answer_url, json=content, headers=headers)
            return signer.sign(request, now=now)

        await wire.send(client, make, absent=frozenset())
    await told(tips.answered, desk().book, work, tip.tip_id)
