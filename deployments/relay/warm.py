"""Runs an existing Prefect flow run in this very process: the only user of ``prefect.flow_engine``.

A process for each run costs seconds; a run in a process that is warm already costs a tenth of one. Prefect
does this inside its own runner's child process, but documents no way to ask for it: hence one module, and a
pinned Prefect.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from prefect import Flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import AsyncClientContext, SyncClientContext
from prefect.exceptions import PrefectSignal
from prefect.flow_engine import run_flow_async
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, get_current_settings, temporary_settings
from prefect.states import Crashed

_log = logging.getLogger(__name__)

#: name of the state of a run whose end Prefect does not know of
UNREPORTED = "Unreported"


@asynccontextmanager
async def warm_client() -> AsyncIterator[PrefectClient]:
    """One connection to the Prefect API, which every run started inside this block uses too."""
    # The engine asks for a synchronous client as well, for each run and for nothing: to make one, and to read
    # every certificate authority there is, took a third of a run's time. Nor does a run of a second need a
    # thread that tells Prefect that it is alive: its effect's lease tells us.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}), SyncClientContext():
        async with AsyncClientContext() as context:
            yield context.client


async def run_warm(flow: Flow[Any, Any], flow_run: FlowRun) -> State[Any]:
    """Run a flow run that exists already (Pending, or Scheduled and due) to its end, in this process.

    Args:
        flow: the flow it is a run of; an async one.
        flow_run: the run, with its parameters.

    Returns:
        The state it ended in; a state named ``Unreported`` when the Prefect API could not be told.

    Raises:
        CancelledError: this task was canceled; the run was reported as Crashed first.
    """
    try:
        state = await run_flow_async(
            _lean(flow),
            # A run that knows its deployment starts a thread with a websocket of its own, to hear of being
            # suspended: 0.15 s that hold up every other run. Suspending is not something our flows do.
            flow_run=flow_run.model_copy(update={"deployment_id": None}),
            parameters=flow_run.parameters,
            return_type="state",
        )
    except PrefectSignal as signal:
        # Prefect forbids the run to go on: somebody cancelled or deleted it meanwhile.
        _log.info("Flow run %s was not run: Prefect sent %s.", flow_run.id, type(signal).__name__)
        return Crashed(message="Prefect did not let this run go on.")
    except asyncio.CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever befalls one run, the relay goes on with the others
        # What a flow itself raises never arrives here: this is the engine without a server to talk to. The
        # text may quote a request, so only the kind is told.
        _log.warning("Flow run %s could not be reported to Prefect (%s).", flow_run.id, type(error).__name__)
        return Crashed(name=UNREPORTED, message="Prefect could not be told how this run ended.")
    return state if isinstance(state, State) else Crashed(message="The run ended without a state.")


@cache
def _lean(flow: Flow[Any, Any]) -> Flow[Any, Any]:
    # Where results go must be said, though none is kept: otherwise each run opens a client of its own to
    # ask the server for a default (0.08 s).
    return flow.with_options(
        result_storage=get_current_settings().results.local_storage_path, persist_result=False
    )
