"""A case with a record of every kind that addresses name, whom it is hidden from, and asking for it all."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from console.api.call import Reach
from console.api.calls import CALLS
from console.api.document import ROOT
from console.api.samples import example_of
from console.invented import examples
from states.casebook.disclosing import releases
from states.casebook.effects import listing
from states.casebook.inquiry import triage
from states.casebook.plan import meetings
from states.casebook.record import evidence
from states.casebook.standing.decisions import decide
from states.casebook.team import members
from states.contents.team import MemberContent
from states.files.arriving import Arriving
from states.vocabulary.people import Role
from states.vocabulary.plans import MeetingKind
from tests.console.web.conftest import BROWSER, Served
from tests.console.web.table.people import program
from tests.console.web.table.test_table import calls_of, rooms
from tests.statements import statements

#: whom the case is hidden from, by id
OUT: Mapping[str, tuple[Role, ...]] = {
    "hid-recused": (Role.MEMBER,),
    "hid-member": (Role.MEMBER,),
    "hid-auditor": (Role.AUDITOR,),
    "hid-operator": (Role.OPERATOR,),
}


@dataclass(frozen=True, slots=True)
class Hidden:
    """A case that is hidden, one that was erased, and a case of one's own.

    Args:
        served: the console.
        given: what stands for the names in addresses: the case's number, and ids of its records.
        erased: the number of another case that is hidden from the same people, and has been erased.
        own: the number of a case that the recused one and the member are on.
    """

    served: Served
    given: Mapping[str, str]
    erased: str
    own: str


def made(served: Served) -> Hidden:
    """Make the case, in a console that no other test uses."""
    book, walk, chair = served.book, served.walk, served.walk.chair
    for member, roles in OUT.items():
        content = MemberContent(name=f"invented-{member}-name", address=f"{member}@wnmu.example")
        members.enrol(book, member, content, by=chair, roles=roles)
    there, erased, own = walk.reintegrating(), walk.closed(), walk.reported()
    for number in (there, erased):
        decide(book, number, "hid-recused", by=chair, keep_out=True, because="invented")
        triage.assign(book, number, by=chair, lead="officer", offices=["university_police"])
    triage.assign(book, own, by=chair, lead="officer", offices=[], members=["hid-recused", "hid-member"])
    walk.erase(erased)
    soon = book.clock() + timedelta(days=1)
    meeting = meetings.schedule(book, there, by=chair, kind=MeetingKind.REVIEW, at=soon)
    file = Arriving(book.place, "invented.png", most=1000)
    file.write(b"\x89PNG\r\n\x1a\n")
    (file_id,) = evidence.add(book, there, [file.finish()], by=walk.officer)
    record = {name: walk.records(there, table)[0]["id"] for name, table in RECORDS.items()}
    text = releases.draft(book, there, examples.release(), by=chair)
    effect = listing.effects(book, by=chair, number=there)[0].effect_id
    given = {"number": there, "meeting": meeting, "meeting_id": meeting, "file_id": file_id}
    given |= {"text": text, "effect": effect, **record}
    return Hidden(served, given, erased, own)


#: of what kind the records are that addresses name by an id of their own
RECORDS = {
    "action": "plan_actions",
    "action_id": "plan_actions",
    "assessment_id": "assessments",
    "check_in": "check_ins",
    "check_in_id": "check_ins",
    "plan_id": "plans",
    "referral_id": "referrals",
    "report_id": "reports",
}


class Asking:
    """Somebody who asks the application itself, in a browser and as a program.

    Args:
        served: the console.
        member: who they are.
        runner: runs the application.
    """

    def __init__(self, served: Served, member: str, runner: asyncio.Runner) -> None:
        transport, book = httpx.ASGITransport(served.app), served.book
        self.runner, self.book, self.member = runner, book, member
        self.browser = httpx.AsyncClient(transport=transport, base_url=served.url, headers=BROWSER)
        self.browser.cookies.set("tat", served.login(member).sign_in(book), domain="127.0.0.1")
        bearer = {"Authorization": program(served, member).headers["Authorization"], "If-Match": "*"}
        self.program = httpx.AsyncClient(transport=transport, base_url=served.url, headers=bearer)

    def begin(self) -> None:
        """Use both: that they are used is noted, the first time in a minute."""
        for client, path in ((self.browser, "/account"), (self.program, f"{ROOT}/me")):
            assert self._asked(client, "GET", path).status_code == httpx.codes.OK

    def told(
        self,
        call: str,
        given: Mapping[str, str],
        how: Mapping[str, Any],
        client: httpx.AsyncClient | None = None,
    ) -> tuple[object, ...]:
        """All that an answer tells: status, head, size and what it made the database do."""
        with statements(self.book) as said:
            answer = self.ask(call, given, how, client)
        head = {name: value for name, value in answer.headers.items() if name != "date"}
        # Numbers are all as long, so that a page that repeats the one that was asked for is, too.
        return answer.status_code, head, len(answer.content), said

    def ask(
        self,
        call: str,
        given: Mapping[str, str],
        how: Mapping[str, Any],
        client: httpx.AsyncClient | None = None,
    ) -> httpx.Response:
        """Make a call, as a program or in a browser, as its address has it."""
        method, path = call.split(" ")
        client = client or (self.program if path.startswith(ROOT) else self.browser)
        return self._asked(client, method, path.format(**given), **how)

    def _asked(self, client: httpx.AsyncClient, method: str, path: str, **how: Any) -> httpx.Response:
        return self.runner.run(client.request(method, path, **how))


def addresses(served: Served) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Every call whose address names a case or a record of one; what is sent along; whether many share it.

    Before those that are for whoever may open the case stands one look, for all pages or all calls alike.
    """
    rows = {call: room for room in rooms() for call in room.rows}
    of_api = {f"{call.method} {ROOT}{call.path}": call for call in CALLS}
    for path in sorted(calls_of(served.app)):
        if not {*RECORDS, "number", "meeting", "text", "effect"}.intersection(names_in(path)):
            continue
        call = of_api.get(path)
        shares = "/cases/{number}" in path and (call is None or call.reach is Reach.READERS)
        if call is None:
            yield path, {"data": rows[path].sent.get(path) or {}} if path.startswith("POST") else {}, shares
        elif call.raw:
            yield path, {"content": b"invented"}, shares
        else:
            sent = {} if call.sends is None else {"json": json.loads(json.dumps(example_of(call)))}
            yield path, sent, shares


def names_in(path: str) -> list[str]:
    """The names in an address."""
    return re.findall(r"{(\w+)}", path)
