"""Ends of membership: on a day, with all that is still open handed over in one step (W-02)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from states.access import SYSTEM, Act, Actor, is_kept_out, may_work_on, permit, works_on
from states.casebook.book import CASES, Casebook
from states.casebook.page import Page
from states.casebook.plan.calendars import cases_with_entries, entries_ahead
from states.casebook.standing.conflicts import chairs, settle
from states.casebook.standing.handing_over import cases_of, hand_over
from states.casebook.standing.roster import roster
from states.casebook.standing.stand_ins import TAKES_PART
from states.casebook.team import semester
from states.casebook.team.guests import cases_of_guest, close
from states.casebook.team.letting_out import let_out
from states.casebook.team.membership import keep_a_chair
from states.casebook.team.passing_on import (
    actions_of,
    cases_awaiting,
    cases_with_news,
    let_word_go,
    pass_news_on,
    tell_of_actions,
    tell_of_dates,
)
from states.casebook.team.upkeep.clocks import keep_clocks
from states.contents.payloads import CANCEL_MEETINGS, NOTIFY_TEAM, EntriesOver, News
from states.contents.reports import aware
from states.errors import BadInput, UnknownRecord
from states.ledger import chain, coverage
from states.tables import Account, Case, DutyShift, Member, table_of
from states.vault import TEAM_SCOPE
from states.vocabulary.people import Role

_MEMBERS = table_of(Member)
_SHIFTS = table_of(DutyShift)
_ACCOUNTS = table_of(Account)


def end(book: Casebook, member_id: str, *, by: Actor, on: datetime, hand_over_to: str) -> list[str]:
    """End a membership, and hand over what is open: leads, actions, check-ins, follow-ups, clocks, meetings.

    What they did stays theirs. Of a day that lies ahead it is only put down; it then happens by itself.

    Args:
        book: the casebook.
        member_id: the member.
        by: who ends it.
        on: from when they are no member any more (aware).
        hand_over_to: id of whoever takes over; in a case that they are kept out of, whoever chairs does.

    Returns:
        Numbers of the cases in which something was handed over.

    Raises:
        UnknownRecord: there is no such active member.
        BadInput: whoever takes over is no other member who may work on cases.
        Refused: nobody would chair the team.
    """
    permit(by, Act.RUN_TEAM)
    aware(on, "the day on which the membership ends")
    with book.store.write() as connection:
        book.lock_team(connection)
        team = {member.id: member for member in roster(connection)}
        if member_id not in team:
            raise UnknownRecord("There is no active member under that id. Nothing was written.")
        heir = team.get(hand_over_to)
        if heir is None or heir.id == member_id or heir.roles.isdisjoint(TAKES_PART):
            raise BadInput(
                "Name another active member who works on cases to take over (W-02). Nothing was written: see "
                "`tat team list`."
            )
        if Role.CHAIR in team[member_id].roles:
            keep_a_chair(connection, member_id)
        if on > book.clock():
            mine = update(_MEMBERS).where(_MEMBERS.c.id == member_id)
            set_down = {"ends_at": on, "hand_over_to": heir.id}
            connection.execute(mine.values(**set_down))
            digests = coverage.of("members").changed(member_id, set_down)
            told = {"member": member_id, "to": heir.id}
            what = "membership_will_end"
            chain.append_of_team(connection, digests, at=book.clock(), actor=by, what=what, **told)
            return []
        return _end(book, connection, team[member_id], heir, by=by, on=on)


@dataclass(frozen=True, slots=True)
class ComingEnd:
    """A membership that ends on a day ahead: whose, when, and who takes over."""

    member: str
    on: datetime
    hand_over_to: str


def ahead(book: Casebook, *, by: Actor) -> list[ComingEnd]:
    """The memberships that end on a day that has not come, soonest first."""
    permit(by, Act.SEE_TEAM)
    coming = select(_MEMBERS).where(_MEMBERS.c.active, _MEMBERS.c.ends_at.is_not(None))
    with book.store.read() as connection:
        rows = connection.execute(coming.order_by(_MEMBERS.c.ends_at)).all()
    return [ComingEnd(row.id, row.ends_at, row.hand_over_to) for row in rows]


def end_due(book: Casebook, *, by: Actor) -> int:
    """End the memberships whose day has come; returns how many there were."""
    permit(by, Act.RUN)
    due = select(_MEMBERS).where(_MEMBERS.c.active, _MEMBERS.c.ends_at <= book.clock())
    with book.store.read() as connection:
        if connection.execute(due.limit(1)).first() is None:
            return 0
    with book.store.write() as connection:
        book.lock_team(connection)
        rows = connection.execute(due.order_by(_MEMBERS.c.id)).all()
        for row in rows:
            team = {member.id: member for member in roster(connection)}
            heirs = [row.hand_over_to, *(m.id for m in team.values() if Role.CHAIR in m.roles)]
            heir = next((team[each] for each in heirs if each in team and each != row.id), None)
            if heir is not None:
                _end(book, connection, team[row.id], heir, by=SYSTEM, on=row.ends_at)
    return len(rows)


def _end(
    book: Casebook, connection: Connection, leaver: Actor, heir: Actor, *, by: Actor, on: datetime
) -> list[str]:
    pages = [book.turn_to(connection, case_id, by) for case_id in _concerned(connection, leaver.id)]
    shifts = update(_SHIFTS).where(_SHIFTS.c.member_id == leaver.id, _SHIFTS.c.ends_at > on)
    ended = {"active": False, "ends_at": on, "hand_over_to": heir.id}
    digests = coverage.of("members").changed(leaver.id, ended)
    for shift in connection.scalars(shifts.values(member_id=heir.id).returning(_SHIFTS.c.id)).all():
        digests |= coverage.of("duty_shifts").changed(shift, {"member_id": heir.id})
    offered = update(_SHIFTS).where(_SHIFTS.c.offered_to == leaver.id).values(offered_to="")
    for shift in connection.scalars(offered.returning(_SHIFTS.c.id)).all():
        digests |= coverage.of("duty_shifts").changed(shift, {"offered_to": ""})
    connection.execute(update(_MEMBERS).where(_MEMBERS.c.id == leaver.id).values(**ended))
    # None of it works again if they come back one day; what proves who they are (a password) lets in members.
    digests |= let_out(connection, leaver.id, book.clock())
    digests |= _no_link(connection, leaver.id)
    digests |= keep_clocks(book, connection, book.clock())
    semester.take_out(book, connection, leaver.id)
    team_key = book.key(connection, TEAM_SCOPE)
    team = [member for member in roster(connection) if member.id != leaver.id]
    handed = []
    for page in pages:
        # Before anything is handed over: what they were invited to is theirs no more.
        entries = entries_ahead(page, leaver.id)
        if entries:
            page.owe(CANCEL_MEETINGS, EntriesOver(meetings=tuple(entries), only=(leaver.id,)))
            page.log("taken_out_of_calendar", member=leaver.id, count=len(entries))
        if page.case.kept_out:
            settle(page, team)
        close(page, leaver.id)
        let_word_go(page, leaver.id)
        # What whoever ends it is kept out of is handed over all the same, and not told to them.
        if _take_over(page, leaver.id, heir, team) and not is_kept_out(by, page.case):
            handed.append(page.case.number)
        pass_news_on(page, leaver.id, _hears(page.case, heir, team), team_key)
        page.finish()
    told = {"member": leaver.id, "to": heir.id}
    chain.append_of_team(connection, digests, at=book.clock(), actor=by, what="membership_ended", **told)
    return handed


def _concerned(connection: Connection, member: str) -> list[str]:
    """The cases that somebody has to do with, and those in which others might stand in, in order."""
    kept = connection.execute(select(CASES.c.id, CASES.c.kept_out).where(CASES.c.erased_at.is_(None)))
    held = {row.id for row in kept if row.kept_out}
    waiting = cases_with_entries(connection, member) | cases_with_news(connection, member)
    waiting |= cases_awaiting(connection, member) | set(cases_of_guest(connection, member))
    erased = connection.scalars(select(CASES.c.id).where(CASES.c.erased_at.is_not(None)))
    return sorted({*cases_of(connection, member), *held, *waiting}.difference(erased))


def _hears(case: Case, heir: Actor, team: list[Actor]) -> str:
    """Who hears the news of a case that somebody was not told: whoever took over, if it is theirs to know."""
    return heir.id if works_on(heir, case) else next(iter(chairs(case, team)), "")


def _no_link(connection: Connection, leaver: str) -> dict[str, str]:
    """Let no link set their account up any more."""
    none = {"link": "", "link_until": None}
    theirs = (_ACCOUNTS.c.id == leaver) & (_ACCOUNTS.c.link != "")
    ended = connection.execute(update(_ACCOUNTS).where(theirs).values(**none)).rowcount
    return coverage.of("accounts").changed(leaver, none) if ended else {}


def _take_over(page: Page, leaver: str, heir: Actor, team: list[Actor]) -> bool:
    case = page.case
    to = heir.id if may_work_on(heir, case) else next(iter(chairs(case, team)), "")
    if not to:
        return False
    by_name = leaver in case.members
    before = actions_of(page, to)
    if not hand_over(page, leaver, to) and not by_name:
        return False
    if to != case.lead or by_name:
        # Whoever takes over is on the case, also where only the one before them was.
        case.members = sorted({*case.members, to} - {leaver})
    page.owe(NOTIFY_TEAM, News(trigger="taken_over", only=(to,)))
    page.log("taken_over", member=leaver, to=to)
    tell_of_actions(page, to, before)
    tell_of_dates(page, to)
    return True
