"""Steps of a conveyance: recommendations with their content to the vice president of the unit (W-22)."""

from functools import partial

from notifications.addresses import is_own
from notifications.contexts import Context, Conveyance
from notifications.envelope import build, message_id
from states.casebook import conveying, leases
from states.casebook.effects import Work
from states.errors import StepFailed, Withheld
from tasks.desk import desk, told
from tasks.far_sides import deliver
from tasks.mailing import render_message
from tasks.offices.contract import Letter
from tasks.offices.mail import KNOWN_BY
from tasks.offices.sending import least
from tasks.offices.writing import letter_of, pdf
from tasks.steps import step


@step("list what is to be conveyed")
async def list_to_convey(work: Work) -> list[str]:
    """List the referrals that no vice president has heard of."""
    return await told(conveying.to_convey, desk().book, work)


@step("convey recommendation")
async def convey(work: Work, referral_id: str) -> None:
    """Send one recommendation to the vice president; a second attempt sends the same mail.

    Raises:
        StepFailed: the policy does not allow it, or the mail did not get out.
    """
    book, settings = desk().book, desk().settings
    try:
        released, office = await told(conveying.release, book, work, referral_id)
    except Withheld:
        raise StepFailed("withheld", permanent=True) from None
    letter = letter_of(
        released,
        book.pack,
        subject=least(KNOWN_BY, dict(released.known)),
        idempotency_key=work.lease.effect_id,
        base_url=settings.base_url,
    )
    address = book.pack.office(office).address
    # The pack's checks see to it that a vice president's mailbox is the institution's own.
    own = is_own(address, book.pack.own_domains)
    mail = build(
        await render_message("conveyance", _context(letter, office), own_channel=own),
        sender=settings.sender,
        to=address,
        message_id=message_id(work.lease.effect_id, referral_id, "conveyance"),
        date=letter.written_at,
        pdf=await pdf(letter) if own else None,
    )
    held = partial(leases.still_held, book, work, seconds=settings.lease_seconds)
    await deliver(mail, address, first=held)
    await told(conveying.conveyed, book, work, referral_id, office)


def _context(letter: Letter, office: str) -> Context:
    unit = desk().book.pack.office(office).name
    return Context(
        institution=letter.institution,
        phone=letter.phone,
        link=f"{desk().settings.base_url.rstrip('/')}/cases/{letter.case_number}",
        case_number=letter.case_number,
        detail=Conveyance(kind=letter.kind, office=letter.office_name, unit=unit),
    )
