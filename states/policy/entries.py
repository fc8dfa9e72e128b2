"""Entries of a policy pack on the process: levels, clocks, quorum, sources, what leaves, what is owed."""

from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from states.policy.terms import (
    CRITERION_ID,
    ClockTime,
    Code,
    Duration,
    Entry,
    Span,
    Strict,
    Text,
)
from states.vocabulary.cases import Level
from states.vocabulary.danger import Behaviour, Danger
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind, ReferralKind
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.plans import MeetingKind, PlanKind
from states.vocabulary.sources import LegalBasis, SourceKind


class Criterion(Strict):
    """One criterion of a level, in the plan's words."""

    id: Annotated[str, StringConstraints(pattern=CRITERION_ID)]
    text: Text

    def __str__(self) -> str:
        return self.text


class LevelEntry(Entry):
    """A level of risk (W-05): its criteria, and what it asks for."""

    title: Text
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    plan: PlanKind | None = None
    reassess_days: int | None = Field(default=None, gt=0, le=366)
    meeting: MeetingKind | None = None


class ConditionEntry(Entry):
    """A condition the team may observe (W-06), with the plan's examples."""

    title: Text
    examples: Annotated[tuple[Text, ...], Field(min_length=1)]


class Reminders(Entry):
    """When a clock reminds, escalates, and counts as stuck; ``title`` is its name on screen."""

    title: Text
    #: before the due time
    remind_before: Span
    #: after the due time
    escalate_after: Span
    #: after the due time
    stuck_after: Span

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.stuck_after.delta <= self.escalate_after.delta:
            raise ValueError("stuck_after must be longer than escalate_after")
        return self


class ClockTerms(Reminders):
    """A clock's length and reminders."""

    duration: Duration

    @model_validator(mode="after")
    def _reminds_in_time(self) -> Self:
        if self.remind_before.delta >= self.duration.nominal:
            raise ValueError("remind_before must be shorter than the duration")
        return self


class LevelClock(Entry):
    """A clock whose length depends on the level; it does not run for a level that is not named."""

    per_level: Annotated[dict[Level, ClockTerms], Field(min_length=1)]


#: which of the three shapes below a clock's table has; the tags are stripped from what people read
CLOCK_SHAPES = ("(terms)", "(per level)", "(reminders)")


def _clock_shape(table: Any) -> str:
    keys = table if isinstance(table, dict) else type(table).model_fields
    terms, per_level, reminders = CLOCK_SHAPES
    if "per_level" in keys:
        return per_level
    return terms if "duration" in keys else reminders


#: a clock as the pack states it; bare reminders are for the clock whose length the levels give
ClockEntry = Annotated[
    Annotated[ClockTerms, Tag(CLOCK_SHAPES[0])]
    | Annotated[LevelClock, Tag(CLOCK_SHAPES[1])]
    | Annotated[Reminders, Tag(CLOCK_SHAPES[2])],
    Discriminator(_clock_shape),
]


class Examples(Entry):
    """The plan's own examples, which whoever reports is shown (W-52)."""

    emergency: dict[Danger, Text]
    other: Annotated[tuple[Text, ...], Field(min_length=1)]


class MeasuresEntry(Entry):
    """Measures that a plan may take in one area, for whoever drafts one to choose from (W-10)."""

    what: Annotated[tuple[Text, ...], Field(min_length=1)]


class Quorum(Entry):
    """How many offices an assessment needs, and which of them in any case."""

    offices: int = Field(gt=0)
    required: tuple[Code, ...] = ()


class Question(Entry):
    """A question that guides the talk about a case, in meetings of these kinds (U-04)."""

    asks: Text
    meetings: Annotated[tuple[MeetingKind, ...], Field(min_length=1)]


class Topic(Entry):
    """What the team talks about when it meets without a case (W-55)."""

    title: Text
    #: whether the figures of the last semester are shown beside it
    with_figures: bool = False


class Discussion(Strict):
    """What guides the team's meetings."""

    questions: dict[Code, Question]
    topics: Annotated[dict[Code, Topic], Field(min_length=1)]


class Route(Entry):
    """Where a referral of one kind goes for subjects of these affiliations."""

    kind: ReferralKind
    affiliations: Annotated[tuple[Affiliation, ...], Field(min_length=1)]
    office: Code
    #: the handbook under which discipline is recommended (W-22)
    handbook: Text | None = None


class Road(Entry):
    """By which offices a report of some behavior comes when these people are in danger (W-54)."""

    behaviour: Behaviour
    #: what whoever is in danger is
    endangered: Annotated[tuple[Affiliation, ...], Field(min_length=1)]
    #: who may take the report
    taken_by: Annotated[tuple[Code, ...], Field(min_length=1)]
    #: who is told of each
    tell: Annotated[tuple[Code, ...], Field(min_length=1)]


class Handover(Entry):
    """The offices that follow up after closing (W-28)."""

    offices: Annotated[tuple[Code, ...], Field(min_length=1)]


class News(Entry):
    """What the team hears at once, and how long other news is gathered into one message."""

    #: what notices are about: triggers of the process table, and what else the team is told (`ALSO_TOLD`)
    at_once: tuple[Code, ...]
    gather: Span


class DispositionEntry(Entry):
    """Who may be told how the matter ended (W-27)."""

    tell: tuple[Literal["reporter"], ...]


class OwnKind(Entry):
    """A kind of source that none of the built-in ones is, such as the door swipes of a card system."""

    #: as people read it, within a sentence
    title: Text
    #: whether the institution keeps these records, or a partner does: the gate goes by that
    held_by: Literal[RecipientKind.RECORD_HOLDER, RecipientKind.PARTNER]
    #: on which legal bases it may be asked
    bases: Annotated[tuple[LegalBasis, ...], Field(min_length=1)]
    #: days that an answer is kept, if its source does not set fewer; None: as long as the case
    keep_days: int | None = Field(default=None, gt=0, le=366 * 100)


class RequiredSource(Entry):
    """A kind of source: asked for whom, on which basis, for what, and what it may be told at most."""

    kind: SourceKind
    #: whether every inquiry asks it, or only somebody who says why
    ask: Literal["every_inquiry", "on_request"] = "every_inquiry"
    affiliations: Annotated[tuple[Affiliation, ...], Field(min_length=1)]
    basis: LegalBasis
    purpose: Text
    identifiers: Annotated[tuple[IdentifierKind, ...], Field(min_length=1)]


class DisclosureRule(Entry):
    """What may be told to whom, for which purposes, and on which legal bases (W-35 to W-39)."""

    to: Annotated[tuple[RecipientKind, ...], Field(min_length=1)]
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1)]
    what: Annotated[tuple[Disclosed, ...], Field(min_length=1)]
    bases: Annotated[tuple[LegalBasis, ...], Field(min_length=1)]
    #: the bases that need the case's emergency determination (W-35)
    needs_determination: tuple[LegalBasis, ...] = ()
    #: the one office that may release it
    only_through: Code | None = None
    #: the office that has to have agreed, by somebody's name, to the very text (W-38)
    agreed_by: Code | None = None
    #: whether it goes into the person's record of disclosures (34 CFR 99.32)
    recorded: bool = True


class Emergency(Entry):
    """The offices whose members may determine a health or safety emergency (W-35; 34 CFR 99.36)."""

    officials: Annotated[tuple[Code, ...], Field(min_length=1)]


class Audit(Entry):
    """What counts as odd about a question to a source (P-03)."""

    #: office hours on working days, HH:MM in the site's time; what is not urgent is asked within them
    duty_from: ClockTime
    duty_to: ClockTime
    #: how often one kind of question about one person may be put within so many hours
    repeats: int = Field(gt=0, le=1000)
    repeats_within_hours: int = Field(gt=0, le=24 * 366)


class Reintegration(Entry):
    """The gravest level at which reintegration may begin (W-45)."""

    ceiling: Level


class Closing(Entry):
    """The gravest level at which a case may close when the team gives a reason (W-26)."""

    ceiling_with_reason: Level


class EffectEntry(Entry):
    """How often an effect is attempted, how long it waits in between, and whether it goes first.

    An alarm has a lane of its own and is tried for ever; after its attempts people are told that it is not
    through.
    """

    attempts: int = Field(gt=0, le=100)
    #: seconds before the second attempt, the third, …; the last figure goes on
    retry_seconds: Annotated[tuple[Annotated[float, Field(gt=0, le=86400)], ...], Field(min_length=1)]
    urgent: bool
    #: whether somebody may get hurt while it waits
    alarm: bool = False

    def wait(self, attempt: int) -> timedelta:
        """How long to wait after that attempt (1 for the first) has failed."""
        return timedelta(seconds=self.retry_seconds[min(attempt, len(self.retry_seconds)) - 1])
