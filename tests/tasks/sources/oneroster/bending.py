"""How a quirk of a OneRoster service is made: a service of the specification, whose answers are bent."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.tasks.sources.faults import Answer, Call
from tests.tasks.sources.oneroster.server import Roster

Honest = Callable[[Call], Answer]

#: who is asked about where a quirk says nothing else
SAM = {"campus_id": "900000001"}


@dataclass(frozen=True)
class Quirk:
    """One departure.

    Args:
        name: what it is.
        seen: where.
        says: what the look-up comes to: ``found``, ``not_found``, or the code of *unavailable*.
        missing: the parts that the answer is found without.
        asked: the identifier that is asked about.
        roster: the attributes of the server that make it so.
        bend: what becomes of each honest answer.
        whole: whether all is told that the specification's service tells.
    """

    name: str
    seen: str
    says: str = "found"
    missing: tuple[str, ...] = ()
    asked: dict[str, str] = field(default_factory=lambda: dict(SAM))
    roster: dict[str, Any] = field(default_factory=dict)
    bend: Callable[[Call, Answer], Answer] = lambda _, answer: answer
    whole: bool = True

    def served(self, roster: Roster) -> Honest:
        """The service, bent."""
        for name, value in self.roster.items():
            setattr(roster, name, value)
        return lambda call: (
            self.bend(call, roster.answer(call)) if call.path != "/token" else roster.answer(call)
        )


def content(change: Callable[[Any], Any], path: str = "") -> Callable[[Call, Answer], Answer]:
    """Change what is said, of calls whose path ends so."""

    def bend(call: Call, answer: Answer) -> Answer:
        if answer.status != 200 or not call.path.endswith(path):
            return answer
        said = json.dumps(change(json.loads(answer.content))).encode()
        return replace(answer, content=said)

    return bend


def instead(answer: Answer, path: str, *, when: str = "") -> Callable[[Call, Answer], Answer]:
    """Say something else, to calls whose path ends so and whose query holds a text."""
    return lambda call, honest: answer if call.path.endswith(path) and when in call.target else honest


def entries(change: Callable[[str, Any], Any]) -> Callable[[Any], Any]:
    """Change every entry of every record, by its name."""

    def deep(value: Any) -> Any:
        if isinstance(value, list):
            return [deep(each) for each in value]
        if isinstance(value, dict):
            return {name: change(name, deep(each)) for name, each in value.items()}
        return value

    return deep


def numbers(name: str, value: Any) -> Any:
    """Ids and identifiers as numbers."""
    known = {"user-sam": 17, "class-bio": 3, "class-art": 4, "class-lost": 5, "term-spring": 0}
    if name == "identifier" and value:
        return int(value)
    return known.get(value, value) if name == "sourcedId" else value


def capitals(name: str, value: Any) -> Any:
    """Roles and status in capitals."""
    if name == "role" and isinstance(value, str):
        return value.capitalize()
    return {"active": "ACTIVE", "tobedeleted": "ToBeDeleted"}.get(value, value) if name == "status" else value


def zeros(name: str, value: Any) -> Any:
    """A day of zeros for none."""
    return "0000-00-00" if name in ("beginDate", "endDate") and value is None else value


def bare(name: str, value: Any) -> Any:
    """References as ids alone."""
    is_reference = name in ("org", "class", "user", "terms") and isinstance(value, dict) and "type" in value
    return value["sourcedId"] if is_reference else value


def headed(name: str, value: str, path: str) -> Callable[[Call, Answer], Answer]:
    """Set a header of answers whose path ends so."""
    return lambda call, answer: (
        replace(answer, headers={**answer.headers, name: value}) if call.path.endswith(path) else answer
    )


def relative(_: Call, answer: Answer) -> Answer:
    """Links that are relative, with a relation of another spelling."""
    link = answer.headers.get("Link", "").replace("https://elsewhere.example/", "/ims/oneroster/v1p1/")
    return replace(answer, headers={**answer.headers, "Link": link.replace('rel="next"', "rel=NEXT")})
