"""The catalog is complete, and every flow in it keeps to the rules that keep names out of Prefect."""

import inspect

import pytest
from prefect import Flow

from flows.catalog import CATALOG, SCHEDULED, Entry, Scheduled
from states.vocabulary import EffectKind

EVERY: tuple[Entry | Scheduled, ...] = (*CATALOG.values(), *SCHEDULED)
FLOWS = {each.flow.name: each.flow for each in EVERY}


def test_every_kind_of_effect_has_a_flow() -> None:
    """Whatever a case may come to owe, some flow does it."""
    assert set(CATALOG) == set(EffectKind)


def test_each_flow_does_one_kind_of_effect() -> None:
    """What operators see of a run tells which kind it is."""
    assert len({entry.flow.name for entry in CATALOG.values()}) == len(CATALOG)


def test_every_description_is_a_sentence() -> None:
    """Operators read what a flow is for."""
    assert [each.flow.name for each in EVERY if not each.description.endswith(".")] == []


@pytest.mark.parametrize("kind", EffectKind)
def test_a_flow_is_given_an_opaque_id_and_nothing_else(kind: EffectKind) -> None:
    """Prefect keeps parameters in clear: an effect's id, or the lease of a batch, tells nothing."""
    entry = CATALOG[kind]
    assert list(inspect.signature(entry.flow.fn).parameters) == ["lease" if entry.bulk else "effect_id"]


@pytest.mark.parametrize("flow", FLOWS.values(), ids=list(FLOWS))
def test_a_flow_keeps_nothing_and_captures_nothing(flow: Flow[..., object]) -> None:
    """No result is stored, no printed line is kept, and no run is named after anything it was given."""
    assert (flow.persist_result, flow.log_prints, flow.flow_run_name) == (False, False, None)


@pytest.mark.parametrize("flow", FLOWS.values(), ids=list(FLOWS))
def test_a_flow_is_async_and_left_to_the_outbox_to_repeat(flow: Flow[..., object]) -> None:
    """A sync flow costs a second more; and an attempt that Prefect repeated would not count."""
    assert (flow.isasync, flow.retries) == (True, 0)


@pytest.mark.parametrize("each", SCHEDULED, ids=lambda each: each.flow.name)
def test_a_scheduled_flow_has_one_schedule_and_needs_no_parameter(each: Scheduled) -> None:
    """Prefect's scheduler starts it without being told anything."""
    assert (each.cron is None) != (each.interval_seconds is None)
    parameters = inspect.signature(each.flow.fn).parameters.values()
    assert all(parameter.default is not inspect.Parameter.empty for parameter in parameters)
