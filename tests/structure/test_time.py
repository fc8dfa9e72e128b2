"""Tests hold in any year and on any machine: no clock is read at import, and nothing waits for a pace."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: what may be imported: all that is ours
OURS = ("bench", "console", "deployments", "flows", "notifications", "states", "tasks", "tests")

#: what reads a clock, by the last part of its name
CLOCKS = frozenset({"now", "utcnow", "today", "time", "monotonic", "perf_counter", "localtime", "gmtime"})

#: seconds below which a limit is meant to be reached: what is tried is the impatience itself
IMPATIENT = 1.0

#: where naps belong: where all waiting is done, and where sources take their time or strangers come again on
#: purpose
NAPPING = frozenset(
    {
        "tests/waiting.py",
        "tests/tasks/doors/flooding.py",
        "tests/tasks/offices/test_contract_suite.py",
        "tests/tasks/sources/test_contract_suite.py",
    }
)


def modules(*folders: str) -> list[Path]:
    """Every module in some folders."""
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def at_import(node: ast.AST) -> Iterator[ast.Call]:
    """The calls that happen when a module is imported: all but those in the bodies of functions."""
    if isinstance(node, ast.Call):
        yield node
    skipped = node.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else ()
    if isinstance(node, ast.Lambda) or (isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)):
        return
    for child in ast.iter_child_nodes(node):
        if child not in skipped:
            yield from at_import(child)


def name_of(call: ast.Call) -> str:
    """The last part of the name of what is called."""
    return ast.unparse(call.func).rpartition(".")[2]


def clocks_read(source: str) -> list[int]:
    """The lines on which a module reads a clock while it is imported, itself or by a function of its own."""
    tree = ast.parse(source)
    clocks = set(CLOCKS)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    calls = {made.name: set(_called_in(made.body)) for made in functions}
    while more := {name for name, called in calls.items() if clocks & called} - clocks:
        clocks |= more
    return [call.lineno for call in at_import(tree) if name_of(call).removesuffix("_ns") in clocks]


def _called_in(body: Iterable[ast.AST]) -> Iterator[str]:
    for statement in body:
        yield from (name_of(node) for node in ast.walk(statement) if isinstance(node, ast.Call))


def paces(source: str) -> Iterator[int]:
    """The lines on which a test gives what it waits for a pace of its own: a limit in seconds, or a nap."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            what = name_of(node)
            limits = [word.value for word in node.keywords if word.arg == "timeout"]
            limits += node.args[:1] if what in ("timeout", "result", "join", "wait") else []
            naps = node.args[:1] if what == "sleep" else []
            if any(_seconds(limit) >= IMPATIENT for limit in limits) or any(
                0 < _seconds(nap) < IMPATIENT for nap in naps
            ):
                yield node.lineno


def _seconds(node: ast.expr) -> float:
    value = node.value if isinstance(node, ast.Constant) else 0
    return float(value) if isinstance(value, int | float) else 0.0


@pytest.mark.parametrize(
    "source",
    [
        "SOON = datetime.now(UTC) + timedelta(minutes=10)",
        "@pytest.mark.parametrize('at', [time.time() + day for day in range(3)])\ndef test(at): ...",
        "def test(at=date.today()): ...",
        "class Late:\n    at = monotonic()",
        "def soon():\n    return later()\ndef later():\n    return book.now()\nSOON = soon()",
    ],
)
def test_a_clock_that_is_read_at_import_is_found(source: str) -> None:
    """At the top, in a decorator, a default or a class, and through a function of the module's own."""
    assert clocks_read(source)


@pytest.mark.parametrize(
    "source",
    [
        "def test():\n    return datetime.now(UTC)",
        "CASES = {'too old': lambda: datetime.now(UTC)}",
        "class Watch:\n    def __init__(self):\n        self.at = time.time()",
    ],
)
def test_a_clock_that_is_read_when_a_test_runs_is_none_of_them(source: str) -> None:
    """Functions read it when they are called."""
    assert clocks_read(source) == []


def test_no_module_reads_a_clock_at_import() -> None:
    """What is computed at import is over before a slow run comes to use it."""
    read = {
        f"{file.relative_to(ROOT)}:{line}"
        for file in modules(*OURS)
        for line in clocks_read(file.read_text(encoding="utf-8"))
    }
    assert read == set()


@pytest.mark.parametrize(
    "source",
    [
        "asyncio.timeout(10)",
        "process.wait(15)",
        "subprocess.run(command, timeout=60)",
        "future.result(30)",
        "time.sleep(0.5)",
        "await asyncio.sleep(0.05)",
    ],
)
def test_a_pace_is_found(source: str) -> None:
    """A limit that a busy machine breaks, and a nap where a wait belongs."""
    assert list(paces(source))


def test_tests_wait_with_one_patience() -> None:
    """How long is said in one place only, which is also where the only naps are."""
    paced = {
        f"{file.relative_to(ROOT)}:{line}"
        for file in modules("tests")
        if str(file.relative_to(ROOT)) not in NAPPING
        for line in paces(file.read_text(encoding="utf-8"))
    }
    assert paced == set()
