"""What guards look at: one case and the records that matter, loaded beforehand and never written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from states.policy.pack import Pack
from states.tables import Case
from states.vocabulary.cases import CaseState, Level


class Section(StrEnum):
    """A kind of record that a guard may need; :mod:`states.casebook.loading` knows how to load each."""

    SCREENINGS = "screenings"
    CONCURRENCES = "concurrences"
    CONFIRMATIONS = "confirmations"
    REPORTS = "reports"
    QUERIES = "queries"
    ASSESSMENTS = "assessments"
    PLANS = "plans"
    ACTIONS = "actions"
    REINTEGRATION = "reintegration"
    CHECK_INS = "check_ins"
    DISPOSITIONS = "dispositions"
    ALARMS = "alarms"
    MEETINGS = "meetings"
    TARGETS = "targets"


#: the sections whose records are somebody's judgement
JUDGED = frozenset(
    {
        Section.SCREENINGS,
        Section.CONCURRENCES,
        Section.ASSESSMENTS,
        Section.PLANS,
        Section.REINTEGRATION,
        Section.DISPOSITIONS,
    }
)


class Row(Protocol):
    """A database row, by attribute."""

    def __getattr__(self, name: str) -> Any:
        """Give a column's value."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case as guards see it.

    Args:
        case: the case's row.
        pack: the policy in force.
        sections: the loaded records, oldest first, without their contents.
        now: what time it is.
        given: what the actor gives along with the trigger, such as a reason.
    """

    case: Case
    pack: Pack
    sections: Mapping[Section, Sequence[Row]]
    now: datetime
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> CaseState:
        """Where the case stands."""
        return CaseState(self.case.state)

    @property
    def kept_out(self) -> frozenset[str]:
        """Ids of the members who are kept out of the case, and count for nothing in it."""
        return frozenset(self.case.kept_out)

    @property
    def level(self) -> Level | None:
        """The classification in force."""
        return None if self.case.level is None else Level(self.case.level)

    def all(self, section: Section) -> Sequence[Row]:
        """Every record of a section since the present course of the case began.

        What somebody judged who is kept out of the case counts for nothing (W-39).
        """
        rows = [row for row in self.sections[section] if row.seq >= self.case.began_seq]
        if section not in JUDGED or not self.case.kept_out:
            return rows
        return [row for row in rows if row.by not in self.case.kept_out]

    def latest(self, section: Section) -> Row | None:
        """The newest record of a section since the present course of the case began."""
        rows = self.all(section)
        return rows[-1] if rows else None
