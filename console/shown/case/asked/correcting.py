"""What is asked of whoever sets a record right: which one, what is right, and why."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from console.shown.case.asked.choosing import capital
from console.shown.case.asked.fields import Ask, Asked, Field, Fields, Option
from console.shown.case.asked.wording import of_content
from console.shown.case.opened import Opened, Row
from console.shown.case.reported import REPRISAL_SAYS
from notifications.messages.wording import in_words
from states.access import REPORTER, SYSTEM, Actor, corrects
from states.casebook.rearranging.following import ENTRIES, Entry
from states.contents.content import Content
from states.tables import Case
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.plans import MeetingKind
from states.vocabulary.spelling import words

#: how much of a text stands for it
_SOME = 60


def correcting(asked: Asked) -> Fields:
    """Which record is corrected; once that is chosen, its fields as they are on record, and why."""
    options = tuple(
        Option(row["id"], called(asked.opened, entry.table, row))
        for entry, row in correctable(asked.opened, asked.by)
    )
    chosen = next((each for each in options if each.value == asked.about), None)
    if chosen is None:
        return (Field("about", "Which record", Ask.ONE, "", options, needed=True),)
    entry, row = record_of(asked.opened, asked.by, asked.about)
    return (
        Field("about", "What is corrected", Ask.SETTLED, "", (chosen,), needed=True, given=(chosen.value,)),
        *of_content(entry.content, asked, row, on_record(entry, row)),
        Field("reason", "Why it is corrected", hint="It stands beside the former wording.", needed=True),
    )


def correctable(opened: Opened, by: Actor) -> Iterator[tuple[Entry, Row]]:
    """The records that somebody who works on a case may correct, kind by kind, the newest first."""
    case = Case(**opened.dossier["case"])
    for entry in ENTRIES:
        for row in reversed(opened.of(entry.table)):
            if corrects(by, case, row[entry.author] or row["by"]) and _is_there(entry, row):
                yield entry, row


def record_of(opened: Opened, by: Actor, about: str) -> tuple[Entry, Row]:
    """One of the records that somebody may correct."""
    return next((entry, row) for entry, row in correctable(opened, by) if row["id"] == about)


def on_record(entry: Entry, row: Row) -> Mapping[str, Any]:
    """What is on record of each field of an entry that may be corrected here, and that is not withheld."""
    held = {name: row[column] for name, column in entry.columns.items()}
    values = {
        name: (None if held[name] == "" else held[name]) if name in held else row["content"].get(name)
        for name in entry.content.model_fields
    }
    # Privacy that was asked for is given up by steps of its own (W-58).
    settled = {"private"} if row.get("private") else set()
    return {
        name: value
        for name, value in values.items()
        if name not in entry.elsewhere
        and name not in settled
        and entry.columns.get(name, name) not in row["withheld"]
    }


def seen_of(content: type[Content], row: Row) -> Mapping[str, Any]:
    """What is on record of each field of a content that is not withheld."""
    return {name: row["content"].get(name) for name in content.model_fields if name not in row["withheld"]}


def _is_there(entry: Entry, row: Row) -> bool:
    """Whether something of a record is on record, and may be seen."""
    if entry.table == "meetings" and row["held_at"] is None:
        return False
    if entry.table == "calls":
        return row["called_at"] is not None
    if entry.table == "stays":
        return row["reviewed_at"] is not None and bool(on_record(entry, row))
    inside = [name for name in entry.content.model_fields if row["content"].get(name) not in (None, "", [])]
    return bool(inside) and bool(on_record(entry, row))


def called(opened: Opened, table: str, row: Row) -> str:
    """A record as a sentence names it: what it is, of when, and by whom."""
    at = opened.when(row.get("received_at") or row.get("held_at") or row["at"])
    by = f" by {opened.who(row['by'])}" if row["by"] not in (REPORTER.id, SYSTEM.id) else ""
    return f"{_CALLED[table](opened, row)}{by}, {at.spelled if at else ''}"


def _text(row: Row, name: str = "text") -> str:
    text = " ".join(str(row["content"].get(name) or "").split())
    return text if len(text) <= _SOME else f"{text[:_SOME].rstrip()}…"


def _screened(_opened: Opened, row: Row) -> str:
    return f"Screening: {row['level']}"


def _assessed(_opened: Opened, row: Row) -> str:
    return f"Assessment: {row['level']}"


def _referred(_opened: Opened, row: Row) -> str:
    return f"Referral: {in_words(ReferralKind(row['kind']))}"


def _answered(_opened: Opened, row: Row) -> str:
    said = "Who took the alarm over" if row["took_over"] else "Answer to the alarm"
    return f"{said}: {_text(row, 'who')}"


_CALLED: Mapping[str, Callable[[Opened, Row], str]] = {
    "reports": lambda _opened, row: f"{capital(words(row['channel']))} report",
    "notes": lambda _opened, row: f"{capital(row['kind'])}: {_text(row)}",
    "screenings": _screened,
    "assessments": _assessed,
    "concurrences": lambda _opened, row: f"Agreement: {_text(row)}",
    "plans": lambda _opened, row: f"{capital(words(row['kind']))} plan",
    "plan_actions": lambda _opened, row: f"Action: {_text(row, 'what')}",
    "reintegration_plans": lambda _opened, _row: "Plan for coming back",
    "check_ins": lambda _opened, row: f"Check-in: {_text(row, 'what')}",
    "meetings": lambda _opened, row: f"Minutes of the {in_words(MeetingKind(row['kind']))}",
    "referrals": _referred,
    "source_queries": lambda opened, row: f"Answer of {opened.pack.called(row['kind'])}",
    "targets": lambda _opened, row: f"In danger: {row['content']['name']}",
    "target_steps": lambda _opened, row: f"For somebody in danger: {_text(row)}",
    "protective_orders": lambda _opened, _row: "Protective order",
    "dispositions": lambda _opened, _row: "How it ended",
    "determinations": lambda _opened, _row: "Health or safety emergency",
    "remarks": lambda _opened, row: f"Reason: {_text(row)}",
    "alarms": lambda _opened, row: f"Alarm: {_text(row)}",
    "alarm_answers": _answered,
    "privacy_talks": lambda _opened, _row: "Talk with the reporter",
    "stays": lambda opened, row: f"Review of how {opened.who(row['member'])} broke the glass",
    "reprisals": lambda _opened, row: f"Whether the reporter is treated badly: {REPRISAL_SAYS[row['word']]}",
    "consents": lambda _opened, row: f"Consent of {_text(row, 'given_by')}",
    "hand_overs": lambda _opened, row: f"Follow-up by {_text(row, 'name')}",
    "calls": lambda _opened, row: f"Call to a reporter: {words(row['outcome'])}",
}
