"""A referral's letter to an office, the same from the casebook to the far side."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import IdentifierKind

#: a wrong one shows no value
_CHECKED = ConfigDict(extra="forbid", hide_input_in_errors=True)


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Enclosed:
    """A file that goes with a letter, such as the court's own paper of an order (W-42).

    Args:
        name: what it is called; tells of nobody.
        media_type: what kind of file it is, as in ``application/pdf``.
        data: its bytes.
    """

    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Letter:
    """A referral on its way to an office, with no more than its way tells.

    Args:
        referral_id: opaque; what the office may know it by, the same whenever it is sent.
        idempotency_key: the same for each repetition of one sending.
        case_number: the case's number.
        kind: what is recommended.
        office: code of the office.
        office_name: its name, for people.
        address: its mail address, or a channel's URL.
        institution: whose team recommends.
        phone: what reaches the team, day or night.
        handbook: under which handbook, or empty.
        written_at: when it was decided on, in the site's time zone; the same however often it is tried.
        answer_by: until when an answer is waited for, in the site's time zone.
        recommendation: what the team recommends, in its words.
        subject: what the subject is known by; a way is given the least of it that it needs.
        contact: how the subject is reached, for an office that is to offer them help (W-23).
        observations: what people saw themselves (W-36).
        enclosed: files that go with it.
        link: where people of the office answer, once; empty: it answers otherwise.
        answer_at: where the office's own system answers, signed; empty: it answers otherwise.
    """

    referral_id: str
    idempotency_key: str
    case_number: str
    kind: ReferralKind
    office: str
    office_name: str
    address: str
    institution: str
    phone: str
    handbook: str
    written_at: datetime
    answer_by: datetime
    recommendation: str = field(default="", repr=False)
    subject: Mapping[IdentifierKind, str] = field(default_factory=dict, repr=False)
    contact: Mapping[IdentifierKind, str] = field(default_factory=dict, repr=False)
    observations: tuple[str, ...] = field(default=(), repr=False)
    enclosed: tuple[Enclosed, ...] = ()
    link: str = field(default="", repr=False)
    answer_at: str = ""
