"""What comes with the year: a semester's report, and the review of the team's own plan."""

from states.access import SYSTEM
from states.casebook.effects.work import WorkOn
from states.casebook.figures import reporting
from states.casebook.record import anchoring
from states.casebook.rounds import results, sweeping
from states.contents.payloads import TeamClockDue
from states.store.threads import told
from tasks.desk import Desk
from tasks.drafts.composing import writer
from tasks.drafts.report.writing import FILE, MEDIA_TYPE, pdf
from tasks.steps.notices import send_all


async def semester_report(desk: Desk, work: WorkOn[TeamClockDue]) -> None:
    """Send a semester's report as it was approved, as a paper, too, with an anchor of the ledger to keep."""
    about = work.payload.about
    report = await told(reporting.sent, desk.book, about, by=SYSTEM)
    anchor = await told(anchoring.line_to_print, desk.book, desk.settings, by=SYSTEM)
    paper = (FILE, MEDIA_TYPE, await pdf(desk.book.pack, about, report))
    drafts = (await writer(desk, work)).semester(about, report, anchor)
    await send_all(desk, work, drafts, enclosed=[paper])


async def annual_review(desk: Desk, work: WorkOn[TeamClockDue]) -> None:
    """Remind the team of the yearly review of its plan."""
    row = await told(sweeping.deadline, desk.book, work.payload.deadline, by=SYSTEM)
    last = await told(results.last_review, desk.book, by=SYSTEM)
    await send_all(desk, work, (await writer(desk, work)).annual_review(row.due_at, last))
