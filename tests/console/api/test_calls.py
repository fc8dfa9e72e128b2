"""The calls of the API: all that the team's commands ask the casebook."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import console.cli.members
from console.api.calls import CALLS

#: what commands of the team ask the casebook that is no call, and why
NO_CALL = {
    "accounts.tokens.make": "a token makes no other one",
    "record.evidence.let_add": "asked before a file is taken, of whoever sends one",
    "record.exporting.export": "it is streamed as an archive; a call gives all but the files",
    "reading.overview.cases": "by their numbers instead, so that pages of a list lose none",
    "alarms.outcomes.failing": "the effects of a case tell programs how often each was tried",
    "reading.reads.readings": "auditors have a page for it, and a command",
    "team.stays.stays": "the same; of one case, a call lists them",
    "team.stays.refused_tries": "the same",
    "team.members.names": "whose words stand somewhere; the team's list gives them",
    "reading.overview.ids": "commands look up the whole of an id that somebody began to type",
    "reading.overview.assessments_naming": "the same",
    "reading.overview.sites_of": "where the alarm is out, for the numbers to phone; steps give them, too",
}


def asked_by_commands() -> Iterator[str]:
    """The casebook functions that the team's commands call."""
    for file in Path(console.cli.members.__path__[0]).rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        named = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("states.casebook.")
            for alias in node.names
        }
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                yield f"{named.get(called.value.id, '')}.{called.attr}"
            elif isinstance(called, ast.Name):
                yield named.get(called.id, "")


def takes_casebook(name: str) -> bool:
    """Whether that is a function of the casebook for somebody."""
    module, _, function = name.rpartition(".")
    found = getattr(import_module(module), function, None) if module.startswith("states.casebook.") else None
    return inspect.isfunction(found) and {"book", "by"} <= set(inspect.signature(found).parameters)


def test_every_action_of_the_casebook_is_a_call() -> None:
    """Whatever the team's commands ask the casebook, the API does, or says here why not."""
    done = "\n".join(
        inspect.getsource(import_module(f"console.api.calls.{file.stem}"))
        for file in Path(inspect.getfile(import_module("console.api.calls"))).parent.glob("*.py")
        if file.stem != "__init__"
    )
    missing = {
        name.removeprefix("states.casebook.")
        for name in asked_by_commands()
        if takes_casebook(name) and ".".join(name.split(".")[-2:]) not in done
    }
    assert missing == set(NO_CALL)
    assert len({call.at for call in CALLS}) == len(CALLS)
