"""Every command of `tat`: what holds for all of them."""

import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest
import typer.main
from pydantic import BaseModel

from console.cli import app, examples
from states.access import SYSTEM
from states.casebook import acting, effects, endings, moving
from states.vocabulary import EffectKind, EffectStatus, Level, ReportChannel
from tests.console.conftest import KEEPER, Tat
from tests.referring import consent, referred, send
from tests.review.taking_up import take_up
from tests.walking import Walk

LOG = (
    b"Incident,Location,Reported,Occurred,Comments,Disposition,CaseNumber\n"
    b"Lost Property,Somewhere,1/1/19 7:48 AM,1/1/19 2:00 AM,Somebody lost a hat,Closed,19-00001\n"
    b"Threat,Somewhere,1/2/19 7:48 AM,1/2/19 2:00 AM,Somebody was threatened with harm,Open,19-00002\n"
)

#: a number under which there is never a case
NOBODY = "TAT-1999-0001"

Words = list[str]


def _first(walk: Walk, number: str, table: str) -> str:
    return str(walk.records(number, table)[0]["id"])


def _report(tat: Tat, _walk: Walk) -> Words:
    return ["report", _file(tat, tat.example("report"))]


def _file(tat: Tat, content: str | bytes) -> str:
    path = tat.home.parent / "given"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def _two(walk: Walk) -> tuple[str, str]:
    return walk.reported(), walk.reported()


def _link(_tat: Tat, walk: Walk) -> Words:
    older, newer = _two(walk)
    return ["case", "link", newer, older, "--same"]


def _confirm(_tat: Tat, walk: Walk) -> Words:
    number = walk.in_inquiry()
    walk.assess(number, Level.MODERATE, confirm=False)
    return ["case", "confirm", number, _first(walk, number, "assessments")[:10]]


def _unlink(tat: Tat, walk: Walk) -> Words:
    older, newer = _two(walk)
    tat.json("case", "link", newer, older, "--same")
    return ["case", "unlink", older, newer, "--reason", "It was a namesake."]


def _concur(tat: Tat, walk: Walk) -> Words:
    number = walk.reported()
    tat.json("case", "screen", number, "--level", "none", "--reason", "Only a joke.", member="officer")
    return ["case", "concur", number, _first(walk, number, "screenings")[:10]]


def _planning(tat: Tat, walk: Walk) -> Words:
    number = walk.assessed()
    walk.act(number, "develop_plan")
    return ["plan", "draft", number, _file(tat, tat.example("plan", "draft"))]


def _hold(tat: Tat, walk: Walk) -> Words:
    number = walk.in_inquiry()
    called = tat.json("meeting", "schedule", number, "--at", "2999-01-01T10:00-07:00")
    now = walk.book.clock().isoformat()
    tat.json("meeting", "move", number, called["meeting"], "--at", now, "--because", "We met at once.")
    minutes = _file(tat, tat.example("meeting", "hold"))
    return ["meeting", "hold", number, called["meeting"], minutes]


def _meeting(command: str, *more: str) -> Callable[[Tat, Walk], Words]:
    """A command about a meeting that somebody called, beside another one, which stays called."""

    def words(tat: Tat, walk: Walk) -> Words:
        number = walk.monitored()
        tat.json("meeting", "schedule", number, "--at", "2999-01-03T10:00-07:00")
        called = tat.json("meeting", "schedule", number, "--at", "2999-01-01T10:00-07:00")
        return ["meeting", command, number, called["meeting"][:10], "--because", "Nobody can come.", *more]

    return words


def _erase(tat: Tat, walk: Walk) -> Words:
    number = walk.closed()
    tat.json("case", "allow-erasure", number, "--reason", "A court said so.")
    return ["case", "erase", number, "--yes", "--as", KEEPER]


def _redrive(_tat: Tat, walk: Walk) -> Words:
    walk.reported()
    (owed, *_) = effects.effects(walk.book, by=SYSTEM, status=EffectStatus.PENDING)
    return ["effects", "redrive", owed.effect_id[:12]]


def _take(tat: Tat, _walk: Walk) -> Words:
    tat.json("import-log", _file(tat, LOG), "--site", "silver_city")
    (row, *_) = tat.json("intake", "list")
    return ["intake", "take", row["entry_id"], _file(tat, tat.example("intake", "take"))]


def _take_in(tat: Tat, _walk: Walk) -> Words:
    (tat.home / "tips").mkdir(exist_ok=True)
    door = f"[mailroom]\nuse = 'mail_folder'\nsite = 'deming'\nfolder = '{tat.home}/tips'\n"
    (tat.home / "doors.toml").write_text(door)
    return ["intake", "take-in"]


def _sources(tat: Tat) -> None:
    kinds = ("registrar", "human_resources", "past_contacts")
    text = '[invented]\nuse = "scripted"\n' + "".join(
        f'[invented.answers.{kind}]\nanswer = "not_found"\n' for kind in kinds
    )
    (tat.home / "sources.toml").write_text(text)


def _check_sources(tat: Tat, _walk: Walk) -> Words:
    _sources(tat)
    return ["sources", "check"]


def _waive_source(_tat: Tat, walk: Walk) -> Words:
    return ["case", "waive-source", walk.in_inquiry(), "registrar", "--reason", "It is down."]


def _waive_follow_up(_tat: Tat, walk: Walk) -> Words:
    number = walk.reported(channel=ReportChannel.VERBAL)
    return [
        "case",
        "waive-follow-up",
        number,
        _first(walk, number, "reports"),
        "--reason",
        "They moved away.",
    ]


def _check_in(_tat: Tat, walk: Walk) -> Words:
    number = walk.reintegrating()
    return ["plan", "check-in", number, _first(walk, number, "check_ins")[:8]]


def _correct(tat: Tat, walk: Walk) -> Words:
    number = walk.in_inquiry()
    noted = tat.json("case", "note", number, _file(tat, tat.example("case", "note")))
    correction = _file(tat, tat.example("case", "correct"))
    return ["case", "correct", number, noted["note"][:8], correction, "--reason", "Misheard."]


def _end_order(tat: Tat, walk: Walk) -> Words:
    number = walk.in_inquiry()
    example = _file(tat, tat.example("case", "protective-order"))
    filed = tat.json("case", "protective-order", number, example)
    return ["case", "end-order", number, filed["order"][:8], "--reason", "The court lifted it."]


def _order_paper(tat: Tat, walk: Walk) -> Words:
    number = walk.in_inquiry()
    filed = tat.json("case", "protective-order", number, _file(tat, tat.example("case", "protective-order")))
    return ["case", "order-paper", number, filed["order"][:8], _file(tat, b"%PDF-1.7 invented")]


def _approve_review(tat: Tat, walk: Walk) -> Words:
    made = tat.json(*_plain("team", "review", file=True)(tat, walk), "--effective-at", "2026-01-01T00:00Z")
    return ["team", "approve-review", made["review"][:8], "--approved-by", "Pat Example"]


def _on_target(command: str, *more: str) -> Callable[[Tat, Walk], Words]:
    def words(tat: Tat, walk: Walk) -> Words:
        number = walk.in_inquiry()
        added = tat.json("target", "add", number, _file(tat, tat.example("target", "add")))
        return ["target", command, number, added["target"][:8], *more]

    return words


def _on_report(command: str, *more: str) -> Callable[[Tat, Walk], Words]:
    def words(tat: Tat, walk: Walk) -> Words:
        number = walk.reported()
        report = _first(walk, number, "reports")
        if command == "reinstate-report":
            tat.json("case", "withdraw-report", number, report, "--reason", "Entered twice.")
        if command == "mark-false":
            tat.json("case", "concur", number, report, member="officer")
        return ["case", command, number, report[:8], *more, "--reason", "As was found."]

    return words


def _move(_tat: Tat, walk: Walk) -> Words:
    number, other = _two(walk)
    report = _first(walk, number, "reports")
    return ["case", "move-report", number, report[:8], "--to", other, "--reason", "About them."]


def _split(_tat: Tat, walk: Walk) -> Words:
    number, other = _two(walk)
    moving.move_report(
        walk.book, other, _first(walk, other, "reports"), to=number, by=walk.chair, because="About them."
    )
    return ["case", "split", number, "--report", _first(walk, number, "reports"), "--reason", "Another."]


def _merge(tat: Tat, walk: Walk) -> Words:
    number, other = _two(walk)
    tat.json("case", "link", number, other, "--same")
    return ["case", "merge", number, "--into", other, "--reason", "One person."]


def _unmerge(tat: Tat, walk: Walk) -> Words:
    _, _, number, *_ = merge = _merge(tat, walk)
    tat.json(*merge)
    return ["case", "unmerge", number, "--reason", "A twin."]


def _relate(_tat: Tat, walk: Walk) -> Words:
    return ["case", "relate", *_two(walk), "--kind", "acting_together", "--reason", "A pact."]


def _unrelate(tat: Tat, walk: Walk) -> Words:
    related = _relate(tat, walk)
    tat.json(*related)
    return ["case", "unrelate", *related[2:]]


def _referral(_tat: Tat, walk: Walk) -> Words:
    number = walk.monitored()
    return ["referral", "outcome", number, _first(walk, number, "referrals"), "acknowledged"]


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
    made = tat.json("disclosure", "draft", walk.in_inquiry(), _file(tat, json.dumps(content)))
    return str(made["release"])


def _release(tat: Tat, walk: Walk) -> Words:
    release = _drafted(tat, walk)
    tat.json("disclosure", "clear", release, "--agree")
    return ["disclosure", "release", release]


def _private(walk: Walk) -> tuple[str, str]:
    number = walk.reported(private=True)
    return number, _first(walk, number, "reports")


def _talked(tat: Tat, walk: Walk) -> Words:
    command = ("case", "talked-with-reporter")
    return [*command, *_private(walk), _file(tat, tat.example(*command))]


def _lift(tat: Tat, walk: Walk) -> Words:
    number, report = _private(walk)
    command = ("case", "talked-with-reporter")
    tat.json(*command, number, report, _file(tat, tat.example(*command)))
    return ["case", "lift-privacy", number, report, "--reason", "A court asks."]


def _called(_tat: Tat, walk: Walk) -> Words:
    reporter = {"name": "invented-caller", "phone": "555-0199"}
    number = walk.closed(reporter=reporter)
    endings.reporters_to_tell(walk.book, take_up(walk.book, number, EffectKind.CLOSE_OUT))
    return ["calls", "made", number, _first(walk, number, "calls"), "told"]


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
        return ["referral", command, number, _first(walk, number, "referrals")]

    return words


def _plan_record(command: str, table: str, *more: str) -> Callable[[Tat, Walk], Words]:
    def words(_tat: Tat, walk: Walk) -> Words:
        number = walk.monitored()
        return ["plan", command, number, _first(walk, number, table), *more]

    return words


def _on(
    stage: str, *command: str, more: tuple[str, ...] = (), file: bool = False
) -> Callable[[Tat, Walk], Words]:
    """A command about a case at some stage, with its example as a file if it takes one."""

    def words(tat: Tat, walk: Walk) -> Words:
        given = [_file(tat, tat.example(*command))] if file else []
        return [*command, getattr(walk, stage)(), *given, *more]

    return words


def _plain(*command: str, file: bool = False) -> Callable[[Tat, Walk], Words]:
    def words(tat: Tat, _walk: Walk) -> Words:
        return [*command, *([_file(tat, tat.example(*command[:2]))] if file else [])]

    return words


def _alarmed(*command: str) -> Callable[[Tat, Walk], Words]:
    def words(tat: Tat, walk: Walk) -> Words:
        number = walk.reported()
        tat.json("alarm", "raise", number, "--reason", "Now.")
        return ["alarm", command[0], number, *command[1:]]

    return words


def _restore(tat: Tat, walk: Walk) -> Words:
    walk.reported()
    made = tat.json("backup")
    walk.book.close()
    for file in tat.home.glob("casebook.db*"):
        file.unlink()
    return ["restore", made["file"]]


_SHIFT = ("--from", "2999-01-01T08:00-07:00", "--until", "2999-01-02T08:00-07:00")


def _off_duty(tat: Tat, _walk: Walk) -> Words:
    return ["duty", "remove", tat.json("duty", "add", "nurse", *_SHIFT)["shift"][:8]]


#: for each command, what makes a case ready for it, and how it is then called
CALLS: dict[str, Callable[[Tat, Walk], Words]] = {
    "init": _plain("init"),
    "report": _report,
    "assess": _on("in_inquiry", "assess", file=True),
    "alarm raise": _on("reported", "alarm", "raise", more=("--reason", "Now.", "--danger", "weapon")),
    "alarm list": _plain("alarm", "list"),
    "alarm show": _alarmed("show"),
    "alarm take-over": _alarmed("take-over", "--who", "Officer 7", "--agency", "University Police"),
    "duty add": _plain("duty", "add", "nurse", *_SHIFT),
    "duty list": _plain("duty", "list"),
    "duty remove": _off_duty,
    "deadlines": _plain("deadlines"),
    "import-log": lambda tat, _walk: ["import-log", _file(tat, LOG), "--site", "silver_city"],
    "case list": _plain("case", "list"),
    "case show": _on("monitored", "case", "show"),
    "case act": _on(
        "reported",
        "case",
        "act",
        more=(
            "raise_alarm",
            "--reason",
            "Now.",
        ),
    ),
    "case can": _on("reported", "case", "can"),
    "case timeline": _on("monitored", "case", "timeline"),
    "case screen": _on(
        "reported",
        "case",
        "screen",
        more=(
            "--level",
            "mild",
            "--reason",
            "Vague.",
        ),
    ),
    "case assign": _on(
        "reported",
        "case",
        "assign",
        more=(
            "--lead",
            "chair",
            "--office",
            "student_affairs",
        ),
    ),
    "case concur": _concur,
    "case confirm": _confirm,
    "case conflicts": _on("reported", "case", "conflicts"),
    "case recuse": _on("reported", "case", "recuse", more=("--reason", "She is my cousin.")),
    "case decide-conflict": _on(
        "reported", "case", "decide-conflict", more=("nurse", "--keep-out", "--reason", "Her brother.")
    ),
    "case note": _on("in_inquiry", "case", "note", file=True),
    "case correct": _correct,
    "case subject": _on(
        "in_inquiry", "case", "subject", file=True, more=("--reason", "The registrar knows her.")
    ),
    "case talked-with-reporter": _talked,
    "case lift-privacy": _lift,
    "case unit": _on("in_inquiry", "case", "unit", more=("education",)),
    "case protective-order": _on("in_inquiry", "case", "protective-order", file=True),
    "case end-order": _end_order,
    "case order-paper": _order_paper,
    "case link": _link,
    "case unlink": _unlink,
    "person search": lambda _, walk: ["person", "search", "--name", walk.words("subject.name")],
    "person index": lambda *_: ["person", "index"],
    "case move-report": _move,
    "case split": _split,
    "case merge": _merge,
    "case unmerge": _unmerge,
    "case withdraw-report": _on_report("withdraw-report"),
    "case reinstate-report": _on_report("reinstate-report"),
    "case mark-false": _on_report("mark-false"),
    "case relate": _relate,
    "case unrelate": _unrelate,
    "case waive-follow-up": _waive_follow_up,
    "case ask": _on(
        "in_inquiry",
        "case",
        "ask",
        more=("weapons_registration", "--because", "The report speaks of a rifle.", "--urgent"),
    ),
    "case waive-source": _waive_source,
    "case ask-again": _on("in_inquiry", "case", "ask-again"),
    "case dispose": _on("assessed", "case", "dispose", file=True),
    "case erase": _erase,
    "case allow-erasure": _on("closed", "case", "allow-erasure", more=("--reason", "A court said so.")),
    "case early-erasures": _on("closed", "case", "early-erasures"),
    "target add": _on("in_inquiry", "target", "add", file=True),
    "target list": _on("in_inquiry", "target", "list"),
    "target done": _on_target("done", "--what", "An escort to the car."),
    "target follow-up": _on_target("follow-up", "--what", "Feels safe again."),
    "target waive": _on_target("waive", "--reason", "Has moved away."),
    "plan draft": _planning,
    "plan approve": _plan_record("approve", "plans"),
    "plan show": _on("monitored", "plan", "show"),
    "plan my-actions": _on("monitored", "plan", "my-actions"),
    "plan complete-action": _plan_record("complete-action", "plan_actions"),
    "plan report-action": _plan_record("report-action", "plan_actions", "--text", "He was called."),
    "plan reintegration": _on("monitored", "plan", "reintegration", file=True),
    "plan check-in": _check_in,
    "meeting schedule": _on(
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
    "meeting list": _on("in_inquiry", "meeting", "list"),
    "meeting semester": _plain("meeting", "semester", file=True),
    "referral list": _on("monitored", "referral", "list"),
    "audit queries": _plain("audit", "queries"),
    "circuits": _plain("circuits"),
    "keys rotate": _plain("keys", "rotate"),
    "backup": _plain("backup"),
    "restore": _restore,
    "effects let-go": _plain("effects", "let-go", "--all"),
    "calls list": _plain("calls", "list"),
    "calls made": _called,
    "case confirm-hand-over": lambda _tat, walk: [
        *("case", "confirm-hand-over", number := walk.closed(), _first(walk, number, "hand_overs"))
    ],
    "disclosure list": _on("in_inquiry", "disclosure", "list"),
    "disclosure tell": _on(
        "in_inquiry",
        *("disclosure", "tell"),
        more=(
            *("--to", "office", "--recipient", "human_resources", "--what", "case_status"),
            *("--basis", "ferpa_school_official", "--reason", "Asked by phone."),
        ),
    ),
    "disclosure draft": _on("in_inquiry", "disclosure", "draft", file=True),
    "disclosure to-clear": _plain("disclosure", "to-clear"),
    "disclosure clear": lambda tat, walk: ["disclosure", "clear", _drafted(tat, walk), "--agree"],
    "disclosure release": _release,
    "disclosure consent": _on("in_inquiry", "disclosure", "consent", file=True),
    "disclosure revoke-consent": _revoke_consent,
    "disclosure determine-emergency": _on("in_inquiry", "disclosure", "determine-emergency", file=True),
    "disclosure export": lambda tat, walk: [
        *("disclosure", "export", walk.in_inquiry(), str(tat.home.parent / "exported.json")),
        *("--to", "court", "--recipient", "district_court", "--basis", "court_order", "--reason", "Ordered."),
        *("--asked-by", "The clerk of the court"),
    ],
    "referral outcome": _referral,
    "referral make": _on(
        "reported", "referral", "make", more=("counselling", "--recommend", "Please see her today.")
    ),
    "referral show": _on_referral("show"),
    "referral send-link": _send_link,
    "referral send-again": _on_referral("send-again"),
    "effects list": _plain("effects", "list"),
    "effects redrive": _redrive,
    "ledger verify": _plain("ledger", "verify"),
    "ledger team": _plain("ledger", "team"),
    "ledger checkpoint": _plain("ledger", "checkpoint"),
    "sources list": _plain("sources", "list"),
    "sources check": _check_sources,
    "offices list": _plain("offices", "list"),
    "offices check": _plain("offices", "check"),
    "sources new": lambda tat, _walk: ["sources", "new", "campus_cards", "--in", str(tat.home.parent)],
    "process show": _plain("process", "show"),
    "policy check": _plain("policy", "check"),
    "policy show": _plain("policy", "show"),
    "intake list": _plain("intake", "list"),
    "intake take": _take,
    "intake take-in": _take_in,
    "team add": _plain("team", "add", "new-one", "--name", "invented-new", "--address", "new@wnmu.example"),
    "team list": _plain("team", "list"),
    "team change": _plain("team", "change", "nurse", "--identifier", "employee_id=E-77"),
    "team end": _plain("team", "end", "nurse", "--hand-over-to", "officer"),
    "team review": lambda tat, walk: [
        *_plain("team", "review", file=True)(tat, walk),
        *("--approved-by", "The president", "--effective-at", "2026-01-01T00:00Z"),
    ],
    "team reviews": _plain("team", "reviews"),
    "team approve-review": _approve_review,
    "notices list": _plain("notices", "list"),
    "notices preview": _plain("notices", "preview", "reminder"),
}

#: commands that go on until they are stopped; their own tests start what they start
LASTING = {"up", "demo", "partner-stub"}

#: commands that need no casebook
WITHOUT_CASEBOOK = {
    *(
        "init",
        "restore",
        "sources list",
        "sources check",
        "sources new",
        "offices list",
        "offices check",
        "process show",
        "policy check",
        "policy show",
    ),
    *("notices list", "notices preview"),
}


def leaves() -> Iterator[tuple[str, Any]]:
    """Every command, with its words."""

    def below(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        if not hasattr(command, "commands"):
            yield " ".join(words), command
            return
        for name, each in command.commands.items():
            yield from below(each, (*words, name))

    yield from below(typer.main.get_command(app), ())


COMMANDS = dict(leaves())


def options(name: str) -> list[str]:
    """The options of a command."""
    return [option for parameter in COMMANDS[name].params for option in parameter.opts]


def about_a_case(name: str) -> bool:
    """Whether a command's first argument is a case's number."""
    return any(parameter.name == "number" for parameter in COMMANDS[name].params)


def test_every_command_is_called_here() -> None:
    """A new command has to say here how it is called."""
    assert set(COMMANDS) == set(CALLS) | LASTING


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_json(name: str) -> None:
    """No command leaves programs without a document to read."""
    assert "--json" in options(name)


@pytest.mark.parametrize("name", CALLS)
def test_done_is_0_and_json_is_one_document(name: str, tat: Tat, walk: Walk) -> None:
    """Done exits with 0, and --json prints one document on standard output and nothing anywhere else."""
    result = tat(*CALLS[name](tat, walk), "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    json.loads(result.stdout)
    assert result.stdout.isascii()


@pytest.mark.parametrize("name", CALLS)
def test_people_are_told_something(name: str, tat: Tat, walk: Walk) -> None:
    """Without --json, people read text that fits into 80 columns."""
    result = tat(*CALLS[name](tat, walk))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip()
    assert "object at 0x" not in result.stdout


@pytest.mark.parametrize("name", [name for name in CALLS if name not in WITHOUT_CASEBOOK])
def test_what_lacks_a_casebook_a_case_or_a_person_is_refused(name: str, tat: Tat, walk: Walk) -> None:
    """Without a casebook, a case or a person who acts, each command says so and writes nothing."""
    words = CALLS[name](tat, walk)
    elsewhere = tat.home.parent / "elsewhere"
    elsewhere.mkdir()
    bare = Tat(elsewhere, tat.environment | {"TAT_HOME": str(elsewhere)})(*words)
    assert (bare.exit_code, bare.stdout) == (1, "")
    assert "`tat init` makes one" in bare.stderr
    assert list(elsewhere.iterdir()) == []
    if not about_a_case(name):
        return
    number = next(word for word in words if word.startswith("TAT-"))
    unknown = tat(*(NOBODY if word == number else word for word in words))
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert unknown.stderr.startswith("There is no case under that number")
    anonymous = tat(*(word for word in words if word not in ("--as", KEEPER)), member=None)
    assert (anonymous.exit_code, anonymous.stdout) == (2, "")
    assert anonymous.stderr.startswith("Say who acts")


@pytest.mark.parametrize("name", COMMANDS)
def test_usage_is_2_for_an_option_that_is_not_there(name: str, empty: Tat) -> None:
    """A wrong option is told in one sentence, as JSON when JSON was asked for."""
    result = empty(*name.split(), "--nonsense", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    said = json.loads(result.stderr)
    assert said["error"] == "NoSuchOption"
    assert "--nonsense" in said["message"]


def _shows_every_field(model: type[BaseModel], shown: Any, place: str) -> Iterator[str]:
    """The fields that an example leaves out, in it and in what it holds."""
    for name, field in model.model_fields.items():
        if name not in shown:
            yield f"{place}.{name}"
            continue
        parts = shown[name] if isinstance(shown[name], list) else [shown[name]]
        inner = [each for each in (field.annotation, *get_args(field.annotation)) if _is_model(each)]
        for part in parts:
            for each in inner:
                yield from _shows_every_field(each, part, f"{place}.{name}")


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def test_an_example_shows_every_field_that_its_file_may_have() -> None:
    """Nobody has to guess the name of an optional field; that each is accepted, the calls above show."""
    made = {
        name: make for name, make in vars(examples).items() if inspect.isfunction(make) and name[0] != "_"
    }
    assert made
    for name, make in made.items():
        if make.__module__ == examples.__name__:
            example = make()
            shown = example.model_dump(mode="json")
            assert list(_shows_every_field(type(example), shown, name)) == []


def test_criteria_are_listed_with_their_ids_where_they_are_asked_for(tat: Tat, walk: Walk) -> None:
    """In the help, beside the example, and in the refusal."""
    known = {each.id: each.text for level in walk.book.pack.levels.values() for each in level.criteria}
    beside = tat("assess", "--example")
    folded = " ".join(tat("assess", "--help").stdout.split())
    for id_, text in known.items():
        assert f"{id_}: {text}\n" in beside.stderr
        assert f"{id_} {text}" in folded
    number = walk.in_inquiry()
    given = json.loads(tat.example("assess")) | {"level": "mild", "criteria": []}
    refused = tat("assess", number, "-", given=json.dumps(given))
    assert (refused.exit_code, refused.stdout) == (2, "")
    for criterion in walk.book.pack.levels[Level.MILD].criteria:
        assert f"{criterion.id}: {criterion.text}" in refused.stderr


@pytest.mark.parametrize("name", [name for name in CALLS if "--example" in options(name)])
def test_examples_are_json(name: str, empty: Tat) -> None:
    """A command that takes a file shows what is in one."""
    json.loads(empty(*name.split(), "--example").stdout)


def test_somebody_not_on_the_case_is_shown_nothing(tat: Tat, walk: Walk) -> None:
    """A member who is not on a case neither sees nor lists it (W-39)."""
    number = walk.reported()
    tat.json("case", "assign", number, "--lead", "chair", "--office", "student_affairs")
    for command in ("show", "can", "timeline"):
        result = tat("case", command, number, member="nurse")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "You are not on this case" in result.stderr
    assert tat.json("case", "list", member="nurse") == []


def test_an_erased_case_is_refused(tat: Tat, walk: Walk) -> None:
    """After its erasure a case shows that it was, and nothing else."""
    number = walk.closed()
    early = tat("case", "erase", number, "--yes", "--as", KEEPER)
    assert early.exit_code == 1
    assert f"tat case allow-erasure {number}" in early.stderr
    tat.json("case", "allow-erasure", number, "--reason", "A court said so.")
    tat.json("case", "erase", number, "--yes", "--as", KEEPER)
    (kept,) = tat.json("case", "early-erasures", number)
    assert kept["reason"] == "A court said so."
    result = tat("case", "show", number)
    assert result.exit_code == 1
    assert "was erased" in result.stderr


def test_a_bug_tells_a_place_and_nobodys_words(tat: Tat, walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What went wrong inside is told by its kind and lines of our own: its text could name somebody."""

    def fail(*_args: object, **_more: object) -> None:
        raise KeyError("Invented Secret")

    monkeypatch.setattr(acting, "can", fail)
    result = tat("case", "can", walk.reported())
    assert result.exit_code == 70
    assert "KeyError" in result.stderr
    assert "cases.py, line" in result.stderr
    assert "Secret" not in result.stderr + result.stdout


def test_levels_are_taken_in_any_case(tat: Tat, walk: Walk) -> None:
    """Nobody has to remember that levels begin with a capital letter."""
    number = walk.reported()
    done = tat.json("case", "screen", number, "--level", "SEVERE", "--reason", "A direct threat.")
    assert done["level"] == Level.SEVERE


#: commands whose answer is a list, by their last word
LISTING = {
    "list",
    "show",
    "can",
    "timeline",
    "queries",
    "circuits",
    "deadlines",
    "team",
    "my-actions",
    "check",
}


@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("name", [name for name in CALLS if name.split()[-1] in LISTING])
def test_a_list_breaks_no_word_on_a_narrow_terminal(name: str, columns: int, tat: Tat, walk: Walk) -> None:
    """Every word that a line has room for stands in one piece, and no line is longer than the terminal."""
    words = CALLS[name](tat, walk)
    wide, narrow = (
        Tat(tat.home, tat.environment | {"COLUMNS": str(width)})(*words) for width in (1000, columns)
    )
    assert wide.exit_code == narrow.exit_code
    room = columns - 4
    whole = [word for word in wide.stdout.split() if len(word) <= room and not set(word) <= {"─"}]
    pieces = {word.removesuffix(":") for word in narrow.stdout.split()}
    assert [word for word in whole if word.removesuffix(":") not in pieces] == []
    assert [line for line in narrow.stdout.splitlines() if len(line.rstrip()) > columns] == []
