"""Runs flows of effects on a real Prefect server, warm, as the relay does, and looks at what they sent."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from prefect import Flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.states import Pending

from deployments.orchestrator.registration import make_limits
from deployments.relay.warm import run_warm
from flows.catalog import flow_name
from flows.in_prefect import flows_at, of_effect
from flows.performing import Does
from states.access import SYSTEM
from states.casebook.effects import listing
from states.vocabulary.effects import EffectKind, EffectStatus
from tests.installations.seating import Seat

#: what operators would read of a test's own flow
SENTENCE = "A flow of a test."


class Runs:
    """Runs effects' flows on a real Prefect server, warm, as the relay does.

    Args:
        seat: where they are done.
        client: the Prefect API.
    """

    def __init__(self, seat: Seat, client: PrefectClient) -> None:
        self.seat = seat
        self.client = client
        self._desk = seat.desk
        self.flows = flows_at(lambda: seat.desk)

    async def effect(self, effect_id: str) -> State[Any]:
        """Run one effect's flow to its end."""
        lines = listing.effects(self._desk.book, by=SYSTEM)
        kind = next(EffectKind(line.kind) for line in lines if line.effect_id == effect_id)
        return await self.flow(flow_name(kind), effect_id=effect_id)

    async def flow(self, flow: Flow[..., Any] | str, **parameters: str) -> State[Any]:
        """Run any flow to its end; one of the catalog by its name."""
        flow = self.flows[flow] if isinstance(flow, str) else flow
        await make_limits(self.client, self.seat.desk.sources, self.seat.desk.offices)
        run = await self.client.create_flow_run(flow, parameters=parameters, state=Pending())
        return await run_warm(flow, run)

    async def doing(self, does: Does, **parameters: str) -> State[Any]:
        """Run a flow that does an effect in some other way."""
        name = f"test-{does.__name__.replace('_', '-')}"
        return await self.flow(of_effect(lambda: self.seat.desk, name, SENTENCE, does), **parameters)

    async def every(self, kind: EffectKind) -> None:
        """Run every effect of one kind that anybody still owes."""
        for line in listing.effects(self._desk.book, by=SYSTEM):
            if line.kind == kind and line.status != EffectStatus.DONE:
                await self.effect(line.effect_id)

    async def only(self, number: str, kind: EffectKind) -> State[Any]:
        """Run the newest effect of one kind that a case owes."""
        return await self.effect(self.owed(number, kind)[0])

    def owed(self, number: str, kind: EffectKind) -> list[str]:
        """Ids of the effects of one kind that a case still owes, newest first."""
        return [
            line.effect_id
            for line in listing.effects(self._desk.book, by=SYSTEM, number=number)
            if line.kind == kind and line.status != EffectStatus.DONE
        ]

    def line(self, effect_id: str) -> listing.EffectLine:
        """How far an effect has come."""
        lines = listing.effects(self._desk.book, by=SYSTEM)
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
