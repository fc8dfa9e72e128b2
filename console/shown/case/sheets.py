"""The sheets of a case: each shows one kind of its records, the newest of which its first page tells of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.shown.case import findings, in_danger, leaving, reported
from console.shown.case.asked import for_a_time
from console.shown.case.beside import ratings
from console.shown.case.glance import reporters
from console.shown.case.measures import endings, meetings, plans, referrals
from console.shown.case.opened import Opened
from console.shown.case.told import lines, seen
from console.shown.parts import (
    Moment,
    Part,
    Rank,
    Table,
    Title,
    Tone,
    cell,
    pairs,
    read,
    sentence,
    table,
    title,
)
from console.shown.runs import STATUSES, called, run_of
from states.access import MAY, Act, Actor
from states.casebook.reading.timeline import Happening
from states.vocabulary.effects import EffectStatus

Section = tuple[str, Callable[[Opened], Iterator[Part]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Args:
        name: what it is called in addresses.
        title: what it is called on screen.
        tables: the kinds of record that it counts.
        sections: what stands on it.
        empty: what is said where there is nothing yet: what comes here, and from where.
    """

    name: str
    title: str
    tables: tuple[str, ...]
    sections: tuple[Section, ...]
    empty: str


@dataclass(frozen=True, slots=True)
class Newest:
    """What a case's first page tells of a sheet: how many records, which is the newest, and of when."""

    name: str
    title: str
    count: int
    at: datetime | None
    what: str = ""


def _on_the_case(opened: Opened) -> Iterator[Part]:
    case = opened.dossier["case"]
    yield pairs(
        (
            ("Lead", opened.who(case["lead"]) or "nobody yet"),
            ("By name", [opened.who(member) for member in case["members"]]),
            ("By their office", [opened.pack.office(office).name for office in case["offices"]]),
            ("In the chair's place", [opened.who(member) for member in case["stand_ins"]]),
        )
    )


def _reporters(opened: Opened) -> Iterator[Part]:
    told = reporters(opened)
    if told:
        yield pairs((("Told by", told),))


SHEETS: Mapping[str, Sheet] = {
    each.name: each
    for each in (
        Sheet(
            "people",
            "People",
            ("subjects", "targets", "conflicts", "stays"),
            (
                ("Who the case is about", reported.subject),
                ("Who is on the case", _on_the_case),
                ("Who is, or was, let to it for a time", for_a_time.stays),
                ("Who told", _reporters),
                ("Who may be in danger", in_danger.targets),
                ("Kept out of the case", reported.conflicts),
            ),
            "Nobody is known yet.",
        ),
        Sheet(
            "reports",
            "Reports",
            ("reports",),
            (("Reports of concern", reported.reports), ("Alarms", reported.alarms)),
            "No report is left in this case: each was moved to another one.",
        ),
        Sheet(
            "sources",
            "Sources",
            ("source_queries", "notes", "protective_orders"),
            (
                ("What sources answered", findings.sources),
                ("Interviews, inquiries and observations", findings.notes),
            ),
            "Nothing was asked yet. An inquiry asks the sources; a note may be added any time.",
        ),
        Sheet(
            "assessments",
            "Assessments",
            ("screenings", "ratings", "assessments"),
            (
                ("Screenings", findings.screenings),
                ("Members' own ratings", ratings.ratings),
                ("Assessments", findings.assessments),
            ),
            "Nobody has screened the report yet: a provisional level, and why, is the first step.",
        ),
        Sheet(
            "plan",
            "Plan",
            ("plans", "reintegration_plans", "dispositions"),
            (("Plans and their actions", plans.plans), ("How it ended", endings.dispositions)),
            "There is no plan yet: the team drafts one once an assessment is in force.",
        ),
        Sheet(
            "meetings",
            "Meetings",
            ("meetings",),
            (("Meetings", meetings.meetings),),
            "No meeting was called yet: opening an inquiry calls one, and so does whoever convenes the team.",
        ),
        Sheet(
            "referrals",
            "Referrals",
            ("referrals",),
            (("Referrals", referrals.referrals),),
            "Nothing was referred yet: a plan names its referrals, which leave once it is in action.",
        ),
        Sheet(
            "messages",
            "Messages",
            ("notices", "disclosures", "releases", "disclosure_requests", "consents"),
            (
                ("Messages", leaving.messages),
                ("What left the team", leaving.left),
                ("What stayed, and what was consented to", leaving.stayed),
            ),
            "Nothing has left the team yet.",
        ),
        Sheet(
            "history",
            "History",
            ("remarks", "corrections"),
            (("Reasons given", endings.reasons), ("Corrections", endings.corrections)),
            "Nothing has happened yet.",
        ),
    )
}


#: the files have a page of their own, where they are added and opened
FILES = Sheet("files", "Files", ("attachments",), (), "")

#: what every page of a case leads to
ROOMS = (*SHEETS.values(), FILES)


def newest(opened: Opened, happened: Sequence[Happening]) -> tuple[Newest, ...]:
    """What a case's first page tells of each sheet.

    Args:
        opened: the case as it was opened.
        happened: its events, oldest first: each record came with one.
    """
    at = {each.seq: each.at for each in happened}
    return tuple(
        Newest(each.name, each.title, *_counted(opened, each, at), _headline(opened, each)) for each in ROOMS
    )


def _counted(opened: Opened, sheet: Sheet, at: Mapping[int, datetime]) -> tuple[int, datetime | None]:
    rows = [row for name in sheet.tables for row in opened.of(name)]
    moments = [row.get("at") or at.get(row.get("seq", 0)) for row in rows]
    return len(rows), max(filter(None, moments), default=None)


def _headline(opened: Opened, sheet: Sheet) -> str:
    """The newest record of a sheet, as its heading or the line of its table has it."""
    if sheet.name == "history":
        return ""
    found = list[tuple[datetime, str]]()
    for part in (part for _, section in sheet.sections for part in section(opened)):
        if isinstance(part, Title) and part.rank is Rank.RECORD:
            said, *more = part.cells
            found += [(each.at, said.reads) for each in more if isinstance(each, Moment)]
        elif isinstance(part, Table):
            found += [(row[0].at, read(row[1])) for row in part.rows if isinstance(row[0], Moment)]
    return max(found, key=lambda each: each[0], default=(None, ""))[1]


def shown(
    opened: Opened, sheet: Sheet, happened: Sequence[Happening], by: Actor, *, runs_at: str
) -> list[Part]:
    """A sheet, part by part.

    Args:
        opened: the case as it was opened.
        sheet: which sheet.
        happened: the case's events, oldest first.
        by: who reads it.
        runs_at: the address that the id of a Prefect run completes.
    """
    parts = _happened(opened, happened, by, runs_at) if sheet.name == "history" else []
    for heading, section in sheet.sections:
        found = list(section(opened))
        if found:
            parts += [title(heading, rank=Rank.SECTION), *found]
    return parts or [sentence(sheet.empty)]


def _happened(opened: Opened, happened: Sequence[Happening], by: Actor, runs_at: str) -> list[Part]:
    parts: list[Part] = [
        title("What happened", rank=Rank.SECTION),
        table(
            ("#When", "Who", "What", "More"),
            ((opened.when(each.at), each.who, each.what, each.more) for each in lines(opened, happened)),
        ),
        title("Who has seen it", rank=Rank.SECTION),
        table(
            ("Who", "Times", "#Last"),
            ((each.who, each.times, opened.when(each.last)) for each in seen(opened, happened)),
        ),
    ]
    if opened.effects:
        parts += [title("What the case owes, and has done", rank=Rank.SECTION), _effects(opened, by, runs_at)]
    return parts


def _effects(opened: Opened, by: Actor, runs_at: str) -> Part:
    """What the case owes; whoever looks after the machines sees which run does it."""
    runs = not by.roles.isdisjoint(MAY[Act.OPERATE])
    return table(
        ("What", "#Status", "Attempt", "#Owed", "#Done", *(("#Prefect run",) if runs else ())),
        (
            (
                called(each),
                cell(
                    STATUSES[EffectStatus(each.status)],
                    Tone.LATE if each.status == EffectStatus.STUCK else Tone.PLAIN,
                ),
                each.attempt,
                opened.when(each.created_at),
                opened.when(each.done_at),
                *((run_of(each, runs_at),) if runs else ()),
            )
            for each in opened.effects
        ),
    )
