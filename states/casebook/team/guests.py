"""Who is on a case for a time: an expert whom the chair brings, for as long as the chair says (W-50).

What one may see ends by itself, to the moment: :mod:`states.access` asks no round. The round that comes
afterwards hands over what they still had to do, and tells whoever chairs.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from states.access import Act, Actor, is_kept_out, permit, works_on
from states.casebook.book import CASES, Casebook
from states.casebook.page import Page
from states.casebook.standing.conflicts import chairs
from states.casebook.standing.decisions import knows_why
from states.casebook.standing.handing_over import hand_over
from states.casebook.standing.roster import roster
from states.casebook.standing.taking_part import NOT_FOR_THEM
from states.contents.inquiry import StayContent, reason
from states.contents.kept import STAYS
from states.contents.payloads import NOTIFY_TEAM, News
from states.contents.reports import aware
from states.errors import BadInput, Refused
from states.tables import Stay, table_of
from states.vocabulary.people import GuestWay, Role

_STAYS = table_of(Stay)

#: what is said where nobody under that id is on the case for a time
NO_GUEST = "Nobody under that id is on this case for a time. Nothing was written: see `tat case guests`."


@dataclass(frozen=True, slots=True)
class StayLine:
    """That somebody is, or was, let to a case for a time.

    Args:
        stay_id: its id.
        member: their id.
        way: by which way.
        since: since when.
        until: until when, as it was said last.
        by: who let them in; of break-glass, they themselves.
        is_over: whether they see the case no more by it.
        because: why.
        reviewed_by: of break-glass, who said afterwards whether it was justified; None: nobody yet.
        justified: what they said; None: nothing yet.
        review: why they said so; empty: nothing yet, or whoever asks need not know.
    """

    stay_id: str
    member: str
    way: GuestWay
    since: datetime
    until: datetime
    by: str
    is_over: bool
    because: str = field(repr=False)
    reviewed_by: str | None
    justified: bool | None
    review: str = field(repr=False)


def invite(book: Casebook, number: str, member: str, *, by: Actor, until: datetime, because: str) -> str:
    """Bring somebody onto a case until a moment, after which there is no such case for them (W-50).

    Args:
        book: the casebook.
        number: the case's number.
        member: id of an expert, or of a member of the team who is not on the case.
        by: whoever chairs.
        until: when it ends by itself (aware).
        because: what they are needed for.

    Returns:
        The stay's id.

    Raises:
        BadInput: no reason is given, it would end before it begins, or they may not take part in this case.
        Refused: they are on the case already.
    """
    why = reason(because, "bringing somebody onto a case")
    with book.page(number, by, Act.ASSIGN) as page:
        _require_ahead(page, until)
        person = {one.id: one for one in roster(page.connection, at=page.now)}.get(member)
        wrong = person is None or person.roles.isdisjoint((Role.EXPERT, Role.MEMBER))
        if person is None or wrong or is_kept_out(person, page.case):
            raise BadInput(NOT_FOR_THEM)
        if works_on(person, page.case):
            raise Refused(f"{member} is on {number} already. Nothing was written: see `tat case guests`.")
        close(page, member)
        row = Stay(
            case_id=page.case.id, at=page.now, by=by.id, member=member, way=GuestWay.EXPERT, until=until
        )
        page.add(row, StayContent(because=why.text))
        let_in(page, row)
        page.owe(NOTIFY_TEAM, News(trigger="invited", only=(member,)))
        page.log("invited", member=member, stay=row.id, until=_utc(until))
        return row.id


def let_until(book: Casebook, number: str, member: str, *, by: Actor, until: datetime) -> None:
    """Say anew until when somebody whom the chair brought is on a case: longer, or less long.

    Args:
        book: the casebook.
        number: the case's number.
        member: their id.
        by: whoever chairs.
        until: when it ends by itself (aware).

    Raises:
        BadInput: it lies in the past.
        Refused: nobody under that id is on the case for a time.
    """
    with book.page(number, by, Act.ASSIGN) as page:
        _require_ahead(page, until)
        stays = [row for row in _open(page, member) if row.way == GuestWay.EXPERT]
        if not stays:
            raise Refused(NO_GUEST)
        page.set(Stay, stays[-1].id, until=until)
        let_in(page, stays[-1], until)
        page.log("stay_changed", member=member, stay=stays[-1].id, until=_utc(until))


def end(book: Casebook, number: str, member: str, *, by: Actor) -> None:
    """End somebody's time on a case early; what they still had to do is handed over.

    Args:
        book: the casebook.
        number: the case's number.
        member: their id.
        by: whoever chairs.

    Raises:
        Refused: nobody under that id is on the case for a time.
    """
    with book.page(number, by, Act.ASSIGN) as page:
        if not _open(page, member):
            raise Refused(NO_GUEST)
        over(page, member)


def end_due(book: Casebook, *, by: Actor) -> int:
    """Hand over what those had to do whose time on a case is over; returns how many there were."""
    permit(by, Act.RUN)
    due = (
        select(_STAYS.c.case_id, _STAYS.c.member)
        .join(CASES, CASES.c.id == _STAYS.c.case_id)
        .where(_STAYS.c.ended_at.is_(None), _STAYS.c.until <= book.clock(), CASES.c.erased_at.is_(None))
        .order_by(_STAYS.c.case_id, _STAYS.c.member)
    )
    with book.store.read() as connection:
        rows = connection.execute(due).all()
    ended = 0
    for row in rows:
        with book.store.write() as connection:
            page = book.turn_to(connection, row.case_id, by)
            # The chair may have given them longer meanwhile.
            if any(stay.until <= page.now for stay in _open(page, row.member)):
                over(page, row.member)
                page.finish()
                ended += 1
    return ended


def listed(book: Casebook, number: str, *, by: Actor) -> list[StayLine]:
    """List who is, or was, let to a case for a time, oldest first; leaves a ``read`` event."""
    with book.page(number, by, Act.READ) as page:
        page.log("read", of="who is let to it for a time")
        return [_line(page, row) for row in page.rows(Stay)]


def let_in(page: Page, row: Stay, until: datetime | None = None) -> None:
    """Write onto the case that somebody sees it until then.

    Args:
        page: the case.
        row: the stay.
        until: until when; None: as the stay says.
    """
    page.case.guests = {**page.case.guests, row.member: [str(row.way), _utc(until or row.until)]}


def close(page: Page, member: str) -> list[str]:
    """End every stay of somebody on a case, from now on; gives their ids."""
    stays = [row.id for row in _open(page, member)]
    for stay in stays:
        page.set(Stay, stay, ended_at=page.now)
    if stays:
        page.case.guests = {who: let for who, let in page.case.guests.items() if who != member}
    return stays


def over(page: Page, member: str) -> None:
    """End somebody's time on a case, and hand over what is still open; whoever chairs is told.

    Args:
        page: the case.
        member: their id; of whoever is on the case for no time there is nothing to end.
    """
    was_brought = any(row.way == GuestWay.EXPERT for row in _open(page, member))
    stays = close(page, member)
    if not stays:
        return
    team = roster(page.connection, at=page.now)
    in_charge = chairs(page.case, team)
    stays_on = any(one.id == member and works_on(replace(one, at=None), page.case) for one in team)
    if was_brought and not stays_on and in_charge:
        hand_over(page, member, in_charge[0])
    if was_brought:
        page.owe(NOTIFY_TEAM, News(trigger="stay_over", only=tuple(in_charge)))
    page.log("stay_over", member=member, stays=stays)


def cases_of_guest(connection: Connection, member: str) -> list[str]:
    """Ids of the cases that somebody is let to for a time, until that was ended."""
    theirs = select(_STAYS.c.case_id).where(_STAYS.c.member == member, _STAYS.c.ended_at.is_(None))
    return list(connection.scalars(theirs.join(CASES).where(CASES.c.erased_at.is_(None))))


def _open(page: Page, member: str) -> list[Stay]:
    return page.rows(Stay, _STAYS.c.member == member, _STAYS.c.ended_at.is_(None))


def _require_ahead(page: Page, until: datetime) -> None:
    aware(until, "the end of their time on the case")
    if until <= page.now:
        raise BadInput("Their time on the case would be over before it begins. Nothing was written.")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _line(page: Page, row: Stay) -> StayLine:
    said = page.open(STAYS, row)
    return StayLine(
        stay_id=row.id,
        member=row.member,
        way=GuestWay(row.way),
        since=row.at,
        until=row.until,
        by=row.by,
        is_over=row.ended_at is not None or row.until <= page.now,
        because=said.because,
        reviewed_by=row.reviewed_by,
        justified=row.justified,
        review=said.review if knows_why(page) else "",
    )
