"""Case files as guards see them, made by hand: no database, only what a guard looks at."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from states.casefile import CaseFile, Section
from states.policy.pack import Pack
from states.tables import Case
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.plans import MeetingKind
from tests.states.conftest import MONDAY

S = Section


def row(seq: int = 5, **columns: Any) -> Any:
    """A record as guards see it, written with ledger event ``seq``."""
    return SimpleNamespace(**({"id": f"row-{seq}", "seq": seq, "by": "officer", "chair": False} | columns))


@dataclass(frozen=True)
class File:
    """One case file: columns of the case, its records, and what the actor gives."""

    case: dict[str, Any] = field(default_factory=dict)
    sections: dict[Section, list[Any]] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)

    def opened(self, pack: Pack) -> CaseFile:
        """The file as the machine gets it; its course began with event 2, its state with event 4."""
        columns: dict[str, Any] = {
            "state": CaseState.MONITORING,
            "began_seq": 2,
            "levels_since": 2,
            "entered_seq": 4,
        } | self.case
        case = Case(
            number="TAT-2026-0001",
            site="silver_city",
            opened_at=MONDAY,
            entered_at=MONDAY,
            changed_at=MONDAY,
            **columns,
        )
        sections = {section: self.sections.get(section, []) for section in Section}
        return CaseFile(case, pack, sections, MONDAY, self.given)


def level(value: Level) -> dict[str, Any]:
    """A level in force, by the assessment of event 3."""
    return {"level": value, "assessment_id": "row-3"}


def assessment(value: Level, seq: int = 5, offices: tuple[str, ...] = (), **columns: Any) -> Any:
    """An assessment on file; for each office somebody took part, of whom the first filed it."""
    people = dict(zip(("officer", "nurse", "dean"), ([office] for office in offices), strict=False))
    given = {"participants": people, "sees_violence": False, "sees_disruption": False} | columns
    return row(seq, level=value, **given)


def held(*, quorate: bool, seq: int = 6, present: tuple[str, ...] = ()) -> Any:
    """A meeting with minutes of ledger event ``seq``."""
    kind = MeetingKind.REVIEW
    return row(held_at=MONDAY, held_seq=seq, quorate=quorate, present=list(present), kind=kind)
