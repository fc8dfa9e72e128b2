"""What needs somebody now: the clocks that are theirs, most urgent first, as codes and times."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CompoundSelect, ScalarSelect, and_, func, or_, select, text, union

from states.access import Actor, named, work_seen
from states.casebook.book import CASES, Casebook
from states.casebook.narrowing import EVERY, Narrowed
from states.tables import Deadline, HandOver, PlanAction, Referral, table_of
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock, DeadlineStage
from states.vocabulary.people import Role

_DEADLINES = table_of(Deadline)
_REFERRALS, _HAND_OVERS, _ACTIONS = table_of(Referral), table_of(HandOver), table_of(PlanAction)

#: the office that a clock waits for
_OFFICE = func.coalesce(_REFERRALS.c.office, _HAND_OVERS.c.office).label("office")

#: of the actions that were agreed on with one, in the order in which the case shows them
_WITH_IT = _ACTIONS.alias("with_it")
_AGREED_WITH_IT = (
    _WITH_IT.c.case_id == _ACTIONS.c.case_id,
    or_(
        _WITH_IT.c.plan_id == _ACTIONS.c.plan_id,
        and_(_ACTIONS.c.plan_id.is_(None), _WITH_IT.c.meeting_id == _ACTIONS.c.meeting_id),
    ),
)


def _how_many(*of: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(*_AGREED_WITH_IT, *of).correlate(_ACTIONS).scalar_subquery()


#: how many there are, and the place of one among them
_BESIDE = _how_many().label("beside")
_PLACE = _how_many(_WITH_IT.c.id <= _ACTIONS.c.id).label("place")

#: the level that a case is at
_LEVEL = func.coalesce(CASES.c.level, CASES.c.provisional_level).label("current_level")

#: who may screen a case that nobody leads, and the states of one that is not over
_SCREENING = (Role.CHAIR, Role.INTAKE)
_OPEN = tuple(state for state in CaseState if state is not CaseState.CLOSED)

#: that a clock has an owner, or that the chair was told of it, in the words of the indexes of those
_HAS_OWNER = text(f"{_DEADLINES.name}.owner <> ''")
_IS_LATE = text(
    f"{_DEADLINES.name}.stage IN ('{DeadlineStage.ESCALATED.value}', '{DeadlineStage.STUCK.value}')"
)

#: how far ahead a clock needs somebody already
SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Need:
    """One clock that is somebody's.

    Args:
        number: its case's number; empty: the team's own.
        site: code of the case's site; empty: the team's own.
        clock: which one.
        due_at: by when.
        stage: whether somebody was reminded, the chair told, or it counts as stuck.
        clause: the clause that asks for it.
        owner: the member that it is first of all for; empty: the lead, else the chair.
        lead: who leads the case; None: nobody yet.
        office: code of the office that a referral or a hand-over went to; empty: it is about none.
        level: the level in force, or the provisional one; None: none is known.
        about: id of the record that it is about; empty: the case.
        place: of an action that was agreed on with others, which of them it is, from 1; 0: of none.
    """

    number: str
    site: str
    clock: Clock
    due_at: datetime
    stage: DeadlineStage
    clause: str
    owner: str
    lead: str | None
    office: str
    level: str | None
    about: str
    place: int = 0


def needs(
    book: Casebook,
    *,
    by: Actor,
    narrowed: Narrowed = EVERY,
    clocks: Collection[Clock] = tuple(Clock),
    limit: int = 100,
) -> list[Need]:
    """The clocks that are somebody's, soonest due first: late ones, and those of the next days.

    Their own; those of cases that they lead; for whoever may screen, those of cases that nobody leads, and of
    what came in and could not be read; for the chair, the team's, and all of which the chair was told because
    they are late; for the custodian, the end of keeping a record. A closed case that nobody leads has none
    for anybody but the custodian.

    Args:
        book: the casebook.
        by: who looks.
        narrowed: which cases are looked at.
        clocks: which clocks.
        limit: how many at most.

    Raises:
        NotPermitted: their role shows no work.
    """
    late = or_(
        _DEADLINES.c.due_at < book.clock() + SOON,
        _DEADLINES.c.stage != DeadlineStage.OPEN,
        # What is to be read, answered or approved can be at once.
        _DEADLINES.c.clock.in_((Clock.INTAKE, Clock.READING, Clock.SHIFT_OFFER, Clock.POLICY_APPROVAL)),
    )
    looked_at = _looked_at(by).subquery()
    query = (
        select(_DEADLINES, CASES.c.number, CASES.c.site, CASES.c.lead, _OFFICE, _LEVEL, _BESIDE, _PLACE)
        .join_from(looked_at, _DEADLINES, _DEADLINES.c.id == looked_at.c.id)
        .join(CASES, CASES.c.id == _DEADLINES.c.case_id, isouter=True)
        .join(_REFERRALS, _REFERRALS.c.id == _DEADLINES.c.about, isouter=True)
        .join(_HAND_OVERS, _HAND_OVERS.c.id == _DEADLINES.c.about, isouter=True)
        .join(_ACTIONS, _ACTIONS.c.id == _DEADLINES.c.about, isouter=True)
        .where(_DEADLINES.c.satisfied_at.is_(None), late, _is_theirs(by), work_seen(by, _DEADLINES.c.case_id))
        .where(*narrowed.where())
        .order_by(_DEADLINES.c.due_at, _DEADLINES.c.id)
        .limit(limit)
    )
    if set(clocks) != set(Clock):
        query = query.where(_DEADLINES.c.clock.in_(clocks))
    with book.store.read() as connection:
        return [
            Need(
                row.number or "",
                row.site or "",
                Clock(row.clock),
                row.due_at,
                DeadlineStage(row.stage),
                row.clause,
                row.owner,
                row.lead,
                row.office or "",
                row.current_level,
                row.about,
                row.place if row.beside > 1 else 0,
            )
            for row in connection.execute(query)
        ]


def _looked_at(by: Actor) -> "CompoundSelect[tuple[str]]":
    """Ids of the running clocks that may be somebody's, each kind by an index of its own.

    There are as many clocks as cases whose records are kept; few of them are anybody's. Those that come out
    of here and are not theirs are left out by :func:`_is_theirs`.
    """
    running = select(_DEADLINES.c.id).where(_DEADLINES.c.satisfied_at.is_(None))
    led = named(by.id)
    found = [
        running.where(_DEADLINES.c.owner == by.id, _HAS_OWNER),
        running.where(_DEADLINES.c.case_id.in_(led)),
    ]
    if not by.roles.isdisjoint(_SCREENING):
        nobodys = select(CASES.c.id).where(CASES.c.lead.is_(None), CASES.c.state.in_(_OPEN))
        found.append(running.where(_DEADLINES.c.case_id.in_(nobodys)))
        found.append(running.where(_DEADLINES.c.case_id.is_(None), _DEADLINES.c.clock == Clock.INTAKE))
    if Role.CHAIR in by.roles:
        found.append(running.where(_DEADLINES.c.case_id.is_(None)))
        found.append(running.where(_IS_LATE))
    if Role.CUSTODIAN in by.roles:
        found.append(running.where(_DEADLINES.c.clock == Clock.RETENTION))
    return union(*found)


def _is_theirs(by: Actor) -> ColumnElement[bool]:
    # What is left of a closed case that nobody leads is for whoever it names, and for the custodian.
    goes_on = or_(CASES.c.number.is_(None), CASES.c.lead.is_not(None), CASES.c.state != CaseState.CLOSED)
    nobodys = and_(_DEADLINES.c.owner == "", goes_on)
    theirs = [_DEADLINES.c.owner == by.id, and_(nobodys, CASES.c.lead == by.id)]
    if not by.roles.isdisjoint(_SCREENING):
        theirs.append(and_(nobodys, CASES.c.number.is_not(None), CASES.c.lead.is_(None)))
        theirs.append(_DEADLINES.c.clock == Clock.INTAKE)
    if Role.CHAIR in by.roles:
        theirs += [
            and_(nobodys, _DEADLINES.c.case_id.is_(None)),
            and_(_DEADLINES.c.stage.in_((DeadlineStage.ESCALATED, DeadlineStage.STUCK)), goes_on),
        ]
    if Role.CUSTODIAN in by.roles:
        theirs.append(_DEADLINES.c.clock == Clock.RETENTION)
    return or_(*theirs)
