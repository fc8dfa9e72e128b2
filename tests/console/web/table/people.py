"""Who tries every call, each in a browser of their own, and with a token for everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import httpx

from states.casebook.accounts import tokens
from states.casebook.inquiry import triage
from states.casebook.team import ending, guests, members
from states.casebook.team.break_glass import break_glass
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from states.vocabulary.programs import Scope
from tests.console.web.conftest import Served
from tests.console.web.table.answers import WHO


def case_of_the_table(served: Served) -> str:
    """A case that the officer leads: the nurse is kept out of it, the dean is not on it."""
    number = served.walk.reported(reporter={"name": "invented-nurse-name"})
    book, chair = served.book, served.walk.chair
    triage.assign(book, number, by=chair, lead="officer", offices=["university_police"])
    return number


@dataclass(frozen=True, slots=True)
class People:
    """Those who try every call.

    Args:
        browsers: the browser of each.
        programs: a program of each, that may do whatever they may.
        ids: the id of each of them who is a member.
    """

    browsers: Mapping[str, httpx.Client]
    programs: Mapping[str, httpx.Client]
    ids: Mapping[str, str]


def people(served: Served, number: str) -> People:
    """Each of them, as they stand to the case of the table; whose time on it is over, by a second."""
    pack = served.book.pack
    enrolled = {
        "custodian": _enrolled(served, "custodian", [Role.CUSTODIAN], [pack.custodian_office]),
        "operator": _enrolled(served, "operator", [Role.OPERATOR]),
        "administrator": _enrolled(served, "administrator", [Role.ADMINISTRATOR]),
        "intake": _enrolled(served, "reception", [Role.INTAKE]),
        "auditor": _enrolled(served, "auditor", [Role.AUDITOR]),
        "official": _enrolled(served, "official", [Role.OFFICIAL], ["public_information"]),
        "deputy": _enrolled(served, "deputy", [Role.DEPUTY]),
        "outside office": _enrolled(served, "regent", [Role.OUTSIDE], [pack.conflict.outside_office]),
        "expert to come": _enrolled(served, "expert-to-come", [Role.EXPERT]),
        "expert": _enrolled(served, "expert", [Role.EXPERT]),
        "expert whose time is over": _enrolled(served, "expert-over", [Role.EXPERT]),
        "break-glass": _enrolled(served, "counselor", [Role.MEMBER], ["health_services"]),
    }
    let_in(served, number)
    leaver = served.browser(_enrolled(served, "leaver", [Role.MEMBER], ["university_police"]))
    left, book = program(served, "leaver"), served.book
    ending.end(book, "leaver", by=served.walk.chair, on=book.clock(), hand_over_to="officer")
    on_the_team = {"chair": "chair", "on the case": "officer", "not on it": "dean", "recused": "nurse"}
    everybody = {**on_the_team, **enrolled}
    browsers = {who: served.browser(member) for who, member in everybody.items()}
    programs = {who: program(served, member) for who, member in everybody.items()}
    out = {"signed out": served.stranger()}
    assert {*everybody, "ended", *out} == set(WHO)
    return People({**browsers, "ended": leaver, **out}, {**programs, "ended": left, **out}, everybody)


def let_in(served: Served, number: str) -> None:
    """Bring the experts onto a case, one of them for a second that is over, and open it in an emergency."""
    book, chair = served.book, served.walk.chair
    for member, lasts in (("expert", timedelta(days=1)), ("expert-over", timedelta(seconds=1))):
        guests.invite(book, number, member, by=chair, until=book.clock() + lasts, because="Invented reason.")
    served.watch.forward(seconds=1)
    break_glass(book, number, by=members.actor(book, "counselor"), because="Invented emergency.")


def program(served: Served, member: str) -> httpx.Client:
    """A program that comes in with a token of a member, for everything."""
    by, lasts = members.actor(served.book, member), tokens.LONGEST_GRAVE
    made = tokens.make(served.book, "a-program", by=by, scopes=list(Scope), lasts=lasts)
    client = served.stranger()
    client.headers["Authorization"] = f"Bearer {made.secret}"
    return client


def _enrolled(served: Served, member: str, roles: Sequence[Role], offices: Sequence[str] = ()) -> str:
    content = MemberContent(name=f"invented-{member}-name", address=f"{member}@wnmu.example")
    members.enrol(served.book, member, content, by=served.walk.chair, offices=offices, roles=roles)
    return member
