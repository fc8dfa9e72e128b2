"""Two cases of one person become one: the reports go on in one case, and the other says where (W-47).

What people wrote in the other case stays there, readable under its number for everybody who is on the case
that goes on: it is part of one record, kept and erased with it.
"""

from sqlalchemy import select

from states.access import Act, Actor, chairs
from states.casebook.book import Casebook
from states.casebook.levels import stand
from states.casebook.loading import load
from states.casebook.page import Page
from states.casebook.persons.joining import LINKS, pair_of
from states.casebook.persons.two_cases import finish, named, two_pages
from states.casebook.rearranging.moving import Moved, carry
from states.casebook.rearranging.parting import part, was_on
from states.casebook.rearranging.taking_along import take_actions_along
from states.casebook.standing.carrying import carry_conflicts
from states.casebook.triggers.acting import fire
from states.contents.inquiry import RemarkContent, reason
from states.errors import Refused
from states.standing_level import LOOKED_AT, standing
from states.tables import Remark, Screening
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.danger import AlarmCause
from states.vocabulary.people import LinkStatus

#: where a case may still go on in another one: no plan of its own is in force
MERGEABLE = (CaseState.REPORTED, CaseState.INQUIRY, CaseState.ASSESSED, CaseState.CLOSED)


def merge(book: Casebook, number: str, into: str, *, by: Actor, because: str) -> Moved:
    """Let a case go on in another one about the same person: its reports move there, and it is closed.

    A graver level goes along: it stands in the other case, too, until a second member agrees to lower it.
    So does what meetings agreed on and is not done.

    Args:
        book: the casebook.
        number: the case that ends.
        into: the case that goes on.
        by: who merges them; they have to be on both.
        because: why.

    Raises:
        BadInput: no reason is given, or both are one case.
        Refused: nobody has said that both are about one person; the first has a plan in force; the second is
            closed; or either is part of another case already.
    """
    why = reason(because, "merging two cases")
    with book.store.write() as connection:
        ends, goes_on = two_pages(book, connection, number, into, by)
        _require_mergeable(ends, goes_on)
        moved = carry(ends, goes_on, ends.reports(), why)
        # Both are one matter: whoever is kept out of either is kept out of both.
        for one, other in ((ends, goes_on), (goes_on, ends)):
            carry_conflicts(one, other, whole=True)
        _carry_level(ends, goes_on)
        was, there = was_on(ends.case), was_on(goes_on.case)
        _open_to_each_other(ends, goes_on)
        ends.case.merged_into = into
        if ends.case.state == CaseState.CLOSED:
            ends.add(Remark(case_id=ends.case.id, at=ends.now, by=by.id, about="merge.reason"), why)
            ends.log("merged", into=into, **was)
        else:
            take_actions_along(ends, goes_on)
            fire(ends, "merge", {"reason": why.text}, into=into, **was)
        goes_on.add(Remark(case_id=goes_on.case.id, at=goes_on.now, by=by.id, about="merge.reason"), why)
        goes_on.log("merged_here", other=number, **there)
        finish(ends, goes_on)
        return moved


def _require_mergeable(ends: Page, goes_on: Page) -> None:
    one, other = ends.case, goes_on.case
    for case in (one, other):
        if case.merged_into:
            into = named(ends.connection, case.merged_into, ends.by)
            raise Refused(f"{case.number} is part of {into} already. Nothing was written.")
    if one.state not in MERGEABLE:
        raise Refused(
            f"{one.number} is in {one.state}, with a plan in force. Nothing was written: let "
            f"{other.number} go on in it instead, or close it first."
        )
    if other.state == CaseState.CLOSED:
        raise Refused(f"{other.number} is closed: reopen it first. Nothing was written.")
    status = ends.connection.scalar(select(LINKS.c.status).where(LINKS.c.pair == pair_of(one.id, other.id)))
    if status != LinkStatus.CONFIRMED:
        raise Refused(
            "Nobody has said that these two cases are about one person. Nothing was written: say so "
            f"first, with `tat case link {one.number} {other.number} --same`."
        )


def _carry_level(ends: Page, goes_on: Page) -> None:
    """Let a graver level stand where the person's case goes on (W-05)."""
    carried, there = (_standing(page) for page in (ends, goes_on))
    if carried is None or (there is not None and carried.gravity <= there.gravity):
        return
    screening = Screening(
        case_id=goes_on.case.id,
        at=goes_on.now,
        by=goes_on.by.id,
        level=carried,
        chair=chairs(goes_on.by, goes_on.case),
    )
    goes_on.add(screening, RemarkContent(text="Carried over from the case that goes on here."))
    stand(goes_on)
    alert = goes_on.holds("grave_and_not_alerted")
    goes_on.log("screened", screening=screening.id, level=carried, came_from=ends.case.number)
    if alert:
        why = {"reason": f"The case that goes on here was screened {carried}."}
        fire(goes_on, "raise_alarm", why, cause=AlarmCause.SCREENED)


def _standing(page: Page) -> Level | None:
    stands = standing(load(page.connection, page.case, page.pack, LOOKED_AT, now=page.now))
    return None if stands is None else stands.level


def _open_to_each_other(ends: Page, goes_on: Page) -> None:
    """Whoever is on either case is on both: the record is one, and nobody who worked on it loses it."""
    one, other = ends.case, goes_on.case
    other.lead = other.lead or one.lead
    leads = {lead for lead in (one.lead, other.lead) if lead}
    offices = sorted({*one.offices, *other.offices})
    members = sorted({*one.members, *other.members, *leads})
    one.lead = one.lead or other.lead
    for case in (one, other):
        case.offices = list(offices)
        case.members = [member for member in members if member != case.lead]


def unmerge(book: Casebook, number: str, *, by: Actor, because: str) -> None:
    """Let a case stand on its own again; reopen it, and move back the reports that are about it.

    Whom the merge brought onto either case is off it again; whom the chair brought onto it since stays.

    Raises:
        BadInput: no reason is given.
        Refused: it is part of no other case, or of one that is part of another one itself.
    """
    why = reason(because, "taking a merge back")
    into = _merged_into(book, number, by)
    with book.store.write() as connection:
        ended, went_on = two_pages(book, connection, number, into, by)
        _require_last(went_on)
        part(ended, went_on)
        for page, partner in ((ended, into), (went_on, number)):
            page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about="unmerge.reason"), why)
            if page is ended:
                page.case.merged_into = ""
            page.log("unmerged", other=partner)
        finish(ended, went_on)


def _require_last(went_on: Page) -> None:
    further = went_on.case.merged_into
    if further:
        into = named(went_on.connection, further, went_on.by)
        raise Refused(
            f"{went_on.case.number} goes on in {into} itself, and so does what it was given. Nothing was "
            "written: take that merge back first."
        )


def _merged_into(book: Casebook, number: str, by: Actor) -> str:
    with book.page(number, by, Act.RECORD) as page:
        if not page.case.merged_into:
            raise Refused(f"{number} is part of no other case. Nothing was written.")
        return page.case.merged_into
