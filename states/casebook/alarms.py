"""Alarms: the one road from a danger to the police, whatever sounded it (W-13, W-14).

Whoever finds a danger calls :func:`sound` in the transaction that puts it on record. The same danger is not
alarmed twice in identical words: what sounds again by itself and says nothing new joins the alarm that is
open; somebody who raises the alarm always gets through.
"""

from collections.abc import Collection
from datetime import date

from states.casebook.clocks import hasten
from states.casebook.page import Page
from states.casefile import Row
from states.guards import alarm_gravity
from states.records import RemarkContent
from states.tables import Alarm, Report
from states.vocabulary import AlarmCause, Clock, Danger, EffectKind, Level


def sound(
    page: Page,
    cause: AlarmCause,
    *,
    level: Level | None = None,
    site: str = "",
    dangers: Collection[Danger] = (),
    threatened_for: date | None = None,
) -> str:
    """Sound an alarm: its row, what is owed to the police, its ledger event and the clock of its review.

    What the reports of the case say of the danger is told along.

    Args:
        page: the case.
        cause: what sounds it.
        level: the level on record that sounds it; None: the danger is imminent, whatever the level.
        site: code of the site where the danger is; empty: the case's.
        dangers: what makes it an emergency.
        threatened_for: the day that the threat is for.

    Returns:
        The alarm's id; that of the alarm it joined, when one is open and nothing is new.
    """
    reported, day = _on_reports(page)
    alarm = Alarm(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        cause=cause,
        level=level,
        site=site or page.case.site,
        dangers=[danger for danger in Danger if danger in reported.union(dangers)],
        threatened_for=threatened_for or day,
    )
    open_ = open_alarm(page)
    if open_ is not None and cause is not AlarmCause.RAISED and not _news(alarm, open_):
        page.log("alarm_joined", alarm=open_.id, cause=cause, level=level)
        return str(open_.id)
    page.add(alarm, RemarkContent(text=cause))
    if open_ is not None:
        page.set(Alarm, open_.id, followed_by=alarm.id)
    page.owe(EffectKind.ALERT_POLICE, trigger=cause, alarm=alarm.id, site=alarm.site)
    hasten(page, Clock.ALARM_REVIEW)
    page.log("alarm_sounded", alarm=alarm.id, cause=cause, level=level, site=alarm.site)
    return alarm.id


def open_alarm(page: Page) -> Row | None:
    """The case's alarm that nobody has taken over yet; None when there is none."""
    alarms = [row for row in page.rows(Alarm) if row.taken_over_at is None and row.followed_by is None]
    return alarms[-1] if alarms else None


def _news(alarm: Alarm, open_: Row) -> bool:
    """Whether an alarm says what the open one does not."""
    return (
        alarm_gravity(alarm.level) > alarm_gravity(open_.level)
        or alarm.site != open_.site
        or not set(alarm.dangers) <= set(open_.dangers)
        or alarm.threatened_for != open_.threatened_for
    )


def _on_reports(page: Page) -> tuple[set[str], date | None]:
    """What the reports of the case's present course say: what makes it an emergency, and for which day."""
    reports = [row for row in page.rows(Report) if row.seq >= page.case.began_seq]
    said = [page.key.open("reports", row.id, row.content) for row in reports]
    days = [date.fromisoformat(one["threatened_for"]) for one in said if one.get("threatened_for")]
    return {danger for one in said for danger in one.get("dangers", ())}, days[-1] if days else None
