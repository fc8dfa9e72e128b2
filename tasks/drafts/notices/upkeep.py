"""What keeps the team and its record in order, and what broke."""

from datetime import date, datetime

from notifications.messages.kinds import upkeep
from notifications.messages.registry import MESSAGES
from states.casebook.disclosing.notices import Draft
from states.casebook.figures.measures import CATEGORIES
from states.casebook.record.returned import Returned
from states.contents.team import SemesterReportContent
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind
from states.vocabulary.figures import Chart, Kept
from states.vocabulary.people import Role
from states.vocabulary.spelling import words
from states.vocabulary.times import spelled
from tasks.drafts.drafting import Drafting
from tasks.drafts.figures import of_chart
from tasks.drafts.link_paths import HEALTH, REVIEWS, SEMESTER, SHOWN_MESSAGES


class UpkeepNotices(Drafting):
    """Drafts what is told of the team and its record."""

    def stuck(self, effect: EffectKind, attempts: int) -> list[Draft]:
        """Tell chair, lead and operators that the system gave up, or that an alarm is not through."""
        recipients = [*self._brief.chairs, *self._holding(Role.OPERATOR), self._brief.lead or ""]
        goes_on = self._pack.effects[effect].alarm
        police = self._police_numbers(self._brief.site) if goes_on and self._brief.site else ()
        detail = upkeep.StuckWork(effect=effect, attempts=attempts, goes_on=goes_on, police=police)
        return self._to("stuck_work", recipients, detail, urgent=goes_on)

    def not_delivered(self, notice: Returned) -> list[Draft]:
        """Tell chair, lead and operators that a message came back; whoever it was for, as the last one."""
        whom = dict.fromkeys([*self._brief.chairs, self._brief.lead or "", *self._holding(Role.OPERATOR)])
        site = self._brief.site or self._pack.home_site
        sent = notice.sent_at
        detail = upkeep.NotDelivered(
            message=words(notice.template),
            to=self._named(notice.recipient),
            sent=spelled(sent, self._zone()) if sent else "",
            police=self._police_numbers(site) if notice.alarm else (),
        )
        recipients = [member for member in whom if member and member != notice.recipient]
        return self._to("not_delivered", recipients, detail, urgent=notice.alarm)

    def _named(self, recipient: str) -> str:
        """Whom a message was for, in words."""
        kind, _, site = recipient.partition(":")
        if kind == "police" and site in self._pack.sites:
            return f"the police of {self._pack.site(site).name}"
        if recipient in self._pack.offices:
            return self._pack.office(recipient).name
        if recipient in self._brief.team:
            return self._brief.team[recipient][1].name
        return "the reporter" if recipient == "reporter" else words(recipient)

    def template_broken(self, name: str) -> list[Draft]:
        """Tell the chair and the operators that the institution's own words could not be used."""
        recipients = [*self._brief.chairs, *self._holding(Role.OPERATOR)]
        detail = upkeep.TemplateBroken(template=name)
        # What many messages share is no message of its own.
        shown = f"{SHOWN_MESSAGES}/{name}" if name in MESSAGES else SHOWN_MESSAGES
        return self._to("template_broken", recipients, detail, link=shown)

    def ledger_broken(self, said: str) -> list[Draft]:
        """Tell the chair and the operators that the record was changed outside tatflow, and where."""
        recipients = [*self._brief.chairs, *self._holding(Role.OPERATOR)]
        detail = upkeep.LedgerBroken(broken=said)
        return self._to("ledger_broken", recipients, detail, urgent=True, link=HEALTH)

    def anchor(self, line: str) -> list[Draft]:
        """Give the offices that keep them an anchor of the ledger."""
        detail = upkeep.LedgerAnchor(anchor=line)
        return [self._office("ledger_anchor", code, detail, line) for code in self._pack.anchors.to]

    def semester(self, term: str, report: SemesterReportContent, anchor: str) -> list[Draft]:
        """Send the president and all vice presidents a semester's report (W-34), with an anchor to keep."""

        def number(chart: Chart, category: str = "") -> str:
            places = [*CATEGORIES[chart], ""]
            return words(str(report.figures[chart][places.index(category)]))

        detail = upkeep.SemesterReport(
            term=term,
            opened=number(Chart.LEVELS),
            closed=number(Chart.TO_CLOSE),
            late=number(Chart.CLOCKS, Kept.LATE),
            by_level={level: number(Chart.LEVELS, level) for level in Level},
            figures={chart: of_chart(chart, cells) for chart, cells in report.figures.items()},
            anchor=anchor,
        )
        offices = self._pack.told_of_semesters
        return [self._office("semester_report", code, detail, term, link=SEMESTER) for code in offices]

    def annual_review(self, due_at: datetime, last: date | None) -> list[Draft]:
        """Remind the team of the yearly review of its plan (W-46)."""
        terms = self._pack.annual_review
        detail = upkeep.AnnualReview(last_review=last, approver=terms.approved_by, keeper=terms.kept_by)
        return self._to("annual_review", self._brief.chairs, detail, due_at, link=REVIEWS)
