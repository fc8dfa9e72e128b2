"""What members write in an inquiry: notes, assessments, answers, reasons, corrections."""

from typing import Annotated, Any

from pydantic import (
    Field,
    StringConstraints,
)

from states.contents.content import Content, Line, Prose, Statement
from states.errors import BadInput
from states.vocabulary.cases import FactorKind, Level
from states.vocabulary.danger import Ability, Condition


class RemarkContent(Content):
    """A reason or a comment."""

    text: Prose = ""


class StayContent(Content):
    """Why somebody is let to a case for a time; of break-glass, what was said of it afterwards."""

    because: Prose
    review: Prose = ""


class GlassReview(Content):
    """What somebody else said of a broken glass, as it is corrected: whether it was justified, and why."""

    review: Prose = ""
    justified: bool | None = None


def reason(text: str, what: str) -> RemarkContent:
    """A reason that may not be empty.

    Args:
        text: the reason given.
        what: what needs it, as a sentence's subject.

    Raises:
        BadInput: it is empty.
    """
    remark = RemarkContent.read({"text": text})
    if not remark.text:
        message = f"Say why: {what} needs a reason (--reason). Nothing was written."
        raise BadInput(message)
    return remark


class NoteContent(Content):
    """An interview or an inquiry (U-01, W-18): with whom, by single members or by the team convened."""

    kind: Annotated[str, StringConstraints(pattern="^(interview|inquiry|observation)$")] = "inquiry"
    with_whom: Line = ""
    by_team_convened: bool = False
    #: a person's own observation, as opposed to an education record (W-36)
    own_observation: bool = False
    text: Statement


class Factor(Content):
    """A static, dynamic or protective factor, and who or what tells of it (A-02, A-03)."""

    kind: FactorKind
    text: Statement
    source: Line = ""


class FilledInstrument(Content):
    """An instrument of the policy pack, filled in (:mod:`states.policy.instruments`).

    Args:
        instrument: its code in the pack.
        answers: by question the id of what was chosen, or a text.
        leads_to: the id of the end that a decision tree's answers lead to, as the pack had it then; the
            casebook finds it.
    """

    instrument: Line
    answers: dict[Line, Prose] = Field(min_length=1)
    leads_to: Line = ""


class RatingContent(Content):
    """What one member thinks before they know what the others do (W-05, W-19)."""

    level: Level
    #: ids of the level's criteria in the policy pack that they see met
    criteria: tuple[Line, ...]
    #: what supports a criterion, by its id
    supports: dict[Line, Prose] = Field(default_factory=dict)
    ability: Ability = Ability.UNKNOWN
    factors: tuple[Factor, ...] = ()
    instruments: tuple[FilledInstrument, ...] = ()
    reason: Statement


class AssessmentContent(Content):
    """The team's assessment: what it found and why (W-05, W-06, W-19)."""

    level: Level
    #: ids of the level's criteria in the policy pack that are met
    criteria: tuple[Line, ...]
    #: what supports a criterion, by its id
    supports: dict[Line, Prose] = Field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    #: whether the person is able to carry the threat out; it is one either way (W-56)
    ability: Ability = Ability.UNKNOWN
    factors: tuple[Factor, ...]
    instruments: tuple[FilledInstrument, ...] = ()
    rationale: Statement
    #: whether the person poses a threat of violence, and a risk of significant disruption (W-26)
    threat_of_violence: bool
    significant_disruption: bool
    #: ids of the members who took part; each confirms it, or was at a meeting with a quorum (W-19)
    participants: tuple[Line, ...] = Field(min_length=1)
    #: who disagrees, and why
    dissent: Prose = ""
    #: why the level is lower than the one in force
    reason_for_lowering: Prose = ""


class CorrectionContent(Content):
    """Why an entry was corrected, and its former wording, field by field."""

    reason: Statement
    former: dict[str, Any]


class AnsweredFact(Content):
    """One fact that a source told."""

    name: Line
    value: Prose
    kind: Line = ""
    observed_at: Line | None = None


class AnswerEntry(Content):
    """A source's answer as it is corrected."""

    facts: tuple[AnsweredFact, ...] = ()
