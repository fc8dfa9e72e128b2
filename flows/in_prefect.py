"""The one place that makes Prefect flows: of every line of the catalog, each with a static name.

Prefect keeps what it is told in clear. So a flow is given an opaque id and nothing else, keeps no result, and
lets nothing out but codes; what :data:`tasks.boundary.SHOWN` says while it runs stands in its log.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from prefect import Flow, flow
from prefect.client.schemas.objects import State
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.catalog import CATALOG, ROUNDS, flow_name
from flows.limits import place_at
from flows.performing import Does, perform, perform_batch
from flows.prefect_runs import mark_crashed
from states.access import SYSTEM
from states.casebook.effects import attempts
from states.casebook.effects.work import WorkOn
from states.errors import StepFailed
from states.store.threads import told
from states.vocabulary.effects import EffectKind
from tasks.boundary import SHOWN, sealed
from tasks.desk import Desk

#: gives the desk of this process
At = Callable[[], Desk]

#: how many leases long a run without a claim may go on before it counts as dead
PATIENCE = 2


class _IntoTheRun(logging.Handler):
    """Hands on what is shown to the log of the flow run that it is said in."""

    def emit(self, record: logging.LogRecord) -> None:
        # Nobody shows anything outside of a run; where somebody does, there is no log to put it into.
        with suppress(MissingContextError):
            get_run_logger().log(record.levelno, record.getMessage())


def _show_in_runs() -> None:
    if not SHOWN.handlers:
        SHOWN.addHandler(_IntoTheRun())
    SHOWN.setLevel(logging.INFO)
    SHOWN.propagate = False


_show_in_runs()


def shown_as(name: str, sentence: str) -> dict[str, Any]:
    """The settings that every flow shares: a static name, and nothing kept but states.

    Args:
        name: the flow's name in the Prefect UI.
        sentence: what operators read about it.
    """
    return {
        "name": name,
        "description": sentence,
        "persist_result": False,
        "log_prints": False,
        "retries": 0,
        "validate_parameters": False,
    }


def flows_at(at: At) -> Mapping[str, Flow[..., Any]]:
    """Every flow of the catalog by its name, each to be run at one desk.

    Args:
        at: gives the desk, in each run.
    """
    rounds = {each.name: each for each in ROUNDS}
    made = {each.name: of_round(at, each.name, each.sentence, each.does) for each in ROUNDS}
    for kind, entry in CATALOG.items():
        name = flow_name(kind)
        does, owe = _only(kind, entry.does), rounds[name].does if name in rounds else None
        made[name] = of_effect(at, name, entry.sentence, does, bulk=entry.bulk, owe=owe)
    return made


def _only(kind: EffectKind, does: Does) -> Does:
    """Do effects of one kind: whoever gives a flow another one's effect by hand has it tried again later."""

    async def do(desk: Desk, work: WorkOn[Any]) -> None:
        if work.kind != kind:
            raise StepFailed("another_kind")
        await does(desk, work)

    return do


def of_effect(
    at: At,
    name: str,
    sentence: str,
    does: Does,
    *,
    bulk: bool = False,
    owe: Callable[[Desk], Awaitable[None]] | None = None,
) -> Flow[..., Any]:
    """The flow of one kind of effect.

    Args:
        at: gives the desk, in each run.
        name: what operators see.
        sentence: what operators read about it.
        does: does one effect.
        bulk: whether one run does many.
        owe: what a run without an effect's id does: it owes the effect, which has a run of its own.
    """

    async def batch(lease: str) -> None:
        """Do a batch of effects."""
        await perform_batch(await sealed(_seated)(at), lease, does)

    async def one(effect_id: str) -> State[Any] | None:
        """Do one effect."""
        desk = await sealed(_seated)(at)
        run, again = str(flow_run.id), flow_run.run_count > 1
        nothing = await perform(desk, effect_id, does, run=run, again=again)
        return Completed(message=nothing) if nothing else None

    async def one_or_owe(effect_id: str = "") -> State[Any] | None:
        """Do one effect; without an id, owe what is due."""
        if effect_id or owe is None:
            return await one(effect_id)
        await sealed(owe)(await sealed(_seated)(at))
        return None

    return _named(name, sentence, batch if bulk else one_or_owe if owe else one)


def of_round(at: At, name: str, sentence: str, does: Callable[[Desk], Awaitable[None]]) -> Flow[..., Any]:
    """The flow of what is done by the clock.

    Args:
        at: gives the desk, in each run.
        name: what operators see.
        sentence: what operators read about it.
        does: does it.
    """
    afterwards = AFTERWARDS.get(name)

    async def go_round() -> None:
        """Do what is done by the clock."""
        desk = await sealed(_seated)(at)
        try:
            await sealed(does)(desk)
        finally:
            if afterwards is not None:
                await sealed(afterwards)(desk)

    return _named(name, sentence, go_round)


async def _seated(at: At) -> Desk:
    return replace(at(), places=place_at)


def _named(name: str, sentence: str, function: Callable[..., Awaitable[Any]]) -> Flow[..., Any]:
    function.__name__ = function.__qualname__ = name.replace("-", "_")
    made: Flow[..., Any] = flow(**shown_as(name, sentence))(function)
    return made


async def _bury(desk: Desk) -> None:
    """Tell Prefect of runs whose process died: also when one dead attempt cannot be ended, as others are."""
    at_work = await told(attempts.runs_at_work, desk.book, by=SYSTEM)
    age = timedelta(seconds=PATIENCE * desk.settings.lease_seconds)
    long = [each.name for each in ROUNDS if each.long]
    crashed = await mark_crashed({*at_work, str(flow_run.id)}, age=age, long=long)
    if crashed:
        SHOWN.warning("%s run(s) whose process died are marked Crashed", crashed)


#: what a round has to tell Prefect once it is done, whatever became of it
AFTERWARDS: Mapping[str, Callable[[Desk], Awaitable[None]]] = {"reconcile": _bury}
