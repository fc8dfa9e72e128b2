"""What Prefect watches for operators: automations that tell them, and saved filters of what they look for.

Both are made anew whenever the relay starts, so that they are what this file says. What is told names a case
number and a kind of effect, and nobody.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import PrefectClient
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.types import SecretDict
from pydantic import SecretStr

from states.settings import Settings

#: the block that knows where operators are told
BLOCK = "tatflow-operators"

#: the beginning of our automations' names
OURS = "tatflow: "

#: how long one kind of trouble is not told again
QUIET = timedelta(minutes=10)

#: what operators are told of: the events, how many within :data:`QUIET`, what it means, what to do first
TROUBLES = {
    "runs fail": (
        {"prefect.flow-run.Failed", "prefect.flow-run.TimedOut"},
        5,
        "An attempt that fails is made again. So many mean that a far side is down: see `tat circuits`.",
    ),
    "a run crashed": (
        {"prefect.flow-run.Crashed"},
        1,
        "A process died at work. What the case owes falls due again by itself: see the log of the relay.",
    ),
    "a run is late": (
        {"prefect.flow-run.Late"},
        1,
        "Nobody took it up: are there workers, and does the relay run? Alarms do not depend on either.",
    ),
}

#: the filters under "Runs", as Prefect's user interface keeps them
FILTERS = {
    "tatflow: failed or crashed": {"state": ["Failed", "Crashed", "TimedOut"]},
    "tatflow: late": {"state": ["Late"]},
    "tatflow: emergencies": {"tag": ["urgency:emergency"]},
    "tatflow: what cases owe": {"tag": ["effect"]},
    "tatflow: rounds": {"tag": ["scheduled"]},
}


async def watch(client: PrefectClient, settings: Settings) -> None:
    """Make the saved filters, and the automations where the settings say whom to tell.

    Args:
        client: the Prefect API.
        settings: the installation's settings.
    """
    for name, wanted in FILTERS.items():
        filters = [
            {"object": "flowRun", "property": what, "type": "", "operation": "", "value": values}
            for what, values in wanted.items()
        ]
        answer = await client.request("PUT", "/saved_searches/", json={"name": name, "filters": filters})
        answer.raise_for_status()
    where = settings.operators_webhook.get_secret_value()
    block_id = await _block(where) if where else None
    wanted_now = {} if block_id is None else {each.name: each for each in _automations(block_id)}
    for known in await client.read_automations():
        if known.name.startswith(OURS):
            new = wanted_now.pop(known.name, None)
            if new is None:
                await client.delete_automation(known.id)
            else:
                await client.update_automation(known.id, new)
    for new in wanted_now.values():
        await client.create_automation(new)


async def _block(where: str) -> UUID:
    # Chat systems take such a document at their incoming webhooks.
    block = CustomWebhookNotificationBlock(
        name=BLOCK,
        url="{{where}}",
        json_data={"text": "{{subject}}\n{{body}}"},
        secrets=SecretDict({"where": SecretStr(where)}),
    )
    return await block.asave(BLOCK, overwrite=True)


def _automations(block_id: UUID) -> list[AutomationCore]:
    return [_automation(what, *trouble, block_id) for what, trouble in TROUBLES.items()]


def _automation(what: str, events: set[str], count: int, meaning: str, block_id: UUID) -> AutomationCore:
    ours: Any = {
        "prefect.resource.id": ["prefect.tag.effect", "prefect.tag.scheduled"],
        "prefect.resource.role": "tag",
    }
    return AutomationCore(
        name=f"{OURS}{what}",
        description=meaning,
        trigger=EventTrigger(
            expect=events,
            match_related=ours,
            posture=Posture.Reactive,
            threshold=count,
            within=QUIET,
        ),
        actions=[
            SendNotification(
                block_document_id=block_id,
                subject=f"tatflow: {what}",
                body=f"{{{{ flow_run.name }}}} is {{{{ flow_run.state.name }}}}. {meaning}",
            )
        ],
    )
