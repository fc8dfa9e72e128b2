"""Sentences of the casebook on pages: nothing of them is for a terminal, and none is left in pieces."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.shown.explainer import plainly

ROOT = Path(__file__).parents[3]

#: where sentences are written that only whoever starts or mends an installation reads, at a terminal
OF_TERMINALS = (
    "states/store",
    "states/ledger",
    "states/policy/placeholders.py",
    "states/policy/misreading.py",
)

#: how a sentence ends, or goes on, whose object was cut out
IN_PIECES = re.compile(
    r"\b(?:see|use|in|or|and|as|of|with|then|let|run)\s*[.:;,)]|[.] [a-z]|\s[.;,)]|[.][.]|  |`"
)


def sentences(source: str) -> Iterator[str]:
    """The texts of a module that name something in grave accents, put together; but for docstrings."""
    tree = ast.parse(source)
    parts, docstrings = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts |= {id(each) for each in node.values}
        elif isinstance(node, ast.Expr):
            docstrings.add(id(node.value))
    for node in ast.walk(tree):
        if id(node) in parts | docstrings:
            continue
        if isinstance(node, ast.JoinedStr):
            said = "".join(str(each.value) if isinstance(each, ast.Constant) else "X" for each in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = node.value
        else:
            continue
        # A command alone is no sentence.
        if re.search(r"`[a-z_]+[ `]", said) and not re.fullmatch(r"`[^`]*`", said):
            yield said


SAID = [
    pytest.param(said, id=f"{file.relative_to(ROOT)}-{place}")
    for folder in ("states", "tasks/drafts")
    for file in sorted((ROOT / folder).rglob("*.py"))
    if not str(file.relative_to(ROOT)).startswith(OF_TERMINALS)
    for place, said in enumerate(sentences(file.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("said", SAID)
def test_what_is_said_on_a_page_is_whole(said: str) -> None:
    """No command, no code of a field, and no sentence that stops where one of them was."""
    assert IN_PIECES.search(plainly(said)) is None


def test_there_are_many_such_sentences() -> None:
    """They are found where they are written: a refusal, a guard's, what news asks for."""
    assert len(SAID) > 50


@pytest.mark.parametrize(
    ("said", "on_a_page"),
    [
        (
            "No alarm of X is open. Nothing was written: see `tat alarm list`.",
            "No alarm of X is open. Nothing was written.",
        ),
        (
            "Nobody has that id. Nothing was done. `tat team list` shows them.",
            "Nobody has that id. Nothing was done.",
        ),
        ("No review of that name: `tat team reviews` lists them.", "No review of that name."),
        ("Say why in `reason_for_lowering`.", "Say why in “reason for lowering”."),
        ("Draft it again (`tat plan draft`).", "Draft it again."),
        ("Name them: see `tat team list` for ids, and `tat case conflicts` for others.", "Name them."),
        ("Have one agree first, with `tat case concur X`.", "Have one agree first."),
    ],
)
def test_what_is_typed_at_a_terminal_is_left_out(said: str, on_a_page: str) -> None:
    """And the rest of the sentence stands."""
    assert plainly(said) == on_a_page
