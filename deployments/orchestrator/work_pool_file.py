"""Writes ``prefect.yaml``, by which `prefect deploy --all` hands every flow to a work pool.

``python -m deployments.orchestrator.work_pool_file > prefect.yaml`` after each change of the catalog; a test
compares the two.
"""

import json
import sys
from typing import Any

from prefect import __version__
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule

from deployments.orchestrator.registration import WORK_POOL, Deployable, deployables
from flows.in_worker import FLOWS
from flows.prefect_runs import DEPLOYMENT

HEAD = f"""\
# Made from flows/catalog.py by `python -m deployments.orchestrator.work_pool_file`: change that, not this.
#
# For installations that outgrow one machine. The workers' machines have tatflow installed, and the same TAT_
# settings.
#   prefect work-pool create {WORK_POOL} --type process
#   prefect deploy --all
#   prefect worker start --pool {WORK_POOL}
# and `TAT_EXECUTION=pool tat up` on the first machine, which then leaves every run to the workers.
name: tatflow
prefect-version: {__version__}
build: []
push: []
pull: []
deployments:
"""


def render() -> str:
    """The whole file."""
    return HEAD + "".join(_entry(each) for each in deployables(FLOWS))


def _entry(each: Deployable) -> str:
    fields: dict[str, Any] = {
        "name": DEPLOYMENT,
        "entrypoint": each.entrypoint,
        "description": each.description,
        "tags": list(each.tags),
        "schedules": _schedules(each),
        "enforce_parameter_schema": True,
        "work_pool": {"name": WORK_POOL},
    }
    # JSON is YAML too, and needs no rules about quoting.
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    return "  - " + "\n    ".join(lines) + "\n"


def _schedules(each: Deployable) -> list[dict[str, Any]]:
    match each.schedule:
        case CronSchedule(cron=cron, timezone=zone):
            return [{"cron": cron, "timezone": zone}]
        case IntervalSchedule(interval=interval, anchor_date=anchor):
            return [{"interval": int(interval.total_seconds()), "anchor_date": anchor.isoformat()}]
        case _:
            return []


if __name__ == "__main__":
    sys.stdout.write(render())
