"""The partner protocol's answers: what a law-enforcement partner may tell of each kind, and nothing else.

The protocol is written down in ``docs/partner-protocol.yaml``. A partner runs the query in its own systems.
We keep what class its answer is of, a reference to phone about, until when both may be kept, and the few
facts that :data:`TERMS` lists for the kind. An answer that holds anything else is refused as a whole: what
must not be kept is best not taken in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
)

from states.errors import StepFailed
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import SourceKind
from tasks.sources.contract import (
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

#: facts that a hit may carry
MOST_FACTS = 8

Ticket = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")]


def _written_out(moment: object) -> object:
    """A moment as RFC 3339 has it: what is a number in letters is not one."""
    if not isinstance(moment, str) or moment[4:5] != "-":
        msg = "not a date-time of RFC 3339"
        raise ValueError(msg)
    return moment


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written_out)]
Factor = Literal[FactorKind.STATIC, FactorKind.DYNAMIC]


@dataclass(frozen=True, slots=True)
class FactTerm:
    """A fact that a partner may give.

    Args:
        label: what it is, as on screen.
        kind: static facts tell of risk over time, dynamic ones of change (A-02, A-03).
        value: what its value is: words, a count from 0 on, or a day.
    """

    label: str
    kind: Factor
    value: Literal["words", "count", "day"] = "words"

    def allows(self, value: str | int) -> bool:
        """Whether a value is of the fact's type."""
        match self.value:
            case "count":
                return isinstance(value, int)
            case "day":
                return isinstance(value, str) and _is_day(value)
            case "words":
                return isinstance(value, str)


@dataclass(frozen=True, slots=True)
class KindTerms:
    """What is asked and may be answered about one kind.

    Args:
        needs: the identifiers that a partner needs.
        classes: the classes a hit may be of, and how each is called on screen.
        kind: whether that there is a hit is a static or a dynamic fact.
        facts: the facts that a hit may carry, by their names in the protocol.
    """

    needs: Needs
    classes: Mapping[str, str]
    kind: Factor
    facts: Mapping[str, FactTerm] = field(default_factory=dict)


_PERSON = Needs(all_of=frozenset({IdentifierKind.NAME, IdentifierKind.DATE_OF_BIRTH}))

#: for each kind that a partner may be asked about (U-02, U-03, P-06, W-42), what is asked and answered
TERMS: Mapping[SourceKind, KindTerms] = {
    SourceKind.SOCIAL_MEDIA: KindTerms(
        Needs(one_of=(IdentifierKind.SOCIAL_HANDLE, IdentifierKind.EMAIL, IdentifierKind.NAME)),
        {"concerning_posts": "Posts of concern"},
        FactorKind.DYNAMIC,
        {
            "platform": FactTerm("Platform", FactorKind.DYNAMIC),
            "posts_of_concern": FactTerm("Posts of concern", FactorKind.DYNAMIC, "count"),
            "newest_post_on": FactTerm("Newest post of concern", FactorKind.DYNAMIC, "day"),
        },
    ),
    SourceKind.WEAPONS_REGISTRATION: KindTerms(
        _PERSON,
        {"registered": "Weapons are registered", "permit": "A permit, and no weapon registered"},
        FactorKind.DYNAMIC,
        {
            "weapons_registered": FactTerm("Weapons registered", FactorKind.DYNAMIC, "count"),
            "registered_since": FactTerm("Registered since", FactorKind.STATIC, "day"),
        },
    ),
    SourceKind.PAST_CONTACTS: KindTerms(
        Needs(
            any_of=frozenset({IdentifierKind.LICENSE_PLATE, IdentifierKind.PLACE, IdentifierKind.OCCURRED_ON})
        ),
        {"contact": "Past contact with police"},
        FactorKind.STATIC,
        {
            "incident": FactTerm("Nature of contact", FactorKind.STATIC),
            "outcome": FactTerm("Outcome", FactorKind.STATIC),
        },
    ),
    SourceKind.COURT_REGISTRANTS: KindTerms(
        _PERSON,
        {"registrant": "A court has the person register"},
        FactorKind.STATIC,
        {
            "jurisdiction": FactTerm("Jurisdiction", FactorKind.STATIC),
            "registered_until": FactTerm("To register until", FactorKind.DYNAMIC, "day"),
        },
    ),
    SourceKind.PROTECTIVE_ORDERS: KindTerms(
        _PERSON,
        {"bound": "An order binds the person", "protected": "An order protects the person"},
        FactorKind.DYNAMIC,
        {
            "court": FactTerm("Court", FactorKind.STATIC),
            "in_force_until": FactTerm("In force until", FactorKind.DYNAMIC, "day"),
        },
    ),
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class _Answer(_Strict):
    ticket: Ticket
    kind: Literal[
        SourceKind.SOCIAL_MEDIA,
        SourceKind.WEAPONS_REGISTRATION,
        SourceKind.PAST_CONTACTS,
        SourceKind.COURT_REGISTRANTS,
        SourceKind.PROTECTIVE_ORDERS,
    ]


class Waiting(_Answer):
    """Nobody has answered yet; *approved*: the partner has agreed to run the query."""

    status: Literal["pending", "approved"]


class Denied(_Answer):
    """The partner will not run the query."""

    status: Literal["denied"]
    answered_at: Moment
    reason: Literal["no_authority", "not_permitted", "too_little_given", "withdrawn", "other"]


class GivenFact(_Strict):
    """A fact that the partner chose to give."""

    name: str
    value: Words | Annotated[int, Field(ge=0, le=1_000_000)]
    observed_at: date | None = None


class Hit(_Answer):
    """The query found something."""

    status: Literal["hit"]
    answered_at: Moment
    hit_class: str = Field(alias="class")
    reference: Words
    retention_until: Moment
    facts: Annotated[tuple[GivenFact, ...], Field(max_length=MOST_FACTS, strict=False)] = ()


class NoHit(_Answer):
    """The query found nothing."""

    status: Literal["no_hit"]
    answered_at: Moment
    retention_until: Moment


class Expired(_Answer):
    """Nobody answered while an answer was wanted."""

    status: Literal["expired"]


AnyAnswer = Waiting | Denied | Hit | NoHit | Expired


class AnswerDocument(RootModel[Annotated[AnyAnswer, Field(discriminator="status")]]):
    """An answer as it travels, in a response or in a callback."""

    model_config = ConfigDict(hide_input_in_errors=True)


def reply_of(answer: AnyAnswer, source: str) -> Reply:
    """A partner's answer as a source's reply.

    Args:
        answer: what the partner says.
        source: the source's name.

    Raises:
        StepFailed: ``wrong_schema``: a hit is of a class, or carries a fact, that its kind does not know.
    """
    match answer:
        case Waiting():
            return Pending(answer.ticket)
        case Denied():
            return Refused(f"denied_{answer.reason}")
        case Hit():
            return Found(_facts(answer), _provenance(answer, source))
        case NoHit():
            return NotFound(_provenance(answer, source))
        case Expired():
            return Unavailable("expired")


def _provenance(answer: Hit | NoHit, source: str) -> Provenance:
    return Provenance(source, _utc(answer.answered_at), _utc(answer.retention_until))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _facts(hit: Hit) -> tuple[Fact, ...]:
    terms = TERMS[hit.kind]
    called = terms.classes.get(hit.hit_class)
    if called is None or any(not _allowed(terms, given) for given in hit.facts):
        raise StepFailed("wrong_schema", permanent=True)
    said = [Fact("Answer", called, terms.kind), Fact("Reference to phone about", hit.reference, terms.kind)]
    for given in hit.facts:
        term = terms.facts[given.name]
        said.append(Fact(term.label, str(given.value), term.kind, given.observed_at))
    return tuple(said)


def _allowed(terms: KindTerms, given: GivenFact) -> bool:
    term = terms.facts.get(given.name)
    return term is not None and term.allows(given.value)


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
