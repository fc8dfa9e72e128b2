"""Who is told what: each kind of effect's notices, drafted from what the case knows, without a narrative."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from notifications import contexts
from notifications.contexts import Detail
from states.casebook import results
from states.casebook.calling import Call, Threat
from states.casebook.effects import Work
from states.casebook.endings import Over, ToTell
from states.casebook.news import Item, Need
from states.casebook.notices import Draft
from states.casebook.referrals import NextLink
from states.casebook.releases import Standing
from states.casebook.replies import Unclear
from states.casebook.results import Invited
from states.casebook.timers import SemesterCounts
from states.errors import Missing
from states.policy_entries import by_mail
from states.vocabulary import (
    Clock,
    DeadlineStage,
    EffectKind,
    Level,
    MeetingKind,
    PlanKind,
    ReferralKind,
    ReleaseStatus,
    Role,
)
from tasks.desk import desk, told
from tasks.drafting import Drafting
from tasks.link_paths import ANSWERS, TAKING_OVER, TOLD
from tasks.news_words import NEWS

#: what an invitation that is no meeting's put into calendars
ENTRIES = {
    "reassessment_invitation": "reassessment",
    "checkin_invitation": "check-in",
    # of somebody who leaves, while others meet
    "meeting_invitation": "meeting",
    "debrief_invitation": "debrief",
}

#: where the page behind an alert's link lies
TAKE_OVER_PATH = "/m"


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


class Writer(Drafting):
    """Drafts what each kind of effect tells people."""

    def news(self, trigger: str, offices: Iterable[str] = (), due_at: datetime | None = None) -> list[Draft]:
        """Tell everybody on the case what happened and is next; or these offices, where some are named.

        Args:
            trigger: what happened.
            offices: codes of the offices.
            due_at: when what is next is due; None: no clock runs for it.
        """
        happened, following = NEWS.get(trigger, ("The case has moved on.", "Open it to see."))
        brief = self._brief
        detail = contexts.CaseNews(
            happened=happened, state=brief.state, level=brief.level, next_step=following
        )
        told = [self._office("team_notice", code, detail) for code in offices]
        return told or self._to("team_notice", brief.on_case, detail, due_at)

    def together(self, member: str, items: Sequence[Item], waiting: Sequence[Need]) -> list[Draft]:
        """Tell a member what happened to their cases, and what waits for them (U-05).

        Args:
            member: their id.
            items: what happened, oldest first.
            waiting: what waits for them, soonest first.
        """
        detail = contexts.GatheredNews(
            items=tuple(
                contexts.Happened(case_number=item.number, **item.context["detail"]) for item in items
            ),
            needs=tuple(
                contexts.Waiting(
                    case_number=need.number,
                    clock=need.clock,
                    due=need.due_at.astimezone(self._zone()),
                    late=need.late,
                )
                for need in waiting
            ),
        )
        return self._to("gathered_news", [member], detail) if member in self._brief.team else []

    def alert(self, call: Call) -> list[Draft]:
        """Call whom a call of an alarm is for: police, or members of the team (W-13, W-14, U-15)."""
        name, phone = call.lead
        drafts = []
        for number, recipient in enumerate(call.recipients):
            detail = contexts.PoliceAlert(
                site=self._pack.site(call.site).name,
                elsewhere=tuple(site.name for site in self._pack.at(call.elsewhere)),
                level=call.level,
                dangers=call.dangers,
                threatened_for=call.threatened_for,
                again=call.again,
                new=call.new,
                lead=name or None,
                lead_phone=phone or None,
            )
            link = f"{TAKE_OVER_PATH}/{recipient.secret}"
            template = "alert_police" if by_mail(recipient.address) else "alert_brief"
            key = f"{call.call_id} {number}"
            draft = self._draft(
                template, recipient.code, recipient.address, detail, urgent=True, key=key, link=link
            )
            drafts.append(draft)
        return drafts

    def not_taken_over(self, unclear: Unclear) -> list[Draft]:
        """Tell whoever replied to an alert that they did not take the alarm over, and how to (U-15)."""
        recipient = unclear.recipient
        detail = contexts.NotTakenOver(site=self._pack.site(unclear.site).name)
        link = f"{TAKE_OVER_PATH}/{recipient.secret}"
        key = unclear.answer_id
        template, to, where = "not_taken_over", recipient.code, recipient.address
        return [self._draft(template, to, where, detail, urgent=True, key=key, link=link)]

    def unanswered(self, site: str, rounds: int) -> list[Draft]:
        """Tell the team and the operators that nobody has taken an alarm over yet."""
        detail = contexts.Unanswered(
            rounds=rounds, site=self._pack.site(site).name, police=self._police_numbers(site)
        )
        recipients = dict.fromkeys((*self._brief.on_case, *self._holding(Role.OPERATOR)))
        return self._to("alarm_unanswered", recipients, detail, urgent=True)

    def roster_gaps(self, gaps: Sequence[tuple[datetime, datetime]]) -> list[Draft]:
        """Tell the chair when too few are on call (U-12)."""
        zone = self._zone()
        said = tuple(
            contexts.Gap(starts=start.astimezone(zone), ends=end.astimezone(zone)) for start, end in gaps
        )
        detail = contexts.RosterGaps(minimum=self._pack.on_call.minimum, gaps=said)
        return self._to("roster_gaps", self._brief.chairs, detail)

    def police_notice(self, threat: Threat) -> list[Draft]:
        """Tell University Police of a threat or act of violence that is no emergency (W-51)."""
        site = self._pack.own_police
        detail = contexts.PoliceNotice(
            site=self._pack.site(threat.site).name,
            elsewhere=tuple(site.name for site in self._pack.at(threat.elsewhere)),
            dangers=threat.dangers,
            threatened_for=threat.threatened_for,
        )
        address = self._pack.site(site).police.address
        return [self._draft("police_notice", f"police:{site}", address, detail)]

    def meeting(self, meeting_id: str, kind: MeetingKind, at: datetime, sequence: int = 0) -> list[Draft]:
        """Invite everybody on the case to a meeting (W-30 to W-32), or tell that it was moved."""
        detail = contexts.Meeting(kind=kind, level=self._brief.level, place=self._place())
        urgent = kind is MeetingKind.EMERGENCY
        return self._to(
            "meeting_invitation",
            self._brief.on_case,
            detail,
            at,
            urgent=urgent,
            invite=meeting_id,
            key=meeting_id,
            sequence=sequence,
        )

    def cancellation(self, invited: Invited) -> Draft:
        """Take an entry out of the calendar of somebody who has it (U-04)."""
        detail: Detail
        if invited.kind is None:
            template, detail = "entry_cancelled", contexts.EntryCancelled(entry=ENTRIES[invited.template])
        else:
            template = "meeting_cancelled"
            detail = contexts.Meeting(kind=invited.kind, level=self._brief.level, place=self._place())
        return self._draft(
            template,
            invited.recipient,
            invited.address,
            detail,
            invited.at,
            invite=invited.entry,
            key=invited.entry,
            sequence=invited.sequence,
        )

    def reassessment(self, entry: str, at: datetime, plan: PlanKind) -> list[Draft]:
        """Put the next reassessment into the calendars of the case (W-08).

        Args:
            entry: id of the clock that the entry stands for.
            at: when people are to look at the case again.
            plan: the plan that they look at.
        """
        detail = contexts.Reassessment(level=self._brief.level or Level.MILD, plan=plan, place=self._place())
        return self._to("reassessment_invitation", self._brief.on_case, detail, at, invite=entry)

    def action(self, action_id: str, owner: str, due_at: datetime, plan: PlanKind) -> list[Draft]:
        """Tell the owner of an action that it is theirs, and by when (W-07, W-08)."""
        return self._to(
            "action_assigned", [owner], contexts.Action(plan=plan, topic=None), due_at, key=action_id
        )

    def check_in(
        self, check_in_id: str, owner: str, due_at: datetime, number: int, total: int, *, sequence: int = 0
    ) -> list[Draft]:
        """Put a check-in into its owner's calendar (W-45), or move it there."""
        detail = contexts.CheckIn(number=number, total=total, place=self._place())
        return self._to(
            "checkin_invitation",
            [owner],
            detail,
            due_at,
            invite=check_in_id,
            key=check_in_id,
            sequence=sequence,
        )

    def withheld(self, row: Any, missing: Iterable[Missing]) -> list[Draft]:
        """Tell the lead why a referral did not leave, and what would be needed (W-39)."""
        detail = contexts.Withheld(
            kind=ReferralKind(row.kind),
            office=self._pack.office(row.office).name,
            needed=tuple(f"{one.sentence} ({one.who})" for one in missing),
        )
        return self._to("referral_withheld", [self._brief.lead or ""], detail, key=row.id)

    def conclusion(self, reporters: Iterable[ToTell], concluded: datetime) -> list[Draft]:
        """Tell those who reported that the matter is concluded, with a link to what they may be told (W-27).

        Args:
            reporters: whom, and where.
            concluded: when the case was closed; the day is the site's.
        """
        detail = contexts.Disposition(concluded=concluded.astimezone(self._zone()).date())
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

    def handover(self, passing: Sequence[Over]) -> list[Draft]:
        """Hand follow-up over to those who are named for it, each with a link to say that they took it."""
        names = {each.office: self._pack.office(each.office).name for each in passing}
        return [
            self._draft(
                "handover",
                each.office,
                each.address,
                contexts.Handover(
                    office=names[each.office],
                    others=tuple(name for code, name in names.items() if code != each.office),
                ),
                each.confirm_by,
                key=each.hand_over_id,
                link=f"{TAKING_OVER}/{each.secret}",
            )
            for each in passing
        ]

    def office_link(self, asked: NextLink) -> list[Draft]:
        """Send an office the link for its next answer to a referral (W-25)."""
        detail = contexts.Referral(office=self._pack.office(asked.office).name)
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
        detail = contexts.Clearing(to=standing.to, status=standing.status)
        key = f"{standing.release_id} {standing.status}"
        drafts = [
            self._office("clearing", code, detail, key, standing.due_at, number="")
            for code in standing.offices
        ]
        if standing.status is not ReleaseStatus.DRAFTED:
            drafts += self._to("clearing", [standing.drafted_by], detail, key=key)
        return drafts

    def debrief(self, meeting_id: str, at: datetime) -> list[Draft]:
        """Invite everybody on the case to look back (U-06)."""
        detail = contexts.Debrief(place=self._place())
        return self._to("debrief_invitation", self._brief.on_case, detail, at, invite=meeting_id)

    def reminder(
        self, clock: Clock, stage: DeadlineStage, owner: str, due_at: datetime, *, now: datetime
    ) -> list[Draft]:
        """Remind whoever a clock is for, and say how late it is; once it has run out, tell the chair."""
        late = how_late(due_at, now)
        if stage is DeadlineStage.REMINDED:
            recipients = [owner or self._brief.lead or ""]
            if clock is Clock.RETENTION:
                # Only the custodian of records may erase what is no longer kept (W-43).
                recipients = self._holding(Role.CUSTODIAN)
            return self._to("reminder", recipients, contexts.Reminder(clock=clock, late=late), due_at)
        detail = contexts.Escalation(
            clock=clock,
            late=late,
            office=self._pack.office(self._pack.chair_office).name,
            state=self._brief.state if self._brief.number else None,
            level=self._brief.level,
        )
        recipients = list(self._brief.chairs)
        if stage is DeadlineStage.STUCK:
            recipients += [self._brief.lead or ""]
        return self._to("escalation", recipients, detail, due_at, urgent=stage is DeadlineStage.STUCK)

    def stuck(self, effect: EffectKind, attempts: int) -> list[Draft]:
        """Tell chair, lead and operators that the system gave up, or that an alarm is not through."""
        recipients = [*self._brief.chairs, *self._holding(Role.OPERATOR), self._brief.lead or ""]
        goes_on = self._pack.effects[effect].alarm
        police = self._police_numbers(self._brief.site) if goes_on and self._brief.site else ()
        detail = contexts.StuckWork(effect=effect, attempts=attempts, goes_on=goes_on, police=police)
        return self._to("stuck_work", recipients, detail, urgent=goes_on)

    def template_broken(self, name: str) -> list[Draft]:
        """Tell the chair and the operators that the institution's own words could not be used."""
        recipients = [*self._brief.chairs, *self._holding(Role.OPERATOR)]
        return self._to("template_broken", recipients, contexts.TemplateBroken(template=name))

    def semester(self, counts: SemesterCounts) -> list[Draft]:
        """Send the president and all vice presidents the semester's counts (W-34)."""
        detail = contexts.SemesterReport(
            term=counts.term,
            opened=counts.opened,
            closed=counts.closed,
            active=counts.active,
            late=counts.late,
            by_level=counts.by_level,
        )
        recipients = [
            c for c, office in self._pack.offices.items() if c == "president" or office.vice_president
        ]
        return [self._office("semester_report", code, detail, counts.term) for code in recipients]

    def annual_review(self, due_at: datetime, last: date | None) -> list[Draft]:
        """Remind the team of the yearly review of its plan (W-46)."""
        terms = self._pack.annual_review
        detail = contexts.AnnualReview(last_review=last, approver=terms.approved_by, keeper=terms.kept_by)
        return self._to("annual_review", self._brief.chairs, detail, due_at)


async def writer(work: Work) -> Writer:
    """Somebody who drafts the notices of an effect's case."""
    brief = await told(results.brief, desk().book, work)
    return Writer(desk().book.pack, desk().settings, brief)
