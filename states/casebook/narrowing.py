"""Narrowing: of the cases that somebody may see, those of one state, site or level, or their own."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func

from states.access import named
from states.tables import Case, table_of
from states.vocabulary.cases import CaseState, Level

_CASES = table_of(Case)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which cases are looked at; what is empty narrows nothing.

    Args:
        state: only those in this state.
        site: only those whose first site has this code.
        level: only those at this level: the one in force, or the provisional one.
        mine: id of a member: only those that they lead, or are on by name.
    """

    state: CaseState | None = None
    site: str = ""
    level: Level | None = None
    mine: str = ""

    @property
    def is_every(self) -> bool:
        """Whether it narrows nothing."""
        return self == EVERY

    def where(self) -> list[ColumnElement[bool]]:
        """The same in SQL, of a case's row."""
        case = _CASES.c
        conditions: list[ColumnElement[bool]] = []
        if self.state is not None:
            conditions.append(case.state == self.state)
        if self.site:
            conditions.append(case.site == self.site)
        if self.level is not None:
            conditions.append(func.coalesce(case.level, case.provisional_level) == self.level)
        if self.mine:
            mine = named(self.mine)
            conditions.append(mine.where(mine.selected_columns[0] == case.id).exists())
        return conditions


#: every case that somebody may see
EVERY = Narrowed()
