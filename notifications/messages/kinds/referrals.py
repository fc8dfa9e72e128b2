"""Recommendations to offices, one for each kind (W-22 to W-25)."""

from notifications.messages.contexts import Detail, Line
from notifications.messages.message import Ask, Message
from notifications.messages.samples import WHEN, sample


class Referral(Detail):
    """A recommendation to an office."""

    office: Line


class ConductReferral(Referral):
    """A recommendation under a handbook (W-22)."""

    #: "Student Handbook", "Faculty Handbook" or "Staff Handbook"
    handbook: Line


ENTRIES = (
    Message(
        name="referral_conduct",
        discloses=None,
        purpose="Recommend that an office consider action under a handbook.",
        clause=("W-22", "W-44"),
        ask=Ask.ANSWER,
        sample=sample(ConductReferral(office="Student Affairs", handbook="Student Handbook"), when=WHEN),
    ),
    Message(
        name="referral_counselling",
        discloses=None,
        purpose="Recommend professional counseling.",
        clause=("W-23", "W-44"),
        ask=Ask.ANSWER,
        sample=sample(Referral(office="Student Health Services"), when=WHEN),
    ),
    Message(
        name="referral_prosecution",
        discloses=None,
        purpose="Recommend that criminal charges be considered.",
        clause=("W-24", "W-44"),
        ask=Ask.ANSWER,
        sample=sample(Referral(office="University Police"), when=WHEN),
    ),
    Message(
        name="referral_social_services",
        discloses=None,
        purpose="Recommend support by social services or a specialist.",
        clause=("A-05", "W-44"),
        ask=Ask.ANSWER,
        sample=sample(Referral(office="Community Support Office"), when=WHEN),
    ),
    Message(
        name="referral_protective_order",
        discloses=None,
        purpose="Bring the police of a site a copy of a protective order that holds there.",
        clause=("W-42",),
        ask=Ask.ANSWER,
        sample=sample(Referral(office="University Police"), when=WHEN),
    ),
    Message(
        name="referral_other",
        discloses=None,
        purpose="Recommend another step that the team describes in the case.",
        clause=("W-25", "W-44"),
        ask=Ask.ANSWER,
        sample=sample(Referral(office="Risk Management"), when=WHEN),
    ),
)
