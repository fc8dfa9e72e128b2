"""An instrument of the next version of the plan: entered, changed or taken out, and nothing else (W-46)."""

import re
import tomllib
from typing import Any

import tomlkit
from tomlkit.items import Array, Table

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.team.upkeep import versions
from states.casebook.team.upkeep.versions import TryTemplates
from states.errors import BadInput, UnknownRecord
from states.files.packed import FILE, packed
from states.policy.instruments import Instrument
from states.policy.pack import Pack
from states.settings import Settings

#: the header of a part of a pack's file
_HEADER = re.compile(r"\s*\[\[?[^\[\],]+\]\]?\s*(#.*)?$")


def put(
    book: Casebook,
    settings: Settings,
    code: str,
    instrument: Instrument | None,
    *,
    version: str,
    of: str,
    by: Actor,
    try_templates: TryTemplates,
) -> Pack:
    """Hand the newest version of the plan in with an instrument in it, or without; gives it as it reads.

    Args:
        book: the casebook.
        settings: where versions are kept.
        code: what the plan names the instrument by.
        instrument: what it is; None: it is taken out.
        version: what the next version is called.
        of: the digest of the version that is changed.
        by: who does.
        try_templates: tries the pack's own templates.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: there is no such instrument to be taken out.
        Refused: the version that is changed is the newest no more.
        BadInput: its file cannot be changed like this, or is not in order then.
    """
    permit(by, Act.RUN_TEAM)
    pack = versions.newest(settings)
    if instrument is None and code not in pack.instruments:
        raise UnknownRecord("There is no such instrument in the plan. Nothing was done.")
    parts = versions.parts_of(pack)
    parts[FILE] = _rewritten(parts[FILE].decode(), code, instrument, version).encode()
    return versions.hand_in(book, settings, packed(parts), by=by, try_templates=try_templates, of=of)


def _rewritten(text: str, code: str, instrument: Instrument | None, version: str) -> str:
    """The file of a pack with an instrument in it, or without: every other word and remark stays.

    Raises:
        BadInput: it is written in a way in which one entry cannot be changed alone.
    """
    wanted = tomllib.loads(text)
    there: dict[str, Any] = wanted.setdefault("instruments", {})
    wanted["version"] = version
    document = tomlkit.parse(text)
    document["version"] = version
    before, after = _around(tomlkit.dumps(document), code)
    entry = ""
    if instrument is None:
        del there[code]
    else:
        there[code] = _plain(instrument)
        entry = tomlkit.dumps(
            {"instruments": tomlkit.table(is_super_table=True).add(code, _table(instrument))}
        )
    made = "\n\n".join(part for part in (before.rstrip(), entry.rstrip(), after.strip()) if part) + "\n"
    if _read(made) != wanted:
        raise BadInput(
            "The file of the plan is written in a way in which this entry cannot be changed alone. Nothing "
            "was kept: download it, change it there, and hand it in."
        )
    return made


def _around(text: str, code: str) -> tuple[str, str]:
    """What stands in a pack's file before an instrument, and what after it; all before, if it has none."""
    own = re.compile(rf"\s*\[\[?\s*instruments\s*\.\s*[\"']?{code}[\"']?\s*[.\]]")
    before, after = list[str](), list[str]()
    part: list[str] | None = before
    remarks = list[str]()
    for line in text.splitlines(keepends=True):
        if own.match(line):
            part = None
        elif part is None and _HEADER.match(line):
            part = after
        if part is not None:
            # Remarks right before the next part are of that one.
            part += [*remarks, line]
            remarks = []
        else:
            remarks = [*remarks, line] if line.lstrip()[:1] in ("", "#") else []
    return "".join(before), "".join([*after, *remarks])


def _read(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _plain(instrument: Instrument) -> dict[str, Any]:
    """An instrument as a file says it: what it leaves open is not there."""
    said: dict[str, Any] = instrument.model_dump(mode="json", exclude_defaults=True)
    return said


def _table(instrument: Instrument) -> Table:
    """An instrument as somebody would type it."""
    said = _plain(instrument)
    table = tomlkit.table()
    for key in ("title", "says", "source", "clause", "chosen"):
        if key in said:
            table.add(key, said[key])
    scales = tomlkit.table()
    for code, grades in said["scales"].items():
        scales.add(code, _lines(grades))
    table.add("scales", scales)
    sections = tomlkit.aot()
    for section in said["sections"]:
        one = tomlkit.table().add("title", section["title"])
        sections.append(one.add("questions", _lines(section["questions"])))
    table.add("sections", sections)
    ends = tomlkit.aot()
    for end in said.get("ends", []):
        one = tomlkit.table()
        for key in ("id", "title", "then"):
            one.add(key, end[key])
        if "when" in end:
            one.add("when", _inline(end["when"]))
        ends.append(one)
    if len(ends):
        table.add("ends", ends)
    return table


def _lines(entries: list[dict[str, Any]]) -> Array:
    """Entries, one to a line, each with what it depends on at its end."""
    lines = tomlkit.array()
    for entry in entries:
        lines.append(_inline(entry))
    return lines.multiline(multiline=True)


def _inline(entry: dict[str, Any]) -> tomlkit.items.InlineTable:
    one = tomlkit.inline_table()
    for key, value in sorted(entry.items(), key=lambda pair: pair[0] == "when"):
        one.append(key, _inline(value) if isinstance(value, dict) else value)
    return one
