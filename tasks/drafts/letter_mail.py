"""Letters by the team's own mail: whole inside its own domains, a number and a link elsewhere (W-39)."""

from notifications.channels.envelope import build, message_id
from notifications.messages.contexts import Context
from notifications.messages.kinds import referrals
from states.correspondence.letter import Letter
from states.vocabulary.leaving import ReferralKind
from tasks.offices.letter.writing import pdf
from tasks.postbox import Postbox


class TeamMail:
    """The team's own mail, as a way of an office is handed it.

    Args:
        postbox: where it leaves from.
    """

    def __init__(self, postbox: Postbox) -> None:
        self._postbox = postbox

    async def deliver(self, letter: Letter) -> None:
        """Send a letter; see :class:`tasks.offices.contract.Post`."""
        own = self._postbox.is_own(letter.address)
        mail = build(
            await self._postbox.render(f"referral_{letter.kind}", _context(letter), own_channel=own),
            sender=self._postbox.sender,
            to=letter.address,
            message_id=message_id(letter.idempotency_key, letter.referral_id),
            date=letter.written_at,
            pdf=await pdf(letter) if own else None,
            enclosed=[(each.name, each.media_type, each.data) for each in letter.enclosed if own],
        )
        await self._postbox.deliver(mail, letter.address)


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
