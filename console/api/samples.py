"""What a program may send, as an example: of invented people, in every field that it has to fill in."""

import inspect
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from console.api.call import Call
from console.invented import examples
from states.contents import closing, inquiry, leaving, plans, reports, team

#: a valid example of each content, of invented people
EXAMPLES: Mapping[type[BaseModel], Any] = {
    reports.ReportContent: examples.report,
    reports.SubjectContent: examples.subject,
    reports.PrivacyTalkContent: examples.privacy_talk,
    inquiry.NoteContent: examples.note,
    inquiry.AssessmentContent: examples.assessment,
    plans.PlanContent: examples.plan,
    plans.ReintegrationContent: examples.reintegration,
    plans.MinutesContent: examples.minutes,
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
    dict: {},
}

#: what stands where a record is named
AN_ID = "0123456789abcdef0123456789abcdef"


def example_of(call: Call) -> Any:
    """What a program may send, of invented people."""
    if call.example is not None:
        return call.example()
    assert call.sends is not None, "asked of calls that take JSON alone"  # noqa: S101 - for the type
    return _example(call.sends)


def _example(model: type[BaseModel]) -> Any:
    if model in EXAMPLES:
        return EXAMPLES[model]().model_dump(mode="json")
    return {
        name: _value(name, field.annotation)
        for name, field in model.model_fields.items()
        if field.default is PydanticUndefined and field.default_factory is None
    }


def _value(name: str, kind: Any) -> Any:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated or origin in (Union, UnionType):
        return _value(name, parts[0])
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return next(iter(kind)).value
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        return _example(kind)
    if name in FITTING:
        return FITTING[name]
    return [_value(name, parts[0])] if origin is tuple else PLAIN.get(origin or kind, AN_ID)
