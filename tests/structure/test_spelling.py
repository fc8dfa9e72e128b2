"""What people read is spelled as Americans spell, as its readers do."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: spellings that are not American; ``states.vocabulary.spelling`` turns the words that our own codes hold
BRITISH = re.compile(
    r"\b(?:behaviour|counsell|enrolment|organis(?:e|ing|ation)|recognis|favour|colour|cancell(?:ed|ing)\b|programme\b|"
    r"licence|centre\b|judgement|neighbour|honour|labour|defence|offence|practis(?:e|ing)|analys(?:e|ing)|travell|"
    r"fulfil\b|grey\b|whilst|learnt|spelt\b|apologis|authoris|summaris|prioritis|utilis)\w*",
    re.IGNORECASE,
)

#: code in texts: in blocks, between backticks, and the TOML that docstrings show
CODE = re.compile(r"```.*?```|`[^`\n]*`|^ *\[\w+\][^\n]*$", re.DOTALL | re.MULTILINE)

#: text with a space in it that is not a code, a key or a name
PROSE = re.compile(r"\w [a-z]")


def prose() -> Iterator[tuple[str, str]]:
    """Every piece of text that people read: messages, help, errors, docs and templates."""
    for folder in ("console", "states", "notifications", "tasks", "flows", "deployments"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and PROSE.search(node.value)
                ):
                    yield str(file.relative_to(ROOT)), node.value
    for pattern in ("notifications/**/*.jinja", "console/**/*.jinja", "docs/*.md", "README.md"):
        for file in ROOT.glob(pattern):
            yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")
    for file in (ROOT / "states" / "policies").rglob("*.toml"):
        for line in re.findall(r'= (".*")$', file.read_text(encoding="utf-8"), re.MULTILINE):
            if " " in line:
                yield str(file.relative_to(ROOT)), line


def test_people_read_american_spelling() -> None:
    """On screen, in errors, messages, docs and help; codes in docs keep their first spelling."""
    wrong = [
        (file, found[0])
        for file, text in prose()
        for found in BRITISH.finditer(CODE.sub("", text))
        if "CancelledError" not in found[0]
    ]
    assert wrong == []
