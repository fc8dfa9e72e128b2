"""Each guard holds where it should, and else says in a sentence what is missing and who can clear it."""

from types import SimpleNamespace
from typing import Any

import pytest

from states.casefile import CaseFile
from states.guards.guard import GUARDS
from states.policy.pack import Pack
from states.vocabulary.cases import CaseState, Level, ReportChannel
from states.vocabulary.plans import PlanKind, PlanTopic
from states.vocabulary.sources import AnswerStatus
from tests.states.conftest import MONDAY
from tests.states.process.case_files import File, S, assessment, held, level, row


def screening(value: Level, seq: int = 3, **columns: Any) -> Any:
    """A screening on record."""
    return row(seq, level=value, **columns)


def took_part(by: str, about: str = "row-5") -> Any:
    """A participant's confirmation of an assessment."""
    return SimpleNamespace(id=f"said-{by}", seq=6, by=by, about=about)


def query(status: AnswerStatus, seq: int = 5, kind: str = "registrar", code: str = "") -> Any:
    """A question to a source."""
    return row(seq, kind=kind, status=status, code=code)


def plan(kind: PlanKind = PlanKind.ACTIVE_MONITORING, seq: int = 5, **columns: Any) -> Any:
    """A plan on file."""
    given = {"kind": kind, "covers": [], "approved_by": None, "in_force_since": MONDAY} | columns
    return row(seq, **given)


def action(seq: int = 5, **columns: Any) -> Any:
    """An action of the plan of event 5."""
    return row(
        seq,
        **(
            {"plan_id": "row-5", "owner": "nurse", "due_at": MONDAY, "initial": True, "done_at": None}
            | {"continued_by": None}
            | columns
        ),
    )


def check_in(seq: int = 5, **columns: Any) -> Any:
    """A check-in of the reintegration plan of event 5."""
    return row(seq, **({"plan_id": "row-5", "done_at": None, "waived": False} | columns))


def report(seq: int = 5, channel: ReportChannel = ReportChannel.VERBAL, follow_up: str | None = None) -> Any:
    """A report on file."""
    return row(seq, channel=channel, follow_up=follow_up)


def disposition(**columns: Any) -> Any:
    """How the matter ended."""
    return row(5, **({"followed_up_at": [], "without_follow_up": False} | columns))


def agreed(by: str, about: str = "row-5", seq: int = 6, *, chair: bool = False) -> Any:
    """A second member's agreement."""
    return SimpleNamespace(id="agreement", seq=seq, by=by, about=about, chair=chair)


TMP = PlanKind.THREAT_MANAGEMENT


AMP = PlanKind.ACTIVE_MONITORING


REINTEGRATION = {"state": CaseState.REINTEGRATION}


THREE = ("student_affairs", "university_police", "academic_affairs")


BY_THREE = assessment(Level.MILD, offices=THREE)


def lowered(first: Level, *more: Any, kept_out: tuple[str, ...] = ()) -> File:
    """A case assessed at a level and then at Mild, with agreements and meetings."""
    sections = {
        S.ASSESSMENTS: [assessment(first, 3), assessment(Level.MILD)],
        S.CONCURRENCES: [one for one in more if hasattr(one, "about")],
        S.MEETINGS: [one for one in more if hasattr(one, "quorate")],
    }
    return File({"kept_out": list(kept_out)}, sections)


def in_force(value: Level, *, given: dict[str, str] | None = None, **columns: Any) -> File:
    """A case at a level, by an assessment that says whether there is a risk."""
    return File(level(value), {S.ASSESSMENTS: [assessment(value, 3, **columns)]}, given or {})


#: for each guard: case files where it holds, and case files where it speaks with a word it then says
CASES: dict[str, tuple[list[File], list[tuple[File, str]]]] = {
    "screened": (
        [File(sections={S.SCREENINGS: [row(level=Level.MILD)]})],
        [
            (File(sections={S.REPORTS: [report()]}), "Nobody"),
            (File(sections={S.REPORTS: [report()], S.SCREENINGS: [row(1, level=Level.MILD)]}), "Nobody"),
            (File(), "No report is left"),
        ],
    ),
    "assigned": (
        [File({"lead": "chair", "offices": ["student_affairs"]})],
        [(File(), "lead"), (File({"lead": "chair"}), "office")],
    ),
    "screened_none": (
        [File(sections={S.SCREENINGS: [row(level=Level.MILD), row(6, level=Level.NONE)]})],
        [(File(), "screening of None"), (File(sections={S.SCREENINGS: [row(level=Level.MILD)]}), "Mild")],
    ),
    "screening_concurred": (
        [File(sections={S.SCREENINGS: [row(level=Level.NONE)], S.CONCURRENCES: [agreed("nurse")]})],
        [
            (File(), "second member"),
            (File(sections={S.SCREENINGS: [row()], S.CONCURRENCES: [agreed("officer")]}), "second member"),
            (File(sections={S.SCREENINGS: [row()], S.CONCURRENCES: [agreed("nurse", "x")]}), "second member"),
        ],
    ),
    "assessment_on_file": (
        [File(sections={S.ASSESSMENTS: [assessment(Level.MILD)]})],
        [(File(), "No assessment"), (File(sections={S.ASSESSMENTS: [assessment(Level.MILD, 1)]}), "No")],
    ),
    "sources_settled": (
        [
            File(),
            File(
                sections={
                    S.QUERIES: [
                        query(AnswerStatus.UNAVAILABLE, 5),
                        query(AnswerStatus.FOUND, 6),
                        query(AnswerStatus.NOT_FOUND, 6, "human_resources"),
                        query(AnswerStatus.REFUSED, 6, "directory", "basis_not_accepted"),
                        query(AnswerStatus.WAIVED, 6, "past_contacts"),
                        query(AnswerStatus.ASKED, 1, "social_media"),
                    ]
                }
            ),
        ],
        [
            (File(sections={S.QUERIES: [query(AnswerStatus.ASKED)]}), "registrar (asked)"),
            (File(sections={S.QUERIES: [query(AnswerStatus.PENDING)]}), "registrar (pending)"),
            (File(sections={S.QUERIES: [query(AnswerStatus.UNAVAILABLE)]}), "registrar (unavailable)"),
            (File(sections={S.QUERIES: [query(AnswerStatus.FOUND), query(AnswerStatus.ASKED, 6)]}), "asked"),
            (
                File(sections={S.QUERIES: [query(AnswerStatus.FOUND, code="without_grades_and_guardians")]}),
                "registrar (found without grades and guardians)",
            ),
        ],
    ),
    "quorum": (
        [
            File(
                sections={S.ASSESSMENTS: [BY_THREE], S.CONFIRMATIONS: [took_part("nurse"), took_part("dean")]}
            ),
            File(sections={S.ASSESSMENTS: [BY_THREE], S.CONCURRENCES: [agreed("nurse"), agreed("dean")]}),
            File(
                sections={
                    S.ASSESSMENTS: [BY_THREE],
                    S.MEETINGS: [held(quorate=True, present=("nurse", "dean"))],
                }
            ),
        ],
        [
            (File(), "0 of at least 3"),
            (File(sections={S.MEETINGS: [held(quorate=False)]}), "had no quorum"),
            (File(sections={S.MEETINGS: [held(quorate=False), held(quorate=True)]}), "convene the team"),
            (File(sections={S.ASSESSMENTS: [BY_THREE]}), "@dean, @nurse have not said"),
            (
                File(sections={S.ASSESSMENTS: [BY_THREE], S.CONFIRMATIONS: [took_part("nurse")]}),
                "2 of at least 3",
            ),
            (
                File(
                    {"kept_out": ["dean"]},
                    {S.ASSESSMENTS: [BY_THREE], S.CONFIRMATIONS: [took_part("nurse"), took_part("dean")]},
                ),
                "2 of at least 3",
            ),
            (
                File(
                    level(Level.MILD),
                    {
                        S.ASSESSMENTS: [assessment(Level.MILD, 3), BY_THREE],
                        S.MEETINGS: [held(quorate=True, seq=2, present=("nurse", "dean"))],
                    },
                ),
                "1 of at least 3",
            ),
            (
                File(
                    sections={
                        S.ASSESSMENTS: [BY_THREE],
                        S.MEETINGS: [held(quorate=False, present=("nurse", "dean"))],
                    }
                ),
                "1 of at least 3",
            ),
            (
                File(
                    sections={
                        S.ASSESSMENTS: [assessment(Level.MILD, offices=(*THREE[1:], "aa_eeo"))],
                        S.CONFIRMATIONS: [took_part("nurse"), took_part("dean")],
                    }
                ),
                "Student Affairs",
            ),
        ],
    ),
    "verbal_reports_followed_up": (
        [
            File(sections={S.REPORTS: [report(follow_up="row-6"), report(6, ReportChannel.WRITTEN)]}),
            File(sections={S.REPORTS: [report(follow_up="waived")]}),
        ],
        [
            (File(sections={S.REPORTS: [report(), report(6)]}), "2 verbal"),
            (File(sections={S.REPORTS: [report(1)]}), "1 verbal"),
        ],
    ),
    "level_above_none": (
        [File(level(Level.MILD))],
        [(File(level(Level.NONE)), "None"), (File(), "None")],
    ),
    "plan_fits_level": (
        [
            File(level(Level.SEVERE), {S.PLANS: [plan(TMP)]}),
            File(level(Level.MILD), {S.PLANS: [plan(AMP)]}),
            File(level(Level.NONE)),
            File(
                level(Level.SEVERE),
                {S.ASSESSMENTS: [assessment(Level.SEVERE, 3)], S.PLANS: [plan(TMP, 4), plan(AMP, 5)]},
            ),
        ],
        [
            (
                File(
                    level(Level.SEVERE),
                    {
                        S.ASSESSMENTS: [assessment(Level.SEVERE, 3)],
                        S.PLANS: [plan(TMP, 4, in_force_since=None), plan(AMP, 5)],
                    },
                ),
                "Severe asks for threat management",
            ),
            (
                File(
                    level(Level.EXTREME),
                    {
                        S.ASSESSMENTS: [assessment(Level.SEVERE, 3), assessment(Level.EXTREME, 5)],
                        S.PLANS: [plan(TMP, 4), plan(AMP, 6)],
                    },
                ),
                "Extreme asks for threat management",
            ),
            (File(level(Level.SEVERE)), "threat management"),
            (File(level(Level.SEVERE), {S.PLANS: [plan(AMP)]}), "Severe asks for threat management"),
            (File(level(Level.MILD), {S.PLANS: [plan(AMP, 3)]}), "no plan yet"),
        ],
    ),
    "plan_covers_topics": (
        [
            File(sections={S.PLANS: [plan(TMP, covers=[topic.value for topic in PlanTopic])]}),
            File(sections={S.PLANS: [plan(AMP)]}),
            File(),
        ],
        [
            (
                File(sections={S.PLANS: [plan(TMP, covers=["subject", "targets", "escalation"])]}),
                "precipitating",
            )
        ],
    ),
    "actions_owned": (
        [File(sections={S.PLANS: [plan()], S.ACTIONS: [action(), action(6)]})],
        [
            (File(), "no plan"),
            (File(sections={S.PLANS: [plan()], S.ACTIONS: [action(plan_id="row-3")]}), "no action"),
            (
                File(sections={S.PLANS: [plan()], S.ACTIONS: [action(owner=None), action(due_at=None)]}),
                "2 actions",
            ),
        ],
    ),
    "plan_approved": (
        [File(sections={S.PLANS: [plan(approved_by="chair")]})],
        [
            (File(), "not approved"),
            (File(sections={S.PLANS: [plan()]}), "not approved"),
            (File(sections={S.PLANS: [plan(approved_by="officer")]}), "not approved"),
            (File(sections={S.PLANS: [plan(approved_by="chair"), plan(seq=6)]}), "not approved"),
        ],
    ),
    "reassessed": (
        [File(level(Level.MILD), {S.ASSESSMENTS: [assessment(Level.MILD, 3), assessment(Level.MILD, 6)]})],
        [
            (File(), "no new"),
            (File(level(Level.MILD), {S.ASSESSMENTS: [assessment(Level.MILD, 3)]}), "no new"),
        ],
    ),
    "lowering_agreed": (
        [
            File(),
            File(sections={S.ASSESSMENTS: [assessment(Level.MILD, 3), assessment(Level.SEVERE)]}),
            File(sections={S.ASSESSMENTS: [assessment(Level.MILD, 1), assessment(Level.NONE)]}),
            File(
                sections={
                    S.ASSESSMENTS: [assessment(Level.MODERATE, 3), assessment(Level.MILD)],
                    S.CONCURRENCES: [agreed("nurse")],
                }
            ),
            File(
                sections={
                    S.SCREENINGS: [screening(Level.EXTREME)],
                    S.ASSESSMENTS: [assessment(Level.NONE)],
                    S.CONCURRENCES: [agreed("chair", chair=True)],
                    S.MEETINGS: [held(quorate=True, seq=4)],
                }
            ),
            File(
                sections={
                    S.ASSESSMENTS: [assessment(Level.SEVERE, 3), assessment(Level.MILD, chair=True)],
                    S.CONCURRENCES: [agreed("nurse")],
                    S.MEETINGS: [held(quorate=True)],
                }
            ),
        ],
        [
            (lowered(Level.MODERATE), "go down to Mild needs a second member's agreement."),
            (lowered(Level.MODERATE, agreed("officer")), "second member"),
            (lowered(Level.MODERATE, agreed("nurse"), kept_out=("nurse",)), "second member"),
            (lowered(Level.EXTREME, agreed("nurse")), "needs the agreement of the chair"),
            (lowered(Level.SEVERE, agreed("chair", chair=True)), "held since Severe"),
            (lowered(Level.SEVERE, agreed("chair", chair=True), held(quorate=False)), "held since Severe"),
            (lowered(Level.SEVERE, agreed("chair", chair=True), held(quorate=True, seq=3)), "held since"),
            (
                File(
                    sections={
                        S.SCREENINGS: [screening(Level.SEVERE, 6)],
                        S.ASSESSMENTS: [assessment(Level.MODERATE, 3), assessment(Level.MILD)],
                        S.CONCURRENCES: [agreed("nurse")],
                    }
                ),
                "a new assessment, because the graver level came later",
            ),
            (
                File(
                    {"state": CaseState.REPORTED},
                    {S.SCREENINGS: [screening(Level.EXTREME), screening(Level.NONE, 5)]},
                ),
                "down to None",
            ),
        ],
    ),
    "sources_decided_if_grave": (
        [
            File(),
            File(sections={S.ASSESSMENTS: [assessment(Level.MILD)], S.QUERIES: [query(AnswerStatus.ASKED)]}),
            File(sections={S.ASSESSMENTS: [assessment(Level.SEVERE)]}),
            File(
                sections={
                    S.SCREENINGS: [screening(Level.SEVERE)],
                    S.ASSESSMENTS: [assessment(Level.MILD)],
                    S.QUERIES: [query(AnswerStatus.REFUSED)],
                }
            ),
        ],
        [
            (
                File(
                    {"affiliations": ["student"]},
                    {S.SCREENINGS: [screening(Level.SEVERE)], S.ASSESSMENTS: [assessment(Level.MILD)]},
                ),
                "registrar (never asked)",
            ),
            (
                File(
                    sections={
                        S.ASSESSMENTS: [assessment(Level.EXTREME, 3), assessment(Level.MILD)],
                        S.QUERIES: [query(AnswerStatus.PENDING)],
                    }
                ),
                "registrar (pending)",
            ),
        ],
    ),
    "plan_no_longer_fits": (
        [
            File(level(Level.SEVERE), {S.PLANS: [plan(AMP)]}),
            File(level(Level.MILD), {S.PLANS: [plan(AMP)]}, {"reason": "New facts."}),
        ],
        [
            (File(level(Level.MILD), {S.PLANS: [plan(AMP)]}), "still fits"),
            (File(level(Level.NONE), {S.PLANS: [plan(AMP)]}), "still fits"),
        ],
    ),
    "level_permits_reintegration": (
        [File(level(Level.MILD)), File(level(Level.NONE))],
        [(File(level(Level.EXTREME)), "Extreme"), (File(), "None")],
    ),
    "no_graver_level_stands": (
        [
            File(),
            File(level(Level.MILD), {S.ASSESSMENTS: [assessment(Level.MILD, 3)]}),
            File(level(Level.MILD), {S.ASSESSMENTS: [assessment(Level.MILD, 3), assessment(Level.NONE)]}),
        ],
        [
            (
                File(
                    level(Level.MILD), {S.ASSESSMENTS: [assessment(Level.MILD, 3), assessment(Level.SEVERE)]}
                ),
                "Severe is on record, graver than Mild: put it in force",
            ),
            (
                File(
                    level(Level.MILD),
                    {
                        S.ASSESSMENTS: [
                            assessment(Level.MILD, 3),
                            assessment(Level.SEVERE),
                            assessment(Level.MILD, 6),
                        ]
                    },
                ),
                "to go down to Mild needs a second member's agreement",
            ),
        ],
    ),
    "initial_actions_complete": (
        [
            File(),
            File(sections={S.PLANS: [plan()], S.ACTIONS: [action(done_at=MONDAY), action(initial=False)]}),
            File(sections={S.PLANS: [plan()], S.ACTIONS: [action(continued_by="row-9")]}),
            File(sections={S.PLANS: [plan(in_force_since=None)], S.ACTIONS: [action()]}),
        ],
        [(File(sections={S.PLANS: [plan()], S.ACTIONS: [action(), action(6)]}), "2 initial")],
    ),
    "reintegration_drafted": (
        [File(sections={S.REINTEGRATION: [row(5)]})],
        [(File(), "no reintegration"), (File(sections={S.REINTEGRATION: [row(3)]}), "no reintegration")],
    ),
    "reason_given": (
        [File(given={"reason": "He came back."})],
        [(File(), "Say why"), (File(given={"reason": ""}), "Say why")],
    ),
    "no_longer_a_threat": (
        [
            in_force(Level.NONE),
            in_force(Level.MILD, given={"reason": "Settled."}),
        ],
        [
            (in_force(Level.MILD), "say why"),
            (in_force(Level.MODERATE, given={"reason": "Settled."}), "Moderate"),
            (File(), "None"),
            (File(level(Level.NONE)), "does not say"),
            (in_force(Level.NONE, sees_violence=None), "does not say"),
            (
                in_force(Level.MILD, given={"reason": "x"}, sees_disruption=True),
                "a risk of significant disruption",
            ),
            (in_force(Level.MILD, given={"reason": "x"}, sees_violence=True), "a threat of violence"),
        ],
    ),
    "disposition_written": (
        [File(sections={S.DISPOSITIONS: [row()]})],
        [(File(), "not written"), (File(sections={S.DISPOSITIONS: [row(1)]}), "not written")],
    ),
    "follow_up_named": (
        [
            File(sections={S.DISPOSITIONS: [disposition(followed_up_at=["student_affairs"])]}),
            File(sections={S.DISPOSITIONS: [disposition(without_follow_up=True)]}),
            File(
                {"affiliations": ["student", "staff"]},
                {
                    S.DISPOSITIONS: [
                        disposition(
                            followed_up_at=[
                                "academic_affairs",
                                "human_resources",
                                "student_affairs",
                                "supervisor",
                            ]
                        )
                    ]
                },
            ),
        ],
        [
            (File(sections={S.DISPOSITIONS: [disposition()]}), "follows up at Student Affairs"),
            (
                File(
                    {"affiliations": ["faculty"]},
                    {S.DISPOSITIONS: [disposition(followed_up_at=["academic_affairs"])]},
                ),
                "through Human Resources, Human Resources",
            ),
        ],
    ),
    "unit_known": (
        [File(), File({"unit": "education"})],
        [(File({"unit_wanted_at": MONDAY}), "nobody has said which unit")],
    ),
    "check_ins_settled": (
        [
            File(REINTEGRATION),
            File(
                REINTEGRATION,
                {S.REINTEGRATION: [row()], S.CHECK_INS: [check_in(done_at=MONDAY), check_in(waived=True)]},
            ),
            File(REINTEGRATION, {S.REINTEGRATION: [row()], S.CHECK_INS: [check_in(4, plan_id="row-4")]}),
            File(sections={S.REINTEGRATION: [row()], S.CHECK_INS: [check_in()]}),
        ],
        [(File(REINTEGRATION, {S.REINTEGRATION: [row()], S.CHECK_INS: [check_in()]}), "1 check-in is")],
    ),
    "plan_covers_targets": (
        [
            File(sections={S.TARGETS: [row()]}),
            File(sections={S.PLANS: [plan(AMP)], S.TARGETS: [row()]}),
            File(sections={S.PLANS: [plan(TMP, targets=["row-1"])], S.TARGETS: [row(1)]}),
        ],
        [(File(sections={S.PLANS: [plan(TMP, targets=[])], S.TARGETS: [row(1)]}), "tat target list")],
    ),
    "endangered_followed_up": (
        [File(), File(sections={S.TARGETS: [row(settled_at=MONDAY)]})],
        [(File(sections={S.TARGETS: [row(1, settled_at=None, owner="nurse")]}), "by @nurse")],
    ),
    "reintegration_done_or_unneeded": (
        [
            File(REINTEGRATION),
            File({"state": CaseState.ASSESSED}),
            File(given={"without_reintegration": "He left the university."}),
        ],
        [(File(), "without reintegration")],
    ),
    "merged_elsewhere": (
        [File({"merged_into": "TAT-2026-0002"})],
        [(File(), "No other case is named")],
    ),
    "not_merged": (
        [File({"state": CaseState.CLOSED})],
        [
            (
                File({"state": CaseState.CLOSED, "merged_into": "TAT-2026-0002"}),
                "goes on in another one, which `tat case show` names",
            )
        ],
    ),
    "new_report_or_reason": (
        [
            File({"state": CaseState.CLOSED}, {S.REPORTS: [report(5, ReportChannel.WRITTEN)]}),
            File({"state": CaseState.CLOSED}, given={"reason": "New facts."}),
        ],
        [
            (File({"state": CaseState.CLOSED}, {S.REPORTS: [report(3)]}), "No report"),
            (File(), "No report"),
        ],
    ),
}


HOLDS = [(name, file) for name, (holding, _) in CASES.items() for file in holding]


SPEAKS = [(name, file, word) for name, (_, speaking) in CASES.items() for file, word in speaking]


def test_every_guard_is_shown_holding_and_speaking() -> None:
    """No guard goes without a case file on each side."""
    assert set(CASES) == set(GUARDS)
    assert all(holding and speaking for holding, speaking in CASES.values())


@pytest.mark.parametrize(("name", "file"), HOLDS, ids=[name for name, _ in HOLDS])
def test_a_guard_that_holds_says_nothing(pack: Pack, name: str, file: File) -> None:
    """Where everything is there, nothing is missing."""
    assert GUARDS[name].missing(file.opened(pack)) is None


@pytest.mark.parametrize(("name", "file", "word"), SPEAKS, ids=[name for name, _, _ in SPEAKS])
def test_a_guard_that_speaks_says_what_is_missing_and_who_can_clear_it(
    pack: Pack, name: str, file: File, word: str
) -> None:
    """What is missing is a sentence, and names somebody and a clause."""
    missing = GUARDS[name].missing(file.opened(pack))
    assert missing is not None
    assert missing.guard == name
    assert word in missing.sentence
    assert missing.sentence[0].isupper() or missing.sentence[0].isdigit()
    assert missing.sentence.endswith(".")
    assert missing.who
    assert missing.clause[0] in "WUA"


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_looks_at_nothing_but_what_it_declares(pack: Pack, name: str) -> None:
    """Only the sections that a guard declares are loaded for it."""
    guard = GUARDS[name]
    for file in [*CASES[name][0], *(file for file, _ in CASES[name][1])]:
        opened = file.opened(pack)
        loaded = {section: opened.sections[section] for section in guard.needs}
        narrow = CaseFile(opened.case, pack, loaded, opened.now, opened.given)
        assert guard.missing(narrow) == guard.missing(opened)
