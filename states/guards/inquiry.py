"""Guards of the inquiry: screened, assigned, asked, answered; and what cases have to do with each other."""

from collections.abc import Iterable
from typing import TypeVar

from states.casefile import CaseFile, Row, Section
from states.guards.guard import A_SECOND, THE_CHAIR, THE_TEAM, YOU, SayWhy, concurred, guard
from states.policy.pack import Pack
from states.tables import SourceQuery
from states.vocabulary.cases import Level, ReportChannel
from states.vocabulary.counts import counted
from states.vocabulary.sources import AnswerStatus
from states.vocabulary.spelling import words

#: how a question to a source may end
SETTLED = (AnswerStatus.FOUND, AnswerStatus.NOT_FOUND, AnswerStatus.REFUSED, AnswerStatus.WAIVED)


QueryT = TypeVar("QueryT", Row, SourceQuery)


def unsettled(queries: Iterable[QueryT]) -> list[QueryT]:
    """Of questions, oldest first: the newest of each kind that is neither answered whole nor waived."""
    newest = {query.kind: query for query in queries}
    return [query for query in newest.values() if query.status not in SETTLED or incomplete(query)]


def incomplete(query: Row | SourceQuery) -> bool:
    """Whether a source knows the person, and could not say all that it would: its code says without what."""
    return bool(query.status == AnswerStatus.FOUND and query.code)


def standing_of(query: Row | SourceQuery, pack: Pack) -> str:
    """How a question to a source stands, in words: ``registrar (found without guardians)``."""
    how = f"{query.status} {query.code}" if incomplete(query) else query.status
    return f"{pack.called(query.kind)} ({words(how)})"


#: what is said where there is nothing to screen any more
_NO_REPORT = "No report is left in the case: what was reported is in another one, or was withdrawn."


@guard(THE_TEAM, "W-05", Section.SCREENINGS, Section.REPORTS)
def screened(file: CaseFile) -> str | None:
    """A screening gives a provisional level and a rationale."""
    if file.latest(Section.SCREENINGS) is None:
        if not file.sections[Section.REPORTS]:
            return f"{_NO_REPORT} A screening that says so, of None, lets it be dismissed."
        return "Nobody has screened the report: give a provisional level and say why."
    return None


@guard(THE_CHAIR, "W-02")
def assigned(file: CaseFile) -> str | None:
    """A lead and offices are assigned."""
    if file.case.lead is None:
        return "The case has no lead: assign one."
    if not file.case.offices:
        return "No office is assigned to the case: assign those concerned."
    return None


@guard(THE_TEAM, "W-11", Section.SCREENINGS, Section.REPORTS)
def screened_none(file: CaseFile) -> str | None:
    """The newest screening found no identified risk."""
    screening = file.latest(Section.SCREENINGS)
    if screening is None:
        if not file.sections[Section.REPORTS]:
            return f"{_NO_REPORT} A dismissal needs a screening of None that says so."
        return "Nobody has screened the report: a dismissal needs a screening of None that says why."
    if screening.level != Level.NONE:
        return f"The report was screened {screening.level}: only one screened None may be dismissed."
    return None


@guard(A_SECOND, "W-11", Section.SCREENINGS, Section.CONCURRENCES)
def screening_concurred(file: CaseFile) -> str | None:
    """A second member agrees with the newest screening."""
    screening = file.latest(Section.SCREENINGS)
    if screening is not None and concurred(file, screening):
        return None
    return "A second member has not agreed with the screening yet."


@guard(THE_TEAM, "W-05", Section.ASSESSMENTS)
def assessment_on_file(file: CaseFile) -> str | None:
    """The team has filed an assessment in this inquiry."""
    if file.latest(Section.ASSESSMENTS) is None:
        return "No assessment is on file: record level, criteria met, factors, rationale and who took part."
    return None


@guard(THE_TEAM, "W-17", Section.QUERIES)
def sources_settled(file: CaseFile) -> str | None:
    """Every source asked has answered whole or refused, or was waived with a reason."""
    open_ = sorted(standing_of(query, file.pack) for query in unsettled(file.all(Section.QUERIES)))
    if open_:
        return f"Not every record is here: {', '.join(open_)}. Wait, ask again, or waive it with a reason."
    return None


@guard("whoever took the report", "W-12", Section.REPORTS)
def verbal_reports_followed_up(file: CaseFile) -> str | None:
    """Every verbal report has its written follow-up, or a waiver."""
    # Reports from before a reopening too: one of them may be why the case was reopened.
    reports = file.sections[Section.REPORTS]
    verbal = [r for r in reports if r.channel == ReportChannel.VERBAL and r.follow_up is None]
    if verbal:
        return (
            f"{counted(len(verbal), 'verbal report lacks', 'verbal reports lack')} the written follow-up: "
            "report it as what follows the verbal one (`follows_up`), or waive it (`tat case "
            "waive-follow-up`)."
        )
    return None


@guard("any member on both cases", "W-47")
def merged_elsewhere(file: CaseFile) -> str | None:
    """The case goes on in another one."""
    if file.case.merged_into:
        return None
    return "No other case is named in which it goes on: `tat case merge` names it, and moves the reports."


@guard("any member on both cases", "W-47")
def not_merged(file: CaseFile) -> str | None:
    """The case does not go on in another one."""
    if not file.case.merged_into:
        return None
    # Which one, not everybody who is on this one may know.
    return (
        "The case goes on in another one, which `tat case show` names: work there, or take the merge back "
        "with `tat case unmerge`."
    )


@guard(YOU, "W-47", Section.REPORTS)
def new_report_or_reason(file: CaseFile) -> str | None:
    """A report came in since the case was closed, or the actor says why."""
    reports = file.sections[Section.REPORTS]
    if file.given.get("reason") or (reports and reports[-1].seq > file.case.entered_seq):
        return None
    return SayWhy("No report has come in since the case was closed: say why it is reopened (--reason).")
