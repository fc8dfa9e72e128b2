"""What a way out of a referral is: what it tells an office, how the office answers, and three functions.

A package brings a way of its own with an entry point in the group ``tatflow.offices`` that names a class of
this shape; :mod:`tasks.offices.registry` finds it. What a letter or an answer says shows in no ``repr``.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, Self, runtime_checkable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from states.vocabulary import Attendance, Disclosed, IdentifierKind, ReferralKind, ReferralStatus
from tasks.sources.contract import Code, Needs

#: replies come from code that is not ours: they are checked as they are made, and a wrong one shows no value
_CHECKED = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Answers(StrEnum):
    """How an office says what it makes of a referral."""

    BY_LINK = "by_link"  # with the one-time link in its letter
    BY_CALL = "by_call"  # with a signed call of its own system
    WHEN_ASKED = "when_asked"  # only when it is asked how far it has come


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
    """A referral on its way to an office: what the recipient needs, and no more than the way tells.

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
        written_at: when it was decided on, in the site's time zone.
        answer_by: until when an answer is waited for, in the site's time zone.
        recommendation: what the team recommends, in its words.
        subject: what the subject is known by.
        observations: what people saw themselves (W-36).
        enclosed: files that go with it.
        link: where the office answers, once; empty: it answers otherwise.
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
    observations: tuple[str, ...] = field(default=(), repr=False)
    enclosed: tuple[Enclosed, ...] = ()
    link: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Delivered:
    """The office has it.

    Args:
        ticket: what the office knows it by; empty: by the referral's id.
    """

    ticket: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Declined:
    """The office's system says at once that the office will not take it up."""

    reason: Code


@dataclass(frozen=True, slots=True, config=_CHECKED)
class Progress:
    """How far an office has come.

    Args:
        status: *sent* when it has not looked yet.
        attendance: whether the person came; of counseling that is completed, alone (U-09).
    """

    status: ReferralStatus
    attendance: Attendance | None = None


#: what a way answers when a letter is handed to it; a failure is a StepFailed
Reply = Delivered | Declined


@runtime_checkable
class Way(Protocol):
    """A way out; it is used through :mod:`tasks.offices.sending` alone."""

    #: what the way itself is called, as in ``mail``
    kind: str
    #: the name of its table in the offices file: the office's code
    name: str
    #: what it tells the office, which the disclosure gate is asked about
    tells: frozenset[Disclosed]
    #: which identifiers of the subject it needs, where it tells them
    needs: Needs
    #: how the office answers
    answers: Answers

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the way that a table of the offices file describes; touches neither file nor network.

        Args:
            name: the table's name.
            table: its entries but ``use``.

        Raises:
            ValidationError: the table does not fit a pydantic model; the registry says which key and why.
        """
        ...

    async def send(self, letter: Letter) -> Reply:
        """Hand a letter over; must let itself be cancelled, and be safe to repeat.

        Args:
            letter: the letter; sent again after a crash under the same ``idempotency_key``.

        Raises:
            StepFailed: it was not handed over; its code is what people are told.
        """
        ...

    async def status(self, ticket: str) -> Progress:
        """Ask how far the office has come; only where it answers when asked.

        Args:
            ticket: what the office knows the referral by.

        Raises:
            StepFailed: it could not be asked.
        """
        ...

    async def check(self) -> None:
        """See that a letter could be handed over, without sending anything of anybody.

        Raises:
            StepFailed: it could not.
        """
        ...


@runtime_checkable
class Calling(Protocol):
    """A way whose office answers with signed calls."""

    #: the office's public keys, by id; two while one takes the other's place
    keys: Mapping[str, Ed25519PublicKey]
