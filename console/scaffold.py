"""Writes the package of a new data source or way to an office: one that works, with a test and a README."""

import keyword
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from states.errors import BadInput, Refused

#: where the templates lie: a folder for each kind of package, and one for what all have
TEMPLATES = Path(__file__).with_name("packages")

#: letters of a name at most: a module's, an entry point's and a variable's
LONGEST = 30


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of package.

    Args:
        one: what it brings, in one word, which names its templates, its module and its option of pytest.
        means: what it brings, for people.
        group: the entry points' group.
        files: each template, and the file that it becomes; ``{name}`` is the package's name.
    """

    one: str
    means: str
    group: str
    files: Mapping[str, str]


#: what every package has
SHARED = {
    "shared/pyproject.toml.jinja": "pyproject.toml",
    "shared/src/__init__.py.jinja": "src/{name}/__init__.py",
}

SOURCE = Kind(
    "source",
    "data source",
    "tatflow.sources",
    SHARED
    | {
        "source/README.md.jinja": "README.md",
        "source/contract.toml.jinja": "contract.toml",
        "source/src/source.py.jinja": "src/{name}/source.py",
        "source/src/example_api.py.jinja": "src/{name}/example_api.py",
        "source/tests/test_source.py.jinja": "tests/test_source.py",
    },
)

OFFICE = Kind(
    "office",
    "way to an office",
    "tatflow.offices",
    SHARED
    | {
        "office/README.md.jinja": "README.md",
        "office/contract.toml.jinja": "contract.toml",
        "office/src/office.py.jinja": "src/{name}/office.py",
        "office/src/example_api.py.jinja": "src/{name}/example_api.py",
        "office/tests/test_office.py.jinja": "tests/test_office.py",
    },
)


def write_package(kind: Kind, name: str, where: Path) -> list[Path]:
    """Write a package.

    Args:
        kind: what it brings.
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
        "one": kind.one,
        "means": kind.means,
        "group": kind.group,
    }
    # Code and TOML, not HTML: the only words put in are made of a checked name.
    templates = Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    made = {
        path.format(name=name): templates.get_template(template).render(words)
        for template, path in kind.files.items()
    }
    made[f"src/{name}/py.typed"] = ""
    for path, text in made.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return [Path(path) for path in made]


def _check(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or len(name) > LONGEST:
        raise BadInput(
            f"A package's name is of lower-case letters, digits and single _ between them, {LONGEST} at "
            "most, as in campus_cards. Nothing was written."
        )
    if keyword.iskeyword(name) or name in sys.stdlib_module_names or find_spec(name) is not None:
        raise BadInput(
            f"Python knows {name} as something else already. Nothing was written: choose another name."
        )
