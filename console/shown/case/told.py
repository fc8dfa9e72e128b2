"""What happened in a case, as people read it: the ledger's words, with names in place of ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.shown.alarms import WAYS
from console.shown.case.danger import taker
from console.shown.case.opened import Opened
from notifications.messages.wording import in_words
from states.casebook.page import QUIET
from states.casebook.reading.timeline import Happening
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.spelling import words

#: what an event says that people do not read: ids and digests, and what else of it says it better
_LEFT_OUT = ("policy", "state_before", "reading")

#: what an event says whose value needs no name before it, and what stands there instead
_PLAIN: Mapping[str, str] = dict.fromkeys(("kind", "status", "level", "office", "offices", "site"), "") | {
    "state": "now "
}

#: what an event says in the ledger's own terms, as people say it
_SAYS: Mapping[str, str] = {
    "code": "because",
    "attempt": "attempt",
    "table": "on",
    "fields": "what was changed:",
    "way": "",
    "of": "",
    "via": "by",
    "whom": "",
    "call": "",
}

#: the same of what it says: codes that no vocabulary has words for
_CODES: Mapping[str, str] = {
    "channel_unavailable": "the way to them does not answer",
    "screenings": "a screening",
    "assessments": "an assessment",
    "reports": "a report",
    "subjects": "who the person is",
    "notes": "a note",
    "meetings": "a meeting",
    "plan_actions": "an action",
    "targets": "somebody in danger",
    "alarms": "an alarm",
    "alarm_answers": "who took an alarm over",
    "privacy_talks": "a talk with a reporter",
    "stays": "the review of an opening in an emergency",
    "reprisals": "whether a reporter is treated badly",
    "consents": "a consent",
    "hand_overs": "who takes follow-up over",
    "calls": "what came of phoning a reporter",
    "text": "its words",
    **WAYS,
}

#: hexadecimal digits of an id, and of a digest
_OPAQUE = (32, 64)

#: the words for codes that stand for something else than they say
_SPOKEN = {each.value: str(in_words(each)) for kind in (Clock, EffectKind) for each in kind}


@dataclass(frozen=True, slots=True)
class Line:
    """One event, in a line.

    Args:
        at: when.
        who: who did it, by name.
        what: what happened, in the ledger's words.
        more: what the ledger keeps of it, in words.
    """

    at: datetime
    who: str
    what: str
    more: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Who has opened a case, how often, and when last."""

    who: str
    times: int
    last: datetime


def lines(opened: Opened, happened: Sequence[Happening]) -> list[Line]:
    """Events in lines, newest first, but for those that change nothing a person decides on."""
    return [
        _line(opened, each)
        for each in reversed(happened)
        if each.what not in QUIET or _is_outside_reading(each)
    ]


def _line(opened: Opened, each: Happening) -> Line:
    what = words(each.what).capitalize()
    answers = opened.of("alarm_answers") if each.what in ("alarm_taken_over", "alarm_answered") else []
    # The call and whom it reached name one answer; what the team entered is told apart by its moment.
    said = [
        row
        for row in answers
        if row["alarm_id"] == each.data.get("alarm")
        and (row["call_id"], row["recipient"]) == (each.data.get("call"), each.data.get("recipient"))
        and (row["call_id"] or row["at"] == each.at)
    ]
    if said and opened.names:
        return Line(each.at, taker(opened, said[0]), what, "")
    return Line(each.at, opened.who(each.actor), what, more(opened, each.data))


def _is_outside_reading(each: Happening) -> bool:
    """Whether an office, or police, read what they were told of behind a link: the team waits for that."""
    return each.what == "read" and ":" in each.actor


def seen(opened: Opened, happened: Sequence[Happening]) -> list[Seen]:
    """Who has opened the case, whoever did so last first (P-08)."""
    times = dict[str, list[datetime]]()
    for each in happened:
        if each.what == "read":
            times.setdefault(each.actor, []).append(each.at)
    found = [Seen(opened.who(actor), len(at), max(at)) for actor, at in times.items()]
    return sorted(found, key=lambda one: one.last, reverse=True)


def more(opened: Opened, data: Mapping[str, Any]) -> str:
    """What an event keeps, in words: members, offices and sites by name, and no ids."""
    said = []
    for name, value in data.items():
        values = value if isinstance(value, list) else [value]
        told = [_one(opened, each) for each in values if not _is_opaque(each)]
        if name not in _LEFT_OUT and any(told):
            spoken = _SAYS.get(name, words(name))
            said.append(_PLAIN.get(name, spoken and f"{spoken} ") + ", ".join(filter(None, told)))
    return "; ".join(said)


def _is_opaque(value: object) -> bool:
    text = str(value)
    return value in ("", None) or (
        len(text) in _OPAQUE and all(digit in "0123456789abcdef" for digit in text)
    )


def _one(opened: Opened, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if text in list(CaseState):
        return text
    if opened.names and text in _CODES:
        return _CODES[text]
    name = opened.whom(text)
    return name if name != text else _SPOKEN.get(text) or opened.pack.called(text)
