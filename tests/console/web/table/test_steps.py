"""Each step of a case's pages, tried with a form that is filled in by everybody who may read the case."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from secrets import token_hex

import httpx
import pytest

from console.shown.case.asked.fields import Ask, Field, Fields, Group, unfolded
from console.web.cases.looking import asked_of, fields_of
from console.web.cases.opening import open_case
from console.web.cases.steps.every import STEPS
from states.casebook.inquiry import triage
from states.casebook.reading import overview
from states.casebook.team import members
from tests.console.web.conftest import Served
from tests.console.web.table.answers import READERS, WORKERS
from tests.console.web.table.people import people

#: those who may take a step, where it is not for whoever works on the case
MAY: Mapping[str, frozenset[str]] = {
    "assign": frozenset({"chair"}),
    "decide_conflict": frozenset({"chair"}),
    # Of whichever office: an official of the team determines it.
    "determine": frozenset({"chair", "on the case", "custodian"}),
    "end_guest": frozenset({"chair"}),
    "guest_until": frozenset({"chair"}),
    "invite": frozenset({"chair"}),
    "review_glass": frozenset({"chair", "custodian"}),
    "take_over": READERS - {"expert"},
    "raise_alarm": READERS,
    "recuse": READERS,
}

#: what whoever did not do something is answered
NOT_DONE = (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)

#: steps of whom a record names (an action's owner, who took part, an official); others have nothing to choose
OF_ONES_OWN = frozenset({"action", "confirm", "determine"})

#: whoever is refused for what they are reads one of these
NOT_THEIRS = ("Your role does not allow this", "You are not on this case")

#: what is typed where a time is asked for
TIMES = ("at", "until", "on", "due_at", "given_at", "valid_until", "talked_at")


@pytest.mark.clause("W-39", "U-09")
def test_each_step_is_for_those_alone_whom_it_is_for(alone: Served) -> None:
    """Whoever may not is told so, and whoever may is not; from whom the case is hidden, for them it is.

    Whoever may comes with what they saw long ago, so that nothing is written; but for what gets through all
    the same, which comes last. Where there is nothing to choose from, they come with an empty form: who they
    are is looked at before what they wrote.
    """
    number = alone.walk.reintegrating()
    triage.assign(alone.book, number, by=alone.walk.chair, lead="officer", offices=["university_police"])
    browsers = people(alone, number).browsers
    wrong = list[str]()
    for name in sorted(STEPS, key=lambda each: (each == "recuse", STEPS[each].always)):
        may = MAY.get(name, WORKERS)
        assert taken(browsers["not on it"], number, name, {}, 0).status_code == HTTPStatus.NOT_FOUND, name
        for who in sorted(READERS):
            form = filled_in(alone, number, name, MEMBERS[who])
            # Whoever may is told what others did meanwhile; whoever may not, that it is not for them.
            version = 0 if who in may else overview.one(alone.book, number, by=alone.walk.chair).version
            answer = taken(browsers[who], number, name, form, version)
            if name in OF_ONES_OWN and who not in may:
                assert answer.status_code in NOT_DONE, (name, who)
                continue
            refused = any(said in answer.text for said in NOT_THEIRS)
            if refused is (who in may) or answer.status_code == HTTPStatus.NOT_FOUND:
                wrong.append(f"{name}: {who} is answered {answer.status_code}, refused: {refused}")
    assert wrong == [], "\n".join(wrong)


#: their ids
MEMBERS = {
    "chair": "chair",
    "on the case": "officer",
    "custodian": "custodian",
    "expert": "expert",
    "break-glass": "counselor",
}


def taken(
    client: httpx.Client, number: str, name: str, form: Mapping[str, list[str]], version: int
) -> httpx.Response:
    """Take a step, as whoever saw a version of the case."""
    told = {**form, "go": ["do"], "seen": [str(version)], "once": [token_hex(16)]}
    return client.post(f"/cases/{number}/steps/{name}", data=told)


def filled_in(served: Served, number: str, name: str, member: str) -> dict[str, list[str]]:
    """The form of a step with an answer in every field; empty: there is nothing to choose from."""
    by = members.actor(served.book, member)
    case = open_case(served.book, number, by)
    asked = fields_of(case, STEPS[name], by)
    if any(one.needed and one.is_empty for one in asked):
        return {}
    abouts = [one for one in asked if isinstance(one, Field) and one.name == "about" and one.options]
    about = abouts[0].options[0].value if abouts else ""
    if STEPS[name].in_turn:
        asked = STEPS[name].fields(asked_of(case, by, about))
    return dict(_answers(asked))


def _answers(asked: Fields) -> Iterator[tuple[str, list[str]]]:
    for one in unfolded(asked):
        if isinstance(one, Group):
            yield from (
                (f"{one.name}.0.{each.name}", _answer(each))
                for each in one.columns
                if each.ask is not Ask.ROWS
            )
        elif not one.is_empty:
            yield one.name, _answer(one)


def _answer(one: Field) -> list[str]:
    if one.is_a_choice:
        return list(one.given) or [one.options[0].value] if one.options else []
    if one.given:
        return list(one.given)
    return ["tomorrow 10:00"] if one.name.rpartition(".")[2] in TIMES else ["Invented."]
