"""Reading: what people may see of a case; whoever opens one leaves an event in its ledger (P-08)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from states.access import NO_SUCH_CASE, Act, Actor, is_kept_out, permit, roles_on
from states.casebook import joining, relations
from states.casebook.book import CASES, Casebook
from states.casebook.conflict_decisions import knows_why
from states.casebook.conflicts import hidden_numbers
from states.casebook.privacy import kept, needs_to_know
from states.errors import NotPermitted, UnknownRecord
from states.tables import (
    Alarm,
    Assessment,
    Attachment,
    Call,
    Case,
    CheckIn,
    Concurrence,
    Confirmation,
    Conflict,
    Consent,
    Correction,
    Determination,
    Disclosure,
    DisclosureRequest,
    Disposition,
    Event,
    HandOver,
    Meeting,
    Note,
    Notice,
    Plan,
    PlanAction,
    PrivacyTalk,
    ProtectiveOrder,
    Referral,
    ReintegrationPlan,
    Release,
    ReleaseDecision,
    Remark,
    Report,
    Screening,
    SourceQuery,
    Subject,
    Target,
    TargetStep,
    TeamEvent,
    Tip,
    table_of,
)
from states.vocabulary import CaseState, Role

#: who sees that there is a case without being on it, unless kept out of it
SEES_ALL = frozenset({Role.CHAIR, Role.CUSTODIAN, Role.OPERATOR})

_EVENTS = table_of(Event)
_TEAM_EVENTS = table_of(TeamEvent)

#: what everybody on a case is told of a conflict of interest
TOLD_OF_CONFLICTS = ("id", "seq", "at", "member", "status", "decided_by", "decided_at")

#: the kinds of record that make up a case, in the order people read them
RECORDS: tuple[type[Any], ...] = (
    Subject,
    Report,
    Tip,
    Screening,
    Alarm,
    Note,
    ProtectiveOrder,
    Attachment,
    Target,
    TargetStep,
    SourceQuery,
    Assessment,
    Concurrence,
    Confirmation,
    Conflict,
    Plan,
    PlanAction,
    Meeting,
    Referral,
    ReintegrationPlan,
    CheckIn,
    Disposition,
    Remark,
    Notice,
    Determination,
    Consent,
    Disclosure,
    Correction,
    DisclosureRequest,
    Release,
    ReleaseDecision,
    HandOver,
    Call,
    PrivacyTalk,
)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list."""

    number: str
    state: str
    level: str | None
    provisional_level: str | None
    site: str
    lead: str | None
    version: int
    opened_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a case's timeline."""

    seq: int
    at: datetime
    actor: str
    what: str
    data: dict[str, Any]


def cases(book: Casebook, *, by: Actor, state: CaseState | None = None, limit: int = 1000) -> list[CaseLine]:
    """List the cases somebody may see, newest change first; a member sees those they are on."""
    if by.roles.isdisjoint({*SEES_ALL, Role.MEMBER, Role.DEPUTY, Role.OUTSIDE}):
        raise NotPermitted("Your role shows no cases; ask the chair.")
    query = select(CASES).order_by(CASES.c.changed_at.desc())
    if state is not None:
        query = query.where(CASES.c.state == state)
    with book.store.read() as connection:
        rows = connection.execute(query).all()
    found = [Case(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
    return [
        CaseLine(
            c.number,
            c.state,
            c.level,
            c.provisional_level,
            c.site,
            c.lead,
            c.version,
            c.opened_at,
            c.changed_at,
        )
        for c in found
        if _listed(by, c)
    ][:limit]


def _listed(by: Actor, case: Case) -> bool:
    roles = roles_on(by, case)
    return not roles.isdisjoint(SEES_ALL) or (Role.MEMBER in roles and by.on(case))


def sites_of(book: Casebook, number: str, *, by: Actor) -> tuple[str, ...]:
    """Codes of the sites of a case, for the numbers to phone; tells nothing of anybody.

    Raises:
        UnknownRecord: there is no such case, or none that they may know of.
    """
    with book.store.read() as connection:
        row = connection.execute(
            select(CASES.c.site, CASES.c.further_sites, CASES.c.kept_out).where(CASES.c.number == number)
        ).first()
    if row is None or is_kept_out(by, row):
        raise UnknownRecord(NO_SUCH_CASE)
    return (row.site, *row.further_sites)


def dossier(book: Casebook, number: str, *, by: Actor, leaving: bool = False) -> dict[str, Any]:
    """Open a whole case: its row, and every record with its content; leaves a ``read`` event.

    A reporter who asked for privacy is named to whoever leads the case or chairs the team alone (W-40).

    Args:
        book: the casebook.
        number: the case's number.
        by: who reads it.
        leaving: whether it is to leave the team: then no such reporter is named at all.

    Raises:
        NotPermitted: this person may not see the case.
        CaseErased: there is nothing left to see.
    """
    with book.page(number, by, Act.READ) as page:
        opened: dict[str, Any] = {"case": page.case.model_dump()}
        for model in RECORDS:
            name = model.__tablename__
            opened[name] = [_opened(page.key, name, row) for row in _rows(page, model)]
        _tell_plans_apart(opened)
        opened["case_links"] = joining.of_case(page.connection, page.case.id, by=by)
        if not knows_why(page):
            # What somebody is in the case may tell who reported (W-40).
            opened["conflicts"] = [{k: row[k] for k in TOLD_OF_CONFLICTS} for row in opened["conflicts"]]
        if leaving or not needs_to_know(by, page.case):
            opened["reports"] = [kept(report) for report in opened["reports"]]
        opened["case_relations"] = relations.of_case(page.connection, page.case.id, by)
        _leave_unnamed(opened, hidden_numbers(page.connection, by))
        page.log("read")
        return opened


def _leave_unnamed(opened: dict[str, Any], hidden: Collection[str]) -> None:
    """Name no case that is not there for whoever reads: a report may have come from one, or gone there."""
    for row in (opened["case"], *opened["reports"]):
        row |= {
            key: "another case" for key in ("merged_into", "moved_to", "came_from") if row.get(key) in hidden
        }


def _tell_plans_apart(opened: dict[str, Any]) -> None:
    """Say of each plan what it is now: a draft, approved, in force, superseded by a newer one, or ended."""
    case, plans = opened["case"], opened["plans"]
    for place, plan in enumerate(plans, 1):
        newer = plans[place:]
        if plan["seq"] < case["began_seq"] or (plan["in_force_since"] and case["state"] == CaseState.CLOSED):
            plan["standing"] = "ended"
        elif any(one["in_force_since"] for one in newer) or (newer and not plan["in_force_since"]):
            plan["standing"] = "superseded"
        elif plan["in_force_since"]:
            plan["standing"] = "in force"
        else:
            plan["standing"] = "draft" if plan["approved_by"] is None else "approved"


def _rows(page: Any, model: type[Any]) -> list[Any]:
    table = model.__table__
    order = table.c.seq if "seq" in table.c else table.c.at
    return list(
        page.connection.execute(
            select(table).where(table.c.case_id == page.case.id).order_by(order, table.c.id)
        )
    )


def _opened(key: Any, table: str, row: Any) -> dict[str, Any]:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    content = values.pop("content", b"")
    values["content"] = key.open(table, row.id, content) if content else {}
    return values


def timeline(book: Casebook, number: str, *, by: Actor) -> list[Happening]:
    """What happened to a case, oldest first, from its ledger; leaves a ``read`` event.

    Of an erased case only codes are left to read, and its chain has ended: nothing is added to it.
    """
    with book.store.read() as connection:
        row = connection.execute(select(CASES).where(CASES.c.number == number)).first()
        if row is not None and row.erased_at is not None:
            permit(by, Act.READ, Case(**row._mapping))  # noqa: SLF001 - SQLAlchemy's public name
            return _happenings(connection, row.id, by)
    with book.page(number, by, Act.READ) as page:
        happened = _happenings(page.connection, page.case.id, by)
        page.log("read", of="timeline")
        return happened


def _happenings(connection: Connection, case_id: str, by: Actor) -> list[Happening]:
    """A case's events, but for those that name another case which is not there for whoever reads (W-39)."""
    query = select(_EVENTS).where(_EVENTS.c.case_id == case_id).order_by(_EVENTS.c.seq)
    hidden = hidden_numbers(connection, by)
    happened = [Happening(e.seq, e.at, e.actor, e.what, e.data) for e in connection.execute(query)]
    return [one for one in happened if hidden.isdisjoint(map(str, one.data.values()))]


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
