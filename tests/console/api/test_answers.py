"""What the document shows as an answer is what is answered: every call is made, and held to its example."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from console.api.answer_samples import answer_of
from console.api.calls import CALLS
from console.api.document import ROOT
from console.api.pace import Pace
from console.api.samples import ByKey, Whatever
from tests.console.api.asking_all import BY_ADDRESS, PARTS, Programs
from tests.console.web.conftest import console
from tests.states.figures.test_counting import SUMMER

#: those that answer with JSON
TELLING = [call for call in CALLS if not call.gives_nothing and not call.gives_file]

#: lists that are empty in every answer of the walk, and why
UNSEEN: Mapping[str, str] = {
    "GET /cases/{number}.tips": "tips come in at doors, which are no calls",
    "GET /cases/{number}.notices": "messages are written down by effects",
    "GET /cases/{number}.meetings[0].content.actions": "of a draft; once held, each is a record of its own",
    "GET /cases/{number}.meetings[0].content.corrections": "a case's are records of its own",
    "GET /cases/{number}.source_queries[0].content.facts": "sources answer what effects ask",
    "POST /cases/{number}/reports/{report_id}/falsity.referred.missing": "nothing is in this referral's way",
}

_ALARMED = frozenset({"dead", "duty_line", "phone_now", "site"})

#: names that stand in some answers alone, by the place of the object, and why
ONLY_SOMETIMES: Mapping[str, Collection[str]] = {
    # Whoever raises an alarm is told whom to phone; whoever puts a plan into action, what it leaves as it is.
    "POST /cases/{number}/steps/{trigger}": _ALARMED | {"stay_open", "left_out"},
    # Nothing is said in what is not held, asked or sent yet.
    "GET /cases/{number}.meetings[0].content": (
        *(
            "actions",
            "corrections",
            "minutes",
            "moved_because",
            "outside",
            "page",
            "present",
            "suggestions",
            "topics",
        ),
    ),
    # Actions of a meeting stand by themselves, and what an action is aimed at need not be said.
    "GET /cases/{number}.plan_actions[0].content": ("after", "area", "continues"),
    "GET /cases/{number}.source_queries[0].content": ("as_of", "erased_at", "facts", "ticket"),
    "GET /cases/{number}.referrals[0].content": ("document", "ticket"),
    # To whom why somebody is kept out is not told, nothing but that is.
    "GET /cases/{number}.conflicts[0]": ("by", "case_id", "content", "match", "role", "withheld"),
}

#: where a number stands, or a text that says why none does
UNSHOWN = "GET /semester-reports/{about}.figures.*[0]"

#: what is as another call answers it
LIKE = {"POST /cases/{number}/exports": "GET /cases/{number}"}


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Programs]:
    """Programs that have made every call that tells something."""
    with console(tmp_path_factory.mktemp("answers"), migrated) as served:
        mounted: Any = next(each for each in served.app.routes if getattr(each, "path", "") == ROOT)
        mounted.app.state.pace = Pace(lambda: 0.0, burst=100_000)
        made = Programs(served)
        for _ in range(6):
            served.walk.reported()
        served.watch.now = SUMMER
        for part in PARTS:
            part(made)
        yield made


def test_every_call_that_tells_something_is_made(programs: Programs) -> None:
    """None is forgotten: a new one has to be in the walk."""
    assert {call.at for call in TELLING} - set(programs.answered) == set()


def test_each_example_has_the_shape_of_what_is_answered(programs: Programs) -> None:
    """The same names, and of each value the same kind, however deep; what is empty says nothing."""
    assert {said for _, said in _held_to_examples(programs) if said} == set()


def test_no_list_of_objects_is_empty_in_every_answer(programs: Programs) -> None:
    """Nothing would have been held to its example: those that are stand in a table, with why."""
    seen = _lists(place for place, _ in _held_to_examples(programs))
    every = _lists(
        place
        for call in TELLING
        for place, _ in _held(answer_of(call), answer_of(call), LIKE.get(call.at, call.at))
    )
    unseen = every - seen
    assert {each for each in unseen if not any(each.startswith(f"{one}[") for one in unseen)} == set(UNSEEN)


def _lists(places: Iterable[str]) -> set[str]:
    """Where lists of objects stand, of the places of what stands in them."""
    return {place[:at] for place in places for at in (m.start() for m in re.finditer(r"\[0\]\.", place))}


def _held_to_examples(programs: Programs) -> Iterator[tuple[str, str]]:
    for at, answers in programs.answered.items():
        for answer in answers:
            yield from _held(answer_of(BY_ADDRESS[at]), answer, LIKE.get(at, at))


def _held(example: Any, answer: Any, place: str) -> Iterator[tuple[str, str]]:
    """Each place that an answer fills in, and what is wrong there; empty: nothing is."""
    if answer is None:
        return
    if _kind(answer) != _kind(example) and (place, _kind(answer)) != (UNSHOWN, "a text"):
        yield place, f"{place} is {_kind(answer)}, not {_kind(example)}"
    elif isinstance(example, Whatever):
        yield place, ""
    elif isinstance(example, dict):
        yield from _held_by_name(example, answer, place)
    elif isinstance(example, list):
        each_its_own = len({_kind(one) for one in example}) > 1
        for number, each in enumerate(answer):
            which = number if each_its_own else 0
            yield from _held(example[which], each, f"{place}[{which}]")
    else:
        yield place, ""


def _held_by_name(
    example: Mapping[str, Any], answer: Mapping[str, Any], place: str
) -> Iterator[tuple[str, str]]:
    if isinstance(example, ByKey):
        (value,) = example.values()
        for each in answer.values():
            yield from _held(value, each, f"{place}.*")
        return
    differs = (answer.keys() ^ example.keys()).difference(ONLY_SOMETIMES.get(place, ()))
    if differs:
        yield place, f"{place} has or lacks {sorted(differs)}"
    for name in example.keys() & answer.keys():
        yield from _held(example[name], answer[name], f"{place}.{name}")


def _kind(value: Any) -> str:
    """Of which kind a value is in JSON."""
    for kind, called in (
        (bool, "true or false"),
        (int | float, "a number"),
        (str, "a text"),
        (list, "a list"),
    ):
        if isinstance(value, kind):
            return called
    return "an object"
