"""Every call of the console, tried by everybody who may try it: allowed or not, and none untried."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from console.api.calls import CALLS
from console.api.document import ROOT
from console.api.samples import example_of
from tests.console.web.conftest import Served
from tests.console.web.table.answers import GONE, OUT, WHO, Room
from tests.console.web.table.people import case_of_the_table, people
from tests.waiting import until

#: ends the session of whoever asks, so it comes last of all
LAST = "POST /sign-out"


def rooms() -> list[Room]:
    """Every room's rows: each has a file of its own."""
    files = sorted((Path(__file__).parent / "rows").glob("*.py"))
    return [import_module(f"tests.console.web.table.rows.{file.stem}").ROOM for file in files]


def calls_of(router: Any, prefix: str = "") -> Iterator[str]:
    """Every call of an application, those of the routers and applications that it includes, too."""
    for each in router.routes:
        if isinstance(each, APIRoute):
            path = "/assets/style.css" if each.path.startswith("/assets/") else prefix + each.path
            yield from (f"{method} {path}" for method in each.methods or ())
        elif isinstance(each, Mount):
            yield from calls_of(each, each.path)
        else:
            yield from calls_of(each.original_router, prefix)


def test_every_call_says_who_may_make_it(served: Served) -> None:
    """Each route of the application is in the rows of a room, and no two rooms have the same."""
    assert sorted(calls_of(served.app)) == sorted(call for room in rooms() for call in room.rows)


@pytest.mark.clause("W-39", "U-09")
def test_each_call_answers_everybody_as_the_table_says(alone: Served) -> None:
    """By status: what one may not see is answered as what is not there."""
    number = case_of_the_table(alone)
    everybody = people(alone, number)
    wrong = list[str]()
    asked = [(call, room) for room in rooms() for call in room.rows]
    with ThreadPoolExecutor(len(WHO)) as at_once:
        for call, room in sorted(asked, key=lambda each: each[0] == LAST):
            given = {"number": number, **room.given, **(room.made(alone, number) if room.made else {})}
            of_api = " /api/" in call
            clients = everybody.programs if of_api else everybody.browsers
            asking = partial(send if of_api else ask, call=call, given=given, sent=room.sent.get(call))
            row = {who: due(call, who, status) for who, status in room.rows[call].items()}
            found = at_once.map(patiently(asking), (clients[who] for who in WHO))
            wrong += [
                f"{call}: {who} is answered {status}, not {row[who]}"
                for who, status in zip(WHO, found, strict=True)
                if status != row[who]
            ]
    assert wrong == [], "\n".join(wrong)


def due(call: str, who: str, status: int) -> int:
    """What a call answers to somebody: a form of whoever is signed in no more goes back to them, undone."""
    sends = call.startswith("POST ") and call != LAST and " /api/" not in call
    return HTTPStatus.UNAUTHORIZED if who in OUT and sends and status == GONE else status


def patiently(asking: Callable[[httpx.Client], int]) -> Callable[[httpx.Client], int]:
    """Ask again as long as one is told to come again: of ten who write at once, some may wait too long.

    So may one whose connection was idle while others wrote, and was closed as it was used again.
    """

    def once(client: httpx.Client) -> int:
        try:
            return asking(client)
        except (httpx.ReadError, httpx.RemoteProtocolError):
            return HTTPStatus.SERVICE_UNAVAILABLE

    def asked(client: httpx.Client) -> int:
        said = [once(client)]

        def so() -> bool:
            if said[-1] == HTTPStatus.SERVICE_UNAVAILABLE:
                said.append(once(client))
            return said[-1] != HTTPStatus.SERVICE_UNAVAILABLE

        until(so, "others write for ever")
        return said[-1]

    return asked


def ask(client: httpx.Client, call: str, given: Mapping[str, str], sent: Mapping[str, Any] | None) -> int:
    """Ask for a page, or send a form; follow nothing."""
    method, path = call.split(" ")
    if path.startswith("/assets"):
        return 200
    data = dict(sent or {}) if method == "POST" else None
    # Not read: one of them tells news for as long as somebody listens.
    with client.stream(method, path.format(**given), data=data) as answer:
        return answer.status_code


def send(client: httpx.Client, call: str, given: Mapping[str, str], sent: Mapping[str, Any] | None) -> int:
    """Make a call of the API with its own example, as whoever saw a case long ago: so nothing is written."""
    method, path = call.split(" ")
    how: dict[str, Any] = {"headers": {"If-Match": '"0"'}}
    for found in CALLS:
        if f"{found.method} {ROOT}{found.path}" == call and found.raw:
            how["content"] = b"invented"
        elif f"{found.method} {ROOT}{found.path}" == call and found.sends is not None:
            how["json"] = sent or json.loads(json.dumps(example_of(found)))
    return client.request(method, path.format(**given), **how).status_code
