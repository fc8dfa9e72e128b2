"""An expert is on a case for as long as the chair says, to the moment; what they did stays theirs (W-50)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from states.access import MAY, SYSTEM, Act, Actor, seen, viewers, why_not
from states.casebook import Casebook
from states.casebook.inquiry import triage
from states.casebook.reading import overview, timeline, whole_case
from states.casebook.rounds import sweeping
from states.casebook.standing.decisions import decide, recuse
from states.casebook.team import guests, members
from states.casebook.team.break_glass import break_glass
from states.casebook.team.ending import end as end_membership
from states.contents.classes import FieldClass
from states.contents.inquiry import NoteContent
from states.contents.team import MemberContent
from states.errors import BadInput, LedgerBroken, NoSuchCase, NotPermitted, Refused
from states.tables import Case, CaseViewer, PlanAction, Stay, table_of
from states.vocabulary.cases import CaseState
from states.vocabulary.people import GuestWay, Role
from states.withholding import OnCase, on_case, sees
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY, Watch
from tests.states.looking import case, everything, rows, verified

pytestmark = pytest.mark.clause("W-50")

DAY = timedelta(days=1)


def expert(walk: Walk, member: str = "expert") -> Actor:
    """An expert from outside who is enrolled, and on no case."""
    content = MemberContent(name=f"invented-{member}-name", address=f"{member}@elsewhere.example")
    members.enrol(walk.book, member, content, by=walk.chair, roles=[Role.EXPERT])
    return members.actor(walk.book, member)


def now(walk: Walk, member: str = "expert") -> Actor:
    """Somebody as they ask now."""
    return members.actor(walk.book, member)


def invited(walk: Walk, number: str, member: str = "expert", *, days: int = 3) -> str:
    """Bring somebody onto a case for so many days; returns the stay's id."""
    until = walk.book.clock() + days * DAY
    return guests.invite(walk.book, number, member, by=walk.chair, until=until, because="Invented reason.")


def test_an_expert_sees_and_writes_a_case_until_the_moment_that_the_chair_said(
    walk: Walk, watch: Watch
) -> None:
    """Before, nothing; then list, record and timeline; from the moment on, nothing, without any round."""
    number = walk.in_inquiry()
    by = expert(walk)
    with pytest.raises(NoSuchCase):
        whole_case.dossier(walk.book, number, by=by)
    assert overview.cases(walk.book, by=by) == []
    invited(walk, number)
    assert [line.number for line in overview.cases(walk.book, by=now(walk))] == [number]
    assert whole_case.dossier(walk.book, number, by=now(walk))["case"]["number"] == number
    note = triage.note(walk.book, number, NoteContent(text="Invented note."), by=now(walk))
    watch.forward(days=3, seconds=-1)
    assert timeline.timeline(walk.book, number, by=now(walk))
    watch.forward(seconds=1)
    gone = now(walk)
    assert overview.cases(walk.book, by=gone) == []
    with pytest.raises(NoSuchCase) as refused:
        whole_case.dossier(walk.book, number, by=gone)
    with pytest.raises(NoSuchCase) as unknown:
        whole_case.dossier(walk.book, "TAT-1999-0001", by=gone)
    assert str(refused.value) == str(unknown.value)
    notes = walk.records(number, "notes")
    assert [(one["id"], one["by"]) for one in notes] == [(note, "expert")]


def test_a_stay_is_lengthened_shortened_and_ended(walk: Walk, watch: Watch) -> None:
    """Each by the chair alone; and each is on record with who said so."""
    number = walk.in_inquiry()
    expert(walk)
    invited(walk, number, days=1)
    guests.let_until(walk.book, number, "expert", by=walk.chair, until=watch() + 9 * DAY)
    watch.forward(days=8)
    assert overview.cases(walk.book, by=now(walk))
    for forbidden in (now(walk), walk.officer):
        with pytest.raises(NotPermitted):
            guests.let_until(walk.book, number, "expert", by=forbidden, until=watch() + 9 * DAY)
        with pytest.raises(NotPermitted):
            guests.end(walk.book, number, "expert", by=forbidden)
    guests.end(walk.book, number, "expert", by=walk.chair)
    assert overview.cases(walk.book, by=now(walk)) == []
    with pytest.raises(Refused, match="Nobody under that id"):
        guests.end(walk.book, number, "expert", by=walk.chair)
    (line,) = guests.listed(walk.book, number, by=walk.chair)
    assert (line.member, line.is_over, line.by) == ("expert", True, "chair")
    assert {"invited", "stay_changed", "stay_over"} <= set(walk.events(number))
    assert case(walk.book, number).guests == {}
    verified(walk.book)


def test_what_an_expert_holds_goes_to_whoever_chairs_when_their_time_is_over(
    walk: Walk, watch: Watch
) -> None:
    """Nothing stays with nobody: the sweep hands it over, and tells the chair."""
    number = walk.monitored()
    expert(walk)
    invited(walk, number)
    action = walk.records(number, "plan_actions")[0]["id"]
    with walk.book.page(number, walk.chair, None) as page:
        page.set(PlanAction, action, owner="expert")
        page.log("written_down")
    watch.forward(days=3)
    sweeping.sweep(walk.book, by=SYSTEM)
    owners = {row["id"]: row["owner"] for row in walk.records(number, "plan_actions")}
    assert owners[action] == "chair"
    (row,) = rows(walk.book, Stay)
    assert row.ended_at == watch()
    assert case(walk.book, number).guests == {}
    events = walk.events(number)
    assert events.index("handed_over") < events.index("stay_over")
    assert sweeping.sweep(walk.book, by=SYSTEM) is not None
    assert walk.events(number).count("stay_over") == 1
    verified(walk.book)


def test_whoever_breaks_the_glass_once_their_time_is_over_leaves_nothing_with_nobody(
    walk: Walk, watch: Watch
) -> None:
    """Between the moment and the round, a member opens the case again: what they held is the chair's."""
    number = walk.monitored()
    content = MemberContent(name="invented-other-name", address="other@wnmu.example")
    members.enrol(
        walk.book, "other", content, by=walk.chair, roles=[Role.MEMBER], offices=["human_resources"]
    )
    invited(walk, number, "other")
    action = walk.records(number, "plan_actions")[0]["id"]
    with walk.book.page(number, walk.chair, None) as page:
        page.set(PlanAction, action, owner="other")
        page.log("written_down")
    watch.forward(days=3)
    break_glass(walk.book, number, by=now(walk, "other"), because="Invented reason.")
    owners = {row["id"]: row["owner"] for row in walk.records(number, "plan_actions")}
    assert owners[action] == "chair"
    assert overview.cases(walk.book, by=now(walk, "other"))
    verified(walk.book)


def test_who_may_not_be_brought_onto_a_case_is_not(walk: Walk, watch: Watch) -> None:
    """Somebody unknown, who works on no cases, who is on it, or is kept out; and nobody leads for a time."""
    number = walk.in_inquiry()
    expert(walk)
    decide(walk.book, number, "nurse", by=walk.chair, keep_out=True, because="Invented reason.")
    before = everything(walk.book)
    for member in ("nobody", "operator", "custodian", "nurse"):
        with pytest.raises(BadInput, match="may work on this case"):
            invited(walk, number, member)
    with pytest.raises(Refused, match="is on"):
        invited(walk, number, "dean")
    with pytest.raises(BadInput, match="before it begins"):
        guests.invite(walk.book, number, "expert", by=walk.chair, until=watch(), because="x")
    with pytest.raises(BadInput, match="needs a reason"):
        guests.invite(walk.book, number, "expert", by=walk.chair, until=watch() + DAY, because=" ")
    assert everything(walk.book) == before
    invited(walk, number)
    with pytest.raises(BadInput, match="may work on this case"):
        triage.assign(walk.book, number, by=walk.chair, lead="expert", offices=["student_affairs"])


def test_a_member_of_another_office_is_brought_onto_a_case_for_a_time(walk: Walk, watch: Watch) -> None:
    """Other disciplines, not only people from outside; afterwards the case is no more there for them."""
    number = walk.reported()
    triage.assign(walk.book, number, by=walk.chair, lead="officer", offices=["university_police"])
    invited(walk, number, "nurse")
    assert [line.number for line in overview.cases(walk.book, by=now(walk, "nurse"))] == [number]
    watch.forward(days=3)
    assert overview.cases(walk.book, by=now(walk, "nurse")) == []


def test_an_expert_who_is_kept_out_sees_nothing_however_long_they_were_to_stay(walk: Walk) -> None:
    """A conflict of interest goes before everything (W-39)."""
    number = walk.in_inquiry()
    expert(walk)
    invited(walk, number)
    recuse(walk.book, number, by=now(walk), because="Invented reason.")
    assert overview.cases(walk.book, by=now(walk)) == []
    with pytest.raises(NoSuchCase):
        whole_case.dossier(walk.book, number, by=now(walk))
    verified(walk.book)


def test_an_expert_who_leaves_comes_back_to_no_case(walk: Walk, watch: Watch) -> None:
    """The end of a membership ends what they were let to."""
    number = walk.in_inquiry()
    expert(walk)
    invited(walk, number)
    end_membership(walk.book, "expert", by=walk.chair, on=watch(), hand_over_to="officer")
    expert(walk)
    assert overview.cases(walk.book, by=now(walk)) == []
    assert case(walk.book, number).guests == {}
    verified(walk.book)


def test_who_is_let_to_a_case_in_its_row_alone_is_found_out(walk: Walk, watch: Watch) -> None:
    """A later end written past the casebook breaks the ledger's word."""
    number = walk.in_inquiry()
    expert(walk)
    invited(walk, number)
    verified(walk.book)
    with walk.book.store.write() as connection:
        viewers = table_of(CaseViewer)
        later = update(viewers).where(viewers.c.until.is_not(None)).values(until=watch() + 99 * DAY)
        connection.execute(later)
    with pytest.raises(LedgerBroken, match="case_viewers"):
        verified(walk.book)


def test_what_an_expert_from_outside_sees(walk: Walk) -> None:
    """As a member on the case, but neither what law enforcement answered nor who reported."""
    number = walk.in_inquiry()
    expert(walk)
    invited(walk, number)
    found = case(walk.book, number)
    assert on_case(now(walk), found) == {OnCase.EXPERT}
    seen = {of for of in FieldClass if sees({OnCase.EXPERT}, of)}
    assert set(FieldClass) - seen == {FieldClass.REPORTER, FieldClass.LAW_ENFORCEMENT, FieldClass.CONFLICT}
    guests.end(walk.book, number, "expert", by=walk.chair)
    assert on_case(now(walk), case(walk.book, number)) == set()


#: minutes before and after the moment at which somebody asks
NEAR = st.integers(-2, 2).map(lambda minutes: MONDAY + timedelta(minutes=minutes))

LET_IN = st.dictionaries(
    st.sampled_from("abc"), st.tuples(st.sampled_from(GuestWay), NEAR.map(datetime.isoformat)).map(list)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    let=st.lists(LET_IN, min_size=1, max_size=5),
    out=st.lists(st.sampled_from("abc"), unique=True),
    roles=st.frozensets(st.sampled_from(Role), max_size=2),
    at=st.none() | NEAR,
)
def test_sql_and_python_agree_at_every_moment(
    quick_book: Casebook,
    let: list[dict[str, list[str]]],
    out: list[str],
    roles: frozenset[Role],
    at: datetime | None,
) -> None:
    """Whoever is let to whichever cases until whenever, and whoever asks whenever."""
    made = [
        Case(
            number=f"TAT-{place}",
            state=CaseState.INQUIRY,
            site="silver_city",
            opened_at=MONDAY,
            entered_at=MONDAY,
            changed_at=MONDAY,
            lead="z",
            guests=guests_of,
            kept_out=out,
        )
        for place, guests_of in enumerate(let)
    ]
    cases, viewing = table_of(Case), table_of(CaseViewer)
    asking = Actor("a", roles, at=at)
    with quick_book.store.write() as connection:
        connection.execute(insert(cases), [one.model_dump() for one in made])
        words = [
            {"case_id": one.id, "who": who, "until": until}
            for one in made
            for who, until in viewers(one).items()
        ]
        connection.execute(insert(viewing), words)
        for act in Act:
            found = set(connection.scalars(select(cases.c.id).where(seen(asking, act, cases.c.id))))
            assert found == {one.id for one in made if why_not(asking, MAY[act], one) is None}, act
        connection.rollback()
