"""A valid example of every file that a command takes; the people in them are invented.

Replace the ids of members by those of `tat team list`.
"""

from datetime import UTC, datetime, timedelta

from console.invented.people import SAM, TERRY
from states.contents import closing, content, inquiry, leaving, plans, reports, team
from states.policy.pack import Pack
from states.policy.reading import load_pack
from states.settings import Settings
from states.vocabulary.cases import FactorKind, Level, ReportChannel, ReprisalWord
from states.vocabulary.danger import Ability, Behaviour, Condition, Endangered, ThreatMeans, ThreatTiming
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind, ReferralKind
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.plans import Finding, MeasureArea, PlanKind, PlanTopic
from states.vocabulary.sources import LegalBasis

#: the members' ids in the examples
CHAIR, POLICE = "m-chair", "m-police"


def _pack() -> Pack:
    return load_pack(Settings().pack_in_force)


def _in(days: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)


def subject() -> reports.SubjectContent:
    """Somebody of whom a name and a campus identifier are known."""
    more = {
        IdentifierKind.EMPLOYEE_ID: "E-0001",
        IdentifierKind.EMAIL: "sam@example.edu",
        IdentifierKind.LICENSE_PLATE: "ABC-123",
    }
    return SAM.model_copy(
        update={
            "other_identification": "Lives in Example Hall; drives a blue car.",
            "identifiers": {**SAM.identifiers, **more},
            "site": _pack().home_site,
            "unit": "",
        }
    )


def report() -> reports.ReportContent:
    """A report of concern, in writing."""
    return reports.ReportContent(
        behaviour_of_concern="Wrote on the board that the exam will not take place, and laughed about it.",
        subject=subject(),
        reporter=TERRY,
        channel=ReportChannel.WRITTEN,
        occurred_on=_in(-1).date(),
        occurred_at="about 10 in the morning",
        behaviours=(Behaviour.IMPLICIT_THREAT,),
        means=(ThreatMeans.WRITING,),
        timing=(ThreatTiming.FUTURE,),
        ability=Ability.UNKNOWN,
        has_other_contact=True,
        other_contact=content.Person(name="Chris Classmate", phone="555-0143"),
        own_observation=True,
        specific_threat_or_event="The final exam.",
        imminent=False,
        private=False,
    )


def note() -> inquiry.NoteContent:
    """An interview."""
    return inquiry.NoteContent(
        kind="interview", with_whom="a classmate", own_observation=True, text="Heard it as a joke."
    )


def correction() -> inquiry.RemarkContent:
    """What a note is corrected to: the fields that were wrong, and no other."""
    return inquiry.RemarkContent(text="Heard it as a joke, and told nobody until Monday.")


def team_correction() -> team.ReviewContent:
    """What a review of the plan is corrected to: the fields that were wrong, and no other."""
    return team.ReviewContent(sections_revised="Section 4, who is called; section 6, rooms")


def protective_order() -> plans.ProtectiveOrderContent:
    """A protective order."""
    return plans.ProtectiveOrderContent(
        protects=TERRY.name,
        against=SAM.name,
        court="Example District Court",
        reference="D-0000",
        sites=(_pack().home_site,),
        valid_until=_in(365),
    )


def target() -> plans.TargetContent:
    """Somebody who may be in danger."""
    return plans.TargetContent(
        name=TERRY.name,
        role=Endangered.TARGET,
        phone=TERRY.phone,
        email=TERRY.email,
        identifiers={IdentifierKind.EMPLOYEE_ID: "E-0142"},
        affiliations=(Affiliation.FACULTY,),
        site=_pack().home_site,
        vulnerability="Teaches alone in the evening, and parks behind the building.",
        done=("Classes were moved to another room.",),
        owner=POLICE,
        follow_up_at=_in(2),
    )


def rating() -> inquiry.RatingContent:
    """What one member thinks alone, at Moderate."""
    criterion = _pack().levels[Level.MODERATE].criteria[0].id
    return inquiry.RatingContent(
        level=Level.MODERATE,
        criteria=(criterion,),
        supports={criterion: "Shouted in class twice."},
        ability=Ability.UNKNOWN,
        factors=(inquiry.Factor(kind=FactorKind.PROTECTIVE, text="Trusts a coach.", source="The coach."),),
        reason="Loud, and without a plan.",
    )


def assessment() -> inquiry.AssessmentContent:
    """An assessment at Moderate, with the first criterion of that level in the pack."""
    return inquiry.AssessmentContent(
        level=Level.MODERATE,
        criteria=(_pack().levels[Level.MODERATE].criteria[0].id,),
        factors=(
            inquiry.Factor(kind=FactorKind.STATIC, text="A reprimand last year."),
            inquiry.Factor(kind=FactorKind.DYNAMIC, text="Has lost sleep since the term began."),
            inquiry.Factor(kind=FactorKind.PROTECTIVE, text="Sees a counselor."),
        ),
        rationale="Vague and indirect; no means, and no steps taken.",
        threat_of_violence=True,
        significant_disruption=False,
        participants=(CHAIR, POLICE),
        conditions=(Condition.DISTRESS,),
        ability=Ability.NO,
        dissent="One member thinks that it was a joke.",
    )


def plan() -> plans.PlanContent:
    """An active monitoring plan with one action and one referral."""
    return plans.PlanContent(
        kind=PlanKind.ACTIVE_MONITORING,
        summary="Weekly talks, and a new assessment within the month.",
        topics={PlanTopic.SUBJECT: "Is glad of the weekly talk."},
        actions=(
            plans.ActionContent(
                what="Talk with the student", area=MeasureArea.SUBJECT, owner=CHAIR, due_at=_in(7)
            ),
            plans.ActionContent(what="Tell the instructor", owner=POLICE, due_at=_in(9), after=("1",)),
        ),
        referrals=(plans.ReferralContent(kind=ReferralKind.COUNSELLING, recommendation="Offer counseling."),),
    )


def reintegration() -> plans.ReintegrationContent:
    """Coming back under one condition, with one check-in."""
    return plans.ReintegrationContent(
        conditions=("Keeps the appointments with the counselor.",),
        check_ins=(plans.CheckInContent(owner=CHAIR, due_at=_in(14), what="Ask how the classes go."),),
    )


def minutes() -> plans.MinutesContent:
    """The minutes of a meeting, which agreed on an action."""
    return plans.MinutesContent(
        present=(CHAIR, POLICE),
        minutes="Agreed on a plan.",
        suggestions=("Meet sooner.",),
        actions=(plans.AgreedContent(what="Call the student's adviser", owner=CHAIR, due_at=_in(7)),),
    )


def team_minutes() -> plans.TeamMinutesContent:
    """The minutes of a meeting without a case."""
    return plans.TeamMinutesContent(
        present=(CHAIR, POLICE), minutes="Looked at the semester's figures.", suggestions=("Meet sooner.",)
    )


def disposition() -> closing.DispositionContent:
    """How a matter ended."""
    follow_up = (
        closing.FollowUpContent(
            office="student_affairs",
            name="Pat Example",
            address="pat@example.edu",
            phone="555-0143",
            what="A talk every month until the end of the term.",
        ),
        closing.FollowUpContent(
            office="academic_affairs",
            name="Lee Example",
            what="Seeing that the missed exam can be made up.",
        ),
    )
    return closing.DispositionContent(
        text="No threat remains.",
        tell_reporter=True,
        to_reporter="The team talked with everybody concerned. Thank you for speaking up.",
        threat=Finding.NO_LONGER,
        disruption=Finding.DOES_NOT,
        follow_up=follow_up,
    )


def review() -> team.ReviewContent:
    """A review of the plan."""
    return team.ReviewContent(sections_revised="Contacts of the sites.")


def consent() -> leaving.ConsentContent:
    """A student's consent to a referral to social services, on paper."""
    return leaving.ConsentContent(
        given_by=SAM.name,
        relation="the student",
        to=RecipientKind.SOCIAL_SERVICES,
        recipient="social_services",
        purpose=Purpose.REFERRAL,
        what=(Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS, Disclosed.RECOMMENDATION),
        given_at=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1),
        valid_until=_in(365),
        document="Signed form in the student's folder at Student Affairs.",
    )


def release() -> leaving.ReleaseContent:
    """One sentence for a newspaper."""
    return leaving.ReleaseContent(
        to=RecipientKind.MEDIA,
        recipient="gazette",
        basis=LegalBasis.NO_RECORD,
        what=(Disclosed.CASE_STATUS,),
        asked_by="A journalist of the Example Gazette, by phone",
        because="The campus talks about it already.",
        text="The university has looked into the matter; there is no danger on campus.",
    )


def reprisal() -> reports.ReprisalContent:
    """A reporter who is treated badly because of their report."""
    return reports.ReprisalContent(
        word=ReprisalWord.SAID,
        who="The reporter, by phone",
        text="The other students of the course have left the group chat, and call them a traitor.",
    )


def privacy_talk() -> reports.PrivacyTalkContent:
    """A talk with a reporter who had asked for privacy."""
    return reports.PrivacyTalkContent(
        talked_at=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1),
        told="A court has asked for the report, and the name stands in it.",
        said="Would rather not, but understands; asks to be told the day before.",
    )


def determination() -> leaving.DeterminationContent:
    """A health or safety emergency, with its four considerations."""
    return leaving.DeterminationContent(
        threat="Said to two people that the final exam ends with a fire, and asked where the exits are.",
        seriousness="Many people in one room.",
        urgency="The exam is tomorrow at nine.",
        need="The police have to know which building and which section it is.",
        ability_of_recipient="University Police can guard the building and talk with the student.",
    )
