"""The error tree is whole: each class is drawn, raised, and kept free of what people wrote."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from states import errors
from states.errors import BadInput, CaseChanged, GaveUp, Missing, TransitionRefused

ROOT = Path(__file__).parents[3]
PACKAGES = ("console", "deployments", "flows", "tasks", "notifications", "states")

CLASSES = {
    name: value
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, errors.TatError)
}


def raised() -> set[str]:
    """Names of everything that some file of the product raises."""
    found = set()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                # Also what a function hands to whoever raises it.
                made = node.exc if isinstance(node, ast.Raise) else getattr(node, "value", None)
                if isinstance(node, ast.Raise | ast.Return) and isinstance(made, ast.Call):
                    found.add(ast.unparse(made.func).rpartition(".")[2])
    return found


def test_every_error_class_is_raised_somewhere() -> None:
    """An error that nothing raises promises something that never happens."""
    assert set(CLASSES) - {"TatError"} - raised() == set()


def test_every_error_class_is_drawn_where_it_belongs() -> None:
    """The tree at the top of the file is the tree of the classes."""
    drawn = re.findall(
        r"^    (?:│   |    )*[├└]── (\w+)|^    (TatError) ", errors.__doc__ or "", re.MULTILINE
    )
    assert {first or second for first, second in drawn} == set(CLASSES)


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
def test_an_exit_code_tells_a_refusal_from_bad_input(cls: type[errors.TatError]) -> None:
    """The command line ends with 2 for what cannot be read, 75 where others are to start it, else with 1."""
    assert cls.exit_code == (2 if issubclass(cls, BadInput) else 75 if cls is GaveUp else 1)


def test_a_refused_transition_tells_everything_that_is_missing() -> None:
    """Each thing is on a line of its own, with who can clear it."""
    missing = [Missing("a", "There is no a.", "the chair", "W-01"), Missing("b", "No b.", "you", "W-02")]
    refusal = TransitionRefused("assess", "TAT-2026-0001", missing)
    assert "- There is no a. (the chair)" in str(refusal)
    assert "- No b. (you)" in str(refusal)
    assert refusal.missing == tuple(missing)


def test_whoever_comes_second_is_told_what_changed_and_what_to_do() -> None:
    """The sentence says what happened, what was kept, and what to do next."""
    refusal = CaseChanged("TAT-2026-0001", ["screened by officer", "assigned by chair"])
    assert "screened by officer; assigned by chair" in str(refusal)
    assert "Nothing of yours was written" in str(refusal)
    assert "look again" in str(refusal)
