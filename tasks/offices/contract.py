"""What a way out of a referral is: what it tells an office, how the office answers, and three functions.

A package brings a way of its own with an entry point in the group ``tatflow.offices`` that names a class of
this shape; :mod:`tasks.offices.registry` finds it. What a letter or an answer says shows in no ``repr``.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any, Protocol, Self, runtime_checkable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from states.correspondence.letter import Letter
from states.vocabulary.leaving import Disclosed, ReferralStatus
from states.vocabulary.people import IdentifierKind
from states.vocabulary.plans import Attendance
from tasks.sources.contract import Code, Needs

#: replies come from code that is not ours: they are checked as they are made, and a wrong one shows no value
_CHECKED = ConfigDict(extra="forbid", hide_input_in_errors=True)


#: what a person reads that somebody is known by
KNOWN_BY = Needs(
    any_of=frozenset({IdentifierKind.NAME, IdentifierKind.CAMPUS_ID, IdentifierKind.EMPLOYEE_ID})
)


class Answers(StrEnum):
    """How an office says what it makes of a referral."""

    BY_LINK = "by_link"  # with the one-time link in its letter
    BY_CALL = "by_call"  # with a signed call of its own system
    WHEN_ASKED = "when_asked"  # only when it is asked how far it has come


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


class Post(Protocol):
    """The team's own mail, for a way whose office is people with a mailbox."""

    async def deliver(self, letter: Letter) -> None:
        """Send a letter by mail to its address, with the link that it is answered by.

        A repetition is the same mail. What leaves the team's own domains carries the case's number and the
        link, and never content (W-39): the letter is then read behind the link.

        Raises:
            StepFailed: it was not handed over.
        """
        ...


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

    async def send(self, letter: Letter, post: Post) -> Reply:
        """Hand a letter over; must let itself be canceled, and be safe to repeat.

        Args:
            letter: the letter, with no more of the subject than :attr:`needs` names; sent again after a crash
                under the same ``idempotency_key``.
            post: the team's own mail; most ways do without.

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
