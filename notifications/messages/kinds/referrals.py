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


def _referral(name: str, purpose: str, *clause: str, detail: Referral) -> Message:
    """A message that brings an office a recommendation, which it answers."""
    return Message(
        name=name,
        purpose=purpose,
        clause=clause,
        ask=Ask.ANSWER,
        # The referral that it carries says what.
        discloses=None,
        sample=sample(detail, when=WHEN),
    )


ENTRIES = (
    _referral(
        "referral_conduct",
        "Recommend that an office consider action under a handbook.",
        *("W-22", "W-44"),
        detail=ConductReferral(office="Student Affairs", handbook="Student Handbook"),
    ),
    _referral(
        "referral_counselling",
        "Recommend professional counseling.",
        *("W-23", "W-44"),
        detail=Referral(office="Student Health Services"),
    ),
    _referral(
        "referral_prosecution",
        "Recommend that criminal charges be considered.",
        *("W-24", "W-44"),
        detail=Referral(office="University Police"),
    ),
    _referral(
        "referral_social_services",
        "Recommend support by social services or a specialist.",
        *("A-05", "W-44"),
        detail=Referral(office="Community Support Office"),
    ),
    _referral(
        "referral_protective_order",
        "Bring the police of a site a copy of a protective order that holds there.",
        "W-42",
        detail=Referral(office="University Police"),
    ),
    _referral(
        "referral_other",
        "Recommend another step that the team describes in the case.",
        *("W-25", "W-44"),
        detail=Referral(office="Risk Management"),
    ),
)
