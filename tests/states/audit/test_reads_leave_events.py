"""All content that a person reads leaves an event, whichever way they come by it: page, program, link."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

#: what opens content for somebody and leaves no event, and why; pages, API and commands have no other way
SILENT: Mapping[str, str] = {
    "accounts.making.linked": "how one signs in oneself, before one does",
    "accounts.making.setting_up": "one's own account, by the link that sets it up",
    "accounts.passkeys.ask_new": "one's own passkeys",
    "accounts.passkeys.mine": "one's own passkeys",
    "accounts.sessions.found_as": "one's own name, on each page",
    "accounts.sessions.onlooker": "one's own name, on each page",
    "accounts.sessions.visitor": "one's own name, on each page",
    "alarms.calling.threat_by_link": "codes and a day, no more than the notice said",
    "alarms.outcomes.behind": "which agency took an alarm over; to police, the name that police gave",
    "closing.disposition.early_erasures": "of cases that were erased: their chains have ended",
    "intake.receipts.returned": "one's own report: what the team wrote to whoever sent it",
    "landing.doors.look": "whether there is another way to somebody; shows none of it",
    "figures.reporting.sent": "counts in which nobody is to be found, with what the team wrote beside them",
    "landing.kept.any_for": "whether something waits that could not be read; shows none of it",
    "landing.semester_calls.invitation": "who comes to the team's own meeting, of no case",
    "landing.semester_calls.open_calls": "as landing.semester_calls.invitation",
    "landing.semester_meetings.read": "the team's own minutes, of no case",
    "landing.semester_sitting.on_now": "as landing.semester_sitting.seat",
    "landing.semester_sitting.seat": "the team's own minutes, of no case",
    "figures.sent.counts": "counts in which nobody is to be found",
    "record.tidying.check": "digests of files, compared and not shown",
    "referrals.answers.asked": "which answers an office may give; shows nothing of the letter",
    "referrals.answers.to_ask": "asked by the software itself",
    "team.members.members": "the team's own names and addresses",
    "team.members.names": "the team's own names",
    "team.members.names_and_team": "the same, and who is on it",
    "team.reaching.mine": "one's own address",
    "team.upkeep.agreements.listed": "the team's own agreements, of no case",
    "team.upkeep.changes.listed": "what changed in law and policy, of no case",
    "team.upkeep.training.listed": "the team's own training, of no case",
    "team.approval.standing": "whether the plan is approved, of no case",
    "team.reviews.listed": "the record of the plan's reviews, of no case",
}

#: what writes an event
EVENTS = frozenset({"append", "append_of_team", "log", "tell"})


@cache
def modules() -> dict[str, tuple[ast.Module, dict[str, str]]]:
    """Every module of the casebook, and what it calls what it imports."""
    found = {}
    for file in (ROOT / "states/casebook").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        found[".".join(file.relative_to(ROOT).with_suffix("").parts)] = (tree, imported(tree))
    return found


def imported(tree: ast.Module) -> dict[str, str]:
    """What a module calls what it imports of ours."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("states.")
        for alias in node.names
    }


@cache
def functions() -> dict[str, ast.FunctionDef]:
    """Every function of the casebook, by its whole name."""
    return {
        f"{module}.{node.name}": node
        for module, (tree, _) in modules().items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }


def called_by(name: str) -> Iterator[str]:
    """The functions of the casebook that one names."""
    module = name.rpartition(".")[0]
    names = modules()[module][1]
    for node in ast.walk(functions()[name]):
        if isinstance(node, ast.Name):
            yield names.get(node.id, f"{module}.{node.id}")
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{names.get(node.value.id, '')}.{node.attr}"


@cache
def within(name: str) -> frozenset[str]:
    """A function, and all of the casebook's that it leads to."""
    seen, ahead = {name}, [name]
    while ahead:
        fresh = {each for each in called_by(ahead.pop()) if each in functions()} - seen
        seen |= fresh
        ahead += fresh
    return frozenset(seen)


def opens(function: ast.AST) -> bool:
    """Whether it opens content: by a case's page, or as one of the kinds that are kept."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "open"
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id == "page" or node.func.value.id.isupper())
        for node in ast.walk(function)
    )


def leaves_event(function: ast.AST) -> bool:
    """Whether it writes an event, of whatever it did."""
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in EVENTS
        for node in ast.walk(function)
    )


def for_somebody() -> Iterator[str]:
    """Every function that somebody may ask: by who they are, or by a secret that they hold."""
    for name, node in functions().items():
        takes = {each.arg for each in (*node.args.args, *node.args.kwonlyargs)}
        if not node.name.startswith("_") and "book" in takes and takes & {"by", "secret"}:
            yield name


@pytest.mark.clause("P-08")
def test_whatever_opens_content_for_somebody_leaves_an_event_or_says_here_why_not() -> None:
    """Of each function that pages, programs, commands and links ask; a new one joins, or fails here."""
    opening = {name for name in for_somebody() if any(opens(functions()[each]) for each in within(name))}
    assert len(opening) > 100
    silent = {
        name.removeprefix("states.casebook.")
        for name in opening
        if not any(leaves_event(functions()[each]) for each in within(name))
    }
    assert silent == set(SILENT)


def test_a_function_that_showed_content_and_left_nothing_would_be_found() -> None:
    """And one that logs the reading would not."""
    shows = ast.parse("def show(book, *, by):\n    return page.open(REPORTS, row)\n")
    says = ast.parse("def show(book, *, by):\n    page.log('read')\n    return REPORTS.open(key, row)\n")
    assert (opens(shows), leaves_event(shows)) == (True, False)
    assert (opens(says), leaves_event(says)) == (True, True)
