"""What a guard is: a small pure function that says what is missing, and who can clear it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from states.casefile import CaseFile, Row, Section
from states.errors import Missing

Check = Callable[[CaseFile], str | None]
Condition = Callable[[CaseFile], bool]

THE_TEAM = "any member on the case"
A_SECOND = "a member who did not write it"
THE_CHAIR = "the chair"
YOU = "you, by giving a reason"


class SayWhy(str):
    """What is missing is a reason, which whoever fires the trigger gives along with it.

    Args:
        sentence: what is missing.
        given: what the reason is called.
    """

    __slots__ = ("given",)

    given: str

    def __new__(cls, sentence: str, given: str = "reason") -> Self:
        """A sentence that knows which reason is missing."""
        made = super().__new__(cls, sentence)
        made.given = given
        return made


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard: its check, who can clear it, its clause, and the sections it needs."""

    name: str
    check: Check
    who: str
    clause: str
    needs: frozenset[Section]

    def missing(self, file: CaseFile) -> Missing | None:
        """What is missing for this guard to hold, or None."""
        sentence = self.check(file)
        if sentence is None:
            return None
        given = sentence.given if isinstance(sentence, SayWhy) else ""
        return Missing(self.name, str(sentence), self.who, self.clause, given)


GUARDS: dict[str, Guard] = {}

#: conditions of effects, with the sections each needs
CONDITIONS: dict[str, tuple[Condition, frozenset[Section]]] = {}


def guard(who: str, clause: str, *needs: Section) -> Callable[[Check], Check]:
    """Make a function a guard: who can clear it, its clause, and the sections it looks at."""

    def register(check: Check) -> Check:
        name = check.__name__
        GUARDS[name] = Guard(name, check, who, clause, frozenset(needs))
        return check

    return register


def condition(*needs: Section) -> Callable[[Condition], Condition]:
    """Make a function a condition of effects, with the sections it looks at."""

    def register(check: Condition) -> Condition:
        CONDITIONS[check.__name__] = (check, frozenset(needs))
        return check

    return register


@guard(YOU, "W-08")
def reason_given(file: CaseFile) -> str | None:
    """The actor says why."""
    return None if file.given.get("reason") else SayWhy("Say why: this step needs a reason (--reason).")


def concurred(file: CaseFile, record: Row) -> bool:
    """Whether a second member, who is not kept out, agreed with a record."""
    mine = {record.by} | file.kept_out
    return any(c.about == record.id and c.by not in mine for c in file.all(Section.CONCURRENCES))


def named(who: str) -> str:
    """Somebody in a sentence, by id, so marked that whatever shows it can put a name there."""
    return f"@{who}"


def listed(parts: list[str]) -> str:
    """Parts of a sentence as a list: a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
