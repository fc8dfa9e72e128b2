"""Payloads: what whoever does an effect is told of the decision that owes it; ids, codes and times.

Every kind of effect stands here, once, with the payload that belongs to it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from states.contents.content import Content
from states.errors import ContentUnreadable
from states.vault import DataKey
from states.vocabulary.effects import Clock, DeadlineStage, EffectKind
from states.vocabulary.people import AccountChange


class Payload(Content):
    """What every effect may be told, and all that most are."""

    #: code of the site that it is about; empty: the case's own
    site: str = ""


class News(Payload):
    """What happened to a case."""

    #: what happened, such as a trigger of the process table
    trigger: str = ""
    #: codes of the offices that hear of it in the team's place; none: the team does
    offices: tuple[str, ...] = ()
    #: ids of the members that hear of it; None: all on the case
    only: tuple[str, ...] | None = None


class OfQuestion(Payload):
    """A question to whoever reported."""

    #: the report that it is about
    report: str


class Gathered(Payload):
    """News that was gathered for one member."""

    member: str
    #: ids of the notices
    notices: tuple[str, ...]


class MeetingWanted(Payload):
    """A meeting that a case needs."""

    #: id of one that is called already; None: it is still to be called
    meeting: str | None = None
    #: the clock that asks for it; None: something else does
    clock: Clock | None = None
    emergency: bool = False
    #: ids of the members that are invited; None: all on the case
    only: tuple[str, ...] | None = None


class EntriesOver(Payload):
    """Entries that leave people's calendars."""

    #: what the invitations named: meetings, check-ins, or clocks of reassessments, by id
    meetings: tuple[str, ...]
    #: ids of the members whose calendars they leave; None: everybody's
    only: tuple[str, ...] | None = None


class CallDue(Payload):
    """A call of an alarm's chain."""

    call: str
    #: id of the alarm; empty: the case's newest, as in what was owed when a case had one alarm
    alarm: str = ""


class ReplyUnclear(Payload):
    """A reply to an alert that took nothing over."""

    #: id of the kept reply
    answer: str


class RoundDue(Payload):
    """The chain of an alarm, to be begun once more."""

    #: how often it will have begun
    round: int = 1
    #: id of the alarm; empty: the case's newest, as in what was owed when a case had one alarm
    alarm: str = ""


class OfReport(Payload):
    """A report that tells of a threat or act of violence."""

    report: str
    #: codes of the sites that police were told of when it stood in another case; none: they were told nothing
    known: tuple[str, ...] = ()


class ReferralAgain(Payload):
    """A referral that is sent once more."""

    referral: str
    #: since when: an office that got it later has it
    asked_at: datetime | None = None
    #: what permits it; empty: what usually does
    basis: str = ""


class TheseReferrals(Payload):
    """Referrals, named one by one."""

    referrals: tuple[str, ...]
    #: what permits them; empty: what usually does
    basis: str = ""


class ReferralsOfPlan(Payload):
    """All referrals of a plan."""

    plan: str


class OfReferral(Payload):
    """A referral whose office is sent a link."""

    referral: str


class OfRelease(Payload):
    """A text that waits for an office's word, or has it."""

    release: str


class ActionsOfPlan(Payload):
    """The actions of a plan, or those agreed on at a meeting, whose owners hear of them."""

    plan: str | None = None
    meeting: str | None = None
    #: id of the one that is meant; None: all
    action: str | None = None
    #: ids of those whose turn it is, as nothing that they come after is open any more; their owners hear that
    #: and nothing else; empty: what is theirs, and by when
    turn: tuple[str, ...] = ()


class ReassessmentAhead(Payload):
    """The next reassessment, which goes into calendars."""

    #: ids of the members whose calendars it goes into; None: of all on the case
    only: tuple[str, ...] | None = None


class CheckInsOfPlan(Payload):
    """The check-ins of a reintegration plan that go into calendars."""

    plan: str
    #: ids of those that are meant; None: all
    check_ins: tuple[str, ...] | None = None


class Ending(Payload):
    """What ended a case."""

    #: a trigger of the process table, or what came to be known after it
    trigger: str = ""
    #: id of the one hand-over that is asked for anew, as it was corrected; empty: everybody is told
    hand_over: str = ""


class ClockDue(Payload):
    """A clock that came to a stage."""

    deadline: str
    stage: DeadlineStage


class GaveUp(Payload):
    """An effect that is stuck, or an alarm that is not through."""

    stuck: EffectKind
    attempts: int


class Unanswered(Payload):
    """An alarm that nobody has taken over."""

    #: id of the alarm
    unanswered: str
    #: how often its chain has begun
    round: int


class Undelivered(Payload):
    """A message that a mail system could not deliver, once it had been handed over."""

    #: id of the notice
    undelivered: str


class TemplateBroken(Payload):
    """A template of the institution's own that could not be used."""

    template: str


class RecordBroken(Payload):
    """Where the record no longer holds, in words without content."""

    broken: str


class RosterGap(Payload):
    """A day on which too few are on call."""

    roster: str


class TeamClockDue(Payload):
    """A clock of the team's own."""

    deadline: str
    #: what it is about: a semester, or a year
    about: str


class AccountChanged(Payload):
    """What was done about a member's account, and when."""

    member: str
    happened: AccountChange
    at: AwareDatetime
    #: what belongs to a link that somebody else was given for them; empty: nothing does
    code: str = ""


class AnchorDue(Payload):
    """An anchor of the ledger: one line."""

    anchor: str


#: what an alarm owes; the first that fits is meant
Alerting = Annotated[CallDue | ReplyUnclear | RoundDue, Field(union_mode="left_to_right")]

#: which referrals leave; the first that fits is meant
Routing = Annotated[ReferralAgain | TheseReferrals | ReferralsOfPlan, Field(union_mode="left_to_right")]

#: what people hear of by a reminder, besides clocks
Trouble = GaveUp | Unanswered | Undelivered | TemplateBroken | RecordBroken | RosterGap

#: what people are reminded of; the first that fits is meant
Reminding = Annotated[ClockDue | Trouble, Field(union_mode="left_to_right")]

PayloadT = TypeVar("PayloadT", bound=Payload)


@dataclass(frozen=True, slots=True)
class Owing(Generic[PayloadT]):
    """A kind of effect, and what whoever does it is told.

    Args:
        kind: the kind.
        payload: reads its payload.
    """

    kind: EffectKind
    payload: TypeAdapter[PayloadT]

    def seal(self, key: DataKey, effect_id: str, payload: PayloadT) -> bytes:
        """Seal the payload of one effect.

        Args:
            key: the data key of its case, or the team's.
            effect_id: the effect.
            payload: what whoever does it is told.
        """
        return key.seal("effects", effect_id, payload.model_dump(mode="json", exclude_defaults=True))

    def open(self, key: DataKey, effect_id: str, sealed: bytes) -> PayloadT:
        """The payload of one effect; what an older version wrote besides is passed over.

        Args:
            key: the data key of its case, or the team's.
            effect_id: the effect.
            sealed: its payload, as it lies in the outbox.

        Raises:
            VaultLocked: it was sealed with another key, or for another effect.
            ContentUnreadable: it does not fit what this version knows.
        """
        said = key.open("effects", effect_id, sealed)
        with suppress(ValidationError):
            return self.payload.validate_python(said, extra="ignore")
        message = f"What effect {effect_id} ({self.kind}) is to be done with does not fit what this version"
        raise ContentUnreadable(
            f"{message} knows. It was not done: tell whoever looks after this installation."
        )

    def of(self, told: Mapping[str, object]) -> PayloadT:
        """The payload that is made of what a decision tells all whom it owes something: each takes its own.

        Args:
            told: ids and codes by the names of fields.
        """
        return self.payload.validate_python(told, extra="ignore")


COLLECT_RECORDS = Owing(EffectKind.COLLECT_RECORDS, TypeAdapter(Payload))
REFRESH_RECORDS = Owing(EffectKind.REFRESH_RECORDS, TypeAdapter(Payload))
CONVENE_TEAM = Owing(EffectKind.CONVENE_TEAM, TypeAdapter(MeetingWanted))
CANCEL_MEETINGS = Owing(EffectKind.CANCEL_MEETINGS, TypeAdapter(EntriesOver))
NOTIFY_TEAM = Owing(EffectKind.NOTIFY_TEAM, TypeAdapter(News))
TELL_NEWS = Owing(EffectKind.TELL_NEWS, TypeAdapter(Gathered))
ALERT_POLICE: Owing[Alerting] = Owing(EffectKind.ALERT_POLICE, TypeAdapter(Alerting))
TELL_POLICE = Owing(EffectKind.TELL_POLICE, TypeAdapter(OfReport))
ROUTE_REFERRALS: Owing[Routing] = Owing(EffectKind.ROUTE_REFERRALS, TypeAdapter(Routing))
CONVEY_RECOMMENDATIONS = Owing(EffectKind.CONVEY_RECOMMENDATIONS, TypeAdapter(Payload))
SEND_OFFICE_LINK = Owing(EffectKind.SEND_OFFICE_LINK, TypeAdapter(OfReferral))
ASK_CLEARANCE = Owing(EffectKind.ASK_CLEARANCE, TypeAdapter(OfRelease))
ASSIGN_ACTIONS = Owing(EffectKind.ASSIGN_ACTIONS, TypeAdapter(ActionsOfPlan))
SCHEDULE_REASSESSMENT = Owing(EffectKind.SCHEDULE_REASSESSMENT, TypeAdapter(ReassessmentAhead))
SCHEDULE_CHECKINS = Owing(EffectKind.SCHEDULE_CHECKINS, TypeAdapter(CheckInsOfPlan))
CLOSE_OUT = Owing(EffectKind.CLOSE_OUT, TypeAdapter(Ending))
REMIND: Owing[Reminding] = Owing(EffectKind.REMIND, TypeAdapter(Reminding))
SEMESTER_REPORT = Owing(EffectKind.SEMESTER_REPORT, TypeAdapter(TeamClockDue))
ANNUAL_REVIEW = Owing(EffectKind.ANNUAL_REVIEW, TypeAdapter(TeamClockDue))
ANSWER_TIP_LINE = Owing(EffectKind.ANSWER_TIP_LINE, TypeAdapter(Payload))
MAIL_ANCHOR = Owing(EffectKind.MAIL_ANCHOR, TypeAdapter(AnchorDue))
STAMP_ANCHOR = Owing(EffectKind.STAMP_ANCHOR, TypeAdapter(AnchorDue))
TELL_ACCOUNT = Owing(EffectKind.TELL_ACCOUNT, TypeAdapter(AccountChanged))
TELL_REPORTER = Owing(EffectKind.TELL_REPORTER, TypeAdapter(OfQuestion))

#: what each kind of effect is told
OWING: Mapping[EffectKind, Owing[Any]] = {
    each.kind: each
    for each in (
        COLLECT_RECORDS,
        REFRESH_RECORDS,
        CONVENE_TEAM,
        CANCEL_MEETINGS,
        NOTIFY_TEAM,
        TELL_NEWS,
        ALERT_POLICE,
        TELL_POLICE,
        ROUTE_REFERRALS,
        CONVEY_RECOMMENDATIONS,
        SEND_OFFICE_LINK,
        ASK_CLEARANCE,
        ASSIGN_ACTIONS,
        SCHEDULE_REASSESSMENT,
        SCHEDULE_CHECKINS,
        CLOSE_OUT,
        REMIND,
        SEMESTER_REPORT,
        ANNUAL_REVIEW,
        ANSWER_TIP_LINE,
        MAIL_ANCHOR,
        STAMP_ANCHOR,
        TELL_ACCOUNT,
        TELL_REPORTER,
    )
}
