"""Letters by the team's own mail: whole inside its own domains, a number and a link elsewhere (W-39)."""

from notifications.channels.envelope import build, message_id
from notifications.messages.contexts import Context
from notifications.messages.kinds import referrals
from states.casebook.disclosing.notices import Draft
from states.casebook.effects.work import Work
from states.correspondence.letter import Letter
from states.vocabulary.leaving import ReferralKind
from tasks.desk import Desk
from tasks.drafts.mailing import send_letter
from tasks.offices.letter.writing import pdf


class TeamMail:
    """The team's own mail, as a way of an office is handed it.

    Args:
        desk: what this process works with.
        work: the effect that sends letters.
    """

    def __init__(self, desk: Desk, work: Work) -> None:
        self._desk, self._work = desk, work

    async def deliver(self, letter: Letter) -> None:
        """Send a letter; see :class:`tasks.offices.contract.Post`."""
        postbox, template = self._desk.postbox, f"referral_{letter.kind}"
        own = postbox.is_own(letter.address)
        mail = build(
            await postbox.render(template, _context(letter), own_channel=own),
            sender=postbox.sender,
            to=letter.address,
            message_id=message_id(letter.idempotency_key, letter.referral_id),
            date=letter.written_at,
            pdf=await pdf(letter) if own else None,
            enclosed=[(each.name, each.media_type, each.data) for each in letter.enclosed if own],
        )
        draft = Draft(template=template, recipient=letter.office, address=letter.address, context={})
        await send_letter(self._desk, self._work, draft, mail)


def _context(letter: Letter) -> Context:
    detail = (
        referrals.ConductReferral(office=letter.office_name, handbook=letter.handbook or "rules that apply")
        if letter.kind is ReferralKind.CONDUCT
        else referrals.Referral(office=letter.office_name)
    )
    return Context(
        institution=letter.institution,
        phone=letter.phone,
        link=letter.link,
        case_number=letter.case_number,
        when=letter.answer_by,
        detail=detail,
    )
