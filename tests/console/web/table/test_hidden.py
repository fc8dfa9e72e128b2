"""What one may not see does not exist, over HTTP: the same answer, the same size, the same work.

Every address that names a case, or a record of one, is asked for one that is hidden and for one that was
never given. What differs besides the number that was asked for would tell whoever asks that there is a case.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from console.api.call import Reach
from console.api.calls import CALLS
from console.api.document import ROOT
from console.api.samples import example_of
from console.invented import examples
from states.access import SYSTEM
from states.casebook.alarms import calling
from states.casebook.closing import endings
from states.casebook.disclosing import releases
from states.casebook.effects import links, listing
from states.casebook.inquiry import triage
from states.casebook.plan import meetings
from states.casebook.record import evidence
from states.casebook.referrals import conveying, sending
from states.casebook.standing.decisions import decide
from states.casebook.team import members
from states.contents.team import MemberContent
from states.files.arriving import Arriving
from states.tables import OneTimeLink, table_of
from states.vocabulary.people import Role
from states.vocabulary.plans import MeetingKind
from tasks.drafts.link_paths import (
    ANSWERS,
    RECOMMENDATION,
    TAKING_OVER,
    TAKING_OVER_ALARM,
    TOLD,
    TOLD_POLICE,
)
from tests.console.web.conftest import BROWSER, Served, console
from tests.console.web.table.people import program
from tests.console.web.table.test_table import calls_of, rooms
from tests.statements import statements
from tests.states.looking import case

_LINKS = table_of(OneTimeLink)

pytestmark = pytest.mark.clause("W-39")

NEVER = "TAT-1999-0001"

#: what is open to some of them by what they are: why it is not tried for those
OPENS = {
    ("hid-member", "POST /api/cases/{number}/break-glass"): "in an emergency, whoever is not on the case",
    (
        "hid-operator",
        "POST /runs/{effect}/again",
    ): "operators see to whatever is stuck, whosever case it is of",
}

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


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Hidden]:
    """The cases, and those from whom they are hidden, in a console that no other test uses."""
    with console(tmp_path_factory.mktemp("hidden"), migrated) as served:
        yield _made(served)


def _made(served: Served) -> Hidden:
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
        method, path = call.split(" ")
        client = client or (self.program if path.startswith(ROOT) else self.browser)
        with statements(self.book) as said:
            answer = self._asked(client, method, path.format(**given), **how)
        head = {name: value for name, value in answer.headers.items() if name != "date"}
        # Numbers are all as long, so that a page that repeats the one that was asked for is, too.
        return answer.status_code, head, len(answer.content), said

    def _asked(self, client: httpx.AsyncClient, method: str, path: str, **how: Any) -> httpx.Response:
        return self.runner.run(client.request(method, path, **how))


@pytest.fixture(scope="module")
def everybody(hidden: Hidden) -> Iterator[list[Asking]]:
    """Each of those from whom the case is hidden."""
    with asyncio.Runner() as runner:
        found = [Asking(hidden.served, member, runner) for member in OUT]
        for each in found:
            each.begin()
        yield found


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


def test_an_address_of_what_is_hidden_tells_no_more_than_one_that_was_never_given(
    hidden: Hidden, everybody: list[Asking]
) -> None:
    """Page and API, read and written: for a recused member, one who is not on it, auditor and operator."""
    asked, told_apart, turns = 0, list[tuple[str, str, str]](), cycle(everybody)
    for call, how, shares in addresses(hidden.served):
        nothing = dict.fromkeys(names_in(call), "none") | {
            "number": NEVER,
            "trigger": "assess",
            "name": "note",
        }
        there = nothing | {name: hidden.given[name] for name in names_in(call) if name in hidden.given}
        erased = [("erased", there | {"number": hidden.erased})] if "{number}" in call else []
        for who in [next(turns)] if shares else everybody:
            if (who.member, call) in OPENS:
                continue
            never = who.told(call, nothing, how)
            for which, given in [("there", there), *erased]:
                asked += 1
                if who.told(call, given, how) != never:
                    told_apart.append((who.member, call, which))
    assert told_apart == []
    assert asked > 250


def test_a_number_that_is_sent_along_tells_no_more_than_one_that_was_never_given(
    hidden: Hidden, everybody: list[Asking]
) -> None:
    """In a form, in a query, or as the second case of a call about one's own: for the two members."""
    mine = f"{ROOT}/cases/{hidden.own}"
    moved = f"POST {mine}/reports/{hidden.served.walk.records(hidden.own, 'reports')[0]['id']}/move"
    why = {"because": "invented"}
    sent: list[tuple[str, Callable[[str], Mapping[str, Any]]]] = [
        ("POST /break-glass", lambda number: {"data": {"number": number, "reason": ""}}),
        ("POST /search", lambda number: {"data": {"wanted": number}}),
        ("GET /runs", lambda number: {"params": {"case": number}}),
        (
            "GET /cases",
            lambda number: {
                "params": {
                    "behind": f"{case(hidden.served.book, hidden.own).changed_at.isoformat()}~{number}"
                }
            },
        ),
        (f"GET {ROOT}/deadlines", lambda number: {"params": {"number": number}}),
        (f"GET {ROOT}/effects", lambda number: {"params": {"number": number}}),
        (f"POST {ROOT}/persons/search", lambda number: {"json": {"text": number}}),
        (f"POST {mine}/links", lambda number: {"json": {"other": number, "same_person": True, **why}}),
        (f"POST {mine}/relations", lambda number: {"json": {"other": number, "relation": "other", **why}}),
        (f"POST {mine}/merging", lambda number: {"json": {"into": number, **why}}),
        (moved, lambda number: {"json": {"to": number, **why}}),
        *((f"POST {mine}/{of}/{{other}}/removal", lambda _: {"json": why}) for of in ("links", "relations")),
    ]
    for call, how in sent:
        for who in everybody[:2]:
            told = [
                who.told(call, {"other": number}, how(number))
                for number in (NEVER, hidden.given["number"], hidden.erased)
            ]
            assert (who.member, call, told[1:]) == (who.member, call, told[:1] * 2)


#: the pages behind links, and what a link of each lets its holder do
LINKS = {
    TAKING_OVER_ALARM: calling.TAKE_OVER,
    TOLD_POLICE: calling.READ_THREAT,
    RECOMMENDATION: conveying.READ_RECOMMENDATION,
    TOLD: endings.READ_END,
    TAKING_OVER: endings.TAKE_OVER,
    ANSWERS: sending.ANSWER,
}


def test_a_link_that_ended_takes_the_work_of_one_that_was_never_made(
    hidden: Hidden, everybody: list[Asking]
) -> None:
    """Used, over, of a case that was erased, for something else, or made up: one answer, and one work."""
    book, number, (asking, *_) = hidden.served.book, hidden.given["number"], everybody
    dead = {"made up": "0" * 64}
    with book.page(number, SYSTEM, None) as page:
        for path, purpose in LINKS.items():
            for how in ("used", "over", "erased"):
                dead[f"{how}{path}"] = links.give(book, page, about=f"{how}{path}", purpose=purpose)
        dead["for something else"] = links.give(book, page, about="else", purpose="something else")
        page.log("links_given")
    ended = {
        "used": {"used_at": page.now},
        "over": {"expires_at": page.now},
        "erased": {"case_id": case(book, hidden.erased).id},
    }
    with book.store.write() as connection:
        for how, values in ended.items():
            connection.execute(update(_LINKS).where(_LINKS.c.about.startswith(how)).values(**values))
    calls = [call for call in calls_of(hidden.served.app) if "{secret}" in call and "set-up" not in call]
    assert {call.split(" ")[1].split("/{")[0] for call in calls} == set(LINKS)
    for sender, call in enumerate(calls):
        path = call.split(" ")[1].split("/{")[0]
        # Each from an address of its own: one may not send so many.
        transport = httpx.ASGITransport(hidden.served.app, client=(f"10.0.0.{sender}", 1))
        stranger = httpx.AsyncClient(transport=transport, base_url=hidden.served.url, headers=BROWSER)
        told = {
            name: asking.told(call, {"secret": secret}, {}, stranger)
            for name, secret in dead.items()
            # Whoever took an alarm over is told more of it by the same link.
            if (name.endswith(path) or "/" not in name) and name != f"used{TAKING_OVER_ALARM}"
        }
        assert (call, {name for name, each in told.items() if each != told["made up"]}) == (call, set())
