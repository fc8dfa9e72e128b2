"""Conflicts of interest: a member who is somebody in a case is kept out of it at once, by everything."""

from typing import Any

import pytest

from states.access import NO_SUCH_CASE
from states.casebook import Casebook, acting, conflicts, reading, team
from states.errors import UnknownRecord
from states.records import Person, SubjectContent
from states.tables import Case, Conflict
from states.vocabulary import ConflictMatch, ConflictRole, ConflictStatus, IdentifierKind
from tests.states.looking import case, rows
from tests.walking import Walk


def about(name: str = "", **identifiers: str) -> SubjectContent:
    """A subject."""
    kinds = {IdentifierKind(kind): value for kind, value in identifiers.items()}
    return SubjectContent(name=name, identifiers=kinds, site="silver_city")


@pytest.mark.clause("W-39")
@pytest.mark.parametrize(
    ("given", "role", "match"),
    [
        (
            {"subject": about("Somebody Else", email="invented-nurse-address@wnmu.example")},
            "subject",
            "mailbox",
        ),
        ({"subject": about("invented-nurse-name")}, "subject", "name"),
        ({"subject": about("Dr. INVENTED-Nurse-Name")}, "subject", "name"),
        ({"reporter": Person(name="invented-nurse-name")}, "reporter", "name"),
        ({"reporter": Person(email="Invented-Nurse-Address+x@wnmu.example")}, "reporter", "mailbox"),
    ],
)
def test_a_member_whom_a_report_names_is_kept_out_in_the_same_transaction(
    book: Casebook, given: dict[str, Any], role: str, match: str
) -> None:
    """By mailbox for certain, by a name alone until that is decided: for them there is no such case."""
    walk = Walk(book)
    nurse = team.actor(book, "nurse")
    number = walk.reported(**given)
    (found,) = rows(book, Conflict)
    assert (found.member, found.role, found.match) == ("nurse", ConflictRole(role), ConflictMatch(match))
    held = found.match == ConflictMatch.NAME
    assert found.status == (ConflictStatus.HELD if held else ConflictStatus.KEPT_OUT)
    assert walk.events(number)[:2] == ["reported", "conflict_found"]
    with book.store.read() as connection:
        assert conflicts.kept_out(connection, rows(book, Case)[0].id) == {"nurse"}
    for read in (reading.dossier, reading.timeline, acting.can):
        with pytest.raises(UnknownRecord) as refused:
            read(book, number, by=nurse)
        assert str(refused.value) == NO_SUCH_CASE
    assert reading.cases(book, by=nurse) == []
    assert case(book, number).stand_ins == []
