"""Invented teams: the demo's members, one of each office that matters, and how any such team is enrolled."""

from collections.abc import Iterable, Sequence

from states.access import Actor
from states.casebook import Casebook
from states.casebook.team import members
from states.contents.team import MemberContent
from states.vocabulary.people import Role

#: a member: id, who they are, the offices they speak for, their roles
Entry = tuple[str, MemberContent, Sequence[str], Sequence[Role]]

#: id, name, offices, roles
MEMBERS: tuple[tuple[str, str, tuple[str, ...], tuple[Role, ...]], ...] = (
    ("m-chair", "Dana Demo", ("student_affairs",), (Role.CHAIR, Role.MEMBER, Role.CUSTODIAN)),
    ("m-police", "Pat Placeholder", ("university_police",), (Role.MEMBER, Role.INTAKE)),
    ("m-health", "Harper Imaginary", ("health_services",), (Role.MEMBER,)),
    ("m-academic", "Alex Fictional", ("academic_affairs",), (Role.MEMBER,)),
    ("m-risk", "Robin Invented", ("risk_management",), (Role.MEMBER,)),
    ("o-operator", "Olly Operator", (), (Role.OPERATOR,)),
)


def of_the_demo() -> list[Entry]:
    """The demo's team."""
    address, phone = "{}@wnmu.example", "575-555-0199"
    return [
        (member, MemberContent(name=name, address=address.format(member), phone=phone), offices, roles)
        for member, name, offices, roles in MEMBERS
    ]


def enrol(book: Casebook, team: Iterable[Entry]) -> dict[str, Actor]:
    """Enrol a team; returns each member as somebody who acts, by id.

    Args:
        book: the casebook, without a team so far.
        team: who is on it; the first of them, who enrols the others, chairs it.
    """
    people: dict[str, Actor] = {}
    for member, content, offices, roles in team:
        first = next(iter(people.values()), None)
        members.enrol(book, member, content, by=first, offices=offices, roles=roles)
        people[member] = members.actor(book, member)
    return people
