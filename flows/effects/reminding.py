"""What reminds: of due clocks, and of what nobody else tells people about."""

from states.access import SYSTEM
from states.casebook.alarms import calling, duty
from states.casebook.disclosing import releases
from states.casebook.disclosing.notices import Draft
from states.casebook.effects.work import WorkOn
from states.casebook.record import returned
from states.casebook.referrals import sending
from states.casebook.rounds import sweeping
from states.contents.payloads import (
    ClockDue,
    GaveUp,
    Payload,
    RecordBroken,
    Reminding,
    RosterGap,
    TemplateBroken,
    Trouble,
    Unanswered,
    Undelivered,
)
from states.correspondence.referral_moves import CLOCKS
from states.store.threads import told
from states.vocabulary.effects import Clock, DeadlineStage
from tasks.desk import Desk
from tasks.drafts.composing import writer
from tasks.steps.notices import send_all


async def remind(desk: Desk, work: WorkOn[Reminding]) -> None:
    """Send a reminder or an escalation of a due clock, or say what broke, got stuck or goes unanswered."""
    of = work.payload
    if isinstance(of, ClockDue):
        await _remind_of_clock(desk, work, of)
    else:
        await send_all(desk, work, await _of_trouble(desk, work, of))


async def _of_trouble(desk: Desk, work: WorkOn[Payload], of: Trouble) -> list[Draft]:
    drafting = await writer(desk, work)
    match of:
        case GaveUp():
            return drafting.stuck(of.stuck, of.attempts)
        case Unanswered():
            site = await told(calling.unanswered, desk.book, of.unanswered, work)
            return [] if site is None else drafting.unanswered(site, of.round)
        case Undelivered():
            return drafting.not_delivered(await told(returned.returned, desk.book, of.undelivered, by=SYSTEM))
        case TemplateBroken():
            return drafting.template_broken(of.template)
        case RecordBroken():
            return drafting.ledger_broken(of.broken)
        case RosterGap():
            gaps = await told(duty.gaps_soon, desk.book, by=SYSTEM)
            return drafting.roster_gaps(gaps) if gaps else []


async def _remind_of_clock(desk: Desk, work: WorkOn[Payload], of: ClockDue) -> None:
    row = await told(sweeping.deadline, desk.book, of.deadline, by=SYSTEM)
    if row.satisfied_at is not None:
        return
    clock, stage = Clock(row.clock), of.stage
    expires = stage is DeadlineStage.STUCK and clock in CLOCKS.values()
    if expires:
        await told(sending.expire, desk.book, work, clock, row.about)
    drafting = await writer(desk, work)
    drafts = drafting.reminder(clock, stage, row.owner, row.due_at, now=desk.book.clock(), about=row.about)
    if stage is DeadlineStage.REMINDED and clock in CLOCKS.values():
        # The office is asked itself, with a link that works.
        asked = await told(sending.next_link, desk.book, work, row.about)
        drafts += drafting.office_link(asked) if asked is not None else []
    if stage is DeadlineStage.REMINDED and clock is Clock.CLEARANCE:
        # So are the offices whose word a text waits for.
        drafts += drafting.clearing(await told(releases.standing_of, desk.book, work, row.about))
    await send_all(desk, work, drafts)
    if expires:
        # Not before people were told: what was stopped is not told again.
        await told(sending.let_rest, desk.book, work, clock, row.about)
