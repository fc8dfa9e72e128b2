"""What a log's columns hold, found by their headings, whatever department wrote them."""

import re
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

_WORDS: Final = Path(__file__).parent / "words" / "headings.toml"

#: letters that a heading has at most; what is longer is no heading
LONGEST_HEADING: Final = 60


class Column(StrEnum):
    """What a column of a log says."""

    NATURE = "nature"
    NUMBER = "number"
    REPORTED = "reported"
    OCCURRED = "occurred"
    ENDED = "ended"
    LOCATION = "location"
    NARRATIVE = "narrative"
    DISPOSITION = "disposition"
    UPDATE = "update"


#: the columns of clock times that stand beside those of dates
_TIMES: Final = {
    "reported_time": Column.REPORTED,
    "occurred_time": Column.OCCURRED,
    "ended_time": Column.ENDED,
}

#: the order in which columns are looked for: whoever comes first takes the heading
_ORDER: Final = (
    *("update", "reported_time", "occurred_time", "ended_time", "ended", "occurred", "reported"),
    *("number", "disposition", "location", "nature", "narrative"),
)


#: words that stand before others in headings, and after them
_JOINED: Final = re.compile(
    "(case|report|incident|offense|crime|event|call|date|time|general|report(?:ed)?|occur(?:red)?)"
    "(number|num|no|nbr|id|type|date|time|datetime|reported|received|occurred|from|to|start|end|category"
    "|description|location|status|disposition|summary|narrative)"
)

#: what stands beside the words that say what a heading is: whose it is, what is in brackets, how to write it
_BESIDE: Final = re.compile(
    r"\([^)]*\)|^\s*(?:the\s+)?\w*(?:pd|police|dps|security)(?:\s+department)?\b(?=.*\w)"
    r"|\b(?:mm|dd|yyyy)[/ .-](?:mm|dd)[/ .-](?:yy|yyyy|dd)\b|\bhh:?mm\b|\b24[ -]?h(?:ou)?rs?\b",
    re.IGNORECASE,
)

#: words of headings cut short
_SHORT: Final = {
    "rpt": "report",
    "rptd": "reported",
    "occ": "occurred",
    "desc": "description",
    "descr": "description",
    "dispo": "disposition",
    "disp": "disposition",
    "loc": "location",
    "dt": "date",
    "tm": "time",
    "cd": "code",
    "crm": "crime",
    "bldg": "building",
    "inc": "incident",
    "off": "offense",
    "no": "number",
}


def folded(heading: str) -> str:
    """A heading without what does not count: letters' size, signs, how words are joined."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading.strip())
    text = re.sub(r"#", " number ", text).casefold()
    text = re.sub(r"\((?:if known|optional|s|es|ies)\)", " ", text)
    text = " ".join(_apart(word) for word in re.sub(r"[^a-z0-9]+", " ", text).split())
    return re.sub(r"\b(\w+)( \1)+\b", r"\1", text)


def _apart(word: str) -> str:
    """Two words of headings that are written as one, as in CASENUMBER."""
    found = _JOINED.fullmatch(word)
    return f"{found[1]} {found[2]}" if found else word


def recognized(headings: Sequence[str]) -> dict[Column, tuple[str, ...]]:
    """The columns that headings name, each with its headings as they stand, in the file's order.

    Args:
        headings: the headings of a file, as they stand.
    """
    free = {heading: _read(heading) for heading in headings if 0 < len(heading) <= LONGEST_HEADING}
    found: dict[str, str] = {}
    for name in _ORDER:
        ranks = {heading: rank for heading, texts in free.items() if (rank := _rank(name, texts)) is not None}
        if ranks:
            best = min(ranks, key=lambda heading: ranks[heading])
            found[name] = best
            del free[best]
    _put_right(found)
    columns: dict[Column, tuple[str, ...]] = {}
    for name, heading in found.items():
        column = _TIMES.get(name) or Column(name)
        columns[column] = (*columns.get(column, ()), heading)
    order = {heading: place for place, heading in enumerate(headings)}
    return {
        column: tuple(sorted(columns[column], key=lambda heading: order[heading]))
        for column in Column
        if column in columns
    }


def may_be(column: Column, heading: str) -> bool:
    """Whether a heading may name a column, best or not."""
    return _rank(column, _read(heading)) is not None


def is_enough(columns: dict[Column, tuple[str, ...]]) -> bool:
    """Whether a log can be read by these columns: what happened, and when or under which number."""
    what = Column.NATURE in columns or Column.NARRATIVE in columns
    when = Column.REPORTED in columns or Column.OCCURRED in columns or Column.NUMBER in columns
    return what and when and len(columns) >= 3  # noqa: PLR2004 - a table of two columns is no log


def _put_right(found: dict[str, str]) -> None:
    """Put columns in the place of others that are not there, and give back those that say nothing alone."""
    if "nature" not in found and "narrative" in found and folded(found["narrative"]) == "description":
        found["nature"] = found.pop("narrative")
    bare = "reported_time" in found and folded(found["reported_time"]) == "time"
    if "reported" not in found and bare and "occurred" in found:
        # beside the date when it happened
        found.setdefault("occurred_time", found["reported_time"])
        del found["reported_time"]
    if "reported" in found and "occurred" not in found and "occurred_time" in found:
        del found["occurred_time"]
    for name in ("ended", "ended_time"):
        if name in found and "occurred" not in found:
            del found[name]


def _read(heading: str) -> tuple[str, ...]:
    """A heading as it stands, without what stands beside its words, and with its words in full."""
    alone = folded(_BESIDE.sub(" ", heading))
    whole = " ".join(_SHORT.get(word, word) for word in alone.split())
    return tuple(dict.fromkeys((folded(heading), alone, whole)))


def _rank(name: str, texts: Sequence[str]) -> tuple[int, int] | None:
    ranks = (
        (at, rank)
        for at, text in enumerate(texts)
        for rank, pattern in enumerate(_patterns()[name])
        if pattern.fullmatch(text)
    )
    return min(ranks, default=None)


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    words = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return {name: tuple(re.compile(pattern) for pattern in patterns) for name, patterns in words.items()}
