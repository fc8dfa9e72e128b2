"""Who acts for the team in one case, once some of its members are kept out of it."""

from collections.abc import Collection, Iterable

from states.access import Actor, may_work_on
from states.policy.pack import Pack
from states.tables import Case
from states.vocabulary.people import Role

#: who takes part in a case
TAKES_PART = frozenset({Role.CHAIR, Role.MEMBER})

#: a decision and the agreement with it are two people's
AT_LEAST = 2


def stand_ins(pack: Pack, team: Iterable[Actor], out: Collection[str]) -> list[str]:
    """Who chairs in a case: nobody while a chair of the team is left; else whoever stands in for them.

    First those whom the team's roster calls the chair's deputies, then the members of the office that the
    pack names for that, then those of the office outside the team (W-02).

    Args:
        pack: the policy in force.
        team: the active members.
        out: ids of those who are kept out of the case.
    """
    left = [member for member in team if member.id not in out]
    if not out or any(Role.CHAIR in member.roles for member in left):
        return []
    ways = (
        [m.id for m in left if Role.DEPUTY in m.roles],
        [m.id for m in left if pack.chair.deputy in m.offices and Role.MEMBER in m.roles],
        [m.id for m in left if Role.OUTSIDE in m.roles],
    )
    return next((way for way in ways if way), [])


def needs_outside(pack: Pack, team: Collection[Actor], out: Collection[str]) -> bool:
    """Whether too few of the team are left for a case to go on without the office outside the team (W-02).

    Args:
        pack: the policy in force.
        team: the active members.
        out: ids of those who are kept out of the case.
    """
    if not out:
        return False
    inside = [member for member in team if Role.OUTSIDE not in member.roles]
    left = [member for member in inside if member.id not in out]
    chairs = stand_ins(pack, inside, out)
    if not chairs and not any(Role.CHAIR in member.roles for member in left):
        return True
    return _suffices(pack, inside, ()) and not _suffices(pack, left, chairs)


def _suffices(pack: Pack, members: Iterable[Actor], chairs: Collection[str]) -> bool:
    acting = [m for m in members if m.id in chairs or not m.roles.isdisjoint(TAKES_PART)]
    offices = {office for member in acting for office in speaks_for(pack, member, chairs)}
    return is_quorum(pack, offices) and len(acting) >= AT_LEAST


def is_quorum(pack: Pack, offices: Collection[str]) -> bool:
    """Whether so many offices, and those that have to be there, are enough to assess a case (W-02)."""
    return len(offices) >= pack.quorum.offices and set(pack.quorum.required).issubset(offices)


def speaks_for(pack: Pack, member: Actor, chairs: Collection[str]) -> frozenset[str]:
    """The offices a member speaks for in a case; whoever stands in for the chair, for the chair's too."""
    return member.offices | ({pack.chair_office} if member.id in chairs else frozenset())


def emptied(team: Collection[Actor], out: Collection[str]) -> frozenset[str]:
    """The offices of which nobody is left in a case; the office outside the team speaks for them then."""
    taking_part = [m for m in team if not m.roles.isdisjoint(TAKES_PART)]
    all_ = {office for member in taking_part for office in member.offices}
    left = {office for member in taking_part if member.id not in out for office in member.offices}
    return frozenset(all_ - left)


def speaking(pack: Pack, team: Collection[Actor], case: Case, member_ids: Collection[str]) -> set[str]:
    """The offices that those speak for who may work on a case; others may be there, and do not count.

    Whoever stands in for the chair speaks for the chair's office too, and those of the office outside the
    team for every office of which nobody is left.

    Args:
        pack: the policy in force.
        team: the active members.
        case: the case.
        member_ids: ids of those who took part.
    """
    fit = [member for member in team if member.id in member_ids and may_work_on(member, case)]
    offices = {office for member in fit for office in speaks_for(pack, member, case.stand_ins)}
    if case.outside and any(Role.OUTSIDE in member.roles for member in fit):
        offices |= emptied(team, case.kept_out)
    return offices
