"""What tells people of a case: the team, the police, and the owners of actions."""

from states.access import SYSTEM
from states.casebook.alarms import calling
from states.casebook.effects.work import WorkOn
from states.casebook.rounds import results, semester_invitations
from states.casebook.team import news
from states.contents.payloads import ActionsOfPlan, EntriesOver, Gathered, MeetingWanted, News, OfReport
from states.store.threads import told
from states.vocabulary.plans import PlanKind
from tasks.desk import Desk
from tasks.drafts import mailing
from tasks.drafts.composing import writer
from tasks.drafts.drafting import for_these
from tasks.drafts.news_words import NEXT_CLOCK
from tasks.steps.notices import send_all


async def notify_team(desk: Desk, work: WorkOn[News]) -> None:
    """Tell the members on a case what happened and what is next; at once, or gathered for later."""
    trigger = work.payload.trigger
    drafting = await writer(desk, work)
    clock = NEXT_CLOCK.get(trigger)
    due_at = None if clock is None else await told(results.due_by, desk.book, work, clock)
    drafts = drafting.news(work.payload, due_at)
    if work.payload.offices or trigger in desk.book.pack.news.at_once:
        await send_all(desk, work, drafts)
    else:
        await mailing.write_down(desk, work, drafts, gather=True)


async def tell_news(desk: Desk, work: WorkOn[Gathered]) -> None:
    """Tell a member together what happened to their cases, and what waits for them."""
    items = await told(news.gathered, desk.book, work)
    if items:
        member = work.payload.member
        waiting = await told(news.needs, desk.book, member, by=SYSTEM)
        await send_all(desk, work, (await writer(desk, work)).together(member, items, waiting))
    await told(news.told, desk.book, work)


async def tell_police(desk: Desk, work: WorkOn[OfReport]) -> None:
    """Tell University Police of a threat or act of violence."""
    threat = await told(calling.threat, desk.book, work)
    if threat is not None:
        await send_all(desk, work, (await writer(desk, work)).police_notice(threat))


async def assign_actions(desk: Desk, work: WorkOn[ActionsOfPlan]) -> None:
    """Tell the owners of actions, of a plan or of a meeting, what is theirs, or that it is their turn."""
    if work.payload.turn:
        drafting = await writer(desk, work)
        free = await told(results.turns, desk.book, work)
        turns = [draft for turn in free for draft in drafting.turn(*turn)]
        await send_all(desk, work, turns)
        return
    kind = PlanKind(await told(results.plan_kind, desk.book, work)) if work.payload.plan else None
    drafting = await writer(desk, work)
    drafts = [
        draft
        for each, sequence in await told(results.open_actions, desk.book, work)
        # A plan without an owner and a time for each of its actions is not put into action (W-08).
        if each.owner and each.due_at
        for draft in drafting.action(each.id, each.owner, each.due_at, kind, sequence=sequence)
    ]
    await send_all(desk, work, drafts)


async def convene_team(desk: Desk, work: WorkOn[MeetingWanted]) -> None:
    """Call the meeting that a case needs; or invite to the semester's, which is of no case."""
    if work.case_id is None:
        await _invite_team(desk, work)
        return
    if await told(results.called_for, desk.book, work):
        meeting_id, kind, at = await told(results.convene, desk.book, work)
        sequence = await told(results.moved, desk.book, work, meeting_id)
        drafts = for_these(
            work.payload.only, (await writer(desk, work)).meeting(meeting_id, kind, at, sequence)
        )
        # Two causes for one meeting are one invitation.
        await send_all(desk, work, await told(results.still_to_invite, desk.book, work, meeting_id, drafts))


async def _invite_team(desk: Desk, work: WorkOn[MeetingWanted]) -> None:
    """Invite the team to the semester's meeting, or whoever came onto it since; nobody twice to one time."""
    called = await told(semester_invitations.called, desk.book, work)
    if called is not None:
        drafts = for_these(work.payload.only, (await writer(desk, work)).semester_meeting(*called))
        told_of = await told(semester_invitations.told_of, desk.book, work)
        await send_all(desk, work, [draft for draft in drafts if draft.recipient not in told_of])


async def cancel_meetings(desk: Desk, work: WorkOn[EntriesOver]) -> None:
    """Tell those who were invited that a meeting does not take place."""
    drafting = await writer(desk, work)
    asked = semester_invitations.invited if work.case_id is None else results.invited
    invited = await told(asked, desk.book, work)
    await send_all(desk, work, [drafting.cancellation(one) for one in invited])
