"""The flows as a work pool's worker finds them by name, at a desk that its process opens for itself.

Prefect names a flow by module and attribute: ``flows.in_worker.close_out``.
"""

from functools import cache
from typing import Any

from prefect import Flow

from flows.in_prefect import flows_at
from states.settings import Settings
from tasks.desk import Desk, open_desk


@cache
def _desk() -> Desk:
    return open_desk(Settings())


#: every flow by its name
FLOWS = flows_at(_desk)

_BY_ATTRIBUTE = {each.fn.__name__: each for each in FLOWS.values()}


def __getattr__(name: str) -> Flow[..., Any]:
    if name not in _BY_ATTRIBUTE:
        raise AttributeError(name)
    return _BY_ATTRIBUTE[name]
