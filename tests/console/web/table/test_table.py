"""Every call of the console, tried by everybody who may try it: allowed or not, and none untried."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
from states.access import MAY, Act, roles_on
from states.casebook.team import members
from states.vocabulary.people import Role
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, GONE, OUT, WHO, Room
from tests.console.web.table.people import People, case_of_the_table, people
from tests.states.looking import case
from tests.waiting import until

#: ends the session of whoever asks, so it comes last of all
LAST = "POST /sign-out"


def rooms() -> list[Room]:
    """Every room's rows: each has a file of its own."""
    here = Path(__file__).parent
    files = sorted((here / "rows").rglob("*.py"))
    inside = [".".join(file.relative_to(here).with_suffix("").parts) for file in files]
    return [import_module(f"tests.console.web.table.{module}").ROOM for module in inside]


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


def test_no_role_is_without_a_column(alone: Served) -> None:
    """Of whoever may sign in, each role is somebody's who tries every call, on the case of the table."""
    number = case_of_the_table(alone)
    ids = people(alone, number).ids
    here = case(alone.book, number)
    held = {role for each in ids.values() for role in roles_on(members.actor(alone.book, each), here)}
    assert held == set(MAY[Act.SIGN_IN])
    assert set(Role) - held == {Role.REPORTER, Role.SYSTEM}, "whom nobody comes in as"


@pytest.mark.long
@pytest.mark.clause("W-39", "U-09")
@pytest.mark.parametrize("of", ["pages", "programs"])
def test_each_call_answers_everybody_as_the_table_says(alone: Served, of: str) -> None:
    """By status: what one may not see is answered as what is not there."""
    number = case_of_the_table(alone)
    everybody, wrong = people(alone, number), list[str]()
    mine = [room for room in rooms() if all(" /api/" in call for call in room.rows) is (of == "programs")]
    # What rooms make comes first: a meeting that begins without a call, as long as none is called.
    entered = [(room, room.made(alone, number) if room.made else {}) for room in mine]
    with ThreadPoolExecutor(len(WHO)) as at_once:
        for room, has in sorted(entered, key=lambda each: LAST in each[0].rows):
            made = {"number": number, **room.given, **has}
            for call in sorted(room.rows, key=lambda each: each == LAST):
                row = {who: due(call, who, status) for who, status in room.rows[call].items()}
                one = One(alone, everybody, room, call, made)
                others = [who for who in WHO if row[who] != DONE]
                answers = at_once.map(partial(one.asked_by, given=one.given()), others)
                found = dict(zip(others, answers, strict=True))
                # Each on what nobody else has done it on.
                found |= {who: one.done_by(who) for who in WHO if row[who] == DONE}
                wrong += [
                    f"{call}: {who} is answered {found[who]}, not {row[who]}"
                    for who in WHO
                    if found[who] != row[who]
                ]
    assert wrong == [], "\n".join(wrong)


@dataclass(frozen=True, slots=True)
class One:
    """One call of the table, and those who try it.

    Args:
        served: the console.
        everybody: who tries it.
        room: its room.
        call: its method and address.
        made: what stands for the names in the room's addresses.
    """

    served: Served
    everybody: People
    room: Room
    call: str
    made: Mapping[str, str]

    def given(self) -> Mapping[str, str]:
        """What stands for the names in its address, made anew where it is made for this call alone."""
        make = self.room.each.get(self.call)
        return {**self.made, **(make(self.served, self.made["number"]) if make else {})}

    def asked_by(self, who: str, given: Mapping[str, str]) -> int:
        """What somebody is answered, by status."""
        sent = filled(self.room.sent.get(self.call), given)
        asking = partial(ask, call=self.call, given=given, sent=sent)
        if " /api/" not in self.call:
            return patiently(asking)(self.everybody.browsers[who])
        does = self.call in self.room.each or DONE in self.room.rows[self.call].values()
        sending = partial(send, call=self.call, given=given, sent=sent, seen="*" if does else '"0"')
        return patiently(sending)(self.everybody.programs[who])

    def done_by(self, who: str) -> int:
        """The same, of what is made for them alone."""
        status = self.asked_by(who, self.given())
        return DONE if status in (HTTPStatus.OK, HTTPStatus.NO_CONTENT) else status


def filled(sent: Any, given: Mapping[str, str]) -> Any:
    """What is sent, with what names in braces stand for."""
    if isinstance(sent, Mapping):
        return {name: filled(value, given) for name, value in sent.items()}
    if isinstance(sent, list):
        return [filled(value, given) for value in sent]
    return given[sent[1:-1]] if isinstance(sent, str) and sent.startswith("{") else sent


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


def send(
    client: httpx.Client, call: str, given: Mapping[str, str], sent: Mapping[str, Any] | None, seen: str
) -> int:
    """Make a call of the API, with its own example where nothing else is sent.

    Whoever saw a case long ago, as version 0, writes nothing.
    """
    method, path = call.split(" ")
    how: dict[str, Any] = {"headers": {"If-Match": seen}}
    for found in CALLS:
        if f"{found.method} {ROOT}{found.path}" == call and found.raw:
            how["content"] = (sent or {}).get("content", b"invented")
        elif f"{found.method} {ROOT}{found.path}" == call and found.sends is not None:
            how["json"] = json.loads(json.dumps(example_of(found))) if sent is None else sent
    return client.request(method, path.format(**given), **how).status_code
