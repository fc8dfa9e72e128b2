"""What puts dates into calendars: reassessments and check-ins. The clocks themselves run already."""

from states.casebook.effects.work import WorkOn
from states.casebook.rounds import results
from states.contents.payloads import CheckInsOfPlan, ReassessmentAhead
from states.store.threads import told
from states.vocabulary.plans import PlanKind
from tasks.desk import Desk
from tasks.drafts.composing import writer
from tasks.drafts.drafting import for_these
from tasks.steps.notices import send_all


async def schedule_reassessment(desk: Desk, work: WorkOn[ReassessmentAhead]) -> None:
    """Put the next reassessment into the calendars of the case."""
    due = await told(results.reassessment_due, desk.book, work)
    if due is None:
        return
    entry, at = due
    kind = await told(results.plan_kind, desk.book, work)
    drafts = (await writer(desk, work)).reassessment(entry, at, PlanKind(kind))
    await send_all(desk, work, for_these(work.payload.only, drafts))


async def schedule_checkins(desk: Desk, work: WorkOn[CheckInsOfPlan]) -> None:
    """Put the check-ins of a reintegration into their owners' calendars."""
    drafting = await writer(desk, work)
    rows = await told(results.check_ins, desk.book, work)
    meant = work.payload.check_ins
    drafts = [
        draft
        for number, (row, sequence) in enumerate(rows, start=1)
        if meant is None or row.id in meant
        for draft in drafting.check_in(row.id, row.owner, row.due_at, number, len(rows), sequence=sequence)
    ]
    await send_all(desk, work, drafts)
