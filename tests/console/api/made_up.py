"""Calls of the API that schemathesis makes up from its document, and what is held against their answers."""

from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from console.api.document import document
from tests.waiting import PATIENCE

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def send_what_fits_and_what_does_not(client: httpx.Client, *, of_each: int) -> int:
    """Send made-up calls; gives how many.

    Args:
        client: comes in with a token; its address is the API's.
        of_each: how many of each call.
    """
    schema = schemathesis.openapi.from_dict(document())
    host, sent = str(client.base_url).removesuffix("/api/"), 0
    token = {"Authorization": client.headers["Authorization"]}
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]

        @settings(
            max_examples=of_each,
            database=None,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def try_it(case: Any) -> None:
            nonlocal sent
            sent += 1
            answer = case.call(base_url=host, headers=token, timeout=PATIENCE)
            case.validate_response(answer, checks=CHECKS)
            stranger = case.call(base_url=host, timeout=PATIENCE)
            assert stranger.status_code in (401, 404, 413, 414), stranger.status_code

        try_it()
    return sent
