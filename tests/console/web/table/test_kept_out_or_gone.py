"""A chair who is kept out of a case, and the deputy who chairs in it: every call that names one."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from states.casebook.standing import decisions
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, HIDDEN
from tests.console.web.table.asking import RECORDS, names_in
from tests.console.web.table.people import People, case_of_the_table, people
from tests.console.web.table.test_table import One, rooms

#: names in an address that stand for a case, or for a record of one; a semester's meeting is of none
OF_A_CASE = frozenset({*RECORDS, "number", "meeting", "text", "file_id"})


def of_a_case(served: Served, everybody: People, number: str) -> Iterator[tuple[One, dict[str, str]]]:
    """Every call that names a case or a record of one, with what stands for the names in its address."""
    for room in rooms():
        has = room.made(served, number) if room.made else {}
        for call in room.rows:
            if OF_A_CASE.intersection(names_in(call)) and "/semester/" not in call:
                one = One(served, everybody, room, call, {"number": number, **room.given, **has})
                yield one, dict(one.given())


@pytest.mark.long
@pytest.mark.clause("W-02", "W-39")
def test_to_a_chair_who_is_kept_out_there_is_no_case_and_the_deputy_chairs_in_it(alone: Served) -> None:
    """The one is answered as any member who is kept out; the other sees what the chair would."""
    number = case_of_the_table(alone)
    everybody, wrong = people(alone, number), list[str]()
    calls = list(of_a_case(alone, everybody, number))
    for each in {given["number"] for _, given in calls}:
        decisions.recuse(alone.book, each, by=alone.walk.chair, because="Invented reason.")
    for one, given in calls:
        row = one.room.rows[one.call]
        due = {"chair": row["recused"]}
        if one.call.startswith("GET "):
            due["deputy"] = HTTPStatus.OK if row["chair"] == DONE else row["chair"]
        for who, status in due.items():
            answered = one.asked_by(who, given)
            if answered != status:
                wrong.append(f"{one.call}: {who} is answered {answered}, not {status}")
    assert wrong == [], "\n".join(wrong)
    assert len(calls) > 100
    assert sum(one.room.rows[one.call]["recused"] == HIDDEN for one, _ in calls) > 100
