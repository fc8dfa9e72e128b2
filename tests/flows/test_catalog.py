"""The catalog is complete, and every flow made of it keeps to the rules that keep names out of Prefect."""

import inspect
from typing import Any

import pytest
from prefect import Flow

from flows.catalog import CATALOG, ROUNDS, Entry, Round, flow_name
from flows.in_worker import FLOWS
from states.vocabulary.effects import EffectKind
from tasks.drafts.alarms import ALARMS

EVERY: tuple[Entry[Any] | Round, ...] = (*CATALOG.values(), *ROUNDS)


def test_every_kind_of_effect_is_in_the_catalog() -> None:
    """Whatever a case may come to owe, something does it; what has no line is named."""
    assert sorted(set(EffectKind) - set(CATALOG)) == []


def test_the_alarm_lane_does_what_the_catalog_says() -> None:
    """It has a list of its own, so that it starts at once; a run that a person starts does the same."""
    assert {kind: CATALOG[kind].does for kind in ALARMS} == ALARMS


def test_every_line_of_the_catalog_has_a_flow_of_its_own() -> None:
    """What operators see of a run tells which kind it is."""
    assert set(FLOWS) == {flow_name(kind) for kind in CATALOG} | {each.name for each in ROUNDS}
    assert {name: flow.name for name, flow in FLOWS.items()} == {name: name for name in FLOWS}


def test_every_sentence_is_one_and_stands_in_prefect() -> None:
    """Operators read what a flow is for."""
    assert [each.sentence for each in EVERY if not each.sentence.endswith(".")] == []
    assert {flow.description for flow in FLOWS.values()} == {each.sentence for each in EVERY}


@pytest.mark.parametrize("kind", EffectKind)
def test_a_flow_is_given_an_opaque_id_and_nothing_else(kind: EffectKind) -> None:
    """Prefect keeps parameters in clear: an effect's id, or the lease of a batch, tells nothing."""
    given = list(inspect.signature(FLOWS[flow_name(kind)].fn).parameters)
    assert given == ["lease" if CATALOG[kind].bulk else "effect_id"]


@pytest.mark.parametrize("flow", FLOWS.values(), ids=list(FLOWS))
def test_a_flow_keeps_nothing_and_captures_nothing(flow: Flow[..., object]) -> None:
    """No result is stored, no printed line is kept, and no run is named after anything it was given."""
    assert (flow.persist_result, flow.log_prints, flow.flow_run_name) == (False, False, None)


@pytest.mark.parametrize("flow", FLOWS.values(), ids=list(FLOWS))
def test_a_flow_is_async_and_left_to_the_outbox_to_repeat(flow: Flow[..., object]) -> None:
    """A sync flow costs a second more; and an attempt that Prefect repeated would not count."""
    assert (flow.isasync, flow.retries) == (True, 0)


@pytest.mark.parametrize("each", ROUNDS, ids=lambda each: each.name)
def test_a_round_has_one_schedule_and_needs_no_parameter(each: Round) -> None:
    """Prefect's scheduler starts it without being told anything."""
    assert (each.cron is None) != (each.interval_seconds is None)
    parameters = inspect.signature(FLOWS[each.name].fn).parameters.values()
    assert all(parameter.default is not inspect.Parameter.empty for parameter in parameters)
