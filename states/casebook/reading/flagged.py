"""A question to a source that somebody should look into, carried to its end (P-09).

An inquiry begins, and finds something; what was wrong is corrected, and the authority concerned is told;
then it ends. Each step is an event of the team's own chain: who took it and when, with a word of a closed
list, and nothing of the person whom the question was about. Nobody looks into a question of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from states.access import Act, Actor, is_there, permit
from states.casebook.book import Casebook
from states.errors import BadInput, Refused, UnknownRecord
from states.ledger import chain
from states.tables import SourceQuery, TeamEvent, Trial, table_of
from states.vocabulary.sources import Correction, Finding, LookingInto, Told

_QUERIES = table_of(SourceQuery)
_TRIALS = table_of(Trial)
_TEAM_EVENTS = table_of(TeamEvent)

#: what the chain calls each step
EVENTS: Mapping[LookingInto, str] = {step: f"query_{step}" for step in LookingInto}

#: what each step says, where it says anything
SAYS: Mapping[LookingInto, type[Finding] | type[Correction] | type[Told]] = {
    LookingInto.FOUND: Finding,
    LookingInto.CORRECTED: Correction,
    LookingInto.TOLD: Told,
}

NO_SUCH_QUERY = "There is no such question, or none that you may see. Nothing was written."


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken.

    Args:
        step: which.
        said: the word of its list; empty: it says nothing.
        at: when.
        by: who took it.
    """

    step: LookingInto
    said: str
    at: datetime
    by: str


def next_of(steps: tuple[Step, ...]) -> tuple[LookingInto, ...]:
    """The steps that may come next; none after the end.

    What turned out to be justified ends without more; else nothing ends before it was corrected and told.

    Args:
        steps: those that were taken, in their order.
    """
    if not steps:
        return (LookingInto.BEGUN,)
    taken = {each.step for each in steps}
    if LookingInto.ENDED in taken:
        return ()
    if LookingInto.FOUND not in taken:
        return (LookingInto.FOUND,)
    found = next(each.said for each in reversed(steps) if each.step is LookingInto.FOUND)
    if found == Finding.JUSTIFIED:
        return (LookingInto.ENDED,)
    owed = tuple(step for step in (LookingInto.CORRECTED, LookingInto.TOLD) if step not in taken)
    return owed or (LookingInto.ENDED,)


def courses(book: Casebook, *, by: Actor) -> dict[str, tuple[Step, ...]]:
    """What was done about each question that somebody looked into, by its id."""
    permit(by, Act.AUDIT_READINGS)
    with book.store.read() as connection:
        return _courses(connection)


def take(book: Casebook, query_id: str, step: LookingInto, *, by: Actor, said: str = "") -> None:
    """Take the next step about a question.

    Args:
        book: the casebook.
        query_id: the question's id, or that of a trial.
        step: which step.
        by: who takes it: whoever chairs, or keeps the records.
        said: a word of the step's list; empty where it says nothing.

    Raises:
        NotPermitted: they neither chair nor keep the records.
        UnknownRecord: there is no such question for them.
        BadInput: the word is none of the step's list.
        Refused: another step comes next, or the question is their own.
    """
    permit(by, Act.AUDIT)
    words = SAYS.get(step)
    if (words is None and said) or (words is not None and said not in tuple(words)):
        raise BadInput("Choose one of the answers. Nothing was written.")
    with book.store.write() as connection:
        # Two who take a step at once take one after the other.
        book.lock_team(connection)
        if _asked_by(connection, query_id, by) == by.id:
            raise Refused("Nobody looks into a question of their own: ask another one. Nothing was written.")
        if step not in next_of(_courses(connection).get(query_id, ())):
            raise Refused("Another step comes first, or it was taken already. Nothing was written.")
        told = {"query": query_id, **({"said": said} if said else {})}
        chain.append_of_team(connection, at=book.clock(), actor=by, what=EVENTS[step], **told)


def _asked_by(connection: Connection, query_id: str, by: Actor) -> str:
    """Who had a question put."""
    there = (_QUERIES.c.id == query_id, is_there(by, _QUERIES.c.case_id))
    asked = select(_QUERIES.c.by).where(*there).union(select(_TRIALS.c.by).where(_TRIALS.c.id == query_id))
    found = connection.execute(asked).first()
    if found is None:
        raise UnknownRecord(NO_SUCH_QUERY)
    return str(found.by)


def _courses(connection: Connection) -> dict[str, tuple[Step, ...]]:
    by_event = {event: step for step, event in EVENTS.items()}
    rows = connection.execute(
        select(_TEAM_EVENTS).where(_TEAM_EVENTS.c.what.in_(by_event)).order_by(_TEAM_EVENTS.c.seq)
    )
    found: dict[str, tuple[Step, ...]] = {}
    for row in rows:
        data: Mapping[str, Any] = row.data
        step = Step(by_event[row.what], str(data.get("said", "")), row.at, row.actor)
        found[data["query"]] = (*found.get(data["query"], ()), step)
    return found
