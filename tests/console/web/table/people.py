"""Who tries every call, each in a browser of their own."""

from collections.abc import Mapping, Sequence

import httpx

from states.casebook.inquiry import triage
from states.casebook.team import ending, members
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from tests.console.web.conftest import Served
from tests.console.web.table.answers import WHO


def case_of_the_table(served: Served) -> str:
    """A case that the officer leads: the nurse is kept out of it, the dean is not on it."""
    number = served.walk.reported(reporter={"name": "invented-nurse-name"})
    book, chair = served.book, served.walk.chair
    triage.assign(book, number, by=chair, lead="officer", offices=["university_police"])
    return number


def people(served: Served) -> Mapping[str, httpx.Client]:
    """A browser of each of them; the case of the table is there by now."""
    pack = served.book.pack
    enrolled = {
        "custodian": _enrolled(served, "custodian", [Role.CUSTODIAN], [pack.custodian_office]),
        "operator": _enrolled(served, "operator", [Role.OPERATOR]),
        "administrator": _enrolled(served, "administrator", [Role.ADMINISTRATOR]),
        "outside expert": _enrolled(served, "expert", [Role.OUTSIDE], [pack.conflict.outside_office]),
    }
    leaver = served.browser(_enrolled(served, "leaver", [Role.MEMBER], ["university_police"]))
    book = served.book
    ending.end(book, "leaver", by=served.walk.chair, on=book.clock(), hand_over_to="officer")
    on_the_team = {"chair": "chair", "on the case": "officer", "not on it": "dean", "recused": "nurse"}
    browsers = {who: served.browser(member) for who, member in {**on_the_team, **enrolled}.items()}
    browsers |= {"ended": leaver, "signed out": served.stranger()}
    assert set(browsers) == set(WHO)
    return browsers


def _enrolled(served: Served, member: str, roles: Sequence[Role], offices: Sequence[str] = ()) -> str:
    content = MemberContent(name=f"invented-{member}-name", address=f"{member}@wnmu.example")
    members.enrol(served.book, member, content, by=served.walk.chair, offices=offices, roles=roles)
    return member
