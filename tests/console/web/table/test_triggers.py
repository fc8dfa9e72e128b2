"""Every trigger of the process, fired by everybody's programs: who may, and for whom there is no case."""

from collections.abc import Callable, Mapping
from http import HTTPStatus as S

import httpx
import pytest

from console.api.document import ROOT
from states.casebook.inquiry import assessing, triage
from states.casebook.lookups import asking
from states.casebook.plan import doing
from states.process import TRANSITIONS
from states.vocabulary.cases import Level
from states.vocabulary.people import Role
from states.vocabulary.sources import SourceKind
from tests.cases.walking import Walk
from tests.console.web.conftest import Served
from tests.console.web.table.answers import IN, READERS, WHO, WORKERS
from tests.console.web.table.people import case_of_the_table, people
from tests.console.web.table.programs import theirs


def _to_dismiss(walk: Walk) -> str:
    number = walk.reported()
    found = triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="Invented.")
    assessing.concur(walk.book, number, by=walk.chair, about=found)
    walk.dispose(number)
    return number


def _to_assess(walk: Walk) -> str:
    number = walk.in_inquiry()
    for query in walk.records(number, "source_queries"):
        kind = SourceKind(query["kind"])
        asking.waive_source(walk.book, number, kind, by=walk.chair, because="Invented.")
    walk.assess(number, Level.MODERATE)
    return number


def _to_reassess(walk: Walk) -> str:
    number = walk.monitored()
    walk.assess(number, Level.MODERATE)
    return number


def _to_begin_reintegration(walk: Walk) -> str:
    number = walk.monitored(Level.MILD)
    for action in walk.records(number, "plan_actions"):
        doing.complete_action(walk.book, number, action["id"], by=walk.officer)
    walk.draft_reintegration(number)
    return number


def _to_close(walk: Walk) -> str:
    number = walk.assessed(Level.NONE)
    walk.dispose(number)
    return number


#: a case from which each trigger goes that people fire by itself
GOES_FROM: Mapping[str, Callable[[Walk], str]] = {
    "open_inquiry": Walk.screened,
    "dismiss": _to_dismiss,
    "assess": _to_assess,
    "develop_plan": Walk.assessed,
    "activate_plan": Walk.planned,
    "reassess": _to_reassess,
    "revise_plan": Walk.monitored,
    "begin_reintegration": _to_begin_reintegration,
    "resume_monitoring": Walk.reintegrating,
    "close": _to_close,
    "reopen": Walk.closed,
    "raise_alarm": Walk.reported,
}

#: what each asks of whoever fires it, if it asks anything
GIVEN = {"given": {"reason": "Invented reason."}}


@pytest.fixture(scope="module")
def number(alone: Served) -> str:
    """The case of the table."""
    return case_of_the_table(alone)


@pytest.fixture(scope="module")
def everybody(alone: Served, number: str) -> Mapping[str, httpx.Client]:
    """A program of each of those who are there."""
    return people(alone, number).programs


@pytest.mark.clause("W-39", "W-13")
def test_each_trigger_is_fired_by_those_alone_who_may(
    alone: Served, everybody: Mapping[str, httpx.Client]
) -> None:
    """By those whose work the case is, and the alarm by everybody; others learn of no case.

    Each of those who may fires it in a case of their own: whoever comes first moves the case.
    """
    wrong, by_itself = list[str](), {row.trigger: row for row in TRANSITIONS if not row.comes_with}
    assert GOES_FROM.keys() == by_itself.keys()
    for trigger, row in by_itself.items():
        assert set(row.by) in ({Role.CHAIR, Role.MEMBER}, set(Role)), trigger
        may = IN if set(row.by) == set(Role) else WORKERS
        others = S.FORBIDDEN, S.NOT_FOUND
        number = theirs(alone, GOES_FROM[trigger](alone.walk))
        for who in sorted(WHO, key=lambda each: (each in may, each)):
            answer = everybody[who].post(
                f"{ROOT}/cases/{number}/steps/{trigger}", json=GIVEN, headers={"If-Match": "*"}
            )
            due = S.OK if who in may else others[who not in READERS] if who in IN else S.UNAUTHORIZED
            if answer.status_code != due:
                wrong.append(f"{trigger}: {who} is answered {answer.status_code}: {answer.text[:150]}")
            if who in may and trigger != "raise_alarm":
                number = theirs(alone, GOES_FROM[trigger](alone.walk))
    assert wrong == [], "\n".join(wrong)


def test_what_comes_with_a_record_is_fired_by_nobody(
    number: str, everybody: Mapping[str, httpx.Client]
) -> None:
    """A trigger of which the table says what it comes with, and a word that is none."""
    for trigger in (*(row.trigger for row in TRANSITIONS if row.comes_with), "to_closed"):
        for who in WHO:
            path = f"{ROOT}/cases/{number}/steps/{trigger}"
            answer = everybody[who].post(path, json=GIVEN, headers={"If-Match": "*"})
            due = S.UNPROCESSABLE_ENTITY if who in READERS else S.NOT_FOUND if who in IN else S.UNAUTHORIZED
            assert (trigger, who, answer.status_code) == (trigger, who, due)
