"""The sealed content of each record: what people write, as typed models.

These models are the shape of the JSON files that the command line takes, too. Their messages never repeat
what was given (``hide_input_in_errors``), because messages reach logs.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Annotated, Any, Self, get_args

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from states import moments
from states.errors import BadInput
from states.moments import Here
from states.vocabulary import (
    Ability,
    Affiliation,
    Attendance,
    Behaviour,
    Condition,
    Danger,
    Disclosed,
    Endangered,
    FactorKind,
    Finding,
    IdentifierKind,
    LegalBasis,
    Level,
    PlanKind,
    PlanTopic,
    Purpose,
    RecipientKind,
    ReferralKind,
    ReferralStatus,
    ReportChannel,
    ThreatMeans,
    ThreatTiming,
)


def _printable(text: str) -> str:
    if "\0" in text:
        message = "holds a NUL character, which cannot be kept; remove it"
        raise ValueError(message)
    return text


def _one_line(text: str) -> str:
    if any(ord(character) < ord(" ") for character in text):
        message = "is to be one line without control characters"
        raise ValueError(message)
    return text


#: one line: a name, a phone number, a place
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=300),
    AfterValidator(_printable),
    AfterValidator(_one_line),
]

#: free text
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=100_000), AfterValidator(_printable)
]

#: free text that may not be empty
Statement = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100_000),
    AfterValidator(_printable),
]


def _typed(read: Callable[[str, str, Here], datetime | date]) -> BeforeValidator:
    """Take a time as people type it, where it is known where and when they do."""

    def check(value: object, info: ValidationInfo) -> object:
        here = (info.context or {}).get("here")
        return read(value, info.field_name or "it", here) if isinstance(value, str) and here else value

    return BeforeValidator(check)


#: by when something is due, in the time zone of whoever typed it; a day alone means its end
Due = Annotated[datetime, _typed(moments.by)]

#: a day that has been
PastDay = Annotated[date, _typed(lambda text, what, here: moments.day(text, what, here, past=True))]


class Content(BaseModel):
    """Base of every content."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def read(cls, given: object, here: Here | None = None) -> Self:
        """Read what somebody gave.

        Args:
            given: the fields.
            here: where and when it was typed, so that times may be written as people do; None: ISO 8601.

        Raises:
            BadInput: it does not fit; names each field and what is wrong, never what was given.
        """
        try:
            return cls.model_validate(given, context={"here": here})
        except ValidationError as error:
            found = error.errors(include_input=False, include_url=False)
            problems = "; ".join(_problem(cls, each) for each in found)
        message = f"This does not fit ({problems}). Nothing was written: correct it and give it again."
        raise BadInput(message)


def _problem(content: type[BaseModel], error: Any) -> str:
    # A key that does not belong may be personal data itself, so only its place is told.
    if error["type"] == "extra_forbidden":
        place = ".".join(str(part) for part in error["loc"][:-1]) or "the whole"
        known = ", ".join(_fields_at(content, error["loc"][:-1]))
        return f"{place} has a field that does not belong there; those that do are {known}"
    # Nor is the key of an entry told whose key is wrong.
    loc = error["loc"][:-2] if error["loc"][-1:] == ("[key]",) else error["loc"]
    place = ".".join(str(part) for part in loc) or "the whole"
    if error["type"] in {"model_type", "dict_type"}:
        return f"{place} is to be a JSON object, in braces"
    if error["type"] == "missing":
        return f"{place} is missing"
    return f"{place}: {error['msg'].removeprefix('Value error, ')}"


class Identifier(Content):
    """One more identifier of somebody: a second mailbox, a second car."""

    kind: IdentifierKind
    value: Line


def _fields_at(content: type[BaseModel], place: tuple[str | int, ...]) -> Iterable[str]:
    """The names of the fields that belong at a place of a content."""
    model = content
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            model = next(_models_in(model.model_fields[part].annotation), model)
    return model.model_fields


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


class SubjectContent(Content):
    """The individual of concern (W-01, W-16, W-57)."""

    name: Line = ""
    #: other names that the person goes by
    also_known_as: tuple[Line, ...] = ()
    other_identification: Line = ""
    identifiers: dict[IdentifierKind, Line] = Field(default_factory=dict)
    further_identifiers: tuple[Identifier, ...] = ()
    affiliations: tuple[Affiliation, ...] = (Affiliation.UNKNOWN,)
    #: code of the administrative unit that they belong to (W-22)
    unit: Line = ""
    #: the site that counts first; and every other one where the person studies, works, lives or comes
    site: Line
    further_sites: tuple[Line, ...] = ()


class Person(Content):
    """Somebody who can be called back."""

    name: Line = ""
    phone: Line = ""
    email: Line = ""


class ReportContent(Content):
    """A report of concern: each field of the incident form (W-16), and how a threat was made (W-03, W-04)."""

    behaviour_of_concern: Statement
    subject: SubjectContent
    reporter: Person = Person()
    channel: ReportChannel = ReportChannel.WRITTEN
    #: the form's date and time of the behaviour, as precise as the reporter knows
    occurred_on: PastDay | None = None
    occurred_at: Line = ""
    behaviours: tuple[Behaviour, ...] = ()
    means: tuple[ThreatMeans, ...] = ()
    timing: tuple[ThreatTiming, ...] = ()
    implied: bool = False
    #: whether the person is able to carry the threat out; it is one either way (W-56)
    ability: Ability = Ability.UNKNOWN
    #: whether the reporter saw it themselves: an own observation is no education record (W-36)
    own_observation: bool = True
    willing_to_talk: bool = True
    specific_threat_or_event: Prose = ""
    other_contact: Person = Person()
    imminent: bool = False
    #: what makes it an emergency, where the reporter says (W-52), and the day that a threat is for
    dangers: tuple[Danger, ...] = ()
    threatened_for: date | None = None
    #: the reporter asks that their name be kept private (W-40)
    private: bool = False
    #: of domestic violence: code of the office that took the report, and what whoever is in danger is (W-54)
    taken_by: Line = ""
    endangered: tuple[Affiliation, ...] = ()
    #: the verbal report (its id) that this written one follows up (W-12)
    follows_up: Line = ""

    @model_validator(mode="after")
    def _form_needs_a_reporter(self) -> Self:
        if self.channel is ReportChannel.FORM and not (self.reporter.name and self.reporter.phone):
            message = (
                "the incident form asks for reporter.name and reporter.phone, your name and phone number"
            )
            raise ValueError(message)
        return self


class ScreeningContent(Content):
    """Why somebody screened a report as they did."""

    rationale: Statement


class RemarkContent(Content):
    """A reason or a comment."""

    text: Prose = ""


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


def aware(given: datetime, what: str) -> datetime:
    """A moment with its time zone.

    Args:
        given: the moment given.
        what: what it is, as a sentence's subject.

    Raises:
        BadInput: it has no time zone.
    """
    if given.tzinfo is None:
        message = f"Give {what} with its time zone, as in 2026-01-31T17:00-07:00. Nothing was written."
        raise BadInput(message)
    return given


class NoteContent(Content):
    """An interview or an inquiry (U-01, W-18): with whom, by single members or by the team convened."""

    kind: Annotated[str, StringConstraints(pattern="^(interview|inquiry|observation)$")] = "inquiry"
    with_whom: Line = ""
    by_team_convened: bool = False
    #: a person's own observation, as opposed to an education record (W-36)
    own_observation: bool = False
    text: Statement


class Factor(Content):
    """A static, dynamic or protective factor (A-02, A-03)."""

    kind: FactorKind
    text: Statement


class AssessmentContent(Content):
    """The team's assessment: what it found and why (W-05, W-06, W-19)."""

    level: Level
    #: ids of the level's criteria in the policy pack that are met
    criteria: tuple[Line, ...]
    conditions: tuple[Condition, ...] = ()
    #: whether the person is able to carry the threat out; it is one either way (W-56)
    ability: Ability = Ability.UNKNOWN
    factors: tuple[Factor, ...]
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


class ActionContent(Content):
    """One action of a plan; it recommends and never prescribes discipline or treatment (W-44)."""

    what: Statement
    owner: Line = ""
    due_at: Due | None = None
    #: to be complete before reintegration (W-45)
    initial: bool = True


class ReferralContent(Content):
    """What is recommended to another office (W-22 to W-25)."""

    kind: ReferralKind
    recommendation: Statement


class TargetContent(Content):
    """Somebody who may be in danger: who, what makes them vulnerable, who follows up with them (W-53)."""

    name: Line
    role: Endangered = Endangered.TARGET
    phone: Line = ""
    email: Line = ""
    identifiers: dict[IdentifierKind, Line] = Field(default_factory=dict)
    affiliations: tuple[Affiliation, ...] = (Affiliation.UNKNOWN,)
    #: code of the site where they are to be found; empty: the case's
    site: Line = ""
    vulnerability: Prose = ""
    #: what was done for them before this was written
    done: tuple[Statement, ...] = ()
    #: id of the member who follows up with them; empty: the case's lead
    owner: Line = ""
    #: when they are next spoken with; None: as the policy says
    follow_up_at: Due | None = None


class CorrectionContent(Content):
    """Why an entry was corrected, and its former wording, field by field."""

    reason: Statement
    former: dict[str, Any]


class PlanContent(Content):
    """A plan: its text by topic, its actions and its referrals (W-07 to W-10)."""

    kind: PlanKind
    summary: Prose = ""
    topics: dict[PlanTopic, Prose] = Field(default_factory=dict)
    #: ids of those in danger whom it is for, as `tat target list` shows them (W-53)
    targets: tuple[Line, ...] = ()
    actions: tuple[ActionContent, ...] = ()
    referrals: tuple[ReferralContent, ...] = ()


class ReferralEntry(ReferralContent):
    """A referral as it is corrected: what was recommended, and what its office said of it."""

    status: ReferralStatus
    #: of counseling alone: whether the person came (U-09)
    attendance: Attendance | None = None


class AnsweredFact(Content):
    """One fact that a source told."""

    name: Line
    value: Prose
    kind: Line = ""
    observed_at: Line | None = None


class AnswerEntry(Content):
    """A source's answer as it is corrected."""

    facts: tuple[AnsweredFact, ...] = ()


class MinutesContent(Content):
    """What a meeting came to (U-04, U-05); for a debrief, with suggestions (U-06)."""

    #: ids of the members who were there
    present: tuple[Line, ...] = Field(min_length=1)
    minutes: Statement
    suggestions: tuple[Statement, ...] = ()


class OutcomeContent(Content):
    """What an office made of a referral; it never gates the case (W-21, W-29)."""

    text: Prose = ""


class FollowUpContent(Content):
    """Follow-up that passes to one named person when the case is closed (W-28)."""

    #: code of the office that the person is at
    office: Line
    name: Line = Field(min_length=1)
    #: a mail address of their own; empty: the office's
    address: Line = ""
    phone: Line = ""
    #: what they take over
    what: Statement


class DispositionContent(Content):
    """How the matter ended, what the reporter may be told, and who follows up (W-26 to W-28)."""

    text: Statement
    tell_reporter: bool = True
    #: what the reporter is told beyond that the matter is concluded, in words that tell of nobody's record
    to_reporter: Prose = ""
    #: whether the person poses a threat of violence (W-26)
    threat: Finding | None = None
    #: whether the person poses a risk of significant disruption (W-26)
    disruption: Finding | None = None
    follow_up: tuple[FollowUpContent, ...] = ()
    #: why nobody has to follow up
    no_follow_up_because: Prose = ""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.follow_up and self.no_follow_up_because:
            message = "name who follows up, or say why nobody has to, but not both"
            raise ValueError(message)
        return self


class CheckInContent(Content):
    """One agreed check-in."""

    owner: Line
    due_at: Due
    what: Statement


class ReintegrationContent(Content):
    """Conditions and check-ins under which the person comes back (W-45)."""

    conditions: tuple[Statement, ...] = Field(min_length=1)
    check_ins: tuple[CheckInContent, ...] = Field(min_length=1)


class ProtectiveOrderContent(Content):
    """A protective order, with a copy for the police (W-42)."""

    protects: Line
    against: Line
    court: Line = ""
    reference: Line = ""
    #: codes of the sites at which it holds, whose police get a copy; none: the case's
    sites: tuple[Line, ...] = ()
    valid_until: Annotated[AwareDatetime, _typed(moments.by)] | None = None


class DeterminationContent(Content):
    """That there is a health or safety emergency: the threat, and the four considerations (W-35)."""

    #: the articulable and significant threat (34 CFR 99.36(c))
    threat: Statement
    seriousness: Statement
    urgency: Statement
    need: Statement
    ability_of_recipient: Statement


class ConsentContent(Content):
    """That somebody consented to a disclosure: who, when, for what, to whom (34 CFR 99.30)."""

    given_by: Line = Field(min_length=1)
    #: what they are to the person: the person themselves, a parent, a guardian
    relation: Line = Field(min_length=1)
    to: RecipientKind
    #: a code for the recipient, as in a referral's office; never a person's name
    recipient: Line = Field(min_length=1)
    purpose: Purpose
    what: tuple[Disclosed, ...] = Field(min_length=1)
    given_at: AwareDatetime
    valid_until: AwareDatetime | None = None
    #: where the signed paper lies, or what it is called
    document: Line = ""
    #: how it was given, and who took it down, when there is no paper
    note: Prose = ""

    @model_validator(mode="after")
    def _shown_by_something(self) -> Self:
        if not self.document and not self.note:
            message = "say where the document lies, or note how the consent was given and who took it down"
            raise ValueError(message)
        if self.valid_until is not None and self.valid_until <= self.given_at:
            message = "the consent would end before it was given"
            raise ValueError(message)
        return self


class ReleaseContent(Content):
    """A text that is to be told outside, in the very words (W-37, W-38, P-05)."""

    to: RecipientKind
    #: a code for the recipient; never a person's name
    recipient: Line = Field(min_length=1)
    purpose: Purpose = Purpose.NOTICE
    basis: LegalBasis
    what: tuple[Disclosed, ...] = Field(min_length=1)
    #: who asked, in words
    asked_by: Line = Field(min_length=1)
    #: why it is to be told
    because: Statement
    text: Statement


class ClearingContent(Content):
    """What a named person of an office said of a text that is to be released."""

    #: who said it: a member's id, or the name of somebody who has no account here
    named: Line = Field(min_length=1)
    #: how it was said, and any condition or reason
    note: Prose = ""


class PrivacyTalkContent(Content):
    """What a reporter was told and said before their privacy is given up (W-40, W-58)."""

    talked_at: AwareDatetime
    #: why the privacy cannot hold, as it was told to the reporter
    told: Statement
    #: what the reporter said to it
    said: Statement


class RequestContent(Content):
    """A request that was refused: who asked, what for, and why it stayed (34 CFR 99.32)."""

    #: who asked, in words; empty: nobody did, the team or a flow wanted to send it
    asked_by: Line = ""
    #: why it was to be told
    because: Prose = ""
    why_not: tuple[Prose, ...]


class ReviewContent(Content):
    """One review of the plan: which sections were revised (W-46)."""

    sections_revised: Statement


class TakeOverContent(Content):
    """Who took an alarm over, for which agency, and what they said."""

    who: Line
    agency: Line = ""
    said: Prose = ""


class MemberContent(Content):
    """A member's name and how to reach them (W-02, U-12)."""

    name: Line
    #: a mail address, or an apprise URL
    address: Line
    phone: Line = ""
    #: what else a report may know them by, so that nobody works on a case that they are part of
    identifiers: dict[IdentifierKind, Line] = Field(default_factory=dict)
    mailboxes: tuple[Line, ...] = ()
    other_names: tuple[Line, ...] = ()
    #: an apprise URL that is not mail, for alarms: SMS, push or chat
    text: Line = ""
