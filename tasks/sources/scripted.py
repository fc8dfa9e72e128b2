"""A fake source that answers from a script: for tests, for the demo, and for trying a set-up out.

::

    [police]
    use = "scripted"
    accepts = ["law_enforcement_partner"]    # may be left out: every basis

    [police.answers.past_contacts]
    answer = "pending"                       # found, not_found, pending, refused, unavailable or raise
    ticket = "T-1"                           # of pending
    needs = ["campus_id"]                    # may be left out: any identifier will do
    delay = 0.5                              # seconds before it answers; may be left out: none

    [police.answers.weapons_registration]
    answer = "found"
    facts = [{ name = "Registered weapons", value = "none", kind = "dynamic", observed_at = 2026-03-02 }]
    knows = ["900000001"]                    # whom it is about: others are not found; left out: everybody
    missing = ["calibers"]                   # what it would say and cannot; may be left out: nothing

``reason`` is the code of refused and unavailable, ``permanent`` goes with unavailable, ``text`` with raise.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from states.correspondence.question import Question
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.contract import (
    Code,
    Fact,
    Found,
    Needs,
    NotFound,
    Pending,
    Provenance,
    Refused,
    Reply,
    Unavailable,
)


class _Answer(BaseModel):
    """What is answered about one kind."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    answer: Literal["found", "not_found", "pending", "refused", "unavailable", "raise"]
    needs: frozenset[IdentifierKind] = frozenset(IdentifierKind)
    delay: float = Field(default=0.0, ge=0)
    facts: tuple[Fact, ...] = ()
    missing: tuple[Code, ...] = ()
    knows: frozenset[str] | None = None
    ticket: str = "scripted"
    reason: Code = "scripted"
    permanent: bool = False
    text: str = "scripted"


class _Script(BaseModel):
    """The source's table in the sources file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    accepts: frozenset[LegalBasis] = frozenset(LegalBasis)
    answers: dict[SourceKind, _Answer]


class ScriptedError(Exception):
    """What the script says that the source raises."""


class ScriptedSource:
    """Answers as its script says, and remembers what it was asked.

    Args:
        name: the source's name.
        script: its table in the sources file.
    """

    def __init__(self, name: str, script: _Script) -> None:
        self.name = name
        self.kinds: frozenset[SourceKind] = frozenset(script.answers)
        self.needs: Mapping[SourceKind, Needs] = {
            kind: Needs(any_of=answer.needs) for kind, answer in script.answers.items()
        }
        self.accepts: Mapping[SourceKind, frozenset[LegalBasis]] = dict.fromkeys(self.kinds, script.accepts)
        #: every question so far, oldest first
        self.asked: list[Question] = []
        self._answers = script.answers

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the source that a table describes, as shown at the top of this module.

        Raises:
            ValidationError: the table lacks something, or holds something that cannot be used.
        """
        return cls(name, _Script.model_validate(table))

    async def lookup(self, question: Question) -> Reply:
        """Answer as the script says.

        Raises:
            ScriptedError: the script says ``raise``.
        """
        self.asked.append(question)
        line = self._answers[question.kind]
        await asyncio.sleep(line.delay)
        provenance = Provenance(self.name)
        if line.knows is not None and line.knows.isdisjoint(question.identifiers.values()):
            return NotFound(provenance)
        match line.answer:
            case "found":
                return Found(line.facts, provenance, line.missing)
            case "not_found":
                return NotFound(provenance)
            case "pending":
                return Pending(line.ticket)
            case "refused":
                return Refused(line.reason)
            case "unavailable":
                return Unavailable(line.reason, permanent=line.permanent)
            case "raise":
                raise ScriptedError(line.text)
