"""How one department writes its log, as data: the formats that ship, and those that an installation keeps.

A format is a TOML file (``logs/*.toml`` beside this module; ``logs`` in the data folder for an installation's
own). ``docs/logs.md`` explains each key.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from states.errors import BadInput
from states.intakelog.dates import Style
from states.intakelog.headings import Column, folded, is_enough, recognized

SHIPPED: Final = Path(__file__).parent / "logs"

#: how a format is called: what is fit for the name of a file
_NAME: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        raise ValueError("there is no such time zone, as America/Denver") from None
    return name


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
    return pattern


Regex = Annotated[str, AfterValidator(_regex)]


class LogFormat(BaseModel):
    """How a log is written.

    Args:
        about: whose log it is, in a sentence.
        columns: the headings of each column, as they stand; several are read one after the other, as a date
            and its clock time.
        separators: what stands between two natures of one incident.
        a_row_is: an incident, or a charge of one: then rows of one number that follow each other are one
            incident.
        day_first: whether the day stands before the month, where both are numbers.
        clock_24: whether a clock time without AM or PM is one of 24 hours.
        timezone: the time zone of its times (IANA); empty: the site's.
        encoding: how its bytes are text; empty: as they show.
        delimiter: the sign between two cells; empty: as the header shows.
        no_rows: lines that are no rows, beside those that every log may have (``words/lines.toml``): regular
            expressions for a whole line.
        amended: what a row says that changes an earlier one of its number, beside what every log may say:
            regular expressions that are searched for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    about: str = ""
    columns: Mapping[Column, tuple[str, ...]] = Field(min_length=1)
    separators: tuple[str, ...] = ("/",)
    a_row_is: Literal["incident", "charge"] = "incident"
    day_first: bool = False
    clock_24: bool = False
    timezone: Annotated[str, AfterValidator(_zone)] = ""
    encoding: str = ""
    delimiter: str = Field(default="", max_length=1)
    no_rows: tuple[Regex, ...] = ()
    amended: tuple[Regex, ...] = ()

    @model_validator(mode="after")
    def _can_be_read_by_it(self) -> Self:
        if not is_enough(dict(self.columns)):
            raise ValueError(
                "its columns must say what happened (nature or narrative) and when (reported or occurred) or "
                "under which number, and be three at least"
            )
        try:
            "a".encode(self.encoding or "utf-8")  # not every codec of Python's makes text
        except (LookupError, UnicodeError):
            raise ValueError("there is no such encoding, as utf-8 or cp1252") from None
        return self

    @property
    def style(self) -> Style:
        """How its dates are written."""
        return Style(day_first=self.day_first, clock_24=self.clock_24)

    def fits(self, headings: Sequence[str]) -> bool:
        """Whether a file has every column that the format names."""
        there = {folded(heading) for heading in headings}
        return all(folded(heading) in there for named in self.columns.values() for heading in named)

    def places(self, headings: Sequence[str]) -> dict[Column, tuple[int, ...]]:
        """Where each column of a file stands, from 0."""
        at = {folded(heading): place for place, heading in reversed(list(enumerate(headings)))}
        return {
            column: tuple(at[folded(heading)] for heading in named) for column, named in self.columns.items()
        }


def shipped() -> dict[str, LogFormat]:
    """The formats that come with tatflow, by name."""
    return _all_of(SHIPPED)


def known(kept_in: Path | None) -> dict[str, LogFormat]:
    """Every format that there is, by name: an installation's own before those that ship.

    Args:
        kept_in: the folder of an installation's own; None, or not there: it has none.

    Raises:
        BadInput: one of them cannot be read; names the file.
    """
    own = _all_of(kept_in) if kept_in is not None and kept_in.is_dir() else {}
    return own | {name: format_ for name, format_ in shipped().items() if name not in own}


def keep(format_: LogFormat, name: str, kept_in: Path) -> Path:
    """Keep a format under a name, in place of one of that name; says where.

    Raises:
        BadInput: the name is none, or the folder cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise BadInput(
            "A format's name is small letters and digits, with - or _ between them, as in state-college. "
            "Nothing was kept and nothing was read."
        )
    path = kept_in / f"{name}.toml"
    try:
        kept_in.mkdir(parents=True, exist_ok=True)
        path.write_text(as_toml(format_), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"The format cannot be kept ({error.strerror}). Nothing was read.") from None
    return path


def as_toml(format_: LogFormat) -> str:
    """A format as the file that it is kept in."""
    data = format_.model_dump(mode="json", exclude_defaults=True)
    columns = data.pop("columns")
    lines = [f"{key} = {_value(value)}" for key, value in data.items()]
    lines += ["", "[columns]", *(f"{key} = {_value(value)}" for key, value in columns.items())]
    return "\n".join(lines).lstrip("\n") + "\n"


def nearest(formats: Mapping[str, LogFormat], headings: Sequence[str]) -> str:
    """The name of the format that a file is surely written in; empty: none is.

    It must name every column that can be made out by its heading: a format of fewer columns would leave some
    of the file unread.
    """
    seen = len(recognized(headings))
    fitting = [name for name, format_ in formats.items() if format_.fits(headings)]
    best = max(fitting, key=lambda name: len(formats[name].columns), default="")
    return best if best and len(formats[best].columns) >= seen else ""


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text) + '"'


def _all_of(folder: Path) -> dict[str, LogFormat]:
    formats = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            formats[file.stem] = LogFormat.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise BadInput(
                f"The log format {file.name} cannot be read: {_wrong(error)}. Nothing was read: correct the "
                "file, or remove it and import with the guess."
            ) from None
    return formats


def _wrong(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return f"{where}: {first['msg']}" if where else str(first["msg"])
    return str(error)
