"""By e-mail: with the letter as a PDF inside the team's own mail, and a link that works once everywhere."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from states.correspondence.letter import Letter
from states.errors import StepFailed
from states.vocabulary.leaving import Disclosed, ReferralKind
from tasks.offices.contract import KNOWN_BY, Answers, Delivered, Post, Progress
from tasks.offices.letter.writing import pdf


class _Table(BaseModel):
    """The table of an office that gets mail: the policy pack says all else."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class MailWay:
    """Sends the letter by the team's own mail to the office's address.

    Args:
        name: the office's code.
    """

    kind = "mail"
    tells = frozenset({Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS, Disclosed.RECOMMENDATION})
    needs = KNOWN_BY
    answers = Answers.BY_LINK

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the way; see :meth:`tasks.offices.contract.Way.from_config`."""
        _Table.model_validate(table)
        return cls(name)

    async def send(self, letter: Letter, post: Post) -> Delivered:
        """Send the mail; a repetition has the same Message-ID and the same bytes."""
        await post.deliver(letter)
        return Delivered()

    async def status(self, ticket: str) -> Progress:
        """Nobody can ask a mailbox."""
        del ticket
        raise StepFailed("not_asked", permanent=True)

    async def check(self) -> None:
        """See that a letter can be made; whether the mail server takes it shows when it is sent."""
        await pdf(SAMPLE)


#: an invented letter
SAMPLE = Letter(
    referral_id="0" * 32,
    idempotency_key="0" * 32,
    case_number="TAT-2026-0000",
    kind=ReferralKind.OTHER,
    office="office",
    office_name="An office",
    address="office@wnmu.example",
    institution="A university",
    phone="575-555-0100",
    handbook="",
    written_at=datetime(2026, 3, 2, 15, tzinfo=UTC),
    answer_by=datetime(2026, 3, 5, 15, tzinfo=UTC),
)
