"""The catalog: what does which kind of effect, and what is done by the clock.

To add an effect: a member of :class:`~states.vocabulary.effects.EffectKind`, its payload in
:mod:`states.contents.payloads`, a function in :mod:`flows.effects`, and its line here. Prefect is not named
here: :mod:`flows.in_prefect` makes a flow of every line.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from flows import rounds
from flows.effects import (
    accounts,
    anchoring,
    calendar,
    closing,
    records,
    referrals,
    releases,
    reminding,
    reporters,
    team,
    tips,
    yearly,
)
from states.access import SYSTEM
from states.casebook.effects.work import WorkOn
from states.casebook.rounds import waiting
from states.contents import payloads
from states.contents.payloads import Owing, PayloadT
from states.store.threads import told
from states.vocabulary.effects import EffectKind
from tasks.desk import Desk
from tasks.doors.waiting import files_wait
from tasks.drafts.alarms import ALARMS


@dataclass(frozen=True, slots=True)
class Entry(Generic[PayloadT]):
    """How one kind of effect is done.

    Args:
        owing: the kind.
        sentence: what operators read about it.
        does: does one effect.
        bulk: whether one run does many.
    """

    owing: Owing[PayloadT]
    sentence: str
    does: Callable[[Desk, WorkOn[PayloadT]], Awaitable[object]]
    bulk: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """What is done by the clock: every so many seconds, or by a cron line (UTC).

    Args:
        name: what operators see; that of an effect: it owes that effect when it is time.
        sentence: what operators read about it.
        does: does it.
        cron: when, if it is not done at an interval.
        interval_seconds: how often, if not by a cron line.
        waits: a token of what waits for a run before its time: empty for nothing, another for something else.
        long: it reads everything there is, and may take hours.
    """

    name: str
    sentence: str
    does: Callable[[Desk], Awaitable[None]]
    cron: str | None = None
    interval_seconds: int | None = None
    waits: Callable[[Desk], Awaitable[tuple[str, ...]]] | None = None
    long: bool = False


def flow_name(kind: EffectKind) -> str:
    """What operators see of a kind of effect, as in ``close-out``."""
    return kind.replace("_", "-")


CATALOG: Mapping[EffectKind, Entry[Any]] = {
    entry.owing.kind: entry
    for entry in (
        Entry(
            payloads.COLLECT_RECORDS,
            "Ask every source that an inquiry needs; put each answer on record (W-17, U-03).",
            records.ask_sources,
        ),
        Entry(
            payloads.REFRESH_RECORDS,
            "Ask the sources anew for a reassessment (W-08, A-03).",
            records.ask_sources,
        ),
        Entry(
            payloads.CONVENE_TEAM,
            "Call the meeting that a case needs and send the invitations (W-30 to W-33).",
            team.convene_team,
        ),
        Entry(
            payloads.CANCEL_MEETINGS,
            "Tell those who were invited that a meeting does not take place (U-04).",
            team.cancel_meetings,
        ),
        Entry(
            payloads.NOTIFY_TEAM,
            "Tell the members on a case what happened and what is next.",
            team.notify_team,
        ),
        Entry(
            payloads.ALERT_POLICE,
            "Call the police, and then others, until somebody takes over (W-13, W-14).",
            ALARMS[EffectKind.ALERT_POLICE],
        ),
        Entry(
            payloads.TELL_POLICE,
            "Tell University Police of a threat or act of violence (W-51).",
            team.tell_police,
        ),
        Entry(
            payloads.ROUTE_REFERRALS,
            "Send a plan's referrals to their offices, and convey them (W-22 to W-25).",
            referrals.route_referrals,
        ),
        Entry(
            payloads.SEND_OFFICE_LINK,
            "Send an office the link for its next answer to a referral (W-25).",
            referrals.send_office_link,
        ),
        Entry(
            payloads.ASK_CLEARANCE,
            "Tell offices of a text that waits for their word, and what came of it (W-37, W-38).",
            releases.ask_clearance,
        ),
        Entry(
            payloads.CONVEY_RECOMMENDATIONS,
            "Convey recommendations to the vice president of the person's unit (W-22).",
            referrals.convey_recommendations,
        ),
        Entry(
            payloads.ASSIGN_ACTIONS,
            "Tell the owners of a plan's actions what is theirs, and by when (W-07, W-08).",
            team.assign_actions,
        ),
        Entry(
            payloads.SCHEDULE_REASSESSMENT,
            "Put the next reassessment into the calendars of the case (W-08).",
            calendar.schedule_reassessment,
        ),
        Entry(
            payloads.SCHEDULE_CHECKINS,
            "Put the check-ins of a reintegration into their owners' calendars (W-45).",
            calendar.schedule_checkins,
        ),
        Entry(
            payloads.CLOSE_OUT,
            "Tell reporters and offices of the end of a case, and call the debrief (W-27, W-28, U-06).",
            closing.close_out,
        ),
        Entry(
            payloads.REMIND,
            "Send the reminders and escalations of due clocks, many in one run.",
            reminding.remind,
            bulk=True,
        ),
        Entry(
            payloads.TELL_NEWS,
            "Tell members together what happened to their cases, many in one run (U-05).",
            team.tell_news,
            bulk=True,
        ),
        Entry(
            payloads.SEMESTER_REPORT,
            "Send the president and vice presidents a semester's report once it is approved (W-34).",
            yearly.semester_report,
        ),
        Entry(
            payloads.ANNUAL_REVIEW,
            "Remind the team of the yearly review of its plan when it is due (W-46).",
            yearly.annual_review,
        ),
        Entry(
            payloads.ANSWER_TIP_LINE,
            "Tell tip lines that their tips were taken up, and nothing else (M-01).",
            tips.answer_tip_line,
        ),
        Entry(
            payloads.MAIL_ANCHOR,
            "Mail an anchor of the ledger to the offices that keep it (P-08).",
            anchoring.mail_anchor,
        ),
        Entry(
            payloads.STAMP_ANCHOR,
            "Have an anchor of the ledger time-stamped by an authority (RFC 3161).",
            anchoring.stamp_anchor,
        ),
        Entry(
            payloads.TELL_REPORTER,
            "Tell a reporter who left an address that the team has a question, and not what (W-16).",
            reporters.tell_reporter,
        ),
        Entry(
            payloads.TELL_ACCOUNT,
            "Tell a member what was done about their account of the console (P-08).",
            accounts.tell_account,
        ),
    )
}


async def _for_the_sweep(desk: Desk) -> waiting.Token:
    return await told(waiting.for_the_sweep, desk.book, by=SYSTEM)


async def _for_the_reconciler(desk: Desk) -> waiting.Token:
    return await told(waiting.for_the_reconciler, desk.book, by=SYSTEM)


async def _for_taking_in(desk: Desk) -> tuple[str, ...]:
    return await files_wait(desk.doors)


ROUNDS: tuple[Round, ...] = (
    Round(
        "sweep",
        "Move due clocks on (a reminder, the chair, stuck), and ask sources again in time.",
        rounds.sweep,
        interval_seconds=300,
        waits=_for_the_sweep,
    ),
    Round(
        "reconcile",
        "End attempts whose process died, start the next ones, and seal the ledger.",
        rounds.reconcile,
        interval_seconds=300,
        waits=_for_the_reconciler,
    ),
    Round(
        "take-in",
        "Take in the reports that other systems dropped into the doors' folders (M-01).",
        rounds.take_in_reports,
        interval_seconds=300,
        waits=_for_taking_in,
    ),
    Round(
        "ask-offices",
        "Ask offices that do not call how far a referral has come (W-23).",
        rounds.ask_offices,
        interval_seconds=300,
    ),
    Round(
        "back-up",
        "Back the casebook up when it is time, and remove backups that are old.",
        rounds.back_up,
        interval_seconds=3600,
        long=True,
    ),
    # At night in America.
    Round(
        "verify-ledger",
        "Compare every record with the ledger, and tell whom it concerns if it broke.",
        rounds.verify_ledger,
        cron="40 9 * * *",
        long=True,
    ),
    Round(
        "anchor-ledger",
        "Give those who keep them an anchor of the ledger, as often as the policy says (P-08).",
        rounds.owe_anchor,
        cron="20 13 * * *",
    ),
    Round(
        flow_name(EffectKind.ANNUAL_REVIEW),
        CATALOG[EffectKind.ANNUAL_REVIEW].sentence,
        rounds.owe_annual_review,
        cron="10 13 * * *",
    ),
)
