"""What one may not see does not exist, over HTTP: the same answer, the same size, the same work.

Every address that names a case, or a record of one, is asked for one that is hidden and for one that was
never given. What differs besides the number that was asked for would tell whoever asks that there is a case.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from itertools import cycle
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from console.api.document import ROOT
from states.access import SYSTEM
from states.casebook.alarms import calling
from states.casebook.closing import endings
from states.casebook.effects import links
from states.casebook.inquiry.correcting import correct_subject
from states.casebook.referrals import conveying, sending
from states.casebook.team import members
from states.contents.reports import SubjectContent
from states.contents.team import MemberContent
from states.tables import OneTimeLink, table_of
from states.vocabulary.people import Role
from tasks.drafts.link_paths import (
    ANSWERS,
    RECOMMENDATION,
    TAKING_OVER,
    TAKING_OVER_ALARM,
    TOLD,
    TOLD_POLICE,
)
from tests.cases.referring import referred
from tests.console.web.conftest import BROWSER, Served
from tests.console.web.links.sent import handed_over
from tests.console.web.table.asking import Asking, Hidden, addresses, names_in
from tests.console.web.table.test_table import calls_of
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
        # It leads to an address in which what was typed is sealed.
        ("POST /search", lambda number: {"data": {"wanted": number}, "follow_redirects": True}),
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


def closed(served: Served) -> dict[str, str]:
    """Links of offices for which a subject of the case has come to speak, by the page that they led to."""
    book, walk = served.book, served.walk
    number, referral = referred(walk)
    office = walk.records(number, "referrals")[0]["office"]
    content = MemberContent(name="Ursula Invented Closer", address="closer@wnmu.example")
    offices = [office, "academic_affairs"]
    members.enrol(book, "closer", content, by=walk.chair, offices=offices, roles=[Role.MEMBER])
    with book.page(number, SYSTEM, None) as page:
        found = {
            f"closed{ANSWERS}": links.give(book, page, about=referral, purpose=sending.ANSWER),
            f"closed{RECOMMENDATION}": links.give(
                book, page, about=f"{referral}:{office}", purpose=conveying.READ_RECOMMENDATION
            ),
        }
        page.log("links_given")
    ended, link = handed_over(served)
    found[f"closed{TAKING_OVER}"] = link.rpartition("/")[2]
    for path, secret in found.items():
        opens = served.stranger().get(f"{path.removeprefix('closed')}/{secret}")
        assert opens.status_code == HTTPStatus.OK, path
    for each in (number, ended):
        subject = SubjectContent(name=content.name, site="silver_city")
        correct_subject(book, each, subject, by=walk.chair, because="invented")
        assert case(book, each).kept_out == ["closer"]
    return found


def test_a_link_that_ended_takes_the_work_of_one_that_was_never_made(
    hidden: Hidden, everybody: list[Asking]
) -> None:
    """Used, over, of a case that was erased, for something else, or made up: one answer, and one work.

    So is one whose office is closed, as somebody of it came to be the subject.
    """
    book, number, (asking, *_) = hidden.served.book, hidden.given["number"], everybody
    dead = {"made up": "0" * 64, **closed(hidden.served)}
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
    calls = [call for call in calls_of(hidden.served.app) if "{secret}" in call and " /account/" not in call]
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
