"""How each command about what a team does is called, and what makes ready for it."""

import json
from collections.abc import Callable
from dataclasses import replace

from states.casebook.closing import endings
from states.casebook.figures import reporting
from states.contents.team import ReportTexts
from states.vocabulary.effects import EffectKind
from tests.cases.referring import consent, referred, send
from tests.cases.walking import Walk
from tests.console.cli.calls.making import Words, as_it_is, file_of, first_of, on_case
from tests.console.conftest import Tat
from tests.states.courses.taking_up import take_up


def _report(tat: Tat, _walk: Walk) -> Words:
    return ["report", file_of(tat, tat.example("report"))]


def _planning(tat: Tat, walk: Walk) -> Words:
    number = walk.assessed()
    walk.act(number, "develop_plan")
    return ["plan", "draft", number, file_of(tat, tat.example("plan", "draft"))]


def _hold(tat: Tat, walk: Walk) -> Words:
    number = walk.in_inquiry()
    called = tat.json("meeting", "schedule", number, "--at", "2999-01-01T10:00-07:00")
    now = walk.book.clock().isoformat()
    tat.json("meeting", "move", number, called["meeting"], "--at", now, "--because", "We met at once.")
    minutes = file_of(tat, tat.example("meeting", "hold"))
    return ["meeting", "hold", number, called["meeting"], minutes]


def _semester_minutes(tat: Tat, walk: Walk) -> Words:
    made = tat.json(*as_it_is("meeting", "semester", file=True)(tat, walk))
    return ["meeting", "minutes", made["meeting"]]


def _of_semester(command: str, *more: str) -> Callable[[Tat, Walk], Words]:
    """A command about the semester's meeting, which somebody called."""

    def words(tat: Tat, _walk: Walk) -> Words:
        called = tat.json("meeting", "semester-call", "--at", "2999-01-01T10:00-07:00")
        return ["meeting", command, called["meeting"], *more]

    return words


def _reset(tat: Tat, _walk: Walk) -> Words:
    tat.json("account", "link", "nurse")
    return ["account", "reset", "nurse"]


def _meeting(command: str, *more: str) -> Callable[[Tat, Walk], Words]:
    """A command about a meeting that somebody called, beside another one, which stays called."""

    def words(tat: Tat, walk: Walk) -> Words:
        number = walk.monitored()
        tat.json("meeting", "schedule", number, "--at", "2999-01-03T10:00-07:00")
        called = tat.json("meeting", "schedule", number, "--at", "2999-01-01T10:00-07:00")
        return ["meeting", command, number, called["meeting"][:10], "--because", "Nobody can come.", *more]

    return words


def _check_in(_tat: Tat, walk: Walk) -> Words:
    number = walk.reintegrating()
    return ["plan", "check-in", number, first_of(walk, number, "check_ins")[:8]]


def _approve_review(tat: Tat, walk: Walk) -> Words:
    made = tat.json(*as_it_is("team", "review", file=True)(tat, walk), "--effective-at", "2026-01-01T00:00Z")
    return ["team", "approve-review", made["review"][:8], "--approved-by", "Pat Example"]


def _correct_of_team(tat: Tat, walk: Walk) -> Words:
    made = tat.json(*as_it_is("team", "review", file=True)(tat, walk), "--effective-at", "2026-01-01T00:00Z")
    right = file_of(tat, tat.example("team", "correct"))
    return ["team", "correct", made["review"][:8], right, "--reason", "One was left out."]


def _on_report(*command: str) -> Callable[[Tat, Walk], Words]:
    """A command about the report on the last period that is over."""

    def words(tat: Tat, _walk: Walk) -> Words:
        (last, *_) = tat.json("reports", "list")
        return ["reports", command[0], last["period"]["name"], *command[1:]]

    return words


def _approve_report(tat: Tat, walk: Walk) -> Words:
    about = reporting.listed(walk.book, by=walk.chair)[0].period.name
    reporting.write(walk.book, about, ReportTexts(), by=replace(walk.chair, id="nurse"))
    del tat
    return ["reports", "approve", about]


def _on_target(command: str, *more: str) -> Callable[[Tat, Walk], Words]:
    def words(tat: Tat, walk: Walk) -> Words:
        number = walk.in_inquiry()
        added = tat.json("target", "add", number, file_of(tat, tat.example("target", "add")))
        return ["target", command, number, added["target"][:8], *more]

    return words


def _referral(_tat: Tat, walk: Walk) -> Words:
    number = walk.monitored()
    return ["referral", "outcome", number, first_of(walk, number, "referrals"), "acknowledged"]


def _drafted(tat: Tat, walk: Walk) -> str:
    """A text for the court, which the chair's own office clears; gives its id."""
    content = {
        "to": "court",
        "recipient": "district_court",
        "purpose": "export",
        "basis": "court_order",
        "what": ["case_status"],
        "asked_by": "The clerk",
        "because": "Ordered.",
        "text": "The case is open.",
    }
    made = tat.json("disclosure", "draft", walk.in_inquiry(), file_of(tat, json.dumps(content)))
    return str(made["release"])


def _release(tat: Tat, walk: Walk) -> Words:
    release = _drafted(tat, walk)
    tat.json("disclosure", "clear", release, "--agree")
    return ["disclosure", "release", release]


def _called(_tat: Tat, walk: Walk) -> Words:
    reporter = {"name": "invented-caller", "phone": "555-0199"}
    number = walk.closed(reporter=reporter)
    endings.reporters_to_tell(walk.book, take_up(walk.book, number, EffectKind.CLOSE_OUT))
    return ["calls", "made", number, first_of(walk, number, "calls"), "told"]


def _send_link(_tat: Tat, walk: Walk) -> Words:
    number, referral = referred(walk)
    send(walk, number, referral)
    return ["referral", "send-link", number, referral]


def _revoke_consent(_tat: Tat, walk: Walk) -> Words:
    number = walk.in_inquiry()
    given = consent(walk.book, number, by=walk.chair)
    return ["disclosure", "revoke-consent", number, given[:10], "--reason", "She changed her mind."]


def _on_referral(command: str) -> Callable[[Tat, Walk], Words]:
    def words(_tat: Tat, walk: Walk) -> Words:
        number = walk.monitored()
        return ["referral", command, number, first_of(walk, number, "referrals")]

    return words


def _plan_record(command: str, table: str, *more: str) -> Callable[[Tat, Walk], Words]:
    def words(_tat: Tat, walk: Walk) -> Words:
        number = walk.monitored()
        return ["plan", command, number, first_of(walk, number, table), *more]

    return words


def _alarmed(*command: str) -> Callable[[Tat, Walk], Words]:
    def words(tat: Tat, walk: Walk) -> Words:
        number = walk.reported()
        tat.json("alarm", "raise", number, "--reason", "Now.")
        return ["alarm", command[0], number, *command[1:]]

    return words


_SHIFT = ("--from", "2999-01-01T08:00-07:00", "--until", "2999-01-02T08:00-07:00")


def _shift(tat: Tat) -> str:
    return str(tat.json("duty", "add", "nurse", *_SHIFT)["shift"][:8])


def _offered(tat: Tat) -> str:
    shift = _shift(tat)
    tat.json("duty", "offer", shift, "--to", "dean")
    return shift


def _off_duty(tat: Tat, _walk: Walk) -> Words:
    return ["duty", "remove", _shift(tat)]


#: makes a token
MAKE_TOKEN = ("token", "make", "invented-program", "--scope", "read")

#: tells of a change of law, and puts an agreement on record
CHANGED = ("team", "change-of-law", "--title", "FERPA", "--what", "Parents.", "--holds-from", "2026-08-01")
AGREED = (
    "team",
    "agreement",
    "--partner",
    "Sheriff",
    "--kind",
    "weapons_registration",
    "--signed",
    "2026-01-10",
)

#: enters a training
TRAINED = ("team", "trained", "nurse", "--kind", "privacy", "--on", "2026-01-10")

#: for each command, what makes a case ready for it, and how it is then called
CALLS: dict[str, Callable[[Tat, Walk], Words]] = {
    "report": _report,
    "assess": on_case("in_inquiry", "assess", file=True),
    "alarm raise": on_case("reported", "alarm", "raise", more=("--reason", "Now.", "--danger", "weapon")),
    "alarm list": as_it_is("alarm", "list"),
    "alarm show": _alarmed("show"),
    "alarm take-over": _alarmed("take-over", "--who", "Officer 7", "--agency", "University Police"),
    "duty add": as_it_is("duty", "add", "nurse", *_SHIFT),
    "duty list": as_it_is("duty", "list"),
    "duty remove": _off_duty,
    "duty offer": lambda tat, _walk: ["duty", "offer", _shift(tat), "--to", "dean"],
    "duty take": lambda tat, _walk: ["duty", "take", _offered(tat), "--as", "dean"],
    "duty decline": lambda tat, _walk: ["duty", "decline", _offered(tat), "--as", "dean"],
    "duty off": as_it_is("duty", "off", "dean", *_SHIFT),
    "duty back": lambda tat, _walk: [
        *("duty", "back", tat.json("duty", "off", "dean", *_SHIFT)["time_off"][:8])
    ],
    "person search": lambda _, walk: ["person", "search", "--name", walk.words("subject.name")],
    "person index": lambda *_: ["person", "index"],
    "target add": on_case("in_inquiry", "target", "add", file=True),
    "target list": on_case("in_inquiry", "target", "list"),
    "target done": _on_target("done", "--what", "An escort to the car."),
    "target follow-up": _on_target("follow-up", "--what", "Feels safe again."),
    "target waive": _on_target("waive", "--reason", "Has moved away."),
    "plan draft": _planning,
    "plan approve": _plan_record("approve", "plans"),
    "plan show": on_case("monitored", "plan", "show"),
    "plan my-actions": on_case("monitored", "plan", "my-actions"),
    "plan complete-action": _plan_record("complete-action", "plan_actions"),
    "plan report-action": _plan_record("report-action", "plan_actions", "--text", "He was called."),
    "plan reintegration": on_case("monitored", "plan", "reintegration", file=True),
    "plan check-in": _check_in,
    "meeting schedule": on_case(
        "reported",
        "meeting",
        "schedule",
        more=(
            "--at",
            "2999-01-01T10:00-07:00",
        ),
    ),
    "meeting hold": _hold,
    "meeting move": _meeting("move", "--at", "2999-02-01T10:00-07:00"),
    "meeting cancel": _meeting("cancel"),
    "meeting answer": _meeting("answer", "--cannot"),
    "meeting semester-answer": _of_semester("semester-answer", "--cannot", "--because", "Lee Example comes."),
    "meeting semester-call": as_it_is("meeting", "semester-call", "--at", "2999-01-01T10:00-07:00"),
    "meeting semester-cancel": _of_semester("semester-cancel"),
    "meeting semester-coming": _of_semester("semester-coming"),
    "meeting semester-move": _of_semester(
        "semester-move", "--at", "2999-02-01T10:00-07:00", "--because", "invented"
    ),
    "meeting list": on_case("in_inquiry", "meeting", "list"),
    "meeting all": as_it_is("meeting", "all"),
    "meeting minutes": _semester_minutes,
    "meeting semester": as_it_is("meeting", "semester", file=True),
    "referral list": on_case("monitored", "referral", "list"),
    "trends": as_it_is("trends"),
    "reports list": as_it_is("reports", "list"),
    "reports show": _on_report("show"),
    "reports write": _on_report("write", "--beside", "levels=Few are grave.", "--recommend", "Train more."),
    "reports approve": _approve_report,
    "audit reads": as_it_is("audit", "reads"),
    "audit stays": as_it_is("audit", "stays"),
    "audit refused": as_it_is("audit", "refused"),
    "audit queries": as_it_is("audit", "queries"),
    "calls list": as_it_is("calls", "list"),
    "calls made": _called,
    "disclosure list": on_case("in_inquiry", "disclosure", "list"),
    "disclosure tell": on_case(
        "in_inquiry",
        *("disclosure", "tell"),
        more=(
            *("--to", "office", "--recipient", "human_resources", "--what", "case_status"),
            *("--basis", "ferpa_school_official", "--reason", "Asked by phone."),
        ),
    ),
    "disclosure draft": on_case("in_inquiry", "disclosure", "draft", file=True),
    "disclosure to-clear": as_it_is("disclosure", "to-clear"),
    "disclosure clear": lambda tat, walk: ["disclosure", "clear", _drafted(tat, walk), "--agree"],
    "disclosure release": _release,
    "disclosure consent": on_case("in_inquiry", "disclosure", "consent", file=True),
    "disclosure revoke-consent": _revoke_consent,
    "disclosure determine-emergency": on_case("in_inquiry", "disclosure", "determine-emergency", file=True),
    "disclosure export": lambda tat, walk: [
        *("disclosure", "export", walk.in_inquiry(), str(tat.home.parent / "exported.zip")),
        *("--to", "court", "--recipient", "district_court", "--basis", "court_order", "--reason", "Ordered."),
        *("--asked-by", "The clerk of the court"),
    ],
    "referral outcome": _referral,
    "referral make": on_case(
        "reported", "referral", "make", more=("counselling", "--recommend", "Please see her today.")
    ),
    "referral show": _on_referral("show"),
    "referral send-link": _send_link,
    "referral send-again": _on_referral("send-again"),
    "team add": as_it_is("team", "add", "new-one", "--name", "invented-new", "--address", "new@wnmu.example"),
    "team list": as_it_is("team", "list"),
    "account check": as_it_is("account", "check"),
    "account link": as_it_is("account", "link", "nurse"),
    "account reset": _reset,
    "account list": as_it_is("account", "list"),
    "account reached": as_it_is("account", "reached", "--phone", "575-555-0143"),
    "token make": as_it_is(*MAKE_TOKEN),
    "token list": as_it_is("token", "list"),
    "token revoke": lambda tat, _walk: ["token", "revoke", tat.json(*MAKE_TOKEN)["id"]],
    "team change": as_it_is("team", "change", "nurse", "--identifier", "employee_id=E-77"),
    "team end": as_it_is("team", "end", "nurse", "--hand-over-to", "officer"),
    "team review": lambda tat, walk: [
        *as_it_is("team", "review", file=True)(tat, walk),
        *("--approved-by", "The president", "--effective-at", "2026-01-01T00:00Z"),
    ],
    "team reviews": as_it_is("team", "reviews"),
    "team approve-review": _approve_review,
    "team correct": _correct_of_team,
    "team change-of-law": as_it_is(*CHANGED),
    "team changes": as_it_is("team", "changes"),
    "team confirm": lambda tat, _walk: ["team", "confirm", tat.json(*CHANGED)["change"][:8], "--as", "nurse"],
    "team take-back-change": lambda tat, _walk: [
        *("team", "take-back-change", tat.json(*CHANGED)["change"][:8], "--reason", "Told twice.")
    ],
    "team agreement": as_it_is(*AGREED),
    "team agreements": as_it_is("team", "agreements"),
    "team review-agreement": lambda tat, _walk: [
        *("team", "review-agreement", tat.json(*AGREED)["agreement"][:8], "--on", "2026-01-11")
    ],
    "team end-agreement": lambda tat, _walk: [*("team", "end-agreement", tat.json(*AGREED)["agreement"][:8])],
    "team trained": as_it_is(*TRAINED),
    "team training": as_it_is("team", "training"),
    "team take-back-training": lambda tat, _walk: [
        *("team", "take-back-training", tat.json(*TRAINED)["training"][:8], "--reason", "It was another's.")
    ],
}
