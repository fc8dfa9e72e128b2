"""What may be done about each record on a case's sheets: links to the pages of the steps that do it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from console.shown.case.asked.correcting import called, correctable
from console.shown.case.asked.fields import Field
from console.shown.parts import Link
from console.web.cases.looking import fields_of
from console.web.cases.opening import Case
from console.web.cases.steps.every import STEPS
from states.access import MAY, Actor, why_not
from states.tables import Case as CaseRow

#: what else may be done at any time, seldom needed, under what it is about; most stands beside its record
SELDOM: Mapping[str, tuple[str, ...]] = {
    "Set right what is on record": (
        *("correct", "person", "restore_person", "withdraw_report", "reinstate_report", "agree_false"),
        *("mark_false", "move_report"),
    ),
    "Two cases": ("split", "relate", "unrelate", "unlink", "part"),
    "Orders, privacy, and what leaves": (
        *(
            "file_order",
            "order_paper",
            "end_order",
            "talked",
            "lift_privacy",
            "reprisal",
            "determine",
            "consent",
            "revoke_consent",
        ),
        *("tell", "draft_text"),
    ),
}

#: the steps whose links stand beside what they are about, and what the links say
BESIDE: Mapping[str, str] = {
    "withdraw_report": "Withdraw",
    "reinstate_report": "Let it count again",
    "agree_false": "Agree that it is false",
    "mark_false": "Mark deliberately false",
    "move_report": "Move to another case",
    "restore_person": "Go back to this",
    "same_person": "Same person, or not",
    "unlink": "Take this back",
    "join": "Let it go on there",
    "part": "Let it stand on its own again",
    "unrelate": "Take this back",
    "order_paper": "Add the court's paper",
    "end_order": "It holds no more",
    "talked": "Talked with the reporter",
    "lift_privacy": "Give up their privacy",
    "reprisal": "Treated badly, or not",
    "revoke_consent": "It was taken back",
}


def ways_of(case: Case, by: Actor, sheet: str) -> Mapping[str, tuple[Link, ...]]:
    """The steps that somebody may take about each record, by its id.

    Args:
        case: the case as it was opened.
        by: who looks.
        sheet: the sheet that they look at, to which they come back.
    """
    row = CaseRow(**case.opened.dossier["case"])
    room = f"/cases/{row.number}"
    found = sorted(_found(case, by), key=lambda each: each.record)
    return {
        record: tuple(
            Link(
                each.does,
                f"{room}/steps/{each.step}?about={quote(each.about)}&back={room}/{sheet}",
                of=each.of,
            )
            for each in ways
            if _may(by, each.step, row)
        )
        for record, ways in groupby(found, key=lambda each: each.record)
    }


def _may(by: Actor, step: str, row: CaseRow) -> bool:
    act = STEPS[step].act
    return act is None or why_not(by, MAY[act], row) is None


@dataclass(frozen=True, slots=True)
class _Way:
    """A step about a record: what its form finds chosen, what the link says, what the record is called."""

    record: str
    step: str
    about: str
    does: str
    of: str


def _found(case: Case, by: Actor) -> Iterator[_Way]:
    for entry, row in correctable(case.opened, by):
        yield _Way(row["id"], "correct", row["id"], "Correct", called(case.opened, entry.table, row))
    holds = case.opened.of("subjects")[-1]
    name = holds["content"]["name"] or "name not known"
    yield _Way(holds["id"], "person", "", "Correct who the person is", name)
    for step, says in BESIDE.items():
        one = _chosen_first(case, step, by)
        for option in one.options if one else ():
            for record in _records(case, option.value):
                yield _Way(record, step, option.value, says, option.reads)


def _chosen_first(case: Case, step: str, by: Actor) -> Field | None:
    """The field of a step that says which record, or which other case, it is about; None: there is none."""
    fields = fields_of(case, STEPS[step], by)
    if any(one.needed and one.is_empty for one in fields):
        return None
    asked = {one.name: one for one in fields if isinstance(one, Field)}
    return asked.get("about") or asked.get("other")


def _records(case: Case, value: str) -> Iterator[str]:
    """The records that stand for what may be chosen: itself, or the link or relation with another case."""
    yield value
    opened = case.opened
    yield from (row["id"] for row in opened.of("case_links", other_number=value))
    yield from (
        row["id"]
        for row in opened.of("case_relations")
        if value == f"{row['kind']} {row['side']} {row['other_number']}"
    )
