"""What plans, meetings, court orders and the protection of people say."""

from typing import Annotated

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Field,
)

from states.calendar import moments
from states.contents.content import Content, Due, Line, Prose, Statement, typed
from states.contents.team import TeamCorrection
from states.vocabulary.danger import Endangered
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.plans import MeasureArea, PlanKind, PlanTopic


def _as_text(number: object) -> object:
    return str(number) if type(number) is int else number


class DeedContent(Content):
    """What somebody does by a day; it recommends and never prescribes discipline or treatment (W-44)."""

    what: Statement
    owner: Line = ""
    due_at: Due | None = None
    #: to be complete before reintegration (W-45)
    initial: bool = True


class ActionContent(DeedContent):
    """One action of a plan."""

    #: at what it is aimed: the person, those in danger, the surroundings, what may set it off; None: not said
    area: MeasureArea | None = None
    #: the actions of the same plan that are to be done before it: in a plan that is drafted their numbers,
    #: the first being 1; on record their ids
    after: tuple[Annotated[Line, BeforeValidator(_as_text)], ...] = ()
    #: id of the action of a plan put into force earlier that it goes on from, or its beginning; empty: it is
    #: a new one
    continues: Line = ""


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


class PlanContent(Content):
    """A plan: its text by topic, its actions and its referrals (W-07 to W-10)."""

    kind: PlanKind
    summary: Prose = ""
    topics: dict[PlanTopic, Prose] = Field(default_factory=dict)
    #: ids of those in danger whom it is for, as `tat target list` shows them (W-53)
    targets: tuple[Line, ...] = ()
    actions: tuple[ActionContent, ...] = ()
    #: ids of open actions in force that none of these goes on from, or their beginnings: each stays as it is
    stay_open: tuple[Line, ...] = ()
    referrals: tuple[ReferralContent, ...] = ()


class AgreedContent(DeedContent):
    """An action that the team agreed on at a meeting: somebody does it by a day, whatever plan there is."""

    owner: Line = Field(min_length=1)
    due_at: Due
    initial: bool = False


class TeamMinutesContent(Content):
    """What a meeting without a case came to (W-33)."""

    #: ids of the members who were there
    present: tuple[Line, ...] = Field(min_length=1)
    minutes: Statement
    suggestions: tuple[Statement, ...] = ()
    #: ids of those who are kept out of the case and stepped outside while it was talked about (W-39)
    outside: tuple[Line, ...] = ()


class MinutesContent(TeamMinutesContent):
    """What a meeting came to (U-04, U-05); for a debrief, with suggestions (U-06)."""

    #: what was agreed on there; each becomes a record of its own, like an action of a plan
    actions: tuple[AgreedContent, ...] = ()


class NotedAction(Content):
    """An action as far as it is written down while people talk; when it is due, as it was typed."""

    what: Prose = ""
    owner: Line = ""
    due_at: Line = ""


class MeetingContent(Content):
    """A meeting on record: its minutes (:class:`MinutesContent`); before it was held, a draft of them."""

    present: tuple[Line, ...] = ()
    minutes: Prose = ""
    suggestions: tuple[Statement, ...] = ()
    outside: tuple[Line, ...] = ()
    #: of a draft of the semester's: what was said so far, by the topic's code
    topics: dict[Line, Prose] = Field(default_factory=dict)
    #: of a draft: what is agreed on so far
    actions: tuple[NotedAction, ...] = ()
    #: of the semester's, until it is held: why it was moved last
    moved_because: Line = ""
    #: of a draft: which open page wrote it last, so that nobody meets their own words as somebody else's
    page: Line = ""
    #: of the semester's, which is of no case: what was corrected of its minutes
    corrections: tuple[TeamCorrection, ...] = ()


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
    valid_until: Annotated[AwareDatetime, typed(moments.by)] | None = None
