"""What is done by the clock: the sweep over due clocks, the reconciler of dead attempts, and their like."""

import asyncio

from states import copies
from states.access import SYSTEM
from states.casebook.alarms import duty
from states.casebook.effects import attempts
from states.casebook.intake import drafts
from states.casebook.lookups import questions, retention
from states.casebook.record import anchoring, tidying, verification
from states.casebook.referrals import answers
from states.casebook.rounds import sweeping, team_clocks
from states.casebook.team import news
from states.contents.payloads import ANNUAL_REVIEW
from states.errors import StepFailed
from states.store.threads import told
from states.vocabulary.effects import Clock
from tasks.boundary import SHOWN
from tasks.desk import Desk
from tasks.doors.folders import take_in
from tasks.steps.referrals import ask_office


async def back_up(desk: Desk) -> None:
    """Back the casebook up when it is due: encrypted, and read back before it counts."""
    made = await told(copies.make_due, desk.book.store, desk.settings, now=desk.book.clock())
    if made is not None:
        SHOWN.info("backed up: %s row(s), read back whole", sum(made.rows.values()))


async def verify_ledger(desk: Desk) -> None:
    """Verify the whole record; what became of it is kept, and a broken one is told to chair and operators."""
    walked = await told(verification.verify, desk.book, desk.settings, by=SYSTEM)
    SHOWN.info("%s case(s), %s event(s): the ledger holds", walked.cases, walked.events)
    # Not where it is broken: whoever took rows away may not have the files removed with them.
    await _tidy_files(desk)


async def _tidy_files(desk: Desk) -> None:
    """Remove files that no case names, and see that those which cases name are where they lie."""
    tidied = await told(tidying.tidy, desk.book, by=SYSTEM)
    checked = await told(tidying.check, desk.book, by=SYSTEM)
    SHOWN.info(
        "%s file(s) of cases, %s that no case names and %s unfinished removed",
        checked.files,
        tidied.orphans,
        tidied.unfinished,
    )
    if checked.missing:
        SHOWN.warning("%s file(s) are missing: run `tat ledger check-files`.", len(checked.missing))


async def sweep(desk: Desk) -> None:
    """Move due clocks on, ask sources again that are silent, and throw away answers whose time is over."""
    moved = await told(sweeping.sweep, desk.book, by=SYSTEM)
    SHOWN.info("reminded %(reminded)s, escalated %(escalated)s, stuck %(stuck)s", moved)
    told_news = await told(news.owe, desk.book, by=SYSTEM)
    if told_news:
        SHOWN.info("%s member(s) are told what was gathered", told_news)
    await told(drafts.sweep, desk.book, by=SYSTEM)
    await told(duty.owe_gaps, desk.book, by=SYSTEM)
    polled = await told(questions.poll, desk.book, by=SYSTEM)
    if polled:
        SHOWN.info("%s question(s) are asked again", polled)
    erased = await told(retention.erase_due, desk.book, by=SYSTEM)
    if erased:
        SHOWN.info("%s answer(s) that sources let nobody keep longer are erased", erased)


async def reconcile(desk: Desk) -> None:
    """End attempts whose process died, start the next ones, and seal the ledger."""
    done = await told(anchoring.seal, desk.book, desk.settings, by=SYSTEM)
    SHOWN.info("%s ledger chain(s) sealed", done.grown)
    if done.broken:
        SHOWN.warning("The ledger does not hold, or lacks what was seen: run `tat ledger verify`.")
    await told(desk.book.put_readings_on_record)
    ended = await told(attempts.expire, desk.book, by=SYSTEM)
    if ended:
        SHOWN.warning("%s attempt(s) had died and are tried again or stuck", ended)


async def take_in_reports(desk: Desk) -> None:
    """Take in the reports that other systems dropped into folders."""
    came = await told(take_in, desk.book, desk.doors)
    all_ = came.total
    if all_.new or all_.known or all_.kept:
        SHOWN.info(
            "%s report(s) taken in, %s known already, %s kept for a person", all_.new, all_.known, all_.kept
        )
    if all_.answered:
        SHOWN.info("%s machine(s) said what became of our notices", all_.answered)
    if all_.refused:
        SHOWN.warning("%s file(s) were set aside unread; `tat intake list` says where and why.", all_.refused)
    if came.unusable:
        SHOWN.warning(
            "These doors' folders, or files in them, could not be taken in: %s; what was not taken in is "
            "still there, and tried again.",
            ", ".join(f"{name} ({code})" for name, code in sorted(came.unusable.items())),
        )


async def ask_offices(desk: Desk) -> None:
    """Ask offices that do not call how far their referrals have come."""
    waiting = await told(answers.to_ask, desk.book, by=SYSTEM)
    outcomes = await asyncio.gather(*(ask_office(desk, one) for one in waiting), return_exceptions=True)
    failed = sum(isinstance(outcome, BaseException) for outcome in outcomes)
    SHOWN.info("%s office(s) asked, %s with news", len(waiting), outcomes.count(True))
    if failed:
        raise StepFailed(f"{failed} of {len(waiting)} failed")


async def owe_anchor(desk: Desk) -> None:
    """Owe an anchor when it is time; mailing and stamping it are effects of their own."""
    anchor = await told(anchoring.owe_due, desk.book, desk.settings, by=SYSTEM)
    if anchor is not None:
        SHOWN.info("checkpoint %s goes out as an anchor", anchor.number)


async def owe_annual_review(desk: Desk) -> None:
    """Owe the yearly review of the team's plan when it is due."""
    await told(team_clocks.owe_team, desk.book, Clock.ANNUAL_REVIEW, ANNUAL_REVIEW, by=SYSTEM)
