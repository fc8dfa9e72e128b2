"""Writes the package of a new data source: one that works, with a test and a README."""

import keyword
import re
import sys
from importlib.util import find_spec
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from states.errors import BadInput, Refused

#: where the templates lie
TEMPLATES = Path(__file__).with_name("source_package")

#: each template, and the file that it becomes; ``{name}`` is the package's name
FILES = {
    "pyproject.toml.jinja": "pyproject.toml",
    "README.md.jinja": "README.md",
    "contract.toml.jinja": "contract.toml",
    "src/__init__.py.jinja": "src/{name}/__init__.py",
    "src/source.py.jinja": "src/{name}/source.py",
    "src/example_api.py.jinja": "src/{name}/example_api.py",
    "tests/test_source.py.jinja": "tests/test_source.py",
}

#: letters of a name at most: a module's, an entry point's and a variable's
LONGEST = 30


def write_package(name: str, where: Path) -> list[Path]:
    """Write the package of a source.

    Args:
        name: the package's name, as Python imports it.
        where: the folder that its own folder is made in.

    Returns:
        The files, as seen from the package's folder.

    Raises:
        BadInput: the name is none for a package, or another package has it.
        Refused: there is something in the package's folder.
    """
    _check(name)
    folder = where / name
    if folder.exists():
        raise Refused(f"{folder} is there already, and nothing was written. Choose another name, or move it.")
    words = {
        "name": name,
        "dashed": name.replace("_", "-"),
        "class_name": "".join(part.capitalize() for part in name.split("_")),
        "variable": f"{name.upper()}_TOKEN",
    }
    # Code and TOML, not HTML: the only words put in are made of a checked name.
    templates = Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    made = {path.format(name=name): templates.get_template(template) for template, path in FILES.items()}
    made_texts = {path: template.render(words) for path, template in made.items()}
    made_texts[f"src/{name}/py.typed"] = ""
    for path, text in made_texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return [Path(path) for path in made_texts]


def _check(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or len(name) > LONGEST:
        raise BadInput(
            f"A package's name is of lower-case letters, digits and single _ between them, {LONGEST} at "
            "most, as in "
            "campus_cards. Nothing was written."
        )
    if keyword.iskeyword(name) or name in sys.stdlib_module_names or find_spec(name) is not None:
        raise BadInput(
            f"Python knows {name} as something else already. Nothing was written: choose another name."
        )
