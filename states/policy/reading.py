"""Reading a policy pack: a folder with ``pack.toml`` in it, and what is the pack's own beside that.

``load_pack("wnmu")`` reads the pack shipped under ``states/policies/``; a path reads any other: its folder,
the file in it, or a zip of the folder, which is laid out beside it once. A pack is checked whole before
anything starts. What is wrong with it is said in a sentence that names the file and the key; entries of a
list are counted from 1.
"""

import hashlib
import json
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from states.errors import BadInput, BadPolicy
from states.files.packed import FILE, unpacked
from states.policy.checks import problems
from states.policy.misreading import Problem, misread
from states.policy.pack import PACKS, Pack, listed

#: the folder, beside them, in which packs that are zips are laid out, each under its digest
LAID_OUT = "policies"


def load_pack(name_or_path: str) -> Pack:
    """Read a policy pack and check it whole.

    Args:
        name_or_path: name of a shipped pack, or path of a pack's folder, of the TOML file in it, or of a zip.

    Raises:
        BadPolicy: the pack cannot be read, or an entry is wrong; names file and key.
    """
    shipped = PACKS / name_or_path / FILE
    path = shipped if name_or_path.isidentifier() and shipped.exists() else Path(name_or_path)
    if path.is_dir():
        path /= FILE
    file = str(path)
    try:
        if path.suffix == ".zip":
            return _or_first(file, read_zip(path))
        raw = path.read_bytes()
        pack = _checked(path, raw)
        # A copy: its templates may say something else than when its file was last read.
        return pack.model_copy().read_from(path, raw, _templates(path.parent, pack.templates))
    except OSError as error:
        shipped_packs = listed(file.parent.name for file in PACKS.glob(f"*/{FILE}"))
        hint = f"Give a pack's folder or its TOML file, or the name of a shipped pack ({shipped_packs})"
        raise BadPolicy(file, "(file)", f"it cannot be read: {error.strerror}. {hint}.") from None


@lru_cache(maxsize=8)
def _checked(path: Path, raw: bytes) -> Pack:
    """A pack as a file says, which holds for as long as the file says the same: nothing of a pack changes."""
    return _or_first(str(path), _read(raw))


def _templates(folder: Path, beside: str | None) -> dict[str, bytes]:
    """The templates in a folder beside a pack's file, by name; none, if it names no folder."""
    if beside is None:
        return {}
    return {file.name: file.read_bytes() for file in (folder / beside).glob("*.jinja") if file.is_file()}


def _or_first(file: str, found: Pack | list[Problem]) -> Pack:
    if isinstance(found, Pack):
        return found
    raise BadPolicy(file, *found[0])


def _read(raw: bytes) -> Pack | list[Problem]:
    """A pack as a file says, or all that is wrong with it, what is to be named first in front."""
    try:
        data = tomllib.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        return [("(file)", f"it is not valid TOML: {error}. Correct it.")]
    try:
        # By way of JSON: from there, strict validation takes words and lists as enumerations and tuples.
        pack = Pack.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        return misread(error)
    return [*problems(pack)] or pack


def read_zip(path: Path) -> Pack | list[Problem]:
    """A pack that is a zip, or all that is wrong with it, what is to be named first in front.

    Its templates lie in it: none of its words leads to a folder of this machine.

    Args:
        path: where the zip lies; it is laid out beside it.

    Raises:
        OSError: it cannot be read or laid out.
    """
    given = path.read_bytes()
    folder = path.parent / LAID_OUT / hashlib.sha256(given).hexdigest()
    try:
        found = _read_zip(folder, given)
        if isinstance(found, Pack) and not folder.is_dir():
            _lay_out(folder, unpacked(given))
    except BadInput as wrong:
        return [("(file)", str(wrong))]
    return found


@lru_cache(maxsize=4)
def _read_zip(folder: Path, given: bytes) -> Pack | list[Problem]:
    """The same, which holds for as long as the zip is the same."""
    parts = unpacked(given)
    found = _read(parts[FILE])
    if isinstance(found, Pack):
        there = {name.partition("/")[0] for name in parts if name != FILE}
        for beside in there - {found.templates}:
            lies = f"the folder {beside} lies beside it, and nothing names it"
            return [("templates", f'{lies}. Write the line templates = "{beside}" above the first table.')]
        if found.templates not in (None, *there):
            return [("templates", "there is no such folder in the zip. Add it, or take the line out.")]
        own = {name.partition("/")[2]: words for name, words in parts.items() if name != FILE}
        found.read_from(folder / FILE, parts[FILE], own)
    return found


def _lay_out(folder: Path, parts: Mapping[str, bytes]) -> None:
    """Make a folder of a pack, whole or not at all."""
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix="."))
    try:
        for name, data in parts.items():
            (part / name).parent.mkdir(exist_ok=True)
            (part / name).write_bytes(data)
        part.rename(folder)
    except OSError:
        # Another process may have been faster with the same.
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
