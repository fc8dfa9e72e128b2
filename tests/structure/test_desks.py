"""What a process works with is opened where the process begins, and handed on from there."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("console", "deployments", "flows", "tasks", "notifications", "states")

#: where a process begins that works at a desk: the reception's, the relay's, a work pool's
BEGINNINGS = {"console/web/__main__.py", "deployments/relay/process.py", "flows/in_worker.py"}


def importers_of(name: str) -> set[str]:
    """The product's modules that import something by its name."""
    return {
        str(file.relative_to(ROOT))
        for room in ROOMS
        for file in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}
    }


def test_a_desk_is_opened_only_where_a_process_begins() -> None:
    """Everything below takes it as an argument: nobody finds it."""
    assert importers_of("open_desk") == BEGINNINGS


def test_there_is_no_desk_to_be_found() -> None:
    """The module of the desk keeps none, and no function there gives what another one has put down."""
    module = ast.parse((ROOT / "tasks" / "desk.py").read_text(encoding="utf-8"))
    assert not any(isinstance(node, ast.Global | ast.AnnAssign) for node in module.body)
    functions = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    assert functions == {"open_desk", "places_for_all"}
    assert not any(isinstance(node, ast.Global) for node in ast.walk(module))
