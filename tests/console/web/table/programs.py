"""What the rows of the API are written in, and the further cases that some of its calls are made about."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus as S
from weakref import WeakKeyDictionary

from states.access import Actor
from states.casebook.inquiry import triage
from states.casebook.plan import coming_back, doing
from states.casebook.standing.decisions import decide
from states.casebook.team import members
from states.contents.plans import CheckInContent, ReintegrationContent
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from tests.cases.planning import in_force
from tests.cases.walking import Walk
from tests.console.web.conftest import Served
from tests.console.web.table.answers import (
    DONE,
    HIDDEN,
    IN,
    OUT,
    READERS,
    SEEN,
    WHO,
    WORKERS,
    Row,
    but,
    only,
)
from tests.console.web.table.people import let_in

FORBIDDEN, IN_THE_WAY = S.FORBIDDEN, S.CONFLICT

#: how many actions and check-ins of somebody's own there are
MANY = 6

WHY = {"because": "Invented reason."}


def programs(row: Row) -> Row:
    """A row of the API: whoever has no token that works is not known."""
    return {who: S.UNAUTHORIZED if who in OUT else status for who, status in row.items()}


def on_case(*who: str, status: int = DONE) -> Row:
    """A call that only some of those may make who may read the case; for others there is none."""
    return programs(
        {each: status if each in who else FORBIDDEN if each in READERS else HIDDEN for each in WHO}
    )


def done() -> Row:
    """A call by which those write whose work the case is: it is done."""
    return on_case(*WORKERS)


def with_another() -> Row:
    """A call about two cases, of which nobody else was let to the second: for them there is none."""
    return but(on_case("chair", "on the case"), HIDDEN, "expert", "break-glass")


def only_for(*who: str, status: int = SEEN) -> Row:
    """A call for some alone; the others are told that they may not."""
    return programs(only(*who, status=status, others=FORBIDDEN))


def only_not(*who: str, status: int = SEEN) -> Row:
    """A call for all but some, who are told that they may not."""
    return only_for(*(IN - set(who)), status=status)


def to_be_found(*who: str, status: int = DONE) -> Row:
    """A call about something that is there for some alone; for others there is none."""
    return programs(only(*who, status=status))


def theirs(served: Served, number: str) -> str:
    """Let everybody stand to a case as they do to the case of the table; gives its number."""
    book, chair = served.book, served.walk.chair
    triage.assign(book, number, by=chair, lead="officer", offices=["university_police"])
    decide(book, number, "nurse", by=chair, keep_out=True, because="Invented reason.")
    let_in(served, number)
    return number


def _owned(walk: Walk) -> str:
    """A case in Monitoring, whose actions and check-ins are the dean's, who is not on it."""
    number, _ = in_force(walk, [[]] * MANY, "dean")
    due_at = walk.book.clock() + timedelta(days=7)
    one = CheckInContent(owner="dean", due_at=due_at, what="Invented.")
    content = ReintegrationContent(conditions=("Invented.",), check_ins=(one,) * MANY)
    coming_back.draft_reintegration(walk.book, number, content, by=walk.officer)
    return number


def _returning(walk: Walk) -> str:
    """The same in Reintegration, where nothing is left to be done but to see how it goes."""
    number = _owned(walk)
    for action in walk.records(number, "plan_actions"):
        doing.complete_action(walk.book, number, action["id"], by=walk.officer)
    walk.act(number, "begin_reintegration")
    return number


def keeper(served: Served) -> Actor:
    """A second custodian, who does nothing else here; enrolled when they are first asked for."""
    content = MemberContent(name="invented-keeper-name", address="keeper@wnmu.example")
    offices, by = [served.book.pack.custodian_office], served.walk.chair
    members.enrol(served.book, "keeper", content, by=by, offices=offices, roles=[Role.CUSTODIAN])
    return members.actor(served.book, "keeper")


def neighbor(served: Served) -> Actor:
    """A member of the officer's office, on whichever case that is; enrolled when they are first asked for."""
    content = MemberContent(name="invented-neighbor-name", address="neighbor@wnmu.example")
    offices, by = ["university_police"], served.walk.chair
    members.enrol(served.book, "neighbor", content, by=by, offices=offices, roles=[Role.MEMBER])
    return members.actor(served.book, "neighbor")


#: the further cases of each team, by how far they have come
_FURTHER: WeakKeyDictionary[Walk, dict[str, str]] = WeakKeyDictionary()

_STAGES: Mapping[str, Callable[[Walk], str]] = {
    "inquiry": Walk.in_inquiry,
    "planning": Walk.planned,
    "owned": _owned,
    "returning": _returning,
    "closed": Walk.closed,
}


def further(served: Served, stage: str) -> str:
    """A case that has come further than the one of the table; gives its number."""
    cases = _FURTHER.setdefault(served.walk, {})
    if stage not in cases:
        cases[stage] = theirs(served, _STAGES[stage](served.walk))
    return cases[stage]
