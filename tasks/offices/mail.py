"""By e-mail: with the letter as a PDF inside the team's own mail, and a link that works once everywhere."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from notifications import contexts
from notifications.addresses import is_own
from notifications.contexts import Context
from notifications.envelope import build, message_id
from states.errors import StepFailed
from states.vocabulary import Disclosed, IdentifierKind, ReferralKind
from tasks.desk import desk
from tasks.far_sides import deliver
from tasks.mailing import render_message
from tasks.offices.contract import Answers, Delivered, Letter, Progress
from tasks.offices.writing import pdf
from tasks.sources.contract import Needs

#: what a person reads that somebody is known by
KNOWN_BY = Needs(
    any_of=frozenset({IdentifierKind.NAME, IdentifierKind.CAMPUS_ID, IdentifierKind.EMPLOYEE_ID})
)


class _Table(BaseModel):
    """The table of an office that gets mail: the policy pack says all else."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class MailWay:
    """Sends the letter by e-mail to the office's address.

    Mail that leaves the team's own domains carries the case's number and the link, and never content (W-39):
    the letter is then read behind the link.

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

    async def send(self, letter: Letter) -> Delivered:
        """Send the mail; a repetition has the same Message-ID and the same bytes."""
        settings = desk().settings
        own = is_own(letter.address, desk().book.pack.own_domains)
        mail = build(
            await render_message(f"referral_{letter.kind}", _context(letter), own_channel=own),
            sender=settings.sender,
            to=letter.address,
            message_id=message_id(letter.idempotency_key, letter.referral_id),
            date=letter.written_at,
            pdf=await pdf(letter) if own else None,
            enclosed=[(each.name, each.media_type, each.data) for each in letter.enclosed if own],
        )
        await deliver(mail, letter.address)
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


def _context(letter: Letter) -> Context:
    detail = (
        contexts.ConductReferral(office=letter.office_name, handbook=letter.handbook or "rules that apply")
        if letter.kind is ReferralKind.CONDUCT
        else contexts.Referral(office=letter.office_name)
    )
    return Context(
        institution=letter.institution,
        phone=letter.phone,
        link=letter.link,
        case_number=letter.case_number,
        when=letter.answer_by,
        detail=detail,
    )
