"""What members are told of their cases, and what is theirs to do."""

from notifications.messages.contexts import Detail, Line
from notifications.messages.message import Ask, Message
from notifications.messages.samples import WHEN, sample
from states.calendar.zoned import ZonedTime
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.plans import PlanKind, PlanTopic


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
    due: ZonedTime
    late: bool


class GatheredNews(Detail):
    """What happened to the recipient's cases, and what waits for them."""

    items: tuple[Happened, ...]
    needs: tuple[Waiting, ...] = ()


class Action(Detail):
    """An action that the recipient now owns."""

    #: the plan that it is of; None: a meeting agreed on it
    plan: PlanKind | None
    #: what the action is for, where the plan says so
    topic: PlanTopic | None


class Turn(Detail):
    """An action that waits for nothing any more; what it is stands on its page alone."""


class Withheld(Detail):
    """A recommendation that did not leave, because the policy does not allow it as it is."""

    kind: ReferralKind
    office: Line
    #: what would be needed, in sentences
    needed: tuple[Line, ...]


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


ENTRIES = (
    Message(
        name="team_notice",
        purpose="Tell the team what happened to a case and what comes next.",
        clause=("W-05", "W-12"),
        ask=Ask.READ,
        sample=sample(
            CaseNews(
                happened="The inquiry was opened.",
                state=CaseState.INQUIRY,
                level=Level.ELEVATED,
                next_step="The team meets, then records its assessment.",
            )
        ),
    ),
    Message(
        name="gathered_news",
        purpose="Tell a member in one message what happened to their cases, and what waits for them.",
        clause=("U-05",),
        ask=Ask.READ,
        about_case=False,
        sample=sample(
            GatheredNews(
                items=(
                    Happened(
                        case_number="TAT-2026-0001",
                        happened="An inquiry was opened.",
                        state=CaseState.INQUIRY,
                        level=Level.ELEVATED,
                        next_step="The team meets, then records its assessment.",
                    ),
                    Happened(
                        case_number="TAT-2026-0002",
                        happened="Monitoring has resumed.",
                        state=CaseState.MONITORING,
                        level=None,
                        next_step="Reassess when it is due.",
                    ),
                ),
                needs=(
                    Waiting(case_number="TAT-2026-0001", clock=Clock.ASSESSMENT, due=WHEN, late=True),
                    Waiting(case_number="TAT-2026-0002", clock=Clock.REASSESSMENT, due=WHEN, late=False),
                ),
            ),
            case=None,
        ),
    ),
    Message(
        name="action_assigned",
        purpose="Tell someone that an action, of a plan or agreed on at a meeting, is theirs, and by when.",
        clause=("W-07", "W-08", "W-10"),
        ask=Ask.ACT,
        timed=True,
        sample=sample(Action(plan=PlanKind.THREAT_MANAGEMENT, topic=PlanTopic.TARGETS), when=WHEN),
    ),
    Message(
        name="action_turn",
        purpose="Tell the owner of an action that what it comes after is done, so that it is their turn.",
        clause=("W-07", "W-08"),
        ask=Ask.ACT,
        timed=True,
        sample=sample(Turn(), when=WHEN),
    ),
    Message(
        name="referral_withheld",
        purpose="Tell the case's lead why a referral did not leave, and what would be needed.",
        clause=("W-39",),
        ask=Ask.ACT,
        sample=sample(
            Withheld(
                kind=ReferralKind.COUNSELLING,
                office="University counseling services",
                needed=("The basis consent does not allow this. (the team, on another basis)",),
            )
        ),
    ),
    Message(
        name="reminder",
        purpose="Remind someone of a clock that is running out.",
        clause=("W-08", "W-12"),
        ask=Ask.ACT,
        timed=True,
        about_case=False,
        sample=sample(Reminder(clock=Clock.VERBAL_FOLLOW_UP), when=WHEN),
    ),
    Message(
        name="escalation",
        purpose="Tell the chair that a clock has run out.",
        clause=("W-31", "W-32"),
        ask=Ask.ACT,
        timed=True,
        about_case=False,
        sample=sample(
            Escalation(
                clock=Clock.ASSESSMENT,
                office="Student Affairs",
                state=CaseState.INQUIRY,
                level=Level.ELEVATED,
            ),
            when=WHEN,
        ),
    ),
)
