"""What a message may know, and nothing else: no name, no narrative, no record has a field here.

A context has two parts. Its own fields are fit for any channel: a case number, a link and what is asked of
the recipient (call, come, by when). Its ``detail`` is for the team's own channels only, and
:func:`notifications.rendering.render` never lets a template of another channel see it (W-39).
"""

import re
from collections.abc import Mapping
from datetime import date
from types import NoneType
from typing import Annotated, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, NonNegativeInt, PositiveInt

from states.vocabulary import (
    CaseState,
    Clock,
    Danger,
    EffectKind,
    Level,
    MeetingKind,
    PlanKind,
    PlanTopic,
    RecipientKind,
    ReferralKind,
    ReleaseStatus,
)

#: control characters, lone surrogates (not encodable) and the marks that turn the reading direction around
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_LINK = re.compile(r"https?://[^\s<>\"'\\\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def one_line(value: str) -> str:
    """Make one printable line of any text: control characters and line breaks become single spaces.

    Args:
        value: any text, of any length.
    """
    return " ".join(_UNPRINTABLE.sub(" ", value).split())


def _line(value: str) -> str:
    line = one_line(value)
    if not line:
        raise ValueError("must not be empty")
    return line


def _link(value: str) -> str:
    if not _LINK.fullmatch(value):
        raise ValueError("must be one http:// or https:// address")
    return value


#: a few words on one line; whatever would break out of a line is taken away
Line = Annotated[str, AfterValidator(_line)]
#: where the recipient goes on reading, behind a sign-in
Link = Annotated[str, AfterValidator(_link)]


class Detail(BaseModel):
    """What only the team's own channels may carry; one subclass for each kind of message."""

    # hide_input_in_errors: a validation error is logged by whoever catches it
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def optional(cls) -> list[str]:
        """Name the fields that may be empty: templates have to ask before they use them."""
        return [name for name, field in cls.model_fields.items() if NoneType in get_args(field.annotation)]


class Context(BaseModel):
    """Everything one message is made from."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    #: the institution whose team is writing
    institution: Line
    #: the number that reaches whoever is on duty for the team, day or night (U-12)
    phone: Line
    #: the page to open
    link: Link
    #: the case, or nothing for the team's own business
    case_number: Line | None = None
    #: when the recipient is asked to be there or to have acted, in the time zone of the site
    when: AwareDatetime | None = None
    #: whether the recipient should drop everything else (W-30)
    urgent: bool = False
    #: what only the team's own channels may carry
    detail: Detail


class PoliceAlert(Detail):
    """An emergency: where, of what kind, for when, and whom to call; the link is where one takes over."""

    #: the campus or site where the danger is, and the others where the person may be
    site: Line
    elsewhere: tuple[Line, ...] = ()
    #: the level on record; None: imminent danger, whatever the level
    level: Level | None
    dangers: tuple[Danger, ...] = ()
    #: the day that a threat is for
    threatened_for: date | None = None
    #: whether the case was alarmed before, and what is new since
    again: bool = False
    new: tuple[Danger | Level, ...] = ()
    #: who leads the case, where somebody does
    lead: Line | None = None
    lead_phone: Line | None = None


class PoliceNotice(Detail):
    """A threat or act of violence that is no emergency, for University Police (W-51)."""

    #: where it was, and the other sites where the person may be
    site: Line
    elsewhere: tuple[Line, ...] = ()
    dangers: tuple[Danger, ...] = ()
    threatened_for: date | None = None


class NotTakenOver(Detail):
    """A reply to an alert that did not take the alarm over."""

    site: Line


class Unanswered(Detail):
    """An alarm that nobody has taken over although everybody in its chain was called."""

    #: how often the chain has begun
    rounds: PositiveInt
    site: Line
    #: numbers of the police, each with whose it is
    police: tuple[Line, ...]


class Gap(Detail):
    """A time when too few are on call."""

    starts: AwareDatetime
    ends: AwareDatetime


class RosterGaps(Detail):
    """Times ahead when fewer are on call than there must be (U-12)."""

    #: how many there must be
    minimum: PositiveInt
    gaps: tuple[Gap, ...]


class CaseNews(Detail):
    """What happened to a case, in the words of the process."""

    happened: Line
    state: CaseState
    level: Level | None
    next_step: Line


class Happened(Detail):
    """One line of gathered news: what happened to a case, and where it stands."""

    case_number: Line
    happened: Line
    state: CaseState
    level: Level | None
    next_step: Line


class Waiting(Detail):
    """One thing that waits for the recipient."""

    case_number: Line
    clock: Clock
    due: AwareDatetime
    late: bool


class GatheredNews(Detail):
    """What happened to the recipient's cases, and what waits for them."""

    items: tuple[Happened, ...]
    needs: tuple[Waiting, ...] = ()


class Meeting(Detail):
    """A meeting of the team."""

    kind: MeetingKind
    level: Level | None
    place: Line


class Reassessment(Detail):
    """A meeting that looks at a case again."""

    level: Level
    plan: PlanKind
    place: Line


class EntryCancelled(Detail):
    """A date that falls away: a reassessment or a check-in."""

    entry: Line


class CheckIn(Detail):
    """One of the check-ins of a reintegration plan."""

    number: PositiveInt
    total: PositiveInt
    place: Line


class Debrief(Detail):
    """A look back at how the team worked."""

    place: Line


class Action(Detail):
    """An action of a plan that the recipient now owns."""

    plan: PlanKind
    #: what the action is for, where the plan says so
    topic: PlanTopic | None


class Referral(Detail):
    """A recommendation to an office."""

    office: Line


class ConductReferral(Referral):
    """A recommendation under a handbook (W-22)."""

    #: "Student Handbook", "Faculty Handbook" or "Staff Handbook"
    handbook: Line


class Withheld(Detail):
    """A recommendation that did not leave, because the policy does not allow it as it is."""

    kind: ReferralKind
    office: Line
    #: what would be needed, in sentences
    needed: tuple[Line, ...]


class Clearing(Detail):
    """A text that is to be told outside, on its way; never its words, nor the case that it comes from."""

    to: RecipientKind
    status: ReleaseStatus


class Conveyance(Detail):
    """A recommendation as the vice president of the unit hears of it (W-22)."""

    kind: ReferralKind
    office: Line
    #: the administrative unit concerned
    unit: Line


class Disposition(Detail):
    """What a reporter may be told of the end of a case (W-27)."""

    concluded: date


class Handover(Detail):
    """Who goes on looking after a matter that the team has closed (W-28)."""

    office: Line
    #: the other offices that were asked too
    others: tuple[Line, ...] = ()


class Reminder(Detail):
    """A clock that is running out, or has."""

    clock: Clock
    #: how late it is, such as "3 days late"; nothing while it is not due yet
    late: Line | None = None


class Escalation(Detail):
    """A clock that has run out."""

    clock: Clock
    #: how late it is, such as "3 days late"
    late: Line | None = None
    #: the office that was to act
    office: Line
    state: CaseState | None
    level: Level | None


class StuckWork(Detail):
    """Work that the system has given up on until a person restarts it, or an alarm not through yet."""

    effect: EffectKind
    attempts: PositiveInt
    #: whether it is tried on all the same
    goes_on: bool = False
    #: numbers of the police, where somebody has to phone them
    police: tuple[Line, ...] = ()


class TemplateBroken(Detail):
    """An institution's own template that could not be used when a message went out."""

    #: the message that it is for
    template: Line


class SemesterReport(Detail):
    """Counts for the president and the vice presidents: no case, no person (W-34)."""

    #: the semester, for example "Spring 2026"
    term: Line
    opened: NonNegativeInt
    closed: NonNegativeInt
    active: NonNegativeInt
    #: how many clocks ran out
    late: NonNegativeInt
    by_level: Mapping[Level, NonNegativeInt]


class AnnualReview(Detail):
    """The yearly review of the plan and its procedures (W-46)."""

    last_review: date | None
    #: who gives a review its final approval
    approver: Line
    #: who keeps the document
    keeper: Line
