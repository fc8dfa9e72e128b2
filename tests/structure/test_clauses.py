"""What this release claims of its source documents is shown by tests."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "clauses.md").read_text(encoding="utf-8")

#: the heading of what this release does not claim
TO_COME = "## What is still to come"

#: how a clause is cited, and in what kinds of files
CITED = re.compile(r"(?<![\w-])[WUMAP]-\d\d(?![\w-])")
CITING = frozenset({".py", ".toml", ".jinja"})


def listed() -> list[str]:
    """The ids of every clause in docs/clauses.md, in their order."""
    return re.findall(r"^\| ([A-Z]-\d\d) \|", TEXT.partition(TO_COME)[0], flags=re.MULTILINE)


def to_come() -> list[tuple[str, str]]:
    """The ids of clauses that are still to come, each with how much of it: all, or a part."""
    return re.findall(
        r"^\| ([A-Z]-\d\d) \| (all|part) \| .+ \|$", TEXT.partition(TO_COME)[2], flags=re.MULTILINE
    )


def marked() -> dict[str, list[str]]:
    """Each clause id that a marker under tests/ names, with the files that name it."""
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.clause":
                for argument in node.args:
                    found.setdefault(ast.literal_eval(argument), []).append(str(file.relative_to(ROOT)))
    return found


def test_each_clause_is_listed_once() -> None:
    """No two clauses share an id."""
    ids = listed()
    assert ids
    assert sorted(set(ids)) == sorted(ids)


def test_tests_name_only_clauses_that_exist() -> None:
    """A marker that names no clause of docs/clauses.md is a slip of the pen."""
    assert {id_: files for id_, files in marked().items() if id_ not in listed()} == {}


def test_what_is_still_to_come_is_listed_once() -> None:
    """Of each such clause the last table says how much is missing, and what."""
    ids = [id_ for id_, *_ in to_come()]
    assert ids
    assert sorted(set(ids)) == sorted(ids)
    assert set(ids) <= set(listed())


def test_what_is_built_cites_only_clauses_that_exist() -> None:
    """The pack, the process table and every docstring cite the documents that are listed."""
    packages = ("console", "deployments", "flows", "notifications", "states", "tasks", "tests")
    files = [file for package in packages for file in (ROOT / package).rglob("*.*") if file.suffix in CITING]
    cited = {id_ for file in files for id_ in CITED.findall(file.read_text(encoding="utf-8"))}
    assert cited - set(listed()) == set()


def test_every_claimed_clause_has_a_test() -> None:
    """What we claim, whole or in part, is shown by at least one test."""
    nothing = {id_ for id_, much in to_come() if much == "all"}
    shown = marked()
    assert [id_ for id_ in listed() if id_ not in nothing and id_ not in shown] == []


def test_what_a_test_shows_is_not_said_to_be_missing() -> None:
    """A clause that is built leaves the table of what is still to come."""
    nothing = {id_ for id_, much in to_come() if much == "all"}
    assert {id_: files for id_, files in marked().items() if id_ in nothing} == {}
