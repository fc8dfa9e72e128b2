"""A policy pack as one file: a zip of its ``pack.toml`` and of its folder of message templates."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from states.errors import BadInput
from states.files.arriving import said_size

#: the file of a pack in its folder
FILE = "pack.toml"

#: what a zip begins with, and one that is empty
ZIP = (b"PK\x03\x04", b"PK\x05\x06")

#: bytes that the file may have which somebody gives, as little as any message to us may have
LARGEST = 900_000

#: bytes that all parts may have together once they are unpacked, and how many they may be
UNPACKED = 4_000_000
PARTS = 600

#: a pack's own templates lie in one folder beside its file
_TEMPLATE = re.compile(r"[A-Za-z0-9_-]{1,64}/[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}\.jinja")

#: what file managers put into an archive by themselves
_LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")

#: of a file that is always the same for the same parts, when they were changed
_ALWAYS = (1980, 1, 1, 0, 0, 0)

_NOTHING = "Nothing was kept."


def packed(parts: Mapping[str, bytes]) -> bytes:
    """One file of a pack's parts; always the same for the same parts.

    Args:
        parts: what each is called in the pack's folder, and its bytes.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            archive.writestr(zipfile.ZipInfo(name, _ALWAYS), parts[name], zipfile.ZIP_DEFLATED)
    return made.getvalue()


def unpacked(given: bytes) -> dict[str, bytes]:
    """The parts of a pack that somebody gives: a zip of its folder, or its ``pack.toml`` alone.

    Nothing of it is executed, and no name in it becomes one of a file of ours unless it is one of a pack.

    Args:
        given: the file's bytes.

    Raises:
        BadInput: it is too large, no zip that can be read, or holds something else than a pack.
    """
    if len(given) > LARGEST:
        raise BadInput(f"The file is larger than {said_size(LARGEST)}, which no plan is. {_NOTHING}")
    if not given.startswith(ZIP):
        return {FILE: given}
    try:
        with zipfile.ZipFile(io.BytesIO(given)) as archive:
            parts = dict(_parts(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        # The library says "encrypted" as RuntimeError, and kinds of compression as NotImplementedError.
        raise BadInput(
            f"The zip cannot be read: it is damaged, encrypted, or of an unusual kind. {_NOTHING} Pack the "
            "folder anew, without a password."
        ) from None
    if FILE not in parts:
        raise BadInput(f"There is no {FILE} in the zip. {_NOTHING} Give the folder that was downloaded.")
    return parts


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Its files by their names in the pack's folder, each once and none longer than is allowed."""
    entries = [each for each in archive.infolist() if not each.is_dir() and not _LITTER.search(each.filename)]
    if len(entries) > PARTS:
        raise BadInput(f"The zip holds more than {PARTS} files. {_NOTHING} Give the pack's folder alone.")
    around = _around([each.filename for each in entries])
    left, seen = UNPACKED, set[str]()
    for entry in entries:
        name = entry.filename.removeprefix(around)
        if name != FILE and not _TEMPLATE.fullmatch(name):
            raise BadInput(
                f"The zip holds a file that belongs to no plan: {_shown(entry.filename)}. {_NOTHING} A plan "
                f"is {FILE} and one folder of message templates, whose names end in .jinja."
            )
        if name in seen:
            raise BadInput(f"The zip holds {_shown(name)} twice. {_NOTHING} Remove one of them.")
        seen.add(name)
        with archive.open(entry) as part:
            # What it says of its own length is its word.
            data = part.read(left + 1)
        left -= len(data)
        if left < 0:
            raise BadInput(f"Unpacked it is larger than {said_size(UNPACKED)}, which no plan is. {_NOTHING}")
        yield name, data


def _around(names: list[str]) -> str:
    """The folder that was packed along around everything, with its slash; empty: none was."""
    first = names[0].partition("/")[0] + "/" if names else ""
    return first if f"{first}{FILE}" in names and all(each.startswith(first) for each in names) else ""


def _shown(name: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in name[:120])
