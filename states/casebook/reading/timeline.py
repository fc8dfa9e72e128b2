"""What happened in a case, and to the team, as the ledger tells it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from states.access import Act, Actor, permit
from states.casebook.book import CASES, Casebook
from states.casebook.persons import relations
from states.casebook.standing.conflicts import hidden_numbers
from states.contents.classes import FieldClass
from states.errors import CaseErased
from states.tables import (
    Case,
    Event,
    TeamEvent,
    table_of,
)
from states.vocabulary.cases import Relation
from states.withholding import on_case, sees

_EVENTS = table_of(Event)

#: what a timeline tells of an event, and that somebody on the team read, which many events say of a case
_TOLD = (_EVENTS.c.seq, _EVENTS.c.at, _EVENTS.c.actor, _EVENTS.c.what, _EVENTS.c.data)
_IS_A_READING = (_EVENTS.c.what == "read") & ~_EVENTS.c.actor.contains(":")

_TEAM_EVENTS = table_of(TeamEvent)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a case's timeline."""

    seq: int
    at: datetime
    actor: str
    what: str
    data: dict[str, Any]


def timeline(
    book: Casebook, number: str, *, by: Actor, on_record: bool = False, readings: bool = True
) -> list[Happening]:
    """What happened to a case, oldest first, from its ledger; leaves a ``read`` event.

    Args:
        book: the casebook.
        number: the case's number.
        by: who asks.
        on_record: whether this reading is on record already, as part of a larger one.
        readings: whether it is told, too, who on the team read: each time that somebody did.

    Of an erased case only codes are left to read, and its chain has ended: nothing is added to it.
    """
    try:
        with book.page(number, by, Act.READ) as page:
            happened = _happenings(page.connection, page.case, by, readings=readings)
            if not on_record:
                page.log("read", of="timeline")
            return happened
    except CaseErased:
        with book.store.read() as connection:
            row = connection.execute(select(CASES).where(CASES.c.number == number)).one()
            case = Case(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
            permit(by, Act.READ, case)
            return _happenings(connection, case, by, readings=readings)


def _happenings(connection: Connection, case: Case, by: Actor, *, readings: bool) -> list[Happening]:
    """A case's events, but for those that name another case which is not there for whoever reads (W-39).

    Nor does one tell who reported, where that is withheld (W-40).
    """
    query = select(*_TOLD).where(_EVENTS.c.case_id == case.id).order_by(_EVENTS.c.seq)
    if not readings:
        query = query.where(~_IS_A_READING)
    hidden = hidden_numbers(connection, by)
    # Whether somebody came to be counselled is told there as a code (U-09).
    withheld = () if sees(on_case(by, case), FieldClass.COUNSELLING) else ("outcome",)
    happened = [
        Happening(e.seq, e.at, e.actor, e.what, {k: v for k, v in e.data.items() if k not in withheld})
        for e in connection.execute(query)
    ]
    happened = [one for one in happened if hidden.isdisjoint(map(str, one.data.values()))]
    if any(map(_tells_of_a_false_report, happened)):
        related = {row["id"] for row in relations.of_case(connection, case.id, by)}
        return [
            one for one in happened if not _tells_of_a_false_report(one) or one.data["relation"] in related
        ]
    return happened


def _tells_of_a_false_report(one: Happening) -> bool:
    return one.data.get("kind") == Relation.FALSE_REPORT_ON


def events_of_team(book: Casebook, *, by: Actor, limit: int = 1000) -> list[Happening]:
    """The newest events of the team's own chain, oldest first (P-08).

    Raises:
        NotPermitted: the person neither keeps the records nor chairs the team.
    """
    permit(by, Act.RUN_TEAM)
    newest = select(_TEAM_EVENTS).order_by(_TEAM_EVENTS.c.seq.desc()).limit(limit)
    with book.store.read() as connection:
        rows = list(connection.execute(newest))
    return [Happening(e.seq, e.at, e.actor, e.what, e.data) for e in reversed(rows)]
