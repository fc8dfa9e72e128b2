"""Reads what a plug-in is tried with from a file: its table as it is plugged in with, and ``[contract]``.

``{here}`` in a value of the plug-in's table stands for the folder of the file.
"""

import importlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from states.errors import BadInput
from tasks.far.plugins import OURS

M = TypeVar("M", bound=BaseModel)

#: the table that speaks of the trial
CONTRACT = "contract"


def plug_in(reference: str, option: str) -> Any:
    """The class that somebody named.

    Args:
        reference: module and class, as in ``my_package:MyClass``.
        option: the option that it was named with.

    Raises:
        BadInput: there is no such class.
    """
    module, _, name = reference.partition(":")
    if not module or not name:
        raise BadInput(f"{option} takes a module and a class, as in my_package:MyClass. Nothing was tried.")
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        missing = error.name
    except ImportError as error:
        raise BadInput(
            f"{module} cannot be imported: {error.name} lacks a name. Nothing was tried: correct its imports."
        ) from None
    except AttributeError:
        raise BadInput(f"{module} has no {name}. Nothing was tried: correct {option}.") from None
    raise BadInput(
        f"There is no module {missing} here. Nothing was tried: install the package with `pip install -e .`."
    )


def read(file: Path, shape: type[M], *, one: str, option: str) -> tuple[str, dict[str, Any], M]:
    """A plug-in's table, what it is called, and what ``[contract]`` says.

    Args:
        file: the file.
        shape: what ``[contract]`` may say.
        one: what such a plug-in is called.
        option: the option that names such a plug-in.

    Raises:
        BadInput: the file cannot be used.
    """
    tables = _tables(file, option)
    contract = _contract(file.name, tables.pop(CONTRACT, {}), shape)
    if len(tables) != 1 or not all(isinstance(table, Mapping) for table in tables.values()):
        raise BadInput(
            f"{file.name}: it needs one table of the {one} beside [{CONTRACT}], as in {one}s.toml; it has "
            f"{len(tables)}. Nothing was tried."
        )
    ((name, table),) = tables.items()
    own = {key: value for key, value in table.items() if key not in OURS}
    return name, _placed(own, str(file.parent.resolve())), contract


def _tables(file: Path, option: str) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        problem = f"it cannot be read ({error.strerror})"
    except ValueError:
        problem = "it is not TOML in UTF-8"
    raise BadInput(f"{file.name}: {problem}. Nothing was tried: correct {option}-config.")


def _contract(file: str, table: object, shape: type[M]) -> M:
    try:
        return shape.model_validate(table)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in (CONTRACT, *detail["loc"]) if part != "[key]")
    raise BadInput(f"{file}: {key}: {detail['msg']}. Nothing was tried: correct it.")


def _placed(value: Any, here: str) -> Any:
    if isinstance(value, str):
        return value.replace("{here}", here)
    if isinstance(value, Mapping):
        return {key: _placed(each, here) for key, each in value.items()}
    return [_placed(each, here) for each in value] if isinstance(value, list) else value
