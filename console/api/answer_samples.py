"""What a program is answered, as an example: made of the models of answers, of invented people.

Where a function of the casebook gives plain data, its example stands here, by the call; a test makes every
call and holds the real answer against its example.
"""

from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import datetime
from typing import Any, get_type_hints

from sqlmodel import SQLModel

from console.api.call import Call
from console.api.samples import AN_ID, FITTING, PLAIN, ByKey, made
from console.invented import examples
from states.casebook.effects.listing import EffectLine
from states.casebook.reading.whole_case import RECORDS
from states.casebook.rounds.sweeping import DeadlineLine
from states.contents.kept import KEPT
from states.errors import Missing
from states.tables import Attachment, Case, CaseLink, CaseRelation, Plan
from states.vocabulary.figures import Chart, Grouping, Unshown
from states.vocabulary.leaving import ReleaseStatus

#: where the page of a list goes on
CURSOR = "WyJUQVQtMjAyNi0wMDAxIl0"

#: names of fields that hold a member's id, a case's number, a code, a time, or what somebody wrote
_MEMBERS = (
    *("by", "actor", "member", "owner", "official", "kept_out", "stand_ins", "members", "present", "named"),
    *("answered_by", "approved_by", "asked_by", "called_by", "confirmed_by", "decided_by", "ended_by"),
    *("followed_by", "joined_by", "made_by", "reviewed_by", "taken_by", "withdrawn_by", "given_by"),
)
_NUMBERS = (
    *("number", "case_number", "candidates", "cases", "came_from", "merged_into", "moved_to", "follows_up"),
    *("left_out", "moved_as", "numbers"),
)
_TIMES = (
    *("as_of", "dated", "erased_at", "followed_up_at", "given_at", "observed_at", "talked_at", "valid_until"),
    "at",
)
_WORDS = (
    *("ability_of_recipient", "behaviour_of_concern", "convey_to", "dissent", "document", "done", "need"),
    *("doubt", "note", "no_follow_up_because", "other_identification", "rationale", "reason", "say", "said"),
    *("reason_for_lowering", "recommendation", "recommendations", "review", "sections_revised", "urgency"),
    *("sentence", "seriousness", "shows", "specific_threat_or_event", "suggestions", "summary", "threat"),
    *("supports", "to_reporter", "told", "topics", "vulnerability", "why_not", "withheld", "minutes"),
    *("beside", "outcome", "raw", "rule", "page"),
)
_CODES = {
    "about": AN_ID,
    "affiliations": "student",
    "against": "Sam Sample",
    "agency": "University Police",
    "agreed": "student_affairs",
    "also_known_as": "Sam S.",
    "basis": "ferpa_school_official",
    "cause": "report",
    "channel": "email",
    "clause": "W-39",
    "clock": "assessment",
    "conditions": "distress",
    "court": "Example District Court",
    "criteria": "moderate-1",
    "dangers": "weapon",
    "digest": "0f" * 32,
    "door": "tip-line",
    "earlier": "Fall 2025",
    "email": "pat@example.edu",
    "endangered_names": "Terry Teacher",
    "follow_up": "pending",
    "guard": "offices_assessed",
    "head": "0f" * 32,
    "key": "silver_city",
    "kind": "notify_team",
    "level": "Moderate",
    "media_type": "application/pdf",
    "needs": "student_affairs",
    "occurred_at": "about 10 in the morning",
    "office": "student_affairs",
    "outside": "human_resources",
    "phone": "575-555-0143",
    "precision": "minute",
    "previous": "Mild",
    "protects": "Terry Teacher",
    "provisional_level": "Moderate",
    "purpose": "notice",
    "scopes": "read",
    "secret": "0f" * 32,
    "site": "silver_city",
    "sites": "silver_city",
    "source": "registrar",
    "stage": "running",
    "standing": "stands",
    "state": "Inquiry",
    "status": "sent",
    "template": "team_notice",
    "to": "court",
    "value": "Enrolled",
    "call": "on_duty",
    "changed": "disposition",
    "code": "not_reached",
    "context": "anything that the message says",
    "covers": "subject",
    "data": "Moderate",
    "disruption": "does_not",
    "fields": "Somebody was threatened.",
    "former": "Heard it as a joke.",
    "further_sites": "deming",
    "given": "reason",
    "handbook": "undergraduate",
    "identifiers": "W-000000",
    "lacking": "basis",
    "match": "name",
    "participants": [examples.CHAIR],
    "reasons": "name",
    "receipt": "1234-5678-9012",
    "recipient_kind": "court",
    "reference": "D-0000",
    "refused": "basis",
    "relation": "the student",
    "role": "subject",
    "stored": "0f" * 16,
    "table": "notes",
    "through": "student_affairs",
    "ticket": "T-0001",
    "amended": "TAT-2026-0001",
    "left": "TAT-2026-0001",
    "no_rows": "a heading",
    "unreadable": "more fields than headings",
    "with_whom": "a classmate",
    "withdrawn": "import",
    "verdict": "report_of_concern",
    "via": "mail",
    "way": "phone",
    "what": "case_status",
}

#: what stands in a field of that name in an answer; in any other one, an id
ANSWERED: Mapping[str, Any] = {
    **FITTING,
    **dict.fromkeys(_MEMBERS, examples.CHAIR),
    **dict.fromkeys(_NUMBERS, "TAT-2026-0002"),
    **dict.fromkeys(_TIMES, PLAIN[datetime]),
    **dict.fromkeys(_WORDS, "Talked with them; they are well."),
    **_CODES,
    "number": "TAT-2026-0001",
    "case_number": "TAT-2026-0001",
    "who": "Officer 12",
}

_CONTENTS = {each.table: each.content for each in KEPT}


def answer_of(call: Call) -> Any:
    """What a program is answered, as JSON has it; of calls that give some.

    Args:
        call: which.
    """
    if call.shown is not None:
        given = UNTYPED[call.at]()
    else:
        given = _value(call.gives, get_type_hints(call.does, include_extras=True)["return"])
    if call.gives_value:
        return {call.gives: given}
    if not isinstance(given, list):
        return given
    return {"items": given, **({"next": CURSOR} if call.key else {})}


def _phones() -> Mapping[str, Any]:
    number = {"who": "University Police", "from": "any phone", "number": "575-555-0100"}
    return {
        "site": "Silver City",
        "phone_now": [number],
        "duty_line": "575-555-0199",
        "dead": ["mail server mail.example.edu"],
    }


def _step() -> Mapping[str, Any]:
    return {
        "trigger": "assess",
        "says": "Put the assessment in force.",
        "target": "Assessed",
        "comes_with": "",
        "possible": False,
        "urged": "",
        "doubts": ["A training has lapsed."],
        "missing": [_answered(Missing)],
    }


def _act() -> Mapping[str, Any]:
    return {
        "trigger": "open_inquiry",
        "source": "Reported",
        "target": "Inquiry",
        "effects": ["collect_records", "convene_team", "notify_team"],
        "starts": ["assessment"],
        "hastens": ["first_meeting"],
        "stops": ["screening"],
    }


def _figure() -> Mapping[str, Any]:
    cell = {"grouping": Grouping.SITE, "group": "silver_city", "category": "email", "number": 7}
    return {
        "chart": Chart.CHANNELS,
        "period": "Fall 2026",
        "begins": "2026-08-01T00:00:00-06:00",
        "ends": "2027-01-01T00:00:00-07:00",
        "cells": [cell | {"unshown": Unshown.FEW}],
    }


def _member() -> Mapping[str, Any]:
    return {
        "id": examples.CHAIR,
        "name": "Pat Example",
        "roles": ["chair", "member"],
        "offices": ["student_affairs"],
        "address": "pat@example.edu",
        "phone": "575-555-0143",
    }


def _answered(model: Any) -> dict[str, Any]:
    """An example of a model's fields, or of a dataclass's, each filled in."""
    if is_dataclass(model):
        return {name: _value(name, kind) for name, kind in get_type_hints(model, include_extras=True).items()}
    return _columns(model)


def _columns(model: Any) -> dict[str, Any]:
    return {name: _value(name, field.annotation) for name, field in model.model_fields.items()}


def _value(name: str, kind: Any) -> Any:
    return made(name, kind, _answered, ANSWERED)


def _row(model: type[SQLModel]) -> dict[str, Any]:
    """A record of a case: its columns, and what it says."""
    table = str(model.__tablename__)
    row = _columns(model)
    row.pop("content", None)
    content = _answered(_CONTENTS[table]) if table in _CONTENTS else {}
    if model is Attachment:
        content.pop("key")
    return row | {"content": content, "withheld": ByKey({"reporter": "the chair"})}


def _dossier() -> dict[str, Any]:
    opened: dict[str, Any] = {str(model.__tablename__): [_row(model)] for model in RECORDS}
    opened[str(Plan.__tablename__)][0]["standing"] = "in force"
    other = {"other_number": "TAT-2026-0002"}
    return {
        "case": _columns(Case),
        **opened,
        "case_links": [_columns(CaseLink) | other],
        "case_relations": [_columns(CaseRelation) | other | {"side": "first"}],
    }


def _whole() -> Mapping[str, Any]:
    return _dossier() | {
        "clocks": [_answered(DeadlineLine)],
        "effects": [_answered(EffectLine)],
        "possible": [_step()],
    }


#: what calls answer whose function gives plain data
UNTYPED: Mapping[str, Any] = {
    "GET /sites/{site}/phones": _phones,
    "GET /cases/{number}": _whole,
    "GET /cases/{number}/steps": lambda: [_step()],
    "POST /cases/{number}/steps/{trigger}": _act,
    "POST /cases/{number}/conflicts/{member}": lambda: {"kept_out": [examples.POLICE]},
    "POST /cases/{number}/exports": _dossier,
    "POST /releases/{release_id}/word": lambda: {"status": ReleaseStatus.AGREED},
    "GET /trends": lambda: [_figure()],
    "GET /team": lambda: [_member()],
    "POST /team/{member_id}/end": lambda: {"cases": ["TAT-2026-0001"]},
}
