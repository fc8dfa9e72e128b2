"""How each command about a case is called, and what makes a case ready for it."""

from collections.abc import Callable

from states.casebook.inquiry import triage
from states.casebook.rearranging import moving
from states.vocabulary.cases import Level, ReportChannel
from tests.cases.walking import Walk
from tests.console.cli.calls.making import Words, as_it_is, file_of, first_of, on_case
from tests.console.conftest import KEEPER, Tat


def _two(walk: Walk) -> tuple[str, str]:
    return walk.reported(), walk.reported()


def _link(_tat: Tat, walk: Walk) -> Words:
    older, newer = _two(walk)
    return ["case", "link", newer, older, "--same"]


def _confirm(_tat: Tat, walk: Walk) -> Words:
    number = walk.in_inquiry()
    walk.assess(number, Level.MODERATE, confirm=False)
    return ["case", "confirm", number, first_of(walk, number, "assessments")[:10]]


def _unlink(tat: Tat, walk: Walk) -> Words:
    older, newer = _two(walk)
    tat.json("case", "link", newer, older, "--same")
    return ["case", "unlink", older, newer, "--reason", "It was a namesake."]


def _concur(tat: Tat, walk: Walk) -> Words:
    number = walk.reported()
    tat.json("case", "screen", number, "--level", "none", "--reason", "Only a joke.", member="officer")
    return ["case", "concur", number, first_of(walk, number, "screenings")[:10]]


def _erase(tat: Tat, walk: Walk) -> Words:
    number = walk.closed()
    tat.json("case", "allow-erasure", number, "--reason", "A court said so.")
    return ["case", "erase", number, "--yes", "--as", KEEPER]


def _waive_source(_tat: Tat, walk: Walk) -> Words:
    return ["case", "waive-source", walk.in_inquiry(), "registrar", "--reason", "It is down."]


def _ask_reporter(_tat: Tat, walk: Walk) -> Words:
    number = walk.reported()
    report = first_of(walk, number, "reports")
    return ["case", "ask-reporter", number, report, "--text", "When was that?"]


def _waive_follow_up(_tat: Tat, walk: Walk) -> Words:
    number = walk.reported(channel=ReportChannel.VERBAL)
    return [
        "case",
        "waive-follow-up",
        number,
        first_of(walk, number, "reports"),
        "--reason",
        "They moved away.",
    ]


def _correct(tat: Tat, walk: Walk) -> Words:
    number = walk.in_inquiry()
    noted = tat.json("case", "note", number, file_of(tat, tat.example("case", "note")))
    correction = file_of(tat, tat.example("case", "correct"))
    return ["case", "correct", number, noted["note"][:8], correction, "--reason", "Misheard."]


def _end_order(tat: Tat, walk: Walk) -> Words:
    number = walk.in_inquiry()
    example = file_of(tat, tat.example("case", "protective-order"))
    filed = tat.json("case", "protective-order", number, example)
    return ["case", "end-order", number, filed["order"][:8], "--reason", "The court lifted it."]


def _order_paper(tat: Tat, walk: Walk) -> Words:
    number = walk.in_inquiry()
    filed = tat.json(
        "case", "protective-order", number, file_of(tat, tat.example("case", "protective-order"))
    )
    return ["case", "order-paper", number, filed["order"][:8], file_of(tat, b"%PDF-1.7 invented")]


def _save_file(tat: Tat, walk: Walk) -> Words:
    *words, _ = _order_paper(tat, walk)
    tat.json(*words, file_of(tat, b"%PDF-1.7 invented"))
    return [
        "case",
        "file",
        words[2],
        first_of(walk, words[2], "attachments")[:8],
        str(tat.home.parent / "saved"),
    ]


def _add_file(tat: Tat, walk: Walk) -> Words:
    return ["case", "add-file", walk.reported(), file_of(tat, b"%PDF-1.7 invented"), "--shows", "Invented."]


def _withdraw_file(tat: Tat, walk: Walk) -> Words:
    *words, _, _ = _add_file(tat, walk)
    added = tat.json(*words)["file"]
    return ["case", "withdraw-file", words[2], added[:8], "--reason", "Of somebody else."]


def _on_report(command: str, *more: str) -> Callable[[Tat, Walk], Words]:
    def words(tat: Tat, walk: Walk) -> Words:
        number = walk.reported()
        report = first_of(walk, number, "reports")
        if command == "reinstate-report":
            tat.json("case", "withdraw-report", number, report, "--reason", "Entered twice.")
        if command == "mark-false":
            tat.json("case", "concur", number, report, member="officer")
        return ["case", command, number, report[:8], *more, "--reason", "As was found."]

    return words


def _move(_tat: Tat, walk: Walk) -> Words:
    number, other = _two(walk)
    report = first_of(walk, number, "reports")
    return ["case", "move-report", number, report[:8], "--to", other, "--reason", "About them."]


def _split(_tat: Tat, walk: Walk) -> Words:
    number, other = _two(walk)
    moving.move_report(
        walk.book, other, first_of(walk, other, "reports"), to=number, by=walk.chair, because="About them."
    )
    return ["case", "split", number, "--report", first_of(walk, number, "reports"), "--reason", "Another."]


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


def _private(walk: Walk) -> tuple[str, str]:
    number = walk.reported(private=True)
    return number, first_of(walk, number, "reports")


def _talked(tat: Tat, walk: Walk) -> Words:
    command = ("case", "talked-with-reporter")
    return [*command, *_private(walk), file_of(tat, tat.example(*command))]


def _treated_badly(tat: Tat, walk: Walk) -> Words:
    command = ("case", "treated-badly")
    return [*command, *_private(walk), file_of(tat, tat.example(*command))]


def _lift(tat: Tat, walk: Walk) -> Words:
    number, report = _private(walk)
    command = ("case", "talked-with-reporter")
    tat.json(*command, number, report, file_of(tat, tat.example(*command)))
    return ["case", "lift-privacy", number, report, "--reason", "A court asks."]


def _invite(tat: Tat, walk: Walk) -> Words:
    made = ("expert", "--name", "Eva Expert", "--address", "eva@elsewhere.example")
    tat.json("team", "add", *made, "--role", "expert")
    number = walk.in_inquiry()
    return ["case", "invite", number, "expert", "--until", "tomorrow 5 pm", "--reason", "Knows such letters."]


def _of_guest(command: str, *more: str) -> Callable[[Tat, Walk], Words]:
    def words(tat: Tat, walk: Walk) -> Words:
        invitation = _invite(tat, walk)
        tat.json(*invitation)
        return ["case", command, *invitation[2:4], *more]

    return words


def _apart(walk: Walk) -> str:
    """A case that the dean is not on."""
    number = walk.reported()
    triage.assign(walk.book, number, by=walk.chair, lead="officer", offices=["university_police"])
    return number


def _review_glass(tat: Tat, walk: Walk) -> Words:
    number = _apart(walk)
    tat.json("case", "break-glass", number, "--reason", "He is at the door.", member="dean")
    stay = first_of(walk, number, "stays")
    return ["case", "review-glass", number, stay[:8], "--justified", "--reason", "He was at the door."]


#: for each command, what makes a case ready for it, and how it is then called
CALLS: dict[str, Callable[[Tat, Walk], Words]] = {
    "case list": as_it_is("case", "list"),
    "case search": as_it_is("case", "search", "invented-subject-name"),
    "case show": on_case("monitored", "case", "show"),
    "case act": on_case(
        "reported",
        "case",
        "act",
        more=(
            "raise_alarm",
            "--reason",
            "Now.",
        ),
    ),
    "case can": on_case("reported", "case", "can"),
    "case timeline": on_case("monitored", "case", "timeline"),
    "case screen": on_case(
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
    "case assign": on_case(
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
    "case conflicts": on_case("reported", "case", "conflicts"),
    "case recuse": on_case("reported", "case", "recuse", more=("--reason", "She is my cousin.")),
    "case decide-conflict": on_case(
        "reported", "case", "decide-conflict", more=("nurse", "--keep-out", "--reason", "Her brother.")
    ),
    "case guests": on_case("reported", "case", "guests"),
    "case invite": _invite,
    "case guest-until": _of_guest("guest-until", "--until", "tomorrow 6 pm"),
    "case end-guest": _of_guest("end-guest"),
    "case break-glass": lambda _tat, walk: [
        *("case", "break-glass", _apart(walk), "--reason", "He is at the door.", "--as", "dean")
    ],
    "case review-glass": _review_glass,
    "case note": on_case("in_inquiry", "case", "note", file=True),
    "case rate": on_case("in_inquiry", "case", "rate", file=True),
    "case correct": _correct,
    "case subject": on_case(
        "in_inquiry", "case", "subject", file=True, more=("--reason", "The registrar knows her.")
    ),
    "case talked-with-reporter": _talked,
    "case treated-badly": _treated_badly,
    "case lift-privacy": _lift,
    "case unit": on_case("in_inquiry", "case", "unit", more=("education",)),
    "case protective-order": on_case("in_inquiry", "case", "protective-order", file=True),
    "case end-order": _end_order,
    "case order-paper": _order_paper,
    "case files": on_case("reported", "case", "files"),
    "case file": _save_file,
    "case add-file": _add_file,
    "case withdraw-file": _withdraw_file,
    "case link": _link,
    "case unlink": _unlink,
    "case move-report": _move,
    "case split": _split,
    "case merge": _merge,
    "case unmerge": _unmerge,
    "case withdraw-report": _on_report("withdraw-report"),
    "case reinstate-report": _on_report("reinstate-report"),
    "case mark-false": _on_report("mark-false"),
    "case relate": _relate,
    "case unrelate": _unrelate,
    "case ask-reporter": _ask_reporter,
    "case conversation": on_case("reported", "case", "conversation"),
    "case waive-follow-up": _waive_follow_up,
    "case ask": on_case(
        "in_inquiry",
        "case",
        "ask",
        more=("weapons_registration", "--because", "The report speaks of a rifle.", "--urgent"),
    ),
    "case waive-source": _waive_source,
    "case ask-again": on_case("in_inquiry", "case", "ask-again"),
    "case disposition": on_case("assessed", "case", "disposition", file=True),
    "case erase": _erase,
    "case allow-erasure": on_case("closed", "case", "allow-erasure", more=("--reason", "A court said so.")),
    "case early-erasures": on_case("closed", "case", "early-erasures"),
    "case confirm-hand-over": lambda _tat, walk: [
        *("case", "confirm-hand-over", number := walk.closed(), first_of(walk, number, "hand_overs"))
    ],
}
