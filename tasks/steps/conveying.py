"""The step of a conveyance: recommendations with their content to the vice president of the unit (W-22)."""

from dataclasses import replace
from functools import partial

from notifications.channels.envelope import build, message_id
from notifications.messages.contexts import Context
from notifications.messages.kinds.outside import Conveyance
from states.casebook.disclosing.notices import Draft
from states.casebook.effects import leases
from states.casebook.effects.work import Work
from states.casebook.referrals import conveying
from states.correspondence.letter import Letter
from states.errors import StepFailed, Withheld
from states.store.threads import told
from tasks.desk import Desk
from tasks.drafts.link_paths import RECOMMENDATION
from tasks.drafts.mailing import send_letter
from tasks.offices.contract import KNOWN_BY
from tasks.offices.letter.writing import pdf
from tasks.offices.sending import least
from tasks.steps.step import step


@step("convey recommendation")
async def convey(desk: Desk, work: Work, referral_id: str) -> None:
    """Send one recommendation to the vice president; a second attempt sends the same mail.

    Raises:
        StepFailed: the policy does not allow it, or the mail did not get out.
    """
    book, settings, postbox = desk.book, desk.settings, desk.postbox
    try:
        letter, office, secret = await told(conveying.release, book, work, referral_id)
    except Withheld:
        raise StepFailed("withheld", permanent=True) from None
    letter = replace(letter, subject=least(KNOWN_BY, letter.subject))
    address = book.pack.office(office).address
    # The pack's checks see to it that a vice president's mailbox is the institution's own.
    own = postbox.is_own(address)
    mail = build(
        await postbox.render("conveyance", _context(desk, letter, office, secret), own_channel=own),
        sender=postbox.sender,
        to=address,
        message_id=message_id(work.effect_id, referral_id, "conveyance"),
        date=letter.written_at,
        pdf=await pdf(letter) if own else None,
    )
    held = partial(leases.still_held, book, work, seconds=settings.lease_seconds)
    draft = Draft(template="conveyance", recipient=office, address=address, context={})
    await send_letter(desk, work, draft, mail, first=held)
    await told(conveying.conveyed, book, work, referral_id, office)


def _context(desk: Desk, letter: Letter, office: str, secret: str) -> Context:
    unit = desk.book.pack.office(office).name
    return Context(
        institution=letter.institution,
        phone=letter.phone,
        link=f"{desk.settings.base_url.rstrip('/')}{RECOMMENDATION}/{secret}",
        case_number=letter.case_number,
        detail=Conveyance(kind=letter.kind, office=letter.office_name, unit=unit),
    )
