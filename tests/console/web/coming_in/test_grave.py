"""What is grave asks for the second factor of a moment ago on each page, and for a short token in the API."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.api.calls import CALLS
from states.vocabulary.programs import Scope

ROOT = Path(__file__).parents[4]

#: what erases, gives out, lets people in, or changes what they may do
GRAVE = frozenset(
    {
        "states.casebook.accounts.making.end_all_sessions",
        "states.casebook.accounts.making.link",
        "states.casebook.accounts.making.reset",
        "states.casebook.accounts.making.unlock",
        "states.casebook.accounts.passkeys.add",
        "states.casebook.accounts.passkeys.remove",
        "states.casebook.accounts.signing_in.change_password",
        "states.casebook.accounts.signing_in.new_recovery_codes",
        "states.casebook.accounts.tokens.make",
        "states.casebook.closing.disposition.allow_erasure",
        "states.casebook.closing.disposition.erase",
        "states.casebook.disclosing.disclosures.export",
        "states.casebook.record.exporting.export",
        "states.casebook.team.break_glass.break_glass",
        "states.casebook.team.ending.end",
        "states.casebook.team.members.change",
        "states.casebook.team.members.enrol",
        "states.casebook.team.reaching.change",
    }
)


def imported(tree: ast.Module) -> dict[str, str]:
    """What a module calls what it imports of the casebook."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("states.casebook")
        for alias in node.names
    }


def grave_in(node: ast.AST, names: dict[str, str]) -> Iterator[str]:
    """The grave functions that a part of a module names, called there or handed on."""
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            named = f"{names.get(each.value.id, '')}.{each.attr}"
        elif isinstance(each, ast.Name):
            named = names.get(each.id, "")
        else:
            continue
        if named in GRAVE:
            yield named


def ungated(source: str) -> set[str]:
    """The grave functions that something in a module does for whoever is merely signed in."""
    tree = ast.parse(source)
    names, found = imported(tree), set[str]()
    for node in tree.body:
        asks = set[str]()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            asks = {ast.unparse(one.annotation) for one in node.args.args if one.annotation}
        if "JustProved" not in asks:
            found |= set(grave_in(node, names))
    return found


def pages() -> list[Path]:
    """Every module of the pages."""
    return sorted((ROOT / "console/web").rglob("*.py"))


def test_no_page_does_what_is_grave_for_whoever_is_merely_signed_in() -> None:
    """Whichever page or step does it takes `JustProved`, and some do: the rule is not idle."""
    sources = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in pages()}
    assert {file: found for file, source in sources.items() if (found := ungated(source))} == {}
    done = {name for source in sources.values() for name in grave_in(*parsed(source))}
    assert len(done) >= 8


def parsed(source: str) -> tuple[ast.Module, dict[str, str]]:
    """A module, and what it calls what it imports of the casebook."""
    tree = ast.parse(source)
    return tree, imported(tree)


@pytest.mark.parametrize(
    ("asks", "found"),
    [("SignedIn", {"states.casebook.closing.disposition.erase"}), ("JustProved", set[str]())],
)
def test_a_page_that_erased_for_whoever_is_signed_in_would_be_found(asks: str, found: set[str]) -> None:
    """Called or handed on."""
    source = (
        "from states.casebook.closing import disposition\n"
        f"async def erase(request: Request, visitor: {asks}) -> Response:\n"
        "    await told(disposition.erase, desk.book, number, by=visitor.actor)\n"
    )
    assert ungated(source) == found


def test_no_call_of_the_api_does_what_is_grave_for_an_ordinary_token() -> None:
    """Each asks for the scope that a token has for an hour at most."""
    by_function = {call.does: call for call in CALLS}
    wrong = set[str]()
    for does, call in by_function.items():
        module = inspect.getmodule(does)
        assert module is not None
        names = imported(ast.parse(inspect.getsource(module)))
        own = f"{does.__module__}.{does.__name__}"
        inside = set(grave_in(ast.parse(inspect.getsource(does)), names)) if "console" in own else set()
        if (inside or own in GRAVE) and call.needs is not Scope.GRAVE:
            wrong.add(call.at)
    assert wrong == set()
