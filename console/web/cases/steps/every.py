"""Every step that somebody takes in a case from its pages: what it is, what it asks, and how it is done."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from console.shown.case import forms, in_danger
from console.shown.case.asked.fields import Asked, Field, Fields
from console.shown.case.measures.carried import leaves
from console.shown.explainer import plainly
from console.web.cases.opening import Case
from console.web.cases.steps.correcting import CORRECTING
from console.web.cases.steps.daily import DAILY
from console.web.cases.steps.deciding import DECIDING
from console.web.cases.steps.guarding import GUARDING
from console.web.cases.steps.letting_in import LETTING_IN
from console.web.cases.steps.planning import PLANNING
from console.web.cases.steps.rearranging import REARRANGING
from console.web.cases.steps.step import Given, Step, here
from states.access import Act, Actor
from states.calendar import moments
from states.casebook import Casebook
from states.casebook.alarms import answers
from states.casebook.closing import disposition
from states.casebook.inquiry import assessing, triage
from states.casebook.intake import reports
from states.casebook.lookups import asking
from states.casebook.persons import units
from states.casebook.plan import meetings
from states.casebook.protecting import targets
from states.casebook.triggers import acting
from states.contents.closing import DispositionContent, TakeOverContent
from states.contents.inquiry import NoteContent
from states.contents.plans import TargetContent
from states.process import TRANSITIONS
from states.vocabulary.people import Role
from states.vocabulary.plans import MeetingKind
from states.vocabulary.sources import SourceKind


def _assign(book: Casebook, number: str, by: Actor, given: Given) -> None:
    lead = given.one("lead")
    triage.assign(
        book, number, by=by, lead=lead, offices=given.several("offices"), members=given.several("members")
    )


def _concur(book: Casebook, number: str, by: Actor, given: Given) -> None:
    about = given.one("about")
    assessing.concur(book, number, by=by, about=about, comment=given.one("reason"))


def _confirm(book: Casebook, number: str, by: Actor, given: Given) -> None:
    assessing.confirm(book, number, given.one("about"), by=by)


def _ask(book: Casebook, number: str, by: Actor, given: Given) -> None:
    kind = SourceKind(given.one("kind"))
    asking.request_lookup(book, number, kind, by=by, because=given.one("reason"))


def _ask_again(book: Casebook, number: str, by: Actor, _given: Given) -> None:
    asking.ask_again(book, number, by=by)


def _waive(book: Casebook, number: str, by: Actor, given: Given) -> None:
    kind = SourceKind(given.one("kind"))
    asking.waive_source(book, number, kind, by=by, because=given.one("reason"))


def _waive_follow_up(book: Casebook, number: str, by: Actor, given: Given) -> None:
    report = given.one("about")
    reports.waive_follow_up(book, number, report, by=by, because=given.one("reason"))


def _note(book: Casebook, number: str, by: Actor, given: Given) -> None:
    chosen = given.several("more")
    said = {name: given.one(name) for name in ("kind", "with_whom", "text")}
    more = {name: name in chosen for name in ("own_observation", "by_team_convened")}
    triage.note(book, number, NoteContent.read(said | more), by=by)


def _convene(book: Casebook, number: str, by: Actor, given: Given) -> None:
    kind = MeetingKind(given.one("kind"))
    at = moments.moment(given.one("at"), "the meeting", here(book, number, by), ahead=True)
    meetings.schedule(book, number, by=by, kind=kind, at=at)


def _name_unit(book: Casebook, number: str, by: Actor, given: Given) -> None:
    units.name(book, number, given.one("unit"), by=by)


def _take_over(book: Casebook, number: str, by: Actor, given: Given) -> None:
    content = TakeOverContent.read({name: given.one(name) for name in ("who", "agency", "said")})
    answers.by_team(book, number, content, by=by)


def _put_in_danger(book: Casebook, number: str, by: Actor, given: Given) -> None:
    content = given.content(TargetContent, here(book, number, by), done=given.lines("done"))
    targets.add(book, number, content, by=by)


def _end(book: Casebook, number: str, by: Actor, given: Given) -> None:
    over = {name: given.one(name) for name in ("office", "name", "what")}
    said: dict[str, object] = {
        name: given.one(name) for name in ("text", "to_reporter", "no_follow_up_because")
    }
    said |= {name: given.one(name) or None for name in ("threat", "disruption")}
    said["tell_reporter"] = given.one("tell_reporter") == "yes"
    said["follow_up"] = [over] if any(over.values()) else []
    disposition.write_disposition(book, number, DispositionContent.read(said), by=by)


def _fire(
    book: Casebook, number: str, by: Actor, given: Given, *, trigger: str, reasons: Sequence[str]
) -> None:
    told = {name: given.one(name) for name in reasons if given.one(name)}
    acting.act(book, number, trigger, by=by, given=told)


#: of triggers that take a reason: what is asked
_REASONS: Mapping[str, tuple[str, ...]] = {
    "revise_plan": ("reason",),
    "resume_monitoring": ("reason",),
    "reopen": ("reason",),
    "close": ("reason", "without_reintegration"),
    "raise_alarm": ("reason",),
}

#: what is said of a reason that may be left out
_HINTS: Mapping[str, str] = {
    "raise_alarm": "What you saw or heard, in a few words. You may leave it out.",
}

_LABELS: Mapping[str, str] = {
    "reason": "Why",
    "without_reintegration": "Why no reintegration is needed",
}


def _why(trigger: str) -> Callable[[Asked], Fields]:
    """The reasons that a trigger takes: those that have to be given as the case stands, and the others."""
    names = _REASONS.get(trigger, ())

    def asked(of: Asked) -> Fields:
        row = next((each for each in of.opened.possible if each.row.trigger == trigger), None)
        needed = {one.given: plainly(one.sentence) for one in (row.missing if row else ())}
        return tuple(
            Field(
                name,
                _LABELS[name],
                hint=needed.get(name, _HINTS.get(trigger, "You may leave it out.")),
                needed=name in needed,
            )
            for name in names
        )

    return asked


def _leaves(_book: Casebook, case: Case, _by: Actor) -> Mapping[str, object]:
    """What the plan leaves as it is: open actions, and what an earlier draft recommended."""
    return {"warns": " ".join(leaves(case.opened).sentences)}


def _of_table() -> Mapping[str, Step]:
    """The triggers of the process table that people fire by themselves."""
    return {
        row.trigger: Step(
            row.trigger,
            row.says.split(":")[0],
            f"{row.says}.",
            _why(row.trigger),
            partial(_fire, trigger=row.trigger, reasons=_REASONS.get(row.trigger, ())),
            act=None,
            always=row.by == tuple(Role),
            shows=_leaves if row.trigger == "activate_plan" else None,
        )
        for row in TRANSITIONS
        if not row.comes_with
    }


STEPS: Mapping[str, Step] = {
    each.name: each
    for each in (
        *_of_table().values(),
        *DECIDING,
        *PLANNING,
        *DAILY,
        *CORRECTING,
        *REARRANGING,
        *GUARDING,
        *LETTING_IN,
        Step(
            "assign",
            "Assign lead and offices",
            "Whoever is on the case sees it; it takes the place of what was assigned before.",
            forms.assignment,
            _assign,
            act=Act.ASSIGN,
            looks=False,
            offers=True,
        ),
        Step(
            "concur",
            "Agree as a second member",
            "You have read it, and come to the same.",
            forms.agreement,
            _concur,
            looks=False,
        ),
        Step(
            "confirm",
            "Say that I took part",
            "Nobody says it for another.",
            forms.participation,
            _confirm,
            act=None,
            looks=False,
        ),
        Step(
            "ask",
            "Ask a source",
            "The source is asked at once, as far as the policy lets it be.",
            forms.looking_up,
            _ask,
        ),
        Step(
            "ask_again",
            "Ask the sources again",
            "Each source is asked again that was not available, has not answered, or could not say all.",
            forms.nothing,
            _ask_again,
        ),
        Step(
            "waive",
            "Go on without a source",
            "The team goes on without the answer; what the source said stays.",
            forms.waiver,
            _waive,
            looks=False,
        ),
        Step(
            "waive_follow_up",
            "Waive the written follow-up",
            "Nobody writes down what was told by word of mouth.",
            forms.follow_up,
            _waive_follow_up,
            looks=False,
        ),
        Step(
            "note",
            "Add a note",
            "It stands in the case for everybody on it.",
            forms.note,
            _note,
            looks=False,
            always=True,
        ),
        Step("convene", "Convene the team", "Everybody on the case is invited.", forms.meeting, _convene),
        Step(
            "unit",
            "Name the unit",
            "Its vice president hears of every recommendation.",
            forms.unit,
            _name_unit,
        ),
        Step(
            "in_danger",
            "Enter who may be in danger",
            "The clock of the follow-up with them starts.",
            in_danger.asked,
            _put_in_danger,
            looks=False,
        ),
        Step(
            "take_over",
            "Enter who took over",
            "Nobody else is called any more.",
            forms.taking_over,
            _take_over,
            act=Act.ANSWER_ALARMS,
            looks=False,
            always=True,
        ),
        Step(
            "end",
            "Write how it ended",
            "What the team found, what the person who reported may be told, and who follows up.",
            forms.ending,
            _end,
        ),
    )
}

#: by which steps what is missing is cleared, by the guard that misses it
CLEARED_BY: Mapping[str, tuple[str, ...]] = {
    "screened": ("screen",),
    "screened_none": ("screen",),
    "assigned": ("assign",),
    "screening_concurred": ("concur",),
    "lowering_agreed": ("concur",),
    "no_graver_level_stands": ("concur",),
    "sources_settled": ("ask_again", "waive"),
    "sources_decided_if_grave": ("ask", "ask_again", "waive"),
    "assessment_on_file": ("rate", "record_assessment"),
    "reassessed": ("record_assessment",),
    "no_longer_a_threat": ("record_assessment",),
    "level_above_none": ("record_assessment",),
    "level_permits_reintegration": ("record_assessment",),
    "quorum": ("confirm", "hold", "convene"),
    "verbal_reports_followed_up": ("waive_follow_up",),
    "disposition_written": ("end",),
    "follow_up_named": ("end",),
    "unit_known": ("unit",),
    "plan_fits_level": ("draft_plan",),
    "plan_covers_topics": ("draft_plan",),
    "plan_covers_targets": ("draft_plan",),
    "actions_owned": ("draft_plan",),
    "plan_approved": ("approve_plan",),
    "initial_actions_complete": ("action",),
    "reintegration_drafted": ("draft_reintegration",),
    "check_ins_settled": ("check_in",),
    "endangered_followed_up": ("target",),
}

#: what may be done at any time, besides the steps of the process
ANY_TIME = (
    *(
        "note",
        "convene",
        "hold",
        "move",
        "ask",
        "in_danger",
        "target",
        "refer",
        "outcome",
        "send_again",
        "send_link",
    ),
    *("action", "check_in", "hand_over", "call", "decide_conflict", "same_person", "join"),
)

#: what may be done about who is on the case, besides
FOR_PEOPLE = ("assign", "invite", "guest_until", "end_guest", "review_glass", "recuse")
