"""Runs flows of effects on a real Prefect server, warm, as the relay does, and looks at what they sent."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.states import Pending

from deployments.registration import make_limits
from deployments.warm import run_warm
from flows.catalog import CATALOG
from states.access import SYSTEM
from states.casebook import effects
from states.vocabulary import EffectKind, EffectStatus
from tasks.desk import Desk, desk


class Runs:
    """Runs effects' flows on a real Prefect server, warm, as the relay does.

    Args:
        desk: the desk that flows find.
        client: the Prefect API.
    """

    def __init__(self, desk: Desk, client: PrefectClient) -> None:
        self._desk = desk
        self.client = client

    async def effect(self, effect_id: str) -> State[Any]:
        """Run one effect's flow to its end."""
        lines = effects.effects(self._desk.book, by=SYSTEM)
        kind = next(EffectKind(line.kind) for line in lines if line.effect_id == effect_id)
        return await self.flow(CATALOG[kind].flow, effect_id=effect_id)

    async def flow(self, flow: Any, **parameters: str) -> State[Any]:
        """Run any flow to its end."""
        await make_limits(self.client, desk().sources)
        run = await self.client.create_flow_run(flow, parameters=parameters, state=Pending())
        return await run_warm(flow, run)

    async def only(self, number: str, kind: EffectKind) -> State[Any]:
        """Run the newest effect of one kind that a case owes."""
        return await self.effect(self.owed(number, kind)[0])

    def owed(self, number: str, kind: EffectKind) -> list[str]:
        """Ids of the effects of one kind that a case still owes, newest first."""
        return [
            line.effect_id
            for line in effects.effects(self._desk.book, by=SYSTEM, number=number)
            if line.kind == kind and line.status != EffectStatus.DONE
        ]

    def line(self, effect_id: str) -> effects.EffectLine:
        """How far an effect has come."""
        lines = effects.effects(self._desk.book, by=SYSTEM)
        return next(line for line in lines if line.effect_id == effect_id)

    def mail(self) -> list[EmailMessage]:
        """Every message in the outbox folder."""
        files = sorted(self._desk.settings.outbox.glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def told(self) -> dict[str, list[str]]:
        """Whom the outbox folder tells what: message names by recipient."""
        found: dict[str, list[str]] = {}
        for mail in self.mail():
            found.setdefault(str(mail["To"]), []).append(str(mail.get("X-Tatflow-Message", "elsewhere")))
        return {recipient: sorted(names) for recipient, names in found.items()}
