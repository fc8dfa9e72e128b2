"""A valid example of every file that a command takes; the people in them are invented.

Replace the ids of members by those of `tat team list`.
"""

from datetime import UTC, datetime, timedelta

from states import records as r
from states.policy import Pack, load_pack
from states.vocabulary import (
    Ability,
    Affiliation,
    Behaviour,
    Condition,
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
    ReportChannel,
    ThreatMeans,
    ThreatTiming,
)

#: the members' ids in the examples
CHAIR, POLICE = "m-chair", "m-police"


def _pack() -> Pack:
    from console.cli.session import settings

    return load_pack(settings().pack)


def _in(days: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)


def subject() -> r.SubjectContent:
    """Somebody of whom a name and a campus identifier are known."""
    return r.SubjectContent(
        name="Sam Sample",
        other_identification="Lives in Example Hall; drives a blue car.",
        identifiers={
            IdentifierKind.CAMPUS_ID: "900000001",
            IdentifierKind.EMPLOYEE_ID: "E-0001",
            IdentifierKind.EMAIL: "sam@example.edu",
            IdentifierKind.LICENSE_PLATE: "ABC-123",
        },
        affiliations=(Affiliation.STUDENT,),
        site=next(iter(_pack().sites)),
    )


def report() -> r.ReportContent:
    """A report of concern, in writing."""
    return r.ReportContent(
        behaviour_of_concern="Wrote on the board that the exam will not take place, and laughed about it.",
        subject=subject(),
        reporter=r.Person(name="Terry Teacher", phone="555-0142", email="terry@example.edu"),
        channel=ReportChannel.WRITTEN,
        occurred_on=_in(-1).date(),
        occurred_at="about 10 in the morning",
        behaviours=(Behaviour.IMPLICIT_THREAT,),
        means=(ThreatMeans.WRITING,),
        timing=(ThreatTiming.FUTURE,),
        ability=Ability.UNKNOWN,
        other_contact=r.Person(name="Chris Classmate", phone="555-0143"),
        own_observation=True,
        specific_threat_or_event="The final exam.",
        imminent=False,
        private=False,
    )


def note() -> r.NoteContent:
    """An interview."""
    return r.NoteContent(
        kind="interview", with_whom="a classmate", own_observation=True, text="Heard it as a joke."
    )


def correction() -> r.RemarkContent:
    """What a note is corrected to: the fields that were wrong, and no other."""
    return r.RemarkContent(text="Heard it as a joke, and told nobody until Monday.")


def protective_order() -> r.ProtectiveOrderContent:
    """A protective order."""
    return r.ProtectiveOrderContent(
        protects="Terry Teacher",
        against="Sam Sample",
        court="Example District Court",
        reference="D-0000",
        sites=(next(iter(_pack().sites)),),
        valid_until=_in(365),
    )


def target() -> r.TargetContent:
    """Somebody who may be in danger."""
    return r.TargetContent(
        name="Terry Teacher",
        role=Endangered.TARGET,
        phone="555-0142",
        email="terry@example.edu",
        identifiers={IdentifierKind.EMPLOYEE_ID: "E-0142"},
        affiliations=(Affiliation.FACULTY,),
        site=next(iter(_pack().sites)),
        vulnerability="Teaches alone in the evening, and parks behind the building.",
        done=("Classes were moved to another room.",),
        owner=POLICE,
        follow_up_at=_in(2),
    )


def assessment() -> r.AssessmentContent:
    """An assessment at Moderate, with the first criterion of that level in the pack."""
    return r.AssessmentContent(
        level=Level.MODERATE,
        criteria=(_pack().levels[Level.MODERATE].criteria[0].id,),
        factors=(
            r.Factor(kind=FactorKind.STATIC, text="A reprimand last year."),
            r.Factor(kind=FactorKind.DYNAMIC, text="Has lost sleep since the term began."),
            r.Factor(kind=FactorKind.PROTECTIVE, text="Sees a counsellor."),
        ),
        rationale="Vague and indirect; no means, and no steps taken.",
        threat_of_violence=True,
        significant_disruption=False,
        participants=(CHAIR, POLICE),
        conditions=(Condition.DISTRESS,),
        ability=Ability.NO,
        dissent="One member thinks that it was a joke.",
    )


def plan() -> r.PlanContent:
    """An active monitoring plan with one action and one referral."""
    return r.PlanContent(
        kind=PlanKind.ACTIVE_MONITORING,
        summary="Weekly talks, and a new assessment within the month.",
        topics={PlanTopic.SUBJECT: "Is glad of the weekly talk."},
        actions=(r.ActionContent(what="Talk with the student", owner=CHAIR, due_at=_in(7)),),
        referrals=(r.ReferralContent(kind=ReferralKind.COUNSELLING, recommendation="Offer counselling."),),
    )


def reintegration() -> r.ReintegrationContent:
    """Coming back under one condition, with one check-in."""
    return r.ReintegrationContent(
        conditions=("Keeps the appointments with the counsellor.",),
        check_ins=(r.CheckInContent(owner=CHAIR, due_at=_in(14), what="Ask how the classes go."),),
    )


def minutes() -> r.MinutesContent:
    """The minutes of a meeting."""
    return r.MinutesContent(
        present=(CHAIR, POLICE), minutes="Agreed on a plan.", suggestions=("Meet sooner.",)
    )


def disposition() -> r.DispositionContent:
    """How a matter ended."""
    follow_up = (
        r.FollowUpContent(
            office="student_affairs",
            name="Pat Example",
            address="pat@example.edu",
            phone="555-0143",
            what="A talk every month until the end of the term.",
        ),
        r.FollowUpContent(
            office="academic_affairs",
            name="Lee Example",
            what="Seeing that the missed exam can be made up.",
        ),
    )
    return r.DispositionContent(
        text="No threat remains.",
        tell_reporter=True,
        to_reporter="The team talked with everybody concerned. Thank you for speaking up.",
        threat=Finding.NO_LONGER,
        disruption=Finding.DOES_NOT,
        follow_up=follow_up,
    )


def review() -> r.ReviewContent:
    """A review of the plan."""
    return r.ReviewContent(sections_revised="Contacts of the sites.")


def consent() -> r.ConsentContent:
    """A student's consent to a referral to social services, on paper."""
    return r.ConsentContent(
        given_by="Sam Sample",
        relation="the student",
        to=RecipientKind.SOCIAL_SERVICES,
        recipient="social_services",
        purpose=Purpose.REFERRAL,
        what=(Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS, Disclosed.RECOMMENDATION),
        given_at=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1),
        valid_until=_in(365),
        document="Signed form in the student's folder at Student Affairs.",
    )


def release() -> r.ReleaseContent:
    """One sentence for a newspaper."""
    return r.ReleaseContent(
        to=RecipientKind.MEDIA,
        recipient="gazette",
        basis=LegalBasis.NO_RECORD,
        what=(Disclosed.CASE_STATUS,),
        asked_by="A journalist of the Example Gazette, by phone",
        because="The campus talks about it already.",
        text="The university has looked into the matter; there is no danger on campus.",
    )


def privacy_talk() -> r.PrivacyTalkContent:
    """A talk with a reporter who had asked for privacy."""
    return r.PrivacyTalkContent(
        talked_at=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1),
        told="A court has asked for the report, and the name stands in it.",
        said="Would rather not, but understands; asks to be told the day before.",
    )


def determination() -> r.DeterminationContent:
    """A health or safety emergency, with its four considerations."""
    return r.DeterminationContent(
        threat="Said to two people that the final exam ends with a fire, and asked where the exits are.",
        seriousness="Many people in one room.",
        urgency="The exam is tomorrow at nine.",
        need="The police have to know which building and which section it is.",
        ability_of_recipient="University Police can guard the building and talk with the student.",
    )
