"""What members are told of their cases, and what is theirs to do."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from textwrap import wrap
from typing import Any

from notifications.messages.kinds import own, team
from states.casebook.disclosing.notices import Draft
from states.casebook.team.break_glass import REVIEWED
from states.casebook.team.news import Item, Need
from states.contents.payloads import AccountChanged, News
from states.errors import Missing
from states.vocabulary.effects import Clock, DeadlineStage
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import Role
from states.vocabulary.plans import PlanKind
from tasks.drafts.drafting import Drafting, for_these
from tasks.drafts.link_paths import ACCOUNT, ACTIONS, CHECK_INS, OF_TEAM, STAYS
from tasks.drafts.news_words import NEWS


def how_late(due_at: datetime, now: datetime) -> str | None:
    """How late something is, in the largest whole unit, as in ``3 days late``; None before it is due."""
    late = now - due_at
    if late <= timedelta():
        return None
    for span, word in (
        (timedelta(days=1), "day"),
        (timedelta(hours=1), "hour"),
        (timedelta(minutes=1), "minute"),
    ):
        if late >= span:
            count = late // span
            return f"{count} {word}{'' if count == 1 else 's'} late"
    return "just due"


#: the clocks of what is somebody's own, and where the page of it is
_THEIRS = {Clock.PLAN_ACTION: ACTIONS, Clock.CHECK_IN: CHECK_INS}


class TeamNotices(Drafting):
    """Drafts what members are told of their cases."""

    def news(self, told: News, due_at: datetime | None = None) -> list[Draft]:
        """Tell everybody on the case what happened and is next; or those alone whom the news is for.

        Args:
            told: what happened, and whom it is for.
            due_at: when what is next is due; None: no clock runs for it.
        """
        return for_these(told.only, self._reviewed(told) or self._news(told, due_at))

    def _reviewed(self, told: News) -> list[Draft]:
        """Tell whoever opened a case in an emergency what came of it: they need not be on it (W-39)."""
        justified = {said: whether for whether, said in REVIEWED.items()}.get(told.trigger)
        if justified is None:
            return []
        detail = own.GlassReviewed(justified=justified)
        return self._to("glass_reviewed", told.only or (), detail, link=STAYS)

    def _news(self, told: News, due_at: datetime | None) -> list[Draft]:
        trigger = told.trigger
        happened, following = NEWS.get(trigger, ("The case has moved on.", "Open it to see."))
        brief = self._brief
        detail = team.CaseNews(happened=happened, state=brief.state, level=brief.level, next_step=following)
        to_offices = [self._office("team_notice", code, detail) for code in told.offices]
        return to_offices or self._to("team_notice", brief.on_case, detail, due_at)

    def together(self, member: str, items: Sequence[Item], waiting: Sequence[Need]) -> list[Draft]:
        """Tell a member what happened to their cases, and what waits for them (U-05).

        Args:
            member: their id.
            items: what happened, oldest first.
            waiting: what waits for them, soonest first.
        """
        detail = team.GatheredNews(
            items=tuple(team.Happened(case_number=item.number, **item.context["detail"]) for item in items),
            needs=tuple(
                team.Waiting(
                    case_number=need.number,
                    clock=need.clock,
                    due=need.due_at.astimezone(self._zone()),
                    late=need.late,
                )
                for need in waiting
            ),
        )
        return self._to("gathered_news", [member], detail) if member in self._brief.team else []

    def action(
        self, action_id: str, owner: str, due_at: datetime, plan: PlanKind | None, *, sequence: int = 0
    ) -> list[Draft]:
        """Tell the owner of an action that it is theirs, and put it into their calendar, or move it there.

        Args:
            action_id: its id.
            owner: id of whoever does it.
            due_at: by when.
            plan: the kind of the plan that it is of; None: a meeting agreed on it.
            sequence: what a calendar tells by that this is newer.
        """
        return self._to(
            "action_assigned",
            [owner],
            team.Action(plan=plan, topic=None),
            due_at,
            invite=action_id,
            key=action_id,
            link=f"{ACTIONS}/{action_id}",
            sequence=sequence,
        )

    def turn(self, action_id: str, owner: str, due_at: datetime) -> list[Draft]:
        """Tell the owner of an action that what it waited for is done: it is their turn.

        Args:
            action_id: its id.
            owner: id of whoever does it.
            due_at: by when; that stays as it was.
        """
        link = f"{ACTIONS}/{action_id}"
        return self._to("action_turn", [owner], team.Turn(), due_at, key=action_id, link=link)

    def withheld(self, row: Any, missing: Iterable[Missing]) -> list[Draft]:
        """Tell the lead why a referral did not leave, and what would be needed (W-39)."""
        detail = team.Withheld(
            kind=ReferralKind(row.kind),
            office=self._pack.office(row.office).name,
            needed=tuple(f"{one.sentence} ({one.who})" for one in missing),
        )
        return self._to("referral_withheld", [self._brief.lead or ""], detail, key=row.id)

    def reminder(
        self,
        clock: Clock,
        stage: DeadlineStage,
        owner: str,
        due_at: datetime,
        *,
        now: datetime,
        about: str = "",
    ) -> list[Draft]:
        """Remind whoever a clock is for, and say how late it is; once it has run out, tell the chair.

        Args:
            clock: which clock.
            stage: how far it has come.
            owner: whose it is; empty: the lead's.
            due_at: when it is, or was, due.
            now: what time it is.
            about: id of the record that it is about.
        """
        late = how_late(due_at, now)
        if stage is DeadlineStage.REMINDED:
            recipients = [owner or self._brief.lead or ""]
            if clock is Clock.RETENTION:
                # Only the custodian of records may erase what is no longer kept (W-43).
                recipients = self._holding(Role.CUSTODIAN)
            if clock is Clock.INTAKE:
                recipients = list(dict.fromkeys([*self._holding(Role.INTAKE), *self._brief.chairs]))
            # Its owner need not be on the case.
            link = f"{_THEIRS[clock]}/{about}" if clock in _THEIRS and owner else ""
            if clock is Clock.TRAINING:
                # Whoever chairs sees to it that there is a course, and that somebody stands in (U-14).
                recipients += [each for each in self._brief.chairs if each != owner]
            link = OF_TEAM.get(clock, link)
            return self._to("reminder", recipients, team.Reminder(clock=clock, late=late), due_at, link=link)
        detail = team.Escalation(
            clock=clock,
            late=late,
            office=self._pack.office(self._pack.chair_office).name,
            state=self._brief.state if self._brief.number else None,
            level=self._brief.level,
        )
        recipients = list(self._brief.chairs)
        if stage is DeadlineStage.STUCK:
            recipients += [self._brief.lead or ""]
        link, urgent = OF_TEAM.get(clock, ""), stage is DeadlineStage.STUCK
        drafts = self._to("escalation", recipients, detail, due_at, urgent=urgent, link=link)
        if clock in OF_TEAM and owner:
            # It is nobody's but theirs, so that they hear of it as long as it runs.
            reminder = team.Reminder(clock=clock, late=late)
            drafts += self._to("reminder", [owner], reminder, due_at, link=link)
        return drafts

    def account(self, changed: AccountChanged) -> list[Draft]:
        """Tell a member what was done about their account."""
        detail = own.AccountNews(happened=changed.happened, code=" ".join(wrap(changed.code, 4)))
        return self._to("account_news", [changed.member], detail, changed.at, link=ACCOUNT)
