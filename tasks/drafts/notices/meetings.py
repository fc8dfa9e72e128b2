"""Dates: meetings, reassessments and check-ins, put into calendars and taken out of them."""

from datetime import datetime

from notifications.messages.contexts import Detail
from notifications.messages.kinds import meetings
from states.casebook.disclosing.notices import Draft
from states.casebook.rounds import semester_invitations
from states.casebook.rounds.results import Invited
from states.vocabulary.cases import Level
from states.vocabulary.plans import MeetingKind, PlanKind
from tasks.drafts.drafting import Drafting
from tasks.drafts.link_paths import ACTIONS, CHECK_INS, MEETINGS, SEMESTER_MEETING

#: what an invitation that is no meeting's put into calendars
ENTRIES = {
    "reassessment_invitation": "reassessment",
    "checkin_invitation": "check-in",
    "action_assigned": "action",
    # of somebody who leaves, while others meet
    "meeting_invitation": "meeting",
    "debrief_invitation": "debrief",
}


#: the pages of what was put into calendars; of a reassessment it is the case's
_PAGES = {
    "meeting_invitation": MEETINGS,
    "debrief_invitation": MEETINGS,
    "checkin_invitation": CHECK_INS,
    "action_assigned": ACTIONS,
}


def _page_of(invited: Invited) -> str:
    """The page of what falls away; empty: the case's."""
    if invited.kind is MeetingKind.SEMESTER:
        return f"{SEMESTER_MEETING}/{invited.entry}"
    return f"{_PAGES[invited.template]}/{invited.entry}" if invited.template in _PAGES else ""


class MeetingNotices(Drafting):
    """Drafts what goes into calendars."""

    def meeting(self, meeting_id: str, kind: MeetingKind, at: datetime, sequence: int = 0) -> list[Draft]:
        """Invite everybody on the case to a meeting (W-30 to W-32), or tell that it was moved."""
        detail = meetings.Meeting(kind=kind, level=self._brief.level, place=self._place())
        urgent = kind is MeetingKind.EMERGENCY
        return self._to(
            "meeting_invitation",
            self._brief.on_case,
            detail,
            at,
            urgent=urgent,
            invite=meeting_id,
            key=meeting_id,
            link=f"{MEETINGS}/{meeting_id}",
            sequence=sequence,
        )

    def semester_meeting(self, meeting_id: str, at: datetime, sequence: int) -> list[Draft]:
        """Invite everybody on the team to the semester's meeting (W-33), or tell that it was moved."""
        asked = [
            member
            for member, (actor, _) in self._brief.team.items()
            if not actor.roles.isdisjoint(semester_invitations.ASKED)
        ]
        return self._to(
            "meeting_invitation",
            asked,
            meetings.Meeting(kind=MeetingKind.SEMESTER, level=None, place=self._place(), moved=sequence > 0),
            at,
            invite=meeting_id,
            key=meeting_id,
            link=f"{SEMESTER_MEETING}/{meeting_id}",
            sequence=sequence,
        )

    def cancellation(self, invited: Invited) -> Draft:
        """Take an entry out of the calendar of somebody who has it (U-04)."""
        detail: Detail
        if invited.kind is None:
            sooner = None if invited.sooner is None else invited.sooner.astimezone(self._zone())
            template, detail = (
                "entry_cancelled",
                meetings.EntryCancelled(entry=ENTRIES[invited.template], sooner=sooner, news=invited.news),
            )
        else:
            template = "meeting_cancelled"
            detail = meetings.Meeting(kind=invited.kind, level=self._brief.level, place=self._place())
        return self._draft(
            template,
            invited.recipient,
            invited.address,
            detail,
            invited.at,
            invite=invited.entry,
            key=invited.entry,
            link=_page_of(invited),
            sequence=invited.sequence,
        )

    def reassessment(self, entry: str, at: datetime, plan: PlanKind) -> list[Draft]:
        """Put the next reassessment into the calendars of the case (W-08).

        Args:
            entry: id of the clock that the entry stands for.
            at: when people are to look at the case again.
            plan: the plan that they look at.
        """
        detail = meetings.Reassessment(level=self._brief.level or Level.MILD, plan=plan, place=self._place())
        return self._to("reassessment_invitation", self._brief.on_case, detail, at, invite=entry)

    def check_in(
        self, check_in_id: str, owner: str, due_at: datetime, number: int, total: int, *, sequence: int = 0
    ) -> list[Draft]:
        """Put a check-in into its owner's calendar (W-45), or move it there."""
        detail = meetings.CheckIn(number=number, total=total, place=self._place())
        return self._to(
            "checkin_invitation",
            [owner],
            detail,
            due_at,
            invite=check_in_id,
            key=check_in_id,
            link=f"{CHECK_INS}/{check_in_id}",
            sequence=sequence,
        )

    def debrief(self, meeting_id: str, at: datetime) -> list[Draft]:
        """Invite everybody on the case to look back (U-06)."""
        detail = meetings.Debrief(place=self._place())
        link = f"{MEETINGS}/{meeting_id}"
        return self._to("debrief_invitation", self._brief.on_case, detail, at, invite=meeting_id, link=link)
