"""Members as somebody enters them, changes them and ends their membership: what is asked."""

from collections.abc import Collection, Iterable, Mapping

from console.shown.case.asked.fields import Ask, Field, Fields, Option, by_name
from states.access import Actor
from states.casebook.standing.stand_ins import TAKES_PART
from states.contents.team import MemberContent
from states.policy.pack import Pack
from states.vocabulary.people import Role

#: what each role is, for whoever gives it to somebody; nobody is given any other
ROLES: Mapping[Role, str] = {
    Role.MEMBER: "Member: works on the cases that they, or their office, are on",
    Role.CHAIR: "Chair: sees every case, assigns, decides",
    Role.DEPUTY: "Deputy: stands in for the chair where the chair is kept out",
    Role.INTAKE: "Intake: reads and screens what nobody leads yet",
    Role.CUSTODIAN: "Custodian of records: reads every case, and erases those whose time is over",
    Role.EXPERT: "Expert from outside: sees what the chair brings them onto, for a time",
    Role.OUTSIDE: "Of the office outside: takes part where too few of the team are left",
    Role.OFFICIAL: "Official: clears what is to be released, and sees nothing else",
    Role.AUDITOR: "Auditor: sees who read what, and no content",
    Role.ADMINISTRATOR: "Administrator: lets people in, and sees no case",
    Role.OPERATOR: "Operator: sees what runs and what is stuck, and no content",
}


#: what the record shows of somebody
_ID = "Letters, digits and dashes. The record shows it, so no name: as in officer-2."

#: how somebody is reached first
_MAILBOX = "A mail address, or the address of another channel."


def first() -> Fields:
    """What is asked of whoever enters themselves as the first of a team."""
    return (
        Field("name", "Your name", Ask.LINE, needed=True),
        Field("address", "Your mailbox", Ask.LINE, _MAILBOX, needed=True),
        Field("phone", "Your phone", Ask.LINE),
        Field("id", "What the record calls you", Ask.LINE, _ID.replace("officer-2", "chair"), needed=True),
    )


def entering(pack: Pack) -> Fields:
    """What is asked of somebody who comes onto the team."""
    return (
        Field("id", "What the record calls them", Ask.LINE, _ID, needed=True),
        *_entry(pack),
    )


def changing(pack: Pack, member: Actor, content: MemberContent) -> Fields:
    """What is asked of somebody's entry, with what it says now."""
    return _entry(pack, member, content)


def _entry(pack: Pack, member: Actor | None = None, content: MemberContent | None = None) -> Fields:
    held = (member.roles, member.offices) if member else (frozenset({Role.MEMBER}), frozenset[str]())
    roles = tuple(Option(role, says) for role, says in ROLES.items())
    offices = by_name(Option(code, office.name) for code, office in pack.offices.items())
    for_whom = "The offices that they speak for"
    return (
        Field("name", "Name", Ask.LINE, needed=True, given=_of(content, "name")),
        Field("address", "Mailbox", Ask.LINE, _MAILBOX, needed=True, given=_of(content, "address")),
        Field("phone", "Phone", Ask.LINE, given=_of(content, "phone")),
        Field("roles", "What they may do", Ask.SEVERAL, "", roles, needed=True, given=_several(held[0])),
        Field("offices", for_whom, Ask.SEVERAL, "", offices, given=_several(held[1])),
    )


def leaving(team: Iterable[tuple[Actor, MemberContent]], member: str) -> Fields:
    """From when somebody is no member any more, and who has their work then."""
    heirs = by_name(
        Option(one.id, content.name)
        for one, content in team
        if one.id != member and not one.roles.isdisjoint(TAKES_PART)
    )
    day = "As in Fri 30 Jun 2028; from that day on. Leave it empty: from now."
    return (
        Field("to", "Who takes over what is open", Ask.ONE, "", heirs, needed=True),
        Field("on", "From which day", Ask.LINE, day),
    )


def _of(content: MemberContent | None, field: str) -> tuple[str, ...]:
    given = getattr(content, field, "")
    return (given,) if given else ()


def _several(given: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(given))
