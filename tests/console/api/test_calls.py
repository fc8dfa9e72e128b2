"""The calls of the API: all that the team's commands and pages ask the casebook."""

import ast
import inspect
from collections.abc import Collection, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name
from types import ModuleType

import console.cli.members
import console.web
from console.api.calls import CALLS

#: what commands of the team and its pages ask the casebook that is no call, by why
_WHY: Mapping[str, Collection[str]] = {
    "of the browser that somebody is signed in with: a program has none": (
        *("accounts.sessions.end", "accounts.sessions.end_others", "accounts.sessions.mine"),
        *("accounts.passkeys.add", "accounts.passkeys.ask_new", "accounts.passkeys.mine"),
        *("accounts.passkeys.remove", "accounts.signing_in.change_password"),
        "accounts.signing_in.new_recovery_codes",
    ),
    "a token makes no other one": ("accounts.tokens.make",),
    "asked before a file is taken, of whoever sends one": ("record.evidence.let_add",),
    "it is streamed as an archive; a call gives all but the files": ("record.exporting.export",),
    "a form's report is taken in once by its own token; a call's, by its idempotency key": (
        "intake.receipts.send",
    ),
    "a page's own draft, letter by letter; a call sends a meeting's minutes whole (plan.meetings.hold)": (
        *("landing.sitting.enter", "landing.sitting.hold", "landing.sitting.note"),
        *("landing.sitting.on_now", "landing.sitting.seat"),
        *("landing.semester_sitting.begin", "landing.semester_sitting.hold", "landing.semester_sitting.note"),
        *("landing.semester_sitting.on_now", "landing.semester_sitting.seat"),
    ),
    "a call takes any row up as a report (intake.logbook.take_up), and lists them all": (
        *("landing.kept.enter", "landing.kept.waiting"),
    ),
    "a call tells of each alarm's calls and answers (alarms.answers.alarms)": ("alarms.outcomes.of_case",),
    "it reads marks that this machine keeps outside the database: a command, a page, and every night": (
        "record.verification.verify",
    ),
    "how the installation works: a page for whoever looks after it, of no case": (
        *("record.far_sides.of_offices", "record.far_sides.of_sources", "record.operating.operations"),
    ),
    "it compares with a pack that a program does not have": ("reading.other_policy.under",),
    "a form's way to hand the next version in; a call hands it in as a file": (
        "team.upkeep.instruments.put",
    ),
    "by their numbers instead, so that pages of a list lose none": ("reading.overview.cases",),
    "the whole of a case says it, and lists of cases": ("reading.overview.one",),
    "the effects of a case tell programs how often each was tried": ("alarms.outcomes.failing",),
    "what the page of a letter's link shows of one; a call lists all of one's own": (
        *("landing.actions.own", "landing.texts.text"),
    ),
    "what the page of a letter's link shows of one; the whole of its case has them": (
        *("landing.check_ins.own", "landing.invitations.invitation"),
    ),
    "counts that offices were sent; the semester's report has them": ("figures.sent.counts",),
    "a call lists every meeting": ("landing.semester_calls.open_calls",),
    "a call reads any of them": ("landing.semester_meetings.last",),
    "some of the clocks, which a call lists": ("landing.semester_meetings.due", "rounds.sweeping.of_team"),
    "whose training lapsed is in the list of all": ("team.upkeep.training.lapsed",),
    "whose words stand somewhere; the team's list gives them": (
        *("team.members.names", "team.members.names_and_team"),
    ),
    "commands look up the whole of an id that somebody began to type": (
        *("reading.overview.ids", "reading.overview.assessments_naming"),
    ),
    "where the alarm is out, for the numbers to phone; steps give them, too": ("reading.overview.sites_of",),
}

NO_CALL = {name for names in _WHY.values() for name in names}


def asked_by(package: ModuleType) -> Iterator[str]:
    """The casebook functions that a package calls, or hands on to be called."""
    for file in Path(package.__path__[0]).rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        named = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("states.casebook.")
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                yield f"{named.get(node.value.id, '')}.{node.attr}"
            elif isinstance(node, ast.Name):
                yield named.get(node.id, "")


def takes_casebook(name: str) -> bool:
    """Whether that is a function of the casebook for somebody."""
    if not name.startswith("states.casebook."):
        return False
    try:
        found = resolve_name(name)
    except AttributeError:
        # Of something in a file that is called as a module of the casebook is: a group of commands, say.
        return False
    return inspect.isfunction(found) and {"book", "by"} <= set(inspect.signature(found).parameters)


def test_every_action_of_the_casebook_is_a_call() -> None:
    """Whatever the team's commands and pages ask the casebook, the API does, or it says here why not."""
    done = "\n".join(
        inspect.getsource(import_module(f"console.api.calls.{file.stem}"))
        for file in Path(inspect.getfile(import_module("console.api.calls"))).parent.glob("*.py")
        if file.stem != "__init__"
    )
    missing = {
        name.removeprefix("states.casebook.")
        for package in (console.cli.members, console.web)
        for name in asked_by(package)
        if takes_casebook(name) and ".".join(name.split(".")[-2:]) not in done
    }
    assert missing == NO_CALL
    assert len({call.at for call in CALLS}) == len(CALLS)
