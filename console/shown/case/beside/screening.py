"""What whoever screens a report reads in a minute: what was reported, and earlier cases of the person."""

from collections.abc import Iterator
from dataclasses import dataclass

from console.shown.case.glance import SHAPES
from console.shown.case.opened import Opened, Row, Says, withheld
from console.shown.case.reported import LINKS_SAY
from console.shown.parts import Part, Text, Tone, codes, pairs, title
from states.casebook.reading.overview import CaseLine
from states.vocabulary.cases import CaseState, Level, ReportStanding
from states.vocabulary.people import LinkStatus
from states.vocabulary.spelling import words


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another case that is about the same person, or may be.

    Args:
        number: its number.
        says: what was decided of the two, or why they may be.
        stands: where it stands, and at which level; empty: it is not theirs to open.
        is_suggested: whether nobody has decided about the two yet.
    """

    number: str
    says: str
    stands: str
    is_suggested: bool


def reported(opened: Opened) -> Iterator[Part]:
    """What was reported, the newest first, in the words of whoever told; no more than a screening takes."""
    for row in reversed(opened.of("reports")):
        if not row["moved_to"] and row["standing"] == ReportStanding.STANDS:
            received = opened.when(row["received_at"], Tone.SOFT)
            yield title(Text("Report", Tone.STRONG), *((received,) if received else ()))
            yield pairs(_of_report(row))


def _of_report(row: Row) -> Says:
    said = row["content"]
    return [
        ("Danger", "IMMINENT" if row["imminent"] else ""),
        ("What makes it one", codes(said.get("dangers", ()))),
        ("Behavior of concern", said["behaviour_of_concern"]),
        ("Specific threat", said["specific_threat_or_event"]),
        ("Threatened for", said.get("threatened_for")),
        ("Kinds", codes([*said["behaviours"], *said["means"], *said["timing"]])),
        ("Able to carry it out", said.get("ability", "unknown")),
        ("In danger", codes(said.get("endangered", ()))),
        ("Occurred", f"{said['occurred_on'] or ''} {said['occurred_at']}".strip()),
        *withheld(row),
    ]


def earlier(opened: Opened, lines: dict[str, CaseLine]) -> list[Earlier]:
    """Other cases of the person, or of somebody who may be them.

    Args:
        opened: the case.
        lines: where those stand that whoever looks may open, by number.
    """
    return [
        Earlier(
            link["other_number"],
            _says(link),
            _stands(lines[link["other_number"]]) if link["other_number"] in lines else "",
            link["status"] == LinkStatus.CANDIDATE,
        )
        for link in opened.of("case_links")
        if link["status"] != LinkStatus.WITHDRAWN
    ]


def _says(link: Row) -> str:
    why = ", ".join(words(reason) for reason in link["reasons"])
    said = LINKS_SAY[link["status"]]
    return f"{said} ({why})" if why else said


def _stands(line: CaseLine) -> str:
    level = line.level or line.provisional_level
    shown = f"{SHAPES[Level(level)]} {level}, " if level else ""
    return f"{shown}{CaseState(line.state)}"
