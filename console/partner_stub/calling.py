"""Calling back: each final answer is sent until it is taken in or refused, later and later."""

import asyncio
import json
from contextlib import suppress

import httpx

from console.partner_stub.deciding import expire
from console.partner_stub.records import Query
from console.partner_stub.stub import Stub

#: how often one answer is sent
MOST_CALLS = 8

#: seconds after which to look again although nothing is known to fall due
AT_LEAST_EVERY = 60.0

#: statuses after which sending again may help, besides 5xx; 404: the ticket may not be on record there yet
_LATER = (404, 408, 429)


async def keep_calling(stub: Stub) -> None:
    """Let queries expire and call back, until canceled."""
    async with httpx.AsyncClient(timeout=10, trust_env=False) as over:
        while True:
            stub.news.clear()
            now = stub.clock()
            for query in stub.records.overdue(now):
                expire(stub, query)
            for query in stub.records.to_call(stub.clock()):
                await _call(stub, over, query)
            moment = stub.records.next_moment()
            wait = AT_LEAST_EVERY if moment is None else max(0.0, moment - stub.clock().timestamp())
            with suppress(TimeoutError):
                async with asyncio.timeout(min(wait, AT_LEAST_EVERY)):
                    await stub.news.wait()


async def _call(stub: Stub, over: httpx.AsyncClient, query: Query) -> None:
    content = json.dumps(query.document()).encode()
    request = over.build_request(
        "POST", stub.callback_url, content=content, headers={"Content-Type": "application/json"}
    )
    try:
        response = await over.send(stub.signer.sign(request, now=stub.clock()))
        status = response.status_code
    except httpx.HTTPError:
        status = 0
    calls = query.calls + 1
    if status and status not in _LATER and status < httpx.codes.INTERNAL_SERVER_ERROR:
        taken = httpx.codes.is_success(status)
        said = "taken in" if taken else f"refused ({status})"
        stub.records.put(query.ticket, calls=calls, call_at=None, call_result=said)
    elif calls >= MOST_CALLS:
        stub.records.put(query.ticket, calls=calls, call_at=None, call_result="given up")
    else:
        again = stub.clock().timestamp() + stub.first_wait * 2 ** (calls - 1)
        said = f"not reached ({status})" if status else "not reached"
        stub.records.put(query.ticket, calls=calls, call_at=again, call_result=said)
