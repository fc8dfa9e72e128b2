"""What a program may send, as an example: of invented people, in every field that it has to fill in."""

import inspect
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import partial
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from console.api.call import Call
from console.invented import examples
from states.contents import closing, inquiry, leaving, plans, reports, team


class ByKey(dict[str, Any]):
    """A mapping in an example: its keys are data, and others may stand in their place."""


class Whatever(ByKey):
    """A mapping of which nothing is promised: neither its keys nor what they stand for."""


#: a valid example of each content, of invented people
EXAMPLES: Mapping[type[BaseModel], Any] = {
    reports.ReportContent: examples.report,
    reports.SubjectContent: examples.subject,
    reports.PrivacyTalkContent: examples.privacy_talk,
    reports.ReprisalContent: examples.reprisal,
    inquiry.NoteContent: examples.note,
    inquiry.AssessmentContent: examples.assessment,
    plans.PlanContent: examples.plan,
    plans.ReintegrationContent: examples.reintegration,
    plans.MinutesContent: examples.minutes,
    plans.TeamMinutesContent: examples.team_minutes,
    plans.ProtectiveOrderContent: examples.protective_order,
    plans.TargetContent: examples.target,
    closing.DispositionContent: examples.disposition,
    leaving.ConsentContent: examples.consent,
    leaving.DeterminationContent: examples.determination,
    leaving.ReleaseContent: examples.release,
    team.ReviewContent: examples.review,
}

#: what stands in a field of that name in an example
FITTING: Mapping[str, Any] = {
    "because": "It was talked through on the phone.",
    "lead": examples.CHAIR,
    "members": [examples.POLICE],
    "offices": ["student_affairs"],
    "site": "silver_city",
    "unit": "education",
    "member_id": examples.POLICE,
    "hand_over_to": examples.CHAIR,
    "other": "TAT-2026-0002",
    "into": "TAT-2026-0002",
    "to": "TAT-2026-0002",
    "recipient": "district_court",
    "address": "pat@example.edu",
    "name": "Pat Example",
    "who": "Officer 12",
    "approved_by": "Pat President",
    "text": "Talked with them; they are well.",
}

#: what stands in any other field, by its type
PLAIN: Mapping[Any, Any] = {
    bool: True,
    datetime: "2026-12-04T17:00:00-07:00",
    date: "2026-12-04",
    int: 1,
    float: 0.5,
    Any: "anything",
    Counter: ByKey({"threat": 1}),
}

#: what holds several values
MANY = (tuple, list, frozenset, Sequence, Collection, dict, Mapping)

#: what stands where a record is named
AN_ID = "0123456789abcdef0123456789abcdef"


def example_of(call: Call) -> Any:
    """What a program may send, of invented people."""
    if call.example is not None:
        return call.example()
    assert call.sends is not None, "asked of calls that take JSON alone"  # noqa: S101 - for the type
    return _sent(call.sends)


def _sent(model: type[BaseModel]) -> Any:
    if model in EXAMPLES:
        return EXAMPLES[model]().model_dump(mode="json")
    return {
        name: made(name, field.annotation, _sent)
        for name, field in model.model_fields.items()
        if field.default is PydanticUndefined and field.default_factory is None
    }


def made(name: str, kind: Any, of_model: Callable[[Any], Any], fitting: Mapping[str, Any] = FITTING) -> Any:
    """An example of a value, as JSON has it.

    Args:
        name: what its field is called.
        kind: its type.
        of_model: makes an example of a model, or of a dataclass.
        fitting: what stands in a field of a name.
    """
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated or origin in (Union, UnionType):
        return made(name, parts[0], of_model, fitting)
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return next(iter(kind)).value
    if inspect.isclass(kind) and (issubclass(kind, BaseModel) or is_dataclass(kind)):
        return of_model(kind)
    fit = fitting.get(name)
    if origin in (dict, Mapping) or (origin in MANY and not isinstance(fit, list)):
        return _many(name, origin, parts, partial(made, of_model=of_model, fitting=fitting))
    plain = None if isinstance(fit, list) else PLAIN.get(origin or kind)
    return AN_ID if plain is None and fit is None else fit if plain is None else plain


def _many(name: str, origin: Any, parts: Sequence[Any], one: Callable[[str, Any], Any]) -> Any:
    if origin in (dict, Mapping):
        whatever = Whatever if parts[1] is Any else ByKey
        return whatever({one("key", parts[0]): one(name, parts[1])})
    several = parts[:1] if parts[1:] in ((), (...,)) else parts
    return [one(name, part) for part in several]
