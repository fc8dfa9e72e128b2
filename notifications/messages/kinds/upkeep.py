"""What keeps the team and its record in order: reports, reviews, anchors, and what broke."""

from collections.abc import Mapping
from datetime import UTC, date

from pydantic import PositiveInt

from notifications.messages.contexts import Detail, Line
from notifications.messages.figures import ALL, EACH
from notifications.messages.message import Ask, Message
from notifications.messages.samples import WHEN, sample
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind
from states.vocabulary.figures import Chart
from states.vocabulary.leaving import Disclosed


class StuckWork(Detail):
    """Work that the system has given up on until a person restarts it, or an alarm not through yet."""

    effect: EffectKind
    attempts: PositiveInt
    #: whether it is tried on all the same
    goes_on: bool = False
    #: numbers of the police, where somebody has to phone them
    police: tuple[Line, ...] = ()


class NotDelivered(Detail):
    """A message that a mail system could not deliver, once it had been handed over."""

    #: which message, and to whom
    message: Line
    to: Line
    #: when it was sent, by the clock of the site; empty: nobody put that down
    sent: Line = ""
    #: numbers of the police, where it was a call of an alarm
    police: tuple[Line, ...] = ()


class TemplateBroken(Detail):
    """An institution's own template that could not be used when a message went out."""

    #: the message that it is for
    template: Line


class LedgerBroken(Detail):
    """The record does not verify: something was changed, cut or removed outside tatflow."""

    #: where, with a case number and a table, never what was there
    broken: Line


class SemesterReport(Detail):
    """Counts for the president and the vice presidents: no case, no person (W-34)."""

    #: the semester, for example "Spring 2026"
    term: Line
    #: numbers, or in words why one is not shown
    opened: Line
    closed: Line
    #: how many clocks ran out
    late: Line
    by_level: Mapping[Level, Line]
    #: of each chart its categories for everybody, and all of them; none in a notice of an earlier release
    figures: Mapping[Chart, Mapping[Line, Line]] = {}
    #: the line by which an auditor sees later whether the record is still what it was
    anchor: Line


class LedgerAnchor(Detail):
    """A line that shows later whether the record is still what it was: no case, no person."""

    anchor: Line


class AnnualReview(Detail):
    """The yearly review of the plan and its procedures (W-46)."""

    last_review: date | None
    #: who gives a review its final approval
    approver: Line
    #: who keeps the document
    keeper: Line


_ANCHOR = (
    "tatflow-anchor 1 0123456789abcdef 412 2026-03-03T21:00:00Z "
    "0f1e2d3c0f1e2d3c0f1e2d3c0f1e2d3c0f1e2d3c0f1e2d3c0f1e2d3c0f1e2d3c "
    "01234567012345670123456701234567 dca81405"
)

ENTRIES = (
    Message(
        name="stuck_work",
        purpose="Tell the team and its operators that the system gave up on something.",
        clause=("W-13", "W-27"),
        ask=Ask.ACT,
        about_case=False,
        sample=sample(StuckWork(effect=EffectKind.ROUTE_REFERRALS, attempts=5)),
    ),
    Message(
        name="not_delivered",
        purpose="Tell the team and its operators that a message came back, so that somebody has not heard.",
        clause=("W-13", "W-27"),
        ask=Ask.ACT,
        about_case=False,
        sample=sample(
            NotDelivered(message="action assigned", to="Student Affairs", sent="Tue 3 March 2026, 14:00")
        ),
    ),
    Message(
        name="template_broken",
        purpose="Tell the chair and the operators that an own template broke, and shipped words went out.",
        clause=("W-30", "W-33"),
        ask=Ask.ACT,
        about_case=False,
        sample=sample(TemplateBroken(template="meeting_invitation"), case=None),
    ),
    Message(
        name="ledger_broken",
        purpose="Tell the chair and the operators that the record was changed outside tatflow.",
        clause=("W-43",),
        ask=Ask.ACT,
        about_case=False,
        sample=sample(
            LedgerBroken(broken="TAT-2026-0007: the content of reports 5f0c was changed outside tatflow."),
            case=None,
        ),
    ),
    Message(
        name="semester_report",
        discloses=frozenset({Disclosed.STATISTICS}),
        purpose="Send the president and the vice presidents the report on a semester.",
        clause=("W-34",),
        ask=Ask.READ,
        about_case=False,
        sample=sample(
            SemesterReport(
                term="Spring 2026",
                opened="24",
                closed="11",
                late="fewer than 5",
                by_level=dict(zip(Level, (*["kept back"] * 3, "8", "9", "kept back"), strict=True)),
                figures={
                    Chart.REPEATS: {ALL: "31", "first_report": "24", "repeat_report": "7"},
                    Chart.ALARMS: {ALL: "fewer than 5", EACH: "kept back"},
                },
                anchor=_ANCHOR,
            ),
            case=None,
        ),
    ),
    Message(
        name="ledger_anchor",
        discloses=frozenset({Disclosed.STATISTICS}),
        purpose="Give whoever audits the team a line that shows later whether the record was rewritten.",
        clause=("P-08",),
        ask=Ask.READ,
        about_case=False,
        everywhere=True,
        sample=sample(LedgerAnchor(anchor=_ANCHOR), case=None),
    ),
    Message(
        name="annual_review",
        purpose="Remind the team of the yearly review of its plan and procedures.",
        clause=("W-46",),
        ask=Ask.ACT,
        timed=True,
        about_case=False,
        sample=sample(
            AnnualReview(
                last_review=date(2025, 2, 5),
                approver="Crisis Intervention Response Team",
                keeper="its coordinator",
            ),
            case=None,
            when=WHEN.astimezone(UTC),
        ),
    ),
)
