"""The demo's team: invented members, one of each office that matters, obviously not real."""

from states.access import Actor
from states.casebook import Casebook, team
from states.records import MemberContent
from states.vocabulary import Role

#: id, name, offices, roles
MEMBERS: tuple[tuple[str, str, tuple[str, ...], tuple[Role, ...]], ...] = (
    ("m-chair", "Dana Demo", ("student_affairs",), (Role.CHAIR, Role.MEMBER, Role.CUSTODIAN)),
    ("m-police", "Pat Placeholder", ("university_police",), (Role.MEMBER,)),
    ("m-health", "Harper Imaginary", ("health_services",), (Role.MEMBER,)),
    ("m-academic", "Alex Fictional", ("academic_affairs",), (Role.MEMBER,)),
    ("m-risk", "Robin Invented", ("risk_management",), (Role.MEMBER,)),
    ("o-operator", "Olly Operator", (), (Role.OPERATOR,)),
)


def enrol(book: Casebook) -> dict[str, Actor]:
    """Enrol the demo's team; returns each member as somebody who acts, by id."""
    chair: Actor | None = None
    for member_id, name, offices, roles in MEMBERS:
        content = MemberContent(name=name, address=f"{member_id}@wnmu.example", phone="575-555-0199")
        team.enrol(book, member_id, content, by=chair, offices=offices, roles=roles)
        chair = chair or team.actor(book, member_id)
    return {member_id: team.actor(book, member_id) for member_id, *_ in MEMBERS}
