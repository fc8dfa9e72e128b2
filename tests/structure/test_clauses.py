"""What this release claims of its source documents is shown by tests."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: the clauses that this release claims to meet
NOW = [
    *(f"W-{number:02}" for number in (*range(1, 40), 42, *range(44, 48))),
    *(f"U-{number:02}" for number in (1, 3, 4, 5, 6, 9)),
    "M-01",
    *(f"A-{number:02}" for number in (2, 3, 4, 5)),
    *(f"P-{number:02}" for number in (3, 6, 8)),
]


def listed() -> list[str]:
    """The ids of every clause in docs/clauses.md, in their order."""
    text = (ROOT / "docs" / "clauses.md").read_text(encoding="utf-8")
    return re.findall(r"^\| ([A-Z]-\d\d) \|", text, flags=re.MULTILINE)


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


def test_every_claimed_clause_exists() -> None:
    """What we claim stands in docs/clauses.md."""
    assert [id_ for id_ in NOW if id_ not in listed()] == []


def test_every_claimed_clause_has_a_test() -> None:
    """What we claim is shown by at least one test."""
    shown = marked()
    assert [id_ for id_ in NOW if id_ not in shown] == []
