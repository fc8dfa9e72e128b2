"""Who sees a case is decided twice from the same facts, by Python and by SQL: both say the same, always."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, cycle, product
from typing import Any

import pytest
from alembic import command
from sqlalchemy import MetaData, create_engine, insert, select

from states.access import LET_IN, MAY, SYSTEM, Act, Actor, is_kept_out, is_there, seen, viewers, why_not
from states.casebook import Casebook
from states.casebook.effects import listing
from states.casebook.inquiry import correcting, triage
from states.casebook.protecting import targets
from states.casebook.reading import overview
from states.casebook.rounds import sweeping
from states.casebook.standing.decisions import decide
from states.casebook.team import ending, guests, members
from states.casebook.team.break_glass import break_glass
from states.contents.plans import TargetContent
from states.contents.reports import SubjectContent
from states.contents.team import MemberContent
from states.errors import NotPermitted
from states.store.migrating import alembic_config, migrate
from states.tables import Case, CaseViewer, Effect, table_of
from states.vocabulary.cases import CaseState
from states.vocabulary.people import GuestWay, Role
from tests.cases.walking import Walk
from tests.doses import dose
from tests.states.conftest import MONDAY, Watch
from tests.states.looking import rows, verified

MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.clause("W-39")

_CASES, _VIEWERS = table_of(Case), table_of(CaseViewer)


#: how ``a`` may be let to a case for a time: it is over, it ends now, it goes on
LET: tuple[dict[str, list[str]], ...] = (
    {},
    *(
        {"a": [way, (MONDAY + ahead).isoformat()], "b": [GuestWay.EXPERT, MONDAY.isoformat()]}
        for way, ahead in product(GuestWay, (-MINUTE, timedelta(), MINUTE))
    ),
)


def facts() -> Iterator[dict[str, Any]]:
    """Every way in which a case may have to do with a member ``a`` and an office ``o``."""
    nobody, only_a, both = list[str](), ["a"], ["a", "b"]
    # Each comes with one of the ways of being let to it for a time, in turn.
    let = cycle(LET)
    for lead, others, offices, out, stands, outside in product(
        (None, "a", "b"),
        (nobody, only_a, both),
        (nobody, ["o"]),
        (nobody, only_a),
        (nobody, only_a),
        (False, True),
    ):
        yield {
            "guests": next(let),
            "lead": lead,
            "members": others,
            "offices": offices,
            "kept_out": out,
            "stand_ins": stands,
            "outside": outside,
        }


def every_case() -> list[Case]:
    """A case of each of these kinds."""
    return [
        Case(
            number=f"TAT-{place}",
            state=CaseState.INQUIRY,
            site="silver_city",
            opened_at=MONDAY,
            entered_at=MONDAY,
            changed_at=MONDAY,
            **each,
        )
        for place, each in enumerate(facts())
    ]


def everybody(most: int) -> Iterator[Actor]:
    """Two members in every one of all roles, or in every so many, who speak for the office or for none."""
    for size in range(most + 1):
        for roles in combinations(Role, size):
            for member, offices in product(("a", "c"), ((), ("o",))):
                yield Actor(member, frozenset(roles), frozenset(offices), at=MONDAY)


@pytest.mark.long
def test_sql_and_python_agree_on_every_case_person_and_act(book: Casebook) -> None:
    """Of whichever role; on the case by name, by office, in somebody's place, or kept out of it.

    In every two roles at once, too; on PostgreSQL, which is asked in the same words, in the full dose.
    """
    made, most = every_case(), 2 if book.store.is_sqlite else dose(1, 2)
    with book.store.write() as connection:
        connection.execute(insert(_CASES), [case.model_dump() for case in made])
        words = [
            {"case_id": case.id, "who": who, "until": until}
            for case in made
            for who, until in viewers(case).items()
        ]
        connection.execute(insert(_VIEWERS), words)
        for actor in everybody(most):
            there = set(connection.scalars(select(_CASES.c.id).where(is_there(actor, _CASES.c.id))))
            assert there == {case.id for case in made if not is_kept_out(actor, case)}, actor
            for roles in {frozenset(roles): act for act, roles in MAY.items()}.values():
                allowed = set(connection.scalars(select(_CASES.c.id).where(seen(actor, roles, _CASES.c.id))))
                assert allowed == {c.id for c in made if why_not(actor, MAY[roles], c) is None}, (
                    actor,
                    roles,
                )
        connection.rollback()


def of_every_kind(walk: Walk) -> None:
    """Cases that nobody leads, with people on them for a time, erased, with conflicts, one of them lifted."""
    book, chair = walk.book, walk.chair
    expert = MemberContent(name="invented-expert", address="expert@elsewhere.example")
    members.enrol(book, "expert", expert, by=chair, offices=[], roles=[Role.EXPERT])
    walk.reported()
    guest = walk.in_inquiry()
    triage.assign(book, guest, by=chair, lead="officer", offices=["university_police"], members=["dean"])
    for name in ("invented-nurse-name", "invented-chair-name"):
        targets.add(book, walk.in_inquiry(), TargetContent(name=name), by=walk.officer)
    both = walk.in_inquiry()
    for name in ("invented-nurse-name", "invented-officer-name", "invented-chair-name"):
        targets.add(book, both, TargetContent(name=name), by=chair)
    lifted = walk.in_inquiry()
    correcting.correct_subject(
        book, lifted, SubjectContent(name="invented-dean-name", site="silver_city"), by=chair, because="x"
    )
    decide(book, lifted, "dean", by=chair, keep_out=False, because="Another one of that name.")
    walk.closed()
    walk.erase(walk.closed())
    for number, days in ((lifted, 1), (guest, 0)):
        until = book.clock() + timedelta(days=days, seconds=1)
        guests.invite(book, number, "expert", by=chair, until=until, because="Invented reason.")
    opened = walk.in_inquiry()
    triage.assign(book, opened, by=chair, lead="officer", offices=["university_police"])
    break_glass(book, opened, by=members.actor(book, "dean"), because="Invented reason.")


def test_each_list_shows_the_cases_that_its_reader_may_open(book: Casebook, watch: Watch) -> None:
    """Over walked cases, for everybody on the team and for each role; also after somebody has left it."""
    walk = Walk(book)
    for role, offices in (
        (Role.DEPUTY, ["health_services"]),
        (Role.OUTSIDE, ["regents"]),
    ):
        content = MemberContent(name=f"invented-{role}", address=f"{role}@elsewhere.example")
        members.enrol(book, role, content, by=walk.chair, offices=offices, roles=[role])
    of_every_kind(walk)
    assert {tuple(case.kept_out) for case in rows(book, Case)} > {(), ("nurse",), ("chair",)}
    assert any(case.outside or case.stand_ins for case in rows(book, Case))
    _agree(book)
    watch.forward(seconds=1)
    _agree(book)
    ending.end(book, "officer", by=walk.chair, on=book.clock(), hand_over_to="dean")
    # Too few are left in the one case, where nothing else was written: the office outside takes part.
    assert {tuple(case.kept_out) for case in rows(book, Case) if case.outside} == {("nurse",)}
    _agree(book)
    verified(book)


def _agree(book: Casebook) -> None:
    every = rows(book, Case)
    shown_to = {case.id: rows(book, CaseViewer, _VIEWERS.c.case_id == case.id) for case in every}
    own = {case_id: {row.who: row.until for row in found} for case_id, found in shown_to.items()}
    assert own == {case.id: viewers(case) for case in every}
    on_team = [member for member, _ in members.members(book, by=SYSTEM)]
    strangers = [
        Actor(member.id, frozenset({role}), member.offices, at=book.clock())
        for member in on_team
        for role in Role
    ]
    for actor in (*on_team, *strangers):
        apart = {Role.REPORTER, Role.SYSTEM, Role.OFFICIAL, Role.ADMINISTRATOR, Role.AUDITOR}
        if actor.roles <= apart:
            with pytest.raises(NotPermitted):
                overview.cases(book, by=actor)
            continue
        shown = [line.number for line in overview.cases(book, by=actor)]
        # Enough are found among the newest, or they are not.
        assert [line.number for line in overview.cases(book, by=actor, limit=1)] == shown[:1]
        may = {case.number for case in every if why_not(actor, MAY[Act.LIST], case) is None}
        assert set(shown) == may, actor
        assert len(shown) == len(may)


def test_what_is_owed_and_by_when_is_shown_to_whoever_is_on_the_case(book: Casebook) -> None:
    """Operators, chair and custodian see it of every case that they are not kept out of; others of theirs."""
    walk = Walk(book)
    of_every_kind(walk)
    every = rows(book, Case)
    for member, _ in members.members(book, by=SYSTEM):
        for actor in (member, *(Actor(member.id, frozenset({role}), member.offices) for role in Role)):
            if actor.roles.isdisjoint((*MAY[Act.SEE_WORK], *LET_IN)):
                for listed in (listing.effects, sweeping.running):
                    with pytest.raises(NotPermitted):
                        listed(book, by=actor)
                continue
            may = {case.number for case in every if why_not(actor, MAY[Act.SEE_WORK], case) is None}
            shown = {line.case_number for line in listing.effects(book, by=actor)} - {"team"}
            late = {line.case_number for line in sweeping.running(book, by=actor)} - {"team"}
            assert shown == {case.number for case in every if rows(book, Effect, _of(case))} & may, actor
            assert late <= may, actor


def _of(case: Any) -> Any:
    return table_of(Effect).c.case_id == case.id


def test_a_casebook_from_before_knows_who_sees_its_cases(database_url: str) -> None:
    """The migration reads it out of the cases' rows."""
    command.upgrade(alembic_config(database_url), "0017")
    engine = create_engine(database_url)
    old = MetaData()
    made = every_case()
    with engine.begin() as connection:
        old.reflect(connection)
        # The columns of then, of which none is new since.
        names = {column.name for column in old.tables["cases"].c}
        connection.execute(insert(_CASES), [case.model_dump(include=names) for case in made])
    migrate(database_url)
    with engine.connect() as connection:
        there = {(row.case_id, row.who) for row in connection.execute(select(_VIEWERS))}
    engine.dispose()
    assert there == {(case.id, who) for case in made for who, until in viewers(case).items() if until is None}
