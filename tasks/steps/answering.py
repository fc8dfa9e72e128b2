"""The step that tells a tip line that its tip was taken up, signed, and nothing else (M-01)."""

import httpx

from states.casebook.effects import leases
from states.casebook.effects.work import Work
from states.casebook.intake import tips
from states.casebook.intake.tips import Unanswered
from states.errors import StepFailed
from states.store.threads import told
from tasks.desk import Desk
from tasks.doors.registry import WebhookDoor
from tasks.far import wire
from tasks.far.signatures import Signer, private_key
from tasks.steps.step import step

#: all that a tip line is told
STATUS = "taken_up"


@step("answer tip line")
async def answer_tip(desk: Desk, work: Work, tip: Unanswered) -> None:
    """Tell a tip line that its tip was taken up; a second attempt says the same under the same key."""
    door = desk.doors.all().get(tip.door)
    if not isinstance(door, WebhookDoor) or door.private_key is None:
        raise StepFailed("door_not_configured", permanent=True)
    signer = Signer(door.key_id, private_key(await door.private_key.reveal()))
    book = desk.book
    await told(leases.still_held, book, work, seconds=desk.settings.lease_seconds)
    now = book.clock()
    async with wire.client(door) as client:

        def make() -> httpx.Request:
            content = {"id": tip.external_id, "status": STATUS}
            headers = {"Idempotency-Key": tip.tip_id}
            request = client.build_request("POST", door.answer_url, json=content, headers=headers)
            return signer.sign(request, now=now)

        await wire.send(client, make, absent=frozenset())
    await told(tips.answered, book, work, tip.tip_id)
