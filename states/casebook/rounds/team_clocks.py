"""The clocks that are the team's own: semester meetings, reviews of the plan, reports."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from states import deadlines
from states.access import SYSTEM, Act, Actor, permit
from states.calendar.reckoning import next_semester_end, semester_of
from states.casebook.book import Casebook
from states.casebook.effects.owing import owe_without_case
from states.contents.payloads import Owing, TeamClockDue
from states.ledger import chain, coverage
from states.policy.pack import Pack
from states.policy.terms import on_day
from states.tables import Deadline, Effect, table_of
from states.vocabulary.effects import Clock, EffectStatus

_DEADLINES = table_of(Deadline)
_EFFECTS = table_of(Effect)


def set_team_clocks(book: Casebook, *, by: Actor) -> None:
    """Start the team's own clocks that do not run yet (W-33, W-34, W-46).

    They are the semester's meeting and report, and the annual review of the plan.
    """
    permit(by, Act.RUN)
    now = book.clock()
    pack = book.pack
    site = pack.home
    ends = next_semester_end(now, pack, site)
    last_day = (ends - timedelta(minutes=1)).astimezone(ZoneInfo(site.timezone)).date()
    semester = semester_of(last_day, pack)
    about = f"{semester.name if semester else 'Semester'} {last_day.year}"
    review = _next_review(pack, now)
    wanted = [
        (Clock.SEMESTER_MEETING, about, ends),
        (Clock.SEMESTER_REPORT, about, ends),
        (Clock.ANNUAL_REVIEW, str(review.year), review),
    ]
    with book.store.read() as connection:
        known = _team_clocks(connection)
    missing = [clock for clock in wanted if clock[:2] not in known]
    if not missing:
        return
    with book.store.write() as connection:
        book.lock_team(connection)
        known = _team_clocks(connection)
        told: dict[str, str] = {}
        for clock, about, due_at in missing:
            entry = pack.reminders(clock)
            if entry is not None and (clock, about) not in known:
                row = deadlines.start(
                    connection,
                    case_id=None,
                    clock=clock,
                    about=about,
                    owner="",
                    now=now,
                    due_at=due_at,
                    entry=entry,
                )
                told |= coverage.of("deadlines").added(row)
        if told:
            chain.append_of_team(connection, told, at=now, actor=SYSTEM.id, what="team_clocks_set")


def _team_clocks(connection: Connection) -> set[tuple[str, str]]:
    rows = connection.execute(
        select(_DEADLINES.c.clock, _DEADLINES.c.about).where(_DEADLINES.c.case_id.is_(None))
    )
    return {(row.clock, row.about) for row in rows}


def _next_review(pack: Pack, now: datetime) -> datetime:
    zone = ZoneInfo(pack.home.timezone)
    day = pack.annual_review.day
    ways = (
        datetime.combine(on_day(day, now.year + later), time(17), zone).astimezone(UTC) for later in (0, 1)
    )
    return next(way for way in ways if way > now)


def owe_team(book: Casebook, clock: Clock, owing: Owing[TeamClockDue], *, by: Actor) -> list[str]:
    """Owe what a due clock of the team asks for, once per clock; returns the ids of effects still to be done.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.
        clock: the team's clock.
        owing: the effect that answers it.
    """
    permit(by, Act.RUN)
    now = book.clock()
    with book.store.write() as connection:
        book.lock_team(connection)
        due = select(_DEADLINES).where(_DEADLINES.c.case_id.is_(None), _DEADLINES.c.clock == clock)
        rows = connection.execute(
            due.where(_DEADLINES.c.satisfied_at.is_(None), _DEADLINES.c.due_at <= now)
        ).all()
        for row in rows:
            known = connection.scalar(select(_EFFECTS.c.id).where(_EFFECTS.c.dedupe == f"{row.id}:owed"))
            if known is None:
                owe_without_case(
                    book,
                    connection,
                    owing,
                    f"{row.id}:owed",
                    TeamClockDue(deadline=row.id, about=row.about),
                )
        waiting = select(_EFFECTS.c.id).where(
            _EFFECTS.c.kind == owing.kind, _EFFECTS.c.status == EffectStatus.PENDING
        )
        return list(connection.scalars(waiting))
