"""What reporters, offices and those who take follow-up over are told."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from notifications.messages.kinds import outside, referrals
from states.casebook.closing.endings import Over, ToTell
from states.casebook.disclosing.notices import Draft
from states.casebook.disclosing.releases import Standing
from states.casebook.referrals.sending import NextLink
from states.vocabulary.leaving import ReferralKind, ReleaseStatus
from tasks.drafts.drafting import Drafting
from tasks.drafts.link_paths import ANSWERS, RETURNING, TAKING_OVER, TEXTS, TOLD


class OutsideNotices(Drafting):
    """Drafts what those outside the team are told."""

    def conclusion(self, reporters: Iterable[ToTell], concluded: datetime) -> list[Draft]:
        """Tell those who reported that the matter is concluded, with a link to what they may be told (W-27).

        Args:
            reporters: whom, and where.
            concluded: when the case was closed; the day is the site's.
        """
        detail = outside.Disposition(concluded=concluded.astimezone(self._zone()).date())
        return [
            self._draft(
                "disposition_notice",
                "reporter",
                each.address,
                detail,
                key=each.report_id,
                link=f"{TOLD}/{each.secret}",
            )
            for each in reporters
        ]

    def question(self, address: str, report_id: str) -> list[Draft]:
        """Tell a reporter that a question waits; neither what nor about what, nor the case (W-16)."""
        detail = outside.Question()
        link = RETURNING
        return [
            self._draft("reporter_question", "reporter", address, detail, key=report_id, link=link, number="")
        ]

    def handover(self, passing: Sequence[Over]) -> list[Draft]:
        """Hand follow-up over to those who are named for it, each with a link to say that they took it."""
        names = {each.office: self._pack.office(each.office).name for each in passing}
        return [
            self._draft(
                "handover",
                each.office,
                each.address,
                outside.Handover(
                    office=names[each.office],
                    others=tuple(name for code, name in names.items() if code != each.office),
                ),
                each.confirm_by,
                key=each.hand_over_id,
                link=f"{TAKING_OVER}/{each.secret}",
            )
            for each in passing
        ]

    def referral(self, kind: ReferralKind, office: str, handbook: str, referral_id: str) -> Draft:
        """Tell an office that a letter with a recommendation came for it; the letter is made apart (W-22)."""
        name = self._pack.office(office).name
        detail = (
            referrals.ConductReferral(office=name, handbook=handbook or "rules that apply")
            if kind is ReferralKind.CONDUCT
            else referrals.Referral(office=name)
        )
        return self._office(f"referral_{kind}", office, detail, referral_id)

    def office_link(self, asked: NextLink) -> list[Draft]:
        """Send an office the link for its next answer to a referral (W-25)."""
        detail = referrals.Referral(office=self._pack.office(asked.office).name)
        return [
            self._draft(
                "referral_link",
                asked.office,
                self._pack.office(asked.office).address,
                detail,
                asked.answer_by,
                key=asked.referral_id,
                link=f"{ANSWERS}/{asked.secret}",
            )
        ]

    def clearing(self, standing: Standing) -> list[Draft]:
        """Tell offices that a text waits for their word, or may be told; its drafter, what came of it.

        The offices see neither the text nor which case it comes from (W-37 to W-39).
        """
        detail = outside.Clearing(to=standing.to, status=standing.status)
        key, link = f"{standing.release_id} {standing.status}", f"{TEXTS}/{standing.release_id}"
        drafts = [
            self._office("clearing", code, detail, key, standing.due_at, number="", link=link)
            for code in standing.offices
        ]
        if standing.status is not ReleaseStatus.DRAFTED:
            drafts += self._to("clearing", [standing.drafted_by], detail, key=key, link=link)
        return drafts
