"""What is written of what leaves a case: referrals, determinations, consents, requests, releases."""

from typing import Annotated, Self

from pydantic import (
    AwareDatetime,
    Field,
    model_validator,
)

from states.calendar import moments
from states.contents.content import Content, Line, Prose, Statement, typed
from states.contents.plans import ReferralContent
from states.contents.verbatim import Verbatim
from states.errors import BadInput
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind, ReferralStatus
from states.vocabulary.plans import Attendance
from states.vocabulary.sources import LegalBasis


def as_code(recipient: str) -> str:
    """A recipient as the record of disclosures has it: a code, and nobody's name.

    Raises:
        BadInput: it is no code.
    """
    if recipient.replace("_", "").replace("-", "").isalnum() and recipient == recipient.lower():
        return recipient
    raise BadInput(
        "A recipient is given as a code of small letters, digits, _ and -, such as district-court. "
        "Nothing was written."
    )


class ReferralEntry(ReferralContent):
    """A referral as it is corrected: what was recommended, and what its office said of it."""

    status: ReferralStatus
    #: of counseling alone: whether the person came (U-09)
    attendance: Attendance | None = None


class SentReferral(ReferralContent):
    """A referral on record: what was recommended, and what goes and came with its letter."""

    #: id of the court's own paper that goes with it; empty: none does
    document: Verbatim = ""
    #: what the office's system knows it by; empty: by its id
    ticket: Verbatim = ""


class OutcomeContent(Content):
    """What an office made of a referral; it never gates the case (W-21, W-29)."""

    text: Prose = ""


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
    given_at: Annotated[AwareDatetime, typed(moments.moment)]
    valid_until: Annotated[AwareDatetime, typed(moments.by)] | None = None
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


class RequestContent(Content):
    """A request that was refused: who asked, what for, and why it stayed (34 CFR 99.32)."""

    #: who asked, in words; empty: nobody did, the team or the software wanted to send it
    asked_by: Line = ""
    #: why it was to be told
    because: Prose = ""
    why_not: tuple[Prose, ...]
