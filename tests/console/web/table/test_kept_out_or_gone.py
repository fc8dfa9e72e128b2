"""Every call of whoever is kept out of a case, or has left, by role; and of the deputy who chairs in it."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus

import httpx
import pytest

from states.casebook.standing import decisions
from states.casebook.team import ending, members
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, HIDDEN
from tests.console.web.table.asking import RECORDS, names_in
from tests.console.web.table.people import People, case_of_the_table, people, program
from tests.console.web.table.test_table import One, due, rooms
from tests.doses import dose

#: names in an address that stand for a case, or for a record of one; a semester's meeting is of none
OF_A_CASE = frozenset({*RECORDS, "number", "meeting", "text", "file_id"})

#: who is kept out of every case besides the chair, of each role: as the table's plain member who is
KEPT_OUT = (
    "custodian",
    "operator",
    "administrator",
    "intake",
    "auditor",
    "official",
    "outside office",
    "expert",
    "break-glass",
)

#: who has left, by what they were: as the table's plain member who has
LEFT: Mapping[str, Role] = {
    f"{role} who left": role
    for role in Role
    if role not in {Role.MEMBER, Role.ONLOOKER, Role.REPORTER, Role.SYSTEM}
}


def every(served: Served, everybody: People, number: str) -> Iterator[tuple[One, dict[str, str], bool]]:
    """Every call that nothing has to be made for, and all that are of a case; whether it is of one.

    With each comes what stands for the names in its address.
    """
    for room in rooms():
        has = room.made(served, number) if room.made else {}
        for call in room.rows:
            of_a_case = bool(OF_A_CASE.intersection(names_in(call))) and "/semester/" not in call
            if of_a_case or call not in room.each:
                one = One(served, everybody, room, call, {"number": number, **room.given, **has})
                yield one, dict(one.given()), of_a_case


def those_who_left(served: Served) -> tuple[dict[str, httpx.Client], dict[str, httpx.Client]]:
    """Of each role one who came in and then left: the browser of each, and a program."""
    browsers, programs, book = dict[str, httpx.Client](), dict[str, httpx.Client](), served.book
    pack = book.pack
    offices = {
        Role.CHAIR: pack.chair_office,
        Role.CUSTODIAN: pack.custodian_office,
        Role.OUTSIDE: pack.conflict.outside_office,
        Role.OFFICIAL: "public_information",
    }
    for who, role in LEFT.items():
        member = who.replace(" ", "-").replace("_", "-")
        content = MemberContent(name=f"invented-{member}-name", address=f"{member}@wnmu.example")
        of = [offices[role]] if role in offices else []
        members.enrol(book, member, content, by=served.walk.chair, offices=of, roles=[role])
        browsers[who], programs[who] = served.browser(member), program(served, member)
        ending.end(book, member, by=served.walk.chair, on=book.clock(), hand_over_to="officer")
    return browsers, programs


def share(of: Sequence[str], turn: int) -> Sequence[str]:
    """Who asks this time: all in the full dose, else each in turn."""
    return of if dose(0, 1) else (of[turn % len(of)],)


@pytest.mark.long
@pytest.mark.clause("W-02", "W-39")
def test_to_whoever_is_kept_out_there_is_no_case_and_whoever_left_is_nobody_whatever_their_role(
    alone: Served,
) -> None:
    """As any member who is kept out, or has left; where the chair is, the deputy sees what they would."""
    # First, as each who signs in waits for the next code: the others have to have proven themselves lately.
    browsers, programs = those_who_left(alone)
    number = case_of_the_table(alone)
    there, wrong = people(alone, number), list[str]()
    everybody = People({**there.browsers, **browsers}, {**there.programs, **programs}, there.ids)
    calls, book, chair = list(every(alone, everybody, number)), alone.book, alone.walk.chair
    for each in {given["number"] for _, given, of_a_case in calls if of_a_case}:
        for who in KEPT_OUT:
            kept_out = everybody.ids[who]
            decisions.decide(book, each, kept_out, by=chair, keep_out=True, because="Invented reason.")
        decisions.recuse(book, each, by=chair, because="Invented reason.")
    hidden = 0
    for turn, (one, given, of_a_case) in enumerate(calls):
        row = one.room.rows[one.call]
        wanted = {who: due(one.call, "ended", row["ended"]) for who in share(tuple(LEFT), turn)}
        if of_a_case:
            wanted |= dict.fromkeys(("chair", *share(KEPT_OUT, turn)), row["recused"])
            hidden += row["recused"] == HIDDEN
            if one.call.startswith("GET "):
                wanted["deputy"] = HTTPStatus.OK if row["chair"] == DONE else row["chair"]
        for who, status in wanted.items():
            answered = one.asked_by(who, given)
            if answered != status:
                wrong.append(f"{one.call}: {who} is answered {answered}, not {status}")
    assert wrong == [], "\n".join(wrong)
    assert len(calls) > hidden > 100
