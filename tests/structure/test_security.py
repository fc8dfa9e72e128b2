"""What the security page says is met names the test that shows it; no chapter is left out."""

import ast
import re

from tests.structure.test_project import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")

#: a line of its tables: the section, how it stands, and by which test or why
LINES = [
    (section.strip(), stands.strip(), why)
    for section, stands, why in re.findall(r"^\| (V\d[^|]*)\|([^|]*)\|(.*)\|$", PAGE, re.MULTILINE)
]


def test_every_test_that_the_page_names_is_there() -> None:
    """By file and name."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > len(LINES) / 2
    missing = []
    for file, name in named:
        path = ROOT / file
        defined = ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path.exists() else ()
        if not any(
            isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name == name for each in defined
        ):
            missing.append(f"{file}::{name}")
    assert missing == []


def test_every_chapter_says_how_it_stands() -> None:
    """All seventeen of them; each line is met, not applicable or not met, and says by what or why."""
    assert {int(re.findall(r"\d+", section)[0]) for section, _, _ in LINES} == set(range(1, 18))
    assert {stands for _, stands, _ in LINES} == {"met", "not applicable", "not met"}
    assert [section for section, _, why in LINES if not why.strip()] == []
