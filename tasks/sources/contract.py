"""What a data source is: a name, what it answers about, what it needs for that, and one function.

A package brings a source of its own with an entry point in the group ``tatflow.sources`` that names a class
of this shape; :mod:`tasks.sources.registry` finds it. No value of a question or of an answer shows in a
``repr``, and none in the error of a reply that cannot be made.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, Protocol, Self, runtime_checkable

from pydantic import ConfigDict, StringConstraints
from pydantic.dataclasses import dataclass

from states.correspondence.question import Question
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import AnswerStatus, LegalBasis, SourceKind

#: a reason that may be shown anywhere: lower-case words joined by ``_``, never a source's own wording
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]

#: replies come from code that is not ours: they are checked as they are made, and a wrong one shows no value
_CHECKED = ConfigDict(extra="forbid", hide_input_in_errors=True)


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Needs:
    """Which identifiers a source needs for an answer; it is given these and no others.

    Args:
        all_of: every one of these is needed.
        one_of: one of these is needed; the first that is known is given, and no further one.
        any_of: one of these is needed, and each further one helps: for records that do not leave the house.
    """

    all_of: frozenset[IdentifierKind] = frozenset()
    one_of: tuple[IdentifierKind, ...] = ()
    any_of: frozenset[IdentifierKind] = frozenset()

    @property
    def named(self) -> frozenset[IdentifierKind]:
        """Every identifier that may be given."""
        return self.all_of.union(self.one_of, self.any_of)

    def least(self, known: Mapping[IdentifierKind, str]) -> dict[IdentifierKind, str] | None:
        """The least of what is known that the source needs; None when it is not enough.

        Args:
            known: every identifier at hand; blank ones count as unknown.
        """
        usable = {kind for kind, value in known.items() if value.strip()}
        first = next((kind for kind in self.one_of if kind in usable), None)
        enough = usable >= self.all_of and (first is not None or not self.one_of)
        if not enough or (self.any_of and usable.isdisjoint(self.any_of)):
            return None
        given = self.all_of | (self.any_of & usable) | ({first} if first is not None else set())
        return {kind: value for kind, value in known.items() if kind in given} or None


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Fact:
    """One thing that a source knows of the subject (A-02, A-03).

    Args:
        name: what it is about, as on screen; the same for every subject.
        value: what the source says, word for word.
        kind: static facts tell of risk over time, dynamic ones of change.
        observed_at: since when or as of when the source says so; None: it does not say.
    """

    name: str
    value: str = field(repr=False)
    kind: Literal[FactorKind.STATIC, FactorKind.DYNAMIC]
    observed_at: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Provenance:
    """Where an answer comes from.

    Args:
        source: the source's name.
        as_of: when the records that it looked into were made, in UTC; None: as the question was asked.
        retain_until: until when the source lets its answer be kept, in UTC; None: it does not say.
    """

    source: str
    as_of: datetime | None = None
    retain_until: datetime | None = None


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Found:
    """The source knows the subject; it may have nothing to say of them.

    Args:
        facts: what it says.
        provenance: where that comes from.
        missing: what it would say and could not, as ``("guardians",)``; empty: nothing. The team is told, and
            waives it or asks again: a half never passes for the whole.
    """

    status: ClassVar = AnswerStatus.FOUND
    facts: tuple[Fact, ...]
    provenance: Provenance
    missing: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True, config=_CHECKED)
class NotFound:
    """The source has looked, and does not know the subject."""

    status: ClassVar = AnswerStatus.NOT_FOUND
    provenance: Provenance


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Pending:
    """The source will answer later.

    Args:
        ticket: what the source knows the question by.
    """

    status: ClassVar = AnswerStatus.PENDING
    ticket: str = field(repr=False)


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Refused:
    """The source will not answer."""

    status: ClassVar = AnswerStatus.REFUSED
    reason: Code


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Unavailable:
    """The source could not look.

    Args:
        reason: what stood in the way.
        permanent: whether asking again is pointless until somebody changes something.
    """

    status: ClassVar = AnswerStatus.UNAVAILABLE
    reason: Code
    permanent: bool = False


#: the five kinds of answer, which stay distinct for ever; each says as what it is on record
Reply = Found | NotFound | Pending | Refused | Unavailable


@runtime_checkable
class Source(Protocol):
    """Something that answers look-ups; it is asked through :func:`tasks.sources.asking.ask` alone."""

    #: the name of its table in the sources file
    name: str
    #: what it answers about
    kinds: frozenset[SourceKind]
    #: for each of these kinds the identifiers that it needs
    needs: Mapping[SourceKind, Needs]
    #: for each of these kinds on which legal bases it may be asked
    accepts: Mapping[SourceKind, frozenset[LegalBasis]]

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the source that a table of the sources file describes; touches neither file nor network.

        Args:
            name: the table's name.
            table: its entries but ``use``.

        Raises:
            ValidationError: the table does not fit a pydantic model; the registry says which key and why.
        """
        ...

    async def lookup(self, question: Question) -> Reply:
        """Answer one question; must let itself be canceled, and be safe to ask twice.

        Args:
            question: with no identifier but those that :attr:`needs` names.

        Raises:
            StepFailed: it could not look; its code becomes an *unavailable* answer. Whatever else is raised
            becomes one too, with nothing of its text.
        """
        ...


@runtime_checkable
class Checked(Protocol):
    """A source that can be tried without asking it about anybody, as ``tat sources check`` does."""

    async def check(self) -> tuple[str, ...]:
        """See whether the far side can be asked as the table says.

        Returns:
            What stands in the way, each a sentence that says what to do; empty: nothing.

        Raises:
            StepFailed: the far side did not answer.
        """
        ...
