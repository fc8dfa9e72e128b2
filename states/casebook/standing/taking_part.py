"""Who may take part in a case: be given work in it, and count for its quorum (W-02, W-39)."""

from collections.abc import Collection

from states.access import is_kept_out, may_work_on
from states.casebook.page import Page
from states.casebook.standing.roster import one_person, roster
from states.casebook.standing.stand_ins import speaking
from states.errors import BadInput, Refused

#: what is said of an id that is given work, or said to have taken part, in a case where that cannot be
NOT_FOR_THEM = (
    "There is no active member who may work on this case under one of the ids given (owner, lead, members or "
    "those who took part). Nothing was written: see `tat team list` for members and the chair, and "
    "`tat case conflicts` for who is kept out."
)


#: what is said of two ids that are one person's
ONE_PERSON = (
    "one person's ids: they share a mailbox or an identifier. Nothing was written; if they are two people, "
    "give each an address of their own first (`tat team change`)."
)


def require_second(page: Page, first: str, said: str) -> None:
    """Refuse that somebody agrees with themselves, under whichever of their ids.

    Args:
        page: the case; whoever opened it agrees.
        first: id of whoever they agree with.
        said: what is said to them when they are that one.

    Raises:
        Refused: they are one person.
    """
    if first == page.by.id:
        raise Refused(f"{said} Nothing was written.")
    if page.by.id in one_person(page.connection, first):
        raise Refused(f"{said} {first} and {page.by.id} are {ONE_PERSON}")


def speaking_for(page: Page, member_ids: Collection[str]) -> dict[str, list[str]]:
    """The offices that each of these members speaks for, in this case.

    Raises:
        BadInput: one of them is no active member, or is kept out of the case; or two are one person's.
    """
    team = roster(page.connection, at=page.now)
    if not {member.id for member in team if not is_kept_out(member, page.case)}.issuperset(member_ids):
        raise BadInput(NOT_FOR_THEM)
    for member in member_ids:
        same = one_person(page.connection, member).intersection(member_ids) - {member}
        if same:
            raise BadInput(f"{', '.join(sorted({member, *same}))} are {ONE_PERSON} Name them once.")
    return {member: sorted(speaking(page.pack, team, page.case, [member])) for member in member_ids}


def offices_for(page: Page, member_ids: Collection[str]) -> set[str]:
    """The offices that these members speak for together, in this case.

    Raises:
        BadInput: one of them is no active member, or is kept out of the case.
    """
    return {office for offices in speaking_for(page, member_ids).values() for office in offices}


def require_fit(page: Page, *member_ids: str, lasting: bool = False) -> None:
    """Refuse to give work in a case to somebody who may not open it (W-02).

    Args:
        page: the case.
        member_ids: who is to have work.
        lasting: whether it is none for somebody who is on the case for a time only.

    Raises:
        BadInput: one of them is no active member, may not work on a case, or is kept out of this one.
    """
    team = {member.id: member for member in roster(page.connection, at=None if lasting else page.now)}
    if not all(member in team and may_work_on(team[member], page.case) for member in member_ids):
        raise BadInput(NOT_FOR_THEM)
