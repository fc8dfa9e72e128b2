"""All content of a case that a person reads leaves an event, by page and by program."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest
from sqlalchemy import func, select

from states.tables import Event, table_of
from tests.console.web.table.asking import Asking, Hidden, addresses, names_in
from tests.states.looking import case

_EVENTS = table_of(Event)

#: it does not end, and says that there is news, not what: the page then asks for itself anew
STREAM = "GET /cases/{number}/events"

#: what is read of a case and leaves no event in its chain, and why
SILENT: Mapping[str, str] = {
    "GET /cases/{number}/files/{file_id}/shown": "the preview of the same file has just left one"
}


@pytest.mark.clause("P-08", "W-43")
def test_whatever_is_read_of_a_case_is_on_its_record(hidden: Hidden) -> None:
    """Each address that names a case or a record of one, asked for by a member who is on it."""
    book, silent, asked = hidden.served.book, dict[str, int](), 0
    case_id = case(book, hidden.given["number"]).id
    mine = select(func.count()).where(_EVENTS.c.case_id == case_id, _EVENTS.c.actor == "officer")

    def events() -> int:
        with book.store.read() as connection:
            return int(connection.scalar(mine) or 0)

    with asyncio.Runner() as runner:
        officer = Asking(hidden.served, "officer", runner)
        for call, how, _ in addresses(hidden.served):
            if not call.startswith("GET") or call == STREAM:
                continue
            given = {name: hidden.given.get(name, "note") for name in names_in(call)}
            before, answer = events(), officer.ask(call, given, how)
            if answer.status_code == httpx.codes.OK:
                asked += 1
                if events() == before:
                    silent[call] = len(answer.content)
    assert set(silent) == set(SILENT), silent
    assert asked > 25
