"""What is written of the team itself."""

from datetime import datetime, time
from typing import Annotated

from pydantic import (
    AwareDatetime,
    Field,
)

from states.calendar import moments
from states.calendar.moments import Here
from states.contents.content import Content, Line, Prose, Statement, typed
from states.contents.inquiry import CorrectionContent
from states.contents.verbatim import Verbatim
from states.vocabulary.figures import Chart
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import SourceKind


def _first_moment(text: str, what: str, here: Here) -> datetime:
    """The first moment of a day, or a moment, as somebody typed it."""
    if "T" in text:
        return moments.moment(text, what, here)
    return datetime.combine(moments.day(text, what, here), time(0), here.zone)


#: the first moment of a day: from then on something holds, or holds no more
FirstMoment = Annotated[AwareDatetime, typed(_first_moment)]


class TeamCorrection(CorrectionContent):
    """One correction of a record of the team's own: when, by whom, why, and what stood there before."""

    at: AwareDatetime
    by: Verbatim


class ReviewContent(Content):
    """One review of the plan: which sections were revised (W-46)."""

    sections_revised: Statement


class ApprovedReview(ReviewContent):
    """A review on record, and who approved it, by name; empty: it waits for that."""

    approved_by: Verbatim = ""
    #: who put the approval on record, and when; empty: nobody has, or it was before that was kept
    entered_by: Verbatim = ""
    entered_at: Verbatim = ""
    #: digest of the version of the policy pack that was reviewed, and what it is called; empty: none
    policy: Verbatim = ""
    version: Verbatim = ""
    corrections: tuple[TeamCorrection, ...] = ()


class ReviewEntry(ReviewContent):
    """A review as it is corrected: which sections were revised, who approved it, and from when it holds."""

    approved_by: Line = ""
    effective_at: FirstMoment


class ReportTexts(Content):
    """What the team says beside the figures of a period, and what it recommends (W-34, M-05)."""

    beside: dict[Chart, Prose] = Field(default_factory=dict)
    recommendations: Prose = ""


class SemesterReportContent(ReportTexts):
    """A report on a period: the team's texts, and once it is approved the figures that were sent."""

    #: of each chart its cells for everybody, each a number or why it is not shown, and the total last
    figures: dict[Chart, tuple[int | str, ...]] = Field(default_factory=dict)


class TrainingContent(Content):
    """Where a member had a training; of one that was taken back, why (U-14)."""

    where: Line = ""
    taken_back_because: Prose = ""


class ChangeContent(Content):
    """A change of law or policy; of one that was taken back, why (U-13, U-16)."""

    title: Line = Field(min_length=1)
    #: what it means for the team
    what: Statement
    #: where it is to be read
    source: Line = ""
    taken_back_because: Prose = ""


class AgreementContent(Content):
    """An agreement with another agency: with whom, and what for (P-10)."""

    partner: Line = Field(min_length=1)
    purpose: Prose = ""


class KeptAgreement(AgreementContent):
    """An agreement on record, and what was corrected of it."""

    corrections: tuple[TeamCorrection, ...] = ()


class AgreementEntry(AgreementContent):
    """An agreement as it is corrected: with whom, what for, what is asked under it, and its days."""

    kinds: tuple[SourceKind, ...] = Field(min_length=1)
    signed_at: FirstMoment
    ends_at: FirstMoment | None = None
    reviewed_at: FirstMoment | None = None


class AccountContent(Content):
    """How a member signs in (see :mod:`states.casebook.accounts.factors`); nobody typed it like this."""

    #: the password's hash
    password: str = Field(repr=False)
    #: the key of the codes, in base 32
    key: str = Field(repr=False)
    #: blind indexes of the recovery codes that were not used yet
    recovery: tuple[str, ...] = Field(default=(), repr=False)


class PasskeyContent(Content):
    """A passkey: what its owner calls it, and what it is known by."""

    name: Line
    #: its id and its public key, in hexadecimal
    credential: str = Field(repr=False)
    public_key: str = Field(repr=False)
    #: how a browser reaches it
    transports: tuple[str, ...] = ()


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
