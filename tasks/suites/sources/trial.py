"""One source on trial: what it is asked, and every value that it must keep to itself."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from states.correspondence.question import Question
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import SourceKind
from tasks.sources.asking import ask
from tasks.sources.contract import Found, Pending, Reply, Source
from tasks.suites import trial as trials
from tasks.suites.trial import INVENTED, NOW, NotTried, Trial, Watched, long_enough

#: shorter facts than this are part of other words too often to be looked for
SHORTEST_FACT = 8


@dataclass(slots=True)
class SourceTrial(Trial):
    """What a source is tried with.

    Args:
        known: identifiers of a subject that it knows; empty: none can be named.
        unknown: identifiers of a subject that it does not know; empty: invented ones.
        kinds: which of its kinds are tried; empty: all.
    """

    known: Mapping[IdentifierKind, str] = field(default_factory=dict, repr=False)
    unknown: Mapping[IdentifierKind, str] = field(default_factory=dict, repr=False)
    kinds: frozenset[SourceKind] = frozenset()

    protocol: ClassVar[type[Any]] = Source
    one: ClassVar[str] = "source"
    written_down: ClassVar[str] = "tatflow.sources.Source"
    parts: ClassVar[str] = "name, kinds, needs, accepts and lookup"
    option: ClassVar[str] = "--tat-source"

    def tried(self, source: Source) -> list[SourceKind]:
        """The kinds of question that are tried.

        Raises:
            NotTried: it accepts no basis, or the known subject's identifiers are not enough for any kind.
        """
        kinds = sorted(kind for kind in source.kinds if not self.kinds or kind in self.kinds)
        if not all(source.accepts.get(kind) for kind in kinds):
            raise NotTried("It accepts no basis to be asked on. See to that first.")
        if self.known:
            kinds = [kind for kind in kinds if source.needs[kind].least(self.known) is not None]
        if kinds:
            return kinds
        raise NotTried(
            "The known subject's identifiers are not enough for any kind of question. Name more of them."
        )

    def question(
        self, source: Source, kind: SourceKind, about: Mapping[IdentifierKind, str] | None = None, **more: Any
    ) -> Question:
        """A question; about the known subject, unless it is told about whom.

        Args:
            source: whom it goes to.
            kind: what it is about.
            about: other identifiers.
            more: further fields of the question, instead of the usual ones.
        """
        usual: dict[str, Any] = {
            "kind": kind,
            "identifiers": about or self.known or INVENTED,
            "purpose": "A trial of the contract suite",
            "basis": min(source.accepts[kind]),
            "requester": "contract-suite",
            "case_number": "TAT-0000-0000",
            "id": f"contract-suite-{kind}-{'other' if about else 'known'}",
            "now": NOW,
        }
        return Question(**(usual | more))

    def stranger(self) -> Mapping[IdentifierKind, str]:
        """Identifiers of a subject that the source does not know."""
        return self.unknown or INVENTED

    async def ask(self, source: Source, question: Question) -> Reply:
        """Ask as a case does, through the one door.

        Raises:
            Broken: it goes on although its time is up.
        """
        asking = asyncio.ensure_future(ask(source, question, timeout=self.timeout))
        await self.end(asking, self.timeout + trials.PATIENCE)
        return asking.result()

    def watched(self, source: Source, question: Question) -> tuple[Question, Watched]:
        """The question with the least that the source needs, and the mapping that sees what it reads."""
        given = Watched(source.needs[question.kind].least(question.identifiers) or {})
        bare = Question(**{**_fields(question), "identifiers": {}})
        # Making a question copies its mapping: this one has to stay the one that watches.
        object.__setattr__(bare, "identifiers", given)
        return bare, given

    def private(self, replies: Sequence[Reply] = ()) -> set[str]:
        """Every value that may show nowhere: of subjects, of answers, and secrets that the table names."""
        given = {*self.known.values(), *self.unknown.values(), *INVENTED.values(), *self.secrets()}
        given.update(reply.ticket for reply in replies if isinstance(reply, Pending))
        facts = {fact.value for reply in replies if isinstance(reply, Found) for fact in reply.facts}
        return long_enough(given) | long_enough(facts, SHORTEST_FACT)


def _fields(question: Question) -> dict[str, Any]:
    return {name: getattr(question, name) for name in question.__dataclass_fields__}
