"""The catalog: which flow does which kind of effect, and what runs on a schedule.

To add an effect: a member of :class:`~states.vocabulary.EffectKind`, a flow, and its line here.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from prefect import Flow

from flows.calendar import schedule_checkins, schedule_reassessment
from flows.closing import close_out
from flows.records import collect_records, refresh_records
from flows.referrals import ask_offices, convey_recommendations, route_referrals, send_office_link
from flows.releases import ask_clearance
from flows.scheduled import annual_review, back_up, reconcile, semester_report, sweep
from flows.team import (
    alert_police,
    assign_actions,
    cancel_meetings,
    convene_team,
    notify_team,
    remind,
    tell_news,
    tell_police,
)
from flows.tips import answer_tip_line, take_in_reports
from states.casebook import rounds
from states.vocabulary import EffectKind
from tasks.desk import Desk, told
from tasks.doors.waiting import files_wait


@dataclass(frozen=True, slots=True)
class Entry:
    """The flow of one kind of effect.

    Args:
        flow: takes ``effect_id``, or ``lease`` when it drains a batch.
        bulk: whether one run drains many effects.
        tags: what operators filter by.
    """

    flow: Flow[..., Any]
    bulk: bool = False
    tags: tuple[str, ...] = ("effect",)

    @property
    def description(self) -> str:
        """A sentence for operators."""
        return self.flow.description or ""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A flow that runs by the clock: every so many seconds, or by a cron line (UTC).

    Args:
        flow: needs no parameter.
        cron: when, if it does not run at an interval.
        interval_seconds: how often, if not by a cron line.
        waits: a token of what waits for a run before its time: empty for nothing, another for something else.
        tags: what operators filter by.
    """

    flow: Flow[..., Any]
    cron: str | None = None
    interval_seconds: int | None = None
    waits: Callable[[Desk], Awaitable[tuple[str, ...]]] | None = None
    tags: tuple[str, ...] = field(default=("scheduled",))

    @property
    def description(self) -> str:
        """A sentence for operators."""
        return self.flow.description or ""


CATALOG: Mapping[EffectKind, Entry] = {
    EffectKind.COLLECT_RECORDS: Entry(collect_records),
    EffectKind.REFRESH_RECORDS: Entry(refresh_records),
    EffectKind.CONVENE_TEAM: Entry(convene_team),
    EffectKind.CANCEL_MEETINGS: Entry(cancel_meetings),
    EffectKind.NOTIFY_TEAM: Entry(notify_team),
    EffectKind.ALERT_POLICE: Entry(alert_police),
    EffectKind.TELL_POLICE: Entry(tell_police),
    EffectKind.ROUTE_REFERRALS: Entry(route_referrals),
    EffectKind.SEND_OFFICE_LINK: Entry(send_office_link),
    EffectKind.ASK_CLEARANCE: Entry(ask_clearance),
    EffectKind.CONVEY_RECOMMENDATIONS: Entry(convey_recommendations),
    EffectKind.ASSIGN_ACTIONS: Entry(assign_actions),
    EffectKind.SCHEDULE_REASSESSMENT: Entry(schedule_reassessment),
    EffectKind.SCHEDULE_CHECKINS: Entry(schedule_checkins),
    EffectKind.CLOSE_OUT: Entry(close_out),
    EffectKind.REMIND: Entry(remind, bulk=True),
    EffectKind.TELL_NEWS: Entry(tell_news, bulk=True),
    EffectKind.SEMESTER_REPORT: Entry(semester_report),
    EffectKind.ANNUAL_REVIEW: Entry(annual_review),
    EffectKind.ANSWER_TIP_LINE: Entry(answer_tip_line),
}


async def _for_the_sweep(desk: Desk) -> rounds.Token:
    return await told(rounds.for_the_sweep, desk.book)


async def _for_the_reconciler(desk: Desk) -> rounds.Token:
    return await told(rounds.for_the_reconciler, desk.book)


SCHEDULED: tuple[Scheduled, ...] = (
    Scheduled(sweep, interval_seconds=300, waits=_for_the_sweep),
    Scheduled(reconcile, interval_seconds=300, waits=_for_the_reconciler),
    Scheduled(take_in_reports, interval_seconds=300, waits=files_wait),
    Scheduled(ask_offices, interval_seconds=300),
    Scheduled(back_up, interval_seconds=3600),
    Scheduled(semester_report, cron="0 13 * * *"),
    Scheduled(annual_review, cron="10 13 * * *"),
)
