"""Reading a policy pack: a folder with ``pack.toml`` in it, and what is the pack's own beside that.

``load_pack("wnmu")`` reads the pack shipped under ``states/policies/``; a path reads any other: its folder,
or the file in it. A pack is checked whole before anything starts. What is wrong with it is said in a sentence
that names the file and the key; entries of a list are counted from 1.
"""

import json
import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from states.errors import BadPolicy
from states.policy.checks import problems
from states.policy.misreading import misread
from states.policy.pack import PACKS, Pack, listed

#: the file of a pack in its folder
FILE = "pack.toml"


def load_pack(name_or_path: str) -> Pack:
    """Read a policy pack and check it whole.

    Args:
        name_or_path: name of a shipped pack, or path of a pack's folder or of the TOML file in it.

    Raises:
        BadPolicy: the pack cannot be read, or an entry is wrong; names file and key.
    """
    shipped = PACKS / name_or_path / FILE
    path = shipped if name_or_path.isidentifier() and shipped.exists() else Path(name_or_path)
    if path.is_dir():
        path /= FILE
    file = str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        shipped_packs = listed(file.parent.name for file in PACKS.glob(f"*/{FILE}"))
        hint = f"Give a pack's folder or its TOML file, or the name of a shipped pack ({shipped_packs})"
        raise BadPolicy(file, "(file)", f"it cannot be read: {error.strerror}. {hint}.") from None
    return _checked(path, raw)


@lru_cache(maxsize=8)
def _checked(path: Path, raw: bytes) -> Pack:
    """A pack as a file says, which holds for as long as the file says the same: nothing of a pack changes."""
    file = str(path)
    try:
        data = tomllib.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise BadPolicy(file, "(file)", f"it is not valid TOML: {error}. Correct it.") from None
    try:
        # By way of JSON: from there, strict validation takes words and lists as enumerations and tuples.
        pack = Pack.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        raise BadPolicy(file, *misread(error)) from None
    for key, problem in problems(pack):
        raise BadPolicy(file, key, problem)
    return pack.read_from(path, raw)
