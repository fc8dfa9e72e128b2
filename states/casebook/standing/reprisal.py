"""Watching for reprisal: whoever reported is asked whether they are treated badly because of it (W-41).

A clock has somebody ask some time after a report is screened, and again after the case's end. What the
reporter says, and what somebody else sees, is on record beside the report; until somebody has acted, another
clock asks for that. What is on record names nobody to those who are not to know who reported.
"""

from collections.abc import Mapping

from states.access import REPORTER, Act, Actor
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.contents.content import Person
from states.contents.kept import REPORTS
from states.contents.payloads import NOTIFY_TEAM, News
from states.contents.reports import ReprisalContent
from states.errors import NotPermitted, Refused
from states.tables import Report, Reprisal, table_of
from states.vocabulary.cases import ReportStanding, ReprisalWord
from states.vocabulary.effects import Clock
from states.withholding import names_reporters

_REPRISALS = table_of(Reprisal)

#: what says that the reporter is treated badly; and after what nobody has to ask them for now
BADLY = (ReprisalWord.SAID, ReprisalWord.SEEN)
_ASKED = (ReprisalWord.SAID, ReprisalWord.NOTHING, ReprisalWord.NOT_ASKED)


def record(book: Casebook, number: str, report_id: str, content: ReprisalContent, *, by: Actor) -> str:
    """Put on record that a reporter is treated badly, that they were asked, or what was done about it (W-41).

    Args:
        book: the casebook.
        number: the case's number.
        report_id: the report.
        content: which of these, and what there is to say.
        by: who enters it.

    Returns:
        The record's id.

    Raises:
        Refused: the report is in another case now, or nothing on record asks somebody to act.
        NotPermitted: whoever reported is not named to them, and it is not what they saw themselves.
        UnknownRecord: there is no such report.
    """
    with book.page(number, by, Act.RECORD) as page:
        report = page.row(Report, report_id)
        if report.standing == ReportStanding.MOVED:
            raise Refused("That report is in another case now. Nothing was written: enter it there.")
        if content.word is not ReprisalWord.SEEN and report.private and not names_reporters(by, page.case):
            raise NotPermitted(
                "Whoever reported is not named to you: whoever may know them asks them, and sees to it. "
                "Nothing was written; what you see yourself, you may enter as seen."
            )
        if content.word is ReprisalWord.ACTED and page.running(Clock.REPRISAL, about=report_id) is None:
            raise Refused(
                "Nothing on record says that this reporter is treated badly, or somebody has acted already. "
                "Nothing was written: enter first what was said or seen."
            )
        return _enter(page, report_id, content)


def told_by_reporter(page: Page, report_id: str, text: str) -> None:
    """Write down, on an open page, that a reporter says they are treated badly because of their report.

    Raises:
        BadInput: it says nothing.
    """
    _enter(page, report_id, ReprisalContent.read({"word": ReprisalWord.SAID, "text": text}))


def _enter(page: Page, report_id: str, content: ReprisalContent) -> str:
    row = Reprisal(case_id=page.case.id, at=page.now, by=page.by.id, report_id=report_id, word=content.word)
    page.add(row, content)
    if content.word in _ASKED:
        page.stop(Clock.REPRISAL_CHECK, about=report_id)
    if content.word is ReprisalWord.ACTED and page.running(Clock.REPRISAL_CHECK, about=report_id) is None:
        # Whether it helped, only they can say.
        page.start(Clock.REPRISAL_CHECK, about=report_id)
    follow(page, report_id)
    page.log("reprisal_watched", report=report_id, entry=row.id, word=content.word)
    return row.id


def corrected(page: Page, row: Reprisal, word: ReprisalWord) -> None:
    """Go by what an entry says from now on: whoever turns out not to have been asked is asked.

    What a reporter said themselves is taken back by nobody.

    Args:
        page: the case.
        row: the entry, as it was.
        word: what it says from now on.

    Raises:
        Refused: it is the reporter's own word.
    """
    if row.by == REPORTER.id and word not in BADLY:
        raise Refused(
            "This is what the reporter said themselves. Nothing was written: enter beside it what was done."
        )
    others = page.rows(Reprisal, _REPRISALS.c.report_id == row.report_id, _REPRISALS.c.id != row.id)
    unasked = row.word in _ASKED and word not in _ASKED and not any(each.word in _ASKED for each in others)
    if unasked and page.running(Clock.REPRISAL_CHECK, about=row.report_id) is None:
        page.start(Clock.REPRISAL_CHECK, about=row.report_id)
    follow(page, row.report_id, {row.id: word})


def follow(page: Page, report_id: str, corrected: Mapping[str, ReprisalWord] | None = None) -> None:
    """Have somebody act, or nobody any more, by what is on record of whoever told a report.

    Args:
        page: the case.
        report_id: the report.
        corrected: by an entry's id what it says from now on.
    """
    rows = page.rows(Reprisal, _REPRISALS.c.report_id == report_id)
    on_record = [(corrected or {}).get(row.id, row.word) for row in rows]
    newest = next((word for word in reversed(on_record) if word in (*BADLY, ReprisalWord.ACTED)), None)
    runs = page.running(Clock.REPRISAL, about=report_id) is not None
    if newest in BADLY and not runs:
        page.start(Clock.REPRISAL, about=report_id)
        page.owe(NOTIFY_TEAM, News(trigger="reporter_treated_badly"))
    elif newest not in BADLY and runs:
        page.stop(Clock.REPRISAL, about=report_id)


def watch(page: Page, *, anew: bool = False) -> None:
    """Have those who reported be asked later whether they are treated badly because of it.

    Nobody is asked who left no way to be: they find the question on their own page.

    Args:
        page: the case.
        anew: whether they are asked again who were asked before, some time from now: at the end of the case.
    """
    if anew:
        page.stop(Clock.REPRISAL_CHECK)
    asked = set() if anew else {row.report_id for row in page.rows(Reprisal) if row.word in _ASKED}
    # One who is not named is asked apart from one who is: that both are one person would show.
    reporters = [(each.id, (each.private, page.open(REPORTS, each).reporter)) for each in page.reports()]
    runs = {each for each, _ in reporters if page.running(Clock.REPRISAL_CHECK, about=each) is not None}
    # Whoever told more than one report is asked once.
    known = [(private, Person()) for private in (False, True)]
    known += [who for each, who in reporters if each in asked | runs]
    for report_id, who in reporters:
        if who not in known:
            page.start(Clock.REPRISAL_CHECK, about=report_id)
            known.append(who)
