"""Flows that tell people: the team, the police, owners of actions, and whoever a clock is for."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.performing import perform, perform_batch, shown_as
from states.casebook import calling, duty, news, referrals, releases, results, timers
from states.casebook.effects import Work
from states.casebook.notices import Draft
from states.referral_moves import CLOCKS
from states.vocabulary import Clock, DeadlineStage, EffectKind, PlanKind
from tasks.alarms import ALARMS
from tasks.composing import writer
from tasks.desk import desk, told
from tasks.news_words import NEXT_CLOCK
from tasks.notices import prepare_notices, send_all


@flow(**shown_as("notify-team", "Tell the members on a case what happened and what is next."))
async def notify_team(effect_id: str) -> State[Any] | None:
    """Tell the members on a case what happened."""
    return await perform(effect_id, _notify)


async def _notify(work: Work) -> None:
    trigger = work.payload.get("trigger", "")
    drafting = await writer(work)
    offices = work.payload.get("offices", ())
    clock = NEXT_CLOCK.get(trigger)
    due_at = None if clock is None else await told(results.due_by, desk().book, work, clock)
    drafts = _only(work, drafting.news(trigger, offices, due_at))
    if offices or trigger in desk().book.pack.news.at_once:
        await send_all(work, drafts)
    else:
        await prepare_notices(work, drafts, gather=True)


def _only(work: Work, drafts: list[Draft]) -> list[Draft]:
    """The drafts to those whom an effect names, such as whoever takes over; all, when it names nobody."""
    wanted = work.payload.get("only")
    return [draft for draft in drafts if wanted is None or draft.recipient in wanted]


@flow(**shown_as("tell-news", "Tell members together what happened to their cases, many in one run (U-05)."))
async def tell_news(lease: str) -> None:
    """Tell members together what happened to their cases, and what waits for them."""
    await perform_batch(lease, _tell)


async def _tell(work: Work) -> None:
    items = await told(news.gathered, desk().book, work)
    if items:
        member = work.payload["member"]
        waiting = await told(news.needs, desk().book, member)
        await send_all(work, (await writer(work)).together(member, items, waiting), in_bulk=True)
    await told(news.told, desk().book, work)


@flow(**shown_as("alert-police", "Call the police, and then others, until somebody takes over (W-13, W-14)."))
async def alert_police(effect_id: str) -> State[Any] | None:
    """Call the police, and then others, until somebody takes over."""
    return await perform(effect_id, ALARMS[EffectKind.ALERT_POLICE])


@flow(**shown_as("tell-police", "Tell University Police of a threat or act of violence (W-51)."))
async def tell_police(effect_id: str) -> State[Any] | None:
    """Tell University Police of a threat or act of violence."""
    return await perform(effect_id, _tell_police)


async def _tell_police(work: Work) -> None:
    threat = await told(calling.threat, desk().book, work)
    await send_all(work, (await writer(work)).police_notice(threat))


@flow(
    **shown_as("convene-team", "Call the meeting that a case needs and send the invitations (W-30 to W-33).")
)
async def convene_team(effect_id: str) -> State[Any] | None:
    """Call the meeting that a case needs."""
    return await perform(effect_id, _convene)


async def _convene(work: Work) -> None:
    if await told(results.called_for, desk().book, work):
        meeting_id, kind, at = await told(results.convene, desk().book, work)
        sequence = await told(results.moved, desk().book, work, meeting_id)
        drafts = _only(work, (await writer(work)).meeting(meeting_id, kind, at, sequence))
        # Two causes for one meeting are one invitation.
        told_of = await told(results.told_of, desk().book, work, meeting_id, sequence)
        await send_all(work, [draft for draft in drafts if draft.address not in told_of])


@flow(**shown_as("cancel-meetings", "Tell those who were invited that a meeting does not take place (U-04)."))
async def cancel_meetings(effect_id: str) -> State[Any] | None:
    """Tell those who were invited that a meeting does not take place."""
    return await perform(effect_id, _cancel)


async def _cancel(work: Work) -> None:
    drafting = await writer(work)
    invited = await told(results.invited, desk().book, work)
    await send_all(work, [drafting.cancellation(one) for one in invited])


@flow(**shown_as("remind", "Send the reminders and escalations of due clocks, many in one run."))
async def remind(lease: str) -> None:
    """Send the reminders and escalations of due clocks."""
    await perform_batch(lease, _remind)


async def _remind(work: Work) -> None:
    if "stuck" in work.payload:
        given_up = EffectKind(work.payload["stuck"])
        await send_all(work, (await writer(work)).stuck(given_up, work.payload["attempts"]), in_bulk=True)
        return
    if "unanswered" in work.payload:
        site = await told(calling.unanswered, desk().book, work)
        if site is not None:
            drafts = (await writer(work)).unanswered(site, work.payload["round"])
            await send_all(work, drafts, in_bulk=True)
        return
    if "template" in work.payload:
        drafts = (await writer(work)).template_broken(work.payload["template"])
        await send_all(work, drafts, in_bulk=True)
        return
    if "roster" in work.payload:
        gaps = await told(duty.gaps_soon, desk().book)
        await send_all(work, (await writer(work)).roster_gaps(gaps) if gaps else [], in_bulk=True)
        return
    await _remind_of_clock(work)


async def _remind_of_clock(work: Work) -> None:
    row = await told(timers.deadline, desk().book, work.payload["deadline"])
    if row.satisfied_at is not None:
        return
    clock, stage = Clock(row.clock), DeadlineStage(work.payload["stage"])
    expires = stage is DeadlineStage.STUCK and clock in CLOCKS.values()
    if expires:
        await told(referrals.expire, desk().book, work, clock, row.about)
    drafting = await writer(work)
    drafts = drafting.reminder(clock, stage, row.owner, row.due_at, now=desk().book.clock())
    if stage is DeadlineStage.REMINDED and clock in CLOCKS.values():
        # The office is asked itself, with a link that works.
        asked = await told(referrals.next_link, desk().book, work, row.about)
        drafts += drafting.office_link(asked) if asked is not None else []
    if stage is DeadlineStage.REMINDED and clock is Clock.CLEARANCE:
        # So are the offices whose word a text waits for.
        drafts += drafting.clearing(await told(releases.standing_of, desk().book, work, row.about))
    await send_all(work, drafts, in_bulk=True)
    if expires:
        # Not before people were told: what was stopped is not told again.
        await told(referrals.let_rest, desk().book, work, clock, row.about)


@flow(
    **shown_as(
        "assign-actions", "Tell the owners of a plan's actions what is theirs, and by when (W-07, W-08)."
    )
)
async def assign_actions(effect_id: str) -> State[Any] | None:
    """Tell the owners of a plan's actions what is theirs."""
    return await perform(effect_id, _assign)


async def _assign(work: Work) -> None:
    kind = PlanKind(await told(results.plan_kind, desk().book, work))
    drafting = await writer(work)
    actions = await told(results.open_actions, desk().book, work)
    await send_all(work, [d for a in actions for d in drafting.action(a.id, a.owner, a.due_at, kind)])
