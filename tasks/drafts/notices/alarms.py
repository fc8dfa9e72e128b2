"""Emergencies and police: who is called, and what is unanswered."""

from collections.abc import Sequence
from datetime import datetime

from notifications.messages.kinds import alarms
from states.casebook.alarms.calling import Call, Threat
from states.casebook.alarms.replies import Unclear
from states.casebook.disclosing.notices import Draft
from states.policy.places import by_mail
from states.vocabulary.people import Role
from tasks.drafts.drafting import Drafting
from tasks.drafts.link_paths import ALARMS, TAKING_OVER_ALARM, TOLD_POLICE


class AlarmNotices(Drafting):
    """Drafts what is told in an emergency."""

    def alert(self, call: Call) -> list[Draft]:
        """Call whom a call of an alarm is for: police, or members of the team (W-13, W-14, U-15)."""
        name, phone = call.lead
        drafts = []
        for number, recipient in enumerate(call.recipients):
            detail = alarms.PoliceAlert(
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
            link = f"{TAKING_OVER_ALARM}/{recipient.secret}"
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
        detail = alarms.NotTakenOver(site=self._pack.site(unclear.site).name)
        link = f"{TAKING_OVER_ALARM}/{recipient.secret}"
        key = unclear.answer_id
        template, to, where = "not_taken_over", recipient.code, recipient.address
        return [self._draft(template, to, where, detail, urgent=True, key=key, link=link)]

    def unanswered(self, site: str, rounds: int) -> list[Draft]:
        """Tell the team and the operators that nobody has taken an alarm over yet."""
        detail = alarms.Unanswered(
            rounds=rounds, site=self._pack.site(site).name, police=self._police_numbers(site)
        )
        recipients = dict.fromkeys((*self._brief.on_case, *self._holding(Role.OPERATOR)))
        return self._to("alarm_unanswered", recipients, detail, urgent=True, link=ALARMS)

    def roster_gaps(self, gaps: Sequence[tuple[datetime, datetime]]) -> list[Draft]:
        """Tell the chair when too few are on call (U-12)."""
        zone = self._zone()
        said = tuple(
            alarms.Gap(starts=start.astimezone(zone), ends=end.astimezone(zone)) for start, end in gaps
        )
        detail = alarms.RosterGaps(minimum=self._pack.on_call.minimum, gaps=said)
        return self._to("roster_gaps", self._brief.chairs, detail, link=ALARMS)

    def police_notice(self, threat: Threat) -> list[Draft]:
        """Tell University Police of a threat or act of violence that is no emergency (W-51)."""
        site = self._pack.own_police
        detail = alarms.PoliceNotice(
            site=self._pack.site(threat.site).name,
            elsewhere=tuple(site.name for site in self._pack.at(threat.elsewhere)),
            dangers=threat.dangers,
            threatened_for=threat.threatened_for,
        )
        address = self._pack.site(site).police.address
        link = f"{TOLD_POLICE}/{threat.secret}"
        return [self._draft("police_notice", f"police:{site}", address, detail, link=link)]
