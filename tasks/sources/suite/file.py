"""Reads what a source is tried with from a file: its table as in the sources file, and whom it knows.

::

    [registrar]                               # the one table of the source, as in sources.toml
    url = "http://127.0.0.1:8099"

    [contract]                                # may be left out, with everything in it
    known = { campus_id = "900000001" }       # a subject that the source knows
    unknown = { campus_id = "999999999" }     # one that it does not; left out: invented identifiers
    kinds = ["registrar"]                     # left out: every kind that `known` is enough for
    timeout = 10                              # seconds that an answer may take

``{here}`` in a value of the source's table stands for the folder of the file.
"""

import importlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from states.errors import BadInput
from states.vocabulary import IdentifierKind, SourceKind
from tasks.sources.suite.trial import Trial

#: the table that speaks of the trial
CONTRACT = "contract"


class _Contract(BaseModel):
    """The table ``[contract]``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    known: dict[IdentifierKind, str] = {}
    unknown: dict[IdentifierKind, str] = {}
    kinds: frozenset[SourceKind] = frozenset()
    timeout: float = Field(default=10.0, gt=0)


def trial_of(reference: str, file: Path | None = None) -> Trial:
    """A trial of the source class that somebody named.

    Args:
        reference: module and class, as in ``my_package:MySource``.
        file: what it is tried with; None: an empty table, and a subject that nobody knows.

    Raises:
        BadInput: there is no such class, or the file cannot be used.
    """
    source_class = _imported(reference)
    if file is None:
        return Trial(source_class)
    tables = _tables(file)
    contract = _contract(file.name, tables.pop(CONTRACT, {}))
    if len(tables) != 1 or not all(isinstance(table, Mapping) for table in tables.values()):
        raise BadInput(
            f"{file.name}: it needs one table of the source beside [{CONTRACT}], as in sources.toml; it has "
            f"{len(tables)}. Nothing was tried."
        )
    ((name, table),) = tables.items()
    placed = _placed({key: value for key, value in table.items() if key != "use"}, str(file.parent.resolve()))
    return Trial(source_class, placed, name=name, **{part: getattr(contract, part) for part in _PARTS})


_PARTS = tuple(_Contract.model_fields)


def _imported(reference: str) -> Any:
    module, _, name = reference.partition(":")
    if not module or not name:
        raise BadInput(
            "--tat-source takes a module and a class, as in my_package:MySource. Nothing was tried."
        )
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        missing = error.name
    except AttributeError:
        raise BadInput(f"{module} has no {name}. Nothing was tried: correct --tat-source.") from None
    raise BadInput(
        f"There is no module {missing} here. Nothing was tried: install the package with `pip install -e .`."
    )


def _tables(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        problem = f"it cannot be read ({error.strerror})"
    except ValueError:
        problem = "it is not TOML in UTF-8"
    raise BadInput(f"{file.name}: {problem}. Nothing was tried: correct --tat-source-config.")


def _contract(file: str, table: object) -> _Contract:
    try:
        return _Contract.model_validate(table)
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
